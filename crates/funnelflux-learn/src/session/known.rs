//! What all calls of a session show together, and which call makes or changes an object by it.

use std::collections::{BTreeMap, BTreeSet};

use funnelflux_contract::{AssetKind, Operation, Verb};
use funnelflux_transport::Overlay;

use super::kinds::{Payload, is_of_model, names_of};
use super::pair::Roots;
use super::places::Places;
use super::prefix::ends_with;
use super::seen::{MOST_IDS, Seen};
use super::traits::Traits;
use super::words::words;

/// What is known before a call is looked at.
#[derive(Default)]
pub(super) struct Known<'a> {
    /// The ids of each kind that objects of the account showed.
    pub(super) ids: BTreeMap<String, &'static AssetKind>,
    /// Those of them that answers to reads showed.
    read: BTreeSet<&'a String>,
    /// The names that objects of a model were answered with.
    members: BTreeMap<&'static str, BTreeSet<&'a str>>,
    pub(super) roots: Roots<'a>,
    pub(super) places: Places<'a>,
    /// The operations that were never taken at the path of the contract, though the app tried.
    pub(super) refused: BTreeSet<&'static str>,
    /// What was learned before.
    overlay: Overlay,
}

/// How well a part of an object fits.
pub(super) const PART: f64 = 2.9;

impl<'a> Known<'a> {
    pub(super) fn of(
        traits: &[Traits<'a>],
        overlay: &Overlay,
        refused: BTreeSet<&'static str>,
    ) -> Self {
        let mut known = Self { overlay: overlay.clone(), refused, ..Self::default() };
        for it in traits {
            for (payload, is_answer) in [(&it.body, false), (&it.answer, true)] {
                let Some(payload) = payload else { continue };
                let kinds = payload.certain().unwrap_or_default();
                let Some(kind) = kinds.first() else { continue };
                if is_answer {
                    known.members.entry(kind.schema.name).or_default().extend(payload.seen.names());
                }
                // Under the kind's own name of the id, or in the one place that holds another in each object.
                for id in own_id(payload.seen, kind).into_iter().flat_map(|(_, own)| &own.ids) {
                    known.ids.insert(id.clone(), kind);
                    known.read.extend(Some(id).filter(|_| is_answer && it.call.method == "GET"));
                }
            }
        }
        known
    }

    /// Whether the call is at the path of the operation that was learned or written before.
    pub(super) fn has_path(&self, traits: &Traits<'_>, operation: &Operation) -> bool {
        let path = self.overlay.path_of(operation.id()).and_then(|path| path.split('?').next());
        path.is_some_and(|path| ends_with(traits.below, path) == Some(0))
    }

    pub(super) fn is_of(&self, kind: &AssetKind, id: &String) -> bool {
        self.ids.get(id).is_some_and(|it| is_of_model(&[it], kind))
    }

    /// Whether it lacks most of what objects of the kind have.
    fn is_part(&self, kind: &AssetKind, seen: &Seen) -> bool {
        let shown = self.members.get(kind.schema.name);
        shown.is_some_and(|shown| seen.members.len() * 2 < shown.len())
    }

    /// Whether objects of the kind have all these names.
    fn has_names(&self, kind: &AssetKind, seen: &Seen) -> bool {
        let (own, shown) = (names_of(kind), self.members.get(kind.schema.name));
        seen.names().all(|name| own.contains(name) || shown.is_some_and(|it| it.contains(name)))
    }

    /// How well the call fits the verb, of this kind: what makes an object makes one that was not there.
    pub(super) fn fit(&self, traits: &Traits<'_>, kind: &AssetKind, verb: Verb) -> f64 {
        let is_other = traits.answers_others(kind, verb) || self.is_of_others(traits, kind, verb);
        if is_other || !traits.says_which(kind, verb) {
            return -10.0;
        }
        let fit = traits.fit(verb);
        let sent = traits.sent();
        let is_part = |most| fit < 0.0 && traits.sends_part(most) && self.has_names(kind, sent);
        match (verb, &*traits.call.method) {
            (Verb::Create, _) if fit > PART && !traits.says_new() && !self.makes(traits, kind) => {
                1.0
            }
            (Verb::Create, "POST") if is_part(0) && self.makes(traits, kind) => PART,
            (Verb::Update, "PUT" | "PATCH") if is_part(1) && self.changes(traits, kind) => PART,
            (Verb::Update, _) if fit > PART && self.is_part(kind, sent) => PART,
            // What was never archived may be switched on, or be taken out of something else.
            (Verb::Unarchive, _) if !self.places.archived.contains(kind.name) => {
                if traits.unarchives() { fit } else { fit.min(1.0) }
            }
            _ => fit,
        }
    }

    /// Whether it is about objects by their ids, all of which are those of other kinds.
    fn is_of_others(&self, traits: &Traits<'_>, kind: &AssetKind, verb: Verb) -> bool {
        let by_ids = !matches!(verb, Verb::List | Verb::Create | Verb::FindByCategory);
        by_ids
            && traits.asks().next().is_some()
            && traits.asks().all(|id| self.ids.contains_key(id) && !self.is_of(kind, id))
    }

    /// Whether the call makes what no answer to a read had before: it answers with it, or later reads do.
    fn makes(&self, traits: &Traits<'_>, kind: &AssetKind) -> bool {
        let (sent, made) = (traits.sent(), &traits.call.made);
        let is_new = |own: &Seen| {
            let is_full = made.len() >= MOST_IDS;
            !own.ids.is_empty() && (is_full || own.ids.iter().all(|id| made.contains(id)))
        };
        let own = |seen| own_id(seen, kind).map(|(_, own)| is_new(own));
        let is_it = |it: &&Payload<'_>| it.certain().is_some_and(|it| is_of_model(&it, kind));
        let answer = traits.answer.as_ref().filter(is_it).and_then(|answer| own(answer.seen));
        let is_read = || made.iter().any(|id| self.read.contains(id) && self.is_of(kind, id));
        let by_reads = || own(sent).unwrap_or(true) && is_read() && self.has_names(kind, sent);
        answer.unwrap_or_else(by_reads)
    }

    /// Whether the call changes members of one object. A state or a place alone is another deed.
    fn changes(&self, traits: &Traits<'_>, kind: &AssetKind) -> bool {
        let sent = traits.sent();
        let holders = traits.path_ids.iter().chain(traits.query.values().copied());
        let mut ids =
            holders.chain(own_id(sent, kind).map(|(_, own)| own)).flat_map(|seen| &seen.ids);
        let is_deed = |word: &String| matches!(&**word, "archive" | "id" | "status");
        let is_content = |name: &str| !words(name).iter().any(is_deed);
        ids.any(|id| self.is_of(kind, id)) && sent.names().any(is_content)
    }
}

/// The member that holds the id of the object itself.
pub(super) fn own_id<'a>(seen: &'a Seen, kind: &AssetKind) -> Option<(&'a str, &'a Seen)> {
    let known = kind.id_members.iter().find_map(|name| seen.members.get_key_value(*name));
    if let Some((name, own)) = known {
        return Some((name, own));
    }
    // Members that refer to others have names that the contract knows.
    let is_known = |name: &str| kind.members().any(|member| member.name == name);
    let mut unknown =
        seen.members.iter().filter(|(name, seen)| seen.is_of_ids() && !is_known(name));
    let first = unknown.next()?;
    unknown.next().is_none().then_some((first.0, first.1))
}
