//! A file that is wrong is refused with line, field and remedy.

use expect_test::{Expect, expect};

use super::*;

fn refused(text: &str, expected: Expect) {
    expected.assert_eq(&parse(text).unwrap_err().to_string());
}

fn line(text: &str, expected: Expect) {
    refused(
        &format!("path;total_conversions;total_conversion_value;total_null\nA > B;1;2.5;3\n\n{text}\n"),
        expected,
    );
}

#[test]
fn columns_stand_in_any_order_and_separators_are_found() {
    let expected = parse("path;total_conversions;total_conversion_value;total_null\nA > B;1;2.5;3\nB;2;0;0\n").unwrap();
    for text in [
        "total_null,path,note,total_conversion_value,total_conversions\r\n3,A > B,x,2.50,1\r\n0,\"B\",\"y, z\",0,2.0\r\n",
        "\u{feff}Total_Conversions\tpath\ttotal_null\ttotal_conversion_value\n1\t A>B \t3\t2.5\n2\tB\t0\t0",
    ] {
        assert_eq!(parse(text).unwrap(), expected, "{text}");
    }
    let short = parse("path,total_conversions\nB,2\nA > B,1").unwrap();
    assert_eq!((short.total_conversions(), short.total_value(), short.total_nulls()), (3, 0.0, 0));
    let quoted = parse("path;total_conversions\n\"A \"\"new\"\"; old > B\";2").unwrap();
    assert_eq!(quoted.channels(), ["A \"new\"; old", "B"]);
}

#[test]
fn equal_paths_become_one() {
    let merged = paths("B;1;0.1;0\nA > B;2;4;0\nB;3;0.2;5\nB;1;0.3;0");
    assert_eq!(merged.len(), 2);
    assert_eq!((merged.conversions(1), merged.value(1), merged.nulls(1)), (5, 0.1 + 0.2 + 0.3, 5));
}

#[test]
fn headers() {
    refused(
        "",
        expect!["the file is empty: its first line must name the columns, such as path;total_conversions;total_conversion_value;total_null"],
    );
    refused(
        "A > B;1;2.5;3\n",
        expect![
            "line 1: the header has no column `path`, it has `A > B`, `1`, `2.5`, `3`: write path;total_conversions and, where known, ;total_conversion_value;total_null"
        ],
    );
    refused(
        "path;conversions\n",
        expect![
            "line 1: the header has no column `total_conversions`, it has `path`, `conversions`: write path;total_conversions and, where known, ;total_conversion_value;total_null"
        ],
    );
    refused(
        "path;total_conversions;path\n",
        expect!["line 1: the column `path` appears twice: keep one of them"],
    );
}

#[test]
fn fields() {
    line(
        "A > B;1;2",
        expect!["line 4: 4 fields are expected as in the header, and 3 were found: quote a field that contains the separator"],
    );
    line(
        " ;1;2;3",
        expect!["line 4: `path` is ` `: write at least one channel, such as Search > E-mail, or remove the line"],
    );
    line(
        "A >  > B;1;2;3",
        expect!["line 4: `path` is `A >  > B`: a step between two `>` is empty: write its channel, or remove the `>`"],
    );
    line(
        "A;-1;2;3",
        expect!["line 4: `total_conversions` is `-1`: a count cannot be negative: use 0 or a positive whole number"],
    );
    line(
        "A;1.5;2;3",
        expect![
            "line 4: `total_conversions` is `1.5`: a count is a whole number of journeys: do not use fractions, exponents or more than 19 digits"
        ],
    );
    line(
        "A;one;2;3",
        expect!["line 4: `total_conversions` is `one`: write a whole number such as 12, without separators of thousands"],
    );
    line(
        "A;;2;3",
        expect!["line 4: `total_conversions` is ``: write a whole number, 0 if there is none"],
    );
    line(
        "A;1;2;-3",
        expect!["line 4: `total_null` is `-3`: a count cannot be negative: use 0 or a positive whole number"],
    );
    line(
        "A;1;-2;3",
        expect!["line 4: `total_conversion_value` is `-2`: a value cannot be negative: use 0 or a positive number"],
    );
    line("A;1;NaN;3", expect!["line 4: `total_conversion_value` is `NaN`: write a finite number"]);
    line(
        "A;1;1,5;3",
        expect!["line 4: `total_conversion_value` is `1,5`: write a number such as 12.50, with a point and without separators of thousands"],
    );
    line(
        "A;1;;3",
        expect!["line 4: `total_conversion_value` is ``: write a number, 0 if there is none, or leave the column out"],
    );
    line(
        "A;0;2;3",
        expect!["line 4: `total_conversion_value` is `2`: a path without conversions has no value: correct total_conversions, or write 0"],
    );
    line(
        "A;18446744073709551615;2;3",
        expect!["line 4: `total_conversions` is `more journeys than 2^53 in all`: check the column for figures that are not counts"],
    );
    refused(
        "path;total_conversions;total_null\nA;0;5\n",
        expect!["no path has a conversion: the column `total_conversions` needs at least one number above 0, there is nothing to attribute"],
    );
}

#[test]
fn models_orders_and_resamples() {
    let refused = |text: &str| PathModel::parse_list(text, "Direct", &markov(1, true)).unwrap_err().to_string();
    expect!["there is no model `marcov` of grouped paths: use all, or some of first_touch, last_touch, last_non_direct, linear, position_based, j_shaped, inverse_j, markov, shapley, ordered_shapley, leave_one_out"].assert_eq(&refused("linear,marcov"));
    expect![
        "time_decay needs the time of each touch, and grouped paths have none: use linear or position_based, or attribute an organisation with --org"
    ]
    .assert_eq(&refused("time_decay"));
    for text in ["0", "5", "two", "-1", ""] {
        assert_eq!(Order::parse(text), Err(Error::Order { text: text.to_owned() }));
    }
    assert_eq!((Order::parse("4"), Order::parse("auto")), (Ok(Order::Fixed(4)), Ok(Order::Auto)));
    let few = Resampling {
        resamples: 1,
        ..Resampling::default()
    };
    let error = attribute(&paths("A;1;0;0"), &[PathModel::Linear], Some(&few)).unwrap_err();
    expect!["1 resamples cannot be drawn: use 20 to 100000"].assert_eq(&error.to_string());
}
