//! Lists in query parameters: names separated by commas.

/// `a, b` as two names; nothing where the parameter is absent or empty.
pub(crate) fn read(text: Option<&str>) -> Vec<String> {
    let names = text.unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}
