//! What a call looks like.

use std::collections::BTreeSet;

use crate::words::{folded, singular, split, words};

/// The names of the members of a body, whatever is wrapped around it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Names {
    /// Folded: without case and separators.
    pub(super) members: BTreeSet<String>,
    /// Whether the body is a list or wraps one, where that is known.
    pub(super) is_list: Option<bool>,
}

impl Names {
    /// Makes them of names, and of whether the body is a list of what has them.
    pub(crate) fn new<'a>(names: impl IntoIterator<Item = &'a str>, is_list: Option<bool>) -> Self {
        Self { members: names.into_iter().map(folded).collect(), is_list }
    }
}

/// A call as far as it is known: an operation of the contract, one of a schema file, or one that was seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Signature {
    /// What has the same paths and ids: `ledger.page`. Empty for calls.
    pub(crate) family: String,
    /// What is done, by the last part of the id: `find-by-id`. Empty for calls.
    pub(crate) verb: String,
    /// Upper case.
    pub(crate) method: String,
    /// The path below the base path, and others that it may have. A part in braces varies; it has a name
    /// (`{idPage}`) or none (`{}`).
    pub(crate) paths: Vec<String>,
    /// What a person would call it; empty where nothing says so.
    pub(crate) title: String,
    /// The names of the query parameters.
    pub(crate) parameters: Vec<String>,
    /// The members of the body; `None` where it is unknown whether there is one.
    pub(crate) body: Option<Names>,
    /// The members of the answer; `None` where nothing is known of it.
    pub(crate) answer: Option<Names>,
}

impl Signature {
    /// The names that ids and filters travel by, in the query or in the path; folded.
    pub(super) fn named(&self) -> BTreeSet<String> {
        let placeholders = segments(self.path()).filter_map(placeholder);
        let names = placeholders.chain(self.parameters.iter().map(String::as_str));
        names.map(folded).filter(|name| !name.is_empty()).collect()
    }

    pub(super) fn path(&self) -> &str {
        self.paths.first().map_or("", String::as_str)
    }
}

pub(super) fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

/// What stands between the braces.
pub(super) fn placeholder(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

/// The same path, whatever its placeholders are called.
pub(crate) fn same_path(a: &str, b: &str) -> bool {
    let shape = |segment| if placeholder(segment).is_some() { "{}" } else { segment };
    segments(a).map(shape).eq(segments(b).map(shape))
}

/// A segment as one word: `traffic-sources` and `trafficsource` are one.
pub(super) fn level(segment: &str) -> String {
    split(segment).iter().map(|word| singular(word)).collect()
}

/// The words of the last segments, which say what is done.
pub(super) fn tail_words<'a>(tail: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    let words_of = |segment| match placeholder(segment) {
        Some(_) => BTreeSet::from(["id".to_owned()]),
        None => words(segment),
    };
    tail.into_iter().flat_map(words_of).collect()
}
