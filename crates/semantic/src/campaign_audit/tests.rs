use expect_test::expect;
use types::OrganizationId;

use super::*;
use crate::result::Cell;

fn text(text: &str) -> Cell {
    if text.is_empty() { Cell::Null } else { Cell::Text(text.into()) }
}

fn id(source: &str, key: &str) -> Cell {
    Cell::Text(CampaignId::derive(OrganizationId::from_bytes([7; 16]), source, key).to_string().into())
}

fn raw(rows: Vec<Vec<Cell>>) -> RawTable {
    RawTable {
        columns: Vec::new(),
        rows,
        totals: Vec::new(),
        data_version: 3,
        is_truncated: false,
    }
}

fn audit() -> CampaignAudit {
    let money = |micros| Cell::Decimal(Decimal::new(micros, 6, 2));
    let spend = raw(vec![
        vec![
            text("google_ads"),
            id("google_ads", "1"),
            text("1"),
            text("Brand"),
            text("Google Ads"),
            money(10_000_000),
        ],
        vec![
            text("google_ads"),
            id("google_ads", "2"),
            text("2"),
            text("Spring Sale"),
            text(""),
            money(20_500_001),
        ],
        vec![
            text("google_ads"),
            id("google_ads", "3"),
            text("3"),
            text("Twin"),
            text(""),
            money(1_000_000),
        ],
        vec![
            text("google_ads"),
            id("google_ads", "4"),
            text("4"),
            text("twin"),
            text(""),
            money(2_000_000),
        ],
        vec![
            text("google_ads"),
            id("google_ads", "5"),
            text("5"),
            text("Forgotten"),
            text(""),
            money(4_000_000),
        ],
        vec![text("google_ads"), Cell::Null, text(""), text(""), text(""), money(8_000_000)],
    ]);
    let group = |channel: &str, campaign: Cell, key: &str, name: &str, utm: &str, touches: i64| {
        vec![
            text("web"),
            text(channel),
            campaign,
            text(key),
            text(name),
            text(utm),
            Cell::Integer(touches),
        ]
    };
    let touches = raw(vec![
        group("Google Ads", id("google_ads", "1"), "1", "", "", 100),
        group("Google Ads", id("web", "spring_sale"), "", "spring_sale", "spring_sale", 50),
        group("Google Ads", id("web", "TWIN"), "", "TWIN", "TWIN", 25),
        group("Meta Ads", id("web", "brand"), "", "brand", "brand", 12),
        group("Direct", Cell::Null, "", "", "", 6),
    ]);
    let sources = [("Google Ads".to_owned(), "google_ads".to_owned())].into();
    finish(&spend, &touches, &sources, Currency::EUR)
}

#[test]
fn the_parts_add_up_to_all_spend_and_all_touches() {
    let audit = audit();
    let told: Vec<String> = audit
        .parts
        .iter()
        .map(|part| {
            let status = part.status.as_str();
            format!(
                "{status}: {} campaigns, {} EUR, {} touches",
                part.campaigns, part.amounts.spend, part.amounts.touches
            )
        })
        .chain([format!("all: {} EUR, {} touches", audit.total.spend, audit.total.touches)])
        .collect();
    expect![[r#"
        by_id: 1 campaigns, 10.00 EUR, 100 touches
        by_name: 1 campaigns, 20.500001 EUR, 50 touches
        ambiguous: 2 campaigns, 3.00 EUR, 25 touches
        unmatched: 1 campaigns, 4.00 EUR, 12 touches
        no_campaign: 0 campaigns, 8.00 EUR, 6 touches
        all: 45.500001 EUR, 193 touches"#]]
    .assert_eq(&told.join("\n"));
    let micros: i128 = audit.parts.iter().map(|part| part.amounts.spend.micros()).sum();
    assert_eq!(micros, audit.total.spend.micros());
}

#[test]
fn touches_without_a_match_say_which_campaigns_have_their_name() {
    let told: Vec<String> = audit()
        .touches
        .iter()
        .map(|group| {
            let candidates: Vec<&str> = group.candidates.iter().filter_map(|campaign| campaign.key.as_deref()).collect();
            let campaign = group.campaign.as_deref().unwrap_or_default();
            format!("{} {campaign}: {} touches, {candidates:?}", group.status.as_str(), group.touches)
        })
        .collect();
    expect![[r#"
        ambiguous TWIN: 25 touches, ["3", "4"]
        unmatched brand: 12 touches, ["1"]"#]]
    .assert_eq(&told.join("\n"));
}

#[test]
fn days_that_are_none_are_refused_with_their_place() {
    let refusal = |from, to, zone| {
        let error = range(from, to, zone).unwrap_err();
        format!("{} {}", error.problems[0].pointer, error.problems[0].code.as_str())
    };
    assert_eq!(refusal("2026-02-30", "2026-03-01", "UTC"), "/from invalid-date");
    assert_eq!(refusal("2026-03-01", "soon", "UTC"), "/to invalid-date");
    assert_eq!(refusal("2026-03-01", "2026-02-01", "UTC"), "/to invalid-range");
}
