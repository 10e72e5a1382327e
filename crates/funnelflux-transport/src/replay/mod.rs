//! Recordings: exchanges that are scrubbed, saved and replayed strictly.
//!
//! [`Recorder`] wraps a transport and records its exchanges; [`Replay`] *is* a transport that
//! answers from a [`Recording`]. Replay is strict: a request without a matching exchange fails and
//! names the nearest one with the difference, and an exchange without a request fails the test when
//! the replay is dropped. [`record_or_replay`] does either, as the environment says.
//!
//! ```
//! use funnelflux_transport::replay::{Recording, Replay};
//! use funnelflux_transport::{http::Method, Client, Operation};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let recording: Recording = r#"{
//!     "format": "funnelflux-recording/2",
//!     "provenance": "made by hand for this example",
//!     "exchanges": [{
//!         "request": { "method": "GET", "path": "/v1/trafficsource/list" },
//!         "response": { "status": 200, "body": { "json": [] } }
//!     }]
//! }"#.parse()?;
//! let replay = Replay::new(recording);
//! let client = Client::builder().transport(replay.clone()).build()?;
//! let answer = client.call_raw(Method::GET, "/trafficsource/list").send().await?;
//! assert_eq!(&answer[..], b"[]");
//! replay.verify()?;
//! # Ok(()) }
//! # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(example()).unwrap();
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
