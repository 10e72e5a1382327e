//! Tokens in a file that several processes share.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use funnelflux_transport::{Error, Timer, TokioTimer};

use super::{StoreLock, TokenStore};
use crate::tokens::Tokens;

/// How often a held lock is tried again: a refresh takes a round trip, some 100 ms.
const LOCK_STEP: Duration = Duration::from_millis(20);
/// How long a lock is waited for: longer than a refresh with its retries may take (45 s), so that only
/// a process that hangs is given up on.
const LOCK_PATIENCE: Duration = Duration::from_secs(60);

/// Keeps tokens in a JSON file: readable by its owner only (mode 0600 on Unix), replaced in one
/// step, so that no process reads half of it, and locked across processes during a refresh.
#[derive(Clone, Debug)]
pub struct FileStore {
    path: PathBuf,
    timer: Arc<dyn Timer>,
    base_url: Option<String>,
}

impl FileStore {
    /// The tokens of `path`. Its directory is made on the first write. Next to the file there is
    /// one named like it with `.lock` appended.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), timer: Arc::new(TokioTimer), base_url: None }
    }

    /// Waits on another clock.
    #[must_use]
    pub fn with_timer(mut self, timer: Arc<dyn Timer>) -> Self {
        self.timer = timer;
        self
    }

    /// Keeps tokens of one API only: its base URL is written beside them, and tokens beside which
    /// another one stands are not given out, so that none is sent where it does not belong. Tokens
    /// that were stored without a base URL are given out, and bound when they are stored again.
    ///
    /// ```
    /// use funnelflux_auth::FileStore;
    ///
    /// let store = FileStore::new("tokens.json").bound_to("https://api.funnelflux.pro/v1");
    /// ```
    #[must_use]
    pub fn bound_to(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = Some(base_url.into());
        self
    }

    /// Where the tokens are.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn failed(&self, what: &str, cause: io::Error) -> Error {
        Error::local(format!("token file {}: {what}", self.path.display())).with_source(cause)
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

    fn directory(&self) -> Result<&Path, Error> {
        let directory = self.path.parent().filter(|d| !d.as_os_str().is_empty());
        let directory = directory.unwrap_or_else(|| Path::new("."));
        make_private(directory).map_err(|e| self.failed("its directory cannot be made", e))?;
        Ok(directory)
    }

    fn lock_file(&self) -> Result<File, Error> {
        self.directory()?;
        let mut path = self.path.clone().into_os_string();
        path.push(".lock");
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path).map_err(|e| self.failed("its lock cannot be opened", e))
    }
}

#[cfg(unix)]
fn make_private(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)
}

#[cfg(not(unix))]
fn make_private(directory: &Path) -> io::Result<()> {
    std::fs::create_dir_all(directory)
}

#[async_trait]
impl TokenStore for FileStore {
    async fn load(&self) -> Result<Option<Tokens>, Error> {
        match std::fs::read_to_string(&self.path) {
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
        let failed = |cause| self.failed("cannot be written", cause);
        // Made with mode 0600, and renamed over the old file when it is whole.
        let mut file = tempfile::NamedTempFile::new_in(self.directory()?).map_err(failed)?;
        let json = tokens.to_json_for(self.base_url.as_deref());
        writeln!(file, "{json}").and_then(|()| file.as_file().sync_all()).map_err(failed)?;
        file.persist(&self.path).map_err(|e| self.failed("cannot be replaced", e.error))?;
        Ok(())
    }

    async fn clear(&self) -> Result<(), Error> {
        match std::fs::remove_file(&self.path) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
                Err(self.failed("cannot be removed", cause))
            }
            _ => Ok(()),
        }
    }

    async fn lock(&self) -> Result<StoreLock, Error> {
        let file = self.lock_file()?;
        let started = self.timer.now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Box::new(file)),
                Err(TryLockError::Error(cause)) => {
                    return Err(self.failed("cannot be locked", cause));
                }
                Err(TryLockError::WouldBlock) => {}
            }
            if self.timer.now().saturating_duration_since(started) >= LOCK_PATIENCE {
                return Err(Error::local(format!(
                    "token file {}: another process has held its lock for {} s; is one hanging?",
                    self.path.display(),
                    LOCK_PATIENCE.as_secs()
                )));
            }
            self.timer.sleep(LOCK_STEP).await;
        }
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
