//! `ffx costs history` and `ffx conversions history`: what was uploaded from here, and what became of it.

use funnelflux::imports::UploadKind;
use serde::Serialize;

use super::entry::{Entry, described};
use crate::args::HistoryArgs;
use crate::failure::Failure;
use crate::journal::{self, Book, Run, RunId, State, Step};
use crate::output::{Column, print, rfc3339, write_listing};
use crate::settings::Settings;

#[derive(Serialize)]
struct Upload {
    upload: i64,
    begun: String,
    ended: Option<String>,
    file: String,
    lines: u64,
    accepted: u64,
    confirmed: u64,
    different: u64,
    unmatched: u64,
    ambiguous: u64,
    refused: u64,
    not_sent: u64,
}

#[derive(Serialize)]
struct Line {
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    what: String,
    amount: Option<String>,
    cost_type: Option<String>,
    state: &'static str,
    changed: String,
    note: Option<String>,
}

pub(crate) fn run(
    kind: UploadKind,
    args: &HistoryArgs,
    settings: &Settings,
) -> Result<(), Failure> {
    if journal::path(settings).is_none() && !settings.emulator {
        return Err(Failure::failed(format!("nothing is kept: {}", journal::why_none(settings))));
    }
    let journal = journal::open(settings, true)?;
    let find = |journal: &journal::Journal| journal.find(kind.name(), &journal::account(settings));
    let book = journal.as_ref().map(find).transpose()?.flatten();
    match args.upload {
        Some(upload) => lines(kind, book.as_ref(), upload, settings),
        None => uploads(kind, book.as_ref(), settings),
    }
}

/// The upload of this number, and its book.
pub(super) fn find(
    kind: UploadKind,
    book: Option<&Book>,
    upload: u32,
) -> Result<(&Book, Run), Failure> {
    let run = book.map(|book| book.run(RunId(upload.into()))).transpose()?.flatten();
    book.zip(run).ok_or_else(|| {
        let kind = kind.name();
        Failure::usage(format!("the journal has no upload {upload} of {kind} to this account"))
            .hint(format!("`ffx {kind} history` lists them"))
    })
}

fn uploads(kind: UploadKind, book: Option<&Book>, settings: &Settings) -> Result<(), Failure> {
    let runs = book.map(Book::runs).transpose()?.unwrap_or_default();
    let uploads = runs.into_iter().map(|run| Upload {
        upload: run.id.0,
        begun: rfc3339(run.begun),
        ended: run.ended.map(rfc3339),
        lines: State::ALL.iter().map(|state| run.count(*state)).sum(),
        accepted: run.count(State::Accepted),
        confirmed: run.count(State::Confirmed),
        different: run.count(State::Different),
        unmatched: run.count(State::Unmatched),
        // One that runs now is counted, too, until it is answered.
        ambiguous: run.count(State::Ambiguous) + run.count(State::Sending),
        refused: run.count(State::Refused),
        not_sent: run.count(State::Ready),
        file: run.about.lines().next().unwrap_or_default().to_owned(),
    });
    let nowhere = if kind == UploadKind::Costs { "No visits" } else { "Not booked" };
    let columns = vec![
        Column::figure("Upload").of(&["upload"]),
        Column::word("Begun").of(&["begun"]),
        Column::text("File").of(&["file"]),
        Column::figure("Lines").of(&["lines"]),
        Column::figure("Accepted").of(&["accepted"]),
        Column::figure("Confirmed").of(&["confirmed"]).or_none(),
        Column::figure("Different").of(&["different"]).or_none(),
        Column::figure(nowhere).of(&["unmatched"]).or_none(),
        Column::figure("Ambiguous").of(&["ambiguous"]),
        Column::figure("Refused").of(&["refused"]).or_none(),
        Column::figure("Not sent").of(&["not_sent"]).or_none(),
    ];
    print(|out| write_listing(out, uploads, columns, settings.format()))
}

fn lines(
    kind: UploadKind,
    book: Option<&Book>,
    upload: u32,
    settings: &Settings,
) -> Result<(), Failure> {
    let (book, run) = find(kind, book, upload)?;
    let line = |step: Step| {
        let value = Entry::of(&step).map(|entry| entry.value);
        let amount = value.as_ref().map(|value| value.amount.clone());
        let value = value.unwrap_or_default();
        Line {
            line: value.line,
            file: value.file,
            what: described(kind, &step.key),
            amount,
            cost_type: value.cost_type,
            state: step.state.as_str(),
            changed: rfc3339(step.changed),
            note: step.note,
        }
    };
    let lines = book.steps(run.id)?.into_iter().map(line);
    let columns = vec![
        Column::text("File").of(&["file"]).unless_empty().or_none(),
        Column::figure("Line").of(&["line"]),
        Column::text("What").of(&["what"]),
        Column::figure("Amount").of(&["amount"]),
        Column::word("State").of(&["state"]),
        Column::word("Since").of(&["changed"]).or_none(),
        Column::text("Note").of(&["note"]).unless_empty(),
    ];
    print(|out| write_listing(out, lines, columns, settings.format()))
}
