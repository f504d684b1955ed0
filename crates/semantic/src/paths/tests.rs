use attribution::Settings;
use expect_test::expect;
use types::Currency;

use super::*;
use crate::engine::RawTable;
use crate::result::Cell;

fn question() -> PathQuestion {
    PathQuestion {
        settings: Settings::default(),
        step: PathStep::Channel,
        range: range(Some("2026-11-01"), Some("2026-11-28"), "Europe/Berlin").unwrap(),
        is_collapsed: true,
        limit: 2,
    }
}

fn text(text: &str) -> Cell {
    Cell::Text(text.into())
}

fn money(amount: &str) -> Cell {
    Cell::Decimal(amount.parse().unwrap())
}

fn count(number: i64) -> Cell {
    Cell::Integer(number)
}

fn table(rows: Vec<Vec<Cell>>, totals: Vec<Cell>) -> RawTable {
    RawTable {
        columns: Vec::new(),
        rows,
        totals,
        data_version: 7,
        is_truncated: false,
    }
}

#[test]
fn the_statements_of_a_report() {
    let plans = report::plans(&question());
    expect![[r#"
        SELECT collapsed_path, SUM(CASE WHEN is_converted THEN 1 ELSE 0 END) AS conversions, SUM(revenue) AS revenue,
          SUM(CASE WHEN is_converted THEN 0 ELSE 1 END) AS not_converted,
          SUM(CASE WHEN is_converted THEN steps END) AS touches,
          SUM((CAST(converted_at AS BIGINT) - CAST(started_at AS BIGINT)) / 1000000) AS seconds,
          SUM((CAST(converted_at AS BIGINT) - CAST(ended_at AS BIGINT)) / 1000000) AS seconds_of_last
        FROM paths
        WHERE steps > 0 AND COALESCE(converted_at, ended_at) >= $1 AND COALESCE(converted_at, ended_at) < $2
        GROUP BY collapsed_path
        ORDER BY conversions DESC, not_converted DESC, collapsed_path
        LIMIT 2

        SELECT length, lag_of_first, lag_of_last, SUM(CASE WHEN is_converted THEN 1 ELSE 0 END) AS conversions, SUM(revenue) AS revenue,
          SUM(CASE WHEN is_converted THEN 0 ELSE 1 END) AS not_converted,
          SUM(CASE WHEN is_converted THEN steps END) AS touches,
          SUM((CAST(converted_at AS BIGINT) - CAST(started_at AS BIGINT)) / 1000000) AS seconds,
          SUM((CAST(converted_at AS BIGINT) - CAST(ended_at AS BIGINT)) / 1000000) AS seconds_of_last, SUM(CASE WHEN length_of_text > 200 THEN 1 ELSE 0 END) AS paths_cut
        FROM (SELECT *, collapsed_steps AS length_of_text, CASE WHEN collapsed_steps > 20 THEN 20 ELSE collapsed_steps END AS length,
          CASE WHEN converted_at IS NULL OR started_at IS NULL THEN NULL WHEN CAST(converted_at AS BIGINT) - CAST(started_at AS BIGINT) < 3600000000 THEN 0 WHEN CAST(converted_at AS BIGINT) - CAST(started_at AS BIGINT) < 86400000000 THEN 1 WHEN CAST(converted_at AS BIGINT) - CAST(started_at AS BIGINT) < 172800000000 THEN 2 WHEN CAST(converted_at AS BIGINT) - CAST(started_at AS BIGINT) < 259200000000 THEN 3 WHEN CAST(converted_at AS BIGINT) - CAST(started_at AS BIGINT) < 432000000000 THEN 4 WHEN CAST(converted_at AS BIGINT) - CAST(started_at AS BIGINT) < 604800000000 THEN 5 WHEN CAST(converted_at AS BIGINT) - CAST(started_at AS BIGINT) < 1209600000000 THEN 6 WHEN CAST(converted_at AS BIGINT) - CAST(started_at AS BIGINT) < 1814400000000 THEN 7 WHEN CAST(converted_at AS BIGINT) - CAST(started_at AS BIGINT) < 2592000000000 THEN 8 WHEN CAST(converted_at AS BIGINT) - CAST(started_at AS BIGINT) < 5184000000000 THEN 9 WHEN CAST(converted_at AS BIGINT) - CAST(started_at AS BIGINT) < 7776000000000 THEN 10 ELSE 11 END AS lag_of_first,
          CASE WHEN converted_at IS NULL OR started_at IS NULL THEN NULL WHEN CAST(converted_at AS BIGINT) - CAST(ended_at AS BIGINT) < 3600000000 THEN 0 WHEN CAST(converted_at AS BIGINT) - CAST(ended_at AS BIGINT) < 86400000000 THEN 1 WHEN CAST(converted_at AS BIGINT) - CAST(ended_at AS BIGINT) < 172800000000 THEN 2 WHEN CAST(converted_at AS BIGINT) - CAST(ended_at AS BIGINT) < 259200000000 THEN 3 WHEN CAST(converted_at AS BIGINT) - CAST(ended_at AS BIGINT) < 432000000000 THEN 4 WHEN CAST(converted_at AS BIGINT) - CAST(ended_at AS BIGINT) < 604800000000 THEN 5 WHEN CAST(converted_at AS BIGINT) - CAST(ended_at AS BIGINT) < 1209600000000 THEN 6 WHEN CAST(converted_at AS BIGINT) - CAST(ended_at AS BIGINT) < 1814400000000 THEN 7 WHEN CAST(converted_at AS BIGINT) - CAST(ended_at AS BIGINT) < 2592000000000 THEN 8 WHEN CAST(converted_at AS BIGINT) - CAST(ended_at AS BIGINT) < 5184000000000 THEN 9 WHEN CAST(converted_at AS BIGINT) - CAST(ended_at AS BIGINT) < 7776000000000 THEN 10 ELSE 11 END AS lag_of_last
        FROM paths) AS p
        WHERE COALESCE(converted_at, ended_at) >= $1 AND COALESCE(converted_at, ended_at) < $2
        GROUP BY length, lag_of_first, lag_of_last

        SELECT substr_index(collapsed_path, ' > ', 5) AS head, goes_on, SUM(conversions) AS conversions, SUM(revenue) AS revenue,
          SUM(not_converted) AS not_converted
        FROM (SELECT collapsed_path, collapsed_steps > 5 AS goes_on, SUM(CASE WHEN is_converted THEN 1 ELSE 0 END) AS conversions, SUM(revenue) AS revenue,
          SUM(CASE WHEN is_converted THEN 0 ELSE 1 END) AS not_converted
          FROM paths
          WHERE steps > 0 AND COALESCE(converted_at, ended_at) >= $1 AND COALESCE(converted_at, ended_at) < $2
          GROUP BY collapsed_path, collapsed_steps > 5) AS p
        GROUP BY 1, 2
        ORDER BY conversions DESC, not_converted DESC, head, goes_on
    "#]].assert_eq(&format!("{}\n\n{}\n\n{}\n", plans.top.sql, plans.distribution.sql, plans.flow.sql));
    expect!["[Instant(2026-10-31T23:00:00Z), Instant(2026-11-28T23:00:00Z)] paths"]
        .assert_eq(&format!("{:?} {}", plans.top.params, plans.top.paths[0].table));
}

#[test]
fn the_statements_of_assists_and_overlap() {
    let question = PathQuestion { range: None, ..question() };
    let (assists, overlap) = (assists::plans(&question), overlap::plans(&question));
    expect![[r#"
        SELECT step, SUM(CASE WHEN is_converted THEN 1 ELSE 0 END) AS conversions, SUM(revenue) AS revenue,
          SUM(CASE WHEN is_converted THEN 0 ELSE 1 END) AS not_converted,
          SUM(CASE WHEN is_converted THEN steps END) AS touches,
          SUM((CAST(converted_at AS BIGINT) - CAST(started_at AS BIGINT)) / 1000000) AS seconds,
          SUM((CAST(converted_at AS BIGINT) - CAST(ended_at AS BIGINT)) / 1000000) AS seconds_of_last,
          SUM(CASE WHEN is_converted AND NOT is_last THEN 1 ELSE 0 END), SUM(CASE WHEN NOT is_last THEN revenue END), SUM(CASE WHEN is_converted AND is_first THEN 1 ELSE 0 END),
          SUM(CASE WHEN is_converted AND is_last THEN 1 ELSE 0 END), SUM(CASE WHEN is_last THEN revenue END), SUM(CASE WHEN is_converted AND distinct_steps = 1 THEN 1 ELSE 0 END)
        FROM paths_pairs
        WHERE step = other_step AND TRUE
        GROUP BY step
        ORDER BY conversions DESC, not_converted DESC, step
        LIMIT 3

        SELECT steps > 0 AS has_path, SUM(CASE WHEN is_converted THEN 1 ELSE 0 END) AS conversions, SUM(revenue) AS revenue,
          SUM(CASE WHEN is_converted THEN 0 ELSE 1 END) AS not_converted,
          SUM(CASE WHEN is_converted THEN steps END) AS touches,
          SUM((CAST(converted_at AS BIGINT) - CAST(started_at AS BIGINT)) / 1000000) AS seconds,
          SUM((CAST(converted_at AS BIGINT) - CAST(ended_at AS BIGINT)) / 1000000) AS seconds_of_last
        FROM paths
        WHERE TRUE
        GROUP BY steps > 0

        SELECT step, other_step, SUM(CASE WHEN is_converted THEN 1 ELSE 0 END) AS conversions, SUM(revenue) AS revenue,
          SUM(CASE WHEN is_converted THEN 0 ELSE 1 END) AS not_converted,
          SUM(CASE WHEN is_converted AND distinct_steps = 1 THEN 1 ELSE 0 END) AS sole_conversions,
          SUM(CASE WHEN distinct_steps = 1 THEN revenue END) AS sole_revenue
        FROM paths_pairs
        WHERE TRUE
        GROUP BY step, other_step
        ORDER BY conversions DESC, not_converted DESC, step, other_step
    "#]].assert_eq(&format!("{}\n\n{}\n\n{}\n", assists.steps.sql, assists.summary.sql, overlap.pairs.sql));
    assert!(assists.steps.params.is_empty());
}

#[test]
fn the_parts_of_a_report_add_up_to_its_summary() {
    let day = 86_400;
    let top = table(
        vec![
            vec![text("Ads"), count(3), money("30.00"), count(10), count(3), count(3 * day), count(3 * day)],
            vec![text("Ads > E-mail"), count(2), money("25.50"), count(0), count(5), count(day), count(0)],
        ],
        Vec::new(),
    );
    let distribution = table(
        vec![
            vec![
                count(1),
                count(2),
                count(2),
                count(3),
                money("30.00"),
                count(0),
                count(3),
                count(3 * day),
                count(3 * day),
                count(0),
            ],
            vec![
                count(1),
                Cell::Null,
                Cell::Null,
                count(0),
                Cell::Null,
                count(12),
                Cell::Null,
                Cell::Null,
                Cell::Null,
                count(0),
            ],
            vec![
                count(20),
                count(11),
                count(0),
                count(3),
                money("35.50"),
                count(1),
                count(95),
                count(300 * day),
                count(60),
                count(1),
            ],
            vec![
                count(0),
                Cell::Null,
                Cell::Null,
                count(4),
                money("44.00"),
                count(0),
                count(0),
                Cell::Null,
                Cell::Null,
                count(0),
            ],
        ],
        Vec::new(),
    );
    let flow = table(
        vec![
            vec![text("Ads"), Cell::Bool(false), count(3), money("30.00"), count(10)],
            vec![text("Ads > E-mail"), Cell::Bool(false), count(2), money("25.50"), count(0)],
            vec![text("A > B > A > B > A"), Cell::Bool(true), count(1), money("10.00"), count(3)],
        ],
        vec![count(6), money("65.50"), count(13)],
    );
    let report = report::finish(&top, &distribution, &flow, Currency::EUR);
    let summary = &report.summary;
    assert_eq!(
        (summary.conversions, summary.attributed_conversions, summary.unattributed_conversions),
        (10, 6, 4)
    );
    assert_eq!((summary.revenue.as_str(), summary.attributed_revenue.as_str()), ("109.50", "65.50"));
    assert_eq!(
        report.rest,
        Figures {
            conversions: 1,
            revenue: "10.00".to_owned(),
            not_converted: 3,
            conversion_rate: Some(0.25)
        }
    );
    assert_eq!(report.lengths.len(), 20);
    assert_eq!(report.lengths.iter().map(|bucket| bucket.figures.conversions).sum::<i64>(), 6);
    assert!(report.lengths[19].is_open);
    for lags in [&report.lag_of_first, &report.lag_of_last] {
        assert_eq!(
            lags.iter().map(|bucket| bucket.conversions).sum::<i64>(),
            6,
            "every conversion with a touch has a lag"
        );
    }
    assert_eq!((report.lag_of_first[2].conversions, report.lag_of_first[11].conversions), (3, 3));
    assert_eq!(report.flow.branches.iter().map(|branch| branch.figures.conversions).sum::<i64>(), 6);
    assert_eq!(report.paths[1].steps, ["Ads", "E-mail"]);
    assert_eq!((report.paths[1].average_touches, report.paths[1].average_days), (Some(2.5), Some(0.5)));
    assert_eq!(report.paths_cut, 1);
}

#[test]
fn a_flow_that_the_engine_cut_keeps_its_sums() {
    let flow = RawTable {
        is_truncated: true,
        ..table(
            vec![vec![text("Ads"), Cell::Bool(false), count(3), money("30.00"), count(10)]],
            vec![count(5), money("70.00"), count(30)],
        )
    };
    let flow = flow::finish(&flow, Currency::EUR);
    assert_eq!(flow.branches.iter().map(|branch| branch.figures.not_converted).sum::<i64>(), 30);
    assert!(
        flow.branches
            .iter()
            .any(|branch| branch.end == flow::End::Other && branch.figures.conversions == 2)
    );
}

/// (has_path, conversions, revenue, not converted, touches, seconds, seconds of the last)
fn summary() -> RawTable {
    table(
        vec![
            vec![
                Cell::Bool(true),
                count(8),
                money("80.00"),
                count(32),
                count(20),
                count(86_400 * 16),
                count(0),
            ],
            vec![Cell::Bool(false), count(2), money("20.00"), count(0), count(0), Cell::Null, Cell::Null],
        ],
        Vec::new(),
    )
}

#[test]
fn a_step_that_helps_more_than_it_closes_shows_it() {
    let row = |step: &str, counts: [i64; 2], of: [i64; 4]| {
        vec![
            text(step),
            count(counts[0]),
            money("50.00"),
            count(counts[1]),
            count(15),
            count(86_400 * 5),
            count(0),
            count(of[0]),
            money("40.00"),
            count(of[1]),
            count(of[2]),
            money("10.00"),
            count(of[3]),
        ]
    };
    let steps = table(
        vec![
            row("Ads", [5, 5], [4, 3, 1, 0]),
            row("Search", [4, 2], [0, 1, 4, 3]),
            row("E-mail", [1, 0], [1, 0, 0, 0]),
        ],
        Vec::new(),
    );
    let found = assists::finish(&question(), &steps, &summary(), Currency::EUR);
    assert!(found.is_truncated, "two of three are asked for");
    let ads = &found.steps[0];
    assert_eq!((ads.assisted_conversions, ads.last_conversions, ads.assists_per_last), (4, 1, Some(4.0)));
    assert_eq!((ads.influence, ads.conversion_rate_with), (Some(5.0 / 8.0), Some(0.5)));
    assert_eq!(ads.conversion_rate_without, Some(3.0 / 30.0));
    assert_eq!((ads.average_touches, ads.average_days), (Some(3.0), Some(1.0)));
    assert_eq!((ads.assisted_revenue.as_str(), ads.last_revenue.as_str()), ("40.00", "10.00"));
}

#[test]
fn an_overlap_names_the_most_frequent_steps_and_their_shares_of_each_other() {
    let row = |step: &str, other: &str, conversions: i64, sole: i64| {
        vec![
            text(step),
            text(other),
            count(conversions),
            money("10.00"),
            count(1),
            count(sole),
            money("5.00"),
        ]
    };
    let pairs = table(
        vec![
            row("Search", "Search", 6, 3),
            row("Ads", "Ads", 4, 1),
            row("Ads", "Search", 3, 0),
            row("E-mail", "E-mail", 1, 0),
            row("Ads", "E-mail", 1, 0),
        ],
        Vec::new(),
    );
    let found = overlap::finish(&question(), &pairs, &summary(), Currency::EUR);
    let steps = found
        .steps
        .iter()
        .map(|step| (step.step.as_str(), step.conversions, step.sole_conversions, step.shared));
    assert_eq!(steps.collect::<Vec<_>>(), [("Search", 6, 3, Some(0.5)), ("Ads", 4, 1, Some(0.75))]);
    assert_eq!(found.steps_left_out, 1);
    assert_eq!(found.pairs.len(), 1);
    let pair = &found.pairs[0];
    assert_eq!((pair.step.as_str(), pair.other_step.as_str(), pair.conversions), ("Search", "Ads", 3));
    assert_eq!((pair.share_of_step, pair.share_of_other), (Some(0.5), Some(0.75)));
}

#[test]
fn what_is_wrong_with_days_and_limits_is_said_with_its_place() {
    let refused = |from, to, zone| range(from, to, zone).unwrap_err().problems[0].pointer.clone();
    assert_eq!(refused(Some("2026-11-01"), None, "UTC"), "/to");
    assert_eq!(refused(None, Some("2026-11-01"), "UTC"), "/from");
    assert_eq!(refused(Some("yesterday"), Some("2026-11-01"), "UTC"), "/from");
    assert_eq!(refused(Some("2026-11-02"), Some("2026-11-01"), "UTC"), "/to");
    assert_eq!(refused(Some("2026-11-01"), Some("2026-11-01"), "Nowhere"), "/zone");
    assert_eq!(limit(Some(0), 10, 50).unwrap_err().problems[0].pointer, "/limit");
    assert_eq!(
        limit(Some(51), 10, 50).unwrap_err().problems[0].message,
        "`limit` is 51: use a number from 1 to 50"
    );
    assert_eq!(limit(None, 10, 50), Ok(10));
}
