//! A recording in a file that a test replays, or records anew.

use std::path::PathBuf;
use std::task::{Context, Poll};

use http::{Request, Response};
use tower_service::Service;

use super::player::Replay;
use super::recorder::{Recorder, RecorderHandle};
use super::scrub::Scrub;
use crate::body::Body;
use crate::error::Error;
use crate::stack::{IntoSeam, SeamFuture};

/// The variable of the environment that decides.
const VARIABLE: &str = "FUNNELFLUX_RECORD";

/// Opens the recording at `path` for a test: replays it, or records it anew where the environment has
/// `FUNNELFLUX_RECORD=1`.
///
/// `live` makes the transport that is recorded; a replay does not call it. `provenance` and `scrub` are
/// those of [`Recorder::new`]. The test ends with [`Fixture::finish`].
///
/// ```
/// use funnelflux_transport::replay::{Scrub, record_or_replay};
/// use funnelflux_transport::{Client, Error, ReqwestTransport};
///
/// # async fn test() -> Result<(), Error> {
/// let fixture = record_or_replay(
///     "tests/fixtures/lists.json",
///     "recorded from our test account",
///     Scrub::new(),
///     ReqwestTransport::new,
/// )?;
/// let client = Client::builder().transport(fixture.clone()).build()?;
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
) -> Result<Fixture, Error> {
    let path = path.into();
    let value = std::env::var_os(VARIABLE).unwrap_or_default();
    match value.to_str() {
        Some("1") => {
            let (recorder, tape) = Recorder::new(live()?, provenance, scrub);
            Ok(Fixture(Mode::Record { path, recorder, tape }))
        }
        Some("" | "0") if path.exists() => {
            Replay::load(path).map(|replay| Fixture(Mode::Replay(replay)))
        }
        Some("" | "0") => Err(Error::local(format!(
            "recording {}: there is no such file; {VARIABLE}=1 records it",
            path.display()
        ))),
        _ => Err(Error::local(format!(
            "{VARIABLE}={}: 1 records, 0 or nothing replays",
            value.display()
        ))),
    }
}

/// The transport of [`record_or_replay`]. Clones share the recording.
#[derive(Clone, Debug)]
pub struct Fixture(Mode);

#[derive(Clone, Debug)]
enum Mode {
    Replay(Replay),
    Record { path: PathBuf, recorder: Recorder, tape: RecorderHandle },
}

impl Fixture {
    /// Whether it records, so that the client needs a real token and address.
    #[must_use]
    pub fn is_recording(&self) -> bool {
        matches!(self.0, Mode::Record { .. })
    }

    /// Writes the file, or checks the replay as [`Replay::verify`] does. A test that fails before leaves
    /// the file as it was.
    ///
    /// # Errors
    /// When the file cannot be written, or the replay has problems.
    pub fn finish(&self) -> Result<(), Error> {
        match &self.0 {
            Mode::Replay(replay) => replay.verify(),
            Mode::Record { path, tape, .. } => tape.recording().save(path),
        }
    }
}

impl Service<Request<Body>> for Fixture {
    type Response = Response<Body>;
    type Error = Error;
    type Future = SeamFuture;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        match &mut self.0 {
            Mode::Replay(replay) => replay.poll_ready(cx),
            Mode::Record { recorder, .. } => recorder.poll_ready(cx),
        }
    }

    fn call(&mut self, request: Request<Body>) -> SeamFuture {
        match &mut self.0 {
            Mode::Replay(replay) => replay.call(request),
            Mode::Record { recorder, .. } => recorder.call(request),
        }
    }
}
