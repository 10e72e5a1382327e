//! What funnels of an account show of the words of their nodes and connections.

use std::collections::{BTreeMap, BTreeSet};

use funnelflux_contract::Grade;
use funnelflux_id::AssetId;
use funnelflux_model::Document;
use funnelflux_model::ledger::Funnel;

use super::notes::Notes;
use super::{FunnelDialect, NodePart, NodeWords, Word};
use crate::graph::{decimal, inner};
use crate::{Exits, Graph, Node, NodeKind};

/// What was learned from funnels, and which nodes taught nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lesson {
    /// The kinds of which at least one node was understood, with the number of those.
    pub kinds: BTreeMap<NodeKind, u32>,
    /// The nodes whose kind could not be told, each once per type.
    pub unlearned: Vec<Unlearned>,
    /// The members that nodes of a kind, or their ways out, have with several values, or not always: kind
    /// and member, such as `object.NAME`.
    pub varied: Vec<(NodeKind, String)>,
    /// Where the funnels contradict each other, in words. None of it is taken over, or averaged.
    pub contradictions: Vec<String>,
}

/// A node whose kind could not be told.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unlearned {
    /// Its type on the wire.
    pub node_type: String,
    /// Its parameter objects.
    pub objects: Vec<String>,
    /// The kinds that it may be of; none if nothing speaks for any.
    pub candidates: Vec<NodeKind>,
}

impl FunnelDialect {
    /// The shipped dialect with what these funnels show.
    ///
    /// ```
    /// use funnelflux_funnels::{FunnelDialect, NodeKind, NodePart};
    /// use funnelflux_model::ledger::{Funnel, Model};
    ///
    /// let funnel = r#"{"nodes":[{"idNode":"0XJbzUwQYEWa","nodeType":"moneyPage",
    ///     "nodePageParams":{"idPage":"11J2nnR5gqw2"}}],"connections":[]}"#;
    /// let funnel: Funnel = serde_json::from_str(funnel)?;
    /// let (dialect, lesson) = FunnelDialect::shipped().learn_from(&[funnel]);
    /// // A page node may be a lander or an offer: nothing is taken over, and the lesson says so.
    /// assert_eq!(lesson.unlearned[0].candidates, [NodeKind::Lander, NodeKind::Offer]);
    /// let dialect = dialect.with_word(NodeKind::Offer, NodePart::Type, "moneyPage");
    /// assert!(!dialect.words(NodeKind::Offer).types[0].is_guess());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn learn(funnels: &[Funnel]) -> Self {
        Self::shipped().learn_from(funnels).0
    }

    /// Takes over what these funnels show, and says what that was.
    #[must_use]
    pub fn learn_from(self, funnels: &[Funnel]) -> (Self, Lesson) {
        let (mut dialect, mut lesson) = (self, Lesson::default());
        let mut notes = Notes::default();
        let mut open: Vec<(usize, usize)> = Vec::new();
        for (of, funnel) in funnels.iter().enumerate() {
            open.extend((0..Graph::of(funnel, &dialect).nodes.len()).map(|at| (of, at)));
        }
        loop {
            // What one node teaches must not decide what the next one is; in the next turn it helps with
            // those that could not be told.
            let before = dialect.clone();
            let graphs: Vec<Graph> = funnels.iter().map(|it| Graph::of(it, &before)).collect();
            let (count, mut rest) = (open.len(), Vec::new());
            lesson.unlearned.clear();
            for (of, at) in open {
                let found = graphs.get(of).and_then(|graph| Some((graph, graph.nodes.get(at)?)));
                let Some((graph, node)) = found else { continue };
                let candidates = candidates(graph, node, &before);
                if let [kind] = candidates.as_slice() {
                    take(&mut dialect, graph, node, *kind);
                    *lesson.kinds.entry(*kind).or_default() += 1;
                    notes.node(of, graph, node, dialect.words(*kind), *kind);
                    continue;
                }
                rest.push((of, at));
                if lesson.unlearned.iter().all(|it| it.node_type != node.node_type) {
                    let (node_type, objects) = (node.node_type.clone(), node.objects.clone());
                    lesson.unlearned.push(Unlearned { node_type, objects, candidates });
                }
            }
            if rest.is_empty() || rest.len() == count {
                break;
            }
            open = rest;
        }
        notes.settle(&mut dialect, &mut lesson);
        for kind in lesson.kinds.keys() {
            for (part, words) in dialect.conflicts(*kind) {
                lesson
                    .contradictions
                    .push(format!("the {part} of {kind} nodes is {}", several(&words)));
            }
        }
        (dialect, lesson)
    }

    /// Follows these funnels: what they show is written, also where other funnels of the account have shown
    /// other words, which are still read.
    #[must_use]
    pub fn like(self, funnels: &[Funnel]) -> (Self, Lesson) {
        let (_, lesson) = self.clone().learn_from(funnels);
        let mut before = self;
        let shown = before.kinds.iter_mut().filter(|(kind, _)| lesson.kinds.contains_key(kind));
        shown.for_each(|(_, words)| words.forget());
        before.learn_from(funnels)
    }

    /// Forgets what funnels have shown, but for the words, which are read as before.
    #[must_use]
    pub fn unseen(mut self) -> Self {
        self.kinds.values_mut().for_each(NodeWords::forget);
        (self.scale_seen, self.sums_seen) = (0, 0);
        self
    }
}

impl NodeWords {
    fn forget(&mut self) {
        for part in NodePart::ALL {
            part.of_mut(self).iter_mut().for_each(|word| word.seen = 0);
        }
        self.defaults.iter_mut().for_each(|default| default.seen = 0);
    }
}

/// Lists the words, each with how often it was seen. A text that is not one plain word is replaced by `…`.
pub(crate) fn several(words: &[&Word]) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    let told = words.iter().map(|word| {
        let text = if word.text.bytes().all(is_plain) { &*word.text } else { "…" };
        format!("`{text}` ({}×)", word.seen)
    });
    told.collect::<Vec<_>>().join(" and ")
}

/// Counts a word that a funnel has shown, and puts it in front of those that were shown less.
pub(super) fn show(words: &mut Vec<Word>, text: &str, times: u32) {
    let word = shown(words, text, times);
    let at = words.iter().position(|other| other.seen < word.seen).unwrap_or(words.len());
    words.insert(at, word);
}

/// Counts a word that funnels have shown, and puts it behind those that were shown before.
pub(super) fn show_behind(words: &mut Vec<Word>, text: &str, times: u32) {
    let word = shown(words, text, times);
    let at = words.iter().position(|other| other.seen == 0).unwrap_or(words.len());
    words.insert(at, word);
}

fn shown(words: &mut Vec<Word>, text: &str, times: u32) -> Word {
    let mut word = match words.iter().position(|word| word.text == text) {
        Some(at) => words.remove(at),
        None => Word { text: text.to_owned(), grade: Grade::Unknown, seen: 0 },
    };
    word.seen = word.seen.saturating_add(times);
    word
}

/// The kinds that a node may be of, by what is known: its parameter object, what that refers to, the
/// objects of its ways out and their members, its type. The first signals are the surest; one that contradicts is left out.
fn candidates(graph: &Graph, node: &Node, dialect: &FunnelDialect) -> Vec<NodeKind> {
    let kinds_with = |has: &dyn Fn(NodeKind) -> bool| -> BTreeSet<NodeKind> {
        NodeKind::ALL.into_iter().filter(|kind| has(*kind)).collect()
    };
    let has = |words: &[Word], text: &str| words.iter().any(|word| word.text == text);
    let by_object = kinds_with(&|kind| {
        node.objects.iter().any(|object| has(&dialect.words(kind).objects, object))
    });
    let parts: Vec<Document> =
        node.objects.iter().filter_map(|it| inner(node.document(), it)).collect();
    let by_reference = kinds_with(&|kind| {
        let members = &dialect.words(kind).references;
        parts.iter().any(|part| members.iter().any(|member| part.contains(&member.text)))
    });
    let by_exit = kinds_with(&|kind| {
        let exits = &dialect.words(kind).exits;
        graph.ways_out(node).any(|way| way.objects.iter().any(|object| has(exits, object)))
    });
    let ways: Vec<Document> = (graph.ways_out(node))
        .flat_map(|way| way.objects.iter().filter_map(|it| inner(way.document(), it)))
        .collect();
    let by_trigger = kinds_with(&|kind| {
        let members = &dialect.words(kind).triggers;
        ways.iter().any(|part| members.iter().any(|member| part.contains(&member.text)))
    });
    let by_type = kinds_with(&|kind| has(&dialect.words(kind).types, &node.node_type));
    let mut found: Option<BTreeSet<NodeKind>> = None;
    for signal in [by_object, by_reference, by_exit, by_trigger, by_type] {
        if signal.is_empty() {
            continue;
        }
        found = Some(match found {
            None => signal,
            Some(before) => {
                let both: BTreeSet<NodeKind> = before.intersection(&signal).copied().collect();
                if both.is_empty() { before } else { both }
            }
        });
    }
    let mut found = found.unwrap_or_default();
    if found.len() > 1 {
        let hinted: BTreeSet<NodeKind> =
            found.iter().copied().filter(|kind| is_hinted(*kind, &node.node_type)).collect();
        if !hinted.is_empty() {
            found = hinted;
        }
    }
    let is_of_both = found.iter().copied().eq([NodeKind::Root, NodeKind::Rotator]);
    let is_named_root = has(&dialect.words(NodeKind::Root).types, &node.node_type);
    if is_of_both || (found.iter().copied().eq([NodeKind::Root]) && !is_named_root) {
        // The traffic node is the rotator that no way leads to.
        let kind = if node.incoming.is_empty() { NodeKind::Root } else { NodeKind::Rotator };
        found = BTreeSet::from([kind]);
    }
    if found.is_empty() && is_only_entrance(graph, node) {
        found.insert(NodeKind::Root);
    }
    found.into_iter().collect()
}

/// Whether it is the one node that no way leads to, of a funnel where ways lead to every other node.
fn is_only_entrance(graph: &Graph, node: &Node) -> bool {
    let is_entered = |other: &Node| other.index == node.index || !other.incoming.is_empty();
    let has_root = graph.of_kind(NodeKind::Root).next().is_some();
    !has_root
        && node.incoming.is_empty()
        && !node.outgoing.is_empty()
        && graph.nodes.iter().all(is_entered)
}

/// Whether the type of a node speaks for one of several kinds that are possible.
fn is_hinted(kind: NodeKind, node_type: &str) -> bool {
    let word = node_type.to_ascii_lowercase();
    let has = |hints: &[&str]| hints.iter().any(|hint| word.contains(hint));
    match kind {
        NodeKind::Root => has(&["root", "traffic", "entrance", "entry", "start"]),
        NodeKind::Rotator => has(&["rotat", "split"]),
        NodeKind::Lander | NodeKind::LanderGroup => has(&["land", "prelander"]),
        NodeKind::Offer | NodeKind::OfferGroup => has(&["offer"]),
        _ => false,
    }
}

fn take(dialect: &mut FunnelDialect, graph: &Graph, node: &Node, kind: NodeKind) {
    let known = dialect.words(kind).clone();
    let is_known = |words: &[Word], text: &str| words.iter().any(|word| word.text == text);
    let words = dialect.kinds.entry(kind).or_default();
    if !node.node_type.is_empty() {
        show(&mut words.types, &node.node_type, 1);
    }
    let object = node.objects.iter().find(|it| is_known(&known.objects, it));
    let object = object.or(only(node.objects.iter()));
    if let Some(object) = object {
        show(&mut words.objects, object, 1);
        let part = inner(node.document(), object).unwrap_or_default();
        let member = known.references.iter().find(|word| part.contains(&word.text));
        let member = member.map(|word| word.text.clone()).or_else(|| only_id(&part));
        if let Some(member) = member.filter(|_| !known.references.is_empty()) {
            show(&mut words.references, &member, 1);
        }
    }
    if matches!(kind.exits(), Exits::One | Exits::None | Exits::Unknown) {
        return;
    }
    for way in graph.ways_out(node) {
        let exit = way.objects.iter().find(|it| is_known(&known.exits, it));
        let Some(exit) = exit.or(only(way.objects.iter())) else { continue };
        show(&mut words.exits, exit, 1);
        let part = inner(way.document(), exit).unwrap_or_default();
        let member = known.triggers.iter().find(|word| part.contains(&word.text));
        let member = member.map(|it| it.text.clone()).or_else(|| only_trigger(&part, kind.exits()));
        if let Some(member) = member {
            show(&mut words.triggers, &member, 1);
        }
    }
}

fn only<T>(mut all: impl Iterator<Item = T>) -> Option<T> {
    let first = all.next()?;
    all.next().is_none().then_some(first)
}

/// The only member whose value is an asset id.
fn only_id(part: &Document) -> Option<String> {
    only(part.members().filter_map(|(name, value)| {
        let text: String = serde_json::from_str(value.get()).ok()?;
        text.parse::<AssetId>().ok().map(|_| name.into_owned())
    }))
}

/// The only member whose value may say when a connection is taken.
pub(super) fn only_trigger(part: &Document, exits: Exits) -> Option<String> {
    only(part.members().filter_map(|(name, value)| {
        let json = value.get();
        let fits = match exits {
            Exits::Weights => decimal(json).is_some(),
            Exits::Actions => json.parse::<u64>().is_ok(),
            Exits::Routes => json.starts_with('"'),
            Exits::Keys => serde_json::from_str::<Vec<String>>(json).is_ok(),
            _ => false,
        };
        fits.then(|| name.into_owned())
    }))
}
