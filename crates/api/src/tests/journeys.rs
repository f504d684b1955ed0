use authz::OrgContext;
use axum::http::StatusCode;
use expect_test::expect;
use metastore::NewOrganization;
use semantic::{Cell, Param};
use types::{Currency, CustomerId};

use super::{World, text};

const ORDER: &str = "00000000-0000-0000-0000-000000000002";

fn event(id: &str, at: &str, kind: &str, channel: Cell, order_id: Cell, revenue: Cell, refund: Cell) -> Vec<Cell> {
    let source = if kind == "touch" { "meta_ads" } else { "shop" };
    let nulls = |count: usize| std::iter::repeat_n(Cell::Null, count);
    let mut row = vec![text(id), text(at), text(kind), text(source), channel];
    row.extend(nulls(7));
    row.push(order_id);
    row.extend(nulls(3));
    row.extend([revenue, refund, text("USD"), text("c-17")]);
    row
}

fn a_journey(world: &World) {
    let touch = "00000000-0000-0000-0000-000000000001";
    world.engine.answer(vec![
        event(
            touch,
            "2026-11-01T10:00:00Z",
            "touch",
            text("Meta Ads"),
            Cell::Null,
            Cell::Null,
            Cell::Null,
        ),
        event(
            ORDER,
            "2026-11-02T10:00:00Z",
            "order",
            Cell::Null,
            text("A-1"),
            Cell::Decimal("100.000000".parse().unwrap()),
            Cell::Null,
        ),
        event(
            "00000000-0000-0000-0000-000000000003",
            "2026-11-09T10:00:00Z",
            "refund",
            Cell::Null,
            text("A-1"),
            Cell::Null,
            Cell::Decimal("25.500000".parse().unwrap()),
        ),
    ]);
    let shares = |revenue: &str, count: f64| {
        (0..6)
            .flat_map(|_| [Cell::Number(1.0), Cell::Number(count), Cell::Decimal(revenue.parse().unwrap())])
            .collect::<Vec<_>>()
    };
    let credit = |entry: &str, at: &str, revenue: &str, count: f64| {
        let mut row = vec![text(ORDER), text(entry), text(at), text(touch), Cell::Integer(1), Cell::Integer(1)];
        row.extend(shares(revenue, count));
        row
    };
    world.engine.answer(vec![
        credit("sale", "2026-11-02T10:00:00Z", "100.000000", 1.0),
        credit("refund", "2026-11-09T10:00:00Z", "-25.500000", 0.0),
    ]);
    world.engine.answer(vec![vec![Cell::Decimal("61.123400".parse().unwrap())]]);
}

#[tokio::test]
async fn a_journey_shows_what_happened_in_brief_in_order_and_who_earned_it() {
    let world = World::new().await;
    let cookie = world.admin().await;
    a_journey(&world);
    let answer = world.get("/api/analytics/customer-journey/c-17?window=14d", Some(&cookie)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let mut body = answer.json();
    body["customer"]["customer_id"] = "…".into();
    expect![[r#"
        {
          "acquisition_cost": "61.1234",
          "conversions": 0,
          "current_stage": "customer",
          "customer_id": "…",
          "customer_key": "c-17",
          "first_touch_asset_id": null,
          "first_touch_campaign_id": null,
          "first_touch_source": "Meta Ads",
          "journey_start_date": "2026-11-01T10:00:00Z",
          "last_seen_at": "2026-11-09T10:00:00Z",
          "last_touch_campaign_id": null,
          "lifetime_value": "74.50",
          "orders": 1,
          "refunds": 1,
          "total_touchpoints": 1,
          "touches_by_channel": {
            "Meta Ads": 1
          }
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&body["customer"]).unwrap());
    assert_eq!(body["timeline"].as_array().unwrap().len(), 3);
    assert_eq!(body["timeline"][2]["conversion_id"], ORDER, "the refund belongs to its order");
    assert_eq!(body["timeline"][2]["refund"], "25.50");
    assert_eq!(body["credits"].as_array().unwrap().len(), 12, "two entries under six models");
    assert_eq!(body["credits"][0]["model"], "first_touch");
    assert_eq!(body["credits"][6]["revenue"], "-25.50");
    assert_eq!(body["settings"]["window_seconds"], 14 * 86_400);

    let asked = world.engine.asked.lock().unwrap();
    let customer = CustomerId::derive(world.organization.id, "c-17");
    assert_eq!(asked[0].1.params, [Param::Uuid(customer.0)], "the key is the sources' own");
    assert_eq!(asked[0].0.organization_id(), world.organization.id);
}

#[tokio::test]
async fn an_unknown_customer_and_one_of_another_organisation_get_the_same_answer() {
    let world = World::new().await;
    let cookie = world.admin().await;
    let new = NewOrganization {
        name: "Fell".to_owned(),
        currency: Currency::EUR,
        zone: "UTC".to_owned(),
    };
    let other = world.metastore.create_organization(&*world.clock, new).await.unwrap();
    let foreign = CustomerId::derive(other.id, "c-17").to_string();
    let mut bodies = Vec::new();
    for id in [foreign.as_str(), "0198c0de-0000-7000-8000-000000000000", "nobody"] {
        let answer = world.get(&format!("/api/analytics/customer-journey/{id}"), Some(&cookie)).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::NOT_FOUND, "not-found".to_owned()));
        let mut body = answer.json();
        body["request_id"] = "…".into();
        bodies.push(body);
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]));
    let asked = world.engine.asked.lock().unwrap();
    assert!(
        asked.iter().all(|(context, _)| context.organization_id() == world.organization.id),
        "only the own organisation's data is asked for"
    );
}

#[tokio::test]
async fn campaigns_and_assets_that_are_not_ours_are_not_there() {
    let world = World::new().await;
    let cookie = world.admin().await;
    for area in ["campaigns", "assets"] {
        let page = if area == "campaigns" { "performance" } else { "roi" };
        for id in ["0198c0de-0000-7000-8000-000000000000", "not-an-id"] {
            // No row names the id: the engine's aggregate over nothing is one row of nulls.
            world.engine.answer(vec![vec![Cell::Null; 5]]);
            let answer = world.get(&format!("/api/analytics/{area}/{id}/{page}"), Some(&cookie)).await;
            assert_eq!(
                (answer.status, answer.code()),
                (StatusCode::NOT_FOUND, "not-found".to_owned()),
                "{area} {id}"
            );
            world.engine.answers.lock().unwrap().clear();
        }
    }
}

#[tokio::test]
async fn a_page_without_days_shows_the_last_28_full_days_of_the_organisations_zone() {
    let world = World::new().await;
    let cookie = world.admin().await;
    // 23:30 UTC is the next day in Berlin already.
    world.clock.advance_seconds(15 * 3_600 + 1_800);
    world.engine.answer(vec![vec![
        text("Storm"),
        Cell::Null,
        Cell::Null,
        text("2026-10-01T00:00:00Z"),
        text("2026-11-19T00:00:00Z"),
    ]]);
    let fresh = super::cookie_of(&world.sign_in("organization_admin@alder.example", super::PASSWORD).await);
    assert_ne!(cookie, fresh);
    let answer = world
        .get(
            "/api/analytics/assets/0198c0de-0000-7000-8000-000000000000/roi?models=all&by=campaign",
            Some(&fresh),
        )
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(
        (&answer.json()["meta"]["from"], &answer.json()["meta"]["to"]),
        (&"2026-10-24".into(), &"2026-11-20".into())
    );
}

#[tokio::test]
async fn the_list_of_customers_says_what_they_were_worth() {
    let world = World::new().await;
    let cookie = world.admin().await;
    let id = CustomerId::derive(world.organization.id, "c-17").to_string();
    world.engine.answer(vec![vec![
        text(&id),
        text("c-17"),
        Cell::Integer(2),
        Cell::Decimal("74.500000".parse().unwrap()),
        text("2026-11-09T10:00:00Z"),
    ]]);
    let answer = world.get("/api/analytics/customers?search=C-1&limit=5", Some(&cookie)).await;
    let mut body = answer.json();
    body["customers"][0]["customer_id"] = "…".into();
    expect![[r#"{"currency":"EUR","customers":[{"conversions":2,"customer_id":"…","customer_key":"c-17","last_at":"2026-11-09T10:00:00Z","revenue":"74.50"}],"data_version":7}"#]].assert_eq(&body.to_string());
    let asked = world.engine.asked.lock().unwrap();
    assert_eq!(asked[0].1.params, [Param::Text("c-1".to_owned())]);
    assert!(
        matches!(asked[0].0, context if context != OrgContext::system(world.organization.id)),
        "asked as the person, not as the system"
    );
}
