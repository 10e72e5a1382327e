//! What the facts do to a call and its answer, in both directions: the emulator takes the other one.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use funnelflux_contract::{AssetKind, Grade, Member, Operation, Schema, Shape, Verb};
use funnelflux_json::{
    Direction, Part, Rename, describe, find, members, quote, rename, rewrite, slice,
};
use http::Method;

use super::fact::{Fact, Says, last};
use super::{EACH_ID, Overlay, names};
use crate::error::Error;

impl Overlay {
    fn of<'a>(&'a self, id: &'a str) -> impl DoubleEndedIterator<Item = &'a Fact> {
        self.facts.iter().filter(move |fact| fact.covers(id))
    }

    /// The base path, if it is overridden; of several the last.
    #[doc(hidden)]
    pub fn base_path_of_all(&self) -> Option<&str> {
        self.facts.iter().rev().find_map(|fact| match &fact.says {
            Says::BasePath(path) => Some(&**path),
            _ => None,
        })
    }

    /// The path of an operation, if it is overridden; it may have places in it and in its query.
    #[doc(hidden)]
    pub fn path_of(&self, id: &str) -> Option<&str> {
        self.graded_path(id).map(|(path, _)| path)
    }

    fn graded_path(&self, id: &str) -> Option<(&str, Grade)> {
        self.facts.iter().rev().find_map(|fact| match &fact.says {
            Says::Path(path) if fact.operations == id => Some((&**path, fact.grade())),
            _ => None,
        })
    }

    /// The method of an operation, if it is overridden.
    #[doc(hidden)]
    pub fn method_of(&self, id: &str) -> Option<Method> {
        self.graded_method(id).map(|(method, _)| method)
    }

    fn graded_method(&self, id: &str) -> Option<(Method, Grade)> {
        self.of(id).rev().find_map(|fact| match &fact.says {
            Says::Method(method) => Some((method.parse().ok()?, fact.grade())),
            _ => None,
        })
    }

    /// The operation as this account has it.
    #[doc(hidden)]
    pub fn applied(&self, operation: &'static Operation) -> Option<Operation> {
        let (path, method) = (self.graded_path(operation.id()), self.graded_method(operation.id()));
        if path.is_none() && method.is_none() {
            return None;
        }
        let mut own = operation.clone();
        if let Some((path, grade)) = path {
            own = own.with_path(path).with_path_grade(grade);
        }
        Some(match method {
            Some((method, grade)) => own.with_method(method).with_grade(grade),
            None => own,
        })
    }

    /// The server's name of a query parameter.
    #[doc(hidden)]
    pub fn query_name<'a>(&'a self, id: &str, name: &'a str) -> &'a str {
        let theirs = self.facts.iter().find_map(|fact| match &fact.says {
            Says::Query { ours, theirs } if ours == name && fact.covers(id) => Some(&**theirs),
            _ => None,
        });
        theirs.unwrap_or(name)
    }

    /// A name in a message, such as `routes[1].priority`, or a value of an enumeration, as the server has it.
    #[doc(hidden)]
    pub fn word_of<'a>(&'a self, operation: &Operation, word: &'a str) -> Cow<'a, str> {
        let (parameter, mut bare) = (self.query_name(operation.id(), word), Vec::new());
        let parts = word.split('.').map(|part| {
            let (name, index) = part.split_at(part.find('[').unwrap_or(part.len()));
            bare.push(name);
            let is_it = |ours: &str| {
                let names = ours.split('.').map(|it| if it == "*" { None } else { Some(it) });
                let fits = |(it, own): (Option<&str>, &&str)| it.is_none_or(|it| it == *own);
                names.clone().count() == bare.len() && names.zip(&bare).all(fits)
            };
            let member = self.of(operation.id()).find_map(|fact| match &fact.says {
                Says::Member { ours, theirs } if is_it(ours) => Some(&**theirs),
                _ => None,
            });
            [member.unwrap_or(name), index].concat()
        });
        let member = parts.collect::<Vec<_>>().join(".");
        let takes_none = matches!(operation.body(), Shape::None { .. });
        match () {
            () if member != word && !takes_none => member.into(),
            () if parameter != word => parameter.into(),
            () => {
                let mut kinds = self.facts.iter().filter_map(renamed_enumeration);
                kinds.find_map(|kind| self.other_value(kind, word)).unwrap_or(word).into()
            }
        }
    }

    /// The value of a query parameter, in the words of the other side.
    #[doc(hidden)]
    pub fn query_value<'a>(&'a self, operation: &Operation, name: &str, value: &'a str) -> &'a str {
        let kind = operation.query().iter().find(|member| member.name == name);
        kind.and_then(|member| self.other_value(member.kind, value)).unwrap_or(value)
    }

    /// Two values are exchanged, as two names are: so the way back is exact.
    fn other_value(&self, kind: &str, value: &str) -> Option<&str> {
        self.facts.iter().find_map(|fact| match &fact.says {
            Says::Value { of, ours: Some(ours), theirs } if of == kind => match value {
                _ if value == ours => Some(&**theirs),
                _ if value == theirs => Some(&**ours),
                _ => None,
            },
            _ => None,
        })
    }

    /// A body with names and values of the other side.
    #[doc(hidden)]
    pub fn renamed(
        &self,
        operation: &Operation,
        body: Bytes,
        direction: Direction,
        is_answer: bool,
    ) -> Bytes {
        if body.is_empty() || self.is_empty() {
            return body;
        }
        let kind = AssetKind::of_operation(operation.id()).filter(|_| !is_answer);
        let renames: Vec<Cow<'_, Rename>> = self
            .of(operation.id())
            .filter_map(|fact| {
                let own = fact.rename.as_ref()?.as_ref().ok()?;
                match kind.and_then(|kind| around(fact, operation, kind)) {
                    None => Some(Cow::Borrowed(own)),
                    Some(place) => own.below(place?).ok().map(Cow::Owned),
                }
            })
            .collect();
        let renames: Vec<&Rename> = renames.iter().map(|it| &**it).collect();
        let kinds = self.value_kinds(operation);
        if renames.is_empty() && kinds.is_empty() {
            return body;
        }
        // Not JSON: the body's reader reports it.
        let Ok(text) = std::str::from_utf8(&body) else { return body };
        let values = |text: &str| {
            rewrite(text, |part, member, value| match part {
                Part::Text => {
                    let kinds = kinds.get(member)?.iter();
                    let mut others = kinds.filter_map(|kind| self.other_value(kind, value));
                    others.next().map(str::to_owned)
                }
                Part::Name | Part::Number => None,
            })
        };
        match direction {
            _ if kinds.is_empty() => rename(text, &renames, direction).into(),
            Direction::ToTheirs => {
                let text = values(text).map_or(Cow::Borrowed(text), Cow::Owned);
                rename(&text, &renames, direction).into()
            }
            Direction::ToOurs => {
                let text = rename(text, &renames, direction);
                values(&text).unwrap_or(text).into()
            }
        }
    }

    /// The members of the operation's bodies, at any depth, that hold an enumeration with overridden values.
    fn value_kinds(&self, operation: &Operation) -> BTreeMap<&'static str, Vec<&'static str>> {
        let overridden: BTreeSet<&str> =
            self.facts.iter().filter_map(renamed_enumeration).collect();
        let mut kinds = BTreeMap::<_, Vec<&str>>::new();
        if overridden.is_empty() {
            return kinds;
        }
        let (mut open, mut seen) = (names::schemas(operation), BTreeSet::new());
        while let Some(schema) = open.pop() {
            let is_new = seen.insert(schema.name);
            for member in schema.members.iter().filter(|_| is_new) {
                let kind = member.bare_kind();
                if overridden.contains(kind) {
                    kinds.entry(member.name).or_default().push(kind);
                }
                open.extend(Schema::find(kind));
            }
        }
        kinds
    }

    /// The members around what an answer (or else a body) holds, if they are overridden and there are any.
    #[doc(hidden)]
    pub fn envelope(&self, id: &str, of_answer: bool) -> Option<Vec<&str>> {
        let mut facts = self.facts.iter().rev().filter(|fact| fact.covers(id));
        let within = facts.find_map(|fact| match &fact.says {
            Says::AnswerIn(within) if of_answer => Some(&**within),
            Says::BodyIn(within) if !of_answer => Some(&**within),
            _ => None,
        })?;
        (!within.is_empty()).then(|| within.split('.').collect())
    }

    /// A body, or an answer, as the server has it.
    #[doc(hidden)]
    pub fn to_theirs(&self, operation: &Operation, body: Bytes, is_answer: bool) -> Bytes {
        let body = self.renamed(operation, body, Direction::ToTheirs, is_answer);
        let Some(names) = self.envelope(operation.id(), is_answer).filter(|_| !body.is_empty())
        else {
            return body;
        };
        let Ok(text) = std::str::from_utf8(&body) else { return body };
        let opening: String = names.iter().map(|name| format!("{{{}:", quote(name))).collect();
        format!("{opening}{text}{}", "}".repeat(names.len())).into()
    }

    /// A body, or an answer, as we have it; `None` where it has nothing at the overridden place. Of a list,
    /// members beside it that are no objects and no lists are kept, in an object with the list: one may be
    /// a total.
    #[doc(hidden)]
    pub fn to_ours(&self, operation: &Operation, body: Bytes, is_answer: bool) -> Option<Bytes> {
        let Some(names) = self.envelope(operation.id(), is_answer) else {
            return Some(self.renamed(operation, body, Direction::ToOurs, is_answer));
        };
        let text = std::str::from_utf8(&body).ok()?;
        let whole = 0..text.len();
        let value = slice(text, &find(text, whole.clone(), &names)?);
        let mut beside = String::new();
        for depth in (0..names.len()).filter(|_| describe(value) == "a list") {
            let around = find(text, whole.clone(), names.get(..depth)?)?;
            for member in members(text, &around)? {
                let (name, value) = (slice(text, &member.name), slice(text, &member.value));
                if !matches!(describe(value), "an object" | "a list") {
                    beside.push_str(&format!(",{name}:{value}"));
                }
            }
        }
        let body = body.slice_ref(value.as_bytes());
        let ours = self.renamed(operation, body, Direction::ToOurs, is_answer);
        if beside.is_empty() {
            return Some(ours);
        }
        let list = std::str::from_utf8(&ours).ok()?;
        Some(format!("{{{}:{list}{beside}}}", quote(names.last()?)).into())
    }

    /// Whether the path of the operation has a place for one of the ids that we send in a list.
    #[doc(hidden)]
    pub fn takes_each_id(&self, id: &str) -> bool {
        self.path_of(id).is_some_and(|path| path.contains(&format!("{{{EACH_ID}}}")))
    }

    /// Says which member the body lacks that the account needs.
    #[doc(hidden)]
    pub fn lacks(&self, operation: &Operation, body: &[u8]) -> Option<String> {
        let saves = || {
            let verb = AssetKind::of_operation(operation.id()).map(|(_, verb)| verb);
            matches!(verb, Some(Verb::Create | Verb::Update))
        };
        let text = std::str::from_utf8(body).ok()?;
        self.of(operation.id()).find_map(|fact| {
            let Says::Required(member) = &fact.says else { return None };
            let names: Vec<&str> = member.split('.').collect();
            let (_, around) = names.split_last()?;
            let outer = find(text, 0..text.len(), around)?;
            let is_object = describe(slice(text, &outer)) == "an object";
            // A fact of a family is about its objects, not about the ids of a deed.
            let is_meant = is_object && (!fact.operations.ends_with('*') || saves());
            let lacks = is_meant && find(text, 0..text.len(), &names).is_none();
            lacks.then(|| format!("the object has no {member:?}; {}", said(fact)))
        })
    }

    /// The facts that an error may contradict, as the advice for it: those of the path for a 404, of the
    /// method for a 405, and of a refusal those of which the server's message has the name, or ours. Of a body at
    /// a wrong place anything may be missing.
    pub(crate) fn contradicted(&self, id: &str, error: &Error) -> Option<String> {
        let status = error.status()?.as_u16();
        let is_refused = matches!(status, 200..300 | 400 | 422);
        let said = error.server_message().unwrap_or_default();
        let is_end = |c: Option<char>| !c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let names = |name: &str| {
            is_refused
                && !name.is_empty()
                && said.match_indices(name).any(|(at, _)| {
                    let (before, after) = (said.get(..at), said.get(at + name.len()..));
                    is_end(before.and_then(|it| it.chars().next_back()))
                        && is_end(after.and_then(|it| it.chars().next()))
                })
        };
        let is_meant = |fact: &&Fact| match &fact.says {
            Says::BasePath(_) | Says::Path(_) => status == 404,
            Says::Method(_) => status == 405,
            Says::Query { theirs, ours } | Says::Member { theirs, ours } => {
                names(theirs) || names(last(ours))
            }
            // What confirms a value is about one that is taken.
            Says::Value { theirs, ours: Some(ours), .. } if ours != theirs => {
                names(theirs) || names(ours)
            }
            Says::Node { part, is, .. } => {
                let is_word = part != "positions" && part != "weights" && !part.contains('.');
                is_word && names(is)
            }
            _ => false,
        };
        let is_around =
            |fact: &&Fact| matches!(&fact.says, Says::BodyIn(within) if !within.is_empty());
        let around =
            || advice(self.of(id).filter(is_around)).filter(|_| matches!(status, 400 | 422));
        advice(self.of(id).filter(is_meant)).or_else(around)
    }

    /// The advice for an answer that has nothing at the overridden place.
    pub(crate) fn without_place(&self, id: &str) -> Option<String> {
        advice(self.of(id).filter(|fact| matches!(fact.says, Says::AnswerIn(_))))
    }
}

fn advice<'a>(facts: impl Iterator<Item = &'a Fact>) -> Option<String> {
    let told: Vec<String> = facts.map(said).collect();
    (!told.is_empty())
        .then(|| format!("{}; if that is wrong, correct or remove it", told.join("; ")))
}

fn said(fact: &Fact) -> String {
    let by = fact.place().unwrap_or_else(|| "an override".to_owned());
    format!("{by} says {fact}")
}

/// Where a request about an object holds members of it. `None`: the fact applies as it is. `Some(None)`: the request
/// holds none, so the fact does not apply. What a family of operations says of its objects is nothing about the members
/// of such a request, which may have the same names.
fn around(
    fact: &Fact,
    operation: &Operation,
    (kind, verb): (&AssetKind, Verb),
) -> Option<Option<&'static str>> {
    let Says::Member { ours, .. } = &fact.says else { return None };
    if !fact.operations.ends_with('*') {
        return None;
    }
    let first = ours.split('.').next().unwrap_or(ours);
    let is_of = |schema: &Schema| schema.member(first).is_some();
    let asked = operation.body().schema().and_then(Schema::find);
    let is_of_objects = is_of(kind.schema) || is_of(kind.info_schema);
    if matches!(verb, Verb::Create | Verb::Update) || !is_of_objects || asked.is_some_and(is_of) {
        return None;
    }
    // The changes of a copy are members of its object.
    let changes = kind.copy_schema.filter(|_| verb == Verb::Duplicate);
    let is_map = |member: &&Member| member.kind.starts_with("map<");
    Some(changes.and_then(|it| it.members.iter().find(is_map)).map(|member| member.name))
}

fn renamed_enumeration(fact: &Fact) -> Option<&str> {
    match &fact.says {
        Says::Value { of, ours: Some(ours), theirs } if ours != theirs => Some(of),
        _ => None,
    }
}
