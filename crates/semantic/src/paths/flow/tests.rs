use expect_test::expect;
use proptest::prelude::*;

use super::*;

fn sums(conversions: i64, not_converted: i64) -> Sums {
    Sums {
        conversions,
        revenue: i128::from(conversions) * 10_000_000,
        not_converted,
        ..Sums::default()
    }
}

fn shown(folded: &[Folded<'_>]) -> String {
    let line = |(steps, end, sums): &Folded<'_>| format!("{} {end:?} {}/{}\n", steps.join(" > "), sums.conversions, sums.paths());
    folded.iter().map(line).collect()
}

#[test]
fn small_branches_are_folded_into_other_and_nothing_is_lost() {
    let heads = vec![
        (vec!["Ads"], false, sums(50, 50)),
        (vec!["Ads", "E-mail"], false, sums(20, 0)),
        (vec!["Ads", "Search", "E-mail"], true, sums(1, 0)),
        (vec!["Ads", "Search", "Ads"], false, sums(2, 0)),
        (vec!["Rare"], false, sums(1, 1)),
    ];
    expect![[r#"
        Ads Complete 50/100
        Ads > E-mail Complete 20/20
        Ads > Search Other 3/3
         Other 1/2
    "#]]
    .assert_eq(&shown(&fold(&heads, 3)));
    expect![[r#"
        Ads Complete 50/100
        Ads > E-mail Complete 20/20
        Ads > Search > Ads Complete 2/2
        Rare Complete 1/2
        Ads > Search > E-mail Further 1/1
    "#]]
    .assert_eq(&shown(&fold(&heads, 100)));
}

#[test]
fn nodes_tell_where_paths_end_and_links_what_goes_on() {
    let folded = vec![
        (vec!["Ads"], End::Complete, sums(5, 5)),
        (vec!["Ads", "Search"], End::Complete, sums(2, 1)),
        (vec!["Ads"], End::Other, sums(1, 0)),
    ];
    let (nodes, links) = by_position(&folded, Currency::EUR);
    let nodes = nodes.iter().map(|node| {
        let figures = &node.figures;
        format!(
            "{} {} + {}, here {} + {}\n",
            node.id, figures.conversions, figures.not_converted, node.converted_here, node.dropped_here
        )
    });
    expect![[r#"
        1:Ads 8 + 6, here 5 + 5
        2:Search 2 + 1, here 2 + 1
        2:… 1 + 0, here 0 + 0
    "#]]
    .assert_eq(&nodes.collect::<String>());
    let links = links.iter().map(|link| format!("{} → {} {}\n", link.from, link.to, link.figures.revenue));
    expect![[r#"
        1:Ads → 2:… 10.00
        1:Ads → 2:Search 20.00
    "#]]
    .assert_eq(&links.collect::<String>());
}

proptest! {
    #[test]
    fn folding_keeps_every_sum(
        heads in proptest::collection::vec((proptest::collection::vec(0..4_usize, 1..5), any::<bool>(), 0..50_i64, 0..50_i64), 0..40),
        max in 0..20_usize,
    ) {
        let names = ["A", "B", "C", "D"];
        let heads: Vec<_> = heads
            .iter()
            .map(|(steps, goes_on, conversions, rest)| (steps.iter().map(|at| names[*at]).collect::<Vec<_>>(), *goes_on, sums(*conversions, *rest)))
            .collect();
        let mut expected = Sums::default();
        heads.iter().for_each(|(_, _, sums)| expected.add(sums));
        let folded = fold(&heads, max);
        let mut found = Sums::default();
        folded.iter().for_each(|(_, _, sums)| found.add(sums));
        prop_assert_eq!(found, expected);
        let distinct = folded.iter().map(|(steps, _, _)| steps).filter(|steps| !steps.is_empty()).collect::<std::collections::BTreeSet<_>>();
        prop_assert!(distinct.len() <= max);
    }
}
