mod funnel;
mod pipeline;

use std::time::{Duration, Instant};

use attribution::{Model, Settings};
use semantic::{Cell, Param};
use tempfile::TempDir;
use types::{ManualClock, UnifiedRow};
use uuid::Uuid;

use super::*;
use crate::KnownCurrencies;
use crate::testing::{ORGANIZATION, minute, order, refund, touch};

const OTHER: OrganizationId = OrganizationId(Uuid::from_u128(2));

struct World {
    _folder: TempDir,
    lakes: lake::Lakes,
    clock: Arc<dyn Clock>,
    engine: Engine,
}

impl World {
    fn new(limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let lakes = lake::Lakes::new(folder.path(), lake::Catalogue::Sqlite);
        let clock: Arc<dyn Clock> = Arc::new(ManualClock::new(minute(0)));
        let engine = Self::engine(&lakes, &clock, limits);
        Self {
            _folder: folder,
            lakes,
            clock,
            engine,
        }
    }

    fn engine(lakes: &lake::Lakes, clock: &Arc<dyn Clock>, limits: Limits) -> Engine {
        let currencies = KnownCurrencies(HashMap::from([(ORGANIZATION, Currency::EUR), (OTHER, Currency::EUR)]));
        Engine::new(lakes.clone(), Arc::new(currencies), limits, Arc::clone(clock))
    }

    async fn append(&self, organization: OrganizationId, rows: Vec<UnifiedRow>) -> i64 {
        let lake = self.lakes.open(&organization, Arc::clone(&self.clock)).await.unwrap();
        let mut transaction = lake.transaction();
        transaction.append_rows(rows).await.unwrap();
        transaction.commit("test").await.unwrap().version
    }

    async fn ask(&self, sql: &str) -> Result<RawTable, EngineError> {
        self.engine.query(&OrgContext::system(ORGANIZATION), &plan(sql, vec![])).await
    }
}

fn every_touch_counts() -> Settings {
    Settings {
        direct: attribution::Direct::Counts,
        ..Settings::default()
    }
}

fn plan(sql: &str, params: Vec<Param>) -> Plan {
    let credits = CreditSource::new("credits", &Model::ALL[..5], &every_touch_counts());
    Plan {
        sql: sql.to_owned(),
        params,
        credits: vec![credits],
        ..Plan::default()
    }
}

fn limits() -> Limits {
    Limits {
        threads: 2,
        ..Limits::default()
    }
}

fn text(text: &str) -> Cell {
    Cell::Text(text.into())
}

fn money(text: &str) -> Cell {
    Cell::Decimal(text.parse().unwrap())
}

/// Customers 0..n, each with `touches` touches and an order.
fn shop(customers: i64, touches: i64) -> Vec<UnifiedRow> {
    let journey = |customer: i64| {
        let name = format!("c{customer}");
        let mut rows = (0..touches)
            .map(|at| touch(&name, customer + at, ["Ads", "E-mail", "Direct"][(at % 3) as usize]))
            .collect::<Vec<_>>();
        rows.push(order(&name, customer + touches, &format!("o{customer}"), 1_000 + customer));
        rows
    };
    (0..customers).flat_map(journey).collect()
}

#[tokio::test]
async fn a_plan_is_answered_with_its_parameters_bound() {
    let world = World::new(limits());
    let version = world
        .append(
            ORGANIZATION,
            vec![touch("ann", 0, "Ads"), order("ann", 90, "A1", 1_000), touch("bob", 5, "O'Brien")],
        )
        .await;
    let sql = "SELECT time_bucket('hour', $1, recorded_at) AS hour, count(*) AS n, sum(revenue_reporting) AS revenue, sum(1) AS ones
        FROM unified_marketing_data WHERE recorded_at >= $2 AND (channel IN ($3) OR channel IS NULL) AND customer_id <> $4 GROUP BY 1 ORDER BY 1";
    let params = vec![
        Param::Text("Europe/Berlin".to_owned()),
        Param::Instant(minute(0)),
        Param::TextList(vec!["Ads".to_owned(), "'; DROP TABLE x".to_owned()]),
        Param::Uuid(Uuid::nil()),
    ];
    let answer = world.engine.query(&OrgContext::system(ORGANIZATION), &plan(sql, params)).await.unwrap();
    assert_eq!(
        (answer.data_version, answer.is_truncated, answer.columns.join(" ").as_str()),
        (version, false, "hour n revenue ones")
    );
    let first = vec![text("2024-01-01T00:00:00Z"), Cell::Integer(1), Cell::Null, Cell::Integer(1)];
    assert_eq!(
        answer.rows,
        vec![
            first,
            vec![text("2024-01-01T01:00:00Z"), Cell::Integer(1), money("10.00"), Cell::Integer(1)]
        ]
    );
}

#[tokio::test]
async fn an_empty_list_holds_nothing_and_a_list_stands_only_in_in() {
    let world = World::new(limits());
    world.append(ORGANIZATION, vec![touch("ann", 0, "Ads")]).await;
    let ask = |sql: &'static str| {
        let plan = plan(sql, vec![Param::TextList(vec![])]);
        let engine = world.engine.clone();
        async move { engine.query(&OrgContext::system(ORGANIZATION), &plan).await }
    };
    assert_eq!(
        ask("SELECT count(*) FROM unified_marketing_data WHERE channel IN ($1)")
            .await
            .unwrap()
            .rows[0][0],
        Cell::Integer(0)
    );
    assert_eq!(
        ask("SELECT count(*) FROM unified_marketing_data WHERE channel NOT IN ($1)")
            .await
            .unwrap()
            .rows[0][0],
        Cell::Integer(1)
    );
    assert!(ask("SELECT count(*) FROM unified_marketing_data WHERE channel = $1").await.is_err());
}

#[tokio::test]
async fn an_empty_lake_has_no_credits() {
    let world = World::new(limits());
    let answer = world.ask("SELECT channel, sum(revenue_linear) FROM credits GROUP BY 1").await.unwrap();
    assert!(answer.rows.is_empty());
}

#[tokio::test]
async fn credits_come_from_the_lake_and_add_up() {
    let world = World::new(limits());
    world.append(ORGANIZATION, shop(300, 4)).await;
    world
        .append(ORGANIZATION, vec![touch("c7", 9, "Late"), refund("c7", 100, "o7", 100)])
        .await;
    let answer = world
        .ask("SELECT sum(revenue_linear), sum(revenue_time_decay), count(DISTINCT conversion_id) FROM credits WHERE entry = 'sale'")
        .await
        .unwrap();
    let total: i64 = (0..300).map(|customer| 1_000 + customer).sum();
    let total = money(&types::money::format_scaled(i128::from(total), 2, 2));
    assert_eq!(answer.rows, vec![vec![total.clone(), total, Cell::Integer(300)]]);
    let answer = world
        .ask("SELECT sum(revenue_linear), sum(conversions_linear) FROM credits WHERE entry = 'refund'")
        .await
        .unwrap();
    assert_eq!(answer.rows, vec![vec![money("-1.00"), Cell::Number(0.0)]]);
}

#[tokio::test]
async fn the_number_of_partitions_changes_nothing() {
    let world = World::new(limits());
    world.append(ORGANIZATION, shop(500, 5)).await;
    for sql in [
        "SELECT channel, sum(revenue_linear), sum(revenue_time_decay), count(*) FROM credits GROUP BY 1 ORDER BY 1",
        "SELECT channel, count(*), min(recorded_at) FROM unified_marketing_data GROUP BY 1 ORDER BY 1",
        "SELECT a.channel, count(*) FROM unified_marketing_data a JOIN credits b ON a.id = b.touch_id GROUP BY 1 ORDER BY 1",
    ] {
        let mut answers = Vec::new();
        for (threads, batch_rows) in [(1, 8_192), (2, 8_192), (5, 100)] {
            let engine = World::engine(
                &world.lakes,
                &world.clock,
                Limits {
                    threads,
                    batch_rows,
                    ..limits()
                },
            );
            answers.push(engine.query(&OrgContext::system(ORGANIZATION), &plan(sql, vec![])).await.unwrap());
        }
        assert!(!answers[0].rows.is_empty());
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{sql}");
    }
}

#[tokio::test]
async fn an_organisation_cannot_name_what_is_not_its_own() {
    let world = World::new(limits());
    world.append(ORGANIZATION, vec![touch("ann", 0, "Ads")]).await;
    let mut secret = touch("eve", 0, "Secret");
    secret.organization_id = OTHER;
    world.append(OTHER, vec![secret]).await;
    let channels = world.ask("SELECT DISTINCT channel FROM unified_marketing_data").await.unwrap();
    assert_eq!(channels.rows, vec![vec![text("Ads")]]);
    for sql in [
        "SELECT * FROM information_schema.tables",
        "SELECT * FROM information_schema.df_settings",
        "SELECT * FROM other.public.unified_marketing_data",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM 'file:///etc/passwd'",
        "SELECT * FROM 'lake://00000000000000000000000000000002/data/unified_marketing_data'",
        "SELECT * FROM generate_series(1, 10)",
        "SHOW TABLES",
        "SHOW ALL",
    ] {
        assert!(matches!(world.ask(sql).await, Err(EngineError::Internal(_))), "{sql}");
    }
}

#[tokio::test]
async fn everything_but_a_select_is_refused() {
    let world = World::new(limits());
    world.append(ORGANIZATION, vec![touch("ann", 0, "Ads")]).await;
    for sql in [
        "CREATE TABLE t AS SELECT 1",
        "CREATE VIEW v AS SELECT 1",
        "CREATE EXTERNAL TABLE t (a INT) STORED AS CSV LOCATION '/etc/passwd'",
        "DROP TABLE unified_marketing_data",
        "INSERT INTO unified_marketing_data SELECT * FROM unified_marketing_data",
        "DELETE FROM unified_marketing_data",
        "UPDATE unified_marketing_data SET channel = 'x'",
        "COPY unified_marketing_data TO '/tmp/tributary-stolen.parquet'",
        "EXPLAIN COPY unified_marketing_data TO '/tmp/tributary-stolen.parquet'",
        "SET datafusion.runtime.memory_limit = '100G'",
        "PREPARE p AS SELECT 1",
        "BEGIN TRANSACTION",
        "SELECT 1; SELECT 2",
    ] {
        assert!(matches!(world.ask(sql).await, Err(EngineError::Internal(_))), "{sql}");
    }
    assert_eq!(
        world.ask("SELECT count(*) FROM unified_marketing_data").await.unwrap().rows,
        vec![vec![Cell::Integer(1)]]
    );
}

#[tokio::test]
async fn a_kept_answer_is_the_same_as_a_fresh_one_and_new_data_gets_a_new_one() {
    let world = World::new(limits());
    let sql = "SELECT channel, sum(revenue_linear) FROM credits GROUP BY 1 ORDER BY 1";
    let before = world.append(ORGANIZATION, shop(20, 3)).await;
    let (first, kept) = (world.ask(sql).await.unwrap(), world.ask(sql).await.unwrap());
    let fresh = World::engine(&world.lakes, &world.clock, limits())
        .query(&OrgContext::system(ORGANIZATION), &plan(sql, vec![]))
        .await
        .unwrap();
    assert_eq!((&first, &first), (&kept, &fresh));
    let after = world.append(ORGANIZATION, vec![touch("new", 0, "New"), order("new", 1, "N1", 500)]).await;
    let newer = world.ask(sql).await.unwrap();
    assert_eq!((newer.data_version, newer.rows.len()), (after, first.rows.len() + 1));
    let past = world
        .engine
        .query_at(&OrgContext::system(ORGANIZATION), &plan(sql, vec![]), before)
        .await
        .unwrap();
    assert_eq!(past, first);
}

#[tokio::test]
async fn sums_of_counts_that_do_not_fit_are_refused_and_those_of_money_are_exact() {
    let world = World::new(limits());
    let rows = (0..20).map(|at| {
        let mut row = order("ann", at, &format!("o{at}"), 0);
        row.revenue_reporting = Some(types::money::MICROS_MAX);
        row.clicks = Some(i64::MAX / 10);
        row
    });
    world.append(ORGANIZATION, rows.collect()).await;
    let money = world.ask("SELECT sum(revenue_reporting) FROM unified_marketing_data").await.unwrap();
    let total = 20 * i128::from(types::money::MICROS_MAX);
    assert_eq!(money.rows, vec![vec![Cell::Decimal(semantic::Decimal::new(total, 6, 2))]]);
    assert!(matches!(
        world.ask("SELECT sum(clicks) FROM unified_marketing_data").await,
        Err(EngineError::Overflow)
    ));
    assert!(matches!(
        world.ask("SELECT CAST(sum(clicks) AS BIGINT) FROM unified_marketing_data").await,
        Err(EngineError::Overflow)
    ));
    let fitting = world
        .ask("SELECT data_source, sum(clicks) AS n FROM unified_marketing_data WHERE order_id = 'o1' GROUP BY 1 HAVING sum(clicks) > 0")
        .await
        .unwrap();
    assert_eq!(fitting.rows, vec![vec![text("shop"), Cell::Integer(i64::MAX / 10)]]);
}

#[tokio::test]
async fn whole_numbers_are_added_up_beside_their_totals() {
    let world = World::new(limits());
    world.append(ORGANIZATION, shop(3, 2)).await;
    let sql = "SELECT GROUPING(record_kind) AS is_total, record_kind, CAST(sum(v) AS BIGINT) AS n
        FROM (SELECT record_kind, 1 AS v FROM unified_marketing_data WHERE record_kind = 'touch')
        GROUP BY GROUPING SETS ((record_kind), ()) ORDER BY 1";
    let answer = world.ask(sql).await.unwrap();
    let touches = Cell::Integer(6);
    assert_eq!(
        answer.rows,
        [
            vec![Cell::Integer(0), text("touch"), touches.clone()],
            vec![Cell::Integer(1), Cell::Null, touches]
        ]
    );
}

#[tokio::test]
async fn an_answer_is_cut_at_its_limit_and_says_so() {
    let world = World::new(Limits { rows_max: 7, ..limits() });
    world.append(ORGANIZATION, shop(10, 1)).await;
    let answer = world.ask("SELECT id FROM unified_marketing_data").await.unwrap();
    assert_eq!((answer.rows.len(), answer.is_truncated), (7, true));
    let answer = world.ask("SELECT id FROM unified_marketing_data LIMIT 7").await.unwrap();
    assert_eq!((answer.rows.len(), answer.is_truncated), (7, false));
}

#[tokio::test]
async fn what_a_cap_leaves_are_the_first_rows_of_the_plans_order() {
    let world = World::new(limits());
    world.append(ORGANIZATION, shop(10, 1)).await;
    let wanted = Plan {
        totals: vec!["n".to_owned()],
        ..plan(
            "SELECT customer_id, COUNT(*) AS n FROM unified_marketing_data GROUP BY 1 ORDER BY 1 DESC",
            vec![],
        )
    };
    let of_cap = Plan {
        order: semantic::RowOrder::OfCap,
        ..wanted.clone()
    };
    let context = OrgContext::system(ORGANIZATION);
    let ordered = world.engine.query(&context, &wanted).await.unwrap();
    let mut unordered = world.engine.query(&context, &of_cap).await.unwrap();
    unordered.rows.sort_by_key(|row| std::cmp::Reverse(format!("{row:?}")));
    assert_eq!((&unordered.rows, unordered.is_truncated), (&ordered.rows, false));
    let capped = World::engine(&world.lakes, &world.clock, Limits { rows_max: 4, ..limits() });
    let answer = capped.query(&context, &of_cap).await.unwrap();
    assert_eq!((answer.rows.as_slice(), answer.is_truncated), (&ordered.rows[..4], true));
    assert_eq!(answer.totals, ordered.totals);
}

#[tokio::test]
async fn totals_are_over_all_rows_those_included_that_are_cut_off() {
    let world = World::new(Limits { rows_max: 3, ..limits() });
    world.append(ORGANIZATION, shop(10, 1)).await;
    let plan = Plan {
        totals: vec!["revenue".to_owned(), "n".to_owned()],
        ..plan(
            "SELECT customer_id, COUNT(*) AS n, SUM(revenue_reporting) AS revenue FROM unified_marketing_data GROUP BY 1 ORDER BY 1",
            vec![],
        )
    };
    let answer = world.engine.query(&OrgContext::system(ORGANIZATION), &plan).await.unwrap();
    assert_eq!((answer.rows.len(), answer.is_truncated), (3, true));
    assert_eq!(answer.totals, vec![money("100.45"), Cell::Integer(20)]);
}

#[tokio::test]
async fn a_query_that_needs_too_much_memory_fails_alone() {
    let world = World::new(Limits {
        memory_bytes: 2 << 20,
        ..limits()
    });
    world.append(ORGANIZATION, shop(3_000, 9)).await;
    let large = "SELECT id, source_row_key, max(customer_key) FROM unified_marketing_data GROUP BY 1, 2 ORDER BY 2, 1";
    let (large, small) = tokio::join!(world.ask(large), world.ask("SELECT count(*) FROM unified_marketing_data"));
    assert!(matches!(large, Err(EngineError::Memory { megabytes: 2 })), "{large:?}");
    assert_eq!(small.unwrap().rows, vec![vec![Cell::Integer(30_000)]]);
}

/// Joins every row with every other: many seconds of work.
const SLOW: &str = "SELECT sum(CASE WHEN a.source_row_key || b.source_row_key LIKE '%x%y%z' THEN 1 ELSE 0 END)
    FROM unified_marketing_data a JOIN unified_marketing_data b ON a.data_source = b.data_source";

#[tokio::test]
async fn a_query_that_takes_too_long_is_ended() {
    let world = World::new(Limits { seconds: 1, ..limits() });
    world.append(ORGANIZATION, shop(2_000, 9)).await;
    let started = Instant::now();
    assert!(matches!(world.ask(SLOW).await, Err(EngineError::Timeout { seconds: 1 })));
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_query_that_is_given_up_makes_room_for_the_next() {
    let world = World::new(Limits {
        concurrent: 1,
        waiting: 0,
        ..limits()
    });
    world.append(ORGANIZATION, shop(2_000, 9)).await;
    let slow = tokio::time::timeout(Duration::from_millis(300), async { tokio::join!(world.ask(SLOW), busy_after(&world)) });
    assert!(slow.await.is_err());
    assert_eq!(
        world.ask("SELECT count(*) FROM unified_marketing_data").await.unwrap().rows,
        vec![vec![Cell::Integer(20_000)]]
    );
}

async fn busy_after(world: &World) {
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(matches!(world.ask("SELECT 1").await, Err(EngineError::Busy)));
}

#[tokio::test]
async fn credits_are_streamed_whole_and_a_dropped_stream_lets_go() {
    let world = World::new(limits());
    world.append(ORGANIZATION, shop(400, 6)).await;
    let source = CreditSource::new("", &[Model::Linear], &every_touch_counts());
    let mut stream = world.engine.credits(&OrgContext::system(ORGANIZATION), &source).await.unwrap();
    let mut rows = 0;
    while let Some(batch) = stream.next().await {
        rows += batch.unwrap().num_rows();
    }
    assert_eq!(rows, 2_400);
    drop(world.engine.credits(&OrgContext::system(ORGANIZATION), &source).await.unwrap());
}

#[tokio::test]
async fn one_customer_is_found_without_reading_the_others() {
    let world = World::new(limits());
    world.append(ORGANIZATION, shop(2_000, 6)).await;
    let id = types::CustomerId::derive(ORGANIZATION, "c42");
    let ask = |sql: &'static str| {
        let plan = plan(sql, vec![Param::Uuid(id.0)]);
        let engine = world.engine.clone();
        async move { engine.query(&OrgContext::system(ORGANIZATION), &plan).await.unwrap() }
    };
    let one = ask("SELECT \"position\", channel, revenue_linear FROM credits WHERE customer_id = $1 ORDER BY 1").await;
    assert_eq!(one.rows.len(), 6);
    assert_eq!(
        one,
        ask("SELECT \"position\", channel, revenue_linear FROM credits WHERE order_id = 'o42' AND $1 = $1 ORDER BY 1").await
    );
    let events = ask("SELECT record_kind FROM unified_marketing_data WHERE customer_id = $1 ORDER BY recorded_at, sequence").await;
    assert_eq!((events.rows.len(), events.rows.last()), (7, Some(&vec![text("order")])));
}
