use proptest::prelude::*;

use super::*;
use crate::{Credits, Customer, Event, Model, NO_ORDER, NO_TOUCH, NOT_COUNTED, Pass, WindowRule};

const DAY: i64 = 86_400_000_000;
const CHANNELS: [Option<&str>; 5] = [None, Some("Meta Ads"), Some("Direct"), Some("(payment provider)"), Some("E-mail")];
const INTERACTIONS: [Option<&str>; 3] = [None, Some("click"), Some("view")];
const TYPES: [&str; 3] = ["purchase", "lead", "call"];

fn facts() -> impl Strategy<Value = Vec<Fact<'static>>> {
    let fact = (
        0..40 * DAY,
        any::<bool>(),
        0..3_usize,
        0..CHANNELS.len(),
        0..INTERACTIONS.len(),
        0..TYPES.len(),
    );
    prop::collection::vec(fact, 1..40).prop_map(|rows| {
        let mut facts: Vec<Fact<'static>> = rows
            .into_iter()
            .map(|(time, is_round, kind, channel, interaction, conversion_type)| Fact {
                time: if is_round { time / DAY * DAY } else { time },
                kind: if kind == 0 { Kind::Conversion } else { Kind::Touch },
                channel: CHANNELS[channel],
                interaction: INTERACTIONS[interaction],
                conversion_type: Some(TYPES[conversion_type]),
            })
            .collect();
        facts.sort_by_key(|fact| (fact.time, fact.kind as u8));
        facts
    })
}

fn settings() -> impl Strategy<Value = Settings> {
    let rule = (0..CHANNELS.len(), 0..INTERACTIONS.len(), 0..4_usize, 0..20_i64).prop_map(|(channel, interaction, kind, days)| WindowRule {
        channel: CHANNELS[channel].map(str::to_owned),
        interaction: INTERACTIONS[interaction].map(str::to_owned),
        conversion_type: TYPES.get(kind).map(|kind| (*kind).to_owned()),
        window_seconds: days * 86_400,
    });
    let rules = prop::collection::vec(rule, 0..4);
    (rules, 1..40_i64, any::<bool>(), 0..3_usize, any::<bool>(), any::<bool>()).prop_map(
        |(windows, days, is_closed, counted, is_calendar, drops_direct)| Settings {
            window_seconds: days * 86_400,
            windows,
            journey: if is_closed { Journey::Closed } else { Journey::Rolling },
            counted: [Counted::Every, Counted::First, Counted::Last][counted],
            calendar_days_in: is_calendar.then(|| "America/New_York".to_owned()),
            direct: if drops_direct { Direct::OnlyAlone } else { Direct::Counts },
            conversion_types: vec!["purchase".to_owned(), "lead".to_owned()],
            ..Settings::default()
        },
    )
}

/// The touches that the pass credits for the conversion at a position.
fn credited(settings: &Settings, facts: &[Fact<'_>]) -> Vec<(usize, Vec<usize>)> {
    let mut pass = Pass::new(settings, &[Model::Linear]).unwrap();
    let times: Vec<i64> = facts.iter().map(|fact| fact.time).collect();
    let kinds: Vec<Kind> = facts.iter().map(|fact| fact.kind).collect();
    let classes: Vec<u16> = facts.iter().map(|fact| pass.class_of(fact.channel, fact.interaction)).collect();
    let conversions = (0..facts.len()).filter(|at| facts[*at].kind == Kind::Conversion);
    let events: Vec<Event> = conversions
        .map(|at| Event {
            row: at as u32,
            conversion_type: settings.conversion_type_code(conversion_type(&facts[at])).unwrap_or(NOT_COUNTED),
            value: 100,
            refund_of: NO_ORDER,
        })
        .collect();
    let customer = Customer {
        times: &times,
        kinds: &kinds,
        events: &events,
        classes: &classes,
        ..Customer::default()
    };
    let mut credits = Credits::new(&[Model::Linear]);
    pass.run(&customer, &mut credits).unwrap();
    let of = |row: u32| {
        let rows = (0..credits.len()).filter(|at| credits.conversion[*at] == row && credits.touch[*at] != NO_TOUCH);
        rows.map(|at| credits.touch[at] as usize).collect()
    };
    events.iter().map(|event| (event.row as usize, of(event.row))).collect()
}

proptest! {
    #[test]
    fn the_pass_credits_exactly_the_touches_that_are_explained_as_credited(facts in facts(), settings in settings()) {
        for (conversion, touches) in credited(&settings, &facts) {
            let explained: Vec<usize> = explain(&settings, &facts, conversion)
                .into_iter()
                .filter(|(_, reason)| *reason == Reason::Credited)
                .map(|(at, _)| at)
                .collect();
            prop_assert_eq!(&touches, &explained, "conversion {} of {:?}", conversion, &facts);
        }
    }
}

#[test]
fn every_touch_has_its_reason() {
    let fact = |day: i64, kind, channel| Fact {
        time: day * DAY,
        kind,
        channel,
        interaction: Some("click"),
        conversion_type: None,
    };
    let facts = [
        fact(0, Kind::Touch, Some("Meta Ads")),
        fact(10, Kind::Touch, Some("Meta Ads")),
        fact(11, Kind::Conversion, None),
        fact(35, Kind::Touch, Some("Direct")),
        fact(36, Kind::Touch, Some("E-mail")),
        fact(38, Kind::Touch, Some("(payment provider)")),
        fact(38, Kind::Conversion, None),
        fact(39, Kind::Touch, Some("Meta Ads")),
    ];
    let settings = Settings {
        journey: Journey::Closed,
        ..Settings::default()
    };
    let reasons: Vec<String> = explain(&settings, &facts, 6)
        .iter()
        .map(|(at, reason)| format!("{at} {reason:?}"))
        .collect();
    expect_test::expect![[r#"
        0 OutsideWindow { window_seconds: 2592000 }
        1 EarlierJourney
        3 DirectNotAlone
        4 Credited
        5 IgnoredChannel
        7 AfterConversion"#]]
    .assert_eq(&reasons.join("\n"));
}
