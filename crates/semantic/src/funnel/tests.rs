use super::*;
use crate::result::Cell;

fn question() -> FunnelQuestion {
    FunnelQuestion {
        from: "2026-01-01".to_owned(),
        to: "2026-01-31".to_owned(),
        zone: None,
        by: "channel".to_owned(),
        model: Model::Linear,
        attribution: None,
        date_basis: DateBasis::Conversion,
        goals: Vec::new(),
        compare: Compare::Year,
    }
}

fn begin(question: FunnelQuestion) -> Result<Asking, QueryError> {
    let attribution = Settings::default();
    start(
        question,
        &Organization {
            currency: Currency::EUR,
            zone: "Europe/Berlin",
            attribution: &attribution,
            history: &[],
        },
    )
}

fn kinds_of(kinds: &[(&str, Option<&str>)], data_version: i64) -> RawTable {
    let text = |text: &str| Cell::Text(text.into());
    RawTable {
        columns: Vec::new(),
        rows: kinds
            .iter()
            .map(|(kind, name)| vec![text(kind), name.map_or(Cell::Null, text), Cell::Integer(1)])
            .collect(),
        totals: Vec::new(),
        data_version,
        is_truncated: false,
    }
}

fn asked(next: Next) -> Asking {
    match next {
        Next::Ask(asking) => *asking,
        Next::Done(funnel) => panic!("done already: {funnel:?}"),
    }
}

#[test]
fn only_what_the_organisation_records_is_asked() {
    let parts = |kinds: &[(&str, Option<&str>)]| -> Vec<PartOf> {
        let asking = asked(begin(question()).unwrap().answer(kinds_of(kinds, 1)).unwrap());
        asking
            .waiting
            .iter()
            .filter(|part| !format!("{:?}", part.of).contains("true"))
            .map(|part| part.of)
            .collect()
    };
    let now = false;
    assert_eq!(parts(&[]), [PartOf::Platform { is_compared: now }]);
    assert_eq!(
        parts(&[("touch", None), ("order", Some("purchase")), ("conversion", Some("sign_up"))]),
        [
            PartOf::Platform { is_compared: now },
            PartOf::Visits { is_compared: now },
            PartOf::Leads { is_compared: now },
            PartOf::Orders { is_compared: now },
        ]
    );
}

#[test]
fn leads_are_credited_by_their_own_conversion_types() {
    let kinds = [("order", Some("purchase")), ("conversion", Some("sign_up")), ("conversion", Some("demo"))];
    let asking = asked(
        begin(FunnelQuestion {
            goals: vec!["demo".to_owned()],
            ..question()
        })
        .unwrap()
        .answer(kinds_of(&kinds, 1))
        .unwrap(),
    );
    let types = |of: PartOf| {
        let part = asking.waiting.iter().find(|part| part.of == of).unwrap();
        part.prepared.plan.credits[0].settings.conversion_types.clone()
    };
    assert_eq!(types(PartOf::Leads { is_compared: false }), ["demo"]);
    assert_eq!(types(PartOf::Orders { is_compared: false }), ["purchase"]);
    assert_eq!(asking.compared(), Some(["2025-01-02".to_owned(), "2025-02-01".to_owned()]));
}

#[test]
fn a_part_of_another_data_version_starts_the_question_over() {
    let asking = begin(question()).unwrap();
    let first = asking.plan();
    let asking = asked(asking.answer(kinds_of(&[("touch", None)], 1)).unwrap());
    assert_ne!(asking.plan(), first);
    let asking = asked(asking.answer(kinds_of(&[], 2)).unwrap());
    assert_eq!(asking.plan(), first);
}

#[test]
fn a_breakdown_that_is_not_on_every_step_is_refused_with_the_reason() {
    let refused = |by: &str| {
        begin(FunnelQuestion {
            by: by.to_owned(),
            ..question()
        })
        .unwrap_err()
        .to_string()
    };
    assert_eq!(
        refused("customer_type"),
        "/by: a funnel cannot be broken down by `customer_type`: not all of platforms' rows, visits and credited orders have it; use one of \
         channel, campaign, data_source, asset, country, device"
    );
    assert!(refused("ad").contains("ids within one source only"));
    assert!(refused("chanel").ends_with("(did you mean `channel`?)"), "{}", refused("chanel"));
}
