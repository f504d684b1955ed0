//! What an organisation can set: windows by touch, direct visits, milestones, revenue, and settings that change from a date on.

use attribution::{Counted, Direct, Model, RevenueDefinition, Settings, Variant, WindowRule};
use expect_test::{Expect, expect};
use semantic::CreditSource;
use types::{InteractionType, UnifiedRow};

use super::tests::{run, run_adding_up, source, text};
use crate::testing::{MemoryJourneys, minute, order, refund, stage, touch};

/// Rows as texts, and as codes: the same credit.
fn check(rows: &[UnifiedRow], source: &CreditSource, sql: &str, expected: Expect) {
    let plain = text(&run(MemoryJourneys::new(rows.to_vec(), 1, 3), source, sql, 8_192, 1));
    let coded = text(&run(MemoryJourneys::new(rows.to_vec(), 1, 3).coded(), source, sql, 8_192, 1));
    assert_eq!(plain, coded);
    expected.assert_eq(&plain);
}

const BY_TOUCH: &str = "SELECT order_id, channel, revenue_linear FROM credits ORDER BY converted_at, order_id, position";

fn with(change: impl FnOnce(&mut Settings)) -> CreditSource {
    let mut settings = Settings::default();
    change(&mut settings);
    source(&[Model::Linear], settings)
}

#[test]
fn windows_differ_by_channel_interaction_and_conversion_type() {
    let mut view = touch("ann", 0, "Ads");
    view.interaction_type = Some(InteractionType::View);
    let rows = vec![view, touch("ann", 1, "Ads"), touch("ann", 2, "E-mail"), order("ann", 100, "1", 1_000)];
    let source = with(|settings| {
        let rule = |channel: Option<&str>, interaction: Option<&str>, minutes: i64| WindowRule {
            channel: channel.map(str::to_owned),
            interaction: interaction.map(str::to_owned),
            conversion_type: Some("purchase".to_owned()),
            window_seconds: minutes * 60,
        };
        settings.windows = vec![rule(Some("Ads"), Some("view"), 99), rule(Some("Ads"), None, 99), rule(None, None, 97)];
    });
    check(
        &rows,
        &source,
        BY_TOUCH,
        expect![[r#"
            +----------+---------+----------------+
            | order_id | channel | revenue_linear |
            +----------+---------+----------------+
            | 1        | Ads     | 10.000000      |
            +----------+---------+----------------+"#]],
    );
}

#[test]
fn a_direct_visit_is_credited_only_where_nothing_else_is_known_and_a_payment_provider_never() {
    let rows = vec![
        touch("ann", 0, "Ads"),
        touch("ann", 5, "Direct"),
        touch("ann", 6, "(payment provider)"),
        order("ann", 7, "1", 1_000),
        touch("bob", 0, "Direct"),
        order("bob", 7, "2", 1_000),
        touch("cy", 0, "(payment provider)"),
        order("cy", 7, "3", 1_000),
    ];
    check(
        &rows,
        &with(|_| {}),
        BY_TOUCH,
        expect![[r#"
        +----------+---------+----------------+
        | order_id | channel | revenue_linear |
        +----------+---------+----------------+
        | 1        | Ads     | 10.000000      |
        | 2        | Direct  | 10.000000      |
        | 3        |         | 10.000000      |
        +----------+---------+----------------+"#]],
    );
    check(
        &rows[..4],
        &with(|settings| settings.direct = Direct::Counts),
        BY_TOUCH,
        expect![[r#"
        +----------+---------+----------------+
        | order_id | channel | revenue_linear |
        +----------+---------+----------------+
        | 1        | Ads     | 5.000000       |
        | 1        | Direct  | 5.000000       |
        +----------+---------+----------------+"#]],
    );
    let last = source(
        &[Model::LastTouch, Model::LastNonDirect],
        Settings {
            direct: Direct::Counts,
            ..Settings::default()
        },
    );
    check(
        &rows[..4],
        &last,
        "SELECT channel, revenue_last_touch, revenue_last_non_direct FROM credits ORDER BY position",
        expect![[r#"
            +---------+--------------------+-------------------------+
            | channel | revenue_last_touch | revenue_last_non_direct |
            +---------+--------------------+-------------------------+
            | Ads     | 0.000000           | 10.000000               |
            | Direct  | 10.000000          | 0.000000                |
            +---------+--------------------+-------------------------+"#]],
    );
}

#[test]
fn w_shaped_and_full_path_credit_find_the_milestones_among_the_stages() {
    let rows = vec![
        touch("ann", 0, "Ads"),
        touch("ann", 10, "E-mail"),
        stage("ann", 11, "Lead"),
        touch("ann", 20, "Search"),
        touch("ann", 30, "Webinar"),
        stage("ann", 31, "opportunity"),
        touch("ann", 40, "Phone"),
        order("ann", 50, "1", 100_000),
    ];
    check(
        &rows,
        &source(&[Model::WShaped, Model::FullPath], Settings::default()),
        "SELECT channel, revenue_w_shaped, revenue_full_path FROM credits ORDER BY position",
        expect![[r#"
            +---------+------------------+-------------------+
            | channel | revenue_w_shaped | revenue_full_path |
            +---------+------------------+-------------------+
            | Ads     | 300.000000       | 225.000000        |
            | E-mail  | 300.000000       | 225.000000        |
            | Search  | 50.000000        | 100.000000        |
            | Webinar | 300.000000       | 225.000000        |
            | Phone   | 50.000000        | 225.000000        |
            +---------+------------------+-------------------+"#]],
    );
}

#[test]
fn revenue_net_of_tax_is_shared_and_a_full_refund_takes_it_back_to_zero() {
    let mut sale = order("ann", 10, "1", 11_900);
    sale.tax_reporting = Some(19_000_000);
    let rows = vec![
        touch("ann", 0, "Ads"),
        touch("ann", 1, "E-mail"),
        sale,
        refund("ann", 20, "1", 3_333),
        refund("ann", 30, "1", 8_567),
    ];
    let net = |refunds_deducted| {
        with(|settings| {
            settings.revenue = RevenueDefinition {
                tax: false,
                refunds_deducted,
                ..RevenueDefinition::default()
            };
        })
    };
    let by_entry = "SELECT entry, sum(revenue_linear) AS revenue FROM credits GROUP BY entry ORDER BY entry DESC";
    check(
        &rows,
        &net(true),
        by_entry,
        expect![[r#"
        +--------+-------------+
        | entry  | revenue     |
        +--------+-------------+
        | sale   | 100.000000  |
        | refund | -100.000000 |
        +--------+-------------+"#]],
    );
    check(
        &rows,
        &net(false),
        by_entry,
        expect![[r#"
        +-------+------------+
        | entry | revenue    |
        +-------+------------+
        | sale  | 100.000000 |
        +-------+------------+"#]],
    );
}

#[test]
fn only_the_first_or_the_last_order_is_counted_where_the_settings_say_so() {
    let rows = vec![
        touch("ann", 0, "Ads"),
        order("ann", 10, "1", 1_000),
        order("ann", 20, "2", 2_000),
        refund("ann", 30, "1", 1_000),
    ];
    let sql = "SELECT order_id, entry, revenue_linear FROM credits ORDER BY order_id, entry DESC";
    check(
        &rows,
        &with(|settings| settings.counted = Counted::First),
        sql,
        expect![[r#"
        +----------+--------+----------------+
        | order_id | entry  | revenue_linear |
        +----------+--------+----------------+
        | 1        | sale   | 10.000000      |
        | 1        | refund | -10.000000     |
        +----------+--------+----------------+"#]],
    );
    check(
        &rows,
        &with(|settings| settings.counted = Counted::Last),
        sql,
        expect![[r#"
        +----------+-------+----------------+
        | order_id | entry | revenue_linear |
        +----------+-------+----------------+
        | 2        | sale  | 20.000000      |
        +----------+-------+----------------+"#]],
    );
}

#[test]
fn settings_that_change_on_a_date_credit_each_order_by_the_version_of_its_day() {
    let rows = vec![
        touch("ann", 0, "Ads"),
        order("ann", 30, "1", 1_000),
        order("ann", 40, "2", 2_000),
        refund("ann", 50, "1", 500),
    ];
    let change = minute(35).as_microsecond();
    let short = Settings {
        window_seconds: 60,
        ..Settings::default()
    };
    let mut source = with(|_| {});
    source.variants = vec![
        Variant {
            version: 3,
            interval: i64::MIN..change,
            settings: Settings::default(),
        },
        Variant {
            version: 4,
            interval: change..i64::MAX,
            settings: short,
        },
    ];
    check(
        &rows,
        &source,
        "SELECT settings_version, order_id, entry, channel, revenue_linear FROM credits ORDER BY converted_at",
        expect![[r#"
            +------------------+----------+--------+---------+----------------+
            | settings_version | order_id | entry  | channel | revenue_linear |
            +------------------+----------+--------+---------+----------------+
            | 3                | 1        | sale   | Ads     | 10.000000      |
            | 4                | 2        | sale   |         | 20.000000      |
            | 3                | 1        | refund | Ads     | -5.000000      |
            +------------------+----------+--------+---------+----------------+"#]],
    );
}

#[test]
fn several_windows_in_one_pass_give_what_each_gives_alone() {
    let rows: Vec<UnifiedRow> = (0..40)
        .flat_map(|customer| {
            let name = format!("c{customer}");
            [
                touch(&name, customer % 7, "Ads"),
                touch(&name, customer % 11 + 3, "E-mail"),
                order(&name, 20, &name, 1_000 + customer),
            ]
        })
        .collect();
    let windows = [5, 12, 30].map(|minutes| Settings {
        window_seconds: minutes * 60,
        ..Settings::default()
    });
    let models = [Model::FirstTouch, Model::Linear, Model::WShaped];
    let sums = "sum(revenue_first_touch), sum(revenue_linear), sum(revenue_w_shaped)";
    let alone = (0..).zip(&windows).map(|(version, settings)| {
        let sql = format!("SELECT '{version}' AS settings_version, channel, {sums} FROM credits GROUP BY channel ORDER BY channel");
        text(&run(
            MemoryJourneys::new(rows.clone(), 2, 7),
            &source(&models, settings.clone()),
            &sql,
            16,
            2,
        ))
    });
    let alone: Vec<String> = alone.flat_map(|table| lines(&table)).collect();
    let mut together = source(&models, Settings::default());
    together.variants = (0..).zip(windows).map(|(version, settings)| Variant::always(version, settings)).collect();
    let sql = format!("SELECT settings_version, channel, {sums} FROM credits GROUP BY settings_version, channel ORDER BY settings_version, channel");
    let (plan, batches) = run_adding_up(MemoryJourneys::new(rows, 2, 7), &together, &sql, 16);
    assert!(plan.contains("adds up"), "{plan}");
    assert_eq!(lines(&text(&batches)), alone);
}

/// The rows of a table as cells, without its frame.
fn lines(table: &str) -> Vec<String> {
    let cells = |line: &str| line.split('|').map(str::trim).collect::<Vec<_>>().join("|");
    table.lines().filter(|line| line.starts_with("| ")).skip(1).map(cells).collect()
}
