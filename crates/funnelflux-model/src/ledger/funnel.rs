use funnelflux_id::{FunnelGroup, Id};
use serde_json::value::RawValue;

use super::{
    Funnel, Model as _,
    middleware::{align as align_flags, unfounded},
    rules::more_violations,
};
use crate::{DecodeError, Document, Violation, validation::quoted, wire};

/// ```
/// use funnelflux_model::ledger::{Funnel, LedgerAsset, Status};
///
/// let mut funnel = Funnel::new("2nIemJxCKbFX".parse()?, "Shoes", "2n5JuOKWLTzd".parse()?);
/// funnel.set_status(&Status::Active).set_default_cost("0.05".parse()?);
/// funnel.validate_new()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl Funnel {
    /// A new funnel with this id and name, in this group.
    pub fn new(id: Id<funnelflux_id::Funnel>, name: &str, group: Id<FunnelGroup>) -> Self {
        let mut new = Self::default();
        new.set_id(id).set_name(name).set_only_funnel_group_id(Some(group));
        new
    }

    /// The group: `idFunnelGroup`, else its legacy alias `idCampaign` (both documented).
    ///
    /// # Errors
    /// When the member holds something else than an asset id.
    pub fn group_id(&self) -> Result<Option<Id<FunnelGroup>>, DecodeError> {
        match self.funnel_group_id()? {
            Some(group) => Ok(Some(group)),
            None => self.campaign_id(),
        }
    }

    /// Sets the group, and its legacy alias where that is present, so that the two never disagree.
    pub fn set_group_id(&mut self, group: Id<FunnelGroup>) -> &mut Self {
        if self.0.contains("idCampaign") {
            self.set_campaign_id(Some(group));
        }
        self.set_only_funnel_group_id(Some(group))
    }
}

pub(super) fn rules(funnel: &Document, violations: &mut Vec<Violation>) {
    unfounded_secrets(funnel, funnel.saved().as_ref(), violations);
    for (at, connection) in items(funnel, "connections").iter().enumerate() {
        let keys: Option<Vec<String>> = connection
            .pointer("/connectionLogicParams/onRouteKeys")
            .and_then(|raw| serde_json::from_str(raw.get()).ok());
        for (key_at, key) in keys.unwrap_or_default().iter().enumerate() {
            // Documented for the routes of logic scripts.
            let is_plain = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
            if !(1..=64).contains(&key.len()) || !key.bytes().all(is_plain) {
                let field =
                    format!("connections[{at}].connectionLogicParams.onRouteKeys[{key_at}]");
                let expected = "1 to 64 characters of a-z, 0-9 and _";
                violations.push(Violation::new(field, quoted(key), expected));
            }
        }
    }
}

pub(super) fn rules_for_new(funnel: &Document, violations: &mut Vec<Violation>) {
    if matches!(Funnel::from_document(funnel.clone()).group_id(), Ok(None)) {
        let expected = "the id of the funnel group that it is made in";
        violations.push(Violation::new("idFunnelGroup", "nothing", expected));
    }
    more_violations(violations, |more| unfounded_secrets(funnel, None, more));
}

/// Aligns the flags beside the secrets of middleware nodes.
pub(super) fn align(funnel: &mut Document) {
    for node in 0..items(funnel, "nodes").len() {
        let node = node.to_string();
        align_flags(funnel, &["nodes", &node, "nodeMiddlewareRefParams", "destinationOverrides"]);
    }
}

/// Finds secrets of middleware nodes that are to be kept and were never stored in `stored`.
fn unfounded_secrets(
    funnel: &Document,
    stored: Option<&Document>,
    violations: &mut Vec<Violation>,
) {
    let overrides = |node: &Document| {
        let found = node.pointer("/nodeMiddlewareRefParams/destinationOverrides")?;
        Document::parse(found.get()).ok()
    };
    let before = stored.map(|stored| items(stored, "nodes")).unwrap_or_default();
    for (at, node) in items(funnel, "nodes").iter().enumerate() {
        let Some(now) = overrides(node) else { continue };
        let id = wire::any_text(node, "idNode");
        let same = before.iter().find(|node| wire::any_text(node, "idNode") == id);
        let field = format!("nodes[{at}].nodeMiddlewareRefParams.destinationOverrides");
        unfounded(&field, &now, same.and_then(overrides).as_ref(), violations);
    }
}

/// The objects in a list; an empty one in place of each item that is not an object, which has
/// nothing to check.
fn items(funnel: &Document, list: &str) -> Vec<Document> {
    let items: Result<Option<Vec<&RawValue>>, _> = wire::value(funnel, list);
    let items = items.ok().flatten().unwrap_or_default();
    items.into_iter().map(|raw| Document::parse(raw.get()).unwrap_or_default()).collect()
}
