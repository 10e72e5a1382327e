//! Overrides: names and paths that differ from the contract's.

use bytes::Bytes;
use funnelflux_json::{Direction, EditError, Rename, rename};

use crate::base_url::BaseUrl;
use crate::error::Error;

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
///     .member("ledger.middlewareconfig.*", "destination.headers", "httpHeaders");
/// let builder = Client::builder().overlay(overlay);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "it has an effect only where it is passed"]
pub struct Overlay {
    paths: Vec<(String, String)>,
    queries: Vec<Names>,
    members: Vec<(Names, Result<Rename, EditError>)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Names {
    operations: String,
    ours: String,
    theirs: String,
}

impl Overlay {
    /// The overlay without overrides.
    pub fn new() -> Self {
        Self::default()
    }

    /// Overrides the path of one operation. Of several for one operation the last holds.
    pub fn path(mut self, operation: impl Into<String>, path: impl Into<String>) -> Self {
        self.paths.push((operation.into(), path.into()));
        self
    }

    /// Overrides the name of a query parameter.
    pub fn query(
        mut self,
        operations: impl Into<String>,
        ours: impl Into<String>,
        theirs: impl Into<String>,
    ) -> Self {
        let (operations, ours, theirs) = (operations.into(), ours.into(), theirs.into());
        self.queries.push(Names { operations, ours, theirs });
        self
    }

    /// Overrides the name of a member of JSON bodies, in requests and in answers. `ours` begins with the
    /// members around it, where it is not at the top; `*` is any one of them, and arrays do not count. The
    /// two names are exchanged, so that nothing is lost if the server has a member by our name as well.
    /// Everything else stays byte for byte.
    pub fn member(
        mut self,
        operations: impl Into<String>,
        ours: impl AsRef<str>,
        theirs: impl AsRef<str>,
    ) -> Self {
        let (ours, theirs) = (ours.as_ref().to_owned(), theirs.as_ref().to_owned());
        let rename = Rename::new(&ours, &theirs);
        self.members.push((Names { operations: operations.into(), ours, theirs }, rename));
        self
    }

    /// Adds the overrides of another overlay behind these.
    pub fn merge(mut self, other: Self) -> Self {
        self.paths.extend(other.paths);
        self.queries.extend(other.queries);
        self.members.extend(other.members);
        self
    }

    /// Whether there are no overrides.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The operations of each override: an id, or the beginning of ids with `*` behind it.
    pub fn operations(&self) -> impl Iterator<Item = &str> {
        let names = self.queries().chain(self.members()).map(|(operations, ..)| operations);
        self.paths().map(|(operation, _)| operation).chain(names)
    }

    /// The overridden paths: operation, path.
    pub fn paths(&self) -> impl Iterator<Item = (&str, &str)> {
        self.paths.iter().map(|(operation, path)| (&**operation, &**path))
    }

    /// The overridden query parameters: operations, our name, the server's.
    pub fn queries(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.queries.iter().map(Names::as_strs)
    }

    /// The overridden members: operations, our name with the members around it, the server's.
    pub fn members(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.members.iter().map(|(names, _)| names.as_strs())
    }

    /// Refuses the first override that makes no sense or claims a name of an earlier one.
    pub(crate) fn check(&self) -> Result<(), Error> {
        for (operation, path) in &self.paths {
            let fault = BaseUrl::fault_of_path(path);
            let is_path = path.starts_with('/') && !path.contains(['?', '#', ' ']);
            if fault.is_some() || !is_path || operation.ends_with('*') {
                let why = fault.map_or_else(String::new, |why| format!("{why}; "));
                return Err(Error::invalid_request(format!(
                    "path override of {operation:?}: {why}{path:?} should be a path such as \
                     /campaign/list, of one operation"
                )));
            }
        }
        for (index, names) in self.queries.iter().enumerate() {
            let Names { operations, ours, theirs } = names;
            let wrong =
                |why| Error::invalid_request(format!("query override of {operations:?}: {why}"));
            if ours.is_empty() || theirs.is_empty() || ours == theirs {
                return Err(wrong(format!(
                    "{ours:?} = {theirs:?} should be our name of a parameter and another one, the server's"
                )));
            }
            let mut earlier = self.queries.iter().take(index);
            if earlier.any(|other| other.ours == *ours && other.overlaps(names)) {
                return Err(wrong(format!("the parameter {ours:?} is overridden twice")));
            }
        }
        for (index, (names, rename)) in self.members.iter().enumerate() {
            let Names { operations, ours, theirs } = names;
            let wrong =
                |why| Error::invalid_request(format!("member override of {operations:?}{why}"));
            let rename =
                rename.as_ref().map_err(|cause| wrong(String::new()).with_source(cause.clone()))?;
            let mut earlier = self.members.iter().take(index);
            if earlier.any(|(other, earlier)| {
                other.overlaps(names) && earlier.as_ref().is_ok_and(|it| it.conflicts(rename))
            }) {
                return Err(wrong(format!(
                    ": {ours:?} = {theirs:?} uses a name that another override uses at the same place"
                )));
            }
        }
        Ok(())
    }

    pub(crate) fn path_of(&self, id: &str) -> Option<&str> {
        self.paths().filter(|(operation, _)| *operation == id).last().map(|(_, path)| path)
    }

    pub(crate) fn query_name<'a>(&'a self, id: &str, name: &'a str) -> &'a str {
        let mut queries = self.queries.iter();
        let found = queries.find(|names| names.ours == name && covers(&names.operations, id));
        found.map_or(name, |names| &names.theirs)
    }

    pub(crate) fn renamed(&self, id: &str, body: Bytes, direction: Direction) -> Bytes {
        let members = self.members.iter().filter(|(names, _)| covers(&names.operations, id));
        let renames: Vec<&Rename> =
            members.filter_map(|(_, rename)| rename.as_ref().ok()).collect();
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

impl Names {
    fn as_strs(&self) -> (&str, &str, &str) {
        (&self.operations, &self.ours, &self.theirs)
    }

    /// Whether one operation may be of both.
    fn overlaps(&self, other: &Self) -> bool {
        let (a, b) = (&self.operations, &other.operations);
        covers(a, b.trim_end_matches('*')) || covers(b, a.trim_end_matches('*'))
    }
}

fn covers(operations: &str, id: &str) -> bool {
    match operations.strip_suffix('*') {
        Some(beginning) => id.starts_with(beginning),
        None => operations == id,
    }
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
        let theirs = |id, body| overlay.renamed(id, body, Direction::ToTheirs);
        assert_eq!(theirs("ledger.page.update", body.clone()), r#"{"url":1}"#);
        assert_eq!(theirs("ledger.page.create", body), r#"{"baseURL":1}"#);
        let latin = Bytes::from_static(b"{\"baseURL\":\"\xe9\"}");
        assert_eq!(overlay.renamed("ledger.page.update", latin.clone(), Direction::ToOurs), latin);
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
