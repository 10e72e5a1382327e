//! Files of `ffx` itself. A link in the place of one is not followed.

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

/// Writes a file, whole or not at all, and onto the disk.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_by(path, |file| file.write_all(bytes))
}

/// The end of the name of a file that is not whole yet.
pub(crate) const NEW: &str = ".new";

/// Writes a file by a function, whole or not at all, and onto the disk.
pub(crate) fn write_by<T>(
    path: &Path,
    fill: impl FnOnce(&mut File) -> io::Result<T>,
) -> io::Result<T> {
    let temporary = with_end(path, NEW);
    // A killed run may have left one.
    match fs::remove_file(&temporary) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(cause),
        _ => {}
    }
    let mut file = OpenOptions::new().read(true).write(true).create_new(true).open(&temporary)?;
    let filled = fill(&mut file).and_then(|filled| file.sync_all().map(|()| filled));
    match filled.and_then(|filled| fs::rename(&temporary, path).map(|()| filled)) {
        Ok(filled) => Ok(filled),
        Err(cause) => {
            // The cause says more than a second failure would.
            let _ = fs::remove_file(&temporary);
            Err(cause)
        }
    }
}

/// `objects.yaml.new` for `objects.yaml` and `.new`.
pub(crate) fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
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
