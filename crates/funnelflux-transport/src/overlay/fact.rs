//! One fact about an account, and the evidence for it.

use std::mem::{Discriminant, discriminant};
use std::sync::Arc;

use funnelflux_contract::Grade;
use funnelflux_json::{EditError, Rename};

/// The operations that facts about nodes are of.
pub(super) const FUNNELS: &str = "ledger.funnel.*";

/// One fact of an [`Overlay`](super::Overlay): what it says, of which operations, and how it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    pub(super) operations: String,
    pub(super) says: Says,
    pub(super) evidence: Option<Evidence>,
    pub(super) place: Option<Place>,
    pub(super) doubt: Option<String>,
    /// Of a member with another name than ours.
    pub(super) rename: Option<Result<Rename, EditError>>,
}

/// What a [`Fact`] says. Names that equal the contract's confirm it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Says {
    /// The path in front of every operation's path, in place of that of the base URL.
    BasePath(String),
    /// The path of the operation. `{name}` is the value of the parameter that we call so, which then
    /// does not travel in the query.
    Path(String),
    /// The method of the operation.
    Method(String),
    /// The server's name of a query parameter.
    Query {
        /// Our name.
        ours: String,
        /// The server's name.
        theirs: String,
    },
    /// The server's name of a member of JSON bodies.
    Member {
        /// Our name, with the members around it.
        ours: String,
        /// The server's name.
        theirs: String,
    },
    /// The members around what the answer holds, such as `data.items`; empty where there are none.
    AnswerIn(String),
    /// The members around the body of a request; empty where there are none.
    BodyIn(String),
    /// A value of an enumeration of the contract.
    Value {
        /// The enumeration, such as `AssetStatus`.
        of: String,
        /// Our value; `None` for one that the contract does not have.
        ours: Option<String>,
        /// The server's value.
        theirs: String,
    },
    /// A member without which a write is refused.
    Required(String),
    /// A word, a default or the scale of the nodes of funnels: a part of the dialect, by which
    /// `FunnelDialect` of `funnelflux-funnels` reads and builds funnels. Bodies stay as they are.
    Node {
        /// The kind of node, as the contract spells it, such as `lander`; `*` for all of them.
        kind: String,
        /// What it is: `type`, `object`, `reference`, `exit` or `trigger`; of all kinds `positions` or
        /// `weights`; a member with a default, such as `object.NAME`.
        part: String,
        /// The word, or the default as JSON.
        is: String,
    },
    /// What the client does not act on, such as the order of writes.
    Note {
        /// One word, such as `order`.
        topic: String,
        /// The observation.
        text: String,
    },
}

/// The sort of what is said, and what is around the name.
type Scope<'a> = (Discriminant<Says>, &'a str);

impl Says {
    /// What has two names: its scope, our name and the server's.
    pub(super) fn names(&self) -> Option<(Scope<'_>, &str, &str)> {
        let (around, ours, theirs) = match self {
            Self::Query { ours, theirs } => ("", &**ours, theirs),
            Self::Member { ours, theirs } => {
                let (around, ours) = ours.rsplit_once('.').unwrap_or(("", ours));
                (around, ours, theirs)
            }
            Self::Value { of, ours: Some(ours), theirs } => (&**of, &**ours, theirs),
            _ => return None,
        };
        Some(((discriminant(self), around), ours, theirs))
    }
}

/// How a fact is known: file and entry of the first observation, how often, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Evidence {
    /// The name of the file, without its directory.
    pub file: String,
    /// The number of the entry in the file, or its JSON pointer.
    pub entry: String,
    /// The number of observations.
    pub seen: u64,
    /// The day of the newest observation, such as `2026-11-27`; empty where the file does not say.
    pub when: String,
}

impl Evidence {
    /// Names the file and the entry of one observation.
    pub fn new(file: impl Into<String>, entry: impl Into<String>) -> Self {
        Self { file: file.into(), entry: entry.into(), seen: 1, when: String::new() }
    }

    funnelflux_contract::setters! {
        /// Sets the number of observations and the day of the newest.
        fn seen(times: u64, when: impl Into<String>), |it| (it.seen, it.when) = (times, when.into());
    }

    /// The grade of what it shows: [documented](Grade::Documented) by a place in a schema file, which is a
    /// JSON pointer, else [observed](Grade::Observed) in the account.
    pub fn grade(&self) -> Grade {
        if self.entry.starts_with('/') { Grade::Documented } else { Grade::Observed }
    }
}

/// A line of an overlay's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) file: Arc<str>,
    pub(super) line: usize,
}

funnelflux_contract::formats! {
    Display for Place, |it, f| write!(f, "{}, line {}", it.file, it.line)
}

impl Fact {
    /// Makes a fact about an operation, or about a family of them: `ledger.page.*`. A base path and a
    /// value of an enumeration are about all operations, `*`.
    pub fn new(operations: impl Into<String>, says: Says) -> Self {
        let rename = match &says {
            Says::Member { ours, theirs } if last(ours) != theirs => {
                Some(Rename::new(ours, theirs))
            }
            _ => None,
        };
        Self {
            operations: operations.into(),
            says,
            evidence: None,
            place: None,
            doubt: None,
            rename,
        }
    }

    funnelflux_contract::setters! {
        /// Adds the evidence.
        fn with_evidence(evidence: Evidence) => evidence = Some(evidence);
        /// Makes it one that is only likely: nothing obeys it. `or` says what else may be so; empty where nothing
        /// else comes near.
        fn with_doubt(or: impl Into<String>) => doubt = Some(or.into());
        /// Makes it a fact.
        fn without_doubt() => doubt = None;
    }

    /// What else may be so, if the fact is only likely.
    pub fn doubt(&self) -> Option<&str> {
        self.doubt.as_deref()
    }

    /// The operations it is about: an id of the contract, or the beginning of ids with `*` behind it.
    pub fn operations(&self) -> &str {
        &self.operations
    }

    /// What it says.
    pub fn says(&self) -> &Says {
        &self.says
    }

    /// How it is known; `None` for one that was written by hand.
    pub fn evidence(&self) -> Option<&Evidence> {
        self.evidence.as_ref()
    }

    /// The grade, which is that of its evidence. One that was written by hand is
    /// [observed](Grade::Observed).
    pub fn grade(&self) -> Grade {
        self.evidence.as_ref().map_or(Grade::Observed, Evidence::grade)
    }

    /// The file and the line where it is written, if it was read from a file.
    pub fn place(&self) -> Option<String> {
        self.place.as_ref().map(ToString::to_string)
    }

    /// Where a message about another fact says that this one is.
    pub(super) fn see(&self) -> String {
        self.place.as_ref().map(|place| format!(" (see {place})")).unwrap_or_default()
    }

    /// The line of the file.
    #[doc(hidden)]
    pub fn line(&self) -> Option<usize> {
        self.place.as_ref().map(|place| place.line)
    }

    /// Whether it is about this operation.
    pub fn covers(&self, id: &str) -> bool {
        match self.operations.strip_suffix('*') {
            Some(beginning) => id.starts_with(beginning),
            None => self.operations == id,
        }
    }

    /// Whether one operation may be of both.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.covers(other.operations.trim_end_matches('*'))
            || other.covers(self.operations.trim_end_matches('*'))
    }
}

/// The member itself, of a name with the members around it.
pub(super) fn last(member: &str) -> &str {
    member.rsplit('.').next().unwrap_or(member)
}

funnelflux_contract::formats! {
    /// What an error calls the fact.
    Display for Fact, |it, f| {
        let of = &it.operations;
        match &it.says {
            Says::BasePath(path) => write!(f, "the base path {path}"),
            Says::Path(path) => write!(f, "the path {path} of {of}"),
            Says::Method(method) => write!(f, "the method {method} of {of}"),
            Says::Query { ours, theirs } => {
                write!(f, "the parameter {theirs:?} of {of}, ours {ours:?}")
            }
            Says::Member { ours, theirs } => {
                write!(f, "the member {theirs:?} of {of}, ours {ours:?}")
            }
            Says::AnswerIn(within) => write!(f, "the place {within:?} of the answer of {of}"),
            Says::BodyIn(within) => write!(f, "the place {within:?} of the body of {of}"),
            Says::Value { of, ours, theirs } => match ours {
                Some(ours) => write!(f, "the value {theirs:?} of {of}, ours {ours:?}"),
                None => write!(f, "the value {theirs:?} of {of}"),
            },
            Says::Required(member) => write!(f, "that {of} needs {member:?}"),
            Says::Node { kind, part, is } => write!(f, "{is} as the {part} of {kind} nodes"),
            Says::Note { topic, .. } => write!(f, "the note on {topic} of {of}"),
        }
    }
}
