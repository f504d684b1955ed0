//! Rules that a test can hold: the dependency table, crate headers, who may name what, stray machine paths.

mod dependencies;
mod headers;
mod paths;

use anyhow::{Result, bail};

/// A rule finds what breaks it, in words.
type Rule = fn() -> Result<Vec<String>>;

const RULES: &[Rule] = &[
    dependencies::table_matches,
    dependencies::absences_hold,
    headers::crates_say_what_they_do,
    paths::no_machine_paths,
];

pub(crate) fn run() -> Result<()> {
    let mut findings = Vec::new();
    for rule in RULES {
        findings.extend(rule()?);
    }
    for finding in &findings {
        println!("tidy: {finding}");
    }
    if findings.is_empty() {
        Ok(())
    } else {
        bail!("{} places are untidy", findings.len())
    }
}
