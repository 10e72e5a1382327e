//! Files that `ffx` reads and writes.

use std::ffi::OsString;
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

/// Makes a new file of its owner alone, to be written bit by bit.
pub(crate) fn make(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
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
    let mut builder = tempfile::Builder::new();
    let begin = begin_of(&target);
    builder.prefix(&begin).suffix(NEW);
    // Of its owner alone unless it says otherwise.
    #[cfg(unix)]
    if readers == Readers::Default {
        let usual = std::os::unix::fs::PermissionsExt::from_mode(0o666);
        builder.permissions(old.clone().unwrap_or(usual));
    }
    let mut file = builder.tempfile_in(directory_of(&target))?;
    if let Some(old) = old.filter(|_| readers == Readers::Default) {
        file.as_file().set_permissions(old)?;
    }
    let filled = fill(file.as_file_mut())?;
    file.as_file().sync_all()?;
    file.persist(target)?;
    Ok(filled)
}

/// Removes the parts of a file that killed runs left beside it. No other run may be writing it.
pub(crate) fn remove_parts(path: &Path) -> io::Result<()> {
    let (begin, directory) = (begin_of(path), directory_of(path));
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name();
        let rest = name.as_encoded_bytes().strip_prefix(begin.as_encoded_bytes());
        if rest.is_some_and(|rest| rest.ends_with(NEW.as_bytes())) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The beginning of the name of a part: `.objects.yaml.` for `objects.yaml`. Names of users seldom begin so.
fn begin_of(path: &Path) -> OsString {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".");
    name
}

/// The end of the name of a file that is not whole yet.
const NEW: &str = ".new";

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
