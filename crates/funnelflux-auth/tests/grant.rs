//! The refresh grant, which the server may replace at every use: what happens to the file of tokens when
//! a refresh is cut off, cannot be stored, or is one of several.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(clippy::indexing_slicing, reason = "test code")]
#![cfg(all(unix, feature = "file"))]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use async_trait::async_trait;
use funnelflux_auth::{FileStore, RefreshingTokens, TokenIssuer, TokenStore, Tokens};
use funnelflux_transport::{Error, Sleep, Timer, TokenProvider, TokioTimer};

const NOW: u64 = 2_000_000_000;

#[derive(Clone, Debug, Default)]
struct Clock(Arc<AtomicU64>);

impl Timer for Clock {
    fn now(&self) -> Instant {
        TokioTimer.now()
    }
    fn wall(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(NOW + self.0.load(Ordering::SeqCst))
    }
    fn sleep(&self, duration: Duration) -> Sleep {
        TokioTimer.sleep(duration)
    }
}

type Renewal = dyn Fn() -> Result<Tokens, Error> + Send + Sync;

/// An issuer that counts how often the refresh token was presented.
#[derive(Clone)]
struct Issuer(Arc<Renewal>, Arc<AtomicU64>);

impl std::fmt::Debug for Issuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Issuer")
    }
}

#[async_trait]
impl TokenIssuer for Issuer {
    async fn renew(&self, _: &Tokens) -> Result<Tokens, Error> {
        self.1.fetch_add(1, Ordering::SeqCst);
        (self.0)()
    }
}

fn expired() -> Tokens {
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW - 60);
    Tokens::new("old-access").with_refresh_token("old-refresh").with_expiry(at)
}

fn renewed() -> Tokens {
    Tokens::new("new-access").with_refresh_token("new-refresh")
}

/// A directory with a file of expired tokens, and processes that share it.
struct World {
    directory: tempfile::TempDir,
    clock: Clock,
    presented: Arc<AtomicU64>,
}

impl World {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let world = Self { directory, clock: Clock::default(), presented: Arc::default() };
        world.store().save(&expired()).await.unwrap();
        world
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("tokens.json")
    }

    fn beside(&self, ending: &str) -> PathBuf {
        self.directory.path().join(format!("tokens.json{ending}"))
    }

    fn store(&self) -> FileStore {
        FileStore::new(self.path())
    }

    /// A process of its own, which shares nothing but the files.
    fn process(
        &self,
        store: FileStore,
        renew: impl Fn() -> Result<Tokens, Error> + Send + Sync + 'static,
    ) -> RefreshingTokens {
        let issuer = Issuer(Arc::new(renew), self.presented.clone());
        RefreshingTokens::with_boxed(
            Box::new(issuer),
            Box::new(store),
            Arc::new(self.clock.clone()),
        )
    }

    async fn asks(
        &self,
        renew: impl Fn() -> Result<Tokens, Error> + Send + Sync + 'static,
    ) -> Result<String, String> {
        let token = self.process(self.store(), renew).token().await;
        token.map(|token| token.secret().expose().to_owned()).map_err(|error| error.to_string())
    }

    fn presented(&self) -> u64 {
        self.presented.swap(0, Ordering::SeqCst)
    }

    async fn stored(&self) -> Option<Tokens> {
        self.store().load().await.unwrap()
    }
}

fn lost() -> Result<Tokens, Error> {
    Err(Error::no_answer("the line went dead").into_ambiguous())
}

fn works() -> Result<Tokens, Error> {
    Ok(renewed())
}

mod the_refresh_grant_is_never_lost {
    use super::*;

    #[tokio::test]
    async fn a_refresh_that_cannot_be_stored_is_not_sent() {
        let make_directory = |path: &Path| fs::create_dir_all(path.join("full")).unwrap();
        for ending in [".new", ".lock"] {
            let world = World::new().await;
            let _ = fs::remove_file(world.beside(ending));
            make_directory(&world.beside(ending));
            let said = world.asks(works).await.unwrap_err();
            assert!(said.contains("tokens.json") && !said.contains("not logged in"), "{said}");
            assert_eq!((world.presented(), world.stored().await), (0, Some(expired())), "{ending}");
        }
        // A superuser may write everywhere.
        let world = World::new().await;
        drop(world.store().lock().await.unwrap());
        let mode = |mode| {
            let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
            fs::set_permissions(world.directory.path(), mode).unwrap();
        };
        mode(0o500);
        let is_superuser = fs::write(world.directory.path().join("x"), "").is_ok();
        let asked = world.asks(works).await;
        mode(0o700);
        assert_eq!(asked.is_ok(), is_superuser);
        assert_eq!(world.presented(), u64::from(is_superuser));
    }

    #[tokio::test]
    async fn the_room_for_the_answer_is_there_before_the_refresh_is_sent() {
        let world = World::new().await;
        let new = world.beside(".new");
        let asked = world.asks(move || {
            assert!(fs::metadata(&new).unwrap().len() >= 16 * 1024);
            assert!(!fs::read_to_string(&new).unwrap().contains("access"));
            works()
        });
        assert_eq!(asked.await.unwrap(), "new-access");
        assert_eq!(world.stored().await, Some(renewed()));
        assert!(!world.beside(".new").exists());
        assert!(fs::metadata(world.path()).unwrap().len() < 1024);
    }

    #[tokio::test]
    async fn links_are_followed_and_stay() {
        for (name, target) in [
            ("link", "tokens.json"),
            ("link", "./tokens.json"),
            ("link", "below/../tokens.json"),
            ("link", "other"),
            ("below/link", "../tokens.json"),
        ] {
            let world = World::new().await;
            let at = |name: &str| world.directory.path().join(name);
            fs::create_dir(at("below")).unwrap();
            // A link to a link.
            std::os::unix::fs::symlink(world.path(), at("other")).unwrap();
            let link = at(name);
            std::os::unix::fs::symlink(target, &link).unwrap();
            let process = world.process(FileStore::new(&link), works);
            assert_eq!(process.token().await.unwrap().secret().expose(), "new-access");
            assert!(fs::symlink_metadata(&link).unwrap().is_symlink(), "{target}");
            assert_eq!(world.stored().await, Some(renewed()));
            assert!(world.beside(".lock").exists() && !at("link.lock").exists());
            FileStore::new(&link).clear().await.unwrap();
            assert_eq!(world.stored().await, None);
        }
        // A link to a file that is still to be made.
        let world = World::new().await;
        let link = world.directory.path().join("link");
        std::os::unix::fs::symlink("new/tokens.json", &link).unwrap();
        let store = FileStore::new(&link);
        assert_eq!(store.load().await.unwrap(), None);
        store.save(&renewed()).await.unwrap();
        assert!(world.directory.path().join("new/tokens.json").is_file());
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[tokio::test(start_paused = true)]
    async fn all_names_of_a_file_share_its_lock() {
        let world = World::new().await;
        let link = world.directory.path().join("link");
        std::os::unix::fs::symlink("tokens.json", &link).unwrap();
        let directory = world.directory.path().join("directory");
        std::os::unix::fs::symlink(".", &directory).unwrap();
        let held = world.store().lock().await.unwrap();
        for name in [link, directory.join("tokens.json"), directory.join("./directory/link")] {
            let error = FileStore::new(name).lock().await.unwrap_err();
            assert!(error.to_string().contains("another process"), "{error}");
        }
        drop(held);
    }

    #[tokio::test]
    async fn a_lost_answer_is_known_to_other_processes() {
        for (row, leaves_a_note, renew) in [
            ("the answer was lost", true, lost as fn() -> _),
            ("a time ran out", true, || Err(Error::no_answer("too slow"))),
            ("the issuer failed here", true, || Err(Error::local("a signature"))),
            ("the answer could not be read", true, || {
                Err(Error::unexpected_answer("HTML").into_ambiguous())
            }),
            ("it was not sent", false, || Err(Error::not_sent("no route"))),
            ("it was refused", false, || Err(Error::unauthorised("revoked"))),
            ("it brought nothing new", false, || Ok(expired())),
            ("it worked", false, works),
        ] {
            let world = World::new().await;
            drop(world.asks(renew).await);
            assert_eq!(
                (world.presented(), world.beside(".new").exists()),
                (1, leaves_a_note),
                "{row}"
            );
            if !leaves_a_note {
                continue;
            }
            world.clock.0.store(3, Ordering::SeqCst);
            let said = world.asks(works).await.unwrap_err();
            assert!(said.contains("began 3 s ago") && said.contains("unknown"), "{row}: {said}");
            assert_eq!(world.presented(), 0, "{row}");
            world.clock.0.store(6, Ordering::SeqCst);
            let said = world.asks(|| Err(Error::unauthorised("revoked"))).await.unwrap_err();
            assert!(said.contains("revoked") && said.contains("earlier refresh"), "{row}: {said}");
            assert_eq!(world.presented(), 1);
            // A login is a new grant, of which nothing is unknown.
            drop(world.asks(lost).await);
            world.store().save(&expired()).await.unwrap();
            assert!(!world.beside(".new").exists());
        }
    }

    #[tokio::test]
    async fn a_process_that_was_killed() {
        // In the middle of the refresh.
        let world = World::new().await;
        world.store().begin_refresh(world.clock.wall()).await.unwrap();
        assert!(world.asks(works).await.unwrap_err().contains("began 0 s ago"));
        world.clock.0.store(5, Ordering::SeqCst);
        assert_eq!(world.asks(works).await.unwrap(), "new-access");
        // Between writing the new tokens and putting them in their place.
        let world = World::new().await;
        fs::write(world.beside(".new"), renewed().to_json()).unwrap();
        assert_eq!(world.asks(works).await.unwrap(), "new-access");
        assert_eq!(world.presented(), 0, "what it had got is not lost");
        assert_eq!(world.stored().await, Some(renewed()));
        // In the middle of writing.
        for part in ["", "{\"access_to", "{}", "null", "\0\0\0"] {
            let world = World::new().await;
            fs::write(world.beside(".new"), part).unwrap();
            assert_eq!(world.asks(works).await.unwrap(), "new-access", "{part:?}");
            assert!(!world.beside(".new").exists());
        }
    }

    #[tokio::test]
    async fn new_tokens_are_stored_even_if_their_file_was_taken_away_meanwhile() {
        for meanwhile in [
            "rm tokens.json.new",
            "rm tokens.json.new; mkdir tokens.json.new; rmdir tokens.json.new",
            "mv tokens.json.new elsewhere",
            "rm tokens.json.new; touch tokens.json.new",
            "rm tokens.json.new; ln -s elsewhere tokens.json.new",
        ] {
            let world = World::new().await;
            let directory = world.directory.path().to_owned();
            let asked = world.asks(move || {
                let mut sh = Command::new("sh");
                sh.args(["-c", meanwhile]).current_dir(&directory).status().unwrap();
                works()
            });
            assert_eq!(asked.await.unwrap(), "new-access");
            assert_eq!(world.stored().await, Some(renewed()), "{meanwhile}");
            assert!(fs::symlink_metadata(world.path()).unwrap().is_file(), "{meanwhile}");
        }
    }

    #[tokio::test]
    async fn new_tokens_that_cannot_take_their_place_are_kept_beside_it() {
        let world = World::new().await;
        let sh = |directory: &Path, script: &str| {
            Command::new("sh").args(["-c", script]).current_dir(directory).status().unwrap()
        };
        let directory = world.directory.path().to_owned();
        let asked = world.asks(move || {
            sh(&directory, "rm tokens.json; mkdir -p tokens.json/full");
            works()
        });
        assert_eq!(asked.await.unwrap(), "new-access");
        assert_eq!(fs::read_to_string(world.beside(".new")).unwrap().trim(), renewed().to_json());
        assert!(world.asks(works).await.unwrap_err().contains("tokens.json"));
        assert_eq!(world.presented(), 1);
        sh(world.directory.path(), "rm -r tokens.json");
        assert_eq!(world.stored().await, Some(renewed()), "read from where they are");
        assert_eq!(world.asks(works).await.unwrap(), "new-access");
        // A refresh would take the place of the only copy.
        fs::write(world.beside(".new"), renewed().to_json()).unwrap();
        let error = world.store().begin_refresh(world.clock.wall()).await.unwrap_err().to_string();
        assert!(error.contains("was not used") && error.contains(".new"), "{error}");
        assert_eq!(world.stored().await, Some(renewed()));
        world.store().clear().await.unwrap();
        assert_eq!((world.stored().await, world.presented()), (None, 0));
    }

    /// As containers mount a single file. Only a superuser can; for others there is nothing to test.
    #[tokio::test]
    async fn a_file_that_is_mounted_by_itself_is_written_in_place() {
        let world = World::new().await;
        let run = |program: &str, arguments: &[&str]| {
            let mut command = Command::new(program);
            let command = command.args(arguments).arg(world.path());
            command.output().is_ok_and(|output| output.status.success())
        };
        let path = world.path();
        if !run("mount", &["--bind", path.to_str().unwrap()]) {
            return;
        }
        let asked = world.asks(works).await;
        let (stored, is_left) = (world.stored().await, world.beside(".new").exists());
        let again = world.store().save(&expired()).await;
        let login = world.stored().await;
        assert!(run("umount", &[]));
        assert_eq!(asked.unwrap(), "new-access");
        assert_eq!((stored, is_left), (Some(renewed()), false));
        again.unwrap();
        assert_eq!(login, Some(expired()));
        assert_eq!(world.stored().await, Some(expired()), "it is the same file");
    }

    #[tokio::test]
    async fn a_token_that_cannot_be_sent_is_the_fault_of_the_issuer() {
        for token in ["two words", "schön", "a\u{7f}"] {
            let world = World::new().await;
            let issuer = world.process(world.store(), move || Ok(Tokens::new(token)));
            let error = issuer.token().await.unwrap_err();
            assert!(error.is_decode() && !error.is_invalid_request(), "{error:?}");
            assert!(!error.to_string().contains(token), "{error}");
        }
    }

    #[tokio::test]
    async fn a_logout_meanwhile_is_not_undone() {
        let world = World::new().await;
        let store = Arc::new(Mutex::new(world.path()));
        let asked = world.asks(move || {
            fs::remove_file(&*store.lock().unwrap()).unwrap();
            works()
        });
        assert_eq!(asked.await.unwrap(), "new-access", "the call under way goes on");
        assert_eq!(world.stored().await, None);
        assert!(!world.beside(".new").exists());
    }

    #[tokio::test]
    async fn what_is_no_file_of_tokens_is_refused_and_not_taken_for_a_logout() {
        let world = World::new().await;
        let at = |name: &str| world.directory.path().join(name);
        assert!(Command::new("mkfifo").arg(at("fifo")).status().unwrap().success());
        fs::create_dir(at("directory")).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
        for (link, target) in [("loop", "loop"), ("null", "/dev/null"), ("to-fifo", "fifo")] {
            std::os::unix::fs::symlink(target, at(link)).unwrap();
        }
        fs::write(at("large"), "x".repeat(2 * 1024 * 1024)).unwrap();
        for name in
            ["fifo", "directory", "socket", "loop", "null", "to-fifo", "large", "large/below"]
        {
            let store = FileStore::new(at(name));
            for done in [
                store.load().await.map(drop),
                store.save(&renewed()).await,
                store.lock().await.map(drop),
                store.begin_refresh(world.clock.wall()).await,
            ] {
                let error = done.unwrap_err();
                assert!(error.is_local() && error.to_string().contains(name), "{name}: {error}");
            }
        }
        assert!(fs::symlink_metadata("/dev/null").is_ok_and(|about| !about.is_file()));
    }

    #[tokio::test]
    async fn a_logout_clears_what_killed_processes_left_and_nothing_else() {
        let world = World::new().await;
        let at = |ending: &str| world.beside(ending);
        let own = [".new", ".a1B2c3.new"];
        let foreign = [
            ".bak",
            ".new.bak",
            ".a1B2c.new",
            ".a1B2c3d.new",
            ".a1-2c3.new",
            "new",
            ".old",
            ".a1B2c3",
        ];
        for ending in own.iter().chain(&foreign) {
            fs::write(at(ending), "access_token").unwrap();
        }
        fs::write(world.directory.path().join("other.json.new"), "").unwrap();
        world.store().clear().await.unwrap();
        assert!(!world.path().exists());
        own.iter().for_each(|ending| assert!(!at(ending).exists(), "{ending}"));
        foreign.iter().for_each(|ending| assert!(at(ending).exists(), "{ending}"));
        assert!(world.directory.path().join("other.json.new").exists());
        world.store().clear().await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_program_that_ends_can_wait_for_a_refresh_that_no_call_waits_for() {
        let world = World::new().await;
        let soon = world.clock.wall() + Duration::from_secs(3600);
        world.store().save(&expired().with_expiry(soon)).await.unwrap();
        let process = world.process(world.store(), works);
        drop(process.token().await.unwrap());
        world.clock.0.store(3600 - 60, Ordering::SeqCst);
        // The present token serves, and the refresh is under way.
        assert_eq!(process.token().await.unwrap().secret().expose(), "old-access");
        process.settled().await;
        assert_eq!(world.stored().await, Some(renewed()));
        process.settled().await;
    }
}
