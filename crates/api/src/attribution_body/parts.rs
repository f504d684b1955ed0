//! The smaller parts of attribution settings.

use std::collections::BTreeMap;

use attribution::{Counted, CustomWeights, Direct, MilestoneNames, RevenueDefinition, WindowRule};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A window for some touches and conversions; what it does not name, it fits. Rules are read in order: the first that fits decides.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WindowRule)]
pub(crate) struct WindowRuleBody {
    channel: Option<String>,
    /// `click`, `view`, `engaged_view`, `open` …
    interaction: Option<String>,
    conversion_type: Option<String>,
    /// 0: such touches are never credited.
    window_seconds: i64,
}

/// Which of a customer's conversions of one type are counted.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Counted)]
pub(crate) enum CountedBody {
    Every,
    First,
    Last,
}

/// What a direct visit is worth.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Direct)]
pub(crate) enum DirectBody {
    /// Credited only where a journey has no touch of known origin.
    OnlyAlone,
    /// A touch like any other.
    Counts,
}

/// Stages or conversion types that are the milestones of W-shaped and full-path credit, by name.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MilestoneNames)]
pub(crate) struct MilestonesBody {
    lead: Vec<String>,
    opportunity: Vec<String>,
}

/// What counts as revenue of what the customer paid.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RevenueDefinition)]
pub(crate) struct RevenueBody {
    /// Tax counts.
    tax: bool,
    /// Shipping counts.
    shipping: bool,
    /// Discounts are deducted; if not, revenue is what the goods would have cost.
    discounts_deducted: bool,
    /// Refunds are deducted.
    refunds_deducted: bool,
}

/// Weight of a touch = its position's × its channel's × its interaction's × decay; what is not named has weight 1.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CustomWeights)]
pub(crate) struct CustomWeightsBody {
    first: Option<f64>,
    middle: Option<f64>,
    last: Option<f64>,
    /// Weight by channel name.
    #[serde(default)]
    channels: BTreeMap<String, f64>,
    /// Weight by interaction type.
    #[serde(default)]
    interactions: BTreeMap<String, f64>,
    /// Half-life of an additional decay.
    half_life_seconds: Option<i64>,
}

impl From<WindowRuleBody> for WindowRule {
    fn from(body: WindowRuleBody) -> Self {
        let WindowRuleBody {
            channel,
            interaction,
            conversion_type,
            window_seconds,
        } = body;
        Self {
            channel,
            interaction,
            conversion_type,
            window_seconds,
        }
    }
}

impl From<WindowRule> for WindowRuleBody {
    fn from(rule: WindowRule) -> Self {
        let WindowRule {
            channel,
            interaction,
            conversion_type,
            window_seconds,
        } = rule;
        Self {
            channel,
            interaction,
            conversion_type,
            window_seconds,
        }
    }
}

impl From<CountedBody> for Counted {
    fn from(body: CountedBody) -> Self {
        match body {
            CountedBody::Every => Self::Every,
            CountedBody::First => Self::First,
            CountedBody::Last => Self::Last,
        }
    }
}

impl From<Counted> for CountedBody {
    fn from(counted: Counted) -> Self {
        match counted {
            Counted::Every => Self::Every,
            Counted::First => Self::First,
            Counted::Last => Self::Last,
        }
    }
}

impl From<DirectBody> for Direct {
    fn from(body: DirectBody) -> Self {
        match body {
            DirectBody::OnlyAlone => Self::OnlyAlone,
            DirectBody::Counts => Self::Counts,
        }
    }
}

impl From<Direct> for DirectBody {
    fn from(direct: Direct) -> Self {
        match direct {
            Direct::OnlyAlone => Self::OnlyAlone,
            Direct::Counts => Self::Counts,
        }
    }
}

impl From<MilestonesBody> for MilestoneNames {
    fn from(MilestonesBody { lead, opportunity }: MilestonesBody) -> Self {
        Self { lead, opportunity }
    }
}

impl From<MilestoneNames> for MilestonesBody {
    fn from(MilestoneNames { lead, opportunity }: MilestoneNames) -> Self {
        Self { lead, opportunity }
    }
}

impl From<RevenueBody> for RevenueDefinition {
    fn from(body: RevenueBody) -> Self {
        let RevenueBody {
            tax,
            shipping,
            discounts_deducted,
            refunds_deducted,
        } = body;
        Self {
            tax,
            shipping,
            discounts_deducted,
            refunds_deducted,
        }
    }
}

impl From<RevenueDefinition> for RevenueBody {
    fn from(revenue: RevenueDefinition) -> Self {
        let RevenueDefinition {
            tax,
            shipping,
            discounts_deducted,
            refunds_deducted,
        } = revenue;
        Self {
            tax,
            shipping,
            discounts_deducted,
            refunds_deducted,
        }
    }
}

impl From<CustomWeightsBody> for CustomWeights {
    fn from(body: CustomWeightsBody) -> Self {
        Self {
            first: body.first.unwrap_or(1.0),
            middle: body.middle.unwrap_or(1.0),
            last: body.last.unwrap_or(1.0),
            channels: body.channels,
            interactions: body.interactions,
            half_life_seconds: body.half_life_seconds,
        }
    }
}

impl From<CustomWeights> for CustomWeightsBody {
    fn from(weights: CustomWeights) -> Self {
        let CustomWeights {
            first,
            middle,
            last,
            channels,
            interactions,
            half_life_seconds,
        } = weights;
        Self {
            first: Some(first),
            middle: Some(middle),
            last: Some(last),
            channels,
            interactions,
            half_life_seconds,
        }
    }
}
