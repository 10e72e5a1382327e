//! Tokens in a file that several processes share.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use funnelflux_transport::{Error, Lock, Timer, TokioTimer};
use serde_json::{Value, json};

use super::{StoreLock, TokenStore};
use crate::expiry::unix_time;
use crate::tokens::Tokens;

/// How often a held lock is tried again: a refresh takes a round trip, some 100 ms.
const LOCK_STEP: Duration = Duration::from_millis(20);
/// How long a lock is waited for: longer than any refresh takes (45 s), so its holder must hang.
const LOCK_PATIENCE: Duration = Duration::from_secs(60);
/// The room on the disk that is taken before a refresh. Tokens have some 4 kB.
const ROOM: usize = 16 * 1024;
/// The largest file that is read.
const LARGEST: u64 = 1024 * 1024;
const BEGUN_AT: &str = "refresh_begun_at";

/// Keeps tokens in a JSON file: readable by its owner only (mode 0600 on Unix), replaced in one step, so
/// that no process reads half of it, and locked across processes during a refresh. Links to it stay.
///
/// Beside the file are one with `.lock` appended and, during a refresh, one with `.new`. A refresh
/// whose answer was lost leaves the latter behind, and so other processes know of it.
#[derive(Clone, Debug)]
pub struct FileStore {
    path: PathBuf,
    timer: Arc<dyn Timer>,
    base_url: Option<String>,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    /// The file for the answer of the refresh under way.
    new: Lock<Option<File>>,
    warned: AtomicBool,
}

impl FileStore {
    /// The tokens of `path`. Its directory is made on the first write.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let timer = Arc::new(TokioTimer);
        Self { path: path.into(), timer, base_url: None, shared: Arc::default() }
    }

    funnelflux_contract::setters! {
        /// Waits on another clock.
        fn with_timer(timer: Arc<dyn Timer>) => timer = timer;
        /// Keeps tokens of one API only: its base URL is written beside them, and tokens beside another one are
        /// not given out, so that none is sent where it does not belong. Tokens that were stored without a base
        /// URL are given out, and bound when they are stored again.
        fn bound_to(base_url: impl Into<String>) => base_url = Some(base_url.into());
    }

    /// Where the tokens are.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn wrong(&self, what: &str) -> Error {
        Error::local(format!("token file {}: {what}", self.path.display()))
    }

    fn failed(&self, what: &str, cause: io::Error) -> Error {
        self.wrong(what).with_source(cause)
    }

    fn refuse_another_api(&self, text: &str) -> Result<(), Error> {
        let Some(asked) = self.base_url.as_deref() else { return Ok(()) };
        let same =
            |url: &str| url.trim_end_matches('/').eq_ignore_ascii_case(asked.trim_end_matches('/'));
        match Tokens::base_url_in(text) {
            Some(stored) if !same(&stored) => Err(Error::invalid_request(format!(
                "token file {}: its tokens are for {stored}, and are not sent to {asked}",
                self.path.display()
            ))),
            _ => Ok(()),
        }
    }

    /// The file itself, behind all links, so that all its names share a lock. Only a regular file is opened:
    /// a FIFO would never end, and a device must not be replaced.
    fn real(&self) -> Result<PathBuf, Error> {
        let mut path = self.path.clone();
        loop {
            let missing = match fs::canonicalize(&path) {
                Ok(real) => return self.checked(real),
                Err(cause) if cause.kind() == io::ErrorKind::NotFound => path,
                Err(cause) => return Err(self.failed("cannot be read", cause)),
            };
            // The link's target is still to be made.
            let Ok(target) = fs::read_link(&missing) else {
                let name = missing.file_name().unwrap_or_default();
                let directory = fs::canonicalize(parent(&missing));
                return Ok(directory.map_or_else(|_| missing.clone(), |it| it.join(name)));
            };
            path = parent(&missing).join(target);
        }
    }

    fn checked(&self, real: PathBuf) -> Result<PathBuf, Error> {
        let about = fs::metadata(&real).map_err(|cause| self.failed("cannot be read", cause))?;
        let why = match about.len() {
            _ if !about.is_file() => "is a directory, a FIFO or a device; expected a regular file",
            LARGEST.. => "is too large to hold tokens",
            _ => {
                self.warn_if_open_to_others(&about);
                return Ok(real);
            }
        };
        Err(self.wrong(why))
    }

    fn warn_if_open_to_others(&self, about: &fs::Metadata) {
        #[cfg(unix)]
        let mode = std::os::unix::fs::PermissionsExt::mode(&about.permissions()) & 0o777;
        #[cfg(not(unix))]
        let (mode, _) = (0o600, about);
        if mode & 0o077 != 0 && !self.shared.warned.swap(true, Ordering::Relaxed) {
            let path = self.path.display();
            tracing::warn!(
                "token file {path}: others can read or change it (mode {mode:03o}); run `chmod 600` on it"
            );
        }
    }

    fn make_directory(&self, real: &Path) -> Result<(), Error> {
        let mut private = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut private, 0o700);
        let made = private.recursive(true).create(parent(real));
        made.map_err(|cause| self.failed("its directory cannot be made", cause))
    }

    fn lock_file(&self, real: &Path) -> Result<File, Error> {
        self.make_directory(real)?;
        let path = beside(real, ".lock");
        let failed = |cause| self.failed("its lock cannot be opened", cause);
        if fs::symlink_metadata(&path).is_ok_and(|about| !about.is_file()) {
            return Err(failed(io::Error::other("it is not a regular file")));
        }
        private().create(true).truncate(false).open(path).map_err(failed)
    }

    fn set_new(&self, file: Option<File>) -> Option<File> {
        std::mem::replace(&mut *self.shared.new.lock(), file)
    }

    fn write(&self, real: &Path, json: &str) -> io::Result<()> {
        let new = beside(real, ".new");
        // Another file may have taken the name of the new one.
        if read_new(real).is_ok_and(|text| text == json) {
            return put_into_place(&new, real, json);
        }
        // Made with mode 0600, and renamed over the old file when it is whole.
        let (whole, mut file) = make_beside(real)?;
        let written = file.write_all(json.as_bytes()).and_then(|()| file.sync_all());
        let placed = written.and_then(|()| put_into_place(&whole, real, json));
        placed.inspect_err(|_| drop(fs::remove_file(&whole)))?;
        // The note of a refresh is about the tokens before these.
        remove_if_there(&new)
    }
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

fn beside(real: &Path, ending: &str) -> PathBuf {
    let mut path = real.as_os_str().to_owned();
    path.push(ending);
    path.into()
}

/// Makes a file that no other process writes: six characters of its name are random.
fn make_beside(real: &Path) -> io::Result<(PathBuf, File)> {
    loop {
        let random = RandomState::new().hash_one(real) & 0xff_ffff;
        let path = beside(real, &format!(".{random:06x}.new"));
        match private().create_new(true).open(&path) {
            Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {}
            made => return made.map(|file| (path, file)),
        }
    }
}

fn read_new(real: &Path) -> io::Result<String> {
    let new = beside(real, ".new");
    match fs::symlink_metadata(&new)?.is_file() {
        true => fs::read_to_string(new),
        false => Err(io::Error::other("it is not a regular file")),
    }
}

/// The new file, where it holds whole tokens: they are the latest.
fn whole_new(real: &Path) -> Option<String> {
    read_new(real).ok().filter(|text| Tokens::from_json(text).is_ok())
}

/// Replaces the file by a whole one. Of a file that is mounted by itself, or is another user's in a sticky
/// directory, it replaces the content. If both fail, the whole one stays, and holds the tokens.
fn put_into_place(whole: &Path, real: &Path, json: &str) -> io::Result<()> {
    fs::rename(whole, real).or_else(|cause| {
        let old = OpenOptions::new().write(true).open(real);
        old.and_then(|old| fill(old, json)).map_err(|_| cause)?;
        remove_if_there(whole)
    })
}

/// Replaces the content of an open file. It is cut last, so that a full disk does not empty it.
fn fill(mut file: File, json: &str) -> io::Result<()> {
    file.rewind()?;
    file.write_all(json.as_bytes())?;
    file.set_len(json.len() as u64)?;
    file.sync_all()
}

/// Whether it is a new file that was not put into place of `real`: `NAME.new`, `NAME.1a2b3c.new`.
fn is_left_over(name: &OsStr, real: &Path) -> bool {
    let own = real.file_name().and_then(OsStr::to_str);
    let (Some(name), Some(own)) = (name.to_str(), own) else { return false };
    let middle = name.strip_prefix(own).and_then(|rest| rest.strip_suffix(".new"));
    middle.is_some_and(|middle| {
        let chance = middle.strip_prefix('.').unwrap_or_default();
        middle.is_empty()
            || (chance.len() == 6 && chance.bytes().all(|b| b.is_ascii_alphanumeric()))
    })
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    fs::remove_file(path).or_else(|cause| match cause.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(cause),
    })
}

/// Makes a rename last through a loss of power. Some file systems cannot, which is no failure.
fn sync_directory(real: &Path) {
    if cfg!(unix) {
        let _ = File::open(parent(real)).and_then(|directory| directory.sync_all());
    }
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.write(true);
    options
}

#[async_trait]
impl TokenStore for FileStore {
    async fn load(&self) -> Result<Option<Tokens>, Error> {
        let real = self.real()?;
        match whole_new(&real).map_or_else(|| fs::read_to_string(&real), Ok) {
            Ok(text) => {
                let tokens = Tokens::from_json(&text).map_err(|cause| {
                    Error::local(format!("token file {}", self.path.display())).with_source(cause)
                })?;
                self.refuse_another_api(&text)?;
                Ok(Some(tokens))
            }
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(self.failed("cannot be read", cause)),
        }
    }

    async fn save(&self, tokens: &Tokens) -> Result<(), Error> {
        let json = tokens.to_json_for(self.base_url.as_deref()) + "\n";
        // The file was made for it, so nothing else can go wrong before. If this fails, another is made.
        let _ = self.set_new(None).map(|file| fill(file, &json));
        let real = self.real()?;
        self.make_directory(&real)?;
        self.write(&real, &json).map_err(|cause| self.failed("cannot be written", cause))?;
        sync_directory(&real);
        Ok(())
    }

    async fn begin_refresh(&self, at: SystemTime) -> Result<(), Error> {
        let real = self.real()?;
        let new = beside(&real, ".new");
        let free = match whole_new(&real) {
            Some(_) => Err(io::Error::other(
                "the latest tokens are in the file beside it that ends in .new, which cannot take its place",
            )),
            None => remove_if_there(&new),
        };
        let made = free.and_then(|()| {
            let mut file = private().create_new(true).open(&new)?;
            let seconds = at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
            let mark = json!({ BEGUN_AT: seconds }).to_string();
            let written = writeln!(file, "{mark:<ROOM$}").and_then(|()| file.sync_all());
            // A file that is cut is no mark.
            written.inspect_err(|_| drop(fs::remove_file(&new)))?;
            Ok(file)
        });
        let file = made.map_err(|cause| {
            self.failed("new tokens could not be stored, so the refresh token was not used", cause)
        })?;
        sync_directory(&real);
        self.set_new(Some(file));
        Ok(())
    }

    async fn unfinished_refresh(&self) -> Result<Option<SystemTime>, Error> {
        match read_new(&self.real()?) {
            Ok(text) => {
                let mark = serde_json::from_str::<Value>(&text).unwrap_or_default();
                Ok(mark.get(BEGUN_AT).and_then(unix_time).or(Some(UNIX_EPOCH)))
            }
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(self.failed("its note of a refresh cannot be read", cause)),
        }
    }

    async fn abandon_refresh(&self) -> Result<(), Error> {
        self.set_new(None);
        let removed = remove_if_there(&beside(&self.real()?, ".new"));
        removed.map_err(|cause| self.failed("its note of a refresh cannot be removed", cause))
    }

    async fn clear(&self) -> Result<(), Error> {
        let real = self.real()?;
        let mut removed = remove_if_there(&real);
        for entry in fs::read_dir(parent(&real)).into_iter().flatten().flatten() {
            if is_left_over(&entry.file_name(), &real) {
                removed = removed.and(remove_if_there(&entry.path()));
            }
        }
        sync_directory(&real);
        removed.map_err(|cause| self.failed("cannot be removed", cause))
    }

    async fn lock(&self) -> Result<StoreLock, Error> {
        let real = self.real()?;
        let file = self.lock_file(&real)?;
        let started = self.timer.now();
        while let Err(refused) = file.try_lock() {
            if let TryLockError::Error(cause) = refused {
                return Err(self.failed("cannot be locked", cause));
            }
            if self.timer.now().saturating_duration_since(started) >= LOCK_PATIENCE {
                let seconds = LOCK_PATIENCE.as_secs();
                return Err(self.wrong(&format!(
                    "another process has held its lock for {seconds} s; is one hanging?"
                )));
            }
            self.timer.sleep(LOCK_STEP).await;
        }
        // A process may have been cut off before this. Until it works, tokens are read from the new file.
        let new = beside(&real, ".new");
        let _ = whole_new(&real).map(|text| put_into_place(&new, &real, &text));
        Ok(Box::new(file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn tokens_are_for_their_owner_only_and_come_back_whole() {
        let directory = tempfile::tempdir().unwrap();
        let store = FileStore::new(directory.path().join("deep/er/tokens.json"));
        assert_eq!(store.load().await.unwrap(), None);
        let tokens = Tokens::new("a").with_refresh_token("r");
        store.save(&tokens).await.unwrap();
        assert_eq!(store.load().await.unwrap(), Some(tokens));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(store.path()), 0o600);
            assert_eq!(mode(store.path().parent().unwrap()), 0o700);
        }
        store.clear().await.unwrap();
        store.clear().await.unwrap();
        assert_eq!(store.load().await.unwrap(), None);
    }

    #[tokio::test]
    async fn tokens_of_one_api_are_not_given_out_for_another() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("tokens.json");
        let store = |url: &str| FileStore::new(&path).bound_to(url);
        FileStore::new(&path).save(&Tokens::new("old")).await.unwrap();
        let unbound = store("https://b.example/v1").load().await.unwrap();
        assert_eq!(unbound, Some(Tokens::new("old")));

        store("https://a.example/v1").save(&Tokens::new("hunter2")).await.unwrap();
        for same in ["https://a.example/v1", "https://A.example/v1/"] {
            assert_eq!(store(same).load().await.unwrap(), Some(Tokens::new("hunter2")));
        }
        let error = store("https://b.example/v1").load().await.unwrap_err();
        assert!(error.is_invalid_request());
        let text = format!("{error} {error:?}");
        assert!(text.contains("https://a.example/v1") && !text.contains("hunter2"), "{text}");
        // A caller that names no API gets them.
        assert!(FileStore::new(&path).load().await.unwrap().is_some());
    }

    #[tokio::test]
    async fn a_broken_file_is_named_and_not_repeated() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("tokens.json");
        std::fs::write(&path, "{\"access_token\": \"hunter2").unwrap();
        let error = FileStore::new(&path).load().await.unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(text.contains("tokens.json") && !text.contains("hunter2"), "{text}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_lock_keeps_others_out_until_it_is_dropped_and_a_hanging_one_is_reported() {
        let directory = tempfile::tempdir().unwrap();
        let store = FileStore::new(directory.path().join("tokens.json"));
        let held = store.lock().await.unwrap();
        let error = store.lock().await.unwrap_err();
        assert!(error.to_string().contains("another process"), "{error}");
        drop(held);
        store.lock().await.unwrap();
    }
}
