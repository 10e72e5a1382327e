//! The settings.

/// Requests a second. The vendor publishes no figure and limits or suspends accounts for needless
/// load (documented); twenty a second is a person's patience for a bulk edit, not a crawler's.
const PER_SECOND: f64 = 20.0;
/// Requests that may go out at once after a rest: a page of a tool's start-up calls.
const BURST: u32 = 10;
/// Never slower than this, whatever the server says: one request in ten seconds.
pub(super) const SLOWEST: f64 = 0.1;
/// Requests under way at once, of any weight.
const CONCURRENCY: usize = 16;
/// Report queries under way at once. More would only queue in the server's one pool for them (documented).
const REPORT_CONCURRENCY: usize = 2;

/// How fast a client sends, and how much at once. Shared by all clones of the client.
///
/// The rate is a ceiling: on a 429 the client finds by itself how many requests a second the server
/// takes, and follows that limit down and up.
///
/// ```
/// use funnelflux_transport::RateLimit;
/// let gentle = RateLimit::per_second(5.0).with_burst(1).with_report_concurrency(1);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
#[must_use = "it has an effect only where it is passed"]
pub struct RateLimit {
    pub(crate) per_second: Option<f64>,
    pub(crate) start: Option<f64>,
    pub(crate) burst: u32,
    pub(crate) concurrency: usize,
    pub(crate) report_concurrency: usize,
}

impl Default for RateLimit {
    fn default() -> Self {
        Self {
            per_second: Some(PER_SECOND),
            start: None,
            burst: BURST,
            concurrency: CONCURRENCY,
            report_concurrency: REPORT_CONCURRENCY,
        }
    }
}

impl RateLimit {
    /// At most this many requests a second. Values below 0.1 count as 0.1, NaN as the default.
    pub fn per_second(rate: f64) -> Self {
        let rate = if rate.is_nan() { PER_SECOND } else { rate.clamp(SLOWEST, 1e6) };
        Self { per_second: Some(rate), ..Self::default() }
    }

    /// No ceiling on the rate; 429 answers still hold requests back for as long as they ask.
    pub fn unlimited() -> Self {
        Self { per_second: None, ..Self::default() }
    }

    funnelflux_contract::setters! {
        /// Begins below the ceiling, at the rate that an earlier client learned
        /// ([`Event::RateChanged`](crate::Event::RateChanged)), and finds out from there what the server
        /// allows now. A rate that is not positive, or not below the ceiling, changes nothing.
        fn with_start(per_second: f64) => start = Some(per_second).filter(|rate| *rate > 0.0);
        /// How many requests may go out at once after a rest.
        fn with_burst(burst: u32) => burst = burst.max(1);
        /// How many requests may be under way at once.
        fn with_concurrency(requests: usize)
            => concurrency = requests.clamp(1, tokio::sync::Semaphore::MAX_PERMITS);
        /// How many report queries may be under way at once.
        fn with_report_concurrency(requests: usize)
            => report_concurrency = requests.clamp(1, tokio::sync::Semaphore::MAX_PERMITS);
    }
}
