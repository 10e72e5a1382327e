//! The read-back: what the account has is compared with what was sent, line by line.

use std::io::Write as _;
use std::time::Duration;

use funnelflux::imports::{Place, UploadKind, named_lines};
use funnelflux::transport::{Timer as _, TokioTimer};
use serde::Serialize;

use super::kept::Kept;
use super::reading::{Reading, Source};
use super::{SHOWN, entry};
use crate::args::WaitArgs;
use crate::commands::interrupt::Interrupt;
use crate::failure::Failure;
use crate::journal::State;
use crate::output::{Column, Format, counted, print, write_listing};
use crate::session::Session;
use crate::settings::Settings;

/// The first pause between two looks; each is twice the one before, up to the longest.
const FIRST: Duration = Duration::from_secs(10);
const LONGEST: Duration = Duration::from_secs(300);

const CONFIRMED: &str = "confirmed";
const DIFFERENT: &str = "different";
/// There is nothing that the cost could be spread over.
const NO_VISITS: &str = "no visits";
const NO_HIT: &str = "no such hit";
/// The server accepted the sale, and never had it.
const NOT_BOOKED: &str = "not booked";
/// As it was sent, and a later upload may change it.
const QUEUED: &str = "queued";
/// Something else, or not yet.
const PENDING: &str = "pending";
/// The answer does not say.
const UNCLEAR: &str = "unclear";

#[derive(Serialize)]
struct Row {
    line: Option<u64>,
    /// Where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<Option<String>>,
    what: String,
    before: Option<String>,
    expected: String,
    now: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    visits: Option<i64>,
    result: &'static str,
}

impl Row {
    fn place(&self) -> Option<Place> {
        Some(Place::new(self.file.as_ref().and_then(Option::as_deref), self.line?))
    }
}

/// One read-back of the rows at some positions.
pub(super) struct Verify<'a> {
    pub(super) kind: UploadKind,
    pub(super) source: Source<'a>,
    pub(super) positions: Vec<usize>,
    /// Those that a later row of the same upload changes in part.
    pub(super) left_out: Vec<usize>,
}

impl Verify<'_> {
    /// Reads what the account has before anything is sent.
    pub(super) async fn look(&self, session: &Session) -> Result<Vec<Reading>, Failure> {
        let total = self.positions.len();
        let tell = |done| session.progress.tell(format!("reading {done} of {total}"));
        Ok(self.source.read(&session.client, &self.positions, tell).await?)
    }

    /// Looks until all rows are confirmed or the time is over, writes into the journal what was found, and
    /// prints the rows.
    pub(super) async fn run(
        &self,
        kept: &Kept,
        wait: WaitArgs,
        session: &Session,
        settings: &Settings,
    ) -> Result<(), Failure> {
        let interrupt = Interrupt::listen(&session.progress);
        let (mut pause, mut waited) = (FIRST, Duration::ZERO);
        let mut readings = vec![Reading::Unclear; self.positions.len()];
        let mut open: Vec<usize> = (0..self.positions.len()).collect();
        loop {
            let places: Vec<usize> =
                open.iter().filter_map(|at| self.positions.get(*at).copied()).collect();
            let total = places.len();
            let tell = |done| session.progress.tell(format!("reading {done} of {total}"));
            let now = self.source.read(&session.client, &places, tell).await?;
            for (at, reading) in open.iter().zip(now) {
                readings.get_mut(*at).into_iter().for_each(|it| *it = reading);
            }
            let queue = kept.queue(wait.settled_after())?;
            let is_queued = |at| kept.is_queued(at, &queue, wait.settled_after());
            open.retain(|at| {
                self.is_as_sent(kept, *at, &readings) != Some(true)
                    || self.positions.get(*at).is_some_and(|at| is_queued(*at))
            });
            let is_nowhere = |at: &usize| readings.get(*at).is_some_and(|it| it.is_nowhere());
            let left = wait.patience().saturating_sub(waited);
            if open.iter().all(is_nowhere) || left.is_zero() || interrupt.came() {
                break;
            }
            let rest = counted(open.len(), "line");
            let seconds = pause.min(left).as_secs();
            let told = format!("{rest} not confirmed yet; next look in {seconds} s");
            match settings.terminal.shows_progress() {
                true => session.progress.tell(told),
                false => settings.terminal.note(&told),
            }
            let sleep = std::pin::pin!(TokioTimer.sleep(pause.min(left)));
            futures_util::future::select(sleep, std::pin::pin!(interrupt.pressed(1))).await;
            (waited, pause) = (waited + pause.min(left), (pause * 2).min(LONGEST));
        }
        session.progress.finish();
        self.end(kept, wait, &readings, settings)
    }

    fn is_as_sent(&self, kept: &Kept, at: usize, readings: &[Reading]) -> Option<bool> {
        readings.get(at)?.is(&kept.entry(*self.positions.get(at)?)?.value)
    }

    fn end(
        &self,
        kept: &Kept,
        wait: WaitArgs,
        readings: &[Reading],
        settings: &Settings,
    ) -> Result<(), Failure> {
        let mut rows = Vec::new();
        let mut unsettled = 0;
        let is_of_file = |at: &usize| kept.entry(*at).is_some_and(|it| it.value.file.is_some());
        let has_files = self.positions.iter().any(is_of_file);
        let queue = kept.queue(wait.settled_after())?;
        let writer = kept.lock();
        if kept.book().is_some() && writer.is_none() {
            let why = "another ffx is uploading to this account: what was read is not written down; verify again later";
            settings.terminal.note(why);
        }
        for (position, reading) in self.positions.iter().zip(readings) {
            let Some(entry) = kept.entry(*position) else { continue };
            // Of the journal it is the last step that counts, which may be of another file.
            let is_queued = reading.is(&entry.value) == Some(true)
                && kept.is_queued(*position, &queue, wait.settled_after());
            let state = match is_queued {
                true => kept.step(*position).map(|step| step.state),
                false => kept.read_back(*position, wait.settled_after(), *reading, writer.as_ref()),
            };
            unsettled += usize::from(state.is_some_and(State::is_unsettled));
            let result = match reading.is(&entry.value) {
                None => UNCLEAR,
                Some(true) if is_queued => QUEUED,
                Some(true) => CONFIRMED,
                Some(false) if *reading == Reading::NoHit => NO_HIT,
                Some(false)
                    if reading.is_nowhere() && state.is_none_or(|state| !state.is_unsettled()) =>
                {
                    NO_VISITS
                }
                Some(false) if state == Some(State::Unmatched) => NOT_BOOKED,
                Some(false) if state.is_none_or(|state| state == State::Different) => DIFFERENT,
                Some(false) => PENDING,
            };
            rows.push(Row {
                line: entry.value.line,
                file: has_files.then(|| entry.value.file.clone()),
                what: entry::described(self.kind, &entry.key),
                before: kept.before(*position).map(|amount| amount.to_string()),
                expected: entry.value.amount.clone(),
                now: reading.amount().map(|amount| amount.to_string()),
                visits: reading.visits(),
                result,
            });
        }
        let printed = print_rows(&rows, settings.format());
        let verdict = verdict(&rows, unsettled, wait);
        if verdict.is_ok() {
            settings.terminal.note(&format!("confirmed: {}", counted(rows.len(), "line")));
        }
        Failure::outcome(verdict, printed)
    }
}

fn print_rows(rows: &[Row], format: Format) -> Result<(), Failure> {
    let columns = vec![
        Column::text("File").of(&["file"]).unless_empty().or_none(),
        Column::figure("Line").of(&["line"]),
        Column::text("What").of(&["what"]),
        Column::figure("Before").of(&["before"]).or_none(),
        Column::figure("Expected").of(&["expected"]),
        Column::figure("Now").of(&["now"]),
        Column::figure("Visits").of(&["visits"]).unless_empty().or_none(),
        Column::word("Result").of(&["result"]),
    ];
    if format != Format::Table {
        return print(|out| write_listing(out, rows, columns, format));
    }
    // What is not confirmed comes first: a person looks for that.
    let (open, confirmed): (Vec<&Row>, Vec<&Row>) =
        rows.iter().partition(|row| row.result != CONFIRMED);
    let shown = open.iter().chain(&confirmed).take(open.len().max(SHOWN));
    let shown: Vec<&Row> = shown.copied().collect();
    let more = rows.len() - shown.len();
    print(|out| {
        write_listing(out, shown, columns, format)?;
        if more > 0 {
            writeln!(out, "… and {more} more, all confirmed")?;
        }
        Ok(())
    })
}

fn verdict(rows: &[Row], unsettled: usize, wait: WaitArgs) -> Result<(), Failure> {
    let lines = |is_wanted: &dyn Fn(&&Row) -> bool| {
        let lines: Vec<_> = rows.iter().filter(is_wanted).filter_map(Row::place).collect();
        if lines.is_empty() { "some lines".to_owned() } else { named_lines(&lines) }
    };
    let open = rows.iter().filter(|row| row.result != CONFIRMED).count();
    if open == 0 {
        return Ok(());
    }
    let mut why = Vec::new();
    for (result, words) in [
        (NO_VISITS, "no visits in the report"),
        (NO_HIT, "the account has no such hit"),
        (NOT_BOOKED, "accepted, and never booked"),
        (DIFFERENT, "the account has something else"),
        (PENDING, "not processed yet, or something else"),
        (QUEUED, "as sent, but a later upload to the same visits is queued or has no answer"),
        (UNCLEAR, "the answer does not say"),
    ] {
        let is = |row: &&Row| row.result == result;
        if rows.iter().any(|row| is(&row)) {
            why.push(format!("{words}: {}", lines(&is)));
        }
    }
    let all = counted(rows.len(), "line");
    let message = format!("{open} of {all} not confirmed; {}", why.join("; "));
    let failure =
        if unsettled > 0 { Failure::ambiguous(message) } else { Failure::failed(message) };
    let minutes = wait.settled_after().as_secs() / 60;
    let has = |result| rows.iter().any(|row| row.result == result);
    Err(failure.hint(match () {
        () if has(PENDING) || has(QUEUED) => format!(
            "an update is queued, for how long is unknown: before {minutes} minutes have passed since it \
             was sent (--settled-after), a difference settles nothing; verify again later"
        ),
        () if has(DIFFERENT) => "the same push again sends what is different".to_owned(),
        () if has(NO_VISITS) => "a cost is spread over visits: look at the ids of these lines, or verify again when \
             there are visits"
            .to_owned(),
        () => "look at the ids of these lines; they are not sent again until --resend".to_owned(),
    }))
}
