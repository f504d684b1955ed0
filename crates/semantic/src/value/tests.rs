use super::*;

#[test]
fn decimals_are_read_exactly() {
    assert_eq!(Value::of(&Cell::Decimal("12.34".parse().unwrap())), Value::Exact(12_340_000));
    assert_eq!(Value::of(&Cell::Decimal("-0.000001".parse().unwrap())), Value::Exact(-1));
    assert_eq!(Value::of(&Cell::Decimal("7".parse().unwrap())), Value::Exact(7_000_000));
}

#[test]
fn a_third_summed_three_times_is_one() {
    let third = 1.0 / 3.0;
    assert_eq!(
        Value::of(&Cell::Number(0.1 + 0.2 + 0.7 + third)).cell(MetricUnit::Count, Currency::EUR),
        Cell::Number(1.333333333)
    );
    assert_eq!(Value::of(&Cell::Number(third + third + third)), Value::Number(1.0));
    assert_eq!(Value::of(&Cell::Number(f64::NAN)), Value::Null);
}

#[test]
fn division_by_zero_or_by_nothing_is_null() {
    let one = Value::Exact(SCALE);
    assert_eq!(one.divided(Value::ZERO, 1, MetricUnit::Ratio), Value::Null);
    assert_eq!(Value::ZERO.divided(Value::ZERO, 1, MetricUnit::Money), Value::Null);
    assert_eq!(one.divided(Value::Null, 1, MetricUnit::Ratio), Value::Null);
    assert_eq!(Value::Null.divided(one, 1, MetricUnit::Ratio), Value::Null);
}

#[test]
fn money_per_click_is_money_to_the_millionth() {
    let ten = Value::Exact(10 * SCALE);
    let three = Value::Exact(3 * SCALE);
    assert_eq!(
        ten.divided(three, 1, MetricUnit::Money).cell(MetricUnit::Money, Currency::EUR),
        Cell::Decimal("3.333333".parse().unwrap())
    );
    assert_eq!(
        ten.divided(three, 3, MetricUnit::Money).cell(MetricUnit::Money, Currency::EUR),
        Cell::Decimal("10.00".parse().unwrap())
    );
    assert_eq!(
        ten.negated().divided(three, 1, MetricUnit::Money).cell(MetricUnit::Money, Currency::EUR),
        Cell::Decimal("-3.333333".parse().unwrap())
    );
}
