//! `tributary reconcile`: what platforms claim, step by step to our credit and the orders.

use std::process::ExitCode;

use anyhow::{Result, bail};
use attribution::Model;
use semantic::reconciliation::{Bar, OverClaim, Reconciliation, ReconciliationQuestion, reconciliation};
use semantic::{Organization, QueryEngine};

use super::question::{Credit, date_basis, one_model, refusal};
use crate::cli::Global;
use crate::output;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Name of the organisation.
    #[arg(long, value_name = "NAME")]
    org: String,
    /// First day, included (YYYY-MM-DD).
    #[arg(long, value_name = "DAY")]
    from: String,
    /// Last day, included.
    #[arg(long, value_name = "DAY")]
    to: String,
    /// Zone of the days; the organisation's own without it.
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    /// Model of our credit.
    #[arg(long, value_name = "MODEL", default_value = "linear")]
    model: String,
    /// Count credit on the day of the touch, as platforms date most of their claims, or of the order (conversion).
    #[arg(long, value_name = "BASIS", default_value = "touch")]
    date_basis: String,
    #[command(flatten)]
    credit: Credit,
}

pub(crate) async fn run(global: Global, arguments: Arguments) -> Result<ExitCode> {
    let model: Model = one_model(&arguments.model)?;
    let installation = global.open().await?;
    let (organization, context) = installation.organization(&arguments.org).await?;
    let (own, history) = installation.settings(&context).await?;
    let question = ReconciliationQuestion {
        from: arguments.from,
        to: arguments.to,
        zone: arguments.zone,
        settings: arguments.credit.settings(&own)?,
        model,
        date_basis: date_basis(&arguments.date_basis)?,
    };
    let defaults = Organization {
        currency: organization.currency,
        zone: &organization.zone,
        attribution: &own,
        history: &history,
    };
    let prepared = reconciliation(&question, &defaults).map_err(|error| refusal(&error))?;
    let [claims, attributed, sold] = prepared.plans();
    let claims = installation.engine.query(&context, claims).await?;
    let attributed = installation.engine.query(&context, attributed).await?;
    let sold = installation.engine.query(&context, sold).await?;
    let orders = match prepared.orders_plan(&claims) {
        Some(plan) => Some(installation.engine.query(&context, &plan).await?),
        None => None,
    };
    let versions = [&attributed, &sold].into_iter().chain(&orders).map(|raw| raw.data_version);
    if versions.into_iter().any(|version| version != claims.data_version) {
        bail!("data arrived while the answer was being read: ask again");
    }
    let answer = prepared.finish([claims, attributed, sold], orders.as_ref());
    output::print(global.format, &answer, |answer| text(answer, model))?;
    Ok(ExitCode::SUCCESS)
}

fn text(answer: &Reconciliation, model: Model) -> String {
    let mut out = format!(
        "{} to {}, {}, days in {}, credit by {model}\n\nAll platforms{}\n{}\n",
        answer.from,
        answer.to,
        answer.currency,
        answer.zone,
        factor(answer.over_claim, "of all orders"),
        bars(&answer.overall)
    );
    for claimers in &answer.claimers {
        out.push_str(&format!(
            "\n{} orders can be claimed by {}",
            claimers.orders,
            platforms(claimers.platforms)
        ));
    }
    out.push('\n');
    for platform in &answer.platforms {
        let setting = platform.settings.first().map_or("no stated rule", String::as_str);
        let reasons: Vec<&str> = platform.reasons.iter().map(|kind| kind.label()).collect();
        out.push_str(&format!(
            "\n{} ({setting}){}\n{}\n",
            platform.platform,
            factor(platform.over_claim, "of what it earned"),
            bars(&platform.bars)
        ));
        if !reasons.is_empty() {
            out.push_str(&format!("Reasons, the largest first: {}\n", reasons.join("; ")));
        }
    }
    for warning in &answer.warnings {
        out.push_str(&format!("\n{warning}"));
    }
    out
}

fn platforms(count: i64) -> String {
    if count == 1 {
        "one platform".to_owned()
    } else {
        format!("{count} platforms")
    }
}

fn factor(over_claim: OverClaim, of: &str) -> String {
    match over_claim.revenue.or(over_claim.conversions) {
        Some(factor) => format!(": claims are {factor:.2} times {of}"),
        None => String::new(),
    }
}

/// Steps that are nothing in both measures are left out; levels never are.
fn bars(bars: &[Bar]) -> String {
    let shown = bars.iter().filter(|bar| {
        let is_zero = bar
            .figure
            .revenue
            .as_deref()
            .is_none_or(|money| money.bytes().all(|byte| !(b'1'..=b'9').contains(&byte)));
        bar.kind.is_level() || !is_zero || bar.figure.conversions != 0.0
    });
    let rows: Vec<Vec<String>> = shown
        .map(|bar| {
            let name = if bar.kind.is_level() {
                bar.kind.label().to_owned()
            } else {
                format!("  {}", bar.kind.label())
            };
            vec![
                name,
                bar.figure.revenue.clone().unwrap_or_else(|| "—".to_owned()),
                format!("{:.2}", bar.figure.conversions),
            ]
        })
        .collect();
    output::table(&["", "Revenue", "Conversions"], &[false, true, true], &rows)
}
