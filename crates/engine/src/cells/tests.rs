use std::sync::Arc;

use arrow::array::{Decimal128Array, FixedSizeBinaryArray, Float64Array, StringArray, TimestampMicrosecondArray, UInt64Array};
use expect_test::{Expect, expect};

use super::*;

fn check(array: impl Array + 'static, expected: Expect) {
    let shown = match cells(&(Arc::new(array) as ArrayRef), "x") {
        Ok(cells) => format!("{cells:?}"),
        Err(error) => error.to_string(),
    };
    expected.assert_eq(&shown);
}

#[test]
fn money_is_exact_text_and_what_does_not_fit_is_refused() {
    let money = |micros| Decimal128Array::from(vec![Some(micros), None]).with_precision_and_scale(28, 6).unwrap();
    check(money(1_234_560_000), expect![[""]]);
    check(money(-42), expect![[""]]);
    check(money(i128::from(i64::MAX)), expect![[""]]);
    check(money(i128::from(i64::MAX) + 1), expect![[""]]);
}

#[test]
fn sums_of_counts_are_integers() {
    check(Decimal128Array::from(vec![12]).with_precision_and_scale(29, 0).unwrap(), expect![[""]]);
    check(UInt64Array::from(vec![u64::MAX]), expect![[""]]);
}

#[test]
fn what_is_not_a_finite_number_is_null() {
    check(Float64Array::from(vec![0.5, f64::NAN, f64::INFINITY]), expect![[""]]);
}

#[test]
fn ids_instants_and_texts_are_text() {
    check(FixedSizeBinaryArray::new(16, vec![7; 16].into(), None), expect![[""]]);
    check(
        TimestampMicrosecondArray::from(vec![1_704_067_200_000_000]).with_timezone("UTC"),
        expect![[""]],
    );
    check(StringArray::from(vec![Some("Müller"), None]), expect![[""]]);
}
