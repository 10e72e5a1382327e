//! Places of kinds: what a path has apart from the deed, and whether that is accounted for.
//!
//! A word is accounted for if the contract has it for the kind, if it says what is done, or if most places of several
//! kinds begin with it. Any other may say that something else is there, such as a draft: then different operations of
//! the kind have to agree on the place, and no other place of the kind may come nearer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use funnelflux_contract::{AssetKind, Verb};

use super::call::Segment;
use super::words::words;

/// What is done, in the words of paths.
const DEEDS: &[(&[Verb], &str)] = &[
    (
        &[Verb::List, Verb::FindByIds],
        "all browse fetch find index list load lookup many query read retrieve show",
    ),
    (&[Verb::FindById], "detail edit fetch find info load lookup read retrieve show"),
    (&[Verb::FindByStatus, Verb::FindByCategory, Verb::FindByType], "find list"),
    (&[Verb::FindByStatus], "status"),
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
const EMPTY: &str = "a an asset by do for from full get id in item of one single the to view with";

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

/// The path as far as it says where the objects are: without the ids and the deed at its end.
pub(super) fn place<'a>(path: &'a [Segment], kind: &AssetKind, verb: Verb) -> &'a [Segment] {
    let is_deed = |part: &&Segment| {
        part.name().is_none_or(|name| {
            let words = words(name);
            let is_said = |word: &String| says(verb, word);
            words.iter().any(is_said) && words.iter().all(|it| is_said(it) || names(kind, it))
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
}

/// The operations that show an object whole.
const WHOLE: [Verb; 3] = [Verb::FindById, Verb::Create, Verb::Update];

impl<'a> Places<'a> {
    /// Looks at all calls that show or name an object of a kind, as what they are if their place is accounted for. Those
    /// that are come back, with the kinds that are there.
    pub(super) fn of(
        seen: &[Sighting<'a>],
    ) -> (Self, BTreeMap<&'a [Segment], Vec<&'static AssetKind>>) {
        let (mut places, mut all) = (Self::default(), BTreeMap::<_, (_, BTreeSet<Verb>)>::new());
        for (kind, verb, path) in seen {
            let place = place(path, kind, *verb);
            let new = || (*kind, BTreeSet::new());
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
                let is_around = it.starts_with(place) || it.ends_with(place);
                let least = if is_explained { 2 } else { verbs.len() };
                let overlaps = !verbs.is_disjoint(&other.1) && other.1.len() >= least;
                let lists = !verbs.contains(&Verb::List) && other.1.contains(&Verb::List);
                let is_within = place.starts_with(it) || place.ends_with(it);
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
        (places, roots)
    }

    /// Whether each word is one of the kind, of the deed, or of most places, and one names the kind.
    fn explain(&self, place: &[Segment], kind: &AssetKind, verb: Verb) -> bool {
        let is_before = |front: &&&[Segment]| place.starts_with(front) && place.len() > front.len();
        let front = self.fronts.iter().filter(is_before).map(|it| it.len()).max().unwrap_or(0);
        let mut rest = place.iter().skip(front);
        let is_named =
            rest.clone().filter_map(Segment::name).flat_map(words).any(|it| names(kind, &it));
        let is_said = |word: String| names(kind, &word) || says(verb, &word);
        is_named
            && rest.all(|part| part.name().is_some_and(|it| words(it).into_iter().all(is_said)))
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

fn is_enough(verbs: &BTreeSet<Verb>) -> bool {
    verbs.len() > 1 && WHOLE.iter().any(|verb| verbs.contains(verb))
}
