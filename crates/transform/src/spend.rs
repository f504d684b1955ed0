//! All spend by campaign and day, as the costs of touches need it.

use std::collections::HashMap;

use authz::OrgContext;
use engine::Engine;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use journeys::{Level, TouchCosts};
use semantic::{Cell, Param, Plan};
use types::CampaignId;

use crate::{Error, Result};

const DAYS: &str = "SELECT CAST(MIN(civil_date) AS VARCHAR), CAST(MAX(civil_date) AS VARCHAR) FROM unified_marketing_data \
                    WHERE record_kind = 'spend' AND campaign_id IS NOT NULL AND spend_reporting IS NOT NULL";

const SPEND: &str = "SELECT campaign_id, account_zone, CAST(civil_date AS VARCHAR) AS day, level, CAST(SUM(spend_reporting) AS VARCHAR) FROM unified_marketing_data \
                     WHERE record_kind = 'spend' AND campaign_id IS NOT NULL AND spend_reporting IS NOT NULL AND civil_date >= $1 AND civil_date <= $2 \
                     GROUP BY campaign_id, account_zone, civil_date, level ORDER BY 3, 1, 2, 4";

/// Reads the spend of the data version. Ranges of days with more rows than one answer holds are halved.
pub(crate) async fn load(context: &OrgContext, engine: &Engine, version: i64) -> Result<TouchCosts> {
    let mut costs = Costs::default();
    let days = query(context, engine, version, DAYS, Vec::new()).await?;
    let mut ranges = match days.rows.first().map(Vec::as_slice) {
        Some([Cell::Text(first), Cell::Text(last)]) => vec![(day(first)?, day(last)?)],
        Some(_) | None => Vec::new(),
    };
    while let Some((first, last)) = ranges.pop() {
        let answer = query(context, engine, version, SPEND, vec![Param::Date(first), Param::Date(last)]).await?;
        if answer.is_truncated {
            let (earlier, later) = halves(first, last).ok_or(Error::TooMuchSpend { day: first })?;
            ranges.extend([earlier, later]);
            continue;
        }
        answer.rows.iter().try_for_each(|row| costs.add(row))?;
    }
    Ok(costs.touches)
}

async fn query(context: &OrgContext, engine: &Engine, version: i64, sql: &str, params: Vec<Param>) -> Result<semantic::engine::RawTable> {
    let plan = Plan {
        sql: sql.to_owned(),
        params,
        ..Plan::default()
    };
    Ok(engine.query_at(context, &plan, version).await?)
}

#[derive(Default)]
struct Costs {
    touches: TouchCosts,
    zones: HashMap<String, TimeZone>,
}

impl Costs {
    /// One row of [`SPEND`].
    fn add(&mut self, row: &[Cell]) -> Result<()> {
        let unexpected = || Error::Column {
            relation: "the spend",
            column: format!("{row:?}"),
        };
        let [Cell::Text(campaign), zone, Cell::Text(civil_date), level, Cell::Text(amount)] = row else {
            return Err(unexpected());
        };
        let level = match level {
            Cell::Text(level) => Level::parse(Some(&**level)),
            _ => Level::parse(None),
        };
        let Some(level) = level else { return Ok(()) };
        let campaign: CampaignId = campaign.parse().map_err(|_| unexpected())?;
        let micros = types::money::parse_micros(amount).map_err(|_| journeys::Error::Spend)?;
        let zone = self.zone(match zone {
            Cell::Text(zone) => zone,
            _ => "UTC",
        })?;
        self.touches.add_spend(campaign, &zone, day(civil_date)?, level, micros)?;
        Ok(())
    }

    fn zone(&mut self, name: &str) -> Result<TimeZone> {
        if let Some(zone) = self.zones.get(name) {
            return Ok(zone.clone());
        }
        let zone = types::date_range::parse_zone(name).map_err(|_| Error::Zone { zone: name.to_owned() })?;
        self.zones.insert(name.to_owned(), zone.clone());
        Ok(zone)
    }
}

fn day(text: &str) -> Result<Date> {
    text.parse().map_err(|_| Error::Column {
        relation: "the spend",
        column: "civil_date".to_owned(),
    })
}

type Days = (Date, Date);

/// Both halves of a range of days; none for a single day.
fn halves(first: Date, last: Date) -> Option<(Days, Days)> {
    let days = first.until(last).ok()?.get_days();
    if days < 1 {
        return None;
    }
    let middle = first.saturating_add((days / 2).days());
    Some(((first, middle), (middle.saturating_add(1.day()), last)))
}

#[cfg(test)]
mod tests;
