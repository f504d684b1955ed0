//! One run: read a snapshot, derive both tables, commit them together.

use attribution::{Model, Settings, Variant};
use authz::OrgContext;
use engine::Engine;
use futures::StreamExt;
use journeys::{TouchCosts, Tracker};
use lake::{Lake, Snapshot, Transaction};
use metastore::{Metastore, SavedSettings};
use semantic::CreditSource;
use semantic::settings_history::read_settings;
use types::{Clock, CustomerId, RecordKind};

use crate::expand::{self, Expansion};
use crate::journey_table::{self, JourneyTable};
use crate::{Error, Result, cursor, journey_rows, spend};

/// Customers written at a time.
const BRIEFS: usize = 8_192;

/// What a run did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// The data version that the derived tables show.
    pub version: i64,
    /// Rows of `revenue_attribution`; 0 where nothing had to be done.
    pub credits: u64,
    /// Rows of `customer_journey_tracking`; 0 where nothing had to be done.
    pub journeys: u64,
    /// Milliseconds by `clock`.
    pub took_ms: i64,
    /// False where the tables were up to date already.
    pub is_changed: bool,
}

/// Derives `revenue_attribution` (the six standard models, under the organisation's settings) and `customer_journey_tracking` from the newest
/// snapshot, replaces both in one commit, and moves the cursor `derived` to the version that was read. Where neither the data nor the
/// settings have changed since the last run, nothing is written.
pub async fn run(context: &OrgContext, metastore: &Metastore, lake: &Lake, engine: &Engine, clock: &dyn Clock) -> Result<Report> {
    let started = clock.now();
    let organization = metastore.organization(context).await?;
    let (settings_version, variants) = settings(context, metastore).await?;
    let snapshot = lake.snapshot().await?;
    let version = snapshot.version();
    let inputs = cursor::inputs(&snapshot, settings_version, organization.currency)?;
    let (position, inputs_before) = (lake.cursor(cursor::DERIVED).await?, lake.cursor(cursor::DERIVED_INPUTS).await?);
    let took_ms = || clock.now().as_millisecond() - started.as_millisecond();
    if inputs_before.as_ref() == Some(&inputs) {
        let derived = position.and_then(|position| position.parse().ok()).unwrap_or(version);
        return Ok(Report {
            version: derived,
            credits: 0,
            journeys: 0,
            took_ms: took_ms(),
            is_changed: false,
        });
    }
    let mut transaction = lake.transaction();
    transaction.replace_table(expand::TABLE);
    transaction.replace_table(journey_table::TABLE);
    let schema = snapshot.table(expand::TABLE)?.schema();
    let expansion = Expansion::new(schema, context.organization_id(), organization.currency, &Model::STANDARD);
    let source = CreditSource {
        variants,
        ..CreditSource::new("credits", &Model::STANDARD, &Settings::default())
    };
    let credits = write_credits(context, engine, &snapshot, &source, expansion, &mut transaction).await?;
    let costs = touch_costs(context, engine, &snapshot).await?;
    let journeys = write_journeys(context, &snapshot, &costs, &mut transaction).await?;
    transaction.move_cursor(cursor::DERIVED, position, version.to_string());
    transaction.move_cursor(cursor::DERIVED_INPUTS, inputs_before, inputs);
    transaction.commit("Derive credit and journeys").await?;
    let report = Report {
        version,
        credits,
        journeys,
        took_ms: took_ms(),
        is_changed: true,
    };
    tracing::info!(
        version,
        credits,
        journeys,
        took_ms = report.took_ms,
        "derived credit and journeys from version {version}"
    );
    Ok(report)
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
    mut expansion: Expansion,
    transaction: &mut Transaction,
) -> Result<u64> {
    let mut stream = engine.credits_of(context, snapshot.clone(), source).await?;
    let mut rows = 0;
    while let Some(batch) = stream.next().await {
        let batch = expansion.expand(&batch.map_err(|error| Error::Read(Box::new(error)))?)?;
        rows += batch.num_rows() as u64;
        transaction.append_batch(expand::TABLE, batch).await?;
    }
    Ok(rows)
}

/// Costs of touches; touches are counted only where there is spend.
async fn touch_costs(context: &OrgContext, engine: &Engine, snapshot: &Snapshot) -> Result<TouchCosts> {
    let mut costs = spend::load(context, engine, snapshot.version()).await?;
    if !costs.is_empty() {
        journey_rows::each_touch(snapshot, |campaign, at| costs.count_touch(campaign, at)).await?;
    }
    Ok(costs)
}

async fn write_journeys(context: &OrgContext, snapshot: &Snapshot, costs: &TouchCosts, transaction: &mut Transaction) -> Result<u64> {
    let mut briefs = Briefs {
        tracker: Tracker::default(),
        customer: None,
        table: JourneyTable::new(snapshot.table(journey_table::TABLE)?.schema(), context.organization_id()),
    };
    let mut rows = 0;
    let mut batches = journey_rows::rows(snapshot)?;
    while let Some(batch) = batches.next().await {
        journey_rows::each_row(&batch?, |customer, mut row| {
            if let Some(campaign) = row.campaign_id.filter(|_| row.kind == RecordKind::Touch) {
                row.cost_micros = costs.cost(campaign, row.at);
            }
            briefs.enter(customer);
            Ok(briefs.tracker.add(&row)?)
        })?;
        if briefs.table.len() >= BRIEFS {
            rows += briefs.table.len() as u64;
            transaction.append_batch(journey_table::TABLE, briefs.table.take()?).await?;
        }
    }
    briefs.leave();
    rows += briefs.table.len() as u64;
    transaction.append_batch(journey_table::TABLE, briefs.table.take()?).await?;
    Ok(rows)
}

/// The customer in hand and the finished ones.
struct Briefs {
    tracker: Tracker,
    customer: Option<CustomerId>,
    table: JourneyTable,
}

impl Briefs {
    fn enter(&mut self, customer: CustomerId) {
        if self.customer != Some(customer) {
            self.leave();
            self.customer = Some(customer);
        }
    }

    fn leave(&mut self) {
        if let (Some(customer), Some(brief)) = (self.customer.take(), self.tracker.finish()) {
            self.table.add(customer, brief);
        }
    }
}
