use proptest::prelude::*;

use super::*;

#[test]
fn whole_exponents_are_exact() {
    for exponent in 0..=1000 {
        assert_eq!(exp2(-f64::from(exponent)), 2_f64.powi(-exponent));
    }
    assert_eq!(exp2(-1e9), exp2(-1000.0));
}

proptest! {
    #[test]
    fn it_agrees_with_the_maths_library(x in -900.0..=0.0_f64) {
        let expected = x.exp2();
        prop_assert!((exp2(x) - expected).abs() <= 1e-15 * expected);
    }
}
