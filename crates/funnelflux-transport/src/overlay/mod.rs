//! Overrides: names, paths and places that differ from the contract's, each a fact of one account.

mod apply;
mod check;
mod doubt;
mod effect;
mod fact;
#[cfg(feature = "overlay-file")]
mod file;
mod names;
#[cfg(test)]
mod tests;

use funnelflux_contract::Grade;
use http::Method;

pub use fact::{Evidence, Fact, Says};

/// The place of one id in a path, where the contract sends ids in a list of the body: `/page/{ids}/archive`.
#[doc(hidden)]
pub const EACH_ID: &str = "ids";

/// A set of overrides of the contract, for an account that shows a guess to be wrong.
///
/// An override names operations by an id of the contract or by a whole family, `ledger.page.*`.
/// [`ClientBuilder::build`](crate::ClientBuilder::build) refuses overrides that make no sense and
/// two that claim one name.
///
/// ```
/// use funnelflux_transport::{Client, Overlay};
///
/// let overlay = Overlay::new()
///     .path("ledger.page.list", "/pages/list")
///     .query("ledger.page.*", "status", "state")
///     .member("ledger.middlewareconfig.*", "destination.headers", "httpHeaders")
///     .answer_in("ledger.page.list", "data.pages");
/// let builder = Client::builder().overlay(overlay);
/// ```
///
/// With the feature `overlay-file`, `Overlay::from_file` reads the facts from a file, and `to_toml` writes
/// them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "it has an effect only where it is passed"]
pub struct Overlay {
    facts: Vec<Fact>,
    /// What is only likely, which nothing obeys.
    likely: Vec<Fact>,
}

impl Overlay {
    /// The overlay without overrides.
    pub fn new() -> Self {
        Self::default()
    }

    funnelflux_contract::setters! {
        /// Adds a fact, or one that is only likely.
        fn fact(fact: Fact), |it| match fact.doubt {
            Some(_) => it.likely.push(fact),
            None => it.facts.push(fact),
        };
        /// Overrides the path in front of every operation's path, `/v1` at the vendor's base URL.
        fn base_path(path: impl Into<String>), |it| it.says("*", Says::BasePath(path.into()));
        /// Overrides the path of one operation. Of several for one operation the last holds. `{name}` in it
        /// is the value of the query parameter that we call so. A parameter of our path may move to the query:
        /// `/domain?id={id}`. Where we send ids in a list of the body, `/page/{ids}/archive` makes a call for each.
        fn path(operation: impl Into<String>, path: impl Into<String>),
            |it| it.says(operation, Says::Path(path.into()));
        /// Overrides the method of one operation. What a repeat does stays as the contract has it.
        fn method(operation: impl Into<String>, method: &Method),
            |it| it.says(operation, Says::Method(method.as_str().to_owned()));
        /// Overrides the name of a query parameter.
        fn query(operations: impl Into<String>, ours: impl Into<String>, theirs: impl Into<String>),
            |it| it.says(operations, Says::Query { ours: ours.into(), theirs: theirs.into() });
        /// Overrides the name of a member of JSON bodies, in requests and in answers. `ours` begins with the
        /// members around it, where it is not at the top; `*` is any one of them, and arrays do not count. The
        /// two names are exchanged, so that nothing is lost if the server has a member by our name as well.
        /// Everything else stays byte for byte.
        fn member(operations: impl Into<String>, ours: impl AsRef<str>, theirs: impl AsRef<str>), |it| {
            let (ours, theirs) = (ours.as_ref().to_owned(), theirs.as_ref().to_owned());
            it.says(operations, Says::Member { ours, theirs });
        };
        /// Overrides where an answer holds the object or the list: `data.items` for
        /// `{"data": {"items": […]}}`. The rest of a list's answer, such as a total, is kept if it is no object
        /// and no list.
        fn answer_in(operations: impl Into<String>, members: impl Into<String>),
            |it| it.says(operations, Says::AnswerIn(members.into()));
        /// Overrides where the body of a request holds the object: `page` for `{"page": {…}}`.
        fn body_in(operations: impl Into<String>, members: impl Into<String>),
            |it| it.says(operations, Says::BodyIn(members.into()));
        /// Overrides a value of an enumeration of the contract, wherever the enumeration travels.
        fn value(enumeration: impl Into<String>, ours: impl Into<String>, theirs: impl Into<String>), |it| {
            let (of, ours, theirs) = (enumeration.into(), Some(ours.into()), theirs.into());
            it.says("*", Says::Value { of, ours, theirs });
        };
        /// Overrides a word of the nodes of funnels: `word` is the `part` (`type`, `object`, …) of the nodes of a
        /// kind. See [`Says::Node`].
        fn node(kind: impl Into<String>, part: impl Into<String>, word: impl Into<String>), |it| {
            let (kind, part, is) = (kind.into(), part.into(), word.into());
            it.says(fact::FUNNELS, Says::Node { kind, part, is });
        };
        /// Adds the overrides of another overlay behind these.
        fn merge(other: Self), |it| {
            it.facts.extend(other.facts);
            it.likely.extend(other.likely);
        };
    }

    fn says(&mut self, operations: impl Into<String>, says: Says) {
        self.facts.push(Fact::new(operations, says));
    }

    /// Whether there are no overrides, and nothing is likely.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty() && self.likely.is_empty()
    }

    /// The facts, in their order.
    pub fn facts(&self) -> impl Iterator<Item = &Fact> {
        self.facts.iter()
    }

    /// What is only likely, which nothing obeys.
    pub fn likely(&self) -> impl Iterator<Item = &Fact> {
        self.likely.iter()
    }

    /// The grade of a member of the operation's bodies, or of a parameter, where a fact says its name.
    pub fn grade_of(&self, operation: &str, name: &str) -> Option<Grade> {
        let is_it = |says: &Says| match says {
            Says::Query { ours, .. } | Says::Member { ours, .. } => ours == name,
            Says::Path(path) => path.contains(&format!("{{{name}}}")),
            _ => false,
        };
        let mut facts = self.facts.iter().filter(|fact| fact.covers(operation));
        facts.find(|fact| is_it(&fact.says)).map(Fact::grade)
    }

    /// The facts about nodes: kind, part, what it is, how often it was seen.
    pub fn nodes(&self) -> impl Iterator<Item = (&str, &str, &str, u64)> {
        self.facts.iter().filter_map(|fact| match &fact.says {
            Says::Node { kind, part, is } => {
                Some((&**kind, &**part, &**is, fact.evidence.as_ref().map_or(1, |it| it.seen)))
            }
            _ => None,
        })
    }

    /// The overridden paths: operation, path.
    pub fn paths(&self) -> impl Iterator<Item = (&str, &str)> {
        self.facts.iter().filter_map(|fact| match &fact.says {
            Says::Path(path) => Some((&*fact.operations, &**path)),
            _ => None,
        })
    }

    /// The overridden members: operations, our name with the members around it, the server's.
    pub fn members(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.facts.iter().filter_map(|fact| match &fact.says {
            Says::Member { ours, theirs } => Some((&*fact.operations, &**ours, &**theirs)),
            _ => None,
        })
    }
}
