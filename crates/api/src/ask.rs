//! Asking the engine: the organisation's defaults, the plan's run, and answers that are read from one data version.

use std::time::Instant;

use attribution::{Settings, Variant};
use authz::OrgContext;
use metastore::SavedSettings;
use semantic::Plan;
use semantic::engine::RawTable;
use semantic::settings_history::read_settings;
use types::Currency;

use crate::problem::Problem;
use crate::state::Shared;

/// How often a page of several plans is asked anew because data arrived in between.
const ATTEMPTS_MAX: usize = 4;

/// What a question leaves to the organisation.
#[derive(Clone, Debug)]
pub(crate) struct Defaults {
    pub(crate) currency: Currency,
    pub(crate) zone: String,
    /// The newest version of its settings, with which all history is credited where a question changes any.
    pub(crate) attribution: Settings,
    /// Which version holds when.
    pub(crate) history: Vec<Variant>,
}

impl Defaults {
    pub(crate) async fn load(shared: &Shared, context: &OrgContext) -> Result<Self, Problem> {
        let organization = shared.app.metastore.organization(context).await?;
        let saved = shared.app.metastore.attribution_settings(context).await?;
        let read = |saved: &SavedSettings| read_settings(saved.version, &saved.json, saved.applies_from).map_err(|error| Problem::internal(&error));
        let saved = saved.iter().map(read).collect::<Result<Vec<_>, Problem>>()?;
        let newest = saved.last().cloned();
        Ok(Self {
            currency: organization.currency,
            zone: organization.zone,
            attribution: newest.map_or_else(Settings::default, |newest| newest.settings),
            history: Variant::history(&saved),
        })
    }

    pub(crate) fn organization(&self) -> semantic::Organization<'_> {
        semantic::Organization {
            currency: self.currency,
            zone: &self.zone,
            attribution: &self.attribution,
            history: &self.history,
        }
    }
}

/// Runs one plan.
pub(crate) async fn ask(shared: &Shared, context: &OrgContext, plan: &Plan) -> Result<RawTable, Problem> {
    let started = Instant::now();
    let answer = shared.app.engine.query(context, plan).await;
    shared.telemetry.query(answer.is_ok(), started.elapsed());
    Ok(answer?)
}

/// Runs several plans on one data version: if data arrives in between, the older answers are asked for anew.
pub(crate) async fn ask_all<const N: usize>(shared: &Shared, context: &OrgContext, plans: [&Plan; N]) -> Result<[RawTable; N], Problem> {
    let mut answers: [Option<RawTable>; N] = [const { None }; N];
    for _ in 0..ATTEMPTS_MAX {
        let newest = answers.iter().flatten().map(|answer| answer.data_version).max();
        for (plan, answer) in plans.iter().zip(&mut answers) {
            if answer.as_ref().map(|answer| answer.data_version) != newest || newest.is_none() {
                *answer = Some(ask(shared, context, plan).await?);
            }
        }
        let version = answers.iter().flatten().next().map(|answer| answer.data_version);
        if answers.iter().flatten().all(|answer| Some(answer.data_version) == version) {
            break;
        }
    }
    // Data that arrives faster than it can be read leaves parts of neighbouring versions: still true, each by itself.
    Ok(answers.map(|answer| answer.expect("every plan was asked")))
}
