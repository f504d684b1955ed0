//! What goes wrong in daily use gets an error with place, reason and remedy.

use expect_test::expect;

use crate::tributary::Tributary;

fn check(arguments: &[&str], expected: expect_test::Expect) {
    expected.assert_eq(&Tributary::with_shop().error(arguments));
}

#[test]
fn two_organisations_with_one_name() {
    check(
        &["init", "--org", "Shop"],
        expect![[r#"
        error: an organisation named `Shop` exists already (capitals do not count): choose another name, or use the existing one with --org "Shop"
    "#]],
    );
}

#[test]
fn an_unknown_currency() {
    check(
        &["init", "--org", "other", "--currency", "EURO"],
        expect![[r#"
        error: `EURO` is not an ISO 4217 currency: use a code such as EUR
    "#]],
    );
}

#[test]
fn an_unknown_zone() {
    check(
        &["init", "--org", "other", "--zone", "Europe/Atlantis"],
        expect![[r#"
        error: `Europe/Atlantis` is not a time zone: use an IANA name such as Europe/Berlin or UTC
    "#]],
    );
}

#[test]
fn an_organisation_that_is_not_there() {
    check(
        &["attribute", "--org", "shoe"],
        expect![[r#"
        error: there is no organisation `shoe` in DIR/data; there are: shop
    "#]],
    );
}

#[test]
fn a_negative_window() {
    check(
        &["attribute", "--org", "shop", "--window", "-3d"],
        expect![[r#"
        error: --window
          because: `-3d` is not a duration: write a whole number with its unit, such as 30d, 12h, 90m or 3600s
    "#]],
    );
}

#[test]
fn a_model_that_is_not_there() {
    check(
        &["attribute", "--org", "shop", "--model", "linnear"],
        expect![[r#"
            error: there is no attribution model `linnear`: use first_touch, last_touch, linear, time_decay, position_based, custom, last_non_direct, j_shaped, inverse_j, w_shaped or full_path
        "#]],
    );
}

#[test]
fn a_metric_that_is_not_there() {
    check(
        &[
            "report",
            "--org",
            "shop",
            "--metrics",
            "ad_spned",
            "--from",
            "2026-01-01",
            "--to",
            "2026-01-31",
        ],
        expect![[r#"
            error: metrics 0: there is no metric `ad_spned` (did you mean `ad_spend`?)
        "#]],
    );
}

#[test]
fn a_day_that_does_not_exist() {
    check(
        &[
            "report",
            "--org",
            "shop",
            "--metrics",
            "spend",
            "--from",
            "2026-02-30",
            "--to",
            "2026-03-01",
        ],
        expect![[r#"
            error: from: `2026-02-30` is not a day: write it as YYYY-MM-DD
        "#]],
    );
}

#[test]
fn a_mapping_that_is_not_there() {
    check(
        &["import", "--org", "shop", "--source", "csv", "--map", "no-such.yaml", "no-such.csv"],
        expect![[r#"
            error: --map: no-such.yaml cannot be read
              because: No such file or directory (os error 2)
        "#]],
    );
}

#[test]
fn a_file_with_the_wrong_header_is_refused_whole() {
    let tributary = Tributary::with_shop();
    let map = tributary.write(
        "map.yaml",
        std::fs::read(crate::tributary::repository("examples/kaggle/map.yaml")).unwrap(),
    );
    let file = tributary.write(
        "data.csv",
        "customer_id,tmie,interaction,conversion,conversion_value,channel\nA,2018-07-22T20:40:41Z,impression,0,0,Facebook\n",
    );
    expect![[r#"
        error: DIR/data.csv:1: the mapping reads the column `time`, the header has `customer_id`, `tmie`, `interaction`, `conversion`, `conversion_value`, `channel` (did you mean `tmie`?): correct the mapping or the header
    "#]].assert_eq(&tributary.error(&["import", "--org", "shop", "--source", "csv", "--map", &map, &file]));
    assert_eq!(tributary.figure("touches"), "0");
}

#[test]
fn bad_rows_are_kept_with_their_line_and_the_good_ones_accepted() {
    let tributary = Tributary::with_shop();
    let map = tributary.write(
        "map.yaml",
        std::fs::read(crate::tributary::repository("examples/kaggle/map.yaml")).unwrap(),
    );
    let mut bytes = b"customer_id,time,interaction,conversion,conversion_value,channel\n".to_vec();
    bytes.extend_from_slice(b"A,2018-07-22T20:40:41Z,impression,0,0,Facebook\n");
    bytes.extend_from_slice(b"A,2018-13-22T20:40:41Z,impression,0,0,Facebook\n");
    bytes.extend_from_slice(b"A,2018-07-23T20:40:41Z,impression,0,0,Face\xff\n");
    bytes.extend_from_slice(b"A,2018-07-24T20:40:41Z,conversion,1,6.505,Facebook\n");
    bytes.extend_from_slice(b"A,2018-07-25T20:40:41Z,impression\n");
    bytes.extend_from_slice(b"B,2018-07-25T20:40:41Z,impression,0,0,Instagram\n");
    let file = tributary.write("data.csv", bytes);
    let summary = tributary.json(&["import", "--org", "shop", "--source", "csv", "--map", &map, &file]);
    assert_eq!(
        (summary["rows_read"].as_u64(), summary["quarantined"].as_u64()),
        (Some(6), Some(4)),
        "{summary}"
    );
    assert_eq!(tributary.figure("touches"), "2");
}
