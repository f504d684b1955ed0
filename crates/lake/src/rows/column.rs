//! One column of rows on their way into a batch.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, FixedSizeBinaryArray, Float64Builder, Int64Builder, NullBufferBuilder, StringBuilder,
    TimestampMicrosecondBuilder, new_null_array,
};
use arrow::buffer::Buffer;
use arrow::datatypes::DataType;

use super::coded::CodedBuilder;

/// A builder that begins with the first value: before that a column costs nothing, and rows without a value cost nothing either, for their
/// nulls are added when the next value comes.
#[derive(Debug)]
pub(super) struct Column<B> {
    kind: DataType,
    /// Rows to make room for.
    capacity: usize,
    /// None until the first value comes.
    builder: Option<B>,
    /// Rows that the builder has, nulls included.
    rows: usize,
    /// Nulls of earlier batches, to be shared.
    nulls: Option<ArrayRef>,
}

impl<B: Build> Column<B> {
    /// None if rows cannot fill a column of this type.
    pub(super) fn new(kind: &DataType, capacity: usize) -> Option<Self> {
        B::fits(kind).then(|| Self {
            kind: kind.clone(),
            capacity,
            builder: None,
            rows: 0,
            nulls: None,
        })
    }

    /// The builder, to take the value of row `at`.
    #[inline]
    pub(super) fn at(&mut self, at: usize) -> &mut B {
        let builder = self.builder.get_or_insert_with(|| B::with_capacity(&self.kind, self.capacity));
        if self.rows < at {
            builder.append_nulls(at - self.rows);
        }
        self.rows = at + 1;
        builder
    }

    /// The column of so many rows; it is empty then.
    pub(super) fn finish(&mut self, rows: usize) -> ArrayRef {
        let filled = std::mem::take(&mut self.rows);
        // The next batch will be about as long.
        self.capacity = rows + rows / 16;
        match self.builder.take() {
            Some(mut builder) => {
                builder.append_nulls(rows - filled);
                builder.finish()
            }
            None => match &self.nulls {
                Some(nulls) if nulls.len() >= rows => nulls.slice(0, rows),
                Some(_) | None => {
                    let nulls = new_null_array(&self.kind, rows);
                    self.nulls = Some(Arc::clone(&nulls));
                    nulls
                }
            },
        }
    }
}

/// What a builder of an array must do for [`Column`].
pub(super) trait Build {
    fn fits(kind: &DataType) -> bool;
    /// `kind` is one that fits.
    fn with_capacity(kind: &DataType, rows: usize) -> Self;
    fn append_nulls(&mut self, count: usize);
    fn finish(self) -> ArrayRef;
}

/// Ids, 16 bytes each.
#[derive(Debug)]
pub(super) struct IdBuilder {
    ids: Vec<[u8; 16]>,
    validity: NullBufferBuilder,
}

impl IdBuilder {
    #[inline]
    pub(super) fn append_value(&mut self, id: &[u8; 16]) {
        self.ids.push(*id);
        self.validity.append_non_null();
    }
}

impl Build for IdBuilder {
    fn fits(kind: &DataType) -> bool {
        *kind == DataType::FixedSizeBinary(16)
    }

    fn with_capacity(_: &DataType, rows: usize) -> Self {
        Self {
            ids: Vec::with_capacity(rows),
            validity: NullBufferBuilder::new(rows),
        }
    }

    fn append_nulls(&mut self, count: usize) {
        self.ids.resize(self.ids.len() + count, [0; 16]);
        self.validity.append_n_nulls(count);
    }

    fn finish(mut self) -> ArrayRef {
        let bytes = Buffer::from_vec(self.ids.into_flattened());
        Arc::new(FixedSizeBinaryArray::new(16, bytes, self.validity.finish()))
    }
}

impl Build for CodedBuilder {
    fn fits(kind: &DataType) -> bool {
        super::is_coded(kind)
    }

    fn with_capacity(_: &DataType, rows: usize) -> Self {
        Self::with_capacity(rows)
    }

    fn append_nulls(&mut self, count: usize) {
        self.append_nulls(count);
    }

    fn finish(self) -> ArrayRef {
        Arc::new(self.finish())
    }
}

impl Build for Decimal128Builder {
    fn fits(kind: &DataType) -> bool {
        matches!(kind, DataType::Decimal128(_, _))
    }

    fn with_capacity(kind: &DataType, rows: usize) -> Self {
        Self::with_capacity(rows).with_data_type(kind.clone())
    }

    fn append_nulls(&mut self, count: usize) {
        self.append_nulls(count);
    }

    fn finish(mut self) -> ArrayRef {
        Arc::new(Self::finish(&mut self))
    }
}

macro_rules! build {
    ($($builder:ident: $fits:pat => $make:expr),+ $(,)?) => {$(
        impl Build for $builder {
            fn fits(kind: &DataType) -> bool {
                matches!(kind, $fits)
            }

            fn with_capacity(_: &DataType, rows: usize) -> Self {
                $make(rows)
            }

            fn append_nulls(&mut self, count: usize) {
                self.append_nulls(count);
            }

            fn finish(mut self) -> ArrayRef {
                Arc::new($builder::finish(&mut self))
            }
        }
    )+};
}

build! {
    StringBuilder: DataType::Utf8 => |rows| Self::with_capacity(rows, rows * 8),
    BooleanBuilder: DataType::Boolean => Self::with_capacity,
    Int64Builder: DataType::Int64 => Self::with_capacity,
    Float64Builder: DataType::Float64 => Self::with_capacity,
    TimestampMicrosecondBuilder: DataType::Timestamp(_, _) => |rows| Self::with_capacity(rows).with_timezone("UTC"),
    Date32Builder: DataType::Date32 => Self::with_capacity,
}
