//! Why a question was refused: every problem at once, each with its place in the question and a remedy.

use std::fmt;

use serde::Serialize;

/// A question that cannot be answered as asked. Never empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct QueryError {
    pub problems: Vec<Problem>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// JSON pointer into the question: `/metrics/0`, `/filters/2/values`.
    pub pointer: String,
    pub code: ProblemCode,
    pub message: String,
    /// What to write instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
}

/// Stable names of the reasons, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemCode {
    UnknownMetric,
    UnknownModel,
    UnknownDimension,
    UnknownSort,
    /// No conversion has the type.
    UnknownGoal,
    /// No row enters the stage.
    UnknownStage,
    /// The metric takes no model.
    ModelNotTaken,
    /// Reach and its kin cannot be added up.
    NotAdditive,
    Duplicate,
    /// The facts of a metric do not have the dimension.
    DimensionMissing,
    /// The facts of a metric are daily.
    GrainTooFine,
    InvalidDate,
    InvalidRange,
    InvalidZone,
    InvalidFilter,
    InvalidSettings,
    LimitExceeded,
    Missing,
}

impl ProblemCode {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownMetric => "unknown-metric",
            Self::UnknownModel => "unknown-model",
            Self::UnknownDimension => "unknown-dimension",
            Self::UnknownSort => "unknown-sort",
            Self::UnknownGoal => "unknown-goal",
            Self::UnknownStage => "unknown-stage",
            Self::ModelNotTaken => "model-not-taken",
            Self::NotAdditive => "not-additive",
            Self::Duplicate => "duplicate",
            Self::DimensionMissing => "dimension-missing",
            Self::GrainTooFine => "grain-too-fine",
            Self::InvalidDate => "invalid-date",
            Self::InvalidRange => "invalid-range",
            Self::InvalidZone => "invalid-zone",
            Self::InvalidFilter => "invalid-filter",
            Self::InvalidSettings => "invalid-settings",
            Self::LimitExceeded => "limit-exceeded",
            Self::Missing => "missing",
        }
    }
}

impl Problem {
    pub(crate) fn new(pointer: impl Into<String>, code: ProblemCode, message: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            code,
            message: message.into(),
            suggestion: None,
        }
    }

    pub(crate) fn suggest(mut self, suggestion: Option<impl Into<String>>) -> Self {
        self.suggestion = suggestion.map(Into::into);
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.pointer, self.message)?;
        match &self.suggestion {
            Some(suggestion) => write!(f, " (did you mean `{suggestion}`?)"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.problems.iter().enumerate() {
            let separator = if at == 0 { "" } else { "; " };
            write!(f, "{separator}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for QueryError {}
