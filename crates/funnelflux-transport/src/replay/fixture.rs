//! A recording in a file that a test replays, or records anew.

use std::path::PathBuf;

use super::player::Replay;
use super::recorder::{Recorder, RecorderHandle};
use super::scrub::Scrub;
use crate::error::Error;
use crate::stack::{IntoSeam, SeamService};

const VARIABLE: &str = "FUNNELFLUX_RECORD";

/// Opens the recording at `path` for a test: replays it, or records it anew where the environment has
/// `FUNNELFLUX_RECORD=1`. Returns the transport, and the [`Fixture`] that the test finishes.
///
/// `live` makes the transport that is recorded; a replay does not call it. `provenance` and `scrub` are
/// those of [`Recorder::new`]. A replay asks for the same as the recording did, so the scrub keeps what
/// the requests hold, such as times. The guide on testing has an example.
///
/// # Errors
/// When the variable is neither `1`, `0` nor empty, when there is no recording to replay or no directory to
/// record into, or when `live` fails.
pub fn record_or_replay<B, S: IntoSeam<B>>(
    path: impl Into<PathBuf>,
    provenance: impl Into<String>,
    scrub: Scrub,
    live: impl FnOnce() -> Result<S, Error>,
) -> Result<(SeamService, Fixture), Error> {
    let (path, value) = (path.into(), std::env::var_os(VARIABLE).unwrap_or_default());
    match value.to_str() {
        Some("1") => {
            let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
            if let Some(missing) = directory.filter(|directory| !directory.is_dir()) {
                let (path, missing) = (path.display(), missing.display());
                return Err(Error::local(format!(
                    "recording {path}: there is no directory {missing}; make it first"
                )));
            }
            if path.is_dir() || path.file_name().is_none() {
                let path = path.display();
                return Err(Error::local(format!("recording {path:?}: this is no path of a file")));
            }
            let (recorder, tape) = Recorder::new(live()?, provenance, scrub);
            Ok((recorder.into_seam(), Fixture(Mode::Record(path, tape))))
        }
        Some("" | "0") if path.exists() => {
            let replay = Replay::load(path)?;
            Ok((replay.clone().into_seam(), Fixture(Mode::Replay(replay))))
        }
        Some("" | "0") => Err(Error::local(format!(
            "recording {}: there is no such file; {VARIABLE}=1 records it",
            path.display()
        ))),
        _ => {
            let value = value.display();
            Err(Error::local(format!("{VARIABLE}={value}: 1 records, 0 or nothing replays")))
        }
    }
}

/// The recording of a test, which [`record_or_replay`] opened.
#[derive(Clone, Debug)]
pub struct Fixture(Mode);

#[derive(Clone, Debug)]
enum Mode {
    Replay(Replay),
    Record(PathBuf, RecorderHandle),
}

impl Fixture {
    /// Whether the test records, so that its client needs a real token and address.
    pub fn is_recording(&self) -> bool {
        matches!(self.0, Mode::Record(..))
    }

    /// Writes the file, or checks the replay as [`Replay::verify`] does. A test that fails before leaves
    /// the file as it was.
    ///
    /// # Errors
    /// When the file cannot be written, or the replay has problems.
    pub fn finish(&self) -> Result<(), Error> {
        match &self.0 {
            Mode::Replay(replay) => replay.verify(),
            Mode::Record(path, tape) => tape.recording().save(path),
        }
    }
}
