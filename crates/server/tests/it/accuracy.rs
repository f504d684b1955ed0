//! How far models are from what really caused the demo company's orders.

use expect_test::expect;
use serde_json::Value;

use crate::tributary::Tributary;

#[test]
fn models_are_ranked_by_their_distance_from_the_demo_companys_truth() {
    let tributary = Tributary::new();
    tributary.json(&["demo", "--load-only"]);
    let models = "first_touch,last_touch,linear,time_decay,position_based";
    let answer = tributary.json(&["accuracy", "--model", models, "--from", "2026-01-01", "--to", "2026-06-30"]);
    let measured = answer["models"].as_array().unwrap();
    let lines: Vec<String> = measured
        .iter()
        .map(|model| {
            let figure = |key: &str| format!("{:.4}", model[key].as_f64().unwrap());
            let (total, mix, order) = (figure("distance"), figure("distance_of_mix"), figure("distance_per_order"));
            format!("{} {total} {mix} {order}", model["model"].as_str().unwrap())
        })
        .collect();
    expect![[r#"
        first_touch 0.2630 0.0899 0.4754
        linear 0.2630 0.1235 0.3839
        position_based 0.2630 0.1291 0.3868
        time_decay 0.2630 0.1447 0.3581
        last_touch 0.2652 0.1899 0.4040"#]]
    .assert_eq(&lines.join("\n"));
    for model in measured {
        let shares = &model["shares"];
        let sum: f64 = shares["channels"].as_object().unwrap().values().filter_map(Value::as_f64).sum::<f64>() + shares["nobody"].as_f64().unwrap();
        assert!((sum - 1.0).abs() < 1e-6, "{model}");
        // No model can credit less than it sees: all are at least what would have come anyway away.
        assert!(model["distance"].as_f64().unwrap() + 1e-9 >= model["unseen"].as_f64().unwrap(), "{model}");
    }
}

#[test]
fn the_truth_of_a_real_company_is_not_known() {
    let tributary = Tributary::with_shop();
    let error = tributary.error(&["accuracy", "--org", "shop"]);
    assert!(error.contains("only the demo company's truth is"), "{error}");
}

#[test]
fn models_that_learn_from_paths_are_measured_beside_the_rules() {
    let tributary = Tributary::new();
    tributary.json(&["demo", "--load-only"]);
    let answer = tributary.json(&["accuracy", "--from", "2026-01-01", "--to", "2026-06-30"]);
    let measured = answer["models"].as_array().unwrap();
    let learned: Vec<&Value> = measured.iter().filter(|model| model["distance_per_order"].is_null()).collect();
    let names: Vec<&str> = measured.iter().filter_map(|model| model["model"].as_str()).collect();
    assert_eq!((learned.len(), names.len()), (3, 14), "{names:?}");
    for model in learned {
        let distance = model["distance"].as_f64().unwrap();
        assert!((0.2..0.4).contains(&distance), "{model}");
    }
}
