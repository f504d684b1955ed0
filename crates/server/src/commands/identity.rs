//! `tributary identity`: who is one customer, why, and what people say about it.

use std::process::ExitCode;

use anyhow::{Context, Result};
use authz::OrgContext;
use clap::{Args, Subcommand};
use journeys::identity::Rules;
use journeys::identity::person::Person;
use lake::Lake;
use serde_json::{Value, json};
use transform::stitch::{self, Stitched, decide};
use types::CustomerId;

use crate::cli::Global;
use crate::installation::Installation;
use crate::output;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show by what a customer is known, and the evidence of each link.
    Show {
        /// Name of the organisation.
        #[arg(long, value_name = "NAME")]
        org: String,
        /// The customer's id, of now or of before a merge, or the key that the sources use.
        customer: String,
    },
    /// Say that two customers are one person.
    Merge {
        /// Name of the organisation.
        #[arg(long, value_name = "NAME")]
        org: String,
        /// Ids or keys of the two customers.
        #[arg(num_args = 2, value_names = ["CUSTOMER", "OTHER"])]
        customers: Vec<String>,
        /// Why; it is kept.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Take identifiers from a customer, for good.
    Unmerge {
        /// Name of the organisation.
        #[arg(long, value_name = "NAME")]
        org: String,
        /// The customer's id or key.
        customer: String,
        /// Ids of the identifiers that belong to somebody else, as `show` gives them.
        #[arg(long, value_name = "ID", required = true, num_args = 1..)]
        identifier: Vec<CustomerId>,
        /// Why; it is kept.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Show or change the rules by which identifiers link.
    Rules {
        /// Name of the organisation.
        #[arg(long, value_name = "NAME")]
        org: String,
        /// Whether a household counts as one customer.
        #[arg(long, value_name = "BOOL")]
        households: Option<bool>,
        /// An identifier linked to more customers than this links nobody.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        shared_by_max: Option<u32>,
    },
}

/// What a command works with.
struct Opened {
    installation: Installation,
    context: OrgContext,
    lake: Lake,
}

pub(crate) async fn run(global: Global, arguments: Arguments) -> Result<ExitCode> {
    let installation = global.open().await?;
    let org = match &arguments.command {
        Command::Show { org, .. } | Command::Merge { org, .. } | Command::Unmerge { org, .. } | Command::Rules { org, .. } => org,
    };
    let (_, context) = installation.organization(org).await?;
    let lake = installation.lake(&context).await?;
    let opened = Opened { installation, context, lake };
    match arguments.command {
        Command::Show { customer, .. } => {
            let person = opened.person(&customer).await?;
            output::print(global.format, &document(&person), |_| text(&person))?;
        }
        Command::Merge { customers, reason, .. } => {
            let (one, other) = (opened.person(&customers[0]).await?, opened.person(&customers[1]).await?);
            let Opened { installation, context, lake } = &opened;
            let both = [one.customer, other.customer];
            let done = decide::merge(context, lake, &installation.engine, installation.clock.as_ref(), both, &reason).await?;
            print_done(&global, &done)?;
        }
        Command::Unmerge {
            customer,
            identifier,
            reason,
            ..
        } => {
            let person = opened.person(&customer).await?;
            let Opened { installation, context, lake } = &opened;
            let clock = installation.clock.as_ref();
            let done = decide::unmerge(context, lake, &installation.engine, clock, person.customer, &identifier, &reason).await?;
            print_done(&global, &done)?;
        }
        Command::Rules {
            households, shared_by_max, ..
        } => rules(&global, &opened, households, shared_by_max).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn rules(global: &Global, opened: &Opened, households: Option<bool>, shared_by_max: Option<u32>) -> Result<()> {
    let before = stitch::rules(&opened.lake).await?;
    let rules = Rules {
        households_link: households.unwrap_or(before.households_link),
        shared_by_max: shared_by_max.map_or(before.shared_by_max, |max| usize::try_from(max).unwrap_or(usize::MAX)),
    };
    let mut customers = 0;
    if rules != before {
        stitch::set_rules(&opened.lake, rules).await?;
        customers = stitch::stitch(&opened.context, &opened.lake).await?.customers.len();
    }
    let answer = json!({ "households": rules.households_link, "shared_by_max": rules.shared_by_max, "changed_customers": customers });
    output::print(global.format, &answer, |_| {
        let households = if rules.households_link { "are one customer" } else { "do not link" };
        format!(
            "Households {households}; an identifier of more than {} customers links nobody. {customers} customers changed.",
            rules.shared_by_max
        )
    })
}

impl Opened {
    async fn person(&self, customer: &str) -> Result<Person> {
        let by_key = CustomerId::derive(self.context.organization_id(), customer);
        for candidate in customer.parse().ok().into_iter().chain([by_key]) {
            let person = stitch::person::person(&self.context, &self.lake, &self.installation.engine, candidate).await?;
            if let Some(person) = person {
                return Ok(person);
            }
        }
        None.with_context(|| format!("there is no customer `{customer}`: give an id or the sources' key"))
    }
}

fn print_done(global: &Global, done: &Stitched) -> Result<()> {
    let answer = json!({ "changed_customers": done.customers });
    output::print(global.format, &answer, |_| {
        format!(
            "Recorded. {} customers changed; `tributary derive` brings credit up to date, as a running server does by itself.",
            done.customers.len()
        )
    })
}

fn document(person: &Person) -> Value {
    let identifiers = person
        .identifiers
        .iter()
        .map(|own| json!({ "id": own.id, "kind": own.identifier.kind.as_str(), "value": own.identifier.shortened(), "role": own.role.as_str() }));
    let links = person.links.iter().map(|link| {
        json!({ "left": link.left, "right": link.right, "rule": link.rule.as_str(), "row_id": link.evidence.row, "source": link.evidence.source,
                "recorded_at": link.evidence.recorded_at.to_string() })
    });
    let apart = person.apart.iter().map(|apart| {
        json!({ "seen_with": apart.seen_with, "id": apart.id, "kind": apart.identifier.kind.as_str(), "value": apart.identifier.shortened(),
                "reason": apart.reason.as_str() })
    });
    let decisions = person.decisions.iter().map(|one| {
        json!({ "left": one.left, "right": one.right, "verdict": one.verdict.as_str(), "actor": one.actor, "decided_at": one.decided_at.to_string(),
                "reason": one.reason })
    });
    json!({
        "customer_id": person.customer,
        "identifiers": identifiers.collect::<Vec<_>>(),
        "links": links.collect::<Vec<_>>(),
        "apart": apart.collect::<Vec<_>>(),
        "decisions": decisions.collect::<Vec<_>>(),
        "is_truncated": person.is_truncated,
    })
}

fn text(person: &Person) -> String {
    let name = |id: CustomerId| {
        let own = person.identifiers.iter().find(|own| own.id == id);
        own.map_or_else(|| id.to_string(), |own| format!("{} {}", own.identifier.kind, own.identifier.shortened()))
    };
    let mut lines = vec![format!("Customer {}", person.customer)];
    for own in &person.identifiers {
        lines.push(format!("  {}  {} ({})", own.id, name(own.id), own.role.as_str()));
    }
    for link in &person.links {
        let evidence = &link.evidence;
        lines.push(format!(
            "  {} – {}: {}, row {} of {} at {}",
            name(link.left),
            name(link.right),
            link.rule.as_str(),
            evidence.row,
            evidence.source,
            evidence.recorded_at
        ));
    }
    for apart in &person.apart {
        let what = format!("{} {}", apart.identifier.kind, apart.identifier.shortened());
        lines.push(format!(
            "  not theirs: {what}, seen with {} ({})",
            name(apart.seen_with),
            apart.reason.as_str()
        ));
    }
    for one in &person.decisions {
        let (left, right) = (name(one.left), name(one.right));
        lines.push(format!(
            "  decided {} by {}: {left} and {right} are {}: {}",
            one.decided_at,
            one.actor,
            one.verdict.as_str(),
            one.reason
        ));
    }
    lines.join("\n")
}
