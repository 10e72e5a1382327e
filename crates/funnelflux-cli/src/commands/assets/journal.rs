//! The journal of `create`: which object has which id, written to disk before the first request.

use std::path::Path;

use funnelflux::Error;
use funnelflux::funnels::fingerprint;
use funnelflux::id::AssetId;
use funnelflux::model::Document;
use serde::{Deserialize, Serialize};

use super::Context;
use super::create::DIFFERS;
use crate::args::CreateArgs;
use crate::failure::Failure;
use crate::files;
use crate::input::Input;
use crate::journal::{self, Book, RunId, State, StepId, Writer};

/// The entries of the last run on the same input, if there was one.
#[derive(Debug, Default)]
pub(super) struct Journal {
    /// `None` where nothing is kept.
    writer: Option<Writer>,
    about: String,
    earlier: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    id: AssetId,
    hashes: Hashes,
    /// The hash of what was sent last, `--set` included; `None` if nothing was.
    sent: Option<String>,
}

/// How an object is known again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Hashes {
    /// Of the object's text in the file, which lacks the members of `--set`.
    pub(super) text: String,
    pub(super) name: Option<String>,
}

pub(super) struct Draft {
    pub(super) hashes: Hashes,
    pub(super) own: Option<AssetId>,
    pub(super) object: Document,
}

/// The ways to recognise the entry of an object, the surest first. Own ids come first, so that no other
/// object takes their entries.
const WAYS: [fn(&Draft, &Entry, bool) -> bool; 4] = [
    |draft, entry, _| draft.own == Some(entry.id),
    |draft, entry, _| draft.own.is_none() && draft.hashes.text == entry.hashes.text,
    |draft, entry, _| {
        let name = &draft.hashes.name;
        draft.own.is_none() && name.is_some() && *name == entry.hashes.name
    },
    |draft, _, is_same_place| draft.own.is_none() && is_same_place,
];

pub(super) struct Item {
    pub(super) id: AssetId,
    pub(super) object: Document,
    pub(super) is_new: bool,
    hashes: Hashes,
    sent: Option<String>,
    fingerprint: String,
}

impl Item {
    /// Whether the object may exist, because an earlier run sent it.
    pub(super) fn was_sent(&self) -> bool {
        self.sent.is_some()
    }

    pub(super) fn is_as_sent(&self) -> bool {
        self.sent.as_ref() == Some(&self.fingerprint)
    }
}

impl Journal {
    /// Opens the book of the input: of a file by its path, of stdin by its content. Nothing is kept for a
    /// single object of flags and for the emulator, which ends with the command.
    pub(super) fn open(
        context: &Context<'_>,
        input: Option<&Input>,
        objects: &[Document],
        args: &CreateArgs,
    ) -> Result<Self, Failure> {
        let settings = context.settings;
        let Some(input) = input.filter(|_| !settings.emulator) else {
            return Ok(Self::default());
        };
        let is_sending = !args.dry.dry_run;
        let Some(journal) = journal::open(settings, !is_sending)? else {
            if is_sending {
                let why = journal::why_none(settings);
                context.progress.warn(&format!(
                    "{why}, so the ids are not written down: the same command again creates the \
                     objects a second time"
                ));
            }
            return Ok(Self::default());
        };
        let (kind, account) = (format!("create {}", context.kind.name), journal::account(settings));
        let scope = |place: &str| format!("{account}\n{place}");
        let scope = match input.regular_file() {
            Some(file) => place_of(file, |place| Ok(journal.find(&kind, &scope(place))?.is_some()))
                .map(|place| scope(&place))?,
            None => {
                let texts: Vec<&str> = objects.iter().map(Document::text).collect();
                let digest = fingerprint(&format!("{:?}", (&args.members.set, texts)));
                scope(&format!("stdin {digest}"))
            }
        };
        let busy = "another ffx is at work on the same objects";
        let (book, writer) = journal::book(&journal, (&kind, &scope), is_sending, busy)?;
        let earlier = entries(book.as_ref(), args)?;
        Ok(Self { writer, about: input.path.display().to_string(), earlier })
    }

    /// Gives each object its id: its own, or that of an earlier run, or a new one.
    pub(super) fn assign(
        &self,
        drafts: Vec<Draft>,
        mut new_id: impl FnMut() -> Result<AssetId, Failure>,
    ) -> Result<Vec<Item>, Failure> {
        let mut free: Vec<Option<&Entry>> = self.earlier.iter().map(Some).collect();
        let mut found: Vec<Option<&Entry>> = vec![None; drafts.len()];
        for is_of in WAYS {
            for (place, (draft, found)) in drafts.iter().zip(&mut found).enumerate() {
                if found.is_none() {
                    let mut free = free.iter_mut().enumerate();
                    let entry = free.find(|(at, entry)| {
                        entry.is_some_and(|entry| is_of(draft, entry, *at == place))
                    });
                    *found = entry.and_then(|(_, entry)| entry.take());
                }
            }
        }
        let is_new = |draft: &Draft, found: Option<&Entry>| draft.own.is_none() && found.is_none();
        let left = free.iter().any(Option::is_some);
        if left && drafts.iter().zip(&found).any(|(draft, found)| is_new(draft, *found)) {
            let why = "the file has changed so much that it is not clear which object has which id";
            let hint = "restore it; or --new-ids creates all objects anew";
            return Err(Failure::failed(format!("{why}; nothing was sent")).hint(hint));
        }
        let items = drafts.into_iter().zip(found).map(|(draft, found)| {
            let is_new = is_new(&draft, found);
            let Draft { hashes, own, object } = draft;
            let id = own.or(found.map(|entry| entry.id)).map_or_else(&mut new_id, Ok)?;
            let fingerprint = fingerprint(object.text());
            let sent = found.and_then(|entry| entry.sent.clone());
            Ok(Item { id, object, is_new, hashes, sent, fingerprint })
        });
        items.collect()
    }

    /// Writes down all ids, before the first request.
    pub(super) fn begin(&self, items: &[Item]) -> Result<Begun<'_>, Failure> {
        let Some(writer) = &self.writer else { return Ok(Begun(None)) };
        let drafts = items.iter().map(|item| {
            let hashes = serde_json::to_string(&item.hashes).unwrap_or_default();
            journal::Draft::new(item.id.as_str(), hashes).with_digest(&item.fingerprint)
        });
        let (run, steps) = writer.begin(&self.about, drafts).map_err(journal::unusable)?;
        Ok(Begun(Some((writer, run, steps))))
    }
}

/// A run that is written down, if anything is.
pub(super) struct Begun<'a>(Option<(&'a Writer, RunId, Vec<StepId>)>);

impl Begun<'_> {
    pub(super) fn is_kept(&self) -> bool {
        self.0.is_some()
    }

    fn step(&self, at: usize) -> Option<(&Writer, &StepId)> {
        let (writer, _, steps) = self.0.as_ref()?;
        Some((writer, steps.get(at)?))
    }

    /// Notes that an item is about to be sent.
    pub(super) fn sending(&self, at: usize) -> Result<(), Error> {
        self.step(at).map_or(Ok(()), |(writer, step)| writer.sending(std::slice::from_ref(step)))
    }

    /// Notes what became of it. Where that cannot be written, the next run looks it up.
    pub(super) fn settle(&self, at: usize, result: &Result<&'static str, Error>) {
        let state = match result {
            Ok("exists") => State::Confirmed,
            // What exists was sent by an earlier run.
            Ok(outcome) if *outcome == DIFFERS => State::Ready,
            other => State::after(other),
        };
        if let Some((writer, step)) = self.step(at) {
            let _ = writer.settle(std::slice::from_ref(step), state, None);
        }
    }

    pub(super) fn end(&self) -> Result<(), Error> {
        self.0.as_ref().map_or(Ok(()), |(writer, run, _)| writer.end(*run))
    }
}

/// The entries of the last run of a book.
fn entries(book: Option<&Book>, args: &CreateArgs) -> Result<Vec<Entry>, Failure> {
    let Some(book) = book.filter(|_| !args.new_ids) else { return Ok(Vec::new()) };
    let Some(run) = book.last_run().map_err(journal::unusable)? else { return Ok(Vec::new()) };
    let entries = book.steps(run.id).map_err(journal::unusable)?.into_iter().map(|step| {
        let sent = book.last_sent(&[&step.key])?.pop().flatten().map(|step| step.digest);
        let (id, hashes) = (step.key.parse().ok(), serde_json::from_str(&step.payload).ok());
        Ok(id.zip(hashes).map(|(id, hashes)| Entry { id, hashes, sent }))
    });
    let entries: Result<Option<Vec<_>>, Error> = entries.collect();
    entries.map_err(journal::unusable)?.ok_or_else(|| {
        Failure::failed("the journal holds something else than ids; nothing was sent")
            .hint("it was written by another version of ffx; --new-ids creates all objects anew")
    })
}

/// The real path of a file. All names of one file are one place.
fn place_of(
    file: &Path,
    is_known: impl Fn(&str) -> Result<bool, Error>,
) -> Result<String, Failure> {
    let (names, is_elsewhere) = files::names(file).map_err(|it| Failure::unreadable(file, &it))?;
    let places: Vec<_> = names.iter().map(|name| name.to_string_lossy().into_owned()).collect();
    for place in &places {
        if is_known(place).map_err(journal::unusable)? {
            return Ok(place.clone());
        }
    }
    if is_elsewhere {
        let (file, may) = (file.display(), "under which its ids may be known; nothing was sent");
        let why = format!("{file}: has another name in another directory (a hard link), {may}");
        return Err(
            Failure::usage(why).hint(format!("copy it to a file of its own: `cp {file} NEW`"))
        );
    }
    Ok(places.into_iter().next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "2nIemJxCKbFX";
    const B: &str = "2n5JuOKWLTzd";
    const NEW: &str = "2n5JuOKWLTzz";

    fn id(text: &str) -> AssetId {
        text.parse().unwrap()
    }

    /// A journal in which the objects `one` and `two` have the ids A and B.
    fn journal() -> Journal {
        let entry = |text: &str, of: &str, sent: &str| {
            let name = Some(fingerprint(&format!("name of {of}")));
            let hashes = Hashes { text: fingerprint(text), name };
            Entry { id: id(of), hashes, sent: Some(sent.to_owned()) }
        };
        Journal { earlier: vec![entry("one", A, "1"), entry("two", B, "2")], ..Journal::default() }
    }

    fn draft(text: &str, name: Option<&str>, own: Option<&str>) -> Draft {
        let hashes = Hashes { text: fingerprint(text), name: name.map(fingerprint) };
        Draft { hashes, own: own.map(id), object: Document::new() }
    }

    fn assign_in(journal: &Journal, drafts: Vec<Draft>) -> Result<Vec<(String, bool)>, Failure> {
        let items = journal.assign(drafts, || Ok(id(NEW)))?;
        Ok(items.iter().map(|item| (item.id.to_string(), item.was_sent())).collect())
    }

    fn assign(texts: &[&str]) -> Result<Vec<(String, bool)>, Failure> {
        assign_in(&journal(), texts.iter().map(|text| draft(text, None, None)).collect())
    }

    #[test]
    fn objects_keep_their_ids_wherever_they_stand() {
        let (a, b) = ((A.to_owned(), true), (B.to_owned(), true));
        let new = (NEW.to_owned(), false);
        assert_eq!(assign(&["one", "two"]).unwrap(), [a.clone(), b.clone()]);
        assert_eq!(assign(&["two", "one"]).unwrap(), [b.clone(), a.clone()]);
        assert_eq!(assign(&["one", "two, mended"]).unwrap(), [a.clone(), b.clone()]);
        assert_eq!(assign(&["zero", "one", "two"]).unwrap(), [new.clone(), a.clone(), b.clone()]);
        assert_eq!(assign(&["two"]).unwrap(), [b]);
        assert_eq!(assign(&["one", "two", "one"]).unwrap().last(), Some(&new));
    }

    #[test]
    fn objects_that_were_edited_and_moved_keep_their_ids_by_name() {
        let (name_a, name_b) = (format!("name of {A}"), format!("name of {B}"));
        let named = |text: &str, name: &str| draft(text, Some(name), None);
        for (drafts, expected) in [
            (vec![named("two, mended", &name_b), named("one, mended", &name_a)], vec![B, A]),
            (vec![named("one, mended", &name_a), named("two, mended", &name_b)], vec![A, B]),
            (vec![named("two, mended", &name_b), named("one", &name_a)], vec![B, A]),
            (
                vec![named("x", "x"), named("two, mended", &name_b), named("one", &name_a)],
                vec![NEW, B, A],
            ),
            // Renamed in their places.
            (vec![named("one, mended", "x"), named("two, mended", "y")], vec![A, B]),
            (vec![named("one, mended", "x"), named("two", &name_b)], vec![A, B]),
            // A copy under the same name is a new object.
            (
                vec![named("one", &name_a), named("two", &name_b), named("x", &name_a)],
                vec![A, B, NEW],
            ),
        ] {
            let ids = assign_in(&journal(), drafts).unwrap();
            assert_eq!(ids.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn where_it_is_not_clear_which_is_which_nothing_is_guessed() {
        assert!(assign(&["two", "one, mended"]).is_err());
    }

    #[test]
    fn ids_of_their_own_are_kept_and_known_again() {
        let none = || panic!("no id is needed");
        let own = vec![draft("x", None, Some(B)), draft("y", None, Some(A))];
        let items = journal().assign(own, none).unwrap();
        let known: Vec<_> = items.iter().map(|item| (item.id, item.was_sent())).collect();
        assert_eq!(known, [(id(B), true), (id(A), true)]);
    }

    #[test]
    fn what_was_never_sent_needs_no_look_up() {
        let mut journal = journal();
        journal.earlier[1].sent = None;
        let drafts = vec![draft("one", None, None), draft("two", None, None)];
        let known = assign_in(&journal, drafts).unwrap();
        assert_eq!(known, [(A.to_owned(), true), (B.to_owned(), false)]);
    }
}
