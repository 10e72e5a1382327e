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

pub(super) struct Told<'a> {
    pub(super) lessons: &'a Lessons,
    pub(super) overlay: &'a Overlay,
    pub(super) dropped: &'a [Fact],
    pub(super) file: &'a Path,
}

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
    fn new(fact: &Fact) -> Self {
        let (what, contract, account) = parts(fact);
        let evidence = fact.evidence();
        Self {
            operation: fact.operations().to_owned(),
            what,
            contract,
            account,
            seen: evidence.map_or(0, |it| it.seen),
            evidence: evidence.map(|it| format!("{}, {}", it.file, it.entry)).unwrap_or_default(),
            or: fact.doubt().unwrap_or_default().to_owned(),
        }
    }

    fn differs(&self) -> bool {
        self.what != "note" && self.contract != self.account
    }
}

impl Told<'_> {
    pub(super) fn tell(&self, args: &LearnArgs, settings: &Settings) -> Result<(), Failure> {
        let lines =
            |facts: &mut dyn Iterator<Item = &Fact>| facts.map(Line::new).collect::<Vec<_>>();
        let mut differences = lines(&mut self.lessons.facts.facts());
        differences.retain(Line::differs);
        let dropped = lines(&mut self.dropped.iter());
        let likely = lines(&mut self.lessons.facts.likely());
        let called = self.lessons.called.keys();
        let report = Report {
            file: self.file.display().to_string(),
            written: !args.dry_run,
            operations: called.chain(&self.lessons.described).collect::<BTreeSet<_>>().len(),
            facts: self.overlay.facts().count(),
            differences: &differences,
            likely: &likely,
            no_longer_true: &dropped,
            unmatched: &self.lessons.unmatched,
            refused: &self.lessons.refused,
            beyond: &self.lessons.beyond,
            contradictions: &self.lessons.contradictions,
            unclear: &self.lessons.unclear,
            kept_out: &self.lessons.kept_out,
            read: &self.lessons.read,
            not_taken: &self.lessons.not_taken,
            faults: self.lessons.faults.iter().cloned().collect(),
            ignored: self.lessons.ignored,
        };
        let not_taken = match report.not_taken.len() {
            0 => Vec::new(),
            _ if settings.terminal.verbose > 0 => report.not_taken.to_vec(),
            count => vec![format!("{count}; -v lists them, with the reasons")],
        };
        let notes: Vec<String> = self.lessons.facts.facts().filter_map(left_to_the_user).collect();
        print(|out| {
            match settings.format() {
                Format::Json => {
                    let json = serde_json::to_string_pretty(&report).unwrap_or_default();
                    return Ok(writeln!(out, "{json}")?);
                }
                Format::Table => {}
                other => return write_listing(out, &differences, columns(), other),
            }
            let (of, facts) = (report.operations, differences.len());
            writeln!(
                out,
                "Operations found: {of}. Facts that differ from the contract: {facts}\n"
            )?;
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
                ("Funnels contradict each other; nothing is averaged", report.contradictions),
                ("Nodes of funnels whose kind is not clear", report.unclear),
                ("Seen, and the client does not act on it", &*notes),
                ("Called in a way that the client cannot follow", report.beyond),
                ("Not kept, as it may be a name or a text of yours", report.kept_out),
                ("In schema files, and of no use", &*report.faults),
                ("No operation that the contract knows", report.unmatched),
                ("Said by schema files, and no fact", &*not_taken),
                ("Schema files", report.read),
                ("Refused each time, so it proves nothing", report.refused),
            ] {
                if !lines.is_empty() {
                    writeln!(out, "\n{title}:\n  {}", lines.join("\n  "))?;
                }
            }
            let likely = match self.overlay.likely().count() {
                0 => String::new(),
                count => format!(", and {count} that are only likely"),
            };
            let facts = counted(report.facts, "fact") + &likely;
            let file = &report.file;
            let end = match args.dry_run {
                true => format!("{file} would hold {facts}; nothing was written"),
                false => {
                    format!("{file} holds {facts}. `ffx learn --show` says what is left to guess")
                }
            };
            Ok(writeln!(out, "\n{end}")?)
        })
    }
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
