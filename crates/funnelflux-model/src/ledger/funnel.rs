use funnelflux_id::{FunnelGroup, Id};
use serde_json::value::RawValue;

use super::{
    Funnel, Model as _,
    stored_secret::{align as align_flags, unfounded},
};
use crate::{DecodeError, Document, Violations, quoted, wire};

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

pub(super) fn rules(funnel: &Document, found: &mut Violations) {
    unfounded_secrets(funnel, funnel.saved().as_ref(), found);
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
                found.add(field, quoted(key), "1 to 64 characters of a-z, 0-9 and _");
            }
        }
    }
}

pub(super) fn rules_for_new(funnel: &Document, found: &mut Violations) {
    if matches!(Funnel::from_document(funnel.clone()).group_id(), Ok(None)) {
        found.add("idFunnelGroup", "nothing", "the id of the funnel group that it is made in");
    }
    found.add_new(|new| unfounded_secrets(funnel, None, new));
}

pub(super) fn align(funnel: &mut Document) {
    for node in 0..items(funnel, "nodes").len() {
        let node = node.to_string();
        align_flags(funnel, &["nodes", &node, "nodeMiddlewareRefParams", "destinationOverrides"]);
    }
}

fn unfounded_secrets(funnel: &Document, stored: Option<&Document>, found: &mut Violations) {
    let overrides =
        |node: &Document| node.object_at("/nodeMiddlewareRefParams/destinationOverrides");
    let before = stored.map(|stored| items(stored, "nodes")).unwrap_or_default();
    for (at, node) in items(funnel, "nodes").iter().enumerate() {
        let Some(now) = overrides(node) else { continue };
        let id = wire::any_text(node, "idNode");
        let same = before.iter().find(|node| wire::any_text(node, "idNode") == id);
        let field = format!("nodes[{at}].nodeMiddlewareRefParams.destinationOverrides");
        unfounded(&field, &now, same.and_then(overrides).as_ref(), found);
    }
}

/// The objects in a list, and an empty one for each other item, which has nothing to check.
fn items(funnel: &Document, list: &str) -> Vec<Document> {
    let items: Result<Option<Vec<&RawValue>>, _> = wire::value(funnel, list);
    let items = items.ok().flatten().unwrap_or_default();
    items.into_iter().map(|raw| Document::parse(raw.get()).unwrap_or_default()).collect()
}
