//! The index of the contract's operations, for
//! [`FunnelFlux::call_raw`](crate::FunnelFlux::call_raw) and overrides.
//!
//! ```
//! use funnelflux::operations;
//! use funnelflux::transport::http::Method;
//!
//! let cost = operations::find(&Method::PUT, "/reporting/update/cost").unwrap();
//! assert_eq!(cost.id(), "reporting.cost.update");
//! assert!(!cost.idempotency().is_repeatable());
//! ```

use funnelflux_transport::Operation;
use funnelflux_transport::http::Method;

/// Lists every operation of the contract, section by section.
pub fn all() -> impl Iterator<Item = &'static Operation> {
    Operation::all()
}

/// Finds the operation with this id, such as `reporting.drilldown`.
pub fn find_by_id(id: &str) -> Option<&'static Operation> {
    all().find(|operation| operation.id() == id)
}

/// Finds the operation of this method and path, or alternative path; outer slashes do not matter.
pub fn find(method: &Method, path: &str) -> Option<&'static Operation> {
    let of_method = || all().filter(|operation| operation.method() == method);
    let is_it = |other: &str| other.trim_matches('/') == path.trim_matches('/');
    // A fixed path is a better match than a template, and either than an alternative.
    of_method()
        .find(|operation| is_it(operation.path()))
        .or_else(|| of_method().find(|operation| operation.matches_path(path)))
        .or_else(|| of_method().find(|it| it.alternatives().iter().any(|path| is_it(path))))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_are_unique_and_fixed_paths_win_over_templates() {
        let ids: BTreeSet<&str> = all().map(Operation::id).collect();
        assert_eq!(ids.len(), all().count());
        let check = find(&Method::POST, "billing/domains/check/").unwrap();
        assert_eq!(check.id(), "billing.domains.check");
        assert_eq!(find(&Method::GET, "/billing/domains/d1").unwrap().id(), "billing.domains.get");
        assert!(find(&Method::GET, "/reporting/drilldown").is_none());
    }
}
