use super::*;
use jiff::civil::date;

fn zone() -> TimeZone {
    TimeZone::get("Europe/Berlin").unwrap()
}

fn berlin() -> Calendar {
    Calendar::new(date(2026, 11, 19), &zone()).unwrap()
}

#[test]
fn history_covers_eighteen_months_of_whole_local_days() {
    let calendar = berlin();
    assert_eq!(calendar.first_day, date(2025, 5, 20));
    assert_eq!(calendar.date(calendar.days - 1), date(2026, 11, 19));
    // Two changes back and one forward: 2 × 25 h, 1 × 23 h.
    assert_eq!(calendar.hour_day.len(), calendar.days * 24 + 1);
    assert_eq!(
        Timestamp::from_microsecond(calendar.end_micros()).unwrap().to_string(),
        "2026-11-19T23:00:00Z"
    );
}

#[test]
fn shopping_time_moves_forward_and_knows_its_day() {
    let calendar = berlin();
    let mut before = i64::MIN;
    for step in 0..5000 {
        let at = f64::from(step) * calendar.end() / 5000.0;
        let moment = calendar.moment(at);
        assert!(moment.micros > before);
        let local = zone().to_datetime(Timestamp::from_microsecond(moment.micros).unwrap());
        assert_eq!(local.date(), calendar.date(usize::from(moment.day)));
        before = moment.micros;
    }
}

#[test]
fn black_friday_is_the_busiest_day() {
    let calendar = berlin();
    let busiest = (0..calendar.days)
        .max_by(|a, b| calendar.season[*a].total_cmp(&calendar.season[*b]))
        .unwrap();
    assert_eq!(calendar.date(busiest), date(2025, 11, 28));
}
