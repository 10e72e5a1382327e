//! The journal of `create`: which object has which id, written to disk before the first request. It
//! makes the command safe to repeat.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use funnelflux::id::AssetId;
use funnelflux::model::Document;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Context;
use crate::args::CreateArgs;
use crate::failure::Failure;
use crate::input::Input;

/// A journal: the entries of an earlier run, if there was one, and where they are kept.
#[derive(Debug, Default)]
pub(super) struct Journal {
    /// `None` where nothing is kept.
    path: Option<PathBuf>,
    /// Locked as long as the journal lives. A file of objects is locked itself.
    _lock: Option<File>,
    earlier: Option<Entries>,
}

/// The file.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Entries {
    asset: String,
    items: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    /// The hash of the object's text in the file: it identifies the object where others were added
    /// or removed.
    sha256: String,
    id: String,
    /// The hash of what was sent, `--set` included. Missing in files of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sent: Option<String>,
}

/// An object's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Planned {
    pub(super) id: AssetId,
    /// Whether it is from an earlier run, so that the object may exist.
    pub(super) earlier: bool,
}

impl Journal {
    /// Opens the journal beside the file of objects, or, for stdin, in the configuration directory.
    /// Nothing is kept for a single object of flags, for the emulator, which ends with the command,
    /// and on a machine without a configuration directory.
    pub(super) fn open(
        context: &Context<'_>,
        input: Option<&Input>,
        objects: &[Document],
        args: &CreateArgs,
    ) -> Result<Self, Failure> {
        let Some(input) = input.filter(|_| !context.settings.uses_emulator()) else {
            return Ok(Self::default());
        };
        if let Some(file) = input.regular_file() {
            return Self::at(beside(file), None, context.kind.name());
        }
        let Ok(directory) = context.settings.directory() else {
            context.progress.aside(|| {
                context.terminal().warn(
                    "there is no configuration directory (FUNNELFLUX_CONFIG_DIR), so the ids are \
                     not written down: the same command again creates the objects a second time",
                );
            });
            return Ok(Self::default());
        };
        let directory = directory.join("state");
        let name = name(context, objects, &args.members.set);
        let path = directory.join(format!("{name}.json"));
        if args.dry.dry_run {
            return Self::at(path, None, context.kind.name());
        }
        let unwritable = |cause: io::Error| {
            Failure::failed(format!("{}: {cause}; nothing was sent", directory.display())).hint(
                "the ids of objects from stdin are written there first; FUNNELFLUX_CONFIG_DIR \
                 names another directory",
            )
        };
        fs::create_dir_all(&directory).map_err(unwritable)?;
        let lock = File::create(directory.join(format!("{name}.lock"))).map_err(unwritable)?;
        // Some file systems have no locks.
        if let Err(TryLockError::WouldBlock) = lock.try_lock() {
            return Err(Failure::failed("another ffx is at work on the same objects"));
        }
        Self::at(path, Some(lock), context.kind.name())
    }

    fn at(path: PathBuf, lock: Option<File>, asset: &str) -> Result<Self, Failure> {
        let earlier = Entries::read(&path, asset)?;
        Ok(Self { path: Some(path), _lock: lock, earlier })
    }

    /// The file, if the ids are kept.
    pub(super) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The hash of what was sent under this id by an earlier run.
    pub(super) fn sent(&self, id: AssetId) -> Option<&str> {
        let mut entries = self.earlier.iter().flat_map(|earlier| &earlier.items);
        let entry = entries.find(|entry| entry.id == id.as_str())?;
        Some(entry.sent.as_deref().unwrap_or(&entry.sha256))
    }

    /// Gives each object its id: its own, or that of an earlier run, or a new one.
    pub(super) fn assign(
        &self,
        texts: &[&str],
        own: &[Option<AssetId>],
        mut new_id: impl FnMut() -> Result<AssetId, Failure>,
    ) -> Result<Vec<Planned>, Failure> {
        let entries = self.earlier.as_ref().map_or(&[][..], |earlier| &earlier.items);
        let ids = entries.iter().map(|entry| entry.id.parse::<AssetId>());
        let ids: Vec<AssetId> = ids.collect::<Result<_, _>>().map_err(|cause| {
            Failure::failed(format!("the file of ids holds something else: {cause}"))
        })?;
        let mut free: Vec<bool> = vec![true; entries.len()];
        let mut take = |wanted: &dyn Fn(usize, &Entry) -> bool| {
            let mut numbered = entries.iter().enumerate().zip(&mut free).zip(&ids);
            numbered.find_map(|(((at, entry), free), id)| {
                (*free && wanted(at, entry)).then(|| {
                    *free = false;
                    Planned { id: *id, earlier: true }
                })
            })
        };
        let mut planned: Vec<Option<Planned>> = Vec::with_capacity(texts.len());
        // Own ids first, so that no other object takes their entries.
        for own in own {
            planned.push(own.map(|id| {
                take(&|_, entry| entry.id == id.as_str()).unwrap_or(Planned { id, earlier: false })
            }));
        }
        for (slot, text) in planned.iter_mut().zip(texts) {
            if slot.is_none() {
                let sha256 = fingerprint(text);
                *slot = take(&|_, entry| entry.sha256 == sha256);
            }
        }
        // An object that was changed in its place is still the same object.
        for (place, slot) in planned.iter_mut().enumerate() {
            if slot.is_none() {
                *slot = take(&|at, _| at == place);
            }
        }
        if planned.iter().any(Option::is_none) && free.contains(&true) {
            return Err(Failure::failed(
                "the file has changed so much that it is not clear which object has which id; \
                 nothing was sent",
            )
            .hint(
                "restore the file, or remove the file of ids beside it to create all objects again",
            ));
        }
        planned
            .into_iter()
            .map(|slot| match slot {
                Some(planned) => Ok(planned),
                None => Ok(Planned { id: new_id()?, earlier: false }),
            })
            .collect()
    }

    /// Writes the entries, unless the file has them. `sent` are the hashes of the objects as they
    /// are sent.
    pub(super) fn write(
        &self,
        asset: &str,
        texts: &[&str],
        sent: &[String],
        planned: &[Planned],
    ) -> Result<(), Failure> {
        let Some(path) = &self.path else { return Ok(()) };
        let items = texts.iter().zip(sent).zip(planned).map(|((text, sent), planned)| Entry {
            sha256: fingerprint(text),
            id: planned.id.to_string(),
            sent: Some(sent.clone()),
        });
        let entries = Entries { asset: asset.to_owned(), items: items.collect() };
        if self.earlier.as_ref() == Some(&entries) {
            return Ok(());
        }
        entries.write(path)
    }
}

impl Entries {
    fn read(path: &Path, asset: &str) -> Result<Option<Self>, Failure> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(Failure::unreadable(path, &cause)),
        };
        let wrong = |why: String| {
            Failure::failed(format!("{}: {why}; nothing was sent", path.display())).hint(
                "it says which objects were created; remove it only to create all of them again",
            )
        };
        let entries: Self = serde_json::from_str(&text)
            .map_err(|cause| wrong(format!("is no file of ids: {cause}")))?;
        if entries.asset != asset {
            return Err(wrong(format!("holds the ids of {}, not of {asset}", entries.asset)));
        }
        Ok(Some(entries))
    }

    /// Writes the file, whole or not at all, and onto the disk.
    fn write(&self, path: &Path) -> Result<(), Failure> {
        let unwritable = |cause: io::Error| {
            Failure::failed(format!("{}: {cause}; nothing was sent", path.display()))
        };
        let mut temporary = path.as_os_str().to_owned();
        temporary.push(".new");
        let temporary = PathBuf::from(temporary);
        let json = serde_json::to_vec_pretty(self).map_err(|cause| unwritable(cause.into()))?;
        let written = File::create(&temporary).and_then(|mut file| {
            file.write_all(&json)?;
            file.write_all(b"\n")?;
            file.sync_all()?;
            fs::rename(&temporary, path)
        });
        written.map_err(unwritable)
    }
}

/// `sources.yaml.ffx-ids.json` for `sources.yaml`.
fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".ffx-ids.json");
    name.into()
}

/// The name of the journal for objects from stdin. It is the same for the same objects in the same
/// account, as far as accounts can be distinguished without a call.
fn name(context: &Context<'_>, objects: &[Document], sets: &[String]) -> String {
    let mut hash = Sha256::new();
    let mut add = |piece: &str| {
        // With the length, two pieces never read like two others.
        hash.update(piece.len().to_le_bytes());
        hash.update(piece);
    };
    add(&context.settings.name().to_string());
    add(context.settings.base_url().unwrap_or_default());
    add(context.kind.name());
    sets.iter().for_each(|set| add(set));
    add("objects");
    objects.iter().for_each(|object| add(object.text()));
    let digest = hex(&hash.finalize());
    format!("create-{}-{}", context.kind.name(), digest.get(..32).unwrap_or(&digest))
}

pub(super) fn fingerprint(text: &str) -> String {
    hex(&Sha256::digest(text))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "2nIemJxCKbFX";
    const B: &str = "2n5JuOKWLTzd";

    fn id(text: &str) -> AssetId {
        text.parse().unwrap()
    }

    /// A journal in which the objects `one` and `two` have the ids A and B.
    fn journal() -> Journal {
        let entry = |text: &str, id: &str, sent: &str| Entry {
            sha256: fingerprint(text),
            id: id.to_owned(),
            sent: Some(sent.to_owned()),
        };
        let items = vec![entry("one", A, "1"), entry("two", B, "2")];
        Journal {
            earlier: Some(Entries { asset: "pages".to_owned(), items }),
            ..Journal::default()
        }
    }

    fn assign(texts: &[&str]) -> Result<Vec<(String, bool)>, Failure> {
        let new = || Ok(id("2n5JuOKWLTzz"));
        let planned = journal().assign(texts, &vec![None; texts.len()], new)?;
        Ok(planned.iter().map(|p| (p.id.to_string(), p.earlier)).collect())
    }

    #[test]
    fn objects_keep_their_ids_wherever_they_stand() {
        let (a, b) = ((A.to_owned(), true), (B.to_owned(), true));
        let new = ("2n5JuOKWLTzz".to_owned(), false);
        assert_eq!(assign(&["one", "two"]).unwrap(), [a.clone(), b.clone()]);
        assert_eq!(assign(&["two", "one"]).unwrap(), [b.clone(), a.clone()]);
        assert_eq!(assign(&["one", "two, mended"]).unwrap(), [a.clone(), b.clone()]);
        assert_eq!(assign(&["zero", "one", "two"]).unwrap(), [new.clone(), a.clone(), b.clone()]);
        assert_eq!(assign(&["two"]).unwrap(), [b]);
        assert_eq!(assign(&["one", "two", "one"]).unwrap().last(), Some(&new));
    }

    #[test]
    fn where_it_is_not_clear_which_is_which_nothing_is_guessed() {
        assert!(assign(&["two", "one, mended"]).is_err());
    }

    #[test]
    fn ids_of_their_own_are_kept_and_known_again() {
        let none = || panic!("no id is needed");
        let own = [Some(id(B)), Some(id(A))];
        let planned = journal().assign(&["x", "y"], &own, none).unwrap();
        assert_eq!(planned, [B, A].map(|text| Planned { id: id(text), earlier: true }));
    }

    #[test]
    fn a_journal_is_read_as_it_was_written_and_belongs_to_one_kind() {
        let directory = tempfile::tempdir().unwrap();
        let path = beside(&directory.path().join("x.yaml"));
        let new = Journal::at(path.clone(), None, "pages").unwrap();
        assert!(new.earlier.is_none());
        let planned = [A, B].map(|text| Planned { id: id(text), earlier: false });
        let sent = ["1".to_owned(), "2".to_owned()];
        new.write("pages", &["one", "two"], &sent, &planned).unwrap();
        let again = Journal::at(path.clone(), None, "pages").unwrap();
        assert_eq!(again.earlier, journal().earlier);
        assert!(Journal::at(path, None, "conditions").is_err());
        assert_eq!(again.sent(id(B)), Some("2"));
    }

    #[test]
    fn a_journal_of_an_older_version_takes_the_text_for_what_was_sent() {
        let older = format!(r#"{{"asset":"pages","items":[{{"sha256":"abc","id":"{A}"}}]}}"#);
        let earlier = Some(serde_json::from_str(&older).unwrap());
        let journal = Journal { earlier, ..Journal::default() };
        assert_eq!((journal.sent(id(A)), journal.sent(id(B))), (Some("abc"), None));
    }
}
