//! What a row of the unified stream records, how somebody interacted, and which family of sources it came from.

macro_rules! text_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The text that is stored and shown in the API.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use text_enum;

text_enum!(
    /// What one row of `unified_marketing_data` records.
    RecordKind {
        /// Cost and results that a platform reports for a period; restated by replacing (source, account, level, day).
        Spend = "spend",
        /// One interaction of one customer: a touchpoint.
        Touch = "touch",
        /// A goal reached that is not a sale (lead, sign-up), with or without a value.
        Conversion = "conversion",
        /// A sale.
        Order = "order",
        /// Money given back for an order, as a positive amount in `refund`.
        Refund = "refund",
        /// A change of pipeline stage.
        Stage = "stage",
        /// A support ticket.
        Ticket = "ticket",
        /// A stock level.
        Stock = "stock",
        /// A use, approval or brand check of an asset.
        AssetEvent = "asset_event",
    }
);

impl RecordKind {
    /// Rows that belong to a customer's journey: kept sorted by customer and time, deduplicated by (source, row key).
    pub const fn is_journey(self) -> bool {
        match self {
            Self::Touch | Self::Conversion | Self::Order | Self::Refund | Self::Stage => true,
            Self::Spend | Self::Ticket | Self::Stock | Self::AssetEvent => false,
        }
    }
}

text_enum!(
    /// How a customer met the touch.
    InteractionType {
        Click = "click",
        View = "view",
        EngagedView = "engaged_view",
        Visit = "visit",
        Send = "send",
        Open = "open",
    }
);

text_enum!(
    /// The family of sources of the specification.
    SourceCategory {
        PlatformNative = "platform_native",
        ExternalMarketing = "external_marketing",
        ExternalRevenue = "external_revenue",
        ExternalOperational = "external_operational",
    }
);
