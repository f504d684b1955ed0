//! From the query engine's and the lake's errors to the port's.

use arrow::error::ArrowError;
use datafusion::error::DataFusionError;
use semantic::EngineError;

use crate::Limits;

/// A fault below the port, with its cause.
pub(crate) fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> EngineError {
    EngineError::Internal(error.into())
}

/// An amount that no longer fits: carried through DataFusion as an external error.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("an amount is beyond what can be added up exactly")]
pub(crate) struct AmountOverflow;

pub(crate) fn from_datafusion(error: DataFusionError, limits: &Limits) -> EngineError {
    match error.find_root() {
        DataFusionError::ResourcesExhausted(_) => {
            return EngineError::Memory {
                megabytes: (limits.memory_bytes >> 20) as u64,
            };
        }
        DataFusionError::External(cause) if cause.is::<AmountOverflow>() => return EngineError::Overflow,
        DataFusionError::ArrowError(cause, _) if is_arithmetic_overflow(cause) => return EngineError::Overflow,
        _ => {}
    }
    internal(error)
}

/// Casts of plans narrow sums to what the answer holds: one that fails is an overflow.
fn is_arithmetic_overflow(error: &ArrowError) -> bool {
    matches!(error, ArrowError::ArithmeticOverflow(_) | ArrowError::CastError(_))
}
