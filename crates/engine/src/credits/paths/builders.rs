//! Rows of paths that are not yet a batch: only the columns that were asked for.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Decimal128Builder, FixedSizeBinaryBuilder, Int64Builder, RecordBatch, RecordBatchOptions, StringBuilder,
    TimestampMicrosecondBuilder,
};
use arrow::datatypes::SchemaRef;
use datafusion::common::Result;

use super::columns::{self, PathColumn};

/// One row.
#[derive(Clone, Copy, Debug)]
pub(super) struct PathRow<'a> {
    pub(super) customer: [u8; 16],
    /// None: not converted.
    pub(super) conversion: Option<Converted<'a>>,
    /// Instants of the first and the last touch.
    pub(super) touched: Option<(i64, i64)>,
    pub(super) steps: usize,
    pub(super) path: &'a str,
    pub(super) collapsed: (&'a str, usize),
    pub(super) set: (&'a str, usize),
    pub(super) ends: Option<(&'a str, &'a str)>,
    /// Two steps of the set, or one twice.
    pub(super) pair: Option<(&'a str, &'a str)>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Converted<'a> {
    pub(super) id: Option<[u8; 16]>,
    pub(super) order_id: Option<&'a str>,
    pub(super) conversion_type: Option<&'a str>,
    pub(super) at: i64,
    pub(super) is_new_customer: bool,
    /// Micros of the reporting currency.
    pub(super) revenue: i128,
}

#[derive(Debug)]
pub(super) struct Builders {
    schema: SchemaRef,
    columns: Vec<(PathColumn, Builder)>,
    rows: usize,
    bytes: usize,
}

#[derive(Debug)]
enum Builder {
    Id(FixedSizeBinaryBuilder),
    Text(StringBuilder),
    Instant(TimestampMicrosecondBuilder),
    Bool(BooleanBuilder),
    Count(Int64Builder),
    Money(Decimal128Builder),
}

impl Builders {
    pub(super) fn new(columns: &[PathColumn]) -> Self {
        let builder = |column: &PathColumn| match column {
            PathColumn::CustomerId | PathColumn::ConversionId => Builder::Id(FixedSizeBinaryBuilder::new(16)),
            PathColumn::ConvertedAt | PathColumn::StartedAt | PathColumn::EndedAt => Builder::Instant(TimestampMicrosecondBuilder::new()),
            PathColumn::IsNewCustomer | PathColumn::IsConverted | PathColumn::IsFirst | PathColumn::IsLast => Builder::Bool(BooleanBuilder::new()),
            PathColumn::Steps | PathColumn::CollapsedSteps | PathColumn::DistinctSteps => Builder::Count(Int64Builder::new()),
            PathColumn::Revenue => Builder::Money(Decimal128Builder::new()),
            PathColumn::OrderId
            | PathColumn::ConversionType
            | PathColumn::Path
            | PathColumn::CollapsedPath
            | PathColumn::StepSet
            | PathColumn::FirstStep
            | PathColumn::LastStep
            | PathColumn::Step
            | PathColumn::OtherStep => Builder::Text(StringBuilder::new()),
        };
        Self {
            schema: columns::schema(columns),
            columns: columns.iter().map(|column| (*column, builder(column))).collect(),
            rows: 0,
            bytes: 0,
        }
    }

    pub(super) fn has(&self, wanted: PathColumn) -> bool {
        self.columns.iter().any(|(column, _)| *column == wanted)
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Bytes of texts.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn push(&mut self, row: &PathRow<'_>) -> Result<()> {
        self.rows += 1;
        let conversion = row.conversion.as_ref();
        for (column, builder) in &mut self.columns {
            match builder {
                Builder::Id(ids) => match id(*column, row) {
                    Some(id) => ids.append_value(id)?,
                    None => ids.append_null(),
                },
                Builder::Text(texts) => {
                    let text = text(*column, row);
                    self.bytes += text.map_or(0, str::len);
                    texts.append_option(text);
                }
                Builder::Instant(instants) => instants.append_option(match column {
                    PathColumn::StartedAt => row.touched.map(|(first, _)| first),
                    PathColumn::EndedAt => row.touched.map(|(_, last)| last),
                    _ => conversion.map(|conversion| conversion.at),
                }),
                Builder::Bool(facts) => facts.append_option(match column {
                    PathColumn::IsConverted => Some(conversion.is_some()),
                    PathColumn::IsFirst => Some(row.ends.map(|(first, _)| first) == row.pair.map(|(step, _)| step)),
                    PathColumn::IsLast => Some(row.ends.map(|(_, last)| last) == row.pair.map(|(step, _)| step)),
                    _ => conversion.map(|conversion| conversion.is_new_customer),
                }),
                Builder::Count(counts) => counts.append_value(count(*column, row)),
                Builder::Money(amounts) => amounts.append_option(conversion.map(|conversion| conversion.revenue)),
            }
        }
        Ok(())
    }

    /// The rows so far; None where there are none.
    pub(super) fn take(&mut self) -> Result<Option<RecordBatch>> {
        if self.rows == 0 {
            return Ok(None);
        }
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(self.columns.len());
        for (_, builder) in &mut self.columns {
            arrays.push(match builder {
                Builder::Id(ids) => Arc::new(ids.finish()),
                Builder::Text(texts) => Arc::new(texts.finish()),
                Builder::Instant(instants) => Arc::new(instants.finish().with_timezone("UTC")),
                Builder::Bool(facts) => Arc::new(facts.finish()),
                Builder::Count(counts) => Arc::new(counts.finish()),
                Builder::Money(amounts) => Arc::new(amounts.finish().with_precision_and_scale(18, 6)?),
            });
        }
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows));
        (self.rows, self.bytes) = (0, 0);
        Ok(Some(RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options)?))
    }
}

fn id(column: PathColumn, row: &PathRow<'_>) -> Option<[u8; 16]> {
    match column {
        PathColumn::CustomerId => Some(row.customer),
        _ => row.conversion.as_ref().and_then(|conversion| conversion.id),
    }
}

fn text<'a>(column: PathColumn, row: &PathRow<'a>) -> Option<&'a str> {
    let conversion = row.conversion.as_ref();
    match column {
        PathColumn::OrderId => conversion.and_then(|conversion| conversion.order_id),
        PathColumn::ConversionType => conversion.and_then(|conversion| conversion.conversion_type),
        PathColumn::FirstStep => row.ends.map(|(first, _)| first),
        PathColumn::LastStep => row.ends.map(|(_, last)| last),
        PathColumn::Step => row.pair.map(|(step, _)| step),
        PathColumn::OtherStep => row.pair.map(|(_, other)| other),
        _ if row.steps == 0 => None,
        PathColumn::Path => Some(row.path),
        PathColumn::CollapsedPath => Some(row.collapsed.0),
        _ => Some(row.set.0),
    }
}

fn count(column: PathColumn, row: &PathRow<'_>) -> i64 {
    let count = match column {
        PathColumn::CollapsedSteps => row.collapsed.1,
        PathColumn::DistinctSteps => row.set.1,
        _ => row.steps,
    };
    i64::try_from(count).unwrap_or(i64::MAX)
}
