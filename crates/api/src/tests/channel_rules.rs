use authz::Role;
use axum::http::{StatusCode, header};
use expect_test::expect;
use semantic::Cell;
use serde_json::{Value, json};

use super::{Answer, World, request, text};

const PATH: &str = "/api/marketing/channel-rules";

async fn put(world: &World, cookie: &str, tag: Option<&str>, body: &Value) -> Answer {
    let mut request = request("PUT", PATH, Some(cookie)).header(header::CONTENT_TYPE, "application/json");
    if let Some(tag) = tag {
        request = request.header(header::IF_MATCH, tag);
    }
    world.send(request.body(body.to_string().into()).unwrap()).await
}

fn tag_of(answer: &Answer) -> String {
    answer.headers[header::ETAG].to_str().unwrap().to_owned()
}

/// The rules of an answer of `show`, as `save` wants them.
fn set_of(answer: &Answer) -> Value {
    let shown = answer.json();
    json!({"own_hosts": shown["own_hosts"], "payment_hosts": shown["payment_hosts"], "rules": shown["rules"]})
}

#[tokio::test]
async fn rules_are_changed_by_one_person_at_a_time_and_every_version_is_kept() {
    let world = World::new().await;
    let cookie = world.admin().await;
    let shown = world.get(PATH, Some(&cookie)).await;
    let tag = tag_of(&shown);
    assert_eq!(
        (shown.status, &shown.json()["version"], tag.as_str()),
        (StatusCode::OK, &json!(0), "\"channel-rules-0\"")
    );
    let mut set = set_of(&shown);
    set["rules"].as_array_mut().unwrap().insert(
        0,
        json!({"id": "podcast", "name": "Our podcast", "channel": "Podcast", "match": "any",
               "conditions": [{"field": "referrer", "operator": "within", "values": ["podcast.example"]}]}),
    );
    set["own_hosts"] = json!(["studio.example"]);
    let body = json!({"set": set, "note": "The podcast is a channel"});
    let saved = put(&world, &cookie, Some(&tag), &body).await;
    assert_eq!(
        (saved.status, tag_of(&saved)),
        (StatusCode::OK, "\"channel-rules-1\"".to_owned()),
        "{}",
        saved.text
    );
    assert_eq!(saved.json()["saved_by"], "organization_admin@alder.example");
    let late = put(&world, &cookie, Some(&tag), &body).await;
    assert_eq!(
        (late.status, late.code()),
        (StatusCode::PRECONDITION_FAILED, "changed-meanwhile".to_owned())
    );
    let without = put(&world, &cookie, None, &body).await;
    assert_eq!(without.json()["errors"][0]["pointer"], "/If-Match");
    let again = world.get(PATH, Some(&cookie)).await;
    assert_eq!(again.json()["rules"][0]["id"], "podcast");
    let unchanged = request("GET", PATH, Some(&cookie)).header(header::IF_NONE_MATCH, tag_of(&again));
    assert_eq!(
        world.send(unchanged.body(String::new().into()).unwrap()).await.status,
        StatusCode::NOT_MODIFIED
    );
    let first = world.get(&format!("{PATH}?version=0"), Some(&cookie)).await;
    assert_eq!(set_of(&first)["rules"], set_of(&shown)["rules"]);
    assert_eq!(world.get(&format!("{PATH}?version=7"), Some(&cookie)).await.status, StatusCode::NOT_FOUND);
    let history = world.get(&format!("{PATH}/history"), Some(&cookie)).await.json();
    let versions: Vec<&Value> = history["versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|version| &version["version"])
        .collect();
    assert_eq!(versions, [&json!(1), &json!(0)]);
    assert_eq!(history["versions"][0]["note"], "The podcast is a channel");
}

#[tokio::test]
async fn a_manager_reads_the_rules_and_only_an_administrator_changes_them() {
    let world = World::new().await;
    let cookie = world.cookie(Role::MarketingManager).await;
    let shown = world.get(PATH, Some(&cookie)).await;
    assert_eq!(shown.status, StatusCode::OK);
    let answer = put(&world, &cookie, Some(&tag_of(&shown)), &json!({"set": set_of(&shown)})).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn rules_that_cannot_work_are_refused_with_the_place_of_each_fault() {
    let world = World::new().await;
    let cookie = world.admin().await;
    let set = json!({"rules": [
        {"id": "a", "name": "A", "channel": "X", "conditions": [{"field": "click_id", "operator": "is", "values": ["gcild"]}]},
        {"id": "a", "name": "", "channel": "Y", "conditions": []},
    ]});
    let answer = put(&world, &cookie, Some("\"channel-rules-0\""), &json!({"set": set})).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let pointers: Vec<String> = answer.json()["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["pointer"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        pointers,
        [
            "/set/rules/0/conditions/0/values/0",
            "/set/rules/1/id",
            "/set/rules/1/name",
            "/set/rules/1/conditions"
        ]
    );
    let unknown = json!({"set": {"rules": [{"id": "a", "name": "A", "channel": "X", "conditions": [{"field": "utm_mediun", "operator": "is"}]}]}});
    let answer = put(&world, &cookie, Some("\"channel-rules-0\""), &unknown).await;
    let error = &answer.json()["errors"][0];
    assert_eq!(
        (&error["pointer"], &error["suggestion"]),
        (&json!("/set/rules/0/conditions/0/field"), &json!("utm_medium"))
    );
}

#[tokio::test]
async fn a_test_says_the_channel_the_way_to_it_and_what_a_change_would_do() {
    let world = World::new().await;
    let cookie = world.admin().await;
    let mut touched = vec![text("Referral"), text("collector")];
    touched.extend(vec![Cell::Null; 6]);
    touched.extend([text("www.paypal.com"), Cell::Null, Cell::Integer(12)]);
    world.engine.answer(vec![touched]);
    let body = json!({"touch": {"landing_page": "https://shop.example/thanks?gclid=1", "referrer": "https://www.paypal.com/"}, "with_effect": true});
    let answer = world.post(&format!("{PATH}/test"), &body.to_string(), Some(&cookie)).await;
    expect![[r#"
        {
          "channel": "(payment provider)",
          "effect": {
            "changed": 12,
            "from": "2026-10-23",
            "is_truncated": false,
            "moves": [
              {
                "from": "Referral",
                "to": "(payment provider)",
                "touches": 12
              }
            ],
            "to": "2026-11-19",
            "touches": 12
          },
          "facts": {
            "campaign_key": null,
            "click_id": "gclid",
            "landing_host": "shop.example",
            "landing_path": "/thanks",
            "referrer": "paypal.com",
            "utm_campaign": null,
            "utm_content": null,
            "utm_medium": null,
            "utm_source": null,
            "utm_term": null
          },
          "is_ignored": true,
          "rule_id": "payment-provider",
          "source": null,
          "steps": [
            {
              "holds": false,
              "name": "Advertising by a payment provider",
              "rule_id": "payment-marketing",
              "why": "there is no UTM source"
            },
            {
              "holds": true,
              "name": "Back from paying",
              "rule_id": "payment-provider",
              "why": "kind of referrer `payment` is payment; kind of source `payment` is payment"
            }
          ]
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&answer.json()).unwrap());
    let bad = json!({"touch": {"click_id": "glid:1"}});
    let answer = world.post(&format!("{PATH}/test"), &bad.to_string(), Some(&cookie)).await;
    assert_eq!(answer.json()["errors"][0]["pointer"], "/touch/click_id");
}

#[tokio::test]
async fn the_audit_of_campaigns_adds_up() {
    let world = World::new().await;
    let cookie = world.admin().await;
    let id = "00000000-0000-0000-0000-000000000001";
    let money = |text: &str| Cell::Decimal(text.parse().unwrap());
    world.engine.answer(vec![
        vec![text("google_ads"), text(id), text("1"), text("Brand"), Cell::Null, money("10.000000")],
        vec![text("google_ads"), Cell::Null, Cell::Null, Cell::Null, Cell::Null, money("2.500000")],
    ]);
    world.engine.answer(vec![
        vec![
            text("web"),
            text("Google Ads"),
            Cell::Null,
            Cell::Null,
            Cell::Null,
            text("brand"),
            Cell::Integer(7),
        ],
        vec![
            text("web"),
            text("Direct"),
            Cell::Null,
            Cell::Null,
            Cell::Null,
            Cell::Null,
            Cell::Integer(3),
        ],
    ]);
    let answer = world
        .get("/api/analytics/campaign-audit?from=2026-11-01&to=2026-11-02", Some(&cookie))
        .await
        .json();
    assert_eq!(answer["total"], json!({"spend": "12.50", "touches": 10}));
    expect![[r#"[{"campaigns":0,"spend":"0.00","status":"by_id","touches":0},{"campaigns":1,"spend":"10.00","status":"by_name","touches":7},{"campaigns":0,"spend":"0.00","status":"ambiguous","touches":0},{"campaigns":0,"spend":"0.00","status":"unmatched","touches":0},{"campaigns":0,"spend":"2.50","status":"no_campaign","touches":3}]"#]].assert_eq(&answer["parts"].to_string());
    let answer = world.get("/api/analytics/campaign-audit?from=2026-11-01", Some(&cookie)).await;
    assert_eq!(answer.json()["errors"][0]["pointer"], "/to");
    let answer = world
        .get("/api/analytics/campaign-audit?from=2026-11-09&to=2026-11-01", Some(&cookie))
        .await;
    assert_eq!(answer.json()["errors"][0]["code"], "invalid-range");
}

#[tokio::test]
async fn a_journey_says_why_each_touch_has_its_channel() {
    let world = World::new().await;
    let cookie = world.admin().await;
    let touch = |channel: &str, rule: Option<&str>, evidence: [Option<&str>; 8]| {
        let optional = |value: Option<&str>| value.map_or(Cell::Null, text);
        let mut row = vec![
            text("00000000-0000-0000-0000-000000000001"),
            text("2026-11-01T10:00:00Z"),
            text("touch"),
            text("web"),
            text(channel),
        ];
        row.extend(vec![Cell::Null; 14]);
        row.extend([text("c-17"), optional(rule)]);
        row.extend(evidence.map(optional));
        row
    };
    let paid = [None, None, None, None, None, None, Some("https://shop.example/?gclid=1"), Some("gclid:1")];
    let back = [None, None, None, None, None, Some("https://www.paypal.com/"), None, None];
    world.engine.answer(vec![
        touch("Google Ads", Some("google-click@0"), paid),
        touch("(payment provider)", Some("payment-provider@0"), back),
        touch("Direct", Some("direct@0"), [None; 8]),
        touch("Unassigned", Some("-@0"), [None; 8]),
        touch("Meta Ads", None, [None; 8]),
        touch("Meta Ads", Some("gone@4"), [None; 8]),
    ]);
    let answer = world.get("/api/analytics/customer-journey/c-17", Some(&cookie)).await.json();
    let told: Vec<String> = answer["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| format!("{}: {} [{}]", event["channel"], event["why"]["text"], event["why"]["rule_name"]))
        .collect();
    expect![[r#"
        "Google Ads": "Click id `gclid` is one of gclid, gbraid, wbraid." ["Click id of Google Ads"]
        "(payment provider)": "Kind of referrer `payment` is payment; kind of source `payment` is payment. It is never given credit." ["Back from paying"]
        "Direct": "There is no UTM source or referrer; there is no UTM medium; there is no UTM campaign; there is no click id. It never takes the place of a known touch under the last non-direct model." ["No trace of where the visit came from"]
        "Unassigned": "No channel rule holds for what is known of this touch." [null]
        "Meta Ads": "The source `web` names the channel itself." [null]
        "Meta Ads": "The rule `gone` gave the channel, in a version of the rules that is not known here." [null]"#]].assert_eq(&told.join("\n"));
}
