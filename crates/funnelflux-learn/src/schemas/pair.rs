//! Which operation of a file is which of ours.

use std::collections::BTreeSet;

use super::call::Call;
use super::words::{folded, likeness, same_subject, words};
use crate::contract::{Operation, Word as _};

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

impl<'a> Pairs<'a, '_> {
    /// Joins what has the same method and passes the test.
    fn by(&mut self, test: impl Fn(&Operation, &Call<'_>) -> bool) {
        for ours in std::mem::take(&mut self.ours_left) {
            let found = self
                .theirs_left
                .iter()
                .position(|theirs| theirs.method == ours.method.written() && test(ours, theirs));
            self.join(ours, found);
        }
    }

    /// The most alike first, so that a good match is not taken away by a poor one.
    fn by_title(&mut self) {
        let ours_words: Vec<_> = self.ours_left.iter().map(|ours| words(&ours.title)).collect();
        let their_words: Vec<_> = self.theirs_left.iter().map(|call| words(&call.title)).collect();
        let mut scores = Vec::new();
        for (i, (ours, ours_words)) in self.ours_left.iter().zip(&ours_words).enumerate() {
            for (j, (theirs, their_words)) in self.theirs_left.iter().zip(&their_words).enumerate()
            {
                if let Some(score) = score(ours, ours_words, theirs, their_words) {
                    scores.push((score, i, j));
                }
            }
        }
        // Where two are equally alike, the order of the contract and of the file decides.
        scores.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
        let mut ours_taken = BTreeSet::new();
        let mut theirs_taken = BTreeSet::new();
        for (_, i, j) in scores {
            if ours_taken.contains(&i) || theirs_taken.contains(&j) {
                continue;
            }
            if let (Some(ours), Some(theirs)) = (self.ours_left.get(i), self.theirs_left.get(j)) {
                let by_title = !same_path(&ours.path, &theirs.path);
                self.matched.push(Match { ours, theirs: theirs.clone(), by_title });
                ours_taken.insert(i);
                theirs_taken.insert(j);
            }
        }
        retain_others(&mut self.ours_left, &ours_taken);
        retain_others(&mut self.theirs_left, &theirs_taken);
    }

    fn join(&mut self, ours: &'a Operation, found: Option<usize>) {
        match found {
            Some(index) => {
                let theirs = self.theirs_left.remove(index);
                self.matched.push(Match { ours, theirs, by_title: false });
            }
            None => self.ours_left.push(ours),
        }
    }
}

fn retain_others<T>(list: &mut Vec<T>, taken: &BTreeSet<usize>) {
    let mut index = 0;
    list.retain(|_| {
        index += 1;
        !taken.contains(&(index - 1))
    });
}

/// How surely the two are one; `None` if they are not.
fn score(
    ours: &Operation,
    our_words: &BTreeSet<String>,
    theirs: &Call<'_>,
    their_words: &BTreeSet<String>,
) -> Option<f64> {
    let title = likeness(our_words, their_words);
    let same_method = theirs.method == ours.method.written();
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
