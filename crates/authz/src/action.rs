//! What can be done: one action for every kind of operation; every route is registered with one.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Reachable without signing in: health, sign-in itself, the OpenAPI document, the web app's files.
    Public,
    /// Anything that every signed-in person may do: see one's own session, sign out.
    OwnSession,
    /// See which sources are connected and how fresh they are.
    ViewSources,
    /// Connect, change, sync or remove sources; upload files.
    ManageSources,
    /// Send events with a write key.
    IngestEvents,
    /// Ask for figures: reports, campaign and asset performance, journeys.
    ViewReports,
    /// See the result of an attribution calculation with existing models and settings.
    ViewAttribution,
    /// Ask for a calculation with any window and model.
    CalculateAttribution,
    /// Change the organisation's attribution settings.
    ManageAttribution,
    /// See the metric catalogue.
    ViewMetrics,
    /// See the server's own measurements.
    ViewServerMetrics,
}

impl Action {
    pub const ALL: [Self; 11] = [
        Self::Public,
        Self::OwnSession,
        Self::ViewSources,
        Self::ManageSources,
        Self::IngestEvents,
        Self::ViewReports,
        Self::ViewAttribution,
        Self::CalculateAttribution,
        Self::ManageAttribution,
        Self::ViewMetrics,
        Self::ViewServerMetrics,
    ];
}
