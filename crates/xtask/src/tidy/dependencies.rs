//! The table in `docs/ARCHITECTURE.md` against cargo metadata, both ways.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, MetadataCommand};

use crate::run;

/// Crates without I/O, async runtime, database or engine.
const PURE: &[&str] = &["types", "authz", "journeys", "attribution", "semantic", "stats", "demo"];
const NOT_IN_PURE: &[&str] = &[
    "tokio",
    "sqlx",
    "axum",
    "datafusion",
    "arrow",
    "parquet",
    "object_store",
    "tracing",
    "ureq",
    "rustix",
];
/// External crates that only some of ours may name.
const WRAPPERS: &[(&str, &[&str])] = &[("datafusion", &["lake", "engine"]), ("sqlx", &["metastore", "lake"])];

/// Direct dependencies of each of our crates, without dev-dependencies.
fn edges() -> Result<BTreeMap<String, BTreeSet<String>>> {
    let metadata = MetadataCommand::new()
        .current_dir(run::root())
        .no_deps()
        .exec()
        .context("cargo metadata")?;
    let edges = metadata.packages.iter().map(|package| {
        let direct = package
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind != DependencyKind::Development);
        (package.name.to_string(), direct.map(|dependency| dependency.name.clone()).collect())
    });
    Ok(edges.collect())
}

/// `| `name` | what | types, authz |` rows of the table.
fn table() -> Result<BTreeMap<String, BTreeSet<String>>> {
    let text = std::fs::read_to_string(run::root().join("docs/ARCHITECTURE.md"))?;
    let mut rows = BTreeMap::new();
    for line in text.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        if let [name, _, allowed] = cells[..] {
            let allowed = allowed.split(',').map(str::trim).filter(|name| *name != "–").map(str::to_owned).collect();
            rows.insert(name.trim_matches('`').to_owned(), allowed);
        }
    }
    Ok(rows)
}

pub(crate) fn table_matches() -> Result<Vec<String>> {
    let (table, edges) = (table()?, edges()?);
    let ours: BTreeSet<&String> = edges.keys().collect();
    let mut findings = Vec::new();
    for name in table.keys().filter(|name| !edges.contains_key(*name)) {
        findings.push(format!("docs/ARCHITECTURE.md lists a crate `{name}` that does not exist"));
    }
    for (name, dependencies) in &edges {
        let Some(allowed) = table.get(name) else {
            findings.push(format!("crate `{name}` is missing in the table of docs/ARCHITECTURE.md"));
            continue;
        };
        for dependency in dependencies
            .iter()
            .filter(|dependency| ours.contains(dependency) && !allowed.contains(*dependency))
        {
            findings.push(format!(
                "`{name}` depends on `{dependency}`, which the table of docs/ARCHITECTURE.md does not allow: a new edge is a design change"
            ));
        }
        for dependency in allowed.iter().filter(|dependency| !dependencies.contains(*dependency)) {
            findings.push(format!(
                "docs/ARCHITECTURE.md allows `{name}` → `{dependency}`, but the crate does not use it: take it out of the table"
            ));
        }
    }
    Ok(findings)
}

pub(crate) fn absences_hold() -> Result<Vec<String>> {
    let mut findings = Vec::new();
    for (name, dependencies) in edges()? {
        if PURE.contains(&name.as_str()) {
            for forbidden in NOT_IN_PURE.iter().filter(|forbidden| dependencies.contains(**forbidden)) {
                findings.push(format!("`{name}` is a pure crate and must not depend on `{forbidden}`"));
            }
        }
        for (external, wrappers) in WRAPPERS {
            if dependencies.contains(*external) && !wrappers.contains(&name.as_str()) {
                findings.push(format!("`{name}` names `{external}`; only {} may", wrappers.join(" and ")));
            }
        }
    }
    Ok(findings)
}
