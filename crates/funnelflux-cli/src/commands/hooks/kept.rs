//! The requests that `listen` keeps in a file, for `replay`: a line of JSON for each.

use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use funnelflux::transport::replay::Content;
use serde::{Deserialize, Serialize};

use super::arrival::Arrival;
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::input::MOST;

/// The most bytes of a line: a body of any bytes, spelled as JSON, and headers.
const LONGEST_LINE: u64 = 16 << 20;
/// The most bytes of a file: `replay` reads it whole.
const MOST_BYTES: u64 = MOST as u64 - LONGEST_LINE;

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
    most_bytes: u64,
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
        let opened = open(path).map(|file| match file.try_lock() {
            // Some file systems have no locks.
            Ok(()) | Err(TryLockError::Error(_)) => Some(file),
            Err(TryLockError::WouldBlock) => None,
        });
        let opened = opened.map_err(|cause| wrong(format!("requests cannot be kept: {cause}")))?;
        let Some(file) = opened else {
            return Err(wrong("another `ffx hooks listen` keeps its requests there".to_owned()));
        };
        let (path, starts) = (path.to_owned(), VecDeque::new());
        let mut keeper = Self { path, file, most, most_bytes: MOST_BYTES, starts, end: 0, last: 0 };
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
        let is_open = lines.is_open;
        // From here on it is known to be a file of requests, and changed. A run that was killed may have
        // left a part of a line, and a part of a new file.
        restrict(&self.file)?;
        files::remove_parts(&self.path)?;
        self.cut()?;
        if is_open {
            self.file.write_all(b"\n")?;
            self.end += 1;
        }
        Ok(())
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
        let is_full =
            self.starts.len() >= self.most.saturating_mul(2) || self.end > self.most_bytes;
        if is_full { self.trim() } else { Ok(()) }
    }

    /// Drops all but the last requests: into a new file, which takes the place of the old one whole.
    pub(super) fn trim(&mut self) -> io::Result<()> {
        let mut surplus = self.starts.len().saturating_sub(self.most);
        if self.end > self.most_bytes {
            let is_old = |start: &u64| self.end - start > self.most_bytes / 2;
            let old = self.starts.iter().take_while(|start| is_old(start)).count();
            // The last one stays, however long it is.
            surplus = surplus.max(old.min(self.starts.len().saturating_sub(1)));
        }
        let from = match self.starts.get(surplus) {
            _ if surplus == 0 => return Ok(()),
            Some(from) => *from,
            None => self.end,
        };
        self.file.seek(SeekFrom::Start(from))?;
        let old = &mut self.file;
        self.file = files::write_by(&self.path, Readers::Owner, |new| {
            let _ = new.try_lock();
            io::copy(old, new)?;
            new.try_clone()
        })?;
        self.starts.drain(..surplus);
        self.starts.iter_mut().for_each(|start| *start -= from);
        self.end -= from;
        Ok(())
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

/// Opens or makes a file. A link in its place is not followed.
fn open(path: &Path) -> io::Result<File> {
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
    options.open(path)
}

/// Leaves a file to its owner alone.
fn restrict(file: &File) -> io::Result<()> {
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    let _ = file;
    Ok(())
}

/// The requests of a file, with the places where their lines begin.
pub(super) struct Lines<R> {
    from: BufReader<R>,
    /// The end of the last whole line.
    at: u64,
    /// The number of the last line.
    pub(super) number: usize,
    /// Whether that one has no end of line.
    is_open: bool,
    /// Whether a begun line is left out at the end: a run that was killed left it.
    pub(super) is_torn: bool,
}

impl<R: io::Read + io::Seek> Lines<R> {
    pub(super) fn of(mut from: R) -> Self {
        // What cannot be sought is read from where it is.
        let _ = from.seek(SeekFrom::Start(0));
        let from = BufReader::new(from);
        Self { from, at: 0, number: 0, is_open: false, is_torn: false }
    }

    pub(super) fn next(&mut self) -> io::Result<Option<(u64, Kept)>> {
        const BEGIN: &[u8] = b"{\"number\":";
        let mut line = Vec::new();
        loop {
            line.clear();
            (&mut self.from).take(LONGEST_LINE).read_until(b'\n', &mut line)?;
            if line.is_empty() {
                return Ok(None);
            }
            self.number += 1;
            if !line.trim_ascii().is_empty() {
                break;
            }
            self.at += line.len() as u64;
        }
        self.is_open = !line.ends_with(b"\n");
        let kept = serde_json::from_slice(&line);
        let is_begun = line.starts_with(BEGIN) || BEGIN.starts_with(&line);
        if kept.is_err() && self.is_open && is_begun && (line.len() as u64) < LONGEST_LINE {
            (self.is_torn, self.is_open) = (true, false);
            return Ok(None);
        }
        let kept = kept.map_err(|_| {
            let number = self.number;
            io::Error::other(format!("line {number} holds something else than a kept request"))
        })?;
        let start = self.at;
        self.at += line.len() as u64;
        Ok(Some((start, kept)))
    }
}

#[cfg(test)]
mod tests {
    use funnelflux::transport::bytes::Bytes;
    use funnelflux::transport::http::{HeaderMap, Method, Uri};

    use super::*;

    fn arrival(number: u64, length: usize) -> Arrival {
        Arrival {
            number,
            received: String::new(),
            method: Method::POST,
            target: Uri::from_static("/"),
            headers: HeaderMap::new(),
            body: Bytes::from("x".repeat(length)),
        }
    }

    fn numbers(path: &Path) -> Vec<u64> {
        let mut lines = Lines::of(File::open(path).unwrap());
        std::iter::from_fn(|| lines.next().unwrap()).map(|(_, kept)| kept.number).collect()
    }

    #[test]
    fn a_file_has_at_most_so_many_bytes_and_loses_the_oldest() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("hooks.ndjson");
        let mut keeper = Keeper::open(&path, 10_000).unwrap();
        keeper.most_bytes = 10_000;
        for number in 1..=100 {
            keeper.keep(&arrival(number, 1000), None).unwrap();
            assert!(fs::metadata(&path).unwrap().len() <= 10_000);
        }
        let kept = numbers(&path);
        assert!((4..=9).contains(&kept.len()) && kept.is_sorted(), "{kept:?}");
        assert_eq!(kept.last(), Some(&100));
        // One that is larger than all of it is kept.
        keeper.keep(&arrival(101, 30_000), None).unwrap();
        assert_eq!(numbers(&path), [101], "alone");
        keeper.keep(&arrival(102, 1), None).unwrap();
        drop(keeper);
        assert_eq!(Keeper::open(&path, 10).unwrap().last, 102);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "nothing beside it");
    }

    #[test]
    fn what_a_killed_run_left_is_mended() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("hooks.ndjson");
        let line =
            |number: u64| serde_json::to_string(&Kept::of(&arrival(number, 3), None)).unwrap();
        for (end, left, torn) in [
            ("\n", vec![1, 2], false),
            // Whole, but for the end of its line.
            ("", vec![1, 2], false),
            ("\n{", vec![1, 2], true),
            ("\n{\"number\":3,\"received\":\"\u{e4}", vec![1, 2], true),
            ("\n\n \n", vec![1, 2], false),
        ] {
            let text = format!("{}\n{}{end}", line(1), line(2));
            // Cut inside of a character.
            let bytes = text
                .strip_suffix('\u{e4}')
                .map_or(text.clone().into_bytes(), |text| [text.as_bytes(), b"\xc3"].concat());
            fs::write(&path, &bytes).unwrap();
            let part = directory.path().join(".hooks.ndjson.x1Y2z3.new");
            fs::write(&part, "visitors' data").unwrap();
            let mut lines = Lines::of(File::open(&path).unwrap());
            while lines.next().unwrap().is_some() {}
            assert_eq!(lines.is_torn, torn, "{end:?}");
            let mut keeper = Keeper::open(&path, 10).unwrap();
            assert!(!part.exists());
            keeper.keep(&arrival(9, 1), None).unwrap();
            assert_eq!(numbers(&path), [left, vec![9]].concat(), "{end:?}");
        }
    }
}
