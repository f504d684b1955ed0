use super::*;

#[test]
fn exp_and_ln_agree_with_the_machine() {
    for x in [-40.0, -3.7, -0.5, -1e-9, 0.0, 0.3, 1.0, 5.5] {
        assert!((exp(x) / f64::exp(x) - 1.0).abs() < 1e-14, "exp({x})");
    }
    for x in [1e-12, 0.01, 0.5, 0.999_999, 1.0, 1.5, 2.0, 1e9] {
        assert!((ln(x) - f64::ln(x)).abs() < 1e-14 * (1.0 + f64::ln(x).abs()), "ln({x})");
    }
}

#[test]
fn distributions_have_the_means_they_promise() {
    let mut random = Random::new(7, 0);
    let n = 40_000;
    let mean = |draw: &mut dyn FnMut() -> f64| (0..n).map(|_| draw()).sum::<f64>() / f64::from(n);
    assert!((mean(&mut || random.exponential(4.0)) - 4.0).abs() < 0.1);
    assert!((mean(&mut || f64::from(random.geometric(8.0))) - 8.0).abs() < 0.2);
    assert!((mean(&mut || f64::from(random.poisson(2.5))) - 2.5).abs() < 0.05);
    assert!(mean(&mut || random.normal()).abs() < 0.02);
}

#[test]
fn a_fork_is_its_stream_from_the_start() {
    let mut parent = Random::new(7, 0);
    parent.unit();
    assert_eq!(parent.fork(5).unit(), Random::new(7, 5).unit());
}
