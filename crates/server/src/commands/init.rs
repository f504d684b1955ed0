//! `tributary init`: make an organisation.

use std::process::ExitCode;

use anyhow::Result;
use authz::OrgContext;
use metastore::NewOrganization;
use types::Currency;

use crate::cli::Global;
use crate::output;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Name of the organisation; unique in the data directory.
    #[arg(long, value_name = "NAME")]
    org: String,
    /// Reporting currency, an ISO 4217 code: all money of reports is in it.
    #[arg(long, value_name = "CODE", default_value = "EUR")]
    currency: String,
    /// IANA zone in which days are cut unless a question says otherwise.
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    zone: String,
}

pub(crate) async fn run(global: Global, arguments: Arguments) -> Result<ExitCode> {
    let currency = Currency::parse(&arguments.currency)?;
    let installation = global.open().await?;
    let new = NewOrganization {
        name: arguments.org,
        currency,
        zone: arguments.zone,
    };
    let organization = installation.metastore.create_organization(installation.clock.as_ref(), new).await?;
    installation.lake(&OrgContext::system(organization.id)).await?;
    let answer = serde_json::json!({
        "organization": organization.name,
        "id": organization.id,
        "currency": organization.currency,
        "zone": organization.zone,
    });
    output::print(global.format, &answer, |_| {
        format!(
            "Made the organisation {} ({}, days in {}).",
            organization.name, organization.currency, organization.zone
        )
    })?;
    Ok(ExitCode::SUCCESS)
}
