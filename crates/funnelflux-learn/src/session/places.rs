//! Places of kinds: what a path has apart from the deed, and whether that is accounted for.
//!
//! A word is accounted for if the contract has it for the kind, if it says what is done, or if most places of several
//! kinds begin with it. Any other may say that something else is there, such as a draft: then different operations of
//! the kind have to agree on the place, and no other place of the kind may come nearer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use funnelflux_contract::{AssetKind, Verb};

use super::call::Segment;
use super::pair::Roots;
use super::words::words;
use crate::words::{singular, split};

/// What is done, in the words of paths.
const DEEDS: &[(&[Verb], &str)] = &[
    (
        &[Verb::List, Verb::FindByIds],
        "all browse fetch find full get index item list load lookup many query read retrieve show",
    ),
    (
        &[Verb::FindById],
        "detail details edit fetch find full get info item load lookup read retrieve show view",
    ),
    (&[Verb::FindByStatus, Verb::FindByCategory, Verb::FindByType], "find get list"),
    (&[Verb::FindByStatus], "state status"),
    (&[Verb::FindByCategory], "category"),
    (&[Verb::FindByType], "type"),
    (&[Verb::Create], "add create insert new"),
    (&[Verb::Update], "change edit modify update"),
    (&[Verb::Create, Verb::Update], "patch post put save set store write"),
    (&[Verb::Duplicate], "clone copy duplicate"),
    (&[Verb::Delete], "delete destroy remove"),
    (&[Verb::Archive], "archive"),
    (&[Verb::Unarchive], "activate restore un unarchive"),
    (&[Verb::Move], "move"),
];

/// The words that say neither what is done, nor with what.
const EMPTY: &str = "a an by do for from id ids in of one single the to with";

/// What the field calls the objects of a kind beside.
const ALSO: &[(&str, &str)] = &[
    ("pages", "site"),
    ("categories", "folder"),
    ("traffic-source-categories", "folder"),
    ("offer-sources", "network"),
    ("traffic-sources", "channel"),
    ("webhook-configs", "hook"),
];

fn is_in(all: &str, word: &str) -> bool {
    all.split(' ').any(|it| it == word)
}

/// Whether the word says what is done. More than one of it are things: `changes` are not what changes a page.
fn says(verb: Verb, word: &str) -> bool {
    let is_it = |(verbs, all): &(&[Verb], &str)| verbs.contains(&verb) && is_in(all, word);
    is_in(EMPTY, word) || DEEDS.iter().any(is_it)
}

/// Whether it is a word by which the contract or the field calls the kind.
fn names(kind: &AssetKind, word: &str) -> bool {
    static WORDS: OnceLock<BTreeMap<&str, BTreeSet<String>>> = OnceLock::new();
    let all = WORDS.get_or_init(|| {
        let own = |kind: &&'static AssetKind| {
            let paths = kind.verbs.iter().flat_map(|(verb, operation)| {
                let paths = operation.alternatives().iter().copied().chain([operation.path()]);
                paths.flat_map(|path| path.split('/').flat_map(words)).filter(|it| !says(*verb, it))
            });
            let also = ALSO.iter().filter(|(of, _)| *of == kind.name);
            let also = also.flat_map(|(_, word)| words(word));
            (kind.name, paths.chain(words(kind.name)).chain(also).collect())
        };
        AssetKind::all().iter().map(own).collect()
    });
    all.get(kind.name).is_some_and(|own| own.contains(word))
}

/// Whether each word is one of a kind or of a deed.
pub(super) fn is_told(name: &str) -> bool {
    let is_said = |word: &String| DEEDS.iter().any(|(_, all)| is_in(all, word));
    let is_named = |word: &String| AssetKind::all().iter().any(|kind| names(kind, word));
    words(name).iter().all(|word| is_said(word) || is_named(word))
}

/// Whether each word is one of the kind, or says what is done.
fn is_of(words: &[String], kind: &AssetKind, verb: Verb) -> bool {
    words.iter().all(|word| says(verb, word) || names(kind, &singular(word)))
}

/// The path as far as it says where the objects are: without the ids and the deed at its end.
pub(super) fn place<'a>(path: &'a [Segment], kind: &AssetKind, verb: Verb) -> &'a [Segment] {
    let is_deed = |part: &&Segment| {
        part.name().is_none_or(|name| {
            let words = split(name);
            words.iter().any(|word| says(verb, word)) && is_of(&words, kind, verb)
        })
    };
    let tail = path.iter().skip(1).rev().take_while(is_deed).count();
    path.get(..path.len() - tail).unwrap_or_default()
}

/// An operation of a kind, and the path of a call.
pub(super) type Sighting<'a> = (&'static AssetKind, Verb, &'a [Segment]);

/// What all calls together show of places.
#[derive(Default, PartialEq, Eq)]
pub(super) struct Places<'a> {
    /// What most places of several kinds begin with.
    fronts: BTreeSet<&'a [Segment]>,
    /// The places with other words on which operations of the kind agree.
    agreed: BTreeSet<(&'static str, &'a [Segment])>,
    /// The kinds of which objects are archived.
    pub(super) archived: BTreeSet<&'static str>,
}

/// The operations that show an object whole.
const WHOLE: [Verb; 3] = [Verb::FindById, Verb::Create, Verb::Update];

impl<'a> Places<'a> {
    /// Looks at all calls that show or name an object of a kind, as what they are if their place is accounted for. The
    /// places of one kind come back.
    pub(super) fn of(seen: &[Sighting<'a>]) -> (Self, Roots<'a>) {
        let (mut places, mut all) = (Self::default(), BTreeMap::<_, (_, BTreeSet<Verb>)>::new());
        for (kind, verb, path) in seen {
            let place = place(path, kind, *verb);
            let new = || (*kind, BTreeSet::new());
            places.archived.extend(Some(kind.name).filter(|_| *verb == Verb::Archive));
            all.entry((kind.name, place)).or_insert_with(new).1.insert(*verb);
        }
        let mut fronts: BTreeMap<&[Segment], Vec<&str>> = BTreeMap::new();
        // Lists alone may be a view of several kinds, such as what was new lately.
        let whole = || all.iter().filter(|(_, (_, verbs))| is_enough(verbs)).map(|(key, _)| key);
        for (kind, place) in whole() {
            let fronted = (1..place.len()).filter_map(|end| place.get(..end));
            fronted.for_each(|front| fronts.entry(front).or_default().push(*kind));
        }
        fronts.retain(|_, own| own.len() * 2 > whole().count() && own.first() != own.last());
        places.fronts = fronts.into_keys().collect();
        let explained = |place: &[Segment], (kind, verbs): &(&AssetKind, BTreeSet<Verb>)| {
            verbs.iter().all(|verb| places.explain(place, kind, *verb))
        };
        // Whether another place of the kind comes nearer.
        let gives_way = |(own, place): &(&str, &[Segment]), verbs: &BTreeSet<Verb>| {
            all.iter().filter(|((of, it), _)| of == own && it != place).any(|((_, it), other)| {
                let is_explained = explained(it, other);
                let (own, it) = (spoken(place), spoken(it));
                let is_around = it.starts_with(&own) || it.ends_with(&own);
                let least = if is_explained { 2 } else { verbs.len() };
                let overlaps = !verbs.is_disjoint(&other.1) && other.1.len() >= least;
                let lists = !verbs.contains(&Verb::List) && other.1.contains(&Verb::List);
                let is_within = own.starts_with(&it) || own.ends_with(&it);
                (is_explained || (is_enough(&other.1) && !is_around))
                    && (is_within || lists || overlaps)
            })
        };
        let (mut agreed, mut roots) = (BTreeSet::new(), BTreeMap::<_, Vec<_>>::new());
        for (key, own) in &all {
            let is_agreed = is_enough(&own.1) && !gives_way(key, &own.1);
            agreed.extend(Some(*key).filter(|_| is_agreed));
            if is_agreed || explained(key.1, own) {
                roots.entry(key.1).or_default().push(own.0);
            }
        }
        places.agreed = agreed;
        roots.retain(|_, kinds| kinds.len() == 1);
        (
            places,
            roots.into_iter().flat_map(|(root, kinds)| Some((root, *kinds.first()?))).collect(),
        )
    }

    /// Whether each part names the kind, behind what most places begin with. What is done may be in such a name, and
    /// is no part in front of it: a store may have pages.
    pub(super) fn explain(&self, place: &[Segment], kind: &AssetKind, verb: Verb) -> bool {
        let is_before = |front: &&&[Segment]| place.starts_with(front) && place.len() > front.len();
        let most = self.fronts.iter().filter(is_before).map(|it| it.len()).max();
        let is_asset =
            |first: &Segment| place.len() > 1 && matches!(first.name(), Some("asset" | "assets"));
        let front = most.unwrap_or(usize::from(place.first().is_some_and(is_asset)));
        let is_named = |part: &Segment| {
            let words = split(part.name().unwrap_or_default());
            words.iter().any(|it| names(kind, &singular(it))) && is_of(&words, kind, verb)
        };
        !place.is_empty() && place.iter().skip(front).all(is_named)
    }

    /// Whether a call at this path may be the operation for certain. One that was never taken at the path of the
    /// contract may have another word between the kind and the deed.
    pub(super) fn account_for(
        &self,
        path: &[Segment],
        kind: &AssetKind,
        verb: Verb,
        is_refused: bool,
    ) -> bool {
        let place = place(path, kind, verb);
        let around = place.split_last().map(|(_, around)| around).filter(|_| is_refused);
        let is_around = |around| self.explain(around, kind, verb) && !place.contains(&Segment::Id);
        self.explain(place, kind, verb)
            || self.agreed.contains(&(kind.name, place))
            || around.is_some_and(is_around)
    }
}

/// The words of a place in one text: `pages-drafts` begins as `pages` does.
fn spoken(place: &[Segment]) -> String {
    place.iter().map(|part| part.name().map_or("/".to_owned(), |it| words(it).concat())).collect()
}

fn is_enough(verbs: &BTreeSet<Verb>) -> bool {
    verbs.len() > 1 && WHOLE.iter().any(|verb| verbs.contains(verb))
}
