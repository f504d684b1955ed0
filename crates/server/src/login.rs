//! Accounts that are made without anybody signed in: one administrator for every organisation that has none yet.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, Result};
use authz::OrgContext;
use metastore::Organization;
use rand::RngCore;
use serde::{Deserialize, Serialize};

use crate::installation::Installation;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Login {
    pub(crate) organization: String,
    pub(crate) email: String,
    pub(crate) password: String,
}

/// Makes the administrators that are missing and gives their passwords, which are stored as hashes only.
pub(crate) async fn first_start(installation: &Installation) -> Result<Vec<Login>> {
    let mut made = Vec::new();
    for organization in installation.metastore.organizations().await? {
        let email = administrator(&organization);
        if installation.metastore.user_by_email(&email).await?.is_none() {
            let login = new_login(&organization, email);
            store(installation, &organization, &login).await?;
            made.push(login);
        }
    }
    Ok(made)
}

/// The login of the demo company: shown at every start, so it is kept in a file that only its owner may read.
pub(crate) async fn of_demo(installation: &Installation, organization: &Organization) -> Result<Login> {
    let file = installation.data_dir.join("demo-login.json");
    let email = administrator(organization);
    if installation.metastore.user_by_email(&email).await?.is_some() {
        let text = std::fs::read_to_string(&file).with_context(|| format!("the demo's login is kept in {}", file.display()))?;
        return serde_json::from_str(&text).with_context(|| format!("{} is not a login", file.display()));
    }
    // The file first: a crash between the two leaves a password that is written again.
    let login = new_login(organization, email);
    write_private(&file, &serde_json::to_vec(&login)?)?;
    store(installation, organization, &login).await?;
    Ok(login)
}

fn new_login(organization: &Organization, email: String) -> Login {
    Login {
        organization: organization.name.clone(),
        email,
        password: password(),
    }
}

async fn store(installation: &Installation, organization: &Organization, login: &Login) -> Result<()> {
    let context = OrgContext::system(organization.id);
    api::accounts::create_admin(
        &installation.metastore,
        installation.clock.as_ref(),
        &context,
        &login.email,
        &login.password,
    )
    .await?;
    Ok(())
}

/// `admin@<organisation>.local`, with everything but letters and digits as a hyphen.
fn administrator(organization: &Organization) -> String {
    let slug: String = organization
        .name
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let slug = slug.trim_matches('-');
    if slug.is_empty() {
        format!("admin@{}.local", organization.id)
    } else {
        format!("admin@{slug}.local")
    }
}

/// 20 characters of an alphabet without look-alikes: about 98 bits.
fn password() -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0_u8; 20];
    rand::rng().fill_bytes(&mut bytes);
    bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect()
}

fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(())
}
