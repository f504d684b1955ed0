//! `tributary completion`: how complete recent days are, and what they will come to.

use std::process::ExitCode;

use anyhow::Result;
use semantic::completion::{Completion, CompletionQuestion, MoneyRange, Range, Total, completion};
use semantic::{Organization, QueryEngine};

use super::question::{Credit, one_model, refusal};
use crate::cli::Global;
use crate::output;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Name of the organisation.
    #[arg(long, value_name = "NAME")]
    org: String,
    /// First day of touches to list, included (YYYY-MM-DD).
    #[arg(long, value_name = "DAY")]
    from: String,
    /// Last day, included; orders after it are not looked at.
    #[arg(long, value_name = "DAY")]
    to: String,
    /// Zone of the days; the organisation's own without it.
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    /// Model of the credit.
    #[arg(long, value_name = "MODEL", default_value = "linear")]
    model: String,
    /// One channel; all without it.
    #[arg(long, value_name = "CHANNEL")]
    channel: Option<String>,
    #[command(flatten)]
    credit: Credit,
}

pub(crate) async fn run(global: Global, arguments: Arguments) -> Result<ExitCode> {
    let model = one_model(&arguments.model)?;
    let installation = global.open().await?;
    let (organization, context) = installation.organization(&arguments.org).await?;
    let (own, history) = installation.settings(&context).await?;
    let question = CompletionQuestion {
        from: arguments.from,
        to: arguments.to,
        zone: arguments.zone,
        settings: arguments.credit.settings(&own)?,
        model,
        channel: arguments.channel,
    };
    let defaults = Organization {
        currency: organization.currency,
        zone: &organization.zone,
        attribution: &own,
        history: &history,
    };
    let prepared = completion(&question, &defaults).map_err(|error| refusal(&error))?;
    let [triangle, last_order, spend] = prepared.plans();
    let triangle = installation.engine.query(&context, triangle).await?;
    let last_order = installation.engine.query(&context, last_order).await?;
    let spend = installation.engine.query(&context, spend).await?;
    let answer = prepared.finish([triangle, last_order, spend]);
    output::print(global.format, &answer, text)?;
    Ok(ExitCode::SUCCESS)
}

fn text(answer: &Completion) -> String {
    let mut rows: Vec<Vec<String>> = answer
        .days
        .iter()
        .map(|day| {
            let state = match day.so_far.completion {
                _ if day.is_complete => "complete".to_owned(),
                Some(share) => format!("{:.1}% complete", share * 100.0),
                None => "still arriving".to_owned(),
            };
            line(&day.day, state, &day.so_far)
        })
        .collect();
    let state = answer
        .total
        .completion
        .map_or_else(String::new, |share| format!("{:.1}% arrived", share * 100.0));
    rows.push(line("All days", state, &answer.total));
    let mut out = format!(
        "Days of touches in {}, {}, orders up to {}\n\n{}\n",
        answer.zone,
        answer.currency,
        answer.as_of.as_deref().unwrap_or("—"),
        output::table(
            &["Day", "", "Conversions", "will be", "Revenue", "will be", "ROAS", "will be"],
            &[false, false, true, true, true, true, true, true],
            &rows
        )
    );
    match &answer.reason {
        Some(reason) => out.push_str(&format!("\nNothing is projected: {reason}.")),
        None => out.push_str(&format!(
            "\nRanges hold nine times of ten; learnt from {} days of touches.",
            answer.days_learnt
        )),
    }
    for warning in &answer.warnings {
        out.push_str(&format!("\n{warning}"));
    }
    out
}

fn line(name: &str, state: String, total: &Total) -> Vec<String> {
    let range = |range: &Option<Range>, digits: usize| match range {
        Some(Range { expected, low, high }) => format!("{expected:.digits$} ({low:.digits$} to {high:.digits$})"),
        None => "—".to_owned(),
    };
    let money = match &total.revenue_expected {
        Some(MoneyRange { expected, low, high }) => format!("{expected} ({low} to {high})"),
        None => "—".to_owned(),
    };
    vec![
        name.to_owned(),
        state,
        format!("{:.1}", total.conversions),
        range(&total.conversions_expected, 1),
        total.revenue.clone(),
        money,
        total.roas.map_or_else(|| "—".to_owned(), |roas| format!("{roas:.2}")),
        range(&total.roas_expected, 2),
    ]
}
