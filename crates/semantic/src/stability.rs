//! Which decisions depend on the model: every rule-based model under several windows, channel by channel.
//!
//! A channel with spend is ranked by its ROAS among the channels with spend (1 is best; equals share the better rank), any other by its
//! revenue among all. A channel **depends on the model** if, at some window, its ROAS is at or above break-even under one model and below it
//! under another, or its rank moves by [`RANKS_MOVED`] or more from model to model; on the window likewise, at some model from window to window.
//!
//! Windows of single channels or interactions hold under the window in use only: a window that is compared with it is the same for all.

use attribution::{Model, Settings};
use serde::Serialize;
use types::TimeGrain;
use types::money::format_amount;

use crate::engine::{Plan, RawTable};
use crate::plan::{self, Organization, Prepared};
use crate::problem::{Problem, ProblemCode, QueryError};
use crate::query::{DateBasis, Query};
use crate::result::{Cell, ColumnRole, ResultTable};

/// A rank that moves by so many places changes what one would cut or grow first.
pub const RANKS_MOVED: usize = 2;
/// Windows that are compared unless others are asked for, in days.
pub const WINDOW_DAYS: [i64; 6] = [1, 7, 14, 30, 60, 90];
const WINDOWS_MAX: usize = 12;

/// What is asked: `GET /api/analytics/stability`, `tributary stability`.
#[derive(Clone, Debug, PartialEq)]
pub struct StabilityQuestion {
    pub from: String,
    pub to: String,
    pub zone: Option<String>,
    /// The organisation's own if absent; their window is one of those compared.
    pub settings: Option<Settings>,
    /// The model that decisions are made by now.
    pub model: Model,
    /// In seconds.
    pub windows: Vec<i64>,
    /// ROAS from which a channel pays; 1.0 covers its own cost.
    pub break_even: f64,
    pub date_basis: DateBasis,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stability {
    /// By spend from the largest, then by revenue.
    pub channels: Vec<ChannelStability>,
    pub models: Vec<Model>,
    /// In seconds, ascending.
    pub windows: Vec<i64>,
    /// What decisions are made by now.
    pub model: Model,
    pub window_seconds: i64,
    pub break_even: f64,
    pub from: String,
    pub to: String,
    pub zone: String,
    pub currency: String,
    pub data_version: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChannelStability {
    pub channel: String,
    /// None where no source reports spend.
    pub spend: Option<String>,
    /// Every model under every window: by window, then model.
    pub cells: Vec<StabilityCell>,
    pub verdict: Verdict,
    /// Whether its ROAS crosses break-even, or its rank moves far, with the model or with the window.
    pub crosses_break_even: Dependence,
    pub moves_rank: Dependence,
    pub rank_best: usize,
    pub rank_worst: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StabilityCell {
    pub window_seconds: i64,
    pub model: Model,
    pub revenue: String,
    /// None without spend.
    pub roas: Option<f64>,
    pub rank: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Dependence {
    pub on_model: bool,
    pub on_window: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Stable,
    DependsOnModel,
    DependsOnWindow,
    DependsOnBoth,
}

#[derive(Clone, Debug)]
pub struct PreparedStability {
    question: StabilityQuestion,
    window_seconds: i64,
    windows: Vec<i64>,
    prepared: Vec<Prepared>,
    currency: types::Currency,
}

/// Prepares one plan a window. Problems point into the question: `/windows/1`, `/from`, `/break_even`.
pub fn stability(question: &StabilityQuestion, organization: &Organization<'_>) -> Result<PreparedStability, QueryError> {
    let refuse = |pointer: String, code, message: String| QueryError {
        problems: vec![Problem::new(pointer, code, message)],
    };
    if !(question.break_even.is_finite() && question.break_even > 0.0) {
        return Err(refuse(
            "/break_even".to_owned(),
            ProblemCode::InvalidSettings,
            format!(
                "{} is not a ROAS to break even at: use a positive number, such as 1.0",
                question.break_even
            ),
        ));
    }
    let own = question.settings.as_ref().unwrap_or(organization.attribution);
    let mut windows = question.windows.clone();
    windows.push(own.window_seconds);
    windows.sort_unstable();
    windows.dedup();
    if windows.len() > WINDOWS_MAX {
        return Err(refuse(
            "/windows".to_owned(),
            ProblemCode::LimitExceeded,
            format!("{} windows are asked for, {WINDOWS_MAX} can be compared", windows.len()),
        ));
    }
    let metrics = Model::ALL.iter().map(|model| format!("attributed_revenue{{{model}}}"));
    let mut query = Query {
        metrics: ["spend".to_owned()].into_iter().chain(metrics).collect(),
        dimensions: vec!["channel".to_owned()],
        filters: Vec::new(),
        from: question.from.clone(),
        to: question.to.clone(),
        grain: TimeGrain::Total,
        zone: question.zone.clone(),
        attribution: None,
        date_basis: question.date_basis,
        sort: Vec::new(),
        limit: None,
    };
    let mut prepared = Vec::with_capacity(windows.len());
    for window in &windows {
        query.attribution = Some(if *window == own.window_seconds {
            own.clone()
        } else {
            Settings {
                window_seconds: *window,
                windows: Vec::new(),
                ..own.clone()
            }
        });
        prepared.push(plan::plan(&query, organization).map_err(|mut error| {
            for problem in &mut error.problems {
                if problem.pointer.starts_with("/attribution") {
                    let at = question.windows.iter().position(|asked| asked == window);
                    problem.pointer = at.map_or_else(|| "/window".to_owned(), |at| format!("/windows/{at}"));
                }
            }
            error
        })?);
    }
    Ok(PreparedStability {
        question: question.clone(),
        window_seconds: own.window_seconds,
        windows,
        prepared,
        currency: organization.currency,
    })
}

impl PreparedStability {
    /// One plan a window, in the order of the answer's windows.
    pub fn plans(&self) -> Vec<&Plan> {
        self.prepared.iter().map(|prepared| &prepared.plan).collect()
    }

    /// `raw` in the order of [`PreparedStability::plans`].
    pub fn finish(self, raw: Vec<RawTable>) -> Stability {
        let tables: Vec<ResultTable> = self.prepared.into_iter().zip(raw).map(|(prepared, raw)| prepared.finish(raw)).collect();
        let mut channels: Vec<Figures> = Vec::new();
        for (window, table) in tables.iter().enumerate() {
            for row in &table.rows {
                read(&mut channels, row, window, table, self.windows.len());
            }
        }
        channels.sort_by_key(|channel| std::cmp::Reverse((channel.spend, channel.revenue.first().copied())));
        let ranks = ranks(&channels, self.windows.len() * Model::ALL.len());
        let break_even = self.question.break_even;
        let channels = channels
            .iter()
            .zip(ranks)
            .map(|(channel, ranks)| channel.judge(&ranks, &self.windows, break_even, self.currency));
        let meta = tables.first().map(|table| &table.meta);
        Stability {
            channels: channels.collect(),
            models: Model::ALL.to_vec(),
            model: self.question.model,
            window_seconds: self.window_seconds,
            break_even,
            from: self.question.from,
            to: self.question.to,
            zone: meta.map(|meta| meta.zone.clone()).unwrap_or_default(),
            currency: self.currency.as_str().to_owned(),
            data_version: meta.map_or(0, |meta| meta.data_version),
            windows: self.windows,
        }
    }
}

/// A channel's money in micros; revenue by window, then model.
#[derive(Debug)]
struct Figures {
    name: String,
    spend: i128,
    revenue: Vec<i128>,
}

fn read(channels: &mut Vec<Figures>, row: &[Cell], window: usize, table: &ResultTable, windows: usize) {
    let Some(Cell::Text(name)) = row.first() else { return };
    let at = match channels.iter().position(|known| *known.name == **name) {
        Some(at) => at,
        None => {
            channels.push(Figures {
                name: name.to_string(),
                spend: 0,
                revenue: vec![0; windows * Model::ALL.len()],
            });
            channels.len() - 1
        }
    };
    let mut metrics = row
        .iter()
        .zip(&table.columns)
        .filter(|(_, column)| column.role == ColumnRole::Metric)
        .map(|(cell, _)| micros(cell));
    channels[at].spend = metrics.next().unwrap_or(0);
    for (model, revenue) in metrics.enumerate() {
        channels[at].revenue[window * Model::ALL.len() + model] = revenue;
    }
}

fn micros(cell: &Cell) -> i128 {
    match cell {
        Cell::Decimal(decimal) => decimal.micros(),
        Cell::Integer(number) => i128::from(*number) * 1_000_000,
        Cell::Null | Cell::Text(_) | Cell::Number(_) | Cell::Bool(_) => 0,
    }
}

/// For each channel, its rank in each cell.
fn ranks(channels: &[Figures], cells: usize) -> Vec<Vec<usize>> {
    let is_better = |other: &Figures, one: &Figures, cell: usize| {
        if one.spend > 0 {
            // a/b > c/d without dividing.
            other.spend > 0 && other.revenue[cell].saturating_mul(one.spend) > one.revenue[cell].saturating_mul(other.spend)
        } else {
            other.revenue[cell] > one.revenue[cell]
        }
    };
    let rank = |one: &Figures, cell: usize| 1 + channels.iter().filter(|other| is_better(other, one, cell)).count();
    channels.iter().map(|one| (0..cells).map(|cell| rank(one, cell)).collect()).collect()
}

impl Figures {
    fn judge(&self, ranks: &[usize], windows: &[i64], break_even: f64, currency: types::Currency) -> ChannelStability {
        let models = Model::ALL.len();
        let roas = |cell: usize| (self.spend > 0).then(|| self.revenue[cell] as f64 / self.spend as f64);
        let money = |micros: i128| {
            let unit = i128::from(currency.micros_per_minor_unit());
            let whole = types::money::round_half_even(micros, unit).saturating_mul(unit);
            format_amount(i64::try_from(whole).unwrap_or(i64::MAX), currency)
        };
        let cells = windows.iter().enumerate().flat_map(|(window, seconds)| {
            Model::ALL
                .into_iter()
                .enumerate()
                .map(move |(model, name)| (window * models + model, *seconds, name))
        });
        let cells: Vec<StabilityCell> = cells
            .map(|(cell, window_seconds, model)| StabilityCell {
                window_seconds,
                model,
                revenue: money(self.revenue[cell]),
                roas: roas(cell),
                rank: ranks[cell],
            })
            .collect();
        let groups_by_model = || (0..windows.len()).map(|window| (0..models).map(move |model| window * models + model).collect::<Vec<_>>());
        let groups_by_window = || (0..models).map(|model| (0..windows.len()).map(move |window| window * models + model).collect::<Vec<_>>());
        let crosses = |group: Vec<usize>| {
            let pays: Vec<bool> = group.into_iter().filter_map(roas).map(|roas| roas >= break_even).collect();
            pays.contains(&true) && pays.contains(&false)
        };
        let moves = |group: Vec<usize>| {
            let of_group = group.iter().map(|cell| ranks[*cell]);
            of_group.clone().max().unwrap_or(0) - of_group.min().unwrap_or(0) >= RANKS_MOVED
        };
        let crosses_break_even = Dependence {
            on_model: groups_by_model().any(crosses),
            on_window: groups_by_window().any(crosses),
        };
        let moves_rank = Dependence {
            on_model: groups_by_model().any(moves),
            on_window: groups_by_window().any(moves),
        };
        ChannelStability {
            channel: self.name.clone(),
            spend: (self.spend > 0).then(|| money(self.spend)),
            cells,
            verdict: Verdict::of(crosses_break_even, moves_rank),
            crosses_break_even,
            moves_rank,
            rank_best: ranks.iter().copied().min().unwrap_or(0),
            rank_worst: ranks.iter().copied().max().unwrap_or(0),
        }
    }
}

impl Verdict {
    fn of(crosses: Dependence, moves: Dependence) -> Self {
        match (crosses.on_model || moves.on_model, crosses.on_window || moves.on_window) {
            (false, false) => Self::Stable,
            (true, false) => Self::DependsOnModel,
            (false, true) => Self::DependsOnWindow,
            (true, true) => Self::DependsOnBoth,
        }
    }
}

#[cfg(test)]
mod tests;
