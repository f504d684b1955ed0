//! The pass over one partition: journey rows ordered by customer and time come in, credit rows go out.
//!
//! Only what is still needed is held: the batches that the customer in hand (the last one seen, whose rows may go on in the next batch)
//! or credit rows not yet emitted point into. A customer without a conversion costs no more than looking at its rows' kinds.

use std::collections::VecDeque;
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use attribution::{Credits, Kind, Variant};
use datafusion::common::Result;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::execution::{RecordBatchStream, SendableRecordBatchStream};
use datafusion::physical_plan::metrics::{BaselineMetrics, Count};
use futures::{Stream, StreamExt};
use types::Currency;

use super::columns::Needs;
use super::input::{Held, InputColumns, is_event};
use super::kernel::{InHand, Kernel};
use super::output::Rows;
use super::paths::PathRows;
use super::totals::Totals;

/// Batches held for credit rows that are not yet emitted; beyond it what there is goes out.
const HELD_MAX: usize = 32;

/// What the pass counts beside rows.
#[derive(Clone, Debug)]
pub(crate) struct PassMetrics {
    pub(crate) baseline: BaselineMetrics,
    /// Refunds of orders that are not known: they are left out.
    pub(crate) refunds_without_order: Count,
    /// Amounts finer than the unit in which credit is shared, rounded half-even.
    pub(crate) amounts_rounded: Count,
}

/// What is needed to run the pass.
#[derive(Clone, Debug)]
pub(crate) struct PassSettings {
    pub(crate) variants: Vec<Variant>,
    pub(crate) needs: Needs,
    pub(crate) currency: Currency,
    /// Credit rows of one emitted batch; a customer's last conversion may overshoot it.
    pub(crate) rows: usize,
}

/// What becomes of the credits.
#[derive(Debug)]
pub(crate) enum Output {
    Rows(Rows),
    Totals(Totals),
    Paths(Box<PathRows>),
}

impl Output {
    /// Whether a row of this kind makes its customer worth looking at.
    fn is_wanted(&self, kind: Kind) -> bool {
        match self {
            Self::Rows(_) | Self::Totals(_) => is_event(kind),
            Self::Paths(_) => PathRows::is_wanted(kind),
        }
    }
}

/// Credit rows of one partition.
pub(crate) struct CreditStream {
    input: SendableRecordBatchStream,
    schema: SchemaRef,
    is_input_done: bool,
    pass: CustomerPass,
    reservation: MemoryReservation,
    metrics: PassMetrics,
}

impl CreditStream {
    pub(crate) fn new(
        input: SendableRecordBatchStream,
        settings: PassSettings,
        schema: SchemaRef,
        output: Output,
        reservation: MemoryReservation,
        metrics: PassMetrics,
    ) -> Result<Self> {
        let columns = InputColumns::of(&input.schema())?;
        let pass = CustomerPass::new(settings, columns, output, metrics.clone())?;
        Ok(Self {
            input,
            schema,
            is_input_done: false,
            pass,
            reservation,
            metrics,
        })
    }
}

impl Stream for CreditStream {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            let elapsed = this.metrics.baseline.elapsed_compute().clone();
            let timer = elapsed.timer();
            match this.pass.advance(this.is_input_done) {
                Err(error) => return Poll::Ready(Some(Err(error))),
                Ok(Progress::Emit(batch)) => return this.metrics.baseline.record_poll(Poll::Ready(Some(Ok(batch)))),
                Ok(Progress::Done) => {
                    this.reservation.free();
                    return this.metrics.baseline.record_poll(Poll::Ready(None));
                }
                Ok(Progress::NeedInput) => {}
            }
            timer.done();
            match ready!(this.input.poll_next_unpin(context)) {
                None => this.is_input_done = true,
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(batch)) => {
                    let taken = this.pass.take(batch).and_then(|()| this.reservation.try_resize(this.pass.memory_bytes()));
                    if let Err(error) = taken {
                        return Poll::Ready(Some(Err(error)));
                    }
                }
            }
        }
    }
}

impl RecordBatchStream for CreditStream {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}

enum Progress {
    Emit(RecordBatch),
    NeedInput,
    Done,
}

/// The state of the pass between batches. Row numbers count all rows in hand.
struct CustomerPass {
    rows: usize,
    columns: InputColumns,
    output: Output,
    held: Vec<Held>,
    /// First row of the customer whose rows may go on in the next batch, and whether it has any event so far.
    open: Option<(u32, bool)>,
    /// Customers with events whose rows are complete.
    ready: VecDeque<Range<u32>>,
    /// One for each variant of the settings.
    kernels: Vec<Kernel>,
    /// The kernel that is in the middle of the customer whose rows are in `times` and `kinds`; none once all are done.
    in_hand: Option<usize>,
    first_row: u32,
    times: Vec<i64>,
    kinds: Vec<Kind>,
    credits: Credits,
    /// Version of the settings of each credit row.
    versions: Vec<i64>,
    metrics: PassMetrics,
}

impl CustomerPass {
    fn new(settings: PassSettings, columns: InputColumns, output: Output, metrics: PassMetrics) -> Result<Self> {
        let PassSettings {
            variants,
            needs,
            currency,
            rows,
        } = settings;
        let kernels = variants.iter().map(|variant| Kernel::new(variant, &needs, currency));
        Ok(Self {
            rows,
            columns,
            output,
            held: Vec::new(),
            open: None,
            ready: VecDeque::new(),
            kernels: kernels.collect::<Result<_>>()?,
            in_hand: None,
            first_row: 0,
            times: Vec::new(),
            kinds: Vec::new(),
            credits: Credits::new(&needs.models),
            versions: Vec::new(),
            metrics,
        })
    }

    fn memory_bytes(&self) -> usize {
        self.held.iter().map(|held| held.batch.get_array_memory_size()).sum()
    }

    /// Works until a batch is full, or everything in hand is used up.
    fn advance(&mut self, is_input_done: bool) -> Result<Progress> {
        loop {
            if self.credits.len() >= self.rows {
                match self.emit()? {
                    Some(batch) => return Ok(Progress::Emit(batch)),
                    None => continue,
                }
            }
            if let Some(at) = self.in_hand {
                if !self.step(at)? {
                    self.in_hand = self.begin(at + 1)?;
                }
                match self.take_full()? {
                    Some(batch) => return Ok(Progress::Emit(batch)),
                    None => continue,
                }
            }
            if let Some(rows) = self.ready.pop_front() {
                self.take_in_hand(rows)?;
                continue;
            }
            if is_input_done && let Some((start, has_events)) = self.open.take() {
                if has_events {
                    self.ready.push_back(start..self.end());
                }
                continue;
            }
            if (is_input_done || self.held.len() > HELD_MAX) && !self.credits.is_empty() {
                match self.emit()? {
                    Some(batch) => return Ok(Progress::Emit(batch)),
                    None => continue,
                }
            }
            self.release();
            if !is_input_done {
                return Ok(Progress::NeedInput);
            }
            let rest = match &mut self.output {
                Output::Rows(_) => None,
                Output::Totals(totals) => totals.take()?,
                Output::Paths(paths) => paths.take()?,
            };
            return Ok(rest.map_or(Progress::Done, Progress::Emit));
        }
    }

    /// The credits in hand as a batch; None when they were added up instead.
    fn emit(&mut self) -> Result<Option<RecordBatch>> {
        let batch = match &mut self.output {
            Output::Rows(rows) => Some(rows.build(&self.credits, &self.versions, &self.held)?),
            Output::Totals(totals) => {
                let is_full = totals.add(&self.credits, &self.versions, &self.held)?;
                if is_full { totals.take()? } else { None }
            }
            // Paths are made of credits as they come.
            Output::Paths(paths) => paths.take()?,
        };
        self.credits.clear();
        self.versions.clear();
        Ok(batch)
    }

    /// Sums that were added up without credit rows, where there are too many groups to go on.
    fn take_full(&mut self) -> Result<Option<RecordBatch>> {
        match &mut self.output {
            Output::Totals(totals) if self.credits.is_empty() && totals.is_full() => totals.take(),
            Output::Paths(paths) if paths.is_full() => paths.take(),
            Output::Totals(_) | Output::Rows(_) | Output::Paths(_) => Ok(None),
        }
    }

    fn end(&self) -> u32 {
        self.held.last().map_or(0, Held::end)
    }

    /// Lets go of batches that nothing points into any more, and counts rows from the first one that is left.
    fn release(&mut self) {
        if !self.credits.is_empty() {
            return;
        }
        let needed = self.open.map_or(u32::MAX, |(start, _)| start);
        let unneeded = self.held.partition_point(|held| held.end() <= needed);
        if unneeded == 0 {
            return;
        }
        self.held.drain(..unneeded);
        let base = self.held.first().map_or(0, |held| held.offset);
        self.held.iter_mut().for_each(|held| held.offset -= base);
        if let Some((start, _)) = &mut self.open {
            *start -= base;
        }
    }

    /// Takes the next batch, closes the open customer where another one begins, and notes complete customers with events.
    fn take(&mut self, batch: RecordBatch) -> Result<()> {
        let held = Held::new(batch, self.end(), &self.columns)?;
        let rows = held.len();
        if rows == 0 {
            return Ok(());
        }
        let (customers, kinds, offset) = (&held.customers, held.kinds.as_slice(), held.offset);
        let is_wanted = |kind: Kind| self.output.is_wanted(kind);
        let mut at = 0;
        if let Some((start, has_events)) = self.open {
            let last = self.held.last().and_then(|held| held.customers.id(held.len() - 1));
            at = last.map_or(0, |last| customers.leading(last));
            let has_events = has_events || kinds[..at].iter().copied().any(is_wanted);
            if at == rows {
                self.open = Some((start, has_events));
                self.held.push(held);
                return Ok(());
            }
            if has_events {
                self.ready.push_back(start..offset + at as u32);
            }
        }
        let tail = rows - 1 - customers.run_before(rows - 1, at);
        while let Some(event) = kinds[at..tail].iter().position(|kind| is_wanted(*kind)) {
            let event = at + event;
            let before = customers.run_before(event, at);
            let after = customers.run_from(event, tail);
            self.ready.push_back(offset + (event - before) as u32..offset + (event + after) as u32);
            at = event + after;
        }
        self.open = Some((offset + tail as u32, kinds[tail..].iter().copied().any(is_wanted)));
        self.held.push(held);
        Ok(())
    }

    /// Copies times and kinds of a customer's rows, and shows them to the first kernel.
    fn take_in_hand(&mut self, rows: Range<u32>) -> Result<()> {
        self.first_row = rows.start;
        self.times.clear();
        self.kinds.clear();
        let first = self.held.partition_point(|held| held.end() <= rows.start);
        for held in &self.held[first..] {
            if held.offset >= rows.end {
                break;
            }
            let part = (rows.start.max(held.offset) - held.offset) as usize..(rows.end.min(held.end()) - held.offset) as usize;
            self.times.extend_from_slice(&held.times()[part.clone()]);
            self.kinds.extend_from_slice(&held.kinds[part]);
        }
        self.in_hand = self.begin(0)?;
        Ok(())
    }

    /// Shows the customer in hand to kernel `at`; none where there is no such kernel.
    fn begin(&mut self, at: usize) -> Result<Option<usize>> {
        let Some(kernel) = self.kernels.get_mut(at) else { return Ok(None) };
        let customer = InHand {
            held: &self.held,
            first_row: self.first_row,
            times: &self.times,
            kinds: &self.kinds,
        };
        kernel.begin(customer, &self.metrics)?;
        if let Output::Paths(paths) = &mut self.output {
            kernel.begin_paths(customer, paths);
        }
        Ok(Some(at))
    }

    /// The next event of the customer in hand under kernel `at`; false when there is none left.
    fn step(&mut self, at: usize) -> Result<bool> {
        let kernel = &mut self.kernels[at];
        let customer = InHand {
            held: &self.held,
            first_row: self.first_row,
            times: &self.times,
            kinds: &self.kinds,
        };
        match &mut self.output {
            Output::Totals(totals) if totals.takes_money() => {
                let mut money = totals.money(&self.held, self.first_row, kernel.version());
                kernel.step_money(customer, &mut money)
            }
            Output::Totals(_) | Output::Rows(_) => {
                let has_more = kernel.step(customer, &mut self.credits)?;
                self.versions.resize(self.credits.len(), kernel.version());
                Ok(has_more)
            }
            Output::Paths(paths) => kernel.step_paths(customer, paths),
        }
    }
}
