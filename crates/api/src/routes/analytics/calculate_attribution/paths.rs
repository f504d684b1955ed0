//! Models that learn from paths.

use attribution::Settings;
use semantic::data_driven::{self, Asked, DataDriven};
use semantic::engine::PathStep;
use types::DateRange;

use super::Question;
use crate::ask::{Defaults, ask};
use crate::gate::Caller;
use crate::problem::Problem;
use crate::state::Shared;

/// Credit by step, and the column that a step is.
pub(super) struct ByPath {
    pub(super) answer: DataDriven,
    pub(super) step: &'static str,
    pub(super) zone: String,
    pub(super) days: [String; 2],
}

pub(super) async fn calculate(
    shared: &Shared,
    caller: &Caller,
    defaults: &Defaults,
    question: &Question,
    settings: &Settings,
) -> Result<ByPath, Problem> {
    let body = &question.body;
    let (name, step) = step(&question.by)?;
    if !body.filters.is_empty() {
        let message = "models that learn from paths need whole journeys: leave the filters out, or ask for rules alone";
        return Err(Problem::invalid_field("/filters", "not-taken", message));
    }
    let zone = body.zone.clone().unwrap_or_else(|| defaults.zone.clone());
    let range = range(body.from.as_deref(), body.to.as_deref(), &zone)?;
    let asked = Asked {
        models: question.learned.iter().map(|name| (*name).to_owned()).collect(),
        order: body.order.map(|order| order.to_string()),
        without_nulls: body.without_nulls,
        step,
        intervals: body.intervals,
        resamples: body.resamples,
        seed: body.seed,
    };
    let prepared = data_driven::question(&asked, settings, range)?;
    let raw = ask(shared, &caller.context, &prepared.plan()).await?;
    let currency = defaults.currency;
    // Chains and draws are computation without a pause: not on a thread that serves requests.
    let answer = tokio::task::spawn_blocking(move || prepared.finish(&raw, currency))
        .await
        .map_err(|error| Problem::internal(&error))??;
    Ok(ByPath {
        answer,
        step: name,
        zone,
        days: [body.from.clone(), body.to.clone()].map(Option::unwrap_or_default),
    })
}

/// What a step of a path is, for the dimensions that are asked for.
fn step(by: &[String]) -> Result<(&'static str, PathStep), Problem> {
    match by.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["channel"] => Ok(("channel", PathStep::Channel)),
        ["campaign"] => Ok(("campaign", PathStep::Campaign)),
        ["data_source" | "source"] => Ok(("data_source", PathStep::Source)),
        _ => Err(Problem::invalid_field(
            "/by",
            "not-taken",
            "models that learn from paths are split by `channel`, `campaign` or `data_source` alone",
        )),
    }
}

fn range(from: Option<&str>, to: Option<&str>, zone: &str) -> Result<Option<DateRange>, Problem> {
    let invalid = |pointer: &str, error: types::date_range::Error| Problem::invalid_field(pointer, "invalid-range", error.to_string());
    match (from, to) {
        (None, None) => Ok(None),
        (Some(from), Some(to)) => DateRange::parse(from, to, zone).map(Some).map_err(|error| invalid("/from", error)),
        (Some(_), None) => Err(Problem::invalid_field(
            "/to",
            "missing",
            "give the last day as well, or leave both days out for all time",
        )),
        (None, Some(_)) => Err(Problem::invalid_field(
            "/from",
            "missing",
            "give the first day as well, or leave both days out for all time",
        )),
    }
}
