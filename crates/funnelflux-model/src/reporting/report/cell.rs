use std::borrow::Cow;

use rust_decimal::Decimal;

use super::{
    number,
    tags::{ABSENT, NULL, TEXT, Tag},
};

/// One figure of one row, with its exact spelling.
///
/// [`Display`](std::fmt::Display) is plain text: decimals as spelled, strings unquoted, null as nothing.
#[derive(Clone, Copy)]
pub struct Cell<'a> {
    tag: Tag,
    number: i64,
    text: &'a str,
}

/// The value of a [`Cell`].
#[derive(Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum CellValue<'a> {
    /// The row has no such member.
    Absent,
    /// The member is null.
    Null,
    /// A whole number.
    Count(i64),
    /// A decimal, or a number in a string. Exact.
    Decimal(Decimal),
    /// Anything else, as JSON text: a string, a list, a number too long for a decimal.
    Other(&'a str),
}

impl<'a> Cell<'a> {
    pub(super) const fn absent() -> Self {
        Self { tag: ABSENT, number: 0, text: "" }
    }

    /// `text` is the JSON text of a cell that is tagged as text.
    pub(super) const fn new(tag: Tag, number: i64, text: &'a str) -> Self {
        Self { tag, number, text }
    }

    /// The value.
    pub fn value(&self) -> CellValue<'a> {
        match self.tag {
            ABSENT => CellValue::Absent,
            NULL => CellValue::Null,
            TEXT => unquoted(self.text)
                .and_then(number::exact)
                .map_or(CellValue::Other(self.text), CellValue::Decimal),
            tag if tag.scale() == 0 && !tag.is_quoted() => CellValue::Count(self.number),
            tag => CellValue::Decimal(Decimal::new(self.number, tag.scale())),
        }
    }

    /// The number, if it is one.
    pub fn as_decimal(&self) -> Option<Decimal> {
        match self.value() {
            CellValue::Count(count) => Some(Decimal::from(count)),
            CellValue::Decimal(decimal) => Some(decimal),
            CellValue::Absent | CellValue::Null | CellValue::Other(_) => None,
        }
    }

    /// The number, if it is a whole one that was sent as a number.
    pub fn as_count(&self) -> Option<i64> {
        match self.value() {
            CellValue::Count(count) => Some(count),
            _ => None,
        }
    }

    /// Whether the row has no such member.
    pub fn is_absent(&self) -> bool {
        self.tag == ABSENT
    }

    /// Whether the member is present and null.
    pub fn is_null(&self) -> bool {
        self.tag == NULL
    }

    /// The member's JSON text, unchanged; `None` when the row has no such member.
    pub fn json(&self) -> Option<Cow<'a, str>> {
        match self.tag {
            ABSENT => None,
            NULL => Some(Cow::Borrowed("null")),
            TEXT => Some(Cow::Borrowed(self.text)),
            tag if tag.is_quoted() => Some(Cow::Owned(format!("\"{}\"", self.spelled()))),
            _ => Some(Cow::Owned(self.spelled().to_string())),
        }
    }

    pub(super) fn is_quoted(&self) -> bool {
        self.tag.is_quoted() || (self.tag == TEXT && self.text.starts_with('"'))
    }

    /// With the count of decimals it came with: `12.50` stays `12.50`.
    fn spelled(&self) -> Decimal {
        Decimal::new(self.number, self.tag.scale())
    }
}

/// The inside of a JSON string without escapes, or the text of another JSON value.
pub(crate) fn unquoted(json: &str) -> Option<&str> {
    match json.strip_prefix('"') {
        Some(rest) => rest.strip_suffix('"').filter(|inner| !inner.contains('\\')),
        None => Some(json),
    }
}

/// The plain text of a JSON value: strings without quotes and escapes, null as `None`.
pub(crate) fn plain(json: &str) -> Option<Cow<'_, str>> {
    if json == "null" {
        return None;
    }
    Some(match unquoted(json) {
        Some(text) => Cow::Borrowed(text),
        None => serde_json::from_str(json).map_or(Cow::Borrowed(json), Cow::Owned),
    })
}

funnelflux_contract::formats! {
    Display for Cell<'_>, |it, f| match it.tag {
        ABSENT | NULL => f.pad(""),
        TEXT => f.pad(&plain(it.text).unwrap_or_default()),
        // `Decimal`'s own `Display` would take a precision for a wish to round.
        _ => f.pad(&it.spelled().to_string()),
    }
}

funnelflux_contract::formats! { Debug for Cell<'_>, |it, f| it.value().fmt(f) }

funnelflux_contract::formats! {
    /// Shows numbers only: any other value may be a visitor's data.
    Debug for CellValue<'_>, |it, f| match it {
        Self::Absent => f.write_str("Absent"),
        Self::Null => f.write_str("Null"),
        Self::Count(count) => f.debug_tuple("Count").field(count).finish(),
        Self::Decimal(decimal) => f.debug_tuple("Decimal").field(decimal).finish(),
        Self::Other(json) => write!(f, "Other({} bytes)", json.len()),
    }
}
