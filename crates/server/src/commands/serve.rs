//! `tributary serve`: the web app, the API and the event collector.

use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::Result;

use crate::cli::Global;
use crate::{login, output, serving};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Address to listen on. Only this machine by default: put a proxy with TLS in front before you open it.
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
    let logins = login::first_start(&installation).await?;
    serving::serve(installation, arguments.listen, |address| {
        let answer = serde_json::json!({ "url": format!("http://{address}"), "new_logins": logins });
        output::print(global.format, &answer, |_| {
            let mut text = format!("Tributary listens on http://{address}");
            for login in &logins {
                text.push_str(&format!(
                    "\n  first sign-in of {}: {}  {}  (shown once)",
                    login.organization, login.email, login.password
                ));
            }
            text
        })
    })
    .await?;
    Ok(ExitCode::SUCCESS)
}
