//! `tributary channels`: the rules that give a touch its channel.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use authz::OrgContext;
use journeys::channel::{CLICK_IDS, Facts, IGNORED, Raw, RuleSet, split_click_id};
use metastore::NewChannelRules;
use semantic::channel_effect::ChannelEffect;
use semantic::{QueryEngine, campaign_audit, channel_effect};
use serde::Serialize;
use serde_json::{Value, json};

use super::question::refusal;
use crate::cli::Global;
use crate::installation::Installation;
use crate::output;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// The rules in the order in which they are asked; with --format json what `set` reads.
    List(ListArguments),
    /// Which channel a touch would get, and why.
    Test(Box<TestArguments>),
    /// Save rules as a new version; they hold for touches that come in afterwards.
    Set(SetArguments),
}

#[derive(Debug, clap::Args)]
struct ListArguments {
    /// Name of the organisation.
    #[arg(long, value_name = "NAME")]
    org: String,
    /// An earlier version; 0 for the rules before anybody changed them.
    #[arg(long, value_name = "VERSION")]
    version: Option<i64>,
}

#[derive(Debug, clap::Args)]
struct TestArguments {
    /// Name of the organisation.
    #[arg(long, value_name = "NAME")]
    org: String,
    /// Address of the page that was opened.
    #[arg(long, value_name = "URL")]
    landing_page: Option<String>,
    /// Address or host that the visitor came from.
    #[arg(long, value_name = "URL")]
    referrer: Option<String>,
    #[arg(long, value_name = "TEXT")]
    utm_source: Option<String>,
    #[arg(long, value_name = "TEXT")]
    utm_medium: Option<String>,
    #[arg(long, value_name = "TEXT")]
    utm_campaign: Option<String>,
    #[arg(long, value_name = "TEXT")]
    utm_content: Option<String>,
    #[arg(long, value_name = "TEXT")]
    utm_term: Option<String>,
    /// Kind and value, such as gclid:Cj0K.
    #[arg(long, value_name = "KIND:VALUE")]
    click_id: Option<String>,
    /// Key of the source that the touch comes from.
    #[arg(long, value_name = "KEY", default_value = "collector")]
    data_source: String,
    /// JSON or YAML file with rules to try instead of the organisation's own.
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// Also count the touches from this day on that would get another channel.
    #[arg(long, value_name = "DAY", requires = "to")]
    from: Option<String>,
    /// Last day of that count, included.
    #[arg(long, value_name = "DAY", requires = "from")]
    to: Option<String>,
}

#[derive(Debug, clap::Args)]
struct SetArguments {
    /// Name of the organisation.
    #[arg(long, value_name = "NAME")]
    org: String,
    /// JSON or YAML file as `list --format json` prints it. If it names a version, that one must still be the newest.
    #[arg(long, value_name = "FILE")]
    rules: PathBuf,
    /// What was changed and why.
    #[arg(long, value_name = "TEXT", default_value = "")]
    note: String,
}

pub(crate) async fn run(global: Global, arguments: Arguments) -> Result<ExitCode> {
    match arguments.command {
        Command::List(arguments) => list(global, arguments).await,
        Command::Test(arguments) => test(global, *arguments).await,
        Command::Set(arguments) => set(global, arguments).await,
    }
}

/// A version of the rules, as `list` prints it and `set` reads it.
#[derive(Debug, Serialize)]
struct Listed {
    version: i64,
    #[serde(flatten)]
    set: RuleSet,
}

async fn list(global: Global, arguments: ListArguments) -> Result<ExitCode> {
    let installation = global.open().await?;
    let (_, context) = installation.organization(&arguments.org).await?;
    let (version, set) = match arguments.version {
        None => newest(&installation, &context).await?,
        Some(0) => (0, RuleSet::standard()),
        Some(number) => {
            let history = installation.metastore.channel_rules_history(&context).await?;
            match history.into_iter().find(|saved| saved.version == number) {
                Some(saved) => (number, serde_json::from_str(&saved.json)?),
                None => bail!("--version: there is no version {number} of the channel rules"),
            }
        }
    };
    output::print(global.format, &Listed { version, set }, |listed| {
        let rows: Vec<Vec<String>> = listed
            .set
            .rules
            .iter()
            .enumerate()
            .map(|(place, rule)| vec![(place + 1).to_string(), rule.id.clone(), rule.channel.clone(), rule.name.clone()])
            .collect();
        let what = match listed.version {
            0 => "the standard rules".to_owned(),
            version => format!("version {version}"),
        };
        let table = output::table(&["", "Rule", "Channel", "Meaning"], &[true, false, false, false], &rows);
        format!("Channel rules, {what}: the first that holds gives the channel.\n\n{table}")
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn test(global: Global, arguments: TestArguments) -> Result<ExitCode> {
    let installation = global.open().await?;
    let (organization, context) = installation.organization(&arguments.org).await?;
    let rules = match &arguments.rules {
        Some(file) => read(file)?.1,
        None => newest(&installation, &context).await?.1,
    };
    let click_id = match arguments.click_id.as_deref() {
        None => None,
        Some(text) => match split_click_id(text) {
            Some(parts) => Some(parts),
            None => bail!(
                "--click-id: `{text}` is no click id: write KIND:VALUE; kinds are {}",
                CLICK_IDS.join(", ")
            ),
        },
    };
    let effect = match (&arguments.from, &arguments.to) {
        (Some(from), Some(to)) => {
            let range = campaign_audit::range(from, to, &organization.zone).map_err(|error| refusal(&error))?;
            let raw = installation.engine.query(&context, &channel_effect::plan(&range)).await?;
            Some(channel_effect::finish(&raw, &rules))
        }
        _ => None,
    };
    let facts = Facts::of(&Raw {
        data_source: &arguments.data_source,
        utm_source: arguments.utm_source.as_deref(),
        utm_medium: arguments.utm_medium.as_deref(),
        utm_campaign: arguments.utm_campaign.as_deref(),
        utm_content: arguments.utm_content.as_deref(),
        utm_term: arguments.utm_term.as_deref(),
        click_id,
        referrer: arguments.referrer.as_deref(),
        landing_page: arguments.landing_page.as_deref(),
    });
    let explanation = rules.explain(&facts);
    let decision = explanation.decision;
    let answer = json!({
        "channel": decision.channel,
        "is_ignored": IGNORED.contains(&decision.channel),
        "source": decision.source,
        "rule_id": decision.rule.map(|rule| &rule.id),
        "steps": explanation.steps.iter().map(|step| json!({
            "rule_id": step.rule.id, "name": step.rule.name, "holds": step.holds, "why": step.why,
        })).collect::<Vec<_>>(),
        "effect": effect.as_ref().map(|effect| json!({
            "touches": effect.touches, "changed": effect.changed, "is_truncated": effect.is_truncated,
            "moves": effect.moves.iter().map(|step| json!({"from": step.from, "to": step.to, "touches": step.touches})).collect::<Vec<_>>(),
        })),
    });
    output::print(global.format, &answer, |_| {
        let rows: Vec<Vec<String>> = explanation
            .steps
            .iter()
            .map(|step| vec![if step.holds { "holds" } else { "no" }.to_owned(), step.rule.id.clone(), step.why.clone()])
            .collect();
        let rule = decision.rule.map_or_else(|| "no rule holds".to_owned(), |rule| format!("by {}", rule.id));
        let table = output::table(&["", "Rule", "Why"], &[false; 3], &rows);
        format!(
            "{} ({rule})\n\n{table}{}",
            decision.channel,
            effect.as_ref().map(told).unwrap_or_default()
        )
    })?;
    Ok(ExitCode::SUCCESS)
}

fn told(effect: &ChannelEffect) -> String {
    let mut text = format!(
        "\n\n{} of {} touches whose channel the rules gave would change.",
        effect.changed, effect.touches
    );
    for step in &effect.moves {
        text.push_str(&format!("\n  {} → {}: {}", step.from, step.to, step.touches));
    }
    text
}

async fn set(global: Global, arguments: SetArguments) -> Result<ExitCode> {
    let installation = global.open().await?;
    let (_, context) = installation.organization(&arguments.org).await?;
    let (changed, rules) = read(&arguments.rules)?;
    let newest = newest(&installation, &context).await?.0;
    let new = NewChannelRules {
        json: &serde_json::to_string(&rules)?,
        note: arguments.note.trim(),
        saved_by: "command line",
        after: changed.unwrap_or(newest),
    };
    let Some(version) = installation.metastore.save_channel_rules(&context, new, installation.clock.now()).await? else {
        bail!(
            "{} was made from version {}, and version {newest} is the newest: list the rules again, and repeat the change on them",
            arguments.rules.display(),
            new.after
        );
    };
    output::print(global.format, &json!({"version": version, "rules": rules.rules.len()}), |_| {
        format!(
            "Saved {} rules as version {version}. They hold for touches that come in from now on.",
            rules.rules.len()
        )
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn newest(installation: &Installation, context: &OrgContext) -> Result<(i64, RuleSet)> {
    match installation.metastore.channel_rules(context).await? {
        None => Ok((0, RuleSet::standard())),
        Some(saved) => {
            let rules = serde_json::from_str(&saved.json).with_context(|| format!("channel rules, version {}", saved.version))?;
            Ok((saved.version, rules))
        }
    }
}

/// Rules in a file, and the version that they were made from if it names one.
fn read(file: &std::path::Path) -> Result<(Option<i64>, RuleSet)> {
    let text = std::fs::read_to_string(file).with_context(|| format!("--rules: {} cannot be read", file.display()))?;
    // JSON is YAML too.
    let mut value: Value = serde_norway::from_str(&text).with_context(|| format!("--rules: {}", file.display()))?;
    let version = value
        .as_object_mut()
        .and_then(|object| object.remove("version"))
        .and_then(|version| version.as_i64());
    let rules: RuleSet = serde_json::from_value(value).with_context(|| format!("--rules: {}", file.display()))?;
    let complaints = rules.complaints();
    if !complaints.is_empty() {
        let lines: Vec<String> = complaints
            .iter()
            .map(|complaint| format!("{}: {}", complaint.pointer.trim_start_matches('/').replace('/', " "), complaint.message))
            .collect();
        bail!("--rules: {}:\n       {}", file.display(), lines.join("\n       "));
    }
    Ok((version, rules))
}
