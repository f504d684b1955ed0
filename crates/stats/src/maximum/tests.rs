use super::maximum;

#[test]
fn a_curved_valley_is_climbed_to_its_top() {
    // Rosenbrock's function on the parameters themselves, its top at (1, 1).
    let valley = |at: &[f64; 2]| {
        let [x, y] = *at;
        let off = y - x * x;
        (-(1.0 - x).powi(2) - 100.0 * off * off, [2.0 * (1.0 - x) + 400.0 * off * x, -200.0 * off])
    };
    let found = maximum(valley, &[[0.2, 3.0]]);
    assert!(found.is_inside);
    for parameter in found.parameters {
        assert!((parameter - 1.0).abs() < 1e-6, "{found:?}");
    }
}

#[test]
fn an_endless_slope_is_told_from_a_maximum() {
    let found = maximum(|at: &[f64; 1]| (at[0].ln(), [1.0 / at[0]]), &[[1.0]]);
    assert!(!found.is_inside);
}
