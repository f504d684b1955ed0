//! Where the value of a field comes from.

use std::collections::BTreeMap;

use types::Currency;

use super::Scope;
use super::complaint::{Checked, complain, key_in, unknown};
use crate::mapping::document::{BindingDocument, Entries};
use crate::mapping::place::Step;
use crate::mapping::{Binding, From, Otherwise, Read, Target};

pub(super) fn check_binding(
    target: Target,
    document: BindingDocument,
    read: impl FnOnce(&BindingDocument, &Scope) -> Checked<Read>,
    path: &[Step],
    scope: &mut Scope,
) -> Checked<Binding> {
    let read = read(&document, scope)?;
    if !matches!(read, Read::Instant(_) | Read::Date(_)) && document.format.is_some() {
        return complain(
            key_in(path, "format"),
            format!("`{}` has no format: only instants and dates do; remove it", target.name()),
        );
    }
    if document.negate && !matches!(read, Read::Amount { .. } | Read::Decimal { .. }) {
        return complain(
            key_in(path, "negate"),
            format!("`{}` cannot be negated: only amounts and decimals can; remove it", target.name()),
        );
    }
    let from = match (document.column, document.constant) {
        (Some(column), None) => From::Column(scope.column(&column)),
        (None, Some(constant)) => From::Constant(constant),
        (Some(_), Some(_)) => {
            return complain(
                path.to_vec(),
                format!("`{}` has a column and a constant: keep one of them", target.name()),
            );
        }
        (None, None) => {
            return complain(
                path.to_vec(),
                format!("`{}` comes from nowhere: add `column: NAME` or `constant: VALUE`", target.name()),
            );
        }
    };
    let otherwise = match document.otherwise.as_deref() {
        None | Some("keep") => Otherwise::Keep,
        Some("refuse") => Otherwise::Refuse,
        Some("empty") => Otherwise::Empty,
        Some(text) => {
            return Err(unknown(
                key_in(path, "otherwise"),
                "word for `otherwise`",
                text,
                ["keep", "refuse", "empty"],
            ));
        }
    };
    let values: BTreeMap<String, String> = document.values.map(|Entries(entries)| entries.into_iter().collect()).unwrap_or_default();
    let binding = Binding {
        target,
        from,
        default: document.default,
        values,
        otherwise,
        read,
    };
    check_fixed_texts(&binding, path)?;
    Ok(binding)
}

/// Texts that stand in the mapping itself are tried now rather than refused in every row.
fn check_fixed_texts(binding: &Binding, path: &[Step]) -> Checked<()> {
    let constant = match &binding.from {
        From::Constant(text) => Some((text, "constant")),
        From::Column(_) => None,
    };
    let mapped = binding.values.values().map(|text| (text, "values"));
    for (text, key) in constant
        .into_iter()
        .chain(binding.default.iter().map(|text| (text, "default")))
        .chain(mapped)
    {
        let fault = match &binding.read {
            Read::OneOf(known) if !known.contains(&text.as_str()) => {
                return Err(unknown(
                    key_in(path, key),
                    &format!("value for `{}`", binding.target.name()),
                    text,
                    known.iter().copied(),
                ));
            }
            Read::Currency => Currency::parse(text).err().map(|error| error.to_string()),
            Read::Zone => types::date_range::parse_zone(text).err().map(|error| error.to_string()),
            Read::OneOf(_) | Read::Text | Read::Instant(_) | Read::Date(_) | Read::Integer { .. } => None,
            Read::Amount { .. } | Read::Decimal { .. } | Read::Float { .. } | Read::Bool | Read::Json => None,
        };
        if let Some(message) = fault {
            return complain(key_in(path, key), message);
        }
    }
    Ok(())
}
