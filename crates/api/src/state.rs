//! What handlers work with.

use std::sync::Arc;
use std::time::Duration;

use metastore::Metastore;
use semantic::QueryEngine;
use types::Clock;

use crate::identities::Identities;
use crate::jobs::Jobs;
use crate::limiter::Limiter;
use crate::password::Verifier;
use crate::telemetry::Telemetry;
use crate::value_models::ValueModels;

/// What the server gives the API. Only ports and the metadata database: the API does not know where data lies.
#[derive(Clone, Debug)]
pub struct AppState {
    pub metastore: Metastore,
    pub engine: Arc<dyn QueryEngine>,
    pub identities: Arc<dyn Identities>,
    pub clock: Arc<dyn Clock>,
    pub config: Config,
}

#[derive(Clone, Debug)]
pub struct Config {
    /// Whether `/metrics` answers without a session, for a Prometheus server in the same private network.
    pub metrics_are_public: bool,
    /// A request that takes longer is answered with a problem.
    pub request_timeout: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            metrics_are_public: false,
            request_timeout: Duration::from_secs(60),
        }
    }
}

/// The state of one router.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) app: AppState,
    pub(crate) passwords: Verifier,
    pub(crate) sign_ins: Limiter,
    pub(crate) telemetry: Telemetry,
    pub(crate) jobs: Jobs,
    pub(crate) value_models: ValueModels,
}

impl Shared {
    pub(crate) fn new(app: AppState) -> Arc<Self> {
        Arc::new(Self {
            app,
            passwords: Verifier::new(),
            sign_ins: Limiter::default(),
            telemetry: Telemetry::new(),
            jobs: Jobs::default(),
            value_models: ValueModels::default(),
        })
    }
}
