use expect_test::{Expect, expect};
use proptest::prelude::*;
use types::{Identifier, IdentifierKind};

use super::*;

/// `kind:value`, with short names for the kinds.
fn identifier(text: &str) -> Identifier {
    let (kind, value) = text.split_at(1);
    let kind = match kind {
        "C" => IdentifierKind::Customer,
        "R" => IdentifierKind::Crm,
        "E" => IdentifierKind::Email,
        "P" => IdentifierKind::Phone,
        "a" => IdentifierKind::Anonymous,
        "d" => IdentifierKind::Device,
        "o" => IdentifierKind::Order,
        "g" => IdentifierKind::Click,
        _ => IdentifierKind::Household,
    };
    Identifier {
        kind,
        value: value.to_owned(),
    }
}

fn name(identifier: &Identifier) -> String {
    let letter = match identifier.kind {
        IdentifierKind::Customer => 'C',
        IdentifierKind::Crm => 'R',
        IdentifierKind::Email => 'E',
        IdentifierKind::Phone => 'P',
        IdentifierKind::Anonymous => 'a',
        IdentifierKind::Device => 'd',
        IdentifierKind::Order => 'o',
        IdentifierKind::Click => 'g',
        IdentifierKind::Household => 'h',
    };
    format!("{letter}{}", identifier.value)
}

fn pair(text: &str) -> Pair {
    let (one, other) = text.split_once('-').unwrap();
    Pair::new(identifier(one), identifier(other)).unwrap()
}

fn graph(links: &str) -> Graph {
    Graph {
        pairs: links.split_whitespace().map(pair).collect(),
        ..Graph::default()
    }
}

/// Persons, one a line, with what links nobody in brackets.
fn show(partition: &Partition) -> String {
    let mut persons: BTreeMap<&Identifier, Vec<String>> = BTreeMap::new();
    for (identifier, member) in partition {
        let role = match member.role {
            Role::Linked => name(identifier),
            Role::Hub => format!("{} (hub)", name(identifier)),
            Role::Shared => format!("{} (shared)", name(identifier)),
        };
        persons.entry(&member.canonical).or_default().push(role);
    }
    persons.into_values().map(|person| person.join(" ") + "\n").collect()
}

fn check(graph: &Graph, rules: Rules, expected: &Expect) {
    expected.assert_eq(&show(&resolve(graph, &rules)));
}

#[test]
fn a_login_joins_cookie_address_and_account() {
    check(
        &graph("E1-o7 a1-g1 a1-C1 C1-E1"),
        Rules::default(),
        &expect![[r#"
            C1 E1 a1 o7 g1
        "#]],
    );
}

#[test]
fn a_cookie_bridges_an_address_and_an_account_that_nobody_contradicts() {
    check(
        &graph("a1-E1 a1-C1"),
        Rules::default(),
        &expect![[r#"
            C1 E1 a1
        "#]],
    );
}

#[test]
fn a_shared_device_joins_nobody() {
    check(
        &graph("a1-C1 a1-C2 a1-g1 C1-E1 a2-C1 a2-g1"),
        Rules::default(),
        &expect![[r#"
            C1 E1 a2 g1
            C2
            a1 (shared)
        "#]],
    );
}

#[test]
fn an_order_number_of_two_shops_joins_no_customers_but_the_same_order_joins_shop_and_site() {
    check(
        &graph("o1-C1 o1-C2 o2-E3 o2-a3"),
        Rules::default(),
        &expect![[r#"
            C1
            C2
            E3 a3 o2
            o1 (shared)
        "#]],
    );
}

#[test]
fn the_tills_address_is_a_hub_and_the_next_customer_too_many_makes_it_one() {
    let links = |customers: usize| (0..customers).map(|at| format!("C{at}-E1 ")).collect::<String>();
    let rules = Rules {
        shared_by_max: 3,
        ..Rules::default()
    };
    check(
        &graph(&links(3)),
        rules,
        &expect![[r#"
            C0 C1 C2 E1
        "#]],
    );
    check(
        &graph(&links(4)),
        rules,
        &expect![[r#"
            C0
            C1
            C2
            C3
            E1 (hub)
        "#]],
    );
    let row = [identifier("E1"), identifier("a9")];
    assert_eq!(strongest(&row, |one| *one == identifier("E1")), Some(&row[1]));
    assert_eq!(strongest(&row[..1], |_| true), Some(&row[0]));
}

#[test]
fn a_household_is_one_customer_only_where_that_is_wanted() {
    let household = graph("C1-h1 C2-h1");
    check(
        &household,
        Rules::default(),
        &expect![[r#"
            C1
            C2
            h1
        "#]],
    );
    let rules = Rules {
        households_link: true,
        ..Rules::default()
    };
    check(
        &household,
        rules,
        &expect![[r#"
            C1 C2 h1
        "#]],
    );
}

#[test]
fn what_a_person_told_apart_stays_apart_also_over_a_cookie() {
    let mut graph = graph("C1-E1 a1-C1 a1-E1");
    graph.verdicts.insert(pair("C1-E1"), Verdict::Different);
    check(
        &graph,
        Rules::default(),
        &expect![[r#"
            C1
            E1
            a1 (shared)
        "#]],
    );
    graph.verdicts.insert(pair("C1-E1"), Verdict::Same);
    check(
        &graph,
        Rules::default(),
        &expect![[r#"
            C1 E1 a1
        "#]],
    );
}

#[test]
fn evidence_is_the_earliest_event_in_whatever_order_they_come() {
    let evidence = |at: i64| Evidence {
        recorded_at: Timestamp::from_second(at).unwrap(),
        row: RowId::from_bytes([7; 16]),
        source: "web".into(),
    };
    let row = [identifier("C1"), identifier("a1"), identifier("C1")];
    let (mut forward, mut backward) = (Links::new(), Links::new());
    for at in [1, 2, 3] {
        link_all(&mut forward, &row, &evidence(at));
        link_all(&mut backward, &row, &evidence(4 - at));
    }
    assert_eq!(forward, backward);
    assert_eq!(forward.into_iter().collect::<Vec<_>>(), [(pair("C1-a1"), evidence(1))]);
}

fn any_identifier() -> impl Strategy<Value = Identifier> {
    ("[CREPadogh]", 0..5_u8).prop_map(|(kind, value)| identifier(&format!("{kind}{value}")))
}

fn any_pair() -> impl Strategy<Value = Pair> {
    (any_identifier(), any_identifier()).prop_filter_map("an identifier and itself", |(one, other)| Pair::new(one, other))
}

fn any_rules() -> impl Strategy<Value = Rules> {
    (any::<bool>(), 1..4_usize).prop_map(|(households_link, shared_by_max)| Rules {
        households_link,
        shared_by_max,
    })
}

/// Identifiers that are connected to `start` by links and verdicts, on ways that do not lead through `hubs`.
fn reach(graph: &Graph, start: &Identifier, hubs: &BTreeSet<Identifier>) -> BTreeSet<Identifier> {
    let mut reached = BTreeSet::from([start.clone()]);
    loop {
        let before = reached.len();
        let is_way = |one: &Identifier| reached.contains(one) && !hubs.contains(one);
        let ways: Vec<&Pair> = graph
            .pairs
            .iter()
            .chain(graph.verdicts.keys())
            .filter(|pair| is_way(&pair.left) || is_way(&pair.right))
            .collect();
        for pair in ways {
            reached.extend([pair.left.clone(), pair.right.clone()]);
        }
        if reached.len() == before {
            return reached;
        }
    }
}

proptest! {
    #[test]
    fn a_part_that_is_closed_under_links_gives_what_the_whole_gives(
        pairs in prop::collection::btree_set(any_pair(), 1..40),
        different in prop::collection::btree_map(any_pair(), prop_oneof![Just(Verdict::Same), Just(Verdict::Different)], 0..5),
        rules in any_rules(),
        pick in any::<prop::sample::Index>(),
    ) {
        let whole = Graph { pairs, verdicts: different, hubs: BTreeSet::new() };
        let partition = resolve(&whole, &rules);
        let start = pick.get(&whole.pairs.iter().cloned().collect::<Vec<_>>()).left.clone();
        let reached = reach(&whole, &start, &BTreeSet::new());
        let part = Graph {
            pairs: whole.pairs.iter().filter(|pair| reached.contains(&pair.left)).cloned().collect(),
            verdicts: whole.verdicts.iter().filter(|(pair, _)| reached.contains(&pair.left)).map(|(pair, verdict)| (pair.clone(), *verdict)).collect(),
            hubs: BTreeSet::new(),
        };
        for (identifier, member) in resolve(&part, &rules) {
            prop_assert_eq!(&partition[&identifier], &member);
        }
    }

    #[test]
    fn the_way_through_a_known_hub_need_not_be_followed(
        pairs in prop::collection::btree_set(any_pair(), 1..60),
        rules in any_rules(),
        pick in any::<prop::sample::Index>(),
    ) {
        let whole = Graph { pairs, ..Graph::default() };
        let partition = resolve(&whole, &rules);
        let hubs: BTreeSet<Identifier> = partition.iter().filter(|(_, member)| member.role == Role::Hub).map(|(one, _)| one.clone()).collect();
        let start = pick.get(&whole.pairs.iter().cloned().collect::<Vec<_>>()).left.clone();
        prop_assume!(!hubs.contains(&start));
        let reached = reach(&whole, &start, &hubs);
        let is_loaded = |one: &Identifier| reached.contains(one) && !hubs.contains(one);
        let part = Graph {
            pairs: whole.pairs.iter().filter(|pair| is_loaded(&pair.left) || is_loaded(&pair.right)).cloned().collect(),
            verdicts: Verdicts::new(),
            hubs: hubs.intersection(&reached).cloned().collect(),
        };
        for (identifier, member) in resolve(&part, &rules) {
            prop_assert_eq!(&partition[&identifier], &member);
        }
    }

    #[test]
    fn a_persons_canonical_identifier_is_its_strongest_and_its_own_canonical(
        pairs in prop::collection::btree_set(any_pair(), 1..40),
        rules in any_rules(),
    ) {
        let partition = resolve(&Graph { pairs, ..Graph::default() }, &rules);
        for (identifier, member) in &partition {
            prop_assert!(member.canonical <= *identifier);
            prop_assert_eq!(&partition[&member.canonical].canonical, &member.canonical);
            if member.role != Role::Linked {
                prop_assert_eq!(&member.canonical, identifier);
            }
        }
    }

    #[test]
    fn merging_and_un_merging_restores_the_partition(
        pairs in prop::collection::btree_set(any_pair(), 1..40),
        merged in any_pair(),
        rules in any_rules(),
    ) {
        let mut graph = Graph { pairs, ..Graph::default() };
        // A pair that one event names has a link of its own, which un-merging would take away too.
        prop_assume!(!graph.pairs.contains(&merged));
        let before = resolve(&graph, &rules);
        let person = |partition: &Partition, one: &Identifier| partition.get(one).map_or_else(|| one.clone(), |member| member.canonical.clone());
        // Un-merging tells them apart, so they must have been apart.
        prop_assume!(person(&before, &merged.left) != person(&before, &merged.right));
        graph.verdicts.insert(merged.clone(), Verdict::Same);
        let joined = resolve(&graph, &rules);
        prop_assert_eq!(person(&joined, &merged.left), person(&joined, &merged.right));
        graph.verdicts.insert(merged, Verdict::Different);
        let after = resolve(&graph, &rules);
        for one in before.keys() {
            prop_assert_eq!(person(&before, one), person(&after, one));
        }
    }
}
