//! The dialect of funnels: the words of their nodes and connections, from whole funnels of the session.

use std::collections::HashSet;

use funnelflux_contract::Operation;
use funnelflux_contract::operations::ledger::FUNNEL_FIND_BY_ID;
use funnelflux_funnels::{DialectFact, FunnelDialect, Lesson};
use funnelflux_json::Direction;
use funnelflux_model::Document;
use funnelflux_model::ledger::{Funnel, Model as _};
use funnelflux_transport::{Overlay, Says};
use serde_json::{Map, Value};

use super::draft::Draft;
use super::lessons::Lessons;
use super::seen::hash;
use super::sight::{At, Sight};
use super::words::is_id;

/// What facts about nodes are of.
pub(super) const FAMILY: &str = "ledger.funnel.*";
const OPERATION: &Operation = &FUNNEL_FIND_BY_ID;

/// More teach nothing new, and cost memory.
const MOST: usize = 500;
const MOST_BYTES: usize = 8 << 20;
const DEEPEST: usize = 4;
/// Of more types that are not clear, something else than the words of the API is the cause.
const MOST_UNCLEAR: usize = 50;

/// Whole funnels as they were seen, each state of one once.
#[derive(Debug, Default)]
pub(super) struct Funnels {
    kept: Vec<Kept>,
    known: HashSet<u64>,
    bytes: usize,
    left_out: u64,
}

#[derive(Debug)]
struct Kept {
    at: At,
    text: String,
}

impl Funnels {
    /// Notes the funnels in a body or an answer.
    pub(super) fn note(&mut self, value: &Value, at: At) {
        self.note_below(value, at, 0);
    }

    fn note_below(&mut self, value: &Value, at: At, depth: usize) {
        let mut deeper = |value: &Value| self.note_below(value, at, depth + 1);
        match value {
            Value::Object(members) if is_funnel(members) => self.keep(value, at),
            Value::Array(items) if depth < DEEPEST => items.iter().for_each(deeper),
            Value::Object(members) if depth < DEEPEST => members.values().for_each(&mut deeper),
            _ => {}
        }
    }

    fn keep(&mut self, value: &Value, at: At) {
        let text = value.to_string();
        if !self.known.insert(hash(&text)) {
            return;
        }
        if self.kept.len() >= MOST || self.bytes + text.len() > MOST_BYTES {
            self.left_out += 1;
            return;
        }
        self.bytes += text.len();
        self.kept.push(Kept { at, text });
    }

    /// Adds what the funnels show to the lessons. `fresh` are the names that this session has shown.
    pub(super) fn learn(
        &self,
        known: &Overlay,
        fresh: &Overlay,
        draft: &mut Draft<'_>,
        lessons: &mut Lessons,
    ) {
        let both = known.clone().merge(fresh.clone());
        let names = if both.fault().is_none() { &both } else { fresh };
        let read = |kept: &Kept| {
            let ours = names.renamed(OPERATION, kept.text.clone().into(), Direction::ToOurs, true);
            let document = Document::parse(std::str::from_utf8(&ours).ok()?).ok()?;
            document.contains("nodes").then(|| Funnel::from_document(document))
        };
        let all: Vec<(&Kept, Funnel)> =
            self.kept.iter().filter_map(|kept| Some((kept, read(kept)?))).collect();
        let own: Vec<Funnel> = all.iter().map(|(_, funnel)| funnel.clone()).collect();
        // Known words tell the kinds, and count for nothing.
        let base = FunnelDialect::shipped().with_facts(known.nodes()).unseen();
        let (dialect, lesson) = base.clone().learn_from(&own);
        let funnels =
            Shown(self.kept.iter().filter_map(|it| serde_json::from_str(&it.text).ok()).collect());
        let mut open = dialect.facts();
        for (kept, funnel) in &all {
            let shown = base.clone().learn_from(std::slice::from_ref(funnel)).0.facts();
            let is_shown = |fact: &DialectFact| {
                shown
                    .iter()
                    .any(|it| (it.kind, &it.part, &it.is) == (fact.kind, &fact.part, &fact.is))
            };
            open.retain(|fact| !is_shown(fact) || !add(fact, kept, &funnels, draft));
        }
        // What several funnels show together.
        if let Some((kept, _)) = all.first() {
            open.iter().for_each(|fact| _ = add(fact, kept, &funnels, draft));
        }
        lessons.contradictions = contradictions(&dialect, &lesson, &funnels, draft);
        tell(lesson, &funnels, draft, lessons);
        if self.left_out > 0 {
            let count = self.left_out;
            lessons.unclear.push(format!("{count} more funnels were not looked at: too many"));
        }
    }
}

/// Whether it has nodes by our name, or a list like nodes beside one like connections. A list of other assets
/// looks like one of nodes, but stands alone.
fn is_funnel(members: &Map<String, Value>) -> bool {
    let has = |is_such: fn(&Value) -> bool| members.values().any(is_such);
    members.get("nodes").is_some_and(Value::is_array) || (has(holds_nodes) && has(holds_ways))
}

/// Whether it is a list of objects with three ids each: its own, and those of both ends.
fn holds_ways(value: &Value) -> bool {
    let ids = |item: &Value| {
        let texts =
            item.as_object().into_iter().flat_map(|it| it.values().filter_map(Value::as_str));
        texts.filter(|text| is_id(text)).count()
    };
    value
        .as_array()
        .is_some_and(|items| !items.is_empty() && items.iter().all(|item| ids(item) >= 3))
}

/// Whether it is a list of objects, one of which holds an object beside a text: nodes with parameters.
fn holds_nodes(value: &Value) -> bool {
    let is_node = |item: &Value| {
        let members = item.as_object();
        members.is_some_and(|it| {
            it.values().any(Value::is_object) && it.values().filter(|it| it.is_string()).count() > 1
        })
    };
    value.as_array().is_some_and(|items| items.iter().any(is_node))
}

/// Adds a fact if its words are names, which no text of the account is.
fn add(fact: &DialectFact, kept: &Kept, shown: &Shown, draft: &mut Draft<'_>) -> bool {
    let (kind, part) = (fact.kind.to_owned(), fact.part.clone());
    let is_plain = match part.split_once('.') {
        Some((_, member)) => shown.keeps(member, draft),
        None => kind == "*" || shown.keeps(&fact.is, draft),
    };
    if is_plain {
        let says = Says::Node { kind, part, is: fact.is.clone() };
        let sight = Sight { count: u64::from(fact.seen), ..Sight::at(kept.at) };
        draft.certain(FAMILY, says, sight);
    } else if !part.contains('.') {
        draft.keep_out(&format!("the {part}"), &format!("{kind} nodes"), kept.at);
    }
    true
}

/// The funnels, in which words of the API are at several nodes.
struct Shown(Vec<Value>);

impl Shown {
    fn keeps(&self, word: &str, draft: &Draft<'_>) -> bool {
        draft.lexicon.keeps_word(word, self.holders(word))
    }

    /// The number of objects that have the word, as a name or as a value.
    fn holders(&self, word: &str) -> usize {
        let mut found = HashSet::new();
        let mut open: Vec<(&Value, &str)> = self.0.iter().map(|it| (it, "")).collect();
        while let Some((value, of)) = open.pop() {
            match value {
                Value::Array(items) => open.extend(items.iter().map(|item| (item, of))),
                Value::Object(members) => {
                    let id = members.values().find_map(|it| it.as_str().filter(|it| is_id(it)));
                    let of = id.unwrap_or(of);
                    if members.iter().any(|(name, value)| name == word || value == word) {
                        found.insert(of);
                    }
                    open.extend(members.values().map(|value| (value, of)));
                }
                _ => {}
            }
        }
        found.len()
    }
}

/// The lesson's, without words that may be the account's.
fn contradictions(
    dialect: &FunnelDialect,
    lesson: &Lesson,
    shown: &Shown,
    draft: &Draft<'_>,
) -> Vec<String> {
    let words = lesson.kinds.keys().flat_map(|kind| dialect.conflicts(*kind));
    let foreign: Vec<&str> = words
        .flat_map(|(_, words)| words)
        .map(|word| &*word.text)
        .filter(|word| !shown.keeps(word, draft))
        .collect();
    let without = |text: &String| {
        let hidden = |text: String, word: &&str| text.replace(&format!("`{word}`"), "`…`");
        foreign.iter().fold(text.clone(), hidden)
    };
    lesson.contradictions.iter().map(without).collect()
}

/// Moves what is unclear or contradictory in the funnels into the lessons.
fn tell(lesson: Lesson, of: &Shown, draft: &Draft<'_>, lessons: &mut Lessons) {
    lessons.varied =
        lesson.varied.into_iter().map(|(kind, member)| (kind.as_str(), member)).collect();
    for node in lesson.unlearned.into_iter().take(MOST_UNCLEAR) {
        let objects: Vec<&str> =
            node.objects.iter().map(String::as_str).filter(|it| of.keeps(it, draft)).collect();
        let objects = if objects.is_empty() {
            String::new()
        } else {
            format!(" with {}", objects.join(", "))
        };
        let candidates: Vec<&str> = node.candidates.iter().map(|kind| kind.as_str()).collect();
        let shown = if of.keeps(&node.node_type, draft) { &*node.node_type } else { "…" };
        // None is likelier than the others: a lander taken for an offer would mislead every later command.
        let may = match candidates.as_slice() {
            [] => "nothing tells its kind".to_owned(),
            kinds => format!(
                "it may be {}; write the right one into the overlay: node, part = \"type\", name = \"{shown}\"",
                kinds.join(" or ")
            ),
        };
        lessons.unclear.push(format!("a node of the type `{shown}`{objects}: {may}"));
    }
}
