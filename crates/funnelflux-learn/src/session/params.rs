//! Path, method and parameters of a certain match.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use funnelflux_contract::{Member, Schema, Verb};
use funnelflux_transport::{EACH_ID, Says};

use super::draft::Draft;
use super::lexicon::Lexicon;
use super::pair::{self, Match};
use super::seen::Seen;
use super::sight::Sight;
use super::words::{are_alike, words};

/// Words of parameters that cut a list into pages.
const PAGING: &[&str] =
    &["page", "limit", "offset", "start", "size", "cursor", "per", "length", "after"];

fn is_of_ids(member: &Member) -> bool {
    matches!(member.kind, "id" | "id-list")
}

/// The parameter of the query whose value the contract's own path has as a place, or else the first id.
fn place_names(found: &Match<'_>) -> Vec<&'static str> {
    let operation = found.operation;
    let path = operation.path();
    let own: Vec<&str> =
        path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
    if !own.is_empty() {
        return own;
    }
    let ids = operation.query().iter().filter(|it| is_of_ids(it)).map(|it| it.name);
    match (pair::kind_of(operation), ids.clone().next()) {
        // The client sends a call for each.
        (Some(_), None) if lacks_list(found) => vec![EACH_ID],
        // The client takes it from the object that is saved.
        (Some((kind, Verb::Create | Verb::Update)), None) => {
            kind.id_members.iter().copied().take(1).collect()
        }
        _ => ids.collect(),
    }
}

/// Whether the operation is about ids that we send in a list, and the app sends no list.
fn lacks_list(found: &Match<'_>) -> bool {
    let body = &found.traits.call.body;
    let is_of_ids = found.kind.is_some_and(|(kind, verb)| {
        matches!(verb, Verb::Archive | Verb::Unarchive | Verb::Move) && !kind.takes_one(verb)
    });
    is_of_ids && !body.members.values().any(|seen| seen.is_list && seen.is_of_ids())
}

/// Whether the path has no word that may be one of the account.
pub(super) fn keeps(found: &Match<'_>, base: usize, lexicon: &Lexicon<'_>) -> bool {
    found.traits.call.below(base).iter().filter_map(|part| part.name()).all(|it| lexicon.keeps(it))
}

/// The path with our names of parameters in it; `None` where it cannot be said with them.
pub(super) fn path(found: &Match<'_>, base: usize, lexicon: &Lexicon<'_>) -> Option<String> {
    let call = found.traits.call;
    // The client sends ids in one value.
    if found.traits.query.values().any(|seen| seen.is_repeated && seen.has_id_list) {
        return None;
    }
    // Nor does it send in the body what it has in the query.
    let is_asked = |member: &&Member| member.required && is_of_ids(member);
    let has_id = |seen: &Seen| !seen.ids.is_empty();
    let has_none = found.traits.path_ids.is_empty() && !call.query.values().any(has_id);
    let mut asked = found.operation.query().iter().filter(is_asked);
    if has_none && asked.any(|it| !call.query.contains_key(it.name)) {
        return None;
    }
    let mut free =
        place_names(found).into_iter().filter(|name| !found.traits.query.contains_key(*name));
    let mut path = String::new();
    for part in call.below(base) {
        path.push('/');
        match part.name() {
            Some(name) => path.push_str(name),
            None => path.push_str(&format!("{{{}}}", free.next()?)),
        }
    }
    if call.slashed * 2 > call.taken.count {
        path.push('/');
    }
    // A place of our path that is none of theirs travels in the query.
    let has_place = found.operation.path().contains('{') || lacks_list(found);
    if has_place && found.traits.path_ids.is_empty() {
        let name = free.next()?;
        let is_holder = |own: &str, seen: &Seen| seen.is_of_ids() && lexicon.keeps(own);
        let mut holders = found.traits.query.iter().filter(|(own, seen)| is_holder(own, seen));
        let (theirs, _) = holders.next()?;
        if holders.next().is_some() {
            return None;
        }
        path.push_str(&format!("?{theirs}={{{name}}}"));
    }
    Some(path)
}

pub(super) fn learn(found: &Match<'_>, base: usize, draft: &mut Draft<'_>) {
    let (operation, call) = (found.operation, found.traits.call);
    let id = operation.id();
    let Some(path) = path(found, base, &draft.lexicon) else { return };
    draft.certain(id, Says::Path(path.clone()), call.taken);
    if (1..call.taken.count).contains(&call.slashed) {
        let (bare, query) = path.split_at(path.find('?').unwrap_or(path.len()));
        let other = bare.strip_suffix('/').map_or_else(|| format!("{bare}/"), str::to_owned);
        let count = call.slashed.min(call.taken.count - call.slashed);
        draft.likely(id, Says::Path(other + query), Sight { count, ..call.taken }, &path);
    }
    if operation.method().as_str() != call.method || !operation.grade().is_confirmed() {
        draft.certain(id, Says::Method(call.method.clone()), call.taken);
    }
    let in_path = |name: &str| path.contains(&format!("{{{name}}}"));
    let moved = |name: &str| path.contains(&format!("?{name}="));
    let mut ours: Vec<&Member> = operation.query().iter().filter(|it| !in_path(it.name)).collect();
    let mut theirs = Vec::new();
    for (&name, &seen) in found.traits.query.iter().filter(|(name, _)| !moved(name)) {
        let known = ours.iter().position(|it| it.name == name || it.alternatives.contains(&name));
        match known {
            Some(at) => says(found, ours.remove(at), name, seen, draft),
            None => theirs.push((name, seen)),
        }
    }
    let is_filter = found.kind.is_some_and(|(_, verb)| verb == Verb::List);
    let lists = found.kind.is_none_or(|(_, verb)| verb != Verb::Delete);
    for (name, seen) in &theirs {
        let is_it = |member: &&&Member| fits(member, name, seen, is_filter);
        let mut meant = ours.iter().filter(is_it);
        let (first, second) = (meant.next().copied(), meant.next());
        let rivals = theirs.iter().filter(|(other, seen)| {
            first.is_some_and(|member| fits(member, other, seen, is_filter))
        });
        match first.filter(|_| second.is_none() && rivals.count() == 1) {
            Some(_) if !draft.lexicon.keeps(name) => {
                draft.keep_out("a parameter", id, seen.sight.first);
            }
            Some(member) => says(found, member, name, seen, draft),
            None if is_paging(name) && draft.lexicon.keeps(name) && lists => {
                let note = Says::Note { topic: "paging".to_owned(), text: (*name).to_owned() };
                draft.certain(id, note, seen.sight);
            }
            None => {}
        }
    }
}

/// Whether a parameter of this name cuts a list into pages. `idPage` does not.
pub(super) fn is_paging(name: &str) -> bool {
    let words = words(name);
    let is_it = |word: &String| PAGING.contains(&&**word);
    words.iter().any(is_it) && !words.iter().any(|word| word == "id")
}

fn says(found: &Match<'_>, member: &Member, name: &str, seen: &Seen, draft: &mut Draft<'_>) {
    let says = Says::Query { ours: member.name.to_owned(), theirs: name.to_owned() };
    draft.certain(found.operation.id(), says, seen.sight);
}

/// Whether all values are those of an enumeration of the contract, or of none such as `true`.
pub(super) fn of_values(seen: &Seen) -> bool {
    static VALUES: OnceLock<BTreeSet<&'static str>> = OnceLock::new();
    let known = VALUES.get_or_init(|| {
        let values = Schema::all().iter().flat_map(|schema| schema.values);
        values.map(|value| value.value).chain(["true", "false"]).collect()
    });
    seen.values.keys().all(|value| known.contains(&**value))
}

/// Whether the values or the name show that it is this parameter.
fn fits(member: &Member, name: &str, seen: &Seen, is_filter: bool) -> bool {
    if is_of_ids(member) {
        // Of what is asked for, an id may be anything, and a number may count anything.
        if is_filter && !are_alike(name, member.name) {
            return false;
        }
        return seen.is_of_ids() && (!seen.is_of_numbers() || are_alike(name, member.name));
    }
    let values = Schema::find(member.kind).map(|schema| schema.values).unwrap_or_default();
    if !values.is_empty() {
        let is_known = |value: &String| values.iter().any(|known| known.value == value);
        let shown = seen.is_of_words() && seen.values.keys().any(is_known);
        return shown || (are_alike(name, member.name) && seen.is_of_words());
    }
    let is_flag = |seen: &Seen| {
        seen.is_of_words() && seen.values.keys().all(|it| it == "true" || it == "false")
    };
    are_alike(name, member.name) && (member.kind != "bool" || is_flag(seen))
}
