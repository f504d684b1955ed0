//! Intervals of credit: how far a table's figures could have come out otherwise, had other customers happened to buy.

use std::collections::HashMap;

use types::money::{format_amount, round_half_even};

use super::{AttributionQuestion, AttributionRow, AttributionTable, STATUS, in_words_of_the_question, micros, query};
use crate::engine::{Plan, RawTable};
use crate::plan::{self, Organization};
use crate::problem::QueryError;
use crate::result::Cell;

/// Standard deviations on either side that hold 95 of 100 draws.
const Z: f64 = 1.959_963_984_540_054;

/// The plan of a table's intervals.
#[derive(Clone, Debug)]
pub struct PreparedIntervals {
    plan: Plan,
    /// Ids of the columns that rows are known by, the status among them.
    keys: Vec<&'static str>,
    currency: types::Currency,
}

/// 95 of 100 draws of customers with replacement give a figure between these.
#[derive(Clone, Debug, PartialEq)]
pub struct Interval {
    /// Decimal text, as the row's revenue.
    pub revenue: [String; 2],
    pub conversions: [f64; 2],
}

/// Plans the intervals of the table that the same question gives.
pub fn attribution_intervals(question: &AttributionQuestion, organization: &Organization<'_>) -> Result<PreparedIntervals, QueryError> {
    let (query, _) = query(question);
    let (plan, keys) = plan::plan_spread(&query, organization).map_err(in_words_of_the_question)?;
    Ok(PreparedIntervals {
        plan,
        keys: keys.into_iter().map(|column| column.id).collect(),
        currency: organization.currency,
    })
}

impl PreparedIntervals {
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The interval of every row of the table; none for rows that others cannot be told from.
    pub fn finish(&self, table: &AttributionTable, raw: &RawTable) -> Vec<Option<Interval>> {
        let mut spreads: HashMap<String, Option<&[Cell]>> = HashMap::new();
        for cells in &raw.rows {
            let (keys, squares) = cells.split_at(self.keys.len().min(cells.len()));
            spreads.entry(name(keys)).and_modify(|spread| *spread = None).or_insert(Some(squares));
        }
        let models: Vec<_> = table.totals.iter().map(|total| total.model).collect();
        let of_row = |row: &AttributionRow| {
            let squares = (*spreads.get(&self.name_of(table, row))?)?;
            let at = models.iter().position(|model| *model == row.model)?;
            let deviation = |place: usize| match squares.get(place) {
                Some(Cell::Number(square)) => square.max(0.0).sqrt(),
                _ => 0.0,
            };
            Some(self.interval(row, deviation(2 * at), deviation(2 * at + 1)))
        };
        table.rows.iter().map(of_row).collect()
    }

    /// What a row is known by.
    fn name_of(&self, table: &AttributionTable, row: &AttributionRow) -> String {
        let status = Cell::Text(if row.is_unattributed {
            "unattributed".into()
        } else {
            "attributed".into()
        });
        let cell = |id: &&'static str| {
            let shown = table.dimensions.iter().position(|column| column.id == **id);
            match shown {
                Some(at) => row.dimensions[at].clone(),
                None if **id == *STATUS => status.clone(),
                None => Cell::Null,
            }
        };
        name(&self.keys.iter().map(cell).collect::<Vec<_>>())
    }

    fn interval(&self, row: &AttributionRow, revenue: f64, conversions: f64) -> Interval {
        let unit = i128::from(self.currency.micros_per_minor_unit());
        let middle = i128::from(micros(&row.revenue));
        // Squares of amounts are doubles: the bounds of an interval are no money that anything adds up to.
        let reach = (revenue * Z * 1e6) as i128;
        let text = |micros: i128| {
            let whole = round_half_even(micros, unit) * unit;
            format_amount(i64::try_from(whole).unwrap_or(i64::MAX), self.currency)
        };
        Interval {
            revenue: [text(middle - reach), text(middle + reach)],
            conversions: [(row.conversions - Z * conversions).max(0.0), row.conversions + Z * conversions],
        }
    }
}

fn name(cells: &[Cell]) -> String {
    serde_json::to_string(cells).unwrap_or_default()
}
