//! Where journey rows come from.

use std::fmt::Debug;
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::physical_plan::ExecutionPlan;

use super::input::EVENT_KINDS;

/// The journey rows of one organisation at one snapshot.
pub(crate) trait Journeys: Debug + Send + Sync {
    /// The journey rows of all customers with an event (others may come, too), every customer whole in one partition, ordered by customer,
    /// time and sequence; at least the named columns. `partitions` is how many are worth having.
    fn scan(&self, columns: &[&str], partitions: usize) -> Result<Arc<dyn ExecutionPlan>>;

    /// The same of all customers.
    fn scan_all(&self, columns: &[&str], partitions: usize) -> Result<Arc<dyn ExecutionPlan>>;

    /// The table itself, for looking up one customer.
    fn table(&self) -> Arc<dyn TableProvider>;

    /// False only if it is certain that there are none: then no column that only refunds need is read.
    fn has_refunds(&self) -> bool;

    /// False only if it is certain that no touch is of this channel.
    fn may_have_channel(&self, channel: &str) -> bool;
}

/// The journey rows of some customers, few of many.
#[derive(Debug)]
pub(crate) struct OfCustomers {
    pub(crate) table: lake::TableSnapshot,
    pub(crate) customers: Arc<lake::CustomerSet>,
}

impl Journeys for OfCustomers {
    fn scan(&self, columns: &[&str], partitions: usize) -> Result<Arc<dyn ExecutionPlan>> {
        let scan = self.table.journey_scan_of(columns, &self.customers, partitions);
        scan.map_err(|error| DataFusionError::External(Box::new(error)))
    }

    /// They are all there are here.
    fn scan_all(&self, columns: &[&str], partitions: usize) -> Result<Arc<dyn ExecutionPlan>> {
        self.scan(columns, partitions)
    }

    fn table(&self) -> Arc<dyn TableProvider> {
        self.table.provider()
    }

    fn has_refunds(&self) -> bool {
        self.table.has_refunds()
    }

    fn may_have_channel(&self, channel: &str) -> bool {
        self.table.may_have_channel(channel)
    }
}

impl Journeys for lake::TableSnapshot {
    fn scan(&self, columns: &[&str], partitions: usize) -> Result<Arc<dyn ExecutionPlan>> {
        let pass = lake::Pass {
            kinds: EVENT_KINDS,
            partitions,
        };
        self.journey_scan_with(columns, pass)
            .map_err(|error| DataFusionError::External(Box::new(error)))
    }

    fn scan_all(&self, columns: &[&str], partitions: usize) -> Result<Arc<dyn ExecutionPlan>> {
        let pass = lake::Pass { kinds: &[], partitions };
        self.journey_scan_with(columns, pass)
            .map_err(|error| DataFusionError::External(Box::new(error)))
    }

    fn table(&self) -> Arc<dyn TableProvider> {
        self.provider()
    }

    fn has_refunds(&self) -> bool {
        let amounts = ["refund", "refund_reporting"].map(|name| self.columns().iter().find(|column| column.name == name));
        let has_amount = |file: &lake::DataFile, column: &lake::Column| file.stats_of(column.id).is_some_and(|stats| stats.nulls < file.rows);
        let journeys = self.files().iter().filter(|file| file.layout == lake::Layout::Journey);
        journeys
            .into_iter()
            .any(|file| amounts.iter().flatten().any(|column| has_amount(file, column)))
    }

    fn may_have_channel(&self, channel: &str) -> bool {
        let Some(column) = self.columns().iter().find(|column| column.name == "channel") else {
            return false;
        };
        let journeys = self.files().iter().filter(|file| file.layout == lake::Layout::Journey);
        journeys.into_iter().any(|file| {
            file.stats_of(column.id)
                .is_none_or(|stats| match (text_of(stats.min.as_ref()), text_of(stats.max.as_ref())) {
                    (Some(min), Some(max)) => min <= channel && channel <= max,
                    // Bounds are not kept where they are long; without them nothing is certain, unless there is no value at all.
                    _ => stats.nulls < file.rows,
                })
        })
    }
}

fn text_of(bound: Option<&ScalarValue>) -> Option<&str> {
    bound?.try_as_str().flatten()
}
