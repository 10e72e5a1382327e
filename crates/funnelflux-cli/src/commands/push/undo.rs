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
use super::replay::{Layer, beside, complete};
use super::verify::Verify;
use super::{Requests, Rows, SHOWN, Upload, conversions, costs, history};
use crate::args::UndoArgs;
use crate::failure::Failure;
use crate::journal::{self, RunId, State};
use crate::output::{Column, Grid, counted};
use crate::settings::Settings;

const UNKNOWN: &str = "whose outcome is unknown";
const UNKNOWN_BEFORE: &str = "before which the outcome is unknown";
const UNREAD: &str = "of which it was not read what each visit had before; --clear-unread sets costs to 0 where no other \
                      upload has one, and deletes conversions";

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
    layers: Vec<Layer>,
    /// The rows of which later ones change a part.
    under: Vec<usize>,
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
    if plan.layers.is_empty() {
        settings.terminal.note(&format!("upload {} has nothing to set back", args.upload));
        return doubt.map_or(Ok(()), Err);
    }
    kept.judge(plan.layers.iter().map(|it| it.entry.clone()).collect(), kind == UploadKind::Costs)?;
    // The later cost of the same visits has to come later.
    let is_layered = !plan.under.is_empty();
    let stage = |at: &usize| plan.layers.get(*at).and_then(|it| it.upload).filter(|_| is_layered);
    let segments: Vec<CostSegment>;
    let updates: Vec<Conversion>;
    let again = || {
        let why = "the journal was written by another version of ffx; nothing was sent";
        Failure::failed(why)
    };
    let (requests, operation, source): (Requests<'_>, _, _) = match kind {
        UploadKind::Costs => {
            let made: Option<_> = plan.layers.iter().map(|it| it.entry.segment()).collect();
            segments = made.ok_or_else(again)?;
            let source = Source::Costs(Box::new(|at| segments.get(at).cloned()));
            let requests = |positions: &[usize]| {
                let stages = positions.chunk_by(|one, next| stage(one) == stage(next));
                let mut all = Vec::new();
                for positions in stages {
                    all.extend(costs::requests(&segments, positions)?);
                }
                Ok(all)
            };
            (Box::new(requests), &operations::COST_UPDATE, source)
        }
        _ => {
            let made: Option<_> = plan.layers.iter().map(|it| it.entry.as_conversion()).collect();
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
        verify: Some(Verify { kind, source, positions: Vec::new(), left_out: plan.under.clone() }),
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
        // An undo of it that did not come to its end is done anew, as the costs of other uploads that it was to send again.
        let name = format!("{UNDO}{}", args.upload);
        let undo = book.runs()?.into_iter().find(|it| it.about.lines().next() == Some(&*name));
        let is_cut_off =
            undo.is_some_and(|it| it.count(State::Ready) + it.count(State::Refused) > 0);
        let (mut plan, mut undos) = (Self::default(), HashMap::new());
        let mut back = Vec::new();
        for step in &steps {
            let mut past = Past::of(book, &step.key, &mut undos).with_undo(step.id);
            let (last, mut before) = (past.next()?, past.next()?);
            let is_undone = last.as_ref().is_none_or(|last| last.run < step.run);
            if is_undone {
                before.clone_from(&last);
            }
            let why = match &before {
                _ if matches!(step.state, State::Ready | State::Refused | State::Unmatched) => {
                    "which changed nothing"
                }
                _ if step.state.is_unsettled() => UNKNOWN,
                _ if is_undone && !is_cut_off => "undone before",
                _ if !is_undone && last.is_some_and(|last| last.id != step.id) => {
                    "uploaded again since"
                }
                Some(before) if before.state.is_unsettled() => UNKNOWN_BEFORE,
                _ => {
                    let before = before.and_then(|it| Some((it.run, Entry::of(&it)?)));
                    let Some(uploaded) = Entry::of(step) else {
                        plan.leave("written by another version of ffx", step);
                        continue;
                    };
                    let mut entry = Entry { key: uploaded.key.clone(), value: Value::default() };
                    // What was read is a sum.
                    let whole = CostSegmentType::WholeSegment;
                    let has_type = uploaded.value.cost_type.is_some();
                    entry.value.cost_type = has_type.then(|| whole.as_str().to_owned());
                    let upload = before.map(|(run, before)| {
                        // What the earlier upload had written goes back with its amount.
                        entry.value = Value { line: None, ..before.value };
                        run
                    });
                    back.push((step, uploaded, Layer::new(upload, entry, step.state)));
                    continue;
                }
            };
            plan.leave(why, step);
        }
        let layers = back.iter().map(|(_, _, layer)| layer);
        let others = beside(book, layers, &mut undos)?;
        let mut uploaded = HashMap::new();
        for (step, was, mut layer) in back {
            let near: Vec<&Layer> = others.iter().filter(|it| it.shares(&layer)).collect();
            let amount = if near.iter().any(|it| it.is_in_doubt()) {
                Err(UNKNOWN_BEFORE)
            } else if layer.upload.is_some() {
                Ok(std::mem::take(&mut layer.entry.value.amount))
            } else {
                Self::without_upload(kind, &was.value, (&layer, &near), args.clear_unread)
            };
            match amount {
                Ok(amount) => {
                    layer.entry.value.amount = amount;
                    uploaded.insert(was.key, was.value.amount);
                    plan.layers.push(layer);
                }
                Err(why) => plan.leave(why, step),
            }
        }
        complete(book, &mut plan.layers, &mut undos)?;
        let row = |Layer { entry: Entry { key, value }, .. }: &Layer| Row {
            what: described(kind, key),
            uploaded: uploaded.get(key).unwrap_or(&value.amount).clone(),
            back_to: value.amount.clone(),
        };
        // Lines of one upload share no visits.
        let is_of_one = plan.layers.is_sorted_by(|one, next| one.upload == next.upload);
        plan.under = if is_of_one { Vec::new() } else { plan.under() };
        plan.rows = plan.layers.iter().map(row).collect();
        Ok(plan)
    }

    fn under(&self) -> Vec<usize> {
        let is_under = |at: &usize| {
            let (mut rest, layer) = (self.layers.iter().skip(at + 1), self.layers.get(*at));
            layer.is_some_and(|layer| rest.any(|it| it.upload > layer.upload && it.shares(layer)))
        };
        (0..self.layers.len()).filter(is_under).collect()
    }

    /// What a key had before the first upload, by what was read, and by other uploads that share visits with it.
    fn without_upload(
        kind: UploadKind,
        uploaded: &Value,
        (layer, near): (&Layer, &[&Layer]),
        clears: bool,
    ) -> Result<String, &'static str> {
        let before = uploaded.before.as_ref();
        let nothing = Decimal::ZERO.to_string();
        match before {
            _ if layer.is_under(near, before.and_then(|it| it.parse().ok())) => Ok(nothing),
            Some(before) if near.is_empty() => Ok(before.clone()),
            None if uploaded.amount == DELETE => {
                Err("which deleted a conversion whose payout is not known here")
            }
            _ if !clears => Err(UNREAD),
            _ if kind == UploadKind::Costs => Ok(nothing),
            _ => Ok(DELETE.to_owned()),
        }
    }

    /// The lines that stay because of something unknown: the undo is not whole.
    fn doubt(&self, command: &str) -> Option<Failure> {
        let left = |why| self.left_out.get(why).map_or(0, Vec::len);
        let unknown = left(UNKNOWN) + left(UNKNOWN_BEFORE);
        let count = |lines| format!("{} not set back", counted(lines, "line"));
        if unknown > 0 {
            let why = format!("{}: an outcome is unknown", count(unknown));
            let hint = format!("`{command}` reads what became of them; after that, undo again");
            return Some(Failure::ambiguous(why).hint(hint));
        }
        let unread = left(UNREAD);
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
