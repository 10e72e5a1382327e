//! What a schema in a file says, with references, `allOf`, `anyOf` and `oneOf` unfolded.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use super::file::{Spot, plain};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Basic {
    Object,
    Array,
    /// A file travels as text as far as types go.
    #[serde(alias = "file")]
    String,
    Integer,
    Number,
    Boolean,
}

impl Basic {
    fn of(value: &Value) -> Self {
        match value {
            Value::String(_) => Self::String,
            Value::Bool(_) => Self::Boolean,
            Value::Number(number) if number.is_f64() => Self::Number,
            _ => Self::Integer,
        }
    }

    fn word(self) -> String {
        format!("{self:?}").to_lowercase()
    }
}

/// All that a schema allows, seen from above.
#[derive(Debug, Default)]
pub(super) struct View<'a> {
    /// Empty where it says nothing about the type. `null` is left out.
    pub(super) kinds: BTreeSet<Basic>,
    pub(super) members: Vec<Member<'a>>,
    /// The values of an enum, and where it stands.
    pub(super) values: Option<(Vec<String>, Spot<'a>)>,
    pub(super) item: Option<Spot<'a>>,
    /// The values of a map.
    pub(super) extra: Option<Spot<'a>>,
    /// What is required, wherever that stands: often beside the `allOf` that brings the members.
    required: BTreeSet<&'a str>,
    names: BTreeSet<&'a str>,
}

#[derive(Clone, Debug)]
pub(super) struct Member<'a> {
    pub(super) name: &'a str,
    pub(super) spot: Spot<'a>,
    pub(super) required: bool,
}

impl Member<'_> {
    /// Whether it is in answers only.
    pub(super) fn is_read_only(&self) -> bool {
        let is_so = |spot: &Spot<'_>| spot.flag("readOnly") == Some(true);
        is_so(&self.spot) || self.spot.resolved().as_ref().is_some_and(is_so)
    }
}

impl<'a> View<'a> {
    pub(super) fn of(spot: &Spot<'a>) -> Self {
        let mut view = Self::default();
        view.unfold(spot, &mut BTreeSet::new(), true);
        for member in &mut view.members {
            member.required = view.required.contains(member.name);
        }
        view
    }

    pub(super) fn member(&self, name: &str) -> Option<&Member<'a>> {
        self.members.iter().find(|member| member.name == name)
    }

    /// Whether it leaves everything open: any value, or any object.
    pub(super) fn says_nothing(&self) -> bool {
        self.members.is_empty()
            && self.values.is_none()
            && self.extra.is_none()
            && self.kinds.iter().all(|kind| *kind == Basic::Object)
    }

    /// `always` is false inside one branch of several: what a branch requires is not required.
    fn unfold(&mut self, spot: &Spot<'a>, seen: &mut BTreeSet<(&'a str, String)>, always: bool) {
        let Some(spot) = spot.resolved() else { return };
        if !seen.insert((&spot.document.about.name, spot.pointer.clone())) {
            return;
        }
        self.take_type(&spot);
        self.take_values(&spot);
        self.take_members(&spot);
        if always {
            let names =
                spot.elements("required").into_iter().filter_map(|name| name.value.as_str());
            self.required.extend(names);
        }
        if let Some(item) = spot.get("items") {
            self.kinds.insert(Basic::Array);
            self.item.get_or_insert(item);
        }
        for part in spot.elements("allOf") {
            self.unfold(&part, seen, always);
        }
        for part in spot.elements("anyOf").into_iter().chain(spot.elements("oneOf")) {
            self.unfold(&part, seen, false);
        }
    }

    fn take_type(&mut self, spot: &Spot<'a>) {
        let words = match spot.value.get("type") {
            Some(Value::Array(words)) => words.as_slice(),
            word => word.map_or(&[][..], std::slice::from_ref),
        };
        self.kinds.extend(words.iter().filter_map(|word| Basic::deserialize(word).ok()));
    }

    fn take_values(&mut self, spot: &Spot<'a>) {
        let listed = spot.value.get("enum").and_then(Value::as_array);
        let listed = listed.into_iter().flatten().chain(spot.value.get("const"));
        for value in listed.filter(|value| !value.is_null()) {
            if spot.value.get("type").is_none() {
                self.kinds.insert(Basic::of(value));
            }
            let at = || spot.get("enum").unwrap_or_else(|| spot.clone());
            let (values, _) = self.values.get_or_insert_with(|| (Vec::new(), at()));
            // Spelled as it would be as text, so that 301 and "301" are told apart by type.
            let text = plain(value);
            if !values.contains(&text) {
                values.push(text);
            }
        }
    }

    fn take_members(&mut self, spot: &Spot<'a>) {
        if let Some(properties) = spot.get("properties") {
            self.kinds.insert(Basic::Object);
            for (name, member) in properties.members() {
                if self.names.insert(name) {
                    self.members.push(Member { name, spot: member, required: false });
                }
            }
        }
        if let Some(extra) = spot.get("additionalProperties").filter(|e| e.value.is_object()) {
            self.kinds.insert(Basic::Object);
            self.extra.get_or_insert(extra);
        }
    }
}

/// A schema in a few words: its definition's name, or its type.
pub(super) fn described(spot: &Spot<'_>) -> String {
    let view = View::of(spot);
    if let (true, Some(name)) = (view.kinds.contains(&Basic::Object), spot.reference_name()) {
        return name;
    }
    if let Some((values, _)) = &view.values {
        return format!("one of {}", values.join(", "));
    }
    // Without going into lists of lists, which may stand in a circle.
    let once = |spot: &Spot<'_>| {
        spot.reference_name().unwrap_or_else(|| joined(&View::of(spot).kinds, |kind| kind.word()))
    };
    let said = joined(&view.kinds, |kind| match (kind, &view.item, &view.extra) {
        (Basic::Array, Some(item), _) => format!("{}[]", once(item)),
        (Basic::Object, _, Some(extra)) => format!("map<{}>", once(extra)),
        _ => kind.word(),
    });
    match spot.resolved().and_then(|spot| spot.text("format")) {
        Some(format) if view.kinds.len() == 1 => format!("{said} ({format})"),
        _ => said,
    }
}

fn joined(kinds: &BTreeSet<Basic>, word: impl Fn(&Basic) -> String) -> String {
    let words: Vec<String> = kinds.iter().map(word).collect();
    if words.is_empty() { "anything".to_owned() } else { words.join(" or ") }
}
