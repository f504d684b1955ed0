//! Rows of the unified stream as columns.
//!
//! Of the table's many columns a source fills few. A column is therefore built from its first value on; a field without a value costs a
//! look at it, and a column without any shares its nulls with all batches. Texts that repeat are kept as codes until they are written: four
//! bytes a row to move instead of a text.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use types::UnifiedRow;

use crate::{Error, Result};
use custom::CustomColumn;
use standard::{Standard, is_repeated};

mod coded;
mod column;
mod custom;
mod standard;

pub(crate) const UNIFIED: &str = types::tables::unified_marketing_data::TABLE.name;

/// The rows as a batch of `schema`, the schema of `unified_marketing_data`. A field that the schema does not have, a field of another
/// type, or a number that is not finite is refused.
pub fn rows_to_batch(schema: &SchemaRef, rows: &[UnifiedRow]) -> Result<RecordBatch> {
    let mut columns = Columns::new(&coded_schema(schema), rows.len())?;
    rows.iter().try_for_each(|row| columns.push(row))?;
    let batch = columns.finish()?;
    let plain = batch
        .columns()
        .iter()
        .zip(schema.fields())
        .map(|(column, field)| cast(column, field.data_type()));
    Ok(RecordBatch::try_new(Arc::clone(schema), plain.collect::<std::result::Result<_, _>>()?)?)
}

/// `schema`, the schema of `unified_marketing_data`, with its repeating texts as codes: the schema of [`RowColumns`].
pub(crate) fn coded_schema(schema: &SchemaRef) -> SchemaRef {
    let coded = |field: &Arc<Field>| match (field.data_type(), is_repeated(field.name())) {
        (DataType::Utf8, true) => {
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
        rows.iter().try_for_each(|row| self.push_row(row))
    }

    /// As [`RowBuilder::push`], for rows that borrow their texts.
    pub fn push_borrowed(&mut self, rows: &[UnifiedRow<&str>]) -> Result<()> {
        rows.iter().try_for_each(|row| self.push_row(row))
    }

    fn push_row<T: AsRef<str>>(&mut self, row: &UnifiedRow<T>) -> Result<()> {
        if row.record_kind.is_journey() {
            self.journey.push(row)
        } else {
            self.fact.push(row)
        }
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
    standard: Standard,
    custom: Vec<CustomColumn>,
    rows: usize,
}

impl Columns {
    fn new(schema: &SchemaRef, capacity: usize) -> Result<Self> {
        let mut columns = Self {
            schema: Arc::clone(schema),
            standard: Standard::default(),
            custom: Vec::new(),
            rows: 0,
        };
        for field in schema.fields() {
            if !columns.standard.add(field, capacity)? {
                columns.custom.push(CustomColumn::new(field, capacity)?);
            }
        }
        Ok(columns)
    }

    fn push<T: AsRef<str>>(&mut self, row: &UnifiedRow<T>) -> Result<()> {
        for (name, value) in &row.custom {
            let column = self.custom.iter_mut().find(|column| column.name == name.as_ref());
            let column = column.ok_or_else(|| Error::NoSuchColumn {
                table: UNIFIED.to_owned(),
                column: name.as_ref().to_owned(),
            })?;
            column.append(self.rows, value)?;
        }
        self.standard.append(self.rows, row);
        self.rows += 1;
        Ok(())
    }

    fn finish(&mut self) -> Result<RecordBatch> {
        let rows = std::mem::take(&mut self.rows);
        let mut custom = self.custom.iter_mut();
        let mut arrays = Vec::with_capacity(self.schema.fields().len());
        for field in self.schema.fields() {
            // Those that are not standard come in the order of the schema.
            let array = self
                .standard
                .finish(field.name(), rows)
                .or_else(|| custom.next().map(|column| column.finish(rows)));
            arrays.extend(array);
        }
        Ok(RecordBatch::try_new(Arc::clone(&self.schema), arrays)?)
    }
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
