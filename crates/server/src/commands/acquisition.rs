//! What `cohorts` and `retention` have in common: which customers, by what won them.

use anyhow::{Result, bail};
use attribution::{Model, Settings};
use semantic::acquired::{AcquisitionQuestion, Source};
use types::TimeGrain;

use super::question::Credit;

#[derive(Debug, clap::Args)]
pub(crate) struct Acquisition {
    /// Name of the organisation.
    #[arg(long, value_name = "NAME")]
    pub(crate) org: String,
    /// What won the customers: channel, campaign, source, asset, country, device or interaction_type.
    #[arg(long, value_name = "DIMENSION", default_value = "channel")]
    by: String,
    /// Which touch of the first order won the customer.
    #[arg(long, value_name = "MODEL", default_value = "first_touch")]
    model: String,
    /// Length of a cohort: week, month or quarter.
    #[arg(long, value_name = "GRAIN", default_value = "month")]
    grain: String,
    /// First day of first orders, included (YYYY-MM-DD); all time without it.
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// Last day, included.
    #[arg(long, value_name = "DAY")]
    to: Option<String>,
    /// Zone in which days are cut; the organisation's own without it.
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    /// Sources to show each for itself; the others are one row.
    #[arg(long, value_name = "ROWS")]
    limit: Option<usize>,
    #[command(flatten)]
    credit: Credit,
}

impl Acquisition {
    pub(crate) fn question(self, own: &Settings) -> Result<AcquisitionQuestion> {
        let Some(model) = Model::parse(&self.model) else {
            bail!(
                "--model: `{}` is not a model: use one of {}",
                self.model,
                Model::ALL.map(Model::as_str).join(", ")
            );
        };
        let Some(grain) = TimeGrain::parse(&self.grain) else {
            bail!("--grain: `{}` is not a grain: use week, month or quarter", self.grain);
        };
        Ok(AcquisitionQuestion {
            by: Some(self.by),
            model: Some(model),
            grain: Some(grain),
            zone: self.zone,
            from: self.from,
            to: self.to,
            settings: self.credit.settings(own)?,
            limit: self.limit,
        })
    }
}

/// A row's name: its source or its cohort.
pub(super) fn label(source: Option<&Source>, cohort: Option<&str>) -> String {
    match (source, cohort) {
        (Some(source), _) => source.label().to_owned(),
        (None, Some(cohort)) => cohort.to_owned(),
        (None, None) => "All customers".to_owned(),
    }
}

/// Customers are whole unless a model shares them.
pub(super) fn count(customers: f64) -> String {
    if customers.fract() == 0.0 {
        format!("{customers:.0}")
    } else {
        format!("{customers:.2}")
    }
}
