use std::fmt;

use funnelflux_json::quote;
use funnelflux_model::DecodeError;
use funnelflux_model::ledger::{MiddlewareConfig, MiddlewareRoute, MiddlewareRouteCondition};

use crate::routes::{self, evaluate};

/// The decisions of a middleware node: one value for each route but `default`.
///
/// Implement it by [`decisions!`](crate::decisions).
pub trait Decision: Copy + fmt::Debug + PartialEq + Send + Sync + 'static {
    /// Every decision, in the order in which FunnelFlux tries their routes.
    const ALL: &'static [Self];

    /// The key of the route, and the text in the answer.
    fn key(self) -> &'static str;
}

/// Declares the decisions of a middleware node.
///
/// Each has a route of its key in the config, so a decision that no route knows does not compile. Keys are
/// checked when the program is compiled: lower case, up to 64 of `a-z`, `0-9` and `_`, each once. `default`
/// is no decision: it is the route of all other answers.
///
/// ```
/// funnelflux_hooks::decisions! {
///     /// What is done with a lead.
///     pub enum Lead {
///         Approved = "approved",
///         Rejected = "rejected",
///         /// A person looks at it.
///         Review = "review",
///     }
/// }
/// use funnelflux_hooks::middleware::Decision as _;
/// assert_eq!(Lead::Review.key(), "review");
/// ```
///
/// ```compile_fail
/// funnelflux_hooks::decisions! {
///     enum Twice { One = "same", Other = "same" }
/// }
/// ```
///
/// ```compile_fail
/// funnelflux_hooks::decisions! {
///     enum Reserved { Default = "default" }
/// }
/// ```
#[macro_export]
macro_rules! decisions {
    ($(#[$about:meta])* $visibility:vis enum $name:ident {
        $( $(#[$doc:meta])* $variant:ident = $key:literal ),+ $(,)?
    }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        $visibility enum $name {
            $( $(#[$doc])* $variant, )+
        }

        const _: () = assert!(
            $crate::middleware::are_keys(&[$( $key ),+]),
            "the keys of decisions are 1 to 64 of a-z, 0-9 and _, each once, and `default` is reserved",
        );

        impl $crate::middleware::Decision for $name {
            const ALL: &'static [Self] = &[$( Self::$variant ),+];

            fn key(self) -> &'static str {
                match self {
                    $( Self::$variant => $key, )+
                }
            }
        }
    };
}

/// Whether these can be keys of routes, at compile time.
#[doc(hidden)]
pub const fn are_keys(mut keys: &[&str]) -> bool {
    while let Some((key, others)) = keys.split_first() {
        let key = key.as_bytes();
        let fits = matches!(key.len(), 1..=64) && is_plain(key) && !alike(key, b"default");
        if !fits || has(others, key) {
            return false;
        }
        keys = others;
    }
    true
}

const fn is_plain(key: &[u8]) -> bool {
    let Some((byte, rest)) = key.split_first() else { return true };
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_') && is_plain(rest)
}

const fn has(mut keys: &[&str], wanted: &[u8]) -> bool {
    while let Some((key, others)) = keys.split_first() {
        if alike(key.as_bytes(), wanted) {
            return true;
        }
        keys = others;
    }
    false
}

const fn alike(one: &[u8], other: &[u8]) -> bool {
    match (one.split_first(), other.split_first()) {
        (Some((first, one)), Some((second, other))) => *first == *second && alike(one, other),
        (None, None) => true,
        _ => false,
    }
}

/// The routes of a middleware node, as its decisions declare them.
///
/// ```
/// use funnelflux_hooks::middleware::Routes;
/// use funnelflux_model::ledger::{LedgerAsset as _, MiddlewareConfig};
///
/// funnelflux_hooks::decisions! {
///     enum Lead { Approved = "approved", Rejected = "rejected" }
/// }
/// let routes = Routes::<Lead>::new().with_fallback(Lead::Rejected);
///
/// // The asset, from the same declaration, with exactly one default route:
/// let mut config = MiddlewareConfig::new("2nIemJxCKbFX".parse()?, "Lead check");
/// routes.write_to(&mut config);
/// config.validate_new()?;
/// assert!(routes.mismatches(&config)?.is_empty());
///
/// // A config that was changed in the app since:
/// config.set_routes(&[]);
/// let found: Vec<String> = routes.mismatches(&config)?.iter().map(ToString::to_string).collect();
/// assert_eq!(found[0], "the answer `approved` takes no route for certain");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Routes<D> {
    member: String,
    fallback: Option<D>,
}

impl<D: Decision> Default for Routes<D> {
    fn default() -> Self {
        Self::new()
    }
}

/// A difference between decisions and the routes of a config.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mismatch {
    /// No route is certain to be taken for this decision.
    NoRoute {
        /// The key of the decision.
        decision: String,
    },
    /// A decision takes a route of another key.
    OtherRoute {
        /// The key of the decision.
        decision: String,
        /// The key of the route.
        route: String,
    },
    /// No decision takes this route.
    NeverTaken {
        /// The key of the route.
        route: String,
    },
    /// The config has no default route, or several.
    Defaults {
        /// How many it has.
        count: usize,
    },
}

funnelflux_contract::formats! {
    Display for Mismatch, |it, f| match it {
        Self::NoRoute { decision } => {
            write!(f, "the answer `{decision}` takes no route for certain")
        }
        Self::OtherRoute { decision, route } => {
            write!(f, "the answer `{decision}` takes the route `{route}`")
        }
        Self::NeverTaken { route } => write!(f, "no answer takes the route `{route}`"),
        Self::Defaults { count } => {
            write!(f, "the config has {count} default routes, and must have exactly one")
        }
    }
}

impl<D: Decision> Routes<D> {
    /// The routes by the member `decision` of the answer, the vendor's example. The fallback is `default`.
    pub fn new() -> Self {
        Self { member: "decision".to_owned(), fallback: None }
    }

    funnelflux_contract::setters! {
        /// Sets the member of the answer that the routes test.
        fn with_member(member: impl Into<String>) => member = member.into();
        /// Sets the decision for when there is no other. Without one the answer is `default`, which no condition
        /// matches, so FunnelFlux takes the default route (*documented*).
        fn with_fallback(fallback: D) => fallback = Some(fallback);
    }

    /// The decision for when there is no other.
    pub fn fallback(&self) -> Option<D> {
        self.fallback
    }

    /// The answer of a decision, as JSON.
    pub fn answer(&self, decision: Option<D>) -> String {
        let key = decision.map_or(routes::DEFAULT, Decision::key);
        format!("{{{}:{}}}", quote(&self.member), quote(key))
    }

    /// The routes for a config: one for each decision by ascending priority, then the default.
    pub fn to_config(&self) -> Vec<MiddlewareRoute> {
        let route = |(priority, decision): (u64, &D)| {
            let mut route = MiddlewareRoute::new(decision.key(), priority);
            let condition = MiddlewareRouteCondition::body_member_is(&self.member, decision.key());
            route.set_conditions(&[condition]);
            route
        };
        let routes = (1..).zip(D::ALL).map(route);
        routes.chain([MiddlewareRoute::fallback()]).collect()
    }

    /// Sets the routes of a config. Routes that it has are replaced, so compare a live one first.
    pub fn write_to(&self, config: &mut MiddlewareConfig) {
        config.set_routes(&self.to_config());
    }

    /// Compares the decisions with a config: each must take the route of its key, and each route must be that
    /// of a decision, or the one default route.
    ///
    /// # Errors
    /// When the routes of the config cannot be read.
    pub fn mismatches(&self, config: &MiddlewareConfig) -> Result<Vec<Mismatch>, DecodeError> {
        let mut found = Vec::new();
        let own = config.routes()?.unwrap_or_default();
        for decision in D::ALL {
            let answer = self.answer(Some(*decision));
            let taken = evaluate(config, &routes::Answer::json(answer.as_bytes()));
            let decision = decision.key().to_owned();
            match taken.route() {
                Some(route) if route == decision => {}
                Some(route) if route != routes::DEFAULT => {
                    found.push(Mismatch::OtherRoute { decision, route: route.to_owned() });
                }
                _ => found.push(Mismatch::NoRoute { decision }),
            }
        }
        let mut count = 0;
        for route in &own {
            let key = route.key()?.unwrap_or_default();
            if route.is_default()? == Some(true) {
                count += 1;
            } else if !D::ALL.iter().any(|decision| decision.key() == key) {
                found.push(Mismatch::NeverTaken { route: key.into_owned() });
            }
        }
        if count != 1 {
            found.push(Mismatch::Defaults { count });
        }
        Ok(found)
    }
}
