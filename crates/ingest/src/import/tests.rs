use std::io::Write;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{DataType, Decimal128Type, Field, Schema};
use expect_test::{Expect, expect};
use lake::RowBuilder;
use metastore::{NewOrganization, Organization};
use types::money::FxRate;
use types::{Currency, ManualClock};

use super::*;

const MAP: &str = "\
row_key: \"{id}\"
zone: Europe/Berlin
currency: {column: currency}
records:
  - record: touch
    fields:
      customer_key: customer
      recorded_at: {column: time, format: \"%Y-%m-%d %H:%M:%S\"}
      channel: channel
      interaction_type: {column: how, default: click}
  - record: order
    when: {column: amount, filled: true}
    fields:
      customer_key: customer
      recorded_at: {column: time, format: \"%Y-%m-%d %H:%M:%S\"}
      revenue: amount
    custom:
      basket: {column: basket, type: integer}
";
const HEADER: &str = "id,customer,time,channel,how,amount,currency,basket\n";

/// One row of each kind that is refused, between two good ones.
const BAD_LINES: &[u8] = b"1,c,2026-03-02 12:00:00,Mail,,,,\n\
          2,c,2026-03-02 12:00:00\n\
          3,\xE9,2026-03-02 12:00:00,Mail,,,,\n\
          4,c,2026-03-29 02:30:00,Mail,,,,\n\
          5,c,2026-02-30 12:00:00,Mail,,,,\n\
          6,,2026-03-02 12:00:00,Mail,,,,\n\
          7,c,2026-03-02 12:00:00,Mail,clik,,,\n\
          8,c,2026-03-02 12:00:00,Mail,,abc,EUR,\n\
          9,c,2026-03-02 12:00:00,Mail,,1.005,EUR,\n\
          10,c,2026-03-02 12:00:00,Mail,,1.00,ABC,\n\
          11,c,2026-03-02 12:00:00,Mail,,1.00,USD,\n\
          12,c,2026-03-02 12:00:00,Mail,,NaN,EUR,\n\
          13,c,2026-03-02 12:00:00,Mail,,1.00,EUR,x\n\
          14,c,2026-03-02 12:00:00,Mail,,1.00,EUR,1\n";

const SPEND: &str = "\
row_key: \"{day}|{account}|{campaign}\"
zone: Europe/Berlin
currency: EUR
records:
  - record: spend
    fields: {civil_date: day, account_id: account, level: {constant: campaign}, campaign_key: campaign, spend: cost}
";

/// An organisation with its lake in a folder of its own.
struct World {
    folder: tempfile::TempDir,
    metastore: Metastore,
    lake: Lake,
    clock: Arc<ManualClock>,
    context: OrgContext,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new("2026-11-01T00:00:00Z".parse().unwrap()));
        let metastore = Metastore::open_sqlite(&folder.path().join("metastore.sqlite")).await.unwrap();
        let new = NewOrganization {
            name: "shop".to_owned(),
            currency: Currency::EUR,
            zone: "Europe/Berlin".to_owned(),
        };
        let Organization { id, .. } = metastore.create_organization(&*clock, new).await.unwrap();
        let lakes = lake::Lakes::new(folder.path(), lake::Catalogue::Sqlite);
        let lake = lakes.open(&id, Arc::clone(&clock) as Arc<dyn Clock>).await.unwrap();
        Self {
            folder,
            metastore,
            lake,
            clock,
            context: OrgContext::system(id),
        }
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    async fn import(&self, map: &str, files: &[PathBuf], dry_run: bool) -> Result<ImportSummary> {
        let mapping = Mapping::parse(map, "map.yaml")?;
        let request = ImportRequest {
            source: "shop".to_owned(),
            mapping,
            files: files.to_vec(),
            dry_run,
        };
        import(&self.context, &self.metastore, &self.lake, &*self.clock, request, &mut |_| ()).await
    }

    /// Live rows of a table of the lake.
    async fn rows(&self, table: &str) -> u64 {
        self.lake.snapshot().await.unwrap().table(table).unwrap().rows()
    }
}

fn shown_summary(summary: &ImportSummary) -> String {
    let ImportSummary {
        rows_read,
        skipped,
        quarantined,
        accepted,
        duplicates,
        records,
        refusals,
        ..
    } = summary;
    format!("read {rows_read}, skipped {skipped}, quarantined {quarantined}, accepted {accepted}, duplicates {duplicates}, {records:?}, {refusals:?}")
}

/// Imports one file of the shop and compares the summary; gives the quarantine as `line column code`.
async fn check(lines: &[u8], expected: Expect) {
    let world = World::new().await;
    let file = world.write("orders.csv", &[HEADER.as_bytes(), lines].concat());
    let shown = match world.import(MAP, &[file], false).await {
        Ok(summary) => shown_summary(&summary),
        Err(error) => error.to_string().replace(&world.folder.path().display().to_string(), "DIR"),
    };
    expected.assert_eq(&shown);
}

#[tokio::test]
async fn good_rows_are_accepted() {
    check(
        b"1,c,2026-03-02 12:00:00,Mail,,12.50,EUR,3\n2,c,2026-03-02 13:00:00,Mail,view,,,\n",
        expect![[r#"read 2, skipped 0, quarantined 0, accepted 3, duplicates 0, {"order": 1, "touch": 2}, {}"#]],
    )
    .await;
}

#[tokio::test]
async fn every_kind_of_bad_row_is_quarantined_and_the_rest_is_accepted() {
    check(
        BAD_LINES,
        expect![[r#"read 14, skipped 0, quarantined 12, accepted 3, duplicates 0, {"order": 1, "touch": 2}, {"amount_too_fine": 1, "bad_amount": 2, "bad_instant": 1, "bad_number": 1, "cell_count": 1, "empty_customer": 1, "encoding": 1, "missing_rate": 1, "no_such_time": 1, "unknown_currency": 1, "unknown_value": 1}"#]],
    )
    .await;
}

#[tokio::test]
async fn a_wrong_header_refuses_the_whole_import() {
    let world = World::new().await;
    let good = world.write("good.csv", format!("{HEADER}1,c,2026-03-02 12:00:00,Mail,,,,\n").as_bytes());
    let bad = world.write(
        "bad.csv",
        b"id,custmer,time,channel,how,amount,currency,basket\n1,c,2026-03-02 12:00:00,Mail,,,,\n",
    );
    let before = world.lake.version().await.unwrap();
    let error = world
        .import(MAP, &[good, bad], false)
        .await
        .unwrap_err()
        .to_string()
        .replace(&world.folder.path().display().to_string(), "DIR");
    expect!["DIR/bad.csv:1: the mapping reads the column `customer`, the header has `id`, `custmer`, `time`, `channel`, `how`, `amount`, `currency`, `basket` (did you mean `custmer`?): correct the mapping or the header"].assert_eq(&error);
    assert_eq!(world.rows("unified_marketing_data").await, 0);
    // Only the registered field may have changed the lake's schema.
    assert!(world.lake.version().await.unwrap() <= before + 1);
    let imports = world.metastore.imports(&world.context, 10).await.unwrap();
    assert_eq!((imports.len(), imports[0].status), (1, ImportStatus::Failed));
    assert!(imports[0].message.as_deref().unwrap().contains("custmer"));
}

#[tokio::test]
async fn importing_twice_makes_every_record_a_duplicate() {
    let world = World::new().await;
    let file = world.write(
        "orders.csv",
        format!("{HEADER}1,c,2026-03-02 12:00:00,Mail,,1.00,EUR,1\n2,c,2026-03-02 12:00:00,Mail,,,,\n").as_bytes(),
    );
    let first = world.import(MAP, std::slice::from_ref(&file), false).await.unwrap();
    let again = world.import(MAP, &[file.clone(), file], false).await.unwrap();
    assert_eq!((first.accepted, first.duplicates), (3, 0));
    assert_eq!((again.rows_read, again.accepted, again.duplicates), (4, 0, 6));
    assert_eq!(world.rows("unified_marketing_data").await, 3);
    let imports = world.metastore.imports(&world.context, 10).await.unwrap();
    assert!(imports.iter().all(|import| import.status == ImportStatus::Succeeded));
}

#[tokio::test]
async fn a_dry_run_writes_nothing_and_says_the_same() {
    let world = World::new().await;
    let text =
        format!("{HEADER}1,c,2026-03-02 12:00:00,Mail,,1.00,EUR,1\n2,,2026-03-02 12:00:00,Mail,,,,\n1,c,2026-03-02 12:00:00,Mail,,1.00,EUR,1\n");
    let file = world.write("orders.csv", text.as_bytes());
    let before = world.lake.version().await.unwrap();
    let rehearsed = world.import(MAP, std::slice::from_ref(&file), true).await.unwrap();
    assert_eq!(world.lake.version().await.unwrap(), before);
    assert_eq!((world.rows("unified_marketing_data").await, world.rows("quarantine").await), (0, 0));
    assert!(world.metastore.imports(&world.context, 10).await.unwrap().is_empty());
    assert!(world.metastore.sources(&world.context).await.unwrap().is_empty());
    let done = world.import(MAP, &[file], false).await.unwrap();
    assert_eq!(shown_summary(&rehearsed), shown_summary(&done));
    assert_eq!(world.rows("quarantine").await, 1);
}

#[tokio::test]
async fn a_rate_that_is_added_lets_the_refused_row_in() {
    let world = World::new().await;
    let file = world.write("orders.csv", format!("{HEADER}1,c,2026-03-02 12:00:00,Mail,,1.00,USD,1\n").as_bytes());
    assert_eq!(
        world.import(MAP, std::slice::from_ref(&file), false).await.unwrap().refusals["missing_rate"],
        1
    );
    let rates = [("2026-03-01".parse().unwrap(), Currency::USD, FxRate::parse("0.9").unwrap())];
    world.metastore.put_fx_rates(&world.context, &rates).await.unwrap();
    assert_eq!(world.import(MAP, &[file], false).await.unwrap().accepted, 2);
}

#[tokio::test]
async fn spend_is_replaced_by_account_level_and_day() {
    let world = World::new().await;
    let first = world.write(
        "first.csv",
        b"day,account,campaign,cost\n2026-03-01,a,x,1.00\n2026-03-01,a,y,2.00\n2026-03-02,a,x,3.00\n2026-03-01,b,x,4.00\n",
    );
    let restated = world.write("restated.csv", b"day,account,campaign,cost\n2026-03-01,a,x,9.00\n");
    world.import(SPEND, &[first], false).await.unwrap();
    assert_eq!(world.rows("unified_marketing_data").await, 4);
    let summary = world.import(SPEND, &[restated], false).await.unwrap();
    assert_eq!((summary.accepted, summary.duplicates), (1, 0));
    // Campaign y of account a is gone from the first of March: the platform no longer reports it.
    assert_eq!(world.rows("unified_marketing_data").await, 3);
}

#[tokio::test]
async fn ndjson_and_gzip_are_told_by_their_names() {
    let world = World::new().await;
    let rows = "{\"id\": 1, \"customer\": \"c\", \"time\": \"2026-03-02 12:00:00\", \"channel\": \"Mail\", \"amount\": 0.10, \"currency\": \"EUR\", \"basket\": 2}\n";
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(rows.as_bytes()).unwrap();
    let file = world.write("orders.ndjson.gz", &gzip.finish().unwrap());
    assert_eq!(world.import(MAP, &[file], false).await.unwrap().accepted, 2);
    let cut = world.write("cut.csv.gz", b"\x1f\x8b\x08\x00\x00");
    assert!(matches!(world.import(MAP, &[cut], false).await, Err(Error::File { .. })));
}

#[tokio::test]
async fn rows_without_a_key_of_their_own_are_known_by_file_and_line() {
    let world = World::new().await;
    let map = MAP.replace("\"{id}\"", "line");
    let lines = format!("{HEADER}1,c,2026-03-02 12:00:00,Mail,,,,\n1,c,2026-03-02 12:00:00,Mail,,,,\n");
    let file = world.write("orders.csv", lines.as_bytes());
    assert_eq!(world.import(&map, std::slice::from_ref(&file), false).await.unwrap().accepted, 2);
    assert_eq!(world.import(&map, &[file], false).await.unwrap().accepted, 0);
}

#[tokio::test]
async fn what_names_nothing_is_refused() {
    let world = World::new().await;
    assert!(matches!(world.import(MAP, &[], false).await, Err(Error::NoFiles)));
    assert!(matches!(
        world.import(MAP, &[world.folder.path().join("absent.csv")], false).await,
        Err(Error::File { .. })
    ));
    let mapping = Mapping::parse(MAP, "map.yaml").unwrap();
    let request = ImportRequest {
        source: "Shop!".to_owned(),
        mapping,
        files: vec!["x.csv".into()],
        dry_run: false,
    };
    let refused = import(&world.context, &world.metastore, &world.lake, &*world.clock, request, &mut |_| ()).await;
    assert!(matches!(refused, Err(Error::SourceKey { .. })));
}

#[tokio::test]
async fn the_kaggle_example_gives_its_touches_and_orders() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/kaggle");
    let map = std::fs::read_to_string(example.join("map.yaml")).unwrap();
    let world = World::new().await;
    let file = example.join("attribution_data.csv.gz");
    let summary = world.import(&map, std::slice::from_ref(&file), false).await.unwrap();
    expect![[r#"read 62483, skipped 0, quarantined 0, accepted 64321, duplicates 0, {"order": 1838, "touch": 62483}, {}"#]]
        .assert_eq(&shown_summary(&summary));
    let again = world.import(&map, std::slice::from_ref(&file), false).await.unwrap();
    assert_eq!((again.accepted, again.duplicates), (0, summary.accepted));
    assert_eq!(kaggle_value(&map, &file).await, 11_423_500_000);
}

/// Micros of all orders of the example.
async fn kaggle_value(map: &str, file: &Path) -> i128 {
    let revenue = Field::new("revenue_reporting", DataType::Decimal128(18, 6), true);
    let builder = RowBuilder::new(&Arc::new(Schema::new(vec![revenue])), CHUNK_ROWS).unwrap();
    let chunks = parse(setting(Currency::EUR), map, file, vec![Maker::Columns(Box::new(builder))]).await;
    let columns = chunks.into_iter().filter_map(|chunk| match chunk.made {
        Some(Made::Columns(columns)) => Some(columns),
        Some(Made::Ids(_)) | None => None,
    });
    let sum = |batch: &RecordBatch| arrow::compute::sum(batch.column(0).as_primitive::<Decimal128Type>()).unwrap_or(0);
    columns.map(|columns| columns.batches().map(sum).sum::<i128>()).sum()
}

fn setting(reporting: Currency) -> Setting {
    Setting {
        organization_id: types::OrganizationId::from_bytes([1; 16]),
        source: "shop".into(),
        category: types::SourceCategory::ExternalMarketing,
        fx: FxTable::new(reporting, jiff::tz::TimeZone::UTC, []),
        channels: Channels::standard(),
        ingested_at: Timestamp::UNIX_EPOCH,
    }
}

/// What the parsing threads make of a file.
async fn parse(setting: Setting, map: &str, file: &Path, makers: Vec<Maker>) -> Vec<Chunk> {
    let mapping = Mapping::parse(map, "map.yaml").unwrap();
    let mut chunks = Chunks::of(setting, mapping, makers, vec![file.to_owned()], Arc::default()).unwrap();
    let mut taken = Vec::new();
    loop {
        let chunk = chunks.next().await.unwrap();
        if chunk.is_last {
            return taken;
        }
        taken.push(chunk);
    }
}

#[tokio::test]
async fn refused_rows_are_found_by_line_and_column() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("orders.csv");
    std::fs::write(&file, [HEADER.as_bytes(), BAD_LINES].concat()).unwrap();
    let mut shown = String::new();
    for refused in parse(setting(Currency::EUR), MAP, &file, vec![Maker::Ids(Vec::new())])
        .await
        .iter()
        .flat_map(|chunk| &chunk.refused)
    {
        let column = refused.refusal.column.as_deref().unwrap_or("-");
        shown += &format!("{} {column} {}: {}\n", refused.line, refused.refusal.fault.code, refused.raw);
    }
    expect![[r#"
        3 - cell_count: 2,c,2026-03-02 12:00:00
        4 - encoding: 3,�,2026-03-02 12:00:00,Mail,,,,
        5 time no_such_time: 4,c,2026-03-29 02:30:00,Mail,,,,
        6 time bad_instant: 5,c,2026-02-30 12:00:00,Mail,,,,
        7 customer empty_customer: 6,,2026-03-02 12:00:00,Mail,,,,
        8 how unknown_value: 7,c,2026-03-02 12:00:00,Mail,clik,,,
        9 amount bad_amount: 8,c,2026-03-02 12:00:00,Mail,,abc,EUR,
        10 amount amount_too_fine: 9,c,2026-03-02 12:00:00,Mail,,1.005,EUR,
        11 currency unknown_currency: 10,c,2026-03-02 12:00:00,Mail,,1.00,ABC,
        12 - missing_rate: 11,c,2026-03-02 12:00:00,Mail,,1.00,USD,
        13 amount bad_amount: 12,c,2026-03-02 12:00:00,Mail,,NaN,EUR,
        14 basket bad_number: 13,c,2026-03-02 12:00:00,Mail,,1.00,EUR,x
    "#]]
    .assert_eq(&shown);
}
