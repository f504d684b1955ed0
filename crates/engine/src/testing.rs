//! Worlds of a few rows for this crate's tests: in memory, and in a real lake in a temporary folder.

use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::TableProvider;
use datafusion::common::Result;
use datafusion::datasource::MemTable;
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::datasource::source::DataSourceExec;
use datafusion::physical_expr::{LexOrdering, PhysicalSortExpr};
use datafusion::physical_plan::{ExecutionPlan, expressions};
use jiff::Timestamp;
use types::tables::unified_marketing_data::TABLE;
use types::{CustomerId, InteractionType, OrganizationId, RecordKind, SourceCategory, UnifiedRow};
use uuid::Uuid;

use crate::credits::Journeys;
use crate::credits::arrow_type;

pub(crate) const ORGANIZATION: OrganizationId = OrganizationId(Uuid::from_u128(1));

/// 2024-01-01T00:00:00Z, in seconds.
const START: i64 = 1_704_067_200;

/// An instant some minutes after the start of 2024.
pub(crate) fn minute(minutes: i64) -> Timestamp {
    Timestamp::from_second(START + minutes * 60).unwrap()
}

fn row(kind: RecordKind, customer: &str, minutes: i64, key: &str) -> UnifiedRow {
    let at = minute(minutes);
    let mut row = UnifiedRow::new(ORGANIZATION, "shop".into(), SourceCategory::ExternalRevenue, kind, key.into(), at, at);
    row.customer_id = Some(CustomerId::derive(ORGANIZATION, customer));
    row
}

pub(crate) fn touch(customer: &str, minutes: i64, channel: &str) -> UnifiedRow {
    let mut row = row(RecordKind::Touch, customer, minutes, &format!("touch-{customer}-{minutes}-{channel}"));
    row.channel = Some(channel.into());
    row.campaign_id = Some(types::CampaignId::derive(ORGANIZATION, "shop", channel));
    row.interaction_type = Some(InteractionType::Click);
    row
}

/// An order worth `cents`.
pub(crate) fn order(customer: &str, minutes: i64, number: &str, cents: i64) -> UnifiedRow {
    let mut row = row(RecordKind::Order, customer, minutes, &format!("order-{number}"));
    row.conversion_type = Some("purchase".into());
    row.order_id = Some(number.into());
    row.revenue = Some(cents * 10_000);
    row.revenue_reporting = Some(cents * 10_000);
    row
}

pub(crate) fn refund(customer: &str, minutes: i64, number: &str, cents: i64) -> UnifiedRow {
    let mut row = row(RecordKind::Refund, customer, minutes, &format!("refund-{number}-{minutes}"));
    row.order_id = Some(number.into());
    row.refund = Some(cents * 10_000);
    row.refund_reporting = Some(cents * 10_000);
    row
}

pub(crate) fn stage(customer: &str, minutes: i64, name: &str) -> UnifiedRow {
    let mut row = row(RecordKind::Stage, customer, minutes, &format!("stage-{customer}-{minutes}"));
    row.stage = Some(name.into());
    row
}

pub(crate) fn schema() -> SchemaRef {
    Arc::new(Schema::new(
        TABLE
            .columns
            .iter()
            .map(|column| Field::new(column.name, arrow_type(column.kind), column.nullable))
            .collect::<Vec<_>>(),
    ))
}

/// Journey rows in memory: as many partitions as asked for, in batches of a given size.
#[derive(Debug)]
pub(crate) struct MemoryJourneys {
    schema: SchemaRef,
    partitions: Vec<Vec<RecordBatch>>,
}

impl MemoryJourneys {
    pub(crate) fn new(mut rows: Vec<UnifiedRow>, partitions: usize, batch_rows: usize) -> Self {
        rows.sort_by_key(|row| (row.customer_id.map(|id| *id.as_bytes()), row.recorded_at, row.sequence));
        let mut parts = vec![Vec::new(); partitions];
        for row in rows {
            let customer = row.customer_id.map_or(0, |id| usize::from(id.as_bytes()[0]));
            parts[customer % partitions].push(row);
        }
        let batches = |rows: &Vec<UnifiedRow>| {
            rows.chunks(batch_rows)
                .map(|rows| lake::rows_to_batch(&schema(), rows).unwrap())
                .collect()
        };
        Self {
            schema: schema(),
            partitions: parts.iter().map(batches).collect(),
        }
    }

    /// The same rows with ids and texts as codes into dictionaries, one dictionary a batch.
    pub(crate) fn coded(self) -> Self {
        let coded = |kind: &DataType| match kind {
            DataType::Utf8 | DataType::FixedSizeBinary(16) => DataType::Dictionary(Box::new(DataType::UInt32), Box::new(kind.clone())),
            other => other.clone(),
        };
        let field = |field: &Arc<Field>| Field::new(field.name(), coded(field.data_type()), field.is_nullable());
        let schema = Arc::new(Schema::new(self.schema.fields().iter().map(field).collect::<Vec<_>>()));
        let batch = |batch: RecordBatch| {
            let columns = batch.columns().iter().map(|column| cast(column, &coded(column.data_type())).unwrap());
            RecordBatch::try_new(Arc::clone(&schema), columns.collect()).unwrap()
        };
        let partitions = self.partitions.into_iter().map(|batches| batches.into_iter().map(batch).collect());
        Self {
            partitions: partitions.collect(),
            schema: Arc::clone(&schema),
        }
    }
}

impl Journeys for MemoryJourneys {
    fn scan(&self, columns: &[&str], _partitions: usize) -> Result<Arc<dyn ExecutionPlan>> {
        let schema = Arc::clone(&self.schema);
        let projection = columns.iter().map(|name| schema.index_of(name).unwrap()).collect::<Vec<_>>();
        let order = ["customer_id", "recorded_at"]
            .into_iter()
            .map(|name| PhysicalSortExpr::new_default(expressions::col(name, &schema).unwrap()));
        let order = LexOrdering::new(order.collect::<Vec<_>>()).unwrap();
        let source = MemorySourceConfig::try_new(&self.partitions, schema, Some(projection))?.try_with_sort_information(vec![order])?;
        Ok(DataSourceExec::from_data_source(source))
    }

    fn scan_all(&self, columns: &[&str], partitions: usize) -> Result<Arc<dyn ExecutionPlan>> {
        self.scan(columns, partitions)
    }

    fn table(&self) -> Arc<dyn TableProvider> {
        Arc::new(MemTable::try_new(Arc::clone(&self.schema), self.partitions.clone()).unwrap())
    }

    fn has_refunds(&self) -> bool {
        true
    }

    fn may_have_channel(&self, channel: &str) -> bool {
        let at = self.schema.index_of("channel").unwrap();
        self.partitions.iter().flatten().any(|batch| {
            let channels = cast(batch.column(at), &DataType::Utf8).unwrap();
            channels.as_string::<i32>().iter().flatten().any(|found| found == channel)
        })
    }
}
