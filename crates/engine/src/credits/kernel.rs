//! One set of settings: its kernel, and what that reads of the customer in hand.

use std::ops::Range;

use arrow::array::ArrayRef;
use attribution::{Credits, Customer, Event, Kind, Milestone, Model, NO_ORDER, NOT_COUNTED, Parts, Pass, Settings, Variant};
use datafusion::common::Result;
use types::Currency;
use types::money::round_half_even;

use super::columns::Needs;
use super::input::{Held, from_kernel};
use super::paths::PathRows;
use super::stream::PassMetrics;
use super::totals::{PassError, TakesMoney};

/// In a table of classes: not asked for yet.
const UNKNOWN: u16 = u16::MAX;

/// The rows of the customer in hand. Row numbers count all rows in hand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InHand<'a> {
    pub(crate) held: &'a [Held],
    pub(crate) first_row: u32,
    pub(crate) times: &'a [i64],
    pub(crate) kinds: &'a [Kind],
}

impl<'a> InHand<'a> {
    /// The batch and row of a position in the customer in hand.
    fn place(&self, at: usize) -> (&'a Held, usize) {
        let row = self.first_row + at as u32;
        let held = &self.held[self.held.partition_point(|held| held.end() <= row)];
        (held, (row - held.offset) as usize)
    }

    /// The batches with the customer's rows, and which rows of each.
    fn parts(&self) -> impl Iterator<Item = (&'a Held, Range<usize>)> {
        let rows = self.first_row..self.first_row + self.kinds.len() as u32;
        let first = self.held.partition_point(|held| held.end() <= rows.start);
        let held = self.held[first..].iter().take_while({
            let end = rows.end;
            move |held| held.offset < end
        });
        held.map(move |held| {
            let part = (rows.start.max(held.offset) - held.offset) as usize..(rows.end.min(held.end()) - held.offset) as usize;
            (held, part)
        })
    }
}

/// What a kernel reads beside times and kinds.
#[derive(Clone, Copy, Debug)]
struct Reads {
    revenue: bool,
    refunds: bool,
    parts: bool,
    factors: bool,
    classes: bool,
    milestones: bool,
}

#[derive(Debug)]
pub(crate) struct Kernel {
    version: i64,
    settings: Settings,
    reads: Reads,
    credit_unit: i128,
    pass: Pass,
    events: Vec<Event>,
    factors: Vec<f64>,
    classes: Vec<u16>,
    milestones: Vec<Milestone>,
    known: KnownClasses,
}

impl Kernel {
    pub(crate) fn new(variant: &Variant, needs: &Needs, currency: Currency) -> Result<Self> {
        let settings = variant.settings.clone();
        let pass = Pass::new(&settings, &needs.models).map_err(from_kernel)?.within(variant.interval.clone());
        let reads = Reads {
            revenue: needs.revenue,
            refunds: needs.refunds && settings.revenue.refunds_deducted,
            parts: needs.revenue && settings.revenue.reads_parts(),
            factors: needs.models.contains(&Model::Custom) && settings.custom.has_factors(),
            classes: settings.reads_classes(&needs.models),
            milestones: needs.models.iter().any(|model| model.needs_milestones()),
        };
        Ok(Self {
            version: variant.version,
            settings,
            reads,
            credit_unit: i128::from(currency.micros_per_credit_unit()),
            pass,
            events: Vec::new(),
            factors: Vec::new(),
            classes: Vec::new(),
            milestones: Vec::new(),
            known: KnownClasses::default(),
        })
    }

    pub(crate) const fn version(&self) -> i64 {
        self.version
    }

    /// Reads what the settings ask for of the customer in hand.
    pub(crate) fn begin(&mut self, customer: InHand<'_>, metrics: &PassMetrics) -> Result<()> {
        self.factors.clear();
        self.classes.clear();
        if self.reads.factors {
            let custom = &self.settings.custom;
            for (held, part) in customer.parts() {
                self.factors
                    .extend(part.map(|row| custom.factor(held.channel(row), held.interaction_type(row))));
            }
        }
        if self.reads.classes {
            for (held, part) in customer.parts() {
                self.known.append(&mut self.pass, held, part, &mut self.classes);
            }
        }
        if self.reads.milestones {
            self.find_milestones(customer);
        }
        self.find_events(customer, metrics)?;
        let (pass, customer) = self.pass_and(customer);
        pass.begin(&customer);
        Ok(())
    }

    /// Appends the credit rows of the next event; false when there is none left.
    pub(crate) fn step(&mut self, customer: InHand<'_>, credits: &mut Credits) -> Result<bool> {
        let (pass, customer) = self.pass_and(customer);
        pass.step(&customer, credits).map_err(from_kernel)
    }

    /// The money of the next event; false when there is none left.
    pub(crate) fn step_money(&mut self, customer: InHand<'_>, money: &mut TakesMoney<'_>) -> Result<bool> {
        let (pass, customer) = self.pass_and(customer);
        pass.step_money(&customer, money).map_err(|PassError(error)| error)
    }

    /// Shows the customer in hand to the paths, after [`Kernel::begin`].
    pub(crate) fn begin_paths(&mut self, customer: InHand<'_>, paths: &mut PathRows) {
        let rows = customer.first_row..customer.first_row + customer.kinds.len() as u32;
        let (_, slices) = self.pass_and(customer);
        paths.begin(&slices, customer.held, rows);
    }

    /// The path of the next event, after the last one that of what led to none; false when there is none left.
    pub(crate) fn step_paths(&mut self, customer: InHand<'_>, paths: &mut PathRows) -> Result<bool> {
        let (pass, slices) = self.pass_and(customer);
        paths.step(pass, &slices, customer.held)
    }

    /// The pass, which is written, beside the customer's slices, which it reads.
    fn pass_and<'a>(&'a mut self, customer: InHand<'a>) -> (&'a mut Pass, Customer<'a>) {
        let slices = Customer {
            first_row: customer.first_row,
            times: customer.times,
            kinds: customer.kinds,
            events: &self.events,
            factors: &self.factors,
            classes: &self.classes,
            milestones: &self.milestones,
        };
        (&mut self.pass, slices)
    }

    fn find_events(&mut self, customer: InHand<'_>, metrics: &PassMetrics) -> Result<()> {
        self.events.clear();
        let has_refunds = self.reads.refunds && customer.kinds.contains(&Kind::Refund);
        for (at, kind) in customer.kinds.iter().enumerate() {
            let is_refund = match kind {
                Kind::Conversion => false,
                Kind::Refund if has_refunds => true,
                Kind::Refund | Kind::Touch | Kind::Other => continue,
            };
            let (held, row) = customer.place(at);
            // A refund's is overwritten by its order's type. Without an order it stays: money given back is never dropped, it is unattributed.
            let conversion_type = self
                .settings
                .conversion_type_code(held.conversion_type(row).unwrap_or("purchase"))
                .unwrap_or(NOT_COUNTED);
            let value = match self.reads.revenue {
                false => 0,
                true if is_refund => self.credit_units(held.refund(row), metrics)?,
                true => self.credit_units(self.settings.revenue.value(held.revenue(row), self.parts_of(held, row)), metrics)?,
            };
            self.events.push(Event {
                row: at as u32,
                conversion_type,
                value,
                refund_of: NO_ORDER,
            });
        }
        if has_refunds {
            self.link_refunds(customer, metrics);
            if self.reads.parts {
                self.scale_refunds(customer)?;
            }
        }
        Ok(())
    }

    fn parts_of(&self, held: &Held, row: usize) -> Parts {
        if self.reads.parts { held.parts(row) } else { Parts::default() }
    }

    /// Finds each refund's order by its number; where two sources have the same number, the refund's own source decides.
    fn link_refunds(&mut self, customer: InHand<'_>, metrics: &PassMetrics) {
        for at in 0..self.events.len() {
            let refund = self.events[at];
            if customer.kinds[refund.row as usize] != Kind::Refund {
                continue;
            }
            match self.order_of(refund, customer) {
                Some(order) => {
                    self.events[at].refund_of = order as u32;
                    self.events[at].conversion_type = self.events[order].conversion_type;
                }
                None => metrics.refunds_without_order.add(1),
            }
        }
    }

    fn order_of(&self, refund: Event, customer: InHand<'_>) -> Option<usize> {
        let (held, row) = customer.place(refund.row as usize);
        let number = held.order_id(row)?;
        let mut found = None;
        for (at, order) in self
            .events
            .iter()
            .enumerate()
            .filter(|(_, event)| customer.kinds[event.row as usize] == Kind::Conversion)
        {
            let (order_held, order_row) = customer.place(order.row as usize);
            if order_held.order_id(order_row) != Some(number) {
                continue;
            }
            if order_held.data_source(order_row) == held.data_source(row) {
                return Some(at);
            }
            found = found.or(Some(at));
        }
        found
    }

    /// Where revenue is not all that was paid, a refund takes back the same share of it as of what was paid. Shares are of the refunds
    /// so far, so that refunds of all that was paid take back all revenue to the last unit.
    fn scale_refunds(&mut self, customer: InHand<'_>) -> Result<()> {
        let mut so_far: Vec<(u32, i128, i64)> = Vec::new();
        for at in 0..self.events.len() {
            let refund = self.events[at];
            if refund.refund_of == NO_ORDER {
                continue;
            }
            let (held, row) = customer.place(refund.row as usize);
            let (order_held, order_row) = customer.place(self.events[refund.refund_of as usize].row as usize);
            let paid = order_held.revenue(order_row);
            if paid == 0 {
                continue;
            }
            let known = so_far.iter().position(|(order, ..)| *order == refund.refund_of).unwrap_or_else(|| {
                so_far.push((refund.refund_of, 0, 0));
                so_far.len() - 1
            });
            let (_, refunded, taken) = &mut so_far[known];
            *refunded += held.refund(row);
            let value = i128::from(self.events[refund.refund_of as usize].value);
            // Both are below 2^63 and 2^60: the product fits.
            let all = units(round_half_even(value * *refunded, paid))?;
            self.events[at].value = all - *taken;
            *taken = all;
        }
        Ok(())
    }

    fn find_milestones(&mut self, customer: InHand<'_>) {
        self.milestones.clear();
        for (at, kind) in customer.kinds.iter().enumerate() {
            let (held, row) = match kind {
                Kind::Other | Kind::Conversion => customer.place(at),
                Kind::Touch | Kind::Refund => continue,
            };
            let name = if *kind == Kind::Other {
                held.stage(row)
            } else {
                held.conversion_type(row)
            };
            if let Some(stage) = name.and_then(|name| self.settings.milestones.stage(name)) {
                self.milestones.push(Milestone {
                    time: customer.times[at],
                    stage,
                });
            }
        }
    }

    fn credit_units(&self, micros: i128, metrics: &PassMetrics) -> Result<i64> {
        if micros % self.credit_unit != 0 {
            metrics.amounts_rounded.add(1);
        }
        units(round_half_even(micros, self.credit_unit))
    }
}

fn units(amount: i128) -> Result<i64> {
    i64::try_from(amount).map_err(|_| datafusion::error::DataFusionError::External(Box::new(crate::error::AmountOverflow)))
}

/// Classes by the codes of the dictionaries met last.
#[derive(Debug, Default)]
struct KnownClasses {
    dictionaries: Option<(ArrayRef, ArrayRef)>,
    /// By channel code, then interaction code; the last code of each is that of none.
    classes: Vec<u16>,
}

impl KnownClasses {
    /// Appends the classes of the rows `part` of a batch.
    fn append(&mut self, pass: &mut Pass, held: &Held, part: Range<usize>, classes: &mut Vec<u16>) {
        let Some((channels, interactions)) = held.touch_codes() else {
            classes.extend(part.map(|row| pass.class_of(held.channel(row), held.interaction_type(row))));
            return;
        };
        let (channel_count, interaction_count) = (channels.values().len() + 1, interactions.values().len() + 1);
        let is_known = self.dictionaries.as_ref().is_some_and(|(known_channels, known_interactions)| {
            std::sync::Arc::ptr_eq(known_channels, channels.values()) && std::sync::Arc::ptr_eq(known_interactions, interactions.values())
        });
        if !is_known {
            self.dictionaries = Some((ArrayRef::clone(channels.values()), ArrayRef::clone(interactions.values())));
            self.classes.clear();
            self.classes.resize(channel_count * interaction_count, UNKNOWN);
        }
        classes.extend(part.map(|row| {
            let place = channels.code(row) * interaction_count + interactions.code(row);
            if self.classes[place] == UNKNOWN {
                self.classes[place] = pass.class_of(held.channel(row), held.interaction_type(row));
            }
            self.classes[place]
        }));
    }
}
