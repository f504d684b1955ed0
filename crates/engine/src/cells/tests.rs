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
fn money_is_exact_however_large() {
    let money = |micros| Decimal128Array::from(vec![Some(micros), None]).with_precision_and_scale(28, 6).unwrap();
    check(money(1_234_560_000), expect![[r#"[Decimal("1234.56"), Null]"#]]);
    check(money(-42), expect![[r#"[Decimal("-0.000042"), Null]"#]]);
    check(money(i128::from(i64::MAX)), expect![[r#"[Decimal("9223372036854.775807"), Null]"#]]);
    check(money(i128::from(i64::MAX) + 1), expect![[r#"[Decimal("9223372036854.775808"), Null]"#]]);
}

#[test]
fn sums_of_counts_are_integers() {
    check(
        Decimal128Array::from(vec![12]).with_precision_and_scale(29, 0).unwrap(),
        expect!["[Integer(12)]"],
    );
    check(
        UInt64Array::from(vec![u64::MAX]),
        expect!["an amount is beyond what can be added up exactly"],
    );
}

#[test]
fn what_is_not_a_finite_number_is_null() {
    check(
        Float64Array::from(vec![0.5, f64::NAN, f64::INFINITY]),
        expect!["[Number(0.5), Null, Null]"],
    );
}

#[test]
fn ids_instants_and_texts_are_text() {
    check(
        FixedSizeBinaryArray::new(16, vec![7_u8; 16].into(), None),
        expect![[r#"[Text("07070707-0707-0707-0707-070707070707")]"#]],
    );
    check(
        TimestampMicrosecondArray::from(vec![1_704_067_200_000_000]).with_timezone("UTC"),
        expect![[r#"[Text("2024-01-01T00:00:00Z")]"#]],
    );
    check(StringArray::from(vec![Some("Müller"), None]), expect![[r#"[Text("Müller"), Null]"#]]);
}
