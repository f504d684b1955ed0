//! The field's published weights, as conformance vectors.

use serde::Deserialize;

use crate::{Credits, Customer, Event, Kind, Model, NO_ORDER, Pass, Settings};

const DAY: i64 = 86_400_000_000;

#[derive(Deserialize)]
struct Vectors {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    case: String,
    days_before_conversion: Vec<i64>,
    first: Vec<f64>,
    last: Vec<f64>,
    linear: Vec<f64>,
    position_40_20_40: Vec<f64>,
    time_decay_h7: Vec<f64>,
    time_decay_posthog_30d_window: Vec<f64>,
    #[serde(rename = "position_60_20_20_J")]
    position_j: Vec<f64>,
    #[serde(rename = "position_inverse_J")]
    position_inverse_j: Vec<f64>,
}

fn cases() -> Vec<Case> {
    serde_json::from_str::<Vectors>(include_str!("vectors/rule_based.json")).unwrap().cases
}

fn weights(days_before: &[i64], settings: &Settings, model: Model) -> Vec<f64> {
    let mut times: Vec<i64> = days_before.iter().map(|days| -days * DAY).collect();
    times.push(0);
    let mut kinds = vec![Kind::Touch; days_before.len()];
    kinds.push(Kind::Conversion);
    let events = [Event {
        row: days_before.len() as u32,
        conversion_type: 0,
        value: 10_000,
        refund_of: NO_ORDER,
    }];
    let mut credits = Credits::new(&[model]);
    let customer = Customer {
        first_row: 0,
        times: &times,
        kinds: &kinds,
        events: &events,
        ..Customer::default()
    };
    Pass::new(settings, &[model]).unwrap().run(&customer, &mut credits).unwrap();
    assert_eq!(credits.models[0].amounts.iter().sum::<i64>(), 10_000);
    credits.models[0].weights.clone()
}

fn check(case: &Case, settings: &Settings, model: Model, expected: &[f64]) {
    let weights = weights(&case.days_before_conversion, settings, model);
    assert_eq!(weights.len(), expected.len(), "{} {model}", case.case);
    for (weight, expected) in weights.iter().zip(expected) {
        assert!((weight - expected).abs() <= 1e-12, "{} {model}: {weights:?}", case.case);
    }
}

#[test]
fn all_rule_based_models_hold_the_published_vectors_to_a_trillionth() {
    let defaults = Settings::default();
    let position = |position| Settings {
        position,
        ..Settings::default()
    };
    let half_life = |half_life_seconds| Settings {
        half_life_seconds,
        ..Settings::default()
    };
    for case in cases() {
        check(&case, &defaults, Model::FirstTouch, &case.first);
        check(&case, &defaults, Model::LastTouch, &case.last);
        check(&case, &defaults, Model::Linear, &case.linear);
        check(&case, &defaults, Model::TimeDecay, &case.time_decay_h7);
        check(&case, &half_life(648_000), Model::TimeDecay, &case.time_decay_posthog_30d_window);
        check(&case, &defaults, Model::PositionBased, &case.position_40_20_40);
        check(&case, &defaults, Model::JShaped, &case.position_j);
        check(&case, &defaults, Model::InverseJ, &case.position_inverse_j);
        check(&case, &defaults, Model::LastNonDirect, &case.last);
        check(&case, &position([0.2, 0.2, 0.6]), Model::PositionBased, &case.position_j);
        check(&case, &position([60.0, 20.0, 20.0]), Model::PositionBased, &case.position_inverse_j);
    }
}

#[test]
fn custom_weights_contain_the_other_models() {
    let mut settings = Settings::default();
    for case in cases() {
        check(&case, &settings, Model::Custom, &case.linear);
    }
    settings.custom.half_life_seconds = Some(7 * 86_400);
    for case in cases() {
        check(&case, &settings, Model::Custom, &case.time_decay_h7);
    }
    settings.custom.half_life_seconds = None;
    (settings.custom.middle, settings.custom.last) = (0.0, 0.0);
    for case in cases() {
        check(&case, &settings, Model::Custom, &case.first);
    }
}
