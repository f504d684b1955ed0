//! The oracle of the format: a real DuckDB attaches the catalogue and must see what we see, at every snapshot.

use std::collections::HashSet;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use arrow::util::display::{ArrayFormatter, FormatOptions};
use types::tables::ColumnType;
use types::{CustomerId, FieldValue};

use super::deletes::{self, put};
use super::world::{Place, append, query, scope};
use crate::{Lake, NewColumn, Reassignment};

const SCRIPT: &str = include_str!("interop.py");
const DELETES_SCRIPT: &str = include_str!("interop_deletes.py");

/// What both sides compute; as text.
const FIGURES: &str = "SELECT CAST(COUNT(*) AS VARCHAR), CAST(COUNT(customer_id) AS VARCHAR), CAST(SUM(spend) AS VARCHAR), \
                       CAST(MIN(source_row_key) AS VARCHAR), CAST(SUM(sequence % 1000003) AS VARCHAR), CAST(COUNT(DISTINCT customer_id) AS VARCHAR) FROM t";

/// A Python with DuckDB and its extensions: TRIBUTARY_DUCKDB_PYTHON, or what `cargo xtask test` has made.
fn python() -> Option<PathBuf> {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let default = home.map(|home| home.join(".cache/tributary/venv-duckdb/bin/python"));
    let python = std::env::var_os("TRIBUTARY_DUCKDB_PYTHON").map(PathBuf::from).or(default)?;
    let imports = "import duckdb, duckdb_extension_ducklake, duckdb_extension_sqlite_scanner";
    Command::new(&python)
        .args(["-c", imports])
        .output()
        .is_ok_and(|output| output.status.success())
        .then_some(python)
}

/// Files and figures of the newest snapshot, for the script.
async fn describe(lake: &Lake) -> serde_json::Value {
    let snapshot = lake.snapshot().await.unwrap();
    let batch = query(&snapshot, FIGURES).await.remove(0);
    let text = |at: usize| {
        ArrayFormatter::try_new(batch.column(at).as_ref(), &FormatOptions::default())
            .unwrap()
            .value(0)
            .to_string()
    };
    let table = snapshot.table("unified_marketing_data").unwrap();
    let root = &table.view.inner.root;
    let files: Vec<String> = table
        .files()
        .iter()
        .map(|file| root.join(file.path.as_ref()).display().to_string())
        .collect();
    let columns: Vec<&str> = table.columns().iter().map(|column| column.name.as_str()).collect();
    let figures: Vec<String> = (0..batch.num_columns()).map(text).collect();
    serde_json::json!({ "version": snapshot.version(), "files": files, "columns": columns, "figures": figures })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn duckdb_reads_the_same_rows_at_every_snapshot() {
    let Some(python) = python() else {
        eprintln!(
            "SKIPPED: no Python with duckdb==1.5.5, duckdb-extension-ducklake and duckdb-extension-sqlite-scanner (cargo xtask test makes one), \
             so DuckDB did not check the lake's format"
        );
        return;
    };
    let place = Place::sqlite();
    let lake = place.open().await;
    let mut snapshots = Vec::new();
    let days = ["2026-03-30", "2026-03-31", "2026-04-01", "2026-04-02"];
    let mut rows: Vec<_> = days
        .iter()
        .flat_map(|day| [place.spend("a", day, 3), place.spend("Ünïcode", day, 5)])
        .collect();
    rows.extend((0..300).map(|customer| place.touch(customer, i64::from(customer) % 7)));
    append(&lake, rows).await;
    snapshots.push(describe(&lake).await);

    let mut transaction = lake.transaction();
    transaction.replace_spend(scope("a", &days[1..3]));
    transaction
        .append_rows(vec![place.spend("a", days[1], 30), place.spend("a", days[2], 31)])
        .await
        .unwrap();
    transaction.commit("restate").await.unwrap();
    snapshots.push(describe(&lake).await);

    let mut transaction = lake.transaction();
    let home = CustomerId::derive(place.organization, "7");
    transaction.reassign(Reassignment {
        customers: Arc::new(HashSet::from([home])),
        columns: &["customer_id"],
        assign: Arc::new(|batch| vec![Some(CustomerId::from_bytes([1; 16])); batch.num_rows()]),
    });
    assert_eq!(transaction.commit("stitch").await.unwrap().reassigned.len(), 2);
    snapshots.push(describe(&lake).await);

    for (name, kind) in [
        ("margin", ColumnType::Decimal),
        ("score", ColumnType::Float),
        ("seen_on", ColumnType::Date),
        ("is_vip", ColumnType::Bool),
    ] {
        lake.add_column("unified_marketing_data", NewColumn { name: name.into(), kind })
            .await
            .unwrap();
    }
    let mut row = place.touch(400, 0);
    row.fx_rate = Some(types::money::FxRate { billionths: 1_084_500_000 });
    row.data_payload = Some("{\"a\": \"\u{1f980}\"}".into());
    row.custom = vec![
        ("margin".into(), FieldValue::Decimal(-2_500_001)),
        ("score".into(), FieldValue::Float(-0.0)),
        ("seen_on".into(), FieldValue::Date("1969-12-31".parse().unwrap())),
        ("is_vip".into(), FieldValue::Bool(true)),
    ];
    append(&lake, vec![row]).await;
    snapshots.push(describe(&lake).await);

    append(&lake, (0..100).map(|customer| place.touch(customer, 20)).collect()).await;
    snapshots.push(describe(&lake).await);
    assert!(lake.compact().await.unwrap().files_before > 0);
    snapshots.push(describe(&lake).await);

    let catalogue = place
        .folder
        .path()
        .join("lakes")
        .join(place.organization.to_string())
        .join("catalog.sqlite");
    let input = serde_json::json!({ "catalogue": catalogue, "figures": FIGURES, "snapshots": snapshots }).to_string();
    let output = Command::new(python).args(["-c", SCRIPT, &input]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(said.lines().last(), Some("6 snapshots agree"), "{said}");
}

/// Data files with their delete files, and figures, of the newest snapshot.
async fn describe_deletes(lake: &Lake, place: &Place) -> serde_json::Value {
    let snapshot = lake.snapshot().await.unwrap();
    let table = snapshot.table(deletes::TABLE).unwrap();
    let root = &table.view.inner.root;
    let shown = |path: &object_store::path::Path| root.join(path.as_ref()).display().to_string();
    let files: Vec<(String, Option<String>)> = table
        .files()
        .iter()
        .map(|file| (shown(&file.path), file.deletes.as_ref().map(|deletes| shown(&deletes.path))))
        .collect();
    let figures = deletes::figures(&snapshot, place).await;
    serde_json::json!({ "version": snapshot.version(), "files": files, "figures": figures[..3] })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn duckdb_passes_over_removed_rows_at_every_snapshot() {
    let Some(python) = python() else {
        eprintln!("SKIPPED: no Python with duckdb==1.5.5 and its extensions (cargo xtask test makes one), so DuckDB did not read our delete files");
        return;
    };
    let place = Place::sqlite();
    let lake = place.open().await;
    let mut snapshots = Vec::new();
    put(&lake, &place, &(0..2_500).collect::<Vec<_>>(), 1, []).await;
    snapshots.push(describe_deletes(&lake, &place).await);
    put(&lake, &place, &[3, 7, 2_600], 10, [3, 7, 9, 2_499]).await;
    snapshots.push(describe_deletes(&lake, &place).await);
    put(&lake, &place, &[7], 100, [7, 9, 2_600]).await;
    snapshots.push(describe_deletes(&lake, &place).await);
    put(&lake, &place, &[], 0, 0..1_500).await;
    snapshots.push(describe_deletes(&lake, &place).await);
    assert!(lake.compact().await.unwrap().files_before > 0);
    snapshots.push(describe_deletes(&lake, &place).await);

    let catalogue = place
        .folder
        .path()
        .join("lakes")
        .join(place.organization.to_string())
        .join("catalog.sqlite");
    let input = serde_json::json!({ "catalogue": catalogue, "table": deletes::TABLE, "snapshots": snapshots }).to_string();
    let output = Command::new(python).args(["-c", DELETES_SCRIPT, &input]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(said.lines().last(), Some("5 snapshots agree"), "{said}");
}
