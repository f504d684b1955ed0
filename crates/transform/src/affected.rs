//! Whose rows must be derived again.
//!
//! Credit is a matter of one customer's rows and the settings. The journey in brief also tells what a customer's touches cost, and that
//! is shared with everybody whose touches fall on the same campaign and day: customers with an order behind such a touch follow, too.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::RecordBatch;
use authz::OrgContext;
use engine::Engine;
use futures::StreamExt;
use journeys::{CostChanges, TouchCosts, holds};
use lake::{Changes, CustomerSet, Lake, Snapshot};
use types::CustomerId;
use types::tables::{customer_journey_tracking, unified_marketing_data};

use crate::touches::{COLUMNS, Kind, Touches};
use crate::{Error, Result, touch_costs};

/// Above this part of the rows, or of the customers, everything is derived anew: it takes no longer then.
const PART_MAX: u64 = 4;
/// Threads that look for customers.
const PARTS: usize = 2;
const ORDERS: &[&str] = &["order"];

/// What is derived again.
#[derive(Debug)]
pub(crate) struct Affected {
    /// Customers whose credit may be another; None for all.
    pub(crate) credits: Option<Arc<CustomerSet>>,
    /// Customers whose journey in brief may be another; None for all.
    pub(crate) journeys: Option<Arc<CustomerSet>>,
    pub(crate) costs: Arc<TouchCosts>,
    /// Whether the table of costs is another.
    pub(crate) has_new_costs: bool,
}

impl Affected {
    /// Everybody.
    pub(crate) async fn all(context: &OrgContext, engine: &Engine, snapshot: &Snapshot) -> Result<Self> {
        Ok(Self {
            credits: None,
            journeys: None,
            costs: Arc::new(touch_costs::count_all(context, engine, snapshot).await?),
            has_new_costs: true,
        })
    }

    /// Whom the changes after version `since` affect. None where it is not known, or is nearly everybody.
    pub(crate) async fn since(context: &OrgContext, lake: &Lake, engine: &Engine, snapshot: &Snapshot, since: i64) -> Result<Option<Self>> {
        let Some(changes) = lake.changes(since, snapshot).await? else {
            return Ok(None);
        };
        if changes.rows() * PART_MAX > snapshot.table(unified_marketing_data::TABLE.name)?.rows() {
            return Ok(None);
        }
        let customers = changes.customers().await?;
        let is_most = |customers: &CustomerSet| is_most(customers, snapshot);
        if is_most(&customers)? {
            return Ok(None);
        }
        let (costs, cost_changes, has_new_costs) = new_costs(context, engine, snapshot, &changes).await?;
        let mut journeys = customers.clone();
        if !cost_changes.is_empty() {
            journeys.extend(customers_with_other_costs(snapshot, cost_changes).await?);
        }
        Ok(Some(Self {
            credits: Some(Arc::new(customers)),
            journeys: if is_most(&journeys)? { None } else { Some(Arc::new(journeys)) },
            costs: Arc::new(costs),
            has_new_costs,
        }))
    }

    /// Whether nothing needs to be written.
    pub(crate) fn is_nobody(&self) -> bool {
        let is_empty = |customers: &Option<Arc<CustomerSet>>| customers.as_ref().is_some_and(|customers| customers.is_empty());
        is_empty(&self.credits) && is_empty(&self.journeys) && !self.has_new_costs
    }
}

fn is_most(customers: &CustomerSet, snapshot: &Snapshot) -> Result<bool> {
    let known = snapshot.table(customer_journey_tracking::TABLE.name)?.rows();
    Ok(customers.len() as u64 * PART_MAX > known)
}

/// The costs after the changes, where they differ from before, and whether anything about them is new.
async fn new_costs(context: &OrgContext, engine: &Engine, snapshot: &Snapshot, changes: &Changes) -> Result<(TouchCosts, CostChanges, bool)> {
    let before = touch_costs::known(snapshot).await?;
    let after = if changes.has_facts {
        // Days that get their first spend have touches that nobody counted.
        touch_costs::count_all(context, engine, snapshot).await?
    } else {
        touch_costs::count_changes(&before, changes).await?
    };
    let cost_changes = CostChanges::between(&before, &after);
    let has_new_costs = before.days() != after.days();
    Ok((after, cost_changes, has_new_costs))
}

/// Customers with an order and, before the first, a touch that costs something else now. Where a customer's rows lie in several files, a
/// touch is enough.
async fn customers_with_other_costs(snapshot: &Snapshot, changes: CostChanges) -> Result<HashSet<[u8; 16]>> {
    let table = snapshot.table(unified_marketing_data::TABLE.name)?;
    let changes = Arc::new(changes);
    let (appended, with_orders) = search(snapshot, table.journey_files_scan(COLUMNS, false, None, PARTS)?, &changes, true).await?;
    let mut found = appended;
    let (compacted, _) = search(snapshot, table.journey_files_scan(COLUMNS, true, Some(ORDERS), PARTS)?, &changes, false).await?;
    found.extend(compacted);
    if !with_orders.is_empty() {
        let set = Arc::new(with_orders.into_iter().collect::<CustomerSet>());
        found.extend(search(snapshot, table.journey_scan_of(COLUMNS, &set, PARTS)?, &changes, true).await?.0);
    }
    Ok(found)
}

type Customers = HashSet<[u8; 16]>;

/// Customers with a touch that costs something else, and customers with an order. Unless `any_touch` will do, the touch must come before the
/// customer's first order, and there must be one.
async fn search(snapshot: &Snapshot, plan: lake::Plan, changes: &Arc<CostChanges>, any_touch: bool) -> Result<(Customers, Customers)> {
    let mut searches = Vec::new();
    for mut batches in snapshot.read(&plan) {
        let changes = Arc::clone(changes);
        searches.push(tokio::spawn(async move {
            let mut search = Search {
                any_touch,
                ..Search::default()
            };
            while let Some(batch) = batches.next().await {
                search.look(&batch?, &changes)?;
            }
            Ok::<_, Error>(search)
        }));
    }
    let (mut found, mut with_orders) = (HashSet::new(), HashSet::new());
    for search in searches {
        let search = search.await.map_err(|error| Error::Read(error.into()))??;
        found.extend(search.found);
        with_orders.extend(search.with_orders);
    }
    Ok((found, with_orders))
}

#[derive(Default)]
struct Search {
    any_touch: bool,
    customer: Option<CustomerId>,
    /// Whether the customer in hand has such a touch, and an order.
    has_touch: bool,
    has_order: bool,
    found: Customers,
    with_orders: Customers,
}

impl Search {
    fn look(&mut self, batch: &RecordBatch, changes: &CostChanges) -> Result<()> {
        let touches = Touches::of(batch)?;
        let ranges: Vec<&[Range<i64>]> = touches.campaigns().values.iter().map(|id| changes.of(id)).collect();
        for row in 0..touches.len() {
            let Some(customer) = touches.customer(row) else { continue };
            if self.customer != Some(customer) {
                (self.customer, self.has_touch, self.has_order) = (Some(customer), false, false);
            }
            match touches.kind(row) {
                Kind::Touch if !self.has_touch && (self.any_touch || !self.has_order) => {
                    let ranges = touches.campaigns().code(row).map_or(&[][..], |code| ranges[code]);
                    self.has_touch = !ranges.is_empty() && holds(ranges, touches.micros(row));
                    if self.has_touch && self.any_touch {
                        self.found.insert(*customer.as_bytes());
                    }
                }
                Kind::Order if !self.has_order => {
                    self.has_order = true;
                    self.with_orders.insert(*customer.as_bytes());
                    if self.has_touch {
                        self.found.insert(*customer.as_bytes());
                    }
                }
                Kind::Touch | Kind::Order | Kind::Other => {}
            }
        }
        Ok(())
    }
}
