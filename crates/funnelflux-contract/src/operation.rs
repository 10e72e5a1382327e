use std::borrow::Cow;

use http::Method;

use crate::{Grade, Member};

/// What a repeat of an operation does; the retry layer decides by it, not by the method alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Idempotency {
    /// Reads only, whatever its method: a report POST is safe.
    Safe,
    /// Writes, but a repeat leaves the same state.
    Idempotent,
    /// Creates under an id that the caller made: after a lost answer look the id up, then decide.
    CallerKeyed,
    /// Queues work with effects elsewhere, such as postbacks at ad networks: not repeated blindly.
    QueuedSideEffect,
    /// A repeat does it twice.
    NotIdempotent,
}

impl Idempotency {
    /// Whether a request whose answer was lost may be sent again.
    pub const fn is_repeatable(self) -> bool {
        matches!(self, Self::Safe | Self::Idempotent)
    }

    /// Whether the operation changes nothing, so that a lost answer leaves no doubt behind.
    pub const fn is_safe(self) -> bool {
        matches!(self, Self::Safe)
    }
}

/// How much an operation asks of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Weight {
    /// An ordinary call.
    Light,
    /// A query on the reporting store: queued for a small pool, and killed after 30 s (documented).
    Report,
}

/// What a request or an answer has as its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shape {
    /// No body.
    None {
        /// How surely there is none.
        grade: Grade,
    },
    /// A body of which nothing is known.
    Unknown,
    /// A body of a known schema.
    Known {
        /// The name of the schema, with `[]` after it for a list.
        kind: &'static str,
        /// How surely the body is of that schema.
        grade: Grade,
    },
}

impl Shape {
    /// The name of the schema, of the body or of each item of the list that it is.
    pub fn schema(self) -> Option<&'static str> {
        match self {
            Self::Known { kind, .. } => Some(kind.trim_end_matches("[]")),
            Self::None { .. } | Self::Unknown => None,
        }
    }

    /// Whether the body is a list.
    pub fn is_list(self) -> bool {
        matches!(self, Self::Known { kind, .. } if kind.ends_with("[]"))
    }
}

/// One operation of the API: its name and its call, what a repeat does, and how surely it is known.
///
/// The operations of the contract are `static`s in [`operations`](crate::operations), generated from
/// `docs/contract/`. [`Operation::raw`] makes one for any other call.
///
/// ```
/// use funnelflux_contract::{operation, Idempotency};
///
/// operation! {
///     /// Something that the vendor adds tomorrow.
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
    facts: Facts,
    has_fixed_path: bool,
    path_query: Option<RawQuery>,
}

/// What [`operation!`](crate::operation!) declares. The methods of [`Operation`] explain each fact.
#[doc(hidden)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    pub id: &'static str,
    pub title: &'static str,
    pub method: Method,
    pub path: Cow<'static, str>,
    pub path_grade: Grade,
    pub alternatives: &'static [&'static str],
    pub grade: Grade,
    pub source: &'static str,
    pub idempotency: Idempotency,
    pub weight: Weight,
    pub query: &'static [Member],
    pub body: Shape,
    pub response: Shape,
}

/// The query of a path that was made at run time. It can hold anything, so it is never shown.
#[derive(Clone, PartialEq, Eq)]
struct RawQuery(String);

crate::formats! {
    Debug for RawQuery, |_it, f| f.write_str("[redacted]")
}

fn split(path: String) -> (Cow<'static, str>, Option<RawQuery>) {
    match path.split_once('?') {
        Some((path, query)) => (Cow::Owned(path.to_owned()), Some(RawQuery(query.to_owned()))),
        None => (Cow::Owned(path), None),
    }
}

const fn has_fixed_path(facts: &Facts) -> bool {
    let Cow::Borrowed(path) = facts.path else { return false };
    let (mut rest, mut before) = (path.as_bytes(), b' ');
    let begins = matches!(rest, [b'/', ..]);
    while let [byte, others @ ..] = rest {
        let is_of_a_name = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if !is_of_a_name && (*byte != b'/' || before == b'/') {
            return false;
        }
        (rest, before) = (others, *byte);
    }
    begins
}

impl Operation {
    /// The expansion of [`operation!`](crate::operation!).
    #[doc(hidden)]
    pub const fn declare(facts: Facts) -> Self {
        Self { has_fixed_path: has_fixed_path(&facts), facts, path_query: None }
    }

    /// Makes an operation outside the contract, at a path that may have a query. Only a read counts
    /// as repeatable: even a PUT of this API can queue side effects (documented).
    /// [`with_idempotency`](Self::with_idempotency) overrides that.
    ///
    /// ```
    /// use funnelflux_contract::{http::Method, Idempotency, Operation};
    ///
    /// let list = Operation::raw(Method::GET, "/campaign/list?status=active");
    /// assert_eq!((list.path(), list.idempotency()), ("/campaign/list", Idempotency::Safe));
    /// let save = Operation::raw(Method::PUT, "/campaign/save");
    /// assert_eq!(save.idempotency(), Idempotency::NotIdempotent);
    /// ```
    pub fn raw(method: Method, path: impl Into<String>) -> Self {
        let (path, path_query) = split(path.into());
        let safe = method.is_safe();
        let idempotency = if safe { Idempotency::Safe } else { Idempotency::NotIdempotent };
        let facts = Facts {
            id: "raw",
            title: "Raw call",
            method,
            path,
            path_grade: Grade::Unknown,
            alternatives: &[],
            grade: Grade::Unknown,
            source: "given by the caller",
            idempotency,
            weight: Weight::Light,
            query: &[],
            body: Shape::Unknown,
            response: Shape::Unknown,
        };
        Self { facts, has_fixed_path: false, path_query }
    }

    /// The same operation at another path, which may have a query: the override of a guess.
    #[must_use]
    pub fn with_path(mut self, path: impl Into<String>) -> Self {
        (self.facts.path, self.path_query) = split(path.into());
        self.has_fixed_path = false;
        self
    }

    crate::setters! {
        /// The same operation by another method. What a repeat does stays.
        fn with_method(method: Method) => facts.method = method;
        /// The same operation, whose path is known this surely.
        fn with_path_grade(grade: Grade) => facts.path_grade = grade;
        /// The same operation, which is known this surely, with its method.
        fn with_grade(grade: Grade) => facts.grade = grade;
        /// The same operation with another promise about repeats.
        fn with_idempotency(idempotency: Idempotency) => facts.idempotency = idempotency;
        /// The same operation with another weight.
        fn with_weight(weight: Weight) => facts.weight = weight;
    }

    /// The id in the contract, such as `reporting.drilldown`.
    pub fn id(&self) -> &'static str {
        self.facts.id
    }

    /// The title in the vendor's reference.
    pub fn title(&self) -> &'static str {
        self.facts.title
    }

    /// The HTTP method.
    pub fn method(&self) -> &Method {
        &self.facts.method
    }

    /// The path below the base URL, without a query, with `{name}` where a value goes.
    pub fn path(&self) -> &str {
        &self.facts.path
    }

    /// The query part of a path that was given at run time. It can hold anything: never show it.
    pub fn path_query(&self) -> Option<&str> {
        self.path_query.as_ref().map(|query| query.0.as_str())
    }

    /// The path, if it is known at compile time and is nothing but names with `/` before each: then a call
    /// needs neither a copy nor a check of it.
    pub fn fixed_path(&self) -> Option<&'static str> {
        match &self.facts.path {
            Cow::Borrowed(path) if self.has_fixed_path => Some(path),
            _ => None,
        }
    }

    /// How surely the path is known.
    pub fn path_grade(&self) -> Grade {
        self.facts.path_grade
    }

    /// Other paths it may live at, in order of belief; empty where the path is no guess.
    pub fn alternatives(&self) -> &'static [&'static str] {
        self.facts.alternatives
    }

    /// How surely the operation itself (title and method) is known.
    pub fn grade(&self) -> Grade {
        self.facts.grade
    }

    /// Where the knowledge comes from.
    pub fn source(&self) -> &'static str {
        self.facts.source
    }

    /// What a repeat does.
    pub fn idempotency(&self) -> Idempotency {
        self.facts.idempotency
    }

    /// How much it asks of the server.
    pub fn weight(&self) -> Weight {
        self.facts.weight
    }

    /// The query parameters that are known.
    pub fn query(&self) -> &'static [Member] {
        self.facts.query
    }

    /// What the request's body is.
    pub fn body(&self) -> Shape {
        self.facts.body
    }

    /// What the answer's body is.
    pub fn response(&self) -> Shape {
        self.facts.response
    }

    /// Whether `path` (without query, with or without a trailing slash) is this operation's path,
    /// a `{name}` standing for one non-empty segment.
    pub fn matches_path(&self, path: &str) -> bool {
        let [own, given] = [&*self.facts.path, path].map(|path| path.trim_matches('/').split('/'));
        let fits = |(o, g): (&str, &str)| o == g || (o.starts_with('{') && !g.is_empty());
        own.clone().count() == given.clone().count() && own.zip(given).all(fits)
    }
}

#[cfg(feature = "tables")]
impl Operation {
    /// Lists every operation of the contract, section by section.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        use crate::operations::{auth, billing, ledger, reporting};
        [auth::ALL, billing::ALL, reporting::ALL, ledger::ALL].into_iter().flatten().copied()
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
            weight: $weight:ident
            $(, query: $query:expr)?
            $(, body: $body:expr)?
            $(, response: $response:expr)?
            $(,)?
        };
    ) => {
        $(#[$meta])*
        $vis static $name: $crate::Operation = $crate::Operation::declare($crate::Facts {
            id: $id,
            title: $title,
            method: $crate::http::Method::$method,
            path: ::std::borrow::Cow::Borrowed($path),
            path_grade: $crate::Grade::$path_grade,
            alternatives: &[$($alternative),*],
            grade: $crate::Grade::$grade,
            source: $source,
            idempotency: $crate::Idempotency::$idempotency,
            weight: $crate::Weight::$weight,
            query: $crate::operation!(@or $($query)?; &[]),
            body: $crate::operation!(@or $($body)?; $crate::Shape::Unknown),
            response: $crate::operation!(@or $($response)?; $crate::Shape::Unknown),
        });
    };
    (@or $given:expr; $default:expr) => { $given };
    (@or; $default:expr) => { $default };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_bare_method_only_reads_are_trusted() {
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            assert_eq!(Operation::raw(method, "/x").idempotency(), Idempotency::Safe);
        }
        for method in [Method::PUT, Method::DELETE, Method::POST, Method::PATCH] {
            assert_eq!(Operation::raw(method, "/x").idempotency(), Idempotency::NotIdempotent);
        }
    }

    #[test]
    fn the_query_of_a_made_path_is_no_part_of_its_name() {
        let made = Operation::raw(Method::GET, "/x?email=a@b.example&y={z}");
        assert_eq!((made.path(), made.path_query()), ("/x", Some("email=a@b.example&y={z}")));
        assert!(!format!("{made:?}").contains("email"), "{made:?}");
        assert_eq!(made.with_path("/y").path_query(), None);
    }

    #[test]
    fn only_a_plain_path_of_the_contract_is_fixed() {
        for (path, is_fixed) in [
            ("/reporting/drilldown", true),
            ("/a-b/c_d/E5", true),
            ("/page/", true),
            ("/", true),
            ("", false),
            ("page/list", false),
            ("/page//list", false),
            ("//evil.example/list", false),
            ("/page/../list", false),
            ("/page/./list", false),
            ("/page/%2e%2e/list", false),
            ("/page\\list", false),
            ("/page;x/list", false),
            ("/page/list?a=b", false),
            ("/page/list#a", false),
            ("/page/{id}", false),
            ("/page/list ", false),
            ("/päge/list", false),
        ] {
            let facts =
                Facts { path: Cow::Borrowed(path), ..Operation::raw(Method::GET, "/").facts };
            let declared = Operation::declare(facts);
            assert_eq!(declared.fixed_path(), is_fixed.then_some(path), "{path}");
            // A path that was made at run time is checked with each request.
            assert_eq!(declared.with_path(path).fixed_path(), None, "{path}");
            assert_eq!(Operation::raw(Method::GET, path).fixed_path(), None, "{path}");
        }
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
