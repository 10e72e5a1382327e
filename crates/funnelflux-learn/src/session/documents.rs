//! Facts from the vendor's schema files: what the comparison with the contract found for certain.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use funnelflux_contract::{AssetKind, Operation, Schema, Verb};
use funnelflux_transport::{EACH_ID, Evidence, Says};

use super::draft::Draft;
use super::lessons::{AT_OWN, Lessons, family};
use super::pair::kind_of;
use super::params::is_paging;
use super::prefix;
use super::settled::walk;
use super::{Session, server};
use crate::contract::Contract;
use crate::matching::Certainty;
use crate::schemas::finding::{Aspect, Difference, Findings, Subject};
use crate::schemas::{SchemaFile, compare};

/// Our members, by schema and name, with what the files call them.
type Members<'f> = BTreeMap<(&'f str, &'f str), Vec<&'f Difference>>;

/// `sent` says whether a recording has a body of the operation without the member.
pub(super) fn draw(
    session: &Session,
    sent: &dyn Fn(&str, &str) -> bool,
    draft: &mut Draft<'_>,
    lessons: &mut Lessons,
) {
    static CONTRACT: OnceLock<Contract> = OnceLock::new();
    let files = &session.documents;
    if files.is_empty() {
        return;
    }
    let findings = compare(CONTRACT.get_or_init(Contract::built_in), files.clone());
    let found: Vec<&'static Operation> = Operation::all()
        .filter(|operation| findings.settled.iter().any(|it| it.id == operation.id()))
        .collect();
    lessons.described.extend(found.iter().map(|operation| operation.id()));
    let base = base(session, &findings, draft, lessons);
    let mut members = Members::new();
    for learned in &findings.learned {
        match (&learned.subject, learned.aspect) {
            (Subject::Operation(id), Aspect::MemberRequired) => {
                let name = learned.name.as_deref().unwrap_or_default();
                let is_sent = sent(id, name);
                let or = if is_sent { "a recording has bodies without it" } else { "" };
                let says = Says::Required(learned.ours.clone());
                let is_certain = is_certain(learned) && !is_sent;
                draft.document(id, says, evidence(learned), is_certain, or);
            }
            (Subject::Operation(id), _) => {
                if let Some(operation) = Operation::all().find(|operation| operation.id() == id) {
                    of_operation(operation, learned, &findings, base, draft, lessons);
                }
            }
            (Subject::Schema(name), Aspect::MemberName) => {
                members.entry((name, &learned.ours)).or_default().push(learned);
            }
            (Subject::Schema(name), _) => value(name, learned, draft),
            (Subject::File(_), _) => {}
        }
    }
    for kind in AssetKind::all() {
        let is_own =
            |operation: &&&Operation| kind_of(operation).is_some_and(|it| it.0.name == kind.name);
        if let (Some(of), Some(_)) = (family(kind), found.iter().find(is_own)) {
            of_schemas(&of, &[kind.schema, kind.info_schema], &members, draft);
        }
    }
    for operation in found.iter().filter(|operation| kind_of(operation).is_none()) {
        let shapes = [operation.body(), operation.response()];
        let schemas: Vec<_> = shapes.iter().filter_map(|it| Schema::find(it.schema()?)).collect();
        of_schemas(operation.id(), &schemas, &members, draft);
    }
    for difference in findings.differences.iter().filter(|it| is_certain(it) || is_fault(it)) {
        noted(difference, draft, lessons);
    }
    lessons.read.extend(findings.read());
    lessons.not_taken.extend(findings.not_taken());
    lessons.unmatched.extend(
        findings.new.iter().map(|call| format!("{} {} ({})", call.method, call.path, call.place)),
    );
}

fn is_certain(learned: &Difference) -> bool {
    learned.certainty == Certainty::Certain
}

/// Whether it is about a part of a file that cannot be used.
fn is_fault(difference: &Difference) -> bool {
    matches!(difference.aspect, Aspect::Reference | Aspect::Server)
}

fn evidence(learned: &Difference) -> Evidence {
    Evidence::new(&learned.place.file, &learned.place.pointer)
}

/// The base path below which the most operations of the files are, unless a recording shows another one.
fn base<'f>(
    session: &Session,
    findings: &'f Findings,
    draft: &mut Draft<'_>,
    lessons: &mut Lessons,
) -> Option<&'f str> {
    let mut votes: BTreeMap<&str, Vec<&Difference>> = BTreeMap::new();
    let is_path = |it: &&Difference| it.aspect == Aspect::Path && is_certain(it);
    for learned in findings.learned.iter().filter(is_path) {
        if let Some(root) = findings.root_of(&learned.place.file) {
            votes.entry(root).or_default().push(learned);
        }
    }
    let (base, shown) = votes.iter().max_by_key(|(_, shown)| shown.len())?;
    let first = shown.first()?;
    let mut files = session.documents.iter();
    let file = files.find(|file| file.about.name == first.place.file);
    let host = file.and_then(SchemaFile::host);
    let is_own = host.is_none_or(|host| session.counts(&server(host)));
    if base.split('/').all(prefix::is_plain) {
        let says = Says::BasePath((*base).to_owned());
        let own = session.base.as_ref().map(|(_, own)| format!("{own}{AT_OWN}"));
        draft.document("*", says, evidence(first), is_own, &own.unwrap_or_default());
    } else {
        lessons.kept_out.push(prefix::KEPT_OUT.to_owned());
    }
    Some(base)
}

fn of_operation(
    operation: &'static Operation,
    learned: &Difference,
    findings: &Findings,
    base: Option<&str>,
    draft: &mut Draft<'_>,
    lessons: &mut Lessons,
) {
    let id = operation.id();
    let likely =
        findings.matches.iter().find(|it| it.id == id && it.certainty == Certainty::Likely);
    let or = likely.and_then(|it| it.runner_up.as_deref()).unwrap_or_default();
    let name = || learned.name.clone().unwrap_or_default();
    let says = match learned.aspect {
        Aspect::Path => match with_id(operation, &learned.theirs) {
            Some(path) => Says::Path(path),
            None if is_certain(learned) => {
                let place = &learned.place;
                return lessons.beyond.push(format!("{id}: {} ({place})", learned.theirs));
            }
            None => return,
        },
        // As for recordings: what is documented is said where it differs.
        Aspect::Method
            if learned.ours == learned.theirs
                && (operation.grade().is_confirmed() || !is_certain(learned)) =>
        {
            return;
        }
        Aspect::Method => Says::Method(learned.theirs.clone()),
        _ if likely.is_some() => return,
        Aspect::ParameterName => {
            Says::Query { ours: learned.ours.clone(), theirs: learned.theirs.clone() }
        }
        Aspect::Response => Says::AnswerIn(name()),
        Aspect::Body => Says::BodyIn(name()),
        _ => return,
    };
    // Below another base path it would lead elsewhere.
    let root = findings.root_of(&learned.place.file);
    let is_below = root == base || root.is_none() || learned.aspect != Aspect::Path;
    let is_below = is_below && (learned.aspect != Aspect::Path || draft.is_below(root));
    draft.document(id, says, evidence(learned), is_certain(learned) && is_below, or);
}

/// The path with the id of the object that is saved in its one nameless place; `None` where that is no
/// place of ours.
fn with_id(operation: &Operation, path: &str) -> Option<String> {
    let id = kind_of(operation).and_then(|(kind, verb)| match verb {
        Verb::Create | Verb::Update => kind.id_members.first().copied(),
        // The client sends a call for each.
        Verb::Archive | Verb::Unarchive | Verb::Move if !kind.takes_one(verb) => Some(EACH_ID),
        _ => None,
    });
    let is_whole = path.split(['/', '?', '&']).all(|part| {
        let part = part.split_once('=').map_or(part, |(_, value)| value);
        !part.contains(['{', '}']) || (part.starts_with('{') && part.ends_with('}'))
    });
    match (path.matches("{}").count(), id) {
        (0, _) if is_whole => Some(path.to_owned()),
        (1, Some(id)) if is_whole => Some(path.replace("{}", &format!("{{{id}}}"))),
        _ => None,
    }
}

fn value(of: &str, learned: &Difference, draft: &mut Draft<'_>) {
    let known =
        Schema::find(of).and_then(|it| it.values.iter().find(|it| it.value == learned.theirs));
    if known.is_some_and(|known| !known.grade.is_guess()) {
        return;
    }
    let ours = known.map(|known| known.value.to_owned());
    let says = Says::Value { of: of.to_owned(), ours, theirs: learned.theirs.clone() };
    draft.document("*", says, evidence(learned), is_certain(learned), "");
}

/// The members of the schemas and of their parts, wherever a file names them.
fn of_schemas(of: &str, schemas: &[&'static Schema], members: &Members<'_>, draft: &mut Draft<'_>) {
    let mut told = BTreeSet::new();
    for schema in schemas {
        walk(schema, &mut |ours, schema, member| {
            let shown = members.get(&(schema.name, member.name));
            let Some(shown) = shown.filter(|_| told.insert(ours.to_owned())) else { return };
            let certain: BTreeSet<&str> =
                shown.iter().filter(|it| is_certain(it)).map(|it| &*it.theirs).collect();
            for learned in shown {
                let others = certain.iter().filter(|name| **name != learned.theirs);
                let others = others.copied().collect::<Vec<_>>().join(", ");
                let is_sure = is_certain(learned) && others.is_empty();
                let is_new = member.grade.is_guess() || learned.theirs != member.name;
                if (is_new && is_sure) || (certain.is_empty() || is_certain(learned)) && !is_sure {
                    let theirs = learned.theirs.clone();
                    let says = Says::Member { ours: ours.to_owned(), theirs };
                    draft.document(of, says, evidence(learned), is_sure, &others);
                }
            }
        });
    }
}

/// What the client does not act on, or cannot.
fn noted(difference: &Difference, draft: &mut Draft<'_>, lessons: &mut Lessons) {
    if is_fault(difference) {
        let Difference { theirs, place, .. } = difference;
        lessons.faults.insert(format!("{place}: {theirs}"));
        return;
    }
    let Subject::Operation(id) = &difference.subject else { return };
    let name = difference.name.clone().unwrap_or_default();
    let reads = Operation::all().any(|it| it.id() == id && it.idempotency().is_safe());
    let says = match difference.aspect {
        Aspect::ParameterNew if is_paging(&name) && reads => {
            Says::Note { topic: "paging".to_owned(), text: name }
        }
        Aspect::ParameterRequired if difference.theirs == "required" => {
            Says::Note { topic: "required parameter".to_owned(), text: name }
        }
        Aspect::ParameterLocation if difference.theirs != "path" => {
            let (theirs, place) = (&difference.theirs, &difference.place);
            return lessons
                .beyond
                .push(format!("{id}: `{name}` travels in the {theirs} ({place})"));
        }
        _ => return,
    };
    draft.document(id, says, evidence(difference), true, "");
}
