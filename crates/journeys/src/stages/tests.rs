use proptest::prelude::*;

use super::*;

fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(|name| (*name).to_owned()).collect()
}

/// Who came first, of leads that each entered these stages in this order.
fn precedences(paths: &[Vec<String>]) -> Vec<Precedence> {
    let mut counts: BTreeMap<(String, String), i64> = BTreeMap::new();
    for path in paths {
        for (at, earlier) in path.iter().enumerate() {
            for later in &path[at + 1..] {
                *counts.entry((earlier.clone(), later.clone())).or_default() += 1;
            }
        }
    }
    counts
        .into_iter()
        .map(|((earlier, later), leads)| Precedence { earlier, later, leads })
        .collect()
}

#[test]
fn names_that_mean_an_end_are_no_steps() {
    let found = names(&["Closed Won", "opportunity", "lead", "closed-lost", "MQL"]);
    let mut stages = Stages::choose(&found, &Wish::default()).unwrap();
    assert_eq!(stages.won, ["Closed Won"]);
    assert_eq!(stages.lost, ["closed-lost"]);
    stages.put_in_order(&[]);
    assert_eq!(
        stages.steps,
        ["lead", "MQL", "opportunity"],
        "nobody entered two of them: the usual order"
    );
}

#[test]
fn the_order_is_the_one_that_most_leads_follow() {
    let path = |list: &[&str]| names(list);
    let paths = [
        path(&["zebra", "lead", "alpha"]),
        path(&["zebra", "alpha"]),
        path(&["lead", "alpha"]),
        // Somebody went the other way round.
        path(&["alpha", "zebra"]),
    ];
    let mut stages = Stages::choose(&names(&["alpha", "lead", "zebra"]), &Wish::default()).unwrap();
    stages.put_in_order(&precedences(&paths));
    assert_eq!(stages.steps, ["zebra", "lead", "alpha"]);
}

#[test]
fn a_wish_decides_and_the_rest_is_left_out() {
    let found = names(&["lead", "demo", "offer", "won", "lost", "paused"]);
    let wish = Wish {
        steps: names(&["offer", "demo"]),
        won: Vec::new(),
        lost: names(&["paused"]),
    };
    let stages = Stages::choose(&found, &wish).unwrap();
    assert_eq!(stages.steps, ["offer", "demo"], "in the order of the wish");
    assert_eq!((stages.won, stages.lost), (names(&["won"]), names(&["paused"])));
    assert_eq!(stages.others, ["lead", "lost"]);
}

#[test]
fn wishes_that_cannot_be_met_are_refused_with_their_place() {
    let found = names(&["lead", "won"]);
    let wish = |steps: &[&str], lost: &[&str]| Wish {
        steps: names(steps),
        won: Vec::new(),
        lost: names(lost),
    };
    assert_eq!(
        Stages::choose(&found, &wish(&["lead", "led"], &[])).unwrap_err(),
        StagesError::Unknown {
            list: "stages",
            at: 1,
            name: "led".to_owned()
        }
    );
    assert_eq!(
        Stages::choose(&found, &wish(&["lead"], &["lead"])).unwrap_err(),
        StagesError::Twice {
            list: "lost",
            at: 0,
            name: "lead".to_owned()
        }
    );
    let many: Vec<String> = (0..13).map(|number| format!("step {number}")).collect();
    assert_eq!(
        Stages::choose(&many, &Wish::default()).unwrap_err().to_string(),
        "a pipeline has at most 12 steps, this one has 13: name those that matter with `stages`"
    );
}

proptest! {
    /// However many leads skip stages: if every two stages were entered by one lead at least, the order is found.
    #[test]
    fn the_order_is_found_through_skipped_stages(order in Just(names(&["d", "a", "c", "b", "e"])).prop_shuffle(), skips in prop::collection::vec(0_u32..32, 1..40)) {
        let mut paths: Vec<Vec<String>> = skips
            .iter()
            .map(|skip| order.iter().enumerate().filter(|(at, _)| skip & (1 << at) != 0).map(|(_, name)| name.clone()).collect())
            .collect();
        paths.push(order.clone());
        let mut found = order.clone();
        found.sort();
        let mut stages = Stages::choose(&found, &Wish::default()).unwrap();
        stages.put_in_order(&precedences(&paths));
        prop_assert_eq!(stages.steps, order);
    }
}
