//! What an analyst would notice, on paths that can be worked out by hand.

use super::*;

fn credits(lines: &str, model: PathModel) -> Vec<(String, f64, f64)> {
    let found = one(&paths(lines), model);
    found
        .credits
        .into_iter()
        .map(|credit| (credit.channel, credit.conversions, credit.value))
        .collect()
}

fn credit(channel: &str, conversions: f64, value: f64) -> (String, f64, f64) {
    (channel.to_owned(), conversions, value)
}

/// Equal to within rounding.
fn check(found: &[(String, f64, f64)], expected: &[(String, f64, f64)]) {
    let near = |a: f64, b: f64| (a - b).abs() < 1e-12 * (1.0 + b.abs());
    let is_same = found.len() == expected.len() && found.iter().zip(expected).all(|(a, b)| a.0 == b.0 && near(a.1, b.1) && near(a.2, b.2));
    assert!(is_same, "{found:?} instead of {expected:?}");
}

#[test]
fn rules_share_a_path_by_position() {
    let lines = "a > b > b > c;10;100;0";
    let of = |model| credits(lines, model);
    check(
        &of(PathModel::FirstTouch),
        &[credit("a", 10.0, 100.0), credit("b", 0.0, 0.0), credit("c", 0.0, 0.0)],
    );
    check(
        &of(PathModel::LastTouch),
        &[credit("a", 0.0, 0.0), credit("b", 0.0, 0.0), credit("c", 10.0, 100.0)],
    );
    check(
        &of(PathModel::Linear),
        &[credit("a", 2.5, 25.0), credit("b", 5.0, 50.0), credit("c", 2.5, 25.0)],
    );
    check(
        &of(PathModel::PositionBased),
        &[credit("a", 4.0, 40.0), credit("b", 2.0, 20.0), credit("c", 4.0, 40.0)],
    );
    check(
        &of(PathModel::JShaped),
        &[credit("a", 2.0, 20.0), credit("b", 2.0, 20.0), credit("c", 6.0, 60.0)],
    );
    check(
        &of(PathModel::InverseJ),
        &[credit("a", 6.0, 60.0), credit("b", 2.0, 20.0), credit("c", 2.0, 20.0)],
    );
    let third = 10.0 / 3.0;
    check(
        &of(PathModel::Shapley),
        &["a", "b", "c"].map(|channel| credit(channel, third, 10.0 * third)),
    );
}

#[test]
fn last_non_direct_passes_over_direct_unless_there_is_nothing_else() {
    let model = || PathModel::LastNonDirect { direct: "direct".to_owned() };
    check(
        &credits("a > Direct > Direct;3;30;0\nDirect;1;5;0", model()),
        &[credit("Direct", 1.0, 5.0), credit("a", 3.0, 30.0)],
    );
    let unknown = PathModel::LastNonDirect { direct: "typo".to_owned() };
    check(&credits("a > b;3;30;0", unknown), &[credit("a", 0.0, 0.0), credit("b", 3.0, 30.0)]);
}

#[test]
fn ordered_shapley_tells_positions_apart() {
    let found = one(&paths("a > b > a;6;60;0\nb;1;7;2\na > c;0;0;9"), PathModel::OrderedShapley);
    let rows: Vec<_> = found
        .credits
        .iter()
        .map(|row| (row.channel.as_str(), row.position, row.conversions, row.value))
        .collect();
    assert_eq!(
        rows,
        [
            ("a", Some(1), 1.5, 15.0),
            ("a", Some(3), 1.5, 15.0),
            ("b", Some(1), 1.0, 7.0),
            ("b", Some(2), 3.0, 30.0),
        ]
    );
}

#[test]
fn a_removal_effect_worked_out_by_hand() {
    // From the start half go to a, half to b; a always leads to b; b converts one time in two. Without a, half of the conversions are lost;
    // without b, all.
    let found = one(&paths("a > b;1;10;1\nb;1;20;1"), markov(1, true));
    let effects: Vec<_> = found
        .credits
        .iter()
        .map(|row| (row.removal_effect.unwrap(), row.removal_effect_value.unwrap()))
        .collect();
    assert_eq!(effects, [(0.5, 0.5), (1.0, 1.0)]);
    let third = 1.0 / 3.0;
    check(
        &found
            .credits
            .into_iter()
            .map(|row| (row.channel, row.conversions, row.value))
            .collect::<Vec<_>>(),
        &[credit("a", 2.0 * third, 10.0), credit("b", 4.0 * third, 20.0)],
    );
}

#[test]
fn memory_tells_apart_what_one_step_cannot() {
    // b converts after a only. One step back, b converts one time in two whatever came before.
    let lines = "a > b;10;0;0\nc > b;0;0;10";
    let effect = |order, channel: usize| one(&paths(lines), markov(order, true)).credits[channel].removal_effect.unwrap();
    assert_eq!([effect(1, 0), effect(1, 2)], [0.5, 0.5]);
    assert_eq!([effect(2, 0), effect(2, 2)], [1.0, 0.0]);
}

#[test]
fn a_channel_that_never_converts_gets_nothing() {
    for order in 1..=ORDER_MAX {
        let found = one(&paths("a > b;3;9;1\na > c;0;0;5\nc;0;0;2"), markov(order, true));
        let c = &found.credits[2];
        assert_eq!((c.conversions, c.value, c.removal_effect), (0.0, 0.0, Some(0.0)), "order {order}");
    }
}

#[test]
fn without_conversions_everything_is_unattributed() {
    let mut builder = Builder::default();
    builder.add(["a", "b"], 0, 0.0, 7).unwrap();
    let paths = builder.finish();
    for model in all() {
        let found = one(&paths, model);
        assert!(found.credits.iter().all(|row| row.conversions == 0.0 && row.value == 0.0), "{found:?}");
        assert_eq!((found.conversions, found.unattributed_conversions), (0.0, 0.0));
    }
    assert_eq!(
        attribute(&Builder::default().finish(), &all(), None).unwrap().len(),
        all().len(),
        "and no path at all is no error"
    );
}

#[test]
fn leave_one_out_gives_a_step_what_the_path_loses_without_it() {
    // p(a > b) = 0.5, p(b) = 0.2, p(a) = 0.4: a earns 0.3 of 0.4, b 0.1 of 0.4.
    let found = credits("a > b;5;50;5\na > b > b;0;0;0\nb;2;8;8\na;4;8;6", PathModel::LeaveOneOut);
    check(
        &found,
        &[credit("a", 5.0 * 0.75 + 4.0, 37.5 + 8.0), credit("b", 5.0 * 0.25 + 2.0, 12.5 + 8.0)],
    );
    // Nothing is lost without either: the last step earns all.
    check(
        &credits("a > b;1;10;9\nb;1;5;1\na;1;5;1", PathModel::LeaveOneOut)[..1],
        &[credit("a", 1.0, 5.0)],
    );
}

#[test]
fn raking_says_what_cannot_be_reached() {
    // Nine of ten conversions touched b only, but both channels have the removal effect that gives a more than the tenth path has.
    let paths = paths("a > b;1;10;0\nb;9;90;0");
    let weights = step_weights(&paths, &markov(1, false)).unwrap();
    assert_eq!(weights.of(&paths, 1), [1.0]);
    assert!(weights.margins[0].reached <= 10.0 + 1e-9);
    let wanted = weights.margins[0].wanted;
    assert!((wanted - 100.0 * 0.1 / 1.1).abs() < 1e-9, "{wanted}");
    assert!(weights.residual() < 1e-9, "here it can: {}", weights.residual());

    let unreachable = super::paths("a > b;1;10;0\nb;1;90;0\na > b > c;1;1;0");
    let weights = step_weights(&unreachable, &markov(1, false)).unwrap();
    assert!(weights.residual() > 0.01, "{weights:?}");
    for path in 0..unreachable.len() {
        assert!((weights.of(&unreachable, path).iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }
}

#[test]
fn a_journey_of_a_million_touches_is_solved() {
    let mut long: Vec<&str> = Vec::new();
    (0..500_000).for_each(|_| long.extend(["a", "b"]));
    let mut builder = Builder::default();
    builder.add(long, 1, 5.0, 0).unwrap();
    builder.add(["c"], 1, 5.0, 1).unwrap();
    let paths = builder.finish();
    for order in 1..=3 {
        let found = one(&paths, markov(order, true));
        let effects: Vec<f64> = found.credits.iter().map(|row| row.removal_effect.unwrap()).collect();
        assert!(effects.iter().all(|effect| (effect - 0.5).abs() < 1e-9), "order {order}: {effects:?}");
    }
}
