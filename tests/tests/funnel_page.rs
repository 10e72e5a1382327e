//! The page of `Picture::html` in a real browser: it zooms, moves, and tells the numbers of a node that is
//! pointed at. Needs chromium and chromedriver (packages `chromium` and `chromium-driver`).
//! `FF_DRAW=1` also writes docs/funnel-page.png.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code"
)]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use funnelflux::funnels::{Account, FunnelDialect, Graph, Numbers, Picture, check_graph};
use funnelflux::model::ledger::{Funnel, Model as _};
use funnelflux::model::{Decimal, Document};
use funnelflux_tests::root;
use serde_json::{Value, json};

/// The member of WebDriver by which it names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

fn program(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let all =
        names.iter().flat_map(|name| std::env::split_paths(&path).map(move |at| at.join(name)));
    all.into_iter().find(|file| file.is_file())
}

/// A browser that is driven over WebDriver on loopback.
struct Browser {
    driver: Child,
    _output: BufReader<ChildStdout>,
    http: reqwest::Client,
    session: String,
    directory: tempfile::TempDir,
}

/// Starts the driver; `None` if it ended before it listened.
fn listening(driver: &Path, attempt: u32) -> Option<(Child, BufReader<ChildStdout>, u16)> {
    let mut command = Command::new(driver);
    // Below the ports that the system hands out: thousands of those may be taken by connections that other tests closed.
    let port = 20_000 + (std::process::id() + attempt * 97) % 10_000;
    command.arg(format!("--port={port}")).stdout(Stdio::piped());
    let mut driver = command.spawn().unwrap();
    let mut output = BufReader::new(driver.stdout.take().unwrap());
    if let Some(port) = port_of(&mut output) {
        Some((driver, output, port))
    } else {
        driver.wait().unwrap();
        None
    }
}

fn port_of(output: &mut impl std::io::BufRead) -> Option<u16> {
    let lines = output.lines().map_while(Result::ok);
    lines
        .filter_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim().trim_end_matches('.').parse().ok()
        })
        .next()
}

/// Says why there is no browser. `FF_BROWSER=required` makes that a failure.
fn skipped<T>(why: &str) -> Option<T> {
    assert!(std::env::var_os("FF_BROWSER").is_none(), "skipped: {why}");
    eprintln!("skipped: {why}");
    None
}

impl Browser {
    /// Starts one, or says why there is none.
    async fn start() -> Option<Self> {
        let chromium = program(&["chromium", "chromium-browser", "google-chrome"]);
        let Some((chromium, driver)) = chromium.zip(program(&["chromedriver"])) else {
            return skipped(
                "chromium and chromedriver are not both on the PATH; apt-get install chromium chromium-driver",
            );
        };
        let directory = tempfile::tempdir().unwrap();
        // Where it ends before it listens, nothing of the page was tried; its own words are above.
        let Some((driver, output, port)) = (0..5).find_map(|attempt| listening(&driver, attempt))
        else {
            return skipped("chromedriver ended before it listened");
        };
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let session = format!("http://127.0.0.1:{port}/session");
        let mut browser = Self { driver, _output: output, http, session, directory };
        let profile =
            format!("--user-data-dir={}", browser.directory.path().join("profile").display());
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            "--window-size=1280,720",
            &profile,
        ];
        let options = json!({"binary": chromium, "args": arguments});
        let capabilities =
            json!({"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}});
        let started = browser.call("", Some(capabilities)).await;
        let id = started["sessionId"].as_str().expect("a session").to_owned();
        browser.session = format!("{}/{id}", browser.session);
        Some(browser)
    }

    async fn call(&self, command: &str, body: Option<Value>) -> Value {
        let url = format!("{}{command}", self.session);
        let request = match body {
            Some(body) => self.http.post(&url).body(body.to_string()),
            None => self.http.get(&url),
        };
        let answer = request.send().await.unwrap().bytes().await.unwrap();
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        let value = &answer["value"];
        assert!(value["error"].is_null(), "{command}: {}: {}", value["error"], value["message"]);
        value.clone()
    }

    async fn open(&self, page: &str) {
        let file = self.directory.path().join("funnel.html");
        std::fs::write(&file, page).unwrap();
        self.call("/url", Some(json!({"url": format!("file://{}", file.display())}))).await;
    }

    async fn run(&self, script: &str) -> Value {
        self.call("/execute/sync", Some(json!({"script": script, "args": []}))).await
    }

    /// Left, top, width and height of what is seen of the picture.
    async fn view(&self) -> Vec<f64> {
        let view =
            self.run("return document.getElementById('funnel').getAttribute('viewBox')").await;
        view.as_str().unwrap().split(' ').map(|number| number.parse().unwrap()).collect()
    }

    async fn element(&self, selector: &str) -> Value {
        self.call("/element", Some(json!({"using": "css selector", "value": selector}))).await
    }

    async fn act(&self, kind: &str, actions: Value) {
        let source = json!({"type": kind, "id": kind, "actions": actions});
        self.call("/actions", Some(json!({"actions": [source]}))).await;
    }

    /// Moves the mouse over a node.
    async fn point_at(&self, node: &str) {
        let origin = self.element(node).await;
        assert!(origin[ELEMENT].is_string());
        self.act(
            "pointer",
            json!([{"type": "pointerMove", "duration": 0, "x": 0, "y": 0, "origin": origin}]),
        )
        .await;
    }

    /// The text of the tooltip that is seen.
    async fn tooltip(&self) -> String {
        let seen = self.run("return [...document.querySelectorAll('.tip')].filter(it => !it.hidden).map(it => it.innerText)").await;
        let seen: Vec<String> = serde_json::from_value(seen).unwrap();
        assert!(seen.len() < 2, "{seen:?}");
        seen.concat()
    }
}

impl Drop for Browser {
    /// Ends the session, because the browser outlives a driver that is killed, also where a test fails.
    fn drop(&mut self) {
        let session = self.session.trim_start_matches("http://");
        if let Some((host, path)) = session.split_once('/')
            && let Ok(mut stream) = std::net::TcpStream::connect(host)
        {
            let head = "connection: close\r\ncontent-length: 0";
            let _ = write!(stream, "DELETE /{path} HTTP/1.1\r\nhost: {host}\r\n{head}\r\n\r\n");
            // The driver answers when the browser has ended, and keeps the connection.
            let _ = stream.set_read_timeout(Some(std::time::Duration::from_secs(10)));
            let _ = stream.read(&mut [0; 1024]);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn picture() -> Picture {
    let file = root().join("crates/funnelflux-funnels/tests/pictures/ten-nodes.json");
    let mut json = std::fs::read_to_string(file).unwrap();
    // A name that would do harm, and a finding.
    json = json.replace("Newsletter", r#"<img src=x onerror=\"harm=1\">"#).replace("0.2", "0.1");
    let funnel = Funnel::from_document(Document::parse(&json).unwrap());
    let dialect = FunnelDialect::shipped();
    let graph = Graph::of(&funnel, &dialect);
    let report = check_graph(&funnel, &graph, &dialect, &Account::offline());
    let number = |number: i64, scale| Some(Decimal::new(number, scale));
    let numbers = (graph.nodes.iter().zip(1_i64..)).map(|(node, at)| {
        (
            node.id.clone(),
            Numbers::new(number(18_240 / at, 0), number(412 / at, 0), number(583_105 / at, 2)),
        )
    });
    let numbers: BTreeMap<String, Numbers> = numbers.collect();
    Picture::of(&graph)
        .with_findings(&report)
        .with_traffic(&numbers, "20 to 26 November 2026, Europe/Berlin; made up")
}

#[tokio::test]
async fn the_page_zooms_moves_and_tells_the_numbers_of_a_node() {
    let Some(browser) = Browser::start().await else { return };
    browser.open(&picture().html()).await;
    let whole = browser.view().await;

    // A turn of the wheel zooms, and what is under the pointer stays there.
    let under = "const at = new DOMPoint(400, 300).matrixTransform(document.getElementById('funnel')\
                 .getScreenCTM().inverse()); return [at.x, at.y]";
    let before = browser.run(under).await;
    let scroll = json!([{"type": "scroll", "x": 400, "y": 300, "deltaX": 0, "deltaY": -300, "duration": 0, "origin": "viewport"}]);
    browser.act("wheel", scroll).await;
    let near = browser.view().await;
    assert!(near[2] < whole[2] * 0.7, "{whole:?} {near:?}");
    let after = browser.run(under).await;
    for axis in 0..2 {
        let moved = before[axis].as_f64().unwrap() - after[axis].as_f64().unwrap();
        assert!(moved.abs() < 0.5, "{before} {after}");
    }

    // Dragging moves it.
    let drag = json!([
        {"type": "pointerMove", "duration": 0, "x": 640, "y": 480, "origin": "viewport"},
        {"type": "pointerDown", "button": 0},
        {"type": "pointerMove", "duration": 50, "x": 540, "y": 430, "origin": "viewport"},
        {"type": "pointerUp", "button": 0}
    ]);
    browser.act("pointer", drag).await;
    let moved = browser.view().await;
    let is_as_wide = (moved[2] - near[2]).abs() < 0.01;
    assert!(moved[0] > near[0] && moved[1] > near[1] && is_as_wide, "{near:?} {moved:?}");

    // The keys: zoom out, and back to the whole.
    browser
        .act("key", json!([{"type": "keyDown", "value": "-"}, {"type": "keyUp", "value": "-"}]))
        .await;
    assert!(browser.view().await[2] > moved[2]);
    browser.call("/element/active", None).await;
    browser
        .act("key", json!([{"type": "keyDown", "value": "0"}, {"type": "keyUp", "value": "0"}]))
        .await;
    assert_eq!(browser.view().await, whole);

    // A node that is pointed at tells its numbers and findings, and fades what is not connected with it.
    assert_eq!(browser.tooltip().await, "");
    browser.point_at("#n0").await;
    let told = browser.tooltip().await;
    for words in ["Traffic", "18,240", "412", "5831.05", "the weights sum to 0.9"] {
        assert!(told.contains(words), "no {words:?} in {told:?}");
    }
    let opacity =
        |node: &str| format!("return getComputedStyle(document.querySelector('{node}')).opacity");
    assert_eq!(browser.run(&opacity("#n1")).await, "1");
    assert_eq!(browser.run(&opacity("#n8")).await, "0.25");
    if std::env::var_os("FF_DRAW").is_some() {
        browser.screenshot(&root().join("docs/funnel-page.png")).await;
    }
    browser.point_at("nav").await;
    assert_eq!(browser.tooltip().await, "");

    // A name is a text, and the page loads nothing.
    browser.point_at("#n7").await;
    assert!(browser.tooltip().await.contains("<img src=x onerror=\"harm=1\">"));
    assert_eq!(browser.run("return typeof harm").await, "undefined");
    assert_eq!(browser.run("return document.images.length").await, 0);
    assert_eq!(browser.run("return performance.getEntriesByType('resource').length").await, 0);

    // Dark where the system is.
    let ground = "return getComputedStyle(document.body).backgroundColor";
    let light = browser.run(ground).await;
    let dark = json!({"cmd": "Emulation.setEmulatedMedia", "params": {
        "features": [{"name": "prefers-color-scheme", "value": "dark"}]
    }});
    browser.call("/goog/cdp/execute", Some(dark)).await;
    assert_eq!(
        (light, browser.run(ground).await),
        ("rgb(255, 255, 255)".into(), "rgb(13, 17, 23)".into())
    );
}

impl Browser {
    async fn screenshot(&self, file: &Path) {
        let command = json!({"cmd": "Page.captureScreenshot", "params": {"format": "png"}});
        let shot = self.call("/goog/cdp/execute", Some(command)).await;
        use base64::Engine as _;
        let png = base64::engine::general_purpose::STANDARD.decode(shot["data"].as_str().unwrap());
        std::fs::write(file, png.unwrap()).unwrap();
    }
}
