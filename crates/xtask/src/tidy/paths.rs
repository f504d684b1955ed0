//! No tracked file names a path of somebody's machine.

use anyhow::Result;

use crate::run;

/// Home and work folders of people and build machines. `/tmp` and `/usr` are nobody's.
const PREFIXES: &[&str] = &["/work/", "/root/", "/home/", "/Users/", "/farm/"];

pub(crate) fn no_machine_paths() -> Result<Vec<String>> {
    let tracked = run::capture(&mut run::command("git", &["ls-files", "-z"]))?;
    let mut findings = Vec::new();
    for file in tracked.split('\0').filter(|file| !file.is_empty() && !file.ends_with("tidy/paths.rs")) {
        let Ok(text) = std::fs::read_to_string(run::root().join(file)) else {
            continue;
        };
        for (number, line) in text.lines().enumerate() {
            let names_machine = PREFIXES
                .iter()
                .any(|prefix| line.match_indices(prefix).any(|(at, _)| starts_path(line, at)));
            if names_machine {
                findings.push(format!("{file}:{} names a path of a machine", number + 1));
            }
        }
    }
    Ok(findings)
}

/// Whether the text at `at` begins a path, rather than continuing a URL or a relative path such as `api/work/`.
fn starts_path(line: &str, at: usize) -> bool {
    line[..at]
        .chars()
        .next_back()
        .is_none_or(|before| !before.is_alphanumeric() && !matches!(before, '.' | '_' | '-' | '/' | '}' | '{' | '~'))
}
