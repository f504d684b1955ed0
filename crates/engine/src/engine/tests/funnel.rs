//! Funnels over a few rows that can be counted by hand, and ordered ones against trying every start.

use std::collections::BTreeMap;

use attribution::Model;
use jiff::civil::date;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use semantic::funnel::ordered::{OrderedFunnel, OrderedQuestion, prepare};
use semantic::funnel::{Compare, Funnel, FunnelQuestion, FunnelRow, Next, start};
use semantic::query::DateBasis;
use semantic::{Organization, QueryError};
use types::{InteractionType, RecordKind, SourceCategory, UnifiedRow};

use super::*;

fn spend(channel: &str, day: i8, impressions: Option<i64>, clicks: i64, device: Option<&str>) -> UnifiedRow {
    let at = minute(i64::from(day) * 1_440);
    let key = format!("spend-{channel}-{day}");
    let mut row = UnifiedRow::new(
        ORGANIZATION,
        "ads".into(),
        SourceCategory::ExternalMarketing,
        RecordKind::Spend,
        key.into(),
        at,
        at,
    );
    row.channel = Some(channel.into());
    row.civil_date = Some(date(2024, 1, day));
    row.account_zone = Some("UTC".into());
    row.level = Some("ad".into());
    row.impressions = impressions;
    row.clicks = Some(clicks);
    row.device = device.map(Into::into);
    row
}

fn goal(customer: &str, minutes: i64, name: &str) -> UnifiedRow {
    let mut row = order(customer, minutes, &format!("goal-{customer}-{minutes}"), 0);
    row.record_kind = RecordKind::Conversion;
    row.conversion_type = Some(name.into());
    row.order_id = None;
    row
}

fn viewed(mut touch: UnifiedRow) -> UnifiedRow {
    touch.interaction_type = Some(InteractionType::View);
    touch
}

fn question(by: &str) -> FunnelQuestion {
    FunnelQuestion {
        from: "2024-01-11".to_owned(),
        to: "2024-01-20".to_owned(),
        zone: Some("UTC".to_owned()),
        by: by.to_owned(),
        model: Model::Linear,
        attribution: None,
        date_basis: DateBasis::Conversion,
        goals: Vec::new(),
        compare: Compare::Previous,
    }
}

fn organization(attribution: &Settings) -> Organization<'_> {
    Organization {
        currency: Currency::EUR,
        zone: "UTC",
        attribution,
        history: &[],
    }
}

impl World {
    async fn funnel(&self, question: FunnelQuestion) -> Result<Funnel, QueryError> {
        let mut asking = start(question, &organization(&Settings::default()))?;
        loop {
            let raw = self.engine.query(&OrgContext::system(ORGANIZATION), &asking.plan()).await.unwrap();
            match asking.answer(raw)? {
                Next::Ask(next) => asking = *next,
                Next::Done(funnel) => return Ok(*funnel),
            }
        }
    }

    async fn ordered(&self, steps: &[&str], window_seconds: i64) -> OrderedFunnel {
        let question = OrderedQuestion {
            from: "2024-01-01".to_owned(),
            to: "2024-01-01".to_owned(),
            zone: Some("UTC".to_owned()),
            steps: steps.iter().map(|step| (*step).to_owned()).collect(),
            window_seconds,
        };
        let prepared = prepare(question, &organization(&Settings::default())).unwrap();
        let raw = self.engine.query(&OrgContext::system(ORGANIZATION), &prepared.plan).await.unwrap();
        prepared.finish(&raw)
    }
}

/// Values of a row's steps as JSON writes them.
fn values(row: &FunnelRow) -> String {
    let values: Vec<&Cell> = row.steps.iter().map(|figures| &figures.value).collect();
    serde_json::to_string(&values).unwrap()
}

fn rates(row: &FunnelRow) -> String {
    let rates: Vec<&Cell> = row.steps.iter().map(|figures| &figures.rate).collect();
    serde_json::to_string(&rates).unwrap()
}

const DAY: i64 = 1_440;

fn rows() -> Vec<UnifiedRow> {
    vec![
        spend("Meta", 11, Some(1_000), 20, Some("mobile")),
        spend("Meta", 12, Some(1_000), 30, Some("mobile")),
        // Before the range, in what is compared with.
        spend("Meta", 5, Some(500), 10, Some("mobile")),
        // A platform that counts no impressions, and whose clicks nobody ever saw arrive.
        spend("Podcast", 12, None, 7, None),
        touch("ann", 11 * DAY, "Meta"),
        viewed(touch("ann", 11 * DAY + 1, "Meta")),
        goal("ann", 11 * DAY + 2, "newsletter"),
        touch("ann", 12 * DAY, "Direct"),
        order("ann", 12 * DAY + 5, "A-1", 9_000),
        touch("bob", 13 * DAY, "Meta"),
        // No touch: nobody's.
        order("cem", 14 * DAY, "C-1", 1_000),
        touch("dee", 5 * DAY, "Meta"),
    ]
}

#[tokio::test]
async fn a_channel_has_the_steps_that_somebody_counted_and_null_for_the_others() {
    let world = World::new(limits());
    world.append(ORGANIZATION, rows()).await;
    let funnel = world.funnel(question("channel")).await.unwrap();
    let told: Vec<(Option<&str>, String)> = funnel.rows.iter().map(|row| (row.key.as_deref(), values(row))).collect();
    assert_eq!(
        told,
        [
            // Ann's direct visit is not credited beside touches whose origin is known.
            (Some("Meta"), r#"[2000,50,2,1.0,1.0,"90.00"]"#.to_owned()),
            (None, r#"[null,null,0,0,1.0,"10.00"]"#.to_owned()),
            (Some("Direct"), r#"[null,null,1,0,0,"0.00"]"#.to_owned()),
            (Some("Podcast"), "[null,7,null,null,null,null]".to_owned()),
        ],
        "{told:#?}"
    );
    assert_eq!(values(&funnel.total), r#"[2000,57,3,1.0,2.0,"100.00"]"#);
    assert_eq!(
        rates(&funnel.total),
        r#"[null,0.0285,0.05263157894736842,0.3333333333333333,0.6666666666666666,"50.00"]"#
    );
    assert_eq!(rates(&funnel.rows[1]), "[null,null,null,null,null,null]", "what has no key has no rates");
    assert_eq!(funnel.goals, ["newsletter"]);
    assert_eq!(funnel.compared, Some(["2024-01-01".to_owned(), "2024-01-10".to_owned()]));
    let compared: Vec<&Cell> = funnel.rows[0].steps.iter().map(|figures| &figures.compared_value).collect();
    assert_eq!(serde_json::to_string(&compared).unwrap(), r#"[500,10,1,0,0,"0.00"]"#);
}

#[tokio::test]
async fn a_breakdown_adds_up_to_the_total_whatever_it_is_by() {
    let world = World::new(limits());
    world.append(ORGANIZATION, rows()).await;
    let total = values(&world.funnel(question("channel")).await.unwrap().total);
    for by in ["campaign", "device", "country", "data_source", "asset"] {
        let funnel = world.funnel(question(by)).await.unwrap();
        assert_eq!(values(&funnel.total), total, "{by}");
        let visits: f64 = funnel.rows.iter().map(|row| number(&row.steps[2].value)).sum();
        assert_eq!(visits, 3.0, "{by}");
    }
    let by_device = world.funnel(question("device")).await.unwrap();
    let mobile = by_device.rows.iter().find(|row| row.key.as_deref() == Some("mobile")).unwrap();
    assert_eq!(values(mobile), "[2000,50,null,null,null,null]", "our touches name no device");
}

fn number(cell: &Cell) -> f64 {
    match cell {
        Cell::Integer(number) => *number as f64,
        Cell::Number(number) => *number,
        _ => 0.0,
    }
}

#[tokio::test]
async fn by_the_day_of_the_touch_an_order_counts_where_it_was_earned() {
    let world = World::new(limits());
    let rows = vec![touch("ann", 12 * DAY, "Meta"), order("ann", 22 * DAY, "A-1", 9_000)];
    world.append(ORGANIZATION, rows).await;
    let by_order = world.funnel(question("channel")).await.unwrap();
    let by_touch = world
        .funnel(FunnelQuestion {
            date_basis: DateBasis::Touch,
            compare: Compare::None,
            ..question("channel")
        })
        .await
        .unwrap();
    assert_eq!(
        values(&by_order.total),
        r#"[null,null,1,null,0,"0.00"]"#,
        "no goal is known, so leads are not covered"
    );
    assert_eq!(values(&by_touch.total), r#"[null,null,1,null,1.0,"90.00"]"#);
    assert!(by_touch.compared.is_none() && by_touch.total.steps.iter().all(|figures| figures.compared_value == Cell::Null));
}

#[tokio::test]
async fn ordered_steps_come_one_after_another_within_the_window() {
    let world = World::new(limits());
    let rows = vec![
        touch("ann", 0, "Meta"),
        goal("ann", 60, "newsletter"),
        order("ann", 120, "A-1", 100),
        // The other way round.
        order("bob", 0, "B-1", 100),
        touch("bob", 60, "Meta"),
        // Too late from the first visit, in time from the second.
        touch("cem", 0, "Meta"),
        touch("cem", 600, "Meta"),
        order("cem", 700, "C-1", 100),
        // Too late.
        touch("dee", 0, "Meta"),
        order("dee", 500, "D-1", 100),
        // A mere view is no visit.
        viewed(touch("eve", 0, "Meta")),
        order("eve", 10, "E-1", 100),
        // Starts in the range, ends after it.
        touch("fay", 1_430, "Meta"),
        order("fay", 1_500, "F-1", 100),
        // Starts after the range.
        touch("gus", 1_450, "Meta"),
        order("gus", 1_460, "G-1", 100),
    ];
    world.append(ORGANIZATION, rows).await;
    let funnel = world.ordered(&["visit", "purchase"], 3 * 3_600).await;
    let counts: Vec<_> = funnel.steps.iter().map(|step| step.customers).collect();
    assert_eq!(counts, [5, 3], "ann, cem and fay");
    assert_eq!(funnel.steps[1].rate, Some(0.6));
    assert_eq!(funnel.steps[1].median_seconds, Some(100.0 * 60.0), "of 120, 100 and 70 minutes");
    let three = world.ordered(&["Meta", "newsletter", "purchase"], 3 * 3_600).await;
    assert_eq!(
        three.steps.iter().map(|step| step.customers).collect::<Vec<_>>(),
        [6, 1, 1],
        "a channel's views count"
    );
    let nobody = world.ordered(&["visit", "newsleter"], 3_600).await;
    assert_eq!((nobody.steps[1].events, nobody.steps[1].customers), (0, 0));
}

/// The furthest step that any start reaches: each start is followed greedily, which is best for a given start.
fn furthest(events: &[(i64, usize)], steps: &[usize], window: i64) -> usize {
    let mut best = 0;
    for (start, (began, kind)) in events.iter().enumerate() {
        if *kind != steps[0] {
            continue;
        }
        let mut reached = 1;
        for (at, kind) in &events[start + 1..] {
            if reached < steps.len() && *kind == steps[reached] && at - began <= window {
                reached += 1;
            }
        }
        best = best.max(reached);
    }
    best
}

#[test]
fn ordered_funnels_agree_with_trying_every_start() {
    const KINDS: [&str; 3] = ["a", "b", "c"];
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let histories = prop::collection::btree_map(0_usize..20, prop::collection::btree_map(0_i64..40, 0_usize..3, 0..12), 1..20);
    let steps = prop::collection::vec(0_usize..3, 2..5);
    let mut runner = TestRunner::new_with_rng(
        Config {
            cases: 16,
            failure_persistence: None,
            ..Config::default()
        },
        TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    );
    let outcome = runner.run(&(histories, steps, 1_i64..30), |(histories, steps, window)| {
        let mut rows = Vec::new();
        let mut expected = vec![0_i64; steps.len()];
        for (person, events) in &histories {
            let events: Vec<(i64, usize)> = events.iter().map(|(at, kind)| (*at, *kind)).collect();
            rows.extend(events.iter().map(|(at, kind)| touch(&format!("p{person}"), *at, KINDS[*kind])));
            for count in expected.iter_mut().take(furthest(&events, &steps, window)) {
                *count += 1;
            }
        }
        let names: Vec<&str> = steps.iter().map(|step| KINDS[*step]).collect();
        let funnel = runtime.block_on(async {
            let world = World::new(limits());
            if !rows.is_empty() {
                world.append(ORGANIZATION, rows).await;
            }
            world.ordered(&names, window * 60).await
        });
        let counted: BTreeMap<usize, i64> = funnel.steps.iter().map(|step| step.customers).enumerate().collect();
        prop_assert_eq!(counted, expected.into_iter().enumerate().collect::<BTreeMap<_, _>>());
        Ok(())
    });
    outcome.unwrap();
}
