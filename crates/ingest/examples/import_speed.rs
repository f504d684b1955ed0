//! Measures an import without the rest of the product: `cargo run --release -p ingest --example import_speed -- MAP.yaml FILE…`.

use std::path::PathBuf;
use std::time::Instant;

use authz::OrgContext;
use ingest::{ImportRequest, Mapping};
use lake::{Catalogue, Lakes};
use metastore::{Metastore, NewOrganization};
use types::{Clock, ManualClock};

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let map = arguments.next().expect("MAP.yaml FILE…");
    let mapping = Mapping::parse(&std::fs::read_to_string(&map).expect("the mapping can be read"), "map").expect("the mapping is right");
    let folder = tempfile::tempdir_in(".").expect("a temporary folder can be made");
    let clock = std::sync::Arc::new(ManualClock::new("2026-01-01T00:00:00Z".parse().expect("an instant")));
    let metastore = Metastore::open_sqlite(&folder.path().join("metastore.sqlite")).await.expect("metadata");
    let new = NewOrganization {
        name: "csv".to_owned(),
        currency: types::Currency::parse("EUR").expect("a currency"),
        zone: "UTC".to_owned(),
    };
    let organization = metastore.create_organization(clock.as_ref(), new).await.expect("an organisation");
    let context = OrgContext::system(organization.id);
    let lakes = Lakes::new(folder.path(), Catalogue::Sqlite);
    let lake = lakes
        .open(&context.organization_id(), std::sync::Arc::clone(&clock) as std::sync::Arc<dyn Clock>)
        .await
        .expect("a lake");
    let request = ImportRequest {
        source: "export".to_owned(),
        mapping,
        files: arguments.collect(),
        dry_run: false,
    };
    let timer = Instant::now();
    let summary = ingest::import(&context, &metastore, &lake, clock.as_ref(), request, &mut |_| {})
        .await
        .expect("imported");
    println!(
        "{} rows, {} records in {:.2} s",
        summary.rows_read,
        summary.accepted,
        timer.elapsed().as_secs_f64()
    );
}
