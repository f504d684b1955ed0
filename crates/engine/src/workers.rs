//! Threads that queries run on, apart from the threads that answer requests: a query that computes for seconds keeps nobody waiting.

use std::future::Future;

use semantic::EngineError;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

use crate::error::internal;

/// Deep expressions recurse while they are planned; tokio's 2 MiB would overflow.
const STACK_BYTES: usize = 16 << 20;

#[derive(Debug)]
pub(crate) struct Workers {
    /// Taken when dropped: a runtime may be dropped inside another one only in the background.
    runtime: Option<Runtime>,
}

impl Workers {
    pub(crate) fn new(threads: usize) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(threads)
            .thread_name("query")
            .thread_stack_size(STACK_BYTES)
            .enable_all()
            .build();
        Self {
            runtime: Some(runtime.expect("the system starts a few threads")),
        }
    }

    /// Runs a task on the workers. If the returned future is dropped, the task stops at its next await.
    pub(crate) async fn run<T: Send + 'static>(&self, task: impl Future<Output = T> + Send + 'static) -> Result<T, EngineError> {
        let runtime = self.runtime.as_ref().expect("the runtime is there until the end");
        let mut running = AbortOnDrop(runtime.spawn(task));
        (&mut running.0).await.map_err(internal)
    }

    /// Runs a task on the workers until it ends or the guard is dropped.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) -> AbortOnDrop<()> {
        AbortOnDrop(self.runtime.as_ref().expect("the runtime is there until the end").spawn(task))
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A task that does not outlive the one who asked for it.
#[derive(Debug)]
pub(crate) struct AbortOnDrop<T>(JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
