//! Values of the contract's enumerations.

use funnelflux_contract::{Schema, Verb};
use funnelflux_transport::Says;

use super::call::{Calls, State};
use super::lessons::Draft;
use super::pair::Match;
use super::seen::Seen;

/// Learns the values at a place that holds the enumeration `kind`, if it is one.
pub(super) fn learn(kind: &str, seen: &Seen, day: &str, draft: &mut Draft<'_>) {
    let Some(schema) = Schema::find(bare(kind)).filter(|schema| schema.members.is_empty()) else {
        return;
    };
    // Anything may stand where other things than words do. The types of nodes are of the dialect.
    if !seen.is_of_words() || schema.name == "NodeType" {
        return;
    }
    for value in &seen.values {
        let known = schema.values.iter().find(|known| known.value == value);
        if known.is_some_and(|known| !known.grade.is_guess()) {
            continue;
        }
        let of = schema.name.to_owned();
        let ours = known.map(|known| known.value.to_owned());
        draft.certain(
            "*",
            Says::Value { of, ours, theirs: value.clone() },
            seen.first,
            seen.count,
            day,
        );
    }
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
            learn(member.kind, seen, &found.traits.call.day, draft);
        }
    }
}

/// A new word for a state that an object has right after a deed which leads to a known state.
pub(super) fn of_deeds(calls: &Calls, certain: &[&Match<'_>], draft: &mut Draft<'_>) {
    let enumerations = ["Status", "AssetStatus"];
    for write in &calls.writes {
        let of_form = |it: &&&Match<'_>| {
            it.traits.call.method == write.method && it.traits.call.path == write.path
        };
        let verb = certain.iter().find(of_form).and_then(|it| it.kind).map(|(_, verb)| verb);
        let ours = match verb {
            Some(Verb::Archive) => "archived",
            Some(Verb::Delete) => "deleted",
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
            if draft.knows(|says| *says == new).is_some() {
                let ours = Some(ours.to_owned());
                draft.replace(
                    &new,
                    Says::Value { of: of.to_owned(), ours, theirs: after.value.clone() },
                );
            }
        }
    }
}

/// `X` of `X`, `X[]` and `map<X>`.
pub(super) fn bare(kind: &str) -> &str {
    kind.trim_start_matches("map<").trim_end_matches(['[', ']', '>'])
}
