//! The requests that `listen` keeps in a file, for `replay`: a line of JSON for each.

use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use funnelflux::transport::replay::Content;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::arrival::Arrival;
use crate::failure::Failure;

/// A request that `ffx hooks listen` kept, with its headers and body unchanged.
#[derive(Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) number: u64,
    pub(super) received: String,
    pub(super) method: String,
    /// The path with the query.
    pub(super) target: String,
    /// Names and values. The bytes of a value are its characters, which are those of ISO 8859-1.
    pub(super) headers: Vec<(String, String)>,
    /// The server that it was passed on to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) to: Option<String>,
    #[serde(default, skip_serializing_if = "Content::is_empty")]
    pub(super) body: Content,
}

impl Kept {
    fn of(arrival: &Arrival, to: Option<&str>) -> Self {
        let value = |value: &[u8]| value.iter().copied().map(char::from).collect();
        let headers = arrival.headers.iter();
        Self {
            number: arrival.number,
            received: arrival.received.clone(),
            method: arrival.method.to_string(),
            target: arrival.target.to_string(),
            headers: headers.map(|(name, it)| (name.to_string(), value(it.as_bytes()))).collect(),
            to: to.map(str::to_owned),
            body: Content::of(&arrival.body),
        }
    }
}

/// The file of the last requests. It may grow to twice as many before the old ones go.
pub(super) struct Keeper {
    path: PathBuf,
    file: File,
    most: usize,
    /// Where each line begins.
    starts: VecDeque<u64>,
    end: u64,
    /// The number of the last request.
    pub(super) last: u64,
}

impl Keeper {
    /// Opens the file, for this program alone, and goes on with the numbers of what it holds.
    pub(super) fn open(path: &Path, most: usize) -> Result<Self, Failure> {
        let hint = "--file names another file, and --keep 0 keeps none";
        let wrong = |why: String| Failure::usage(format!("{}: {why}", path.display())).hint(hint);
        let opened = private(path).map(|file| match file.try_lock() {
            // Some file systems have no locks.
            Ok(()) | Err(TryLockError::Error(_)) => Some(file),
            Err(TryLockError::WouldBlock) => None,
        });
        let opened = opened.map_err(|cause| wrong(format!("requests cannot be kept: {cause}")))?;
        let Some(file) = opened else {
            return Err(wrong("another `ffx hooks listen` keeps its requests there".to_owned()));
        };
        let mut keeper =
            Self { path: path.to_owned(), file, most, starts: VecDeque::new(), end: 0, last: 0 };
        let read = keeper.read().and_then(|()| keeper.trim());
        read.map_err(|cause| wrong(cause.to_string()))?;
        Ok(keeper)
    }

    fn read(&mut self) -> io::Result<()> {
        let mut lines = Lines::of(self.file.try_clone()?);
        while let Some((start, kept)) = lines.next()? {
            self.starts.push_back(start);
            self.last = self.last.max(kept.number);
        }
        self.end = lines.at;
        // A killed run may have left a part of a line.
        self.cut()
    }

    /// Ends the file behind the last whole line.
    fn cut(&mut self) -> io::Result<()> {
        self.file.set_len(self.end)?;
        self.file.seek(SeekFrom::End(0)).map(drop)
    }

    pub(super) fn keep(&mut self, arrival: &Arrival, to: Option<&str>) -> io::Result<()> {
        let mut line = serde_json::to_vec(&Kept::of(arrival, to))?;
        line.push(b'\n');
        // A trim that failed has left the file at another place.
        let written =
            self.file.seek(SeekFrom::Start(self.end)).and_then(|_| self.file.write_all(&line));
        if let Err(cause) = written {
            // A full disk leaves no half line.
            let _ = self.cut();
            return Err(cause);
        }
        self.starts.push_back(self.end);
        self.end += line.len() as u64;
        if self.starts.len() >= self.most.saturating_mul(2) { self.trim() } else { Ok(()) }
    }

    /// Drops all but the last requests: into a new file, which takes the place of the old one whole.
    pub(super) fn trim(&mut self) -> io::Result<()> {
        let surplus = self.starts.len().saturating_sub(self.most);
        let from = match self.starts.get(surplus) {
            _ if surplus == 0 => return Ok(()),
            Some(from) => *from,
            None => self.end,
        };
        // Such files are for their owner alone.
        let directory = self.path.parent().filter(|it| !it.as_os_str().is_empty());
        let new = NamedTempFile::new_in(directory.unwrap_or(Path::new(".")))?;
        self.file.seek(SeekFrom::Start(from))?;
        io::copy(&mut self.file, &mut new.as_file())?;
        let _ = new.as_file().try_lock();
        self.file = new.persist(&self.path)?;
        self.file.seek(SeekFrom::End(0))?;
        self.starts.drain(..surplus);
        self.starts.iter_mut().for_each(|start| *start -= from);
        self.end -= from;
        Ok(())
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

/// Opens or makes a file that its owner alone can read. A link in its place is not followed.
fn private(path: &Path) -> io::Result<File> {
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs::create_dir_all(parent)?;
    }
    if fs::symlink_metadata(path).is_ok_and(|found| !found.is_file()) {
        return Err(io::Error::other("it is not a regular file"));
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(file)
}

/// The most bytes of a line: a body of any bytes, spelled as JSON, and headers.
const LONGEST_LINE: u64 = 16 << 20;

/// The requests of a file, with the places where their lines begin.
pub(super) struct Lines<R> {
    from: BufReader<R>,
    at: u64,
}

impl<R: io::Read + io::Seek> Lines<R> {
    fn of(mut from: R) -> Self {
        // What cannot be sought is read from where it is.
        let _ = from.seek(SeekFrom::Start(0));
        Self { from: BufReader::new(from), at: 0 }
    }

    /// The next request. A begun line at the end is none: a killed run left it.
    fn next(&mut self) -> io::Result<Option<(u64, Kept)>> {
        const BEGIN: &[u8] = b"{\"number\":";
        let mut line = Vec::new();
        (&mut self.from).take(LONGEST_LINE).read_until(b'\n', &mut line)?;
        let is_begun = line.starts_with(BEGIN) || BEGIN.starts_with(&line);
        if !line.ends_with(b"\n") && (line.len() as u64) < LONGEST_LINE && is_begun {
            return Ok(None);
        }
        let kept = serde_json::from_slice(&line).map_err(|_| {
            io::Error::other("it holds something else than requests that were kept")
        })?;
        let start = self.at;
        self.at += line.len() as u64;
        Ok(Some((start, kept)))
    }
}
