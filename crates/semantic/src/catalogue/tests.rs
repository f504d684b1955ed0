use std::collections::HashSet;

use super::*;

#[test]
fn every_key_and_alias_names_one_metric() {
    let mut seen = HashSet::new();
    for name in catalogue().metric_names() {
        assert!(seen.insert(name), "`{name}` is there twice");
        assert!(
            name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_'),
            "`{name}` is not a plain key"
        );
    }
}

#[test]
fn every_metric_is_explained() {
    for metric in &catalogue().metrics {
        assert!(!metric.label.is_empty() && metric.description.ends_with('.'), "{}", metric.key);
    }
    for dimension in catalogue().dimensions {
        assert!(
            dimension.description.ends_with('.') || dimension.description.ends_with('…'),
            "{}",
            dimension.key
        );
        assert!(
            dimension.facts.len() == Fact::ALL.len() || !dimension.missing.is_empty(),
            "{} has no reason",
            dimension.key
        );
    }
}

#[test]
fn every_formula_ends_in_leaves() {
    for metric in &catalogue().metrics {
        assert!(!catalogue().leaves(metric).is_empty(), "{}", metric.key);
    }
}

#[test]
fn specification_names_are_aliases() {
    let meaning = |name: &str| catalogue().metric(name).map(|(metric, model)| (metric.key.as_str(), model));
    assert_eq!(meaning("campaign_spend"), Some(("spend", None)));
    assert_eq!(meaning("campaign_roas"), Some(("roas", None)));
    assert_eq!(meaning("customer_acquisition_cost"), Some(("cac", None)));
    assert_eq!(meaning("average_order_value"), Some(("aov", None)));
    assert_eq!(meaning("first_touch_revenue"), Some(("attributed_revenue", Some(Model::FirstTouch))));
    assert_eq!(meaning("last_touch_revenue"), Some(("attributed_revenue", Some(Model::LastTouch))));
    assert_eq!(meaning("multi_touch_revenue"), Some(("attributed_revenue", Some(Model::Linear))));
    for name in [
        "campaign_impressions",
        "campaign_clicks",
        "campaign_ctr",
        "campaign_conversions",
        "campaign_conversion_rate",
        "campaign_cpc",
        "campaign_cpm",
        "campaign_roi",
        "asset_roi",
    ] {
        assert!(meaning(name).is_some(), "{name}");
    }
    assert_eq!(meaning("weather"), None);
}

#[test]
fn only_credits_take_a_model() {
    let takes = |key: &str| catalogue().takes_model(catalogue().metric(key).unwrap().0);
    assert!(takes("attributed_revenue") && takes("roas") && takes("roi") && takes("attributed_cac"));
    assert!(!takes("spend") && !takes("mer") && !takes("cac") && !takes("revenue"));
}

#[test]
fn dimensions_name_columns_of_the_tables() {
    let computed = ["conversion_source", "customer_type", "attribution_status", "settings_version"];
    let columns = types::tables::unified_marketing_data::TABLE.columns;
    for column in catalogue().dimensions.iter().flat_map(|dimension| dimension.columns) {
        assert!(
            computed.contains(&column.source) || columns.iter().any(|known| known.name == column.source),
            "{}",
            column.source
        );
    }
}
