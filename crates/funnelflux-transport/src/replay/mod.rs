//! Recordings: exchanges that are scrubbed, saved and replayed strictly.
//!
//! [`Recorder`] wraps a transport and records its exchanges; [`Replay`] *is* a transport that
//! answers from a [`Recording`]. Replay is strict: a request without a matching exchange fails and
//! names the nearest one with the difference, and an exchange without a request fails the test when
//! the replay is dropped. [`record_or_replay`] does either, as the environment says.
//!
//! ```no_run
//! use funnelflux_transport::{Client, Error, http::Method, replay::Replay};
//!
//! # async fn example() -> Result<(), Error> {
//! let replay = Replay::load("tests/lists.json")?;
//! let client = Client::builder().transport(replay.clone()).build()?;
//! client.call_raw(Method::GET, "/trafficsource/list").send().await?;
//! replay.verify()
//! # }
//! ```

mod address;
mod compare;
mod dates;
mod fixture;
mod player;
mod pseudonym;
mod recorder;
mod recording;
mod scrub;

pub use fixture::{Fixture, record_or_replay};
pub use player::Replay;
pub use recorder::{Recorder, RecorderHandle};
pub use recording::{Content, Exchange, Failure, RecordedRequest, RecordedResponse, Recording};
pub use scrub::Scrub;
