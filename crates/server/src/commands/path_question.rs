//! What `paths`, `assists` and `overlap` have in common: days, steps, settings; and their figures as text.

use anyhow::{Result, bail};
use semantic::paths::{self, PathQuestion, Summary};
use semantic::{PathStep, Plan, QueryEngine};
use types::Currency;

use super::question::{Credit, refusal};
use crate::cli::Global;
use crate::installation::Installation;

#[derive(Debug, clap::Args)]
pub(crate) struct Paths {
    /// Name of the organisation.
    #[arg(long, value_name = "NAME")]
    org: String,
    /// First day, included (YYYY-MM-DD); all time without it. A path without conversion belongs to the day of its last touch.
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// Last day, included.
    #[arg(long, value_name = "DAY")]
    to: Option<String>,
    /// Zone of the days; the organisation's own without it.
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    /// What a step is: channel, campaign, source or interaction.
    #[arg(long, value_name = "STEP", default_value = "channel")]
    step: String,
    /// Rows that are named one by one.
    #[arg(long, value_name = "ROWS")]
    limit: Option<u32>,
    #[command(flatten)]
    credit: Credit,
}

/// An organisation that can be asked, and what it is asked.
pub(crate) struct Asked {
    installation: Installation,
    context: authz::OrgContext,
    pub(crate) currency: Currency,
    pub(crate) question: PathQuestion,
}

impl Paths {
    pub(crate) async fn open(&self, global: &Global, default: u32, max: u32, is_collapsed: bool) -> Result<Asked> {
        let installation = global.open().await?;
        let (organization, context) = installation.organization(&self.org).await?;
        // The newest settings hold for all paths, those of earlier days too: a path across a change of settings is one path.
        let (own, _) = installation.settings(&context).await?;
        let settings = self.credit.settings(&own)?.unwrap_or(own);
        let Some(step) = PathStep::parse(&self.step) else {
            let names = PathStep::ALL.map(PathStep::as_str).join(", ");
            bail!("--step: `{}` is not a kind of step: use one of {names}", self.step);
        };
        let zone = self.zone.as_deref().unwrap_or(&organization.zone);
        let question = PathQuestion {
            settings,
            step,
            range: paths::range(self.from.as_deref(), self.to.as_deref(), zone).map_err(|error| refusal(&error))?,
            is_collapsed,
            limit: paths::limit(self.limit, default, max).map_err(|error| refusal(&error))?,
        };
        Ok(Asked {
            currency: organization.currency,
            installation,
            context,
            question,
        })
    }
}

impl Asked {
    pub(crate) async fn ask(&self, plan: &Plan) -> Result<semantic::engine::RawTable> {
        Ok(self.installation.engine.query(&self.context, plan).await?)
    }
}

/// The summary in one line.
pub(crate) fn summary(summary: &Summary, currency: Currency) -> String {
    format!(
        "{} conversions worth {} {currency}: {} with a touch, {} without; {} paths led to none. \
         A conversion with a touch has {} touches over {} days.",
        summary.conversions,
        summary.revenue,
        summary.attributed_conversions,
        summary.unattributed_conversions,
        summary.not_converted,
        decimal(summary.average_touches),
        decimal(summary.average_days)
    )
}

pub(crate) fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "—".to_owned(), |share| format!("{:.1}%", share * 100.0))
}

pub(crate) fn decimal(number: Option<f64>) -> String {
    number.map_or_else(|| "—".to_owned(), |number| format!("{number:.1}"))
}
