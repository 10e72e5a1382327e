//! `ffx hooks listen`: what arrives, what is shown of it, what is kept, and what the sender gets.

use std::io::{BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStdout};
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Ffx, Handmade, Reply};

/// A listener that is killed with its test.
pub(crate) struct Listener {
    child: Child,
    lines: BufReader<ChildStdout>,
    pub(crate) address: SocketAddr,
    pub(crate) file: Option<String>,
}

impl Listener {
    pub(crate) fn start(ffx: &Ffx, more: &[&str]) -> Self {
        let start = ["hooks", "listen", "--port", "0", "-o", "ndjson"];
        let mut child = ffx.spawn(&[&start[..], more].concat());
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let first = line_of(&mut lines);
        let first: Value = serde_json::from_str(&first).expect("it listens");
        let address = first["listening"].as_str().unwrap().strip_prefix("http://").unwrap();
        let file = first["file"].as_str().map(str::to_owned);
        Self { child, lines, address: address.parse().unwrap(), file }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The next request that it tells.
    pub(crate) fn told(&mut self) -> Value {
        serde_json::from_str(&line_of(&mut self.lines)).unwrap()
    }

    /// Sends bytes, and returns the answer.
    pub(crate) fn exchange(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        // It may refuse before all is sent.
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    pub(crate) fn post(&self, path: &str, headers: &str, body: &str) -> String {
        let length = body.len();
        self.exchange(
            format!(
                "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\
                 content-type: application/json\r\n{headers}\r\n{body}"
            )
            .as_bytes(),
        )
    }

    /// Ends it by Ctrl-C, and returns the code and what is left of its output.
    #[cfg(unix)]
    pub(crate) fn end(mut self) -> (i32, String) {
        crate::support::interrupt(&self.child);
        let mut rest = String::new();
        self.lines.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap().code().unwrap_or(-1), rest)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn line_of(lines: &mut impl std::io::BufRead) -> String {
    let mut line = String::new();
    lines.read_line(&mut line).unwrap();
    line
}

const LEAD: &str = r#"{"event_type":"middleware_request","request_id":"r-1","execute_timeout_ms":900,"visitor":{"ip":"203.0.113.7"},"action_data":{"email":"jane@example.com"}}"#;

#[test]
fn a_webhook_and_a_question_are_told_without_visitors_data_and_answered() {
    let ffx = Ffx::new();
    let mut listener = Listener::start(&ffx, &[]);
    let to = listener.url("/webhook?key=s3cret");
    let set = ["--set", "action_data.email=jane@example.com", "--set", "visitor.ip=203.0.113.7"];
    let webhook = ["hooks", "trigger", "webhook", "--event", "on_action", "--to", &to];
    ffx.run(&[&webhook[..], &set].concat()).done();
    let told = listener.told();
    assert_eq!(told["number"], 1);
    assert_eq!((&told["kind"], &told["event"]), (&json!("webhook"), &json!("on_action")));
    assert_eq!(told["target"], "/webhook?key=[redacted]");
    assert_eq!((&told["status"], &told["answer"]), (&json!(200), &Value::Null));
    assert_eq!(told["notes"], json!([]));
    assert_eq!(told["body"]["action_number"], 1);
    assert_eq!(told["body"]["action_data"], json!({"email": "[redacted]"}));
    assert!(told["time_ms"].as_f64().unwrap() >= 0.0);
    assert!(!told.to_string().contains("203.0.113.7") && !told.to_string().contains("s3cret"));

    let to = listener.url("/decide");
    let outcome = ffx.run(&["hooks", "trigger", "middleware", "--to", &to]).done();
    assert!(outcome.stdout.contains("decision   default"), "{}", outcome.stdout);
    let told = listener.told();
    assert_eq!((&told["number"], &told["kind"]), (&json!(2), &json!("middleware")));
    assert_eq!(told["answer"], json!({"decision": "default"}));

    listener.post(
        "/u/s3cret@x.de",
        "authorization: Basic czNjcmV0\r\nx-key: s3cret\r\n",
        "Jane <b>",
    );
    let told = listener.told();
    assert_eq!(told["target"], "/u/[redacted]");
    assert_eq!(told["kind"], "other");
    assert_eq!(told["body"], "[8 bytes, no JSON object]");
    assert!(!told.to_string().contains("s3cret"), "{told}");
}

#[test]
fn what_is_shown_on_demand_has_no_credentials() {
    let ffx = Ffx::new();
    let mut listener = Listener::start(&ffx, &["--show", "--answer", r#"{"decision":"review"}"#]);
    let headers = "authorization: Basic czNjcmV0\r\ncookie: s3cret\r\nx-signature: 12ab\r\n\
                   x-api-key: s3cret\r\nx-token: s3cret\r\nx-secret: s3cret\r\nx-password: s3cret\r\n";
    let answer = listener.post("/decide", headers, LEAD);
    assert!(answer.ends_with("\r\n\r\n{\"decision\":\"review\"}"), "{answer}");
    let told = listener.told();
    assert_eq!(told["body"]["action_data"]["email"], "jane@example.com");
    let headers = told["headers"].to_string();
    assert!(headers.contains(r#"["x-signature","12ab"]"#), "{headers}");
    assert!(!headers.contains("s3cret") && !headers.contains("czNj"), "{headers}");
}

#[test]
fn the_route_of_an_answer_is_told() {
    let ffx = Ffx::new();
    let config = ffx.write(
        "check.yaml",
        "
routes:
  - { idRoute: approved, priority: 1, isDefault: false, conditions: [
      { path: body_json.decision, operator: is, value: approved } ] }
  - { idRoute: default, priority: 0, isDefault: true }
",
    );
    let config = ["--config", config.to_str().unwrap()];
    let answer = ["--answer", r#"{"decision":"approved"}"#];
    let mut listener = Listener::start(&ffx, &[config, answer].concat());
    listener.post("/", "", LEAD);
    assert_eq!(listener.told()["route"]["taken"], "approved");
    listener.post("/", "", r#"{"event_type":"on_action"}"#);
    assert!(listener.told().get("route").is_none(), "a webhook has none");
}

#[test]
fn a_webhook_that_is_none_is_told_so() {
    let mut listener = Listener::start(&Ffx::new(), &[]);
    listener.post("/", "", r#"{"event_type":"on_action","request_id":"r"}"#);
    let told = listener.told();
    assert_eq!(told["kind"], "webhook");
    let note = told["notes"][0].as_str().unwrap();
    assert!(note.contains("X-Funnelflux-Payload-Schema is missing"), "{note}");
}

#[test]
fn how_a_request_is_signed_is_found_out_by_the_secret() {
    use funnelflux::hooks::{Hmac, HmacAlgorithm, SignatureEncoding, SignedPart};
    use funnelflux::transport::http::{HeaderMap, HeaderName};

    let ffx = Ffx::new().with("MY_SECRET", "s3cret-of-hmac");
    let mut listener = Listener::start(&ffx, &["--secret-env", "MY_SECRET"]);
    let (time, name) = (HeaderName::from_static("x-time"), HeaderName::from_static("x-sig"));
    let headers = HeaderMap::from_iter([(time.clone(), "1764171600".parse().unwrap())]);
    let hmac = Hmac::new(name, "s3cret-of-hmac");
    let behind = [SignedPart::Header(time), SignedPart::Text(".".into()), SignedPart::Body];
    for (hmac, flags) in [
        (
            hmac.clone(),
            "--signature-header x-sig --signature-algorithm sha256 --signature-encoding hex",
        ),
        (
            hmac.clone().with_algorithm(HmacAlgorithm::Sha1).with_prefix("v1="),
            "--signature-algorithm sha1 --signature-encoding hex --signature-prefix 'v1='",
        ),
        (
            hmac.clone().with_encoding(SignatureEncoding::Base64).with_signed(behind),
            "--signature-encoding base64 --signed header:x-time --signed text:. --signed body",
        ),
        (
            // Its signature of this body has `-` or `_`.
            hmac.clone()
                .with_algorithm(HmacAlgorithm::Sha512)
                .with_encoding(SignatureEncoding::Base64Url),
            "--signature-algorithm sha512 --signature-encoding base64url",
        ),
    ] {
        let signature = hmac.sign(&headers, LEAD.as_bytes()).unwrap();
        let signature = signature.to_str().unwrap();
        listener.post("/", &format!("x-time: 1764171600\r\nx-sig: {signature}\r\n"), LEAD);
        let told = listener.told();
        let note = told["notes"][0].as_str().unwrap();
        assert!(note.contains(flags) && note.starts_with("signed, as by"), "{note}");
        listener.post("/", &format!("x-sig: 0{}\r\n", &signature[4..]), LEAD);
        let told = listener.told();
        let note = told["notes"][0].as_str().unwrap();
        assert!(note.contains("not found out") && note.contains("Tried: HMAC"), "{note}");
    }
    // What no flag spells is said to be so.
    let of = |body: &[u8]| hmac.sign(&HeaderMap::new(), body).unwrap().to_str().unwrap().to_owned();
    let (plain, timed) = (of(LEAD.as_bytes()), of(format!("1764171600.{LEAD}").as_bytes()));
    for (value, words) in [
        (plain.to_uppercase(), "--signature-encoding hex, but in capitals"),
        (format!("t=1764171600,v1={timed}"), "of a text of x-sig, `.` and the body, beside texts"),
        (format!("t=1764171600,v1={plain}"), "of the body, beside texts that may change"),
        (format!("v1={plain},t=1764171600"), "of the body, beside texts that may change"),
    ] {
        listener.post("/", &format!("x-sig: {value}\r\n"), LEAD);
        let told = listener.told();
        assert!(told["notes"][0].as_str().unwrap().contains(words), "{value}: {told}");
    }
    let unset = ["hooks", "listen", "--secret-env", "NO_SECRET"];
    ffx.run(&unset).failed(2, &["NO_SECRET is not set"]);
}

#[test]
fn a_request_is_passed_on_and_the_answer_of_the_server_comes_back() {
    let server = Handmade::serve(|seen, _| match seen.line.contains("/hook") {
        true => Reply::With(202, "x-own: yes", r#"{"ok":"Jane"}"#.into()),
        false => Reply::Json(200, r#"{"decision":"approved"}"#.into()),
    });
    let origin = server.base_url.trim_end_matches("/v1");
    let mut listener = Listener::start(&Ffx::new(), &["--forward-to", origin]);
    let answer = listener.post("/decide?a=b", "x-signature: 12ab\r\n", LEAD);
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("approved\"}"), "{answer}");
    let told = listener.told();
    assert!(told["server_ms"].as_f64().unwrap() <= told["time_ms"].as_f64().unwrap());
    assert_eq!(told["answer"], json!({"decision": "approved"}));
    let seen = server.seen().pop().unwrap();
    assert!(seen.line.starts_with("POST /decide?a=b "), "{}", seen.line);
    assert_eq!(seen.body, LEAD);
    let headers = seen.headers.to_lowercase();
    assert!(headers.contains("x-signature: 12ab") && headers.contains("host: 127.0.0.1"));

    // A path of its own wins.
    let mut listener = Listener::start(&Ffx::new(), &["--forward-to", &format!("{origin}/hook")]);
    let answer = listener.post("/elsewhere", "", LEAD);
    assert!(answer.starts_with("HTTP/1.1 202") && answer.contains("x-own: yes"), "{answer}");
    assert_eq!(listener.told()["answer"], json!({"ok": "[redacted]"}));
}

#[test]
fn a_server_that_is_late_or_gone_does_not_hold_the_visitor_up() {
    let slow = Handmade::serve(|_, _| {
        std::thread::sleep(Duration::from_secs(20));
        Reply::Nothing
    });
    let mut listener = Listener::start(&Ffx::new(), &["--forward-to", &slow.base_url]);
    let answer = listener.post("/", "", LEAD);
    assert!(answer.ends_with(r#"{"decision":"default"}"#), "{answer}");
    let told = listener.told();
    assert!(told["notes"].to_string().contains("no answer in time"), "{told}");
    let time = told["time_ms"].as_f64().unwrap();
    assert!((600.0..5000.0).contains(&time), "900 ms less 250: {time}");

    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let to = format!("http://{}", gone.local_addr().unwrap());
    drop(gone);
    let mut listener = Listener::start(&Ffx::new(), &["--forward-to", &to]);
    listener.post("/", "", LEAD);
    let told = listener.told();
    assert_eq!(told["status"], 200);
    assert!(told["notes"].to_string().contains("no connection to the server"), "{told}");
    let body = r#"{"event_type":"on_action"}"#;
    assert!(listener.post("/", "", body).starts_with("HTTP/1.1 502"), "a webhook");
}

#[test]
fn hostile_requests_are_cut_off_and_told() {
    let mut listener = Listener::start(&Ffx::new(), &[]);
    let huge = format!("{{\"a\":\"{}\"}}", "x".repeat(2 << 20));
    let answer = listener.post("/", "", &huge);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 413"), "{answer}");
    let told = listener.told();
    assert_eq!((&told["status"], &told["body"]), (&json!(413), &Value::Null));

    let endless = "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n";
    let chunk = format!("10000\r\n{}\r\n", "y".repeat(65_536)).repeat(40);
    listener.exchange(format!("{endless}{chunk}").as_bytes());
    assert_eq!(listener.told()["status"], 413);

    let deep = format!("{}1{}", r#"{"a":"#.repeat(100_000), "}".repeat(100_000));
    assert!(listener.post("/", "", &deep).starts_with("HTTP/1.1 200"));
    let told = listener.told();
    assert_eq!(told["body"], format!("[{} bytes, no JSON object]", deep.len()));

    // A hundred slow senders, and one fast.
    let slow: Vec<TcpStream> = (0..100)
        .map(|at| {
            let mut stream = TcpStream::connect(listener.address).unwrap();
            let begun: &[u8] = match at % 2 {
                0 => b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{",
                _ => b"POST / HTT",
            };
            stream.write_all(begun).unwrap();
            stream
        })
        .collect();
    let answer = listener.post("/", "", LEAD);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(listener.told()["status"], 200);
    // The others are told when their time is over, or they hang up.
    drop(slow);
    assert!(matches!(listener.told()["status"].as_u64(), Some(400 | 408)));
}

#[test]
#[cfg(unix)]
fn a_table_commands_no_terminal_and_ctrl_c_ends_it_well() {
    let ffx = Ffx::new();
    let start = ["hooks", "listen", "--port", "0", "--show"];
    let mut child = ffx.spawn(&start);
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let first = line_of(&mut lines);
    let address: SocketAddr = first.trim().strip_prefix("http://").unwrap().parse().unwrap();
    let body = "{\"event_type\":\"on\\u001b[2Jx\",\"a\":\"\\u001b]0;x\\u0007 \u{202e}\"}";
    let raw = "\u{1b}[31mno JSON";
    for body in [body, raw] {
        let mut stream = TcpStream::connect(address).unwrap();
        let head = "POST /%1b[2J HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: ";
        stream.write_all(format!("{head}{}\r\n\r\n{body}", body.len()).as_bytes()).unwrap();
        stream.read_to_end(&mut Vec::new()).unwrap();
    }
    crate::support::interrupt(&child);
    let mut rest = String::new();
    lines.read_to_string(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(
        rest.contains("#1") && rest.contains("#2") && rest.contains("answer     200"),
        "{rest}"
    );
    assert!(rest.contains("other on\\u001b[2Jx") && rest.contains("\\u001b[31mno JSON"), "{rest}");
    assert!(!rest.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{rest:?}");
}

#[test]
#[cfg(unix)]
fn the_last_requests_are_kept_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let ffx = Ffx::new();
    let mut listener = Listener::start(&ffx, &["--keep", "3"]);
    let file = listener.file.clone().unwrap();
    assert_eq!(file, ffx.path("state/hooks.ndjson").display().to_string());
    let other = ffx.run(&["hooks", "listen", "--port", "0"]);
    other.failed(2, &["another `ffx hooks listen`", "--file"]);
    for at in 0..8 {
        listener.post(
            &format!("/{at}"),
            "x-key: \u{e4}\r\n",
            &format!(r#"{{"at":{at}, "b":1.50}}"#),
        );
        listener.told();
    }
    assert_eq!(listener.end(), (0, String::new()));
    let kept = || {
        let text = std::fs::read_to_string(&file).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<Value>>()
    };
    let targets = |kept: Vec<Value>| kept.iter().map(|it| it["target"].clone()).collect::<Vec<_>>();
    assert_eq!(targets(kept()), ["/5", "/6", "/7"]);
    let last = kept().pop().unwrap();
    assert_eq!((&last["number"], &last["method"]), (&json!(8), &json!("POST")));
    assert_eq!(last["body"]["text"], r#"{"at":7, "b":1.50}"#, "byte for byte");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);

    // A killed run may leave a begun line. The next one goes on with the numbers.
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{text}{{\"number\":9,\"rec")).unwrap();
    let mut listener = Listener::start(&ffx, &["--keep", "3"]);
    listener.post("/8", "", "{}");
    assert_eq!(listener.told()["number"], 9);
    drop(listener.end());
    assert_eq!(targets(kept()), ["/6", "/7", "/8"]);

    // Another file is not written over.
    let notes = ffx.write("notes.txt", "my notes");
    let listen = ["hooks", "listen", "--port", "0", "--file", notes.to_str().unwrap()];
    ffx.run(&listen).failed(2, &["notes.txt", "something else"]);
    assert_eq!(std::fs::read_to_string(&notes).unwrap(), "my notes");
    std::fs::set_permissions(&notes, std::fs::Permissions::from_mode(0o644)).unwrap();
    ffx.run(&listen).failed(2, &["notes.txt", "line 1 holds something else"]);
    assert_eq!(std::fs::metadata(&notes).unwrap().permissions().mode() & 0o777, 0o644);
    std::os::unix::fs::symlink(&notes, ffx.path("link")).unwrap();
    let link = ffx.path("link");
    let listen = ["hooks", "listen", "--port", "0", "--file", link.to_str().unwrap()];
    ffx.run(&listen).failed(2, &["link", "not a regular file"]);
}

#[test]
#[cfg(unix)]
fn an_output_that_stands_still_holds_no_request_up_and_loses_none() {
    let ffx = Ffx::new();
    let listener = Listener::start(&ffx, &["--show", "--keep", "1000"]);
    let body = LEAD.replace("jane", &"j".repeat(3000));
    // Several times what the pipe and the queue take.
    for _ in 0..200 {
        assert!(listener.post("/", "", &body).starts_with("HTTP/1.1 200"));
    }
    let file = listener.file.clone().unwrap();
    assert_eq!(listener.end().0, 0);
    assert_eq!(std::fs::read_to_string(file).unwrap().lines().count(), 200);

    // One that nothing is read of any more does not keep Ctrl-C from ending it.
    let to = ffx.path("kept").display().to_string();
    let mut listener = Listener::start(&ffx, &["--show", "--keep", "1000", "--file", &to]);
    for _ in 0..400 {
        assert!(listener.post("/", "", &body).starts_with("HTTP/1.1 200"));
    }
    crate::support::interrupt(&listener.child);
    assert_eq!(ended(&mut listener.child), Some(0));
    assert_eq!(std::fs::read_to_string(&to).unwrap().lines().count(), 400);
    let mut told = String::new();
    listener.child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert!(
        told.contains("are not kept or not shown: the file or the output was too slow"),
        "{told}"
    );
}

/// The exit code, if it comes within 30 seconds.
#[cfg(unix)]
fn ended(child: &mut Child) -> Option<i32> {
    (0..300).find_map(|_| {
        std::thread::sleep(Duration::from_millis(100));
        child.try_wait().unwrap()?.code()
    })
}

#[test]
fn wrong_arguments_are_refused_before_it_listens() {
    let ffx = Ffx::new();
    for (arguments, words) in [
        (["--forward-to", "http://example.com/"], "https://"),
        (["--forward-to", "ftp://127.0.0.1/"], "expected http://HOST"),
        (["--answer", "approved"], "a JSON object"),
        (["--keep", "-1"], "whole number"),
        (["--host", "localhost"], "IP address"),
    ] {
        ffx.run(&[&["hooks", "listen"][..], &arguments].concat()).failed(2, &[words]);
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    ffx.run(&["hooks", "listen", "--port", &port]).failed(1, &["cannot listen", "--port 0"]);
    drop(taken);
    let itself = format!("http://localhost:{port}/x");
    ffx.run(&["hooks", "listen", "--port", &port, "--forward-to", &itself]).failed(2, &["itself"]);
}
