//! What the journal knows of the rows of an upload, and the run that is written into it.

use std::collections::HashMap;
use std::time::Duration;

use funnelflux::Error;
use funnelflux::transport::{Timer as _, TokioTimer};
use rust_decimal::Decimal;

use super::entry::{Entry, Uploads, Value};
use super::table::named_lines;
use crate::failure::Failure;
use crate::journal::{self, Book, RunId, State, Step, StepId, Writer};
use crate::output::counted;
use crate::settings::Settings;

/// What the last upload of a row's key did.
#[derive(Debug)]
pub(super) enum Fate {
    /// There was none, or it did not arrive.
    New(Option<Step>),
    /// It wrote another value.
    Changed(Step),
    /// It wrote the same value.
    Same(Step),
    /// Only a read can say.
    Ambiguous(Step),
}

/// The book of an upload; of nothing where no journal is kept.
#[derive(Debug, Default)]
pub(super) struct Kept {
    kind: Option<Uploads>,
    book: Option<Book>,
    writer: Option<Writer>,
    fates: Vec<Fate>,
    entries: Vec<Entry>,
    resend: bool,
    run: Option<(RunId, HashMap<usize, StepId>)>,
}

impl Kept {
    /// Opens the book of a kind, and locks it if something is to be sent.
    pub(super) fn open(
        kind: Uploads,
        is_sending: bool,
        settings: &Settings,
    ) -> Result<Self, Failure> {
        let Some(journal) = journal::open(settings, !is_sending)? else {
            if is_sending && !settings.emulator {
                let what =
                    "nothing is written down, so the same command again sends all lines again";
                settings.terminal.warn(&format!("{}; {what}", journal::why_none(settings)));
            }
            return Ok(Self::default());
        };
        let account = journal::account(settings);
        if !is_sending {
            let book = journal.find(kind.name(), &account).map_err(journal::unusable)?;
            return Ok(Self { kind: Some(kind), book, ..Self::default() });
        }
        let book = journal.book(kind.name(), &account).map_err(journal::unusable)?;
        let writer = book.write().map_err(journal::unusable)?.ok_or_else(|| {
            Failure::failed(format!("another ffx is uploading {} to this account", kind.name()))
                .hint("nothing was sent; run the command again when the other one has ended")
        })?;
        Ok(Self { kind: Some(kind), book: Some(book), writer: Some(writer), ..Self::default() })
    }

    pub(super) fn is_kept(&self) -> bool {
        self.writer.is_some()
    }

    pub(super) fn book(&self) -> Option<&Book> {
        self.book.as_ref()
    }

    /// Looks up what the journal knows of these rows. `resend` sends those, too, that were sent before.
    pub(super) fn judge(&mut self, entries: Vec<Entry>, resend: bool) -> Result<(), Failure> {
        let keys: Vec<&str> = entries.iter().map(|entry| &*entry.key).collect();
        let last = match &self.book {
            Some(book) => book.last_sent(&keys).map_err(journal::unusable)?,
            None => Vec::new(),
        };
        let mut last = last.into_iter();
        let fates = entries.iter().map(|entry| match last.next().flatten() {
            None => Fate::New(None),
            Some(step) if step.state.is_unsettled() => Fate::Ambiguous(step),
            // The account has something else than what was sent.
            Some(step) if step.state == State::Different => Fate::New(Some(step)),
            Some(step) if step.digest == entry.draft().digest() => Fate::Same(step),
            Some(step) => Fate::Changed(step),
        });
        self.fates = fates.collect();
        self.entries = entries;
        self.resend = resend;
        Ok(())
    }

    /// What an earlier upload set for the row at a position, if it did and the account is not known to have
    /// something else.
    pub(super) fn earlier(&self, at: usize) -> Option<Value> {
        match self.fates.get(at)? {
            Fate::Changed(step) | Fate::Same(step) => Some(Entry::of(step)?.value),
            Fate::New(_) | Fate::Ambiguous(_) => None,
        }
    }

    fn places(&self, is_wanted: impl Fn(&Fate) -> bool) -> Vec<usize> {
        let fates = self.fates.iter().enumerate();
        fates.filter(|(_, fate)| is_wanted(fate)).map(|(at, _)| at).collect()
    }

    /// The positions of the rows to send.
    pub(super) fn to_send(&self) -> Vec<usize> {
        self.places(|fate| match fate {
            Fate::New(_) | Fate::Changed(_) => true,
            Fate::Same(_) => self.resend,
            Fate::Ambiguous(_) => false,
        })
    }

    pub(super) fn same(&self) -> Vec<usize> {
        self.places(|fate| matches!(fate, Fate::Same(_)) && !self.resend)
    }

    pub(super) fn ambiguous(&self) -> Vec<usize> {
        self.places(|fate| matches!(fate, Fate::Ambiguous(_)))
    }

    /// What an earlier upload makes of this one, in sentences; nothing if there was none.
    pub(super) fn told(&self, noun: &str) -> Vec<String> {
        const SHOWN: usize = 5;
        let mut told = Vec::new();
        let changed: Vec<_> = self
            .entries
            .iter()
            .zip(&self.fates)
            .filter_map(|(entry, fate)| {
                let Fate::Changed(step) = fate else { return None };
                let before = Entry::of(step).map_or_else(|| "?".to_owned(), |it| it.value.amount);
                let line =
                    entry.value.line.map(|line| format!("line {line}: ")).unwrap_or_default();
                Some(format!("{line}{before} → {}", entry.value.amount))
            })
            .collect();
        if !changed.is_empty() {
            let first = changed.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
            let more = if changed.len() > SHOWN { ", …" } else { "" };
            let count = counted(changed.len(), noun);
            told.push(format!("changed since the last upload: {count} ({first}{more})"));
        }
        let same = self.same();
        if !same.is_empty() {
            let runs = same.iter().filter_map(|at| match self.fates.get(*at) {
                Some(Fate::Same(step)) => Some(step.run),
                _ => None,
            });
            let count = counted(same.len(), noun);
            let last = runs.max().map(|run| format!(" (last in upload {run})")).unwrap_or_default();
            told.push(format!(
                "uploaded with the same value before{last}, and left out: {count}; --resend sends them, too"
            ));
        }
        told
    }

    /// The failure of a command that leaves ambiguous rows as they are.
    pub(super) fn doubt(&self, noun: &str) -> Option<Failure> {
        let places = self.ambiguous();
        let first = places.first().and_then(|at| self.fates.get(*at));
        let Some(Fate::Ambiguous(step)) = first else { return None };
        let lines: Vec<u64> =
            places.iter().filter_map(|at| self.entries.get(*at)?.value.line).collect();
        let named =
            if lines.is_empty() { String::new() } else { format!(": {}", named_lines(&lines)) };
        let count = counted(places.len(), noun);
        let why = format!("upload {} was cut off, or its answer was lost", step.run);
        Some(
            Failure::ambiguous(format!(
                "{count} not sent again{named}; {why}, so the outcome is unknown"
            ))
            .hint(format!(
                "`ffx {} verify FILE` reads what became of them; after that, the same command sends \
                 what is missing",
                self.kind.map_or("", Uploads::name)
            )),
        )
    }

    /// Writes down the rows that are to be sent.
    pub(super) fn begin(&mut self, about: &str, positions: &[usize]) -> Result<(), Failure> {
        let Some(writer) = &self.writer else { return Ok(()) };
        let drafts = positions.iter().filter_map(|at| self.entries.get(*at)).map(Entry::draft);
        let (run, steps) = writer.begin(about, drafts).map_err(journal::unusable)?;
        self.run = Some((run, positions.iter().copied().zip(steps).collect()));
        Ok(())
    }

    pub(super) fn run(&self) -> Option<RunId> {
        Some(self.run.as_ref()?.0)
    }

    pub(super) fn entry(&self, position: usize) -> Option<&Entry> {
        self.entries.get(position)
    }

    /// What an earlier upload had written to a row's key, if it is known and an amount.
    pub(super) fn before(&self, position: usize) -> Option<Decimal> {
        let step = match self.fates.get(position)? {
            Fate::New(step) => step.as_ref()?,
            Fate::Changed(step) | Fate::Same(step) | Fate::Ambiguous(step) => step,
        };
        let last = self.book.as_ref()?.last_sent_before(&[&step.key], step.run).ok()?;
        Entry::of(last.first()?.as_ref()?)?.value.amount.parse().ok()
    }

    /// Notes what a read says of the last step of a row's key, and gives the state that it is in then.
    /// A difference is final only some time after the step, since the server queues updates.
    pub(super) fn read_back(
        &self,
        position: usize,
        settled_after: Duration,
        is_as_sent: impl Fn(&Value) -> Option<bool>,
    ) -> Option<State> {
        let (book, writer) = (self.book.as_ref()?, self.writer.as_ref()?);
        let key = &self.entries.get(position)?.key;
        let step = book.last_sent(&[key]).ok()?.pop()??;
        let since = TokioTimer.wall().duration_since(step.changed).unwrap_or_default();
        let is_final = step.state == State::Different || since >= settled_after;
        let state = match is_as_sent(&Entry::of(&step)?.value) {
            Some(true) => State::Confirmed,
            Some(false) if is_final => State::Different,
            _ => return Some(step.state),
        };
        // What cannot be written is read again the next time.
        let noted = writer.settle(&[step.id], state, None);
        Some(if noted.is_ok() { state } else { step.state })
    }

    fn steps(&self, positions: &[usize]) -> Option<(&Writer, Vec<StepId>)> {
        let (_, steps) = self.run.as_ref()?;
        let steps = positions.iter().filter_map(|at| steps.get(at).copied()).collect();
        Some((self.writer.as_ref()?, steps))
    }

    /// Notes that a request with these rows is about to be sent.
    pub(super) fn sending(&self, positions: &[usize]) -> Result<(), Error> {
        self.steps(positions).map_or(Ok(()), |(writer, steps)| writer.sending(&steps))
    }

    /// Notes what became of them. Where that cannot be written, they stay ambiguous.
    pub(super) fn settle<T>(&self, positions: &[usize], result: &Result<T, Error>) {
        const LONGEST: usize = 300;
        let note = result
            .as_ref()
            .err()
            .map(|error| error.to_string().chars().take(LONGEST).collect::<String>());
        if let Some((writer, steps)) = self.steps(positions) {
            let _ = writer.settle(&steps, State::after(result), note.as_deref());
        }
    }

    pub(super) fn end(&self) {
        if let (Some(writer), Some((run, _))) = (&self.writer, &self.run) {
            // Only the time of the end would be missing.
            let _ = writer.end(*run);
        }
    }
}
