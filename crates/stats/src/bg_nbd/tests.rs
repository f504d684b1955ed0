use proptest::prelude::*;

use super::{BgNbd, Purchases};
use crate::Error;
use crate::cdnow;
use crate::special::ln_gamma;

fn cdnow_purchases() -> Vec<Purchases> {
    cdnow::customers().into_iter().map(|(purchases, _)| purchases).collect()
}

fn published() -> BgNbd {
    BgNbd {
        r: 0.242593,
        alpha: 4.413531,
        a: 0.792886,
        b: 2.425754,
        log_likelihood: -9_582.425_6,
    }
}

/// E[Y(t)] without the hypergeometric function: the mean over p ~ Beta(a, b + x) of what λ ~ Gamma(r + x, α + T) still buys, by the midpoint
/// rule after p = u^6 / (u^6 + (1 − u)^6), which takes the poles at 0 and 1 away.
fn expected_by_integration(model: &BgNbd, customer: &Purchases, horizon: f64) -> f64 {
    let x = f64::from(customer.repeats);
    let ln_beta = ln_gamma(model.a) + ln_gamma(model.b + x) - ln_gamma(model.a + model.b + x);
    let now = model.alpha + customer.age;
    let steps = 200_000;
    let mean: f64 = (0..steps)
        .map(|step| {
            let u = (f64::from(step) + 0.5) / f64::from(steps);
            let (up, down) = (u.powi(6), (1.0 - u).powi(6));
            let (p, rest) = (up / (up + down), down / (up + down));
            let bought = (1.0 - (now / (now + p * horizon)).powf(model.r + x)) / p;
            let density = ((model.a - 1.0) * p.ln() + (model.b + x - 1.0) * rest.ln() - ln_beta).exp();
            bought * density * 6.0 * (u * (1.0 - u)).powi(5) / (up + down).powi(2)
        })
        .sum();
    mean / f64::from(steps) * model.alive(customer)
}

#[test]
fn cdnow_gives_the_published_parameters() {
    let customers = cdnow_purchases();
    assert_eq!(customers.len(), 2_357);
    let model = BgNbd::fit(&customers).unwrap();
    let truth = published();
    cdnow::agrees(model.r, truth.r);
    cdnow::agrees(model.alpha, truth.alpha);
    cdnow::agrees(model.a, truth.a);
    cdnow::agrees(model.b, truth.b);
    assert!(model.log_likelihood >= truth.log_likelihood - 1e-3, "{model:?}");
    assert!((model.log_likelihood - truth.log_likelihood).abs() < 1e-3, "{model:?}");
}

#[test]
fn the_first_cdnow_customer_is_expected_to_buy_as_published() {
    // Fader, Hardie & Lee's spreadsheet note: x = 2, t_x = 30.43, T = 38.86 weeks, 39 weeks ahead.
    let customer = Purchases {
        repeats: 2,
        last: 30.43,
        age: 38.86,
    };
    let expected = published().expected(&customer, 39.0);
    assert!((expected - 1.226).abs() < 5e-4, "{expected}");
}

#[test]
fn the_unit_of_time_changes_nothing_but_alpha() {
    let weeks = BgNbd::fit(&cdnow_purchases()).unwrap();
    let in_days: Vec<Purchases> = cdnow_purchases()
        .into_iter()
        .map(|customer| Purchases {
            last: customer.last * 7.0,
            age: customer.age * 7.0,
            ..customer
        })
        .collect();
    let days = BgNbd::fit(&in_days).unwrap();
    assert!((days.alpha / weeks.alpha - 7.0).abs() < 1e-4);
    assert!((days.a - weeks.a).abs() < 1e-4);
}

#[test]
fn many_customers_have_the_fit_of_few() {
    let few = cdnow_purchases();
    let many: Vec<Purchases> = few.iter().cycle().take(few.len() * 4).copied().collect();
    let (few, many) = (BgNbd::fit(&few).unwrap(), BgNbd::fit(&many).unwrap());
    assert!((many.alpha - few.alpha).abs() < 1e-3 && (many.a - few.a).abs() < 1e-3);
    assert!((many.log_likelihood / 4.0 - few.log_likelihood).abs() < 1e-3);
}

#[test]
fn customers_who_all_leave_alike_have_a_finite_fit() {
    // Rates differ, lifetimes do not: nobody ever leaves, which a beta distribution of chances to leave reaches at no finite parameters.
    let customers: Vec<Purchases> = (0..300_u32)
        .map(|at| {
            let repeats = 1 + at % 6;
            Purchases {
                repeats,
                last: 100.0 - 8.0 / f64::from(repeats),
                age: 100.0,
            }
        })
        .collect();
    let model = BgNbd::fit(&customers).unwrap();
    assert!(model.alpha.is_finite() && model.a / (model.a + model.b) < 0.01, "{model:?}");
    let expected = model.expected(&customers[0], 100.0);
    assert!((1.0..3.6).contains(&expected), "between its own rate and the mean of all: {expected}");
}

#[test]
fn who_bought_often_and_then_not_for_long_has_probably_left() {
    let model = published();
    let recent = Purchases {
        repeats: 10,
        last: 38.0,
        age: 39.0,
    };
    let gone = Purchases {
        repeats: 10,
        last: 10.0,
        age: 39.0,
    };
    let once = Purchases {
        repeats: 0,
        last: 0.0,
        age: 39.0,
    };
    assert!(model.alive(&recent) > 0.9);
    assert!(model.alive(&gone) < 0.05);
    assert_eq!(model.alive(&once), 1.0);
}

#[test]
fn too_little_to_learn_from_is_a_named_error() {
    let customer = |repeats, last, age| Purchases { repeats, last, age };
    assert_eq!(
        BgNbd::fit(&[]).unwrap_err().to_string(),
        "not enough data: 0 customers with a second order, at least 30 are needed"
    );
    let few: Vec<Purchases> = (0..500)
        .map(|at| customer(u32::from(at < 29), if at < 29 { 3.0 } else { 0.0 }, 30.0))
        .collect();
    assert!(matches!(BgNbd::fit(&few), Err(Error::NotEnoughData { found: 29, needed: 30, .. })));
    let at_once = vec![customer(2, 0.0, 0.0); 100];
    assert!(matches!(BgNbd::fit(&at_once), Err(Error::NoSpread { .. })));
    let alike = vec![customer(3, 20.0, 30.0); 100];
    assert!(matches!(BgNbd::fit(&alike), Err(Error::NoSpread { .. })));
    let wrong = [customer(1, 5.0, 4.0)];
    assert_eq!(
        BgNbd::fit(&wrong).unwrap_err().to_string(),
        "customer 0 (counted from 0): the last purchase lies after the end of the age"
    );
    assert!(matches!(BgNbd::fit(&[customer(1, f64::NAN, 4.0)]), Err(Error::BadRow { row: 0, .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn expectation_equals_the_integral_it_stands_for(
        r in 0.05..4.0_f64, alpha in 0.2..40.0_f64, a in 0.5..6.0_f64, b in 0.3..8.0_f64,
        repeats in 0..40_u32, part in 0.0..1.0_f64, age in 0.1..200.0_f64, horizon in 0.5..120.0_f64,
    ) {
        let model = BgNbd { r, alpha, a, b, log_likelihood: 0.0 };
        let last = if repeats == 0 { 0.0 } else { age * part };
        let customer = Purchases { repeats, last, age };
        let expected = model.expected(&customer, horizon);
        let integral = expected_by_integration(&model, &customer, horizon);
        prop_assert!((expected - integral).abs() <= 1e-5 * integral.max(1e-9), "{expected} is not {integral}");
    }

    #[test]
    fn figures_are_finite_and_grow_with_the_horizon(
        r in 1e-4..1e4_f64, alpha in 1e-4..1e5_f64, a in 1e-4..1e4_f64, b in 1e-4..1e4_f64,
        repeats in 0..500_u32, part in 0.0..1.0_f64, age in 0.0..2_000.0_f64,
    ) {
        let model = BgNbd { r, alpha, a, b, log_likelihood: 0.0 };
        let customer = Purchases { repeats, last: if repeats == 0 { 0.0 } else { age * part }, age };
        let alive = model.alive(&customer);
        prop_assert!((0.0..=1.0).contains(&alive));
        let (near, far) = (model.expected(&customer, 30.0), model.expected(&customer, 365.0));
        prop_assert!(near.is_finite() && far.is_finite(), "{near} {far}");
        prop_assert!(near <= far * (1.0 + 1e-6) + 1e-9, "{near} {far}");
    }
}
