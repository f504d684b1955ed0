//! `tributary demo`: the demo company, loaded once and served.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use authz::OrgContext;
use demo::World;
use metastore::{ImportCounts, ImportStatus, NewOrganization, Organization};
use serde_json::json;
use uuid::Uuid;

use crate::cli::Global;
use crate::installation::Installation;
use crate::output::Format;
use crate::{imports, login, output, serving};

const NAME: &str = "demo";
/// Says in the lake that the company is loaded: set in the commit that brings its rows.
pub(super) const CURSOR: &str = "demo";
/// Rows handed to the writer at once.
const BATCH_ROWS: usize = 16 * 1024;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Load the demo company, do not serve it.
    #[arg(long)]
    load_only: bool,
    /// Address to listen on.
    #[arg(
        long,
        value_name = "ADDR",
        default_value = "127.0.0.1:8400",
        env = "TRIBUTARY_LISTEN",
        hide_env_values = true
    )]
    listen: SocketAddr,
}

pub(crate) async fn run(global: Global, arguments: Arguments) -> Result<ExitCode> {
    let installation = global.open().await?;
    let start = Instant::now();
    let organization = organization(&installation).await?;
    let rows = load(&installation, &organization).await?;
    if rows > 0 && global.format == Format::Text {
        println!("Loaded the demo company: {rows} rows in {:.1} s.", start.elapsed().as_secs_f64());
    }
    let login = login::of_demo(&installation, &organization).await?;
    if arguments.load_only {
        if global.format == Format::Json {
            output::print(
                global.format,
                &json!({ "organization": NAME, "rows": rows, "seconds": start.elapsed().as_secs_f64() }),
                |_| String::new(),
            )?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    serving::serve(installation, arguments.listen, |address| {
        let answer = json!({ "url": format!("http://{address}"), "email": login.email, "password": login.password });
        output::print(global.format, &answer, |_| {
            format!(
                "\n  Tributary    http://{address}\n  e-mail       {}\n  password     {}\n\nCtrl-C stops it; the data stays for the next start.",
                login.email, login.password
            )
        })
    })
    .await?;
    Ok(ExitCode::SUCCESS)
}

async fn organization(installation: &Installation) -> Result<Organization> {
    if let Some(organization) = installation.metastore.organization_by_name(NAME).await? {
        return Ok(organization);
    }
    let new = NewOrganization {
        name: NAME.to_owned(),
        currency: demo::CURRENCY,
        zone: demo::ZONE.to_owned(),
    };
    Ok(installation.metastore.create_organization(installation.clock.as_ref(), new).await?)
}

/// Loads the company in one commit; 0 if it is there already.
async fn load(installation: &Installation, organization: &Organization) -> Result<u64> {
    let context = OrgContext::system(organization.id);
    let lake = installation.lake(&context).await?;
    if lake.cursor(CURSOR).await?.is_some() {
        return Ok(0);
    }
    let now = installation.clock.now();
    let config = demo::Config::new(organization.id);
    let mut transaction = lake.transaction();
    transaction.move_cursor(CURSOR, None, "loaded".to_owned());
    let mut builder = transaction.row_builder(BATCH_ROWS).await?;
    let (sender, mut batches) = tokio::sync::mpsc::channel(2);
    // The simulation runs beside the writer: one makes rows and their columns while the other sorts and writes.
    let simulation = tokio::task::spawn_blocking(move || -> Result<World> {
        let world = World::generate(&config, now)?;
        for chunk in world.chunks() {
            builder.push(&chunk)?;
            if builder.rows() >= BATCH_ROWS && sender.blocking_send(builder.finish()?).is_err() {
                break;
            }
        }
        // If nobody listens any more, the writer has failed and says so.
        let _ = sender.blocking_send(builder.finish()?);
        Ok(world)
    });
    while let Some(columns) = batches.recv().await {
        transaction.append_columns(columns).await?;
    }
    let world = simulation.await??;
    installation.metastore.put_fx_rates(&context, &world.fx_rates()).await?;
    let commit = transaction.commit("load the demo company").await?;
    record_sources(installation, &context, &world).await?;
    lake.compact().await?;
    Ok(commit.rows)
}

async fn record_sources(installation: &Installation, context: &OrgContext, world: &World) -> Result<()> {
    let _running = imports::begin(installation).await?;
    let now = installation.clock.now();
    for source in world.sources() {
        installation
            .metastore
            .upsert_source(context, source.key, source.name, source.category, now)
            .await?;
        let id = Uuid::now_v7();
        installation.metastore.start_import(context, id, source.key, &[], now).await?;
        let counts = ImportCounts::default();
        installation
            .metastore
            .finish_import(context, id, ImportStatus::Succeeded, counts, Some("simulated"), now)
            .await?;
    }
    Ok(())
}
