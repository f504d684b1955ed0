//! From the cells of one row to rows of the unified stream, as the mapping says. A row is accepted whole or refused whole.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use types::money::{FxRate, Money};
use types::tables::ColumnType;
use types::{
    AssetId, CampaignId, Currency, CustomerId, Derivation, FieldValue, Identifier, IdentifierKind, InteractionType, OrganizationId, RecordKind,
    RowId, SourceCategory, Text, UnifiedRow,
};

use crate::channels::{Channels, Evidence, Told};
use crate::field::Field;
use crate::instant::first_instant;
use crate::mapping::{Binding, CurrencyRule, From, Mapping, Otherwise, Part, Read, RecordMapping, RowKey, Target};
use crate::read::Cells;
use crate::refusal::{Fault, Refusal};
use derived::Derived;
use fx::FxTable;

mod derived;
pub(crate) mod fx;
pub(crate) mod identity;
pub(crate) mod number;
pub(crate) mod worth;

/// Longest row key and customer key, in bytes.
pub(crate) const KEY_BYTES_MAX: usize = 1024;

/// What all rows of an import share.
#[derive(Debug)]
pub(crate) struct Setting {
    pub(crate) organization_id: OrganizationId,
    pub(crate) source: Text,
    pub(crate) category: SourceCategory,
    pub(crate) fx: FxTable,
    pub(crate) channels: Channels,
    pub(crate) ingested_at: Timestamp,
}

/// Where a row stands, for row keys by line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub(crate) file_digest: &'a str,
    pub(crate) line: u64,
}

/// Makes rows. One a thread: it remembers what it derived.
#[derive(Debug)]
pub(crate) struct RowMaker {
    setting: Arc<Setting>,
    mapping: Arc<Mapping>,
    /// The keys of the row in hand, one a record.
    keys: Vec<String>,
    /// What was read out of addresses of the row in hand, one a record.
    told: Vec<Told>,
    /// What the customer of each of them is known by, as the column holds it.
    identifiers: Vec<String>,
    /// What the mapping does not read of the row in hand, as JSON; empty if there is nothing.
    rest: String,
    memory: Memory,
}

/// What was derived for earlier rows.
#[derive(Debug)]
struct Memory {
    row_ids: Derivation,
    customer_ids: Derivation,
    customers: Derived<CustomerId>,
    campaigns: Derived<CampaignId>,
    assets: Derived<AssetId>,
    /// Of the record in hand.
    identifiers: Vec<Identifier>,
    last_day: Option<(Date, TimeZone, Timestamp)>,
}

impl RowMaker {
    pub(crate) fn new(setting: Arc<Setting>, mapping: Arc<Mapping>) -> Self {
        Self {
            keys: vec![String::new(); mapping.records.len()],
            told: mapping.records.iter().map(|_| Told::default()).collect(),
            identifiers: vec![String::new(); mapping.records.len()],
            memory: Memory {
                row_ids: Derivation::of_rows(setting.organization_id, &setting.source),
                customer_ids: Derivation::of_customers(setting.organization_id),
                customers: Derived::default(),
                campaigns: Derived::default(),
                assets: Derived::default(),
                identifiers: Vec::new(),
                last_day: None,
            },
            setting,
            mapping,
            rest: String::new(),
        }
    }

    /// The records of a row: none if no record's condition holds. If one is refused, all are.
    pub(crate) fn make<'a>(&'a mut self, cells: &'a impl Cells, place: Place<'_>) -> Result<Vec<UnifiedRow<&'a str>>, Refusal> {
        let Self {
            setting,
            mapping,
            keys,
            told,
            identifiers,
            rest,
            memory,
        } = self;
        let (setting, mapping): (&Setting, &Mapping) = (setting, mapping);
        if mapping.keep_rest {
            rest.clear();
            cells.write_rest(rest);
        }
        let mut made = Vec::with_capacity(1);
        for (((record, key), told), identifiers) in mapping.records.iter().zip(keys).zip(told).zip(identifiers) {
            if !record.when.iter().all(|condition| condition.holds(cells.cell(condition.column))) {
                continue;
            }
            write_key(key, record, cells, place)?;
            // Made where it is to stay: a row is a kilobyte, too much to be moved about.
            made.push(UnifiedRow::with_id(
                RowId(memory.row_ids.derive(key)),
                setting.organization_id,
                &*setting.source,
                record.kind,
                key.as_str(),
            ));
            if let Some(row) = made.last_mut() {
                row.source_category = setting.category;
                row.ingested_at = setting.ingested_at;
                let draft = Draft {
                    setting,
                    mapping,
                    record,
                    identifiers,
                    rest,
                    told,
                    memory,
                };
                draft.fill_in(row, cells)?;
            }
        }
        Ok(made)
    }
}

impl RowMaker {
    /// A refused row as the quarantine may keep it: without the e-mail addresses and telephone numbers that would have been hashed. None
    /// where they cannot be found in it.
    pub(crate) fn without_secrets(&self, cells: Option<&impl Cells>, raw: &[u8]) -> Option<Vec<u8>> {
        let bindings = self.mapping.records.iter().flat_map(|record| &record.bindings);
        let is_secret = |binding: &&Binding| matches!(binding.target, Target::Field(Field::Email | Field::Phone));
        let columns: Vec<usize> = bindings
            .filter(is_secret)
            .filter_map(|binding| match binding.from {
                From::Column(column) => Some(column),
                From::Constant(_) => None,
            })
            .collect();
        if columns.is_empty() {
            return Some(raw.to_vec());
        }
        let cells = cells?;
        let mut raw = String::from_utf8(raw.to_vec()).ok()?;
        for text in columns.into_iter().filter_map(|column| cells.cell(column)) {
            if !raw.contains(text) {
                return None;
            }
            raw = raw.replace(text, identity::REMOVED);
        }
        Some(raw.into_bytes())
    }
}

/// A record in the making, with what it is made of.
struct Draft<'a, 'm> {
    setting: &'a Setting,
    mapping: &'a Mapping,
    record: &'a RecordMapping,
    identifiers: &'a mut String,
    rest: &'a str,
    told: &'a mut Told,
    memory: &'m mut Memory,
}

impl<'a> Draft<'a, '_> {
    fn fill_in(self, row: &mut UnifiedRow<&'a str>, cells: &'a impl Cells) -> Result<(), Refusal> {
        let Self {
            setting,
            mapping,
            record,
            identifiers,
            rest,
            told,
            memory,
        } = self;
        let mut click_id = None;
        memory.identifiers.clear();
        let mut amounts: [Option<(&Binding, &str)>; 4] = [None; 4];
        let mut amount_count = 0;
        let mut currency = None;
        let mut campaign_source = None;
        for binding in &record.bindings {
            let place = || source_column(mapping, binding);
            let Some(text) = value(binding, cells).map_err(|fault| fault.at(place()))? else {
                continue;
            };
            match (&binding.read, &binding.target) {
                (Read::Amount { .. }, Target::Field(_)) => {
                    amounts[amount_count] = Some((binding, text));
                    amount_count += 1;
                }
                (Read::Currency, _) => currency = Some(parse_currency(text).map_err(|fault| fault.at(place()))?),
                (_, Target::Field(Field::CampaignSource)) => campaign_source = Some(text),
                (_, Target::Field(field)) if field.is_click_id() => click_id = more_telling(click_id, (field.name(), text)),
                (_, Target::Field(field)) => memory.fill(row, *field, &binding.read, text).map_err(|fault| fault.at(place()))?,
                (_, Target::Custom { name, kind }) => {
                    let value = custom(*kind, &binding.read, text).map_err(|fault| fault.at(place()))?;
                    row.custom.push((name, value));
                }
            }
        }
        if record.has_evidence {
            let of_rule = tell_channel(row, click_id, &setting.channels, told);
            campaign_source = campaign_source.or(of_rule);
        }
        memory.identify_campaign(row, campaign_source);
        if !memory.identifiers.is_empty() {
            row.identifiers = identity::identify(row, &mut memory.identifiers).map(|column| {
                *identifiers = column;
                identifiers.as_str()
            });
        }
        if record.kind == RecordKind::Spend {
            memory
                .date_spend(row, record)
                .map_err(|(field, fault)| fault.at(column_of(mapping, record, field)))?;
        }
        require(row).map_err(|(field, fault)| fault.at(column_of(mapping, record, field)))?;
        if record.kind == RecordKind::Order && row.conversion_type.is_none() {
            row.conversion_type = Some("purchase");
        }
        if amount_count > 0 {
            let currency = match currency {
                Some(currency) => currency,
                None => mapping_currency(mapping, setting.fx.reporting(), cells)?,
            };
            let rate = setting.fx.rate_for(row, currency).map_err(Refusal::from)?;
            for (binding, text) in amounts.into_iter().flatten() {
                price(row, binding, text, currency, rate, &setting.fx).map_err(|fault| fault.at(source_column(mapping, binding)))?;
            }
        }
        require_worth(row).map_err(|(field, fault)| fault.at(column_of(mapping, record, field)))?;
        if mapping.keep_rest && row.data_payload.is_none() {
            row.data_payload = (!rest.is_empty()).then_some(rest);
        }
        Ok(())
    }
}

/// Of two click ids the one that says more about where the click came from.
fn more_telling<'a>(one: Option<(&'static str, &'a str)>, other: (&'static str, &'a str)) -> Option<(&'static str, &'a str)> {
    let rank = |kind: &str| journeys::channel::CLICK_IDS.iter().position(|known| *known == kind);
    match one {
        Some(one) if rank(one.0) <= rank(other.0) => Some(one),
        Some(_) | None => Some(other),
    }
}

/// Fills what the address of a touch says, and gives the touch a channel if it has none; the key of the channel's source, if there is one
/// and the campaign is known from the address only.
fn tell_channel<'a>(
    row: &mut UnifiedRow<&'a str>,
    click_id: Option<(&'static str, &'a str)>,
    channels: &'a Channels,
    told: &'a mut Told,
) -> Option<&'a str> {
    let evidence = Evidence {
        data_source: row.data_source,
        has_channel: row.channel.is_some(),
        utm: [row.utm_source, row.utm_medium, row.utm_campaign, row.utm_content, row.utm_term],
        click_id: row.click_id,
        click_id_parts: click_id,
        referrer: row.referrer,
        landing_page: row.landing_page,
    };
    channels.tell(&evidence, told);
    let told: &'a Told = told;
    let text = |text: &'a Option<String>| text.as_deref();
    row.utm_source = row.utm_source.or(text(&told.utm[0]));
    row.utm_medium = row.utm_medium.or(text(&told.utm[1]));
    row.utm_campaign = row.utm_campaign.or(text(&told.utm[2]));
    row.utm_content = row.utm_content.or(text(&told.utm[3]));
    row.utm_term = row.utm_term.or(text(&told.utm[4]));
    row.click_id = row.click_id.or(text(&told.click_id));
    if let Some(place) = told.decision {
        let given = channels.given(place);
        row.channel = Some(given.channel);
        row.channel_rule = given.rule;
    }
    if row.campaign_key.is_some() || row.campaign_name.is_some() {
        return None;
    }
    row.campaign_key = text(&told.campaign_key);
    row.campaign_name = row.utm_campaign.filter(|_| row.campaign_key.is_none());
    told.source_place.and_then(|place| channels.source(place))
}

fn write_key(key: &mut String, record: &RecordMapping, cells: &impl Cells, place: Place<'_>) -> Result<(), Fault> {
    key.clear();
    match &record.row_key {
        RowKey::Line => {
            key.push_str(place.file_digest);
            key.push(':');
            key.push_str(&place.line.to_string());
        }
        RowKey::Template(parts) => {
            let mut is_empty = true;
            for part in parts {
                match part {
                    Part::Text(text) => key.push_str(text),
                    Part::Column(column) => {
                        let text = cells.cell(*column).unwrap_or_default();
                        is_empty &= text.is_empty();
                        key.push_str(text);
                    }
                }
            }
            if is_empty {
                return Err(Fault::new(
                    "empty_key",
                    "every column of the row key is empty: fill one of them, or use `row_key: line`",
                ));
            }
        }
    }
    key.push_str(record.key_suffix);
    if key.len() > KEY_BYTES_MAX {
        return Err(Fault::new(
            "key_too_long",
            format!("the row key is longer than {KEY_BYTES_MAX} bytes: make it of fewer columns"),
        ));
    }
    Ok(())
}

impl Memory {
    /// Sets one field. Amounts and the currency are set later, together.
    fn fill<'a>(&mut self, row: &mut UnifiedRow<&'a str>, field: Field, read: &Read, text: &'a str) -> Result<(), Fault> {
        let organization = row.organization_id;
        match field {
            Field::RecordedAt => row.recorded_at = read_instant(read, text)?,
            Field::CivilDate => row.civil_date = Some(read_date(read, text)?),
            Field::Sequence => row.sequence = types::digest::sequence(row.record_kind, Some(read_count(read, text)?), row),
            Field::IsFinal => row.is_final = number::parse_bool(text)?,
            Field::CustomerKey => {
                if text.len() > KEY_BYTES_MAX {
                    return Err(Fault::new(
                        "key_too_long",
                        format!("the customer's key is longer than {KEY_BYTES_MAX} bytes: is this the right column?"),
                    ));
                }
                row.customer_key = Some(text);
                row.customer_id = Some(self.customers.get(text, |text| CustomerId(self.customer_ids.derive(text))));
            }
            Field::AssetKey => row.asset_id = Some(self.assets.get(text, |text| AssetId::derive(organization, text))),
            Field::InteractionType => {
                row.interaction_type =
                    Some(InteractionType::parse(text).ok_or_else(|| unknown_value(text, InteractionType::ALL.iter().map(|known| known.as_str())))?);
            }
            Field::AccountZone => {
                types::date_range::parse_zone(text).map_err(|error| Fault::new("unknown_zone", error.to_string()))?;
                row.account_zone = Some(text);
            }
            Field::Level => row.level = Some(one_of(read, text)?),
            Field::Grain => row.grain = Some(one_of(read, text)?),
            Field::AttributionData => row.attribution_data = Some(read_json(text)?),
            Field::DataPayload => row.data_payload = Some(read_json(text)?),
            Field::Channel => row.channel = Some(text),
            Field::ConversionType => row.conversion_type = Some(text),
            Field::OrderId => row.order_id = Some(text),
            Field::Stage => row.stage = Some(text),
            Field::CampaignKey => row.campaign_key = Some(text),
            Field::CampaignName => row.campaign_name = Some(text),
            Field::AdSetKey => row.ad_set_key = Some(text),
            Field::AdSetName => row.ad_set_name = Some(text),
            Field::AdKey => row.ad_key = Some(text),
            Field::AdName => row.ad_name = Some(text),
            Field::AssetName => row.asset_name = Some(text),
            Field::AccountId => row.account_id = Some(text),
            Field::AttributionSetting => row.attribution_setting = Some(text),
            Field::Country => row.country = Some(text),
            Field::Device => row.device = Some(text),
            Field::PlatformConversions => row.platform_conversions = Some(read_decimal(read, text)?),
            Field::Impressions => row.impressions = Some(read_count(read, text)?),
            Field::Clicks => row.clicks = Some(read_count(read, text)?),
            Field::Reach => row.reach = Some(read_count(read, text)?),
            Field::VideoViews => row.video_views = Some(read_count(read, text)?),
            Field::Sends => row.sends = Some(read_count(read, text)?),
            Field::Opens => row.opens = Some(read_count(read, text)?),
            Field::UtmSource => row.utm_source = Some(text),
            Field::UtmMedium => row.utm_medium = Some(text),
            Field::UtmCampaign => row.utm_campaign = Some(text),
            Field::UtmContent => row.utm_content = Some(text),
            Field::UtmTerm => row.utm_term = Some(text),
            Field::Referrer => row.referrer = Some(text),
            Field::LandingPage => row.landing_page = Some(text),
            Field::Gclid | Field::Gbraid | Field::Wbraid | Field::Msclkid | Field::Ttclid | Field::LiFatId | Field::Fbclid => {}
            Field::AnonymousId => self.known_by(IdentifierKind::Anonymous, text)?,
            Field::Email => self.known_by(IdentifierKind::Email, text)?,
            Field::EmailSha256 => self.known_by_hash(IdentifierKind::Email, text)?,
            Field::Phone => self.known_by(IdentifierKind::Phone, text)?,
            Field::PhoneSha256 => self.known_by_hash(IdentifierKind::Phone, text)?,
            Field::CrmId => self.known_by(IdentifierKind::Crm, text)?,
            Field::ClickId => {
                row.click_id = Some(text);
                self.known_by(IdentifierKind::Click, text)?;
            }
            Field::DeviceId => self.known_by(IdentifierKind::Device, text)?,
            Field::HouseholdId => self.known_by(IdentifierKind::Household, text)?,
            Field::LinkingOrderId => self.known_by(IdentifierKind::Order, text)?,
            Field::CampaignSource | Field::Currency | Field::Revenue | Field::Refund | Field::Spend | Field::PlatformRevenue => {}
            Field::Tax | Field::Shipping | Field::Discount => {}
        }
        Ok(())
    }

    fn known_by(&mut self, kind: IdentifierKind, text: &str) -> Result<(), Fault> {
        self.identifiers
            .push(Identifier::new(kind, text).map_err(|error| identity::fault(kind, error))?);
        Ok(())
    }

    fn known_by_hash(&mut self, kind: IdentifierKind, text: &str) -> Result<(), Fault> {
        self.identifiers
            .push(Identifier::hashed(kind, text).map_err(|error| identity::fault(kind, error))?);
        Ok(())
    }

    /// A campaign is known by its key, or by its name where the source has no key.
    fn identify_campaign(&mut self, row: &mut UnifiedRow<&str>, campaign_source: Option<&str>) {
        let Some(key) = row.campaign_key.or(row.campaign_name) else { return };
        let (organization, source) = (row.organization_id, row.data_source);
        row.campaign_id = Some(match campaign_source {
            // Rare enough that the source is not part of what is remembered.
            Some(source) => CampaignId::derive(organization, source, key),
            None => self.campaigns.get(key, |key| CampaignId::derive(organization, source, key)),
        });
    }

    /// A platform's daily row stands at the first instant of its day in the account's zone.
    fn date_spend<'a>(&mut self, row: &mut UnifiedRow<&'a str>, record: &'a RecordMapping) -> Result<(), (Field, Fault)> {
        let Some(date) = row.civil_date else {
            return Err((Field::CivilDate, missing("the day")));
        };
        let zone = match row.account_zone {
            Some(name) => types::date_range::parse_zone(name).map_err(|error| (Field::AccountZone, Fault::new("unknown_zone", error.to_string())))?,
            None => record.zone.clone().ok_or_else(|| (Field::AccountZone, missing("the account's zone")))?,
        };
        row.recorded_at = match &self.last_day {
            Some((last, last_zone, instant)) if *last == date && *last_zone == zone => *instant,
            Some(_) | None => first_instant(date, &zone).map_err(|fault| (Field::CivilDate, fault))?,
        };
        if row.account_zone.is_none() {
            row.account_zone = record.zone.as_ref().and_then(TimeZone::iana_name);
        }
        self.last_day = Some((date, zone, row.recorded_at));
        if row.grain.is_none() {
            row.grain = Some("day");
        }
        Ok(())
    }
}

/// The value of a registered field.
fn custom<'a>(kind: ColumnType, read: &Read, text: &'a str) -> Result<FieldValue<&'a str>, Fault> {
    Ok(match kind {
        ColumnType::Integer => FieldValue::Integer(read_count(read, text)?),
        ColumnType::Float => FieldValue::Float(match read {
            Read::Float { decimal_comma } => number::parse_float(text, *decimal_comma)?,
            _ => number::parse_float(text, false)?,
        }),
        ColumnType::Decimal | ColumnType::Rate => FieldValue::Decimal(read_decimal(read, text)?),
        ColumnType::Bool => FieldValue::Bool(number::parse_bool(text)?),
        ColumnType::Date => FieldValue::Date(read_date(read, text)?),
        ColumnType::Instant => FieldValue::Instant(read_instant(read, text)?),
        ColumnType::Text | ColumnType::Json | ColumnType::Uuid => FieldValue::Text(text),
    })
}

/// The text of a binding in this row: the cell through the value map, or what stands in for it.
fn value<'a>(binding: &'a Binding, cells: &'a impl Cells) -> Result<Option<&'a str>, Fault> {
    let text = match &binding.from {
        From::Constant(text) => Some(text.as_str()),
        From::Column(column) => cells.cell(*column),
    };
    let mapped = match text {
        Some(text) if !binding.values.is_empty() => match (binding.values.get(text), binding.otherwise) {
            (Some(mapped), _) => Some(mapped.as_str()),
            (None, Otherwise::Keep) => Some(text),
            (None, Otherwise::Empty) => None,
            (None, Otherwise::Refuse) => return Err(unknown_value(text, binding.values.keys().map(String::as_str))),
        },
        text => text,
    };
    Ok(mapped.filter(|text| !text.is_empty()).or(binding.default.as_deref()))
}

/// The file's column that a binding reads, for messages.
fn source_column(mapping: &Mapping, binding: &Binding) -> String {
    match &binding.from {
        From::Column(column) => mapping.columns[*column].clone(),
        From::Constant(_) => binding.target.name().to_owned(),
    }
}

fn column_of(mapping: &Mapping, record: &RecordMapping, field: Field) -> String {
    let binding = record.bindings.iter().find(|binding| binding.target == Target::Field(field));
    binding.map_or_else(|| field.name().to_owned(), |binding| source_column(mapping, binding))
}

/// What a record of this kind cannot be without.
pub(crate) fn require<T>(row: &UnifiedRow<T>) -> Result<(), (Field, Fault)> {
    let is_epoch = row.recorded_at == Timestamp::UNIX_EPOCH;
    if is_epoch && row.record_kind != RecordKind::Spend {
        return Err((Field::RecordedAt, missing("the instant")));
    }
    if row.record_kind.is_journey() && row.customer_id.is_none() {
        return Err((
            Field::CustomerKey,
            Fault::new(
                "empty_customer",
                "the customer is empty: every touch and sale belongs to one; fill it, map an identifier such as `anonymous_id` or `email`, or \
                 leave such rows out with `when`",
            ),
        ));
    }
    let need = |is_there: bool, field: Field, what: &str| if is_there { Ok(()) } else { Err((field, missing(what))) };
    match row.record_kind {
        RecordKind::Touch => need(row.channel.is_some(), Field::Channel, "the channel"),
        RecordKind::Conversion => need(row.conversion_type.is_some(), Field::ConversionType, "the goal"),
        RecordKind::Refund => need(row.order_id.is_some(), Field::OrderId, "the order that the refund belongs to"),
        RecordKind::Stage => need(row.stage.is_some(), Field::Stage, "the stage"),
        RecordKind::Spend => {
            need(row.account_id.is_some(), Field::AccountId, "the ad account")?;
            need(row.level.is_some(), Field::Level, "the level")
        }
        RecordKind::Order | RecordKind::Ticket | RecordKind::Stock | RecordKind::AssetEvent => Ok(()),
    }
}

/// The amount that a record of this kind cannot be without.
fn require_worth<T>(row: &UnifiedRow<T>) -> Result<(), (Field, Fault)> {
    match row.record_kind {
        RecordKind::Order if row.revenue.is_none() => Err((Field::Revenue, missing("the order's value"))),
        RecordKind::Refund if row.refund.is_none() => Err((Field::Refund, missing("the amount given back"))),
        RecordKind::Spend if row.spend.is_none() => Err((Field::Spend, missing("the cost"))),
        _ => Ok(()),
    }
}

fn missing(what: &str) -> Fault {
    Fault::new("missing_value", format!("{what} is empty: fill it, or give the mapping a `default`"))
}

fn mapping_currency(mapping: &Mapping, reporting: Currency, cells: &impl Cells) -> Result<Currency, Refusal> {
    match &mapping.currency {
        Some(CurrencyRule::Constant(currency)) => Ok(*currency),
        Some(CurrencyRule::Reporting) => Ok(reporting),
        Some(CurrencyRule::Column(column)) => match cells.cell(*column) {
            Some(text) => parse_currency(text).map_err(|fault| fault.at(mapping.columns[*column].as_str())),
            None => Err(missing("the currency").at(mapping.columns[*column].as_str())),
        },
        None => Err(missing("the currency").at(Field::Currency.name())),
    }
}

pub(crate) fn parse_currency(text: &str) -> Result<Currency, Fault> {
    Currency::parse(text).map_err(|error| Fault::new("unknown_currency", error.to_string()))
}

/// Sets an amount and its twin in the reporting currency.
fn price<T>(row: &mut UnifiedRow<T>, binding: &Binding, text: &str, currency: Currency, rate: FxRate, fx: &FxTable) -> Result<(), Fault> {
    let Read::Amount { decimal_comma, negate } = binding.read else {
        return Ok(());
    };
    let mut money = number::parse_money(text, decimal_comma, currency)?;
    if negate {
        money = Money {
            micros: -money.micros,
            currency,
        };
    }
    match &binding.target {
        Target::Field(Field::Revenue) => worth::set_revenue(row, money, rate, fx.reporting()),
        Target::Field(Field::Refund) => worth::set_refund(row, money, rate, fx.reporting()),
        Target::Field(Field::Tax) => worth::set_part(row, money, rate, fx.reporting(), |row| (&mut row.tax, &mut row.tax_reporting)),
        Target::Field(Field::Shipping) => worth::set_part(row, money, rate, fx.reporting(), |row| (&mut row.shipping, &mut row.shipping_reporting)),
        Target::Field(Field::Discount) => worth::set_part(row, money, rate, fx.reporting(), |row| (&mut row.discount, &mut row.discount_reporting)),
        Target::Field(Field::Spend) => worth::set_spend(row, money, rate, fx.reporting()),
        Target::Field(Field::PlatformRevenue) => {
            row.platform_revenue = Some(money.micros);
            row.currency = Some(currency);
            row.fx_rate = Some(rate);
            Ok(())
        }
        Target::Field(_) | Target::Custom { .. } => Ok(()),
    }
}

fn unknown_value<'a>(text: &str, known: impl IntoIterator<Item = &'a str>) -> Fault {
    let known: Vec<&str> = known.into_iter().take(20).collect();
    let suggestion = crate::suggest::did_you_mean(text, known.iter().copied());
    Fault::new(
        "unknown_value",
        format!(
            "`{text}` is not one of {}{suggestion}: mend it, or add it to the mapping's `values`",
            known.join(", ")
        ),
    )
}

fn one_of<'a>(read: &Read, text: &'a str) -> Result<&'a str, Fault> {
    match read {
        Read::OneOf(known) if !known.contains(&text) => Err(unknown_value(text, known.iter().copied())),
        _ => Ok(text),
    }
}

fn read_instant(read: &Read, text: &str) -> Result<Timestamp, Fault> {
    match read {
        Read::Instant(format) => format.parse(text),
        _ => crate::instant::InstantFormat::Rfc3339.parse(text),
    }
}

fn read_date(read: &Read, text: &str) -> Result<Date, Fault> {
    match read {
        Read::Date(format) => format.parse(text),
        _ => crate::instant::DateFormat::Iso.parse(text),
    }
}

fn read_count(read: &Read, text: &str) -> Result<i64, Fault> {
    match read {
        Read::Integer { is_count, decimal_comma } => number::parse_integer(text, *is_count, *decimal_comma),
        _ => number::parse_integer(text, false, false),
    }
}

fn read_decimal(read: &Read, text: &str) -> Result<i64, Fault> {
    match read {
        Read::Decimal { decimal_comma, negate } => number::parse_micros(text, *decimal_comma).map(|micros| if *negate { -micros } else { micros }),
        _ => number::parse_micros(text, false),
    }
}

fn read_json(text: &str) -> Result<&str, Fault> {
    match serde_json::from_str::<serde::de::IgnoredAny>(text) {
        Ok(_) => Ok(text),
        Err(error) => Err(Fault::new(
            "bad_json",
            format!("the value is not JSON ({error}): mend it, or leave the column to `keep_rest`"),
        )),
    }
}

#[cfg(test)]
mod tests;
