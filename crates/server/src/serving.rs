//! One listener for web app, API and collector; background work beside it; an orderly end.

use std::fs::File;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use api::AppState;
use ingest::Collector;
use semantic::QueryEngine;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind};
use tokio::sync::watch;
use tracing::info;

use crate::identities::LakeIdentities;
use crate::installation::Installation;
use crate::{imports, jobs, web};

/// Serves until SIGINT or SIGTERM. `ready` is called once, with the address, when requests are answered.
pub(crate) async fn serve(installation: Installation, listen: SocketAddr, ready: impl FnOnce(SocketAddr) -> Result<()>) -> Result<()> {
    let _lock = lock(&installation)?;
    imports::mark_interrupted(&installation).await?;
    let wal = installation.data_dir.join("wal");
    let collector = Collector::open(
        &wal,
        installation.lakes.clone(),
        installation.metastore.clone(),
        Arc::clone(&installation.clock),
    )
    .await
    .context("the collector's log")?;
    let state = AppState {
        metastore: installation.metastore.clone(),
        engine: Arc::clone(&installation.engine) as Arc<dyn QueryEngine>,
        identities: Arc::new(LakeIdentities(installation.clone())),
        clock: Arc::clone(&installation.clock),
        config: api::Config::default(),
    };
    let router = api::router_around(state, collector.router().merge(web::router()));
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("cannot listen on {listen}: is another server running?"))?;
    let address = listener.local_addr()?;
    let (stop, stopped) = watch::channel(false);
    let background = tokio::spawn(jobs::run(installation.clone(), stopped.clone()));
    // Before anybody is told that we are here: an early SIGTERM must end us in order too.
    let signals = Signals {
        interrupt: handler(SignalKind::interrupt())?,
        terminate: handler(SignalKind::terminate())?,
    };
    ready(address)?;
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, service).with_graceful_shutdown(signal(signals, stop)).await;
    // Requests have ended. What the collector acknowledged is in its log; put it into the lake now rather than at the next start.
    collector.shutdown().await;
    background.await.context("background work")?;
    served.context("the listener")?;
    info!("stopped in order");
    Ok(())
}

/// Two servers on one data directory would both take the collector's log for theirs.
fn lock(installation: &Installation) -> Result<File> {
    let path = installation.data_dir.join("lock");
    let file = File::options().create(true).truncate(false).write(true).open(&path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => bail!(
            "another server is running on {}: stop it, or use another --data-dir",
            installation.data_dir.display()
        ),
        Err(std::fs::TryLockError::Error(error)) => Err(error).with_context(|| format!("{} cannot be locked", path.display())),
    }
}

/// The two ways to ask for an orderly end.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

fn handler(kind: SignalKind) -> Result<Signal> {
    tokio::signal::unix::signal(kind).context("signal handlers")
}

async fn signal(mut signals: Signals, stop: watch::Sender<bool>) {
    tokio::select! {
        _ = signals.interrupt.recv() => {}
        _ = signals.terminate.recv() => {}
    }
    info!("stopping: no new requests");
    stop.send_replace(true);
}
