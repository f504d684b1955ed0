use super::CustomerValue;
use crate::cdnow;
use crate::{Error, Purchases, Spending};

fn fitted() -> CustomerValue {
    CustomerValue::fit(&cdnow::customers()).unwrap()
}

const CUSTOMER: (Purchases, Spending) = (
    Purchases {
        repeats: 2,
        last: 30.43,
        age: 38.86,
    },
    Spending { purchases: 2, mean: 22.35 },
);

#[test]
fn value_is_purchases_times_what_one_is_worth() {
    let value = fitted().expected(&CUSTOMER.0, &CUSTOMER.1, 39.0);
    assert!((value - 1.226 * 24.65).abs() < 0.03, "{value}");
}

#[test]
fn without_a_discount_periods_change_nothing_and_with_one_later_money_counts_less() {
    let model = fitted();
    let whole = model.expected(&CUSTOMER.0, &CUSTOMER.1, 52.0);
    let parts = model.discounted(&CUSTOMER.0, &CUSTOMER.1, 52.0, 12, 0.0).unwrap();
    assert!((whole - parts).abs() < 1e-9);
    let discounted = model.discounted(&CUSTOMER.0, &CUSTOMER.1, 52.0, 12, 0.01).unwrap();
    assert!(discounted < whole && discounted > whole / 1.01_f64.powi(12));
}

#[test]
fn impossible_periods_and_rates_are_refused() {
    let model = fitted();
    let ask = |periods, rate| model.discounted(&CUSTOMER.0, &CUSTOMER.1, 52.0, periods, rate);
    assert!(matches!(ask(0, 0.0), Err(Error::BadParameter { .. })));
    assert!(matches!(ask(12, -1.0), Err(Error::BadParameter { .. })));
    assert!(matches!(ask(12, f64::NAN), Err(Error::BadParameter { .. })));
}
