//! A relation of credits as a table that SQL can read.

use std::sync::Arc;

use arrow::compute::SortOptions;
use arrow::datatypes::{DataType, SchemaRef};
use async_trait::async_trait;
use attribution::Variant;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::datasource::TableType;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator, TableProviderFilterPushDown, col};
use datafusion::physical_expr::{LexOrdering, PhysicalSortExpr};
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::physical_plan::{ExecutionPlan, expressions};
use semantic::CreditSource;
use types::Currency;

use super::columns::{self, CreditColumn, Needs, Origin};
use super::exec::AttributionExec;
use super::journeys::Journeys;

/// The credits of a [`CreditSource`] over one snapshot. Its scan is the attribution operator.
#[derive(Debug)]
pub(crate) struct CreditsTable {
    journeys: Arc<dyn Journeys>,
    variants: Vec<Variant>,
    currency: Currency,
    columns: Vec<CreditColumn>,
    schema: SchemaRef,
}

impl CreditsTable {
    pub(crate) fn new(journeys: Arc<dyn Journeys>, source: &CreditSource, currency: Currency) -> Self {
        let columns = columns::all(&source.models);
        let schema = columns::schema(&columns);
        let mut variants = source.variants.clone();
        if variants.is_empty() {
            variants.push(Variant::always(0, source.settings.clone()));
        }
        for variant in &mut variants {
            let settings = variant.settings.clone();
            variant.settings = settings.without_absent_channels(|channel| journeys.may_have_channel(channel));
        }
        Self {
            journeys,
            variants,
            currency,
            columns,
            schema,
        }
    }

    /// The rows of one customer, sorted here: they are few, and the table's own pruning finds them.
    async fn one_customer(&self, state: &dyn Session, customer: &Expr, inputs: &[&str]) -> Result<Arc<dyn ExecutionPlan>> {
        let table = self.journeys.table();
        let schema = table.schema();
        let mut names = inputs.to_vec();
        names.push("sequence");
        let projection = names.iter().map(|name| Ok(schema.index_of(name)?)).collect::<Result<Vec<_>>>()?;
        let scan = table.scan(state, Some(&projection), std::slice::from_ref(customer), None).await?;
        let predicate = state.create_physical_expr(customer.clone(), &DFSchema::try_from(scan.schema())?)?;
        let filtered = Arc::new(FilterExec::try_new(predicate, scan)?);
        let together = Arc::new(CoalescePartitionsExec::new(filtered));
        let order = ["customer_id", "recorded_at", "sequence"].into_iter();
        let order = order
            .map(|name| Ok(PhysicalSortExpr::new(expressions::col(name, &together.schema())?, SortOptions::default())))
            .collect::<Result<Vec<_>>>()?;
        let order = LexOrdering::new(order).expect("three columns are an order");
        Ok(Arc::new(SortExec::new(order, together)))
    }
}

#[async_trait]
impl TableProvider for CreditsTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    /// Only the customer may be decided below the operator: any other filter would take touches or conversions away from a journey.
    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        let support = |filter: &&Expr| {
            if customer_of(filter).is_some() {
                TableProviderFilterPushDown::Inexact
            } else {
                TableProviderFilterPushDown::Unsupported
            }
        };
        Ok(filters.iter().map(support).collect())
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let columns = match projection {
            Some(projection) => projection.iter().map(|at| self.columns[*at].clone()).collect(),
            None => self.columns.clone(),
        };
        let mut needs = Needs::of(&columns, &self.variants, self.journeys.has_refunds());
        if needs.models.is_empty() {
            // Nothing is asked of any model: the rows are the same under each.
            needs.models.extend(
                self.columns
                    .iter()
                    .find_map(|column| if let Origin::Weight(model) = column.origin { Some(model) } else { None }),
            );
        }
        let input = match filters.iter().find_map(customer_of) {
            Some(customer) => self.one_customer(state, &customer, &needs.inputs).await?,
            None => self.journeys.scan(&needs.inputs, state.config().target_partitions())?,
        };
        Ok(Arc::new(AttributionExec::try_new(
            input,
            columns,
            needs,
            self.variants.clone(),
            self.currency,
        )?))
    }
}

/// `customer_id = id`, if that is what the filter says, without a qualifier.
fn customer_of(filter: &Expr) -> Option<Expr> {
    let Expr::BinaryExpr(BinaryExpr {
        left,
        op: Operator::Eq,
        right,
    }) = filter
    else {
        return None;
    };
    let id = match (left.as_ref(), right.as_ref()) {
        (Expr::Column(column), Expr::Literal(id, _)) | (Expr::Literal(id, _), Expr::Column(column)) if column.name == "customer_id" => id,
        _ => return None,
    };
    let id @ ScalarValue::FixedSizeBinary(16, Some(_)) = id else {
        return None;
    };
    debug_assert_eq!(id.data_type(), DataType::FixedSizeBinary(16));
    Some(col("customer_id").eq(Expr::Literal(id.clone(), None)))
}
