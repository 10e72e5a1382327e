use std::error::Error;
use std::time::Duration;

use async_trait::async_trait;

/// What a store says of an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Claim {
    /// It was not there; it now is, as one that is being handled.
    New,
    /// It is being handled at this moment, by this process or another.
    UnderWay,
    /// It was handled.
    Done,
}

/// The webhooks that were handled, by their `request_id`.
///
/// Whether FunnelFlux sends a webhook again, and whether a repeat keeps its `request_id`, is *unknown*: a
/// store catches the repeats that keep it.
///
/// The three methods fit one statement each of Redis (`SET key "" NX PX lease`, `SET key done PX retention`,
/// `DEL key`) and of SQL (`INSERT … ON CONFLICT DO NOTHING`, `UPDATE`, `DELETE`).
///
/// A store that fails or panics turns the webhook away (503). One that waits holds the webhook up, so give your
/// connections a timeout.
///
/// A store of one's own, here over a map that nothing ever leaves:
///
/// ```
/// use std::collections::HashMap;
/// use std::sync::Mutex;
/// use std::time::Duration;
/// use funnelflux_hooks::webhook::{Claim, SeenStore, StoreError, Webhooks};
///
/// struct Forever(Mutex<HashMap<String, Claim>>);
///
/// #[async_trait::async_trait]
/// impl SeenStore for Forever {
///     async fn claim(&self, id: &str, _lease: Duration) -> Result<Claim, StoreError> {
///         let mut seen = self.0.lock().map_err(|error| StoreError::new(error.to_string()))?;
///         let before = seen.get(id).copied();
///         Ok(before.unwrap_or_else(|| {
///             seen.insert(id.to_owned(), Claim::UnderWay);
///             Claim::New
///         }))
///     }
///
///     async fn complete(&self, id: &str) -> Result<(), StoreError> {
///         let mut seen = self.0.lock().map_err(|error| StoreError::new(error.to_string()))?;
///         seen.insert(id.to_owned(), Claim::Done);
///         Ok(())
///     }
///
///     async fn release(&self, id: &str) -> Result<(), StoreError> {
///         let mut seen = self.0.lock().map_err(|error| StoreError::new(error.to_string()))?;
///         seen.remove(id);
///         Ok(())
///     }
/// }
///
/// let webhooks = Webhooks::new().with_store(Forever(Mutex::default()));
/// # drop(webhooks);
/// ```
#[async_trait]
pub trait SeenStore: Send + Sync + 'static {
    /// Claims an id, in one step: of two callers at the same time one gets [`Claim::New`].
    ///
    /// A claim that is neither completed nor released ends after the lease, as after a crash.
    async fn claim(&self, id: &str, lease: Duration) -> Result<Claim, StoreError>;

    /// Notes that a claimed id was handled.
    async fn complete(&self, id: &str) -> Result<(), StoreError>;

    /// Gives a claimed id up: it was not handled, and a repeat is new. An id that was handled meanwhile, after
    /// the lease ended, stays.
    async fn release(&self, id: &str) -> Result<(), StoreError>;
}

/// The failure of a store.
pub struct StoreError(Box<dyn Error + Send + Sync>);

impl StoreError {
    /// Wraps the cause.
    pub fn new(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(cause.into())
    }
}

funnelflux_contract::formats! { Debug for StoreError, |it, f| write!(f, "StoreError({})", it.0) }

funnelflux_contract::formats! {
    Display for StoreError, |it, f| write!(f, "the store of seen webhooks failed: {}", it.0)
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}
