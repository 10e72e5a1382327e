//! How much speaks for an operation and a call being one.

use std::collections::{BTreeMap, BTreeSet};

use super::signature::{Names, Signature, level, placeholder, same_path, segments, tail_words};
use crate::words::{is_loose, likeness, same_subject, words};

funnelflux_contract::words! {
    /// An element of a call that agrees with an operation.
    pub enum Element, "What a report calls it." {
        /// The whole path.
        Path = "path",
        /// The segments that name the kind of asset.
        Root = "segment of the asset",
        /// The last segments, which name what is done.
        LastSegments = "last segments",
        /// The method and the place of the id below the segment of the asset, as in REST.
        Deed = "method and place of the id",
        /// The title.
        Title = "title",
        /// The names of ids and filters, in the query or in the path.
        Parameters = "parameters",
        /// The members of the body.
        Body = "members of the body",
        /// The members of the answer.
        Answer = "members of the answer",
        /// The calls beside it, which belong to the same kind of asset.
        Neighbours = "calls beside it",
        /// Nothing else is left over.
        Elimination = "nothing else left",
    }
}

/// Titles must be this alike, and speak of the same subject besides.
const TITLES: f64 = 0.75;

/// Bodies that have this share of their names in common are of one kind, weighed by how rare the names are.
const BODIES: f64 = 0.5;

/// A name that no more families than this have says which one it is.
const RARE: usize = 2;

/// A signature with what is derived from it, once.
pub(super) struct Prepared<'a> {
    pub(super) is: &'a Signature,
    /// The segments that name the kind of asset.
    pub(super) root: Vec<String>,
    tail: BTreeSet<String>,
    /// What method and place of the id say, in the words of the contract's ids; empty where that is nothing.
    deed: String,
    title: BTreeSet<String>,
    named: BTreeSet<String>,
}

impl<'a> Prepared<'a> {
    pub(super) fn new(is: &'a Signature, (root, tail): (Vec<&str>, Vec<&str>)) -> Self {
        Self {
            is,
            root: root.into_iter().map(level).collect(),
            deed: deed(&is.method, &tail),
            tail: tail_words(tail),
            title: words(&is.title),
            named: is.named(),
        }
    }
}

/// How rare a name is among the families of the contract.
pub(super) struct Rarity {
    families: BTreeMap<String, usize>,
    all: usize,
}

impl Rarity {
    pub(super) fn new(ours: &[Signature]) -> Self {
        let mut holders: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        for one in ours {
            let bodies = one.body.iter().chain(&one.answer).flat_map(|names| &names.members);
            for name in bodies.cloned().chain(one.named()) {
                holders.entry(name).or_default().insert(&one.family);
            }
        }
        let all = ours.iter().map(|one| &one.family).collect::<BTreeSet<_>>().len();
        let families = holders.into_iter().map(|(name, held)| (name, held.len())).collect();
        Self { families, all }
    }

    fn weight(&self, name: &str) -> f64 {
        // A name that the contract does not have speaks for nothing, and hardly against anything.
        let holders = self.families.get(name).copied();
        holders.map_or(0.5, |holders| (number(self.all + 1) / number(holders)).ln())
    }

    fn sum<'n>(&self, names: impl Iterator<Item = &'n String>) -> f64 {
        names.map(|name| self.weight(name)).sum()
    }

    /// Twice the common names over all, from 0 to 1.
    fn likeness(&self, a: &BTreeSet<String>, b: &BTreeSet<String>) -> f64 {
        let all = self.sum(a.iter()) + self.sum(b.iter());
        if all > 0.0 { 2.0 * self.sum(a.intersection(b)) / all } else { 0.0 }
    }

    /// Whether a common name is one that few families have.
    fn is_telling(&self, a: &BTreeSet<String>, b: &BTreeSet<String>) -> bool {
        // Ids of all kinds are called so.
        let is_bare = |name: &str| matches!(name, "id" | "ids");
        let is_rare = |name: &String| self.families.get(name).is_some_and(|held| *held <= RARE);
        a.intersection(b).any(|name| !is_bare(name) && is_rare(name))
    }
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// What speaks for a pair.
#[derive(Clone, Debug, Default)]
pub(super) struct Score {
    pub(super) points: f64,
    pub(super) because: Vec<Element>,
    /// Whether something says which kind of asset it is.
    pub(super) has_subject: bool,
    /// Whether something says what is done.
    pub(super) has_verb: bool,
    pub(super) same_call: bool,
    same_method: bool,
}

impl Score {
    fn agrees(&mut self, element: Element, points: f64) {
        self.points += points;
        self.because.push(element);
    }

    /// Whether it is enough for certainty, if nothing else comes near.
    pub(super) fn is_enough(&self) -> bool {
        let known_by = |element| self.because.contains(&element);
        // The segment of the asset alone may be a word for something else, such as the pages of a site.
        let is_place = |it: &&Element| matches!(it, Element::Root | Element::Deed);
        let is_more = self.because.iter().filter(is_place).count() < self.because.len();
        let elements = self.because.len() >= 2 && is_more && self.has_subject && self.has_verb;
        let other = known_by(Element::Path) || self.because.len() >= 3;
        let method =
            self.same_method || known_by(Element::Deed) || (known_by(Element::Title) && other);
        let strong = known_by(Element::Path) && known_by(Element::Title);
        (strong || self.points >= 5.0) && elements && method
    }
}

/// Weighs every element of a pair. `family` is the one that the calls beside it belong to.
pub(super) fn score(
    ours: &Prepared<'_>,
    theirs: &Prepared<'_>,
    rarity: &Rarity,
    family: Option<&str>,
) -> Score {
    let mut score = Score { same_method: ours.is.method == theirs.is.method, ..Score::default() };
    score.points += if score.same_method { 1.0 } else { -2.0 };
    let same = |path: &String| same_path(path, theirs.is.path());
    if ours.is.paths.iter().any(same) {
        // A guess that stands for two of ours, such as `save`, is told apart by the method alone.
        score.agrees(Element::Path, 3.0);
        (score.has_subject, score.has_verb) = (true, true);
        score.same_call = score.same_method;
    }
    match family {
        Some(family) if family == ours.is.family => {
            score.agrees(Element::Neighbours, 3.0);
            score.has_subject = true;
        }
        Some(_) => score.points -= 6.0,
        None => {}
    }
    roots(ours, theirs, &mut score);
    let is_below = !theirs.deed.is_empty()
        && (ours.root.ends_with(&theirs.root) || theirs.root.ends_with(&ours.root));
    let is_deed = is_below && theirs.deed == ours.is.verb;
    titles(ours, theirs, is_deed, &mut score);
    if !is_below {
        tails(ours, theirs, &mut score);
    } else if is_deed {
        // The method is a part of it.
        score.agrees(Element::Deed, if score.same_method { 3.0 } else { 5.0 });
        (score.has_subject, score.has_verb) = (true, true);
    } else {
        score.points -= 2.0;
    }
    let before = score.points;
    parameters(ours, theirs, rarity, &mut score);
    if is_deed {
        // The id stands in the path, and filters may be left out.
        score.points = score.points.max(before);
    }
    for (element, own, other) in [
        (Element::Body, &ours.is.body, &theirs.is.body),
        (Element::Answer, &ours.is.answer, &theirs.is.answer),
    ] {
        if let (Some(own), Some(other)) = (own, other) {
            bodies(element, own, other, rarity, &mut score);
        }
    }
    score
}

/// What a call of REST does.
fn deed(method: &str, tail: &[&str]) -> String {
    let of = |segment: &&str| placeholder(segment).is_some();
    let deed = match (method, tail) {
        ("GET", []) => "list",
        ("POST", []) => "create",
        ("GET", [id]) if of(id) => "find-by-id",
        ("PUT" | "PATCH", [id]) if of(id) => "update",
        ("DELETE", [id]) if of(id) => "delete",
        ("POST" | "PUT" | "PATCH", [id, what]) if of(id) && !of(what) => {
            return words(what).into_iter().collect::<Vec<_>>().join("-");
        }
        _ => "",
    };
    deed.to_owned()
}

fn roots(ours: &Prepared<'_>, theirs: &Prepared<'_>, score: &mut Score) {
    let pairs = ours.root.iter().rev().zip(theirs.root.iter().rev());
    let common = pairs.take_while(|(own, other)| own == other).count();
    if common == 0 {
        return;
    }
    let share = number(common) / number(ours.root.len());
    // `/trafficsource/category` is not quite `/category`.
    let extra = if theirs.root.len() > ours.root.len() { 0.5 } else { 0.0 };
    score.points += 2.0 * share - extra;
    if common == ours.root.len() {
        score.because.push(Element::Root);
        score.has_subject = true;
    }
}

fn titles(ours: &Prepared<'_>, theirs: &Prepared<'_>, is_deed: bool, score: &mut Score) {
    if ours.title.is_empty() || theirs.title.is_empty() {
        return;
    }
    // Where the path says what is done, what stands in parentheses may be left out.
    let outside = ours.is.title.split('(').map(|part| part.rsplit(')').next().unwrap_or_default());
    let bare = words(&outside.collect::<String>());
    let alike = |own: &BTreeSet<String>| likeness(own, &theirs.title);
    let is_bare = is_deed && alike(&bare) > alike(&ours.title);
    let own = if is_bare { &bare } else { &ours.title };
    let alike = alike(own);
    if alike >= TITLES && same_subject(own, &theirs.title) {
        score.agrees(Element::Title, 1.5 + 2.0 * alike);
        (score.has_subject, score.has_verb) = (true, true);
    } else {
        // The other titles of the same asset are alike as well.
        score.points += 2.0 * (alike - 0.75).min(0.0);
    }
}

fn tails(ours: &Prepared<'_>, theirs: &Prepared<'_>, score: &mut Score) {
    if ours.tail.is_empty() || theirs.tail.is_empty() {
        return;
    }
    let alike = likeness(&ours.tail, &theirs.tail);
    let same = |word: &&String| !is_loose(word);
    let is_same = ours.tail == theirs.tail
        || (ours.tail.iter().filter(same).eq(theirs.tail.iter().filter(same)) && alike >= TITLES);
    if is_same {
        score.agrees(Element::LastSegments, 2.0);
        score.has_verb = true;
    } else {
        score.points += 2.0 * (alike - 0.5);
    }
}

fn parameters(ours: &Prepared<'_>, theirs: &Prepared<'_>, rarity: &Rarity, score: &mut Score) {
    if ours.named.is_empty() && theirs.named.is_empty() {
        score.points += 0.5;
        return;
    }
    let alike = rarity.likeness(&ours.named, &theirs.named);
    if alike >= 0.6 {
        score.agrees(Element::Parameters, 2.5 * alike);
        score.has_verb |= alike > 0.99;
        score.has_subject |= rarity.is_telling(&ours.named, &theirs.named);
    } else {
        // An id by another name is still one id.
        let has_id = segments(theirs.is.path()).any(|it| placeholder(it).is_some());
        let one_id = ours.is.parameters.len() == 1 && has_id;
        score.points += alike - if one_id { 0.3 } else { 1.0 };
    }
}

fn bodies(element: Element, own: &Names, other: &Names, rarity: &Rarity, score: &mut Score) {
    if own.is_list.is_some() && other.is_list.is_some() && own.is_list != other.is_list {
        score.points -= 2.0;
    }
    match (own.members.is_empty(), other.members.is_empty()) {
        (true, true) => {}
        (false, false) => {
            let alike = rarity.likeness(&own.members, &other.members);
            if alike >= BODIES {
                score.agrees(element, 3.0 * alike);
                score.has_subject |= rarity.is_telling(&own.members, &other.members);
                score.has_verb |= element == Element::Body;
            } else {
                score.points -= 2.0 * (BODIES - alike);
            }
        }
        // One has a body, the other has none; an answer may come without.
        _ => score.points -= if element == Element::Body { 2.0 } else { 0.3 },
    }
}
