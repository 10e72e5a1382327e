//! Which operation of a file is which of ours.

use std::collections::BTreeSet;

use super::call::Call;
use super::words::{folded, likeness, same_subject, words};
use crate::contract::Operation;

/// Titles must be this alike where the paths differ, and speak of the same subject besides.
const ALIKE: f64 = 0.75;

/// What is enough where the path is the same and only the method differs.
const ALIKE_ON_ONE_PATH: f64 = 0.5;

/// What is needed where neither path nor method is the same.
const NEARLY_EQUAL: f64 = 0.95;

/// An operation of ours and the call that it is.
pub(super) struct Match<'a, 'f> {
    pub(super) ours: &'a Operation,
    pub(super) theirs: Call<'f>,
    /// Whether nothing but the titles says so.
    pub(super) by_title: bool,
}

pub(super) struct Pairs<'a, 'f> {
    pub(super) matched: Vec<Match<'a, 'f>>,
    pub(super) ours_left: Vec<&'a Operation>,
    pub(super) theirs_left: Vec<Call<'f>>,
}

/// By method and path first, other readings of a guessed path included; then by title.
pub(super) fn pair<'a, 'f>(
    ours: impl Iterator<Item = &'a Operation>,
    theirs: Vec<Call<'f>>,
) -> Pairs<'a, 'f> {
    let mut pairs = Pairs { matched: Vec::new(), ours_left: ours.collect(), theirs_left: theirs };
    pairs.by(|ours, theirs| same_path(&ours.path, &theirs.path));
    pairs.by(|ours, theirs| ours.alternatives.iter().any(|path| same_path(path, &theirs.path)));
    pairs.by(|ours, theirs| folded(&ours.path) == folded(&theirs.path));
    pairs.by_title();
    pairs
}

/// Takes off both lists what passes the test together, each of ours with the first of theirs.
pub(super) fn join<A: Copy, B>(
    ours: &mut Vec<A>,
    theirs: &mut Vec<B>,
    test: impl Fn(A, &B) -> bool,
) -> Vec<(A, B)> {
    let mut joined = Vec::new();
    ours.retain(|own| {
        let index = theirs.iter().position(|other| test(*own, other));
        joined.extend(index.map(|index| (*own, theirs.remove(index))));
        index.is_none()
    });
    joined
}

impl Pairs<'_, '_> {
    /// Joins what has the same method and passes the test.
    fn by(&mut self, test: impl Fn(&Operation, &Call<'_>) -> bool) {
        let joined = join(&mut self.ours_left, &mut self.theirs_left, |ours, theirs| {
            theirs.method == ours.method.as_str() && test(ours, theirs)
        });
        let matched = joined.into_iter();
        self.matched.extend(matched.map(|(ours, theirs)| Match { ours, theirs, by_title: false }));
    }

    /// The most alike first, so that a good match is not taken away by a poor one.
    fn by_title(&mut self) {
        let mut scores = Vec::new();
        let theirs: Vec<_> = self.theirs_left.iter().map(|c| (c, words(&c.title))).collect();
        for ours in &self.ours_left {
            let our_words = words(&ours.title);
            for (theirs, their_words) in &theirs {
                let score = score(ours, &our_words, theirs, their_words);
                scores.extend(score.map(|score| (score, *ours, theirs.place())));
            }
        }
        // Where two are equally alike, the order of the contract and of the file decides.
        scores.sort_by(|a, b| b.0.total_cmp(&a.0));
        for (_, ours, place) in scores {
            let our_place = self.ours_left.iter().position(|other| other.id == ours.id);
            let their_place = self.theirs_left.iter().position(|call| call.place() == place);
            if let (Some(i), Some(j)) = (our_place, their_place) {
                self.ours_left.remove(i);
                let theirs = self.theirs_left.remove(j);
                let by_title = !same_path(&ours.path, &theirs.path);
                self.matched.push(Match { ours, theirs, by_title });
            }
        }
    }
}

/// How surely the two are one; `None` if they are not.
fn score(
    ours: &Operation,
    our_words: &BTreeSet<String>,
    theirs: &Call<'_>,
    their_words: &BTreeSet<String>,
) -> Option<f64> {
    let title = likeness(our_words, their_words);
    let same_method = theirs.method == ours.method.as_str();
    let same_path = same_path(&ours.path, &theirs.path);
    let enough = match (same_path, same_method) {
        (true, _) => ALIKE_ON_ONE_PATH,
        (false, true) => ALIKE,
        (false, false) => NEARLY_EQUAL,
    };
    if title < enough || !(same_path || same_subject(our_words, their_words)) {
        return None;
    }
    let path = likeness(&words(&ours.path), &words(&theirs.path));
    let bonus = |yes: bool| if yes { 0.1 } else { 0.0 };
    Some(title + 0.3 * path + bonus(same_method) + bonus(same_path))
}

/// The same path, whatever its placeholders are called.
pub(super) fn same_path(a: &str, b: &str) -> bool {
    shape(a).eq(shape(b))
}

fn shape(path: &str) -> impl Iterator<Item = &str> {
    let segments = path.split('/').filter(|segment| !segment.is_empty());
    segments.map(|segment| if segment.starts_with('{') { "{}" } else { segment })
}
