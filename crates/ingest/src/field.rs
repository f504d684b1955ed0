//! The fields of the unified row that a mapping may fill.

/// What kind of text a field is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldKind {
    Text,
    Instant,
    Date,
    /// A whole number, zero or more.
    Count,
    /// Money in the record's currency.
    Amount,
    /// An exact decimal that is not money.
    Decimal,
    Bool,
    /// JSON text.
    Json,
    Currency,
    Zone,
    Interaction,
    Level,
    Grain,
}

macro_rules! fields {
    ($($variant:ident = $name:literal: $kind:ident),+ $(,)?) => {
        /// A field by the name that mappings use. Most are columns of `unified_marketing_data`; `asset_key`, `campaign_source` are keys
        /// from which an id column is derived, `gclid` and its like become the column `click_id`, `email` and `phone` are hashed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum Field { $($variant),+ }

        impl Field {
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant),+];

            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            pub(crate) const fn kind(self) -> FieldKind {
                match self { $(Self::$variant => FieldKind::$kind),+ }
            }

            pub(crate) fn parse(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

fields! {
    RecordedAt = "recorded_at": Instant,
    CivilDate = "civil_date": Date,
    Sequence = "sequence": Count,
    IsFinal = "is_final": Bool,
    CustomerKey = "customer_key": Text,
    Channel = "channel": Text,
    InteractionType = "interaction_type": Interaction,
    ConversionType = "conversion_type": Text,
    OrderId = "order_id": Text,
    Stage = "stage": Text,
    CampaignKey = "campaign_key": Text,
    CampaignName = "campaign_name": Text,
    CampaignSource = "campaign_source": Text,
    AdSetKey = "ad_set_key": Text,
    AdSetName = "ad_set_name": Text,
    AdKey = "ad_key": Text,
    AdName = "ad_name": Text,
    AssetKey = "asset_key": Text,
    AssetName = "asset_name": Text,
    AccountId = "account_id": Text,
    AccountZone = "account_zone": Zone,
    Level = "level": Level,
    Grain = "grain": Grain,
    AttributionSetting = "attribution_setting": Text,
    AttributionData = "attribution_data": Json,
    DataPayload = "data_payload": Json,
    Country = "country": Text,
    Device = "device": Text,
    Currency = "currency": Currency,
    Revenue = "revenue": Amount,
    Refund = "refund": Amount,
    Tax = "tax": Amount,
    Shipping = "shipping": Amount,
    Discount = "discount": Amount,
    Spend = "spend": Amount,
    PlatformRevenue = "platform_revenue": Amount,
    PlatformConversions = "platform_conversions": Decimal,
    Impressions = "impressions": Count,
    Clicks = "clicks": Count,
    Reach = "reach": Count,
    VideoViews = "video_views": Count,
    Sends = "sends": Count,
    Opens = "opens": Count,
    UtmSource = "utm_source": Text,
    UtmMedium = "utm_medium": Text,
    UtmCampaign = "utm_campaign": Text,
    UtmContent = "utm_content": Text,
    UtmTerm = "utm_term": Text,
    Referrer = "referrer": Text,
    LandingPage = "landing_page": Text,
    ClickId = "click_id": Text,
    Gclid = "gclid": Text,
    Gbraid = "gbraid": Text,
    Wbraid = "wbraid": Text,
    Msclkid = "msclkid": Text,
    Ttclid = "ttclid": Text,
    LiFatId = "li_fat_id": Text,
    Fbclid = "fbclid": Text,
    AnonymousId = "anonymous_id": Text,
    Email = "email": Text,
    EmailSha256 = "email_sha256": Text,
    Phone = "phone": Text,
    PhoneSha256 = "phone_sha256": Text,
    CrmId = "crm_id": Text,
    DeviceId = "device_id": Text,
    HouseholdId = "household_id": Text,
    LinkingOrderId = "linking_order_id": Text,
}

/// Values of the `level` column.
pub(crate) const LEVELS: &[&str] = &["account", "campaign", "ad_set", "ad"];
/// Values of the `grain` column.
pub(crate) const GRAINS: &[&str] = &["instant", "15min", "hour", "day"];

/// What tells a touch's channel where the mapping does not name it.
pub(crate) const EVIDENCE: &[Field] = &[
    Field::UtmSource,
    Field::UtmMedium,
    Field::Referrer,
    Field::LandingPage,
    Field::ClickId,
    Field::Gclid,
    Field::Gbraid,
    Field::Wbraid,
    Field::Msclkid,
    Field::Ttclid,
    Field::LiFatId,
    Field::Fbclid,
];

impl Field {
    /// Whether the field holds the value of one kind of click id; the kind is its name.
    pub(crate) const fn is_click_id(self) -> bool {
        matches!(
            self,
            Self::Gclid | Self::Gbraid | Self::Wbraid | Self::Msclkid | Self::Ttclid | Self::LiFatId | Self::Fbclid
        )
    }
}
