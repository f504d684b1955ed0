use super::super::tests::paths;
use super::*;

/// Every path of three steps over two channels, its counts from `rule`.
fn grid(rule: impl Fn([usize; 3]) -> (u64, u64)) -> GroupedPaths {
    let mut lines = String::new();
    for a in 0..2 {
        for b in 0..2 {
            for c in 0..2 {
                let (conversions, nulls) = rule([a, b, c]);
                let name = |step: usize| ["x", "y"][step];
                lines.push_str(&format!("{} > {} > {};{conversions};0;{nulls}\n", name(a), name(b), name(c)));
            }
        }
    }
    paths(&lines)
}

/// Expected numbers of journeys of a chain without memory beyond its last step: half go on, x converts more often than y.
fn walk(builder: &mut super::super::Builder, steps: &mut Vec<&'static str>, journeys: f64) {
    for (step, conversion) in [("x", 0.2), ("y", 0.05)] {
        steps.push(step);
        let here = journeys / 2.0;
        let converted = (here * conversion).round() as u64;
        builder
            .add(steps.iter().copied(), converted, 0.0, (here * 0.5).round() as u64 - converted)
            .unwrap();
        if steps.len() < 9 {
            walk(builder, steps, here * 0.5);
        }
        steps.pop();
    }
}

#[test]
fn a_conversion_that_depends_on_the_last_step_needs_one_step_of_memory() {
    let mut builder = super::super::Builder::default();
    walk(&mut builder, &mut Vec::new(), 1_000_000.0);
    let choice = choose_order(&builder.finish(), true);
    assert_eq!(choice.order, 1, "{choice:?}");
}

#[test]
fn a_conversion_that_depends_on_the_step_before_needs_two() {
    let choice = choose_order(&grid(|[_, b, _]| if b == 0 { (900, 100) } else { (100, 900) }), true);
    assert!(choice.criteria[1] < choice.criteria[0], "{choice:?}");
    let first = choose_order(&grid(|[a, _, _]| if a == 0 { (900, 100) } else { (100, 900) }), true);
    assert_eq!(first.order, 3, "{first:?}");
}

#[test]
fn few_journeys_do_not_pay_for_a_long_memory() {
    assert_eq!(choose_order(&grid(|[_, b, _]| if b == 0 { (1, 0) } else { (0, 1) }), true).order, 1);
    assert_eq!(choose_order(&super::super::Builder::default().finish(), true).order, 1);
}
