use super::*;
use crate::result::Cell;

fn row(channel: &str, medium: Option<&str>, referrer: Option<&str>, touches: i64) -> Vec<Cell> {
    let text = |text: Option<&str>| text.map_or(Cell::Null, |text| Cell::Text(text.into()));
    let mut cells = vec![text(Some(channel)), text(Some("collector")), Cell::Null, text(medium)];
    cells.extend(vec![Cell::Null; 4]);
    cells.extend([text(referrer), Cell::Null, Cell::Integer(touches)]);
    cells
}

#[test]
fn touches_that_would_change_are_counted_by_where_they_come_from_and_go_to() {
    let raw = RawTable {
        columns: Vec::new(),
        rows: vec![
            row("Referral", None, Some("blog.example.org"), 5),
            row("Referral", None, Some("www.google.com"), 7),
            row("E-mail", Some("email"), None, 11),
            row("Referral", None, Some("https://www.bing.com/"), 1),
        ],
        totals: Vec::new(),
        data_version: 3,
        is_truncated: false,
    };
    let effect = finish(&raw, &RuleSet::standard());
    let moved = Move {
        from: "Referral".to_owned(),
        to: "Organic search".to_owned(),
        touches: 8,
    };
    assert_eq!((effect.touches, effect.changed, effect.moves), (24, 8, vec![moved]));
}

#[test]
fn the_days_are_parameters() {
    let range = DateRange::parse("2026-10-24", "2026-10-25", "Europe/Berlin").unwrap();
    let plan = plan(&range);
    let instant = |text: &str| Param::Instant(text.parse().unwrap());
    assert_eq!(plan.params, vec![instant("2026-10-23T22:00:00Z"), instant("2026-10-25T23:00:00Z")]);
    assert!(plan.sql.contains("channel_rule IS NOT NULL"), "{}", plan.sql);
}
