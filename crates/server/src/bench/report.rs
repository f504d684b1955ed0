//! A report from raw columns: spend, clicks, impressions and their ratios by day and campaign, with totals.

use anyhow::{Result, anyhow};
use authz::OrgContext;
use engine::Engine;
use semantic::{Cell, Organization, Query, QueryEngine, plan};
use serde::Serialize;
use types::TimeGrain;

use super::repeat;

#[derive(Clone, Debug, Serialize)]
pub(super) struct ReportReport {
    /// Of every repetition: planning, query and formulas.
    seconds: Vec<f64>,
    columns: Vec<String>,
    rows: usize,
    totals: Vec<Cell>,
}

/// Asks the question `times` times. `engine` must be one that keeps no answers.
pub(super) async fn report(engine: &Engine, context: &OrgContext, organization: &Organization<'_>, times: usize) -> Result<ReportReport> {
    let query = Query {
        metrics: ["spend", "clicks", "impressions", "ctr", "cpc"].map(str::to_owned).to_vec(),
        dimensions: vec!["campaign".to_owned()],
        filters: Vec::new(),
        from: "2025-01-01".to_owned(),
        to: "2025-12-31".to_owned(),
        grain: TimeGrain::Day,
        zone: Some("UTC".to_owned()),
        attribution: None,
        date_basis: semantic::query::DateBasis::default(),
        sort: Vec::new(),
        limit: Some(100_000),
    };
    let ask = async || {
        let prepared = plan(&query, organization).map_err(|error| anyhow!("the benchmark's question was refused: {error:?}"))?;
        let raw = engine.query(context, &prepared.plan).await?;
        Ok(prepared.finish(raw))
    };
    let (seconds, table) = repeat(times, ask).await?;
    let columns = table.columns.iter().map(|column| column.id.clone()).collect();
    Ok(ReportReport {
        seconds,
        columns,
        rows: table.rows.len(),
        totals: table.totals,
    })
}
