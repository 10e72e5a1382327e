//! The base path: what stands in front of the paths of the contract.

use std::collections::{BTreeMap, BTreeSet};

use super::call::{Calls, Segment};
use super::pair::operations;
use super::words::is_name;

/// The base path as names.
pub(super) struct Base {
    pub(super) names: Vec<String>,
}

impl Base {
    pub(super) fn path(&self) -> String {
        self.names.iter().map(|name| format!("/{name}")).collect()
    }

    pub(super) fn is_of(&self, path: &[Segment]) -> bool {
        let mut names = self.names.iter();
        path.len() > self.names.len()
            && path.iter().zip(&mut names).all(|(part, name)| part.name() == Some(name))
    }
}

/// Finds what most paths of the contract come after; else what all calls share up to a version.
pub(super) fn base(calls: &Calls) -> Base {
    let mut votes: BTreeMap<Vec<String>, BTreeSet<&str>> = BTreeMap::new();
    for call in calls.iter() {
        let longest = operations()
            .flat_map(|operation| {
                let paths = std::iter::once(operation.path())
                    .chain(operation.alternatives().iter().copied());
                paths.map(move |path| (operation.id(), path))
            })
            .filter_map(|(id, path)| Some((id, path, ends_with(&call.path, path)?)))
            .max_by_key(|(_, path, _)| path.len());
        if let Some((id, _, length)) = longest {
            let names: Option<Vec<String>> = call
                .path
                .get(..length)
                .unwrap_or_default()
                .iter()
                .map(|part| part.name().filter(|name| is_name(name)).map(str::to_owned))
                .collect();
            if let Some(names) = names {
                votes.entry(names).or_default().insert(id);
            }
        }
    }
    let most = votes.iter().max_by_key(|(names, ids)| (ids.len(), std::cmp::Reverse(names.len())));
    if let Some((names, _)) = most {
        return Base { names: names.clone() };
    }
    let shared = shared(calls);
    let end = shared.iter().position(|name| is_version(name)).map_or(0, |at| at + 1);
    Base { names: shared.into_iter().take(end).collect() }
}

fn is_version(name: &str) -> bool {
    name.strip_prefix('v').is_some_and(|rest| {
        (1..=2).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn shared(calls: &Calls) -> Vec<String> {
    let mut paths = calls.iter().map(|call| &call.path);
    let Some(first) = paths.next() else { return Vec::new() };
    let mut shared: Vec<String> =
        first.iter().map_while(|part| part.name().map(str::to_owned)).collect();
    for path in paths {
        let same = path.iter().zip(&shared).take_while(|(part, name)| part.name() == Some(name));
        let length = same.count();
        shared.truncate(length);
    }
    shared
}

/// The number of parts before `path`, if the recorded path ends in it.
fn ends_with(recorded: &[Segment], path: &str) -> Option<usize> {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let before = recorded.len().checked_sub(parts.len())?;
    let fits = |(own, part): (&Segment, &&str)| match own.name() {
        Some(name) => name == *part,
        None => part.starts_with('{'),
    };
    recorded.iter().skip(before).zip(&parts).all(fits).then_some(before)
}
