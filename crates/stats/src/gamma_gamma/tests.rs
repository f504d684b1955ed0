use super::{GammaGamma, Spending};
use crate::Error;
use crate::cdnow;

fn cdnow_spending() -> Vec<Spending> {
    cdnow::customers().into_iter().map(|(_, spending)| spending).collect()
}

#[test]
fn cdnow_gives_the_published_parameters() {
    let model = GammaGamma::fit(&cdnow_spending()).unwrap();
    cdnow::agrees(model.p, 6.24880);
    cdnow::agrees(model.q, 3.74459);
    cdnow::agrees(model.v, 15.44774);
    assert!((model.log_likelihood + 4_055.923_2).abs() < 1e-3, "{model:?}");
}

#[test]
fn the_first_cdnow_customers_are_expected_to_spend_as_published() {
    let model = GammaGamma::fit(&cdnow_spending()).unwrap();
    let published = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17];
    for (customer, published) in cdnow_spending().iter().zip(published) {
        let expected = model.expected(customer);
        assert!((expected - published).abs() < 0.01, "{expected} is not {published}");
    }
}

#[test]
fn refunds_beyond_the_purchases_are_left_out_and_count_as_nothing() {
    let mut customers = cdnow_spending();
    let before = GammaGamma::fit(&customers).unwrap();
    customers.push(Spending { purchases: 3, mean: -5.0 });
    assert_eq!(GammaGamma::fit(&customers).unwrap(), before);
    assert!(before.expected(&Spending { purchases: 3, mean: -5.0 }) > 0.0);
}

#[test]
fn too_little_to_learn_from_is_a_named_error() {
    let spending = |purchases, mean| Spending { purchases, mean };
    assert!(matches!(GammaGamma::fit(&[]), Err(Error::NotEnoughData { found: 0, needed: 30, .. })));
    assert!(matches!(
        GammaGamma::fit(&vec![spending(0, 10.0); 100]),
        Err(Error::NotEnoughData { found: 0, .. })
    ));
    assert!(matches!(GammaGamma::fit(&vec![spending(2, 10.0); 100]), Err(Error::NoSpread { .. })));
    assert!(matches!(
        GammaGamma::fit(&[spending(1, f64::INFINITY)]),
        Err(Error::BadRow { row: 0, .. })
    ));
}
