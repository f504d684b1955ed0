use expect_test::{Expect, expect};

use super::*;

const GOOD: &str = "\
row_key: \"{id}\"
zone: Europe/Berlin
currency: EUR
records:
  - record: order
    when: {column: status, is: paid}
    fields:
      customer_key: customer
      recorded_at: {column: time, format: \"%d.%m.%Y %H:%M\"}
      revenue: {column: total, decimal_comma: true}
      order_id: id
    custom:
      margin: {column: margin, type: decimal}
";

fn check(yaml: &str, expected: Expect) {
    let shown = match Mapping::parse(yaml, "map.yaml") {
        Ok(mapping) => format!("{} columns", mapping.columns.len()),
        Err(error) => error.to_string(),
    };
    expected.assert_eq(&shown);
}

fn check_with(wrong: &str, right: &str, expected: Expect) {
    assert!(GOOD.contains(right), "{right}");
    check(&GOOD.replace(right, wrong), expected);
}

#[test]
fn a_good_mapping_is_accepted() {
    check(GOOD, expect!["6 columns"]);
}

#[test]
fn an_unknown_field_is_named_with_its_place_and_its_neighbour() {
    check_with(
        "custmer_key: customer",
        "customer_key: customer",
        expect!["map.yaml:8:7: unknown field `custmer_key` (did you mean `customer_key`?): docs/reference/mapping.md lists the fields"],
    );
    check_with(
        "shoe_size: customer",
        "customer_key: customer",
        expect![
            "map.yaml:8:7: unknown field `shoe_size`: docs/reference/mapping.md lists the fields; a field of your own goes under `custom` with a type"
        ],
    );
}

#[test]
fn an_unknown_word_of_the_language_is_named() {
    check_with(
        "rowkey: \"{id}\"",
        "row_key: \"{id}\"",
        expect![
            "map.yaml:1:1: unknown field `rowkey`, expected one of `format`, `csv`, `category`, `row_key`, `keep_rest`, `zone`, `currency`, `decimal_comma`, `records` (did you mean `row_key`?)"
        ],
    );
    check_with(
        "colum: time",
        "column: time",
        expect![
            "map.yaml:9:21: records[0].fields.recorded_at: unknown field `colum`, expected one of `column`, `constant`, `default`, `values`, `otherwise`, `format`, `zone`, `decimal_comma`, `negate` (did you mean `column`?)"
        ],
    );
    check_with(
        "record: sale",
        "record: order",
        expect![
            "map.yaml:5:5: unknown kind of record `sale`: use `spend`, `touch`, `conversion`, `order`, `refund`, `stage`, `ticket`, `stock`, `asset_event`"
        ],
    );
    check_with(
        "type: decimel",
        "type: decimal",
        expect![
            "map.yaml:13:32: unknown type `decimel` (did you mean `decimal`?): use `text`, `integer`, `float`, `decimal`, `bool`, `date`, `instant`"
        ],
    );
}

#[test]
fn bad_yaml_has_a_place() {
    check(
        "row_key: [\n",
        expect!["map.yaml:1:10: row_key: invalid type: sequence, expected a string"],
    );
    check("", expect!["map.yaml:1:1: missing field `row_key`"]);
    check("row_key: x\n", expect!["map.yaml:1:1: missing field `records`"]);
}

#[test]
fn zones_currencies_and_formats_are_tried_at_once() {
    check_with(
        "zone: Europe/Berlni",
        "zone: Europe/Berlin",
        expect!["map.yaml:2:1: `Europe/Berlni` is not a time zone: use an IANA name such as Europe/Berlin or UTC"],
    );
    check_with(
        "currency: EURO",
        "currency: EUR",
        expect![
            "map.yaml:3:1: `EURO` is not an ISO 4217 currency: use a code such as EUR, `reporting` for the organisation's own, or `{column: NAME}`"
        ],
    );
    check_with(
        "format: \"%Q\"",
        "format: \"%d.%m.%Y %H:%M\"",
        expect!["map.yaml:9:35: `%Q` does not give a date and a time: date required to parse datetime: year required to parse date"],
    );
    check_with(
        "format: \"%H:%M\"",
        "format: \"%d.%m.%Y %H:%M\"",
        expect!["map.yaml:9:35: `%H:%M` does not give a date and a time: date required to parse datetime: year required to parse date"],
    );
    check_with(
        "",
        "zone: Europe/Berlin\n",
        expect![
            "map.yaml:8:35: `%d.%m.%Y %H:%M` is wall clock time without a zone: add `zone: Europe/Berlin` (or `UTC`) here or to the mapping, or `%z` to the format"
        ],
    );
    check_with(
        "",
        "currency: EUR\n",
        expect![
            "map.yaml:9:7: `revenue` is money without a currency: add `currency: EUR`, `currency: reporting` or `currency: {column: NAME}` to the mapping"
        ],
    );
}

#[test]
fn a_record_has_what_its_kind_needs() {
    check_with(
        "order_id: total",
        "revenue: {column: total, decimal_comma: true}\n      order_id: id",
        expect!["map.yaml:7:5: `order` records need `revenue`: add `revenue: COLUMN` or `revenue: {constant: VALUE}`"],
    );
    check_with(
        "record: spend",
        "record: order",
        expect!["map.yaml:7:5: `spend` records need `civil_date`: add `civil_date: COLUMN` or `civil_date: {constant: VALUE}`"],
    );
    check_with(
        "record: touch",
        "record: order",
        expect![
            "map.yaml:7:5: `touch` records need `channel`, or what the channel rules can tell it from (`landing_page`, `referrer`, `utm_source`, `gclid` …): add `channel: COLUMN` or `channel: {constant: VALUE}`"
        ],
    );
}

#[test]
fn contradictions_are_refused() {
    check_with(
        "{column: total, constant: 5}",
        "{column: total, decimal_comma: true}",
        expect!["map.yaml:10:7: `revenue` has a column and a constant: keep one of them"],
    );
    check_with(
        "{default: 5}",
        "{column: total, decimal_comma: true}",
        expect!["map.yaml:10:7: `revenue` comes from nowhere: add `column: NAME` or `constant: VALUE`"],
    );
    check_with(
        "order_id: id\n      order_id: id",
        "order_id: id",
        expect!["map.yaml:11:7: `order_id` is filled twice: keep one of them"],
    );
    check_with(
        "when: {column: status}",
        "when: {column: status, is: paid}",
        expect!["map.yaml:6:5: the condition on `status` tests nothing: add `is: [VALUE]`, `is_not: [VALUE]` or `filled: true`"],
    );
    check_with(
        "revenue: {column: margin",
        "margin: {column: margin",
        expect!["map.yaml:13:7: `revenue` is a standard field: put it under `fields`, or choose another name"],
    );
    check_with(
        "{column: total, format: \"%Y\"}",
        "{column: total, decimal_comma: true}",
        expect!["map.yaml:10:32: `revenue` has no format: only instants and dates do; remove it"],
    );
    check_with(
        "order_id: id\n      interaction_type: {constant: clik}",
        "order_id: id",
        expect![
            "map.yaml:12:26: unknown value for `interaction_type` `clik` (did you mean `click`?): use `click`, `view`, `engaged_view`, `visit`, `send`, `open`"
        ],
    );
}

#[test]
fn the_row_key_names_columns() {
    check_with(
        "row_key: \"{id\"",
        "row_key: \"{id}\"",
        expect!["map.yaml:1:1: `{id` has a `{` without a `}`: write the column as `{name}`"],
    );
    check_with(
        "row_key: fixed",
        "row_key: \"{id}\"",
        expect!["map.yaml:1:1: `fixed` names no column, so all rows would have one key: write a template such as `{order_id}`, or `line`"],
    );
    check_with("row_key: \"{{x}}-{id}\"", "row_key: \"{id}\"", expect!["6 columns"]);
    check_with("row_key: line", "row_key: \"{id}\"", expect!["6 columns"]);
}
