//! Files that `ffx` reads and writes.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Opens a file to be read. A FIFO or a device would never end.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    match fs::metadata(path)?.is_file() {
        true => File::open(path),
        false => Err(io::Error::other("it is not a regular file")),
    }
}

/// Who may read a file that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Those that the system allows by default, or that could read the file before.
    Default,
    /// Its owner alone: it holds secrets, money or data of visitors.
    Owner,
}

/// Writes a file; see [`write_by`].
pub(crate) fn write(path: &Path, bytes: &[u8], readers: Readers) -> io::Result<()> {
    write_by(path, readers, |file| file.write_all(bytes))
}

/// Writes a file by a function, whole or not at all, and onto the disk. A symbolic link is followed: what it leads to
/// is replaced. A device or a FIFO is written to as it is.
pub(crate) fn write_by<T>(
    path: &Path,
    readers: Readers,
    fill: impl FnOnce(&mut File) -> io::Result<T>,
) -> io::Result<T> {
    let old = match fs::metadata(path) {
        Ok(old) if old.is_dir() => return Err(io::Error::other("it is a directory")),
        Ok(old) if !old.is_file() || is_own_stream(path) => {
            return fill(&mut OpenOptions::new().append(true).open(path)?);
        }
        Ok(old) => Some(old.permissions()),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => None,
        Err(cause) => return Err(cause),
    };
    let target = target(path)?;
    let temporary = with_end(&target, NEW);
    // A killed run may have left one.
    match fs::remove_file(&temporary) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(cause),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    if readers == Readers::Owner {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    let mut file = options.open(&temporary)?;
    let filled = match old.filter(|_| readers == Readers::Default) {
        Some(old) => file.set_permissions(old).and_then(|()| fill(&mut file)),
        None => fill(&mut file),
    };
    let filled = filled.and_then(|filled| file.sync_all().map(|()| filled));
    match filled.and_then(|filled| fs::rename(&temporary, target).map(|()| filled)) {
        Ok(filled) => Ok(filled),
        Err(cause) => {
            // The cause says more than a second failure would.
            let _ = fs::remove_file(&temporary);
            Err(cause)
        }
    }
}

/// The end of the name of a file that is not whole yet.
pub(crate) const NEW: &str = ".new";

/// `objects.yaml.new` for `objects.yaml` and `.new`.
pub(crate) fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// Whether a path names a stream of this process: the file behind it is written on, and not replaced.
fn is_own_stream(path: &Path) -> bool {
    ["/dev/stdout", "/dev/stderr", "/dev/fd"].iter().any(|own| path.starts_with(own))
}

/// The file that links at a path lead to, which need not exist.
fn target(path: &Path) -> io::Result<PathBuf> {
    const MOST_LINKS: usize = 40;
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(next) = fs::read_link(&path) else { return Ok(path) };
        path = path.parent().unwrap_or(Path::new("")).join(next);
    }
    Err(io::Error::other("it is a link that leads to itself"))
}

/// The names of a file in its directory, the real path of the given one first, and whether it has others
/// elsewhere: a file may have several by links, and each is the same input.
pub(crate) fn names(path: &Path) -> io::Result<(Vec<PathBuf>, bool)> {
    let real = fs::canonicalize(path)?;
    let mut names = vec![real.clone()];
    #[cfg(not(unix))]
    let is_elsewhere = false;
    #[cfg(unix)]
    let is_elsewhere = {
        use std::os::unix::fs::MetadataExt as _;
        let file = fs::metadata(&real)?;
        if let Some(directory) = real.parent().filter(|_| file.nlink() > 1) {
            let entries = fs::read_dir(directory)?.flatten();
            let same = entries.filter(|entry| {
                let other = entry.metadata();
                other.is_ok_and(|other| (other.dev(), other.ino()) == (file.dev(), file.ino()))
            });
            names.extend(same.map(|entry| entry.path()).filter(|name| *name != real));
        }
        file.nlink() > names.len() as u64
    };
    Ok((names, is_elsewhere))
}
