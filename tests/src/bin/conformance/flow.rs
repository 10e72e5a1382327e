//! The client: its whole flow through Prism, which knows only the document.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use funnelflux::emulator::Emulator;

use crate::process::{Server, run_within};
use crate::{DOCUMENT, Failure, Result, root};

/// The time for building the flow from scratch.
const BUILD_SECONDS: u64 = 1_200;
/// The flow takes four seconds.
const FLOW_SECONDS: u64 = 180;
/// The marks of Prism at each line of a warning or an error.
const MARKS: [char; 2] = ['✖', '⚠'];
/// Prism's words for a received request.
const RECEIVED: &str = "Request received";

/// Runs the flow and returns what it proves, in words.
pub(crate) async fn run(prism: &Path) -> Result<String> {
    if !run_within(flow().arg("--no-run"), BUILD_SECONDS)? {
        return Err(Failure::from("the flow could not be built"));
    }
    let emulator = Emulator::builder().start().await?;
    let port = free_port()?;
    let document = root().join(DOCUMENT);
    let proxy = Server::start(
        prism,
        [
            "proxy",
            &document.to_string_lossy(),
            emulator.base_url(),
            "--errors",
            "--host",
            "127.0.0.1",
            "--port",
            &port.to_string(),
        ],
        "prism.log",
    )?;
    proxy.wait_for("is listening")?;
    awake(&proxy, port, &emulator.access_token())?;
    let before = proxy.log()?.lines().count();

    // The paths of the document begin at the proxy's root, and those of the emulator at its base.
    let base = format!("http://127.0.0.1:{port}");
    println!("    {} behind {base}", emulator.base_url());
    let mut command = flow();
    command.env("FUNNELFLUX_CONFORMANCE_URL", &base);
    command.env("FUNNELFLUX_CONFORMANCE_TOKEN", emulator.access_token());
    let passed = run_within(&mut command, FLOW_SECONDS)?;

    let log = proxy.log()?;
    let (requests, complaints) = read(log.lines().skip(before));
    if !passed || !complaints.is_empty() || requests == 0 {
        return Err(Failure::from(format!(
            "the flow {} with {requests} requests; Prism complained {} times:\n{}",
            if passed { "passed" } else { "failed" },
            complaints.len(),
            complaints.join("\n")
        )));
    }
    Ok(format!("{requests} requests and their answers are as {DOCUMENT} says"))
}

/// The flow's test, to be run by the cargo that runs this program.
fn flow() -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["test", "-q", "-p", "funnelflux-tests", "--test", "conformance"]);
    command.current_dir(root());
    command
}

/// Counts the requests, and returns every line of a warning or an error.
fn read<'l>(lines: impl Iterator<Item = &'l str>) -> (usize, Vec<&'l str>) {
    let mut requests = 0;
    let mut complaints = Vec::new();
    for line in lines {
        requests += usize::from(line.contains(RECEIVED));
        if line.contains(MARKS) {
            complaints.push(line);
        }
    }
    (requests, complaints)
}

/// Checks that the proxy refuses an invalid request and logs the refusal; otherwise an empty log would
/// prove nothing.
fn awake(proxy: &Server, port: u16, token: &str) -> Result {
    let request = format!(
        "GET /category/find/byId HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\
         Connection: close\r\n\r\n"
    );
    let lost = |error: std::io::Error| Failure::from(format!("Prism does not answer: {error}"));
    let mut socket = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).map_err(lost)?;
    socket.set_read_timeout(Some(Duration::from_secs(10))).map_err(lost)?;
    socket.write_all(request.as_bytes()).map_err(lost)?;
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).map_err(lost)?;
    let answer = String::from_utf8_lossy(&answer);
    if !answer.starts_with("HTTP/1.1 422 ") {
        let status = answer.lines().next().unwrap_or_default();
        return Err(Failure::from(format!(
            "Prism let a request without its required id pass: {status}"
        )));
    }
    proxy.wait_for(&MARKS[0].to_string())
}

fn free_port() -> Result<u16> {
    let none = |error| Failure::from(format!("no free port on 127.0.0.1: {error}"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(none)?;
    Ok(listener.local_addr().map_err(none)?.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_and_complaints_kept() {
        let log = "[1] › [HTTP SERVER] get /a ℹ  info      Request received\n\
                   [1] ›     [PROXY] ℹ  info      > Forwarding\n\
                   [1] › [HTTP SERVER] get /a ✖  error     Request terminated with error\n\
                   [1] ›     [VALIDATOR] ⚠  warning   Violation: response";
        let (requests, complaints) = read(log.lines());
        assert_eq!((requests, complaints.len()), (1, 2));
    }
}
