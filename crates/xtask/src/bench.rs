//! `cargo xtask bench`: ratios against DuckDB and chDB on the same files in one run.

use anyhow::{Context, Result, bail};

use crate::{demo, machine, run};

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    demo::build_binary(run::Optimisation::Full)?;
    let Some(python) = machine::python_environment("venv-bench", &["duckdb==2.0.*", "chdb==4.4.*", "pyarrow"]) else {
        bail!("the comparisons need Python 3 with duckdb and chdb from PyPI: install python3 and python3-venv")
    };
    let mut bench = run::command(
        python.to_str().context("the cache's name is not UTF-8")?,
        &["bench/run.py", "--tributary"],
    );
    bench.arg(run::tributary()?);
    // Built from source by pip, so it may be missing; it imports matplotlib without saying so.
    if let Some(python) = machine::python_environment("venv-bench-paths", &["ChannelAttribution==2.2.5", "pandas", "matplotlib"]) {
        bench.arg("--channelattribution-python").arg(python);
    }
    bench.args(arguments);
    run::check(&mut bench)
}
