//! The files of an upload, which are read as one.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use funnelflux::imports::{Place, Reader, Sheet};
use funnelflux::model::ValidationError;

use super::table::NOTHING_SENT;
use crate::failure::Failure;
use crate::input::{Input, MOST};
use crate::output::first_few;

/// The name of a file, and its bytes.
type Named = (String, Vec<u8>);

/// They hold the locks that keep two runs from sending the same lines.
pub(super) struct Files(Vec<Input>);

impl Files {
    /// Opens the files, and reads each: its name and its bytes. None may be there twice. A single file of the disk is
    /// left unread.
    pub(super) fn open(paths: &[PathBuf], are_locked: bool) -> Result<(Self, Vec<Named>), Failure> {
        let real = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let (mut inputs, mut all) = (Vec::new(), Vec::<Named>::new());
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
            if paths.len() == 1 && input.file().is_some() {
                inputs.push(input);
                break;
            }
            let bytes = input.bytes()?;
            if let Some((first, _)) = all.iter().find(|(_, it)| *it == bytes && !it.is_empty()) {
                return again(first);
            }
            left = left.checked_sub(bytes.len()).ok_or_else(|| {
                let why = format!("the files are larger than {} MiB together", MOST >> 20);
                Failure::usage(why).hint("give fewer of them; nothing was sent")
            })?;
            inputs.push(input);
            all.push((name, bytes));
        }
        Ok((Self(inputs), all))
    }

    /// Reads what [`open`](Self::open) gave.
    pub(super) fn read(&self, all: &[Named], reader: &Reader) -> Result<Sheet, Failure> {
        let sheet = match (all, self.0.first().and_then(Input::file)) {
            ([], Some(file)) => reader.read_file(file),
            ([(_, bytes)], _) => reader.read(bytes),
            _ => reader.read_all(all.iter().map(|(name, bytes)| (&**name, &**bytes))),
        };
        sheet.map_err(|problems| self.refusal(problems))
    }

    pub(super) fn names(&self) -> impl ExactSizeIterator<Item = impl Display> {
        self.0.iter().map(|input| input.path.display())
    }

    /// `a.csv`, or `a.csv, b.csv`.
    pub(super) fn name(&self) -> String {
        first_few(self.names())
    }

    pub(super) fn refusal(&self, problems: impl Display) -> Failure {
        Failure::usage(self.about(problems)).hint(NOTHING_SENT)
    }

    /// Names the file, unless there are several: what is said of them names their lines.
    pub(super) fn about(&self, what: impl Display) -> String {
        match self.0.as_slice() {
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
