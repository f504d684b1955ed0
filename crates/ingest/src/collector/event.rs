//! An event as a site sends it, checked field by field.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Map, Value};
use types::money::Money;
use types::{Identifier, IdentifierKind, InteractionType, RecordKind};

use super::stored::StoredEvent;
use crate::error::check_source_key;
use crate::instant::InstantFormat;
use crate::refusal::Fault;
use crate::row::identity;
use crate::row::number::parse_money;
use crate::row::parse_currency;
use crate::row::worth::check_whole;
use crate::suggest::did_you_mean;

/// The source of events that name none.
pub(super) const DEFAULT_SOURCE: &str = "collector";
/// Most properties of an event.
const PROPERTIES_MAX: usize = 200;
/// Longest text of a field, in bytes.
const TEXT_BYTES_MAX: usize = 1024;
/// Longest address of a page, in bytes.
const ADDRESS_BYTES_MAX: usize = 8192;
/// Longest key (event, customer), in bytes.
const KEY_BYTES_MAX: usize = 256;
/// Events may be this old: as long as row keys are remembered.
const AGE_MAX: SignedDuration = SignedDuration::from_hours(400 * 24);
/// Clocks of browsers may be this far ahead.
const AHEAD_MAX: SignedDuration = SignedDuration::from_mins(10);

/// Why an event was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Rejection {
    /// Position in the request, from 0.
    pub(super) index: usize,
    /// The field at fault, if there is one.
    pub(super) field: Option<String>,
    pub(super) code: &'static str,
    pub(super) message: String,
}

/// A fault and the field that has it.
type Faulty<T> = Result<T, (Option<&'static str>, Fault)>;

const FIELDS: &[&str] = &[
    "type",
    "event_id",
    "source",
    "customer",
    "occurred_at",
    "channel",
    "campaign",
    "asset",
    "interaction",
    "amount",
    "currency",
    "order_id",
    "conversion_type",
    "stage",
    "country",
    "device",
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_content",
    "utm_term",
    "referrer",
    "landing_page",
    "click_id",
    "anonymous_id",
    "email",
    "email_sha256",
    "phone",
    "phone_sha256",
    "crm_id",
    "device_id",
    "household_id",
    "properties",
];
/// Fields that say what the customer is known by; whether they come hashed.
const IDENTIFIERS: &[(&str, IdentifierKind, bool)] = &[
    ("anonymous_id", IdentifierKind::Anonymous, false),
    ("email", IdentifierKind::Email, false),
    ("email_sha256", IdentifierKind::Email, true),
    ("phone", IdentifierKind::Phone, false),
    ("phone_sha256", IdentifierKind::Phone, true),
    ("crm_id", IdentifierKind::Crm, false),
    ("click_id", IdentifierKind::Click, false),
    ("device_id", IdentifierKind::Device, false),
    ("household_id", IdentifierKind::Household, false),
];
const KINDS: &[RecordKind] = &[
    RecordKind::Touch,
    RecordKind::Conversion,
    RecordKind::Order,
    RecordKind::Refund,
    RecordKind::Stage,
];

/// Checks the event at position `index` of a request.
pub(super) fn check(index: usize, event: Value, received_at: Timestamp) -> Result<StoredEvent, Rejection> {
    let object = match event {
        Value::Object(object) => object,
        _ => {
            return Err(rejection(
                index,
                None,
                Fault::new("bad_event", "an event is a JSON object: write {\"type\": …}"),
            ));
        }
    };
    check_object(object, received_at).map_err(|(field, fault)| rejection(index, field, fault))
}

fn rejection(index: usize, field: Option<&'static str>, fault: Fault) -> Rejection {
    Rejection {
        index,
        field: field.map(str::to_owned),
        code: fault.code,
        message: fault.reason,
    }
}

fn check_object(mut object: Map<String, Value>, received_at: Timestamp) -> Faulty<StoredEvent> {
    if let Some(unknown) = object.keys().find(|key| !FIELDS.contains(&key.as_str())) {
        let message = format!(
            "unknown field `{unknown}`{}: what you want to keep beyond the known fields goes into `properties`",
            did_you_mean(unknown, FIELDS.iter().copied())
        );
        return Err((None, Fault::new("unknown_field", message)));
    }
    let kind_text = required(&mut object, "type", TEXT_BYTES_MAX)?;
    let kind = KINDS.iter().copied().find(|kind| kind.as_str() == kind_text).ok_or_else(|| {
        let known = KINDS.iter().map(|kind| kind.as_str());
        (
            Some("type"),
            Fault::new(
                "unknown_value",
                format!(
                    "`{kind_text}` is not a type of event{}: use {}",
                    did_you_mean(&kind_text, known.clone()),
                    known.collect::<Vec<_>>().join(", ")
                ),
            ),
        )
    })?;
    let event_id = required(&mut object, "event_id", KEY_BYTES_MAX)?;
    let customer = text(&mut object, "customer", KEY_BYTES_MAX)?;
    let identifiers = identifiers(&mut object)?;
    if customer.is_none() && identifiers.is_empty() {
        let message = "`customer` is missing or empty: every event needs it, or an identifier such as `anonymous_id` or `email`";
        return Err((Some("customer"), Fault::new("empty_customer", message)));
    }
    let occurred_at = required(&mut object, "occurred_at", TEXT_BYTES_MAX)?;
    let occurred_at = InstantFormat::Rfc3339.parse(&occurred_at).map_err(|fault| {
        let message = format!("`{occurred_at}` is not an instant with its offset: write it as 2026-07-22T20:40:41Z");
        (Some("occurred_at"), Fault::new(fault.code, message))
    })?;
    check_clock(occurred_at, received_at)?;
    let source = text(&mut object, "source", TEXT_BYTES_MAX)?.unwrap_or_else(|| DEFAULT_SOURCE.to_owned());
    if !check_source_key(&source) {
        return Err((
            Some("source"),
            Fault::new(
                "bad_source",
                "a source is lower-case letters, digits, `_` and `-`, beginning with a letter, at most 64",
            ),
        ));
    }
    let (campaign_id, campaign_name) = named(&mut object, "campaign")?;
    let (asset_id, asset_name) = named(&mut object, "asset")?;
    let interaction = text(&mut object, "interaction", TEXT_BYTES_MAX)?;
    let interaction = interaction
        .map(|text| InteractionType::parse(&text).ok_or_else(|| unknown_interaction(&text)))
        .transpose()?;
    let event = StoredEvent {
        kind,
        event_id,
        source,
        customer,
        occurred_at: occurred_at.as_microsecond(),
        channel: text(&mut object, "channel", TEXT_BYTES_MAX)?,
        campaign_id,
        campaign_name,
        asset_id,
        asset_name,
        interaction,
        money: money(&mut object, kind)?,
        order_id: text(&mut object, "order_id", KEY_BYTES_MAX)?,
        conversion_type: text(&mut object, "conversion_type", TEXT_BYTES_MAX)?,
        stage: text(&mut object, "stage", TEXT_BYTES_MAX)?,
        country: text(&mut object, "country", TEXT_BYTES_MAX)?,
        device: text(&mut object, "device", TEXT_BYTES_MAX)?,
        utm_source: text(&mut object, "utm_source", TEXT_BYTES_MAX)?,
        utm_medium: text(&mut object, "utm_medium", TEXT_BYTES_MAX)?,
        utm_campaign: text(&mut object, "utm_campaign", TEXT_BYTES_MAX)?,
        utm_content: text(&mut object, "utm_content", TEXT_BYTES_MAX)?,
        utm_term: text(&mut object, "utm_term", TEXT_BYTES_MAX)?,
        referrer: text(&mut object, "referrer", ADDRESS_BYTES_MAX)?,
        landing_page: text(&mut object, "landing_page", ADDRESS_BYTES_MAX)?,
        click_id: text(&mut object, "click_id", TEXT_BYTES_MAX)?,
        properties: properties(&mut object)?,
        identifiers,
    };
    require(&event)?;
    Ok(event)
}

/// What an event of this type cannot be without.
fn require(event: &StoredEvent) -> Faulty<()> {
    let need = |is_there: bool, field: &'static str| {
        let fault = || Fault::new("missing_value", format!("events of type `{}` need `{field}`: add it", event.kind));
        if is_there { Ok(()) } else { Err((Some(field), fault())) }
    };
    match event.kind {
        RecordKind::Touch if event.channel.is_none() && !event.has_evidence() => Err((
            Some("channel"),
            Fault::new(
                "missing_value",
                "events of type `touch` need `channel`, or `landing_page` and `referrer`, from which the channel rules tell it: add one",
            ),
        )),
        RecordKind::Touch => Ok(()),
        RecordKind::Conversion => need(event.conversion_type.is_some(), "conversion_type"),
        RecordKind::Order => need(event.money.is_some(), "amount"),
        RecordKind::Refund => {
            need(event.money.is_some(), "amount")?;
            need(event.order_id.is_some(), "order_id")
        }
        RecordKind::Stage => need(event.stage.is_some(), "stage"),
        RecordKind::Spend | RecordKind::Ticket | RecordKind::Stock | RecordKind::AssetEvent => Ok(()),
    }
}

fn check_clock(occurred_at: Timestamp, received_at: Timestamp) -> Faulty<()> {
    let age = received_at.duration_since(occurred_at);
    if age > AGE_MAX {
        return Err((
            Some("occurred_at"),
            Fault::new(
                "too_old",
                format!("{occurred_at} is more than 400 days ago: import old events from a file"),
            ),
        ));
    }
    if -age > AHEAD_MAX {
        return Err((
            Some("occurred_at"),
            Fault::new(
                "in_future",
                format!("{occurred_at} is more than 10 minutes ahead of the server's clock: set the sender's clock"),
            ),
        ));
    }
    Ok(())
}

fn unknown_interaction(text: &str) -> (Option<&'static str>, Fault) {
    let known = InteractionType::ALL.iter().map(|known| known.as_str());
    let message = format!(
        "`{text}` is not an interaction{}: use {}",
        did_you_mean(text, known.clone()),
        known.collect::<Vec<_>>().join(", ")
    );
    (Some("interaction"), Fault::new("unknown_value", message))
}

/// Amount and currency, which come together. Amounts are decimal texts: a JSON number passes through floats on its way here.
fn money(object: &mut Map<String, Value>, kind: RecordKind) -> Faulty<Option<Money>> {
    let amount = text(object, "amount", TEXT_BYTES_MAX)?;
    let currency = text(object, "currency", TEXT_BYTES_MAX)?
        .map(|code| parse_currency(&code))
        .transpose()
        .map_err(|fault| (Some("currency"), fault))?;
    let money = match (amount, currency) {
        (Some(amount), Some(currency)) => parse_money(&amount, false, currency).map_err(|fault| (Some("amount"), fault))?,
        (Some(_), None) => {
            return Err((
                Some("currency"),
                Fault::new("missing_value", "an amount needs its `currency`: add an ISO 4217 code such as EUR"),
            ));
        }
        (None, _) => return Ok(None),
    };
    let remedy = match kind {
        RecordKind::Refund => "refunds are positive amounts",
        _ => "a negative sale is an event of type `refund`",
    };
    check_whole(money, remedy).map_err(|fault| (Some("amount"), fault))?;
    Ok(Some(money))
}

/// Id and name of a campaign or asset.
fn named(object: &mut Map<String, Value>, field: &'static str) -> Faulty<(Option<String>, Option<String>)> {
    let bad = |reason: String| (Some(field), Fault::new("bad_type", reason));
    match object.remove(field) {
        None | Some(Value::Null) => Ok((None, None)),
        Some(Value::Object(mut inner)) => {
            if let Some(unknown) = inner.keys().find(|key| !["id", "name"].contains(&key.as_str())) {
                return Err((
                    Some(field),
                    Fault::new(
                        "unknown_field",
                        format!("`{field}` has the unknown field `{unknown}`: it has `id` and `name`"),
                    ),
                ));
            }
            let id = text(&mut inner, "id", KEY_BYTES_MAX).map_err(|(_, fault)| (Some(field), fault))?;
            let name = text(&mut inner, "name", TEXT_BYTES_MAX).map_err(|(_, fault)| (Some(field), fault))?;
            Ok((id, name))
        }
        Some(_) => Err(bad(format!(
            "`{field}` must be an object such as {{\"id\": \"7\", \"name\": \"Spring\"}}"
        ))),
    }
}

fn properties(object: &mut Map<String, Value>) -> Faulty<Option<Map<String, Value>>> {
    match object.remove("properties") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(properties)) if properties.len() > PROPERTIES_MAX => {
            let message = format!("the event has {} properties, more than {PROPERTIES_MAX}: send fewer", properties.len());
            Err((Some("properties"), Fault::new("too_many_properties", message)))
        }
        Some(Value::Object(properties)) => Ok(Some(properties).filter(|properties| !properties.is_empty())),
        Some(_) => Err((Some("properties"), Fault::new("bad_type", "`properties` must be an object"))),
    }
}

/// What the customer is known by. Addresses and numbers are hashed here, before anything is written.
fn identifiers(object: &mut Map<String, Value>) -> Faulty<Vec<String>> {
    let mut found = Vec::new();
    for (field, kind, is_hashed) in IDENTIFIERS {
        let Some(text) = text(object, field, KEY_BYTES_MAX)? else { continue };
        let identifier = if *is_hashed {
            Identifier::hashed(*kind, &text)
        } else {
            Identifier::new(*kind, &text)
        };
        let identifier = identifier.map_err(|error| (Some(*field), identity::fault(*kind, error)))?;
        found.push(identifier.to_string());
    }
    Ok(found)
}

/// `event` as it may be kept where it is refused.
pub(super) fn without_secrets(mut event: Value) -> Value {
    if let Value::Object(object) = &mut event {
        for field in ["email", "phone"] {
            if let Some(value) = object.get_mut(field) {
                *value = Value::from(identity::REMOVED);
            }
        }
    }
    event
}

fn required(object: &mut Map<String, Value>, field: &'static str, bytes_max: usize) -> Faulty<String> {
    text(object, field, bytes_max)?.ok_or_else(|| {
        (
            Some(field),
            Fault::new("missing_value", format!("`{field}` is missing or empty: every event needs it")),
        )
    })
}

/// The trimmed text of a field; None if it is missing, null or empty.
fn text(object: &mut Map<String, Value>, field: &'static str, bytes_max: usize) -> Faulty<Option<String>> {
    let text = match object.remove(field) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text,
        Some(_) => return Err((Some(field), Fault::new("bad_type", format!("`{field}` must be a text in quotes")))),
    };
    let trimmed = text.trim();
    if trimmed.len() > bytes_max {
        return Err((
            Some(field),
            Fault::new("too_long", format!("`{field}` is longer than {bytes_max} bytes: shorten it")),
        ));
    }
    Ok(match trimmed.len() {
        0 => None,
        length if length == text.len() => Some(text),
        _ => Some(trimmed.to_owned()),
    })
}
