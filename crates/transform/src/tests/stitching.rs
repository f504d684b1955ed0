//! Late links move credit exactly, and taking them back moves it back exactly.

use expect_test::expect;
use types::{CustomerId, Identifier, IdentifierKind};

use super::world::World;
use crate::stitch::decide::{merge, unmerge};
use crate::stitch::person::person;
use crate::stitch::{rules, set_rules};

const MODELS: &[&str] = &["linear"];

impl World {
    fn key(&self, key: &str) -> CustomerId {
        CustomerId::derive(self.organization(), key)
    }

    fn home(&self, kind: IdentifierKind, text: &str) -> CustomerId {
        Identifier::new(kind, text).unwrap().home(self.organization())
    }

    /// All that is derived, and which row belongs to whom.
    async fn figures(&self) -> String {
        self.run().await.unwrap();
        let rows = self
            .select("SELECT source_row_key, customer_id FROM unified_marketing_data WHERE customer_id IS NOT NULL ORDER BY source_row_key")
            .await;
        format!("{}{}{rows}", self.credits(MODELS).await, self.journeys().await)
    }

    async fn unmerge(&self, customer: CustomerId, identifiers: &[CustomerId]) -> Vec<CustomerId> {
        let clock = self.clock.as_ref();
        let stitched = unmerge(&self.context, &self.lake, &self.engine, clock, customer, identifiers, "two people").await;
        stitched.unwrap().customers
    }

    async fn merge(&self, one: CustomerId, other: CustomerId) -> Vec<CustomerId> {
        let clock = self.clock.as_ref();
        let stitched = merge(&self.context, &self.lake, &self.engine, clock, [one, other], "the same address").await;
        stitched.unwrap().customers
    }
}

fn sorted<const N: usize>(mut customers: [CustomerId; N]) -> Vec<CustomerId> {
    customers.sort_unstable();
    customers.to_vec()
}

#[tokio::test]
async fn late_login() {
    let world = World::empty().await;
    let mut imports = world.imports("late_login").into_values();
    for rows in imports.by_ref().take(2) {
        world.import(rows).await;
    }
    assert_eq!(world.stitch().await.customers, []);
    let apart = world.figures().await;
    let credits = world.credits(MODELS).await;
    expect![[r#"
        sale | 1001 | linear | 0 | - | 50.00
        sale | 1002 | linear | 1 | E-mail | 10.00
    "#]]
    .assert_eq(&credits);
    world.import(imports.next().unwrap()).await;
    // The login's customer was unknown until now; ben is not touched.
    let cookie = world.home(IdentifierKind::Anonymous, "a1");
    let address = world.home(IdentifierKind::Email, "ada@example.com");
    assert_eq!(world.stitch().await.customers, sorted([cookie, address, world.key("ada")]));
    world.figures().await;
    expect![[r#"
        sale | 1001 | linear | 1 | Meta Ads | 25.00
        sale | 1001 | linear | 2 | Google Ads | 25.00
        sale | 1002 | linear | 1 | E-mail | 10.00
    "#]]
    .assert_eq(&world.credits(MODELS).await);
    assert_eq!(world.stitch().await, crate::stitch::Stitched::default(), "nothing is new");

    // An old id finds the customer, with the evidence of each link.
    let found = person(&world.context, &world.lake, &world.engine, cookie).await.unwrap().unwrap();
    assert_eq!(found.customer, world.key("ada"));
    let name = |id: CustomerId| {
        let own = found.identifiers.iter().find(|own| own.id == id).unwrap();
        own.identifier.kind.as_str()
    };
    let links: Vec<String> = found
        .links
        .iter()
        .map(|link| {
            format!(
                "{} – {}: {} {}\n",
                name(link.left),
                name(link.right),
                link.rule.as_str(),
                link.evidence.recorded_at
            )
        })
        .collect();
    expect![[r#"
        customer – email_sha256: same_event 2024-05-04T10:00:00Z
        customer – anonymous: seen_with_person 2024-05-04T10:00:00Z
        email_sha256 – anonymous: seen_with_person 2024-05-04T10:00:00Z
        email_sha256 – order: seen_with_person 2024-05-03T10:00:00Z
        anonymous – click: seen_together 2024-05-02T10:00:00Z
    "#]]
    .assert_eq(&links.concat());

    // The order of a customer who is known by the key alone stays; then the cookie is taken away, with its click.
    world.import(imports.next().unwrap()).await;
    assert_eq!(world.stitch().await.customers, []);
    let click = world.home(IdentifierKind::Click, "g1");
    assert_eq!(world.unmerge(cookie, &[cookie, click]).await, sorted([cookie, world.key("ada")]));
    assert_eq!(
        world
            .unmerge(world.key("ada"), &[address, world.home(IdentifierKind::Order, "1001")])
            .await,
        sorted([address, world.key("ada")])
    );
    let after = world.figures().await;
    for line in apart.lines() {
        assert!(after.contains(line), "{line} is not among\n{after}");
    }
    expect![[r#"
        sale | 1001 | linear | 0 | - | 50.00
        sale | 1002 | linear | 1 | E-mail | 10.00
        sale | 1003 | linear | 1 | Direct | 30.00
    "#]]
    .assert_eq(&world.credits(MODELS).await);
    // What was decided stays decided, whatever is said again.
    let mut again = world.imports("late_login").remove(&3).unwrap();
    again[0].source_row_key = "t5".into();
    again[0].id = types::RowId::derive(world.organization(), "web", "t5");
    world.import(again).await;
    assert_eq!(world.stitch().await.customers, []);
}

#[tokio::test]
async fn the_same_rows_in_any_order_and_batches_give_the_same_figures() {
    let once = World::empty().await;
    let rows: Vec<_> = once.imports("late_login").into_values().flatten().collect();
    once.import(rows).await;
    once.stitch().await;
    let expected = strip(&once, &once.figures().await);
    for order in [[4, 3, 2, 1], [3, 1, 4, 2], [2, 4, 1, 3]] {
        let world = World::empty().await;
        let mut imports = world.imports("late_login");
        for number in order {
            let mut rows = imports.remove(&number).unwrap();
            rows.reverse();
            for row in rows {
                world.import(vec![row]).await;
                world.stitch().await;
            }
            world.lake.compact().await.unwrap();
        }
        assert_eq!(strip(&world, &world.figures().await), expected, "{order:?}");
    }
}

/// Figures with the customers by name: every world is an organisation of its own.
fn strip(world: &World, figures: &str) -> String {
    let names = [("ada", world.key("ada")), ("ben", world.key("ben"))];
    names
        .iter()
        .fold(figures.to_owned(), |text, (name, id)| text.replace(&id.to_string(), name))
}

#[tokio::test]
async fn shared_device() {
    let world = World::load("shared_device").await;
    world.stitch().await;
    world.figures().await;
    expect![[r#"
        sale | 1001 | linear | 1 | E-mail | 50.00
        sale | 1002 | linear | 1 | Google Ads | 20.00
    "#]]
    .assert_eq(&world.credits(MODELS).await);
    let tablet = world.home(IdentifierKind::Anonymous, "tablet");
    let ada = person(&world.context, &world.lake, &world.engine, world.key("ada"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        ada.apart.iter().map(|apart| (apart.id, apart.reason.as_str())).collect::<Vec<_>>(),
        [(tablet, "shared")]
    );
    // Before the second customer came, the tablet was the first one's.
    let world = World::empty().await;
    let mut imports = world.imports("shared_device").into_values();
    world.import(imports.next().unwrap()).await;
    world.stitch().await;
    world.figures().await;
    expect![[r#"
        sale | 1001 | linear | 1 | Meta Ads | 25.00
        sale | 1001 | linear | 2 | E-mail | 25.00
    "#]]
    .assert_eq(&world.credits(MODELS).await);
    world.import(imports.next().unwrap()).await;
    assert_eq!(
        world.stitch().await.customers,
        sorted([world.home(IdentifierKind::Anonymous, "tablet"), world.key("ada")])
    );
}

#[tokio::test]
async fn merge_then_unmerge() {
    let world = World::load("merge_then_unmerge").await;
    world.stitch().await;
    let before = world.figures().await;
    let cookie = world.home(IdentifierKind::Anonymous, "a1");
    assert_eq!(world.merge(cookie, world.key("ada")).await, sorted([cookie, world.key("ada")]));
    world.figures().await;
    expect![[r#"
        sale | 1001 | linear | 1 | Meta Ads | 25.00
        sale | 1001 | linear | 2 | E-mail | 25.00
    "#]]
    .assert_eq(&world.credits(MODELS).await);
    // The next row of the cookie comes in with its home and goes on at once.
    let mut late = world.imports("merge_then_unmerge").remove(&1).unwrap();
    late.truncate(1);
    late[0].source_row_key = "t9".into();
    late[0].id = types::RowId::derive(world.organization(), "web", "t9");
    world.import(late.clone()).await;
    assert_eq!(world.stitch().await.customers, sorted([cookie, world.key("ada")]));
    assert_eq!(world.unmerge(world.key("ada"), &[cookie]).await, sorted([cookie, world.key("ada")]));
    let after = world.figures().await;
    for line in before.lines().filter(|line| !line.contains("Meta Ads")) {
        assert!(after.contains(line), "{line} is not among\n{after}");
    }
    expect![[r#"
        sale | 1001 | linear | 1 | E-mail | 50.00
    "#]]
    .assert_eq(&world.credits(MODELS).await);
    let ada = person(&world.context, &world.lake, &world.engine, world.key("ada"))
        .await
        .unwrap()
        .unwrap();
    let decisions: Vec<_> = ada
        .decisions
        .iter()
        .map(|one| (one.verdict.as_str(), one.actor.as_str(), one.reason.as_str()))
        .collect();
    assert_eq!(
        decisions,
        [("different", "command line", "two people"), ("same", "command line", "the same address")]
    );
}

#[tokio::test]
async fn a_decision_that_cannot_be_says_why() {
    let world = World::load("merge_then_unmerge").await;
    let (ada, nobody) = (world.key("ada"), world.key("nobody"));
    let clock = world.clock.as_ref();
    let mut said = Vec::new();
    for (customer, identifiers, reason) in [(nobody, vec![ada], "why"), (ada, vec![nobody], "why"), (ada, vec![ada], "why")] {
        let refused = unmerge(&world.context, &world.lake, &world.engine, clock, customer, &identifiers, reason).await;
        said.push(refused.unwrap_err().to_string().replace(&nobody.to_string(), "nobody"));
    }
    for (one, other, reason) in [(ada, ada, "why"), (ada, world.home(IdentifierKind::Anonymous, "a1"), " ")] {
        let refused = merge(&world.context, &world.lake, &world.engine, clock, [one, other], reason).await;
        said.push(refused.unwrap_err().to_string());
    }
    expect![[r#"
        there is no customer nobody: look for it in the list of customers
        the customer has no identifier nobody: take an `id` from the customer's identity
        name at least one identifier, and leave at least one to the customer
        the two are one customer already
        a decision needs a reason: say in a sentence why"#]]
    .assert_eq(&said.join("\n"));
}

#[tokio::test]
async fn changed_rules_work_everything_out_anew() {
    let world = World::load("shared_device").await;
    world.stitch().await;
    let mut imports = world.imports("shared_device");
    let mut rows = imports.remove(&1).unwrap();
    for (row, home) in rows.iter_mut().zip(["h1", "h1", "h1"]) {
        row.source_row_key = format!("{}-{home}", row.source_row_key).into();
        row.id = types::RowId::derive(world.organization(), "web", &row.source_row_key);
        let list = row.identifiers.as_ref().unwrap().replace(']', ",\"household:h1\"]");
        row.identifiers = Some(list.into());
    }
    let mut other = imports.remove(&2).unwrap();
    other.truncate(1);
    other[0].source_row_key = "t8".into();
    other[0].id = types::RowId::derive(world.organization(), "web", "t8");
    other[0].identifiers = Some(r#"["customer:ben","household:h1"]"#.into());
    world.import(rows).await;
    world.import(other).await;
    assert_eq!(world.stitch().await.customers, []);
    let mut changed = rules(&world.lake).await.unwrap();
    changed.households_link = true;
    set_rules(&world.lake, changed).await.unwrap();
    let customers = world.stitch().await.customers;
    assert!(
        customers.contains(&world.key("ada")) && customers.contains(&world.key("ben")),
        "{customers:?}"
    );
    changed.households_link = false;
    set_rules(&world.lake, changed).await.unwrap();
    assert_eq!(world.stitch().await.customers, customers);
}
