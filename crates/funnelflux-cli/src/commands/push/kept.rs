//! What the journal knows of the rows of an upload, and the run that is written into it.

mod queue;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::{Duration, SystemTime};

use funnelflux::Error;
use funnelflux::imports::{Place, Problems, UploadKind, named_lines};
use funnelflux::transport::{Timer as _, TokioTimer};
use rust_decimal::Decimal;

use super::entry::{Entry, SUM};
use super::reading::Reading;
use crate::failure::Failure;
use crate::journal::{self, Book, RunId, State, Step, StepId, Writer};
use crate::output::counted;
use crate::settings::Settings;

/// What the last upload of a row's key did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// There was none, it did not arrive, or the account has something else.
    New,
    /// It wrote another value.
    Changed,
    /// It wrote the same value, and a read has confirmed it.
    Same,
    /// It wrote the same value, and no read has confirmed it.
    Accepted,
    /// It did, and there was nothing that it could change: no visits to spread the cost over, or no such hit.
    Idle,
    /// Only a read can say.
    Ambiguous,
}

/// Makes the entry of a row again: 100,000 of them would take more memory than their file ten times over.
type Entries = Box<dyn Fn(usize) -> Option<Entry>>;

/// How many keys are looked up at once.
const AT_ONCE: usize = 500;

/// The book of an upload; of nothing where no journal is kept.
#[derive(Default)]
pub(super) struct Kept {
    kind: Option<UploadKind>,
    book: Option<Book>,
    writer: Option<Writer>,
    fates: Vec<Fate>,
    entries: Option<Entries>,
    /// What an earlier upload had in other money.
    other_money: Problems,
    /// The sources of which rows were uploaded with the same value: the file goes on with them.
    same_sources: BTreeSet<String>,
    /// The rows that change money of an upload, which had it from this source.
    replaced: Vec<(usize, RunId, Decimal, String)>,
    /// The last steps of the rows, in order.
    known: Vec<StepId>,
    /// The rows that were sent with the same value, and confirmed.
    confirmed: Vec<(usize, RunId, SystemTime)>,
    /// The latest upload that wrote the same value.
    same_in: Option<RunId>,
    resend: bool,
    run: Option<(RunId, HashMap<usize, StepId>)>,
}

impl Kept {
    /// Opens the book of a kind, and locks it if something is to be sent.
    pub(super) fn open(
        kind: UploadKind,
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
        let count = entries.len();
        self.judge_each(count, Box::new(move |at| entries.get(at).cloned()), resend)
    }

    /// The same of so many rows, whose entries are made when they are needed.
    pub(super) fn judge_each(
        &mut self,
        count: usize,
        entries: Entries,
        resend: bool,
    ) -> Result<(), Failure> {
        (self.known, self.same_in, self.resend) = (Vec::new(), None, resend);
        self.other_money = Problems::default();
        self.confirmed.clear();
        self.same_sources.clear();
        self.replaced.clear();
        self.fates = vec![Fate::New; count];
        let book = self.book.as_ref();
        let has_steps = match book {
            Some(book) => !book.is_empty().map_err(journal::unusable)?,
            None => false,
        };
        if let Some(book) = book.filter(|_| has_steps) {
            let mut at = 0;
            for fates in self.fates.chunks_mut(AT_ONCE) {
                let rows: Vec<Entry> = (at..at + fates.len()).filter_map(&entries).collect();
                at += fates.len();
                let keys: Vec<&str> = rows.iter().map(|entry| &*entry.key).collect();
                let last = book.last_sent(&keys).map_err(journal::unusable)?;
                let places = at - rows.len()..;
                for (((place, fate), row), step) in places.zip(fates).zip(&rows).zip(last) {
                    let Some(step) = step else { continue };
                    self.known.push(step.id);
                    let before = Entry::of(&step).map(|entry| entry.value).unwrap_or_default();
                    let other_money = before.other_money(&row.value);
                    let other_money = other_money.filter(|_| step.state != State::Different);
                    if let Some((was, now)) = other_money {
                        let why = format!("now in {now}; upload {} sent it in {was}", step.run);
                        self.other_money.add(row.value.place().unwrap_or_default(), why);
                    }
                    *fate = match step.state {
                        state if state.is_unsettled() => Fate::Ambiguous,
                        State::Different => Fate::New,
                        _ if other_money.is_some() || step.digest != row.digest() => Fate::Changed,
                        State::Unmatched => Fate::Idle,
                        _ => {
                            self.same_in = self.same_in.max(Some(step.run));
                            match step.state {
                                State::Confirmed => {
                                    self.confirmed.push((place, step.run, step.changed));
                                    Fate::Same
                                }
                                _ => Fate::Accepted,
                            }
                        }
                    };
                    let is_sum = row.value.source.as_ref().is_some_and(|it| it.starts_with(SUM));
                    let had = before.amount.parse().ok().filter(|_| before.is_money());
                    match (*fate, before.source, had) {
                        (Fate::Changed, Some(source), Some(had))
                            if step.state != State::Unmatched =>
                        {
                            self.replaced.push((place, step.run, had, source));
                        }
                        (Fate::Same | Fate::Accepted, Some(source), Some(_))
                            if source.starts_with(SUM) == is_sum =>
                        {
                            self.same_sources.insert(source);
                        }
                        _ => {}
                    }
                }
            }
        }
        self.known.sort_unstable();
        self.entries = Some(entries);
        Ok(())
    }

    /// The lines whose earlier upload was in another currency, or had another rate.
    pub(super) fn other_money(&mut self) -> Result<(), Problems> {
        std::mem::take(&mut self.other_money).result(())
    }

    /// What rows replace of uploads from other sources than these, in words.
    pub(super) fn replaced(&self, sources: &[String]) -> Option<String> {
        let mut all: BTreeMap<RunId, (Decimal, Vec<Place>)> = BTreeMap::new();
        for (at, run, had, source) in &self.replaced {
            if !(sources.contains(source) || self.same_sources.contains(source)) {
                let (sum, lines) = all.entry(*run).or_default();
                *sum = sum.saturating_add(*had);
                lines.extend(self.entry(*at).and_then(|entry| entry.value.place()));
            }
        }
        let told = all.into_iter().map(|(run, (sum, lines))| {
            let by =
                if lines.is_empty() { "--zero-missing".to_owned() } else { named_lines(&lines) };
            let about = self.book.as_ref().and_then(|book| book.run(run).ok()?);
            let about = about.map(|run| run.about).unwrap_or_default();
            let file = about.lines().next().unwrap_or_default();
            format!("{by}: replaces {sum} of upload {run} ({file})")
        });
        let told = told.collect::<Vec<_>>().join("; ");
        (!told.is_empty()).then_some(told)
    }

    /// Visits the last step of every key that no row has.
    pub(super) fn others(&self, mut visit: impl FnMut(Step)) -> Result<(), Failure> {
        let Some(book) = &self.book else { return Ok(()) };
        book.each_sent(|step| {
            if self.known.binary_search(&step.id).is_err() {
                visit(step);
            }
        })
        .map_err(journal::unusable)
    }

    /// The last step of a row's key that may have had an effect.
    pub(super) fn step(&self, at: usize) -> Option<Step> {
        self.book.as_ref()?.last_sent(&[&*self.entry(at)?.key]).ok()?.pop()?
    }

    fn places(&self, is_wanted: impl Fn(Fate) -> bool) -> Vec<usize> {
        let fates = self.fates.iter().enumerate();
        fates.filter(|(_, fate)| is_wanted(**fate)).map(|(at, _)| at).collect()
    }

    /// The positions of the rows to send.
    pub(super) fn to_send(&self) -> Vec<usize> {
        self.places(|fate| match fate {
            Fate::New | Fate::Changed => true,
            Fate::Same | Fate::Accepted | Fate::Idle => self.resend,
            Fate::Ambiguous => false,
        })
    }

    pub(super) fn same(&self) -> Vec<usize> {
        self.places(|fate| matches!(fate, Fate::Same | Fate::Accepted | Fate::Idle) && !self.resend)
    }

    pub(super) fn ambiguous(&self) -> Vec<usize> {
        self.places(|fate| fate == Fate::Ambiguous)
    }

    /// What an earlier upload makes of this one, in sentences; nothing if there was none.
    pub(super) fn told(&self, noun: &str) -> Vec<String> {
        const SHOWN: usize = 5;
        let mut told = Vec::new();
        let changed = self.places(|fate| fate == Fate::Changed);
        if !changed.is_empty() {
            let first = changed.iter().take(SHOWN).filter_map(|at| {
                let (now, step) = (self.entry(*at)?.value, self.step(*at)?);
                let before = Entry::of(&step).map_or_else(|| "?".to_owned(), |it| it.value.amount);
                let line = now.place().map(|line| format!("{line}: ")).unwrap_or_default();
                Some(format!("{line}{before} → {}", now.amount))
            });
            let first = first.collect::<Vec<_>>().join(", ");
            let more = if changed.len() > SHOWN { ", …" } else { "" };
            let count = counted(changed.len(), noun);
            told.push(format!("changed since the last upload: {count} ({first}{more})"));
        }
        let is = |wanted: &[Fate]| self.places(|fate| wanted.contains(&fate) && !self.resend);
        let (idle, same) = (is(&[Fate::Idle]), is(&[Fate::Same, Fate::Accepted]));
        let lines: Vec<_> = idle.iter().filter_map(|at| self.entry(*at)?.value.place()).collect();
        if !lines.is_empty() {
            let why = match self.kind {
                Some(UploadKind::Conversions) => "the account has no such hit, or did not book it",
                _ => "there were no visits to spread the cost over",
            };
            let lines = named_lines(&lines);
            told.push(format!(
                "accepted before, but {why}, and left out: {lines}; --resend sends them again"
            ));
        }
        if !same.is_empty() {
            let count = counted(same.len(), noun);
            let last =
                self.same_in.map(|run| format!(" (last in upload {run})")).unwrap_or_default();
            told.push(format!(
                "uploaded with the same value before{last}, and left out: {count}; --resend sends them, too"
            ));
        }
        told
    }

    /// The failure of a command that leaves ambiguous rows as they are.
    pub(super) fn doubt(&self, noun: &str) -> Option<Failure> {
        let places = self.ambiguous();
        let step = self.step(*places.first()?);
        let lines: Vec<_> = places.iter().filter_map(|at| self.entry(*at)?.value.place()).collect();
        let named =
            if lines.is_empty() { String::new() } else { format!(": {}", named_lines(&lines)) };
        let count = counted(places.len(), noun);
        let upload =
            step.as_ref().map_or_else(|| "an upload".into(), |step| format!("upload {}", step.run));
        let why = format!("{upload} was cut off, or its answer was lost");
        Some(
            Failure::ambiguous(format!(
                "{count} not sent again{named}; {why}, so the outcome is unknown"
            ))
            .hint(format!(
                "`{}` reads what became of them; after that, the same command sends what is missing",
                self.verify_command(step.map(|step| step.run))
            )),
        )
    }

    /// The command that reads back an upload, as far as the journal knows it.
    pub(super) fn verify_command(&self, upload: Option<RunId>) -> String {
        let run = self.book.as_ref().zip(upload).and_then(|(book, run)| book.run(run).ok()?);
        let known = run.and_then(|run| Some(run.about.lines().nth(1)?.to_owned()));
        let kind = self.kind.map_or("", UploadKind::name);
        known.unwrap_or_else(|| format!("ffx {kind} verify FILE"))
    }

    /// Writes down the rows that are to be sent, with what was read of them before.
    pub(super) fn begin(
        &mut self,
        about: &str,
        positions: &[usize],
        before: &[Reading],
    ) -> Result<(), Failure> {
        let Some(writer) = &self.writer else { return Ok(()) };
        let before = before.iter().copied().chain(std::iter::repeat(Reading::Unclear));
        let drafts = positions.iter().zip(before).filter_map(|(at, before)| {
            let mut entry = self.entry(*at)?;
            entry.value.before = entry.value.before.or(before.before());
            let source = entry.value.source.as_mut();
            let source = source.filter(|source| !self.same_sources.contains(*source));
            if let Some((source, first)) = source.zip(self.same_sources.first()) {
                source.clone_from(first);
            }
            Some(entry.draft())
        });
        let (run, steps) = writer.begin(about, drafts).map_err(journal::unusable)?;
        self.run = Some((run, positions.iter().copied().zip(steps).collect()));
        Ok(())
    }

    pub(super) fn run(&self) -> Option<RunId> {
        Some(self.run.as_ref()?.0)
    }

    pub(super) fn entry(&self, position: usize) -> Option<Entry> {
        self.entries.as_ref()?(position)
    }

    /// What a row's key had before its last upload: as it was read, else by an earlier upload.
    pub(super) fn before(&self, position: usize) -> Option<Decimal> {
        let step = self.step(position)?;
        let earlier =
            || self.book.as_ref()?.last_sent_before(&[&step.key], step.run).ok()?.pop()?;
        let read = Entry::of(&step)?.value.before;
        read.or_else(|| Some(Entry::of(&earlier()?)?.value.amount))?.parse().ok()
    }

    /// Unlocks the book, so that others can upload while this command waits.
    pub(super) fn unlock(&mut self) {
        self.writer = None;
    }

    /// Locks the book for a moment, to note what was read; `None` if another command is uploading.
    pub(super) fn lock(&self) -> Option<Writer> {
        self.book.as_ref()?.write().ok()?
    }

    /// Notes what a read says of the last step of a row's key, and gives the state that it is in then.
    /// A difference is final only some time after the step, since the server queues updates. Whether there are visits to
    /// spread a cost over, or the hit of a sale, does not depend on the queue. A sale that was accepted and is never there
    /// would not be booked the next time either.
    pub(super) fn read_back(
        &self,
        position: usize,
        settled_after: Duration,
        reading: Reading,
        writer: Option<&Writer>,
    ) -> Option<State> {
        let step = self.step(position)?;
        let since = TokioTimer.wall().duration_since(step.changed).unwrap_or_default();
        let is_final =
            matches!(step.state, State::Different | State::Unmatched) || since >= settled_after;
        let is_settled = is_final || !step.state.is_unsettled();
        let is_unbooked = reading == Reading::Conversion(None)
            && matches!(step.state, State::Accepted | State::Unmatched);
        let state = match reading.is(&Entry::of(&step)?.value) {
            Some(true) => State::Confirmed,
            Some(false) if reading.is_nowhere() && is_settled => State::Unmatched,
            Some(false) if is_unbooked && is_final => State::Unmatched,
            Some(false) if is_final => State::Different,
            _ => return Some(step.state),
        };
        // What cannot be written is read again the next time.
        let noted = writer.map(|writer| writer.settle(&[step.id], state, None));
        Some(if noted.is_some_and(|noted| noted.is_ok()) { state } else { step.state })
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
