//! Journeys in brief, partition by partition of the journey rows, several at a time.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::RecordBatch;
use futures::StreamExt;
use futures::stream::BoxStream;
use journeys::{TouchCosts, Tracker};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use types::{CustomerId, OrganizationId, RecordKind};

use crate::journey_table::JourneyTable;
use crate::{Error, Result, journey_rows};

/// Customers of a batch.
const BRIEFS: usize = 8_192;
/// Batches that may wait for the writer.
const BATCHES_AHEAD: usize = 4;
/// Partitions that are read at the same time.
pub(crate) const PARTITIONS: usize = 2;

type Partition = BoxStream<'static, lake::Result<RecordBatch>>;

/// Reads the partitions, each of which holds whole customers in order, and gives their journeys: batches in the order of customers, in no
/// particular order.
pub(crate) fn of(
    partitions: Vec<Partition>,
    organization: OrganizationId,
    table: arrow::datatypes::SchemaRef,
    costs: Arc<TouchCosts>,
) -> Receiver<Result<RecordBatch>> {
    let (sender, receiver) = channel(BATCHES_AHEAD);
    let queue = Arc::new(Mutex::new(VecDeque::from(partitions)));
    for _ in 0..PARTITIONS {
        let (queue, sender, costs) = (Arc::clone(&queue), sender.clone(), Arc::clone(&costs));
        let table = JourneyTable::new(Arc::clone(&table), organization);
        tokio::spawn(async move {
            let mut briefs = Briefs {
                tracker: Tracker::default(),
                customer: None,
                table,
            };
            let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            while let Some(partition) = next() {
                if let Err(error) = briefs.read(partition, &costs, &sender).await {
                    // Nobody hears the error if the reader has gone.
                    let _ = sender.send(Err(error)).await;
                    return;
                }
            }
        });
    }
    receiver
}

/// The customer in hand and the finished ones.
struct Briefs {
    tracker: Tracker,
    customer: Option<CustomerId>,
    table: JourneyTable,
}

impl Briefs {
    async fn read(&mut self, mut partition: Partition, costs: &TouchCosts, sender: &Sender<Result<RecordBatch>>) -> Result<()> {
        while let Some(batch) = partition.next().await {
            journey_rows::each_row(&batch?, |customer, mut row| {
                if let Some(campaign) = row.campaign_id.filter(|_| row.kind == RecordKind::Touch) {
                    row.cost_micros = costs.cost(campaign, row.at);
                }
                self.enter(customer);
                Ok(self.tracker.add(&row)?)
            })?;
            if self.table.len() >= BRIEFS {
                self.send(sender).await?;
            }
        }
        self.leave();
        self.send(sender).await
    }

    async fn send(&mut self, sender: &Sender<Result<RecordBatch>>) -> Result<()> {
        if self.table.len() == 0 {
            return Ok(());
        }
        let gone = |_| Error::Read("nobody waits for the journeys any more".into());
        sender.send(Ok(self.table.take()?)).await.map_err(gone)
    }

    fn enter(&mut self, customer: CustomerId) {
        if self.customer != Some(customer) {
            self.leave();
            self.customer = Some(customer);
        }
    }

    fn leave(&mut self) {
        if let (Some(customer), Some(brief)) = (self.customer.take(), self.tracker.finish()) {
            self.table.add(customer, brief);
        }
    }
}
