//! How funnels spell their nodes and connections.

mod defaults;
mod facts;
mod learn;
mod notes;
mod part;

use std::collections::BTreeMap;

use funnelflux_contract::{Grade, NODES, NodeShape, Schema, schemas};
use rust_decimal::Decimal;

use crate::{Exits, NodeKind};

pub use defaults::NodeDefault;
pub use facts::DialectFact;
pub(crate) use learn::several;
pub use learn::{Lesson, Unlearned};
pub(crate) use notes::is_near;
pub use part::NodePart;

/// A word of the wire, and how surely it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Word {
    /// Its spelling.
    pub text: String,
    /// The grade of the contract; [`Grade::Unknown`] for a word that only funnels of the account have.
    pub grade: Grade,
    /// How many nodes or connections of the account have shown it.
    pub seen: u32,
}

impl Word {
    fn shipped(text: &str, grade: Grade) -> Self {
        Self { text: text.to_owned(), grade, seen: 0 }
    }

    /// Whether nothing but a guess speaks for it: no funnel has shown it.
    pub const fn is_guess(&self) -> bool {
        self.seen == 0 && self.grade.is_guess()
    }
}

/// The words of one kind of node. Of several, the first is written; all are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct NodeWords {
    /// What `nodeType` says.
    pub types: Vec<Word>,
    /// The parameter objects of the node.
    pub objects: Vec<Word>,
    /// The members of that object that say what it leads to.
    pub references: Vec<Word>,
    /// The parameter objects of the connections that leave it.
    pub exits: Vec<Word>,
    /// The members of that object that say when a connection is taken.
    pub triggers: Vec<Word>,
    /// The kind of asset that the references name, such as `pages`.
    pub asset: Option<&'static str>,
    /// The members that the app fills in by itself, and that are written, too.
    pub defaults: Vec<NodeDefault>,
}

/// The scale of the positions of nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scale {
    /// From 0 to 1 of the canvas (sibling).
    Unit,
    /// In the units of `canvasWidth` and `canvasHeight`, or without a bound.
    Canvas,
}

/// All words of the wire for the nodes and connections of funnels, in one place.
///
/// Most of the shipped ones are guesses, because no source shows a funnel of Pro.
/// [`learn`](Self::learn) takes over what funnels of the account show.
///
/// ```
/// use funnelflux_funnels::{FunnelDialect, NodeKind};
///
/// let dialect = FunnelDialect::shipped();
/// let words = dialect.words(NodeKind::Middleware);
/// assert_eq!(words.objects[0].text, "nodeMiddlewareRefParams");
/// assert!(!words.objects[0].is_guess(), "documented");
/// assert!(words.types[0].is_guess(), "inferred");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct FunnelDialect {
    kinds: BTreeMap<NodeKind, NodeWords>,
    scale: Scale,
    /// How many funnels have shown the scale.
    scale_seen: u32,
    /// What weights of the ways out of one node may sum to; any sum if empty.
    sums: Vec<Decimal>,
    /// How many nodes have shown what their weights sum to.
    sums_seen: u32,
}

impl Default for FunnelDialect {
    fn default() -> Self {
        Self::shipped()
    }
}

impl FunnelDialect {
    /// The words of the contract, with its grades.
    pub fn shipped() -> Self {
        let kinds = NODES.iter().filter_map(|it| Some((NodeKind::find(it.kind)?, of_shape(it))));
        Self {
            kinds: kinds.collect(),
            scale: Scale::Unit,
            scale_seen: 0,
            sums_seen: 0,
            // The self-hosted product has shares, the app of Pro shows percent.
            sums: vec![Decimal::ONE, Decimal::ONE_HUNDRED],
        }
    }

    /// The words of a kind; none at all for [`NodeKind::Other`].
    pub fn words(&self, kind: NodeKind) -> &NodeWords {
        static NONE: NodeWords = NodeWords {
            types: Vec::new(),
            objects: Vec::new(),
            references: Vec::new(),
            exits: Vec::new(),
            triggers: Vec::new(),
            asset: None,
            defaults: Vec::new(),
        };
        self.kinds.get(&kind).unwrap_or(&NONE)
    }

    /// Takes a word of one's own for a kind, as if a funnel had shown it.
    #[must_use]
    pub fn with_word(mut self, kind: NodeKind, part: NodePart, word: &str) -> Self {
        learn::show(part.of_mut(self.kinds.entry(kind).or_default()), word, 1);
        self
    }

    /// The scale of positions.
    pub fn scale(&self) -> Scale {
        self.scale
    }

    /// What the weights of the ways out of one node may sum to; empty if any sum is right.
    pub fn weight_sums(&self) -> &[Decimal] {
        &self.sums
    }

    /// Whether all words that a node of this kind needs are known, or shown by funnels that agree.
    pub fn is_settled(&self, kind: NodeKind) -> bool {
        let words = self.words(kind);
        let are_known = !words.types.is_empty() && self.guesses(kind).is_empty();
        are_known && self.conflicts(kind).next().is_none() && !self.guesses_weights(kind)
    }

    /// Whether a node of this kind splits visitors, and no funnel has shown what weights sum to.
    pub fn guesses_weights(&self, kind: NodeKind) -> bool {
        kind.exits() == Exits::Weights && self.sums_seen == 0
    }

    /// The parts for which funnels of the account have shown several words, with these words: the first is
    /// written.
    pub fn conflicts(&self, kind: NodeKind) -> impl Iterator<Item = (NodePart, Vec<&Word>)> {
        let words = self.words(kind);
        NodePart::ALL.into_iter().filter_map(move |part| {
            let shown: Vec<&Word> = part.of(words).iter().filter(|word| word.seen > 0).collect();
            (shown.len() > 1).then_some((part, shown))
        })
    }

    /// The words that are written for a node of this kind, or for the ways out of it, and for which nothing
    /// but a guess speaks. A word that another kind has shown is none: pages share theirs.
    pub fn guesses(&self, kind: NodeKind) -> Vec<&Word> {
        let own = self.words(kind);
        let words = NodePart::ALL.into_iter().filter_map(|part| {
            let word = part.of(own).first().filter(|word| word.is_guess())?;
            let is_same = |other: &Word| other.text == word.text && other.seen > 0;
            let is_shown = || self.kinds.values().any(|other| part.of(other).iter().any(is_same));
            (part == NodePart::Type || !is_shown()).then_some(word)
        });
        words.collect()
    }

    /// The kind of a node, by its type, else by its parameter object where that is of one kind only.
    pub fn kind_of<'a>(
        &self,
        node_type: &str,
        objects: impl IntoIterator<Item = &'a str>,
    ) -> NodeKind {
        let objects: Vec<&str> = objects.into_iter().collect();
        let has = |words: &[Word], text: &str| words.iter().any(|word| word.text == text);
        let with = |fits: &dyn Fn(&NodeWords) -> bool| -> Vec<NodeKind> {
            let kinds = self.kinds.iter().filter(|(_, words)| fits(words));
            kinds.map(|(kind, _)| *kind).collect()
        };
        let has_object =
            |words: &NodeWords| objects.iter().any(|object| has(&words.objects, object));
        let by_type = with(&|words| has(&words.types, node_type));
        let found = match by_type.as_slice() {
            [] => with(&has_object),
            [kind] => return *kind,
            // Kinds that share a type differ in their objects.
            _ => with(&|words| has(&words.types, node_type) && has_object(words)),
        };
        match (found.as_slice(), by_type.first()) {
            ([kind], _) | (_, Some(kind)) => *kind,
            _ => NodeKind::Other,
        }
    }

    /// The word that funnels of the account have in place of this one, which none has shown.
    pub(crate) fn instead(&self, kind: NodeKind, part: NodePart, word: &str) -> Option<&str> {
        let words = part.of(self.words(kind));
        let shown = words.iter().find(|it| it.seen > 0)?;
        words.iter().all(|it| it.text != word || it.seen == 0).then_some(&*shown.text)
    }

    /// Whether ways out of some kind have this parameter object.
    pub(crate) fn knows_exit(&self, object: &str) -> bool {
        self.kinds.values().any(|words| words.exits.iter().any(|word| word.text == object))
    }

    /// Whether some kind has this parameter object of a node.
    pub(crate) fn knows_object(&self, object: &str) -> bool {
        self.kinds.values().any(|words| words.objects.iter().any(|word| word.text == object))
    }
}

fn of_shape(shape: &NodeShape) -> NodeWords {
    let graded = |words: &[&str], grade: &dyn Fn(&str) -> Option<Grade>| -> Vec<Word> {
        // That the words belong together may be less sure than the words.
        let word = |word: &&str| {
            Word::shipped(word, grade(word).unwrap_or(Grade::Unknown).min(shape.grade))
        };
        words.iter().map(word).collect()
    };
    let inner = |owner: &'static Schema, objects: &[&str]| -> Vec<&'static Schema> {
        let of = |name: &&str| Schema::find(owner.member(name)?.kind);
        objects.iter().filter_map(of).collect()
    };
    let member = |schemas: Vec<&'static Schema>| {
        move |word: &str| schemas.iter().find_map(|it| it.member(word)).map(|it| it.grade)
    };
    let (node, connection) = (&schemas::FUNNEL_NODE, &schemas::FUNNEL_CONNECTION);
    let type_grade = |word: &str| {
        schemas::NODE_TYPE.values.iter().find(|value| value.value == word).map(|value| value.grade)
    };
    NodeWords {
        types: graded(shape.types, &type_grade),
        objects: graded(shape.objects, &|word| Some(node.member(word)?.grade)),
        references: graded(shape.references, &member(inner(node, shape.objects))),
        exits: graded(shape.exits, &|word| Some(connection.member(word)?.grade)),
        triggers: graded(shape.triggers, &member(inner(connection, shape.exits))),
        asset: shape.asset,
        defaults: defaults::shipped(shape),
    }
}
