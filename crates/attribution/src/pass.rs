//! One pass over a customer's rows: every model over the same eligible touches.

use std::ops::Range;

use crate::allocate::{Scratch, allocate, append_by_position, append_equal, append_whole, equal_shares};
use crate::classes::Classes;
use crate::credits::{Credits, NO_TOUCH, flag};
use crate::customer::{Customer, Event, Kind, NO_ORDER, NOT_COUNTED};
use crate::money::{self, Money};
use crate::refund::Refunded;
use crate::window::Windows;
use crate::{Counted, Error, Model, Settings, custom, first_touch, last_non_direct, last_touch, linear, milestones, position_based, time_decay};

const MICROS_PER_SECOND: f64 = 1e6;

/// Computes credit customer by customer. It keeps its memory between customers; credit rows go to the caller's [`Credits`].
///
/// Customers without a counted conversion cost nothing; of the others, only touches inside some conversion's window do.
#[derive(Debug)]
pub struct Pass {
    settings: Settings,
    models: Vec<Model>,
    windows: Windows,
    classes: Classes,
    /// Conversions from the first instant on and before the second are credited, the others only close journeys.
    interval: Range<i64>,
    /// Rows and times of the touches that some conversion could credit.
    touch_rows: Vec<u32>,
    touch_times: Vec<i64>,
    /// The same of the conversion in hand, where its eligible touches are not a run; and the earliest eligible instant of every class.
    chosen_rows: Vec<u32>,
    chosen_times: Vec<i64>,
    earliest: Vec<i64>,
    conversions: Vec<Conversion>,
    next_event: usize,
    weights: Vec<f64>,
    amounts: [Vec<i64>; 2],
    scratch: Scratch,
    /// Rows of refunds whose money is added up.
    rows: Option<Credits>,
}

/// What the pass knows of an event of the customer in hand.
#[derive(Clone, Debug, Default)]
struct Conversion {
    /// Eligible touches, as a range of `touch_rows`; where classes matter, those in the longest window.
    eligible: Range<usize>,
    /// Whether it gets credit: its type is counted, it is the first or last where only that one is, and it is within the interval.
    is_credited: bool,
    is_first_of_type: bool,
    refunded: Refunded,
}

impl Pass {
    /// Refuses settings that are not valid.
    pub fn new(settings: &Settings, models: &[Model]) -> Result<Self, Error> {
        settings.validate()?;
        Ok(Self {
            settings: settings.clone(),
            models: models.to_vec(),
            windows: Windows::new(settings),
            classes: Classes::new(settings),
            interval: i64::MIN..i64::MAX,
            touch_rows: Vec::new(),
            touch_times: Vec::new(),
            chosen_rows: Vec::new(),
            chosen_times: Vec::new(),
            earliest: Vec::new(),
            conversions: Vec::new(),
            next_event: 0,
            weights: Vec::new(),
            amounts: [Vec::new(), Vec::new()],
            scratch: Scratch::default(),
            rows: None,
        })
    }

    /// Credits only conversions at instants of this interval (UTC microseconds), with their refunds; all others close journeys as ever.
    #[must_use]
    pub fn within(mut self, interval: Range<i64>) -> Self {
        self.interval = interval;
        self
    }

    /// The class of touches with this channel and interaction type, for [`Customer::classes`].
    pub fn class_of(&mut self, channel: Option<&str>, interaction: Option<&str>) -> u16 {
        self.classes.of(channel, interaction)
    }

    /// Appends all credit rows of a customer. The rows number (conversions × eligible touches): where a single customer may have
    /// very many, use [`Pass::begin`] and [`Pass::step`].
    pub fn run(&mut self, customer: &Customer<'_>, credits: &mut Credits) -> Result<(), Error> {
        self.begin(customer);
        while self.step(customer, credits)? {}
        Ok(())
    }

    /// Takes a customer in hand.
    pub fn begin(&mut self, customer: &Customer<'_>) {
        debug_assert!(customer.times.is_sorted());
        debug_assert_eq!(customer.times.len(), customer.kinds.len());
        debug_assert!(customer.events.is_sorted_by_key(|event| event.row));
        self.next_event = 0;
        self.windows.restart();
        self.conversions.clear();
        self.touch_rows.clear();
        self.touch_times.clear();
        let is_counted = |event: &&Event| is_conversion(customer, event) && event.conversion_type != NOT_COUNTED;
        let time = |event: &Event| customer.times[event.row as usize];
        let Some(first) = customer.events.iter().find(is_counted) else {
            self.conversions.resize(customer.events.len(), Conversion::default());
            return;
        };
        let last = customer.events.iter().rfind(is_counted).unwrap_or(first);
        self.gather_touches(customer, self.windows.earliest(time(first)), time(last));
        let mut seen_types = 0_u64;
        for (at, event) in customer.events.iter().enumerate() {
            let mut conversion = Conversion::default();
            if is_counted(&event) {
                conversion.is_first_of_type = is_first(&mut seen_types, customer, event);
                let is_chosen = match self.settings.counted {
                    Counted::Every => true,
                    Counted::First => conversion.is_first_of_type,
                    Counted::Last => !customer.events[at + 1..]
                        .iter()
                        .any(|later| later.conversion_type == event.conversion_type && is_conversion(customer, later)),
                };
                if is_chosen {
                    conversion.eligible = self.windows.eligible(&self.touch_times, time(event), event.conversion_type);
                    conversion.is_credited = self.interval.contains(&time(event));
                }
            }
            self.conversions.push(conversion);
        }
    }

    /// Appends the rows of the next event; false when the customer has no more.
    pub fn step(&mut self, customer: &Customer<'_>, credits: &mut Credits) -> Result<bool, Error> {
        let at = self.next_event;
        let Some(event) = customer.events.get(at) else { return Ok(false) };
        self.next_event += 1;
        if event.value == i64::MIN {
            return Err(Error::Overflow {
                minor_units: i128::from(event.value),
            });
        }
        if is_conversion(customer, event) {
            if self.conversions[at].is_credited {
                self.credit(customer, credits, at)?;
            }
        } else {
            self.refund(customer, credits, event)?;
        }
        Ok(true)
    }

    /// Like [`Pass::step`], for a caller that adds up money and needs no credit rows: models that give all to one touch cost one addition.
    pub fn step_money<M: Money>(&mut self, customer: &Customer<'_>, money: &mut M) -> Result<bool, M::Error> {
        let at = self.next_event;
        match customer.events.get(at) {
            None => Ok(false),
            Some(event) if is_conversion(customer, event) && event.value != i64::MIN => {
                self.next_event += 1;
                if self.conversions[at].is_credited {
                    self.pay(customer, at, money)?;
                }
                Ok(true)
            }
            // Refunds are few: their rows are made, and added up.
            _ => {
                let mut credits = self.rows.take().unwrap_or_else(|| Credits::new(&self.models));
                credits.clear();
                let has_more = self.step(customer, &mut credits)?;
                money::add_rows(&credits, customer.first_row, money)?;
                self.rows = Some(credits);
                Ok(has_more)
            }
        }
    }

    /// Gives the value of conversion `at` to its touches under every model.
    fn pay<M: Money>(&mut self, customer: &Customer<'_>, at: usize, money: &mut M) -> Result<(), M::Error> {
        let value = customer.events[at].value;
        let is_run = self.choose(customer, at);
        let eligible = self.conversions[at].eligible.clone();
        let (rows, times) = if is_run {
            (&self.touch_rows[eligible.clone()], &self.touch_times[eligible])
        } else {
            (self.chosen_rows.as_slice(), self.chosen_times.as_slice())
        };
        money.begin(rows)?;
        let count = rows.len();
        let sale = Sale {
            customer,
            settings: &self.settings,
            classes: &self.classes,
            time: time_of(customer, at),
            rows,
            times,
        };
        for index in 0..self.models.len() {
            let model = self.models[index];
            match model {
                _ if count == 0 => money.add(index, 0, value),
                Model::FirstTouch => money.add(index, 0, value),
                Model::LastTouch => money.add(index, count - 1, value),
                Model::LastNonDirect => money.add(index, last_non_direct::place(count, |at| sale.is_direct(at)), value),
                Model::Linear => {
                    let (each, rest) = equal_shares(value, count)?;
                    for at in 0..count {
                        let is_more = (at as u64) < rest.unsigned_abs();
                        money.add(index, at, each + if is_more { rest.signum() } else { 0 });
                    }
                }
                _ => {
                    let (weights, amounts) = (&mut self.weights, &mut self.amounts[0]);
                    weights.clear();
                    amounts.clear();
                    sale.append_weights(model, weights);
                    append_shares(model, value, weights, amounts, &mut self.scratch)?;
                    for (at, amount) in amounts.iter().enumerate() {
                        money.add(index, at, *amount);
                    }
                }
            }
        }
        Ok(())
    }

    /// Finds the eligible touches of conversion `at`. True where they are the whole run, false where they are the chosen ones.
    fn choose(&mut self, customer: &Customer<'_>, at: usize) -> bool {
        if customer.classes.is_empty() && !self.classes.has_rules() {
            return true;
        }
        let (time, kind) = (time_of(customer, at), customer.events[at].conversion_type as usize);
        self.earliest.clear();
        let windows = &self.windows;
        self.earliest
            .extend(self.classes.list().iter().map(|class| windows.earliest_within(time, class.windows[kind])));
        self.chosen_rows.clear();
        self.chosen_times.clear();
        let mut direct = 0;
        for touch in self.conversions[at].eligible.clone() {
            let (row, touched) = (self.touch_rows[touch], self.touch_times[touch]);
            let class = class_at(customer, row);
            if touched >= self.earliest[class as usize] {
                direct += usize::from(self.classes.is_direct(class));
                self.chosen_rows.push(row);
                self.chosen_times.push(touched);
            }
        }
        if direct > 0 && direct < self.chosen_rows.len() && self.classes.drops_direct() {
            let mut kept = 0;
            for at in 0..self.chosen_rows.len() {
                if !self.classes.is_direct(class_at(customer, self.chosen_rows[at])) {
                    self.chosen_rows[kept] = self.chosen_rows[at];
                    self.chosen_times[kept] = self.chosen_times[at];
                    kept += 1;
                }
            }
            self.chosen_rows.truncate(kept);
            self.chosen_times.truncate(kept);
        }
        false
    }

    /// Copies the touches between two instants, run by run: most rows are touches.
    fn gather_touches(&mut self, customer: &Customer<'_>, from: i64, until: i64) {
        let mut start = customer.times.partition_point(|time| *time < from);
        let end = start + customer.times[start..].partition_point(|time| *time <= until);
        while start < end {
            let touches = customer.kinds[start..end].iter().take_while(|kind| **kind == Kind::Touch).count();
            let run = start..start + touches;
            self.touch_times.extend_from_slice(&customer.times[run.clone()]);
            self.touch_rows.extend(run.start as u32..run.end as u32);
            start = run.end + customer.kinds[run.end..end].iter().take_while(|kind| **kind != Kind::Touch).count();
        }
    }

    fn credit(&mut self, customer: &Customer<'_>, credits: &mut Credits, at: usize) -> Result<(), Error> {
        let event = &customer.events[at];
        let (row, flags) = (customer.first_row + event.row, self.flags(at));
        let Some(start) = self.push_journey(customer, credits, at, row, row, flags) else {
            push_unattributed(credits, row, row, flags, 1.0, event.value);
            return Ok(());
        };
        for index in 0..self.models.len() {
            let output = &mut credits.models[index];
            append_shares(
                self.models[index],
                event.value,
                &output.weights[start..],
                &mut output.amounts,
                &mut self.scratch,
            )?;
        }
        Ok(())
    }

    /// The mirror of the order's rows. The order's weights are computed again from the same touches, which gives the same bits.
    fn refund(&mut self, customer: &Customer<'_>, credits: &mut Credits, event: &Event) -> Result<(), Error> {
        let entry = customer.first_row + event.row;
        let order = customer
            .events
            .get(event.refund_of as usize)
            .filter(|order| is_conversion(customer, order));
        let Some(order) = order.filter(|_| event.refund_of != NO_ORDER) else {
            let time = customer.times[event.row as usize];
            if event.conversion_type != NOT_COUNTED && self.settings.counted == Counted::Every && self.interval.contains(&time) {
                push_unattributed(credits, entry, entry, flag::REFUND | flag::REFUND_WITHOUT_ORDER, 1.0, -event.value);
            }
            return Ok(());
        };
        let at = event.refund_of as usize;
        if !self.conversions[at].is_credited {
            return Ok(());
        }
        let row = customer.first_row + order.row;
        let step = self.conversions[at].refunded.step(order.value, event.value);
        let excess = if step.excess == 0 { 0 } else { flag::REFUND_EXCESS };
        let flags = self.flags(at) | flag::REFUND | excess;
        let Some(start) = self.push_journey(customer, credits, at, row, entry, flags) else {
            push_unattributed(credits, row, entry, flags, 1.0, -event.value);
            return Ok(());
        };
        let [before, after] = &mut self.amounts;
        for (model, output) in self.models.iter().zip(&mut credits.models) {
            let weights = &output.weights[start..];
            for (amounts, total) in [(&mut *before, step.before), (&mut *after, step.after)] {
                amounts.clear();
                append_shares(*model, total, weights, amounts, &mut self.scratch)?;
            }
            output
                .amounts
                .extend(after.iter().zip(before.iter()).map(|(after, before)| after - before));
        }
        if step.excess != 0 {
            push_unattributed(credits, row, entry, flags, 0.0, -step.excess);
        }
        Ok(())
    }

    fn flags(&self, at: usize) -> u8 {
        if self.conversions[at].is_first_of_type { flag::FIRST_OF_TYPE } else { 0 }
    }

    /// Appends the eligible touches of a conversion with every model's weights, and returns the first new row; None without any touch.
    fn push_journey(&mut self, customer: &Customer<'_>, credits: &mut Credits, at: usize, row: u32, entry: u32, mut flags: u8) -> Option<usize> {
        let is_run = self.choose(customer, at);
        let eligible = self.conversions[at].eligible.clone();
        let (rows, times) = if is_run {
            (&self.touch_rows[eligible.clone()], &self.touch_times[eligible])
        } else {
            (self.chosen_rows.as_slice(), self.chosen_times.as_slice())
        };
        if rows.is_empty() {
            return None;
        }
        let start = credits.conversion.len();
        let end = start + rows.len();
        let count = rows.len() as u32;
        credits.conversion.resize(end, row);
        credits.entry.resize(end, entry);
        credits.touches.resize(end, count);
        let first_row = customer.first_row;
        credits.touch.extend(rows.iter().map(|touch| first_row.wrapping_add(*touch)));
        credits.position.extend((0..count).map(|at| at.wrapping_add(1)));
        let sale = Sale {
            customer,
            settings: &self.settings,
            classes: &self.classes,
            time: time_of(customer, at),
            rows,
            times,
        };
        for (model, output) in self.models.iter().zip(&mut credits.models) {
            flags |= sale.append_weights(*model, &mut output.weights);
        }
        credits.flags.resize(end, flags);
        Some(start)
    }
}

/// A conversion with its eligible touches, of which there is at least one where weights are asked for.
struct Sale<'a> {
    customer: &'a Customer<'a>,
    settings: &'a Settings,
    classes: &'a Classes,
    time: i64,
    rows: &'a [u32],
    times: &'a [i64],
}

impl Sale<'_> {
    /// Appends the weights of one model; returns the flag of a fallback, if there was one.
    fn append_weights(&self, model: Model, weights: &mut Vec<f64>) -> u8 {
        let (settings, count) = (self.settings, self.rows.len());
        let by_position = |shares, weights: &mut Vec<f64>| {
            if position_based::append(shares, count, weights) {
                0
            } else {
                flag::POSITION_FALLBACK
            }
        };
        let by_milestones = |is_complete| if is_complete { 0 } else { flag::MILESTONE_MISSING };
        let milestones = self.customer.milestones;
        match model {
            Model::FirstTouch => first_touch::append(count, weights),
            Model::LastTouch => last_touch::append(count, weights),
            Model::LastNonDirect => last_non_direct::append(count, |at| self.is_direct(at), weights),
            Model::Linear => linear::append(count, weights),
            Model::TimeDecay => time_decay::append(self.times, settings.half_life_seconds as f64 * MICROS_PER_SECOND, weights),
            Model::PositionBased => return by_position(settings.position, weights),
            Model::JShaped => return by_position(position_based::J_SHAPED, weights),
            Model::InverseJ => return by_position(position_based::INVERSE_J, weights),
            Model::WShaped => return by_milestones(milestones::append_w_shaped(self.times, self.time, milestones, weights)),
            Model::FullPath => return by_milestones(milestones::append_full_path(self.times, self.time, milestones, weights)),
            Model::Custom => {
                let factor = |at: usize| self.customer.factors.get(self.rows[at] as usize).copied().unwrap_or(1.0);
                if !custom::append(&settings.custom, self.times, factor, weights) {
                    return flag::CUSTOM_FALLBACK;
                }
            }
        }
        0
    }

    fn is_direct(&self, at: usize) -> bool {
        self.classes.is_direct(class_at(self.customer, self.rows[at]))
    }
}

fn class_at(customer: &Customer<'_>, row: u32) -> u16 {
    customer.classes.get(row as usize).copied().unwrap_or(0)
}

fn time_of(customer: &Customer<'_>, event: usize) -> i64 {
    customer.times[customer.events[event].row as usize]
}

fn is_conversion(customer: &Customer<'_>, event: &Event) -> bool {
    customer.kinds[event.row as usize] == Kind::Conversion
}

/// Whether no earlier event of the customer is a conversion of this one's type. `seen` remembers the first 64 types as bits.
fn is_first(seen: &mut u64, customer: &Customer<'_>, event: &Event) -> bool {
    match 1_u64.checked_shl(event.conversion_type) {
        Some(bit) => {
            let is_new = *seen & bit == 0;
            *seen |= bit;
            is_new
        }
        None => !customer
            .events
            .iter()
            .take_while(|earlier| earlier.row < event.row)
            .any(|earlier| earlier.conversion_type == event.conversion_type && is_conversion(customer, earlier)),
    }
}

/// Appends the money of one conversion under one model; the models with a closed form skip the general search for remainders.
fn append_shares(model: Model, total: i64, weights: &[f64], amounts: &mut Vec<i64>, scratch: &mut Scratch) -> Result<(), Error> {
    let count = weights.len();
    match model {
        Model::FirstTouch => append_whole(total, 0, count, amounts),
        Model::LastTouch => append_whole(total, count - 1, count, amounts),
        Model::Linear => append_equal(total, count, amounts),
        Model::PositionBased | Model::JShaped | Model::InverseJ => append_by_position(total, weights, amounts),
        Model::TimeDecay | Model::Custom | Model::LastNonDirect | Model::WShaped | Model::FullPath => {
            let start = amounts.len();
            amounts.resize(start + count, 0);
            allocate(total, weights, &mut amounts[start..], scratch)
        }
    }
}

fn push_unattributed(credits: &mut Credits, conversion: u32, entry: u32, flags: u8, weight: f64, amount: i64) {
    credits.conversion.push(conversion);
    credits.entry.push(entry);
    credits.touch.push(NO_TOUCH);
    credits.position.push(0);
    credits.touches.push(0);
    credits.flags.push(flags);
    for model in &mut credits.models {
        model.weights.push(weight);
        model.amounts.push(amount);
    }
}

#[cfg(test)]
mod tests;
