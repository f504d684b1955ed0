use proptest::prelude::*;

use super::*;

#[test]
fn decimal_text_becomes_money_without_a_float() {
    let micros = |text| parse_micros(text).map_err(|error| error.to_string());
    assert_eq!(micros("6.5"), Ok(6_500_000));
    assert_eq!(micros("-0.000001"), Ok(-1));
    assert_eq!(micros(" 12 "), Ok(12_000_000));
    assert_eq!(micros(".5"), Ok(500_000));
    assert_eq!(micros("1.10000000"), Ok(1_100_000));
    assert_eq!(micros("999999999999.999999"), Ok(MICROS_MAX));
}

#[test]
fn what_is_not_an_amount_is_refused_with_its_text() {
    for text in ["", "-", ".", "1,50", "1e3", "NaN", "0x1", "--1", "1.2.3", "١"] {
        assert_eq!(parse_micros(text), Err(Error::Amount { text: text.to_owned() }), "{text}");
    }
    assert_eq!(parse_micros("0.0000001"), Err(Error::Scale { text: "0.0000001".into() }));
    assert_eq!(
        parse_micros("1000000000000"),
        Err(Error::Range {
            text: "1000000000000".into()
        })
    );
    assert_eq!(
        parse_micros("99999999999999999999"),
        Err(Error::Range {
            text: "99999999999999999999".into()
        })
    );
}

#[test]
fn currencies_have_their_own_minor_unit() {
    let units = |text, code| {
        Money::parse(text, Currency::parse(code).unwrap())
            .unwrap()
            .minor_units()
            .map_err(|error| error.to_string())
    };
    assert_eq!(units("12.34", "EUR"), Ok(1234));
    assert_eq!(units("1200", "JPY"), Ok(1200));
    assert_eq!(units("1.234", "KWD"), Ok(1234));
    assert_eq!(
        units("1.5", "JPY"),
        Err("1.500000 is not a whole number of minor units (0 digits)".to_owned())
    );
}

#[test]
fn unknown_currencies_are_refused() {
    for code in ["EURO", "eur", "XXX", "", "ABC", "€"] {
        assert_eq!(Currency::parse(code), Err(Error::Currency { code: code.to_owned() }));
    }
    assert!(ACTIVE.is_sorted());
}

#[test]
fn conversion_rounds_half_even_to_the_target_minor_unit() {
    let rate = FxRate::parse("0.5").unwrap();
    let to_eur = |text| {
        Money::parse(text, Currency::USD)
            .unwrap()
            .convert(rate, Currency::EUR)
            .unwrap()
            .to_string()
    };
    assert_eq!(to_eur("0.01"), "0.00 EUR");
    assert_eq!(to_eur("0.03"), "0.02 EUR");
    assert_eq!(to_eur("-0.03"), "-0.02 EUR");
    assert_eq!(to_eur("100.10"), "50.05 EUR");
}

proptest! {
    #[test]
    fn parsing_what_was_printed_gives_the_same_money(micros in -MICROS_MAX..=MICROS_MAX) {
        prop_assert_eq!(parse_micros(&format_micros(micros)), Ok(micros));
        prop_assert_eq!(parse_micros(&format_amount(micros, Currency::JPY)), Ok(micros));
    }

    #[test]
    fn parsing_never_panics(text in ".{0,40}") {
        let _ = parse_micros(&text);
        let _ = FxRate::parse(&text);
    }
}
