//! The files of an upload, which are read as one.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use funnelflux::imports::{Place, Reader, Sheet};
use funnelflux::model::ValidationError;

use super::entry::digest;
use super::table::NOTHING_SENT;
use crate::failure::Failure;
use crate::input::{Input, MOST};
use crate::output::first_few;

/// The name of a file, and its bytes.
type Named = (String, Vec<u8>);

/// They hold the locks that keep two runs from sending the same lines.
pub(super) struct Files {
    inputs: Vec<Input>,
    /// What each is known by in the journal: its path without links, or the digest of what has no name of its own.
    places: Vec<String>,
}

impl Files {
    /// Opens the files, and reads each: its name and its bytes. None may be there twice. A single file of the disk is
    /// left unread.
    pub(super) fn open(paths: &[PathBuf], are_locked: bool) -> Result<(Self, Vec<Named>), Failure> {
        let real = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let mut files = Self { inputs: Vec::new(), places: Vec::new() };
        let mut all = Vec::<Named>::new();
        let mut left = MOST;
        for (at, path) in paths.iter().enumerate() {
            let name = path.display().to_string();
            let again = |first: &str| {
                let why = format!("{first} and {name} are the same file; each is sent once");
                Err(Failure::usage(why).hint("leave one of them out; nothing was sent"))
            };
            if let Some(first) = paths.iter().take(at).find(|it| real(it) == real(path)) {
                return again(&first.display().to_string());
            }
            let input = Input::unread(path, are_locked)?;
            let place = input.regular_file().map(|path| real(path).display().to_string());
            let is_unread = paths.len() == 1 && input.file().is_some();
            let bytes = if is_unread { Vec::new() } else { input.bytes()? };
            if let Some((first, _)) = all.iter().find(|(_, it)| *it == bytes && !it.is_empty()) {
                return again(first);
            }
            left = left.checked_sub(bytes.len()).ok_or_else(|| {
                let why = format!("the files are larger than {} MiB together", MOST >> 20);
                Failure::usage(why).hint("give fewer of them; nothing was sent")
            })?;
            let digest = || format!("- {}", digest(&String::from_utf8_lossy(&bytes)));
            files.places.push(place.unwrap_or_else(digest));
            files.inputs.push(input);
            if !is_unread {
                all.push((name, bytes));
            }
        }
        Ok((files, all))
    }

    /// Reads what [`open`](Self::open) gave.
    pub(super) fn read(&self, all: &[Named], reader: &Reader) -> Result<Sheet, Failure> {
        let sheet = match (all, self.inputs.first().and_then(Input::file)) {
            ([], Some(file)) => reader.read_file(file),
            ([(_, bytes)], _) => reader.read(bytes),
            _ => reader.read_all(all.iter().map(|(name, bytes)| (&**name, &**bytes))),
        };
        sheet.map_err(|problems| self.refusal(problems))
    }

    pub(super) fn names(&self) -> impl ExactSizeIterator<Item = impl Display> {
        self.inputs.iter().map(|input| input.path.display())
    }

    /// `a.csv`, or `a.csv, b.csv`.
    pub(super) fn name(&self) -> String {
        first_few(self.names())
    }

    /// What the journal knows the files by: the one of this name, or all together.
    pub(super) fn place(&self, name: Option<&str>) -> String {
        let is_it = |input: &Input| name.is_some_and(|name| input.path == Path::new(name));
        let one = self.inputs.iter().position(is_it).and_then(|at| self.places.get(at));
        one.cloned().unwrap_or_else(|| self.places.join(", "))
    }

    /// The words by which uploads of these files are known, those of earlier versions, too.
    pub(super) fn known(&self) -> Vec<String> {
        let names =
            self.names().map(|name| name.to_string()).chain([self.name(), self.place(None)]);
        self.places.iter().cloned().chain(names).collect()
    }

    pub(super) fn refusal(&self, problems: impl Display) -> Failure {
        Failure::usage(self.about(problems)).hint(NOTHING_SENT)
    }

    /// Names the file, unless there are several: what is said of them names their lines.
    pub(super) fn about(&self, what: impl Display) -> String {
        match self.inputs.as_slice() {
            [one] => format!("{}: {what}", one.path.display()),
            _ => what.to_string(),
        }
    }

    pub(super) fn too_large(&self, what: &str) -> Failure {
        let why = format!("{}: the {what} are too large to add up", self.name());
        Failure::usage(why).hint("nothing was sent")
    }

    /// The failure of a request: positions in its list become lines.
    pub(super) fn refused(
        &self,
        cause: &ValidationError,
        list: &str,
        line: impl Fn(usize) -> Option<Place>,
    ) -> Failure {
        let message = cause.to_string();
        let opening = format!("{list}[");
        let mut pieces = message.split(&opening);
        let mut text = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let place = piece.split_once(']');
            text += &match place.and_then(|(at, rest)| Some((line(at.parse().ok()?)?, rest))) {
                Some((line, rest)) => format!("{line}{rest}"),
                None => format!("{opening}{piece}"),
            };
        }
        self.refusal(text)
    }
}
