//! Five models in one pass, credit summed by campaign: the question that the benchmark asks of every engine.

use std::collections::BTreeMap;
use std::fmt::Write;

use ::attribution::{Direct, Model, Settings, Variant};
use anyhow::{Context, Result, bail};
use authz::OrgContext;
use engine::Engine;
use semantic::{Cell, CreditSource, Plan, QueryEngine};
use serde::Serialize;

use super::{memory, repeat};

const MODELS: [Model; 5] = [Model::FirstTouch, Model::LastTouch, Model::Linear, Model::TimeDecay, Model::PositionBased];

/// One campaign's credit by model; no campaign for unattributed revenue.
#[derive(Clone, Debug, Serialize)]
pub(super) struct CampaignCredit {
    campaign_id: Option<String>,
    /// Exact decimal text, shared by largest remainder.
    revenue: BTreeMap<&'static str, String>,
    conversions: BTreeMap<&'static str, f64>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct AttributionReport {
    /// Of every repetition, decoding of Parquet included; between them only the system's pages and Parquet footers are kept.
    seconds: Vec<f64>,
    /// Largest resident size of the process from its start to the end of the repetitions.
    peak_rss_bytes: Option<u64>,
    /// Of all rule-based models under three windows (7, 30 and 90 days) in one pass.
    all_models_three_windows_seconds: Vec<f64>,
    /// The same five models where direct visits count only alone, as is the default: channels are read, too.
    direct_only_alone_seconds: Vec<f64>,
    result: Vec<CampaignCredit>,
}

/// Sums money by campaign under five models (30 days, rolling journeys, half-life 7 days), `times` times; then, outside of the measured
/// time, conversions too, for the comparison of answers. `engine` must be one that keeps no answers.
pub(super) async fn attribution(engine: &Engine, context: &OrgContext, times: usize) -> Result<AttributionReport> {
    let (money, counts) = (plan("revenue"), plan("conversions"));
    let (seconds, revenue) = repeat(times, async || Ok(engine.query(context, &money).await?)).await?;
    let peak_rss_bytes = memory::peak_rss_bytes();
    let (wide, by_default) = (three_windows(), with_settings("revenue", &Settings::default()));
    let (all_models_three_windows_seconds, _) = repeat(times, async || Ok(engine.query(context, &wide).await?)).await?;
    let (direct_only_alone_seconds, _) = repeat(times, async || Ok(engine.query(context, &by_default).await?)).await?;
    let counts = engine.query(context, &counts).await?;
    let mut conversions: BTreeMap<Option<String>, BTreeMap<&'static str, f64>> = BTreeMap::new();
    for row in &counts.rows {
        conversions.insert(campaign(&row[0])?, by_model(&row[1..], number)?);
    }
    let mut result = Vec::with_capacity(revenue.rows.len());
    for row in &revenue.rows {
        let campaign_id = campaign(&row[0])?;
        let conversions = conversions.remove(&campaign_id).context("both questions name the same campaigns")?;
        result.push(CampaignCredit {
            campaign_id,
            revenue: by_model(&row[1..], decimal)?,
            conversions,
        });
    }
    Ok(AttributionReport {
        seconds,
        peak_rss_bytes,
        all_models_three_windows_seconds,
        direct_only_alone_seconds,
        result,
    })
}

/// Every touch counts, as in the statements of the other engines.
fn every_touch() -> Settings {
    Settings {
        direct: Direct::Counts,
        ignored_channels: Vec::new(),
        ..Settings::default()
    }
}

fn plan(measure: &str) -> Plan {
    with_settings(measure, &every_touch())
}

/// Money by campaign under every rule and three windows.
fn three_windows() -> Plan {
    let mut sql = String::from("SELECT settings_version, campaign_id");
    for model in Model::ALL {
        let _ = write!(sql, ", sum(revenue_{model}) AS {model}");
    }
    sql.push_str(" FROM credits GROUP BY settings_version, campaign_id ORDER BY settings_version, campaign_id");
    let windows = [7, 30, 90].map(|days| Settings {
        window_seconds: days * 86_400,
        ..every_touch()
    });
    let mut credits = CreditSource::new("credits", &Model::ALL, &every_touch());
    credits.variants = (0..).zip(windows).map(|(version, settings)| Variant::always(version, settings)).collect();
    Plan {
        sql,
        credits: vec![credits],
        ..Plan::default()
    }
}

fn with_settings(measure: &str, settings: &Settings) -> Plan {
    let mut sql = String::from("SELECT campaign_id");
    for model in MODELS {
        let _ = write!(sql, ", sum({measure}_{model}) AS {model}");
    }
    sql.push_str(" FROM credits GROUP BY campaign_id ORDER BY campaign_id");
    let credits = CreditSource::new("credits", &MODELS, settings);
    Plan {
        sql,
        credits: vec![credits],
        ..Plan::default()
    }
}

fn campaign(cell: &Cell) -> Result<Option<String>> {
    match cell {
        Cell::Null => Ok(None),
        Cell::Text(id) => Ok(Some(id.to_string())),
        other => bail!("a campaign is an id, not {other:?}"),
    }
}

fn by_model<T>(cells: &[Cell], read: fn(&Cell) -> Result<T>) -> Result<BTreeMap<&'static str, T>> {
    MODELS.iter().zip(cells).map(|(model, cell)| Ok((model.as_str(), read(cell)?))).collect()
}

fn decimal(cell: &Cell) -> Result<String> {
    match cell {
        Cell::Decimal(decimal) => Ok(decimal.to_string()),
        other => bail!("money is a decimal, not {other:?}"),
    }
}

fn number(cell: &Cell) -> Result<f64> {
    match cell {
        Cell::Number(value) => Ok(*value),
        other => bail!("a sum of weights is a number, not {other:?}"),
    }
}
