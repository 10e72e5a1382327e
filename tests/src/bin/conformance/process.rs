//! Processes that end: programs within a time limit, and servers that live as long as their value.

use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use crate::{Failure, Result, directory};

const TICK: Duration = Duration::from_millis(100);
/// Node takes two seconds on a small machine.
const START_SECONDS: u64 = 30;

fn shown(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

/// A child that does not outlive this value.
struct Bound(Child);

impl Bound {
    fn start(command: &mut Command) -> Result<Self> {
        // Everything is on loopback: no proxy may intervene.
        command.env("NO_PROXY", "127.0.0.1,localhost").env("no_proxy", "127.0.0.1,localhost");
        command.stdin(Stdio::null());
        command.spawn().map(Self).map_err(|error| {
            Failure::from(format!("`{}` could not be started: {error}", shown(command)))
        })
    }

    fn ended(&mut self) -> Result<Option<ExitStatus>> {
        let unknown = |error| Failure::from(format!("a process could not be watched: {error}"));
        self.0.try_wait().map_err(unknown)
    }
}

impl Drop for Bound {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// Calls `done` until it returns a value; `None` when the time is over.
fn poll<T>(seconds: u64, mut done: impl FnMut() -> Result<Option<T>>) -> Result<Option<T>> {
    let ticks = Duration::from_secs(seconds).as_millis() / TICK.as_millis();
    for _ in 0..ticks {
        if let Some(value) = done()? {
            return Ok(Some(value));
        }
        std::thread::sleep(TICK);
    }
    Ok(None)
}

/// Runs a program with its output on the terminal, and returns whether it succeeded.
pub(crate) fn run_within(command: &mut Command, seconds: u64) -> Result<bool> {
    let mut child = Bound::start(command)?;
    match poll(seconds, || child.ended())? {
        Some(status) => Ok(status.success()),
        None => Err(Failure::from(format!(
            "`{}` did not end within {seconds} s and was stopped",
            shown(command)
        ))),
    }
}

/// A server that is stopped when this value is dropped. Its output goes to a log.
pub(crate) struct Server {
    _child: Bound,
    name: String,
    log: PathBuf,
}

impl Server {
    pub(crate) fn start<const N: usize>(
        program: &Path,
        arguments: [&str; N],
        log: &str,
    ) -> Result<Self> {
        let log = directory().join(log);
        let io = |error| Failure::from(format!("{}: {error}", log.display()));
        let output = File::create(&log).map_err(io)?;
        let errors = output.try_clone().map_err(io)?;
        let mut command = Command::new(program);
        command.args(arguments).stdout(output).stderr(errors);
        let child = Bound::start(&mut command)?;
        let name = program.file_name().map(OsStr::to_string_lossy).unwrap_or_default().into_owned();
        Ok(Self { _child: child, name, log })
    }

    /// Its output so far, without colours.
    pub(crate) fn log(&self) -> Result<String> {
        let bytes = std::fs::read(&self.log)
            .map_err(|error| Failure::from(format!("{}: {error}", self.log.display())))?;
        Ok(without_colours(&String::from_utf8_lossy(&bytes)))
    }

    /// Waits until its output contains this text.
    pub(crate) fn wait_for(&self, text: &str) -> Result {
        match poll(START_SECONDS, || Ok(self.log()?.contains(text).then_some(())))? {
            Some(()) => Ok(()),
            None => Err(Failure::from(format!(
                "{} did not print {text:?} within {START_SECONDS} s; its output:\n{}",
                self.name,
                self.log()?
            ))),
        }
    }
}

/// A text without the escape sequences that colour it.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.split_once('m').map_or("", |(_, rest)| rest));
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_has_no_colours() {
        assert_eq!(without_colours("a \u{1b}[31;1mred\u{1b}[0m b"), "a red b");
        assert_eq!(without_colours("plain [m"), "plain [m");
    }

    #[test]
    fn a_program_that_does_not_end_is_stopped() {
        let failure = run_within(Command::new("sleep").arg("60"), 0).unwrap_err();
        assert!(failure.to_string().contains("`sleep` did not end"), "{failure}");
    }
}
