//! What the pass finds of one customer after another, as rows of paths.

use std::ops::Range;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Schema, UInt32Type};
use attribution::{Credits, Customer, Event, Kind, NO_ORDER, NO_TOUCH, Pass, flag};
use datafusion::common::Result;
use datafusion::physical_plan::metrics::Count;
use semantic::engine::PAIRED_STEPS_MAX;
use types::Currency;

use super::builders::{Builders, Converted, PathRow};
use super::columns::{PathColumn, Relation, step_inputs};
use super::steps::Steps;
use super::text;
use crate::credits::input::{Held, from_kernel};

/// Bytes of texts after which a batch goes out, whatever the number of its rows: paths may be long.
const BATCH_BYTES: usize = 4 << 20;

/// The output of a pass that asks for paths.
#[derive(Debug)]
pub(crate) struct PathRows {
    builders: Builders,
    wants: Wants,
    /// None where no column names a step.
    steps: Option<Steps>,
    /// Position of the conversion's id in the journey rows.
    id: Option<usize>,
    rows_max: usize,
    credit_unit: i128,
    /// Paths of which the text does not name every step.
    paths_cut: Count,
    /// The step of every row of the customer in hand.
    codes: Vec<u32>,
    /// By event: what was given back of it.
    refunded: Vec<i128>,
    next_event: usize,
    /// Instant of the customer's last conversion that is counted.
    last_counted: Option<i64>,
    credits: Credits,
    tail: Tail,
    path: Vec<u32>,
    set: Vec<u32>,
    texts: [String; 3],
}

/// The customer's rows after the last conversion, with a conversion at the instant of the last touch.
#[derive(Debug, Default)]
struct Tail {
    times: Vec<i64>,
    kinds: Vec<Kind>,
}

#[derive(Clone, Copy, Debug)]
struct Wants {
    path: bool,
    collapsed_path: bool,
    collapsed: bool,
    set: bool,
    pairs: bool,
}

impl PathRows {
    pub(super) fn new(
        columns: &[PathColumn],
        relation: Relation,
        input: &Schema,
        currency: Currency,
        rows_max: usize,
        paths_cut: Count,
    ) -> Result<Self> {
        let Relation { step, is_of_pairs } = relation;
        let builders = Builders::new(columns);
        let wants = Wants {
            path: builders.has(PathColumn::Path),
            collapsed_path: builders.has(PathColumn::CollapsedPath),
            collapsed: builders.has(PathColumn::CollapsedPath) || builders.has(PathColumn::CollapsedSteps),
            set: is_of_pairs || builders.has(PathColumn::StepSet) || builders.has(PathColumn::DistinctSteps),
            pairs: is_of_pairs,
        };
        let steps = match step_inputs(columns, relation) {
            [] => None,
            _ => Some(Steps::new(step, input)?),
        };
        Ok(Self {
            wants,
            steps,
            id: input.index_of("id").ok().filter(|_| builders.has(PathColumn::ConversionId)),
            builders,
            rows_max,
            credit_unit: i128::from(currency.micros_per_credit_unit()),
            paths_cut,
            codes: Vec::new(),
            refunded: Vec::new(),
            next_event: 0,
            last_counted: None,
            credits: Credits::new(&[]),
            tail: Tail::default(),
            path: Vec::new(),
            set: Vec::new(),
            texts: Default::default(),
        })
    }

    /// Whether rows of this kind make a customer worth looking at.
    pub(crate) fn is_wanted(kind: Kind) -> bool {
        matches!(kind, Kind::Touch | Kind::Conversion)
    }

    pub(crate) fn is_full(&self) -> bool {
        self.builders.rows() >= self.rows_max || self.builders.bytes() > BATCH_BYTES
    }

    pub(crate) fn take(&mut self) -> Result<Option<RecordBatch>> {
        self.builders.take()
    }

    /// Takes a customer in hand, of whom all `rows` are in the batches `held`.
    pub(crate) fn begin(&mut self, customer: &Customer<'_>, held: &[Held], rows: Range<u32>) {
        self.codes.clear();
        if let Some(steps) = &mut self.steps {
            let first = held.partition_point(|held| held.end() <= rows.start);
            for held in held[first..].iter().take_while(|held| held.offset < rows.end) {
                let part = (rows.start.max(held.offset) - held.offset) as usize..(rows.end.min(held.end()) - held.offset) as usize;
                steps.append(held, part, &mut self.codes);
            }
        }
        self.next_event = 0;
        self.last_counted = None;
        self.refunded.clear();
        self.refunded.resize(customer.events.len(), 0);
        for event in customer.events {
            let is_refund = customer.kinds[event.row as usize] == Kind::Refund && event.refund_of != NO_ORDER;
            if is_refund && let Some(refunded) = self.refunded.get_mut(event.refund_of as usize) {
                *refunded += i128::from(event.value);
            }
        }
    }

    /// Adds the path of the customer's next event; after the last one that of the touches that led to none. False when that is done.
    pub(crate) fn step(&mut self, kernel: &mut Pass, customer: &Customer<'_>, held: &[Held]) -> Result<bool> {
        self.credits.clear();
        let has_more = kernel.step(customer, &mut self.credits).map_err(from_kernel)?;
        if !has_more {
            self.finish(kernel, customer, held)?;
            return Ok(false);
        }
        let at = self.next_event;
        self.next_event += 1;
        // Refunds have no path of their own: they are deducted from their order's.
        if self.credits.flags.first().is_some_and(|flags| flags & flag::REFUND == 0) {
            self.last_counted = customer.events.get(at).map(|event| customer.times[event.row as usize]);
            self.push(customer, held, customer.events.get(at).map(|event| (at, event)))?;
        }
        Ok(true)
    }

    /// The touches after the last counted conversion. Which of them still belong together is asked of the same kernel: it is told of a
    /// conversion at the instant of the last one.
    fn finish(&mut self, kernel: &mut Pass, customer: &Customer<'_>, held: &[Held]) -> Result<()> {
        let last = self.last_counted;
        let start = last.map_or(0, |last| customer.times.partition_point(|time| *time <= last));
        let Some(touch) = customer.kinds[start..].iter().rposition(|kind| *kind == Kind::Touch) else {
            return Ok(());
        };
        let touch = start + touch;
        let mut tail = std::mem::take(&mut self.tail);
        tail.times.clear();
        tail.times.extend_from_slice(&customer.times[start..=touch]);
        tail.times.push(customer.times[touch]);
        tail.kinds.clear();
        tail.kinds.extend_from_slice(&customer.kinds[start..=touch]);
        tail.kinds.push(Kind::Conversion);
        let end = Event {
            row: (touch + 1 - start) as u32,
            conversion_type: 0,
            value: 0,
            refund_of: NO_ORDER,
        };
        let rest = Customer {
            first_row: customer.first_row + start as u32,
            times: &tail.times,
            kinds: &tail.kinds,
            events: &[end],
            // Only touches have a class that is read.
            classes: customer.classes.get(start..=touch).unwrap_or_default(),
            ..Customer::default()
        };
        self.credits.clear();
        kernel.begin(&rest);
        kernel.step(&rest, &mut self.credits).map_err(from_kernel)?;
        self.tail = tail;
        self.push(customer, held, None)
    }

    /// Adds the row of the touches in `credits`.
    fn push(&mut self, customer: &Customer<'_>, held: &[Held], conversion: Option<(usize, &Event)>) -> Result<()> {
        let touches = self.credits.touch.as_slice();
        let touches = if touches.first() == Some(&NO_TOUCH) { &[] } else { touches };
        let at = |row: u32| (row - customer.first_row) as usize;
        let touched = touches.first().zip(touches.last());
        let (customer_held, customer_row) = place(held, customer.first_row);
        let (mut collapsed_steps, mut distinct, mut ends) = (0, 0, None);
        if let Some(steps) = &self.steps {
            self.path.clear();
            self.path.extend(touches.iter().map(|row| self.codes[at(*row)]));
            ends = self
                .path
                .first()
                .zip(self.path.last())
                .map(|(first, last)| (steps.name(*first), steps.name(*last)));
            let [path, collapsed, set] = &mut self.texts;
            if self.wants.path && !text::write(steps, &self.path, path) {
                self.paths_cut.add(1);
            }
            if self.wants.set {
                self.set.clear();
                self.set.extend_from_slice(&self.path);
                self.set.sort_unstable();
                self.set.dedup();
                distinct = self.set.len();
                self.set.sort_unstable_by(|left, right| steps.name(*left).cmp(steps.name(*right)));
                if !self.wants.pairs {
                    text::write(steps, &self.set, set);
                }
            }
            if self.wants.collapsed {
                self.path.dedup();
                collapsed_steps = self.path.len();
                let is_whole = !self.wants.collapsed_path || text::write(steps, &self.path, collapsed);
                if !is_whole && !self.wants.path {
                    self.paths_cut.add(1);
                }
            }
        }
        let converted = conversion.map(|(event_at, event)| {
            let (held, row) = place(held, customer.first_row + event.row);
            Converted {
                id: self.id.and_then(|at| id_at(held.batch.column(at), row)),
                order_id: held.order_id(row),
                conversion_type: held.conversion_type(row),
                at: customer.times[event.row as usize],
                is_new_customer: self.credits.flags.first().is_some_and(|flags| flags & flag::FIRST_OF_TYPE != 0),
                revenue: (i128::from(event.value) - self.refunded[event_at]) * self.credit_unit,
            }
        });
        let [path, collapsed, set] = &self.texts;
        let row = PathRow {
            customer: customer_held.customers.id(customer_row).unwrap_or_default(),
            conversion: converted,
            touched: touched.map(|(first, last)| (customer.times[at(*first)], customer.times[at(*last)])),
            steps: touches.len(),
            path,
            collapsed: (collapsed, collapsed_steps),
            set: (set, distinct),
            ends,
            pair: None,
        };
        let Some(steps) = self.steps.as_ref().filter(|_| self.wants.pairs) else {
            return self.builders.push(&row);
        };
        for (at, step) in self.set.iter().enumerate() {
            for (other_at, other) in self.set.iter().enumerate().skip(at) {
                if at != other_at && other_at >= PAIRED_STEPS_MAX {
                    break;
                }
                let pair = Some((steps.name(*step), steps.name(*other)));
                self.builders.push(&PathRow { pair, ..row })?;
            }
        }
        Ok(())
    }
}

/// The batch and the row in it of a row number.
fn place(held: &[Held], row: u32) -> (&Held, usize) {
    let held = &held[held.partition_point(|held| held.end() <= row)];
    (held, (row - held.offset) as usize)
}

fn id_at(array: &ArrayRef, row: usize) -> Option<[u8; 16]> {
    if array.is_null(row) {
        return None;
    }
    match array.data_type() {
        DataType::FixedSizeBinary(16) => array.as_fixed_size_binary().value(row).try_into().ok(),
        DataType::Dictionary(_, _) => {
            let dictionary = array.as_dictionary_opt::<UInt32Type>()?;
            id_at(dictionary.values(), dictionary.keys().value(row) as usize)
        }
        _ => None,
    }
}
