use attribution::Settings;
use types::Currency;

use super::*;
use crate::result::Cell;

fn text(text: &str) -> Cell {
    Cell::Text(text.into())
}

fn raw(rows: Vec<Vec<Cell>>) -> RawTable {
    RawTable {
        columns: Vec::new(),
        rows,
        totals: Vec::new(),
        data_version: 4,
        is_truncated: false,
    }
}

fn row(cohort: &str, channel: &str, rest: &[f64]) -> Vec<Cell> {
    let mut cells = vec![text(cohort), Cell::Integer(0), text(channel), Cell::Null];
    cells.extend(rest.iter().map(|number| Cell::Number(*number)));
    cells
}

fn month(cohort: &str, channel: &str, month: i64, figures: &[f64]) -> Vec<Cell> {
    let mut cells = row(cohort, channel, figures);
    cells.insert(4, Cell::Integer(month));
    cells
}

fn ask(quiet_days: Option<i64>) -> Result<RetentionPlans, QueryError> {
    let settings = Settings::default();
    let organization = Organization {
        currency: Currency::EUR,
        zone: "UTC",
        attribution: &settings,
        history: &[],
    };
    plans(&AcquisitionQuestion::default(), quiet_days, &organization)
}

#[test]
fn a_month_is_a_share_of_the_customers_of_the_cohorts_that_are_ripe() {
    let customers = raw(vec![
        row("2026-01-01", "meta", &[4.0, 2.0, 4.0, 3.0]),
        row("2026-01-01", "mail", &[6.0, 6.0, 6.0, 0.0]),
        row("2026-02-01", "meta", &[10.0, 1.0, 0.0, 0.0]),
    ]);
    let activity = raw(vec![
        month("2026-01-01", "meta", 0, &[4.0, 3.0]),
        month("2026-01-01", "meta", 1, &[1.0, 2.0]),
        month("2026-01-01", "mail", 0, &[6.0, 6.0]),
        month("2026-02-01", "meta", 0, &[10.0, 5.0]),
        // Not ripe: nobody knows yet who else will order in this month.
        month("2026-02-01", "meta", 1, &[9.0, 9.0]),
    ]);
    let through = raw(vec![vec![text("2026-04-10T00:00:00Z"), Cell::Integer(0), Cell::Null]]);
    let answer = ask(None).unwrap().finish([&activity, &customers, &through]);

    let meta = &answer.sources[0];
    assert_eq!((meta.customers, meta.repeat_rate, meta.churn_rate), (14.0, Some(3.0 / 14.0), Some(0.75)));
    let [Some(zero), Some(one)] = meta.months.as_slice() else {
        panic!("{meta:?}")
    };
    assert_eq!((zero.customers, zero.ordered, zero.engaged), (14.0, 1.0, 8.0 / 14.0));
    assert_eq!((one.customers, one.ordered, one.engaged), (4.0, 0.25, 0.5));
    let february = &answer.cohorts[1];
    assert!(february.months[0].is_some() && february.months[1].is_none());
    assert_eq!(february.churn_rate, None, "nobody has been a customer for long enough");
    assert_eq!((answer.total.customers, answer.total.churn_rate), (20.0, Some(0.3)));
    assert_eq!(answer.total.months[1].as_ref().map(|month| month.ordered), Some(0.1));
    assert_eq!(answer.quiet_days, QUIET_DAYS_DEFAULT);
}

#[test]
fn impossible_quiet_days_are_refused() {
    assert_eq!(ask(Some(0)).unwrap_err().problems[0].pointer, "/quiet_days");
    assert!(ask(Some(30)).unwrap().customers.params.contains(&Param::Integer(30 * 86_400_000_000)));
}
