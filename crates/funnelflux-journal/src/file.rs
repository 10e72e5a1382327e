//! The files of a journal: its database and its locks, readable by their owner alone.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Makes the file if it is missing, so that SQLite never makes one that others can read. A link in its
/// place is not followed.
pub(crate) fn make(path: &Path) -> io::Result<File> {
    if let Some(directory) = path.parent().filter(|it| !it.as_os_str().is_empty()) {
        let mut private = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut private, 0o700);
        private.recursive(true).create(directory)?;
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.clone().create_new(true).open(path) {
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {
            if !fs::symlink_metadata(path)?.is_file() {
                return Err(io::Error::other("it is not a regular file"));
            }
            options.open(path)
        }
        made => made,
    }
}

/// A locked file, which is removed when the lock ends. It holds the number of the process.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    _file: File,
}

impl Lock {
    /// Locks the file until the result is dropped or the process ends; `None` if another process has it.
    ///
    /// # Errors
    /// When the file cannot be made or locked.
    pub fn take(path: PathBuf) -> io::Result<Option<Self>> {
        loop {
            let file = make(&path)?;
            match file.try_lock() {
                Err(TryLockError::WouldBlock) => return Ok(None),
                // Some file systems have no locks.
                Err(TryLockError::Error(cause)) if cause.kind() != io::ErrorKind::Unsupported => {
                    return Err(cause);
                }
                _ if is_at(&file, &path) => {
                    // It only tells others who has it.
                    let _ = file.set_len(0).and_then(|()| write!(&file, "{}", std::process::id()));
                    return Ok(Some(Self { path, _file: file }));
                }
                // Its last owner removed it in between.
                _ => {}
            }
        }
    }

    /// The number of the process that has the lock, if the file says it.
    pub fn holder(path: &Path) -> Option<u32> {
        fs::read_to_string(path).ok()?.trim().parse().ok()
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Still locked, so no other process has it. One that stays does no harm.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let id = |about: fs::Metadata| (about.dev(), about.ino());
    let (open, there) = (file.metadata().map(id), fs::symlink_metadata(path).map(id));
    matches!((open, there), (Ok(open), Ok(there)) if open == there)
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

pub(crate) fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}
