//! The YAML of a mapping file as it is written. Shapes only: what the words mean is checked in [`super::check`].

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MappingDocument {
    pub(super) format: Option<String>,
    #[serde(default)]
    pub(super) csv: CsvDocument,
    pub(super) category: Option<String>,
    pub(super) row_key: String,
    #[serde(default)]
    pub(super) keep_rest: bool,
    pub(super) zone: Option<String>,
    pub(super) currency: Option<TextOr<ColumnDocument>>,
    #[serde(default)]
    pub(super) decimal_comma: bool,
    pub(super) records: Vec<RecordDocument>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CsvDocument {
    pub(super) delimiter: Option<String>,
    pub(super) quote: Option<String>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ColumnDocument {
    pub(super) column: String,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RecordDocument {
    pub(super) record: String,
    pub(super) when: Option<OneOrMany<ConditionDocument>>,
    pub(super) row_key: Option<String>,
    pub(super) fields: Entries<TextOr<BindingDocument>>,
    #[serde(default = "Entries::none")]
    pub(super) custom: Entries<CustomDocument>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConditionDocument {
    pub(super) column: String,
    pub(super) is: Option<OneOrMany<String>>,
    pub(super) is_not: Option<OneOrMany<String>>,
    pub(super) filled: Option<bool>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BindingDocument {
    pub(super) column: Option<String>,
    pub(super) constant: Option<String>,
    pub(super) default: Option<String>,
    pub(super) values: Option<Entries<String>>,
    pub(super) otherwise: Option<String>,
    pub(super) format: Option<String>,
    pub(super) zone: Option<String>,
    pub(super) decimal_comma: Option<bool>,
    #[serde(default)]
    pub(super) negate: bool,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CustomDocument {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) column: Option<String>,
    pub(super) constant: Option<String>,
    pub(super) default: Option<String>,
    pub(super) values: Option<Entries<String>>,
    pub(super) otherwise: Option<String>,
    pub(super) format: Option<String>,
    pub(super) zone: Option<String>,
    pub(super) decimal_comma: Option<bool>,
    #[serde(default)]
    pub(super) negate: bool,
}

impl CustomDocument {
    /// Splits the type from what is common to all bindings.
    pub(super) fn into_parts(self) -> (String, BindingDocument) {
        let Self {
            kind,
            column,
            constant,
            default,
            values,
            otherwise,
            format,
            zone,
            decimal_comma,
            negate,
        } = self;
        (
            kind,
            BindingDocument {
                column,
                constant,
                default,
                values,
                otherwise,
                format,
                zone,
                decimal_comma,
                negate,
            },
        )
    }
}

/// A short text, or the long form as a mapping.
#[derive(Debug)]
pub(super) enum TextOr<T> {
    Text(String),
    Long(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for TextOr<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Shape<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Shape<T> {
            type Value = TextOr<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, or a mapping such as {column: NAME}")
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(TextOr::Text(text.to_owned()))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
                Ok(TextOr::Text(number.to_string()))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
                Ok(TextOr::Text(number.to_string()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(TextOr::Long)
            }
        }
        deserializer.deserialize_any(Shape(PhantomData))
    }
}

/// One thing, or a list of them.
#[derive(Debug)]
pub(super) struct OneOrMany<T>(pub(super) Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Shape<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Shape<T> {
            type Value = OneOrMany<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("one value or a list of them")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
                T::deserialize(serde::de::value::StrDeserializer::new(text)).map(|one| OneOrMany(vec![one]))
            }

            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Self::Value, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Self::Value, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_bool<E: serde::de::Error>(self, yes: bool) -> Result<Self::Value, E> {
                self.visit_str(if yes { "true" } else { "false" })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(|one| OneOrMany(vec![one]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(seq)).map(OneOrMany)
            }
        }
        deserializer.deserialize_any(Shape(PhantomData))
    }
}

/// A YAML mapping in the order written, duplicates and all.
#[derive(Debug)]
pub(super) struct Entries<T>(pub(super) Vec<(String, T)>);

impl<T> Entries<T> {
    fn none() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Entries<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Shape<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Shape<T> {
            type Value = Entries<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a mapping of names")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Shape(PhantomData))
    }
}
