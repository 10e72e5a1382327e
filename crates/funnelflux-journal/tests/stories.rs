//! What a user of a journal sees, with a clock that stands.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(clippy::indexing_slicing, reason = "test code")]

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use funnelflux_journal::{Book, Draft, Journal, Run, RunId, State, Step, StepId, Writer};
use funnelflux_transport::{Error, Sleep, Timer};
use static_assertions::assert_impl_all;
use tempfile::TempDir;

assert_impl_all!(Journal: Send, Sync, Clone);
assert_impl_all!(Book: Send, Sync, Clone);
assert_impl_all!(Writer: Send, Sync);
assert_impl_all!(Draft: Send, Sync);
assert_impl_all!(Run: Send, Sync);
assert_impl_all!(Step: Send, Sync);

const NOON: Duration = Duration::from_secs(1_774_785_600);

#[derive(Debug)]
struct Noon(Instant);

impl Timer for Noon {
    fn now(&self) -> Instant {
        self.0
    }

    fn wall(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + NOON
    }

    fn sleep(&self, _: Duration) -> Sleep {
        Box::pin(std::future::ready(()))
    }
}

struct Story {
    directory: TempDir,
}

impl Story {
    fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> std::path::PathBuf {
        self.directory.path().join("below").join("journal.sqlite")
    }

    fn journal(&self) -> Journal {
        #[expect(clippy::disallowed_methods, reason = "an instant of this process, which stands")]
        let noon = Noon(Instant::now());
        Journal::open_with(self.path(), Arc::new(noon)).unwrap()
    }

    fn book(&self) -> Book {
        self.journal().book("costs", "an account").unwrap()
    }

    fn writer(&self) -> Writer {
        self.book().write().unwrap().expect("no other writer")
    }
}

fn drafts(texts: &[&str]) -> Vec<Draft> {
    (1..).zip(texts).map(|(key, text)| Draft::new(format!("key {key}"), *text)).collect()
}

fn states(book: &Book, run: RunId) -> Vec<State> {
    book.steps(run).unwrap().iter().map(|step| step.state).collect()
}

#[test]
fn a_run_is_read_as_it_was_written() {
    let story = Story::new();
    let writer = story.writer();
    let (run, steps) = writer.begin("spend.csv", drafts(&["1.50", "2"])).unwrap();
    writer.sending(&steps).unwrap();
    writer.settle(&steps[..1], State::Accepted, Some("200")).unwrap();
    writer.settle(&steps[1..], State::Refused, Some("no such funnel")).unwrap();
    writer.end(run).unwrap();
    drop(writer);

    let book = story.book();
    let runs = book.runs().unwrap();
    let noon = SystemTime::UNIX_EPOCH + NOON;
    let [only] = runs.as_slice() else { panic!("{runs:?}") };
    assert_eq!((only.id, only.about.as_str(), only.begun), (run, "spend.csv", noon));
    assert_eq!(
        (only.ended, only.count(State::Accepted), only.count(State::Ready)),
        (Some(noon), 1, 0)
    );
    assert_eq!(book.run(run).unwrap().as_ref(), Some(only));
    assert_eq!(book.last_run().unwrap().as_ref(), Some(only));
    let steps = book.steps(run).unwrap();
    assert_eq!((steps[0].key.as_str(), steps[0].payload.as_str()), ("key 1", "1.50"));
    assert_eq!((steps[0].position, steps[1].position), (0, 1));
    assert_eq!(steps[0].digest, Draft::new("", "1.50").digest());
    assert_eq!(steps[1].note.as_deref(), Some("no such funnel"));
    assert_eq!(states(&book, run), [State::Accepted, State::Refused]);
}

#[test]
fn what_the_account_has_is_what_was_sent_last() {
    let story = Story::new();
    let writer = story.writer();
    let send = |text: &str, state: State| {
        let (run, steps) = writer.begin("file", drafts(&[text])).unwrap();
        if state != State::Ready {
            writer.sending(&steps).unwrap();
            writer.settle(&steps, state, None).unwrap();
        }
        run
    };
    let last = || writer.last_sent(&["key 1"]).unwrap().remove(0).map(|step| step.payload);
    assert_eq!(last(), None);
    send("1", State::Accepted);
    assert_eq!(last().as_deref(), Some("1"));
    let second = send("2", State::Ambiguous);
    assert_eq!(last().as_deref(), Some("2"));
    send("3", State::Refused);
    send("4", State::Ready);
    assert_eq!(last().as_deref(), Some("2"));
    let before = writer.last_sent_before(&["key 1", "key 9"], second).unwrap();
    assert_eq!(before[0].as_ref().map(|step| step.payload.as_str()), Some("1"));
    assert_eq!(before[1], None);
    let mut all = Vec::new();
    writer.each_sent(|step| all.push(step.payload)).unwrap();
    assert_eq!(all, ["2"]);
}

#[test]
fn what_was_under_way_when_the_writer_died_is_ambiguous() {
    let story = Story::new();
    let writer = story.writer();
    let (run, steps) = writer.begin("file", drafts(&["1", "2", "3"])).unwrap();
    writer.sending(&steps[..2]).unwrap();
    writer.settle(&steps[..1], State::Accepted, None).unwrap();
    // A reader does not take the steps of a living writer for lost.
    assert_eq!(states(&story.book(), run), [State::Accepted, State::Sending, State::Ready]);
    drop(writer);
    let writer = story.writer();
    assert_eq!(states(&writer, run), [State::Accepted, State::Ambiguous, State::Ready]);
    assert!(writer.steps(run).unwrap()[1].note.as_deref().unwrap().contains("cut off"));
}

#[test]
fn one_process_writes_to_a_book_at_a_time() {
    let story = Story::new();
    let writer = story.writer();
    assert!(story.book().write().unwrap().is_none());
    let other = story.journal().book("conversions", "an account").unwrap();
    assert!(other.write().unwrap().is_some());
    drop(writer);
    assert!(story.book().write().unwrap().is_some());
    let left = std::fs::read_dir(story.path().parent().unwrap()).unwrap();
    let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().ends_with(".lock")), "{left:?}");
}

#[test]
fn books_do_not_see_each_other() {
    let story = Story::new();
    let writer = story.writer();
    let (run, steps) = writer.begin("file", drafts(&["1"])).unwrap();
    assert!(story.journal().find("costs", "another account").unwrap().is_none());
    let other = story.journal().book("costs", "another account").unwrap();
    assert!(story.journal().find("costs", "another account").unwrap().is_some());
    assert_eq!(other.runs().unwrap(), []);
    assert_eq!(other.run(run).unwrap(), None);
    assert_eq!(other.steps(run).unwrap(), []);
    let other = other.write().unwrap().unwrap();
    assert!(other.sending(&steps).is_err());
    assert_eq!(states(&writer, run), [State::Ready]);
}

#[test]
fn a_step_goes_forward_only_and_all_of_a_request_or_none() {
    let story = Story::new();
    let writer = story.writer();
    let (run, steps) = writer.begin("file", drafts(&["1", "2"])).unwrap();
    let sent: &[StepId] = &steps[..1];
    for state in
        [State::Accepted, State::Refused, State::Ambiguous, State::Different, State::Unmatched]
    {
        let error = writer.settle(sent, state, None).unwrap_err().to_string();
        assert!(error.contains(&format!("cannot become {state}")), "{error}");
    }
    writer.sending(sent).unwrap();
    assert!(writer.sending(&steps).is_err());
    assert_eq!(states(&writer, run), [State::Sending, State::Ready]);
    // Turned away before it had an effect, it may be sent again.
    writer.settle(sent, State::Ready, Some("429")).unwrap();
    writer.sending(sent).unwrap();
    writer.settle(sent, State::Accepted, None).unwrap();
    assert!(writer.sending(sent).is_err());
    writer.settle(sent, State::Different, Some("0")).unwrap();
    writer.settle(sent, State::Unmatched, None).unwrap();
    assert!(State::Unmatched.was_sent() && !State::Unmatched.is_unsettled());
    writer.settle(sent, State::Confirmed, None).unwrap();
    assert_eq!(writer.steps(run).unwrap()[0].note.as_deref(), Some("0"));
    // What was confirmed is not sent again, unless a later read showed nothing of it.
    assert!(writer.settle(sent, State::Ready, None).is_err());
    writer.settle(sent, State::Different, None).unwrap();
    writer.settle(sent, State::Ready, None).unwrap();
    writer.sending(sent).unwrap();
}

#[test]
fn the_state_follows_from_the_outcome_of_the_call() {
    type Call = Result<(), Error>;
    let after = |call: Call| State::after(&call);
    assert_eq!(after(Ok(())), State::Accepted);
    assert_eq!(after(Err(Error::not_sent("no connection"))), State::Ready);
    assert_eq!(after(Err(Error::refused(None, "no"))), State::Refused);
    assert_eq!(after(Err(Error::no_answer("cut off").into_ambiguous())), State::Ambiguous);
    for state in State::ALL {
        let unsent = matches!(state, State::Ready | State::Refused);
        assert_eq!(state.was_sent(), !unsent);
        assert!(state.was_sent() || !state.is_unsettled());
    }
}

#[test]
fn what_is_no_journal_is_refused_and_left_alone() {
    let story = Story::new();
    let path = story.path();
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let text = "These are the notes of a person, and no database. ".repeat(100);
    std::fs::write(&path, &text).unwrap();
    let error = Journal::open(&path).unwrap_err();
    assert!(error.to_string().contains("journal.sqlite: it is no journal"), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn nothing_of_a_payload_is_shown_by_debug() {
    let story = Story::new();
    let writer = story.writer();
    let draft = Draft::new("hit-of-a-visitor", "payout-of-a-visitor");
    let mut shown = format!("{draft:?}");
    let (run, _) = writer.begin("file", [draft]).unwrap();
    shown += &format!("{:?} {writer:?} {:?}", writer.steps(run).unwrap(), story.journal());
    assert!(!shown.contains("of-a-visitor"), "{shown}");
}

#[cfg(unix)]
#[test]
fn its_files_are_the_owners_and_a_link_in_their_place_is_not_followed() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let story = Story::new();
    let writer = story.writer();
    writer.begin("file", drafts(&["1"])).unwrap();
    let mut names = Vec::new();
    for entry in std::fs::read_dir(story.path().parent().unwrap()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{entry:?}");
        names.push(entry.file_name());
    }
    assert_eq!(names.len(), 4, "database, log, shared memory and lock: {names:?}");
    drop(writer);

    let precious = story.directory.path().join("precious");
    std::fs::write(&precious, "").unwrap();
    symlink(&precious, story.directory.path().join("link")).unwrap();
    let error = Journal::open(story.directory.path().join("link")).unwrap_err();
    assert!(error.to_string().contains("not a regular file"), "{error}");
    assert_eq!(std::fs::read(&precious).unwrap(), b"");
}
