//! What the hits of a file had before it: by earlier uploads, and by the account. What would replace, double or outdate
//! a sale of theirs is refused or left out, and told.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap, HashSet};

use funnelflux::imports::{Line, Place, Problems, Reversal, named_lines};
use funnelflux::model::updates::Conversion;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::Task;
use super::entry::{DAY, DELETE, Entry, Value, digest};
use super::history::Past;
use super::kept::Kept;
use super::reading::{Found, Reading, hits};
use super::table::Table;
use crate::args::{ConversionsArgs, Existing, SendArgs};
use crate::failure::Failure;
use crate::journal::{self, RunId, State};
use crate::output::counted;
use crate::session::Session;
use crate::settings::Settings;

const DOUBLE: &str = "the file, an earlier upload, a postback or another program made a conversion of the hit under another \
                      transaction id: a sale would count twice, and a deletion would reach nothing; use the same \
                      transaction ids, undo the earlier upload first, or say --existing skip or add";

/// What an earlier upload wrote.
pub(super) struct Uploaded {
    transaction: String,
    pub(super) value: Value,
    pub(super) state: State,
    pub(super) run: RunId,
}

impl Uploaded {
    /// Whether the hit has a conversion by it.
    pub(super) fn is_sale(&self) -> bool {
        self.value.amount != DELETE && self.state != State::Different
    }

    /// Whether a line is older or newer, where the times tell.
    fn age(&self, line: Line<'_>) -> Option<Ordering> {
        let times = self.value.time.as_deref().zip(line.moment());
        times.filter(|(then, now)| now.len() == then.len()).map(|(then, now)| now.cmp(then))
    }

    /// Whether it has a correction that the line does not, or came after an upload of the same as the line.
    fn is_beyond(
        &self,
        line: Line<'_>,
        entry: &Entry,
        book: Option<&journal::Book>,
    ) -> Result<bool, Failure> {
        let known: HashSet<String> =
            line.corrections().flat_map(|(_, mark)| names(mark).0).collect();
        if self.value.corrections.iter().any(|mark| !known.contains(mark)) {
            return Ok(true);
        }
        let (Some(book), mut undos) = (book, HashMap::new()) else { return Ok(false) };
        let mut past = Past::of(book, &entry.key, &mut undos);
        past.next()?;
        while let Some(step) = past.next()? {
            if step.digest == entry.digest() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

#[derive(Default)]
pub(super) struct Earlier {
    uploaded: HashMap<String, Vec<Uploaded>>,
    /// The uploads that were not of these files.
    pub(super) of_other_files: HashSet<RunId>,
    /// By lines.
    found: HashMap<Place, Found>,
}

/// What an earlier upload makes of a line.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Send,
    OtherOrder,
    Outdated,
    /// No newer than what was uploaded after it.
    Again,
    /// The hit has a conversion under another transaction.
    Double,
    /// Of another order than that of this upload.
    SecondSale(RunId),
}

impl Earlier {
    /// Holds the conversions against the journal, then against the account, and leaves out what is not to be sent.
    pub(super) async fn hold(
        conversions: &mut Vec<Conversion>,
        table: &mut Table,
        kept: &mut Kept,
        (args, task): (&ConversionsArgs, Task),
        settings: &Settings,
    ) -> Result<Self, Failure> {
        // What a file says of the account can be read whatever made it.
        let existing = args.existing.or((task == Task::Verify).then_some(Existing::Add));
        let mut earlier = Self::default();
        earlier.read_journal(conversions, kept, &table.files.known())?;
        let entries = table.sheet.lines().zip(&*conversions);
        let entries = entries.map(|(line, one)| Entry::conversion(Some(line.place()), one));
        kept.judge(entries.collect(), args.table.resend)?;
        let is_asked = !args.table.send.dry.dry_run && existing != Some(Existing::Add);
        earlier.ask(conversions, table, kept, (args.table.send, is_asked), settings).await?;
        let in_file = conversions.iter().map(|one| (key(one), !one.is_delete())).collect();
        let (mut left_out, mut problems) = (HashSet::new(), Problems::default());
        let mut told: BTreeMap<&str, Vec<Place>> = BTreeMap::new();
        for (at, (line, one)) in table.sheet.lines().zip(conversions.iter()).enumerate() {
            let why = match (earlier.judge(line, one, &in_file, kept.book())?, existing) {
                (Verdict::Send, _) | (Verdict::Double, Some(Existing::Add)) => continue,
                (Verdict::Again, _) if args.table.resend => continue,
                (Verdict::SecondSale(_), _) if task == Task::Verify => continue,
                (Verdict::SecondSale(run), _) => {
                    problems.add(line.place(), format!("a second sale of the hit of upload {run}, which it would replace; --map transaction=COLUMN keeps both"));
                    continue;
                }
                (Verdict::Double, None) => {
                    problems.add(line.place(), DOUBLE);
                    continue;
                }
                (Verdict::Double, _) => "the hit has a conversion under another transaction id",
                (Verdict::OtherOrder, _) => {
                    "of another order than the sale of the hit that was uploaded, which stays"
                }
                (Verdict::Outdated, _) => {
                    "an older state of the hit than the one that was uploaded"
                }
                (Verdict::Again, _) => {
                    "not newer than what was sent after it, which stays (`ffx conversions undo` takes that back, and \
                     --resend sends the line)"
                }
            };
            told.entry(why).or_default().push(line.place());
            left_out.insert(at);
        }
        problems.result(()).map_err(|all| table.files.refusal(all))?;
        for (why, lines) in told {
            settings.terminal.note(&format!("{}: {why}, so left out", named_lines(&lines)));
        }
        leave_out(conversions, table, &left_out);
        Ok(earlier)
    }

    fn read_journal(
        &mut self,
        conversions: &[Conversion],
        kept: &Kept,
        files: &[String],
    ) -> Result<(), Failure> {
        let hits: HashSet<&str> = conversions.iter().map(|one| one.hit().as_str()).collect();
        let Some(book) = kept.book() else { return Ok(()) };
        let visit = |step: journal::Step| {
            let Some(entry) = Entry::of(&step) else { return };
            let Some(key) = entry.conversion_key().filter(|it| hits.contains(&*it.hit)) else {
                return;
            };
            let (transaction, value) = (key.transaction, entry.value);
            // What could not be booked is not there.
            let state = match step.state {
                State::Unmatched => State::Different,
                state => state,
            };
            let one = Uploaded { transaction, value, state, run: step.run };
            self.uploaded.entry(key.hit).or_default().push(one);
        };
        book.each_sent(visit).map_err(journal::unusable)?;
        let runs: HashSet<RunId> = self.uploaded.values().flatten().map(|one| one.run).collect();
        let is_other = |run: &RunId| {
            let about = book.run(*run).ok().flatten().map(|run| run.about).unwrap_or_default();
            // Earlier versions had no third line.
            let known = about.lines().nth(2).or(about.lines().next()).unwrap_or_default();
            !files.iter().any(|file| file == known)
        };
        self.of_other_files = runs.into_iter().filter(is_other).collect();
        Ok(())
    }

    fn of(&self, one: &Conversion) -> &[Uploaded] {
        self.uploaded.get(one.hit().as_str()).map_or(&[], Vec::as_slice)
    }

    /// The last upload of the same hit and transaction.
    pub(super) fn same(&self, one: &Conversion) -> Option<&Uploaded> {
        self.of(one).iter().find(|it| it.transaction == one.transaction_id())
    }

    /// The payout of a line that is newer than a refund of its order in an earlier upload, and does not know of it.
    pub(super) fn booked_again(&self, line: Line<'_>, one: &Conversion) -> Option<Decimal> {
        let known = self.same(one).filter(|it| it.state != State::Different)?;
        let is_newer = known.age(line) == Some(Ordering::Greater);
        let is_alone = line.corrections().next().is_none() && !known.value.corrections.is_empty();
        one.amount().filter(|_| is_newer && is_alone && !one.is_delete())
    }

    pub(super) fn found(&self, line: &Place) -> Option<&Found> {
        self.found.get(line)
    }

    fn judge(
        &self,
        line: Line<'_>,
        one: &Conversion,
        in_file: &BTreeMap<(String, String), bool>,
        book: Option<&journal::Book>,
    ) -> Result<Verdict, Failure> {
        let order = order(line);
        let differs = |known: &Uploaded| match (&known.value.order, &order) {
            (Some(known), Some(order)) => known != order,
            _ => false,
        };
        if let Some(known) = self.same(one) {
            let is_other = known.is_sale() && differs(known);
            if is_other && one.is_delete() {
                return Ok(Verdict::OtherOrder);
            }
            if is_other {
                return Ok(Verdict::SecondSale(known.run));
            }
            let (entry, before) = (Entry::conversion(None, one), known.value.clone());
            let before = Entry { key: entry.key.clone(), value: before };
            let is_settled = !known.state.is_unsettled() && known.state != State::Different;
            let is_settled = is_settled && line.correction().is_none();
            if is_settled && entry.digest() != before.digest() {
                match known.age(line) {
                    Some(Ordering::Less) => return Ok(Verdict::Outdated),
                    Some(Ordering::Greater) => {}
                    _ if one.is_delete() => {}
                    // Networks may give a reversal the time of its sale.
                    Some(_) if known.value.amount == DELETE => return Ok(Verdict::Again),
                    _ if known.is_beyond(line, &entry, book)? => return Ok(Verdict::Again),
                    _ => {}
                }
            }
        }
        let (hit, transaction) = key(one);
        let is_in_file =
            |transaction: &String| in_file.contains_key(&(hit.clone(), transaction.clone()));
        let is_double = |known: &Uploaded| {
            (known.transaction.is_empty() != transaction.is_empty())
                && known.is_sale()
                && !differs(known)
                && !is_in_file(&known.transaction)
        };
        let uploaded = self.of(one);
        let is_foreign = |transaction: &String| {
            !is_in_file(transaction) && uploaded.iter().all(|it| it.transaction != *transaction)
        };
        let found = self.found(&line.place());
        let is_there = |it: &Found| matches!(it.reading, Reading::Conversion(Some(_)));
        // A deletion that reaches nothing may mean another sale of the hit. By a status alone it may be of a sale that never
        // counted, beside one of another order or line.
        let takes_amount = line.correction().is_some() && line.reversal() != Some(Reversal::Status);
        let is_meant = |known: &Uploaded| {
            let is_other = !line.get("order").is_empty() && differs(known);
            known.is_sale() && (takes_amount || !(is_other || is_in_file(&known.transaction)))
        };
        let mut of_hit = in_file.range((hit.clone(), String::new())..);
        let is_sold = |((it, other), is_sale): (&(String, String), &bool)| {
            *is_sale && *it == hit && *other != transaction
        };
        let is_double = match one.is_delete() {
            false => uploaded.iter().any(is_double),
            true if found.is_none_or(is_there) => false,
            true => uploaded.iter().any(is_meant) || (takes_amount && of_hit.any(is_sold)),
        };
        // Neither the file nor an earlier upload made what the account has.
        let found = found.filter(|found| found.reading == Reading::Conversion(None));
        let is_double = is_double || found.is_some_and(|found| found.others.iter().any(is_foreign));
        Ok(if is_double { Verdict::Double } else { Verdict::Send })
    }

    /// Asks the account for hits that no earlier upload has. A preview goes on without an answer.
    async fn ask(
        &mut self,
        conversions: &[Conversion],
        table: &Table,
        kept: &Kept,
        (send, is_asked): (SendArgs, bool),
        settings: &Settings,
    ) -> Result<(), Failure> {
        let is_open = |line: Line<'_>, one: &Conversion| {
            let settled = self.same(one).filter(|it| it.state != State::Different);
            line.correction().is_some() && settled.is_none()
        };
        let to_send: HashSet<usize> = kept.to_send().into_iter().collect();
        let rows = table.sheet.lines().zip(conversions).enumerate();
        let places = rows.filter(|(at, (line, one))| {
            is_open(*line, one) || (is_asked && to_send.contains(at) && self.same(one).is_none())
        });
        let places: Vec<usize> = places.map(|(at, _)| at).collect();
        if places.is_empty() {
            return Ok(());
        }
        let total = places.len();
        let read = async {
            let session = Session::open(settings, "conversions").await?;
            let tell = |done| session.progress.tell(format!("reading {done} of {total} hits"));
            let found = hits(&session.client, conversions, &places, &mut { tell }).await;
            session.progress.finish();
            Ok::<_, Failure>(found?)
        };
        let found = match read.await {
            Ok(found) => found,
            Err(failure) if is_asked && send.is_sending() => {
                let hint = "nothing was sent; --existing add sends without asking what hits have";
                return Err(failure.and_hint(hint));
            }
            Err(failure) => {
                let why = failure.message();
                settings.terminal.note(&format!("what the hits have before is unknown: {why}"));
                return Ok(());
            }
        };
        let lines: Vec<_> = table.sheet.lines().map(|line| line.place()).collect();
        let lines = places.iter().filter_map(|at| lines.get(*at).cloned());
        self.found = lines.zip(found).collect();
        let tell = |is_wanted: fn(&Found) -> bool, what: &str| {
            let wanted = self.found.iter().filter(|(_, found)| is_wanted(found));
            let lines: Vec<_> = wanted.map(|(line, _)| line.clone()).collect();
            if !lines.is_empty() {
                let (count, which) = (counted(lines.len(), "hit"), named_lines(&lines));
                settings.terminal.warn(&format!("{count} {what}: {which}"));
            }
        };
        tell(|found| found.reading == Reading::NoHit, "that the account does not know");
        tell(
            |found| found.reading == Reading::Unclear,
            "of which the account's answers do not say what conversions there are",
        );
        Ok(())
    }

    /// Adds to the entry of a line what is to be known of it later.
    pub(super) fn complete(&self, entry: &mut Entry, line: Line<'_>, one: &Conversion) {
        let value = &mut entry.value;
        value.corrections = line.corrections().flat_map(|(_, mark)| names(mark).0).collect();
        // What the file does not have the first part of is taken off what earlier ones left, or booked again after it.
        let left = self.same(one).filter(|it| it.state != State::Different);
        let goes_on = line.correction().is_some() || self.booked_again(line, one).is_some();
        if let Some(left) = left.filter(|_| goes_on) {
            value.corrections.extend(left.value.corrections.iter().cloned());
            value.corrections.sort_unstable();
            value.corrections.dedup();
        }
        value.order = order(line);
        let known = self.same(one).and_then(|it| it.value.time.as_deref()).unwrap_or_default();
        // A correction may be older than the state that it corrects.
        let time = line.moment().map(|it| if it.len() == known.len() { it.max(known) } else { it });
        value.time = time.map(str::to_owned);
        value.before = self.found(&line.place()).and_then(|found| found.reading.before());
    }
}

fn key(one: &Conversion) -> (String, String) {
    (one.hit().to_string(), one.transaction_id().to_owned())
}

fn order(line: Line<'_>) -> Option<String> {
    Some(line.order()).filter(|order| !order.is_empty()).map(digest)
}

/// The names by which the journal knows a correction, the exact one first, and those that the same one has in a file that
/// spells its time otherwise: without a clock, or by that of another zone.
pub(super) fn names(mark: &str) -> (Vec<String>, Vec<String>) {
    let exact = digest(mark);
    let mut parts = mark.rsplitn(4, ' ');
    let [again, by, time, order] = [(); 4].map(|()| parts.next().unwrap_or_default());
    let Ok(day) = time.get(..DAY).unwrap_or_default().parse::<Date>() else {
        return (vec![exact], Vec::new());
    };
    if time.len() == DAY {
        let others = ["T", "Z"].map(|clock| format!("{clock}{exact}"));
        return (vec![exact], others.to_vec());
    }
    // A clock of another zone may show the day before or after.
    let (clock, other, days) = if time.ends_with('Z') { ("Z", "T", 3) } else { ("T", "Z", 1) };
    let days = [Ok(day), day.yesterday(), day.tomorrow()].into_iter().take(days).flatten();
    let days: Vec<_> = days.map(|day| digest(&format!("{order} {day} {by} {again}"))).collect();
    let own = days.iter().map(|day| format!("{clock}{day}"));
    let others = days.iter().flat_map(|day| [day.clone(), format!("{other}{day}")]);
    (std::iter::once(exact).chain(own).collect(), others.collect())
}

/// Leaves out the lines at these positions.
pub(super) fn leave_out(
    conversions: &mut Vec<Conversion>,
    table: &mut Table,
    places: &HashSet<usize>,
) {
    let mut at = 0..;
    table.sheet.retain(|_| at.next().is_none_or(|at| !places.contains(&at)));
    let mut at = 0..;
    conversions.retain(|_| at.next().is_none_or(|at| !places.contains(&at)));
}
