use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::Journey;

mod million;
mod properties;
mod sentences;

const DAY: i64 = 86_400_000_000;

/// A customer written down as the rows happened.
#[derive(Clone, Debug, Default)]
struct Rows {
    times: Vec<i64>,
    kinds: Vec<Kind>,
    events: Vec<Event>,
    factors: Vec<f64>,
}

impl Rows {
    fn touch(&mut self, time: i64) -> &mut Self {
        self.times.push(time);
        self.kinds.push(Kind::Touch);
        self
    }

    fn event(&mut self, kind: Kind, time: i64, conversion_type: u32, value: i64, refund_of: u32) -> &mut Self {
        self.events.push(Event {
            row: self.times.len() as u32,
            conversion_type,
            value,
            refund_of,
        });
        self.times.push(time);
        self.kinds.push(kind);
        self
    }

    fn order(&mut self, time: i64, value: i64) -> &mut Self {
        self.event(Kind::Conversion, time, 0, value, NO_ORDER)
    }

    fn refund(&mut self, time: i64, value: i64, refund_of: u32) -> &mut Self {
        self.event(Kind::Refund, time, 0, value, refund_of)
    }

    fn customer(&self) -> Customer<'_> {
        Customer {
            first_row: 0,
            times: &self.times,
            kinds: &self.kinds,
            events: &self.events,
            factors: &self.factors,
            ..Customer::default()
        }
    }

    fn credits(&self, settings: &Settings, models: &[Model]) -> Credits {
        let mut credits = Credits::new(models);
        Pass::new(settings, models).unwrap().run(&self.customer(), &mut credits).unwrap();
        credits
    }
}

/// One line a credit row: conversion, entry, touch, position/touches, amounts by model, flags.
fn show(credits: &Credits) -> String {
    let mut out = String::new();
    for row in 0..credits.len() {
        let touch = if credits.touch[row] == NO_TOUCH {
            "-".to_owned()
        } else {
            credits.touch[row].to_string()
        };
        let amounts: Vec<String> = credits.models.iter().map(|model| model.amounts[row].to_string()).collect();
        out += &format!(
            "{} {} {touch} {}/{} [{}] {}\n",
            credits.conversion[row],
            credits.entry[row],
            credits.position[row],
            credits.touches[row],
            amounts.join(" "),
            credits.flags[row] & !flag::FIRST_OF_TYPE
        );
    }
    out
}

fn check(rows: &Rows, settings: &Settings, expected: Expect) {
    expected.assert_eq(&show(&rows.credits(settings, &[Model::FirstTouch, Model::LastTouch, Model::Linear])));
}
