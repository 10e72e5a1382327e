//! Names of members: confirmed, other ones, and what parts of objects hold.

use std::collections::{BTreeMap, BTreeSet};

use funnelflux_contract::{AssetKind, Member, NODES, NodeShape, Schema, Verb};
use funnelflux_transport::Says;

use super::draft::Draft;
use super::kinds::fits as fits_schema;
use super::known::own_id;
use super::lexicon::Lexicon;
use super::pair::Match;
use super::seen::Seen;
use super::sight::Sight;
use super::values;
use super::words::{are_alike, words};

const DEEPEST: usize = 6;

/// What is known of the objects at a place.
struct Known<'k> {
    of: &'k str,
    /// The members around them, by our names, each with a dot behind it.
    around: String,
    members: Vec<&'static Member>,
    /// Names of one thing: where one is there, the others are not missing.
    same: Vec<&'static [&'static str]>,
    own_id: Option<(&'static str, String)>,
    own_name: Option<&'static str>,
    /// The words of the kind, of which a name of its own may have one.
    noun: &'static str,
}

pub(super) fn learn(of: &str, kind: &'static AssetKind, objects: &[&Seen], draft: &mut Draft<'_>) {
    let mut names = BTreeSet::new();
    let members = kind.members().filter(|member| names.insert(member.name)).collect();
    let id = kind.id_members.first().copied();
    let theirs =
        objects.iter().find_map(|object| own_id(object, kind)).map(|(name, _)| name.to_owned());
    let known = Known {
        of,
        around: String::new(),
        members,
        same: vec![kind.id_members, kind.name_members],
        own_id: id.zip(theirs),
        own_name: kind.name_members.first().copied(),
        noun: kind.noun,
    };
    compare(&known, objects, draft, 0);
}

/// The members of an operation outside of the assets.
pub(super) fn of_other(found: &Match<'_>, draft: &mut Draft<'_>) {
    let call = found.traits.call;
    let place = place_of_other(found, &draft.lexicon).unwrap_or_default();
    let names = names(&place);
    let sides = [
        (found.operation.body(), Some(&call.body)),
        (found.operation.response(), call.answer.at(&names)),
    ];
    for (shape, seen) in sides {
        let schema = shape.schema().and_then(Schema::find);
        let (Some(schema), Some(seen)) = (schema, seen.filter(|seen| seen.objects > 0)) else {
            continue;
        };
        let known = Known::of(found.operation.id(), String::new(), schema);
        compare(&known, &[seen], draft, 0);
    }
}

/// The names of a place such as `data.items`.
pub(super) fn names(place: &str) -> Vec<&str> {
    place.split('.').filter(|name| !name.is_empty()).collect()
}

/// The members of what a deed is asked with: the ids, and where to, or the name of a copy.
pub(super) fn of_deed(found: &Match<'_>, verb: Verb, draft: &mut Draft<'_>) {
    let seen = &found.traits.call.body;
    let schema = found.operation.body().schema().and_then(Schema::find);
    let is_deed = matches!(verb, Verb::Archive | Verb::Unarchive | Verb::Move | Verb::Duplicate);
    let Some(schema) = schema.filter(|_| is_deed && seen.objects > 0) else { return };
    let mut lists = seen.members.iter().filter(|(_, seen)| seen.is_list && seen.is_of_ids());
    let list = lists.next().filter(|_| lists.next().is_none());
    let known = Known {
        own_id: list.map(|(name, _)| ("ids", name.clone())),
        own_name: Some("name").filter(|_| verb == Verb::Duplicate),
        noun: "copy",
        ..Known::of(found.operation.id(), String::new(), schema)
    };
    compare(&known, &[seen], draft, 0);
}

/// The members around what the answer of such an operation holds.
pub(super) fn place_of_other(found: &Match<'_>, lexicon: &Lexicon<'_>) -> Option<String> {
    let schema = found.operation.response().schema().and_then(Schema::find)?;
    let answer = &found.traits.call.answer;
    let top = fits_schema(answer, schema);
    let inner = answer.members.iter().map(|(name, seen)| (name, fits_schema(seen, schema)));
    let best = inner
        .filter(|(name, _)| lexicon.keeps(name))
        .max_by(|one, other| one.1.total_cmp(&other.1));
    match best {
        Some((name, fit)) if fit > top + 1.0 => Some(name.clone()),
        _ if top > 0.0 => Some(String::new()),
        _ => None,
    }
}

impl<'k> Known<'k> {
    fn of(of: &'k str, around: String, schema: &'static Schema) -> Self {
        let members = schema.members.iter().collect();
        Self { of, around, members, same: Vec::new(), own_id: None, own_name: None, noun: "" }
    }
}

fn compare(known: &Known<'_>, objects: &[&Seen], draft: &mut Draft<'_>, depth: usize) {
    let mut shown: BTreeMap<&str, Vec<&Seen>> = BTreeMap::new();
    for object in objects.iter().filter(|object| !object.is_map) {
        for (name, seen) in &object.members {
            shown.entry(name).or_default().push(seen);
        }
    }
    let is_shown = |name: &str| shown.contains_key(name);
    let has_other_name = |name: &str| {
        known.same.iter().any(|names| names.contains(&name) && names.iter().any(|it| is_shown(it)))
    };
    let mut missing = Vec::new();
    for member in &known.members {
        match shown.get(member.name) {
            Some(seen) => take(known, member, member.name, seen, draft, depth),
            None if has_other_name(member.name) || member.reserved => {}
            None if is_of_dialect(&known.around, member.name) => {}
            None => missing.push(*member),
        }
    }
    let is_known = |name: &str| known.members.iter().any(|member| member.name == name);
    let shows = |member: &Member, name: &str, seen: &[&Seen]| shows(known, member, name, seen);
    let mut fresh: Vec<(&str, &Vec<&Seen>)> = Vec::new();
    for (name, seen) in shown.iter().filter(|(name, _)| !is_known(name)) {
        if draft.lexicon.keeps_member(name, objects) {
            fresh.push((name, seen));
        } else if let (Some(member), Some(first)) =
            (missing.iter().find(|member| shows(member, name, seen)), seen.first())
        {
            let what = format!("what may be the member {}{}", known.around, member.name);
            draft.keep_out(&what, known.of, first.sight.first);
        }
    }
    // What most objects have alike names none of them, where another text tells them apart.
    let is_alike = |name: &str| {
        let others = fresh.iter().filter(|(_, seen)| is_text(seen) && tells_apart(seen));
        !fresh.iter().any(|(it, seen)| *it == name && tells_apart(seen)) && others.count() > 0
    };
    let is_own = |known: &Known<'_>, ours: &str, theirs: &str, seen: &[&Seen]| {
        is_own(known, ours, theirs, seen) && !(known.own_name == Some(ours) && is_alike(theirs))
    };
    for (name, seen) in &fresh {
        let mut meant = missing.iter().filter(|member| shows(member, name, seen));
        let (mut first, second) = (meant.next().copied(), meant.next());
        let own = missing.iter().find(|member| is_own(known, member.name, name, seen));
        if let Some(own) = own {
            first = Some(own);
        }
        let Some(member) = first else { continue };
        let is_it = |(other, seen): &&(&str, &Vec<&Seen>)| is_own(known, member.name, other, seen);
        let is_only = || fresh.iter().filter(is_it).count() == 1;
        let rivals = fresh.iter().filter(|(other, seen)| shows(member, other, seen)).count();
        match own.map_or(second.is_none() && rivals <= 1, |_| is_only()) {
            true => take(known, member, name, seen, draft, depth),
            false => maybe(known, member, name, seen, draft),
        }
    }
    // Without the name of its own an object cannot be found by it.
    missing
        .retain(|member| !fresh.iter().any(|(name, seen)| is_own(known, member.name, name, seen)));
    if let Some(member) = missing.iter().find(|member| Some(member.name) == known.own_name) {
        for (name, seen) in fresh.iter().filter(|(_, seen)| is_text(seen)) {
            maybe(known, member, name, seen, draft);
        }
    }
    // By elimination: the one new name, and the one missing member of its type.
    let unclaimed: Vec<_> = fresh
        .iter()
        .filter(|(name, seen)| {
            let is_own = known.members.iter().any(|it| is_own(known, it.name, name, seen));
            !is_own && !missing.iter().any(|it| shows(it, name, seen))
        })
        .collect();
    if let [(name, seen)] = unclaimed.as_slice() {
        let open = |member: &&&Member| {
            has_type(member, seen)
                && !fresh.iter().any(|(other, seen)| shows(member, other, seen))
                && member.kind != "unknown"
        };
        let mut fitting = missing.iter().filter(open);
        if let (Some(member), None) = (fitting.next(), fitting.next()) {
            maybe(known, member, name, seen, draft);
        }
    }
}

/// Whether it is a word of the nodes of funnels, which differ by kind: the dialect has the account's own.
pub(super) fn is_of_dialect(around: &str, name: &str) -> bool {
    let is_in = around.starts_with("nodes.") || around.starts_with("connections.");
    let has = |words: &[&str]| words.contains(&name);
    let is_word = |node: &NodeShape| {
        [node.objects, node.references, node.exits, node.triggers].into_iter().any(has)
    };
    is_in && NODES.iter().any(is_word)
}

/// Whether it is the object's own id or name.
fn is_own(known: &Known<'_>, ours: &str, theirs: &str, seen: &[&Seen]) -> bool {
    let is_id = known.own_id.as_ref().is_some_and(|(own, name)| *own == ours && name == theirs);
    is_id || (known.own_name == Some(ours) && names_it(known.noun, theirs) && is_text(seen))
}

fn is_text(seen: &[&Seen]) -> bool {
    seen.iter().all(|it| it.has_text && !it.is_of_ids() && !it.is_list)
}

/// Whether most of the objects have a text of their own there.
fn tells_apart(seen: &[&Seen]) -> bool {
    let count = |all: fn(&Seen) -> &BTreeSet<u64>| {
        seen.iter().flat_map(|it| all(it)).collect::<BTreeSet<_>>().len()
    };
    count(|it| &it.texts) * 2 > count(|it| &it.owners)
}

/// Whether a member names an object of the kind: `name`, `title` and `label`, alone or behind words of it.
fn names_it(noun: &str, theirs: &str) -> bool {
    let words = words(theirs);
    let Some((last, before)) = words.split_last() else { return false };
    let is_of_kind = |word: &String| noun.split(' ').any(|own| own.contains(&**word));
    matches!(&**last, "name" | "title" | "label") && before.iter().all(is_of_kind)
}

fn maybe(known: &Known<'_>, member: &Member, name: &str, seen: &[&Seen], draft: &mut Draft<'_>) {
    let ours = format!("{}{}", known.around, member.name);
    let says = Says::Member { ours, theirs: name.to_owned() };
    let sight = seen.iter().fold(Sight::default(), |all, it| all.and(it.sight));
    draft.likely(known.of, says, sight, "");
}

/// Learns one member and what it holds.
fn take(
    known: &Known<'_>,
    member: &'static Member,
    name: &str,
    seen: &[&Seen],
    draft: &mut Draft<'_>,
    depth: usize,
) {
    let ours = format!("{}{}", known.around, member.name);
    values::learn(member.bare_kind(), seen, draft);
    if member.grade.is_guess() || name != member.name {
        let says = Says::Member { ours: ours.clone(), theirs: name.to_owned() };
        let sight = seen.iter().fold(Sight::default(), |all, it| all.and(it.sight));
        draft.certain(known.of, says, sight);
    }
    let inner = Schema::find(member.bare_kind()).filter(|it| !it.members.is_empty());
    if let Some(schema) = inner.filter(|_| depth < DEEPEST && !member.kind.starts_with("map<")) {
        let below = Known::of(known.of, format!("{ours}."), schema);
        compare(&below, seen, draft, depth + 1);
    }
}

/// Whether values or names show that it is this member.
fn shows(known: &Known<'_>, member: &Member, name: &str, seen: &[&Seen]) -> bool {
    if !has_type(member, seen) {
        return false;
    }
    let schema = Schema::find(member.bare_kind());
    if let Some(schema) = schema.filter(|schema| !schema.values.is_empty()) {
        let is_known = |value: &String| schema.values.iter().any(|it| it.value == value);
        let of_words = seen.iter().any(|it| it.is_of_words());
        let all = seen.iter().flat_map(|it| it.values.keys()).all(is_known);
        let alone = known.members.iter().filter(|it| it.kind == member.kind).count() == 1;
        if of_words && all && alone {
            return true;
        }
    }
    // Parts of anything have these.
    const PLAIN: &[&str] = &["id", "key", "label", "name", "status", "title", "type", "value"];
    let fits = |schema: &Schema| {
        let is_own = |name: &str| schema.member(name).is_some() && !PLAIN.contains(&name);
        seen.iter().any(|it| fits_schema(it, schema) >= 1.2 && it.names().any(is_own))
    };
    schema.is_some_and(fits) || are_alike(name, member.name)
}

/// Whether what was seen is of the member's type.
fn has_type(member: &Member, seen: &[&Seen]) -> bool {
    let any = |fits: fn(&Seen) -> bool| seen.iter().any(|it| fits(it));
    if member.kind.ends_with("[]") != any(|seen| seen.is_list) && member.kind != "unknown" {
        return false;
    }
    match member.bare_kind() {
        "id" => any(Seen::is_of_ids),
        "string" => any(|seen| seen.has_text && !seen.is_of_ids()),
        "bool" => any(|seen| seen.has_bool),
        "integer" | "number" | "decimal" | "unix-time" => any(|seen| seen.has_number),
        "decimal-string" | "timestamp" => any(|seen| seen.has_text),
        "unknown" => true,
        "object" => any(|seen| seen.objects > 0),
        kind => match Schema::find(kind) {
            Some(schema) if schema.members.is_empty() => any(Seen::is_of_words),
            _ => any(|seen| seen.objects > 0),
        },
    }
}
