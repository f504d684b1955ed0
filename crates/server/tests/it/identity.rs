//! Anonymous touches, an order with an e-mail address, a login that names both: credit goes to the touches, and back when taken apart.

use serde_json::{Value, json};

use crate::http::Session;
use crate::tributary::Tributary;

const MAP: &str = "\
row_key: \"{id}\"
currency: EUR
records:
  - record: touch
    when: {column: kind, is: touch}
    fields:
      recorded_at: time
      channel: channel
      customer_key: customer
      anonymous_id: cookie
      email: mail
  - record: order
    when: {column: kind, is: order}
    fields:
      recorded_at: time
      revenue: amount
      order_id: id
      customer_key: customer
      email: mail
";
const HEADER: &str = "id,kind,time,channel,amount,customer,cookie,mail\n";
const TOUCHES: &str = "t1,touch,2026-03-01T10:00:00Z,Meta Ads,,,b-71ac,\nt2,touch,2026-03-02T10:00:00Z,Google Ads,,,b-71ac,\n";
const ORDER: &str = "o1,order,2026-03-03T10:00:00Z,,50.00,,,Ada@Example.com\n";
const LOGIN: &str = "t3,touch,2026-03-04T10:00:00Z,Direct,,,b-71ac,ada@example.com\n";

fn import(tributary: &Tributary, rows: &str) {
    let (map, file) = (tributary.write("map.yaml", MAP), tributary.write("rows.csv", format!("{HEADER}{rows}")));
    let report = tributary.json(&["import", "--org", "shop", "--source", "web", "--map", &map, &file]);
    assert_eq!(report["quarantined"], 0, "{report}");
    tributary.json(&["derive", "--org", "shop"]);
}

/// Linear credit: channel and revenue.
fn credit(tributary: &Tributary) -> Vec<String> {
    let rows = tributary.json(&["attribute", "--org", "shop", "--model", "linear"]);
    let mut lines: Vec<String> = rows
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["revenue"] != "0.00")
        .map(|row| format!("{} {}", row["channel"], row["revenue"]))
        .collect();
    lines.sort();
    lines
}

fn identifier(identity: &Value, kind: &str) -> String {
    let all = identity["identifiers"].as_array().unwrap();
    let found = all
        .iter()
        .find(|own| own["kind"] == kind)
        .unwrap_or_else(|| panic!("no {kind} in {identity}"));
    found["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_late_login_moves_credit_and_taking_it_apart_moves_it_back() {
    let tributary = Tributary::with_shop();
    import(&tributary, TOUCHES);
    import(&tributary, ORDER);
    let apart = credit(&tributary);
    assert_eq!(apart, ["null \"50.00\""]);
    import(&tributary, LOGIN);
    let together = ["\"Google Ads\" \"25.00\"", "\"Meta Ads\" \"25.00\""];
    assert_eq!(credit(&tributary), together);

    // Everything at once, in another order, gives the same.
    let at_once = Tributary::with_shop();
    import(&at_once, &format!("{LOGIN}{ORDER}{TOUCHES}"));
    assert_eq!(credit(&at_once), together);

    let customers = tributary.json(&[
        "report",
        "--org",
        "shop",
        "--metrics",
        "touched_customers",
        "--from",
        "2026-03-01",
        "--to",
        "2026-03-31",
    ]);
    assert_eq!(customers["totals"][0], 1, "{customers}");
    let session = Session::start(&tributary);
    let (status, list) = session.get("/api/analytics/customers?limit=10");
    assert_eq!(status, 200, "{list}");
    let customer = list["customers"][0]["customer_id"].as_str().unwrap().to_owned();
    let (status, identity) = session.get(&format!("/api/identities/{customer}"));
    assert_eq!(status, 200, "{identity}");
    assert!(!identity.to_string().contains("xample.com"), "{identity}");
    let cookie = identifier(&identity, "anonymous");
    assert_eq!(identity["links"][0]["source"], "web", "{identity}");

    // The cookie's own id finds the journey of the customer it belongs to.
    let (status, journey) = session.get(&format!("/api/analytics/customer-journey/{cookie}"));
    assert_eq!((status, &journey["identity"]["customer_id"]), (200, &json!(customer)), "{journey}");
    assert_eq!(journey["timeline"].as_array().unwrap().len(), 4);

    let body = json!({ "customer_id": customer, "identifiers": [cookie], "reason": "" });
    let (status, problem) = session.post("/api/identities/unmerge", body);
    assert_eq!((status, &problem["errors"][0]["pointer"]), (422, &json!("/reason")), "{problem}");
    let body = json!({ "customer_id": customer, "identifiers": [cookie], "reason": "two people at one desk" });
    let (status, done) = session.post("/api/identities/unmerge", body);
    assert_eq!((status, done["changed_customers"].as_array().map(Vec::len)), (200, Some(2)), "{done}");
    drop(session);
    assert_eq!(credit(&tributary), apart);
    let shown = tributary.json(&["identity", "show", "--org", "shop", &cookie]);
    assert_eq!(shown["decisions"][0]["reason"], "two people at one desk", "{shown}");
    assert_eq!(shown["apart"][0]["reason"], "decided", "{shown}");

    // And together again, by a person's word, from the command line.
    let arguments = ["identity", "merge", "--org", "shop", &customer, &cookie, "--reason", "it was one"];
    assert_eq!(tributary.json(&arguments)["changed_customers"].as_array().map(Vec::len), Some(2));
    assert_eq!(credit(&tributary), together);
    assert!(tributary.error(&arguments).contains("one customer already"));
    tributary.json(&["doctor"]);
}
