//! An overlay as a file: TOML with one table for each fact, so that each can be read, edited and removed.

use std::path::Path;
use std::sync::Arc;

use funnelflux_contract::Grade;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::Overlay;
use super::check::told;
use super::fact::{Evidence, FUNNELS, Fact, Place, Says};
use crate::error::Error;

/// The version of the format.
const FORMAT: u32 = 1;
/// Far more than an overlay of all operations has.
const LARGEST: u64 = 8 << 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: Option<u32>,
    #[serde(default)]
    fact: Vec<Spanned<Line>>,
}

/// In the order in which they are written.
#[derive(Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Line {
    of: Option<String>,
    base_path: Option<String>,
    path: Option<String>,
    method: Option<String>,
    answer_in: Option<String>,
    body_in: Option<String>,
    required: Option<String>,
    query: Option<String>,
    member: Option<String>,
    value_of: Option<String>,
    value: Option<String>,
    node: Option<String>,
    part: Option<String>,
    name: Option<String>,
    topic: Option<String>,
    note: Option<String>,
    certain: Option<bool>,
    or: Option<String>,
    grade: Option<String>,
    file: Option<String>,
    entry: Option<String>,
    when: Option<String>,
    seen: Option<u64>,
}

impl From<&Fact> for Line {
    fn from(fact: &Fact) -> Self {
        let of = Some(fact.operations.clone()).filter(|of| of != "*");
        let mut line = Self { of, ..Self::default() };
        match fact.says.clone() {
            Says::BasePath(path) => line.base_path = Some(path),
            Says::Path(path) => line.path = Some(path),
            Says::Method(method) => line.method = Some(method),
            Says::AnswerIn(within) => line.answer_in = Some(within),
            Says::BodyIn(within) => line.body_in = Some(within),
            Says::Required(member) => line.required = Some(member),
            Says::Query { ours, theirs } => (line.query, line.name) = (Some(ours), Some(theirs)),
            Says::Member { ours, theirs } => (line.member, line.name) = (Some(ours), Some(theirs)),
            Says::Value { of, ours, theirs } => {
                (line.value_of, line.value, line.name) = (Some(of), ours, Some(theirs));
            }
            Says::Node { kind, part, is } => {
                (line.node, line.part, line.name) = (Some(kind), Some(part), Some(is));
            }
            Says::Note { topic, text } => (line.topic, line.note) = (Some(topic), Some(text)),
        }
        if let Some(or) = fact.doubt.clone() {
            (line.certain, line.or) = (Some(false), Some(or).filter(|or| !or.is_empty()));
        }
        if let Some(evidence) = fact.evidence.clone() {
            line.grade = Some(evidence.grade().to_string());
            (line.file, line.entry) = (Some(evidence.file), Some(evidence.entry));
            line.when = Some(evidence.when).filter(|when| !when.is_empty());
            line.seen = Some(evidence.seen);
        }
        line
    }
}

impl Line {
    /// The fact, or why there is none.
    fn into_fact(mut self) -> Result<Fact, String> {
        let evidence = self.file.take().map(|file| {
            let entry = self.entry.take().unwrap_or_default();
            Evidence::new(file, entry)
                .seen(self.seen.take().unwrap_or(1), self.when.take().unwrap_or_default())
        });
        let shown = evidence.as_ref().map_or(Grade::Observed, Evidence::grade);
        let is_such = |grade: &str| grade == "observed" || grade == shown.as_str();
        if let Some(grade) = self.grade.take().filter(|grade| !is_such(grade)) {
            return Err(format!(
                "grade = {grade:?}; a fact is \"observed\", or \"documented\" where its entry is a JSON \
                 pointer into a schema file"
            ));
        }
        if self.or.as_deref().is_some_and(|or| or.trim().is_empty()) {
            return Err("or should say what else it may be; leave out an empty one".to_owned());
        }
        let mut said = Vec::new();
        said.extend(self.base_path.take().map(Says::BasePath));
        said.extend(self.path.take().map(Says::Path));
        said.extend(self.method.take().map(Says::Method));
        said.extend(self.answer_in.take().map(Says::AnswerIn));
        said.extend(self.body_in.take().map(Says::BodyIn));
        said.extend(self.required.take().map(Says::Required));
        if let Some(ours) = self.query.take() {
            let theirs = self.name.take().ok_or("query needs name = \"…\", the server's")?;
            said.push(Says::Query { ours, theirs });
        }
        if let Some(ours) = self.member.take() {
            let theirs = self.name.take().ok_or("member needs name = \"…\", the server's")?;
            said.push(Says::Member { ours, theirs });
        }
        if let Some(of) = self.value_of.take() {
            let theirs = self.name.take().ok_or("value_of needs name = \"…\", the server's")?;
            said.push(Says::Value { of, ours: self.value.take(), theirs });
        }
        if let Some(kind) = self.node.take() {
            let part = self.part.take().ok_or("node needs part = \"…\", such as type")?;
            let is = self.name.take().ok_or("node needs name = \"…\", the server's")?;
            said.push(Says::Node { kind, part, is });
        }
        if let Some(text) = self.note.take() {
            said.push(Says::Note { topic: self.topic.take().unwrap_or_default(), text });
        }
        let default = said.iter().find_map(|says| match says {
            Says::BasePath(_) | Says::Value { .. } | Says::Note { .. } => Some("*"),
            Says::Node { .. } => Some(FUNNELS),
            _ => None,
        });
        let says = match (said.pop(), said.is_empty()) {
            (Some(says), true) => says,
            (None, _) => {
                return Err("says nothing: expected one of path, method, query, member, \
                 answer_in, body_in, value_of, node, base_path, required, note"
                    .to_owned());
            }
            (Some(_), false) => return Err("says two things: write a [[fact]] for each".to_owned()),
        };
        let alone = [&self.name, &self.value, &self.topic, &self.part];
        if alone.iter().any(|it| it.is_some()) {
            return Err("has name, value, topic or part without what they belong to".to_owned());
        }
        let of = self.of.take().or(default.map(str::to_owned));
        let of = of.ok_or("needs of = \"…\", an operation or ledger.page.*")?;
        let doubt = (self.certain == Some(false)).then(|| self.or.take().unwrap_or_default());
        Ok(Fact { evidence, doubt, ..Fact::new(of, says) })
    }
}

impl Overlay {
    /// Reads a file that [`to_toml`](Self::to_toml) wrote, perhaps edited. Errors of calls that contradict a
    /// fact name its line.
    ///
    /// # Errors
    /// When the file cannot be read, is no overlay, or has a fact that makes no sense. The error names the
    /// line.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        Self::from_toml(&path.display().to_string(), &Self::text_of(path)?)
    }

    /// The text of a file.
    #[doc(hidden)]
    pub fn text_of(path: &Path) -> Result<String, Error> {
        let name = path.display().to_string();
        let failed = |cause| Error::local(format!("the overlay {name}")).with_source(cause);
        let length = std::fs::metadata(path).map_err(failed)?.len();
        if length > LARGEST {
            return Err(Error::local(format!(
                "the overlay {name} has {length} bytes; expected at most {LARGEST}"
            )));
        }
        String::from_utf8(std::fs::read(path).map_err(failed)?).map_err(|cause| {
            let (bytes, at) = (cause.as_bytes(), cause.utf8_error().valid_up_to());
            let line = bytes.iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
            let is_16 = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
            let has = if is_16 { "is UTF-16" } else { "has bytes that are not UTF-8" };
            Error::invalid_request(format!(
                "the overlay {name}, line {line}: {has}; save it as UTF-8"
            ))
        })
    }

    /// Reads the text of such a file. Errors call it `name`.
    ///
    /// # Errors
    /// As [`from_file`](Self::from_file).
    pub fn from_toml(name: &str, text: &str) -> Result<Self, Error> {
        let (overlay, mut wrong) = Self::read(name, text)?;
        wrong.extend(overlay.faults());
        told(wrong).map_or(Ok(overlay), Err)
    }

    /// Reads it with facts that make no sense; see [`sound`](Self::sound).
    #[doc(hidden)]
    pub fn unchecked(name: &str, text: &str) -> Result<Self, Error> {
        let (overlay, wrong) = Self::read(name, text)?;
        told(wrong).map_or(Ok(overlay), Err)
    }

    /// The facts, and what is wrong with the tables that say none.
    fn read(name: &str, text: &str) -> Result<(Self, Vec<String>), Error> {
        let text = text.trim_start_matches('\u{feff}');
        let at_line = |at: usize, why: &str| {
            let line = line_of(text, at);
            format!("the overlay {name}, line {line}: {why}")
        };
        let wrong = |at: usize, why: &str| Error::invalid_request(at_line(at, why));
        let file: File = toml::from_str(text).map_err(|cause| {
            let at = cause.span().map_or(0, |span| span.start);
            let tables = text.parse::<toml::Table>().unwrap_or_default();
            match tables.get("fact") {
                Some(fact) if !fact.is_array() => wrong(at, "each fact begins with [[fact]]"),
                _ => wrong(at, &cause.message().trim_end().replace('\n', " ")),
            }
        })?;
        match file.format {
            Some(FORMAT) => {}
            Some(other) => {
                return Err(wrong(0, &format!("format = {other}; this version reads {FORMAT}")));
            }
            None if file.fact.is_empty() => {}
            None => return Err(wrong(0, &format!("begins without format = {FORMAT}"))),
        }
        let shared: Arc<str> = name.into();
        let (mut overlay, mut faults) = (Self::new(), Vec::new());
        for line in file.fact {
            let at = line.span().start;
            let place = Some(Place { file: Arc::clone(&shared), line: line_of(text, at) });
            match line.into_inner().into_fact() {
                Ok(fact) => overlay = overlay.fact(Fact { place, ..fact }),
                Err(why) => faults.push(at_line(at, &why)),
            }
        }
        Ok((overlay, faults))
    }

    /// Writes the facts as a file that [`from_toml`](Self::from_toml) reads.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut text = format!(
            "# What an account showed of the API. It wins over the contract of the SDK.\n\
             # Remove a [[fact]] to go back to the contract. One with `certain = false` is only likely, and obeyed\n\
             # when you remove that line.\n\
             format = {FORMAT}\n"
        );
        for fact in self.facts.iter().chain(&self.likely) {
            // Texts and a number can be written.
            let line = toml::to_string(&Line::from(fact)).unwrap_or_default();
            text.extend(["\n[[fact]]\n", &line]);
        }
        text
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or_default().matches('\n').count() + 1
}
