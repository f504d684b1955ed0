//! Rows of the unified stream as columns.
//!
//! Of the table's many columns a source fills few. A column is therefore built from its first value on; one without any value costs a look
//! at each row and shares its nulls with all batches. Texts that repeat are kept as codes until they are written: four bytes a row to
//! move instead of a text.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use types::UnifiedRow;

use crate::{Error, Result};
use column::ColumnBuilder;
use source::Source;

mod coded;
mod column;
mod source;

/// Rows taken together for one column after the other: few enough to stay in the cache between columns.
const BLOCK_ROWS: usize = 128;

pub(crate) const UNIFIED: &str = types::tables::unified_marketing_data::TABLE.name;

/// The rows as a batch of `schema`, the schema of `unified_marketing_data`. A field that the schema does not have, a field of another
/// type, or a number that is not finite is refused.
pub fn rows_to_batch(schema: &SchemaRef, rows: &[UnifiedRow]) -> Result<RecordBatch> {
    let mut columns = Columns::new(schema, rows.len())?;
    columns.push(rows)?;
    columns.finish()
}

/// `schema`, the schema of `unified_marketing_data`, with its repeating texts as codes: the schema of [`RowColumns`].
pub(crate) fn coded_schema(schema: &SchemaRef) -> SchemaRef {
    let coded = |field: &Arc<Field>| match (field.data_type(), Source::of(field.name())) {
        (DataType::Utf8, Source::Repeated(_, _)) => {
            let codes = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
            Arc::new(field.as_ref().clone().with_data_type(codes))
        }
        _ => Arc::clone(field),
    };
    Arc::new(Schema::new(schema.fields().iter().map(coded).collect::<Vec<_>>()))
}

/// Whether a column of this type holds codes.
pub(crate) fn is_coded(kind: &DataType) -> bool {
    matches!(kind, DataType::Dictionary(_, _))
}

/// Rows as columns, apart by layout as the lake keeps them; for [`crate::Transaction::append_columns`].
#[derive(Clone, Debug)]
pub struct RowColumns {
    pub(crate) journey: Option<RecordBatch>,
    pub(crate) fact: Option<RecordBatch>,
}

impl RowColumns {
    /// The batches, journeys first.
    pub fn batches(&self) -> impl Iterator<Item = &RecordBatch> {
        self.journey.iter().chain(&self.fact)
    }
}

/// Turns rows into columns where they are made, so that no row has to leave the cache or the thread of its maker.
#[derive(Debug)]
pub struct RowBuilder {
    journey: Columns,
    fact: Columns,
}

impl RowBuilder {
    /// For rows of `schema`, the schema of `unified_marketing_data`; `rows` is how many a batch will have about.
    pub fn new(schema: &SchemaRef, rows: usize) -> Result<Self> {
        let schema = coded_schema(schema);
        Ok(Self {
            journey: Columns::new(&schema, rows)?,
            fact: Columns::new(&schema, rows)?,
        })
    }

    /// Takes in rows; what is refused, [`rows_to_batch`] refuses too.
    pub fn push(&mut self, rows: &[UnifiedRow]) -> Result<()> {
        // Runs of rows of one layout become columns without copying rows.
        for stretch in rows.chunk_by(|left, right| left.record_kind.is_journey() == right.record_kind.is_journey()) {
            let is_journey = stretch.first().is_some_and(|row| row.record_kind.is_journey());
            let columns = if is_journey { &mut self.journey } else { &mut self.fact };
            columns.push(stretch)?;
        }
        Ok(())
    }

    /// Rows taken in since the last [`RowBuilder::finish`].
    pub fn rows(&self) -> usize {
        self.journey.rows + self.fact.rows
    }

    /// The rows taken in, as columns; the builder is empty then.
    pub fn finish(&mut self) -> Result<RowColumns> {
        let some = |columns: &mut Columns| (columns.rows > 0).then(|| columns.finish()).transpose();
        Ok(RowColumns {
            journey: some(&mut self.journey)?,
            fact: some(&mut self.fact)?,
        })
    }
}

/// The columns of rows of one layout.
#[derive(Debug)]
struct Columns {
    schema: SchemaRef,
    columns: Vec<ColumnBuilder>,
    rows: usize,
}

impl Columns {
    fn new(schema: &SchemaRef, rows: usize) -> Result<Self> {
        let columns = schema.fields().iter().map(|field| ColumnBuilder::new(field, rows));
        Ok(Self {
            schema: Arc::clone(schema),
            columns: columns.collect::<Result<_>>()?,
            rows: 0,
        })
    }

    fn push(&mut self, rows: &[UnifiedRow]) -> Result<()> {
        for block in rows.chunks(BLOCK_ROWS) {
            check_fields(&self.schema, block)?;
            for column in &mut self.columns {
                column.append(block)?;
            }
            self.rows += block.len();
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<RecordBatch> {
        let arrays = self.columns.iter_mut().map(ColumnBuilder::finish).collect();
        self.rows = 0;
        Ok(RecordBatch::try_new(Arc::clone(&self.schema), arrays)?)
    }
}

fn check_fields(schema: &SchemaRef, rows: &[UnifiedRow]) -> Result<()> {
    for (name, _) in rows.iter().flat_map(|row| &row.custom) {
        if schema.index_of(name).is_err() {
            return Err(Error::NoSuchColumn {
                table: UNIFIED.to_owned(),
                column: name.to_string(),
            });
        }
    }
    Ok(())
}

fn refused(column: &str, reason: String) -> Error {
    Error::Value {
        table: UNIFIED.to_owned(),
        column: column.to_owned(),
        reason,
    }
}

#[cfg(test)]
mod tests;
