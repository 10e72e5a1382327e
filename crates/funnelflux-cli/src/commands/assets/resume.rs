//! The file of ids beside the file of objects: what makes `create` safe to repeat.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use funnelflux::id::AssetId;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::failure::Failure;

/// Which ids the objects of a file have, as written down before the first request.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Plan {
    asset: String,
    items: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    /// Of the object's text in the file: how it is recognised where objects were added or removed.
    sha256: String,
    id: String,
    /// Of what was sent, `--set` included: whether what exists was made from this. Older files have
    /// none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sent: Option<String>,
}

/// An object's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Planned {
    pub(super) id: AssetId,
    /// It was written down by an earlier run, so the object may exist.
    pub(super) earlier: bool,
}

/// `sources.yaml.ffx-ids.json` for `sources.yaml`.
pub(super) fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".ffx-ids.json");
    name.into()
}

impl Plan {
    /// What an earlier run wrote down, if there was one.
    pub(super) fn read(path: &Path, asset: &str) -> Result<Option<Self>, Failure> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(Failure::unreadable(path, &cause)),
        };
        let wrong = |why: String| {
            Failure::failed(format!("{}: {why}; nothing was sent", path.display()))
                .hint("it says which objects were made; remove it only to make all of them anew")
        };
        let plan: Self = serde_json::from_str(&text)
            .map_err(|cause| wrong(format!("is no file of ids: {cause}")))?;
        if plan.asset != asset {
            return Err(wrong(format!("holds the ids of {}, not of {asset}", plan.asset)));
        }
        Ok(Some(plan))
    }

    /// Gives each object its id: its own, or that of an earlier run, or a new one.
    pub(super) fn assign(
        earlier: Option<&Self>,
        texts: &[&str],
        own: &[Option<AssetId>],
        mut new_id: impl FnMut() -> Result<AssetId, Failure>,
    ) -> Result<Vec<Planned>, Failure> {
        let entries = earlier.map_or(&[][..], |plan| &plan.items);
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
        // Ids of their own first, so that nothing else takes their entries.
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
        // One that was mended in its place is the same object still.
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
                "put it back as it was, or remove the file of ids beside it to make all objects \
                 anew",
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

    /// `sent` are the fingerprints of the objects as they are sent.
    pub(super) fn new(asset: &str, texts: &[&str], sent: &[String], planned: &[Planned]) -> Self {
        let items = texts.iter().zip(sent).zip(planned);
        let items = items.map(|((text, sent), planned)| Entry {
            sha256: fingerprint(text),
            id: planned.id.to_string(),
            sent: Some(sent.clone()),
        });
        Self { asset: asset.to_owned(), items: items.collect() }
    }

    /// The fingerprint of what was sent under this id.
    pub(super) fn sent(&self, id: AssetId) -> Option<&str> {
        let entry = self.items.iter().find(|entry| entry.id == id.as_str())?;
        Some(entry.sent.as_deref().unwrap_or(&entry.sha256))
    }

    /// Writes the plan, whole or not at all, and onto the disk.
    pub(super) fn write(&self, path: &Path) -> Result<(), Failure> {
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

pub(super) fn fingerprint(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "2nIemJxCKbFX";
    const B: &str = "2n5JuOKWLTzd";

    fn id(text: &str) -> AssetId {
        text.parse().unwrap()
    }

    fn plan() -> Plan {
        let planned = [A, B].map(|text| Planned { id: id(text), earlier: false });
        Plan::new("pages", &["one", "two"], &["1".to_owned(), "2".to_owned()], &planned)
    }

    fn assign(texts: &[&str]) -> Result<Vec<(String, bool)>, Failure> {
        let new = || Ok(id("2n5JuOKWLTzz"));
        let planned = Plan::assign(Some(&plan()), texts, &vec![None; texts.len()], new)?;
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
        let planned = Plan::assign(Some(&plan()), &["x", "y"], &own, none).unwrap();
        assert_eq!(planned, [B, A].map(|text| Planned { id: id(text), earlier: true }));
    }

    #[test]
    fn a_plan_is_read_as_it_was_written_and_belongs_to_one_kind() {
        let directory = tempfile::tempdir().unwrap();
        let path = beside(&directory.path().join("x.yaml"));
        assert_eq!(Plan::read(&path, "pages").unwrap(), None);
        plan().write(&path).unwrap();
        assert_eq!(Plan::read(&path, "pages").unwrap(), Some(plan()));
        assert!(Plan::read(&path, "conditions").is_err());
        assert_eq!(plan().sent(id(B)), Some("2"));
    }

    #[test]
    fn a_plan_of_an_older_version_takes_the_text_for_what_was_sent() {
        let older = format!(r#"{{"asset":"pages","items":[{{"sha256":"abc","id":"{A}"}}]}}"#);
        let plan: Plan = serde_json::from_str(&older).unwrap();
        assert_eq!((plan.sent(id(A)), plan.sent(id(B))), (Some("abc"), None));
    }
}
