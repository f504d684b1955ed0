use super::*;

fn raw(rows: Vec<Vec<Cell>>) -> RawTable {
    RawTable {
        columns: Vec::new(),
        rows,
        totals: Vec::new(),
        data_version: 3,
        is_truncated: false,
    }
}

fn text(text: impl ToString) -> Cell {
    Cell::Text(text.to_string().into())
}

fn prepare(question: &CompletionQuestion, window_seconds: i64) -> Result<PreparedCompletion, QueryError> {
    let settings = Settings {
        window_seconds,
        ..Settings::default()
    };
    let organization = Organization {
        currency: Currency::EUR,
        zone: "Europe/Berlin",
        attribution: &settings,
        history: &[],
    };
    completion(question, &organization)
}

fn question(from: &str, to: &str) -> CompletionQuestion {
    CompletionQuestion {
        from: from.to_owned(),
        to: to.to_owned(),
        zone: None,
        settings: None,
        model: Model::Linear,
        channel: None,
    }
}

/// Days from the 1st of May on: each has two conversions of 10.00 on its own day, and two on the next.
fn steady(last: i8) -> RawTable {
    let mut rows = Vec::new();
    for day in 1..=last {
        for age in 0..2 {
            let touched = jiff::civil::date(2024, 5, day);
            let converted = touched.saturating_add(i64::from(age).days());
            rows.push(vec![
                text(touched),
                text(converted),
                Cell::Number(2.0),
                Cell::Decimal("20.000000".parse().unwrap()),
            ]);
        }
    }
    raw(rows)
}

fn last_order(instant: &str) -> RawTable {
    raw(vec![vec![text(instant)]])
}

#[test]
fn the_last_day_is_half_arrived_where_half_of_all_orders_come_on_the_day_after() {
    let prepared = prepare(&question("2024-05-14", "2024-05-15"), DAY_SECONDS).unwrap();
    // Orders of the 16th are not known yet.
    let answer = prepared.finish([steady(15), last_order("2024-05-15T12:00:00Z"), raw(Vec::new())]);
    assert_eq!(answer.reason, None);
    let days: Vec<_> = answer
        .days
        .iter()
        .map(|day| {
            (
                day.day.as_str(),
                day.is_complete,
                day.so_far.completion,
                day.so_far.conversions,
                day.so_far.revenue.as_str(),
            )
        })
        .collect();
    assert_eq!(
        days,
        [
            ("2024-05-14", true, Some(1.0), 4.0, "40.00"),
            ("2024-05-15", false, Some(0.5), 2.0, "20.00")
        ]
    );
    let expected = answer.days[1].so_far.revenue_expected.clone().unwrap();
    assert_eq!(
        (expected.expected.as_str(), expected.low.as_str(), expected.high.as_str()),
        ("40.00", "40.00", "40.00")
    );
    assert_eq!((answer.total.completion, answer.total.spend.clone()), (Some(0.75), None));
    assert_eq!(answer.arrivals.iter().map(|arrival| arrival.conversions).collect::<Vec<_>>(), [0.5, 1.0]);
}

#[test]
fn days_after_the_last_order_are_left_out_and_too_few_days_give_no_number() {
    let prepared = prepare(&question("2024-05-01", "2024-05-31"), DAY_SECONDS).unwrap();
    let answer = prepared.finish([steady(4), last_order("2024-05-04T12:00:00Z"), raw(Vec::new())]);
    assert_eq!(answer.days.len(), 4);
    assert_eq!(
        answer.reason.unwrap(),
        "only 3 days are older than age 0, 7 are needed to see how much arrives then"
    );
    assert_eq!(answer.warnings, ["Orders end on 2024-05-04: days after it are left out"]);
    assert_eq!(
        (answer.days[3].so_far.completion, &answer.days[3].so_far.conversions_expected),
        (None, &None)
    );
    let prepared = prepare(&question("2024-05-01", "2024-05-31"), DAY_SECONDS).unwrap();
    let answer = prepared.finish([raw(Vec::new()), raw(vec![vec![Cell::Null]]), raw(Vec::new())]);
    assert_eq!(answer.reason.unwrap(), "there is no order yet");
}

#[test]
fn what_would_take_years_of_days_is_refused() {
    let error = prepare(&question("2024-05-01", "2024-05-31"), 121 * DAY_SECONDS).unwrap_err();
    assert_eq!(error.problems[0].pointer, "/window");
    let error = prepare(&question("2022-05-01", "2024-05-31"), DAY_SECONDS).unwrap_err();
    assert_eq!(error.problems[0].pointer, "/from");
}

#[test]
fn a_channels_name_is_bound() {
    let mut question = question("2024-05-01", "2024-05-31");
    question.channel = Some("O'Neill".to_owned());
    let prepared = prepare(&question, DAY_SECONDS).unwrap();
    let [triangle, _, spend] = prepared.plans();
    for plan in [triangle, spend] {
        assert!(
            !plan.sql.contains("Neill") && plan.params.contains(&Param::Text("O'Neill".to_owned())),
            "{}",
            plan.sql
        );
    }
}
