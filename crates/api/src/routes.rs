//! Every route with its action. A new endpoint: a file under its area, a line here.

mod analytics;
mod identities;
mod integrations;
mod jobs;
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
        .add(analytics::customers::__path_handler, Action::ViewReports, analytics::customers::handler)
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
        .add(jobs::show::__path_handler, Action::CalculateAttribution, jobs::show::handler)
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
