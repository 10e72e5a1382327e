//! A JSON object that is read and changed without being respelled.

use std::{borrow::Cow, sync::OnceLock};

use funnelflux_json::{MemberSpan, equal, find, members, place, slice};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::{Value, value::RawValue};

use crate::{DecodeError, json::parse};

pub use funnelflux_json::EditError;
pub(crate) use funnelflux_json::{describe, quote, unquote};

/// A JSON object as its text, with access by member.
///
/// A document *is* its text: read and written back, it keeps the order of members, the spelling of
/// numbers (`1.50`, `1e3`, 20 digits), escapes, white space, and unknown members. A change replaces
/// the bytes of the changed value, at any depth; setting an equal value changes no byte.
///
/// - An added member goes to the end of its object and is laid out like its neighbours.
/// - Of several members of one name the last is read and changed; removing removes them all.
/// - White space around the object is not part of it.
/// - `Debug` shows names of members, never values: documents hold secrets.
///
/// Only JSON can be read as a document, and not inside of serde's `flatten` or untagged enums.
///
/// ```
/// use funnelflux_model::Document;
///
/// let mut asset = Document::parse(r#"{"id":"x", "payout":1.50, "meta":{"v":1e3}}"#)?;
/// asset.set("payout", &1.5)?;
/// assert!(!asset.is_changed(), "1.5 is 1.50");
///
/// asset.set_at(&["meta", "v"], &7)?;
/// asset.set("name", "Blue shoes")?;
/// assert_eq!(
///     asset.text(),
///     r#"{"id":"x", "payout":1.50, "meta":{"v":7}, "name":"Blue shoes"}"#
/// );
/// assert_eq!(asset.read::<String>("name")?.as_deref(), Some("Blue shoes"));
/// assert_eq!(asset.changed_members(), ["meta", "name"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Document {
    original: Box<str>,
    edited: Option<Box<str>>,
    is_saved: bool,
    index: OnceLock<Box<[MemberSpan]>>,
}

impl Document {
    /// The empty object, `{}`.
    pub fn new() -> Self {
        Self::of("{}".into())
    }

    fn of(original: Box<str>) -> Self {
        Self { original, edited: None, is_saved: false, index: OnceLock::new() }
    }

    /// Reads a document from its text.
    ///
    /// # Errors
    /// When the text is not JSON, or not an object.
    pub fn parse(text: &str) -> Result<Self, DecodeError> {
        Self::from_raw(parse(text)?.to_owned())
    }

    /// Makes a document of JSON that has been read already; its text is taken over, not copied.
    ///
    /// # Errors
    /// When it is not an object.
    pub fn from_raw(raw: Box<RawValue>) -> Result<Self, DecodeError> {
        let text: Box<str> = raw.into();
        if text.starts_with('{') {
            Ok(Self::of(text))
        } else {
            Err(DecodeError::shape(format!("expected an object, found {}", describe(&text))))
        }
    }

    /// The text, with the changes.
    pub fn text(&self) -> &str {
        self.edited.as_deref().unwrap_or(&self.original)
    }

    /// The text as it was read, or as it was at the last [`mark_saved`](Self::mark_saved).
    pub fn original(&self) -> &str {
        &self.original
    }

    /// Whether any byte differs from the [`original`](Self::original).
    pub fn is_changed(&self) -> bool {
        self.edited.is_some()
    }

    /// The names of this object's members that differ from the original by value, were added or
    /// removed, in the order of the text; removed ones last.
    pub fn changed_members(&self) -> Vec<String> {
        if !self.is_changed() {
            return Vec::new();
        }
        let before = Self::of(self.original.clone());
        let mut changed: Vec<String> = Vec::new();
        let all = self.members().chain(before.members()).map(|(name, _)| name);
        for name in all {
            let pair = (before.json(&name), self.json(&name));
            let same = matches!(pair, (Some(one), Some(other)) if equal(one, other));
            if !same && !changed.iter().any(|known| *known == name) {
                changed.push(name.into_owned());
            }
        }
        changed
    }

    /// Makes the present text the original, as after a save or a fetch: the server has it. A text that
    /// is merely parsed, such as a file, does not count as saved.
    pub fn mark_saved(&mut self) {
        if let Some(edited) = self.edited.take() {
            self.original = edited;
        }
        self.is_saved = true;
    }

    /// Whether the server has the [`original`](Self::original): a save or a fetch gave it.
    pub fn is_saved(&self) -> bool {
        self.is_saved
    }

    pub(crate) fn saved(&self) -> Option<Self> {
        self.is_saved.then(|| Self::of(self.original.clone()))
    }

    /// Undoes every change.
    pub fn revert(&mut self) {
        self.edited = None;
        self.index = OnceLock::new();
    }

    fn index(&self) -> &[MemberSpan] {
        self.index.get_or_init(|| {
            let text = self.text();
            members(text, &(0..text.len())).unwrap_or_default().into_boxed_slice()
        })
    }

    pub(crate) fn json(&self, name: &str) -> Option<&str> {
        let (text, index) = (self.text(), self.index());
        let member = index.get(place(text, index, name)?)?;
        Some(slice(text, &member.value))
    }

    /// Whether there is a member of this name, including `null`.
    pub fn contains(&self, name: &str) -> bool {
        self.json(name).is_some()
    }

    /// The value of a member, as it is spelled.
    pub fn get(&self, name: &str) -> Option<&RawValue> {
        self.json(name).and_then(raw)
    }

    /// The value at a JSON pointer (RFC 6901), such as `/routes/0/idRoute` or the empty one.
    pub fn pointer(&self, pointer: &str) -> Option<&RawValue> {
        let text = self.text();
        if !pointer.is_empty() && !pointer.starts_with('/') {
            return None;
        }
        let span = pointer.split('/').skip(1).try_fold(0..text.len(), |span, segment| {
            find(text, span, &[&segment.replace("~1", "/").replace("~0", "~")])
        })?;
        raw(slice(text, &span))
    }

    pub(crate) fn object_at(&self, pointer: &str) -> Option<Self> {
        Self::parse(self.pointer(pointer)?.get()).ok()
    }

    /// Reads a member as a `T`: an absent one is `Ok(None)`, and `null` is read as a `T`.
    ///
    /// ```
    /// use funnelflux_model::Document;
    ///
    /// let document = Document::parse(r#"{"a":null,"b":2}"#)?;
    /// assert_eq!(document.read::<Option<u8>>("a")?, Some(None));
    /// assert_eq!(document.read::<Option<u8>>("c")?, None);
    /// assert_eq!(document.read_or_null::<u8>("a")?, None);
    /// let error = document.read::<bool>("b").unwrap_err();
    /// assert_eq!(error.to_string(), "the member `b` holds a number, which cannot be read as bool");
    /// # Ok::<(), funnelflux_model::DecodeError>(())
    /// ```
    ///
    /// # Errors
    /// When the member is present and is not a `T`.
    pub fn read<'a, T: Deserialize<'a>>(&'a self, name: &str) -> Result<Option<T>, DecodeError> {
        let Some(json) = self.json(name) else { return Ok(None) };
        let value = serde_json::from_str(json).map(Some);
        value.map_err(|_| DecodeError::member(name, json, &shortened(std::any::type_name::<T>())))
    }

    /// Reads a member as a `T`; an absent one and `null` are both `Ok(None)`.
    ///
    /// # Errors
    /// When the member is present, is not `null` and is not a `T`.
    pub fn read_or_null<'a, T: Deserialize<'a>>(
        &'a self,
        name: &str,
    ) -> Result<Option<T>, DecodeError> {
        Ok(self.read::<Option<T>>(name)?.flatten())
    }

    /// Lists the members in the order of the text, with duplicates.
    pub fn members(&self) -> impl Iterator<Item = (Cow<'_, str>, &RawValue)> {
        let text = self.text();
        self.index().iter().filter_map(move |member| {
            Some((unquote(slice(text, &member.name)), raw(slice(text, &member.value))?))
        })
    }

    /// Whether this object has every member of another one with the same value, at any depth. A list has to have the
    /// same length.
    pub fn has_all_of(&self, wanted: &Self) -> bool {
        self.lacking(wanted).is_empty()
    }

    /// Lists the outermost members of another object that this one lacks or has with another value, compared as
    /// [`has_all_of`](Self::has_all_of) does.
    pub fn lacking(&self, wanted: &Self) -> Vec<String> {
        fn has(there: &Value, wanted: &Value) -> bool {
            match (there, wanted) {
                (Value::Object(there), Value::Object(wanted)) => wanted
                    .iter()
                    .all(|(name, wanted)| there.get(name).is_some_and(|there| has(there, wanted))),
                (Value::Array(there), Value::Array(wanted)) if there.len() == wanted.len() => {
                    there.iter().zip(wanted).all(|(there, wanted)| has(there, wanted))
                }
                _ => there == wanted,
            }
        }
        let value = |raw: &RawValue| serde_json::from_str::<Value>(raw.get()).ok();
        let is_there = |name: &str| {
            let (Some(there), Some(wanted)) = (self.get(name), wanted.get(name)) else {
                return false;
            };
            there.get() == wanted.get()
                || value(there).zip(value(wanted)).is_some_and(|(one, other)| has(&one, &other))
        };
        let names = wanted.members().map(|(name, _)| name);
        names.filter(|name| !is_there(name)).map(Cow::into_owned).collect()
    }

    /// Sets a member. Inside an existing object, and inside a list of the same length, only the
    /// differences are changed; members that the new value lacks are removed.
    ///
    /// A [`Document`] or [`RawValue`] keeps its spelling; a compact one is laid out like the rest.
    ///
    /// # Errors
    /// When the value cannot be written as JSON, such as a map whose keys are lists.
    pub fn set<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), EditError> {
        self.set_at(&[name], value)
    }

    /// Sets a value at any depth. Objects that are absent or `null` on the way are made; an item of
    /// a list is named by its number, from 0, and must exist.
    ///
    /// # Errors
    /// When the value is not JSON, or something on the way is no object and no list with the item.
    pub fn set_at<T: Serialize + ?Sized>(
        &mut self,
        path: &[&str],
        value: &T,
    ) -> Result<(), EditError> {
        let changed = funnelflux_json::set(self.text(), path, value)?;
        self.take(changed);
        Ok(())
    }

    /// Sets a value at any depth as [`set_at`](Self::set_at) does, but keeps the members of objects
    /// that the value lacks. An array is replaced as a whole.
    ///
    /// ```
    /// use funnelflux_model::Document;
    ///
    /// let mut asset = Document::parse(r#"{"meta":{"v":1e3,"w":[1,2]}}"#)?;
    /// asset.merge_at(&["meta"], &Document::parse(r#"{"w":[3]}"#)?)?;
    /// assert_eq!(asset.text(), r#"{"meta":{"v":1e3,"w":[3]}}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`set_at`](Self::set_at).
    pub fn merge_at<T: Serialize + ?Sized>(
        &mut self,
        path: &[&str],
        value: &T,
    ) -> Result<(), EditError> {
        let changed = funnelflux_json::merge(self.text(), path, value)?;
        self.take(changed);
        Ok(())
    }

    /// Sets a member of this object to JSON text, which must be valid.
    pub(crate) fn put(&mut self, name: &str, json: &str) {
        let changed = funnelflux_json::set_text(self.text(), &[name], json);
        debug_assert!(changed.is_ok(), "a member of an object can be set");
        self.take(changed.unwrap_or_default());
    }

    /// Removes every member of this name; returns whether there was one.
    pub fn remove(&mut self, name: &str) -> bool {
        self.remove_at(&[name]).unwrap_or_default()
    }

    /// Removes a value at any depth; returns whether it existed.
    ///
    /// # Errors
    /// When something on the way is neither an object nor a list.
    pub fn remove_at(&mut self, path: &[&str]) -> Result<bool, EditError> {
        funnelflux_json::remove(self.text(), path).map(|changed| self.take(changed))
    }

    /// Takes the changed text over; returns whether there is one.
    fn take(&mut self, changed: Option<String>) -> bool {
        let Some(changed) = changed else { return false };
        debug_assert!(raw(&changed).is_some(), "an edit keeps JSON");
        self.index = OnceLock::new();
        self.edited = (changed != *self.original).then(|| changed.into());
        true
    }
}

pub(crate) fn raw(json: &str) -> Option<&RawValue> {
    // A part of a valid text, so it is valid.
    serde_json::from_str(json).ok()
}

/// `Option<String>` for `core::option::Option<alloc::string::String>`.
fn shortened(full: &str) -> String {
    let short = full.strip_prefix("core::option::Option<").and_then(|full| full.strip_suffix('>'));
    let mut out = String::new();
    for part in short.unwrap_or(full).split_inclusive(|letter: char| "<>(),[]& ".contains(letter)) {
        out.push_str(part.rsplit("::").next().unwrap_or(part));
    }
    out
}

impl Default for Document {
    fn default() -> Self {
        Self::new()
    }
}

/// Documents are equal when their texts are, byte for byte.
impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for Document {}

funnelflux_contract::formats! {
    Debug for Document, |it, f| {
        let text = it.text();
        let names = it.index().iter().map(|member| unquote(slice(text, &member.name)));
        f.write_str("Document ")?;
        f.debug_set().entries(names).finish()
    }
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue =
            serde_json::from_str(self.text()).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Self::from_raw(raw).map_err(D::Error::custom)
    }
}
