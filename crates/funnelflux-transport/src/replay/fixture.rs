//! A recording in a file that a test replays, or records anew.

use std::path::PathBuf;
use std::sync::Arc;

use super::player::Replay;
use super::recorder::Recorder;
use super::scrub::Scrub;
use crate::error::Error;
use crate::stack::{IntoSeam, SeamService};

/// The variable of the environment that decides.
const VARIABLE: &str = "FUNNELFLUX_RECORD";

/// Opens the recording at `path` for a test: replays it, or records it anew where the environment has
/// `FUNNELFLUX_RECORD=1`. Returns the transport, and the [`Fixture`] that the test finishes.
///
/// `live` makes the transport that is recorded; a replay does not call it. `provenance` and `scrub` are
/// those of [`Recorder::new`]. A replay asks for the same as the recording did, so the scrub keeps what
/// the requests hold, such as times.
///
/// ```
/// use funnelflux_transport::replay::{Scrub, record_or_replay};
/// use funnelflux_transport::{Client, Error, ReqwestTransport};
///
/// # async fn test() -> Result<(), Error> {
/// let (path, account) = ("tests/lists.json", "recorded from our test account");
/// let scrub = Scrub::new().keep_times();
/// let (transport, fixture) = record_or_replay(path, account, scrub, ReqwestTransport::new)?;
/// let client = Client::builder().transport(transport).build()?;
/// // … what the test does with the client …
/// fixture.finish()
/// # }
/// ```
///
/// # Errors
/// When the variable is neither `1`, `0` nor empty, when there is no recording to replay, or when `live`
/// fails.
pub fn record_or_replay<B, S: IntoSeam<B>>(
    path: impl Into<PathBuf>,
    provenance: impl Into<String>,
    scrub: Scrub,
    live: impl FnOnce() -> Result<S, Error>,
) -> Result<(SeamService, Fixture), Error> {
    let (path, value) = (path.into(), std::env::var_os(VARIABLE).unwrap_or_default());
    match value.to_str() {
        Some("1") => {
            let (recorder, tape) = Recorder::new(live()?, provenance, scrub);
            let finish = Arc::new(move || tape.recording().save(&path));
            Ok((recorder.into_seam(), Fixture { is_recording: true, finish }))
        }
        Some("" | "0") if path.exists() => {
            let replay = Replay::load(path)?;
            let transport = replay.clone().into_seam();
            Ok((
                transport,
                Fixture { is_recording: false, finish: Arc::new(move || replay.verify()) },
            ))
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
#[derive(Clone)]
pub struct Fixture {
    is_recording: bool,
    finish: Arc<dyn Fn() -> Result<(), Error> + Send + Sync>,
}

impl Fixture {
    /// Whether the test records, so that its client needs a real token and address.
    #[must_use]
    pub fn is_recording(&self) -> bool {
        self.is_recording
    }

    /// Writes the file, or checks the replay as [`Replay::verify`] does. A test that fails before leaves
    /// the file as it was.
    ///
    /// # Errors
    /// When the file cannot be written, or the replay has problems.
    pub fn finish(&self) -> Result<(), Error> {
        (self.finish)()
    }
}

impl std::fmt::Debug for Fixture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fixture").field("is_recording", &self.is_recording).finish_non_exhaustive()
    }
}
