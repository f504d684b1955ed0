use expect_test::{Expect, expect};

use super::*;

fn check(names: &[&str], models: &[Model], has_refunds: bool, expected: Expect) {
    let columns = all(models)
        .into_iter()
        .filter(|column| names.contains(&column.name.as_str()))
        .collect::<Vec<_>>();
    assert_eq!(columns.len(), names.len());
    let needs = Needs::of(&columns, &Settings::default(), has_refunds);
    expected.assert_eq(&format!("{:?} {:?}", needs.models, needs.inputs));
}

#[test]
fn only_what_is_asked_for_is_read_and_computed() {
    check(&["campaign_id", "revenue_linear"], &Model::ALL, false, expect![[""]]);
    check(&["channel", "conversions_first_touch"], &Model::ALL, false, expect![[""]]);
}

#[test]
fn refunds_need_their_order() {
    check(&["revenue_linear"], &[Model::Linear], true, expect![[""]]);
}

#[test]
fn columns_are_those_of_the_port() {
    let names = all(&[Model::Linear]).into_iter().map(|column| column.name).collect::<Vec<_>>();
    expect![[""]].assert_eq(&names.join(" "));
}
