//! The pipeline's statements against leads that are followed event by event.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::date;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use semantic::pipeline::{Cohort, Next, Pipeline, PipelineQuestion, Wish, start};
use semantic::{Organization, QueryError};
use types::{CustomerId, RecordKind, SourceCategory, UnifiedRow};

use super::*;

/// A customer enters a stage; `hour` counts from the start of 2024.
fn stage(customer: &str, hour: i64, name: &str) -> UnifiedRow {
    let at = minute(hour * 60);
    let key = format!("stage-{customer}-{hour}-{name}");
    let mut row = UnifiedRow::new(
        ORGANIZATION,
        "crm".into(),
        SourceCategory::ExternalRevenue,
        RecordKind::Stage,
        key.into(),
        at,
        at,
    );
    row.customer_id = Some(CustomerId::derive(ORGANIZATION, customer));
    row.customer_key = Some(customer.into());
    row.stage = Some(name.into());
    row
}

fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(|name| (*name).to_owned()).collect()
}

/// January 2024, steps in a given order.
fn question(steps: &[&str]) -> PipelineQuestion {
    PipelineQuestion {
        from: "2024-01-01".to_owned(),
        to: "2024-01-31".to_owned(),
        zone: Some("UTC".to_owned()),
        cohort: Cohort::Lead,
        wish: Wish {
            steps: names(steps),
            ..Wish::default()
        },
        by: None,
    }
}

impl World {
    async fn pipeline(&self, question: PipelineQuestion) -> Result<Pipeline, QueryError> {
        let attribution = Settings::default();
        let organization = Organization {
            currency: Currency::EUR,
            zone: "UTC",
            attribution: &attribution,
            history: &[],
        };
        let end: Timestamp = date(2024, 7, 1).to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp();
        let mut asking = start(question, &organization, end)?;
        loop {
            let raw = self.engine.query(&OrgContext::system(ORGANIZATION), &asking.plan()).await.unwrap();
            match asking.answer(&raw)? {
                Next::Ask(next) => asking = *next,
                Next::Done(pipeline) => return Ok(*pipeline),
            }
        }
    }
}

/// entered, progressed, lost, open, skipped, went back.
fn counts(pipeline: &Pipeline) -> Vec<[i64; 6]> {
    let of = |stage: &semantic::pipeline::StageFigures| [stage.entered, stage.progressed, stage.lost, stage.open, stage.skipped, stage.went_back];
    pipeline.stages.iter().map(of).collect()
}

#[tokio::test]
async fn a_lead_progresses_is_lost_or_is_open_and_an_order_wins_it() {
    let world = World::new(limits());
    let rows = vec![
        stage("ann", 0, "lead"),
        stage("ann", 48, "qualified"),
        stage("ann", 120, "opportunity"),
        order("ann", 216 * 60, "A-1", 50_000),
        // Bought before she became a lead, which wins nothing.
        order("bob", 10 * 60, "B-1", 900),
        stage("bob", 24, "lead"),
        stage("bob", 72, "lost"),
        stage("cem", 24, "lead"),
        stage("cem", 96, "qualified"),
        // No lead: no stage.
        order("dee", 60, "D-1", 100),
        // In February: of another cohort.
        stage("eve", 24 * 40, "lead"),
    ];
    world.append(ORGANIZATION, rows).await;
    let pipeline = world.pipeline(question(&[])).await.unwrap();
    assert_eq!(pipeline.order, ["lead", "qualified", "opportunity"]);
    assert!(pipeline.is_order_inferred);
    assert_eq!(counts(&pipeline), [[3, 2, 1, 0, 0, 0], [2, 1, 0, 1, 0, 0], [1, 1, 0, 0, 0, 0]]);
    let outcome = &pipeline.outcome;
    assert_eq!((outcome.leads, outcome.won, outcome.lost, outcome.open), (3, 1, 1, 1));
    assert_eq!((outcome.win_rate, outcome.lead_conversion_rate), (Some(0.5), Some(1.0 / 3.0)));
    assert_eq!(outcome.cycle_median_seconds, Some(216.0 * 3_600.0));
    assert_eq!((outcome.won_value.as_str(), outcome.average_value.as_deref()), ("500.00", Some("500.00")));
    // 3 leads × 50 % × 500.00 ÷ 9 days.
    assert_eq!(outcome.velocity_per_day.as_deref(), Some("83.33"));
    assert_eq!(pipeline.stages[0].median_seconds, Some(60.0 * 3_600.0), "ann took 48 hours, cem 72");
    // Cem waits since hour 96; whoever came on took 72 hours, and the newest news is eve's at hour 960.
    assert_eq!(pipeline.stages[1].stuck, Some(1));
    assert_eq!(pipeline.stuck[0].customer_key.as_deref(), Some("cem"));
    assert_eq!(
        (pipeline.stuck[0].stage.as_str(), pipeline.stuck[0].seconds),
        ("qualified", (960.0 - 96.0) * 3_600.0)
    );
}

#[tokio::test]
async fn skipped_repeated_and_backward_stages_and_two_at_one_instant_have_one_meaning_each() {
    let world = World::new(limits());
    let rows = vec![
        // Skips `qualified`.
        stage("skip", 0, "lead"),
        stage("skip", 24, "opportunity"),
        // Enters `lead` again, which counts once and does not start the time anew.
        stage("again", 0, "lead"),
        stage("again", 24, "lead"),
        stage("again", 48, "qualified"),
        // Goes back, which undoes nothing.
        stage("back", 0, "lead"),
        stage("back", 24, "qualified"),
        stage("back", 48, "opportunity"),
        stage("back", 72, "qualified"),
        // Two stages at one instant: both count, in the order of the pipeline.
        stage("once", 0, "qualified"),
        stage("once", 0, "lead"),
        // The CRM enters `lead` when the opportunity is there already: a step back, no entry.
        stage("late", 0, "opportunity"),
        stage("late", 24, "lead"),
        // Lost, and taken up again: open.
        stage("revived", 0, "lead"),
        stage("revived", 24, "lost"),
        stage("revived", 48, "qualified"),
        // Lost at the instant of its last stage: lost.
        stage("gone", 0, "lead"),
        stage("gone", 0, "lost"),
        // Won without any step before: a lead, and no entry of a step.
        stage("straight", 0, "won"),
        // Lost after it was won: won.
        stage("churned", 0, "lead"),
        stage("churned", 24, "won"),
        stage("churned", 48, "lost"),
    ];
    world.append(ORGANIZATION, rows).await;
    let pipeline = world.pipeline(question(&["lead", "qualified", "opportunity"])).await.unwrap();
    assert!(!pipeline.is_order_inferred);
    assert_eq!(
        counts(&pipeline),
        [
            // skip, again, back, once, revived, churned progressed; gone is lost.
            [7, 6, 1, 0, 0, 0],
            // again, back, once, revived; back progressed. Skipped by skip, and by churned, who was won from `lead`.
            [4, 1, 0, 3, 2, 0],
            // skip, back, late; back and late went back. Skipped by churned.
            [3, 0, 0, 3, 1, 2],
        ]
    );
    let outcome = &pipeline.outcome;
    assert_eq!((outcome.leads, outcome.won, outcome.lost, outcome.open), (9, 2, 1, 6));
    assert_eq!(outcome.won_value, "0.00", "no order, and no row names an amount");
}

#[tokio::test]
async fn the_split_is_by_the_first_touch_before_the_lead() {
    let world = World::new(limits());
    let rows = vec![
        touch("ann", 0, "LinkedIn"),
        touch("ann", 1, "Meta"),
        stage("ann", 1, "lead"),
        order("ann", 600, "A-1", 10_000),
        // Touched after having become a lead only.
        stage("bob", 1, "lead"),
        touch("bob", 120, "Meta"),
        touch("cem", 5, "LinkedIn"),
        stage("cem", 2, "lead"),
        stage("cem", 3, "lost"),
    ];
    world.append(ORGANIZATION, rows).await;
    let by = |by: &str| PipelineQuestion {
        by: Some(by.to_owned()),
        ..question(&[])
    };
    let pipeline = world.pipeline(by("channel")).await.unwrap();
    let groups: Vec<_> = pipeline
        .groups
        .iter()
        .map(|group| {
            (
                group.key.as_deref(),
                group.outcome.leads,
                group.outcome.won,
                group.outcome.won_value.as_str(),
            )
        })
        .collect();
    assert_eq!(groups, [(Some("LinkedIn"), 2, 1, "100.00"), (None, 1, 0, "0.00")]);
    assert_eq!(pipeline.groups[0].outcome.win_rate, Some(0.5));
    assert_eq!(pipeline.outcome.leads, 3, "groups add up to all leads");
    let campaigns = world.pipeline(by("campaign")).await.unwrap();
    assert_eq!(campaigns.groups[0].outcome.leads, 2);
    let refused = world.pipeline(by("conversion_type")).await.unwrap_err();
    assert_eq!(
        (refused.problems[0].pointer.as_str(), refused.problems[0].code.as_str()),
        ("/by", "dimension-missing")
    );
}

#[tokio::test]
async fn without_stages_the_answer_is_empty_and_a_stage_that_nobody_enters_is_refused() {
    let world = World::new(limits());
    world.append(ORGANIZATION, vec![order("ann", 0, "A-1", 100)]).await;
    let pipeline = world.pipeline(question(&[])).await.unwrap();
    assert_eq!((pipeline.stages.len(), pipeline.outcome.leads), (0, 0));
    let refused = world.pipeline(question(&["lead"])).await.unwrap_err();
    assert_eq!(
        (refused.problems[0].pointer.as_str(), refused.problems[0].code.as_str()),
        ("/stages", "unknown-stage")
    );
}

/// What a lead did, as it is followed event by event.
#[derive(Debug, Default)]
struct Followed {
    entries: Vec<(usize, i64)>,
    won: Option<i64>,
    last_is_lost: bool,
}

const STEPS: [&str; 3] = ["lead", "qualified", "opportunity"];

/// An event of a history: 0..3 a step, 3 won, 4 lost, 5 an order.
fn follow(events: &[(i64, usize)]) -> Followed {
    let mut sorted = events.to_vec();
    // Of one instant: steps in their order, then won, then lost.
    sorted.sort_unstable();
    let mut followed = Followed::default();
    let mut is_lead = false;
    let first = sorted.iter().find(|(_, kind)| *kind < 4).map(|(at, _)| *at);
    for (at, kind) in sorted {
        match kind {
            step @ 0..3 => {
                is_lead = true;
                followed.last_is_lost = false;
                let highest = followed.entries.last().map(|(step, _)| *step);
                if followed.won.is_none_or(|won| won == at) && highest.is_none_or(|highest| step > highest) {
                    followed.entries.push((step, at));
                }
            }
            3 => {
                is_lead = true;
                followed.last_is_lost = false;
                followed.won.get_or_insert(at);
            }
            4 => followed.last_is_lost = true,
            _ => {
                if is_lead || first == Some(at) {
                    followed.won.get_or_insert(at);
                }
            }
        }
    }
    if !is_lead {
        return Followed::default();
    }
    followed
}

/// entered, progressed, lost, open of every step.
fn expected(histories: &BTreeMap<usize, Vec<(i64, usize)>>) -> Vec<[i64; 4]> {
    let mut counts = vec![[0; 4]; STEPS.len()];
    for events in histories.values() {
        let followed = follow(events);
        for (at, (step, _)) in followed.entries.iter().enumerate() {
            let count = &mut counts[*step];
            count[0] += 1;
            if at + 1 < followed.entries.len() || followed.won.is_some() {
                count[1] += 1;
            } else if followed.last_is_lost {
                count[2] += 1;
            } else {
                count[3] += 1;
            }
        }
    }
    counts
}

#[test]
fn the_statements_agree_with_following_every_lead_event_by_event() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let histories = prop::collection::btree_map(0_usize..40, prop::collection::vec((0_i64..12, 0_usize..6), 0..9), 1..30);
    let mut runner = TestRunner::new_with_rng(
        Config {
            cases: 12,
            failure_persistence: None,
            ..Config::default()
        },
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let outcome = runner.run(&histories, |mut histories| {
        for events in histories.values_mut() {
            events.sort_unstable();
            events.dedup();
        }
        let mut rows = Vec::new();
        // Every stage is there, so that the steps can be named.
        rows.extend(STEPS.iter().map(|name| stage("somebody", 24 * 60, name)));
        for (person, events) in &histories {
            let person = format!("p{person}");
            for (hour, kind) in events {
                rows.push(match kind {
                    5 => order(&person, hour * 60, &format!("{person}-{hour}"), 100),
                    4 => stage(&person, *hour, "lost"),
                    3 => stage(&person, *hour, "won"),
                    step => stage(&person, *hour, STEPS[*step]),
                });
            }
        }
        let pipeline = runtime.block_on(async {
            let world = World::new(limits());
            world.append(ORGANIZATION, rows).await;
            world.pipeline(question(&STEPS)).await.unwrap()
        });
        let counted: Vec<[i64; 4]> = pipeline
            .stages
            .iter()
            .map(|stage| [stage.entered, stage.progressed, stage.lost, stage.open])
            .collect();
        prop_assert_eq!(counted, expected(&histories));
        for stage in &pipeline.stages {
            prop_assert!(stage.progressed + stage.lost + stage.open == stage.entered && stage.open >= 0);
        }
        Ok(())
    });
    outcome.unwrap();
}
