//! Input files: CSV, JSON, NDJSON and YAML, from a path or from stdin.

mod objects;
mod yaml;

use std::fs::{File, TryLockError};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use funnelflux::model::Document;

use crate::failure::Failure;

#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
    /// `None` for stdin.
    file: Option<File>,
}

impl Input {
    /// Reads a file; `-` is stdin. A lock lasts as long as the input, so that one run works on it.
    pub(crate) fn read(path: &Path, is_locked: bool) -> Result<Self, Failure> {
        let unreadable = |cause| Failure::unreadable(path, &cause);
        let mut bytes = Vec::new();
        let file = if path == Path::new("-") {
            io::stdin().read_to_end(&mut bytes).map_err(unreadable)?;
            None
        } else {
            let mut file = File::open(path).map_err(unreadable)?;
            // Some file systems have no locks.
            if is_locked && let Err(TryLockError::WouldBlock) = file.try_lock() {
                return Err(Failure::failed(format!(
                    "another ffx is at work on {}; nothing was sent",
                    path.display()
                )));
            }
            file.read_to_end(&mut bytes).map_err(unreadable)?;
            Some(file)
        };
        let text = String::from_utf8(bytes).map_err(|cause| {
            let byte = cause.utf8_error().valid_up_to() + 1;
            Failure::usage(format!("{}: not UTF-8 (byte {byte})", path.display()))
                .hint("save the file as UTF-8; nothing was sent")
        })?;
        Ok(Self { path: path.to_owned(), text, file })
    }

    /// The path, unless the input is stdin or a pipe such as `/dev/fd/63`.
    pub(crate) fn regular_file(&self) -> Option<&Path> {
        let metadata = self.file.as_ref()?.metadata().ok()?;
        metadata.is_file().then_some(&*self.path)
    }

    /// The objects of a JSON, NDJSON or YAML text; at least one.
    pub(crate) fn objects(&self) -> Result<Vec<Document>, Failure> {
        let wrong = |why: String| Err(Failure::usage(format!("-f {}: {why}", self.path.display())));
        match objects::parse(&self.text) {
            Ok(objects) if objects.is_empty() => wrong("contains no objects".to_owned()),
            Ok(objects) => Ok(objects),
            Err(why) => wrong(why),
        }
    }
}
