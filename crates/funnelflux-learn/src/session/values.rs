//! Values of the contract's enumerations.

use std::collections::{BTreeMap, BTreeSet};

use funnelflux_contract::{Schema, Value, Verb};
use funnelflux_transport::Says;

use super::call::{Calls, State};
use super::draft::Draft;
use super::lexicon::squeezed;
use super::pair::Match;
use super::seen::{Seen, Word};

/// A place with more new values than that holds texts.
const MOST_NEW: usize = 8;

/// Learns the values at a place that holds the enumeration `kind`, if it is one. A new value may be a text that
/// a person wrote: it is kept only beside values of the contract, in their style, and of several objects; or
/// where it is one of them in another style.
pub(super) fn learn(kind: &str, seen: &[&Seen], draft: &mut Draft<'_>) {
    let Some(schema) = Schema::find(kind).filter(|schema| schema.members.is_empty()) else {
        return;
    };
    // Anything may stand where other things than words do. The types of nodes are of the dialect.
    let is_of_others = |it: &&Seen| it.has_other_texts || !it.ids.is_empty();
    if schema.name == "NodeType" || seen.iter().any(is_of_others) {
        return;
    }
    let is_shown = |value: &str| seen.iter().any(|it| it.values.contains_key(value));
    let says = |ours: Option<&Value>, theirs: &str| Says::Value {
        of: schema.name.to_owned(),
        ours: ours.map(|known| known.value.to_owned()),
        theirs: theirs.to_owned(),
    };
    let mut fresh = BTreeMap::<&str, Word>::new();
    for (value, word) in seen.iter().flat_map(|it| &it.values) {
        match schema.values.iter().find(|known| known.value == value) {
            Some(known) if known.grade.is_guess() => {
                draft.certain("*", says(Some(known), value), word.sight);
            }
            Some(_) => {}
            None => {
                let all = fresh.entry(value).or_default();
                all.objects.extend(&word.objects);
                all.sight = all.sight.and(word.sight);
            }
        }
    }
    let is_of_words = schema.values.iter().any(|known| is_shown(known.value));
    let are_few = fresh.len() <= MOST_NEW;
    for (value, Word { sight, objects }) in fresh {
        let same = schema
            .values
            .iter()
            .find(|it| !is_shown(it.value) && squeezed(it.value) == squeezed(value));
        let is_proven = is_of_words && are_few && objects.len() > 1 && has_style(schema, value);
        // A word that APIs do not have may be a name, however many objects have it.
        match same.is_some() || (is_proven && draft.lexicon.keeps(value)) {
            true => draft.certain("*", says(same, value), sight),
            false => draft.unproven(says(None, value), sight),
        }
    }
}

/// Whether a value is written as those of the contract are.
fn has_style(schema: &Schema, value: &str) -> bool {
    let style = |value: &str| -> BTreeSet<char> {
        let class = |(at, c): (usize, char)| match c {
            'A'..='Z' if at == 0 => 'A',
            'A'..='Z' => 'B',
            'a'..='z' => 'a',
            other => other,
        };
        value.chars().enumerate().map(class).collect()
    };
    let known: BTreeSet<char> = schema.values.iter().flat_map(|known| style(known.value)).collect();
    style(value).is_subset(&known)
}

pub(super) fn of_query(found: &Match<'_>, draft: &mut Draft<'_>) {
    for (name, seen) in &found.traits.call.query {
        let id = found.operation.id();
        let is_it = |ours: &str| {
            let renamed = |says: &Says| matches!(says, Says::Query { ours: own, theirs } if own == ours && theirs == name);
            draft.says_of(id, renamed)
        };
        let member = found.operation.query().iter().find(|it| it.name == name || is_it(it.name));
        if let Some(member) = member {
            learn(member.bare_kind(), &[seen], draft);
        }
    }
}

/// A new word for a state that an object has right after a deed which leads to a known state.
pub(super) fn of_deeds(calls: &Calls, certain: &[&Match<'_>], draft: &mut Draft<'_>) {
    let enumerations = ["Status", "AssetStatus"];
    for write in &calls.writes {
        let found = certain.iter().find(|it| write.is_of(it.traits.call));
        let ours = match found.and_then(|it| it.kind) {
            Some((_, Verb::Archive)) => "archived",
            Some((_, Verb::Delete)) => "deleted",
            _ => continue,
        };
        let is_of = |state: &&State| state.ids.iter().any(|id| write.ids.contains(id));
        let mut own = calls.states.iter().filter(is_of);
        let Some(after) = own.clone().find(|it| it.at > write.at && it.at.file == write.at.file)
        else {
            continue;
        };
        if own.any(|it| it.at < write.at && it.value == after.value) {
            continue;
        }
        for of in enumerations {
            let is_taken = |says: &Says| {
                matches!(says, Says::Value { of: own, ours: Some(own_word), .. }
                    if own == of && own_word == ours)
            };
            if draft.knows(is_taken).is_some() {
                continue;
            }
            let new = Says::Value { of: of.to_owned(), ours: None, theirs: after.value.clone() };
            let ours = Some(ours.to_owned());
            let says = Says::Value { of: of.to_owned(), ours, theirs: after.value.clone() };
            draft.replace(&new, says, after.at);
        }
    }
}
