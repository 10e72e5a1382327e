//! The contract file of a profile: read and written under a lock, byte for byte where nothing is learned.

use std::path::PathBuf;
use std::time::Duration;

use funnelflux::journal::Lock;
use funnelflux::transport::{Fact, Overlay, Timer as _, TokioTimer};
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table};

use crate::failure::Failure;
use crate::files::{self, Readers, with_end};
use crate::settings::Settings;

/// The keys that say how a fact is known.
const EVIDENCE: &[&str] = &["certain", "or", "grade", "file", "entry", "when", "seen"];

/// Another `ffx learn` writes its file in less.
const ATTEMPTS: u32 = 100;

const STEP: Duration = Duration::from_millis(50);

pub(super) struct ContractFile {
    pub(super) path: PathBuf,
    /// The facts that make sense.
    pub(super) known: Overlay,
    /// All of them.
    all: Overlay,
    /// What is wrong with the others.
    wrong: Vec<String>,
    pub(super) text: String,
    _lock: Option<Lock>,
}

impl ContractFile {
    /// Reads the file. Facts that make no sense are left out, and stay in the file.
    pub(super) fn read(settings: &Settings) -> Result<Self, Failure> {
        let path = settings.overlay_file()?;
        let shown = path.display();
        let text = match path.symlink_metadata() {
            Ok(_) => Overlay::text_of(&path)?,
            Err(_) => String::new(),
        };
        let all = Overlay::unchecked(&shown.to_string(), &text)?;
        let (known, wrong) = all.clone().sound();
        let wrong = wrong.into_iter().map(|(_, why)| why).collect();
        Ok(Self { path, known, all, wrong, text, _lock: None })
    }

    pub(super) fn tell_wrong(&self, settings: &Settings) {
        for why in &self.wrong {
            settings.terminal.warn(&format!("{why}; it is left out here, and stays in the file"));
        }
    }

    /// Locks the file, and reads it: of two at work the second reads what the first has written.
    pub(super) async fn locked(settings: &Settings) -> Result<Self, Failure> {
        let path = with_end(&settings.overlay_file()?, ".lock");
        for _ in 0..ATTEMPTS {
            let taken = Lock::take(path.clone());
            if let Some(lock) = taken.map_err(|cause| Failure::unwritable(&path, &cause))? {
                return Ok(Self { _lock: Some(lock), ..Self::read(settings)? });
            }
            TokioTimer.sleep(STEP).await;
        }
        let holder = Lock::holder(&path).map(|it| format!(", process {it},")).unwrap_or_default();
        let (path, seconds) = (path.display(), (STEP * ATTEMPTS).as_secs());
        Err(Failure::failed(format!(
            "another `ffx learn` of this profile{holder} has held {path} for {seconds} s; nothing was written"
        ))
        .hint("wait for it to end, or end it"))
    }

    /// Writes the facts. What was there and is still true stays as it is spelled.
    pub(super) fn write(&self, overlay: &Overlay) -> Result<(), Failure> {
        let shown = self.path.display().to_string();
        let is_wrong = |fact: &Fact| !every(&self.known).any(|known| known == fact);
        let Some(text) = merged(&self.text, &self.all, overlay, &is_wrong) else {
            let why =
                format!("{shown}: its facts are in no tables of their own; nothing was written");
            return Err(Failure::failed(why).hint("begin each fact with a line [[fact]]"));
        };
        // A file that the next command refuses must not be written.
        drop(Overlay::unchecked(&shown, &text)?);
        let written = files::write(&self.path, text.as_bytes(), Readers::Default);
        written.map_err(|cause| Failure::unwritable(&self.path, &cause))
    }
}

fn same(one: &Fact, other: &Fact) -> bool {
    let of = |it: &Fact| (it.operations().to_owned(), it.says().clone(), it.doubt().is_some());
    of(one) == of(other)
}

/// The facts, and what is only likely.
fn every(overlay: &Overlay) -> impl Iterator<Item = &Fact> {
    overlay.facts().chain(overlay.likely())
}

/// The text before, with other facts; `None` where it has no table for each. `all` are the facts of the text.
fn merged(
    text: &str,
    all: &Overlay,
    overlay: &Overlay,
    is_wrong: &dyn Fn(&Fact) -> bool,
) -> Option<String> {
    let bare = text.trim_start_matches('\u{feff}');
    if bare.trim().is_empty() {
        return Some(overlay.to_toml());
    }
    let mut document: DocumentMut = bare.parse().ok()?;
    let written: DocumentMut = overlay.to_toml().parse().ok()?;
    if !document.contains_key("format") {
        let comments = document.trailing().as_str()?.to_owned();
        let end = if comments.ends_with('\n') { "" } else { "\n" };
        document.set_trailing("");
        document.insert("format", written.get("format")?.clone());
        document.key_mut("format")?.leaf_decor_mut().set_prefix(comments + end);
    }
    let mut known: Vec<&Fact> = every(all).collect();
    known.sort_by_key(|fact| fact.line());
    let fresh = written.get("fact").and_then(Item::as_array_of_tables);
    let fresh: Vec<(&Fact, &Table)> = every(overlay).zip(fresh.into_iter().flatten()).collect();
    let tables = document.entry("fact").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    let tables = tables.as_array_of_tables_mut()?;
    for (mut table, old) in std::mem::take(tables).into_iter().zip(&known) {
        match fresh.iter().find(|(fact, _)| same(fact, old)) {
            Some((new, _)) if (new.evidence(), new.doubt()) == (old.evidence(), old.doubt()) => {}
            Some((_, new)) => renew(&mut table, new),
            None if is_wrong(old) => {}
            // A fact that is no longer true goes, with its comments.
            None => continue,
        }
        tables.push(table);
    }
    for (_, table) in fresh.iter().filter(|(fact, _)| !known.iter().any(|old| same(old, fact))) {
        let mut table = (*table).clone();
        table.set_position(None);
        tables.push(table);
    }
    let (mark, after) = (text.strip_suffix(bare)?, document.to_string());
    Some(mark.to_owned() + &if bare.contains("\r\n") { after.replace('\n', "\r\n") } else { after })
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
    use funnelflux::transport::Evidence;

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
        let same = merged(BEFORE, &known, &known, &|_| false).unwrap();
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
        let after = merged(BEFORE, &known, &overlay, &|_| false).unwrap();
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
    fn what_is_not_learned_stays_byte_for_byte() {
        let more = Overlay::new().path("ledger.page.list", "/a");
        let new = "\n[[fact]]\nof = \"ledger.page.list\"\npath = \"/a\"\n";
        let by_hand = "[[fact]]\nof = \"ledger.page.find-by-id\"\npath = \"/b\"\n";
        let wrong = "# Odd.\n[[fact]]\nof = \"ledger.pag.list\"\npath = \"/c\"\n";
        for (before, expected) in [
            ("# Ours.\n", format!("# Ours.\nformat = 1\n{new}")),
            ("# Ours.\nformat = 1 # x", format!("# Ours.\nformat = 1 # x\n{new}")),
            (
                "\u{feff}format = 1\n\n# The end.\n",
                format!("\u{feff}format = 1\n{new}\n# The end.\n"),
            ),
            (
                &format!("format = 1\n{by_hand}{by_hand}\n{wrong}"),
                format!("format = 1\n{by_hand}{by_hand}\n{wrong}{new}"),
            ),
            (
                &format!(
                    "format = 1\n\n  [[fact]]  # a\n\n\tof = 'ledger.page.move' \npath=\"/m\"\n# b\n\n\n{by_hand}"
                ),
                format!(
                    "format = 1\n\n  [[fact]]  # a\n\n\tof = 'ledger.page.move' \npath=\"/m\"\n# b\n\n\n{by_hand}{new}"
                ),
            ),
        ] {
            for end in ["\n", "\r\n"] {
                let (before, expected) = (before.replace('\n', end), expected.replace('\n', end));
                let all = Overlay::unchecked("a", &before).unwrap();
                let (known, _) = all.clone().sound();
                let is_wrong = |fact: &Fact| !known.facts().any(|it| it == fact);
                let after = known.facts().cloned().fold(Overlay::new(), Overlay::fact);
                let after = merged(&before, &all, &after.merge(more.clone()), &is_wrong);
                assert_eq!(after.unwrap(), expected);
            }
        }
    }

    #[test]
    fn evidence_is_renewed_with_the_line_ends_of_the_file() {
        let table = "[[fact]]\r\nof = \"ledger.page.list\"\r\npath = '/a' # so\r\nfile = \"a.har\"\r\nentry = \"1\"\r\nseen = 1\r\n";
        let before = format!("# Ours.\r\nformat = 1\r\n\r\n{table}");
        let all = Overlay::unchecked("a", &before).unwrap();
        let evidence = Evidence::new("a.har", "1").seen(2, "");
        let fact = all.facts().next().unwrap().clone().with_evidence(evidence);
        let after = merged(&before, &all, &Overlay::new().fact(fact), &|_| false);
        assert_eq!(after.unwrap(), before.replace("seen = 1", "seen = 2"));
    }

    #[test]
    fn facts_in_one_list_are_refused() {
        let text = "format = 1\nfact = [{ of = \"ledger.page.list\", path = \"/a\" }]\n";
        let all = Overlay::from_toml("a", text).unwrap();
        assert_eq!(merged(text, &all, &all, &|_| false), None);
    }
}
