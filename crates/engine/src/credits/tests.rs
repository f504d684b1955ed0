use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Decimal128Type, Float64Type, Int64Type};
use attribution::{Direct, Journey, Model, Settings};
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::physical_plan::{collect, displayable};
use datafusion::prelude::{SessionConfig, SessionContext};
use expect_test::{Expect, expect};
use proptest::prelude::*;
use semantic::CreditSource;
use types::{Currency, RecordKind, UnifiedRow};

use super::*;
use crate::testing::{MemoryJourneys, order, refund, touch};

pub(super) fn source(models: &[Model], settings: Settings) -> CreditSource {
    CreditSource::new("credits", models, &settings)
}

fn hours(window: i64, journey: Journey) -> Settings {
    Settings {
        window_seconds: window * 3_600,
        journey,
        direct: Direct::Counts,
        ..Settings::default()
    }
}

/// Runs SQL over a relation of credits called `credits`.
pub(super) fn run(journeys: MemoryJourneys, source: &CreditSource, sql: &str, batch_rows: usize, partitions: usize) -> Vec<RecordBatch> {
    let config = SessionConfig::new().with_batch_size(batch_rows).with_target_partitions(partitions);
    ask(SessionContext::new_with_config(config), journeys, source, sql).1
}

/// The same with [`AddUpCredits`]; gives the plan as text, too.
pub(super) fn run_adding_up(journeys: MemoryJourneys, source: &CreditSource, sql: &str, batch_rows: usize) -> (String, Vec<RecordBatch>) {
    let state = SessionStateBuilder::new()
        .with_default_features()
        .with_config(SessionConfig::new().with_batch_size(batch_rows).with_target_partitions(2))
        .with_physical_optimizer_rule(Arc::new(AddUpCredits))
        .build();
    ask(SessionContext::new_with_state(state), journeys, source, sql)
}

/// The plan as text, and what it gives.
fn ask(session: SessionContext, journeys: MemoryJourneys, source: &CreditSource, sql: &str) -> (String, Vec<RecordBatch>) {
    session
        .register_table("credits", Arc::new(CreditsTable::new(Arc::new(journeys), source, Currency::EUR)))
        .unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let plan = session.sql(sql).await.unwrap().create_physical_plan().await.unwrap();
        let text = displayable(plan.as_ref()).indent(false).to_string();
        (text, collect(plan, session.task_ctx()).await.unwrap())
    })
}

pub(super) fn text(batches: &[RecordBatch]) -> String {
    arrow::util::pretty::pretty_format_batches(batches).unwrap().to_string()
}

fn check(rows: Vec<UnifiedRow>, source: &CreditSource, sql: &str, expected: Expect) {
    let batches = run(MemoryJourneys::new(rows, 1, 3), source, sql, 8_192, 1);
    expected.assert_eq(&text(&batches));
}

const SUMMARY: &str = "SELECT order_id, entry, channel, position, touches, weight_linear, conversions_linear, revenue_linear, is_new_customer
    FROM credits ORDER BY converted_at, order_id, position";

#[test]
fn an_order_is_shared_by_the_touches_before_it_and_a_later_touch_gets_nothing() {
    let rows = vec![
        touch("ann", 0, "Ads"),
        touch("ann", 10, "E-mail"),
        touch("ann", 20, "Search"),
        order("ann", 20, "A1", 1_000),
        touch("ann", 21, "Late"),
    ];
    check(
        rows,
        &source(&[Model::Linear], hours(24, Journey::Rolling)),
        SUMMARY,
        expect![[r#"
            +----------+-------+---------+----------+---------+--------------------+--------------------+----------------+-----------------+
            | order_id | entry | channel | position | touches | weight_linear      | conversions_linear | revenue_linear | is_new_customer |
            +----------+-------+---------+----------+---------+--------------------+--------------------+----------------+-----------------+
            | A1       | sale  | Ads     | 1        | 3       | 0.3333333333333333 | 0.3333333333333333 | 3.333334       | true            |
            | A1       | sale  | E-mail  | 2        | 3       | 0.3333333333333333 | 0.3333333333333333 | 3.333333       | true            |
            | A1       | sale  | Search  | 3        | 3       | 0.3333333333333333 | 0.3333333333333333 | 3.333333       | true            |
            +----------+-------+---------+----------+---------+--------------------+--------------------+----------------+-----------------+"#]],
    );
}

#[test]
fn the_operator_adds_up_only_where_nothing_but_sums_by_plain_columns_is_asked() {
    let rows = || vec![touch("ann", 0, "Ads"), order("ann", 20, "A1", 1_000)];
    let source = source(&[Model::Linear], hours(24, Journey::Rolling));
    let adds_up = |sql: &str| {
        let (plan, _) = run_adding_up(MemoryJourneys::new(rows(), 1, 3), &source, sql, 8_192);
        plan.contains("adds up")
    };
    assert!(adds_up("SELECT channel, sum(revenue_linear) FROM credits GROUP BY channel"));
    assert!(adds_up(
        "SELECT k, sum(v) FROM (SELECT channel AS k, revenue_linear AS v FROM credits) AS c GROUP BY GROUPING SETS ((k), ())"
    ));
    for sql in [
        "SELECT channel, count(*), sum(revenue_linear) FROM credits GROUP BY channel",
        "SELECT channel, max(revenue_linear) FROM credits GROUP BY channel",
        "SELECT channel, sum(DISTINCT revenue_linear) FROM credits GROUP BY channel",
        "SELECT channel, sum(revenue_linear) FILTER (WHERE position = 1) FROM credits GROUP BY channel",
        "SELECT channel, sum(revenue_linear) FROM credits WHERE converted_at > touched_at GROUP BY channel",
        "SELECT order_id, sum(revenue_linear) FROM credits GROUP BY order_id",
        "SELECT channel, sum(abs(revenue_linear)) FROM credits GROUP BY channel",
        "SELECT channel FROM credits GROUP BY channel",
        "SELECT revenue_linear, sum(weight_linear) FROM credits GROUP BY revenue_linear",
    ] {
        assert!(!adds_up(sql), "{sql}");
    }
}

#[test]
fn rolling_journeys_use_a_touch_again_and_closed_ones_do_not() {
    let rows = || {
        vec![
            touch("ann", 0, "Ads"),
            order("ann", 10, "A1", 1_000),
            touch("ann", 20, "E-mail"),
            order("ann", 30, "A2", 500),
        ]
    };
    let sql = "SELECT order_id, channel, revenue_linear, is_new_customer FROM credits ORDER BY order_id, position";
    check(
        rows(),
        &source(&[Model::Linear], hours(24, Journey::Rolling)),
        sql,
        expect![[r#"
        +----------+---------+----------------+-----------------+
        | order_id | channel | revenue_linear | is_new_customer |
        +----------+---------+----------------+-----------------+
        | A1       | Ads     | 10.000000      | true            |
        | A2       | Ads     | 2.500000       | false           |
        | A2       | E-mail  | 2.500000       | false           |
        +----------+---------+----------------+-----------------+"#]],
    );
    check(
        rows(),
        &source(&[Model::Linear], hours(24, Journey::Closed)),
        sql,
        expect![[r#"
        +----------+---------+----------------+-----------------+
        | order_id | channel | revenue_linear | is_new_customer |
        +----------+---------+----------------+-----------------+
        | A1       | Ads     | 10.000000      | true            |
        | A2       | E-mail  | 5.000000       | false           |
        +----------+---------+----------------+-----------------+"#]],
    );
}

#[test]
fn a_conversion_without_an_eligible_touch_is_one_unattributed_row() {
    let rows = vec![touch("ann", 0, "Ads"), order("ann", 90, "A1", 1_000), order("bob", 0, "B1", 700)];
    check(
        rows,
        &source(&[Model::Linear], hours(1, Journey::Rolling)),
        SUMMARY,
        expect![[r#"
        +----------+-------+---------+----------+---------+---------------+--------------------+----------------+-----------------+
        | order_id | entry | channel | position | touches | weight_linear | conversions_linear | revenue_linear | is_new_customer |
        +----------+-------+---------+----------+---------+---------------+--------------------+----------------+-----------------+
        | B1       | sale  |         | 0        | 0       | 1.0           | 1.0                | 7.000000       | true            |
        | A1       | sale  |         | 0        | 0       | 1.0           | 1.0                | 10.000000      | true            |
        +----------+-------+---------+----------+---------+---------------+--------------------+----------------+-----------------+"#]],
    );
}

#[test]
fn refunds_mirror_their_order_and_one_of_an_unknown_order_is_unattributed() {
    let rows = vec![
        touch("ann", 0, "Ads"),
        touch("ann", 1, "E-mail"),
        touch("ann", 2, "Search"),
        order("ann", 3, "A1", 1_000),
        refund("ann", 50, "A1", 500),
        refund("ann", 60, "A1", 500),
        refund("ann", 70, "unknown", 10_000),
    ];
    check(
        rows,
        &source(&[Model::Linear], hours(24, Journey::Rolling)),
        SUMMARY,
        expect![[r#"
            +----------+--------+---------+----------+---------+--------------------+--------------------+----------------+-----------------+
            | order_id | entry  | channel | position | touches | weight_linear      | conversions_linear | revenue_linear | is_new_customer |
            +----------+--------+---------+----------+---------+--------------------+--------------------+----------------+-----------------+
            | A1       | sale   | Ads     | 1        | 3       | 0.3333333333333333 | 0.3333333333333333 | 3.333334       | true            |
            | A1       | sale   | E-mail  | 2        | 3       | 0.3333333333333333 | 0.3333333333333333 | 3.333333       | true            |
            | A1       | sale   | Search  | 3        | 3       | 0.3333333333333333 | 0.3333333333333333 | 3.333333       | true            |
            | A1       | refund | Ads     | 1        | 3       | 0.3333333333333333 | 0.0                | -1.666667      | true            |
            | A1       | refund | E-mail  | 2        | 3       | 0.3333333333333333 | 0.0                | -1.666666      | true            |
            | A1       | refund | Search  | 3        | 3       | 0.3333333333333333 | 0.0                | -1.666667      | true            |
            | A1       | refund | Ads     | 1        | 3       | 0.3333333333333333 | 0.0                | -1.666667      | true            |
            | A1       | refund | E-mail  | 2        | 3       | 0.3333333333333333 | 0.0                | -1.666667      | true            |
            | A1       | refund | Search  | 3        | 3       | 0.3333333333333333 | 0.0                | -1.666666      | true            |
            | unknown  | refund |         | 0        | 0       | 1.0                | 0.0                | -100.000000    | false           |
            +----------+--------+---------+----------+---------+--------------------+--------------------+----------------+-----------------+"#]],
    );
}

#[test]
fn other_goals_are_counted_only_where_the_settings_name_them() {
    let rows = || {
        let mut lead = order("ann", 5, "lead", 0);
        (lead.record_kind, lead.conversion_type) = (RecordKind::Conversion, Some("lead".into()));
        vec![touch("ann", 0, "Ads"), lead, order("ann", 9, "A1", 100)]
    };
    let sql = "SELECT conversion_type, sum(conversions_linear) FROM credits GROUP BY 1 ORDER BY 1";
    check(
        rows(),
        &source(&[Model::Linear], Settings::default()),
        sql,
        expect![[r#"
        +-----------------+---------------------------------+
        | conversion_type | sum(credits.conversions_linear) |
        +-----------------+---------------------------------+
        | purchase        | 1.0                             |
        +-----------------+---------------------------------+"#]],
    );
    let both = Settings {
        conversion_types: vec!["purchase".to_owned(), "lead".to_owned()],
        ..Settings::default()
    };
    check(
        rows(),
        &source(&[Model::Linear], both),
        sql,
        expect![[r#"
        +-----------------+---------------------------------+
        | conversion_type | sum(credits.conversions_linear) |
        +-----------------+---------------------------------+
        | lead            | 1.0                             |
        | purchase        | 1.0                             |
        +-----------------+---------------------------------+"#]],
    );
}

#[test]
fn custom_weights_by_channel_are_read_only_when_they_are_asked_for() {
    let rows = vec![touch("ann", 0, "Ads"), touch("ann", 1, "E-mail"), order("ann", 3, "A1", 1_000)];
    let mut settings = Settings::default();
    settings.custom.channels.insert("Ads".to_owned(), 3.0);
    let sql = "SELECT channel, revenue_custom, revenue_first_touch FROM credits ORDER BY position";
    check(
        rows,
        &source(&[Model::FirstTouch, Model::Custom], settings),
        sql,
        expect![[r#"
        +---------+----------------+---------------------+
        | channel | revenue_custom | revenue_first_touch |
        +---------+----------------+---------------------+
        | Ads     | 7.500000       | 10.000000           |
        | E-mail  | 2.500000       | 0.000000            |
        +---------+----------------+---------------------+"#]],
    );
}

#[test]
fn a_plan_reads_no_column_that_nobody_asked_for() {
    let session = SessionContext::new();
    let journeys = MemoryJourneys::new(vec![touch("ann", 0, "Ads"), order("ann", 3, "A1", 1_000)], 2, 8);
    let source = source(&Model::ALL[..5], Settings::default());
    session
        .register_table("credits", Arc::new(CreditsTable::new(Arc::new(journeys), &source, Currency::EUR)))
        .unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let plan = runtime.block_on(async {
        let frame = session
            .sql("SELECT campaign_id, sum(revenue_linear) FROM credits GROUP BY 1")
            .await
            .unwrap();
        frame.create_physical_plan().await.unwrap()
    });
    let text = displayable(plan.as_ref()).indent(false).to_string();
    let operator = text.lines().find(|line| line.contains("AttributionExec")).unwrap().trim();
    expect!["AttributionExec: models=[linear], reads=[recorded_at, data_source, campaign_id, customer_id, record_kind, conversion_type, order_id, revenue_reporting, refund_reporting]"].assert_eq(operator);
}

#[test]
fn the_rows_of_one_customer_are_the_same_as_in_the_whole() {
    let rows = || {
        vec![
            touch("ann", 0, "Ads"),
            order("ann", 3, "A1", 1_000),
            touch("bob", 0, "E-mail"),
            order("bob", 9, "B1", 500),
            refund("bob", 11, "B1", 100),
        ]
    };
    let source = source(&[Model::Linear], Settings::default());
    let bob = types::CustomerId::derive(crate::testing::ORGANIZATION, "bob");
    let columns = "order_id, entry, channel, revenue_linear";
    let one = format!(
        "SELECT {columns} FROM credits WHERE customer_id = arrow_cast(x'{}', 'FixedSizeBinary(16)') ORDER BY entry",
        bob.0.simple()
    );
    let all = format!("SELECT {columns} FROM credits WHERE order_id = 'B1' ORDER BY entry");
    let pretty = |sql: &str| {
        let batches = run(MemoryJourneys::new(rows(), 2, 2), &source, sql, 8_192, 2);
        arrow::util::pretty::pretty_format_batches(&batches).unwrap().to_string()
    };
    assert_eq!(pretty(&one), pretty(&all));
    expect![[r#"
        +----------+--------+---------+----------------+
        | order_id | entry  | channel | revenue_linear |
        +----------+--------+---------+----------------+
        | B1       | refund | E-mail  | -1.000000      |
        | B1       | sale   | E-mail  | 5.000000       |
        +----------+--------+---------+----------------+"#]]
    .assert_eq(&pretty(&one));
}

/// One credit as a comparable line without its weights, which are compared as numbers.
type Line = (String, String, i64, i64, i64);

fn journeys() -> impl Strategy<Value = Vec<UnifiedRow>> {
    let event = (0..5_u8, 0..400_i64, 0..7_u8, 0..3_000_i64);
    prop::collection::vec(event, 0..60).prop_map(|events| {
        let mut rows = BTreeMap::new();
        for (customer, minutes, kind, cents) in events {
            let customer = ["ann", "bob", "cy", "dee", "eve"][customer as usize];
            let row = match kind {
                0..4 => touch(customer, minutes, ["Ads", "E-mail", "Direct", "Search"][kind as usize]),
                _ => order(customer, minutes, &format!("{customer}{minutes}"), cents),
            };
            rows.insert(row.id.0, row);
        }
        rows.into_values().collect()
    })
}

/// Credits by the book: every conversion looks at every touch of its customer.
fn by_the_book(rows: &[UnifiedRow], settings: &Settings) -> BTreeMap<(String, i64), (i64, [f64; 5], i64)> {
    let mut book = BTreeMap::new();
    let is_order = |row: &&UnifiedRow| row.record_kind == RecordKind::Order;
    for sale in rows.iter().filter(is_order) {
        let mine = |row: &&UnifiedRow| row.customer_id == sale.customer_id;
        let closed = rows
            .iter()
            .filter(is_order)
            .filter(mine)
            .map(|row| row.recorded_at)
            .filter(|at| *at < sale.recorded_at)
            .max();
        let mut touches = rows
            .iter()
            .filter(mine)
            .filter(|row| row.record_kind == RecordKind::Touch)
            .filter(|row| {
                let age = sale.recorded_at.as_second() - row.recorded_at.as_second();
                let is_open = settings.journey == Journey::Rolling || closed.is_none_or(|closed| row.recorded_at > closed);
                (0..=settings.window_seconds).contains(&age) && is_open
            })
            .collect::<Vec<_>>();
        touches.sort_by_key(|row| (row.recorded_at, row.sequence));
        let units = sale.revenue_reporting.unwrap();
        let order_id = sale.order_id.as_deref().unwrap().to_owned();
        let count = touches.len();
        if count == 0 {
            book.insert((order_id, 0), (0, [1.0; 5], units));
            continue;
        }
        let decay = touches
            .iter()
            .map(|row| {
                let age = (sale.recorded_at.as_second() - row.recorded_at.as_second()) as f64;
                (-age / settings.half_life_seconds as f64).exp2()
            })
            .collect::<Vec<_>>();
        for at in 0..count {
            let ends = [at == 0, at + 1 == count];
            let position = match (count, ends) {
                (1, _) => 1.0,
                (2, _) => 0.5,
                (_, [true, _] | [_, true]) => 0.4,
                _ => 0.2 / (count - 2) as f64,
            };
            let share = |is_mine: bool| if is_mine { 1.0 } else { 0.0 };
            let weights = [
                share(ends[0]),
                share(ends[1]),
                1.0 / count as f64,
                decay[at] / decay.iter().sum::<f64>(),
                position,
            ];
            let linear = units / count as i64 + i64::from((at as i64) < units % count as i64);
            book.insert((order_id.clone(), at as i64 + 1), (count as i64, weights, linear));
        }
    }
    book
}

fn lines(batches: &[RecordBatch]) -> Vec<(Line, [f64; 5], [i128; 5])> {
    let mut lines = Vec::new();
    for batch in batches {
        let text = |name: &str, row| batch.column_by_name(name).unwrap().as_string::<i32>().value(row).to_owned();
        let integer = |name: &str, row| batch.column_by_name(name).unwrap().as_primitive::<Int64Type>().value(row);
        for row in 0..batch.num_rows() {
            let weights = Model::ALL[..5].iter().map(|model| {
                batch
                    .column_by_name(&format!("weight_{model}"))
                    .unwrap()
                    .as_primitive::<Float64Type>()
                    .value(row)
            });
            let revenue = Model::ALL[..5].iter().map(|model| {
                batch
                    .column_by_name(&format!("revenue_{model}"))
                    .unwrap()
                    .as_primitive::<Decimal128Type>()
                    .value(row)
            });
            let touched = i64::from(batch.column_by_name("touch_id").unwrap().is_valid(row));
            let line = (
                text("order_id", row),
                text("entry", row),
                integer("position", row),
                integer("touches", row),
                touched,
            );
            lines.push((
                line,
                weights.collect::<Vec<_>>().try_into().unwrap(),
                revenue.collect::<Vec<_>>().try_into().unwrap(),
            ));
        }
    }
    lines.sort_by(|left, right| left.partial_cmp(right).unwrap());
    lines
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn credits_are_those_of_the_book(rows in journeys(), is_closed: bool, window in 1..8_i64) {
        let settings = Settings { half_life_seconds: 3_600, ..hours(window, if is_closed { Journey::Closed } else { Journey::Rolling }) };
        let source = source(&Model::ALL[..5], settings.clone());
        let book = by_the_book(&rows, &settings);
        let lines = lines(&run(MemoryJourneys::new(rows, 2, 5), &source, "SELECT * FROM credits", 7, 2));
        prop_assert_eq!(lines.len(), book.len());
        for ((order_id, entry, position, touches, touched), weights, revenue) in lines {
            let (expected_touches, expected_weights, linear) = &book[&(order_id, position)];
            prop_assert_eq!((entry.as_str(), touches, touched), ("sale", *expected_touches, i64::from(position > 0)));
            for (weight, expected) in weights.iter().zip(expected_weights) {
                prop_assert!((weight - expected).abs() < 1e-12, "{weight} {expected}");
            }
            prop_assert_eq!(revenue[2], i128::from(*linear));
        }
    }

    #[test]
    fn neither_batches_nor_partitions_change_a_credit(rows in journeys(), has_refund: bool) {
        let mut rows = rows;
        if has_refund && let Some(sale) = rows.iter().find(|row| row.record_kind == RecordKind::Order).cloned() {
            rows.push(UnifiedRow { customer_id: sale.customer_id, ..refund("ann", 500, sale.order_id.as_deref().unwrap(), 7) });
        }
        let source = source(&Model::ALL[..5], hours(4, Journey::Rolling));
        let whole = lines(&run(MemoryJourneys::new(rows.clone(), 1, 8_192), &source, "SELECT * FROM credits", 8_192, 1));
        for (batch_rows, output_rows, partitions) in [(1, 1, 1), (7, 8_192, 1), (1, 7, 3), (8_192, 1, 2), (3, 2, 4)] {
            let split = MemoryJourneys::new(rows.clone(), partitions, batch_rows);
            prop_assert_eq!(&whole, &lines(&run(split, &source, "SELECT * FROM credits", output_rows, partitions)));
            let coded = MemoryJourneys::new(rows.clone(), partitions, batch_rows).coded();
            prop_assert_eq!(&whole, &lines(&run(coded, &source, "SELECT * FROM credits", output_rows, partitions)));
        }
    }

    #[test]
    fn sums_are_the_same_whether_the_operator_adds_them_up_or_not(rows in journeys()) {
        let source = source(&Model::ALL[..5], hours(4, Journey::Rolling));
        for keys in ["", "channel, ", "campaign_id, entry, ", "channel, conversion_type, is_new_customer, "] {
            let group = if keys.is_empty() { String::new() } else { format!(" GROUP BY {0} ORDER BY {0}", keys.trim_end_matches(", ")) };
            let sql = format!("SELECT {keys}sum(revenue_linear), sum(revenue_time_decay), round(sum(conversions_linear), 9) FROM credits{group}");
            let rows_added = run(MemoryJourneys::new(rows.clone(), 2, 5), &source, &sql, 7, 2);
            for (journeys, output_rows) in [
                (MemoryJourneys::new(rows.clone(), 2, 5), 7),
                (MemoryJourneys::new(rows.clone(), 2, 5).coded(), 7),
                (MemoryJourneys::new(rows.clone(), 2, 100).coded(), 8_192),
            ] {
                let (plan, totals) = run_adding_up(journeys, &source, &sql, output_rows);
                prop_assert!(plan.contains("adds up"), "{}", plan);
                prop_assert_eq!(text(&rows_added), text(&totals));
            }
        }
    }
}
