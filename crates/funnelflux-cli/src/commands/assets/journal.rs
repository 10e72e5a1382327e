//! The journal of `create`: which object has which id, written to disk before the first request.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use funnelflux::id::AssetId;
use funnelflux::model::Document;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Context;
use crate::args::CreateArgs;
use crate::failure::Failure;
use crate::files;
use crate::input::Input;

/// The entries of an earlier run, if there was one, and where they are kept.
#[derive(Debug, Default)]
pub(super) struct Journal {
    /// `None` where nothing is kept.
    pub(super) path: Option<PathBuf>,
    /// Locked as long as the journal lives. A file of objects is locked itself.
    _lock: Option<File>,
    earlier: Option<Entries>,
}

#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Entries {
    asset: String,
    items: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    sha256: String,
    pub(super) id: AssetId,
    /// The hash of the object's name. Missing in files of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// The hash of what was sent, `--set` included. Missing in files of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sent: Option<String>,
}

pub(super) struct Draft {
    /// The hash of the object's text in the file, which lacks the members of `--set`.
    pub(super) sha256: String,
    pub(super) name: Option<String>,
    pub(super) own: Option<AssetId>,
    pub(super) object: Document,
}

/// The ways to recognise the entry of an object, the surest first. Own ids come first, so that no other
/// object takes their entries.
const WAYS: [fn(&Draft, &Entry, bool) -> bool; 4] = [
    |draft, entry, _| draft.own == Some(entry.id),
    |draft, entry, _| draft.own.is_none() && draft.sha256 == entry.sha256,
    |draft, entry, _| draft.own.is_none() && draft.name.is_some() && draft.name == entry.name,
    |draft, _, is_same_place| draft.own.is_none() && is_same_place,
];

pub(super) struct Item {
    pub(super) object: Document,
    /// Whether the id is from an earlier run, so that the object may exist.
    pub(super) is_earlier: bool,
    pub(super) is_new: bool,
    pub(super) entry: Entry,
    fingerprint: String,
}

impl Item {
    pub(super) fn is_as_sent(&self) -> bool {
        self.entry.sent.as_ref() == Some(&self.fingerprint)
    }

    pub(super) fn mark_sent(&mut self) {
        self.entry.sent = Some(self.fingerprint.clone());
    }
}

impl Journal {
    /// Opens the journal beside the file of objects, or, for stdin, in the configuration directory.
    /// Nothing is kept for a single object of flags and for the emulator, which ends with the command.
    pub(super) fn open(
        context: &Context<'_>,
        input: Option<&Input>,
        objects: &[Document],
        args: &CreateArgs,
    ) -> Result<Self, Failure> {
        let Some(input) = input.filter(|_| !context.settings.emulator) else {
            return Ok(Self::default());
        };
        if let Some(file) = input.regular_file() {
            return Self::at(beside(file)?, None, context.kind.name);
        }
        let Ok(directory) = context.settings.directory() else {
            context.progress.warn(
                "there is no configuration directory (FUNNELFLUX_CONFIG_DIR), so the ids are not \
                 written down: the same command again creates the objects a second time",
            );
            return Ok(Self::default());
        };
        let directory = directory.join("state");
        let name = name(context, objects, &args.members.set);
        let mut lock = None;
        if !args.dry.dry_run {
            let path = directory.join(format!("{name}.lock"));
            let made = fs::create_dir_all(&directory).and_then(|()| files::lock_file(&path));
            let hint = "the ids of objects from stdin are written there first; FUNNELFLUX_CONFIG_DIR names \
                        another directory";
            let why = |cause| format!("{}: {cause}; nothing was sent", directory.display());
            let file = made.map_err(|cause| Failure::failed(why(cause)).hint(hint))?;
            // Some file systems have no locks.
            if let Err(TryLockError::WouldBlock) = file.try_lock() {
                return Err(Failure::failed("another ffx is at work on the same objects"));
            }
            lock = Some(file);
        }
        Self::at(directory.join(format!("{name}.json")), lock, context.kind.name)
    }

    fn at(path: PathBuf, lock: Option<File>, asset: &str) -> Result<Self, Failure> {
        let earlier = Entries::read(&path, asset)?;
        Ok(Self { path: Some(path), _lock: lock, earlier })
    }

    /// Gives each object its id: its own, or that of an earlier run, or a new one.
    pub(super) fn assign(
        &self,
        drafts: Vec<Draft>,
        mut new_id: impl FnMut() -> Result<AssetId, Failure>,
    ) -> Result<Vec<Item>, Failure> {
        let earlier = self.earlier.iter().flat_map(|earlier| &earlier.items);
        let mut free: Vec<Option<&Entry>> = earlier.map(Some).collect();
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
            let hint = "restore it, or remove the file of ids beside it to create all objects anew";
            return Err(Failure::failed(format!("{why}; nothing was sent")).hint(hint));
        }
        let items = drafts.into_iter().zip(found).map(|(draft, found)| {
            let is_new = is_new(&draft, found);
            let Draft { sha256, name, own, object } = draft;
            let id = own.or(found.map(|entry| entry.id)).map_or_else(&mut new_id, Ok)?;
            let fingerprint = fingerprint(object.text());
            // An entry of an older version takes the text for what was sent.
            let sent = found.map(|entry| entry.sent.as_ref().unwrap_or(&entry.sha256));
            let sent = Some(sent.unwrap_or(&fingerprint).clone());
            let entry = Entry { sha256, id, name, sent };
            Ok(Item { object, is_earlier: found.is_some(), is_new, entry, fingerprint })
        });
        items.collect()
    }

    pub(super) fn write(&self, asset: &str, items: &[Item]) -> Result<(), Failure> {
        let Some(path) = &self.path else { return Ok(()) };
        let items = items.iter().map(|item| item.entry.clone()).collect();
        let entries = Entries { asset: asset.to_owned(), items };
        if self.earlier.as_ref() == Some(&entries) {
            return Ok(());
        }
        let json = serde_json::to_string_pretty(&entries).map_err(io::Error::from);
        let written = json.and_then(|json| files::write(path, (json + "\n").as_bytes()));
        let why = |cause| format!("{}: {cause}; nothing was sent", path.display());
        written.map_err(|cause| Failure::failed(why(cause)))
    }
}

impl Entries {
    fn read(path: &Path, asset: &str) -> Result<Option<Self>, Failure> {
        let text = match files::open(path).and_then(io::read_to_string) {
            Ok(text) => text,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(Failure::unreadable(path, &cause)),
        };
        let wrong = |why: String| {
            let hint = "it says which objects exist; remove it only to create all of them again";
            Failure::failed(format!("{}: {why}; nothing was sent", path.display())).hint(hint)
        };
        let none = |cause| wrong(format!("is no file of ids: {cause}"));
        let entries: Self = serde_json::from_str(&text).map_err(none)?;
        if entries.asset != asset {
            return Err(wrong(format!("holds the ids of {}, not of {asset}", entries.asset)));
        }
        Ok(Some(entries))
    }
}

/// `sources.yaml.ffx-ids.json` for `sources.yaml`. All names of one file share it; one beside the
/// given name is of an older version.
fn beside(file: &Path) -> Result<PathBuf, Failure> {
    let (names, is_elsewhere) = files::names(file).map_err(|it| Failure::unreadable(file, &it))?;
    let named = |name: &Path| files::with_end(name, ".ffx-ids.json");
    let known = names.iter().map(PathBuf::as_path).chain([file]).map(named);
    let own = names.first().map_or_else(|| named(file), |real| named(real));
    match known.into_iter().find(|path| path.exists()) {
        Some(path) => Ok(path),
        None if is_elsewhere => {
            let (file, may) = (file.display(), "where its ids may be kept; nothing was sent");
            let why = format!("{file}: has another name in another directory (a hard link), {may}");
            Err(Failure::usage(why).hint(format!("copy it to a file of its own: `cp {file} NEW`")))
        }
        None => Ok(own),
    }
}

/// The name of the journal for objects from stdin, the same for the same objects in the same account.
fn name(context: &Context<'_>, objects: &[Document], sets: &[String]) -> String {
    let mut hash = Sha256::new();
    let mut add = |piece: &str| {
        // With the length, two pieces never read like two others.
        hash.update(piece.len().to_le_bytes());
        hash.update(piece);
    };
    add(&context.settings.name);
    add(context.settings.base_url.as_deref().unwrap_or_default());
    add(context.kind.name);
    sets.iter().for_each(|set| add(set));
    add("objects");
    objects.iter().for_each(|object| add(object.text()));
    let digest = format!("{:x}", hash.finalize());
    format!("create-{}-{digest:.32}", context.kind.name)
}

pub(super) fn fingerprint(text: &str) -> String {
    format!("{:x}", Sha256::digest(text))
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
        let entry = |text: &str, of: &str, sent: &str| Entry {
            sha256: fingerprint(text),
            id: id(of),
            name: Some(fingerprint(&format!("name of {of}"))),
            sent: Some(sent.to_owned()),
        };
        let items = vec![entry("one", A, "1"), entry("two", B, "2")];
        Journal {
            earlier: Some(Entries { asset: "pages".to_owned(), items }),
            ..Journal::default()
        }
    }

    fn draft(text: &str, name: Option<&str>, own: Option<&str>) -> Draft {
        let (sha256, name) = (fingerprint(text), name.map(fingerprint));
        Draft { sha256, name, own: own.map(id), object: Document::new() }
    }

    fn assign_in(journal: &Journal, drafts: Vec<Draft>) -> Result<Vec<(String, bool)>, Failure> {
        let items = journal.assign(drafts, || Ok(id(NEW)))?;
        Ok(items.iter().map(|item| (item.entry.id.to_string(), item.is_earlier)).collect())
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
        let known: Vec<_> = items.iter().map(|item| (item.entry.id, item.is_earlier)).collect();
        assert_eq!(known, [(id(B), true), (id(A), true)]);
    }

    #[test]
    fn a_journal_is_read_as_it_was_written_and_belongs_to_one_kind() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("x.yaml");
        fs::write(&file, "").unwrap();
        let path = beside(&file).unwrap();
        let new = Journal::at(path.clone(), None, "pages").unwrap();
        assert!(new.earlier.is_none());
        let drafts = || {
            let named = |text, of| draft(text, Some(&format!("name of {of}")), Some(of));
            vec![named("one", A), named("two", B)]
        };
        let mut items = new.assign(drafts(), || Ok(id(NEW))).unwrap();
        for (item, sent) in items.iter_mut().zip(["1", "2"]) {
            item.entry.sent = Some(sent.to_owned());
        }
        new.write("pages", &items).unwrap();
        let again = Journal::at(path.clone(), None, "pages").unwrap();
        assert_eq!(again.earlier, journal().earlier);
        assert!(Journal::at(path, None, "conditions").is_err());
        assert_eq!(
            again.assign(drafts(), || Ok(id(NEW))).unwrap()[1].entry.sent.as_deref(),
            Some("2")
        );
    }

    #[test]
    fn a_journal_of_an_older_version_takes_the_text_for_what_was_sent() {
        let older = format!(r#"{{"asset":"pages","items":[{{"sha256":"abc","id":"{A}"}}]}}"#);
        let earlier = Some(serde_json::from_str(&older).unwrap());
        let journal = Journal { earlier, ..Journal::default() };
        let items = journal.assign(vec![draft("x", None, Some(A))], || Ok(id(NEW))).unwrap();
        assert_eq!(items[0].entry.sent.as_deref(), Some("abc"));
    }
}
