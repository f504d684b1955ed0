use attribution::{CustomWeights, Journey, Model, Settings};
use expect_test::{Expect, expect};
use proptest::prelude::*;
use types::Currency;

use super::*;
use crate::catalogue::Fact;
use crate::engine::Param;
use crate::query::{DateBasis, Filter, FilterOperator, Sort};

/// A question about January 2026 in Berlin.
fn ask(metrics: &[&str], dimensions: &[&str]) -> Query {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    Query {
        metrics: texts(metrics),
        dimensions: texts(dimensions),
        filters: Vec::new(),
        from: "2026-01-01".to_owned(),
        to: "2026-01-31".to_owned(),
        grain: TimeGrain::Total,
        zone: None,
        attribution: None,
        date_basis: DateBasis::Conversion,
        sort: Vec::new(),
        limit: None,
    }
}

fn filter(dimension: &str, operator: FilterOperator, values: &[&str]) -> Filter {
    Filter {
        dimension: dimension.to_owned(),
        operator,
        values: values.iter().map(|text| (*text).to_owned()).collect(),
    }
}

fn planned(query: &Query) -> Result<Prepared, QueryError> {
    plan(
        query,
        &Organization {
            currency: Currency::EUR,
            zone: "Europe/Berlin",
            attribution: &Settings::default(),
            history: &[],
        },
    )
}

fn check_sql(query: &Query, expected: Expect) {
    let plan = planned(query).unwrap().plan;
    let params: Vec<String> = plan
        .params
        .iter()
        .enumerate()
        .map(|(at, param)| format!("${} = {param:?}", at + 1))
        .collect();
    let credits: Vec<String> = plan
        .credits
        .iter()
        .map(|source| format!("{} {:?}", source.table, source.models))
        .collect();
    expected.assert_eq(&[plan.sql, params.join("\n"), credits.join("\n")].join("\n--\n"));
}

fn check_refusal(query: &Query, expected: Expect) {
    let error = planned(query).unwrap_err();
    let lines: Vec<String> = error
        .problems
        .iter()
        .map(|problem| format!("{} {problem}", problem.code.as_str()))
        .collect();
    expected.assert_eq(&lines.join("\n"));
}

#[test]
fn spend_counts_one_level_of_every_campaign_and_day() {
    check_sql(
        &Query {
            grain: TimeGrain::Day,
            ..ask(&["spend", "cpc"], &["channel"])
        },
        expect![[r#"
            SELECT bucket, k0, CAST(SUM(v0) AS DECIMAL(38, 6)) AS v0, CAST(SUM(v1) AS BIGINT) AS v1
            FROM (
            SELECT civil_date AS bucket, channel AS k0, spend_reporting AS v0, clicks AS v1
            FROM counted_spend
            WHERE civil_date >= $1 AND civil_date < $2
            ) AS entries
            GROUP BY bucket, k0
            ORDER BY bucket, k0
            --
            $1 = Date(2026-01-01)
            $2 = Date(2026-02-01)
            --
        "#]],
    );
}

#[test]
fn spend_and_credit_are_read_apart_and_stitched_after_aggregation() {
    check_sql(
        &Query {
            grain: TimeGrain::Week,
            ..ask(&["roas{last_touch}"], &["campaign"])
        },
        expect![[r#"
            SELECT bucket, k0, MAX(n0) AS n0, CAST(SUM(v0) AS DECIMAL(38, 6)) AS v0, CAST(SUM(v1) AS DECIMAL(38, 6)) AS v1
            FROM (
            SELECT bucket, k0, MAX(n0) AS n0, CAST(NULL AS DECIMAL(38, 6)) AS v0, CAST(SUM(v1) AS DECIMAL(38, 6)) AS v1
            FROM (
            SELECT date_bucket('week', civil_date) AS bucket, campaign_id AS k0, campaign_name AS n0, spend_reporting AS v1
            FROM counted_spend
            WHERE civil_date >= $1 AND civil_date < $2
            ) AS entries
            GROUP BY bucket, k0
            UNION ALL
            SELECT bucket, k0, MAX(n0) AS n0, CAST(SUM(v0) AS DECIMAL(38, 6)) AS v0, CAST(NULL AS DECIMAL(38, 6)) AS v1
            FROM (
            SELECT local_date('week', $3, converted_at) AS bucket, campaign_id AS k0, campaign_name AS n0, revenue_last_touch AS v0
            FROM credits
            WHERE converted_at >= $4 AND converted_at < $5
            ) AS entries
            GROUP BY bucket, k0
            ) AS families
            GROUP BY bucket, k0
            ORDER BY bucket, k0
            --
            $1 = Date(2026-01-01)
            $2 = Date(2026-02-01)
            $3 = Text("Europe/Berlin")
            $4 = Instant(2025-12-31T23:00:00Z)
            $5 = Instant(2026-01-31T23:00:00Z)
            --
            credits [LastTouch]"#]],
    );
}

#[test]
fn distinct_customers_are_counted_at_every_grain() {
    check_sql(
        &Query {
            grain: TimeGrain::Hour,
            ..ask(&["customers"], &[])
        },
        expect![[r#"
            SELECT is_total, bucket, COUNT(v0) AS v0
            FROM (
            SELECT GROUPING(bucket) AS is_total, bucket, MAX(v0) AS v0
            FROM (
            SELECT time_bucket('hour', $1, recorded_at) AS bucket, customer_id AS customer, CASE WHEN record_kind <> 'refund' AND customer_id IS NOT NULL THEN 1 END AS v0
            FROM unified_marketing_data
            WHERE record_kind IN ('order', 'conversion', 'refund') AND COALESCE(conversion_type, 'purchase') IN ($2) AND recorded_at >= $3 AND recorded_at < $4
            ) AS entries
            GROUP BY GROUPING SETS ((bucket, customer), (customer))
            ) AS family
            GROUP BY is_total, bucket
            ORDER BY is_total DESC, bucket
            --
            $1 = Text("Europe/Berlin")
            $2 = Text("purchase")
            $3 = Instant(2025-12-31T23:00:00Z)
            $4 = Instant(2026-01-31T23:00:00Z)
            --
        "#]],
    );
}

#[test]
fn new_customers_are_first_of_all_time() {
    check_sql(
        &ask(&["new_customers"], &[]),
        expect![[r#"
            SELECT 1 AS is_total, COUNT(v0) AS v0
            FROM (
            SELECT MAX(v0) AS v0
            FROM (
            SELECT customer_id AS customer, CASE WHEN record_kind <> 'refund' AND is_first = 1 AND customer_id IS NOT NULL THEN 1 END AS v0
            FROM (
            SELECT sales.*, CASE WHEN sales.recorded_at = firsts.first_at THEN 1 ELSE 0 END AS is_first
            FROM unified_marketing_data AS sales
            LEFT JOIN (
            SELECT customer_id AS first_customer, COALESCE(conversion_type, 'purchase') AS first_type, MIN(recorded_at) AS first_at
            FROM unified_marketing_data
            WHERE record_kind IN ('order', 'conversion') AND customer_id IS NOT NULL AND COALESCE(conversion_type, 'purchase') IN ($1) AND recorded_at < $2
            GROUP BY customer_id, COALESCE(conversion_type, 'purchase')
            ) AS firsts ON sales.customer_id = firsts.first_customer AND COALESCE(sales.conversion_type, 'purchase') = firsts.first_type
            ) AS sales
            WHERE record_kind IN ('order', 'conversion', 'refund') AND COALESCE(conversion_type, 'purchase') IN ($1) AND recorded_at >= $3 AND recorded_at < $2
            ) AS entries
            GROUP BY customer
            ) AS family
            ORDER BY is_total DESC
            --
            $1 = Text("purchase")
            $2 = Instant(2026-01-31T23:00:00Z)
            $3 = Instant(2025-12-31T23:00:00Z)
            --
        "#]],
    );
}

#[test]
fn paid_revenue_asks_which_channels_have_spend() {
    check_sql(
        &Query {
            date_basis: DateBasis::Touch,
            ..ask(&["paid_revenue{linear}"], &["channel"])
        },
        expect![[r#"
            SELECT k0, CAST(SUM(v0) AS DECIMAL(38, 6)) AS v0
            FROM (
            SELECT channel AS k0, CASE WHEN is_paid THEN revenue_linear END AS v0
            FROM (
            SELECT credits.*, paid.paid_channel IS NOT NULL AS is_paid
            FROM credits
            LEFT JOIN (
            SELECT DISTINCT channel AS paid_channel
            FROM unified_marketing_data
            WHERE record_kind = 'spend' AND channel IS NOT NULL AND civil_date >= $1 AND civil_date < $2
            ) AS paid ON credits.channel = paid.paid_channel
            ) AS paid_credits
            WHERE COALESCE(touched_at, converted_at) >= $3 AND COALESCE(touched_at, converted_at) < $4
            ) AS entries
            GROUP BY k0
            ORDER BY k0
            --
            $1 = Date(2026-01-01)
            $2 = Date(2026-02-01)
            $3 = Instant(2025-12-31T23:00:00Z)
            $4 = Instant(2026-01-31T23:00:00Z)
            --
            credits [Linear]"#]],
    );
}

#[test]
fn filters_bind_their_values() {
    let filters = vec![
        filter("campaign", FilterOperator::Is, &["Spring", "6f9619ff-8b86-d011-b42d-00cf4fc964ff"]),
        filter("channel", FilterOperator::IsNot, &["Direct"]),
        filter("ad", FilterOperator::NotContains, &["TEST"]),
        filter("country", FilterOperator::IsNotNull, &[]),
    ];
    check_sql(
        &Query {
            filters,
            ..ask(&["attributed_revenue"], &[])
        },
        expect![[r#"
            SELECT 1 AS is_total, CAST(SUM(v0) AS DECIMAL(38, 6)) AS v0
            FROM (
            SELECT revenue_linear AS v0
            FROM credits
            WHERE converted_at >= $1 AND converted_at < $2 AND (campaign_id = $3 OR campaign_name IN ($4, $5)) AND (COALESCE(NOT (channel = $6), TRUE)) AND (COALESCE(strpos(lower(ad_name), $7) = 0, TRUE)) AND (country IS NOT NULL)
            ) AS family
            ORDER BY is_total DESC
            --
            $1 = Instant(2025-12-31T23:00:00Z)
            $2 = Instant(2026-01-31T23:00:00Z)
            $3 = Uuid(6f9619ff-8b86-d011-b42d-00cf4fc964ff)
            $4 = Text("Spring")
            $5 = Text("6f9619ff-8b86-d011-b42d-00cf4fc964ff")
            $6 = Text("Direct")
            $7 = Text("test")
            --
            credits [Linear]"#]],
    );
}

#[test]
fn filters_below_the_campaign_apply_after_the_level_is_chosen() {
    let filters = vec![
        filter("ad", FilterOperator::IsNull, &[]),
        filter("data_source", FilterOperator::Is, &["meta_ads"]),
    ];
    check_sql(
        &Query {
            filters,
            ..ask(&["clicks"], &[])
        },
        expect![[r#"
            SELECT 1 AS is_total, CAST(SUM(v0) AS BIGINT) AS v0
            FROM (
            SELECT clicks AS v0
            FROM counted_spend
            WHERE civil_date >= $1 AND civil_date < $2 AND (ad_key IS NULL) AND (data_source = $3)
            ) AS family
            ORDER BY is_total DESC
            --
            $1 = Date(2026-01-01)
            $2 = Date(2026-02-01)
            $3 = Text("meta_ads")
            --
        "#]],
    );
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let query = Query {
        to: "2026-02-30".to_owned(),
        zone: Some("Mars/Olympus".to_owned()),
        sort: vec![Sort {
            by: "weather".to_owned(),
            descending: true,
        }],
        limit: Some(0),
        filters: vec![filter("campain", FilterOperator::Is, &["x"]), filter("channel", FilterOperator::Is, &[])],
        ..ask(
            &[
                "spned",
                "roas{linaer}",
                "mer{linear}",
                "reach",
                "spend",
                "spend",
                "first_touch_revenue{linear}",
                "roas{linear",
            ],
            &["chanel", "date", "country", "country"],
        )
    };
    check_refusal(
        &query,
        expect![[r#"
            limit-exceeded /limit: ask for at least one row, or leave the limit out
            invalid-zone /zone: `Mars/Olympus` is not a time zone: use an IANA name such as Europe/Berlin or UTC
            invalid-date /to: `2026-02-30` is not a day: write it as YYYY-MM-DD
            unknown-metric /metrics/0: there is no metric `spned` (did you mean `spend`?)
            unknown-model /metrics/1: `linaer` is not an attribution model: use one of first_touch, last_touch, linear, time_decay, position_based, custom, last_non_direct, j_shaped, inverse_j, w_shaped, full_path (did you mean `roas{linear}`?)
            model-not-taken /metrics/2: `mer` does not depend on an attribution model (did you mean `mer`?)
            not-additive /metrics/3: `reach` counts people, who may be the same on two days, ads or platforms: it cannot be added up from the platforms' rows (did you mean `touched_customers`?)
            duplicate /metrics/5: `spend` is asked for twice
            model-not-taken /metrics/6: `first_touch_revenue` names its model already (did you mean `attributed_revenue`?)
            unknown-metric /metrics/7: `roas{linear` has no closing brace: write `roas{linear}`
            unknown-dimension /dimensions/0: there is no dimension `chanel` (did you mean `channel`?)
            unknown-dimension /dimensions/1: `date` is not a dimension: the date column comes with `grain`
            duplicate /dimensions/3: `country` is asked for twice
            unknown-dimension /filters/0/dimension: there is no dimension `campain` (did you mean `campaign`?)
            invalid-filter /filters/1/values: give at least one value to compare with
            unknown-sort /sort/0/by: `weather` is not a column of this question"#]],
    );
}

#[test]
fn a_dimension_that_the_facts_do_not_have_is_refused_with_the_reason() {
    let filters = vec![filter("interaction_type", FilterOperator::Is, &["click"])];
    check_refusal(
        &Query {
            filters,
            ..ask(&["roas", "mer"], &["channel", "customer_type"])
        },
        expect![[r#"
            dimension-missing /dimensions/0: `mer` cannot be broken down by `channel`: orders and conversions do not have it; it belongs to the touch, and an order has many: ask attributed revenue, attributed conversions or attributed CAC instead
            dimension-missing /dimensions/1: `roas` cannot be broken down by `customer_type`: platform spend rows do not have it; it belongs to the conversion: ask for figures of orders, conversions or credit
            dimension-missing /filters/0/dimension: `roas` cannot be filtered by `interaction_type`: platform spend rows do not have it; it belongs to the touch: ask touches, attributed revenue or attributed conversions instead"#]],
    );
}

#[test]
fn spend_has_no_hours() {
    check_refusal(
        &Query {
            grain: TimeGrain::Hour,
            ..ask(&["roas"], &[])
        },
        expect![
            "grain-too-fine /grain: `roas` needs ad platforms' spend rows, which are whole days: ask for grain `day` or coarser (did you mean `day`?)"
        ],
    );
    assert!(
        planned(&Query {
            grain: TimeGrain::FifteenMinutes,
            ..ask(&["orders", "touches", "attributed_revenue"], &[])
        })
        .is_ok()
    );
}

#[test]
fn a_range_ends_after_it_starts() {
    check_refusal(
        &Query {
            to: "2025-12-31".to_owned(),
            ..ask(&["spend"], &[])
        },
        expect!["invalid-range /to: the range ends on 2025-12-31 before it starts on 2026-01-01: give the earlier day as the start"],
    );
    check_refusal(
        &Query {
            from: "1026-01-01".to_owned(),
            ..ask(&["spend"], &[])
        },
        expect!["invalid-range /to: a range may cover at most 36600 days, this one covers 365274"],
    );
    check_refusal(
        &Query {
            from: "yesterday".to_owned(),
            ..ask(&["spend"], &[])
        },
        expect!["invalid-date /from: `yesterday` is not a day: write it as YYYY-MM-DD"],
    );
}

#[test]
fn sizes_are_bounded() {
    let many: Vec<String> = (0..1_001).map(|number| number.to_string()).collect();
    let filters = vec![Filter {
        dimension: "channel".to_owned(),
        operator: FilterOperator::Is,
        values: many.clone(),
    }];
    check_refusal(
        &Query {
            filters,
            limit: Some(100_001),
            ..ask(&["spend"], &[])
        },
        expect![[r#"
            limit-exceeded /filters: filters may name at most 1000 values together, these name 1001
            limit-exceeded /limit: a question may ask for at most 100000 rows, this one asks for 100001"#]],
    );
    let filters = vec![Filter {
        dimension: "channel".to_owned(),
        operator: FilterOperator::Contains,
        values: many[..51].to_vec(),
    }];
    check_refusal(
        &Query {
            filters,
            ..ask(&["spend"], &[])
        },
        expect!["invalid-filter /filters/0/values: search for at most 50 texts, not 51"],
    );
    assert!(
        planned(&Query {
            metrics: vec!["spend".to_owned(); 101],
            ..ask(&[], &[])
        })
        .unwrap_err()
        .problems
        .iter()
        .any(|problem| problem.pointer == "/metrics")
    );
}

#[test]
fn settings_that_cannot_be_honoured_are_refused() {
    let attribution = Settings {
        window_seconds: -1,
        journey: Journey::Closed,
        custom: CustomWeights::default(),
        ..Settings::default()
    };
    check_refusal(
        &Query {
            attribution: Some(attribution),
            ..ask(&["roas"], &[])
        },
        expect![
            "invalid-settings /attribution/window_seconds: the attribution setting `window_seconds` is -1: use at least one second, and at most a hundred years"
        ],
    );
}

#[test]
fn models_that_are_asked_for_are_computed_in_one_pass() {
    let plan = planned(&ask(&["last_touch_revenue", "roas", "attributed_revenue{linear}", "roas{custom}"], &[]))
        .unwrap()
        .plan;
    let models: Vec<&[Model]> = plan.credits.iter().map(|source| source.models.as_slice()).collect();
    assert_eq!(models, [[Model::LastTouch, Model::Linear, Model::Custom]]);
}

#[test]
fn a_day_of_berlin_is_bound_as_its_instants_and_as_its_civil_date() {
    let query = Query {
        from: "2026-03-29".to_owned(),
        to: "2026-03-29".to_owned(),
        ..ask(&["spend", "orders"], &[])
    };
    let params = planned(&query).unwrap().plan.params;
    assert!(params.contains(&Param::Date("2026-03-29".parse().unwrap())) && params.contains(&Param::Date("2026-03-30".parse().unwrap())));
    // 23 hours: the clocks go forward.
    assert!(params.contains(&Param::Instant("2026-03-28T23:00:00Z".parse().unwrap())));
    assert!(params.contains(&Param::Instant("2026-03-29T22:00:00Z".parse().unwrap())));
}

const OPERATORS: [FilterOperator; 4] = [
    FilterOperator::Is,
    FilterOperator::IsNot,
    FilterOperator::Contains,
    FilterOperator::NotContains,
];

proptest! {
    #[test]
    fn no_text_of_the_user_is_in_the_sql(
        value in "[a-z'\";%_\\\\$-]{1,12}", operator in 0..4_usize, dimension in 0..crate::catalogue().dimensions.len(), kind in "[a-z' ]{1,9}",
    ) {
        let marked = format!("user\u{00a7}{value}");
        let dimension = crate::catalogue().dimensions[dimension].key;
        let mut query = ask(&["attributed_revenue{custom}"], &["channel"]);
        if crate::catalogue().dimension(dimension).unwrap().is_on(Fact::Spend) {
            query.metrics.push("spend".to_owned());
        }
        query.filters = vec![filter(dimension, OPERATORS[operator], &[&marked, "0b9e8d3c-7f5e-4a57-8d4e-0a9b6f3c2d1e"])];
        query.attribution = Some(Settings { conversion_types: vec![format!("user\u{00a7}{kind}")], ..Settings::default() });
        query.zone = Some("America/Argentina/ComodRivadavia".to_owned());
        query.grain = TimeGrain::Month;
        if let Ok(prepared) = planned(&query) {
            for text in ["\u{00a7}", "0b9e8d3c", "Rivadavia"] {
                prop_assert!(!prepared.plan.sql.contains(text), "{}", prepared.plan.sql);
            }
        }
    }

    #[test]
    fn names_that_are_not_in_the_catalogue_never_become_a_plan(name in "[a-z_{}'; ]{0,16}") {
        let is_known = crate::catalogue().metric_names().any(|known| name.trim().starts_with(known));
        if !is_known {
            prop_assert!(planned(&ask(&[&name], &[])).is_err());
        }
        if crate::catalogue().dimension(&name).is_none() {
            prop_assert!(planned(&ask(&["spend"], &[&name])).is_err());
        }
    }
}
