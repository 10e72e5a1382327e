//! The contract file of a profile: read and written under a lock, with the comments of its reader.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::PathBuf;

use funnelflux::transport::{Fact, Overlay};
use toml_edit::{DocumentMut, Item, Table};

use crate::failure::Failure;
use crate::files::{self, Readers, with_end};
use crate::settings::Settings;

/// The keys that say how a fact is known.
const EVIDENCE: &[&str] = &["grade", "file", "entry", "when", "seen"];

/// The file, which no other `ffx learn` changes before this ends.
pub(super) struct ContractFile {
    pub(super) path: PathBuf,
    pub(super) known: Overlay,
    text: String,
    _lock: Option<File>,
}

impl ContractFile {
    /// Reads the file. One that will be written is locked first: of two at work the second reads what the first
    /// has written.
    pub(super) fn open(settings: &Settings, is_written: bool) -> Result<Self, Failure> {
        let path = settings.overlay_file()?;
        let shown = path.display();
        let wrong = |cause: std::io::Error| Failure::unwritable(&path, &cause);
        let lock = match is_written {
            true => {
                path.parent().map_or(Ok(()), std::fs::create_dir_all).map_err(wrong)?;
                let mut options = OpenOptions::new();
                let beside = with_end(&path, ".lock");
                let file = options.write(true).create(true).truncate(false).open(beside);
                Some(locked(file.map_err(wrong)?, settings).map_err(wrong)?)
            }
            false => None,
        };
        let text = match path.symlink_metadata() {
            Ok(_) => std::fs::read_to_string(&path)
                .map_err(|cause| Failure::failed(format!("{shown} cannot be read: {cause}")))?,
            Err(_) => String::new(),
        };
        let known = match &*text {
            "" => Overlay::new(),
            text => Overlay::from_toml(&shown.to_string(), text)?,
        };
        Ok(Self { path, known, text, _lock: lock })
    }

    /// Writes the facts. What was there keeps its order and its comments.
    pub(super) fn write(&self, overlay: &Overlay) -> Result<(), Failure> {
        let text = merged(&self.text, &self.known, overlay);
        let text = text.unwrap_or_else(|| overlay.to_toml());
        // A file that the next command refuses must not be written.
        drop(Overlay::from_toml(&self.path.display().to_string(), &text)?);
        let written = files::write(&self.path, text.as_bytes(), Readers::Default);
        written.map_err(|cause| Failure::unwritable(&self.path, &cause))
    }
}

fn locked(file: File, settings: &Settings) -> std::io::Result<File> {
    // Some file systems have no locks.
    if let Err(TryLockError::WouldBlock) = file.try_lock() {
        settings.terminal.warn("waiting for another `ffx learn` of this profile");
        file.lock()?;
    }
    Ok(file)
}

/// The text before, with other facts; `None` where it has no table for each.
fn merged(text: &str, known: &Overlay, overlay: &Overlay) -> Option<String> {
    let mut document: DocumentMut = text.trim_start_matches('\u{feff}').parse().ok()?;
    let all = document.get_mut("fact")?.as_array_of_tables_mut()?;
    let new: DocumentMut = overlay.to_toml().parse().ok()?;
    let new = new.get("fact")?.as_array_of_tables()?.iter().cloned();
    let mut new: Vec<Option<Table>> = new.map(Some).collect();
    for (old, mut table) in known.facts().zip(std::mem::take(all)) {
        let is_it = |it: &Fact| (it.operations(), it.says()) == (old.operations(), old.says());
        let place = overlay.facts().position(is_it);
        // A fact that is no longer true goes, with its comments.
        if let Some(fresh) = place.and_then(|at| new.get_mut(at)?.take()) {
            renew(&mut table, &fresh);
            all.push(table);
        }
    }
    for mut table in new.into_iter().flatten() {
        table.set_position(None);
        all.push(table);
    }
    Some(document.to_string())
}

/// Takes over the evidence, and leaves the rest as it is spelled.
fn renew(table: &mut Table, fresh: &Table) {
    for key in EVIDENCE {
        let new = fresh.get(key).and_then(Item::as_value);
        match (table.get_mut(key).and_then(Item::as_value_mut), new) {
            (Some(old), Some(new)) if old.to_string().trim() == new.to_string().trim() => {}
            (Some(old), Some(new)) => {
                let decor = old.decor().clone();
                *old = new.clone();
                *old.decor_mut() = decor;
            }
            // Only its reader gives a fact of the file a grade, or takes it off.
            _ if *key == "grade" => {}
            (None, Some(new)) => _ = table.insert(key, Item::Value(new.clone())),
            (Some(_), None) => _ = table.remove(key),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = r#"# Ours. Ask Kim before you change it.
format = 1 # of the file

# By hand: the app does it so.
[[fact]] # first
of = "ledger.page.list" # pages
path = "/sites/all"
grade = "observed"

# Seen in spring.
[[fact]]
query = "status"
name   =   'state' # spelled so
of = "ledger.page.list"
file = "a.har"
entry = "entry 1"
seen = 2 # twice

# Goes.
[[fact]]
of = "ledger.page.delete"
path = "/sites/remove"
# The end.
"#;

    #[test]
    fn comments_order_and_spelling_stay_and_only_what_changes_is_written() {
        let known = Overlay::from_toml("a", BEFORE).unwrap();
        let same = merged(BEFORE, &known, &known).unwrap();
        assert_eq!(same, BEFORE);

        let (_, kept): (Vec<_>, Vec<_>) =
            known.facts().cloned().partition(|fact| fact.operations() == "ledger.page.delete");
        let more = |fact: funnelflux::transport::Fact| match fact.evidence() {
            Some(evidence) => {
                let evidence = evidence.clone().seen(5, "2026-11-27");
                fact.with_evidence(evidence)
            }
            None => fact,
        };
        let overlay = Overlay::new().member("ledger.page.*", "pageName", "title");
        let overlay = kept.into_iter().map(more).fold(overlay, Overlay::fact);
        let after = merged(BEFORE, &known, &overlay).unwrap();
        let expected =
            BEFORE.replace("seen = 2 # twice", "seen = 5 # twice\nwhen = \"2026-11-27\"").replace(
                "# Goes.\n[[fact]]\nof = \"ledger.page.delete\"\npath = \"/sites/remove\"\n",
                "[[fact]]\nof = \"ledger.page.*\"\nmember = \"pageName\"\nname = \"title\"\n",
            );
        assert_eq!(after, expected);
        let read = Overlay::from_toml("a", &after).unwrap();
        assert_eq!(read.facts().count(), overlay.facts().count());
    }

    #[test]
    fn what_is_in_no_tables_is_written_anew() {
        for text in ["", "format = 1\n", "format = 1\nfact = [{ of = \"a.b\", path = \"/a\" }]\n"] {
            assert_eq!(merged(text, &Overlay::new(), &Overlay::new().path("a.b", "/a")), None);
        }
    }
}
