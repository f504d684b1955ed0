//! How many queries of one organisation run and wait at the same time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use semantic::EngineError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use types::OrganizationId;

use crate::Limits;

/// One gate an organisation: a busy one does not keep the others waiting.
#[derive(Debug)]
pub(crate) struct Admission {
    concurrent: usize,
    waiting: usize,
    gates: Mutex<HashMap<OrganizationId, Gate>>,
}

#[derive(Clone, Debug)]
struct Gate {
    /// Permits for those inside and those in the queue.
    present: Arc<Semaphore>,
    running: Arc<Semaphore>,
}

/// The right to run, given back when dropped.
#[derive(Debug)]
pub(crate) struct Admitted {
    _running: OwnedSemaphorePermit,
    _present: OwnedSemaphorePermit,
}

impl Admission {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            concurrent: limits.concurrent,
            waiting: limits.waiting,
            gates: Mutex::default(),
        }
    }

    /// Waits for a slot; refuses at once where too many wait already.
    pub(crate) async fn enter(&self, organization: OrganizationId) -> Result<Admitted, EngineError> {
        let gate = self.gate(organization);
        let present = gate.present.try_acquire_owned().map_err(|_| EngineError::Busy)?;
        let running = gate.running.acquire_owned().await.map_err(|_| EngineError::Busy)?;
        Ok(Admitted {
            _running: running,
            _present: present,
        })
    }

    fn gate(&self, organization: OrganizationId) -> Gate {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        let gate = gates.entry(organization).or_insert_with(|| Gate {
            present: Arc::new(Semaphore::new(self.concurrent + self.waiting)),
            running: Arc::new(Semaphore::new(self.concurrent)),
        });
        gate.clone()
    }
}
