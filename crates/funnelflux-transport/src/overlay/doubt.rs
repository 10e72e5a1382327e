//! What a write says by names that the account may have others for.

use funnelflux_contract::Operation;

use super::Overlay;
use super::fact::{Says, last};

impl Overlay {
    /// What is only likely of this write, and other than the contract: its path, its method, a parameter, or a name or
    /// a value of ours that the body has.
    pub(crate) fn doubts<'a>(
        &'a self,
        operation: &'a Operation,
        body: &'a str,
    ) -> impl Iterator<Item = String> + 'a {
        let has = |name: &str| body.contains(&format!("\"{}\"", last(name)));
        let is_meant = move |says: &Says| match says {
            Says::Path(path) => path != operation.path(),
            Says::Method(method) => method != operation.method().as_str(),
            Says::Query { ours, theirs } => ours != theirs,
            Says::Member { ours, theirs } => last(ours) != theirs && has(ours),
            Says::Value { ours: Some(ours), theirs, .. } => ours != theirs && has(ours),
            Says::BodyIn(within) => !within.is_empty(),
            Says::Required(member) => !has(member),
            _ => false,
        };
        let likely = self.likely().filter(|fact| fact.covers(operation.id()));
        likely.filter(move |fact| is_meant(&fact.says)).map(|fact| {
            let at = fact.place().map(|place| format!("{place}: ")).unwrap_or_default();
            let or = fact.doubt().filter(|or| !or.is_empty());
            let or = or.map(|or| format!("; or {or}")).unwrap_or_default();
            format!("{at}only likely is {fact}{or}")
        })
    }
}
