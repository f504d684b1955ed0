//! The columns of a relation of credits, where each comes from, and which columns of the journey rows it needs.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use attribution::{Model, Variant};
use types::tables::{Column as TableColumn, ColumnType, unified_marketing_data};

use super::input::PARTS;

/// Where the values of a column come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Origin {
    /// A column of the conversion's row; of the order's row for a refund.
    Conversion(&'static str),
    /// A column of the row of what happened: the conversion, or the refund.
    Entry(&'static str),
    /// A column of the touch; null when unattributed.
    Touch(&'static str),
    EntryKind,
    IsNewCustomer,
    Position,
    Touches,
    /// Version of the settings that made the row.
    SettingsVersion,
    Weight(Model),
    Conversions(Model),
    Revenue(Model),
}

/// Columns that do not depend on a model, in the order of `semantic::CreditSource`.
const FIXED: &[(&str, Origin)] = &[
    ("customer_id", Origin::Entry("customer_id")),
    ("conversion_id", Origin::Conversion("id")),
    ("order_id", Origin::Conversion("order_id")),
    ("conversion_type", Origin::Conversion("conversion_type")),
    ("conversion_source", Origin::Conversion("data_source")),
    ("entry", Origin::EntryKind),
    ("converted_at", Origin::Entry("recorded_at")),
    ("is_new_customer", Origin::IsNewCustomer),
    ("touched_at", Origin::Touch("recorded_at")),
    ("touch_id", Origin::Touch("id")),
    ("position", Origin::Position),
    ("touches", Origin::Touches),
    ("settings_version", Origin::SettingsVersion),
    ("data_source", Origin::Touch("data_source")),
    ("channel", Origin::Touch("channel")),
    ("campaign_id", Origin::Touch("campaign_id")),
    ("campaign_key", Origin::Touch("campaign_key")),
    ("campaign_name", Origin::Touch("campaign_name")),
    ("ad_set_key", Origin::Touch("ad_set_key")),
    ("ad_set_name", Origin::Touch("ad_set_name")),
    ("ad_key", Origin::Touch("ad_key")),
    ("ad_name", Origin::Touch("ad_name")),
    ("asset_id", Origin::Touch("asset_id")),
    ("asset_name", Origin::Touch("asset_name")),
    ("interaction_type", Origin::Touch("interaction_type")),
    ("country", Origin::Touch("country")),
    ("device", Origin::Touch("device")),
];

/// A column of the relation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CreditColumn {
    pub(crate) name: String,
    pub(crate) origin: Origin,
}

/// All columns of a relation with credit under `models`.
pub(crate) fn all(models: &[Model]) -> Vec<CreditColumn> {
    let fixed = FIXED.iter().map(|(name, origin)| CreditColumn {
        name: (*name).to_owned(),
        origin: *origin,
    });
    let measured = models.iter().flat_map(|model| {
        let column = |prefix: &str, origin| CreditColumn {
            name: format!("{prefix}_{model}"),
            origin,
        };
        [
            column("weight", Origin::Weight(*model)),
            column("conversions", Origin::Conversions(*model)),
            column("revenue", Origin::Revenue(*model)),
        ]
    });
    fixed.chain(measured).collect()
}

pub(crate) fn schema(columns: &[CreditColumn]) -> SchemaRef {
    Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()))
}

fn field(column: &CreditColumn) -> Field {
    let (kind, nullable) = match column.origin {
        Origin::Conversion(name) | Origin::Entry(name) => (arrow_type(table_column(name).kind), table_column(name).nullable && name != "customer_id"),
        Origin::Touch(name) => (arrow_type(table_column(name).kind), true),
        Origin::EntryKind | Origin::SettingsVersion => (DataType::Utf8, false),
        Origin::IsNewCustomer => (DataType::Boolean, false),
        Origin::Position | Origin::Touches => (DataType::Int64, false),
        Origin::Weight(_) | Origin::Conversions(_) => (DataType::Float64, false),
        Origin::Revenue(_) => (arrow_type(ColumnType::Decimal), false),
    };
    Field::new(&column.name, kind, nullable)
}

fn table_column(name: &str) -> &'static TableColumn {
    let columns = unified_marketing_data::TABLE.columns;
    columns
        .iter()
        .find(|column| column.name == name)
        .expect("a credit names columns of unified_marketing_data")
}

pub(crate) fn is_id_or_text(name: &str) -> bool {
    matches!(table_column(name).kind, ColumnType::Uuid | ColumnType::Text)
}

/// Arrow types as the lake's tables have them.
pub(crate) fn arrow_type(kind: ColumnType) -> DataType {
    match kind {
        ColumnType::Uuid => DataType::FixedSizeBinary(16),
        ColumnType::Text | ColumnType::Json => DataType::Utf8,
        ColumnType::Bool => DataType::Boolean,
        ColumnType::Integer => DataType::Int64,
        ColumnType::Float => DataType::Float64,
        ColumnType::Decimal => DataType::Decimal128(18, 6),
        ColumnType::Rate => DataType::Decimal128(18, 9),
        ColumnType::Instant => DataType::Timestamp(arrow::datatypes::TimeUnit::Microsecond, Some("UTC".into())),
        ColumnType::Date => DataType::Date32,
    }
}

/// What the operator computes and reads for a projection: nothing that nobody asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Needs {
    /// Models of which a column is asked for, in their own order.
    pub(crate) models: Vec<Model>,
    /// Columns of the journey rows, in the table's order.
    pub(crate) inputs: Vec<&'static str>,
    pub(crate) revenue: bool,
    pub(crate) refunds: bool,
}

impl Needs {
    pub(crate) fn of(columns: &[CreditColumn], variants: &[Variant], has_refunds: bool) -> Self {
        let mut models = BTreeSet::new();
        let mut names = BTreeSet::from(["customer_id", "recorded_at", "record_kind", "conversion_type"]);
        let mut revenue = false;
        for column in columns {
            match column.origin {
                Origin::Conversion(name) | Origin::Entry(name) | Origin::Touch(name) => {
                    names.insert(name);
                }
                Origin::Weight(model) | Origin::Conversions(model) => {
                    models.insert(model);
                }
                Origin::Revenue(model) => {
                    models.insert(model);
                    revenue = true;
                }
                Origin::EntryKind | Origin::IsNewCustomer | Origin::Position | Origin::Touches | Origin::SettingsVersion => {}
            }
        }
        let models: Vec<Model> = models.into_iter().collect();
        let any = |is: &dyn Fn(&attribution::Settings) -> bool| variants.iter().any(|variant| is(&variant.settings));
        if revenue {
            names.insert("revenue_reporting");
            if any(&|settings| settings.revenue.reads_parts()) {
                names.extend(PARTS);
            }
        }
        let refunds = has_refunds && any(&|settings| settings.revenue.refunds_deducted);
        if refunds {
            names.extend(["order_id", "data_source", "refund_reporting"]);
        }
        let has_factors = models.contains(&Model::Custom) && any(&|settings| settings.custom.has_factors());
        if has_factors || any(&|settings| settings.reads_classes(&models)) {
            names.extend(["channel", "interaction_type"]);
        }
        if models.iter().any(|model| model.needs_milestones()) {
            names.insert("stage");
        }
        let inputs = unified_marketing_data::TABLE
            .columns
            .iter()
            .map(|column| column.name)
            .filter(|name| names.contains(name))
            .collect();
        Self {
            models,
            inputs,
            revenue,
            refunds,
        }
    }
}

#[cfg(test)]
mod tests;
