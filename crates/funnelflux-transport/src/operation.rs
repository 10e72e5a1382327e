//! What is being called: one API operation, with how surely it is known.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use http::Method;

/// How surely a fact of the API is known. Ordered: the surer, the greater.
///
/// ```
/// use funnelflux_transport::Grade;
/// assert!(Grade::Documented > Grade::Inferred);
/// assert!(Grade::Inferred.is_guess());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Grade {
    /// Nobody knows; the data is kept and no meaning is invented.
    Unknown,
    /// Follows from a pattern of better known facts; nobody states it.
    Inferred,
    /// Stated for the vendor's self-hosted product, whose naming the API shares.
    Sibling,
    /// Stated by a help-centre article: true of the product, silent on the wire format.
    Help,
    /// Sent or read by a public third-party integration that ran in production in 2023-24.
    Proven,
    /// Stated on the vendor's documentation site or in its changelog.
    Documented,
}

impl Grade {
    /// Whether the fact is a guess: sibling, inferred or unknown.
    #[must_use]
    pub const fn is_guess(self) -> bool {
        matches!(self, Self::Unknown | Self::Inferred | Self::Sibling)
    }

    /// The grade as one lower-case word, as it stands in the contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Inferred => "inferred",
            Self::Sibling => "sibling",
            Self::Help => "help",
            Self::Proven => "proven",
            Self::Documented => "documented",
        }
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a repeat of an operation does; the retry layer decides by it, not by the method alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Idempotency {
    /// Reads only, whatever its method: a report POST is safe.
    Safe,
    /// Writes, but a repeat leaves the same state.
    Idempotent,
    /// Creates under an id that the caller made: after a lost answer look the id up, then decide.
    CallerKeyed,
    /// Queues work that can have side effects elsewhere, such as postbacks at an ad network:
    /// never repeated blindly.
    QueuedSideEffect,
    /// A repeat does it twice.
    NotIdempotent,
}

impl Idempotency {
    /// What a bare method promises, for calls outside the contract. RFC 9110 §9.2 promises more of
    /// PUT and DELETE; this API's PUTs can queue postbacks (documented).
    fn of_method(method: &Method) -> Self {
        if method.is_safe() { Self::Safe } else { Self::NotIdempotent }
    }

    /// Whether a request whose answer was lost may be sent again.
    #[must_use]
    pub const fn is_repeatable(self) -> bool {
        matches!(self, Self::Safe | Self::Idempotent)
    }

    /// Whether the operation changes nothing, so that a lost answer leaves no doubt behind.
    #[must_use]
    pub const fn is_safe(self) -> bool {
        matches!(self, Self::Safe)
    }
}

/// How much an operation asks of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Weight {
    /// An ordinary call.
    Light,
    /// A query on the reporting store: it shares a small pool with a queue on the server, and is
    /// killed after 30 seconds (documented).
    Report,
}

/// One operation of the API: what it is called, where it lives, what a repeat does.
///
/// The operations of the contract are `static`s in the service crates, generated from
/// `docs/contract/`. [`Operation::raw`] makes one for any other call.
///
/// ```
/// use funnelflux_transport::{operation, Idempotency};
///
/// operation! {
///     /// Everything the vendor adds tomorrow.
///     pub static TOMORROW = {
///         id: "acme.tomorrow",
///         title: "Tomorrow",
///         method: POST,
///         path: "/tomorrow/{id}",
///         path_grade: Inferred,
///         alternatives: ["/future/{id}"],
///         grade: Unknown,
///         source: "a hunch",
///         idempotency: Safe,
///         weight: Light,
///     };
/// }
///
/// assert_eq!(TOMORROW.path(), "/tomorrow/{id}");
/// assert_eq!(TOMORROW.idempotency(), Idempotency::Safe);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    id: Cow<'static, str>,
    title: Cow<'static, str>,
    method: Method,
    path: Cow<'static, str>,
    query: Option<RawQuery>,
    path_grade: Grade,
    alternatives: &'static [&'static str],
    grade: Grade,
    source: &'static str,
    idempotency: Idempotency,
    weight: Weight,
}

/// The query of a path that somebody made at run time, as it was given. It can hold anything, so it
/// is never shown.
#[derive(Clone, PartialEq, Eq)]
struct RawQuery(String);

impl fmt::Debug for RawQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// A path and what stands behind its `?`.
fn split(path: String) -> (Cow<'static, str>, Option<RawQuery>) {
    match path.split_once('?') {
        Some((path, query)) => (Cow::Owned(path.to_owned()), Some(RawQuery(query.to_owned()))),
        None => (Cow::Owned(path), None),
    }
}

impl Operation {
    /// What [`operation!`](crate::operation!) expands to. Positional, so not for hand-written code.
    #[doc(hidden)]
    #[must_use]
    #[expect(clippy::too_many_arguments, reason = "called by the macro only, which names each one")]
    pub const fn declare(
        id: &'static str,
        title: &'static str,
        method: Method,
        path: &'static str,
        path_grade: Grade,
        alternatives: &'static [&'static str],
        grade: Grade,
        source: &'static str,
        idempotency: Idempotency,
        weight: Weight,
    ) -> Self {
        Self {
            id: Cow::Borrowed(id),
            title: Cow::Borrowed(title),
            method,
            path: Cow::Borrowed(path),
            query: None,
            path_grade,
            alternatives,
            grade,
            source,
            idempotency,
            weight,
        }
    }

    /// An operation outside the contract, at a path that may have a query. Whatever is not a read
    /// is not trusted to be repeatable, not even a PUT: this API's PUTs can queue side effects
    /// (documented). [`with_idempotency`](Self::with_idempotency) says better.
    ///
    /// ```
    /// use funnelflux_transport::{http::Method, Idempotency, Operation};
    ///
    /// let list = Operation::raw(Method::GET, "/campaign/list?status=active");
    /// assert_eq!((list.path(), list.idempotency()), ("/campaign/list", Idempotency::Safe));
    /// let save = Operation::raw(Method::PUT, "/campaign/save");
    /// assert_eq!(save.idempotency(), Idempotency::NotIdempotent);
    /// ```
    #[must_use]
    pub fn raw(method: Method, path: impl Into<String>) -> Self {
        let (path, query) = split(path.into());
        Self {
            id: Cow::Borrowed("raw"),
            title: Cow::Borrowed("Raw call"),
            idempotency: Idempotency::of_method(&method),
            method,
            path,
            query,
            path_grade: Grade::Unknown,
            alternatives: &[],
            grade: Grade::Unknown,
            source: "given by the caller",
            weight: Weight::Light,
        }
    }

    /// The same operation at another path, which may have a query: the correction of a guess.
    #[must_use]
    pub fn with_path(mut self, path: impl Into<String>) -> Self {
        (self.path, self.query) = split(path.into());
        self
    }

    /// The same operation with another promise about repeats.
    #[must_use]
    pub fn with_idempotency(mut self, idempotency: Idempotency) -> Self {
        self.idempotency = idempotency;
        self
    }

    /// The same operation with another weight.
    #[must_use]
    pub fn with_weight(mut self, weight: Weight) -> Self {
        self.weight = weight;
        self
    }

    /// The id in the contract, such as `reporting.drilldown`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The title in the vendor's reference.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The HTTP method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The path below the base URL, without a query, with `{name}` where a value goes.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The query that its path was given with.
    pub(crate) fn query(&self) -> Option<&str> {
        self.query.as_ref().map(|query| query.0.as_str())
    }

    /// The path, if it is fixed and known at compile time: it needs no copy.
    pub(crate) fn fixed_path(&self) -> Option<&'static str> {
        match &self.path {
            Cow::Borrowed(path) if path.starts_with('/') && !path.contains('{') => Some(path),
            _ => None,
        }
    }

    /// How surely the path is known.
    #[must_use]
    pub fn path_grade(&self) -> Grade {
        self.path_grade
    }

    /// Other paths it may live at, in order of belief; empty where the path is no guess.
    #[must_use]
    pub fn alternatives(&self) -> &'static [&'static str] {
        self.alternatives
    }

    /// How surely the operation itself (title and method) is known.
    #[must_use]
    pub fn grade(&self) -> Grade {
        self.grade
    }

    /// Where the knowledge comes from.
    #[must_use]
    pub fn source(&self) -> &str {
        self.source
    }

    /// What a repeat does.
    #[must_use]
    pub fn idempotency(&self) -> Idempotency {
        self.idempotency
    }

    /// How much it asks of the server.
    #[must_use]
    pub fn weight(&self) -> Weight {
        self.weight
    }

    /// Whether `path` (without query, with or without a trailing slash) is this operation's path,
    /// a `{name}` standing for one non-empty segment.
    #[must_use]
    pub fn matches_path(&self, path: &str) -> bool {
        let mut given = path.trim_matches('/').split('/');
        let mut own = self.path.trim_matches('/').split('/');
        loop {
            match (own.next(), given.next()) {
                (None, None) => return true,
                (Some(o), Some(g)) if o == g => {}
                (Some(o), Some(g)) if o.starts_with('{') && !g.is_empty() => {}
                _ => return false,
            }
        }
    }
}

/// An operation handed about by reference: `'static` for the contract's, shared for made ones.
#[derive(Clone, Debug)]
pub(crate) enum OperationRef {
    Static(&'static Operation),
    Shared(Arc<Operation>),
}

impl std::ops::Deref for OperationRef {
    type Target = Operation;

    fn deref(&self) -> &Operation {
        match self {
            Self::Static(operation) => operation,
            Self::Shared(operation) => operation,
        }
    }
}

impl From<&'static Operation> for OperationRef {
    fn from(operation: &'static Operation) -> Self {
        Self::Static(operation)
    }
}

impl From<Operation> for OperationRef {
    fn from(operation: Operation) -> Self {
        Self::Shared(Arc::new(operation))
    }
}

/// Declares an operation as a `static`; see [`Operation`] for an example.
#[macro_export]
macro_rules! operation {
    (
        $(#[$meta:meta])*
        $vis:vis static $name:ident = {
            id: $id:literal,
            title: $title:literal,
            method: $method:ident,
            path: $path:literal,
            path_grade: $path_grade:ident,
            alternatives: [$($alternative:literal),* $(,)?],
            grade: $grade:ident,
            source: $source:literal,
            idempotency: $idempotency:ident,
            weight: $weight:ident $(,)?
        };
    ) => {
        $(#[$meta])*
        $vis static $name: $crate::Operation = $crate::Operation::declare(
            $id,
            $title,
            $crate::http::Method::$method,
            $path,
            $crate::Grade::$path_grade,
            &[$($alternative),*],
            $crate::Grade::$grade,
            $source,
            $crate::Idempotency::$idempotency,
            $crate::Weight::$weight,
        );
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_bare_method_only_reads_are_trusted() {
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            assert_eq!(Idempotency::of_method(&method), Idempotency::Safe);
        }
        for method in [Method::PUT, Method::DELETE, Method::POST, Method::PATCH] {
            assert_eq!(Idempotency::of_method(&method), Idempotency::NotIdempotent);
        }
    }

    #[test]
    fn the_query_of_a_made_path_is_no_part_of_its_name() {
        let made = Operation::raw(Method::GET, "/x?email=a@b.example&y={z}");
        assert_eq!((made.path(), made.query()), ("/x", Some("email=a@b.example&y={z}")));
        assert!(!format!("{made:?}").contains("email"), "{made:?}");
        assert_eq!(made.with_path("/y").query(), None);
    }

    #[test]
    fn templates_match_one_segment_and_slashes_at_the_end_do_not_matter() {
        let domain = Operation::raw(Method::GET, "/billing/domains/{id}");
        assert!(domain.matches_path("/billing/domains/abc"));
        assert!(domain.matches_path("billing/domains/abc/"));
        assert!(!domain.matches_path("/billing/domains"));
        assert!(!domain.matches_path("/billing/domains/abc/refresh"));
    }
}
