use funnelflux_id::{FunnelGroup, Id};

use super::{
    LedgerAsset,
    macros::{identified, model},
    middleware::{align, unfounded},
    rules::is_route_key,
    wire,
    words::{FunnelType, Status},
};
use crate::{DecodeError, Document, Violation, validation::quoted};

model! {
    /// A funnel: the graph that a visitor is led through.
    ///
    /// Nodes and connections are raw JSON here. Keep their ids: in the self-hosted product
    /// statistics hang on them.
    ///
    /// ```
    /// use funnelflux_model::ledger::{Funnel, LedgerAsset, Status};
    ///
    /// let mut funnel = Funnel::new("2nIemJxCKbFX".parse()?, "Shoes", "2n5JuOKWLTzd".parse()?);
    /// funnel.set_status(&Status::Active).set_default_cost("0.05".parse()?);
    /// funnel.validate_new()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Funnel {
        "idFunnel": id(id, id_text, set_id, Funnel), Documented, Reference, "its id.";
        "funnelName": text(name, set_name), Documented, Reference, "its name.";
        "idFunnelGroup": link(funnel_group_id, funnel_group_id_text, set_only_funnel_group_id, FunnelGroup), Documented, Reference, "its group.";
        "idCampaign": link(campaign_id, campaign_id_text, set_campaign_id, FunnelGroup), Documented, Reference, "the legacy alias of `idFunnelGroup`.";
        "funnelType": word(funnel_type, set_funnel_type, FunnelType), Documented, Reference, "its type, also a filter of lists.";
        "status": word(status, set_status, Status), Documented, Reference, "its state.";
        "canvasWidth": integer(canvas_width, set_canvas_width), Documented, Reference, "the canvas of the visual builder.";
        "canvasHeight": integer(canvas_height, set_canvas_height), Documented, Reference, "the canvas of the visual builder.";
        "acculumatedUrlParams": raw(accumulated_url_params, set_accumulated_url_params), Sibling, SelfHosted, "query parameters added to the funnel's tracking URL; a list or an object. The spelling is the vendor's.";
        "incomingTrafficCostOverrides": raw(incoming_traffic_cost_overrides, set_incoming_traffic_cost_overrides), Sibling, SelfHosted, "new costs by the id of a traffic source; absent or `{}` for default costs.";
        "postbackOverrides": raw(postback_overrides, set_postback_overrides), Sibling, SelfHosted, "postbacks by traffic source.";
        "ipAnonymizer": raw(ip_anonymizer, set_ip_anonymizer), Documented, Reference, "absent, the account's setting applies, which is not the same as disabled.";
        "nodes": raw(nodes, set_nodes), Sibling, SelfHosted, "the nodes; certain in meaning.";
        "connections": raw(connections, set_connections), Sibling, SelfHosted, "the connections; certain in meaning.";
        "defaultCost": money(default_cost, set_default_cost), Documented, Reference, "the cost of a visit where none else is set.";
        "owner": server_raw(owner), Documented, Reference, "whose it is: filled on read, ignored on save.";
        "meta": raw(meta, set_meta), Documented, Reference, "internal to the app. Never store anything in it: it goes back as it was read.";
    }
}

model! {
    /// A funnel as lists return it.
    FunnelInfo {
        "idFunnel": id(id, id_text, set_id, Funnel), Documented, Reference, "its id.";
        "funnelName": text(name, set_name), Documented, Reference, "its name.";
        "status": word(status, set_status, Status), Documented, Reference, "its state.";
        "idFunnelGroup": link(funnel_group_id, funnel_group_id_text, set_funnel_group_id, FunnelGroup), Documented, Reference, "its group.";
        "funnelGroupName": text(funnel_group_name, set_funnel_group_name), Documented, Reference, "its group's name.";
    }
}

identified!(Funnel, Funnel, "idFunnel", "funnelName");
identified!(FunnelInfo, Funnel, "idFunnel", "funnelName");

impl Funnel {
    /// A new funnel of this id and name in this group, and nothing else.
    #[must_use]
    pub fn new(id: Id<funnelflux_id::Funnel>, name: &str, group: Id<FunnelGroup>) -> Self {
        let mut new = Self::default();
        new.set_id(id).set_name(name).set_only_funnel_group_id(Some(group));
        new
    }

    /// The group: `idFunnelGroup`, else its legacy alias `idCampaign` (both documented).
    ///
    /// # Errors
    ///
    /// When what stands there is not an asset id.
    pub fn group_id(&self) -> Result<Option<Id<FunnelGroup>>, DecodeError> {
        match self.funnel_group_id()? {
            Some(group) => Ok(Some(group)),
            None => self.campaign_id(),
        }
    }

    /// Sets the group, and the legacy alias with it where that is there: two answers to one
    /// question would leave the choice to the server.
    pub fn set_group_id(&mut self, group: Id<FunnelGroup>) -> &mut Self {
        if self.0.contains("idCampaign") {
            self.set_campaign_id(Some(group));
        }
        self.set_only_funnel_group_id(Some(group))
    }

    /// Secrets of middleware nodes that are to be kept and were never stored in `stored`.
    fn unfounded_secrets(&self, stored: Option<&Self>, violations: &mut Vec<Violation>) {
        let overrides = |node: &Document| {
            let found = node.pointer("/nodeMiddlewareRefParams/destinationOverrides")?;
            Document::parse(found.get()).ok()
        };
        let before = stored.map(|stored| stored.items("nodes")).unwrap_or_default();
        for (at, node) in self.items("nodes").iter().enumerate() {
            let Some(now) = overrides(node) else { continue };
            let id = wire::any_text(node, "idNode");
            let same = before.iter().find(|node| wire::any_text(node, "idNode") == id);
            let field = format!("nodes[{at}].nodeMiddlewareRefParams.destinationOverrides");
            unfounded(&field, &now, same.and_then(overrides).as_ref(), violations);
        }
    }

    fn items(&self, list: &str) -> Vec<Document> {
        // An item that is no object has nothing to check.
        let items: Result<Option<Vec<&serde_json::value::RawValue>>, _> = wire::list(&self.0, list);
        let parse = |raw: &serde_json::value::RawValue| Document::parse(raw.get());
        items
            .ok()
            .flatten()
            .unwrap_or_default()
            .into_iter()
            .map(parse)
            .map(Result::unwrap_or_default)
            .collect()
    }
}

impl LedgerAsset for Funnel {
    type Info = FunnelInfo;

    /// Without a group, which must be set before the funnel is sent.
    fn create(id: Id<funnelflux_id::Funnel>, name: &str) -> Self {
        let mut new = Self::default();
        new.set_id(id).set_name(name);
        new
    }

    fn rules(&self, violations: &mut Vec<Violation>) {
        let saved = self.0.saved().map(Self);
        self.unfounded_secrets(saved.as_ref(), violations);
        for (at, connection) in self.items("connections").iter().enumerate() {
            let keys: Option<Vec<String>> = connection
                .pointer("/connectionLogicParams/onRouteKeys")
                .and_then(|raw| serde_json::from_str(raw.get()).ok());
            for (key_at, key) in keys.unwrap_or_default().iter().enumerate() {
                if !is_route_key(key) {
                    violations.push(Violation::new(
                        format!("connections[{at}].connectionLogicParams.onRouteKeys[{key_at}]"),
                        quoted(key),
                        "1 to 64 characters of a-z, 0-9 and _",
                    ));
                }
            }
        }
    }

    fn rules_for_new(&self, violations: &mut Vec<Violation>) {
        if matches!(self.group_id(), Ok(None)) {
            let expected = "the id of the funnel group that it is made in";
            violations.push(Violation::new("idFunnelGroup", "nothing", expected));
        }
        let mut more = Vec::new();
        self.unfounded_secrets(None, &mut more);
        more.retain(|more| !violations.contains(more));
        violations.extend(more);
    }

    fn align(document: &mut Document) {
        let nodes = Self(document.clone()).items("nodes").len();
        for node in 0..nodes {
            let node = node.to_string();
            align(document, &["nodes", &node, "nodeMiddlewareRefParams", "destinationOverrides"]);
        }
    }
}
