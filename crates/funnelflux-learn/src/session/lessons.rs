//! What was learned: facts from certain matches, and what is only likely.

use std::collections::{BTreeMap, BTreeSet};

use funnelflux_contract::{AssetKind, Operation, Verb};
use funnelflux_transport::{Fact, Overlay, Says};

use super::call::{Call, Calls, Segment};
use super::draft::{Draft, is_document, subject};
use super::kinds::Payload;
use super::lexicon::Lexicon;
use super::pair::{self, Match, Pairs};
use super::places::is_told;
use super::prefix::ends_with;
use super::seen::Seen;
use super::sight::Sight;
use super::{Session, documents, members, params, prefix, refusals, values};
use crate::matching::Certainty;
use crate::words::counted;

/// The result of matching a session.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Lessons {
    /// The facts, each from a certain match, and what is only likely, with what else it may be.
    pub facts: Overlay,
    /// The operations that were certainly called, with the number of calls.
    pub called: BTreeMap<&'static str, u64>,
    /// The operations that a schema file describes for certain.
    pub described: BTreeSet<&'static str>,
    /// The schema files, with how many of their operations were found, and how surely.
    pub read: Vec<String>,
    /// What the schema files say otherwise than the contract and is no fact, each with its place and the reason.
    pub not_taken: Vec<String>,
    /// The calls that are no operation of the contract, without ids and unknown words.
    pub unmatched: Vec<String>,
    /// The calls that were refused each time, so that they prove nothing, with the statuses.
    pub refused: Vec<String>,
    /// What was known and is contradicted by them.
    pub(super) refuted: Vec<Fact>,
    /// The operations that are called in a way that the client cannot follow, such as an id in the path that
    /// we send in a list of the body.
    pub beyond: Vec<String>,
    /// The nodes of funnels whose kind is not clear.
    pub unclear: Vec<String>,
    /// Where funnels contradict each other. None of it is averaged.
    pub contradictions: Vec<String>,
    /// The members of nodes that have no default: kind and member.
    pub(super) varied: Vec<(&'static str, String)>,
    /// What was seen and is not kept, because it may be a name or a text of the account, said without it.
    pub kept_out: Vec<String>,
    /// The files of objects that `ffx` printed.
    pub printed: usize,
    /// What schema files say that is of no use, with the place: references that lead nowhere, servers without
    /// an address.
    pub faults: BTreeSet<String>,
    /// The recorded requests that were none of the API: other hosts, pages, preflight requests.
    pub ignored: u64,
    /// The JSON answers of the API that were recorded without their bodies.
    pub without_content: u64,
    /// The server that the facts are of.
    pub(super) server: String,
}

/// Where the base path and the paths of the base URL are.
pub(super) const AT_OWN: &str = " at the server of the base URL, which is another one";

pub(super) fn draw(session: &Session) -> Lessons {
    let Session { account, objects: given, files, ignored, known, .. } = session;
    let of_server = |(name, calls)| {
        let base = prefix::base(calls);
        let own: Vec<&Call> = calls.iter().filter(|call| base.is_of(&call.path)).collect();
        let pairs = pair::pair(&own, base.len(), known, refusals::refused(calls));
        let certain = pairs.matches.iter().filter(|it| it.sure == Certainty::Certain).count();
        (certain, name, calls, base, pairs)
    };
    let none = (String::new(), Calls::default());
    let mut servers: Vec<_> = session.calls.iter().map(of_server).collect();
    // What one server shows is true of no other: that of the client counts, or else the one that shows most.
    let is_own = |name: &String| session.base.as_ref().is_some_and(|(own, _)| own == name);
    servers.sort_by_key(|(certain, name, ..)| (*certain > 0 && is_own(name), *certain));
    let own = servers.pop().unwrap_or_else(|| of_server((&none.0, &none.1)));
    let (_, name, calls, base, Pairs { mut matches, rest }) = own;
    let foreign = calls.iter().filter(|call| !base.is_of(&call.path));
    let mut draft = Draft::new(files, known, Lexicon::new(&account.texts, known));
    let (ignored, printed, without_content) = (*ignored, given.len(), account.without_content);
    let server = name.to_owned();
    let mut lessons = Lessons { ignored, printed, without_content, server, ..Lessons::default() };
    let is_other = !session.counts(name);
    let is_ours =
        |call: &&Call| Operation::all().any(|it| ends_with(&call.path, it.path()).is_some());
    let others = servers.iter().flat_map(|(_, _, calls, ..)| calls.iter()).chain(foreign.clone());
    if let count @ 1.. = others.filter(is_ours).count() {
        let calls = counted(count, "call");
        lessons.beyond.push(format!(
            "{calls} to another server or base path, which prove nothing of this one"
        ));
    }
    let certain: Vec<&Match<'_>> =
        matches.iter().filter(|it| it.sure == Certainty::Certain).collect();
    let words = certain.iter().filter_map(|found| Some((found, found.kind?.0.name)));
    draft.lexicon.learn_kinds(words.flat_map(|(found, kind)| {
        let names = found.traits.call.below(base.len()).iter().filter_map(Segment::name);
        names.map(move |name| (kind, found.operation.id(), name))
    }));
    if let Some(first) = certain.first().map(|it| it.traits.call) {
        let shown = certain.iter().map(|it| it.traits.call.taken.count).sum();
        let own = session.base.as_ref().map(|(_, own)| own);
        match base.path() {
            // Without it the learned paths would lead elsewhere.
            Some(path) => {
                let (says, sight) = (Says::BasePath(path), Sight { count: shown, ..first.taken });
                match own.filter(|_| is_other) {
                    Some(own) => draft.likely("*", says, sight, &format!("{own}{AT_OWN}")),
                    None => draft.certain("*", says, sight),
                }
            }
            None if own.is_some_and(|own| base.is(own)) => {}
            None => lessons.kept_out.push(prefix::KEPT_OUT.to_owned()),
        }
    }
    // What another server shows is no more certain than that it is the API.
    if is_other {
        matches.iter_mut().for_each(|it| it.sure = Certainty::Likely);
    }
    let certain: Vec<&Match<'_>> =
        matches.iter().filter(|it| it.sure == Certainty::Certain).collect();
    for found in &matches {
        let (id, call) = (found.operation.id(), found.traits.call);
        if found.sure == Certainty::Likely {
            let is_same = |it: &&Match<'_>| it.operation.id() == id && !std::ptr::eq(*it, found);
            let other = || {
                let other = matches.iter().find(is_same)?;
                params::path(other, base.len(), &draft.lexicon)
                    .filter(|_| params::keeps(other, base.len(), &draft.lexicon))
            };
            let or = match found.runner_up {
                _ if is_other => format!("{}{AT_OWN}", found.operation.path()),
                Some(operation) => operation.id().to_owned(),
                None => other().unwrap_or_else(|| "no operation of the contract".to_owned()),
            };
            match params::path(found, base.len(), &draft.lexicon) {
                Some(_) if !params::keeps(found, base.len(), &draft.lexicon) => {
                    draft.keep_out("the path", id, call.taken.first);
                }
                Some(path) => draft.likely(id, Says::Path(path), call.taken, &or),
                None => {}
            }
            continue;
        }
        lessons.called.insert(id, call.taken.count);
        if !params::keeps(found, base.len(), &draft.lexicon) {
            draft.keep_out("the path", id, call.taken.first);
            continue;
        }
        let Some(path) = params::path(found, base.len(), &draft.lexicon) else {
            lessons.beyond.push(format!("{id}: {}", shown(call, call.taken)));
            continue;
        };
        let known = draft.known_path(id, &path).filter(|fact| {
            let is_refused = calls.refused().any(|it| refusals::contradicts(it, fact, known));
            !is_refused && !certain.iter().any(|other| other.agrees_with(found))
        });
        if let Some(known) = known.map(ToString::to_string) {
            draft.likely(id, Says::Path(path), call.taken, &known);
            continue;
        }
        params::learn(found, base.len(), &mut draft);
        envelopes(found, &mut draft);
        values::of_query(found, &mut draft);
    }
    for kind in AssetKind::all() {
        let own = given.iter().filter(|(own, _)| own.name == kind.name);
        let printed: Vec<&Seen> = own.map(|(_, seen)| seen).collect();
        for (objects, is_printed) in [(objects(&certain, kind), false), (printed, true)] {
            if let Some(of) = family(kind).filter(|_| !objects.is_empty()) {
                draft.is_printed = is_printed;
                members::learn(&of, kind, &objects, &mut draft);
            }
        }
    }
    draft.is_printed = false;
    let can_follow = |it: &&&Match<'_>| params::path(it, base.len(), &draft.lexicon).is_some();
    let followed: Vec<&Match<'_>> = certain.iter().filter(can_follow).copied().collect();
    for found in followed {
        match found.kind {
            Some((_, verb)) => members::of_deed(found, verb, &mut draft),
            None => members::of_other(found, &mut draft),
        }
        refusals::needed(found, &mut draft);
        found.traits.call.refusals.note_shape(found.operation.id(), &mut draft);
    }
    values::of_deeds(calls, &certain, &mut draft);
    order(calls, &certain, &mut draft);
    (lessons.refused, lessons.refuted) = refusals::draw(calls, &mut draft);
    let fresh = draft.facts.iter().cloned().fold(Overlay::new(), Overlay::fact);
    account.funnels.learn(known, &fresh, &mut draft, &mut lessons);
    lessons.kept_out.extend(draft.kept_out());
    lessons.unmatched = rest.into_iter().chain(foreign).map(|it| shown(it, it.taken)).collect();
    let sent = |id: &str, member: &str| {
        let own = certain.iter().filter(|found| found.operation.id() == id);
        let mut bodies = own.filter_map(|found| found.traits.body.as_ref()).map(|it| it.seen);
        bodies.any(|body| {
            body.objects > 0
                && body.members.get(member).is_none_or(|it| it.sight.count < body.objects)
        })
    };
    documents::draw(session, &sent, &mut draft, &mut lessons);
    // One sighting among calls undoes nothing that was written by hand. Of paths it is decided already.
    let is_path = |says: &Says| matches!(says, Says::Path(_) | Says::BasePath(_));
    let written = |fact: &Fact| {
        let is_single = fact.evidence().is_some_and(|it| it.seen < 2);
        let is_asked = is_single && !is_path(fact.says()) && !session.calls.is_empty();
        let is_other = |it: &&Fact| {
            it.evidence().is_none() && subject(it) == subject(fact) && it.says() != fact.says()
        };
        known.facts().filter(|_| is_asked).find(is_other)
    };
    let mut facts = Overlay::new();
    for fact in std::mem::take(&mut draft.facts) {
        match written(&fact).map(ToString::to_string) {
            Some(other) => draft.maybe(fact, &other),
            None => facts = facts.fact(fact),
        }
    }
    let (facts, clashing) = facts.sound();
    clashing.into_iter().for_each(|(fact, other)| draft.maybe(fact, &other));
    // They stay visible until they are settled.
    (lessons.facts, _) = draft.maybe.into_iter().fold(facts, Overlay::fact).sound();
    lessons
}

/// `ledger.page.*` of a kind.
pub(super) fn family(kind: &AssetKind) -> Option<String> {
    let (_, operation) = kind.verbs.first()?;
    Some(format!("{}.*", operation.id().rsplit_once('.')?.0))
}

fn holds_objects(verb: Verb) -> bool {
    !matches!(verb, Verb::Delete | Verb::Archive | Verb::Unarchive | Verb::Move)
}

/// The objects of a kind that certain calls sent or got.
fn objects<'m>(certain: &'m [&'m Match<'m>], kind: &AssetKind) -> Vec<&'m Seen> {
    let mut objects = Vec::new();
    for found in certain {
        let Some((own, verb)) = found.kind.filter(|(own, _)| own.name == kind.name) else {
            continue;
        };
        if !holds_objects(verb) {
            continue;
        }
        let traits = &found.traits;
        let is_of = |payload: &&Payload<'_>| payload.may_be(own);
        let body = traits.body.as_ref().filter(|_| matches!(verb, Verb::Create | Verb::Update));
        for payload in [traits.answer.as_ref().filter(is_of), body].into_iter().flatten() {
            objects.push(payload.seen);
        }
    }
    objects
}

/// Where answers and bodies hold their objects.
fn envelopes(found: &Match<'_>, draft: &mut Draft<'_>) {
    let (id, call) = (found.operation.id(), found.traits.call);
    let told = |says, sight, rival: Option<&Vec<String>>, draft: &mut Draft<'_>| match rival {
        Some(other) => draft.likely(id, says, sight, &other.join(".")),
        None => draft.certain(id, says, sight),
    };
    let answer_in = |within: String, seen: &Seen, rival, draft: &mut Draft<'_>| {
        let sight = Sight { first: seen.sight.first, ..call.answered };
        told(Says::AnswerIn(within), sight, rival, draft);
    };
    let Some((own, verb)) = found.kind else {
        if let Some(within) = members::place_of_other(found, &draft.lexicon) {
            let seen = call.answer.at(&members::names(&within)).unwrap_or(&call.answer);
            answer_in(within, seen, None, draft);
        }
        return;
    };
    let holds_none = verb == Verb::List && found.traits.answer.is_none();
    if let Some((within, seen)) = holds_none.then(|| place_of_list(&call.answer, draft)).flatten() {
        answer_in(within.join("."), seen, None, draft);
    }
    let is_of = |payload: &&Payload<'_>| payload.may_be(own);
    let is_kept =
        |within: &[String], draft: &Draft<'_>| within.iter().all(|name| draft.lexicon.keeps(name));
    if let Some(answer) = found.traits.answer.as_ref().filter(is_of).filter(|_| holds_objects(verb))
    {
        match is_kept(&answer.within, draft) {
            true => {
                let within = answer.within.join(".");
                answer_in(within, answer.seen, answer.rival.as_ref(), draft);
            }
            false => draft.keep_out("a member around the answer", id, answer.seen.sight.first),
        }
    }
    let sends = matches!(verb, Verb::Create | Verb::Update);
    if let Some(body) = found.traits.body.as_ref().filter(is_of).filter(|_| sends) {
        match is_kept(&body.within, draft) {
            true => {
                let says = Says::BodyIn(body.within.join("."));
                told(says, body.seen.sight, body.rival.as_ref(), draft);
            }
            false => draft.keep_out("a member around the body", id, body.seen.sight.first),
        }
    }
}

/// The members around the one list of an answer that holds objects of no kind, or nothing.
fn place_of_list<'s>(answer: &'s Seen, draft: &Draft<'_>) -> Option<(Vec<String>, &'s Seen)> {
    let mut open = vec![(Vec::new(), answer)];
    let mut lists = Vec::new();
    while let Some((within, seen)) = open.pop() {
        if seen.is_list {
            // One of numbers or texts holds no objects.
            let is_plain = seen.has_number || seen.has_text || seen.has_bool;
            lists.extend(Some((within, seen)).filter(|_| !is_plain));
        } else if within.len() < 3 {
            let below = seen.members.iter().filter(|(name, _)| draft.lexicon.keeps(name));
            open.extend(
                below.map(|(name, seen)| ([within.clone(), vec![name.clone()]].concat(), seen)),
            );
        }
    }
    lists.pop().filter(|_| lists.is_empty())
}

/// The order of writes, without repeats.
fn order(calls: &Calls, certain: &[&Match<'_>], draft: &mut Draft<'_>) {
    let mut ids: Vec<&str> = Vec::new();
    let mut first = None;
    for write in &calls.writes {
        let found = certain.iter().find(|it| write.is_of(it.traits.call));
        let found = found.map(|it| it.operation).filter(|it| !it.idempotency().is_safe());
        if let Some(id) =
            found.map(Operation::id).filter(|id| id.starts_with("ledger.") && !ids.contains(id))
        {
            first.get_or_insert(write.at);
            ids.push(id);
        }
    }
    if let (Some(first), true) = (first, ids.len() > 1) {
        let text = ids.join(", ");
        let note = Says::Note { topic: "order".to_owned(), text };
        draft.certain("ledger.*", note, Sight::at(first));
    }
}

/// A call without ids, and without words that the contract does not know: one may be a name.
pub(super) fn shown(call: &Call, Sight { first, count, .. }: Sight) -> String {
    let known = |name: &str| {
        let mut paths = Operation::all().flat_map(|operation| operation.path().split('/'));
        paths.any(|part| part == name) || name == "v1" || is_told(name)
    };
    let part = |part: &Segment| match part.name() {
        Some(name) if known(name) => format!("/{name}"),
        Some(_) => "/…".to_owned(),
        None => "/{id}".to_owned(),
    };
    let path: String = call.path.iter().map(part).collect();
    let method: String = call.method.chars().filter(char::is_ascii_uppercase).take(10).collect();
    let calls = counted(count, "call");
    format!("{method} {path} ({calls}, the first is entry {})", first.entry)
}

impl Lessons {
    /// Adds the facts to those that were learned before. New evidence wins; the facts that it contradicts
    /// are returned, too.
    pub fn over(&self, known: &Overlay) -> (Overlay, Vec<Fact>) {
        // Of the words of a kind of node there may be several.
        let mut fresh: BTreeMap<_, Vec<&Fact>> = BTreeMap::new();
        for fact in self.facts.facts() {
            fresh.entry(subject(fact)).or_default().push(fact);
        }
        let has_no_default = |says: &Says| {
            matches!(says, Says::Node { kind, part, .. }
                if self.varied.iter().any(|(of, member)| (*of, member) == (kind, part)))
        };
        let (mut all, mut dropped) = (Overlay::new(), Vec::new());
        let mut repeated = BTreeMap::new();
        for fact in known.facts() {
            match fresh.get(&subject(fact)) {
                None if has_no_default(fact.says()) || self.refuted.contains(fact) => {
                    dropped.push(fact.clone());
                }
                None => all = all.fact(fact.clone()),
                Some(new) if !new.iter().any(|new| new.says() == fact.says()) => {
                    dropped.push(fact.clone());
                }
                Some(_) => drop(repeated.insert((subject(fact), fact.says()), fact)),
            }
        }
        for fact in self.facts.facts() {
            let known = repeated.get(&(subject(fact), fact.says())).copied();
            let fact = match (known, known.and_then(Fact::evidence), fact.evidence()) {
                // What was written by hand stays so: a document adds nothing to it.
                (Some(known), None, Some(new)) if is_document(new) => known.clone(),
                // The same file read again says nothing more.
                (_, Some(old), Some(new)) if (&old.file, &old.entry) != (&new.file, &new.entry) => {
                    let day = if old.when > new.when { &old.when } else { &new.when };
                    // What was seen counts for more than what a document says.
                    let base = if is_document(old) && !is_document(new) { new } else { old };
                    let both = base.clone().seen(old.seen + new.seen, day.clone());
                    fact.clone().with_evidence(both)
                }
                _ => fact.clone(),
            };
            all = all.fact(fact);
        }
        // Two facts of different subjects may claim one name: what was seen or written stays before what a document
        // says, and else what is newer.
        let mut by_weight: Vec<Fact> = all.facts().cloned().collect();
        by_weight.reverse();
        by_weight.sort_by_key(|fact| fact.evidence().is_some_and(is_document));
        let (_, clashing) = by_weight.into_iter().fold(Overlay::new(), Overlay::fact).sound();
        let is_clashing = |fact: &Fact| {
            let mut lost = clashing.iter().map(|(lost, _)| lost);
            lost.any(|lost| (lost.operations(), lost.says()) == (fact.operations(), fact.says()))
        };
        let sound = all.facts().filter(|fact| !is_clashing(fact)).cloned();
        let mut sound = sound.fold(Overlay::new(), Overlay::fact);
        for likely in self.facts.likely().chain(known.likely()) {
            let says =
                |it: &Fact| (it.operations(), it.says()) == (likely.operations(), likely.says());
            let is_of = |it: &Fact| subject(it) == subject(likely);
            let was_settled = known.facts().any(is_of);
            let is_settled = sound.facts().any(|it| says(it) || (!was_settled && is_of(it)));
            let is_new = self.facts.likely().any(says);
            if !sound.likely().any(says) && (is_new || !is_settled) {
                sound = sound.fact(likely.clone());
            }
        }
        dropped.extend(clashing.into_iter().map(|(fact, _)| fact));
        (sound, dropped)
    }
}
