//! One run: read a snapshot, derive both tables, commit them together.

use std::sync::Arc;

use attribution::{Model, Settings, Variant};
use authz::OrgContext;
use engine::Engine;
use futures::StreamExt;
use lake::{Lake, Snapshot, Transaction};
use metastore::{Metastore, SavedSettings};
use semantic::CreditSource;
use semantic::settings_history::read_settings;
use types::Clock;

use crate::affected::Affected;
use crate::expand::{self, Expansion};
use crate::{Error, Result, briefs, cursor, journey_rows, journey_table, touch_costs};

/// What a run did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// The data version that the derived tables show.
    pub version: i64,
    /// Rows of `revenue_attribution`; 0 where nothing had to be done.
    pub credits: u64,
    /// Rows of `customer_journey_tracking`; 0 where nothing had to be done.
    pub journeys: u64,
    /// Customers whose rows were derived again; None for all.
    pub customers: Option<u64>,
    /// Milliseconds by `clock`.
    pub took_ms: i64,
    /// False where the tables were up to date already.
    pub is_changed: bool,
}

/// Derives `revenue_attribution` (the six standard models, under the organisation's settings) and `customer_journey_tracking` from the newest
/// snapshot, and moves the cursor `derived` to the version that was read, in one commit. Only the rows of customers whom the changes since
/// the last run affect are put in the place of the old ones; all are where settings changed, or most customers are affected
/// (docs/adr/0012). Where neither the data nor the settings have changed, nothing is written.
pub async fn run(context: &OrgContext, metastore: &Metastore, lake: &Lake, engine: &Engine, clock: &dyn Clock) -> Result<Report> {
    run_to(Depth::Changes, context, metastore, lake, engine, clock).await
}

/// [`run`], but everything is derived anew, whatever has changed. It writes the same rows.
pub async fn run_whole(context: &OrgContext, metastore: &Metastore, lake: &Lake, engine: &Engine, clock: &dyn Clock) -> Result<Report> {
    run_to(Depth::Whole, context, metastore, lake, engine, clock).await
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Depth {
    Changes,
    Whole,
}

async fn run_to(depth: Depth, context: &OrgContext, metastore: &Metastore, lake: &Lake, engine: &Engine, clock: &dyn Clock) -> Result<Report> {
    let started = clock.now();
    let organization = metastore.organization(context).await?;
    let (settings_version, variants) = settings(context, metastore).await?;
    let snapshot = lake.snapshot().await?;
    let version = snapshot.version();
    let inputs = cursor::inputs(&snapshot, settings_version, organization.currency)?;
    let (position, inputs_before) = (lake.cursor(cursor::DERIVED).await?, lake.cursor(cursor::DERIVED_INPUTS).await?);
    let took_ms = || clock.now().as_millisecond() - started.as_millisecond();
    if inputs_before.as_ref() == Some(&inputs) && depth == Depth::Changes {
        let derived = position.and_then(|position| position.parse().ok()).unwrap_or(version);
        return Ok(Report {
            version: derived,
            credits: 0,
            journeys: 0,
            customers: Some(0),
            took_ms: took_ms(),
            is_changed: false,
        });
    }
    let affected = match since(&position, inputs_before.as_deref(), settings_version, organization.currency).filter(|_| depth == Depth::Changes) {
        Some(since) => Affected::since(context, lake, engine, &snapshot, since).await?,
        None => None,
    };
    let affected = match affected {
        Some(affected) => affected,
        None => Affected::all(context, engine, &snapshot).await?,
    };
    let mut transaction = lake.transaction();
    let mut report = Report {
        version,
        credits: 0,
        journeys: 0,
        customers: affected.journeys.as_ref().map(|customers| customers.len() as u64),
        took_ms: 0,
        is_changed: !affected.is_nobody(),
    };
    if report.is_changed {
        let source = CreditSource {
            variants,
            ..CreditSource::new("credits", &Model::STANDARD, &Settings::default())
        };
        let schema = snapshot.table(expand::TABLE)?.schema();
        let expansion = Expansion::new(schema, context.organization_id(), organization.currency, &Model::STANDARD);
        report.credits = write_credits(context, engine, &snapshot, &source, &affected, expansion, &mut transaction).await?;
        report.journeys = write_journeys(context, &snapshot, &affected, &mut transaction).await?;
        if affected.has_new_costs {
            touch_costs::write(&snapshot, &affected.costs, &mut transaction).await?;
        }
    }
    transaction.move_cursor(cursor::DERIVED, position, version.to_string());
    transaction.move_cursor(cursor::DERIVED_INPUTS, inputs_before, inputs);
    transaction.commit("Derive credit and journeys").await?;
    report.took_ms = took_ms();
    let Report {
        credits, journeys, took_ms, ..
    } = report;
    match report.customers {
        Some(customers) => tracing::info!(version, customers, credits, journeys, took_ms, "derived what version {version} changed"),
        None => tracing::info!(version, credits, journeys, took_ms, "derived credit and journeys from version {version}"),
    }
    Ok(report)
}

/// The version whose successors are looked at one by one; none where the settings or this code changed for everybody, or nothing was derived
/// yet.
fn since(position: &Option<String>, inputs_before: Option<&str>, settings_version: i64, currency: types::Currency) -> Option<i64> {
    let is_same = inputs_before?.starts_with(&cursor::settings(settings_version, currency));
    position.as_ref()?.parse().ok().filter(|_| is_same)
}

/// Which version of the organisation's settings holds when, and the newest version; the defaults as version 0.
async fn settings(context: &OrgContext, metastore: &Metastore) -> Result<(i64, Vec<Variant>)> {
    let saved = metastore.attribution_settings(context).await?;
    let read = |saved: &SavedSettings| {
        read_settings(saved.version, &saved.json, saved.applies_from).map_err(|source| Error::Settings {
            organization: context.organization_id(),
            source,
        })
    };
    let saved = saved.iter().map(read).collect::<Result<Vec<_>>>()?;
    let newest = saved.last().map_or(0, |saved| saved.version);
    Ok((newest, Variant::history(&saved)))
}

async fn write_credits(
    context: &OrgContext,
    engine: &Engine,
    snapshot: &Snapshot,
    source: &CreditSource,
    affected: &Affected,
    mut expansion: Expansion,
    transaction: &mut Transaction,
) -> Result<u64> {
    match &affected.credits {
        Some(customers) if customers.is_empty() => return Ok(0),
        Some(customers) => transaction.remove_customers(expand::TABLE, Arc::clone(customers)),
        None => transaction.replace_table(expand::TABLE),
    }
    let (columns, customers) = (expansion.columns(), affected.credits.as_ref());
    let mut stream = engine.credits_for(context, snapshot.clone(), source, &columns, customers).await?;
    let mut rows = 0;
    while let Some(batch) = stream.next().await {
        let batch = expansion.expand(&batch.map_err(|error| Error::Read(Box::new(error)))?)?;
        rows += batch.num_rows() as u64;
        transaction.append_ordered_batch(expand::TABLE, batch).await?;
    }
    Ok(rows)
}

async fn write_journeys(context: &OrgContext, snapshot: &Snapshot, affected: &Affected, transaction: &mut Transaction) -> Result<u64> {
    match &affected.journeys {
        Some(customers) if customers.is_empty() => return Ok(0),
        Some(customers) => transaction.remove_customers(journey_table::TABLE, Arc::clone(customers)),
        None => transaction.replace_table(journey_table::TABLE),
    }
    let partitions = journey_rows::partitions(snapshot, affected.journeys.as_ref())?;
    let schema = snapshot.table(journey_table::TABLE)?.schema();
    let mut batches = briefs::of(partitions, context.organization_id(), schema, Arc::clone(&affected.costs));
    let mut rows = 0;
    while let Some(batch) = batches.recv().await {
        let batch = batch?;
        rows += batch.num_rows() as u64;
        transaction.append_ordered_batch(journey_table::TABLE, batch).await?;
    }
    Ok(rows)
}
