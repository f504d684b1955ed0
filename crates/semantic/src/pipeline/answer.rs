//! Reading the engine's answers about a pipeline.

use std::collections::BTreeMap;

use jiff::Timestamp;
use journeys::stages::Precedence;
use journeys::velocity::Pace;
use types::money::{format_scaled, round_half_even};
use types::{Currency, CustomerId};

use super::{GROUPS_MAX, Group, Outcome, Pipeline, StageFigures, StuckLead};
use crate::decimal::money_text as money;
use crate::engine::RawTable;
use crate::row::Reader;

const SECOND: f64 = 1_000_000.0;

/// Stage names, the newest instant of anything, and rows without a customer.
pub(super) fn names(raw: &RawTable) -> (Vec<String>, Option<Timestamp>, i64) {
    let (mut names, mut newest, mut nobody) = (Vec::new(), None, 0);
    for cells in &raw.rows {
        let mut row = Reader::new(cells);
        let (name, leads, without, at) = (row.text(), row.integer(), row.integer(), row.instant());
        newest = newest.max(at);
        nobody += without;
        if let Some(name) = name
            && leads > 0
        {
            names.push(name);
        }
    }
    (names, newest, nobody)
}

pub(super) fn precedences(raw: &RawTable) -> Vec<Precedence> {
    raw.rows
        .iter()
        .filter_map(|cells| {
            let mut row = Reader::new(cells);
            Some(Precedence {
                earlier: row.text()?,
                later: row.text()?,
                leads: row.integer(),
            })
        })
        .collect()
}

/// One row of figures.
#[derive(Debug)]
struct Figures {
    entered: i64,
    progressed: i64,
    lost: i64,
    skipped: i64,
    went_back: i64,
    median: Option<f64>,
    mean: Option<f64>,
    p90: Option<f64>,
    won: Option<i128>,
    open: Option<i128>,
}

/// Fills stages, outcome and groups.
pub(super) fn figures(pipeline: &mut Pipeline, raw: &RawTable, is_split: bool) {
    let currency = pipeline.currency;
    let mut groups: BTreeMap<Option<String>, Group> = BTreeMap::new();
    for cells in &raw.rows {
        let mut row = Reader::new(cells);
        let (step, is_total, key, name) = (row.integer(), row.integer() == 1, row.text(), row.text());
        let figures = Figures {
            entered: row.integer(),
            progressed: row.integer(),
            lost: row.integer(),
            skipped: row.integer(),
            went_back: row.integer(),
            median: row.measure(),
            mean: row.measure(),
            p90: row.measure(),
            won: row.micros(),
            open: row.micros(),
        };
        let at = usize::try_from(step).unwrap_or_default();
        match (is_total, at) {
            (true, 0) => pipeline.outcome = outcome(&figures, currency),
            (true, _) => {
                if let Some(stage) = pipeline.stages.get_mut(at - 1) {
                    fill(stage, &figures, currency);
                }
            }
            (false, _) if is_split => {
                let steps = pipeline.order.len();
                let group = groups.entry(key.clone()).or_insert_with(|| Group {
                    key,
                    name: None,
                    outcome: outcome_of_nothing(currency),
                    entered: vec![0; steps],
                    progressed: vec![0; steps],
                });
                group.name = group.name.take().max(name);
                if at == 0 {
                    group.outcome = outcome(&figures, currency);
                } else if at <= steps {
                    group.entered[at - 1] = figures.entered;
                    group.progressed[at - 1] = figures.progressed;
                }
            }
            (false, _) => {}
        }
    }
    let mut groups: Vec<Group> = groups
        .into_values()
        .filter(|group| group.outcome.leads > 0 || group.entered.iter().any(|entered| *entered > 0))
        .collect();
    groups.sort_by(|one, other| other.outcome.leads.cmp(&one.outcome.leads).then_with(|| one.key.cmp(&other.key)));
    pipeline.are_groups_truncated = raw.is_truncated || groups.len() > GROUPS_MAX;
    groups.truncate(GROUPS_MAX);
    pipeline.groups = groups;
    for stage in &mut pipeline.stages {
        if stage.won_value.is_empty() {
            stage.won_value = money(0, currency);
        }
    }
}

fn fill(stage: &mut StageFigures, figures: &Figures, currency: Currency) {
    stage.entered = figures.entered;
    stage.progressed = figures.progressed;
    stage.lost = figures.lost;
    stage.open = figures.entered - figures.progressed - figures.lost;
    stage.skipped = figures.skipped;
    stage.went_back = figures.went_back;
    stage.conversion_rate = ratio(figures.progressed, figures.entered);
    stage.drop_off_rate = ratio(figures.lost, figures.entered);
    stage.median_seconds = figures.median.map(seconds);
    stage.mean_seconds = figures.mean.map(seconds);
    stage.p90_seconds = figures.p90.map(seconds);
    stage.won_value = money(figures.won.unwrap_or(0), currency);
    stage.open_value = figures.open.map(|micros| money(micros, currency));
}

fn outcome_of_nothing(currency: Currency) -> Outcome {
    Outcome {
        won_value: money(0, currency),
        ..Outcome::default()
    }
}

fn outcome(figures: &Figures, currency: Currency) -> Outcome {
    let (leads, won, lost) = (figures.entered, figures.progressed, figures.lost);
    let won_micros = figures.won.unwrap_or(0);
    let pace = Pace {
        entered: leads,
        won,
        lost,
        won_micros,
        // Exact to the microsecond; a median of decades is still below 2^53 of them.
        cycle_micros: figures.median.map(|micros| micros.round() as i64),
    };
    Outcome {
        leads,
        won,
        lost,
        open: leads - won - lost,
        lead_conversion_rate: ratio(won, leads),
        win_rate: ratio(won, won + lost),
        cycle_median_seconds: figures.median.map(seconds),
        cycle_mean_seconds: figures.mean.map(seconds),
        cycle_p90_seconds: figures.p90.map(seconds),
        won_value: money(won_micros, currency),
        average_value: (won > 0).then(|| to_minor(round_half_even(won_micros, i128::from(won)), currency)),
        velocity_per_day: pace.velocity_micros().map(|micros| to_minor(micros, currency)),
    }
}

/// Where a stage's usual time is known, nobody is stuck until somebody is found.
pub(super) fn nobody_stuck(pipeline: &mut Pipeline) {
    for stage in &mut pipeline.stages {
        stage.stuck = stage.p90_seconds.map(|_| 0);
    }
}

pub(super) fn stuck(pipeline: &mut Pipeline, raw: &RawTable) {
    for cells in &raw.rows {
        let mut row = Reader::new(cells);
        let (step, id, customer_key, group) = (row.integer(), row.uuid(), row.text(), row.text());
        let (entered_at, age, amount, stuck) = (row.integer(), row.measure(), row.money(pipeline.currency), row.integer());
        let at = usize::try_from(step).unwrap_or_default();
        let (Some(stage), Some(id), Ok(entered_at)) = (
            at.checked_sub(1).and_then(|at| pipeline.stages.get_mut(at)),
            id,
            Timestamp::from_microsecond(entered_at),
        ) else {
            continue;
        };
        stage.stuck = Some(stuck);
        pipeline.stuck.push(StuckLead {
            customer_id: CustomerId(id),
            customer_key,
            stage: stage.stage.clone(),
            entered_at,
            seconds: age.unwrap_or_default(),
            group,
            amount,
        });
    }
}

fn ratio(part: i64, of: i64) -> Option<f64> {
    (of > 0).then(|| part as f64 / of as f64)
}

fn seconds(micros: f64) -> f64 {
    micros / SECOND
}

/// What is computed from amounts, rounded half-even to whole minor units.
fn to_minor(micros: i128, currency: Currency) -> String {
    let digits = currency.digits() as usize;
    let unit = 10_i128.pow(6_u32.saturating_sub(u32::try_from(digits).unwrap_or(6)));
    format_scaled(round_half_even(micros, unit), digits, digits)
}
