use proptest::prelude::*;

use super::*;

/// The triangle of Taylor and Ashe (1983), by row and age, added up, as Mack (1993) prints it.
const TAYLOR_ASHE: [&[f64]; 10] = [
    &[
        357_848.0,
        1_124_788.0,
        1_735_330.0,
        2_218_270.0,
        2_745_596.0,
        3_319_994.0,
        3_466_336.0,
        3_606_286.0,
        3_833_515.0,
        3_901_463.0,
    ],
    &[
        352_118.0,
        1_236_139.0,
        2_170_033.0,
        3_353_322.0,
        3_799_067.0,
        4_120_063.0,
        4_647_867.0,
        4_914_039.0,
        5_339_085.0,
    ],
    &[
        290_507.0,
        1_292_306.0,
        2_218_525.0,
        3_235_179.0,
        3_985_995.0,
        4_132_918.0,
        4_628_910.0,
        4_909_315.0,
    ],
    &[310_608.0, 1_418_858.0, 2_195_047.0, 3_757_447.0, 4_029_929.0, 4_381_982.0, 4_588_268.0],
    &[443_160.0, 1_136_350.0, 2_128_333.0, 2_897_821.0, 3_402_672.0, 3_873_311.0],
    &[396_132.0, 1_333_217.0, 2_180_715.0, 2_985_752.0, 3_691_712.0],
    &[440_832.0, 1_288_463.0, 2_419_861.0, 3_483_130.0],
    &[359_480.0, 1_421_128.0, 2_864_498.0],
    &[376_686.0, 1_363_294.0],
    &[344_014.0],
];

fn increments(row: &[f64]) -> Vec<f64> {
    (0..row.len()).map(|at| row[at] - if at == 0 { 0.0 } else { row[at - 1] }).collect()
}

#[test]
fn the_taylor_ashe_triangle_gives_macks_published_reserves_and_errors() {
    let rows: Vec<Vec<f64>> = TAYLOR_ASHE.iter().map(|row| increments(row)).collect();
    let fitted = ChainLadder::fit(&rows, 10, 1).unwrap();
    let errors = [
        0.0,
        75_535.0,
        121_699.0,
        133_549.0,
        261_406.0,
        411_010.0,
        558_317.0,
        875_328.0,
        971_258.0,
        1_363_155.0,
    ];
    let reserves = [
        0.0,
        94_634.0,
        469_511.0,
        709_638.0,
        984_889.0,
        1_419_459.0,
        2_177_641.0,
        3_920_301.0,
        4_278_972.0,
        4_625_811.0,
    ];
    for ((row, error), reserve) in rows.iter().zip(errors).zip(reserves) {
        let projection = fitted.project(row);
        assert!(
            (projection.standard_error - error).abs() < 1.0,
            "{} is not {error}",
            projection.standard_error
        );
        let rest = projection.expected - projection.observed;
        assert!((rest - reserve).abs() < 1.0, "{rest} is not {reserve}");
    }
    let total = fitted.project_sum(rows.iter().map(Vec::as_slice));
    assert!((total.expected - total.observed - 18_680_856.0).abs() < 1.0, "{total:?}");
    assert!((total.standard_error - 2_447_095.0).abs() < 1.0, "{total:?}");
}

#[test]
fn days_that_all_develop_alike_are_projected_without_error() {
    // Half on the first day, then a quarter, then a quarter.
    let rows = vec![
        vec![50.0, 25.0, 25.0],
        vec![10.0, 5.0, 5.0],
        vec![8.0, 4.0, 4.0],
        vec![40.0, 20.0],
        vec![6.0],
    ];
    let fitted = ChainLadder::fit(&rows, 3, 3).unwrap();
    assert_eq!(
        [fitted.completion(0), fitted.completion(1), fitted.completion(2), fitted.completion(9)],
        [0.5, 0.75, 1.0, 1.0]
    );
    let last = fitted.project(&rows[4]);
    assert_eq!((last.observed, last.expected, last.standard_error), (6.0, 12.0, 0.0));
    assert_eq!(last.interval_90(), (12.0, 12.0));
}

#[test]
fn too_few_days_give_an_error_and_no_number() {
    let rows = vec![vec![50.0, 25.0, 25.0], vec![10.0, 5.0], vec![8.0]];
    assert_eq!(ChainLadder::fit(&rows, 3, 2), Err(Error::TooFewDays { age: 1, pairs: 1, wanted: 2 }));
    assert_eq!(ChainLadder::fit(&[], 2, 1), Err(Error::TooFewDays { age: 0, pairs: 0, wanted: 1 }));
    let nothing = vec![vec![0.0, 1.0], vec![0.0, 2.0]];
    assert_eq!(ChainLadder::fit(&nothing, 2, 1), Err(Error::NothingArrived { age: 0 }));
    assert_eq!(ChainLadder::fit(&[vec![1.0, -1.0]], 2, 1), Err(Error::Amount { row: 0, age: 1 }));
}

#[test]
fn a_day_on_which_nothing_arrived_yet_is_projected_to_nothing() {
    let rows = vec![vec![5.0, 5.0], vec![6.0, 5.0], vec![0.0]];
    let fitted = ChainLadder::fit(&rows, 2, 2).unwrap();
    assert_eq!(fitted.project(&rows[2]), Projection::default());
}

proptest! {
    #[test]
    fn more_arrives_with_age_and_the_interval_holds_the_expectation(amounts in prop::collection::vec(prop::collection::vec(0.1..100.0_f64, 6), 8)) {
        let rows: Vec<Vec<f64>> = amounts.into_iter().enumerate().map(|(at, mut row)| { row.truncate(6 - at.saturating_sub(3).min(5)); row }).collect();
        let fitted = ChainLadder::fit(&rows, 6, 2).unwrap();
        for age in 0..6 {
            prop_assert!(fitted.completion(age) <= fitted.completion(age + 1));
        }
        for row in &rows {
            let projection = fitted.project(row);
            prop_assert!(projection.expected >= projection.observed - 1e-9);
            let (low, high) = projection.interval_90();
            prop_assert!(low >= projection.observed - 1e-9 && low <= high + 1e-9);
        }
    }
}
