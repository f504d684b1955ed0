//! From counted paths to credit.

use attribution::allocate;
use attribution::paths::{Attribution, Builder, ChannelCredit, GroupedPaths, Interval, PathModel, attribute, step_weights};
use serde::Serialize;
use types::Currency;
use types::money::{format_amount, round_half_even};

use super::DataDrivenQuestion;
use crate::engine::{PATH_REST, PATH_SEPARATOR, RawTable};
use crate::problem::{Problem, ProblemCode, QueryError};
use crate::result::Cell;

/// The answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DataDriven {
    /// In the order in which they were asked for.
    pub models: Vec<ModelCredit>,
    /// All conversions, with and without a touch, and their revenue less refunds, as decimal text in whole minor units.
    pub conversions: i64,
    pub revenue: String,
    /// Journeys that led to no conversion.
    pub not_converted: i64,
    pub distinct_paths: usize,
    pub currency: Currency,
    /// Share of the resamples inside the intervals; none without intervals.
    pub interval_level: Option<f64>,
    pub data_version: i64,
    /// True where rare paths were cut off: their conversions are shared like those of the others.
    pub is_truncated: bool,
}

/// One model. Rows and what is unattributed add up to all conversions and all revenue.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ModelCredit {
    pub model: &'static str,
    /// Of a Markov chain; the chosen one where that was left open.
    pub order: Option<usize>,
    /// From the largest revenue down.
    pub rows: Vec<StepCredit>,
    /// Conversions without a touch, and whatever the model can give to nobody.
    pub unattributed_conversions: f64,
    pub unattributed_revenue: String,
    /// How far the worst step is from its total, in relation to all, when every order's money is shared among its own touches: 0 where both hold.
    pub order_residual: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StepCredit {
    pub step: String,
    /// From 1; only under the ordered Shapley value.
    pub position: Option<u32>,
    pub conversions: f64,
    /// Decimal text in whole minor units.
    pub revenue: String,
    /// Share of the conversions that are lost without the step; only of Markov chains.
    pub removal_effect: Option<f64>,
    pub conversions_interval: Option<Interval>,
    pub revenue_interval: Option<MoneyInterval>,
    pub removal_effect_interval: Option<Interval>,
}

/// Decimal text in whole minor units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MoneyInterval {
    pub low: String,
    pub high: String,
}

/// Conversions, revenue in micros, and journeys without conversion.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    conversions: i64,
    revenue: i128,
    not_converted: i64,
}

impl DataDrivenQuestion {
    /// Reads the paths and shares them under every model.
    pub fn finish(&self, raw: &RawTable, currency: Currency) -> Result<DataDriven, QueryError> {
        let (paths, unattributed) = read(raw, currency)?;
        let all = sums(&raw.totals);
        let unit = i128::from(currency.micros_per_minor_unit());
        let units = |micros: i128| round_half_even(micros, unit);
        let shared = Shared {
            paths: &paths,
            currency,
            conversions: all.conversions - unattributed.conversions,
            revenue: units(all.revenue) - units(unattributed.revenue),
            unattributed_conversions: unattributed.conversions,
            unattributed_revenue: units(unattributed.revenue),
        };
        let refuse = |error: attribution::paths::Error| QueryError {
            problems: vec![Problem::new("/models", ProblemCode::InvalidSettings, error.to_string())],
        };
        let answers = attribute(&paths, &self.models, self.resampling.as_ref()).map_err(refuse)?;
        let mut models = Vec::with_capacity(answers.len());
        for (model, answer) in self.models.iter().zip(answers) {
            let residual = match model {
                PathModel::Markov { .. } => step_weights(&paths, model).map_err(refuse)?.residual(),
                _ => 0.0,
            };
            models.push(shared.credit(answer, residual)?);
        }
        Ok(DataDriven {
            models,
            conversions: all.conversions,
            revenue: shared.text(units(all.revenue)),
            not_converted: all.not_converted,
            distinct_paths: paths.len(),
            currency,
            interval_level: self.resampling.map(|resampling| resampling.level),
            data_version: raw.data_version,
            is_truncated: raw.is_truncated,
        })
    }
}

/// Paths with a touch, their revenue as a number of minor units, and the sums of conversions without one. A path whose refunds exceed its sales
/// has the value 0 for the models; its money is in the total that is shared all the same.
fn read(raw: &RawTable, currency: Currency) -> Result<(GroupedPaths, Sums), QueryError> {
    let (mut builder, mut without) = (Builder::default(), Sums::default());
    let unit = currency.micros_per_minor_unit() as f64;
    for row in &raw.rows {
        let Some((path, figures)) = row.split_first() else { continue };
        let of_path = sums(figures);
        let Cell::Text(path) = path else {
            without = of_path;
            continue;
        };
        let conversions = u64::try_from(of_path.conversions).unwrap_or(0);
        let value = if conversions > 0 { of_path.revenue.max(0) as f64 / unit } else { 0.0 };
        let steps = path.split(PATH_SEPARATOR).filter(|step| *step != PATH_REST);
        builder
            .add(steps, conversions, value, u64::try_from(of_path.not_converted).unwrap_or(0))
            .map_err(|error| QueryError {
                problems: vec![Problem::new("/models", ProblemCode::LimitExceeded, error.to_string())],
            })?;
    }
    Ok((builder.finish(), without))
}

/// From cells in the order of the statement's sums.
fn sums(cells: &[Cell]) -> Sums {
    let number = |at: usize| match cells.get(at) {
        Some(Cell::Integer(number)) => *number,
        _ => 0,
    };
    Sums {
        conversions: number(0),
        revenue: match cells.get(1) {
            Some(Cell::Decimal(decimal)) => decimal.micros(),
            _ => 0,
        },
        not_converted: number(2),
    }
}

/// What every model shares out; money in minor units.
struct Shared<'a> {
    paths: &'a GroupedPaths,
    currency: Currency,
    conversions: i64,
    revenue: i128,
    unattributed_conversions: i64,
    unattributed_revenue: i128,
}

impl Shared<'_> {
    fn credit(&self, answer: Attribution, order_residual: f64) -> Result<ModelCredit, QueryError> {
        let shares = self.money(&answer)?;
        // Of paths that a cap cut off only the sums are known.
        let known = self.paths.total_conversions() as f64;
        let scale = if known > 0.0 { self.conversions as f64 / known } else { 1.0 };
        let is_shared = !shares.is_empty();
        let (more_conversions, more_revenue) = if is_shared { (0, 0) } else { (self.conversions, self.revenue) };
        let mut rows: Vec<(i64, StepCredit)> = Vec::with_capacity(answer.credits.len());
        for (at, credit) in answer.credits.into_iter().enumerate() {
            let units = shares.get(at).copied().unwrap_or(0);
            rows.push((units, self.row(credit, units, scale)));
        }
        rows.sort_by_key(|(units, _)| std::cmp::Reverse(*units));
        Ok(ModelCredit {
            model: answer.model,
            order: answer.order,
            rows: rows.into_iter().map(|(_, row)| row).collect(),
            unattributed_conversions: (self.unattributed_conversions + more_conversions) as f64,
            unattributed_revenue: self.text(self.unattributed_revenue + more_revenue),
            order_residual,
        })
    }

    /// Minor units of each row by largest remainder, in proportion to the model's value; where no path has a value, to its conversions. Nothing
    /// where the model credits nobody.
    fn money(&self, answer: &Attribution) -> Result<Vec<i64>, QueryError> {
        let by_value: f64 = answer.credits.iter().map(|credit| credit.value).sum();
        let by_count: f64 = answer.credits.iter().map(|credit| credit.conversions).sum();
        let share = |credit: &ChannelCredit| {
            if by_value > 0.0 {
                credit.value / by_value
            } else {
                credit.conversions / by_count
            }
        };
        if by_count <= 0.0 {
            return Ok(Vec::new());
        }
        let refuse = |message: String| QueryError {
            problems: vec![Problem::new("/models", ProblemCode::LimitExceeded, message)],
        };
        let weights: Vec<f64> = answer.credits.iter().map(share).collect();
        let total = i64::try_from(self.revenue).map_err(|_| refuse(format!("{} minor units are too much to share exactly", self.revenue)))?;
        let mut shares = vec![0; weights.len()];
        allocate(total, &weights, &mut shares, &mut attribution::Scratch::default()).map_err(|error| refuse(error.to_string()))?;
        Ok(shares)
    }

    fn row(&self, credit: ChannelCredit, units: i64, scale: f64) -> StepCredit {
        let scaled = |interval: Interval| Interval {
            low: interval.low * scale,
            high: interval.high * scale,
        };
        // The interval of a model's value, moved and stretched as the value itself was to become money.
        let stretch = if credit.value > 0.0 { units as f64 / credit.value } else { 0.0 };
        let money = |value: f64| self.text((value * stretch).round() as i128);
        StepCredit {
            step: credit.channel,
            position: credit.position,
            conversions: credit.conversions * scale,
            revenue: self.text(i128::from(units)),
            removal_effect: credit.removal_effect,
            conversions_interval: credit.conversions_interval.map(scaled),
            revenue_interval: credit
                .value_interval
                .filter(|_| self.paths.total_value() > 0.0)
                .map(|interval| MoneyInterval {
                    low: money(interval.low),
                    high: money(interval.high),
                }),
            removal_effect_interval: credit.removal_effect_interval,
        }
    }

    fn text(&self, units: i128) -> String {
        let micros = units.saturating_mul(i128::from(self.currency.micros_per_minor_unit()));
        format_amount(i64::try_from(micros).unwrap_or(i64::MAX), self.currency)
    }
}
