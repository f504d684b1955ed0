//! Load on the event collector: many connections, each sending its next batch when the last one was acknowledged.

use std::fmt::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use authz::OrgContext;
use jiff::Timestamp;
use serde::Serialize;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::installation::Installation;

/// Where events are sent.
const PATH: &str = "/api/ingest/events";
/// Before a refused request is sent again.
const PAUSE: Duration = Duration::from_millis(20);

/// What to send, and for how long.
#[derive(Clone, Copy, Debug)]
pub(super) struct Load {
    pub(super) connections: usize,
    /// Events of one request.
    pub(super) batch: usize,
    pub(super) seconds: u64,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct CollectorReport {
    connections: usize,
    batch: usize,
    /// Events that the collector acknowledged, each of them after its fsync.
    acknowledged: u64,
    requests: u64,
    /// Requests that were answered 503 because the collector's queue was full, and sent again.
    refused: u64,
    seconds: f64,
    events_per_second: f64,
    /// Latency of a request, from its first byte sent to its whole answer read.
    p50_ms: f64,
    p99_ms: f64,
    max_ms: f64,
    /// From the last acknowledgement until everything was in the lake.
    settle_seconds: f64,
}

/// Where a connection sends, and as whom.
#[derive(Debug)]
struct Target {
    address: SocketAddr,
    write_key: String,
    /// Begins every row key, so that two runs do not send the same events.
    run: String,
    /// When the events are said to have happened.
    occurred_at: Timestamp,
    load: Load,
}

/// Serves the organisation's collector on a loopback port of this process, sends, and counts only what was acknowledged with 202.
pub(super) async fn collector(installation: &Installation, context: &OrgContext, load: Load) -> Result<CollectorReport> {
    let occurred_at = installation.clock.now();
    let run = occurred_at.as_microsecond().to_string();
    let write_key = format!("trib_wk_bench_{run}");
    installation
        .metastore
        .create_write_key(context, &format!("bench {run}"), ingest::hash_write_key(&write_key))
        .await?;
    let wal = installation.data_dir.join("wal");
    let collector = ingest::Collector::open(
        &wal,
        installation.lakes.clone(),
        installation.metastore.clone(),
        Arc::clone(&installation.clock),
    )
    .await?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let server = tokio::spawn(axum::serve(listener, collector.router()).into_future());
    let sent = send_all(Target {
        address,
        write_key,
        run,
        occurred_at,
        load,
    })
    .await;
    let ended = Instant::now();
    let is_settled = collector.settle().await;
    let settle_seconds = ended.elapsed().as_secs_f64();
    server.abort();
    collector.shutdown().await;
    if !is_settled {
        bail!("the acknowledged events could not be committed: see the log");
    }
    Ok(CollectorReport { settle_seconds, ..sent? })
}

async fn send_all(target: Target) -> Result<CollectorReport> {
    let load = target.load;
    let target = Arc::new(target);
    let started = Instant::now();
    let tasks: Vec<_> = (0..load.connections)
        .map(|connection| tokio::spawn(send(Arc::clone(&target), connection, started)))
        .collect();
    let (mut latencies, mut refused) = (Vec::new(), 0);
    for task in tasks {
        let (of_connection, refused_there) = task.await??;
        latencies.extend(of_connection);
        refused += refused_there;
    }
    let seconds = started.elapsed().as_secs_f64();
    latencies.sort_unstable();
    let (requests, acknowledged) = (latencies.len() as u64, (latencies.len() * load.batch) as u64);
    let at = |share: f64| {
        let place = ((latencies.len() as f64 * share) as usize).min(latencies.len().saturating_sub(1));
        latencies.get(place).map_or(0.0, |latency| latency.as_secs_f64() * 1000.0)
    };
    let (p50_ms, p99_ms, max_ms) = (at(0.5), at(0.99), at(1.0));
    let events_per_second = acknowledged as f64 / seconds;
    Ok(CollectorReport {
        connections: load.connections,
        batch: load.batch,
        acknowledged,
        requests,
        refused,
        seconds,
        events_per_second,
        p50_ms,
        p99_ms,
        max_ms,
        settle_seconds: 0.0,
    })
}

/// One connection: requests one after another until the time is over; gives the latency of each, and how many were refused.
async fn send(target: Arc<Target>, connection: usize, started: Instant) -> Result<(Vec<Duration>, u64)> {
    let stream = TcpStream::connect(target.address)
        .await
        .with_context(|| format!("no collector answers at {}", target.address))?;
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    let (mut latencies, mut refused, mut number) = (Vec::new(), 0, 0);
    while started.elapsed() < Duration::from_secs(target.load.seconds) {
        let body = body(&target, connection, &mut number);
        let request = format!(
            "POST {} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            PATH,
            target.address,
            target.write_key,
            body.len()
        );
        loop {
            let sent = Instant::now();
            stream.write_all(request.as_bytes()).await?;
            if read_acknowledgement(&mut stream).await? {
                latencies.push(sent.elapsed());
                break;
            }
            refused += 1;
            tokio::time::sleep(PAUSE).await;
        }
    }
    Ok((latencies, refused))
}

/// Written by hand: making JSON of a tree would cost the load generator more than the collector is to be measured with.
fn body(target: &Target, connection: usize, number: &mut u64) -> String {
    let mut body = String::from("{\"events\":[");
    for event in 0..target.load.batch {
        *number += 1;
        let customer = (*number * 7919 + connection as u64 * 104_729) % 500_000;
        let _ = write!(
            body,
            "{}{{\"type\":\"touch\",\"event_id\":\"{}-{connection}-{number}\",\"occurred_at\":\"{}\",\"customer\":\"b{customer}\",\"channel\":\"Direct\",\
             \"interaction\":\"visit\",\"device\":\"mobile\",\"country\":\"DE\"}}",
            if event == 0 { "" } else { "," },
            target.run,
            target.occurred_at,
        );
    }
    body.push_str("]}");
    body
}

/// Reads one answer with a content length: true for 202, false for 503 (send it again); anything else is an error.
async fn read_acknowledgement(stream: &mut BufReader<TcpStream>) -> Result<bool> {
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    let status: u16 = line
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .with_context(|| format!("`{}` is no HTTP answer", line.trim()))?;
    let mut length = 0;
    loop {
        line.clear();
        stream.read_line(&mut line).await?;
        let header = line.trim().to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse()?;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    match status {
        202 => Ok(true),
        503 => Ok(false),
        _ => bail!("the collector answered {status} instead of 202: {}", String::from_utf8_lossy(&body)),
    }
}
