//! Touches that come without a channel: what the rules make of them, and what is credited and matched in the end.

use serde_json::Value;

use crate::tributary::Tributary;

const VISITS: &str = "\
row_key: \"{id}\"
records:
  - record: touch
    fields:
      customer_key: customer
      recorded_at: time
      landing_page: page
      referrer: referrer
      interaction_type: {constant: visit}
";
const ORDERS: &str = "\
row_key: \"{id}\"
currency: EUR
records:
  - record: order
    fields: {customer_key: customer, recorded_at: time, revenue: amount, order_id: id}
";
const SPEND: &str = "\
row_key: \"{day}|{campaign}\"
zone: UTC
currency: EUR
records:
  - record: spend
    fields: {civil_date: day, account_id: {constant: a}, level: {constant: campaign}, campaign_key: campaign, campaign_name: name, spend: cost}
";

/// One customer comes by an advertisement, then from a mailing, directly, and back from paying; the order is 90 euros.
fn shop() -> Tributary {
    let shop = Tributary::with_shop();
    let import = |source: &str, map: &str, rows: &str| {
        let map = shop.write(&format!("{source}.yaml"), map);
        let rows = shop.write(&format!("{source}.csv"), rows);
        shop.json(&["import", "--org", "shop", "--source", source, "--map", &map, &rows])
    };
    let visits = import(
        "web",
        VISITS,
        "id,customer,time,page,referrer\n\
         1,c,2026-11-01T10:00:00Z,https://shop.example/?gclid=Cj0K&gad_campaignid=77,https://www.google.com/\n\
         2,c,2026-11-02T10:00:00Z,https://shop.example/?utm_source=klaviyo&utm_medium=email&utm_campaign=fall,\n\
         3,c,2026-11-03T10:00:00Z,https://shop.example/,\n\
         4,c,2026-11-03T10:05:00Z,https://shop.example/cart,https://shop.example/\n\
         5,c,2026-11-03T10:09:00Z,https://shop.example/thanks?gclid=Cj0K,https://www.paypal.com/\n\
         6,d,2026-11-04T10:00:00Z,https://shop.example/?utm_source=google&utm_medium=cpc&utm_campaign=soldes-d-ete,\n\
         7,d,2026-11-04T11:00:00Z,https://shop.example/?utm_source=google&utm_medium=cpc&utm_campaign=gone,\n",
    );
    assert_eq!(visits["accepted"], 7, "{visits}");
    import("orders", ORDERS, "id,customer,time,amount\n9,c,2026-11-03T10:10:00Z,90.00\n");
    import(
        "google_ads",
        SPEND,
        "day,campaign,name,cost\n2026-11-01,77,Brand,10.00\n2026-11-04,78,Soldes d'Été,20.00\n2026-11-04,79,Forgotten,5.50\n",
    );
    shop
}

#[test]
fn a_payment_page_and_the_own_pages_get_no_credit() {
    let shop = shop();
    let report = shop.json(&[
        "report",
        "--org",
        "shop",
        "--metrics",
        "touches,attributed_revenue{linear}",
        "--dimensions",
        "channel",
        "--from",
        "2026-11-01",
        "--to",
        "2026-11-30",
        "--sort",
        "channel",
    ]);
    let rows: Vec<String> = report["rows"].as_array().unwrap().iter().map(Value::to_string).collect();
    expect_test::expect![[r#"
        ["(internal)",1,"0.00"]
        ["(payment provider)",1,"0.00"]
        ["Direct",1,"0.00"]
        ["E-mail",1,"45.00"]
        ["Google Ads",3,"45.00"]"#]]
    .assert_eq(&rows.join("\n"));
}

#[test]
fn the_audit_finds_spend_by_id_and_by_name_and_adds_up() {
    let shop = shop();
    let audit = shop.json(&["campaign-audit", "--org", "shop", "--from", "2026-11-01", "--to", "2026-11-30"]);
    assert_eq!(audit["total"].to_string(), r#"{"spend":"35.50","touches":7}"#);
    let parts: Vec<String> = audit["parts"].as_array().unwrap().iter().map(Value::to_string).collect();
    expect_test::expect![[r#"
        {"campaigns":1,"spend":"10.00","status":"by_id","touches":1}
        {"campaigns":1,"spend":"20.00","status":"by_name","touches":1}
        {"campaigns":0,"spend":"0.00","status":"ambiguous","touches":0}
        {"campaigns":1,"spend":"5.50","status":"unmatched","touches":2}
        {"campaigns":0,"spend":"0.00","status":"no_campaign","touches":3}"#]]
    .assert_eq(&parts.join("\n"));
    let campaigns: Vec<String> = audit["campaigns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|campaign| format!("{} {}", campaign["key"], campaign["status"]))
        .collect();
    expect_test::expect![[r#"
        "78" "by_name"
        "77" "by_id"
        "79" "unmatched""#]]
    .assert_eq(&campaigns.join("\n"));
}

#[test]
fn changed_rules_hold_for_touches_that_come_in_afterwards_and_their_effect_is_told_before() {
    let shop = shop();
    let mut rules = shop.json(&["channels", "list", "--org", "shop"]);
    assert_eq!(rules["version"], 0);
    let rule = serde_json::json!({
        "id": "mailings", "name": "Our mailings", "channel": "Mailings",
        "conditions": [{"field": "utm_source", "operator": "is", "values": ["Klaviyo"]}],
    });
    rules["rules"].as_array_mut().unwrap().insert(0, rule);
    let file = shop.write("rules.json", rules.to_string());
    let test = shop.json(&[
        "channels",
        "test",
        "--org",
        "shop",
        "--rules",
        &file,
        "--landing-page",
        "/?utm_source=klaviyo",
        "--from",
        "2026-11-01",
        "--to",
        "2026-11-30",
    ]);
    assert_eq!((&test["channel"], &test["rule_id"]), (&"Mailings".into(), &"mailings".into()));
    assert_eq!(
        test["effect"].to_string(),
        r#"{"changed":1,"is_truncated":false,"moves":[{"from":"E-mail","to":"Mailings","touches":1}],"touches":7}"#
    );
    assert_eq!(shop.json(&["channels", "set", "--org", "shop", "--rules", &file])["version"], 1);
    assert!(
        shop.error(&["channels", "set", "--org", "shop", "--rules", &file])
            .contains("was made from version 0, and version 1 is the newest")
    );
    let map = shop.write("web.yaml", VISITS);
    let rows = shop.write(
        "late.csv",
        "id,customer,time,page,referrer\n8,c,2026-11-05T10:00:00Z,https://shop.example/?utm_source=klaviyo,\n",
    );
    shop.json(&["import", "--org", "shop", "--source", "web", "--map", &map, &rows]);
    let report = shop.json(&[
        "report",
        "--org",
        "shop",
        "--metrics",
        "touches",
        "--dimensions",
        "channel",
        "--from",
        "2026-11-01",
        "--to",
        "2026-11-30",
    ]);
    let rows = report["rows"].to_string();
    assert!(rows.contains(r#"["Mailings",1]"#) && rows.contains(r#"["E-mail",1]"#), "{rows}");
}
