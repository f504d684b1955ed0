use super::{digamma, hypergeometric, ln_gamma};

fn close(value: f64, expected: f64) {
    assert!((value - expected).abs() <= 1e-13 * expected.abs().max(1.0), "{value} is not {expected}");
}

#[test]
fn ln_gamma_knows_factorials_and_the_root_of_pi() {
    close(ln_gamma(1.0), 0.0);
    close(ln_gamma(2.0), 0.0);
    close(ln_gamma(6.0), 120f64.ln());
    close(ln_gamma(0.5), std::f64::consts::PI.sqrt().ln());
    close(ln_gamma(171.0), (1..=170).map(|n| f64::from(n).ln()).sum());
    close(ln_gamma(1e-8), 18.420_680_738_180_2);
}

#[test]
fn digamma_is_the_slope_of_ln_gamma() {
    close(digamma(1.0), -0.577_215_664_901_532_9);
    close(digamma(0.5), -0.577_215_664_901_532_9 - 2.0 * std::f64::consts::LN_2);
    for x in [0.01_f64, 0.3, 1.7, 12.0, 400.0] {
        let step = x * 1e-5;
        let slope = (ln_gamma(x + step) - ln_gamma(x - step)) / (2.0 * step);
        assert!((digamma(x) - slope).abs() <= 1e-6 * slope.abs().max(1.0), "at {x}");
    }
}

#[test]
fn hypergeometric_knows_its_closed_forms() {
    for z in [0.0_f64, 0.1, 0.5, 0.9, 0.999] {
        // (1 − z)^(−a) where b = c; here a < 0.
        close(hypergeometric(-0.5, 2.0, 2.0, z), (1.0 - z).sqrt());
        // −ln(1 − z)/z; at c = a + b the series still converges below 1.
        if z > 0.0 {
            close(hypergeometric(1.0, 1.0, 2.0, z), -(1.0 - z).ln() / z);
        }
    }
    // Gauss: Γ(c)Γ(c−a−b) / (Γ(c−a)Γ(c−b)) at z = 1, approached.
    let at_one = (ln_gamma(5.0) + ln_gamma(3.0) - ln_gamma(4.0) - ln_gamma(4.0)).exp();
    assert!((hypergeometric(1.0, 1.0, 5.0, 1.0 - 1e-9) - at_one).abs() < 1e-8);
}
