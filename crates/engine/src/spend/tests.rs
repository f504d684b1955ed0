use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use authz::OrgContext;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use semantic::engine::RawTable;
use semantic::{Cell, Plan, QueryEngine};
use tempfile::TempDir;
use types::{CampaignId, Clock, Currency, ManualClock, RecordKind, SourceCategory, UnifiedRow};

use crate::testing::{ORGANIZATION, minute};
use crate::{Engine, KnownCurrencies, Limits};

/// A row of spend in brief: source, account, campaign, day of 2026, level, clicks.
type Entry = (&'static str, &'static str, Option<&'static str>, i64, Option<&'static str>, i64);

fn row((source, account, campaign, day, level, clicks): Entry, number: usize) -> UnifiedRow {
    let date = Date::constant(2026, 1, 1).saturating_add(day.days());
    let at = date.to_zoned(TimeZone::UTC).unwrap().timestamp();
    let key = format!("{number}");
    let mut row = UnifiedRow::new(
        ORGANIZATION,
        source.into(),
        SourceCategory::PlatformNative,
        RecordKind::Spend,
        key.into(),
        at,
        at,
    );
    row.account_id = Some(account.into());
    row.campaign_id = campaign.map(|campaign| CampaignId::derive(ORGANIZATION, source, campaign));
    row.campaign_name = campaign.map(Into::into);
    row.civil_date = Some(date);
    row.level = level.map(Into::into);
    row.clicks = Some(clicks);
    row
}

/// The rule in plain words: the finest level of a campaign's day, and an account's own rows where there is nothing finer.
fn counted(entries: &[Entry]) -> BTreeMap<String, i64> {
    let rank = |entry: &Entry| semantic::spend::rank(entry.4);
    let mut of_campaign = HashMap::new();
    let mut is_finer = HashSet::new();
    for entry in entries {
        let (source, account, campaign, day, ..) = *entry;
        let finest = of_campaign.entry((source, account, campaign, day)).or_insert(0);
        *finest = rank(entry).max(*finest);
        if rank(entry) > 1 {
            is_finer.insert((source, account, day));
        }
    }
    let mut sums = BTreeMap::new();
    for entry in entries {
        let (source, account, campaign, day, _, clicks) = *entry;
        let is_finest = of_campaign[&(source, account, campaign, day)] == rank(entry);
        if is_finest && (rank(entry) > 1 || !is_finer.contains(&(source, account, day))) {
            *sums.entry(format!("{source} {account} {campaign:?} {day}")).or_insert(0) += clicks;
        }
    }
    sums
}

struct World {
    _folder: TempDir,
    lake: lake::Lake,
    engine: Engine,
    rows: usize,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let lakes = lake::Lakes::new(folder.path(), lake::Catalogue::Sqlite);
        let clock: Arc<dyn Clock> = Arc::new(ManualClock::new(minute(0)));
        let currencies = Arc::new(KnownCurrencies(HashMap::from([(ORGANIZATION, Currency::EUR)])));
        let limits = Limits {
            threads: 2,
            ..Limits::default()
        };
        Self {
            lake: lakes.open(&ORGANIZATION, Arc::clone(&clock)).await.unwrap(),
            engine: Engine::new(lakes, currencies, limits, clock),
            _folder: folder,
            rows: 0,
        }
    }

    /// One commit.
    async fn append(&mut self, entries: &[Entry]) {
        let rows = entries.iter().enumerate().map(|(at, entry)| row(*entry, self.rows + at)).collect();
        self.rows += entries.len();
        let mut transaction = self.lake.transaction();
        transaction.append_rows(rows).await.unwrap();
        transaction.commit("test").await.unwrap();
    }

    async fn ask(&self, sql: &str) -> RawTable {
        let plan = Plan {
            sql: sql.to_owned(),
            ..Plan::default()
        };
        self.engine.query(&OrgContext::system(ORGANIZATION), &plan).await.unwrap()
    }

    async fn clicks(&self) -> i64 {
        match self.ask("SELECT SUM(clicks) FROM counted_spend").await.rows.as_slice() {
            [row] if row[0] == Cell::Null => 0,
            [row] => match row[0] {
                Cell::Integer(clicks) => clicks,
                _ => panic!("{row:?}"),
            },
            rows => panic!("{rows:?}"),
        }
    }

    async fn check(&self, entries: &[Entry]) {
        let sums = counted(entries);
        let sql = "SELECT data_source, account_id, campaign_name, civil_date, SUM(clicks) FROM counted_spend GROUP BY 1, 2, 3, 4";
        let mut found = BTreeMap::new();
        for row in self.ask(sql).await.rows {
            let text = |cell: &Cell| match cell {
                Cell::Text(text) => Some(text.to_string()),
                _ => None,
            };
            let [source, account, campaign, day, Cell::Integer(clicks)] = row.as_slice() else {
                panic!("{row:?}");
            };
            let day = text(day).unwrap().parse::<Date>().unwrap() - Date::constant(2026, 1, 1);
            let key = format!(
                "{} {} {:?} {}",
                text(source).unwrap(),
                text(account).unwrap(),
                text(campaign),
                day.get_days()
            );
            found.insert(key, *clicks);
        }
        assert_eq!(found, sums);
    }
}

const META: &str = "meta_ads";
const GOOGLE: &str = "google_ads";

#[tokio::test]
async fn one_level_counts_whole() {
    let mut world = World::new().await;
    let entries = [
        (META, "a", Some("spring"), 0, Some("ad"), 1),
        (META, "a", Some("spring"), 0, Some("ad"), 2),
        (META, "a", Some("spring"), 40, Some("ad"), 4),
    ];
    world.append(&entries).await;
    world.check(&entries).await;
    assert_eq!(world.clicks().await, 7);
}

#[tokio::test]
async fn a_campaign_reported_by_two_levels_counts_once_and_only_there() {
    let mut world = World::new().await;
    let entries = [
        (META, "a", Some("spring"), 0, Some("ad"), 1),
        (META, "a", Some("spring"), 0, Some("ad_set"), 1),
        (META, "a", Some("spring"), 0, Some("campaign"), 1),
        // Before ads were synced, and after.
        (META, "a", Some("spring"), 1, Some("campaign"), 10),
        (META, "a", Some("spring"), 40, Some("campaign"), 10),
        // Another campaign, which has no ads, and the same name in another account and at another source.
        (META, "a", Some("summer"), 0, Some("campaign"), 100),
        (META, "b", Some("spring"), 0, Some("campaign"), 100),
        (GOOGLE, "a", Some("spring"), 0, Some("campaign"), 100),
    ];
    world.append(&entries).await;
    world.check(&entries).await;
    assert_eq!(world.clicks().await, 321);
}

#[tokio::test]
async fn an_accounts_own_row_counts_on_days_without_a_finer_one() {
    let mut world = World::new().await;
    let entries = [
        (META, "a", None, 0, Some("account"), 1_000),
        (META, "a", Some("spring"), 0, Some("campaign"), 1),
        (META, "a", None, 1, Some("account"), 10),
        (META, "b", None, 0, Some("account"), 100),
        // A row that says no level is one of an account.
        (META, "b", None, 0, None, 100),
        // An account's row may name a campaign, and is repeated by its ads all the same.
        (GOOGLE, "a", Some("spring"), 3, Some("account"), 1_000),
        (GOOGLE, "a", Some("spring"), 3, Some("ad"), 1),
        (GOOGLE, "a", Some("summer"), 3, Some("account"), 1_000),
    ];
    world.append(&entries).await;
    world.check(&entries).await;
    assert_eq!(world.clicks().await, 212);
}

#[tokio::test]
async fn a_finer_level_in_a_later_file_takes_over_and_gives_back() {
    let mut world = World::new().await;
    let campaigns = [
        (META, "a", Some("spring"), 0, Some("campaign"), 100),
        (META, "a", Some("spring"), 1, Some("campaign"), 100),
    ];
    world.append(&campaigns).await;
    assert_eq!(world.clicks().await, 200);
    let before = world.lake.version().await.unwrap();
    let ads = [(META, "a", Some("spring"), 1, Some("ad"), 7)];
    world.append(&ads).await;
    assert_eq!(world.clicks().await, 107);
    world.check(&[campaigns.as_slice(), &ads].concat()).await;
    let plan = Plan {
        sql: "SELECT SUM(clicks) FROM counted_spend".to_owned(),
        ..Plan::default()
    };
    let earlier = world.engine.query_at(&OrgContext::system(ORGANIZATION), &plan, before).await.unwrap();
    assert_eq!(earlier.rows, vec![vec![Cell::Integer(200)]]);
    world.lake.compact().await.unwrap();
    assert_eq!(world.clicks().await, 107);
}

#[tokio::test]
async fn filters_do_not_change_which_level_counts() {
    let mut world = World::new().await;
    let entries = [
        (META, "a", Some("spring"), 0, Some("campaign"), 100),
        (META, "a", Some("spring"), 0, Some("ad"), 1),
        (META, "a", Some("spring"), 1, Some("campaign"), 10),
    ];
    world.append(&entries).await;
    let answer = world.ask("SELECT SUM(clicks) FROM counted_spend WHERE level = 'campaign'").await;
    assert_eq!(answer.rows, vec![vec![Cell::Integer(10)]]);
    let answer = world.ask("SELECT COUNT(*) FROM counted_spend WHERE campaign_name = 'spring'").await;
    assert_eq!(answer.rows, vec![vec![Cell::Integer(2)]]);
}

#[tokio::test]
async fn any_mixture_of_levels_counts_by_the_rule() {
    // SplitMix64.
    let mut state = 42_u64;
    let mut below = |bound: u64| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    };
    for _ in 0..6 {
        let mut world = World::new().await;
        let mut all = Vec::new();
        let levels_max = 1 + below(5);
        for _ in 0..1 + below(3) {
            let entries: Vec<Entry> = (0..60)
                .map(|_| {
                    let source = [META, GOOGLE][below(2) as usize];
                    let account = ["a", "b"][below(2) as usize];
                    let campaign = [Some("spring"), Some("summer"), Some("autumn"), None][below(4) as usize];
                    let level = [Some("ad"), Some("campaign"), Some("ad_set"), Some("account"), None][below(levels_max) as usize];
                    (source, account, campaign, below(45) as i64, level, 1 + below(9) as i64)
                })
                .collect();
            world.append(&entries).await;
            all.extend(entries);
            world.check(&all).await;
        }
        world.lake.compact().await.unwrap();
        world.check(&all).await;
    }
}

#[tokio::test]
async fn spend_is_the_same_whether_its_files_are_read_as_codes_or_as_values() {
    let mut world = World::new().await;
    for month in 0..3 {
        let days = month * 30..month * 30 + 30;
        let entries = days.flat_map(|day| {
            [Some("a"), Some("b"), None].into_iter().flat_map(move |campaign| {
                let ads = (0..4).map(move |ad| ("meta_ads", "1", campaign, day, Some("ad"), day + ad));
                ads.collect::<Vec<_>>()
            })
        });
        world.append(&entries.collect::<Vec<_>>()).await;
    }
    world.lake.compact().await.unwrap();
    for bucket in ["civil_date", "date_bucket('month', civil_date)"] {
        let question = |filter| {
            format!(
                "SELECT {bucket}, campaign_id, MAX(campaign_name), SUM(clicks), SUM(spend_reporting)\n\
                 FROM counted_spend {filter}\nGROUP BY 1, 2\nORDER BY 1, 2"
            )
        };
        // The statistics of files prove the first filter and say nothing of the second.
        let whole = question("WHERE civil_date >= DATE '2026-01-01'");
        let filtered = question("WHERE civil_date >= DATE '2026-01-01' AND clicks % 7 >= 0");
        for (sql, is_coded) in [(&whole, true), (&filtered, false)] {
            let plan = format!("{:?}", world.ask(&format!("EXPLAIN {sql}")).await.rows);
            assert_eq!(plan.contains("CodedScan"), is_coded, "{plan}");
        }
        assert_eq!(world.ask(&whole).await.rows, world.ask(&filtered).await.rows);
    }
}
