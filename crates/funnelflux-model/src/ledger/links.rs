//! Ids inside of assets: those of nodes, connections, pages and every other link.

use std::{
    collections::{BTreeMap, HashSet},
    ops::Range,
    sync::LazyLock,
};

use funnelflux_contract::{AssetKind, Schema};
use funnelflux_id::AssetId;

use super::rules::{ID, RESERVED};
use crate::{
    Document, Violations,
    document::{describe, unquote},
    quoted,
};

/// The depth to which members are looked at. The contract knows of no link deeper than five.
const DEEPEST: usize = 32;

/// The members that are ids in every schema of an asset, its parts and its copies. Names of other
/// schemas, such as `ts` of the page script, may mean anything in an asset.
static NAMES: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let own = AssetKind::all().iter().map(|kind| kind.schema);
    let copies = AssetKind::all().iter().filter_map(|kind| kind.copy_schema);
    let mut left: Vec<&Schema> = own.chain(copies).collect();
    let mut seen = HashSet::new();
    let mut is_id: BTreeMap<&str, bool> = BTreeMap::new();
    while let Some(schema) = left.pop() {
        if !seen.insert(schema.name) {
            continue;
        }
        for member in schema.members {
            *is_id.entry(member.name).or_insert(true) &= member.kind == "id";
            // The part within `Part[]` and `map<Part>`.
            left.extend(member.kind.split(['[', '<', '>']).filter_map(Schema::find));
        }
    }
    is_id.into_iter().filter(|(_, is_id)| *is_id).map(|(name, _)| name).collect()
});

/// The ids of the parts of a funnel, and of the ends of its connections, of which none may be empty.
const PARTS: [&str; 4] = ["idNode", "idConnection", "idSourceNode", "idTargetNode"];

/// A link that an asset holds: its place, such as `nodes[1].idNode`, its name and its JSON.
type Link<'a> = (String, String, &'a str);

/// Adds a violation for each new or changed link that is not an asset id; one to another asset may
/// be empty. What `stored`, the asset on the server, holds may stay, wherever it is moved.
pub(super) fn check(asset: &Document, stored: Option<&Document>, found: &mut Violations) {
    let before = stored.map(|stored| links(stored.text())).unwrap_or_default();
    let before: HashSet<(&str, &str)> =
        before.iter().map(|(_, name, json)| (name.as_str(), *json)).collect();
    for (place, name, json) in links(asset.text()) {
        let is_known = || before.contains(&(name.as_str(), json));
        let is_part = PARTS.contains(&name.as_str());
        let is_right = match json {
            r#""""# => !is_part,
            json => json.starts_with('"') && unquote(json).parse::<AssetId>().is_ok(),
        };
        if !is_right && !is_known() {
            let or_none = if is_part { "" } else { ", or the empty text for none" };
            found.add(place, shown(json), format!("{ID}{or_none}"));
        }
    }
}

/// A value of an id in a message: a long one, which may be a secret in the wrong place, is not shown.
pub(super) fn shown(json: &str) -> String {
    match json.starts_with('"') {
        _ if json.len() > 40 => describe(json).to_owned(),
        true => quoted(&unquote(json)),
        false => quoted(json),
    }
}

fn links(text: &str) -> Vec<Link<'_>> {
    let mut found = Vec::new();
    collect(text, 0..text.len(), "", 0, &mut found);
    found
}

fn collect<'a>(
    text: &'a str,
    span: Range<usize>,
    place: &str,
    depth: usize,
    found: &mut Vec<Link<'a>>,
) {
    if depth > DEEPEST {
        return;
    }
    for member in funnelflux_json::members(text, &span).unwrap_or_default() {
        let name = unquote(funnelflux_json::slice(text, &member.name));
        let inner = if place.is_empty() { name.to_string() } else { format!("{place}.{name}") };
        if NAMES.contains(&*name) {
            let json = funnelflux_json::slice(text, &member.value);
            found.push((inner, name.into_owned(), json));
        } else if !RESERVED.contains(&*name) {
            collect(text, member.value, &inner, depth + 1, found);
        }
    }
    for (at, item) in funnelflux_json::items(text, &span).unwrap_or_default().iter().enumerate() {
        collect(text, item.clone(), &format!("{place}[{at}]"), depth + 1, found);
    }
}
