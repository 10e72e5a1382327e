//! Runs `ffx` in an environment of its own, and servers for it to talk to.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};

use funnelflux::emulator::{Emulator, EmulatorBuilder};
use funnelflux::journal::{Journal, Step};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// `ffx` with a configuration directory of its own, no home, and no variables of the outside.
pub(crate) struct Ffx {
    directory: TempDir,
    variables: Vec<(String, String)>,
}

/// The result of a run.
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ffx {
    pub(crate) fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap(), variables: Vec::new() }
    }

    /// Talks to this base URL with the token `token`.
    pub(crate) fn against(base_url: &str) -> Self {
        Self::new().with("FUNNELFLUX_BASE_URL", base_url).with("FUNNELFLUX_ACCESS_TOKEN", "token")
    }

    /// Talks to the emulator with its tokens, from the environment.
    pub(crate) fn at(emulator: &Emulator) -> Self {
        Self::new()
            .with("FUNNELFLUX_BASE_URL", emulator.base_url())
            .with("FUNNELFLUX_ACCESS_TOKEN", &emulator.access_token())
            .with("FUNNELFLUX_REFRESH_TOKEN", &emulator.refresh_token())
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn variable(&self, name: &str) -> &str {
        let found = self.variables.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).unwrap()
    }

    pub(crate) fn path(&self, below: &str) -> std::path::PathBuf {
        self.directory.path().join(below)
    }

    /// Writes a file below the configuration directory.
    pub(crate) fn write(&self, below: &str, text: &str) -> std::path::PathBuf {
        let path = self.path(below);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Stores tokens.
    pub(crate) fn login(&self, json: &str) {
        let outcome = self.run_with(&["auth", "login", "--stdin"], json);
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ffx"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("FUNNELFLUX_") {
                command.env_remove(name);
            }
        }
        command
            .args(arguments)
            .env_remove("HOME")
            .env_remove("XDG_CONFIG_HOME")
            .env("FUNNELFLUX_CONFIG_DIR", self.directory.path())
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn spawn(&self, arguments: &[&str]) -> Child {
        self.command(arguments).spawn().unwrap()
    }

    /// Starts `ffx emulator`, and gives what it prints of itself.
    pub(crate) fn emulator(&self, arguments: &[&str]) -> (Child, Ffx) {
        let mut server = self.spawn(&[&["emulator", "-o", "json"], arguments].concat());
        let mut line = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let started: serde_json::Value = serde_json::from_str(&line).unwrap();
        let given = ["base_url", "access_token", "refresh_token"].into_iter();
        let ffx = given.fold(Self::new(), |ffx, name| {
            let text = started[name].as_str().unwrap();
            ffx.with(&format!("FUNNELFLUX_{}", name.to_uppercase()), text)
        });
        (server, ffx)
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Outcome {
        self.command(arguments).output().unwrap().into()
    }

    pub(crate) fn run_with(&self, arguments: &[&str], stdin: &str) -> Outcome {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
        child.wait_with_output().unwrap().into()
    }
}

/// The steps of the last run of a book in the journal of the default profile.
pub(crate) fn steps(ffx: &Ffx, kind: &str, scope: &str) -> Vec<Step> {
    let journal = Journal::open(ffx.path("state/journal-default.sqlite")).unwrap();
    let book = journal.find(kind, scope).unwrap().expect("no such book");
    book.steps(book.last_run().unwrap().unwrap().id).unwrap()
}

/// Sends the signal of Ctrl-C.
#[cfg(unix)]
pub(crate) fn interrupt(child: &Child) {
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.unwrap().success());
}

impl From<Output> for Outcome {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Outcome {
    /// The result of a run that must succeed.
    pub(crate) fn done(self) -> Self {
        assert_eq!(self.code, 0, "{}", self.stderr);
        self
    }

    /// The result of a run that must end with this code and an error that contains these words.
    pub(crate) fn failed(self, code: i32, words: &[&str]) -> Self {
        assert_eq!(self.code, code, "{}\n{}", self.stdout, self.stderr);
        for word in words {
            assert!(self.stderr.contains(word), "no {word:?} in: {}", self.stderr);
        }
        self
    }

    /// The JSON error object, the last line of stderr.
    pub(crate) fn error(&self) -> serde_json::Value {
        let line = self.stderr.lines().last().unwrap();
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        value["error"].clone()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap()
    }
}

/// An emulator that runs until it is dropped.
pub(crate) struct Served {
    pub(crate) emulator: Emulator,
    _runtime: Runtime,
}

pub(crate) fn serve(builder: EmulatorBuilder) -> Served {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let emulator = runtime.block_on(builder.start()).unwrap();
    Served { emulator, _runtime: runtime }
}

/// A request to a [`Handmade`] server.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) line: String,
    pub(crate) headers: String,
    pub(crate) body: String,
}

impl Seen {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(crate) fn has_bearer(&self, token: &str) -> bool {
        self.headers.lines().any(|line| {
            let (name, value) = line.split_once(": ").unwrap_or_default();
            name.eq_ignore_ascii_case("authorization") && value == format!("Bearer {token}")
        })
    }
}

/// The answer of a [`Handmade`] server.
pub(crate) enum Reply {
    /// Status and JSON body.
    Json(u16, String),
    /// The same with one more header.
    With(u16, &'static str, String),
    /// Closes the connection without an answer.
    Nothing,
}

/// A small server, for answers that the emulator never gives.
pub(crate) struct Handmade {
    pub(crate) base_url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    hides_lists: bool,
}

/// The funnel and the traffic source of [`Handmade::account`].
pub(crate) const FUNNEL: &str = "2nIemJxCKbFX";
pub(crate) const SOURCE: &str = "2n5JuOKWLTzd";

fn list(seen: &Seen) -> Option<String> {
    let asset = |member: &str, id: &str, name: &str| {
        format!(r#"[{{"id{member}":"{id}","{}Name":"{name}","status":"active"}}]"#, {
            let (first, rest) = member.split_at(1);
            first.to_lowercase() + rest
        })
    };
    let is = |path: &str| seen.line.starts_with(&format!("GET /v1/{path}/list"));
    // The hits that are looked up have no conversion.
    let is_lookup = seen.line.starts_with("POST /v1/reporting/explorer/visitor");
    match () {
        () if is_lookup => Some(r#"{"rows":[{"type":"hit","hitId":"another"}]}"#.to_owned()),
        () if is("campaign/funnel") || is("funnel") => Some(asset("Funnel", FUNNEL, "Blue shoes")),
        () if is("trafficsource") => Some(asset("TrafficSource", SOURCE, "Facebook Ads")),
        () => None,
    }
}

impl Handmade {
    /// Answers each request; the number counts the requests before it.
    pub(crate) fn serve(answer: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (all, answer) = (Arc::clone(&seen), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (all, answer) = (Arc::clone(&all), Arc::clone(&answer));
                std::thread::spawn(move || exchange(stream.unwrap(), &all, &*answer));
            }
        });
        Self { base_url, seen, hides_lists: false }
    }

    /// The same of an account with one funnel and one traffic source, whose lists are neither seen nor counted.
    pub(crate) fn account(answer: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static) -> Self {
        let lists = Arc::new(Mutex::new(0));
        let all = Self::serve(move |seen, before| match list(seen) {
            Some(body) => {
                *lists.lock().unwrap() += 1;
                Reply::Json(200, body)
            }
            None => answer(seen, before - *lists.lock().unwrap()),
        });
        Self { hides_lists: true, ..all }
    }

    /// Answers every request with these bytes.
    #[cfg(unix)]
    pub(crate) fn serve_bytes(body: Vec<u8>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                read(&mut stream);
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
                let _ = stream.write_all(&[head.as_bytes(), &body].concat());
            }
        });
        Self { base_url, seen: Arc::default(), hides_lists: false }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        let seen = self.seen.lock().unwrap().clone();
        let is_wanted = |seen: &Seen| !self.hides_lists || list(seen).is_none();
        seen.into_iter().filter(is_wanted).collect()
    }
}

fn exchange(
    mut stream: TcpStream,
    all: &Mutex<Vec<Seen>>,
    answer: &(dyn Fn(&Seen, usize) -> Reply + Send + Sync),
) {
    let Some(seen) = read(&mut stream) else { return };
    let before = {
        let mut all = all.lock().unwrap();
        all.push(seen.clone());
        all.len() - 1
    };
    let (status, header, body) = match answer(&seen, before) {
        Reply::Nothing => return,
        Reply::Json(status, body) => (status, "x-test: yes", body),
        Reply::With(status, header, body) => (status, header, body),
    };
    let head = format!(
        "HTTP/1.1 {status} Status\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         connection: close\r\n{header}\r\n\r\n",
        body.len()
    );
    // The client may have closed the connection.
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
}

fn read(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let came = stream.read(&mut chunk).ok()?;
        if came == 0 {
            return None;
        }
        bytes.extend_from_slice(&chunk[..came]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("content-length").then(|| value.parse::<usize>().unwrap())
        });
        if body.len() >= length.unwrap_or(0) {
            let (line, headers) = head.split_once("\r\n").unwrap_or((head, ""));
            return Some(Seen { line: line.into(), headers: headers.into(), body: body.into() });
        }
    }
}

/// A drilldown answer as in production: metrics are members of the row, counts are numbers, money
/// is a decimal in a string or null.
pub(crate) const PRODUCTION_SHAPED: &str = r#"{ "rows": [
  { "attributes": [ { "id": "2023-10-12T14:00:00+02:00", "value": "14:00" }, { "id": "2nIemJxCKbFX", "value": "Blue shoes" } ],
    "offerViews": 120, "conversions": 3, "revenue": "36.90" },
  { "attributes": [ { "id": "2023-10-12T15:00:00+02:00", "value": "15:00" }, { "id": "2n5JuOKWLTzd", "value": "Red, \"loud\" shoes" } ],
    "offerViews": 7, "conversions": 0, "revenue": null },
  { "attributes": [ { "id": "2023-10-12T16:00:00+02:00", "value": "16:00" }, { "id": "2nIemJxCKbFX", "value": "Blue shoes" } ],
    "offerViews": 1, "conversions": 1, "revenue": "0.100" } ] }"#;

/// The command that asks for it.
pub(crate) const DRILLDOWN: [&str; 8] = [
    "report",
    "drilldown",
    "--by=hour,offer",
    "--from=2023-10-12",
    "--to=2023-10-12",
    "--tz=Europe/Berlin",
    "-o",
    "csv",
];
