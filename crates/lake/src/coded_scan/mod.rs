//! A scan of one sorted file that keeps codes as codes.
//!
//! The pass over customers looks at every row's customer and kind, and of the few customers who bought something at time and campaign.
//! In the file ids are codes into a dictionary; the library's reader copies the 16 bytes behind them for every row and column. Reading
//! the codes themselves, and of other columns only the rows of customers with a row of a wanted kind, takes a fraction of the time
//! (docs/adr/0007). Everything else - storage, footers, page headers, compression, other columns - is the library's.

#![expect(clippy::single_range_in_vec_init, reason = "a selection is a list of ranges, sometimes of one")]

mod among;
mod bits;
mod column;
mod events;
mod exec;
mod hybrid;
mod numbers;
mod pages;
mod selection;
mod stream;
#[cfg(test)]
mod tests;

pub(crate) use among::rows_of_customers;
pub(crate) use column::coded;
pub(crate) use exec::CodedScan;

use std::sync::Arc;

use arrow::datatypes::{Field, Schema, SchemaRef};
use types::tables::ColumnType;

use crate::customers::CustomerSet;
use crate::schema::{Column, arrow_type};
use crate::writer::is_unique;

/// Whose rows are read.
#[derive(Clone, Debug)]
pub(crate) enum Customers {
    All,
    /// Customers with a row of one of the `kinds`, each up to the instant of the last such row; more may come, too. Positions are those of
    /// `customer_id`, `record_kind` and `recorded_at`.
    With {
        customer: usize,
        kind: usize,
        instant: usize,
        kinds: &'static [&'static str],
    },
    /// These, with all their rows. Columns come as in the table.
    Among(Arc<CustomerSet>),
}

/// The columns as a coded scan gives them: ids and texts that repeat as `Dictionary(UInt32, …)`, all others as in the table.
pub(crate) fn schema(columns: &[&Column]) -> SchemaRef {
    let field = |column: &&Column| {
        let kind = arrow_type(column.kind);
        let is_coded = matches!(column.kind, ColumnType::Uuid | ColumnType::Text) && !is_unique(column);
        Field::new(&column.name, if is_coded { coded(kind) } else { kind }, column.nullable)
    };
    SchemaRef::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()))
}
