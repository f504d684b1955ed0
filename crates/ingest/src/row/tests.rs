use expect_test::{Expect, expect};
use jiff::civil::date;

use super::*;
use crate::read::Row;
use crate::read::csv::{CsvReader, Dialect};

const ORDERS: &str = "\
row_key: \"{id}\"
zone: Europe/Berlin
currency: {column: currency}
keep_rest: true
records:
  - record: touch
    when: {column: channel, filled: true}
    fields:
      customer_key: customer
      recorded_at: {column: time, format: \"%Y-%m-%d %H:%M:%S\"}
      channel: {column: channel, values: {fb: Facebook}}
      campaign_name: campaign
  - record: order
    when: [{column: kind, is: sale}]
    fields:
      customer_key: customer
      recorded_at: {column: time, format: \"%Y-%m-%d %H:%M:%S\"}
      revenue: amount
      order_id: id
  - record: refund
    when: {column: kind, is: [refund]}
    fields:
      customer_key: customer
      recorded_at: {column: time, format: \"%Y-%m-%d %H:%M:%S\"}
      refund: {column: amount, negate: true}
      order_id: id
";
const HEADER: &str = "id,kind,customer,time,channel,campaign,amount,currency,note\n";

const SPEND: &str = "\
row_key: \"{day}|{campaign}\"
zone: Pacific/Apia
currency: USD
records:
  - record: spend
    fields:
      civil_date: day
      account_id: {constant: act_1}
      level: {constant: campaign}
      campaign_key: campaign
      spend: cost
      impressions: shown
";

fn setting() -> Arc<Setting> {
    let zone = types::date_range::parse_zone("Europe/Berlin").unwrap();
    let rates = [(date(2026, 3, 2), Currency::USD, FxRate::parse("0.5").unwrap())];
    Arc::new(Setting {
        organization_id: OrganizationId::from_bytes([7; 16]),
        source: "shop".into(),
        category: SourceCategory::ExternalRevenue,
        fx: FxTable::new(Currency::EUR, zone, rates),
        channels: Channels::standard(),
        ingested_at: Timestamp::UNIX_EPOCH,
    })
}

/// Shows `look` the rows that some lines make.
fn rows(mapping: &str, header: &str, lines: &str, mut look: impl FnMut(&UnifiedRow<&str>)) -> Result<(), Refusal> {
    let mapping = Arc::new(Mapping::parse(mapping, "map.yaml").unwrap());
    let text = format!("{header}{lines}\n");
    let dialect = Dialect {
        delimiter: b',',
        quote: b'"',
    };
    let Ok(mut reader) = CsvReader::new(text.as_bytes(), dialect, &mapping.columns) else {
        panic!("a good header")
    };
    let mut maker = RowMaker::new(setting(), mapping);
    while let Some(row) = reader.next().unwrap() {
        match row {
            Row::Cells { line, cells, .. } => {
                let place = Place { file_digest: "digest", line };
                maker.make(&cells, place)?.iter().for_each(&mut look);
            }
            Row::Refused { refusal, .. } => return Err(refusal),
        }
    }
    Ok(())
}

fn check(line: &str, expected: Expect) {
    let mut shown = String::new();
    if let Err(refusal) = rows(ORDERS, HEADER, line, |row| shown += &show(row)) {
        shown = format!("{}: {}: {}", refusal.column.unwrap_or_default(), refusal.fault.code, refusal.fault.reason);
    }
    expected.assert_eq(&shown);
}

fn show(row: &UnifiedRow<&str>) -> String {
    let money = |micros: Option<i64>| micros.map_or("-".to_owned(), types::money::format_micros);
    format!(
        "{} {} {} {} revenue {} {} refund {} {} {}\n",
        row.record_kind,
        row.source_row_key,
        row.recorded_at,
        row.channel.or(row.conversion_type).unwrap_or("-"),
        money(row.revenue),
        money(row.revenue_reporting),
        money(row.refund),
        money(row.refund_reporting),
        row.data_payload.unwrap_or("-"),
    )
}

#[test]
fn one_row_makes_the_records_whose_conditions_hold() {
    check(
        "7,sale,c1,2026-03-02 12:00:00,fb,Spring,12.50,EUR,\"hi, \"\"you\"\"\"",
        expect![[r#"
        touch 7 2026-03-02T11:00:00Z Facebook revenue - - refund - - {"note":"hi, \"you\""}
        order 7#order 2026-03-02T11:00:00Z purchase revenue 12.500000 12.500000 refund - - {"note":"hi, \"you\""}
    "#]],
    );
    check("8,none,c1,2026-03-02 12:00:00,,,,,", expect![[r#""#]]);
    check(
        "9,refund,c1,2026-03-02 12:00:00,,,-3.00,EUR,",
        expect![[r#"
        refund 9#refund 2026-03-02T11:00:00Z - revenue - - refund 3.000000 3.000000 -
    "#]],
    );
}

#[test]
fn amounts_are_converted_at_the_rate_of_their_day_or_the_week_before() {
    check(
        "7,sale,c1,2026-03-02 12:00:00,,,12.51,USD,",
        expect![[r#"
        order 7#order 2026-03-02T11:00:00Z purchase revenue 12.510000 6.260000 refund - - -
    "#]],
    );
    check(
        "7,sale,c1,2026-03-09 12:00:00,,,12.50,USD,",
        expect![[r#"
        order 7#order 2026-03-09T11:00:00Z purchase revenue 12.500000 6.250000 refund - - -
    "#]],
    );
    check(
        "7,sale,c1,2026-03-10 12:00:00,,,12.50,USD,",
        expect![
            ": missing_rate: there is no rate from USD to EUR for 2026-03-10 or the 7 days before: add the exchange rate and import the row again"
        ],
    );
    // 23:30 UTC on the first is the second in Berlin, which has a rate.
    check(
        "7,sale,c1,2026-03-02 00:30:00,,,12.50,USD,",
        expect![[r#"
        order 7#order 2026-03-01T23:30:00Z purchase revenue 12.500000 6.250000 refund - - -
    "#]],
    );
    check(
        "7,sale,c1,2026-03-02 12:00:00,,,12.50,GBP,",
        expect![
            ": missing_rate: there is no rate from GBP to EUR for 2026-03-02 or the 7 days before: add the exchange rate and import the row again"
        ],
    );
}

#[test]
fn what_cannot_be_is_refused_with_column_reason_and_remedy() {
    check(
        "7,sale,,2026-03-02 12:00:00,,,12.50,EUR,",
        expect![
            "customer: empty_customer: the customer is empty: every touch and sale belongs to one; fill it, map an identifier such as `anonymous_id` or `email`, or leave such rows out with `when`"
        ],
    );
    check(
        "7,sale,c1,2026-03-29 02:30:00,,,12.50,EUR,",
        expect![
            "time: no_such_time: 2026-03-29T02:30:00 does not exist in Europe/Berlin: clocks went forward over it; export the column in UTC, or correct the mapping's `zone`"
        ],
    );
    check(
        "7,sale,c1,2026-02-30 02:30:00,,,12.50,EUR,",
        expect![
            "time: bad_instant: `2026-02-30 02:30:00` is not in the form `%Y-%m-%d %H:%M:%S` (date required to parse datetime: invalid date: parameter 'day' for `2026-02` is invalid, must be in range `1..=28`): mend the value or the mapping's `format`"
        ],
    );
    check(
        "7,sale,c1,,,,12.50,EUR,",
        expect!["time: missing_value: the instant is empty: fill it, or give the mapping a `default`"],
    );
    check(
        "7,sale,c1,2026-03-02 12:00:00,,,12.505,EUR,",
        expect![
            "amount: amount_too_fine: 12.505000 is not a whole number of minor units (2 digits): round it at the source, or correct the currency"
        ],
    );
    check(
        "7,sale,c1,2026-03-02 12:00:00,,,NaN,EUR,",
        expect!["amount: bad_amount: `NaN` is not an amount: write digits with a point, such as 1234.56"],
    );
    check(
        "7,sale,c1,2026-03-02 12:00:00,,,\"12,50\",EUR,",
        expect![
            "amount: bad_amount: `12,50` is not an amount: write digits with a point, such as 1234.56; if the comma is the decimal sign, set `decimal_comma: true` in the mapping"
        ],
    );
    check(
        "7,sale,c1,2026-03-02 12:00:00,,,-1.00,EUR,",
        expect!["amount: negative_amount: -1.00 EUR is negative: a negative sale is a refund: make it a `refund` record"],
    );
    check(
        "7,sale,c1,2026-03-02 12:00:00,,,1.00,XXX,",
        expect!["currency: unknown_currency: `XXX` is not an ISO 4217 currency: use a code such as EUR"],
    );
    check(
        "7,sale,c1,2026-03-02 12:00:00,,,1.00,,",
        expect!["currency: missing_value: the currency is empty: fill it, or give the mapping a `default`"],
    );
    check(
        "7,sale,c1,2026-03-02 12:00:00,,,,EUR,",
        expect!["amount: missing_value: the order's value is empty: fill it, or give the mapping a `default`"],
    );
    check(
        ",sale,c1,2026-03-02 12:00:00,,,1.00,EUR,",
        expect![": empty_key: every column of the row key is empty: fill one of them, or use `row_key: line`"],
    );
}

#[test]
fn a_row_is_refused_whole() {
    // The touch is good, the order is not.
    let made = rows(ORDERS, HEADER, "7,sale,c1,2026-03-02 12:00:00,fb,Spring,bad,EUR,", |_| {
        panic!("no record")
    });
    assert!(made.is_err());
}

#[test]
fn a_daily_row_stands_at_the_start_of_its_day_and_never_shifts() {
    let look = |row: &UnifiedRow<&str>| {
        assert_eq!(
            (row.recorded_at.to_string().as_str(), row.civil_date),
            ("2026-03-01T11:00:00Z", Some(date(2026, 3, 2)))
        );
        assert_eq!((row.spend, row.spend_reporting), (Some(1_234_567), Some(617_284)));
        assert_eq!(
            (row.account_zone, row.grain, row.impressions),
            (Some("Pacific/Apia"), Some("day"), Some(1000))
        );
        assert_eq!(row.campaign_id, Some(CampaignId::derive(row.organization_id, "shop", "c")));
    };
    rows(SPEND, "day,campaign,cost,shown\n", "2026-03-02,c,1.234567,1000", look).unwrap();
    let skipped = rows(SPEND, "day,campaign,cost,shown\n", "2011-12-30,c,1,1", |_| panic!("no record")).unwrap_err();
    assert_eq!((skipped.column.as_deref(), skipped.fault.code), (Some("day"), "no_such_time"));
}

#[test]
fn rows_of_one_customer_have_one_customer_id_and_ids_of_their_own() {
    let mut made = Vec::new();
    let lines = "1,x,c1,2026-03-02 12:00:00,fb,Spring,,,\n2,x,c1,2026-03-02 13:00:00,fb,Spring,,,";
    rows(ORDERS, HEADER, lines, |row| made.push((row.id, row.customer_id, row.campaign_id))).unwrap();
    let [(first, customer, campaign), (second, ..)] = made[..] else {
        panic!("two touches")
    };
    assert_ne!(first, second);
    assert_eq!((made[1].1, made[1].2), (customer, campaign));
    assert_eq!(customer, Some(CustomerId::derive(OrganizationId::from_bytes([7; 16]), "c1")));
}

const VISITS: &str = "\
row_key: \"{id}\"
records:
  - record: touch
    fields:
      customer_key: customer
      recorded_at: time
      channel: channel
      landing_page: page
      referrer: referrer
      utm_campaign: campaign
      gclid: gclid
      fbclid: fbclid
";
const VISITS_HEADER: &str = "id,customer,time,channel,page,referrer,campaign,gclid,fbclid\n";

fn visit(cells: &str, expected: Expect) {
    let mut shown = String::new();
    let line = format!("1,c,2026-03-02T12:00:00Z,{cells}");
    rows(VISITS, VISITS_HEADER, &line, |row| {
        let campaign = match row.campaign_id {
            None => "none",
            Some(id) => ["google_ads", "meta_ads", "shop"]
                .into_iter()
                .find(|source| {
                    let key = row.campaign_key.or(row.campaign_name).unwrap_or_default();
                    id == CampaignId::derive(row.organization_id, source, key)
                })
                .unwrap_or("?"),
        };
        shown = format!(
            "{} by {} | {} {} {} | {} | campaign {} {} of {campaign}",
            row.channel.unwrap_or("-"),
            row.channel_rule.unwrap_or("-"),
            row.utm_source.unwrap_or("-"),
            row.utm_medium.unwrap_or("-"),
            row.utm_campaign.unwrap_or("-"),
            row.click_id.unwrap_or("-"),
            row.campaign_key.unwrap_or("-"),
            row.campaign_name.unwrap_or("-"),
        );
    })
    .unwrap();
    expected.assert_eq(&shown);
}

#[test]
fn a_touch_without_a_channel_gets_it_from_the_rules() {
    visit(
        ",https://shop.example/?utm_source=google&utm_medium=cpc&utm_campaign=Spring%20Sale&gclid=Cj0K,,,,",
        expect!["Google Ads by google-click@0 | google cpc Spring Sale | gclid:Cj0K | campaign - Spring Sale of google_ads"],
    );
    visit(
        ",https://shop.example/?utm_source=ig&utm_medium=paid&utm_id=120210,,,,IwAR",
        expect!["Meta Ads by meta-paid@0 | ig paid - | fbclid:IwAR | campaign 120210 - of meta_ads"],
    );
    visit(
        ",,https://www.paypal.com/,,,",
        expect!["(payment provider) by payment-provider@0 | - - - | - | campaign - - of none"],
    );
    visit(
        ",,,,Cj0K,IwAR",
        expect!["Google Ads by google-click@0 | - - - | gclid:Cj0K | campaign - - of none"],
    );
    visit(",,,,,", expect!["Direct by direct@0 | - - - | - | campaign - - of none"]);
}

#[test]
fn a_channel_that_the_source_names_stays() {
    visit(
        "Fall mailing,https://shop.example/?utm_source=google&utm_medium=cpc&gclid=Cj0K,,x,,",
        expect!["Fall mailing by - | google cpc x | gclid:Cj0K | campaign - x of google_ads"],
    );
}

#[test]
fn an_empty_channel_is_refused_where_nothing_else_could_tell_it() {
    let mapping = "row_key: \"{id}\"\nrecords:\n  - record: touch\n    fields: {customer_key: customer, recorded_at: time, channel: channel}\n";
    let refusal = rows(mapping, "id,customer,time,channel\n", "1,c,2026-03-02T12:00:00Z,", |_| {
        panic!("no record")
    })
    .unwrap_err();
    assert_eq!((refusal.column.as_deref(), refusal.fault.code), (Some("channel"), "missing_value"));
}

const PEOPLE: &str = "\
row_key: \"{id}\"
currency: EUR
records:
  - record: order
    fields:
      customer_key: customer
      recorded_at: time
      revenue: amount
      order_id: id
      anonymous_id: cookie
      email: mail
      phone: phone
      click_id: click
";
const PEOPLE_HEADER: &str = "id,customer,time,amount,cookie,mail,phone,click\n";

/// What a row says about who it is: its home's kind, and the identifiers with hashes cut short.
fn known_by(line: &str) -> String {
    let mut shown = String::new();
    let made = rows(PEOPLE, PEOPLE_HEADER, line, |row| {
        let identifiers = types::identifier::of_column(row.identifiers.unwrap_or("[]"));
        let home = identifiers
            .first()
            .cloned()
            .or_else(|| Identifier::new(IdentifierKind::Customer, row.customer_key?).ok());
        assert_eq!(row.customer_id, home.map(|home| home.home(row.organization_id)));
        let texts: Vec<String> = identifiers.iter().map(|one| format!("{}:{}", one.kind, one.shortened())).collect();
        shown = texts.join(" ");
    });
    match made {
        Ok(()) => shown,
        Err(refusal) => format!("{}: {}: {}", refusal.column.unwrap_or_default(), refusal.fault.code, refusal.fault.reason),
    }
}

#[test]
fn a_row_is_known_by_what_it_names_and_needs_no_customer_key() {
    let lines = [
        "1,ada,2026-03-02T12:00:00Z,5.00,,,,",
        "2,,2026-03-02T12:00:00Z,5.00,c1,,,",
        "3,ada,2026-03-02T12:00:00Z,5.00,c1,Ada@Example.com,+49 30 1234567,g1",
        "4,,2026-03-02T12:00:00Z,5.00,c1,ada@example.com,,",
        "5,,2026-03-02T12:00:00Z,5.00,,,,",
        "6,,2026-03-02T12:00:00Z,5.00,,ada,,",
        "7,,2026-03-02T12:00:00Z,5.00,,,030 1234567,",
    ];
    let shown: Vec<String> = lines.iter().map(|line| known_by(line)).collect();
    expect![[r#"

        anonymous:c1 order:2
        customer:ada email_sha256:b5fc85e557… phone_sha256:2f9fbc550b… anonymous:c1 order:3 click:g1
        email_sha256:b5fc85e557… anonymous:c1 order:4
        customer: empty_customer: the customer is empty: every touch and sale belongs to one; fill it, map an identifier such as `anonymous_id` or `email`, or leave such rows out with `when`
        mail: bad_identifier: the e-mail address cannot be used: it is not an e-mail address: write name@example.com, or its SHA-256 in hexadecimal
        phone: bad_identifier: the telephone number cannot be used: it is not a telephone number with its country code: write +49 30 1234567, or its SHA-256 in hexadecimal"#]].assert_eq(&shown.join("\n"));
}

#[test]
fn a_refused_row_keeps_no_address_and_no_number() {
    let mapping = Arc::new(Mapping::parse(PEOPLE, "map.yaml").unwrap());
    let maker = RowMaker::new(setting(), Arc::clone(&mapping));
    let raw = "1,,never,5.00,c1,ada@example.com,+49 30 1234567,";
    let text = format!("{PEOPLE_HEADER}{raw}\n");
    let dialect = Dialect {
        delimiter: b',',
        quote: b'"',
    };
    let Ok(mut reader) = CsvReader::new(text.as_bytes(), dialect, &mapping.columns) else {
        panic!("a good header")
    };
    let Some(Row::Cells { cells, raw, .. }) = reader.next().unwrap() else {
        panic!("a row of cells")
    };
    let kept = maker.without_secrets(Some(&cells), raw).unwrap();
    assert_eq!(String::from_utf8(kept).unwrap().trim_end(), "1,,never,5.00,c1,(removed),(removed),");
    assert_eq!(maker.without_secrets(None::<&crate::read::NoCells>, raw), None);
}
