//! Input files: CSV, JSON, NDJSON and YAML, from a path or from stdin.

mod objects;
mod shape;
mod yaml;

use std::fs::{File, TryLockError};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use funnelflux::model::Document;

use crate::failure::Failure;

pub(crate) use objects::{each_member_once, json};
pub(crate) use shape::Shape;

/// The most bytes of an input: it is checked as a whole, in memory, before anything is sent.
pub(crate) const MOST: usize = 128 << 20;

/// Objects and lists nested deeper are no input: what reads them would run out of stack or memory.
const DEEPEST: usize = 128;

pub(crate) struct Input {
    pub(crate) path: PathBuf,
    /// Without a byte order mark.
    pub(crate) text: String,
    /// `None` for stdin.
    file: Option<File>,
}

impl Input {
    /// Reads a file; `-` is stdin. A lock lasts as long as the input, so that one run works on it.
    pub(crate) fn read(path: &Path, is_locked: bool) -> Result<Self, Failure> {
        let file = Self::open(path, is_locked)?;
        let text = match &file {
            Some(file) => text_of(path, file)?,
            None => text_of(path, io::stdin().lock())?,
        };
        Ok(Self { path: path.to_owned(), text, file })
    }

    /// Reads the bytes of a file, as [`read`](Self::read) does the text.
    pub(crate) fn read_bytes(path: &Path, is_locked: bool) -> Result<(Self, Vec<u8>), Failure> {
        let input = Self::unread(path, is_locked)?;
        let bytes = input.bytes()?;
        Ok((input, bytes))
    }

    /// Opens a file, and locks it as [`read`](Self::read) does.
    pub(crate) fn unread(path: &Path, is_locked: bool) -> Result<Self, Failure> {
        let file = Self::open(path, is_locked)?;
        Ok(Self { path: path.to_owned(), text: String::new(), file })
    }

    /// The file, if it can be read again and is not too large.
    pub(crate) fn file(&self) -> Option<&File> {
        let file = self.file.as_ref()?;
        let metadata = file.metadata().ok()?;
        (metadata.is_file() && metadata.len() <= MOST as u64).then_some(file)
    }

    pub(crate) fn bytes(&self) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        let most = MOST as u64 + 1;
        let read = match &self.file {
            Some(file) => {
                let size = file.metadata().map_or(0, |it| it.len()).min(most);
                // One more than the file has shows its end without a larger buffer.
                bytes.reserve_exact(usize::try_from(size).unwrap_or_default() + 1);
                file.take(most).read_to_end(&mut bytes)
            }
            None => io::stdin().lock().take(most).read_to_end(&mut bytes),
        };
        read.map_err(|cause| Failure::unreadable(&self.path, &cause))?;
        if bytes.len() > MOST {
            let why = format!("{}: is larger than {} MiB", self.path.display(), MOST >> 20);
            return Err(Failure::usage(why).hint("split it into smaller files; nothing was sent"));
        }
        Ok(bytes)
    }

    fn open(path: &Path, is_locked: bool) -> Result<Option<File>, Failure> {
        if path == Path::new("-") {
            return Ok(None);
        }
        let file = File::open(path).map_err(|cause| Failure::unreadable(path, &cause))?;
        // Some file systems have no locks.
        if is_locked && let Err(TryLockError::WouldBlock) = file.try_lock() {
            let why = format!("another ffx is at work on {}; nothing was sent", path.display());
            return Err(Failure::failed(why));
        }
        Ok(Some(file))
    }

    /// The path, unless the input is stdin or a pipe such as `/dev/fd/63`.
    pub(crate) fn regular_file(&self) -> Option<&Path> {
        let metadata = self.file.as_ref()?.metadata().ok()?;
        metadata.is_file().then_some(&*self.path)
    }

    /// The objects of a JSON, NDJSON or YAML text; at least one. Takes the text.
    pub(crate) fn objects(&mut self, shape: Shape) -> Result<Vec<Document>, Failure> {
        let text = std::mem::take(&mut self.text);
        let objects = objects::parse(&text, shape).and_then(|objects| match objects.is_empty() {
            true => Err("contains no objects".to_owned()),
            false => Ok(objects),
        });
        objects.map_err(|why| Failure::unsent(format!("-f {}: {why}", self.path.display())))
    }
}

/// Reads a text of bounded size, without its byte order mark.
pub(crate) fn text_of(path: &Path, mut source: impl Read) -> Result<String, Failure> {
    let (mut bytes, mut chunk) = (Vec::new(), vec![0; 64 << 10]);
    let wrong = |why: String, hint: &str| {
        Failure::usage(format!("{}: {why}", path.display()))
            .hint(format!("{hint}; nothing was sent"))
    };
    loop {
        let read = match source.read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => chunk.get(..read).unwrap_or_default(),
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => continue,
            Err(cause) => return Err(Failure::unreadable(path, &cause)),
        };
        let before = bytes.len();
        bytes.extend_from_slice(read);
        if let Some(coding) = coding(&bytes) {
            return Err(wrong(format!("is {coding}, not UTF-8 text"), "save it as plain UTF-8"));
        }
        if let Some(at) = read.iter().position(|byte| *byte == 0) {
            let why = format!("is no text: byte {} is NUL", before + at + 1);
            return Err(wrong(why, "expected UTF-8 text"));
        }
        if bytes.len() > MOST {
            let why = format!("is larger than {} MiB", MOST >> 20);
            return Err(wrong(why, "split it into smaller files"));
        }
    }
    let mut text = String::from_utf8(bytes).map_err(|cause| {
        let byte = cause.utf8_error().valid_up_to() + 1;
        wrong(format!("not UTF-8 (byte {byte})"), "save the file as UTF-8")
    })?;
    if text.starts_with(MARK) {
        text.drain(..MARK.len_utf8());
    }
    Ok(text)
}

/// The byte order mark.
pub(crate) const MARK: char = '\u{feff}';

fn coding(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => Some("UTF-32 text"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some("UTF-16 text"),
        [0, first, 0, second, ..] | [first, 0, second, 0, ..] if *first > 0 && *second > 0 => {
            Some("UTF-16 text without a mark")
        }
        [0x1f, 0x8b, ..] => Some("gzip-compressed data"),
        [b'P', b'K', 3, 4, ..] => Some("a zip archive or a workbook"),
        _ => None,
    }
}
