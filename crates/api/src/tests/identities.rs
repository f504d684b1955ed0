use authz::Role;
use axum::http::StatusCode;
use expect_test::expect;
use journeys::identity::person::{Person, PersonIdentifier, PersonLink};
use journeys::identity::{Evidence, Role as IdentityRole, Rule};
use types::{CustomerId, Identifier, IdentifierKind, RowId};

use super::World;

const ADA: &str = "00000000-0000-0000-0000-00000000000a";
const COOKIE: &str = "00000000-0000-0000-0000-00000000000c";

fn merged() -> Person {
    let own = |id: &str, kind, text: &str| PersonIdentifier {
        id: id.parse().unwrap(),
        identifier: Identifier::new(kind, text).unwrap(),
        role: IdentityRole::Linked,
    };
    Person {
        customer: ADA.parse().unwrap(),
        identifiers: vec![
            own(ADA, IdentifierKind::Email, "ada@example.com"),
            own(COOKIE, IdentifierKind::Anonymous, "a1"),
        ],
        links: vec![PersonLink {
            left: ADA.parse().unwrap(),
            right: COOKIE.parse().unwrap(),
            rule: Rule::Carried,
            evidence: Evidence {
                recorded_at: "2026-11-04T10:00:00Z".parse().unwrap(),
                row: RowId::from_bytes([1; 16]),
                source: "web".into(),
            },
        }],
        apart: Vec::new(),
        decisions: Vec::new(),
        is_truncated: false,
    }
}

#[tokio::test]
async fn an_identity_shows_its_links_and_no_whole_hash() {
    let world = World::new().await;
    *world.identities.merged.lock().unwrap() = Some(merged());
    let cookie = world.cookie(Role::Analyst).await;
    let answer = world.get(&format!("/api/identities/{COOKIE}"), Some(&cookie)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    expect![[r#"
        {
          "apart": [],
          "customer_id": "00000000-0000-0000-0000-00000000000a",
          "decisions": [],
          "identifiers": [
            {
              "id": "00000000-0000-0000-0000-00000000000a",
              "kind": "email_sha256",
              "role": "linked",
              "value": "b5fc85e557…"
            },
            {
              "id": "00000000-0000-0000-0000-00000000000c",
              "kind": "anonymous",
              "role": "linked",
              "value": "a1"
            }
          ],
          "is_truncated": false,
          "links": [
            {
              "left": "00000000-0000-0000-0000-00000000000a",
              "recorded_at": "2026-11-04T10:00:00Z",
              "right": "00000000-0000-0000-0000-00000000000c",
              "row_id": "01010101-0101-0101-0101-010101010101",
              "rule": "seen_with_person",
              "source": "web"
            }
          ]
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&answer.json()).unwrap());
}

#[tokio::test]
async fn people_merge_and_unmerge_with_a_reason() {
    let world = World::new().await;
    let cookie = world.admin().await;
    let unmerge = |identifiers: &str, reason: &str| format!(r#"{{"customer_id":"{ADA}","identifiers":{identifiers},"reason":"{reason}"}}"#);
    let one = format!(r#"["{COOKIE}"]"#);
    let mut said = Vec::new();
    for (path, body) in [
        ("unmerge", unmerge(&one, "two people")),
        ("unmerge", unmerge(&one, "")),
        ("unmerge", unmerge("[]", "why")),
        (
            "merge",
            format!(r#"{{"customer_id":"{ADA}","other_id":"{COOKIE}","reason":"one address"}}"#),
        ),
        ("merge", format!(r#"{{"customer_id":"{ADA}","other_id":"{ADA}","reason":"one address"}}"#)),
        ("merge", format!(r#"{{"customer_id":"{ADA}","other":"{ADA}","reason":"one address"}}"#)),
    ] {
        let answer = world.post(&format!("/api/identities/{path}"), &body, Some(&cookie)).await;
        let json = answer.json();
        let error = &json["errors"][0];
        said.push(match answer.status {
            StatusCode::OK => json["changed_customers"].to_string(),
            status => format!("{} {} {}", status.as_u16(), error["pointer"], error["code"]),
        });
    }
    expect![[r#"
        ["00000000-0000-0000-0000-00000000000a","00000000-0000-0000-0000-00000000000c"]
        422 "/reason" "missing_reason"
        422 "/identifiers" "all_or_none"
        ["00000000-0000-0000-0000-00000000000a","00000000-0000-0000-0000-00000000000c"]
        422 "/other_id" "same_person"
        422 "/other" "unknown-field""#]]
    .assert_eq(&said.join("\n"));
    expect![[r#"
        00000000-0000-0000-0000-00000000000c is not 00000000-0000-0000-0000-00000000000a: two people
        00000000-0000-0000-0000-00000000000a is 00000000-0000-0000-0000-00000000000c: one address"#]]
    .assert_eq(&world.identities.decided.lock().unwrap().join("\n"));
    let analyst = world.cookie(Role::Analyst).await;
    let answer = world.post("/api/identities/unmerge", &unmerge(&one, "two people"), Some(&analyst)).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_id_of_before_a_merge_finds_the_customers_journey() {
    let world = World::new().await;
    *world.identities.merged.lock().unwrap() = Some(merged());
    let cookie = world.admin().await;
    world.get(&format!("/api/analytics/customer-journey/{COOKIE}"), Some(&cookie)).await;
    let asked = world.engine.asked.lock().unwrap();
    let customer: CustomerId = ADA.parse().unwrap();
    assert_eq!(asked[0].1.params, [semantic::Param::Uuid(customer.0)]);
}
