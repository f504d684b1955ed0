//! How models share single orders among channels, for comparing credit with something that is known of each order, such as the truth of a
//! simulated company.

use attribution::{Model, Settings, Variant};
use types::DateRange;

use crate::engine::{CreditSource, Param, Plan, RawTable};
use crate::plan::{CREDITS, Statement};
use crate::row::Reader;

/// What one channel (none: nobody) has of one order under each model.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderShare {
    pub order_id: String,
    pub channel: Option<String>,
    /// In the order of the models asked for; over all rows of an order they add up to 1.
    pub weights: Vec<f64>,
}

/// Orders of some days, by order and channel, credited by `history` where there is any, else by `settings`. The rows number orders × channels: ask for a month at a time.
pub fn plan(range: &DateRange, models: &[Model], settings: &Settings, history: &[Variant]) -> Plan {
    let mut statement = Statement::default();
    let start = statement.bind(Param::Instant(range.start_instant()));
    let end = statement.bind(Param::Instant(range.end_instant()));
    let weights = models.iter().map(|model| format!("SUM(weight_{model}) AS weight_{model}"));
    let sql = format!(
        "SELECT order_id, channel, {}\nFROM {CREDITS}\n\
         WHERE entry = 'sale' AND order_id IS NOT NULL AND converted_at >= {start} AND converted_at < {end}\n\
         GROUP BY order_id, channel\nORDER BY order_id, channel",
        weights.collect::<Vec<_>>().join(", ")
    );
    Plan {
        sql,
        params: statement.into_params(),
        credits: vec![CreditSource {
            variants: history.to_vec(),
            ..CreditSource::new(CREDITS, models, settings)
        }],
        ..Plan::default()
    }
}

pub fn finish(raw: &RawTable, models: usize) -> Vec<OrderShare> {
    let shares = raw.rows.iter().filter_map(|cells| {
        let mut row = Reader::new(cells);
        let order_id = row.text()?;
        let channel = row.text();
        let weights = (0..models).map(|_| row.number()).collect();
        Some(OrderShare { order_id, channel, weights })
    });
    shares.collect()
}
