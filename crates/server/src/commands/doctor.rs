//! `tributary doctor`: check the whole store and say what was found.

use std::process::ExitCode;

use anyhow::Result;
use authz::OrgContext;
use serde_json::json;

use crate::cli::Global;
use crate::output;

/// Exit code where something was found that needs attention.
const FOUND: u8 = 3;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Only look at catalogues, names and sizes; do not read every file.
    #[arg(long)]
    quick: bool,
}

pub(crate) async fn run(global: Global, arguments: Arguments) -> Result<ExitCode> {
    let installation = global.open().await?;
    let mut findings = Vec::new();
    for defect in installation.metastore.doctor().await? {
        findings.push(json!({ "severity": "error", "place": "metadata", "message": defect }));
    }
    let organizations = installation.metastore.organizations().await?;
    let depth = if arguments.quick { lake::Depth::Quick } else { lake::Depth::Full };
    let mut files = 0;
    for organization in &organizations {
        let lake = installation.lake(&OrgContext::system(organization.id)).await?;
        files += lake.snapshot().await?.tables().count();
        for finding in lake.doctor(depth).await? {
            findings.push(json!({
                "severity": severity(finding.severity),
                "organization": organization.name,
                "place": finding.place,
                "message": finding.problem,
                "remedy": finding.remedy,
            }));
        }
    }
    let needs_attention = findings.iter().any(|finding| finding["severity"] != "note");
    let answer = json!({ "organizations": organizations.len(), "tables": files, "findings": findings, "is_healthy": !needs_attention });
    output::print(global.format, &answer, |_| text(organizations.len(), &findings))?;
    Ok(if needs_attention { ExitCode::from(FOUND) } else { ExitCode::SUCCESS })
}

fn severity(severity: lake::Severity) -> &'static str {
    match severity {
        lake::Severity::Note => "note",
        lake::Severity::Warning => "warning",
        lake::Severity::Error => "error",
    }
}

fn text(organizations: usize, findings: &[serde_json::Value]) -> String {
    let mut lines = vec![format!("Checked metadata and {organizations} organisations.")];
    if findings.is_empty() {
        lines.push("Everything is in order.".to_owned());
    }
    for finding in findings {
        let field = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        lines.push(format!(
            "{} {}: {} {}\n  {}",
            field("severity"),
            field("organization"),
            field("place"),
            field("message"),
            field("remedy")
        ));
    }
    lines.join("\n")
}
