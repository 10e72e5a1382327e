//! What was learned, told.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;

use funnelflux::funnels::{FunnelDialect, NodeKind, NodePart};
use funnelflux::learn::session::Lessons;
use funnelflux::operations::find_by_id;
use funnelflux::transport::{Fact, Overlay, Says};
use serde::Serialize;

use crate::args::LearnArgs;
use crate::failure::Failure;
use crate::output::{Column, Format, counted, print, write_listing};
use crate::settings::Settings;

#[derive(Serialize)]
struct Line {
    operation: String,
    what: &'static str,
    contract: String,
    account: String,
    seen: u64,
    evidence: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    or: String,
}

#[derive(Serialize)]
struct Report<'a> {
    file: String,
    written: bool,
    operations: usize,
    facts: usize,
    differences: &'a [Line],
    likely: &'a [Line],
    no_longer_true: &'a [Line],
    unmatched: &'a [String],
    refused: &'a [String],
    beyond: &'a [String],
    contradictions: &'a [String],
    unclear: &'a [String],
    kept_out: &'a [String],
    read: &'a [String],
    not_taken: &'a [String],
    faults: Vec<String>,
    ignored: u64,
}

/// What the fact says, what the contract says, and what the account.
fn parts(fact: &Fact) -> (&'static str, String, String) {
    let operation = find_by_id(fact.operations());
    let place =
        |within: &str| if within.is_empty() { "at the top".to_owned() } else { within.to_owned() };
    match fact.says() {
        Says::BasePath(path) => ("base path", "/v1".to_owned(), path.clone()),
        Says::Path(path) => {
            ("path", operation.map(|it| it.path().to_owned()).unwrap_or_default(), path.clone())
        }
        Says::Method(method) => (
            "method",
            operation.map(|it| it.method().to_string()).unwrap_or_default(),
            method.clone(),
        ),
        Says::Query { ours, theirs } => ("parameter", ours.clone(), theirs.clone()),
        Says::Member { ours, theirs } => {
            let around =
                ours.rsplit_once('.').map(|(around, _)| format!("{around}.")).unwrap_or_default();
            ("member", ours.clone(), format!("{around}{theirs}"))
        }
        Says::AnswerIn(within) => ("answer", "at the top".to_owned(), place(within)),
        Says::BodyIn(within) => ("body", "at the top".to_owned(), place(within)),
        Says::Value { of, ours, theirs } => {
            let ours = ours.as_deref().unwrap_or("not known");
            ("value", format!("{of}: {ours}"), format!("{of}: {theirs}"))
        }
        Says::Required(member) => ("needed", String::new(), member.clone()),
        Says::Node { kind, part, is } => {
            let ours = shipped(kind, part);
            ("node", format!("{kind} {part}: {ours}"), format!("{kind} {part}: {is}"))
        }
        Says::Note { text, .. } => ("note", String::new(), text.clone()),
        _ => ("other", String::new(), String::new()),
    }
}

/// What the contract has in place of a fact about nodes.
fn shipped(kind: &str, part: &str) -> String {
    match part {
        "positions" => return "share".to_owned(),
        "weights" => return "1 or 100".to_owned(),
        _ => {}
    }
    let dialect = FunnelDialect::shipped();
    let words = NodeKind::find(kind).map(|kind| dialect.words(kind));
    let word = words.and_then(|words| match NodePart::find(part) {
        Some(part) => part.of(words).first().map(|word| &word.text),
        None => words.defaults.iter().find(|it| it.member == part).map(|it| &it.json),
    });
    word.map_or("not known", String::as_str).to_owned()
}

/// What a note means for the client, where it does not act on it.
fn left_to_the_user(fact: &Fact) -> Option<String> {
    let Says::Note { topic, text } = fact.says() else { return None };
    let of = fact.operations();
    Some(match &**topic {
        "paging" => format!(
            "{of} takes `{text}`: the client asks for the whole list, and fails where the answer says that \
             there is more"
        ),
        "required parameter" => {
            format!("{of} needs the parameter `{text}`: the client sends it where it has it")
        }
        "order" => format!(
            "the app saves in the order {text}; `ffx funnels apply` saves what others refer to first"
        ),
        "silent error" => {
            format!("{of} says no with {text}: the client shows no message of such an answer")
        }
        _ => return None,
    })
}

impl Line {
    fn new(fact: &Fact, all: &Overlay) -> Self {
        let (what, contract, account) = parts(fact);
        let evidence = fact.evidence();
        Self {
            operation: fact.operations().to_owned(),
            what,
            contract,
            account,
            seen: evidence.map_or(0, |it| it.seen),
            evidence: evidence.map(|it| format!("{}, {}", it.file, it.entry)).unwrap_or_default(),
            or: or(fact, all),
        }
    }
}

/// What else a likely fact may be: of a member what others say of one of its two names.
fn or(fact: &Fact, all: &Overlay) -> String {
    let (Says::Member { ours, theirs }, Some("")) = (fact.says(), fact.doubt()) else {
        return fact.doubt().unwrap_or_default().to_owned();
    };
    let others = all.likely().filter(|it| it.operations() == fact.operations());
    let names = others.filter_map(|it| match it.says() {
        Says::Member { ours: own, theirs: name } if own == ours && name != theirs => Some(&**name),
        Says::Member { ours: own, theirs: name } if own != ours && name == theirs => Some(&**own),
        _ => None,
    });
    let names: Vec<&str> = names.collect();
    if names.is_empty() { "no member of the contract".to_owned() } else { names.join(", ") }
}

pub(super) fn tell(
    lessons: &Lessons,
    overlay: &Overlay,
    dropped: &[Fact],
    file: &Path,
    args: &LearnArgs,
    settings: &Settings,
) -> Result<(), Failure> {
    let line = |fact: &Fact| Line::new(fact, &lessons.facts);
    let lines = |facts: &mut dyn Iterator<Item = &Fact>| facts.map(line).collect::<Vec<_>>();
    let mut differences = lines(&mut lessons.facts.facts());
    differences.retain(|it| it.what != "note" && it.contract != it.account);
    let dropped = lines(&mut dropped.iter());
    let likely = lines(&mut lessons.facts.likely());
    let found: BTreeSet<_> = lessons.called.keys().chain(&lessons.described).collect();
    let (file, facts) = (file.display(), overlay.facts().count());
    let faults: Vec<String> = lessons.faults.iter().cloned().collect();
    if settings.format() == Format::Json {
        let report = Report {
            file: file.to_string(),
            written: !args.dry_run,
            operations: found.len(),
            facts,
            differences: &differences,
            likely: &likely,
            no_longer_true: &dropped,
            unmatched: &lessons.unmatched,
            refused: &lessons.refused,
            beyond: &lessons.beyond,
            contradictions: &lessons.contradictions,
            unclear: &lessons.unclear,
            kept_out: &lessons.kept_out,
            read: &lessons.read,
            not_taken: &lessons.not_taken,
            faults,
            ignored: lessons.ignored,
        };
        let text = serde_json::to_string_pretty(&report).unwrap_or_default();
        return print(|out| Ok(writeln!(out, "{text}")?));
    }
    let not_taken = match lessons.not_taken.len() {
        0 => Vec::new(),
        _ if settings.terminal.verbose > 0 => lessons.not_taken.clone(),
        count => vec![format!("{count}; -v lists them, with the reasons")],
    };
    let notes: Vec<String> = lessons.facts.facts().filter_map(left_to_the_user).collect();
    print(|out| {
        if settings.format() != Format::Table {
            return write_listing(out, &differences, columns(), settings.format());
        }
        let (of, count) = (found.len(), differences.len());
        writeln!(out, "Operations found: {of}. Facts that differ from the contract: {count}\n")?;
        write_listing(out, &differences, columns(), Format::Table)?;
        for (title, lines) in [
            ("Likely, and not taken over unless you give --likely", &likely),
            ("No longer true, and removed", &dropped),
        ] {
            if !lines.is_empty() {
                writeln!(out, "\n{title}:\n")?;
                write_listing(out, lines, columns(), Format::Table)?;
            }
        }
        for (title, lines) in [
            ("Funnels contradict each other; nothing is averaged", &lessons.contradictions),
            ("Nodes of funnels whose kind is not clear", &lessons.unclear),
            ("Seen, and the client does not act on it", &notes),
            ("Called in a way that the client cannot follow", &lessons.beyond),
            ("Not kept, as it may be a name or a text of yours", &lessons.kept_out),
            ("In schema files, and of no use", &faults),
            ("No operation that the contract knows", &lessons.unmatched),
            ("Said by schema files, and no fact", &not_taken),
            ("Schema files", &lessons.read),
            ("Refused each time, so it proves nothing", &lessons.refused),
        ] {
            if !lines.is_empty() {
                writeln!(out, "\n{title}:\n  {}", lines.join("\n  "))?;
            }
        }
        let likely = match overlay.likely().count() {
            0 => String::new(),
            count => format!(", and {count} that are only likely"),
        };
        let facts = counted(facts, "fact") + &likely;
        let end = match args.dry_run {
            true => format!("{file} would hold {facts}; nothing was written"),
            false => format!("{file} holds {facts}. `ffx learn --show` says what is left to guess"),
        };
        Ok(writeln!(out, "\n{end}")?)
    })
}

fn columns() -> Vec<Column> {
    vec![
        Column::text("Operation").of(&["operation"]),
        Column::text("What").of(&["what"]),
        Column::text("Contract").of(&["contract"]),
        Column::text("Account").of(&["account"]),
        Column::text("Or").of(&["or"]).unless_empty(),
        Column::figure("Seen").of(&["seen"]),
        Column::text("Evidence").of(&["evidence"]).or_none(),
    ]
}
