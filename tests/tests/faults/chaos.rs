//! The long form of the table: random faults, random kills and a full disk, for some minutes.
//!
//! `cargo xtask chaos --minutes N` runs it. It prints its seed; `CHAOS_SEED` repeats a run.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant, SystemTime};

use funnelflux::journal::Journal;
use funnelflux_tests::files;

use crate::binary::{VERBS, cell, command, good, home, is_slow};
use crate::operations::Class;
use crate::server::{Plan, Server};
use crate::table::{Fault, faults};

/// xorshift64*: the same numbers for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let drawn = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(drawn).unwrap() % limit
    }
}

#[test]
#[ignore = "takes minutes: `cargo xtask chaos`"]
fn random_faults_kills_and_full_disks() {
    let variable = |name: &str| std::env::var(name).ok().and_then(|value| value.parse().ok());
    let minutes = variable("CHAOS_MINUTES").unwrap_or(5);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let seed = variable("CHAOS_SEED").unwrap_or(now.as_secs());
    println!(
        "CHAOS_SEED={seed}, {minutes} minutes; skipped: a moved clock, which ffx cannot be given"
    );
    let mut dice = Dice(seed | 1);
    // Its build is no part of the minutes.
    funnelflux_tests::ffx();
    let end = Instant::now() + Duration::from_secs(60 * minutes);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.unwrap();
    let quick: Vec<&'static Fault> = faults().filter(|fault| !is_slow(fault)).collect();
    let healthy = healthy();
    let (mut broken, mut kills, mut full) = (0, 0, 0);
    while Instant::now() < end {
        let verb = &VERBS[dice.below(VERBS.len())];
        match dice.below(3) {
            0 => {
                let fault = quick[dice.below(quick.len())];
                let red = runtime.block_on(cell(fault, verb));
                assert_eq!(red, [], "CHAOS_SEED={seed}");
                broken += 1;
            }
            1 => {
                let after = Duration::from_micros(500 * dice.below(200) as u64);
                runtime.block_on(killed(healthy, verb.class == Class::Refresh, after, seed));
                kills += 1;
            }
            _ => {
                runtime.block_on(on_a_full_disk(healthy, seed));
                full += 1;
            }
        }
    }
    println!(
        "{broken} broken answers, {kills} kills, {full} full disks: nothing twice, nothing lost"
    );
}

/// The row that breaks nothing.
fn healthy() -> &'static Fault {
    faults().find(|fault| fault.name == "chunked").unwrap()
}

const OBJECTS: &str =
    r#"[{"offerSourceName":"A"},{"offerSourceName":"B"},{"offerSourceName":"C"}]"#;

/// Kills a command at a random moment, then runs it again, whole.
async fn killed(healthy: &'static Fault, refreshes: bool, after: Duration, seed: u64) {
    let plan = Plan { fault: healthy, aims: |seen| seen.method != "GET", good, spares: 0 };
    let server = Server::start(plan).await;
    let home = home(&server.base_url, refreshes);
    std::fs::write(home.path().join("objects.json"), OBJECTS).unwrap();
    let arguments: &[&str] = match refreshes {
        true => &["report", "attributes"],
        false => &["offer-sources", "create", "-f", "objects.json"],
    };
    let mut child = command(home.path(), &server.base_url, arguments).spawn().unwrap();
    tokio::time::sleep(after).await;
    child.kill().ok();
    child.wait().unwrap();
    all_json(home.path(), seed);
    let before = ids(home.path(), &server.base_url);
    let url = server.base_url.clone();
    let path = home.path().to_path_buf();
    let again = command(&path, &url, arguments).stdout(Stdio::null()).output();
    let _ = tokio::task::spawn_blocking(move || again).await.unwrap().unwrap();
    all_json(home.path(), seed);
    // Three objects have three ids, however often they were sent.
    let id = |body: &[u8]| {
        serde_json::from_slice::<serde_json::Value>(body).unwrap()["idOfferSource"].clone()
    };
    let sent: BTreeSet<String> = match refreshes {
        true => BTreeSet::new(),
        false => server.aimed().iter().map(|seen| id(&seen.body).to_string()).collect(),
    };
    assert!(sent.len() <= 3, "CHAOS_SEED={seed}: made twice: {sent:?}");
    // An id that was written before the kill is the id of the object ever after.
    let after = ids(home.path(), &server.base_url);
    assert!(before.is_empty() || before == after, "CHAOS_SEED={seed}: other ids");
}

/// The disk is full: no file may grow beyond nothing.
async fn on_a_full_disk(healthy: &'static Fault, seed: u64) {
    let plan = Plan { fault: healthy, aims: |seen| seen.method != "GET", good, spares: 0 };
    let server = Server::start(plan).await;
    let home = home(&server.base_url, false);
    std::fs::write(home.path().join("objects.json"), OBJECTS).unwrap();
    let create = &["offer-sources", "create", "-f", "objects.json"];
    let whole = command(home.path(), &server.base_url, create);
    let mut limited = std::process::Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\""]);
    limited.arg(whole.get_program()).args(whole.get_args());
    limited.env_clear().envs(whole.get_envs().filter_map(|(name, value)| Some((name, value?))));
    limited.current_dir(home.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let output = tokio::task::spawn_blocking(move || limited.output().unwrap()).await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let code = output.status.code();
    assert!(matches!(code, Some(1..=4)), "CHAOS_SEED={seed}: {code:?}: {said}");
    // Without a place for the ids nothing is created.
    assert_eq!(server.aimed().len(), 0, "CHAOS_SEED={seed}: {said}");
    all_json(home.path(), seed);
}

/// The ids that are written down for the objects; none if nothing is.
fn ids(home: &Path, base_url: &str) -> Vec<String> {
    let path = home.join("state/journal-default.sqlite");
    let Some(path) = Some(path).filter(|path| path.exists()) else { return Vec::new() };
    let file = home.canonicalize().unwrap().join("objects.json");
    let scope = format!("{base_url}\n{}", file.display());
    let book = Journal::open(path).unwrap().find("create offer-sources", &scope).unwrap();
    let run = book.as_ref().and_then(|book| book.last_run().unwrap());
    let steps = run.zip(book).map(|(run, book)| book.steps(run.id).unwrap());
    steps.unwrap_or_default().into_iter().map(|step| step.key).collect()
}

/// Every file with the name of a JSON file is whole.
fn all_json(home: &Path, seed: u64) {
    for path in files(home, "json") {
        let text = std::fs::read_to_string(&path).unwrap();
        let json = serde_json::from_str::<serde_json::Value>(&text);
        assert!(json.is_ok(), "CHAOS_SEED={seed}: {} is {text:?}", path.display());
    }
}
