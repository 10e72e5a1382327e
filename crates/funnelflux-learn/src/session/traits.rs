//! What a call looks like, apart from its names: what goes in and what comes back.

use std::collections::{BTreeMap, BTreeSet};

use funnelflux_contract::{AssetKind, Schema, Verb};

use super::call::{Call, Segment};
use super::kinds::{Payload, is_of_model, payload, payload_of};
use super::known::{Known, own_id};
use super::seen::{MOST_IDS, Seen};
use super::words::{are_alike, words};

/// A call, seen from above.
pub(super) struct Traits<'a> {
    pub(super) call: &'a Call,
    pub(super) below: &'a [Segment],
    /// The parameters of the query, without those that calls of any kind have.
    pub(super) query: BTreeMap<&'a str, &'a Seen>,
    /// The words of the last name of the path.
    last: BTreeSet<String>,
    /// The kinds that the path names.
    pub(super) path_kinds: Vec<&'static AssetKind>,
    pub(super) body: Option<Payload<'a>>,
    pub(super) answer: Option<Payload<'a>>,
    /// The ids in the path, place by place.
    pub(super) path_ids: &'a [Seen],
    /// The parameters that hold one id each, in the path or in the query.
    ids: usize,
    has_id_list: bool,
}

impl<'a> Traits<'a> {
    pub(super) fn of(call: &'a Call, base: usize, common: &BTreeSet<&str>) -> Self {
        let names: Vec<&str> = call.below(base).iter().filter_map(|part| part.name()).collect();
        let all: Vec<String> = names.iter().flat_map(|name| words(name)).collect();
        let last = names.last().map(|name| words(name).into_iter().collect()).unwrap_or_default();
        let path_ids = call.ids_below(base);
        let is_one = |(name, seen): &(&&str, &&Seen)| {
            // A number may count anything, or be a time.
            let is_count = seen.is_of_numbers() && !words(name).iter().any(|word| word == "id");
            seen.is_of_ids() && !seen.has_id_list && !is_count
        };
        let query = call.query.iter().map(|(name, seen)| (&**name, seen));
        let query: BTreeMap<_, _> = query.filter(|(name, _)| !common.contains(name)).collect();
        let in_query = query.iter().filter(is_one).count();
        let asked = path_ids.iter().chain(query.values().copied()).flat_map(|it| &it.ids).collect();
        Self {
            below: call.below(base),
            last,
            path_kinds: kinds_of(&all),
            body: payload(&call.body, &asked),
            answer: payload(&call.answer, &asked),
            path_ids,
            ids: path_ids.len() + in_query,
            has_id_list: query.values().any(|seen| seen.has_id_list),
            query,
            call,
        }
    }

    /// Finds the objects of the kind whose call it is, where their names do not tell the kind.
    pub(super) fn read_as(&mut self, kind: &'static AssetKind, verb: Verb) {
        let saves = matches!(verb, Verb::Create | Verb::Update);
        let (seen, own) = match saves {
            true => (&self.call.body, &mut self.body),
            false if self.call.method == "GET" => (&self.call.answer, &mut self.answer),
            false => return,
        };
        let is_told = own.as_ref().and_then(Payload::certain).is_some();
        if let Some(it) =
            payload_of(seen, kind, !saves && verb != Verb::FindById).filter(|_| !is_told)
        {
            *own = Some(it);
        }
    }

    /// The ids of what it is about: those of the path, of the query, and of lists in the body.
    pub(super) fn asks(&self) -> impl Iterator<Item = &'a String> {
        let holders = self.path_ids.iter().chain(self.query.values().copied());
        let bodies = self.call.body.members.values().filter(|seen| seen.is_list);
        holders.chain(bodies).flat_map(|seen| &seen.ids)
    }

    /// Whether it says of which status, category or type the objects are.
    pub(super) fn says_which(&self, kind: &AssetKind, verb: Verb) -> bool {
        let is_filter =
            matches!(verb, Verb::FindByStatus | Verb::FindByCategory | Verb::FindByType);
        let own = kind.operation(verb).and_then(|operation| operation.query().first());
        let is_it = |name: &&str| own.is_some_and(|own| are_alike(name, own.name));
        let is_in_path = verb == Verb::FindByCategory && !self.path_ids.is_empty();
        !is_filter || is_in_path || self.query.keys().any(is_it)
    }

    /// Whether it shows an object of the kind's model, or has the id of one.
    pub(super) fn has_object(&self, kind: &AssetKind, known: &Known<'_>) -> bool {
        let mut shown =
            [&self.answer, &self.body].into_iter().flatten().filter_map(Payload::certain);
        shown.any(|kinds| is_of_model(&kinds, kind)) || self.asks().any(|id| known.is_of(kind, id))
    }

    /// Whether the answer holds other objects than those that were asked for, or more of them.
    pub(super) fn answers_others(&self, kind: &AssetKind, verb: Verb) -> bool {
        let holders = self.path_ids.iter().chain(self.query.values().copied());
        let asked: BTreeSet<&String> = holders.flat_map(|seen| &seen.ids).collect();
        let own = self.answer.as_ref().and_then(|it| Some((it, own_id(it.seen, kind)?.1)));
        let is_other = |id: &String| !asked.contains(id);
        match (verb, own) {
            (Verb::FindById | Verb::FindByIds, Some((answer, own))) => {
                let has_more = !self.has_id_list && answer.seen.objects > self.call.answered.count;
                has_more || (asked.len() < MOST_IDS && own.ids.iter().any(is_other))
            }
            // A copy has an id of its own, unless the path says that it is one.
            (Verb::Duplicate, Some((_, own))) => !self.copies() && !own.ids.iter().any(is_other),
            _ => false,
        }
    }

    fn has(&self, options: &[&str]) -> bool {
        options.iter().any(|word| self.last.contains(*word))
    }

    fn answers_list(&self) -> bool {
        // Around a list there is no object.
        fn holds(seen: &Seen, depth: usize) -> bool {
            let has_id = seen.members.values().any(Seen::is_of_ids);
            let below = || seen.members.values().any(|it| holds(it, depth + 1));
            if seen.is_list { has_id || seen.objects == 0 } else { depth < 3 && !has_id && below() }
        }
        let is_list = self.answer.as_ref().map(|answer| answer.seen.is_list);
        is_list.unwrap_or_else(|| holds(&self.call.answer, 0))
    }

    /// Whether the body is a whole object of a kind.
    fn sends_whole(&self) -> bool {
        self.body.as_ref().is_some_and(|body| {
            let Some((kind, _)) = body.kinds.first() else { return false };
            let has =
                |names: &[&str]| names.iter().any(|name| body.seen.members.contains_key(*name));
            let large = body.seen.members.len() >= 4;
            !self.call.body.is_list
                && !body.seen.is_list
                && (has(kind.name_members) || (large && body.certain().is_some()))
        })
    }

    /// Whether the body is what a copy is asked with.
    fn sends_copy(&self) -> bool {
        let known = Schema::find("DuplicateRequest");
        let names = &self.call.body.members;
        !names.is_empty()
            && names.keys().all(|name| known.is_some_and(|it| it.member(name).is_some()))
    }

    /// The ids in the body that are not those of a whole object: what is archived, moved or deleted.
    fn sends_ids(&self) -> bool {
        self.call.body.members.values().any(|seen| seen.is_of_ids() && seen.is_list)
    }

    fn sends_target(&self) -> bool {
        let is_target = |name: &str| {
            words(name).iter().any(|word| matches!(&**word, "category" | "campaign" | "group"))
        };
        self.call.body.members.iter().any(|(name, seen)| is_target(name) && !seen.is_list)
    }

    /// Whether the path says that something is in the archive no longer.
    pub(super) fn unarchives(&self) -> bool {
        self.has(&["unarchive", "un"])
    }

    fn copies(&self) -> bool {
        self.has(&["duplicate", "clone", "copy"])
    }

    /// Whether the answer holds a list without an object, and no object of a kind.
    pub(super) fn answers_nothing(&self) -> bool {
        fn is_empty(seen: &Seen, depth: usize) -> bool {
            let below = || seen.members.values().any(|it| is_empty(it, depth + 1));
            (seen.is_list && seen.objects == 0) || (depth < 3 && below())
        }
        self.answer.as_ref().and_then(Payload::certain).is_none() && is_empty(&self.call.answer, 0)
    }

    /// Whether the path says that something new is made.
    pub(super) fn says_new(&self) -> bool {
        self.has(&["create", "new", "add"])
    }

    /// The object of a kind in the body, or the body.
    pub(super) fn sent(&self) -> &'a Seen {
        self.body.as_ref().map_or(&self.call.body, |body| body.seen)
    }

    /// Whether the body may be a part of an object, of `most` ids, and the path says nothing else that is done.
    pub(super) fn sends_part(&self, most: usize) -> bool {
        let sent = self.sent();
        let is_other = self.acts() || self.sends_ids();
        self.ids <= most && !is_other && !sent.is_list && !sent.members.is_empty()
    }

    /// Whether the path or the method says that something else is done than saving.
    fn acts(&self) -> bool {
        const DEEDS: &[&str] =
            &["delete", "remove", "archive", "unarchive", "restore", "activate", "move"];
        self.copies() || self.call.method == "DELETE" || self.has(DEEDS)
    }

    /// How well the call fits a verb: below 0 not at all, from 3 on well.
    pub(super) fn fit(&self, verb: Verb) -> f64 {
        const NO: f64 = -10.0;
        let method = &*self.call.method;
        let is_read = method == "GET";
        let is_by = self.has(&["by"]);
        let deletes = self.has(&["delete", "remove"]);
        let restores = self.unarchives() || self.has(&["restore", "activate"]);
        let archives = self.has(&["archive"]) && !restores;
        let acts = self.acts();
        // A whole object is saved somewhere, and what is deleted below a deed is not done.
        let is_deed = !matches!(method, "GET" | "DELETE");
        let deed = if self.sends_whole() { 1.0 } else { 5.0 };
        let found = self.answers_list() && is_read;
        match verb {
            Verb::List if found && self.ids == 0 && !self.has_id_list => {
                let listed = self.has(&["list", "all", "index", "search"]);
                let cost = if is_by { 4.0 } else { 0.0 };
                3.0 + f64::from(u8::from(listed)) - cost
            }
            Verb::List if found && !self.has_id_list && self.has(&["list", "all"]) => 2.0,
            Verb::FindById if is_read && self.ids == 1 && !self.has_id_list && !found => {
                if self.call.answered.count > 0 { 4.0 } else { 1.0 }
            }
            Verb::FindByIds if is_read && self.has_id_list => 4.0,
            Verb::FindByIds if found && self.ids == 1 && is_by && self.has(&["id"]) => 4.0,
            Verb::FindByIds if found && self.ids == 1 => 1.0,
            Verb::FindByStatus if found && self.has(&["status"]) => 4.5,
            Verb::FindByCategory if found && self.has(&["category"]) && is_by => 4.5,
            Verb::FindByType if found && self.has(&["type"]) => 4.5,
            Verb::Duplicate if self.copies() && !is_read => 5.0,
            Verb::Duplicate if method == "POST" && self.ids == 1 && self.sends_copy() => {
                if self.answer.is_some() { 3.5 } else { 1.0 }
            }
            Verb::Delete if method == "DELETE" => 5.0,
            Verb::Delete if deletes && is_deed => deed,
            Verb::Archive if archives && is_deed => deed,
            Verb::Archive if self.call.body.members.contains_key("archive") => 3.5,
            Verb::Unarchive if self.unarchives() && is_deed => deed,
            Verb::Unarchive if restores && is_deed => deed.min(3.0),
            Verb::Move if is_deed && self.sends_target() => match self.has(&["move"]) {
                true => deed,
                false if !acts && self.sends_ids() => 3.0,
                false => NO,
            },
            Verb::Create if !acts && self.sends_whole() => match method {
                "POST" if self.has(&["update", "edit"]) => 1.0,
                // A new object is not at the place of one that is there.
                "POST" if self.ids > 0 => 1.0,
                "POST" => 3.5,
                "PUT" | "PATCH" if self.says_new() => 3.5,
                _ => NO,
            },
            Verb::Update if !acts && self.sends_whole() => match method {
                "PUT" | "PATCH" if self.says_new() => 1.0,
                "PUT" | "PATCH" => 3.5,
                "POST" if self.has(&["update", "edit"]) || self.ids == 1 => 3.5,
                "POST" => 1.0,
                _ => NO,
            },
            _ => NO,
        }
    }
}

/// The kinds that the words of the path name: those of the last name that names one.
fn kinds_of(names: &[String]) -> Vec<&'static AssetKind> {
    let squeezed = names.concat();
    let mut found: Vec<(usize, usize, &'static AssetKind)> = Vec::new();
    for kind in AssetKind::all() {
        let segment = kind.verbs.first().and_then(|(_, operation)| {
            Some(operation.path().rsplit_once('/')?.0.trim_matches('/').to_owned())
        });
        let own = words(kind.noun).concat();
        let by_segment = segment.map(|it| words(&it).concat()).unwrap_or_default();
        for name in [own, by_segment] {
            if let Some(at) = squeezed.rfind(&name).filter(|_| !name.is_empty()) {
                found.push((at + name.len(), name.len(), kind));
            }
        }
    }
    let Some(best) = found.iter().map(|(end, length, _)| (*end, *length)).max() else {
        return Vec::new();
    };
    let mut kinds: Vec<_> = found
        .into_iter()
        .filter(|(end, length, _)| (*end, *length) == best)
        .map(|(.., kind)| kind)
        .collect();
    kinds.dedup_by_key(|kind| kind.name);
    kinds
}
