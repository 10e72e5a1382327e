//! A file of funnels with everything that they need: read, written, given other ids.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use funnelflux::funnels::PlanObject;
use funnelflux::id::AssetId;
use funnelflux::ledger::AssetKind;
use funnelflux::model::Document;
use funnelflux_json::{Part, rewrite};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::failure::Failure;
use crate::input::{Input, Shape};

pub(super) const FORMAT: &str = "funnelflux-export/1";

/// The ids that an object declares beside its own: of nodes and connections.
pub(super) fn inner_ids(object: &PlanObject) -> Vec<String> {
    let mut found = BTreeSet::new();
    rewrite(object.document.text(), |part, member, value| {
        if part == Part::Text && matches!(member, "idNode" | "idConnection") {
            found.insert(value.to_owned());
        }
        None
    });
    found.into_iter().collect()
}

/// The object with other ids, wherever they stand.
pub(super) fn with_ids(
    object: &PlanObject,
    ids: &HashMap<String, String>,
) -> Result<PlanObject, Failure> {
    let other = |_: Part, _: &str, value: &str| ids.get(value).cloned();
    let text = rewrite(object.document.text(), other);
    let document = text.and_then(|text| Document::parse(&text).ok());
    let changed = document.and_then(|document| PlanObject::new(object.kind, document).ok());
    changed.ok_or_else(|| {
        Failure::failed(format!("{} {} cannot be read", object.kind.noun, object.id))
    })
}

/// The text of a file: YAML, whose objects are JSON as the server spelled it.
/// `secrets`: the places where an object has a mask.
pub(super) fn text(
    items: &[PlanObject],
    secrets: &HashMap<AssetId, Vec<String>>,
    account: &str,
) -> String {
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
        if let Some(places) = secrets.get(&item.id) {
            let places: Vec<String> = places.iter().map(|place| quoted(place)).collect();
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
}

/// Reads a file: an export, or the objects of funnels alone.
pub(super) fn read(path: &Path) -> Result<Vec<PlanObject>, Failure> {
    items(Input::read(path, false)?.objects(Shape::UNKNOWN)?, path)
}

/// Whether the objects of a file are those of an export.
pub(super) fn is_export(objects: &[Document]) -> bool {
    let format = objects.first().and_then(|head| head.read::<String>("format").ok().flatten());
    format.is_some_and(|format| format.starts_with("funnelflux-export/"))
}

pub(super) fn items(objects: Vec<Document>, path: &Path) -> Result<Vec<PlanObject>, Failure> {
    let wrong = |why: String| {
        Failure::usage(format!("{}: {why}", path.display()))
            .hint("nothing was sent; expected a file of `ffx funnels export`, or funnels")
    };
    let (mut items, mut places) = (Vec::new(), HashMap::new());
    for (number, entry) in (1_usize..).zip(objects) {
        let at = |why: &str| wrong(format!("item {number}: {why}"));
        let own: Entry = serde_json::from_str(entry.text()).map_err(|it| at(&it.to_string()))?;
        if let Some(format) = own.format {
            if format != FORMAT {
                return Err(at(&format!("format `{format}`; this ffx reads {FORMAT}")));
            }
            continue;
        }
        let (kind, object) = match own.object {
            Some(object) => {
                let object = Document::parse(object.get()).map_err(|it| at(&it.to_string()))?;
                (own.kind.unwrap_or_default(), object)
            }
            None => ("funnels".to_owned(), entry),
        };
        let kind = AssetKind::find(&kind).ok_or_else(|| at(&format!("no kind `{kind}`")))?;
        let object = PlanObject::new(kind, object).map_err(|error| at(&error.to_string()))?;
        if let Some(first) = places.insert((kind.name, object.id), number) {
            return Err(at(&format!("{} is item {first} already", object.called())));
        }
        items.push(object);
    }
    if items.is_empty() {
        return Err(wrong("has no objects".to_owned()));
    }
    Ok(items)
}
