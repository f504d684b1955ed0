//! What touches cost: counted anew from all touches, or from what was known and the touches that came and went since.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Date32Array, Decimal128Array, FixedSizeBinaryBuilder, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{Date32Type, Decimal128Type, Int64Type};
use authz::OrgContext;
use engine::Engine;
use futures::StreamExt;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{ToSpan, Unit};
use journeys::{CostDay, Level, TouchCosts};
use lake::{Changes, Snapshot, Transaction};
use types::CampaignId;
use types::tables::{touch_costs, unified_marketing_data};

use crate::touches::{COLUMNS, Kind, Touches};
use crate::{Error, Result, spend};

/// Threads that count.
const PARTS: usize = 2;

/// Name of the table.
pub(crate) const TABLE: &str = touch_costs::TABLE.name;

/// From all spend and all touches of the snapshot; touches are counted only where there is spend.
pub(crate) async fn count_all(context: &OrgContext, engine: &Engine, snapshot: &Snapshot) -> Result<TouchCosts> {
    let mut costs = spend::load(context, engine, snapshot.version()).await?;
    if costs.is_empty() {
        return Ok(costs);
    }
    let table = snapshot.table(unified_marketing_data::TABLE.name)?;
    let mut counting = Vec::new();
    for is_compacted in [true, false] {
        for mut batches in snapshot.read(&table.journey_files_scan(COLUMNS, is_compacted, None, PARTS)?) {
            let mut part = costs.clone();
            counting.push(tokio::spawn(async move {
                while let Some(batch) = batches.next().await {
                    count(&mut part, &batch?, 1)?;
                }
                Ok::<_, Error>(part)
            }));
        }
    }
    for part in counting {
        costs.add_counts(&part.await.map_err(|error| Error::Read(error.into()))??);
    }
    Ok(costs)
}

/// From the costs `before` the changes. Spend must be the same.
pub(crate) async fn count_changes(before: &TouchCosts, changes: &Changes) -> Result<TouchCosts> {
    let mut costs = before.clone();
    if !costs.is_empty() {
        changes
            .each_batch(COLUMNS, |batch, has_come| count(&mut costs, batch, if has_come { 1 } else { -1 }))
            .await?;
    }
    Ok(costs)
}

fn count(costs: &mut TouchCosts, batch: &RecordBatch, by: i64) -> Result<()> {
    let touches = Touches::of(batch)?;
    let numbers = touches.campaigns().values.iter().map(|id| costs.number(id)).collect::<Vec<_>>();
    for row in 0..touches.len() {
        if touches.kind(row) == Kind::Touch
            && let Some(campaign) = touches.campaigns().code(row).and_then(|code| numbers[code])
        {
            costs.count_touches(campaign, touches.micros(row), by);
        }
    }
    Ok(())
}

/// The costs that the snapshot's table holds.
pub(crate) async fn known(snapshot: &Snapshot) -> Result<TouchCosts> {
    let mut costs = TouchCosts::default();
    let mut zones: HashMap<String, TimeZone> = HashMap::new();
    for mut batches in snapshot.read(&snapshot.table(TABLE)?.plain_scan()?) {
        while let Some(batch) = batches.next().await {
            let batch = batch?;
            let column = |name: &str| batch.column_by_name(name).ok_or_else(|| missing(name));
            let campaigns = column("campaign_id")?.as_fixed_size_binary_opt().ok_or_else(|| missing("campaign_id"))?;
            let dates = column("civil_date")?
                .as_primitive_opt::<Date32Type>()
                .ok_or_else(|| missing("civil_date"))?;
            let names = column("account_zone")?.as_string_opt::<i32>().ok_or_else(|| missing("account_zone"))?;
            let levels = column("level")?.as_string_opt::<i32>().ok_or_else(|| missing("level"))?;
            let spends = column("spend_reporting")?.as_primitive_opt::<Decimal128Type>();
            let spends = spends.ok_or_else(|| missing("spend_reporting"))?;
            let touches = column("touches")?.as_primitive_opt::<Int64Type>().ok_or_else(|| missing("touches"))?;
            for row in 0..batch.num_rows() {
                let name = names.value(row);
                if !zones.contains_key(name) {
                    let zone = types::date_range::parse_zone(name).map_err(|_| Error::Zone { zone: name.to_owned() })?;
                    zones.insert(name.to_owned(), zone);
                }
                costs.add_day(&CostDay {
                    campaign: CampaignId::from_bytes(campaigns.value(row).try_into().map_err(|_| missing("campaign_id"))?),
                    zone: zones[name].clone(),
                    date: EPOCH.checked_add(dates.value(row).days()).map_err(|_| missing("civil_date"))?,
                    level: Level::parse(Some(levels.value(row))).ok_or_else(|| missing("level"))?,
                    spend_micros: i64::try_from(spends.value(row)).map_err(|_| missing("spend_reporting"))?,
                    touches: touches.value(row),
                });
            }
        }
    }
    Ok(costs)
}

const EPOCH: Date = Date::constant(1970, 1, 1);

/// Puts the costs into the place of those that the table holds.
pub(crate) async fn write(snapshot: &Snapshot, costs: &TouchCosts, transaction: &mut Transaction) -> Result<()> {
    transaction.replace_table(TABLE);
    let days = costs.days();
    if days.is_empty() {
        return Ok(());
    }
    let schema = snapshot.table(TABLE)?.schema();
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(schema.fields().len());
    let decimals = |value: &dyn Fn(&CostDay) -> i64| -> Result<ArrayRef> {
        let values = Decimal128Array::from_iter_values(days.iter().map(|day| i128::from(value(day))));
        Ok(Arc::new(values.with_precision_and_scale(18, 6)?))
    };
    for field in schema.fields() {
        columns.push(match field.name().as_str() {
            "campaign_id" => {
                let mut ids = FixedSizeBinaryBuilder::with_capacity(days.len(), 16);
                for day in &days {
                    ids.append_value(day.campaign.as_bytes())?;
                }
                Arc::new(ids.finish())
            }
            "civil_date" => {
                let number = |day: &CostDay| EPOCH.until((Unit::Day, day.date)).map_or(0, |span| span.get_days());
                Arc::new(Date32Array::from_iter_values(days.iter().map(number)))
            }
            "account_zone" => Arc::new(days.iter().map(|day| day.zone.iana_name()).collect::<StringArray>()),
            "level" => Arc::new(days.iter().map(|day| Some(day.level.as_str())).collect::<StringArray>()),
            "spend_reporting" => decimals(&|day| day.spend_micros)?,
            "touches" => Arc::new(days.iter().map(|day| day.touches).collect::<Int64Array>()),
            "cost" => decimals(&CostDay::cost_micros)?,
            name => return Err(missing(name)),
        });
    }
    transaction.append_batch(TABLE, RecordBatch::try_new(schema, columns)?).await?;
    Ok(())
}

fn missing(column: &str) -> Error {
    Error::Column {
        relation: TABLE,
        column: column.to_owned(),
    }
}
