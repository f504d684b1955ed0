use super::*;

#[test]
fn every_touch_at_or_before_the_order_shares_it() {
    let mut rows = Rows::default();
    rows.touch(0).touch(DAY).touch(2 * DAY).order(2 * DAY, 1000).touch(2 * DAY + 1000);
    check(
        &rows,
        &Settings::default(),
        expect![[r#"
            3 3 0 1/3 [1000 0 334] 0
            3 3 1 2/3 [0 0 333] 0
            3 3 2 3/3 [0 1000 333] 0
        "#]],
    );
}

#[test]
fn an_order_without_a_touch_stays_as_unattributed_revenue() {
    let mut rows = Rows::default();
    rows.touch(0).order(31 * DAY, 990);
    check(&rows, &Settings::default(), expect!["1 1 - 0/0 [990 990 990] 0\n"]);
    let credits = rows.credits(&Settings::default(), &Model::ALL);
    assert!(credits.models.iter().all(|model| model.weights == [1.0]));
}

#[test]
fn a_touch_of_exactly_the_window_counts_and_one_a_microsecond_older_does_not() {
    let mut rows = Rows::default();
    rows.touch(-1).touch(0).order(30 * DAY, 100);
    check(&rows, &Settings::default(), expect!["2 2 1 1/1 [100 100 100] 0\n"]);
}

#[test]
fn a_touch_a_millisecond_after_the_order_gets_nothing() {
    let mut rows = Rows::default();
    rows.order(0, 100).touch(1000);
    check(&rows, &Settings::default(), expect!["0 0 - 0/0 [100 100 100] 0\n"]);
}

#[test]
fn a_second_order_credits_the_touches_again_in_rolling_journeys_only() {
    let mut rows = Rows::default();
    rows.touch(0).order(1, 100).touch(2).order(3, 200).order(4, 300);
    check(
        &rows,
        &Settings::default(),
        expect![[r#"
            1 1 0 1/1 [100 100 100] 0
            3 3 0 1/2 [200 0 100] 0
            3 3 2 2/2 [0 200 100] 0
            4 4 0 1/2 [300 0 150] 0
            4 4 2 2/2 [0 300 150] 0
        "#]],
    );
    check(
        &rows,
        &Settings {
            journey: Journey::Closed,
            ..Settings::default()
        },
        expect![[r#"
            1 1 0 1/1 [100 100 100] 0
            3 3 2 1/1 [200 200 200] 0
            4 4 - 0/0 [300 300 300] 0
        "#]],
    );
}

#[test]
fn two_partial_refunds_and_the_rest_net_every_touch_to_zero() {
    let mut rows = Rows::default();
    rows.touch(0)
        .touch(1)
        .touch(2)
        .order(3, 1000)
        .refund(4, 1, 0)
        .refund(5, 333, 0)
        .refund(6, 666, 0);
    check(
        &rows,
        &Settings::default(),
        expect![[r#"
            3 3 0 1/3 [1000 0 334] 0
            3 3 1 2/3 [0 0 333] 0
            3 3 2 3/3 [0 1000 333] 0
            3 4 0 1/3 [-1 0 -1] 1
            3 4 1 2/3 [0 0 0] 1
            3 4 2 3/3 [0 -1 0] 1
            3 5 0 1/3 [-333 0 -111] 1
            3 5 1 2/3 [0 0 -111] 1
            3 5 2 3/3 [0 -333 -111] 1
            3 6 0 1/3 [-666 0 -222] 1
            3 6 1 2/3 [0 0 -222] 1
            3 6 2 3/3 [0 -666 -222] 1
        "#]],
    );
}

#[test]
fn a_refund_beyond_the_order_is_capped_and_its_excess_is_unattributed() {
    let mut rows = Rows::default();
    rows.touch(0).order(1, 100).refund(2, 130, 0);
    check(
        &rows,
        &Settings::default(),
        expect![[r#"
            1 1 0 1/1 [100 100 100] 0
            1 2 0 1/1 [-100 -100 -100] 17
            1 2 - 0/0 [-30 -30 -30] 17
        "#]],
    );
}

#[test]
fn a_refund_long_after_the_window_still_takes_back_its_orders_credit() {
    let mut rows = Rows::default();
    rows.touch(0).order(1, 100).touch(300 * DAY).refund(301 * DAY, 40, 0);
    check(
        &rows,
        &Settings::default(),
        expect![[r#"
            1 1 0 1/1 [100 100 100] 0
            1 3 0 1/1 [-40 -40 -40] 1
        "#]],
    );
}

#[test]
fn a_refund_of_an_unknown_order_is_unattributed_so_that_totals_add_up() {
    let mut rows = Rows::default();
    rows.touch(0).refund(1, 40, NO_ORDER);
    check(&rows, &Settings::default(), expect!["1 1 - 0/0 [-40 -40 -40] 33\n"]);
}

#[test]
fn an_unattributed_order_is_refunded_unattributed() {
    let mut rows = Rows::default();
    rows.order(0, 100).refund(1, 40, 0);
    check(
        &rows,
        &Settings::default(),
        expect!["0 0 - 0/0 [100 100 100] 0\n0 1 - 0/0 [-40 -40 -40] 1\n"],
    );
}

#[test]
fn conversions_that_are_not_counted_leave_no_rows_and_close_no_journey() {
    let mut rows = Rows::default();
    rows.touch(0)
        .event(Kind::Conversion, 1, NOT_COUNTED, 5, NO_ORDER)
        .event(Kind::Refund, 2, NOT_COUNTED, 5, 0)
        .order(3, 100);
    check(
        &rows,
        &Settings {
            journey: Journey::Closed,
            ..Settings::default()
        },
        expect!["3 3 0 1/1 [100 100 100] 0\n"],
    );
}

#[test]
fn stages_between_touches_have_no_part_in_credit() {
    let mut rows = Rows::default();
    rows.touch(0);
    rows.times.push(1);
    rows.kinds.push(Kind::Other);
    rows.touch(2).order(3, 100);
    check(&rows, &Settings::default(), expect!["3 3 0 1/2 [100 0 50] 0\n3 3 2 2/2 [0 100 50] 0\n"]);
}

#[test]
fn only_the_first_order_of_a_type_is_marked_as_a_new_customers() {
    let settings = Settings {
        conversion_types: vec!["purchase".into(), "lead".into()],
        ..Settings::default()
    };
    let mut rows = Rows::default();
    rows.event(Kind::Conversion, 0, 1, 0, NO_ORDER)
        .order(1, 100)
        .order(2, 100)
        .refund(3, 100, 1);
    let flags = rows.credits(&settings, &[Model::Linear]).flags;
    assert_eq!(
        flags.iter().map(|flags| flags & flag::FIRST_OF_TYPE != 0).collect::<Vec<_>>(),
        [true, true, false, true]
    );
}

#[test]
fn shares_that_are_all_zero_fall_back_to_linear_and_say_so() {
    let mut settings = Settings {
        position: [0.0, 1.0, 0.0],
        ..Settings::default()
    };
    settings.custom.channels.insert("Direct".to_owned(), 0.0);
    let mut rows = Rows::default();
    rows.touch(0).touch(1).order(2, 100);
    rows.factors = vec![settings.custom.factor(Some("Direct"), None); 3];
    let credits = rows.credits(&settings, &[Model::PositionBased, Model::Custom]);
    assert_eq!(credits.models[0].amounts, [50, 50]);
    assert_eq!(credits.models[1].amounts, [50, 50]);
    assert_eq!(credits.flags, [flag::POSITION_FALLBACK | flag::CUSTOM_FALLBACK | flag::FIRST_OF_TYPE; 2]);
}

#[test]
fn custom_weights_multiply_position_channel_interaction_and_decay() {
    let mut settings = Settings::default();
    settings.custom.first = 3.0;
    settings.custom.half_life_seconds = Some(86_400);
    settings.custom.channels.insert("E-mail".to_owned(), 0.5);
    settings.custom.interactions.insert("view".to_owned(), 0.0);
    settings.validate().unwrap();
    let factor = |channel, interaction| settings.custom.factor(channel, interaction);
    let mut rows = Rows::default();
    rows.touch(0).touch(DAY).touch(2 * DAY).touch(3 * DAY).order(4 * DAY, 1000);
    rows.factors = vec![
        factor(Some("Meta Ads"), Some("click")),
        factor(Some("E-mail"), None),
        factor(None, Some("click")),
        factor(None, Some("view")),
        1.0,
    ];
    // 3 · 1 · ¼ , 1 · ½ · ½ , 1 · 1 · 1 , 0: decay is measured from the last touch that has a weight.
    assert_eq!(rows.credits(&settings, &[Model::Custom]).models[0].weights, [0.375, 0.125, 0.5, 0.0]);
}

#[test]
fn a_touch_a_thousand_half_lives_before_the_others_does_no_harm() {
    let settings = Settings {
        half_life_seconds: 1,
        ..Settings::default()
    };
    let mut rows = Rows::default();
    rows.touch(0).touch(20 * DAY).touch(20 * DAY).order(29 * DAY, 101);
    assert_eq!(rows.credits(&settings, &[Model::TimeDecay]).models[0].amounts, [0, 51, 50]);
}

#[test]
fn a_day_with_twenty_three_hours_does_not_move_the_window() {
    let instant = |text: &str| text.parse::<jiff::Zoned>().unwrap().timestamp().as_microsecond();
    // Berlin's clocks went forward on 31 March 2024; thirty days of elapsed time before noon reach back to eleven o'clock.
    let mut rows = Rows::default();
    rows.touch(instant("2024-03-11T10:59:59.999999+01:00[Europe/Berlin]"))
        .touch(instant("2024-03-11T11:00:00+01:00[Europe/Berlin]"));
    rows.order(instant("2024-04-10T12:00:00+02:00[Europe/Berlin]"), 100);
    check(&rows, &Settings::default(), expect!["2 2 1 1/1 [100 100 100] 0\n"]);
}

#[test]
fn row_numbers_start_where_the_caller_says() {
    let (times, kinds) = ([0, 1], [Kind::Touch, Kind::Conversion]);
    let events = [Event {
        row: 1,
        conversion_type: 0,
        value: 5,
        refund_of: NO_ORDER,
    }];
    let customer = Customer {
        first_row: 70,
        times: &times,
        kinds: &kinds,
        events: &events,
        ..Customer::default()
    };
    let mut credits = Credits::new(&[]);
    Pass::new(&Settings::default(), &[]).unwrap().run(&customer, &mut credits).unwrap();
    assert_eq!((credits.conversion, credits.touch), (vec![71], vec![70]));
}

#[test]
fn what_overflows_is_an_error_and_never_wraps() {
    let mut rows = Rows::default();
    rows.touch(0).order(1, i64::MIN);
    let result = Pass::new(&Settings::default(), &Model::ALL)
        .unwrap()
        .run(&rows.customer(), &mut Credits::new(&Model::ALL));
    assert_eq!(
        result,
        Err(Error::Overflow {
            minor_units: i128::from(i64::MIN)
        })
    );
}

#[test]
fn settings_that_are_not_valid_make_no_pass() {
    assert!(
        Pass::new(
            &Settings {
                window_seconds: -1,
                ..Settings::default()
            },
            &[]
        )
        .is_err()
    );
}

#[test]
fn a_customer_with_a_million_touches_is_credited_like_any_other() {
    let mut rows = Rows::default();
    for second in 0..1_000_000 {
        rows.touch(second * 1_000_000);
    }
    rows.order(1_000_000 * 1_000_000, 999_999);
    let settings = Settings::default();
    let credits = rows.credits(&settings, &Model::ALL);
    assert_eq!(credits.len(), 1_000_000);
    for credit in &credits.models {
        assert_eq!(credit.amounts.iter().sum::<i64>(), 999_999, "{}", credit.model);
        assert!((credit.weights.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{}", credit.model);
    }
}

#[test]
fn a_touch_from_the_future_waits_for_its_conversion() {
    let mut rows = Rows::default();
    rows.order(10 * DAY, 100).touch(4_000 * DAY).order(4_001 * DAY, 200);
    check(
        &rows,
        &Settings::default(),
        expect![[r#"
            0 0 - 0/0 [100 100 100] 0
            2 2 1 1/1 [200 200 200] 0
        "#]],
    );
}
