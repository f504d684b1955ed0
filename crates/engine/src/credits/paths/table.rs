//! A relation of paths as a table that SQL can read.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use attribution::Settings;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Result;
use datafusion::datasource::TableType;
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::ExecutionPlan;
use semantic::PathSource;
use types::Currency;

use super::columns::{self, PathColumn, Relation};
use super::exec::PathsExec;
use crate::credits::journeys::Journeys;

/// The paths of a [`PathSource`] over one snapshot. Its scan is the operator of paths.
#[derive(Debug)]
pub(crate) struct PathsTable {
    journeys: Arc<dyn Journeys>,
    settings: Settings,
    relation: Relation,
    currency: Currency,
    schema: SchemaRef,
}

impl PathsTable {
    pub(crate) fn new(journeys: Arc<dyn Journeys>, source: &PathSource, currency: Currency) -> Self {
        Self::of(journeys, source, currency, false)
    }

    /// The pairs of steps that occur in one path.
    pub(crate) fn pairs(journeys: Arc<dyn Journeys>, source: &PathSource, currency: Currency) -> Self {
        Self::of(journeys, source, currency, true)
    }

    fn of(journeys: Arc<dyn Journeys>, source: &PathSource, currency: Currency, is_of_pairs: bool) -> Self {
        let relation = Relation {
            step: source.step,
            is_of_pairs,
        };
        let settings = source.settings.clone();
        Self {
            settings: settings.without_absent_channels(|channel| journeys.may_have_channel(channel)),
            journeys,
            relation,
            currency,
            schema: columns::schema(relation.columns()),
        }
    }
}

#[async_trait]
impl TableProvider for PathsTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let columns: Vec<PathColumn> = match projection {
            Some(projection) => projection.iter().map(|at| self.relation.columns()[*at]).collect(),
            None => self.relation.columns().to_vec(),
        };
        let (relation, settings) = (self.relation, &self.settings);
        let needs = columns::needs(&columns, relation, settings, self.journeys.has_refunds());
        let input = self.journeys.scan_all(&needs.inputs, state.config().target_partitions())?;
        Ok(Arc::new(PathsExec::try_new(
            input,
            columns,
            needs,
            settings.clone(),
            relation,
            self.currency,
        )?))
    }
}
