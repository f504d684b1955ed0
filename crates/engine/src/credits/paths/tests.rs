use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Decimal128Type, Int64Type};
use attribution::{Counted, Direct, Journey, Model, Settings};
use datafusion::physical_plan::collect;
use datafusion::prelude::{SessionConfig, SessionContext};
use expect_test::{Expect, expect};
use proptest::prelude::*;
use semantic::{CreditSource, PathSource, PathStep};
use types::{Currency, RecordKind, UnifiedRow};

use super::PathsTable;
use crate::credits::CreditsTable;
use crate::testing::{MemoryJourneys, order, refund, touch};

fn hours(window: i64, journey: Journey) -> Settings {
    Settings {
        window_seconds: window * 3_600,
        journey,
        ..Settings::default()
    }
}

fn source(step: PathStep, settings: Settings) -> PathSource {
    PathSource {
        table: "paths".to_owned(),
        settings,
        step,
    }
}

/// Runs SQL over relations of paths and of credits under the same settings.
fn run(journeys: impl Fn() -> MemoryJourneys, source: &PathSource, sql: &str, batch_rows: usize) -> Vec<RecordBatch> {
    let credits = CreditSource::new("credits", &[Model::LastTouch], &source.settings);
    let session = SessionContext::new_with_config(SessionConfig::new().with_batch_size(batch_rows).with_target_partitions(2));
    let paths = PathsTable::new(Arc::new(journeys()), source, Currency::EUR);
    session.register_table("paths", Arc::new(paths)).unwrap();
    let pairs = PathsTable::pairs(Arc::new(journeys()), source, Currency::EUR);
    session.register_table("paths_pairs", Arc::new(pairs)).unwrap();
    let credits = CreditsTable::new(Arc::new(journeys()), &credits, Currency::EUR);
    session.register_table("credits", Arc::new(credits)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let plan = session.sql(sql).await.unwrap().create_physical_plan().await.unwrap();
        collect(plan, session.task_ctx()).await.unwrap()
    })
}

fn text(batches: &[RecordBatch]) -> String {
    arrow::util::pretty::pretty_format_batches(batches).unwrap().to_string()
}

fn check(rows: Vec<UnifiedRow>, source: &PathSource, sql: &str, expected: Expect) {
    let journeys = || MemoryJourneys::new(rows.clone(), 1, 3);
    let plain = text(&run(journeys, source, sql, 8_192));
    expected.assert_eq(&plain);
    let coded = text(&run(|| journeys().coded(), source, sql, 2));
    assert_eq!(plain, coded, "codes and values, large and small batches give the same");
}

const SUMMARY: &str = "SELECT order_id, path, steps, is_converted, is_new_customer, revenue, started_at, ended_at
    FROM paths ORDER BY is_converted DESC, converted_at, order_id, path";

#[test]
fn a_path_holds_the_touches_before_its_order_and_later_ones_are_a_path_without_conversion() {
    let rows = vec![
        touch("ann", 0, "Ads"),
        touch("ann", 10, "E-mail"),
        touch("ann", 20, "Search"),
        order("ann", 20, "A1", 1_000),
        touch("ann", 21, "Late"),
        touch("ann", 30, "Later"),
    ];
    check(
        rows,
        &source(PathStep::Channel, hours(24, Journey::Rolling)),
        SUMMARY,
        expect![[r#"
        +----------+-----------------------+-------+--------------+-----------------+-----------+----------------------+----------------------+
        | order_id | path                  | steps | is_converted | is_new_customer | revenue   | started_at           | ended_at             |
        +----------+-----------------------+-------+--------------+-----------------+-----------+----------------------+----------------------+
        | A1       | Ads > E-mail > Search | 3     | true         | true            | 10.000000 | 2024-01-01T00:00:00Z | 2024-01-01T00:20:00Z |
        |          | Late > Later          | 2     | false        |                 |           | 2024-01-01T00:21:00Z | 2024-01-01T00:30:00Z |
        +----------+-----------------------+-------+--------------+-----------------+-----------+----------------------+----------------------+"#]],
    );
}

#[test]
fn journeys_that_are_rolling_share_touches_and_closed_ones_do_not() {
    let rows = || {
        vec![
            touch("ann", 0, "Ads"),
            order("ann", 10, "A1", 1_000),
            touch("ann", 20, "E-mail"),
            order("ann", 30, "A2", 500),
        ]
    };
    let sql = "SELECT order_id, path, is_new_customer FROM paths ORDER BY order_id";
    check(
        rows(),
        &source(PathStep::Channel, hours(24, Journey::Rolling)),
        sql,
        expect![[r#"
        +----------+--------------+-----------------+
        | order_id | path         | is_new_customer |
        +----------+--------------+-----------------+
        | A1       | Ads          | true            |
        | A2       | Ads > E-mail | false           |
        +----------+--------------+-----------------+"#]],
    );
    check(
        rows(),
        &source(PathStep::Channel, hours(24, Journey::Closed)),
        sql,
        expect![[r#"
        +----------+--------+-----------------+
        | order_id | path   | is_new_customer |
        +----------+--------+-----------------+
        | A1       | Ads    | true            |
        | A2       | E-mail | false           |
        +----------+--------+-----------------+"#]],
    );
}

#[test]
fn a_conversion_without_an_eligible_touch_has_no_path_and_stays_in_the_count() {
    let rows = vec![touch("ann", 0, "Ads"), order("ann", 90, "A1", 1_000), order("bob", 0, "B1", 700)];
    check(
        rows,
        &source(PathStep::Channel, hours(1, Journey::Rolling)),
        SUMMARY,
        expect![[r#"
        +----------+------+-------+--------------+-----------------+-----------+------------+----------+
        | order_id | path | steps | is_converted | is_new_customer | revenue   | started_at | ended_at |
        +----------+------+-------+--------------+-----------------+-----------+------------+----------+
        | B1       |      | 0     | true         | true            | 7.000000  |            |          |
        | A1       |      | 0     | true         | true            | 10.000000 |            |          |
        +----------+------+-------+--------------+-----------------+-----------+------------+----------+"#]],
    );
}

#[test]
fn touches_that_led_to_nothing_count_back_from_the_last_one_for_the_length_of_the_window() {
    let rows = vec![
        touch("ann", 0, "Too early"),
        touch("ann", 60, "Ads"),
        touch("ann", 120, "E-mail"),
        touch("bob", 0, "Ads"),
        order("bob", 0, "B1", 100),
    ];
    let sql = "SELECT path, steps, is_converted, conversion_type, converted_at, revenue FROM paths ORDER BY path";
    check(
        rows,
        &source(PathStep::Channel, hours(1, Journey::Rolling)),
        sql,
        expect![[r#"
        +--------------+-------+--------------+-----------------+----------------------+----------+
        | path         | steps | is_converted | conversion_type | converted_at         | revenue  |
        +--------------+-------+--------------+-----------------+----------------------+----------+
        | Ads          | 1     | true         | purchase        | 2024-01-01T00:00:00Z | 1.000000 |
        | Ads > E-mail | 2     | false        |                 |                      |          |
        +--------------+-------+--------------+-----------------+----------------------+----------+"#]],
    );
}

#[test]
fn a_conversion_of_a_type_that_is_not_counted_ends_no_path() {
    let mut signup = order("ann", 20, "S1", 0);
    signup.record_kind = RecordKind::Conversion;
    signup.conversion_type = Some("signup".into());
    let rows = vec![touch("ann", 0, "Ads"), signup, touch("ann", 30, "E-mail")];
    let sql = "SELECT path, is_converted FROM paths ORDER BY path";
    check(
        rows.clone(),
        &source(PathStep::Channel, hours(24, Journey::Rolling)),
        sql,
        expect![[r#"
            +--------------+--------------+
            | path         | is_converted |
            +--------------+--------------+
            | Ads > E-mail | false        |
            +--------------+--------------+"#]],
    );
    let counted = Settings {
        conversion_types: vec!["purchase".to_owned(), "signup".to_owned()],
        ..hours(24, Journey::Rolling)
    };
    check(
        rows,
        &source(PathStep::Channel, counted),
        sql,
        expect![[r#"
        +--------+--------------+
        | path   | is_converted |
        +--------+--------------+
        | Ads    | true         |
        | E-mail | false        |
        +--------+--------------+"#]],
    );
}

#[test]
fn refunds_are_deducted_from_their_order_and_from_nothing_else() {
    let rows = vec![
        touch("ann", 0, "Ads"),
        order("ann", 1, "A1", 1_000),
        order("ann", 2, "A2", 300),
        refund("ann", 50, "A1", 400),
        refund("ann", 60, "A1", 100),
        refund("ann", 70, "unknown", 10_000),
    ];
    let sql = "SELECT order_id, revenue FROM paths ORDER BY order_id";
    check(
        rows,
        &source(PathStep::Channel, hours(24, Journey::Rolling)),
        sql,
        expect![[r#"
        +----------+----------+
        | order_id | revenue  |
        +----------+----------+
        | A1       | 5.000000 |
        | A2       | 3.000000 |
        +----------+----------+"#]],
    );
}

#[test]
fn equal_steps_in_a_row_collapse_and_the_set_holds_every_step_once() {
    let rows = vec![
        touch("ann", 0, "Search"),
        touch("ann", 1, "Ads"),
        touch("ann", 2, "Ads"),
        touch("ann", 3, "Search"),
        order("ann", 4, "A1", 100),
    ];
    let sql = "SELECT path, steps, collapsed_path, collapsed_steps, step_set, distinct_steps, first_step, last_step FROM paths";
    check(
        rows,
        &source(PathStep::Channel, hours(24, Journey::Rolling)),
        sql,
        expect![[r#"
        +-----------------------------+-------+-----------------------+-----------------+--------------+----------------+------------+-----------+
        | path                        | steps | collapsed_path        | collapsed_steps | step_set     | distinct_steps | first_step | last_step |
        +-----------------------------+-------+-----------------------+-----------------+--------------+----------------+------------+-----------+
        | Search > Ads > Ads > Search | 4     | Search > Ads > Search | 3               | Ads > Search | 2              | Search     | Search    |
        +-----------------------------+-------+-----------------------+-----------------+--------------+----------------+------------+-----------+"#]],
    );
}

#[test]
fn pairs_hold_every_step_of_a_path_once_and_every_two_of_them() {
    let rows = vec![
        touch("ann", 0, "Search"),
        touch("ann", 1, "Ads"),
        touch("ann", 2, "E-mail"),
        touch("ann", 3, "Search"),
        order("ann", 4, "A1", 100),
        order("bob", 4, "B1", 100),
        touch("bob", 5, "Ads"),
    ];
    let sql = "SELECT step, other_step, is_first, is_last, distinct_steps, is_converted, revenue FROM paths_pairs
        ORDER BY is_converted DESC, step, other_step";
    check(
        rows,
        &source(PathStep::Channel, hours(24, Journey::Rolling)),
        sql,
        expect![[r#"
        +--------+------------+----------+---------+----------------+--------------+----------+
        | step   | other_step | is_first | is_last | distinct_steps | is_converted | revenue  |
        +--------+------------+----------+---------+----------------+--------------+----------+
        | Ads    | Ads        | false    | false   | 3              | true         | 1.000000 |
        | Ads    | E-mail     | false    | false   | 3              | true         | 1.000000 |
        | Ads    | Search     | false    | false   | 3              | true         | 1.000000 |
        | E-mail | E-mail     | false    | false   | 3              | true         | 1.000000 |
        | E-mail | Search     | false    | false   | 3              | true         | 1.000000 |
        | Search | Search     | true     | true    | 3              | true         | 1.000000 |
        | Ads    | Ads        | true     | true    | 1              | false        |          |
        +--------+------------+----------+---------+----------------+--------------+----------+"#]],
    );
}

#[test]
fn steps_are_channels_campaigns_sources_or_interactions_and_a_separator_in_a_name_is_replaced() {
    let named = |minutes: i64, channel: &str, name: Option<&str>, key: Option<&str>| {
        let mut row = touch("ann", minutes, channel);
        row.campaign_name = name.map(Into::into);
        row.campaign_key = key.map(Into::into);
        row
    };
    let mut nameless = named(2, "", None, None);
    nameless.channel = None;
    nameless.interaction_type = None;
    let rows = vec![
        named(0, "Ads > Brand", Some("Spring > Sale"), Some("c1")),
        named(1, "E-mail", None, Some("c2")),
        nameless,
        order("ann", 4, "A1", 100),
    ];
    for (step, expected) in [
        (
            PathStep::Channel,
            expect![[r#"
            +-------------------------------+
            | path                          |
            +-------------------------------+
            | Ads / Brand > E-mail > (none) |
            +-------------------------------+"#]],
        ),
        (
            PathStep::Campaign,
            expect![[r#"
            +-----------------------------+
            | path                        |
            +-----------------------------+
            | Spring / Sale > c2 > (none) |
            +-----------------------------+"#]],
        ),
        (
            PathStep::Source,
            expect![[r#"
            +--------------------+
            | path               |
            +--------------------+
            | shop > shop > shop |
            +--------------------+"#]],
        ),
        (
            PathStep::Interaction,
            expect![[r#"
            +-----------------------------------------------+
            | path                                          |
            +-----------------------------------------------+
            | Ads / Brand (click) > E-mail (click) > (none) |
            +-----------------------------------------------+"#]],
        ),
    ] {
        check(
            rows.clone(),
            &source(step, hours(24, Journey::Rolling)),
            "SELECT path FROM paths",
            expected,
        );
    }
}

#[test]
fn a_path_of_very_many_steps_is_cut_in_text_and_counted_whole() {
    let mut rows = (0..250)
        .map(|at| touch("ann", at, if at % 2 == 0 { "A" } else { "B" }))
        .collect::<Vec<_>>();
    rows.push(order("ann", 260, "A1", 100));
    let journeys = || MemoryJourneys::new(rows.clone(), 1, 100);
    let sql = "SELECT path, steps FROM paths";
    let batches = run(journeys, &source(PathStep::Channel, hours(24, Journey::Rolling)), sql, 8_192);
    let path = batches[0].column(0).as_string::<i32>().value(0).to_owned();
    assert_eq!(path.split(" > ").count(), 201);
    assert!(path.ends_with("A > B > …"));
    assert_eq!(batches[0].column(1).as_primitive::<Int64Type>().value(0), 250);
}

#[test]
fn columns_that_nobody_asks_for_are_not_read() {
    let rows = vec![touch("ann", 0, "Ads"), order("ann", 20, "A1", 1_000)];
    let source = source(PathStep::Channel, hours(24, Journey::Rolling));
    let session = SessionContext::new();
    let table = PathsTable::new(Arc::new(MemoryJourneys::new(rows, 1, 3)), &source, Currency::EUR);
    session.register_table("paths", Arc::new(table)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let check = |sql: &'static str, expected: Expect| {
        let plan = runtime.block_on(async { session.sql(sql).await.unwrap().create_physical_plan().await.unwrap() });
        let plan = datafusion::physical_plan::displayable(plan.as_ref()).indent(false).to_string();
        expected.assert_eq(plan.lines().find(|line| line.contains("PathsExec")).unwrap_or_default().trim());
    };
    check(
        "SELECT count(*) FROM paths",
        expect!["PathsExec: step=channel, reads=[recorded_at, customer_id, record_kind, conversion_type]"],
    );
    check(
        "SELECT path FROM paths",
        expect!["PathsExec: step=channel, reads=[recorded_at, customer_id, record_kind, channel, conversion_type]"],
    );
    check(
        "SELECT revenue FROM paths",
        expect![
            "PathsExec: step=channel, reads=[recorded_at, data_source, customer_id, record_kind, conversion_type, order_id, revenue_reporting, refund_reporting]"
        ],
    );
}

/// Paths and credits, each as (order, path, revenue in micros), put together from the rows of either relation.
fn journeys_of(rows: &[UnifiedRow], settings: &Settings, partitions: usize, batch_rows: usize) -> [Vec<(String, Vec<String>, i128)>; 2] {
    let journeys = || MemoryJourneys::new(rows.to_vec(), partitions, batch_rows);
    let source = source(PathStep::Channel, settings.clone());
    let sql = "SELECT order_id, path, revenue FROM paths WHERE is_converted ORDER BY order_id";
    let mut paths = Vec::new();
    for batch in run(journeys, &source, sql, 4) {
        for row in 0..batch.num_rows() {
            let path = batch.column(1).as_string::<i32>();
            let steps = if path.is_null(row) {
                Vec::new()
            } else {
                path.value(row).split(" > ").map(str::to_owned).collect()
            };
            let order = batch.column(0).as_string::<i32>().value(row).to_owned();
            paths.push((order, steps, batch.column(2).as_primitive::<Decimal128Type>().value(row)));
        }
    }
    let sql = "SELECT c.order_id, c.channel, t.revenue, c.position
        FROM (SELECT order_id, channel, position FROM credits WHERE entry = 'sale') AS c
        JOIN (SELECT order_id, CAST(sum(revenue_last_touch) AS DECIMAL(18, 6)) AS revenue FROM credits GROUP BY order_id) AS t
          ON t.order_id = c.order_id
        ORDER BY c.order_id, c.position";
    let mut credits: Vec<(String, Vec<String>, i128)> = Vec::new();
    for batch in run(journeys, &source, sql, 4) {
        for row in 0..batch.num_rows() {
            let order = batch.column(0).as_string::<i32>().value(row).to_owned();
            if credits.last().is_none_or(|(last, _, _)| *last != order) {
                credits.push((order, Vec::new(), batch.column(2).as_primitive::<Decimal128Type>().value(row)));
            }
            let channel = batch.column(1).as_string::<i32>();
            if channel.is_valid(row) {
                credits.last_mut().unwrap().1.push(channel.value(row).to_owned());
            }
        }
    }
    [paths, credits]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn paths_hold_the_touches_and_the_money_of_the_credits_under_the_same_settings(
        events in proptest::collection::vec((0..4_usize, 0..400_i64, 0..5_usize), 1..60),
        window in 1..5_i64,
        is_closed in any::<bool>(),
        drops_direct in any::<bool>(),
        counted in 0..3_usize,
        batch_rows in 1..9_usize,
    ) {
        let customers = ["ann", "bob", "cleo", "dora"];
        let mut rows = Vec::new();
        for (at, (customer, minutes, what)) in events.iter().enumerate() {
            let customer = customers[*customer];
            rows.push(match what {
                3 => order(customer, *minutes, &format!("{customer}-{at:02}"), 100 + at as i64),
                4 => {
                    // Of an order that may or may not be this customer's.
                    let number = format!("{customer}-{:02}", at.saturating_sub(3));
                    refund(customer, 500 + at as i64, &number, 40)
                }
                channel => touch(customer, *minutes, ["Ads", "Direct", "Search"][*channel]),
            });
        }
        let orders = rows.iter().filter(|row| row.record_kind == RecordKind::Order).filter_map(|row| row.order_id.clone()).collect::<Vec<_>>();
        // A refund of an order that is not there is in no order's money.
        rows.retain(|row| row.record_kind != RecordKind::Refund || row.order_id.as_ref().is_some_and(|order| orders.contains(order)));
        let settings = Settings {
            counted: [Counted::Every, Counted::First, Counted::Last][counted],
            direct: if drops_direct { Direct::OnlyAlone } else { Direct::Counts },
            ..hours(window, if is_closed { Journey::Closed } else { Journey::Rolling })
        };
        let [paths, credits] = journeys_of(&rows, &settings, 2, batch_rows);
        if settings.counted == Counted::Every {
            prop_assert_eq!(paths.len(), orders.len());
        }
        prop_assert_eq!(paths, credits);
    }
}
