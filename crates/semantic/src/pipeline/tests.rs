use attribution::Settings;

use super::*;
use crate::result::Cell;

fn question() -> PipelineQuestion {
    PipelineQuestion {
        from: "2026-01-01".to_owned(),
        to: "2026-01-31".to_owned(),
        by: Some("channel".to_owned()),
        ..PipelineQuestion::default()
    }
}

fn begin(question: PipelineQuestion) -> Result<Asking, QueryError> {
    let attribution = Settings::default();
    let organization = Organization {
        currency: Currency::EUR,
        zone: "Europe/Berlin",
        attribution: &attribution,
        history: &[],
    };
    start(question, &organization, "2026-03-01T00:00:00Z".parse().unwrap())
}

fn raw(data_version: i64, rows: Vec<Vec<Cell>>) -> RawTable {
    RawTable {
        columns: Vec::new(),
        rows,
        totals: Vec::new(),
        data_version,
        is_truncated: false,
    }
}

fn text(text: &str) -> Cell {
    Cell::Text(text.into())
}

fn names(names: &[&str]) -> Vec<Vec<Cell>> {
    let newest = || text("2026-02-01T00:00:00Z");
    names
        .iter()
        .map(|name| vec![text(name), Cell::Integer(5), Cell::Integer(0), newest()])
        .collect()
}

fn ask(next: Next) -> Asking {
    match next {
        Next::Ask(asking) => *asking,
        Next::Done(pipeline) => panic!("done already: {pipeline:?}"),
    }
}

#[test]
fn names_of_stages_are_parameters() {
    let asking = ask(begin(question())
        .unwrap()
        .answer(&raw(1, names(&["O'Neill", "lead", "Closed Won"])))
        .unwrap());
    let order = asking.plan();
    assert!(!order.sql.contains("Neill") && order.params.contains(&crate::Param::Text("O'Neill".to_owned())));
    let asking = ask(asking.answer(&raw(1, Vec::new())).unwrap());
    let figures = asking.plan();
    assert!(!figures.sql.contains("Neill") && !figures.sql.contains("Closed"));
}

#[test]
fn a_part_of_another_data_version_starts_the_question_over() {
    let asking = begin(question()).unwrap();
    let first = asking.plan();
    let asking = ask(asking.answer(&raw(7, names(&["lead", "offer"]))).unwrap());
    assert_ne!(asking.plan(), first);
    let asking = ask(asking.answer(&raw(8, Vec::new())).unwrap());
    assert_eq!(asking.plan(), first, "asked anew");
    let asking = ask(asking.answer(&raw(8, names(&["lead", "offer"]))).unwrap());
    let asking = ask(asking.answer(&raw(8, Vec::new())).unwrap());
    assert!(matches!(asking.answer(&raw(8, Vec::new())).unwrap(), Next::Done(pipeline) if pipeline.data_version == 8));
}

#[test]
fn everything_that_is_wrong_is_named() {
    let wrong = PipelineQuestion {
        from: "2026-02-30".to_owned(),
        by: Some("chanel".to_owned()),
        ..question()
    };
    let problems = begin(wrong).unwrap_err().problems;
    assert_eq!(
        problems.iter().map(|problem| problem.pointer.as_str()).collect::<Vec<_>>(),
        ["/from", "/by"]
    );
    assert_eq!(problems[1].suggestion.as_deref(), Some("channel"));

    let mut misspelt = question();
    misspelt.wish.lost = vec!["losst".to_owned()];
    let refused = begin(misspelt).unwrap().answer(&raw(1, names(&["lead", "lost"]))).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "/lost: no row enters the stage `losst`: the data has lead, lost (did you mean `lost`?)"
    );
}
