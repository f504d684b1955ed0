//! Order among rows of one instant.

use crate::record::RecordKind;
use crate::row::UnifiedRow;

/// Largest sequence number that a source may give.
pub const SEQUENCE_MAX: i64 = (1 << 59) - 1;

/// The `sequence` column: the total order of a customer's rows at one instant. Touches come before conversions, conversions before
/// refunds; then the source's own sequence number where it gives one (below 2^59), else a digest of the row's id. The digest carries
/// no meaning, but it is the same in every import, so ties never depend on the storage order.
pub fn sequence<T>(kind: RecordKind, given: Option<i64>, row: &UnifiedRow<T>) -> i64 {
    let rank = match kind {
        RecordKind::Touch => 0_i64,
        RecordKind::Stage => 1,
        RecordKind::Conversion | RecordKind::Order => 2,
        RecordKind::Refund => 3,
        RecordKind::Spend | RecordKind::Ticket | RecordKind::Stock | RecordKind::AssetEvent => 4,
    };
    let within = match given {
        Some(number) => number.clamp(0, SEQUENCE_MAX),
        None => {
            let mut eight = [0_u8; 8];
            eight.copy_from_slice(&row.id.as_bytes()[8..]);
            i64::from_be_bytes(eight) & SEQUENCE_MAX
        }
    };
    (rank << 60) | within
}
