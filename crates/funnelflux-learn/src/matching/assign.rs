//! Which pairs of all are taken.

use std::collections::{BTreeMap, BTreeSet};

use super::score::{Element, Prepared, Rarity, Score, score};
use super::signature::{Signature, placeholder, segments};
use super::{Certainty, Match};
use crate::words::singular;

/// How far the next best pair of either side has to be away.
const MARGIN: f64 = 1.0;

/// What a pair needs to be shown at all.
const LIKELY: f64 = 3.0;

/// A last segment below this many others names what is done, and not an asset.
const SHARED: usize = 3;

/// Finds the operation of each call, given those that are known. Each is taken once.
pub(crate) fn assign(ours: &[Signature], theirs: &[Signature], known: Vec<Match>) -> Vec<Match> {
    let verbs = tails(ours, &BTreeSet::new());
    let rarity = Rarity::new(ours);
    let more = tails(theirs, &verbs);
    let prepare = |one| Prepared::new(one, cut(one, &more));
    let mut state = Assignment {
        ours: ours.iter().map(prepare).collect(),
        theirs: theirs.iter().map(prepare).collect(),
        rarity,
        ours_taken: known.iter().map(|one| one.ours).collect(),
        theirs_taken: known.iter().map(|one| one.theirs).collect(),
        families: BTreeMap::new(),
        found: known,
    };
    state.settle_families();
    // What is found settles which asset the calls beside it belong to, and that finds more.
    loop {
        let before = state.found.len();
        state.take_certain();
        state.settle_families();
        if state.found.len() == before {
            break;
        }
    }
    state.take_likely();
    state.found
}

struct Assignment<'a> {
    ours: Vec<Prepared<'a>>,
    theirs: Vec<Prepared<'a>>,
    rarity: Rarity,
    ours_taken: BTreeSet<usize>,
    theirs_taken: BTreeSet<usize>,
    /// The family that the calls below a root belong to.
    families: BTreeMap<Vec<String>, String>,
    found: Vec<Match>,
}

struct Candidate {
    ours: usize,
    theirs: usize,
    score: Score,
}

impl Assignment<'_> {
    /// Every pair of what is left that has anything to speak for it, best first.
    fn candidates(&self) -> Vec<Candidate> {
        let mut candidates = Vec::new();
        for (j, theirs) in self.theirs.iter().enumerate() {
            if self.theirs_taken.contains(&j) {
                continue;
            }
            let family = self.families.get(&theirs.root).map(String::as_str);
            for (i, ours) in self.ours.iter().enumerate() {
                if self.ours_taken.contains(&i) {
                    continue;
                }
                let score = score(ours, theirs, &self.rarity, family);
                if score.points > 0.0 {
                    candidates.push(Candidate { ours: i, theirs: j, score });
                }
            }
        }
        // Where two are equally good, the order of the contract and of the file decides.
        candidates.sort_by(|a, b| b.score.points.total_cmp(&a.score.points));
        candidates
    }

    fn take_certain(&mut self) {
        let candidates = self.candidates();
        let mut best_of_ours = BTreeMap::new();
        let mut best_of_theirs = BTreeMap::new();
        for candidate in &candidates {
            let Candidate { ours, theirs, score } = candidate;
            best_of_ours.entry(*ours).or_insert_with(Vec::new).push((*theirs, score.points));
            best_of_theirs.entry(*theirs).or_insert_with(Vec::new).push((*ours, score.points));
        }
        let leads = |list: Option<&Vec<(usize, f64)>>, index: usize| match list.map(Vec::as_slice) {
            Some([best, second, ..]) => best.0 == index && best.1 - second.1 >= MARGIN,
            Some([best]) => best.0 == index,
            _ => false,
        };
        for Candidate { ours, theirs, score } in candidates {
            let rivals = best_of_theirs.get(&theirs);
            let is_best = leads(rivals, ours) && leads(best_of_ours.get(&ours), theirs);
            if is_best && score.is_enough() {
                let runner_up = rivals.and_then(|list| list.get(1)).map(|(index, _)| *index);
                self.take(ours, theirs, Certainty::Certain, score.because, runner_up);
            }
        }
    }

    fn take_likely(&mut self) {
        let candidates = self.candidates();
        let rivals = |ours: usize, theirs: usize| {
            let mut others = candidates.iter().filter(|c| c.theirs == theirs && c.ours != ours);
            others.next().map(|candidate| candidate.ours)
        };
        for Candidate { ours, theirs, score } in &candidates {
            if score.points < LIKELY || !score.has_subject {
                continue;
            }
            let mut because = score.because.clone();
            if !score.has_verb {
                because.push(Element::Elimination);
            }
            self.take(*ours, *theirs, Certainty::Likely, because, rivals(*ours, *theirs));
        }
    }

    fn take(
        &mut self,
        ours: usize,
        theirs: usize,
        certainty: Certainty,
        because: Vec<Element>,
        runner_up: Option<usize>,
    ) {
        if self.ours_taken.contains(&ours) || self.theirs_taken.contains(&theirs) {
            return;
        }
        self.ours_taken.insert(ours);
        self.theirs_taken.insert(theirs);
        self.found.push(Match { ours, theirs, certainty, because, runner_up });
    }

    /// A root belongs to a family if two calls below it do, and none to another.
    fn settle_families(&mut self) {
        let mut votes: BTreeMap<&Vec<String>, BTreeMap<&str, usize>> = BTreeMap::new();
        for found in &self.found {
            let (Some(ours), Some(theirs)) =
                (self.ours.get(found.ours), self.theirs.get(found.theirs))
            else {
                continue;
            };
            *votes.entry(&theirs.root).or_default().entry(&ours.is.family).or_default() += 1;
        }
        let settled = votes.into_iter().filter_map(|(root, families)| {
            let (family, count) = families.iter().next()?;
            (families.len() == 1 && *count >= 2).then(|| (root.clone(), (*family).to_owned()))
        });
        self.families = settled.collect();
    }
}

/// The segments that name what is done: they stand last below several others.
fn tails(signatures: &[Signature], known: &BTreeSet<String>) -> BTreeSet<String> {
    let mut found = known.clone();
    // What stands before a known one may be one itself: `find` before `byId`.
    for _ in 0..3 {
        let mut parents: BTreeMap<String, BTreeSet<Vec<&str>>> = BTreeMap::new();
        for one in signatures {
            let (mut root, _) = cut(one, &found);
            if let Some(last) = root.pop().filter(|_| !root.is_empty()) {
                parents.entry(name(last)).or_default().insert(root);
            }
        }
        let shared = parents.into_iter().filter(|(_, above)| above.len() >= SHARED);
        let before = found.len();
        found.extend(shared.map(|(segment, _)| segment));
        if found.len() == before {
            break;
        }
    }
    found
}

/// The path in two: what names the asset, and what is done.
fn cut<'a>(one: &'a Signature, verbs: &BTreeSet<String>) -> (Vec<&'a str>, Vec<&'a str>) {
    let all: Vec<&str> = segments(one.path()).collect();
    let is_tail =
        |segment: &&&str| placeholder(segment).is_some() || verbs.contains(&name(segment));
    let length = all.iter().rev().take_while(is_tail).count().min(all.len().saturating_sub(1));
    let (root, tail) = all.split_at(all.len() - length);
    (root.to_vec(), tail.to_vec())
}

fn name(segment: &str) -> String {
    singular(&segment.to_lowercase())
}
