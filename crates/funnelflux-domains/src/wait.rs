//! Waiting for a domain to go live: minutes to hours, so gently.

use std::future::Future;
use std::time::Duration;

use funnelflux_model::domains::DomainInfo;
use funnelflux_transport::{Error, Timer};

/// The first pause: DNS that was set before answers within seconds.
const FIRST: Duration = Duration::from_secs(10);
/// No pause grows past this.
const LONGEST: Duration = Duration::from_secs(5 * 60);
/// The pauses of a long wait come to this at least, whatever is set: the vendor limits accounts for
/// needless minute-by-minute calls (documented).
const SHORTEST: Duration = Duration::from_secs(2 * 60);
/// A certificate takes minutes, DNS up to an hour or two.
const PATIENCE: Duration = Duration::from_secs(2 * 3600);

/// Options of [`Domains::wait_until_active`](crate::Domains::wait_until_active).
#[must_use = "it has an effect only where it is passed"]
pub struct WaitOptions {
    first: Duration,
    longest: Duration,
    patience: Duration,
    on_step: Option<Tell>,
}

type Tell = Box<dyn FnMut(&WaitStep<'_>) + Send>;

/// One look at a domain that is not active yet. Failed looks are not reported.
#[derive(Debug)]
#[non_exhaustive]
pub struct WaitStep<'a> {
    /// The domain at present.
    pub domain: &'a DomainInfo,
    /// The time until the next look.
    pub pause: Duration,
}

impl WaitOptions {
    /// Looks at once, then after pauses that double from 10 s to 5 min, for 2 hours.
    pub fn new() -> Self {
        Self { first: FIRST, longest: LONGEST, patience: PATIENCE, on_step: None }
    }

    funnelflux_contract::setters! {
        /// Sets the time to wait in all.
        fn with_patience(patience: Duration) => patience = patience;
        /// Calls `tell` after each look.
        fn on_step(tell: impl FnMut(&WaitStep<'_>) + Send + 'static) => on_step = Some(Box::new(tell));
    }

    /// Sets the first pause, 10 s at least, and the longest, to which the pauses grow: 2 min at least,
    /// since the vendor limits accounts for needless minute-by-minute calls (*documented*).
    pub fn with_pauses(mut self, first: Duration, longest: Duration) -> Self {
        self.first = first.max(FIRST);
        self.longest = longest.max(SHORTEST).max(self.first);
        self
    }
}

impl Default for WaitOptions {
    fn default() -> Self {
        Self::new()
    }
}

funnelflux_contract::shows! {
    WaitOptions, |it| first: it.first, longest: it.longest, patience: it.patience
}

/// Waits until `look` finds the domain active. `look` gives the domain, and whether it is active.
pub(crate) async fn run<F>(
    timer: &dyn Timer,
    mut options: WaitOptions,
    look: impl Fn() -> F + Send + Sync,
) -> Result<DomainInfo, Error>
where
    F: Future<Output = Result<(DomainInfo, bool), Error>> + Send,
{
    let started = timer.now();
    let mut next = options.first;
    loop {
        let mut pause = next;
        let (domain, failure) = match look().await {
            Ok((domain, true)) => return Ok(domain),
            Ok((domain, false)) => (Some(domain), None),
            Err(error) if error.is_transient() => {
                tracing::debug!(%error, "looking at the domain failed: going on");
                pause = pause.max(error.retry_after().unwrap_or_default());
                (None, Some(error))
            }
            Err(error) => return Err(error),
        };
        let waited = timer.now().saturating_duration_since(started);
        if waited.saturating_add(pause) > options.patience {
            let late = Error::timed_out(format!(
                "the domain is not active after {} s; the next look would come too late",
                waited.as_secs()
            ));
            let advice = "Check that its DNS records are set as the domain's details ask.";
            return Err(match failure {
                Some(error) => late.with_source(error),
                None => late.with_advice(advice),
            });
        }
        if let (Some(domain), Some(tell)) = (&domain, &mut options.on_step) {
            tell(&WaitStep { domain, pause });
        }
        timer.sleep(pause).await;
        next = next.saturating_mul(2).min(options.longest);
    }
}
