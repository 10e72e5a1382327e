//! `ffx costs history` and `ffx conversions history`: what was uploaded from here, and what became of it.

use std::collections::{HashMap, HashSet};

use funnelflux::imports::UploadKind;
use serde::Serialize;

use super::entry::{Entry, described};
use crate::args::HistoryArgs;
use crate::failure::Failure;
use crate::journal::{self, Book, Run, RunId, State, Step, StepId};
use crate::output::{Column, print, rfc3339, write_listing};
use crate::settings::Settings;

/// What the run of an undo is called in the journal, before the number of the upload.
pub(super) const UNDO: &str = "undo of upload ";

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

/// The steps of a key that are in effect, the last first: without those that were undone, and without their undos.
pub(super) struct Past<'a> {
    book: &'a Book,
    key: &'a str,
    /// What is undone now, although it may be an undo.
    undo: Option<StepId>,
    before: RunId,
    undone: HashSet<RunId>,
    /// What each run is the undo of.
    undos: &'a mut HashMap<RunId, Option<RunId>>,
}

impl<'a> Past<'a> {
    pub(super) fn of(
        book: &'a Book,
        key: &'a str,
        undos: &'a mut HashMap<RunId, Option<RunId>>,
    ) -> Self {
        Self { book, key, undo: None, before: RunId(i64::MAX), undone: HashSet::new(), undos }
    }

    pub(super) fn with_undo(self, step: StepId) -> Self {
        Self { undo: Some(step), ..self }
    }

    pub(super) fn next(&mut self) -> Result<Option<Step>, Failure> {
        while let Some(step) = self.book.last_sent_before(&[self.key], self.before)?.pop().flatten()
        {
            self.before = step.run;
            if self.undone.remove(&step.run) {
                continue;
            }
            let undone = match self.undos.get(&step.run) {
                Some(known) => *known,
                None => {
                    let about = self.book.run(step.run)?.map(|run| run.about).unwrap_or_default();
                    let first = about.lines().next().and_then(|line| line.strip_prefix(UNDO));
                    let undone = first.and_then(|it| Some(RunId(it.parse().ok()?)));
                    *self.undos.entry(step.run).or_insert(undone)
                }
            };
            // Whether an undo without an answer had an effect is unknown.
            match undone.filter(|_| Some(step.id) != self.undo && !step.state.is_unsettled()) {
                Some(undone) => self.undone.insert(undone),
                None => return Ok(Some(step)),
            };
        }
        Ok(None)
    }
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
