//! The SQL of a leaf: what each row contributes, and how contributions are put together.

use attribution::Model;

use super::draft::LeafUse;
use super::resolve::DEFAULT_MODEL;
use super::statement::Statement;
use crate::catalogue::{Aggregation, Condition, Fact, RowValue};
use crate::engine::Param;
use types::Currency;

/// SQL type of an aggregated leaf, which all branches of the stitch share.
pub(crate) const fn sql_type(used: &LeafUse) -> &'static str {
    match used.leaf.value {
        RowValue::Row | RowValue::Impressions | RowValue::Clicks | RowValue::Customer => "BIGINT",
        RowValue::Spend
        | RowValue::PlatformConversions
        | RowValue::PlatformRevenue
        | RowValue::Revenue
        | RowValue::Refund
        | RowValue::NetRevenue
        | RowValue::AttributedRevenue => "DECIMAL(38, 6)",
        RowValue::AttributedConversions => "DOUBLE",
    }
}

/// True where aggregates of parts give the aggregate of the whole by a sum.
pub(crate) const fn is_additive(used: &LeafUse) -> bool {
    match used.leaf.aggregation {
        Aggregation::Sum | Aggregation::Count => true,
        Aggregation::CountDistinct => false,
    }
}

/// The aggregate of `column`, which holds the rows' contributions. Of what is counted distinctly: whether there is one.
pub(crate) fn aggregate(used: &LeafUse, column: &str) -> String {
    match used.leaf.aggregation {
        Aggregation::Sum => format!("CAST(SUM({column}) AS {})", sql_type(used)),
        Aggregation::Count => format!("COUNT({column})"),
        Aggregation::CountDistinct => format!("MAX({column})"),
    }
}

/// The aggregate of aggregates. Of what is counted distinctly, every part is one customer's.
pub(crate) fn aggregate_of_parts(used: &LeafUse, column: &str) -> String {
    match used.leaf.aggregation {
        Aggregation::Sum | Aggregation::Count => format!("CAST(SUM({column}) AS {})", sql_type(used)),
        Aggregation::CountDistinct => format!("COUNT({column})"),
    }
}

/// What a row contributes: null where the leaf's condition does not hold.
pub(crate) fn contribution(used: &LeafUse, currency: Currency, statement: &mut Statement) -> String {
    let value = value(used, currency, statement);
    let known = (!is_additive(used)).then_some("customer_id IS NOT NULL");
    let conditions: Vec<&str> = used
        .leaf
        .condition
        .map(|condition| predicate(condition, used.leaf.fact))
        .into_iter()
        .chain(known)
        .collect();
    if conditions.is_empty() {
        value
    } else {
        format!("CASE WHEN {} THEN {value} END", conditions.join(" AND "))
    }
}

fn value(used: &LeafUse, currency: Currency, statement: &mut Statement) -> String {
    let model = used.model.unwrap_or(DEFAULT_MODEL);
    match used.leaf.value {
        RowValue::Row | RowValue::Customer => "1".to_owned(),
        RowValue::Spend => "spend_reporting".to_owned(),
        RowValue::Impressions => "impressions".to_owned(),
        RowValue::Clicks => "clicks".to_owned(),
        RowValue::PlatformConversions => "platform_conversions".to_owned(),
        RowValue::PlatformRevenue => {
            // The table keeps the platforms' claims in their own currency only.
            let reporting = statement.bind(Param::Text(currency.as_str().to_owned()));
            format!("CASE WHEN currency = {reporting} THEN platform_revenue ELSE CAST(platform_revenue * fx_rate AS DECIMAL(18, 6)) END")
        }
        RowValue::Revenue => "revenue_reporting".to_owned(),
        RowValue::Refund => "refund_reporting".to_owned(),
        RowValue::NetRevenue => "CASE WHEN record_kind = 'refund' THEN -refund_reporting ELSE revenue_reporting END".to_owned(),
        RowValue::AttributedRevenue => revenue_column(model),
        RowValue::AttributedConversions => conversions_column(model),
    }
}

/// Column of the credit relation with the money of a model.
pub(crate) fn revenue_column(model: Model) -> String {
    format!("revenue_{}", model.as_str())
}

/// Column of the credit relation with the share of the conversion under a model.
pub(crate) fn conversions_column(model: Model) -> String {
    format!("conversions_{}", model.as_str())
}

fn predicate(condition: Condition, fact: Fact) -> &'static str {
    match condition {
        Condition::Order => "record_kind = 'order'",
        Condition::Sale => "record_kind <> 'refund'",
        Condition::Refund => "record_kind = 'refund'",
        Condition::FirstSale => match fact {
            Fact::Credits => "is_new_customer",
            Fact::Spend | Fact::Touches | Fact::Conversions => "record_kind <> 'refund' AND is_first = 1",
        },
        Condition::PaidChannel => "is_paid",
        Condition::FirstSaleOfPaidChannel => "is_paid AND is_new_customer",
    }
}

/// True where the leaf needs to know which channels have spend.
pub(crate) const fn needs_paid_channels(used: &LeafUse) -> bool {
    matches!(used.leaf.condition, Some(Condition::PaidChannel | Condition::FirstSaleOfPaidChannel))
}

/// True where the leaf needs to know which of a customer's conversions came first.
pub(crate) const fn needs_first_sale(used: &LeafUse) -> bool {
    matches!(used.leaf.condition, Some(Condition::FirstSale))
}
