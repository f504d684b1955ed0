//! Every crate opens with what it does and what it does not know.

use anyhow::Result;

use crate::run;

pub(crate) fn crates_say_what_they_do() -> Result<Vec<String>> {
    let mut findings = Vec::new();
    for entry in std::fs::read_dir(run::root().join("crates"))? {
        let folder = entry?.path();
        let Some(file) = ["src/lib.rs", "src/main.rs"]
            .map(|name| folder.join(name))
            .into_iter()
            .find(|file| file.is_file())
        else {
            continue;
        };
        let text = std::fs::read_to_string(&file)?;
        let header: Vec<&str> = text.lines().take_while(|line| line.starts_with("//!")).collect();
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if header.len() < 3 {
            findings.push(format!(
                "crate `{name}` does not open with 3 to 15 lines of `//!` on what it does and does not know"
            ));
        } else if !header.join(" ").contains("deliberately") {
            findings.push(format!("crate `{name}` does not say what it deliberately does not know"));
        }
    }
    Ok(findings)
}
