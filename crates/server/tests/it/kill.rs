//! kill -9 at any moment: nothing acknowledged is lost, nothing is there twice, and the next start heals by itself.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use crate::tributary::{Server, Tributary, repository};

/// Kills of each kind; together at least 50. `KILLS=500` for a long run.
fn kills() -> u64 {
    std::env::var("KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(26)
}

/// Milliseconds that spread evenly over a range without a random number generator (multiples of the golden ratio).
fn spread(step: u64, from: u64, to: u64) -> Duration {
    let fraction = (step as f64 * 0.618_033_988_749).fract();
    Duration::from_millis(from + ((to - from) as f64 * fraction) as u64)
}

#[test]
fn killing_an_import_loses_and_doubles_nothing() {
    let tributary = Tributary::with_shop();
    let map = repository("examples/kaggle/map.yaml").display().to_string();
    let mut finished_before_the_kill = 0;
    let mut expected_touches = 0;
    for step in 0..kills() {
        // A new file each time, so that every import has something to write.
        let rows = 20_000;
        let mut csv = String::from("customer_id,time,interaction,conversion,conversion_value,channel\n");
        for row in 0..rows {
            let _ = writeln!(
                csv,
                "C{},2018-07-{:02}T{:02}:{:02}:{:02}Z,impression,0,0,Channel {}",
                row % 4000 + step * 4000,
                row / 4000 + 1,
                row % 24,
                row % 60,
                step % 60,
                row % 7
            );
        }
        let file = tributary.write("data.csv", csv);
        let arguments = ["import", "--org", "shop", "--source", "csv", "--map", &map, &file];
        let mut child = tributary
            .command(&arguments)
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(spread(step, 5, 400));
        if child.try_wait().unwrap().is_some() {
            finished_before_the_kill += 1;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // All or nothing, and the same file again completes it.
        let touches: u64 = tributary.figure("touches").parse().unwrap();
        assert!(
            touches == expected_touches || touches == expected_touches + rows,
            "{touches} touches after kill {step}, not {expected_touches} or {rows} more"
        );
        let summary = tributary.json(&arguments);
        assert_eq!(
            summary["accepted"].as_u64().unwrap() + summary["duplicates"].as_u64().unwrap(),
            rows,
            "{summary}"
        );
        expected_touches += rows;
        assert_eq!(tributary.figure("touches"), expected_touches.to_string(), "after import {step}");
    }
    let report = tributary.json(&["doctor"]);
    assert_eq!(report["is_healthy"], true, "{report}");
    println!(
        "{} imports killed, {finished_before_the_kill} of them already finished; {expected_touches} touches, none lost, none double",
        kills()
    );
}

#[test]
fn killing_the_collector_loses_and_doubles_nothing_that_was_acknowledged() {
    const EVENTS: u64 = 20;
    let tributary = Tributary::with_shop();
    let key = tributary.json(&["write-key", "--org", "shop"])["write_key"].as_str().unwrap().to_owned();
    let acknowledged: Arc<Mutex<Vec<u64>>> = Arc::default();
    let mut batch: u64 = 0;
    for step in 0..kills() {
        let server = tributary.serve();
        let stop = Arc::new(AtomicBool::new(false));
        let senders: Vec<_> = (0..4)
            .map(|sender| {
                send(
                    &server,
                    &key,
                    batch + sender * 1_000_000,
                    EVENTS,
                    Arc::clone(&stop),
                    Arc::clone(&acknowledged),
                )
            })
            .collect();
        std::thread::sleep(spread(step, 30, 1200));
        server.kill();
        stop.store(true, Ordering::SeqCst);
        for sender in senders {
            sender.join().unwrap();
        }
        batch += 10_000;
    }
    // The next start heals; an orderly stop brings the whole log into the lake.
    tributary.serve().stop();
    let report = tributary.json(&[
        "report",
        "--org",
        "shop",
        "--metrics",
        "touches",
        "--dimensions",
        "campaign",
        "--from",
        "2000-01-01",
        "--to",
        "2049-12-31",
    ]);
    let name = report["columns"]
        .as_array()
        .unwrap()
        .iter()
        .position(|column| column["id"] == "campaign")
        .unwrap();
    let count = report["columns"].as_array().unwrap().len() - 1;
    let stored: BTreeMap<u64, u64> = report["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row[name].as_str().unwrap().parse().unwrap(), row[count].as_u64().unwrap()))
        .collect();
    let acknowledged = acknowledged.lock().unwrap();
    let lost: Vec<&u64> = acknowledged.iter().filter(|batch| stored.get(batch) != Some(&EVENTS)).collect();
    assert!(
        lost.is_empty(),
        "{} of {} acknowledged batches are not whole: {:?}",
        lost.len(),
        acknowledged.len(),
        &lost[..lost.len().min(5)]
    );
    assert!(stored.values().all(|events| *events <= EVENTS), "events are there twice");
    assert!(
        acknowledged.len() as u64 > kills(),
        "only {} batches were acknowledged: the load did not run",
        acknowledged.len()
    );
    let health = tributary.json(&["doctor"]);
    assert_eq!(health["is_healthy"], true, "{health}");
    println!(
        "{} servers killed; {} events acknowledged, {} stored, none lost, none double",
        kills(),
        acknowledged.len() as u64 * EVENTS,
        stored.values().sum::<u64>()
    );
}

/// Sends batch after batch until the server is gone; every batch is a campaign of its own, every event is sent twice (a client that repeats).
fn send(
    server: &Server,
    key: &str,
    first: u64,
    events: u64,
    stop: Arc<AtomicBool>,
    acknowledged: Arc<Mutex<Vec<u64>>>,
) -> std::thread::JoinHandle<()> {
    let (url, key) = (server.url("/api/ingest/events"), format!("Bearer {key}"));
    std::thread::spawn(move || {
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(5)))
            .build()
            .new_agent();
        for batch in first.. {
            if stop.load(Ordering::SeqCst) {
                return;
            }
            let body: Vec<Value> = (0..events).map(|event| touch(batch, event)).collect();
            match agent.post(&url).header("Authorization", &key).send_json(json!({ "events": body })) {
                Ok(response) if response.status() == 202 => acknowledged.lock().unwrap().push(batch),
                Ok(response) => panic!("the collector answered {}", response.status()),
                // Refused while full, or killed: not acknowledged, so nothing is promised.
                Err(ureq::Error::StatusCode(503)) => std::thread::sleep(Duration::from_millis(5)),
                Err(_) => return,
            }
        }
    })
}

fn touch(batch: u64, event: u64) -> Value {
    json!({
        "type": "touch",
        "event_id": format!("{batch}-{event}"),
        "customer": format!("c{}", event % 7),
        "occurred_at": "2026-11-01T10:00:00Z",
        "channel": "Meta Ads",
        "interaction": "click",
        "campaign": { "id": batch.to_string(), "name": batch.to_string() },
    })
}
