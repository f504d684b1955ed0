//! The columns of a relation of paths, and which columns of the journey rows they need.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use attribution::{Model, Settings, Variant};
use semantic::PathStep;
use types::tables::ColumnType;

use crate::credits::columns::{CreditColumn, Needs, Origin, arrow_type};

/// A column of the relation, in the order of `semantic::PathSource`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PathColumn {
    CustomerId,
    ConversionId,
    OrderId,
    ConversionType,
    ConvertedAt,
    IsNewCustomer,
    StartedAt,
    EndedAt,
    Path,
    Steps,
    CollapsedPath,
    CollapsedSteps,
    StepSet,
    DistinctSteps,
    FirstStep,
    LastStep,
    IsConverted,
    Revenue,
    Step,
    OtherStep,
    IsFirst,
    IsLast,
}

impl PathColumn {
    pub(super) const ALL: [Self; 18] = [
        Self::CustomerId,
        Self::ConversionId,
        Self::OrderId,
        Self::ConversionType,
        Self::ConvertedAt,
        Self::IsNewCustomer,
        Self::StartedAt,
        Self::EndedAt,
        Self::Path,
        Self::Steps,
        Self::CollapsedPath,
        Self::CollapsedSteps,
        Self::StepSet,
        Self::DistinctSteps,
        Self::FirstStep,
        Self::LastStep,
        Self::IsConverted,
        Self::Revenue,
    ];

    /// Those of the relation of pairs.
    pub(super) const PAIRS: [Self; 11] = [
        Self::Step,
        Self::OtherStep,
        Self::IsFirst,
        Self::IsLast,
        Self::Steps,
        Self::DistinctSteps,
        Self::ConvertedAt,
        Self::StartedAt,
        Self::EndedAt,
        Self::IsConverted,
        Self::Revenue,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::CustomerId => "customer_id",
            Self::ConversionId => "conversion_id",
            Self::OrderId => "order_id",
            Self::ConversionType => "conversion_type",
            Self::ConvertedAt => "converted_at",
            Self::IsNewCustomer => "is_new_customer",
            Self::StartedAt => "started_at",
            Self::EndedAt => "ended_at",
            Self::Path => "path",
            Self::Steps => "steps",
            Self::CollapsedPath => "collapsed_path",
            Self::CollapsedSteps => "collapsed_steps",
            Self::StepSet => "step_set",
            Self::DistinctSteps => "distinct_steps",
            Self::FirstStep => "first_step",
            Self::LastStep => "last_step",
            Self::IsConverted => "is_converted",
            Self::Revenue => "revenue",
            Self::Step => "step",
            Self::OtherStep => "other_step",
            Self::IsFirst => "is_first",
            Self::IsLast => "is_last",
        }
    }

    fn field(self) -> Field {
        let (kind, is_nullable) = match self {
            Self::CustomerId => (arrow_type(ColumnType::Uuid), false),
            Self::ConversionId => (arrow_type(ColumnType::Uuid), true),
            Self::ConvertedAt | Self::StartedAt | Self::EndedAt => (arrow_type(ColumnType::Instant), true),
            Self::IsNewCustomer => (DataType::Boolean, true),
            Self::IsConverted | Self::IsFirst | Self::IsLast => (DataType::Boolean, false),
            Self::Step | Self::OtherStep => (DataType::Utf8, false),
            Self::Steps | Self::CollapsedSteps | Self::DistinctSteps => (DataType::Int64, false),
            Self::Revenue => (arrow_type(ColumnType::Decimal), true),
            Self::OrderId | Self::ConversionType | Self::Path | Self::CollapsedPath | Self::StepSet | Self::FirstStep | Self::LastStep => {
                (DataType::Utf8, true)
            }
        };
        Field::new(self.name(), kind, is_nullable)
    }

    /// Whether the names of steps are needed for it.
    fn is_of_steps(self) -> bool {
        matches!(
            self,
            Self::Path
                | Self::CollapsedPath
                | Self::CollapsedSteps
                | Self::StepSet
                | Self::DistinctSteps
                | Self::FirstStep
                | Self::LastStep
                | Self::Step
                | Self::OtherStep
                | Self::IsFirst
                | Self::IsLast
        )
    }
}

/// Which of a source's two relations it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Relation {
    pub(super) step: PathStep,
    pub(super) is_of_pairs: bool,
}

impl Relation {
    pub(super) const fn columns(self) -> &'static [PathColumn] {
        if self.is_of_pairs { &PathColumn::PAIRS } else { &PathColumn::ALL }
    }
}

pub(super) fn schema(columns: &[PathColumn]) -> SchemaRef {
    Arc::new(Schema::new(columns.iter().map(|column| column.field()).collect::<Vec<_>>()))
}

/// The columns of a touch that make its step.
pub(super) fn of_step(step: PathStep) -> &'static [&'static str] {
    match step {
        PathStep::Channel => &["channel"],
        PathStep::Campaign => &["campaign_name", "campaign_key"],
        PathStep::Source => &["data_source"],
        PathStep::Interaction => &["channel", "interaction_type"],
    }
}

/// The columns of touches that `columns` need; none where nothing of steps but their number is asked for.
pub(super) fn step_inputs(columns: &[PathColumn], relation: Relation) -> &'static [&'static str] {
    let step = relation.step;
    if relation.is_of_pairs || columns.iter().any(|column| column.is_of_steps()) {
        of_step(step)
    } else {
        &[]
    }
}

/// What the pass reads: the same as for credits that have these columns, but no model's weights.
pub(super) fn needs(columns: &[PathColumn], relation: Relation, settings: &Settings, has_refunds: bool) -> Needs {
    let revenue = columns.contains(&PathColumn::Revenue);
    let of_conversion = columns.iter().filter_map(|column| match column {
        PathColumn::ConversionId => Some(Origin::Conversion("id")),
        PathColumn::OrderId => Some(Origin::Conversion("order_id")),
        PathColumn::Revenue => Some(Origin::Revenue(Model::FirstTouch)),
        _ => None,
    });
    let of_touch = step_inputs(columns, relation).iter().map(|name| Origin::Touch(name));
    let columns = of_conversion.chain(of_touch).map(|origin| CreditColumn { name: String::new(), origin });
    let mut needs = Needs::of(
        &columns.collect::<Vec<_>>(),
        &[Variant::always(0, settings.clone())],
        has_refunds && revenue,
    );
    needs.models.clear();
    needs
}
