//! Funnels as graphs: read, checked, built and changed; [`account_of`] asks an account for what a check needs.
//!
//! ```no_run
//! # async fn example(funnelflux: funnelflux::FunnelFlux) -> Result<(), Box<dyn std::error::Error>> {
//! use funnelflux::funnels::{FunnelExt, account_of, dialect_of};
//!
//! let funnel = funnelflux.ledger().funnels().find_by_id(&"2nIemJxCKbFX".parse()?).await?.into_inner();
//! let dialect = dialect_of(funnelflux.client().overlay());
//! let account = account_of(funnelflux.ledger(), std::slice::from_ref(&funnel), &dialect).await?;
//! for finding in funnel.check_in(&dialect, &account).findings {
//!     println!("{finding}");
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }
//! ```

#[cfg(feature = "ledger")]
mod apply;
#[cfg(feature = "ledger")]
mod look_up;
#[cfg(feature = "ledger")]
mod plan;
#[cfg(feature = "ledger")]
mod record;
#[cfg(all(feature = "journal", feature = "ledger"))]
mod rollback;

#[cfg(feature = "ledger")]
pub use apply::{Application, PlannedWrite};
#[cfg(feature = "ledger")]
pub use look_up::{account_of, account_with};
#[cfg(feature = "ledger")]
pub use plan::plan_of;
#[cfg(all(feature = "journal", feature = "ledger"))]
pub use rollback::{Rollback, rollback_of};

pub use funnelflux_funnels::*;

/// The shipped dialect with what an overlay holds of the account's: that of the client, or of a file.
pub fn dialect_of(overlay: &funnelflux_transport::Overlay) -> FunnelDialect {
    FunnelDialect::shipped().with_facts(overlay.nodes())
}

/// What is wrong with an address, if it is a link of FunnelFlux; for [`Account::with_link_check`].
pub fn link_faults(url: &str) -> Vec<String> {
    let explanation = crate::links::explain(url, None);
    if explanation.path.is_none() {
        return Vec::new();
    }
    let parts = explanation.parts.iter();
    let wrong = parts.filter(|part| part.verdict == crate::links::Verdict::Wrong);
    wrong
        .map(|part| {
            format!("as a link of FunnelFlux, its {} is wrong: {}", part.place, part.meaning)
        })
        .collect()
}
