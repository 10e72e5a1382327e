//! The refresh grant in `ffx`: signals, full disks and files that are not what they should be. The rules
//! of the file itself are tested in `funnelflux-auth`.

use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{self, Sender};
use std::time::Duration;

use crate::support::{Ffx, Handmade, Outcome, Reply};

const LIST: [&str; 2] = ["report", "attributes"];
const EXPIRED: &str =
    r#"{"access_token":"old-access","refresh_token":"old-refresh","expires_at":1700000000}"#;
const RENEWED: &str =
    r#"{"tokens":{"access_token":"new-access","refresh_token":"new-refresh"},"user":{}}"#;

/// A server whose token endpoint answers when the sender is gone, and 300 ms later.
fn issuer() -> (Handmade, Sender<()>) {
    let (held, wait) = mpsc::channel();
    let wait = Mutex::new(wait);
    let server = Handmade::serve(move |seen, _| match seen.line.contains("/auth/validate") {
        true => {
            let _ = wait.lock().unwrap().recv();
            // `ffx` hears a signal meanwhile.
            std::thread::sleep(Duration::from_millis(300));
            Reply::Json(200, RENEWED.into())
        }
        false => Reply::Json(200, "[]".into()),
    });
    (server, held)
}

fn refreshes(server: &Handmade) -> usize {
    server.seen().iter().filter(|seen| seen.line.contains("/auth/validate")).count()
}

fn logged_in(server: &Handmade, tokens: &str) -> Ffx {
    let ffx = Ffx::new().with("FUNNELFLUX_BASE_URL", &server.base_url);
    ffx.login(tokens);
    ffx
}

fn stored(ffx: &Ffx) -> String {
    std::fs::read_to_string(ffx.path("tokens/default.json")).unwrap()
}

fn wait_for_a_refresh(server: &Handmade) {
    while refreshes(server) == 0 {
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn signal(child: &Child, name: &str) {
    let kill = Command::new("kill").args([name, &child.id().to_string()]).status();
    assert!(kill.unwrap().success());
}

#[test]
fn a_signal_during_a_refresh_waits_for_the_new_tokens() {
    for (name, code) in [("-INT", 130), ("-TERM", 143), ("-HUP", 129)] {
        for arguments in
            [&LIST[..], &["api", "GET", "/x"], &["offer-sources", "list", "-o", "json"]]
        {
            let (server, held) = issuer();
            let ffx = logged_in(&server, EXPIRED);
            let child = ffx.spawn(arguments);
            wait_for_a_refresh(&server);
            signal(&child, name);
            drop(held);
            let output = child.wait_with_output().unwrap();
            assert_eq!(output.status.code(), Some(code), "{arguments:?} {name}");
            assert!(stored(&ffx).contains("new-refresh"), "{arguments:?} {name}");
            assert!(!ffx.path("tokens/default.json.new").exists());
        }
    }
}

#[test]
fn after_kill_9_the_next_command_knows_of_the_refresh() {
    let (server, _held) = issuer();
    let ffx = logged_in(&server, EXPIRED);
    let child = ffx.spawn(&LIST);
    wait_for_a_refresh(&server);
    signal(&child, "-KILL");
    child.wait_with_output().unwrap();
    let told = ffx.run(&LIST).failed(1, &["its answer is unknown", "Try again in a few seconds"]);
    assert!(!told.stderr.contains("not logged in"), "{}", told.stderr);
    assert_eq!(refreshes(&server), 1);
    ffx.run(&["auth", "logout"]).done();
    let left: Vec<_> = std::fs::read_dir(ffx.path("tokens")).unwrap().collect();
    assert!(
        left.iter().all(|it| it.as_ref().unwrap().path().ends_with("default.json.lock")),
        "{left:?}"
    );
}

#[test]
fn on_a_full_disk_nothing_is_refreshed() {
    let (server, _) = issuer();
    let ffx = logged_in(&server, EXPIRED);
    let command = ffx.command(&LIST);
    let mut limited = Command::new("sh");
    // No file may grow: a write fails as on a full disk.
    limited.args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\""]);
    limited.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => limited.env(name, value),
            None => limited.env_remove(name),
        };
    }
    let output = limited.stdin(Stdio::null()).output().unwrap();
    let words = ["default.json", "the refresh token was not used"];
    Outcome::from(output).failed(1, &words);
    assert_eq!(refreshes(&server), 0);
    assert!(stored(&ffx).contains("old-refresh"));
    assert!(!ffx.path("tokens/default.json.new").exists());
}

#[test]
fn a_logout_works_while_another_process_holds_the_lock() {
    let ffx = Ffx::new();
    ffx.login(EXPIRED);
    let lock = std::fs::File::open(ffx.path("tokens/default.json.lock")).unwrap();
    lock.lock().unwrap();
    let outcome = ffx.run(&["auth", "logout"]).done();
    assert!(outcome.stderr.contains("another process holds the lock"), "{}", outcome.stderr);
    assert!(!ffx.path("tokens/default.json").exists());
}

#[test]
fn a_file_that_cannot_be_read_is_not_a_logout() {
    for (row, make) in [
        ("a FIFO", "mkfifo tokens/default.json"),
        ("a directory", "mkdir tokens/default.json"),
        ("a device", "ln -s /dev/null tokens/default.json"),
        ("a loop", "ln -s default.json tokens/default.json"),
        ("a FIFO behind a link", "mkfifo x; ln -s ../x tokens/default.json"),
        ("below a file", "rmdir tokens; touch tokens"),
        ("half a file", "printf '{\"access_tok' > tokens/default.json"),
        ("an empty file", "touch tokens/default.json"),
    ] {
        let (server, _) = issuer();
        let ffx = Ffx::new().with("FUNNELFLUX_BASE_URL", &server.base_url);
        std::fs::create_dir(ffx.path("tokens")).unwrap();
        let made = Command::new("sh").args(["-c", make]).current_dir(ffx.path("")).status();
        assert!(made.unwrap().success());
        for arguments in [&LIST[..], &["auth", "status"]] {
            let told = ffx.run(arguments).failed(1, &["default.json"]);
            assert!(!told.stderr.contains("not logged in"), "{row}: {}", told.stderr);
        }
        assert!(server.seen().is_empty(), "{row}");
    }
}

#[test]
fn tokens_that_others_can_read_are_told_with_what_to_do() {
    use std::os::unix::fs::PermissionsExt as _;
    for (mode, is_told) in
        [(0o600, false), (0o400, false), (0o640, true), (0o604, true), (0o620, true), (0o666, true)]
    {
        let server = Handmade::serve(|_, _| Reply::Json(200, "[]".into()));
        let ffx = logged_in(&server, r#"{"access_token":"a-token"}"#);
        let file = ffx.path("tokens/default.json");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        for quiet in [&[][..], &["-q"]] {
            let told = ffx.run(&[&LIST[..], quiet].concat()).done().stderr;
            assert_eq!(told.contains("chmod 600"), is_told, "{mode:o}: {told}");
            assert_eq!(told.contains(&format!("mode {mode:03o}")), is_told, "{mode:o}: {told}");
        }
    }
}

#[test]
fn a_rotated_token_of_the_environment_is_told_at_once() {
    for quiet in [&[][..], &["-q"]] {
        for (answer, is_told) in [
            (RENEWED.to_owned(), true),
            (RENEWED.replace("new-refresh", "old-refresh"), false),
            (RENEWED.replace(r#","refresh_token":"new-refresh""#, ""), false),
        ] {
            let server =
                Handmade::serve(move |seen, _| match seen.line.contains("/auth/validate") {
                    true => Reply::Json(200, answer.clone()),
                    false if seen.has_bearer("new-access") => Reply::Json(200, "[]".into()),
                    false => Reply::Json(401, "{}".into()),
                });
            let ffx =
                Ffx::against(&server.base_url).with("FUNNELFLUX_REFRESH_TOKEN", "old-refresh");
            let told = ffx.run(&[&LIST[..], quiet].concat()).done().stderr;
            assert_eq!(told.contains("FUNNELFLUX_REFRESH_TOKEN"), is_told, "{told}");
            assert_eq!(told.contains("is used up"), is_told, "{told}");
            assert!(!told.contains("old-refresh") && !told.contains("new-refresh"), "{told}");
        }
    }
}
