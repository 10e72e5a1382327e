//! Overrides: names and paths that differ from the contract's.

use bytes::Bytes;
use funnelflux_json::{Direction, EditError, Rename, rename};

use crate::error::Error;

/// A set of overrides of the contract, for an account that shows a guess to be wrong.
///
/// An override names operations by an id of the contract or by a whole family, `ledger.page.*`.
/// [`ClientBuilder::build`](crate::ClientBuilder::build) refuses overrides that make no sense and
/// two that claim one name.
///
/// # Examples
///
/// ```
/// use funnelflux_transport::{Client, Overlay};
///
/// let overlay = Overlay::new()
///     .path("ledger.page.list", "/pages/list")
///     .query("ledger.page.*", "status", "state")
///     .member("ledger.middlewareconfig.*", "destination.headers", "httpHeaders");
/// let builder = Client::builder().overlay(overlay);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Overlay {
    overrides: Vec<Override>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Override {
    operations: String,
    what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    Path(String),
    Query { ours: String, theirs: String },
    Member { ours: String, theirs: String, rename: Result<Rename, EditError> },
}

impl Overlay {
    /// The overlay without overrides.
    pub fn new() -> Self {
        Self::default()
    }

    /// Overrides the path of one operation. Of several for one operation the last holds.
    pub fn path(self, operation: impl Into<String>, path: impl Into<String>) -> Self {
        self.with(operation, What::Path(path.into()))
    }

    /// Overrides the name of a query parameter.
    pub fn query(
        self,
        operations: impl Into<String>,
        ours: impl Into<String>,
        theirs: impl Into<String>,
    ) -> Self {
        self.with(operations, What::Query { ours: ours.into(), theirs: theirs.into() })
    }

    /// Overrides the name of a member of JSON bodies, in requests and in answers. `ours` is given
    /// with the members around it where it is not at the top, `*` being any one of them; arrays do
    /// not count.
    ///
    /// The two names are exchanged, so that nothing is lost if the server has a member by our name
    /// as well; everything else stays byte for byte as it is.
    pub fn member(
        self,
        operations: impl Into<String>,
        ours: impl AsRef<str>,
        theirs: impl AsRef<str>,
    ) -> Self {
        let (ours, theirs) = (ours.as_ref(), theirs.as_ref());
        let rename = Rename::new(ours, theirs);
        self.with(operations, What::Member { ours: ours.into(), theirs: theirs.into(), rename })
    }

    /// Adds the overrides of another overlay behind these.
    pub fn merge(mut self, other: Self) -> Self {
        self.overrides.extend(other.overrides);
        self
    }

    fn with(mut self, operations: impl Into<String>, what: What) -> Self {
        self.overrides.push(Override { operations: operations.into(), what });
        self
    }

    /// Whether there are no overrides.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.overrides.is_empty()
    }

    /// The operations of each override: an id, or the beginning of ids with `*` behind it.
    pub fn operations(&self) -> impl Iterator<Item = &str> {
        self.overrides.iter().map(|it| it.operations.as_str())
    }

    /// The overridden paths: operation, path.
    pub fn paths(&self) -> impl Iterator<Item = (&str, &str)> {
        self.overrides.iter().filter_map(|it| match &it.what {
            What::Path(path) => Some((it.operations.as_str(), path.as_str())),
            _ => None,
        })
    }

    /// The overridden query parameters: operations, our name, the server's.
    pub fn queries(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.overrides.iter().filter_map(|it| match &it.what {
            What::Query { ours, theirs } => Some((&*it.operations, &**ours, &**theirs)),
            _ => None,
        })
    }

    /// The overridden members: operations, our name with the members around it, the server's.
    pub fn members(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.overrides.iter().filter_map(|it| match &it.what {
            What::Member { ours, theirs, .. } => Some((&*it.operations, &**ours, &**theirs)),
            _ => None,
        })
    }

    /// Refuses the first override that makes no sense or claims a name of an earlier one.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.overrides
            .iter()
            .enumerate()
            .try_for_each(|(index, it)| it.check(self.overrides.get(..index).unwrap_or_default()))
    }

    fn of(&self, id: &str) -> impl DoubleEndedIterator<Item = &What> {
        let overrides = self.overrides.iter();
        overrides.filter(move |it| covers(&it.operations, id)).map(|it| &it.what)
    }

    pub(crate) fn path_of(&self, id: &str) -> Option<&str> {
        self.of(id).rev().find_map(|what| match what {
            What::Path(path) => Some(path.as_str()),
            _ => None,
        })
    }

    pub(crate) fn query_name<'a>(&'a self, id: &str, name: &'a str) -> &'a str {
        let theirs = self.of(id).find_map(|what| match what {
            What::Query { ours, theirs } if ours == name => Some(theirs.as_str()),
            _ => None,
        });
        theirs.unwrap_or(name)
    }

    /// A request's body with the server's names.
    pub(crate) fn to_theirs(&self, id: &str, body: Bytes) -> Bytes {
        self.renamed(id, body, Direction::ToTheirs)
    }

    /// An answer's body with our names.
    pub(crate) fn to_ours(&self, id: &str, body: Bytes) -> Bytes {
        self.renamed(id, body, Direction::ToOurs)
    }

    fn renamed(&self, id: &str, body: Bytes, direction: Direction) -> Bytes {
        let renames: Vec<&Rename> = self
            .of(id)
            .filter_map(|what| match what {
                What::Member { rename: Ok(rename), .. } => Some(rename),
                _ => None,
            })
            .collect();
        if body.is_empty() || renames.is_empty() {
            return body;
        }
        match std::str::from_utf8(&body) {
            Ok(text) => rename(text, &renames, direction).into(),
            // Not JSON: the body's reader reports it.
            Err(_) => body,
        }
    }
}

impl Override {
    fn check(&self, earlier: &[Self]) -> Result<(), Error> {
        let operations = &self.operations;
        let refuse = |why: String| Err(Error::invalid_request(why));
        let claimed = |claims: &dyn Fn(&What) -> bool| {
            let same = |it: &&Self| overlap(&it.operations, operations);
            earlier.iter().filter(same).any(|it| claims(&it.what))
        };
        match &self.what {
            What::Path(path)
                if !path.starts_with('/')
                    || path.contains(['?', '#', ' '])
                    || operations.ends_with('*') =>
            {
                refuse(format!(
                    "path override of {operations:?}: {path:?} should be a path such as \
                     /campaign/list, of one operation"
                ))
            }
            What::Query { ours, theirs }
                if ours.is_empty() || theirs.is_empty() || ours == theirs =>
            {
                refuse(format!(
                    "query override of {operations:?}: {ours:?} = {theirs:?} should be our name of \
                     a parameter and another one, the server's"
                ))
            }
            What::Query { ours, .. }
                if claimed(
                    &|what| matches!(what, What::Query { ours: other, .. } if other == ours),
                ) =>
            {
                refuse(format!(
                    "query override of {operations:?}: the parameter {ours:?} is overridden twice"
                ))
            }
            What::Member { rename: Err(cause), .. } => {
                let error = Error::invalid_request(format!("member override of {operations:?}"));
                Err(error.with_source(cause.clone()))
            }
            What::Member { ours, theirs, rename: Ok(rename) }
                if claimed(
                    &|what| matches!(what, What::Member { rename: Ok(other), .. } if other.conflicts(rename)),
                ) =>
            {
                refuse(format!(
                    "member override of {operations:?}: {ours:?} = {theirs:?} uses a name that \
                     another override uses at the same place"
                ))
            }
            _ => Ok(()),
        }
    }
}

/// Whether `operations` covers the operation `id`.
fn covers(operations: &str, id: &str) -> bool {
    match operations.strip_suffix('*') {
        Some(beginning) => id.starts_with(beginning),
        None => operations == id,
    }
}

fn overlap(a: &str, b: &str) -> bool {
    covers(a, b.trim_end_matches('*')) || covers(b, a.trim_end_matches('*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_override_covers_one_operation_or_a_family() {
        let overlay = Overlay::new().query("ledger.page.*", "idPage", "id").member(
            "ledger.page.update",
            "baseURL",
            "url",
        );
        overlay.check().unwrap();
        assert_eq!(overlay.query_name("ledger.page.delete", "idPage"), "id");
        assert_eq!(overlay.query_name("ledger.pagegroup.delete", "idPage"), "idPage");
        let body = Bytes::from_static(br#"{"baseURL":1}"#);
        assert_eq!(overlay.to_theirs("ledger.page.update", body.clone()), r#"{"url":1}"#);
        assert_eq!(overlay.to_theirs("ledger.page.create", body), r#"{"baseURL":1}"#);
        let latin = Bytes::from_static(b"{\"baseURL\":\"\xe9\"}");
        assert_eq!(overlay.to_ours("ledger.page.update", latin.clone()), latin);
    }

    #[test]
    fn two_overrides_of_one_name_are_refused_and_the_last_path_holds() {
        let overlay = Overlay::new().query("a.*", "x", "y").member("a.b", "x", "y");
        overlay.check().unwrap();
        assert!(overlay.clone().query("a.b", "x", "z").check().is_err());
        assert!(overlay.clone().member("a.*", "y", "z").check().is_err());
        assert!(overlay.clone().path("a.*", "/x").check().is_err());
        let overlay = overlay.merge(Overlay::new().path("a.b", "/one").path("a.b", "/two"));
        overlay.check().unwrap();
        assert_eq!(overlay.path_of("a.b"), Some("/two"));
    }

    #[test]
    fn an_overlay_lists_its_overrides() {
        let overlay =
            Overlay::new().path("a.b", "/x").query("a.*", "q", "p").member("a.*", "m.n", "o");
        assert!(!overlay.is_empty() && Overlay::new().is_empty());
        assert_eq!(overlay.operations().collect::<Vec<_>>(), ["a.b", "a.*", "a.*"]);
        assert_eq!(overlay.paths().collect::<Vec<_>>(), [("a.b", "/x")]);
        assert_eq!(overlay.queries().collect::<Vec<_>>(), [("a.*", "q", "p")]);
        assert_eq!(overlay.members().collect::<Vec<_>>(), [("a.*", "m.n", "o")]);
    }
}
