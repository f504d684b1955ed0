//! One record of a mapping: its conditions, its row key, and what its kind cannot be without.

use std::collections::BTreeSet;

use types::RecordKind;

use super::Scope;
use super::binding::check_binding;
use super::complaint::{Checked, Complaint, complain, key_in, unknown};
use super::read::{check_custom, read_field};
use crate::field::{EVIDENCE, Field};
use crate::mapping::document::{BindingDocument, ConditionDocument, OneOrMany, RecordDocument, TextOr};
use crate::mapping::place::Step;
use crate::mapping::{Binding, Condition, Read, RecordMapping, RowKey, Target, Test};
use crate::suggest::did_you_mean;

pub(super) fn check_record(
    record: RecordDocument,
    path: &[Step],
    row_key: &RowKey,
    kinds_with_key: &mut BTreeSet<RecordKind>,
    scope: &mut Scope,
) -> Checked<RecordMapping> {
    let kind = RecordKind::parse(&record.record).ok_or_else(|| {
        unknown(
            key_in(path, "record"),
            "kind of record",
            &record.record,
            RecordKind::ALL.iter().map(|kind| kind.as_str()),
        )
    })?;
    let mut when = Vec::new();
    for condition in record.when.map(|OneOrMany(conditions)| conditions).unwrap_or_default() {
        check_condition(condition, &key_in(path, "when"), scope, &mut when)?;
    }
    let (row_key, key_suffix) = match record.row_key {
        Some(text) => (
            RowKey::parse(&text, |name| scope.column(name)).map_err(|message| Complaint {
                path: key_in(path, "row_key"),
                message,
            })?,
            "",
        ),
        None => {
            let suffix = if kinds_with_key.is_empty() { "" } else { suffix(kind) };
            if !kinds_with_key.insert(kind) {
                return complain(
                    path.to_vec(),
                    format!("a second `{kind}` record would have the row key of the first: give it a `row_key` of its own"),
                );
            }
            (row_key.clone(), suffix)
        }
    };
    let fields_path = key_in(path, "fields");
    let mut bindings: Vec<Binding> = Vec::new();
    for (name, document) in record.fields.0 {
        let path = key_in(&fields_path, &name);
        let field = Field::parse(&name).ok_or_else(|| unknown_field(&path, &name))?;
        let document = match document {
            TextOr::Text(column) => BindingDocument {
                column: Some(column),
                ..BindingDocument::default()
            },
            TextOr::Long(document) => document,
        };
        let read = |document: &BindingDocument, scope: &Scope| read_field(field, document, &path, scope);
        bindings.push(check_binding(Target::Field(field), document, read, &path, scope)?);
        refuse_twice(&bindings, &path)?;
    }
    for (name, document) in record.custom.0 {
        let path = key_in(&key_in(path, "custom"), &name);
        bindings.push(check_custom(name, document, &path, scope)?);
        refuse_twice(&bindings, &path)?;
    }
    let zone = scope.zone.as_ref().map(|(_, zone)| zone.clone());
    let is_evidence = |binding: &Binding| EVIDENCE.iter().any(|field| binding.target == Target::Field(*field));
    let checked = RecordMapping {
        has_evidence: kind == RecordKind::Touch && bindings.iter().any(is_evidence),
        kind,
        when,
        row_key,
        key_suffix,
        zone,
        bindings,
    };
    check_needs(&checked, &fields_path, scope)?;
    Ok(checked)
}

const fn suffix(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Spend => "#spend",
        RecordKind::Touch => "#touch",
        RecordKind::Conversion => "#conversion",
        RecordKind::Order => "#order",
        RecordKind::Refund => "#refund",
        RecordKind::Stage => "#stage",
        RecordKind::Ticket => "#ticket",
        RecordKind::Stock => "#stock",
        RecordKind::AssetEvent => "#asset_event",
    }
}

fn check_condition(condition: ConditionDocument, path: &[Step], scope: &mut Scope, when: &mut Vec<Condition>) -> Checked<()> {
    let column = scope.column(&condition.column);
    let before = when.len();
    when.extend(condition.is.map(|OneOrMany(texts)| Condition {
        column,
        test: Test::Is(texts),
    }));
    when.extend(condition.is_not.map(|OneOrMany(texts)| Condition {
        column,
        test: Test::IsNot(texts),
    }));
    when.extend(condition.filled.map(|filled| Condition {
        column,
        test: Test::Filled(filled),
    }));
    if when.len() == before {
        return complain(
            path.to_vec(),
            format!(
                "the condition on `{}` tests nothing: add `is: [VALUE]`, `is_not: [VALUE]` or `filled: true`",
                condition.column
            ),
        );
    }
    Ok(())
}

/// What each kind of record cannot be without.
fn check_needs(record: &RecordMapping, path: &[Step], scope: &Scope) -> Checked<()> {
    let needs: &[Field] = match record.kind {
        RecordKind::Touch => &[Field::RecordedAt, Field::CustomerKey],
        RecordKind::Conversion => &[Field::RecordedAt, Field::CustomerKey, Field::ConversionType],
        RecordKind::Order => &[Field::RecordedAt, Field::CustomerKey, Field::Revenue],
        RecordKind::Refund => &[Field::RecordedAt, Field::CustomerKey, Field::OrderId, Field::Refund],
        RecordKind::Stage => &[Field::RecordedAt, Field::CustomerKey, Field::Stage],
        RecordKind::Spend => &[Field::CivilDate, Field::AccountId, Field::Level, Field::Spend],
        RecordKind::Ticket | RecordKind::Stock | RecordKind::AssetEvent => &[Field::RecordedAt],
    };
    let has = |field: Field| record.bindings.iter().any(|binding| binding.target == Target::Field(field));
    for need in needs {
        if !has(*need) {
            let name = need.name();
            return complain(
                path.to_vec(),
                format!(
                    "`{}` records need `{name}`: add `{name}: COLUMN` or `{name}: {{constant: VALUE}}`",
                    record.kind
                ),
            );
        }
    }
    if record.kind == RecordKind::Touch && !has(Field::Channel) && !EVIDENCE.iter().any(|field| has(*field)) {
        return complain(
            path.to_vec(),
            "`touch` records need `channel`, or what the channel rules can tell it from (`landing_page`, `referrer`, `utm_source`, `gclid` …): \
             add `channel: COLUMN` or `channel: {constant: VALUE}`",
        );
    }
    let amount = record.bindings.iter().find(|binding| matches!(binding.read, Read::Amount { .. }));
    if let Some(amount) = amount
        && !scope.has_currency
        && !has(Field::Currency)
    {
        let name = amount.target.name();
        return complain(
            key_in(path, name),
            format!(
                "`{name}` is money without a currency: add `currency: EUR`, `currency: reporting` or `currency: {{column: NAME}}` to the mapping"
            ),
        );
    }
    if record.kind == RecordKind::Spend && scope.zone.is_none() && !has(Field::AccountZone) {
        return complain(
            path.to_vec(),
            "a `spend` record needs the zone of its days: add `zone: Europe/Berlin` (the ad account's zone) to the mapping, or the field `account_zone`",
        );
    }
    if record.kind == RecordKind::Spend && has(Field::RecordedAt) {
        return complain(
            key_in(path, "recorded_at"),
            "a `spend` record's instant follows from `civil_date` and the zone: remove `recorded_at`",
        );
    }
    Ok(())
}

fn refuse_twice(bindings: &[Binding], path: &[Step]) -> Checked<()> {
    let Some((last, before)) = bindings.split_last() else { return Ok(()) };
    if before.iter().any(|binding| binding.target == last.target) {
        return complain(path.to_vec(), format!("`{}` is filled twice: keep one of them", last.target.name()));
    }
    Ok(())
}

fn unknown_field(path: &[Step], name: &str) -> Complaint {
    let known = Field::ALL.iter().map(|field| field.name());
    let message = match did_you_mean(name, known).as_str() {
        "" => format!("unknown field `{name}`: docs/reference/mapping.md lists the fields; a field of your own goes under `custom` with a type"),
        suggestion => format!("unknown field `{name}`{suggestion}: docs/reference/mapping.md lists the fields"),
    };
    Complaint {
        path: path.to_vec(),
        message,
    }
}
