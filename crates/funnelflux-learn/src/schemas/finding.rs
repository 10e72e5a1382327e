//! What was found, before it is printed.

use super::file::Place;
use super::report;
use crate::contract::Grade;

/// What a difference is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Aspect {
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
    ValueMissing,
    ValueNew,
    /// A reference without a target: its target was not read.
    Reference,
}

impl Aspect {
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Method => "method",
            Self::ParameterName => "parameter name",
            Self::ParameterLocation => "parameter location",
            Self::ParameterRequired => "parameter required",
            Self::ParameterType => "parameter type",
            Self::ParameterMissing => "parameter missing",
            Self::ParameterNew => "parameter new",
            Self::Body => "body",
            Self::Response => "response",
            Self::MemberName => "member name",
            Self::MemberType => "member type",
            Self::MemberRequired => "member required",
            Self::MemberMissing => "member missing",
            Self::MemberNew => "member new",
            Self::ValueMissing => "enum value missing",
            Self::ValueNew => "enum value new",
            Self::Reference => "reference",
        }
    }
}

/// An operation, by its id, a schema, by its name, or what belongs to neither, by its file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject {
    Operation(String),
    Schema(String),
    File(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) subject: Subject,
    pub(crate) aspect: Aspect,
    /// The parameter or member, where it is about one.
    pub(crate) name: Option<String>,
    pub(crate) ours: String,
    /// How surely ours is known.
    pub(crate) grade: Option<Grade>,
    pub(crate) theirs: String,
    pub(crate) place: Place,
}

/// A call of ours, for lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OurCall {
    pub(crate) id: String,
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) path_grade: Grade,
}

/// A call that the contract does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewCall {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) title: String,
    /// What we know to exist and could not read, if this may be it.
    pub(crate) may_be: Option<String>,
    pub(crate) place: Place,
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
#[derive(Clone, Debug)]
pub(crate) struct FileRead {
    pub(crate) name: String,
    pub(crate) format: String,
    pub(crate) title: String,
    pub(crate) version: String,
    pub(crate) operations: usize,
}

/// The result of a comparison.
#[derive(Debug, Default)]
pub struct Findings {
    pub(crate) files: Vec<FileRead>,
    /// The sections that the files cover.
    pub(crate) sections: Vec<String>,
    pub(crate) confirmed: Vec<OurCall>,
    pub(crate) differing: Vec<OurCall>,
    pub(crate) missing: Vec<OurCall>,
    pub(crate) new: Vec<NewCall>,
    pub(crate) differences: Vec<Difference>,
    pub(crate) settled: Vec<Settled>,
    /// Operations with calls that nothing but their title led to, which settles nothing.
    pub(crate) by_title: Vec<String>,
}

impl Findings {
    /// Counts the differences, the missing and the new operations.
    #[must_use]
    pub fn count(&self) -> usize {
        self.differences.len() + self.missing.len() + self.new.len()
    }

    /// The operations found by method and path, whose paths are therefore settled.
    #[must_use]
    pub fn settled(&self) -> &[Settled] {
        &self.settled
    }

    /// The operations found by their titles alone, each with its call in the file.
    #[must_use]
    pub fn by_title(&self) -> &[String] {
        &self.by_title
    }

    /// Writes the findings for a person: one line per difference, with file and JSON pointer.
    #[must_use]
    pub fn to_text(&self) -> String {
        report::human(self)
    }

    /// Writes the findings for a program.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        report::machine(self)
    }
}
