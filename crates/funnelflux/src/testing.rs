//! Mocks, recordings and the emulator, for tests of code that uses this SDK.
//!
//! | feature | brings | tests |
//! |---|---|---|
//! | `mock` | `Mock…Api`, one per service | your logic, without HTTP |
//! | `replay` | `Replay`, `Recorder` and their types | the requests and answers on the wire |
//! | `emulator` | `Emulator` with its `Fault`s | whole flows |

#[cfg(all(feature = "mock", feature = "domains"))]
pub use funnelflux_domains::MockDomainsApi;
#[cfg(feature = "emulator")]
pub use funnelflux_emulator::{Clock, Emulator, Fault};
#[cfg(all(feature = "mock", feature = "ledger"))]
pub use funnelflux_ledger::MockAssetsApi;
#[cfg(all(feature = "mock", feature = "reporting"))]
pub use funnelflux_reporting::MockReportingApi;
#[cfg(feature = "replay")]
pub use funnelflux_transport::replay::{Recorder, RecorderHandle, Recording, Replay, Scrub};
