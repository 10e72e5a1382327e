//! `ffx costs undo` and `ffx conversions undo`: an upload that sets back what an earlier one changed.

use std::collections::{BTreeMap, HashMap};

use funnelflux::imports::{Place, UploadKind, named_lines};
use funnelflux::model::updates::{Conversion, CostSegment, CostSegmentType, PostbackCalls};
use funnelflux::reporting::operations;
use rust_decimal::Decimal;
use serde::Serialize;

use super::entry::{DELETE, Entry, Value, described};
use super::history::{Past, UNDO};
use super::kept::Kept;
use super::reading::Source;
use super::verify::Verify;
use super::{Requests, Rows, SHOWN, Upload, conversions, costs, history};
use crate::args::UndoArgs;
use crate::failure::Failure;
use crate::journal::{self, RunId, State};
use crate::output::{Column, Grid, counted};
use crate::settings::Settings;

const UNKNOWN: &str = "whose outcome is unknown";
const UNKNOWN_BEFORE: &str = "before which the outcome is unknown";
const UNREAD: &str = "of which it was not read what the account had before; --clear-unread sets costs to 0, and deletes \
                      conversions";

#[derive(Serialize)]
struct Row {
    what: String,
    uploaded: String,
    back_to: String,
}

/// What is set back, and why the rest is not.
#[derive(Default)]
struct Plan {
    rows: Vec<Row>,
    entries: Vec<Entry>,
    /// The lines of the file.
    left_out: BTreeMap<&'static str, Vec<Option<Place>>>,
}

pub(crate) async fn run(
    kind: UploadKind,
    args: &UndoArgs,
    settings: &Settings,
) -> Result<(), Failure> {
    let mut kept = Kept::open(kind, args.send.is_sending(), settings)?;
    let plan = Plan::of(kind, kept.book(), args)?;
    for (why, lines) in &plan.left_out {
        let named: Vec<Place> = lines.iter().flatten().cloned().collect();
        let named =
            if named.is_empty() { String::new() } else { format!(" ({})", named_lines(&named)) };
        let count = counted(lines.len(), "line");
        settings.terminal.note(&format!("left as it is: {count}{named}, {why}"));
    }
    let command = kept.verify_command(Some(RunId(args.upload.into())));
    let doubt = plan.doubt(&command).filter(|_| args.send.is_sending());
    if plan.entries.is_empty() {
        settings.terminal.note(&format!("upload {} has nothing to set back", args.upload));
        return doubt.map_or(Ok(()), Err);
    }
    kept.judge(plan.entries.clone(), false)?;
    let segments: Vec<CostSegment>;
    let updates: Vec<Conversion>;
    let again = || {
        let why = "the journal was written by another version of ffx; nothing was sent";
        Failure::failed(why)
    };
    let (requests, operation, source): (Requests<'_>, _, _) = match kind {
        UploadKind::Costs => {
            let made: Option<_> = plan.entries.iter().map(Entry::segment).collect();
            segments = made.ok_or_else(again)?;
            let source = Source::Costs(Box::new(|at| segments.get(at).cloned()));
            let requests = |positions: &[usize]| costs::requests(&segments, positions);
            (Box::new(requests), &operations::COST_UPDATE, source)
        }
        _ => {
            let made: Option<_> = plan.entries.iter().map(Entry::as_conversion).collect();
            updates = made.ok_or_else(again)?;

            let requests = |positions: &[usize]| {
                conversions::requests(PostbackCalls::None, &updates, positions)
            };
            (Box::new(requests), &operations::CONVERSIONS_UPDATE, Source::Conversions(&updates))
        }
    };
    let preview = plan.preview(kind, args.upload);
    let notice = match kind {
        UploadKind::Costs => "",
        _ => "postbacks are not called, and those that were cannot be taken back",
    };
    let upload = Upload {
        noun: "line",
        operation,
        rows: Rows::Each(plan.rows.len(), Box::new(|at| Some((None, plan.rows.get(at)?)))),
        about: format!("{UNDO}{}\n{command}", args.upload),
        kept,
        requests,
        preview: Box::new(|_| Ok(preview)),
        notice,
        verify: Some(Verify { kind, source, positions: Vec::new() }),
    };
    let sent = Box::pin(super::run(upload, args.send, Some(args.wait), settings)).await;
    sent.and(doubt.map_or(Ok(()), Err))
}

impl Plan {
    fn of(
        kind: UploadKind,
        book: Option<&journal::Book>,
        args: &UndoArgs,
    ) -> Result<Self, Failure> {
        let (book, run) = history::find(kind, book, args.upload)?;
        let steps = book.steps(run.id)?;
        let (mut plan, mut undos) = (Self::default(), HashMap::new());
        for step in &steps {
            let mut past = Past::of(book, &step.key, &mut undos).with_undo(step.id);
            let (last, before) = (past.next()?, past.next()?);
            let before_entry = before.as_ref().and_then(Entry::of);
            let back_to = match (&before, before_entry) {
                _ if matches!(step.state, State::Ready | State::Refused | State::Unmatched) => {
                    Err("which changed nothing")
                }
                _ if step.state.is_unsettled() => Err(UNKNOWN),
                _ if last.as_ref().is_none_or(|last| last.run < step.run) => Err("undone before"),
                _ if last.is_some_and(|last| last.id != step.id) => Err("uploaded again since"),
                (Some(before), _) if before.state.is_unsettled() => Err(UNKNOWN_BEFORE),
                (_, Some(entry)) => Ok(entry.value.amount),
                (_, None) => Self::without_upload(kind, step, args.clear_unread),
            };
            match back_to.map(|amount| (Entry::of(step), amount)) {
                Ok((Some(uploaded), amount)) => {
                    let row = Row {
                        what: described(kind, &step.key),
                        uploaded: uploaded.value.amount.clone(),
                        back_to: amount.clone(),
                    };
                    plan.rows.push(row);
                    let mut entry = uploaded;
                    let value = &mut entry.value;
                    // What the earlier upload had written goes back with its amount; what was read is a sum.
                    let earlier = before.as_ref().and_then(Entry::of).map(|entry| entry.value);
                    let whole = CostSegmentType::WholeSegment;
                    let cost_type = value.cost_type.as_ref().map(|_| whole.as_str().to_owned());
                    *value = earlier.unwrap_or(Value { cost_type, ..Value::default() });
                    (value.amount, value.line) = (amount, None);
                    plan.entries.push(entry);
                }
                Ok((None, _)) => plan.leave("written by another version of ffx", step),
                Err(why) => plan.leave(why, step),
            }
        }
        Ok(plan)
    }

    /// What a key had before the first upload, if it was read.
    fn without_upload(
        kind: UploadKind,
        step: &journal::Step,
        clears: bool,
    ) -> Result<String, &'static str> {
        let value = Entry::of(step).map(|entry| entry.value).unwrap_or_default();
        match value.before {
            Some(before) => Ok(before),
            None if value.amount == DELETE => {
                Err("which deleted a conversion whose payout is not known here")
            }
            None if !clears => Err(UNREAD),
            None if kind == UploadKind::Costs => Ok(Decimal::ZERO.to_string()),
            None => Ok(DELETE.to_owned()),
        }
    }

    /// The lines that stay because of something unknown: the undo is not whole.
    fn doubt(&self, command: &str) -> Option<Failure> {
        let left = |why| self.left_out.get(why).map_or(0, Vec::len);
        let (unknown, unread) = (left(UNKNOWN) + left(UNKNOWN_BEFORE), left(UNREAD));
        let count = |lines| format!("{} not set back", counted(lines, "line"));
        if unknown > 0 {
            let why = format!("{}: an outcome is unknown", count(unknown));
            let hint = format!("`{command}` reads what became of them; after that, undo again");
            return Some(Failure::ambiguous(why).hint(hint));
        }
        (unread > 0).then(|| Failure::failed(format!("{}, {UNREAD}", count(unread))))
    }

    fn leave(&mut self, why: &'static str, step: &journal::Step) {
        let line = Entry::of(step).and_then(|entry| entry.value.place());
        self.left_out.entry(why).or_default().push(line);
    }

    fn preview(&self, kind: UploadKind, upload: u32) -> String {
        let mut grid = Grid::new(vec![
            Column::text("What"),
            Column::figure("Uploaded"),
            Column::figure("Back to"),
        ]);
        let row = |row: &Row| vec![row.what.clone(), row.uploaded.clone(), row.back_to.clone()];
        grid.rows = self.rows.iter().take(SHOWN).map(row).collect();
        let mut text = grid.draw().text;
        if let Some(more) = self.rows.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            text += &format!("… and {more} more\n");
        }
        let lines = counted(self.rows.len(), "line");
        text + &format!("\n{lines} of upload {upload} of {} set back\n", kind.name())
    }
}
