use std::borrow::Cow;

use bytes::Bytes;
use serde_json::value::RawValue;

use super::{cell::plain, dictionary::Dictionary, ints::push};
use crate::reporting::{Attribute, AttributeSelection, TrackingSlot};

/// A requested attribute over all rows: a code for each row, and the values of the codes.
#[derive(Clone)]
#[non_exhaustive]
pub struct AttributeColumn {
    /// The attribute.
    pub attribute: Attribute,
    /// The tracking field, if the attribute is one.
    pub slot: Option<TrackingSlot>,
    /// The column's name: the attribute's, and for a tracking field its slot.
    pub label: String,
    dictionary: Dictionary,
    codes: Vec<u32>,
}

/// The code of a row that came without attributes.
pub(super) const NO_CODE: u32 = u32::MAX;

impl AttributeColumn {
    pub(super) fn new(selection: &AttributeSelection, answer: Option<Bytes>) -> Self {
        let (attribute, slot) = (selection.attribute().clone(), selection.slot());
        let (label, dictionary) = (selection.label(), Dictionary::of(answer));
        Self { attribute, slot, label, dictionary, codes: Vec::new() }
    }

    /// An empty column of the same attribute.
    pub(super) fn emptied(&self) -> Self {
        let (attribute, label) = (self.attribute.clone(), self.label.clone());
        let dictionary = Dictionary::default();
        Self { attribute, slot: self.slot, label, dictionary, codes: Vec::new() }
    }

    /// The attribute of a row; `None` for a row that came without attributes.
    pub fn get(&self, row: usize) -> Option<AttributeValue<'_>> {
        self.distinct_value(self.code(row)?)
    }

    /// The code of a row: rows with the same JSON have the same code, from 0 up.
    pub fn code(&self, row: usize) -> Option<u32> {
        self.codes.get(row).copied().filter(|code| *code != NO_CODE)
    }

    /// The number of codes.
    pub fn distinct(&self) -> usize {
        self.dictionary.len()
    }

    /// The value of a code.
    pub fn distinct_value(&self, code: u32) -> Option<AttributeValue<'_>> {
        self.dictionary.get(code)
    }

    /// The code of a JSON text; a text that is new has to pass the check.
    pub(super) fn encode(&mut self, json: &str, check: fn(&str) -> bool) -> Option<u32> {
        self.dictionary.code(json, check)
    }

    /// The text that was encoded last, if it is an object: then nothing longer starts with it.
    pub(super) fn last_object(&self) -> Option<(u32, &str)> {
        self.dictionary.last().filter(|(_, json)| json.starts_with('{'))
    }

    pub(super) fn push(&mut self, code: u32) {
        push(&mut self.codes, code);
    }

    pub(super) fn finish(&mut self) {
        self.codes.shrink_to_fit();
        self.dictionary.finish();
    }
}

funnelflux_contract::shows! {
    /// Shape only: values may be visitors' data.
    AttributeColumn, |it| label: it.label, distinct: it.distinct()
}

/// The attribute of a row: `id` and `value` (*proven*), and whatever else it holds.
///
/// `value` is an asset's name (*proven*); `id` is its id (*inferred*), or a timestamp (*proven*).
#[derive(Clone, Copy)]
pub struct AttributeValue<'a> {
    pub(super) json: &'a str,
    pub(super) id: Option<&'a str>,
    pub(super) value: Option<&'a str>,
}

impl<'a> AttributeValue<'a> {
    /// The id as plain text; `None` if it is null or absent.
    pub fn id(&self) -> Option<Cow<'a, str>> {
        self.id.and_then(plain)
    }

    /// The value as plain text; `None` if it is null or absent.
    pub fn value(&self) -> Option<Cow<'a, str>> {
        self.value.and_then(plain)
    }

    /// The JSON of a member.
    pub fn member(&self, name: &str) -> Option<&'a RawValue> {
        crate::json::member(self.json, name)
    }

    /// The whole attribute as its original JSON text.
    pub fn json(&self) -> &'a str {
        self.json
    }
}

funnelflux_contract::formats! {
    /// Size only: the value may be a visitor's data.
    Debug for AttributeValue<'_>, |it, f| write!(f, "AttributeValue({} bytes)", it.json.len())
}
