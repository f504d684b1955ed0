//! The dimensions, and on which facts each exists (the bus matrix).

use serde::Serialize;

use super::fact::Fact;
use super::fact::Fact::{Conversions, Credits, Spend, Touches};

/// A way to break figures down or to filter them. `date` is not among them: it comes with the grain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Dimension {
    pub key: &'static str,
    pub label: &'static str,
    pub description: &'static str,
    /// Facts whose rows have it.
    pub facts: &'static [Fact],
    /// Columns that it yields, keys before names.
    pub columns: &'static [DimensionColumn],
    /// Why other facts do not have it, and what to ask instead.
    #[serde(skip)]
    pub missing: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct DimensionColumn {
    pub id: &'static str,
    pub label: &'static str,
    pub kind: DimensionKind,
    /// Column of the fact's rows; see [`crate::plan`] for the few that are computed.
    #[serde(skip)]
    pub(crate) source: &'static str,
    #[serde(skip)]
    pub(crate) part: Part,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DimensionKind {
    Text,
    Uuid,
}

/// What a column does in the grouping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Grouped by, and shown.
    Key,
    /// Grouped by, and not shown: keys of ads are unique within a source only.
    Hidden,
    /// Shown beside its key; of several names of one key, the last in alphabetical order.
    Name,
}

impl Dimension {
    pub fn is_on(&self, fact: Fact) -> bool {
        self.facts.contains(&fact)
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &'static DimensionColumn> {
        self.columns.iter().filter(|column| column.part != Part::Name)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &'static DimensionColumn> {
        self.columns.iter().filter(|column| column.part == Part::Name)
    }

    pub(crate) fn shown(&self) -> impl Iterator<Item = &'static DimensionColumn> {
        self.columns.iter().filter(|column| column.part != Part::Hidden)
    }
}

const fn text(id: &'static str, label: &'static str, source: &'static str, part: Part) -> DimensionColumn {
    DimensionColumn {
        id,
        label,
        kind: DimensionKind::Text,
        source,
        part,
    }
}

const fn uuid(id: &'static str, label: &'static str, source: &'static str) -> DimensionColumn {
    DimensionColumn {
        id,
        label,
        kind: DimensionKind::Uuid,
        source,
        part: Part::Key,
    }
}

const fn dimension(
    key: &'static str,
    label: &'static str,
    description: &'static str,
    facts: &'static [Fact],
    columns: &'static [DimensionColumn],
    missing: &'static str,
) -> Dimension {
    Dimension {
        key,
        label,
        description,
        facts,
        columns,
        missing,
    }
}

const MARKETING: &[Fact] = &[Spend, Touches, Credits];
const OF_TOUCH: &str = "it belongs to the touch, and an order has many: ask attributed revenue, attributed conversions or attributed CAC instead";
const OF_SALE: &str = "it belongs to the conversion: ask for figures of orders, conversions or credit";

pub(super) const ALL: &[Dimension] = &[
    dimension(
        "channel",
        "Channel",
        "Marketing channel; null for unattributed revenue.",
        MARKETING,
        &[text("channel", "Channel", "channel", Part::Key)],
        OF_TOUCH,
    ),
    dimension(
        "data_source",
        "Data source",
        "Source of the spend or the touch.",
        MARKETING,
        &[text("data_source", "Data source", "data_source", Part::Key)],
        "of an order it would be the shop; ask `conversion_source` for that",
    ),
    dimension(
        "account",
        "Account",
        "The ad account, shop or list at the source.",
        &[Spend, Touches],
        &[
            text("data_source", "Data source", "data_source", Part::Hidden),
            text("account", "Account", "account_id", Part::Key),
        ],
        "credits and orders do not carry it: ask `campaign` instead",
    ),
    dimension(
        "campaign",
        "Campaign",
        "Campaign: its id, and its name (of several names of one id, the last in alphabetical order).",
        MARKETING,
        &[
            uuid("campaign_id", "Campaign id", "campaign_id"),
            text("campaign", "Campaign", "campaign_name", Part::Name),
        ],
        OF_TOUCH,
    ),
    dimension(
        "ad_set",
        "Ad set",
        "Ad set or ad group: the source's key, and its name.",
        MARKETING,
        &[
            text("data_source", "Data source", "data_source", Part::Hidden),
            text("ad_set_key", "Ad set key", "ad_set_key", Part::Key),
            text("ad_set", "Ad set", "ad_set_name", Part::Name),
        ],
        OF_TOUCH,
    ),
    dimension(
        "ad",
        "Ad",
        "Ad: the source's key, and its name.",
        MARKETING,
        &[
            text("data_source", "Data source", "data_source", Part::Hidden),
            text("ad_key", "Ad key", "ad_key", Part::Key),
            text("ad", "Ad", "ad_name", Part::Name),
        ],
        OF_TOUCH,
    ),
    dimension(
        "asset",
        "Asset",
        "Creative asset: its id, and its name.",
        MARKETING,
        &[uuid("asset_id", "Asset id", "asset_id"), text("asset", "Asset", "asset_name", Part::Name)],
        OF_TOUCH,
    ),
    dimension(
        "country",
        "Country",
        "Country in which the ad was shown, the touch happened, or the order was placed.",
        &[Spend, Touches, Conversions, Credits],
        &[text("country", "Country", "country", Part::Key)],
        "",
    ),
    dimension(
        "device",
        "Device",
        "Device on which the ad was shown, the touch happened, or the order was placed.",
        &[Spend, Touches, Conversions, Credits],
        &[text("device", "Device", "device", Part::Key)],
        "",
    ),
    dimension(
        "interaction_type",
        "Interaction",
        "How the customer met the touch: click, view, visit …",
        &[Touches, Credits],
        &[text("interaction_type", "Interaction", "interaction_type", Part::Key)],
        "it belongs to the touch: ask touches, attributed revenue or attributed conversions instead",
    ),
    dimension(
        "conversion_type",
        "Conversion type",
        "`purchase`, or the goal's name.",
        &[Conversions, Credits],
        &[text("conversion_type", "Conversion type", "conversion_type", Part::Key)],
        OF_SALE,
    ),
    dimension(
        "conversion_source",
        "Conversion source",
        "Source that reported the order or conversion.",
        &[Conversions, Credits],
        &[text("conversion_source", "Conversion source", "conversion_source", Part::Key)],
        OF_SALE,
    ),
    dimension(
        "customer_type",
        "Customer type",
        "`new` for a customer's first conversion of its type, and the refund of it; `returning` for later ones.",
        &[Conversions, Credits],
        &[text("customer_type", "Customer type", "customer_type", Part::Key)],
        OF_SALE,
    ),
    dimension(
        "attribution_status",
        "Attribution",
        "`attributed` or `unattributed`: whether the conversion had an eligible touch.",
        &[Credits],
        &[text("attribution_status", "Attribution", "attribution_status", Part::Key)],
        "only credits have it: ask attributed revenue or attributed conversions instead",
    ),
    dimension(
        "settings_version",
        "Attribution settings",
        "Version of the organisation's attribution settings that the conversion is credited under.",
        &[Credits],
        &[text("settings_version", "Attribution settings", "settings_version", Part::Key)],
        "only credits have it: ask attributed revenue or attributed conversions instead",
    ),
];

/// The customer of a credit: not in the catalogue, since nobody reads a table of all customers.
pub(crate) static CUSTOMER: Dimension = Dimension {
    key: "customer",
    label: "Customer",
    description: "The customer.",
    facts: &[Credits],
    columns: &[DimensionColumn {
        id: "customer",
        label: "Customer",
        kind: DimensionKind::Uuid,
        source: "customer_id",
        part: Part::Hidden,
    }],
    missing: "",
};
