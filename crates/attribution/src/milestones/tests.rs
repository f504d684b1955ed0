use expect_test::{Expect, expect};

use super::*;

/// Touches at the numbered hours, a sale at hour 100.
fn check(times: &[i64], lead: Option<i64>, opportunity: Option<i64>, expected: Expect) {
    let milestone = |stage, time: Option<i64>| time.map(|time| Milestone { time, stage });
    let milestones: Vec<Milestone> = [milestone(Stage::Lead, lead), milestone(Stage::Opportunity, opportunity)]
        .into_iter()
        .flatten()
        .collect();
    let mut lines = Vec::new();
    for (name, append) in [
        ("w_shaped", append_w_shaped as fn(&[i64], i64, &[Milestone], &mut Vec<f64>) -> bool),
        ("full_path", append_full_path),
    ] {
        let mut weights = Vec::new();
        let is_complete = append(times, 100, &milestones, &mut weights);
        assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        let shown: Vec<String> = weights.iter().map(|weight| format!("{weight:.4}")).collect();
        lines.push(format!(
            "{name} {}{}",
            shown.join(" "),
            if is_complete { "" } else { " (milestone missing)" }
        ));
    }
    expected.assert_eq(&lines.join("\n"));
}

#[test]
fn five_touches_with_all_milestones_get_the_published_shares() {
    check(
        &[0, 10, 20, 30, 40],
        Some(15),
        Some(35),
        expect![[r#"
            w_shaped 0.3000 0.3000 0.0500 0.3000 0.0500
            full_path 0.2250 0.2250 0.1000 0.2250 0.2250"#]],
    );
}

#[test]
fn a_touch_with_several_roles_gets_their_sum() {
    check(
        &[0, 10],
        Some(0),
        Some(50),
        expect![[r#"
            w_shaped 0.6667 0.3333
            full_path 0.5000 0.5000"#]],
    );
}

#[test]
fn missing_milestones_leave_their_share_to_the_rest() {
    check(
        &[0, 10, 20],
        None,
        None,
        expect![[r#"
            w_shaped 0.7500 0.1250 0.1250 (milestone missing)
            full_path 0.4091 0.1818 0.4091 (milestone missing)"#]],
    );
}

#[test]
fn milestones_before_the_journey_or_after_the_sale_do_not_count() {
    check(
        &[10, 20],
        Some(5),
        Some(101),
        expect![[r#"
            w_shaped 0.7500 0.2500 (milestone missing)
            full_path 0.5000 0.5000 (milestone missing)"#]],
    );
}
