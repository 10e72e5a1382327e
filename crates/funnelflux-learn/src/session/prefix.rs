//! The base path: what stands in front of the paths of the contract.

use std::collections::{BTreeMap, BTreeSet};

use funnelflux_contract::Operation;

use super::call::{Call, Calls, Segment};
use super::kinds::payload;
use super::words::words;

/// The words of base paths. Any other may be the name of an account.
const WORDS: &str = "
    admin ajax alpha api app backend beta client core current data dev edge ff flux funnel funnelflux gateway
    internal json latest live open private pro prod proxy public rest rpc server service stage staging tracker
    tracking ui version web";

/// What is told of any other.
pub(super) const KEPT_OUT: &str = "a word in front of all paths: set the base URL of the profile with all that \
                                   stands before the learned paths";

/// The base path, part by part.
pub(super) struct Base {
    parts: Vec<Segment>,
}

impl Base {
    /// The path, if it has no word that may be a name of the account, and no id.
    pub(super) fn path(&self) -> Option<String> {
        let part = |part: &Segment| Some(format!("/{}", part.name().filter(|it| is_plain(it))?));
        self.parts.iter().map(part).collect()
    }

    pub(super) fn len(&self) -> usize {
        self.parts.len()
    }

    pub(super) fn is(&self, path: &str) -> bool {
        let names = path.split('/').filter(|name| !name.is_empty());
        self.parts.iter().map(Segment::name).eq(names.map(Some))
    }

    pub(super) fn is_of(&self, path: &[Segment]) -> bool {
        path.len() > self.parts.len() && path.starts_with(&self.parts)
    }
}

/// Finds what most paths of the contract come after; else what all calls share.
pub(super) fn base(calls: &Calls) -> Base {
    let mut votes: BTreeMap<&[Segment], BTreeSet<&str>> = BTreeMap::new();
    for call in calls.iter() {
        let longest = Operation::all()
            .flat_map(|operation| {
                let paths = std::iter::once(operation.path())
                    .chain(operation.alternatives().iter().copied());
                paths.map(move |path| (operation.id(), path))
            })
            .filter_map(|(id, path)| Some((id, path, ends_with(&call.path, path)?)))
            .max_by_key(|(_, path, _)| path.len());
        if let Some((id, _, length)) = longest {
            let before = call.path.get(..length).unwrap_or_default();
            votes.entry(before).or_default().insert(id);
        }
    }
    let most = votes.iter().max_by_key(|(parts, ids)| (ids.len(), std::cmp::Reverse(parts.len())));
    if let Some((parts, _)) = most {
        return Base { parts: parts.to_vec() };
    }
    let shared = shared(calls);
    // What calls of several kinds share is the root of none.
    let of_version =
        shared.iter().position(|part| part.name().is_some_and(is_version)).map_or(0, |at| at + 1);
    let end = if has_several_models(calls) { shared.len() } else { of_version };
    Base { parts: shared.into_iter().take(end).collect() }
}

fn has_several_models(calls: &Calls) -> bool {
    let model = |call: &Call| {
        let payload = payload(&call.answer, &BTreeSet::new())?;
        Some(payload.certain()?.first()?.schema.name)
    };
    let models: BTreeSet<&str> = calls.iter().filter_map(model).collect();
    models.len() > 1
}

/// Whether a part of a base path has no word that may be a name of the account.
pub(super) fn is_plain(name: &str) -> bool {
    words(name).iter().all(|word| is_plain_word(word))
}

fn is_plain_word(word: &str) -> bool {
    let is_number = word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_digit());
    WORDS.split_ascii_whitespace().any(|it| it == word) || is_number || is_version(word)
}

fn is_version(name: &str) -> bool {
    name.strip_prefix('v').is_some_and(|rest| {
        (1..=2).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// The parts that all paths begin with, short of their last.
fn shared(calls: &Calls) -> Vec<Segment> {
    let mut paths = calls.iter().map(|call| &call.path);
    let Some((_, first)) = paths.next().and_then(|path| path.split_last()) else {
        return Vec::new();
    };
    let mut shared = first.to_vec();
    for path in paths {
        let most = path.len().saturating_sub(1);
        let same =
            path.iter().take(most).zip(&shared).take_while(|(part, own)| part == own).count();
        shared.truncate(same);
    }
    shared
}

/// The number of parts before `path`, if the recorded path ends in it.
pub(super) fn ends_with(recorded: &[Segment], path: &str) -> Option<usize> {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let before = recorded.len().checked_sub(parts.len())?;
    let fits = |(own, part): (&Segment, &&str)| match own.name() {
        Some(name) => name == *part,
        None => part.starts_with('{'),
    };
    recorded.iter().skip(before).zip(&parts).all(fits).then_some(before)
}
