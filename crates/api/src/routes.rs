//! Every route with its action. A new endpoint: a file under its area, a line here.

mod analytics;
mod identities;
mod integrations;
mod jobs;
mod marketing;
mod operations;
mod reports;
mod session;

use authz::Action;

use crate::routing::Routes;

pub(crate) fn all(metrics_are_public: bool) -> Routes {
    let metrics = if metrics_are_public { Action::Public } else { Action::ViewServerMetrics };
    Routes::new()
        .add(session::create::__path_handler, Action::Public, session::create::handler)
        .add(session::show::__path_handler, Action::OwnSession, session::show::handler)
        .add(session::delete::__path_handler, Action::OwnSession, session::delete::handler)
        .add(integrations::sources::__path_handler, Action::ViewSources, integrations::sources::handler)
        .add(
            integrations::sync_status::__path_handler,
            Action::ViewSources,
            integrations::sync_status::handler,
        )
        .add(
            analytics::campaign_performance::__path_handler,
            Action::ViewReports,
            analytics::campaign_performance::handler,
        )
        .add(analytics::asset_roi::__path_handler, Action::ViewReports, analytics::asset_roi::handler)
        .add(
            analytics::customer_journey::__path_handler,
            Action::ViewReports,
            analytics::customer_journey::handler,
        )
        .add(analytics::pipeline::__path_handler, Action::ViewReports, analytics::pipeline::handler)
        .add(analytics::funnel::__path_handler, Action::ViewReports, analytics::funnel::handler)
        .add(analytics::cohorts::__path_handler, Action::ViewReports, analytics::cohorts::handler)
        .add(analytics::retention::__path_handler, Action::ViewReports, analytics::retention::handler)
        .add(analytics::customers::__path_handler, Action::ViewReports, analytics::customers::handler)
        .add(analytics::paths::__path_handler, Action::ViewReports, analytics::paths::handler)
        .add(analytics::assists::__path_handler, Action::ViewReports, analytics::assists::handler)
        .add(analytics::overlap::__path_handler, Action::ViewReports, analytics::overlap::handler)
        .add(
            analytics::calculate_attribution::__path_handler,
            Action::CalculateAttribution,
            analytics::calculate_attribution::handler,
        )
        .add(
            analytics::compare_attribution::__path_handler,
            Action::CalculateAttribution,
            analytics::compare_attribution::handler,
        )
        .add(
            analytics::attribution_settings::show::__path_handler,
            Action::ViewAttribution,
            analytics::attribution_settings::show::handler,
        )
        .add(
            analytics::attribution_settings::save::__path_handler,
            Action::ManageAttribution,
            analytics::attribution_settings::save::handler,
        )
        .add(
            analytics::attribution_settings::history::__path_handler,
            Action::ViewAttribution,
            analytics::attribution_settings::history::handler,
        )
        .add(
            analytics::attribution_settings::what_if::__path_handler,
            Action::CalculateAttribution,
            analytics::attribution_settings::what_if::handler,
        )
        .add(
            analytics::campaign_audit::__path_handler,
            Action::ViewReports,
            analytics::campaign_audit::handler,
        )
        .add(
            marketing::channel_rules::show::__path_handler,
            Action::ViewSources,
            marketing::channel_rules::show::handler,
        )
        .add(
            marketing::channel_rules::save::__path_handler,
            Action::ManageAttribution,
            marketing::channel_rules::save::handler,
        )
        .add(
            marketing::channel_rules::history::__path_handler,
            Action::ViewSources,
            marketing::channel_rules::history::handler,
        )
        .add(
            marketing::channel_rules::test::__path_handler,
            Action::ViewSources,
            marketing::channel_rules::test::handler,
        )
        .add(jobs::show::__path_handler, Action::CalculateAttribution, jobs::show::handler)
        .add(
            analytics::reconciliation::__path_handler,
            Action::ViewAttribution,
            analytics::reconciliation::handler,
        )
        .add(
            analytics::completion::__path_handler,
            Action::ViewAttribution,
            analytics::completion::handler,
        )
        .add(
            analytics::stability::__path_handler,
            Action::ViewAttribution,
            analytics::stability::handler,
        )
        .add(identities::show::__path_handler, Action::ViewReports, identities::show::handler)
        .add(identities::merge::__path_handler, Action::ManageSources, identities::merge::handler)
        .add(identities::unmerge::__path_handler, Action::ManageSources, identities::unmerge::handler)
        .add(reports::query::__path_handler, Action::ViewReports, reports::query::handler)
        .add(reports::catalogue::__path_handler, Action::ViewReports, reports::catalogue::handler)
        .add(operations::healthz::__path_handler, Action::Public, operations::healthz::handler)
        .add(operations::readyz::__path_handler, Action::Public, operations::readyz::handler)
        .add(operations::metrics::__path_handler, metrics, operations::metrics::handler)
        .add(operations::openapi::__path_handler, Action::Public, operations::openapi::handler)
}
