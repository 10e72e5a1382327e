//! A file of funnels with everything that they need: read, written, given other ids.

use std::collections::{BTreeSet, HashMap};
use std::ops::Deref;

use funnelflux::funnels::PlanObject;
use funnelflux::ledger::AssetKind;
use funnelflux::model::Document;
use funnelflux_json::{Part, rewrite};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::failure::Failure;
use crate::input::{Input, Shape};

pub(super) const FORMAT: &str = "funnelflux-export/1";
/// What the server shows in place of a secret.
const MASK: &str = "********";

/// An asset of a file.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) object: PlanObject,
    /// The places of secrets, which the file does not hold.
    pub(super) secrets: Vec<String>,
}

impl Item {
    /// An object of the account without its secrets.
    pub(super) fn of(mut object: PlanObject) -> Self {
        let mut places = Vec::new();
        let json: Value = serde_json::from_str(object.document.text()).unwrap_or_default();
        masked(&json, &mut Vec::new(), &mut places);
        for place in &places {
            let path: Vec<&str> = place.iter().map(String::as_str).collect();
            // The place was just found in this text.
            let _ = object.document.remove_at(&path);
        }
        // The server sets the flags beside secrets.
        let flag = |place: &Vec<String>| place.last().is_some_and(|name| is_flag(name));
        let secrets = places.iter().filter(|place| !flag(place));
        let secrets = secrets.map(|place| place.join(".")).collect();
        Self { object, secrets }
    }

    /// The ids that it declares beside its own: of nodes and connections.
    pub(super) fn inner_ids(&self) -> Vec<String> {
        let mut found = BTreeSet::new();
        rewrite(self.document.text(), |part, member, value| {
            if part == Part::Text && matches!(member, "idNode" | "idConnection") {
                found.insert(value.to_owned());
            }
            None
        });
        found.into_iter().collect()
    }

    /// The same with other ids, wherever they stand.
    pub(super) fn with_ids(&self, ids: &HashMap<String, String>) -> Result<Self, Failure> {
        let other = |_: Part, _: &str, value: &str| ids.get(value).cloned();
        let text = rewrite(self.document.text(), other);
        let document = text.and_then(|text| Document::parse(&text).ok());
        let object = document.and_then(|document| PlanObject::new(self.kind, document).ok());
        let object = object.ok_or_else(|| {
            Failure::failed(format!("{} {} cannot be read", self.kind.noun, self.id))
        })?;
        Ok(Self { object, secrets: self.secrets.clone() })
    }
}

impl Deref for Item {
    type Target = PlanObject;

    fn deref(&self) -> &PlanObject {
        &self.object
    }
}

fn masked(json: &Value, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    let mut inside = |name: String, json: &Value| {
        path.push(name);
        masked(json, path, found);
        path.pop();
    };
    match json {
        Value::Object(members) => members.iter().for_each(|(name, it)| inside(name.clone(), it)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, it)| inside(at.to_string(), it));
        }
        Value::String(text) if text == MASK => found.push(path.clone()),
        Value::Bool(_) if path.last().is_some_and(|name| is_flag(name)) => found.push(path.clone()),
        _ => {}
    }
}

/// Whether a member says that a secret is stored, such as `hasHmacSecret`.
fn is_flag(name: &str) -> bool {
    name.starts_with("has") && (name.ends_with("Secret") || name.ends_with("Password"))
}

/// The text of a file: YAML, whose objects are JSON as the server spelled it.
pub(super) fn text(items: &[Item], account: &str) -> String {
    let quoted = |text: &str| Value::from(text).to_string();
    let mut out = format!("- format: {FORMAT}\n  account: {}\n  names:\n", quoted(account));
    for item in items {
        out += &format!("    {}: {}\n", item.id, quoted(&item.name()));
    }
    for item in items {
        out += &format!(
            "- kind: {}\n  id: {}\n  name: {}\n",
            item.kind.name,
            item.id,
            quoted(&item.name())
        );
        if !item.secrets.is_empty() {
            let places: Vec<String> = item.secrets.iter().map(|place| quoted(place)).collect();
            out += &format!("  secrets_to_enter_again: [{}]\n", places.join(", "));
        }
        let object = funnelflux_json::indent(item.document.text()).replace('\n', "\n    ");
        out += &format!("  object:\n    {object}\n");
    }
    out
}

/// An item of a file of ours.
#[derive(Deserialize)]
struct Entry {
    format: Option<String>,
    kind: Option<String>,
    object: Option<Box<RawValue>>,
    #[serde(default)]
    secrets_to_enter_again: Vec<String>,
}

/// Reads a file: an export, or the objects of funnels alone.
pub(super) fn read(path: &std::path::Path) -> Result<Vec<Item>, Failure> {
    let mut input = Input::read(path, false)?;
    let wrong = |why: String| {
        Failure::usage(format!("{}: {why}", path.display()))
            .hint("nothing was sent; expected a file of `ffx funnels export`, or funnels")
    };
    let objects = input.objects(Shape::UNKNOWN)?;
    let mut items = Vec::new();
    for (number, entry) in (1..).zip(objects) {
        let at = |why: &str| wrong(format!("item {number}: {why}"));
        let own: Entry = serde_json::from_str(entry.text()).map_err(|it| at(&it.to_string()))?;
        if let Some(format) = own.format {
            if format != FORMAT {
                return Err(at(&format!("format `{format}`; this ffx reads {FORMAT}")));
            }
            continue;
        }
        let secrets = own.secrets_to_enter_again;
        let (kind, object) = match own.object {
            Some(object) => {
                let object = Document::parse(object.get()).map_err(|it| at(&it.to_string()))?;
                (own.kind.unwrap_or_default(), object)
            }
            None => ("funnels".to_owned(), entry),
        };
        let kind = AssetKind::find(&kind).ok_or_else(|| at(&format!("no kind `{kind}`")))?;
        let object = PlanObject::new(kind, object).map_err(|error| at(&error.to_string()))?;
        items.push(Item { object, secrets });
    }
    if items.is_empty() {
        return Err(wrong("has no objects".to_owned()));
    }
    Ok(items)
}
