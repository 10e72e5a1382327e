//! What a write says by names that the account may have others for.

use funnelflux_contract::Operation;

use super::Overlay;
use super::fact::{Says, last};

/// The topic of a note on what is only likely, which nothing obeys.
const LIKELY: &str = "likely";

impl Overlay {
    /// The notes on what is only likely of this write: its path, its method, a parameter, or a name or a value
    /// of ours that the body has.
    pub(crate) fn doubts<'a>(
        &'a self,
        operation: &'a Operation,
        body: &'a str,
    ) -> impl Iterator<Item = String> + 'a {
        self.facts().filter_map(move |fact| {
            let Says::Note { topic, text } = &fact.says else { return None };
            // The text is that of the fact that is likely.
            let (about, rest) = text.split_once(", ours \"").unwrap_or((text, ""));
            let ours = format!("\"{}\"", last(rest.split('"').next()?));
            let [path, method] = [operation.path(), operation.method().as_str()];
            let own = [
                format!("{ours} of"),
                format!("the path {path} "),
                format!("the method {method} "),
            ];
            let is_own = own.iter().any(|own| about.contains(own));
            let is_sent = match ["the member", "the value"].iter().any(|it| about.starts_with(it)) {
                true => body.contains(&ours),
                false => fact.operations == operation.id() && !about.contains("of the answer of"),
            };
            (topic == LIKELY && fact.covers(operation.id()) && is_sent && !is_own).then(|| {
                let at = fact.place().map(|place| format!("{place}: ")).unwrap_or_default();
                format!("{at}only likely is {text}; so the write goes by the contract")
            })
        })
    }
}
