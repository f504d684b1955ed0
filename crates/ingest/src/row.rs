//! From the cells of one row to rows of the unified stream, as the mapping says. A row is accepted whole or refused whole.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use types::money::{FxRate, Money};
use types::tables::ColumnType;
use types::{AssetId, CampaignId, Currency, CustomerId, FieldValue, InteractionType, OrganizationId, RecordKind, SourceCategory, Text, UnifiedRow};

use crate::field::Field;
use crate::instant::first_instant;
use crate::mapping::{Binding, CurrencyRule, From, Mapping, Otherwise, Part, Read, RecordMapping, RowKey, Target};
use crate::read::Cells;
use crate::refusal::{Fault, Refusal};
use fx::FxTable;
use intern::Interner;

pub(crate) mod fx;
mod intern;
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
    pub(crate) ingested_at: Timestamp,
}

/// Where a row stands, for row keys by line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub(crate) file_digest: &'a str,
    pub(crate) line: u64,
}

/// Makes rows. One a thread: it keeps the texts that repeat.
#[derive(Debug)]
pub(crate) struct RowMaker {
    setting: Arc<Setting>,
    mapping: Arc<Mapping>,
    /// One a record and binding.
    texts: Vec<Vec<Interner<[u8; 16]>>>,
    campaigns: Interner<[u8; 16]>,
    purchase: Text,
    day: Text,
    key: String,
    last_day: Option<(Date, TimeZone, Timestamp)>,
}

impl RowMaker {
    pub(crate) fn new(setting: Arc<Setting>, mapping: Arc<Mapping>) -> Self {
        let texts = mapping
            .records
            .iter()
            .map(|record| record.bindings.iter().map(|_| Interner::default()).collect())
            .collect();
        Self {
            setting,
            mapping,
            texts,
            campaigns: Interner::default(),
            purchase: "purchase".into(),
            day: "day".into(),
            key: String::new(),
            last_day: None,
        }
    }

    /// Appends the records of a row to `out` and says how many there are: none if no record's condition holds. If one is refused, none is
    /// appended.
    pub(crate) fn make(&mut self, cells: &impl Cells, place: Place<'_>, out: &mut Vec<UnifiedRow>) -> Result<usize, Refusal> {
        let mapping = Arc::clone(&self.mapping);
        let before = out.len();
        for (index, record) in mapping.records.iter().enumerate() {
            if record.when.iter().all(|condition| condition.holds(cells.cell(condition.column)))
                && let Err(refusal) = self.make_record(&mapping, index, record, cells, place, out)
            {
                out.truncate(before);
                return Err(refusal);
            }
        }
        Ok(out.len() - before)
    }

    /// Appends one record; also when it is refused, for then the caller takes it off again.
    fn make_record(
        &mut self,
        mapping: &Mapping,
        index: usize,
        record: &RecordMapping,
        cells: &impl Cells,
        place: Place<'_>,
        out: &mut Vec<UnifiedRow>,
    ) -> Result<(), Refusal> {
        let setting = Arc::clone(&self.setting);
        self.write_key(record, cells, place)?;
        let key: Text = self.key.as_str().into();
        // Made where it is to stay: a row is a kilobyte, too much to be moved about.
        let at = out.len();
        out.push(UnifiedRow::new(
            setting.organization_id,
            Arc::clone(&setting.source),
            setting.category,
            record.kind,
            key,
            Timestamp::UNIX_EPOCH,
            setting.ingested_at,
        ));
        let row = &mut out[at];
        let mut amounts: [Option<(&Binding, &str)>; 4] = [None; 4];
        let mut amount_count = 0;
        let mut currency = None;
        let mut campaign_source = None;
        for (slot, binding) in record.bindings.iter().enumerate() {
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
                (_, Target::Field(field)) => self.fill(row, *field, index, slot, binding, text).map_err(|fault| fault.at(place()))?,
                (_, Target::Custom { name, kind }) => {
                    let value = self.custom(*kind, index, slot, binding, text).map_err(|fault| fault.at(place()))?;
                    row.custom.push((name.as_str().into(), value));
                }
            }
        }
        self.identify_campaign(row, campaign_source);
        if record.kind == RecordKind::Spend {
            self.date_spend(row, record)
                .map_err(|(field, fault)| fault.at(column_of(mapping, record, field)))?;
        }
        require(row).map_err(|(field, fault)| fault.at(column_of(mapping, record, field)))?;
        if record.kind == RecordKind::Order && row.conversion_type.is_none() {
            row.conversion_type = Some(Arc::clone(&self.purchase));
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
            let mut rest = String::new();
            cells.write_rest(&mut rest);
            row.data_payload = (!rest.is_empty()).then(|| rest.into());
        }
        Ok(())
    }

    fn write_key(&mut self, record: &RecordMapping, cells: &impl Cells, place: Place<'_>) -> Result<(), Fault> {
        self.key.clear();
        match &record.row_key {
            RowKey::Line => {
                self.key.push_str(place.file_digest);
                self.key.push(':');
                self.key.push_str(&place.line.to_string());
            }
            RowKey::Template(parts) => {
                let mut is_empty = true;
                for part in parts {
                    match part {
                        Part::Text(text) => self.key.push_str(text),
                        Part::Column(column) => {
                            let text = cells.cell(*column).unwrap_or_default();
                            is_empty &= text.is_empty();
                            self.key.push_str(text);
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
        self.key.push_str(record.key_suffix);
        if self.key.len() > KEY_BYTES_MAX {
            return Err(Fault::new(
                "key_too_long",
                format!("the row key is longer than {KEY_BYTES_MAX} bytes: make it of fewer columns"),
            ));
        }
        Ok(())
    }

    /// Sets one field. Amounts and the currency are set later, together.
    fn fill(&mut self, row: &mut UnifiedRow, field: Field, index: usize, slot: usize, binding: &Binding, text: &str) -> Result<(), Fault> {
        let organization = self.setting.organization_id;
        let interner = &mut self.texts[index][slot];
        let mut shared = |text: &str| interner.get(text, |_| [0; 16]).0;
        match field {
            Field::RecordedAt => row.recorded_at = read_instant(&binding.read, text)?,
            Field::CivilDate => row.civil_date = Some(read_date(&binding.read, text)?),
            Field::Sequence => row.sequence = types::digest::sequence(row.record_kind, Some(read_count(&binding.read, text)?), row),
            Field::IsFinal => row.is_final = number::parse_bool(text)?,
            Field::CustomerKey => {
                if text.len() > KEY_BYTES_MAX {
                    return Err(Fault::new(
                        "key_too_long",
                        format!("the customer's key is longer than {KEY_BYTES_MAX} bytes: is this the right column?"),
                    ));
                }
                let (key, id) = interner.get(text, |text| *CustomerId::derive(organization, text).as_bytes());
                row.customer_key = Some(key);
                row.customer_id = Some(CustomerId::from_bytes(id));
            }
            Field::AssetKey => {
                row.asset_id = Some(AssetId::from_bytes(
                    interner.get(text, |text| *AssetId::derive(organization, text).as_bytes()).1,
                ))
            }
            Field::InteractionType => {
                row.interaction_type =
                    Some(InteractionType::parse(text).ok_or_else(|| unknown_value(text, InteractionType::ALL.iter().map(|known| known.as_str())))?);
            }
            Field::AccountZone => {
                types::date_range::parse_zone(text).map_err(|error| Fault::new("unknown_zone", error.to_string()))?;
                row.account_zone = Some(shared(text));
            }
            Field::Level => row.level = Some(shared(one_of(&binding.read, text)?)),
            Field::Grain => row.grain = Some(shared(one_of(&binding.read, text)?)),
            Field::AttributionData => row.attribution_data = Some(read_json(text)?),
            Field::DataPayload => row.data_payload = Some(read_json(text)?),
            Field::Channel => row.channel = Some(shared(text)),
            Field::ConversionType => row.conversion_type = Some(shared(text)),
            Field::OrderId => row.order_id = Some(text.into()),
            Field::Stage => row.stage = Some(shared(text)),
            Field::CampaignKey => row.campaign_key = Some(shared(text)),
            Field::CampaignName => row.campaign_name = Some(shared(text)),
            Field::AdSetKey => row.ad_set_key = Some(shared(text)),
            Field::AdSetName => row.ad_set_name = Some(shared(text)),
            Field::AdKey => row.ad_key = Some(shared(text)),
            Field::AdName => row.ad_name = Some(shared(text)),
            Field::AssetName => row.asset_name = Some(shared(text)),
            Field::AccountId => row.account_id = Some(shared(text)),
            Field::AttributionSetting => row.attribution_setting = Some(shared(text)),
            Field::Country => row.country = Some(shared(text)),
            Field::Device => row.device = Some(shared(text)),
            Field::PlatformConversions => row.platform_conversions = Some(read_decimal(&binding.read, text)?),
            Field::Impressions => row.impressions = Some(read_count(&binding.read, text)?),
            Field::Clicks => row.clicks = Some(read_count(&binding.read, text)?),
            Field::Reach => row.reach = Some(read_count(&binding.read, text)?),
            Field::VideoViews => row.video_views = Some(read_count(&binding.read, text)?),
            Field::Sends => row.sends = Some(read_count(&binding.read, text)?),
            Field::Opens => row.opens = Some(read_count(&binding.read, text)?),
            Field::CampaignSource | Field::Currency | Field::Revenue | Field::Refund | Field::Spend | Field::PlatformRevenue => {}
        }
        Ok(())
    }

    fn custom(&mut self, kind: ColumnType, index: usize, slot: usize, binding: &Binding, text: &str) -> Result<FieldValue, Fault> {
        Ok(match kind {
            ColumnType::Integer => FieldValue::Integer(read_count(&binding.read, text)?),
            ColumnType::Float => FieldValue::Float(match binding.read {
                Read::Float { decimal_comma } => number::parse_float(text, decimal_comma)?,
                _ => number::parse_float(text, false)?,
            }),
            ColumnType::Decimal | ColumnType::Rate => FieldValue::Decimal(read_decimal(&binding.read, text)?),
            ColumnType::Bool => FieldValue::Bool(number::parse_bool(text)?),
            ColumnType::Date => FieldValue::Date(read_date(&binding.read, text)?),
            ColumnType::Instant => FieldValue::Instant(read_instant(&binding.read, text)?),
            ColumnType::Text | ColumnType::Json | ColumnType::Uuid => FieldValue::Text(self.texts[index][slot].get(text, |_| [0; 16]).0),
        })
    }

    /// A campaign is known by its key, or by its name where the source has no key.
    fn identify_campaign(&mut self, row: &mut UnifiedRow, campaign_source: Option<&str>) {
        let Some(key) = row.campaign_key.as_ref().or(row.campaign_name.as_ref()) else {
            return;
        };
        let organization = self.setting.organization_id;
        let id = match campaign_source {
            // Rare enough that the source is not part of what is remembered.
            Some(source) => *CampaignId::derive(organization, source, key).as_bytes(),
            None => {
                self.campaigns
                    .get(key, |key| *CampaignId::derive(organization, &self.setting.source, key).as_bytes())
                    .1
            }
        };
        row.campaign_id = Some(CampaignId::from_bytes(id));
    }

    /// A platform's daily row stands at the first instant of its day in the account's zone.
    fn date_spend(&mut self, row: &mut UnifiedRow, record: &RecordMapping) -> Result<(), (Field, Fault)> {
        let Some(date) = row.civil_date else {
            return Err((Field::CivilDate, missing("the day")));
        };
        let zone = match &row.account_zone {
            Some(name) => types::date_range::parse_zone(name).map_err(|error| (Field::AccountZone, Fault::new("unknown_zone", error.to_string())))?,
            None => record.zone.clone().ok_or_else(|| (Field::AccountZone, missing("the account's zone")))?,
        };
        row.recorded_at = match &self.last_day {
            Some((last, last_zone, instant)) if *last == date && *last_zone == zone => *instant,
            Some(_) | None => first_instant(date, &zone).map_err(|fault| (Field::CivilDate, fault))?,
        };
        if row.account_zone.is_none() {
            row.account_zone = zone.iana_name().map(Text::from);
        }
        self.last_day = Some((date, zone, row.recorded_at));
        if row.grain.is_none() {
            row.grain = Some(Arc::clone(&self.day));
        }
        Ok(())
    }
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
pub(crate) fn require(row: &UnifiedRow) -> Result<(), (Field, Fault)> {
    let is_epoch = row.recorded_at == Timestamp::UNIX_EPOCH;
    if is_epoch && row.record_kind != RecordKind::Spend {
        return Err((Field::RecordedAt, missing("the instant")));
    }
    if row.record_kind.is_journey() && row.customer_id.is_none() {
        return Err((
            Field::CustomerKey,
            Fault::new(
                "empty_customer",
                "the customer is empty: every touch and sale belongs to one; fill it, or leave such rows out with `when`",
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
fn require_worth(row: &UnifiedRow) -> Result<(), (Field, Fault)> {
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
fn price(row: &mut UnifiedRow, binding: &Binding, text: &str, currency: Currency, rate: FxRate, fx: &FxTable) -> Result<(), Fault> {
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

fn read_json(text: &str) -> Result<Text, Fault> {
    match serde_json::from_str::<serde::de::IgnoredAny>(text) {
        Ok(_) => Ok(text.into()),
        Err(error) => Err(Fault::new(
            "bad_json",
            format!("the value is not JSON ({error}): mend it, or leave the column to `keep_rest`"),
        )),
    }
}

#[cfg(test)]
mod tests;
