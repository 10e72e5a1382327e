//! What was found, before it is printed.

use serde::{Serialize, Serializer};

use super::file::{About, Place};
use super::report;
use crate::contract::Grade;
use crate::matching::Certainty;
#[cfg(feature = "sessions")]
use crate::words::counted;
use crate::words::split;

/// What a difference is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(into = "String")]
pub(crate) enum Aspect {
    BasePath,
    Path,
    Method,
    ParameterName,
    ParameterLocation,
    ParameterRequired,
    ParameterType,
    ParameterMissing,
    ParameterNew,
    Body,
    Response,
    MemberName,
    MemberType,
    MemberRequired,
    MemberMissing,
    MemberNew,
    EnumValueMissing,
    EnumValueNew,
    /// A reference without a target: its target was not read.
    Reference,
    /// A server that has no address with a path.
    Server,
    /// The member by which a file tells kinds of objects apart.
    Discriminator,
}

/// The words of the name: `parameter name`.
impl From<Aspect> for String {
    fn from(aspect: Aspect) -> Self {
        split(&format!("{aspect:?}")).join(" ")
    }
}

/// An operation, by its id, a schema, by its name, or what belongs to neither, by its file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Subject {
    Operation(String),
    Schema(String),
    #[serde(rename = "in")]
    File(String),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Difference {
    #[serde(flatten)]
    pub(crate) subject: Subject,
    pub(crate) aspect: Aspect,
    /// The parameter or member, where it is about one.
    pub(crate) name: Option<String>,
    #[serde(serialize_with = "null_if_empty")]
    pub(crate) ours: String,
    /// How surely ours is known.
    pub(crate) grade: Option<&'static str>,
    #[serde(serialize_with = "null_if_empty")]
    pub(crate) theirs: String,
    #[serde(flatten)]
    pub(crate) place: Place,
    /// Whether the match behind it is certain.
    pub(crate) certainty: Certainty,
}

impl Difference {
    pub(crate) fn new(subject: Subject, aspect: Aspect, place: Place) -> Self {
        let (ours, theirs) = (String::new(), String::new());
        let certainty = Certainty::Certain;
        Self { subject, aspect, name: None, ours, grade: None, theirs, place, certainty }
    }

    funnelflux_contract::setters! {
        fn with(certainty: Certainty) => certainty = certainty;
        fn named(name: &str) => name = Some(name.to_owned());
        fn theirs(theirs: impl Into<String>) => theirs = theirs.into();
    }

    pub(crate) fn ours(self, ours: &str, grade: Grade) -> Self {
        Self { ours: ours.to_owned(), grade: Some(grade.as_str()), ..self }
    }
}

fn null_if_empty<S: Serializer>(text: &str, to: S) -> Result<S::Ok, S::Error> {
    Some(text).filter(|text| !text.is_empty()).serialize(to)
}

/// A call of ours, for lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct OurCall {
    pub(crate) id: String,
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) path_grade: &'static str,
}

/// A call that the contract does not have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct NewCall {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) title: String,
    /// What we know to exist and could not read, if this may be it.
    pub(crate) may_be: Option<String>,
    #[serde(flatten)]
    pub(crate) place: Place,
}

/// A call that was found by other things than its method and path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct FoundCall {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) certainty: Certainty,
    /// The elements that agree.
    pub(crate) because: Vec<String>,
    /// The operation that it could be as well.
    pub(crate) runner_up: Option<String>,
}

impl FoundCall {
    /// The match in words: `likely (title), or ledger.page.list`.
    pub(crate) fn reason(&self) -> String {
        let because = self.because.join(", ");
        match (self.certainty, &self.runner_up) {
            (Certainty::Likely, Some(other)) => format!("likely, by {because}; or {other}"),
            (Certainty::Likely, None) => format!("likely, by {because}"),
            (Certainty::Certain, _) => format!("certain, by {because}"),
        }
    }
}

/// An operation of the contract whose path a file settles.
#[derive(Clone, Debug)]
pub struct Settled {
    /// The id of the operation.
    pub id: String,
    /// The path in the file, with the contract's names of placeholders.
    pub path: String,
    /// Whether the method agrees too: then the file documents the operation and not only its path.
    pub same_method: bool,
    /// The file, as a source for the contract.
    pub source: String,
}

/// A file that was read.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FileRead {
    #[serde(flatten)]
    pub(crate) about: About,
    pub(crate) operations: usize,
    /// The path in front of all its paths, where the file says one.
    #[serde(skip)]
    #[cfg_attr(
        not(feature = "sessions"),
        expect(dead_code, reason = "only facts of an account need it")
    )]
    pub(crate) root: Option<String>,
}

/// The result of a comparison.
#[derive(Debug, Default, Serialize)]
pub struct Findings {
    pub(crate) files: Vec<FileRead>,
    /// The sections that the files cover.
    pub(crate) sections: Vec<String>,
    pub(crate) confirmed: Vec<OurCall>,
    pub(crate) differing: Vec<OurCall>,
    pub(crate) missing: Vec<OurCall>,
    pub(crate) new: Vec<NewCall>,
    pub(crate) differences: Vec<Difference>,
    /// What belongs together: paths, methods, parameters, members, values, and where answers hold a list.
    #[serde(skip)]
    pub(crate) learned: Vec<Difference>,
    /// What the files say and nothing compares.
    #[serde(skip)]
    pub(crate) unused: Vec<Difference>,
    /// The operations found by other things than method and path.
    pub(crate) matches: Vec<FoundCall>,
    /// The operations found for certain, whose paths are therefore settled.
    #[serde(skip)]
    pub settled: Vec<Settled>,
}

impl Findings {
    /// Counts the differences, the missing and the new operations.
    pub fn count(&self) -> usize {
        self.differences.len() + self.missing.len() + self.new.len()
    }

    /// The path in front of all paths of a file, where the file says one.
    #[cfg(feature = "sessions")]
    pub(crate) fn root_of(&self, file: &str) -> Option<&str> {
        self.files.iter().find(|it| it.about.name == file)?.root.as_deref()
    }

    /// Says of each file how many of its operations were found, and how surely.
    #[cfg(feature = "sessions")]
    pub(crate) fn read(&self) -> impl Iterator<Item = String> {
        self.files.iter().map(|FileRead { about, operations, .. }| {
            let count = |certainty: Certainty| {
                let is_path = |it: &&Difference| {
                    it.aspect == Aspect::Path && matches!(it.subject, Subject::Operation(_))
                };
                let found = self.learned.iter().filter(is_path);
                let of_file = found.filter(|it| it.place.file == about.name);
                of_file.filter(|it| it.certainty == certainty).count()
            };
            let (found, likely) = (count(Certainty::Certain), count(Certainty::Likely));
            let new = self.new.iter().filter(|call| call.place.file == about.name).count();
            format!(
                "{}: {}, found for certain {found}, likely {likely}, none of the contract {new}",
                about.name,
                counted(*operations, "operation")
            )
        })
    }

    /// Lists what differs and is no fact, each with the reason.
    #[cfg(feature = "sessions")]
    pub(crate) fn not_taken(&self) -> impl Iterator<Item = String> {
        let is_learned = |it: &Difference| {
            self.learned
                .iter()
                .any(|learned| (&learned.subject, learned.aspect) == (&it.subject, it.aspect))
        };
        self.differences.iter().chain(&self.unused).filter_map(move |it| {
            let why = match it.aspect {
                Aspect::Discriminator => "kinds are known by recordings and by their words",
                Aspect::MemberMissing | Aspect::ParameterMissing | Aspect::EnumValueMissing => {
                    "the file does not have it"
                }
                Aspect::MemberNew => "kept in objects as it is",
                Aspect::ParameterNew => "the client does not send it",
                Aspect::MemberType | Aspect::ParameterType => "types stay as in the contract",
                Aspect::Body | Aspect::Response if !is_learned(it) => {
                    "nothing of the contract in it"
                }
                _ => return None,
            };
            let of = match &it.subject {
                Subject::Operation(name) | Subject::Schema(name) | Subject::File(name) => name,
            };
            Some(format!("{of}: {} ({why})", report::line(it)))
        })
    }

    /// Lists the operations whose matches are only likely, each with its call in the file and the reason.
    pub fn likely(&self) -> impl Iterator<Item = String> {
        let likely = self.matches.iter().filter(|found| found.certainty == Certainty::Likely);
        likely.map(|found| {
            format!("{}: {} {} ({})", found.id, found.method, found.path, found.reason())
        })
    }

    /// Writes the findings for a person: one line per difference, with file and JSON pointer.
    pub fn to_text(&self) -> String {
        report::human(self)
    }

    /// Writes the findings for a program.
    pub fn to_json(&self) -> serde_json::Value {
        // Every key is a text, so the default is never taken.
        serde_json::to_value(self).unwrap_or_default()
    }
}
