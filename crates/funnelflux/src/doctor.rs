//! The account, compared with the contract by reading its lists.
//!
//! ```no_run
//! # async fn example(funnelflux: funnelflux::FunnelFlux) -> Result<(), funnelflux::Error> {
//! let diagnosis = funnelflux::doctor::examine(&funnelflux).await?;
//! println!("{}", diagnosis.overrides_toml());
//! # Ok(()) }
//! ```

pub use funnelflux_learn::account::{Check, Diagnosis, Finding};
use funnelflux_transport::Error;

use crate::FunnelFlux;

/// Requests each list of the account once, with GET only.
///
/// # Errors
/// When the account cannot be reached at all: no connection, or no accepted token. Any other failure
/// is a finding.
pub async fn examine(client: &FunnelFlux) -> Result<Diagnosis, Error> {
    funnelflux_learn::account::examine(client.client()).await
}
