use attribution::{Settings, Variant};
use expect_test::{Expect, expect};

use super::*;

fn check(names: &[&str], models: &[Model], has_refunds: bool, expected: Expect) {
    let columns = all(models)
        .into_iter()
        .filter(|column| names.contains(&column.name.as_str()))
        .collect::<Vec<_>>();
    assert_eq!(columns.len(), names.len());
    let needs = Needs::of(
        &columns,
        &[Variant::always(0, Settings::default().without_absent_channels(|_| false))],
        has_refunds,
    );
    expected.assert_eq(&format!("{:?} {:?}", needs.models, needs.inputs));
}

#[test]
fn only_what_is_asked_for_is_read_and_computed() {
    check(
        &["campaign_id", "revenue_linear"],
        &Model::ALL,
        false,
        expect![[r#"[Linear] ["recorded_at", "campaign_id", "customer_id", "record_kind", "conversion_type", "revenue_reporting"]"#]],
    );
    check(
        &["channel", "conversions_first_touch"],
        &Model::ALL,
        false,
        expect![[r#"[FirstTouch] ["recorded_at", "customer_id", "record_kind", "channel", "conversion_type"]"#]],
    );
}

#[test]
fn refunds_need_their_order() {
    check(
        &["revenue_linear"],
        &[Model::Linear],
        true,
        expect![[
            r#"[Linear] ["recorded_at", "data_source", "customer_id", "record_kind", "conversion_type", "order_id", "revenue_reporting", "refund_reporting"]"#
        ]],
    );
}

#[test]
fn columns_are_those_of_the_port() {
    let names = all(&[Model::Linear]).into_iter().map(|column| column.name).collect::<Vec<_>>();
    expect!["customer_id conversion_id order_id conversion_type conversion_source entry converted_at is_new_customer touched_at touch_id position touches settings_version data_source channel campaign_id campaign_key campaign_name ad_set_key ad_set_name ad_key ad_name asset_id asset_name interaction_type country device weight_linear conversions_linear revenue_linear"].assert_eq(&names.join(" "));
}
