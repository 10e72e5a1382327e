//! Mocks, recordings and the emulator, for tests of code that uses this SDK.
//!
//! | feature | brings | tests |
//! |---|---|---|
//! | `mock` | `Mock…Api`, one per service | your logic, without HTTP |
//! | `replay` | `Replay`, `Recorder` and their types; [`record_or_replay`] | the requests and answers on the wire |
//! | `emulator` | `Emulator` with its `Fault`s; [`EmulatorTimer`] | whole flows |

#[cfg(all(feature = "mock", feature = "domains"))]
pub use funnelflux_domains::MockDomainsApi;
#[cfg(feature = "emulator")]
pub use funnelflux_emulator::{Clock, Emulator, Fault};
#[cfg(all(feature = "mock", feature = "ledger"))]
pub use funnelflux_ledger::MockAssetsApi;
#[cfg(all(feature = "mock", feature = "reporting"))]
pub use funnelflux_reporting::MockReportingApi;
#[cfg(feature = "replay")]
pub use funnelflux_transport::replay::{
    Fixture, Recorder, RecorderHandle, Recording, Replay, Scrub, record_or_replay,
};
#[cfg(feature = "emulator")]
pub use timer::EmulatorTimer;

#[cfg(feature = "emulator")]
mod timer {
    use std::time::{Duration, Instant, SystemTime};

    use funnelflux_emulator::Clock;
    use funnelflux_transport::{Sleep, Timer, TokioTimer};

    /// A client's timer that follows the emulator's clock.
    ///
    /// Tokens expire by the emulator's clock, and a client renews them by its own. With two clocks, a test
    /// that moves the emulator's leaves the client with a token that it takes for fresh. The time of day
    /// of this timer is the emulator's; waits and time limits stay tokio's, which a test can pause.
    #[derive(Clone, Debug)]
    pub struct EmulatorTimer(Clock);

    impl EmulatorTimer {
        /// Follows this clock, however it is moved.
        pub fn new(clock: &Clock) -> Self {
            Self(clock.clone())
        }
    }

    impl Timer for EmulatorTimer {
        fn now(&self) -> Instant {
            TokioTimer.now()
        }

        fn wall(&self) -> SystemTime {
            self.0.now()
        }

        fn sleep(&self, duration: Duration) -> Sleep {
            TokioTimer.sleep(duration)
        }
    }
}
