//! Finds the levels that are repeated, and keeps what was found.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::common::{DataFusionError, Result};
use futures::TryStreamExt;
use jiff::civil::Date;
use semantic::Param;
use types::tables::unified_marketing_data::TABLE;
use types::{Currency, OrganizationId};

use super::days_in_question::{Days, days_in_question, files};
use super::repeated::Repeated;
use crate::Limits;
use crate::functions::date_of_days;
use crate::session::Session;

/// What was found, of all organisations.
#[derive(Debug, Default)]
pub(crate) struct SpendLevels {
    slots: Mutex<HashMap<OrganizationId, Arc<SpendLevelsOf>>>,
}

/// What was found in one organisation's files of spend, those that were asked about last. Whoever asks while somebody looks waits for it.
#[derive(Debug, Default)]
pub(crate) struct SpendLevelsOf {
    found: tokio::sync::Mutex<Option<Found>>,
}

#[derive(Debug)]
struct Found {
    files: Vec<i64>,
    repeated: Arc<Repeated>,
}

impl SpendLevels {
    pub(crate) fn of(&self, organization: OrganizationId) -> Arc<SpendLevelsOf> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(organization).or_default())
    }
}

impl SpendLevelsOf {
    /// The levels that are repeated in a snapshot.
    pub(crate) async fn repeated(self: &Arc<Self>, snapshot: &lake::Snapshot, currency: Currency, limits: &Limits) -> Result<Arc<Repeated>> {
        let table = snapshot.table(TABLE.name).map_err(|error| DataFusionError::External(Box::new(error)))?;
        let files = files(&table).map(|file| file.id).collect::<Vec<_>>();
        let mut found = self.found.lock().await;
        if let Some(found) = found.as_ref().filter(|found| found.files == files) {
            return Ok(Arc::clone(&found.repeated));
        }
        let repeated = Arc::new(match days_in_question(&table) {
            None => Repeated::default(),
            Some(days) => {
                let session = Session::new(snapshot.clone(), &semantic::Plan::default(), currency, limits, Arc::clone(self))?;
                search(&session, days).await?
            }
        });
        *found = Some(Found {
            files,
            repeated: Arc::clone(&repeated),
        });
        Ok(repeated)
    }
}

async fn search(session: &Session, (first, last): Days) -> Result<Repeated> {
    let params = [
        Param::Date(date_of_days(first).unwrap_or(Date::MIN)),
        Param::Date(date_of_days(last).unwrap_or(Date::MAX)),
    ];
    let plan = session.plan(semantic::spend::REPEATED, &params).await?;
    let mut batches = session.execute(plan)?;
    let mut repeated = Repeated::default();
    while let Some(batch) = batches.try_next().await? {
        repeated.take_in(&batch)?;
    }
    Ok(repeated)
}
