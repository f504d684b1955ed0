//! `tributary write-key`: a key with which a site or service may send events, and nothing else.

use std::process::ExitCode;

use anyhow::Result;
use rand::RngCore;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::cli::Global;
use crate::output;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Name of the organisation.
    #[arg(long, value_name = "NAME")]
    org: String,
    /// What the key is for; shown in lists.
    #[arg(long, value_name = "NAME", default_value = "collector")]
    name: String,
}

pub(crate) async fn run(global: Global, arguments: Arguments) -> Result<ExitCode> {
    let installation = global.open().await?;
    let (_, context) = installation.organization(&arguments.org).await?;
    let mut secret = [0_u8; 32];
    rand::rng().fill_bytes(&mut secret);
    let key = format!("trib_wk_{}", hex::encode(secret));
    installation
        .metastore
        .create_write_key(&context, &arguments.name, Sha256::digest(key.as_bytes()).into())
        .await?;
    output::print(global.format, &json!({ "name": arguments.name, "write_key": key }), |_| {
        format!("{key}\n\nKeep it: only its digest is stored, and it is not shown again.")
    })?;
    Ok(ExitCode::SUCCESS)
}
