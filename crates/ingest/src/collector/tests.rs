use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use authz::OrgContext;
use expect_test::{Expect, expect};
use metastore::NewOrganization;
use serde_json::{Value, json};
use types::{Currency, ManualClock};

use super::*;

const KEY: &str = "trib_wk_0123456789";
const NOW: &str = "2026-11-01T12:00:00Z";

/// A collector that really listens, over folders that outlive it. Dropping the server drops its runtime with all tasks, as a killed
/// process would.
struct World {
    folder: tempfile::TempDir,
    clock: Arc<ManualClock>,
}

struct Server {
    runtime: tokio::runtime::Runtime,
    collector: Collector,
    lakes: Lakes,
    address: SocketAddr,
    organization_id: OrganizationId,
}

impl World {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            clock: Arc::new(ManualClock::new(NOW.parse().unwrap())),
        }
    }

    fn serve(&self) -> Server {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let (collector, lakes, address, organization_id) = runtime.block_on(async {
            let metastore = Metastore::open_sqlite(&self.folder.path().join("metastore.sqlite")).await.unwrap();
            let organization = match metastore.organization_by_name("shop").await.unwrap() {
                Some(organization) => organization,
                None => {
                    let new = NewOrganization {
                        name: "shop".to_owned(),
                        currency: Currency::EUR,
                        zone: "UTC".to_owned(),
                    };
                    let organization = metastore.create_organization(&*self.clock, new).await.unwrap();
                    metastore
                        .create_write_key(&OrgContext::system(organization.id), "site", hash_write_key(KEY))
                        .await
                        .unwrap();
                    organization
                }
            };
            let lakes = Lakes::new(self.folder.path(), lake::Catalogue::Sqlite);
            let clock: Arc<dyn Clock> = Arc::clone(&self.clock) as Arc<dyn Clock>;
            let collector = Collector::open(&self.wal(), lakes.clone(), metastore, clock).await.unwrap();
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let router = collector.router();
            tokio::spawn(async move { axum::serve(listener, router).await });
            (collector, lakes, address, organization.id)
        });
        Server {
            runtime,
            collector,
            lakes,
            address,
            organization_id,
        }
    }

    fn wal(&self) -> PathBuf {
        self.folder.path().join("wal")
    }

    /// The newest segment of the organisation's log.
    fn segment(&self, server_of: OrganizationId) -> PathBuf {
        let folder = self.wal().join(server_of.to_string());
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).max().unwrap()
    }
}

impl Server {
    fn post(&self, body: &Value) -> (u16, Value) {
        let (status, _, body) = self.post_raw(Some(KEY), body.to_string().as_bytes());
        (status, body)
    }

    fn post_raw(&self, key: Option<&str>, body: &[u8]) -> (u16, String, Value) {
        let mut stream = TcpStream::connect(self.address).unwrap();
        let authorization = key.map(|key| format!("Authorization: Bearer {key}\r\n")).unwrap_or_default();
        write!(
            stream,
            "POST {PATH} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n{authorization}\r\n",
            body.len()
        )
        .unwrap();
        // A refused request is answered before its body is read.
        let _ = stream.write_all(body);
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, head.to_lowercase(), serde_json::from_str(body).unwrap_or_default())
    }

    fn settle(&self) -> bool {
        self.runtime.block_on(self.collector.settle())
    }

    fn rows(&self, table: &str) -> u64 {
        self.runtime.block_on(async {
            let lake = self
                .lakes
                .open(&self.organization_id, Arc::new(ManualClock::new(NOW.parse().unwrap())))
                .await
                .unwrap();
            lake.snapshot().await.unwrap().table(table).unwrap().rows()
        })
    }

    /// Ends nearly as kill -9 does: nothing is drained, nothing is committed any more. Blocking work that has begun is waited for: a killed
    /// process does not go on deleting segments while the next one opens the log, and threads would. (Real kills: the server's kill tests.)
    fn kill(self) {
        self.runtime.shutdown_timeout(std::time::Duration::from_secs(60));
    }
}

fn touch(id: u64) -> Value {
    json!({"type": "touch", "event_id": format!("e{id}"), "customer": "c1", "occurred_at": "2026-11-01T11:00:00Z", "channel": "Mail"})
}

/// The answer to one event that differs from a good order in some fields; null removes one.
fn check(changes: Value, expected: Expect) {
    let world = World::new();
    let server = world.serve();
    let mut event = json!({
        "type": "order", "event_id": "o1", "customer": "c1", "occurred_at": "2026-11-01T11:00:00.123Z",
        "amount": "12.50", "currency": "EUR", "order_id": "o1", "properties": {"basket": 3},
    });
    for (name, value) in changes.as_object().unwrap() {
        event[name] = value.clone();
    }
    let (status, answer) = server.post(&json!({"events": [event]}));
    let errors = answer["errors"].as_array().cloned().unwrap_or_default();
    let shown: Vec<String> = errors
        .iter()
        .map(|error| format!("{} {}: {}", error["field"], error["code"], error["message"]))
        .collect();
    expected.assert_eq(&format!("{status} {}", shown.join("; ")));
}

#[test]
fn a_good_event_is_accepted_and_reaches_the_lake() {
    check(json!({}), expect!["202 "]);
    check(
        json!({"campaign": {"id": "7", "name": "Spring"}, "asset": {"id": "a"}, "interaction": "click", "source": "web"}),
        expect!["202 "],
    );
}

#[test]
fn a_touch_needs_a_channel_or_what_tells_it() {
    let touch = json!({"type": "touch", "amount": null, "currency": null, "order_id": null});
    let with = |changes: Value| {
        let mut touch = touch.clone();
        touch.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        touch
    };
    check(
        touch.clone(),
        expect![[
            r#"422 "channel" "missing_value": "events of type `touch` need `channel`, or `landing_page` and `referrer`, from which the channel rules tell it: add one""#
        ]],
    );
    check(
        with(json!({"landing_page": "https://shop.example/?gclid=1", "referrer": "https://www.google.com/"})),
        expect!["202 "],
    );
    check(
        with(json!({"landing_page": format!("https://shop.example/?x={}", "y".repeat(8192))})),
        expect![[r#"422 "landing_page" "too_long": "`landing_page` is longer than 8192 bytes: shorten it""#]],
    );
}

#[test]
fn events_that_cannot_be_are_refused_with_field_reason_and_remedy() {
    check(
        json!({"amount": "NaN"}),
        expect![[r#"422 "amount" "bad_amount": "`NaN` is not an amount: write digits with a point, such as 1234.56""#]],
    );
    check(
        json!({"amount": "Infinity"}),
        expect![[r#"422 "amount" "bad_amount": "`Infinity` is not an amount: write digits with a point, such as 1234.56""#]],
    );
    check(
        json!({"amount": 12.5}),
        expect![[r#"422 "amount" "bad_type": "`amount` must be a text in quotes""#]],
    );
    check(
        json!({"amount": "12.505"}),
        expect![[
            r#"422 "amount" "amount_too_fine": "12.505000 is not a whole number of minor units (2 digits): round it at the source, or correct the currency""#
        ]],
    );
    check(
        json!({"amount": "-1"}),
        expect![[r#"422 "amount" "negative_amount": "-1.00 EUR is negative: a negative sale is an event of type `refund`""#]],
    );
    check(
        json!({"amount": null}),
        expect![[r#"422 "amount" "missing_value": "events of type `order` need `amount`: add it""#]],
    );
    check(
        json!({"currency": "ABC"}),
        expect![[r#"422 "currency" "unknown_currency": "`ABC` is not an ISO 4217 currency: use a code such as EUR""#]],
    );
    check(
        json!({"currency": null}),
        expect![[r#"422 "currency" "missing_value": "an amount needs its `currency`: add an ISO 4217 code such as EUR""#]],
    );
    check(
        json!({"customer": " "}),
        expect![[
            r#"422 "customer" "empty_customer": "`customer` is missing or empty: every event needs it, or an identifier such as `anonymous_id` or `email`""#
        ]],
    );
    check(
        json!({"event_id": null}),
        expect![[r#"422 "event_id" "missing_value": "`event_id` is missing or empty: every event needs it""#]],
    );
    check(
        json!({"event_id": "x".repeat(300)}),
        expect![[r#"422 "event_id" "too_long": "`event_id` is longer than 256 bytes: shorten it""#]],
    );
    check(
        json!({"type": "sale"}),
        expect![[r#"422 "type" "unknown_value": "`sale` is not a type of event: use touch, conversion, order, refund, stage""#]],
    );
    check(
        json!({"chanel": "x"}),
        expect![[
            r#"422 null "unknown_field": "unknown field `chanel` (did you mean `channel`?): what you want to keep beyond the known fields goes into `properties`""#
        ]],
    );
    check(
        json!({"interaction": "clik"}),
        expect![[
            r#"422 "interaction" "unknown_value": "`clik` is not an interaction (did you mean `click`?): use click, view, engaged_view, visit, send, open""#
        ]],
    );
    check(
        json!({"occurred_at": "2026-11-01 11:00:00"}),
        expect![[r#"422 "occurred_at" "bad_instant": "`2026-11-01 11:00:00` is not an instant with its offset: write it as 2026-07-22T20:40:41Z""#]],
    );
    check(
        json!({"occurred_at": "2026-11-01T12:11:00Z"}),
        expect![[
            r#"422 "occurred_at" "in_future": "2026-11-01T12:11:00Z is more than 10 minutes ahead of the server's clock: set the sender's clock""#
        ]],
    );
    check(
        json!({"occurred_at": "2025-01-01T00:00:00Z"}),
        expect![[r#"422 "occurred_at" "too_old": "2025-01-01T00:00:00Z is more than 400 days ago: import old events from a file""#]],
    );
    check(
        json!({"campaign": "Spring"}),
        expect![[r#"422 "campaign" "bad_type": "`campaign` must be an object such as {\"id\": \"7\", \"name\": \"Spring\"}""#]],
    );
    check(
        json!({"campaign": {"key": "7"}}),
        expect![[r#"422 "campaign" "unknown_field": "`campaign` has the unknown field `key`: it has `id` and `name`""#]],
    );
    let many: serde_json::Map<String, Value> = (0..201).map(|number| (number.to_string(), json!(1))).collect();
    check(
        json!({"properties": many}),
        expect![[r#"422 "properties" "too_many_properties": "the event has 201 properties, more than 200: send fewer""#]],
    );
}

#[test]
fn good_events_of_a_mixed_request_are_accepted_and_bad_ones_quarantined() {
    let world = World::new();
    let server = world.serve();
    let (status, answer) = server.post(&json!({"events": [touch(1), {"type": "touch"}, 5, touch(2)]}));
    assert_eq!((status, &answer["accepted"]), (202, &json!(2)));
    let codes: Vec<(u64, &str)> = answer["rejected"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rejected| (rejected["index"].as_u64().unwrap(), rejected["code"].as_str().unwrap()))
        .collect();
    assert_eq!(codes, [(1, "missing_value"), (2, "bad_event")]);
    assert!(server.settle());
    assert_eq!((server.rows("unified_marketing_data"), server.rows("quarantine")), (2, 2));
}

#[test]
fn duplicates_within_and_across_requests_appear_once() {
    let world = World::new();
    let server = world.serve();
    for _ in 0..3 {
        assert_eq!(server.post(&json!({"events": [touch(1), touch(1), touch(2)]})).0, 202);
    }
    assert!(server.settle());
    assert_eq!(server.post(&json!({"events": [touch(2), touch(3)]})).0, 202);
    assert!(server.settle());
    assert_eq!(server.rows("unified_marketing_data"), 3);
}

#[test]
fn a_request_is_refused_with_a_problem_that_says_what_to_do() {
    let world = World::new();
    let server = world.serve();
    let problem = |key, body: &[u8]| {
        let (status, head, problem) = server.post_raw(key, body);
        assert!(head.contains("content-type: application/problem+json"), "{head}");
        assert_eq!(problem["status"], status);
        format!("{status} {}: {}", problem["code"].as_str().unwrap(), problem["detail"].as_str().unwrap())
    };
    let good = json!({"events": [touch(1)]}).to_string();
    expect!["401 bad_write_key: send a write key of your organisation as `Authorization: Bearer trib_wk_…`"]
        .assert_eq(&problem(None, good.as_bytes()));
    assert!(problem(Some("trib_wk_wrong"), good.as_bytes()).starts_with("401"));
    assert!(problem(Some("other"), good.as_bytes()).starts_with("401"));
    let many = json!({"events": (0..501).map(touch).collect::<Vec<_>>()}).to_string();
    expect!["413 too_many_events: the request has 501 events, more than 500: send several requests"].assert_eq(&problem(Some(KEY), many.as_bytes()));
    expect!["400 no_events: `events` is empty: send at least one"].assert_eq(&problem(Some(KEY), b"{\"events\": []}"));
    assert!(problem(Some(KEY), b"{\"events\": [], \"extra\": 1}").starts_with("400 bad_json"));
    assert!(problem(Some(KEY), b"{\"events\": [{\"amount\": NaN}]}").starts_with("400 bad_json"));
    assert!(problem(Some(KEY), &vec![b' '; 1024 * 1024 + 1]).starts_with("413 too_large"));
    assert_eq!(server.post(&json!({"events": (0..500).map(touch).collect::<Vec<_>>()})).0, 202);
}

#[test]
fn what_was_acknowledged_survives_a_kill_and_appears_once() {
    let world = World::new();
    let mut acknowledged = 0;
    let mut organization_id = None;
    for life in 0..6_u64 {
        let server = world.serve();
        organization_id = Some(server.organization_id);
        for request in 0..5 {
            let first = life * 100 + request * 10;
            let (status, answer) = server.post(&json!({"events": (first..first + 10).map(touch).collect::<Vec<_>>()}));
            assert_eq!((status, answer["accepted"].as_u64()), (202, Some(10)));
            acknowledged += 10;
        }
        server.kill();
    }
    let server = world.serve();
    assert_eq!(Some(server.organization_id), organization_id);
    // A commit that the life before had under way may still win: then the first one here is refused and goes on behind it.
    assert!((0..10).any(|_| server.settle()));
    assert_eq!(server.rows("unified_marketing_data"), acknowledged);
}

#[test]
fn a_shutdown_leaves_nothing_behind() {
    let world = World::new();
    let server = world.serve();
    assert_eq!(server.post(&json!({"events": (0..100).map(touch).collect::<Vec<_>>()})).0, 202);
    server.runtime.block_on(server.collector.clone().shutdown());
    assert_eq!(server.rows("unified_marketing_data"), 100);
    let (status, head, _) = server.post_raw(Some(KEY), json!({"events": [touch(1)]}).to_string().as_bytes());
    assert_eq!(status, 503);
    assert!(head.contains("retry-after"), "{head}");
}

#[test]
fn a_damaged_log_refuses_its_organisation_and_keeps_its_events() {
    let world = World::new();
    let server = world.serve();
    let id = server.organization_id;
    assert_eq!(server.post(&json!({"events": [touch(1)]})).0, 202);
    assert!(server.settle());
    server.runtime.block_on(server.collector.clone().shutdown());
    server.kill();
    // Two frames that were never committed, the first of which has a flipped bit.
    let folder = world.wal().join(id.to_string());
    let mut wal = crate::wal::recover(&folder, id, 1).unwrap();
    wal.append(b"{\"received_at\":1,\"events\":[]}\n").unwrap();
    wal.append(b"{\"received_at\":2,\"events\":[]}\n").unwrap();
    let segment = world.segment(id);
    let mut bytes = fs::read(&segment).unwrap();
    bytes[60] ^= 1;
    fs::write(&segment, &bytes).unwrap();
    let server = world.serve();
    let damaged = server.runtime.block_on(server.collector.damaged());
    assert!(damaged.len() == 1 && damaged[0].1.contains(&segment.display().to_string()), "{damaged:?}");
    let (status, answer) = server.post(&json!({"events": [touch(2)]}));
    assert_eq!((status, &answer["code"]), (503, &json!("log_closed")));
    assert_eq!(fs::read(&segment).unwrap(), bytes);
}

#[test]
fn events_in_a_currency_without_a_rate_are_quarantined_at_the_commit() {
    let world = World::new();
    let server = world.serve();
    let order = json!({
        "type": "order", "event_id": "o1", "customer": "c1", "occurred_at": "2026-11-01T11:00:00Z", "amount": "12.50", "currency": "USD",
    });
    assert_eq!(server.post(&json!({"events": [order, touch(1)]})).0, 202);
    assert!(server.settle());
    assert_eq!((server.rows("unified_marketing_data"), server.rows("quarantine")), (1, 1));
}

#[test]
fn an_event_may_be_known_by_an_address_that_is_never_written() {
    let world = World::new();
    let server = world.serve();
    let address = "ada@example.com";
    let known = json!({"type": "touch", "event_id": "e1", "occurred_at": "2026-11-01T11:00:00Z", "channel": "Mail", "anonymous_id": "a1",
                       "email": address});
    let refused = json!({"type": "touch", "event_id": "e2", "occurred_at": "2026-11-01T11:00:00Z", "email": address});
    let (status, answer) = server.post(&json!({"events": [known, refused]}));
    assert_eq!((status, &answer["accepted"]), (202, &json!(1)), "{answer}");
    let log = fs::read(world.segment(server.organization_id)).unwrap();
    let log = String::from_utf8_lossy(&log);
    assert!(
        log.contains("email_sha256:") && log.contains("(removed)") && !log.contains(address),
        "{log}"
    );
    assert!(server.settle());
    assert_eq!((server.rows("unified_marketing_data"), server.rows("quarantine")), (1, 1));
    check(
        json!({"customer": null, "email": "ada"}),
        expect![[
            r#"422 "email" "bad_identifier": "the e-mail address cannot be used: it is not an e-mail address: write name@example.com, or its SHA-256 in hexadecimal""#
        ]],
    );
}
