//! Nothing that other people chose commands the terminal: names, messages, arguments and answers reach
//! it with their control characters made visible. A pipe gets the data as it is.

use std::path::Path;

use crate::support::{Ffx, Handmade, Reply};
use crate::terminal::Terminal;

/// Characters that command a terminal, are not seen, or change the order of others.
const HOSTILE: [&str; 31] = [
    "\u{1b}[8m",
    "\u{1b}]0;title\u{7}",
    "\u{1b}c",
    "\u{1b}P",
    "\0",
    "\u{8}",
    "\u{b}",
    "\u{c}",
    "\u{e}",
    "\u{7f}",
    "\rover",
    "\u{85}",
    "\u{90}",
    "\u{9b}8m",
    "\u{9d}0;title",
    "\u{ad}",
    "\u{61c}",
    "\u{200b}",
    "\u{200d}",
    "\u{200e}",
    "\u{2028}",
    "\u{2029}",
    "\u{202e}",
    "\u{2060}",
    "\u{2066}",
    "\u{2069}",
    "\u{feff}",
    "\u{e0041}",
    "\u{17b4}",
    "\u{1bca0}",
    "\u{13430}",
];

/// The same in a few texts: each run of ffx takes its time.
fn hostile() -> Vec<String> {
    HOSTILE.chunks(7).map(|some| some.join("-")).collect()
}

/// What ffx and its libraries write themselves: colours, and the spinner's cursor.
const OWN: [&str; 16] = [
    "\u{1b}[0m",
    "\u{1b}[1m",
    "\u{1b}[4m",
    "\u{1b}[31m",
    "\u{1b}[32m",
    "\u{1b}[33m",
    "\u{1b}[34m",
    "\u{1b}[35m",
    "\u{1b}[2m",
    "\u{1b}[2K",
    "\u{1b}[1A",
    "\u{1b}[1B",
    "\u{1b}[A",
    "\u{1b}[K",
    "\u{1b}[0K",
    "\r",
];

/// The first thing on the screen that is neither text nor of ffx itself.
fn command_in(shown: &[u8]) -> Option<String> {
    let Ok(text) = std::str::from_utf8(shown) else { return Some("a lone byte".to_owned()) };
    let text = OWN.iter().fold(text.to_owned(), |text, own| text.replace(own, ""));
    let is_text = |c: char| {
        let is_mark = HOSTILE.iter().any(|it| it.starts_with(c) && !c.is_ascii_graphic());
        c == '\n' || c == '\t' || !(c.is_control() || is_mark)
    };
    let at = text.find(|c| !is_text(c))?;
    Some(text[at..].chars().take(20).flat_map(char::escape_unicode).collect())
}

fn json(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// A server that gives every text of its answers a hostile end.
fn hostile_server(end: &str, status: u16) -> Handmade {
    let end = end.to_owned();
    Handmade::serve(move |seen, _| {
        let name = format!("name {end} end");
        // serde_json escapes C0 alone; the others are raw.
        let object = format!(
            r#"{{"idOfferSource":"2nIemJxCKbFX","offerSourceName":{0},"notes":{0},{0}:1}}"#,
            json(&name)
        );
        let rows = format!(
            r#"{{"rows":[{{"attributes":[{{"id":"x","value":{}}}],"visits":1}}]}}"#,
            json(&name)
        );
        let body = match status {
            200 if seen.line.contains("drilldown") => rows,
            200 if seen.line.contains("/list") => format!("[{object}]"),
            200 if seen.line.contains("/raw") => name,
            200 => object,
            _ => format!(r#"{{"error":{{"code":{status},"message":{}}}}}"#, json(&name)),
        };
        Reply::Json(status, body)
    })
}

/// Commands whose output holds texts of a server, by the channel through which they come.
const OF_THE_SERVER: [(&str, u16, &[&str]); 13] = [
    ("a table", 200, &["offer-sources", "list"]),
    ("JSON", 200, &["offer-sources", "list", "-o", "json"]),
    ("NDJSON", 200, &["offer-sources", "list", "-o", "ndjson"]),
    ("CSV", 200, &["offer-sources", "list", "-o", "csv"]),
    ("an object", 200, &["offer-sources", "get", "2nIemJxCKbFX"]),
    ("an object in CSV", 200, &["offer-sources", "get", "2nIemJxCKbFX", "-o", "csv"]),
    ("a report", 200, &["report", "drilldown", "--by=offer", "--last=1d", "--tz=UTC"]),
    (
        "a report in CSV",
        200,
        &["report", "drilldown", "--by=offer", "--last=1d", "--tz=UTC", "-o=csv"],
    ),
    ("an answer", 200, &["api", "GET", "/raw"]),
    ("an answer, indented", 200, &["api", "GET", "/x", "-o", "json"]),
    ("an error", 400, &["offer-sources", "list"]),
    ("an error in JSON", 400, &["offer-sources", "list", "-o", "json"]),
    ("the log and the support report", 500, &["offer-sources", "list", "-vvv"]),
];

#[test]
fn texts_of_the_server() {
    for end in &hostile() {
        for status in [200, 400, 500] {
            let server = hostile_server(end, status);
            let ffx = Ffx::against(&server.base_url);
            for (channel, _, arguments) in OF_THE_SERVER.iter().filter(|it| it.1 == status) {
                let (_, shown) = Terminal::run(ffx.command(arguments)).ends();
                let text = String::from_utf8_lossy(&shown);
                assert_eq!(command_in(&shown), None, "{channel}, {end:?}: {text:?}");
                let is_told = text.contains("name ") || status == 500;
                assert!(is_told, "{channel}, {end:?}: {text:?}");
            }
        }
    }
}

#[test]
fn lone_bytes_and_very_long_lines() {
    for (line, told) in [
        (b"a \x9b31m b".to_vec(), "a \\x9b31m b"),
        (b"a \xff\xfe b".to_vec(), "a \\xff\\xfe b"),
        (b"cut \xe2\x80".to_vec(), "cut \\xe2\\x80"),
        (b"surrogate \xed\xa0\x9b".to_vec(), "surrogate \\xed\\xa0\\x9b"),
        ([vec![b'x'; 200_000], b"\x1b]0;y".to_vec()].concat(), "x\\u001b]0;y"),
        ("\u{9b}".repeat(100_000).into_bytes(), "\\u009b\\u009b\n"),
    ] {
        let server = Handmade::serve_bytes(line);
        let ffx = Ffx::against(&server.base_url);
        let command = ffx.command(&["api", "GET", "/raw"]);
        let (_, shown) = Terminal::run(command).ends();
        let text = String::from_utf8_lossy(&shown);
        assert_eq!(command_in(&shown), None);
        assert!(text.contains(told), "{told} in {} bytes", text.len());
    }
}

#[test]
fn arguments_files_and_settings() {
    for end in hostile().iter().map(|end| end.replace('\0', "")) {
        let name = format!("name{end}end");
        let ffx = Ffx::new();
        // A file's name is chosen by other people, too.
        let file = ffx.path(&name);
        let file = file.to_str().unwrap();
        let yaml = ffx.write("x.yaml", &format!("{}: 1\n- x", json(&name)));
        let csv = ffx.write("x.csv", &format!("hitId,{name}\nx,y\n"));
        ffx.write("profiles/bad.toml", &format!("{} = 1\n", json(&name)));
        for arguments in [
            &["id", "inspect", &name][..],
            &[&name],
            &["offer-sources", &name],
            &["offer-sources", "list", "--status", &name],
            &["offer-sources", "list", &format!("--{name}")],
            &["--emulator", "offer-sources", "get", &name],
            &["--emulator", "offer-sources", "update", "2nIemJxCKbFX", "--set", &name],
            &["--emulator", "offer-sources", "create", "-f", file],
            &["--emulator", "offer-sources", "create", "-f", yaml.to_str().unwrap()],
            &["--emulator", "conversions", "push", csv.to_str().unwrap(), "--postbacks=none"],
            &["--emulator", "report", "drilldown", "--by", &name, "--last=1d", "--tz=UTC"],
            &["--emulator", "report", "drilldown", "--by=offer", "--last=1d", "--tz", &name],
            &["--emulator", "api", "GET", &format!("/{name}")],
            &["--profile", &name, "offer-sources", "list"],
            &["--profile", "bad", "offer-sources", "list"],
            &["--base-url", &name, "offer-sources", "list"],
            &["--emulator", "links", "check", &format!("https://go.example.com/{name}")],
        ] {
            let (_, shown) = Terminal::run(ffx.command(arguments)).ends();
            let text = String::from_utf8_lossy(&shown);
            assert_eq!(command_in(&shown), None, "{arguments:?}: {text:?}");
            assert!(!text.is_empty(), "{arguments:?}");
        }
    }
}

#[test]
fn questions() {
    let server = hostile_server("\u{1b}[8m", 200);
    let ffx = Ffx::against(&server.base_url);
    let mut terminal = Terminal::run(ffx.command(&["domains", "add", "go\u{202e}.example.com"]));
    terminal.types("no\n");
    let (_, shown) = terminal.ends();
    assert_eq!(command_in(&shown), None, "{:?}", String::from_utf8_lossy(&shown));
}

#[test]
fn a_pipe_gets_the_data_as_it_is() {
    for end in &hostile() {
        let name = format!("name {end} end");
        let server = hostile_server(end, 200);
        let ffx = Ffx::against(&server.base_url);
        assert_eq!(ffx.run(&["api", "GET", "/raw"]).stdout, name);
        let listed = ffx.run(&["offer-sources", "list", "-o", "json"]).done();
        assert_eq!(listed.json()[0]["offerSourceName"], name);
        assert!(listed.stdout.contains(&json(&name)), "{end:?}");
        let csv = ffx.run(&["offer-sources", "list", "-o", "csv"]).done().stdout;
        assert!(csv.contains(&name), "{csv:?}");
        // Messages are for people wherever they go.
        let refused = ffx.run(&["offer-sources", "list", "--status", &name.replace('\0', "")]);
        assert_eq!(command_in(refused.stderr.as_bytes()), None, "{}", refused.stderr);
    }
}

#[test]
fn what_is_shown_of_json_has_the_same_value_and_our_own_colours_stay() {
    for end in &hostile() {
        let server = hostile_server(end, 200);
        let ffx = Ffx::against(&server.base_url);
        let list = ["-q", "offer-sources", "list", "-o", "json"];
        let (_, shown) = Terminal::run(ffx.command(&list)).ends();
        let value: serde_json::Value = serde_json::from_slice(&shown).unwrap();
        assert_eq!(value[0]["offerSourceName"], format!("name {end} end"));
    }
    let server = hostile_server("x", 200);
    let ffx = Ffx::against(&server.base_url);
    let mut command = ffx.command(&["offer-sources", "list", "-v"]);
    command.env_remove("NO_COLOR").env("TERM", "xterm");
    let (_, shown) = Terminal::run(command).ends();
    assert!(String::from_utf8_lossy(&shown).contains("\u{1b}[32m INFO\u{1b}[0m "), "{shown:?}");
    let mut command = Ffx::new().command(&["no-such-command"]);
    command.env_remove("NO_COLOR").env("TERM", "xterm");
    let (code, shown) = Terminal::run(command).ends();
    assert!(code == 2 && shown.contains(&0x1b), "{}", String::from_utf8_lossy(&shown));
}

/// Every byte goes through the one writer: no other file of ffx writes to stdout or stderr.
#[test]
fn no_other_way_leads_to_the_terminal() {
    let mut files = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut seen = 0;
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        seen += 1;
        let text = std::fs::read_to_string(&path).unwrap();
        if path.ends_with("output/terminal.rs") {
            continue;
        }
        for (number, line) in (1..).zip(text.lines()) {
            let asks = line.contains(".is_terminal()");
            // The colours of a level, which are constants.
            let is_colour = path.ends_with("logging.rs") && line.contains("[{colour}m");
            let writes = ["io::stdout()", "io::stderr()", "println!", "eprint!", "print!("];
            let writes = writes.iter().any(|way| line.contains(way));
            let place = format!("{}:{number}: {line}", path.display());
            assert!(asks || is_colour || !writes, "{place}");
        }
    }
    assert!(seen > 40);
}
