//! Columns of credit rows, taken by position from the batches in hand.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, FixedSizeBinaryArray, new_null_array};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer};
use arrow::compute::interleave;
use arrow::datatypes::{DataType, UInt32Type};
use attribution::NO_TOUCH;
use datafusion::common::Result;

use super::input::Held;

/// Where each credit row's values stand: 0 for none, else 1 + position of the batch; and the row in it.
#[derive(Debug, Default)]
pub(crate) struct Places(Vec<(usize, usize)>);

impl Places {
    /// Turns row numbers (over all batches in hand) into places.
    pub(crate) fn of(rows: &[u32], held: &[Held]) -> Self {
        let mut places = Vec::with_capacity(rows.len());
        let mut at = 0;
        for row in rows {
            if *row == NO_TOUCH {
                places.push((0, 0));
                continue;
            }
            // Credits come customer by customer: mostly the batch of the row before.
            if !(held[at].offset <= *row && *row < held[at].end()) {
                at = held.partition_point(|batch| batch.end() <= *row);
            }
            places.push((at + 1, (*row - held[at].offset) as usize));
        }
        Self(places)
    }

    /// The values of column `at` of the batches in hand; those of a dictionary, not their codes.
    pub(crate) fn take(&self, held: &[Held], at: usize) -> Result<ArrayRef> {
        let columns = held.iter().map(|batch| batch.batch.column(at)).collect::<Vec<_>>();
        let coded = columns.iter().map(|column| column.as_dictionary_opt::<UInt32Type>());
        match coded.collect::<Option<Vec<_>>>() {
            Some(coded) => self.decoded(&coded).pick(&coded.iter().map(|column| column.values()).collect::<Vec<_>>()),
            None => self.pick(&columns),
        }
    }

    /// The places in the dictionaries' values.
    fn decoded(&self, columns: &[&DictionaryArray<UInt32Type>]) -> Self {
        let decode = |(batch, row): &(usize, usize)| match batch.checked_sub(1) {
            Some(at) if columns[at].is_valid(*row) => (*batch, columns[at].keys().value(*row) as usize),
            _ => (0, 0),
        };
        Self(self.0.iter().map(decode).collect())
    }

    fn pick(&self, columns: &[&ArrayRef]) -> Result<ArrayRef> {
        let kind = columns[0].data_type();
        if let DataType::FixedSizeBinary(16) = kind {
            return Ok(self.take_ids(columns));
        }
        let none = new_null_array(kind, 1);
        let sources = std::iter::once(none.as_ref())
            .chain(columns.iter().map(|column| column.as_ref()))
            .collect::<Vec<_>>();
        Ok(interleave(&sources, &self.0)?)
    }

    /// `interleave` has no fast path for 16-byte ids.
    fn take_ids(&self, columns: &[&ArrayRef]) -> ArrayRef {
        let arrays = columns.iter().map(|column| column.as_fixed_size_binary()).collect::<Vec<_>>();
        let ids = arrays.iter().map(|array| array.value_data().as_chunks::<16>().0).collect::<Vec<_>>();
        let mut bytes = Vec::with_capacity(self.0.len() * 16);
        for (batch, row) in &self.0 {
            match batch.checked_sub(1) {
                Some(batch) => bytes.extend_from_slice(&ids[batch][*row]),
                None => bytes.extend_from_slice(&[0; 16]),
            }
        }
        let is_valid = |at: usize| {
            let (batch, row) = self.0[at];
            batch.checked_sub(1).is_some_and(|batch| arrays[batch].is_valid(row))
        };
        let nulls = NullBuffer::new(BooleanBuffer::collect_bool(self.0.len(), is_valid));
        let nulls = Some(nulls).filter(|nulls| nulls.null_count() > 0);
        Arc::new(FixedSizeBinaryArray::new(16, Buffer::from_vec(bytes), nulls))
    }
}
