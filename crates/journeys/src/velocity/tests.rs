use proptest::prelude::*;

use super::*;

const DAY: i64 = 86_400_000_000;

fn pace() -> Pace {
    Pace {
        entered: 100,
        won: 20,
        lost: 30,
        won_micros: 20 * 500 * 1_000_000,
        cycle_micros: Some(25 * DAY),
    }
}

#[test]
fn velocity_is_leads_times_win_rate_times_value_by_the_cycle() {
    // 100 leads × 40 % × 500 ÷ 25 days.
    assert_eq!(pace().velocity_micros(), Some(800 * 1_000_000));
}

#[test]
fn without_an_end_a_win_or_a_duration_there_is_no_velocity() {
    let none = [
        Pace { won: 0, lost: 0, ..pace() },
        Pace {
            won: 0,
            won_micros: 0,
            ..pace()
        },
        Pace {
            cycle_micros: None,
            ..pace()
        },
        Pace {
            cycle_micros: Some(0),
            ..pace()
        },
        Pace {
            won_micros: i128::MAX,
            ..pace()
        },
    ];
    for pace in none {
        assert_eq!(pace.velocity_micros(), None, "{pace:?}");
    }
}

proptest! {
    #[test]
    fn twice_the_leads_are_twice_the_money_and_half_the_cycle_as_well(
        entered in 1_i64..100_000, won in 1_i64..1_000, lost in 0_i64..1_000, cents in 1_i128..1_000_000_000, days in 1_i64..400,
    ) {
        let one = Pace { entered, won, lost, won_micros: cents * 10_000, cycle_micros: Some(2 * days * DAY) };
        let velocity = one.velocity_micros().unwrap();
        let leads = Pace { entered: 2 * entered, ..one }.velocity_micros().unwrap();
        let faster = Pace { cycle_micros: Some(days * DAY), ..one }.velocity_micros().unwrap();
        prop_assert!((leads - 2 * velocity).abs() <= 1);
        prop_assert_eq!(leads, faster);
    }
}
