use super::*;

#[test]
fn partial_refunds_take_back_until_nothing_is_left() {
    let mut refunded = Refunded::default();
    assert_eq!(
        refunded.step(1000, 300),
        Step {
            before: 1000,
            after: 700,
            excess: 0
        }
    );
    assert_eq!(
        refunded.step(1000, 700),
        Step {
            before: 700,
            after: 0,
            excess: 0
        }
    );
    assert_eq!(
        refunded.step(1000, 1),
        Step {
            before: 0,
            after: 0,
            excess: 1
        }
    );
}

#[test]
fn a_refund_larger_than_its_order_is_capped_and_the_excess_kept() {
    assert_eq!(
        Refunded::default().step(1000, 1200),
        Step {
            before: 1000,
            after: 0,
            excess: 200
        }
    );
    assert_eq!(
        Refunded::default().step(-50, 10),
        Step {
            before: -50,
            after: -50,
            excess: 10
        }
    );
    assert_eq!(
        Refunded::default().step(i64::MAX, i64::MAX),
        Step {
            before: i64::MAX,
            after: 0,
            excess: 0
        }
    );
}

#[test]
fn a_negative_refund_takes_earlier_ones_back_and_no_more() {
    let mut refunded = Refunded::default();
    refunded.step(1000, 300);
    assert_eq!(
        refunded.step(1000, -500),
        Step {
            before: 700,
            after: 1000,
            excess: -200
        }
    );
}
