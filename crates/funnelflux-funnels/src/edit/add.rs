//! New nodes and connections.

use funnelflux_id::{Condition, Id, LogicScript, MiddlewareConfig, Page, PageGroup, WebhookConfig};
use rust_decimal::Decimal;

use super::{FunnelEdit, Known, NewWay, NodeHandle, State, When};
use crate::{Exits, NodeKind};

macro_rules! nodes {
    ($($(#[$doc:meta])* $name:ident = $kind:ident $marker:ident;)+) => {
        $($(#[$doc])*
        pub fn $name(&mut self, name: &str, id: Id<$marker>) -> NodeHandle {
            self.add(NodeKind::$kind, name, &format!("\"{id}\""))
        })+
    };
}

impl FunnelEdit {
    /// Adds the traffic node.
    pub fn root(&mut self, name: &str) -> NodeHandle {
        self.add(NodeKind::Root, name, "")
    }

    /// Adds a rotator.
    pub fn rotator(&mut self, name: &str) -> NodeHandle {
        self.add(NodeKind::Rotator, name, "")
    }

    nodes! {
        /// Adds a node of a single lander.
        lander = Lander Page;
        /// Adds a node of a single offer.
        offer = Offer Page;
        /// Adds a node of a group of landers.
        lander_group = LanderGroup PageGroup;
        /// Adds a node of a group of offers.
        offer_group = OfferGroup PageGroup;
        /// Adds a node that asks a condition.
        condition = Condition Condition;
        /// Adds a node that notifies a receiver.
        webhook = Webhook WebhookConfig;
        /// Adds a node that asks a service.
        middleware = Middleware MiddlewareConfig;
        /// Adds a node that runs a script.
        logic = Logic LogicScript;
    }

    /// Adds a node that leads to any address.
    pub fn external_url(&mut self, name: &str, url: &str) -> NodeHandle {
        self.add(NodeKind::ExternalUrl, name, &serde_json::Value::from(url).to_string())
    }

    /// Adds a node that tags the visitor.
    pub fn visitor_tag(&mut self, name: &str, tags: &[&str]) -> NodeHandle {
        self.add(NodeKind::VisitorTag, name, &serde_json::Value::from(tags).to_string())
    }

    /// Adds a node of a kind that is chosen at run time, with the id, address or tags that it is about as
    /// JSON; empty for a kind that is about nothing.
    pub fn add(&mut self, kind: NodeKind, name: &str, what: &str) -> NodeHandle {
        let has_root = |edit: &Self| {
            edit.nodes.iter().enumerate().any(|(at, known)| {
                known.kind == NodeKind::Root && !edit.removed_nodes.contains(&at)
            })
        };
        if kind == NodeKind::Root && has_root(self) {
            self.faults.push(format!("`{name}` would be a second traffic node; add a rotator"));
        }
        let (name, state) = (name.to_owned(), State::New { what: what.to_owned() });
        self.nodes.push(Known { kind, name, state });
        NodeHandle(self.nodes.len() - 1)
    }

    /// Splits the visitors of a rotator or of the traffic node by parts, such as 70 and 30. Ways to these
    /// targets that are there get the new weight; ways to others are removed.
    pub fn split(&mut self, source: NodeHandle, parts: &[(NodeHandle, u32)]) -> &mut Self {
        if !self.leaves(source, Exits::Weights) {
            return self;
        }
        let total: u64 = parts.iter().map(|(_, part)| u64::from(*part)).sum();
        if total == 0 {
            let name = self.name_of(source);
            self.faults.push(format!("`{name}`: no part is above zero, so no visitor goes on"));
            return self;
        }
        // The account's own scale, if funnels have shown one.
        let whole = self.dialect.weight_sums().first().copied().unwrap_or(Decimal::ONE);
        let mut rest = whole;
        let weights: Vec<Decimal> = parts
            .iter()
            .enumerate()
            .map(|(at, (_, part))| {
                if at + 1 == parts.len() {
                    return rest;
                }
                let weight = (whole * Decimal::from(*part) / Decimal::from(total)).round_dp(4);
                rest -= weight;
                weight
            })
            .collect();
        let targets: Vec<NodeHandle> = parts.iter().map(|(target, _)| *target).collect();
        self.keep_ways_to(source, &targets);
        for (target, weight) in targets.into_iter().zip(weights) {
            self.way(source, target, When::Weight(weight));
        }
        self
    }

    /// Leads an action of a page to a node.
    pub fn on_action(&mut self, page: NodeHandle, number: u64, target: NodeHandle) -> &mut Self {
        self.action(page, number, false, target)
    }

    /// Leads an action of an offer to a node, and counts it as a conversion.
    pub fn on_conversion(
        &mut self,
        offer: NodeHandle,
        number: u64,
        target: NodeHandle,
    ) -> &mut Self {
        self.action(offer, number, true, target)
    }

    fn action(
        &mut self,
        page: NodeHandle,
        number: u64,
        converts: bool,
        target: NodeHandle,
    ) -> &mut Self {
        if !(1..=64).contains(&number) {
            let name = self.name_of(page);
            self.faults.push(format!("`{name}`: the action is {number}; expected 1 to 64"));
        }
        self.lead(page, Exits::Actions, target, When::Action(number, converts))
    }

    /// Leads a route of a condition or of a middleware config to a node.
    pub fn on_route(&mut self, source: NodeHandle, route: &str, target: NodeHandle) -> &mut Self {
        self.lead(source, Exits::Routes, target, When::Route(route.to_owned()))
    }

    /// Leads keys that a logic script returns to a node.
    pub fn on_keys(&mut self, source: NodeHandle, keys: &[&str], target: NodeHandle) -> &mut Self {
        let keys = keys.iter().map(|key| (*key).to_owned()).collect();
        self.lead(source, Exits::Keys, target, When::Keys(keys))
    }

    /// Leads a node with one way out, such as a webhook, to the next one.
    pub fn then(&mut self, source: NodeHandle, target: NodeHandle) -> &mut Self {
        self.lead(source, Exits::One, target, When::Always)
    }

    fn lead(
        &mut self,
        source: NodeHandle,
        exits: Exits,
        target: NodeHandle,
        when: When,
    ) -> &mut Self {
        if self.leaves(source, exits) {
            self.way(source, target, when);
        }
        self
    }

    /// Whether the ways out of a node are told apart so; a fault if not.
    fn leaves(&mut self, source: NodeHandle, exits: Exits) -> bool {
        let Some(kind) = self.known(source).map(|known| known.kind) else { return false };
        let is_missing = matches!(self.known(source).map(|it| &it.state), Some(State::Missing));
        if is_missing || kind.exits() == exits {
            return !is_missing;
        }
        let by = |exits| match exits {
            Exits::Weights => "by weight",
            Exits::Actions => "by the number of an action",
            Exits::Routes => "by the key of a route",
            Exits::Keys => "by keys of a script",
            Exits::One => "as the only one",
            Exits::None => "not at all",
            _ => "in an unknown way",
        };
        let name = self.name_of(source);
        let (is, wanted) = (by(kind.exits()), by(exits));
        self.faults
            .push(format!("`{name}` is a {kind}, which is left {is}; it cannot be left {wanted}"));
        false
    }

    fn way(&mut self, source: NodeHandle, target: NodeHandle, when: When) {
        if source == target {
            let name = self.name_of(source);
            self.faults.push(format!("`{name}` would lead to itself"));
        } else if self.known(target).is_some_and(|known| known.kind == NodeKind::Root) {
            let name = self.name_of(target);
            self.faults.push(format!("`{name}` is the traffic node, to which nothing leads"));
        } else if !self.change_way(source, target, &when) {
            self.ways.push(NewWay { source, target, when });
        }
    }
}
