//! The rules of what a funnel refers to: it exists, is in use, and is of the right kind.

use funnelflux_contract::AssetKind;
use funnelflux_id::AssetId;
use funnelflux_model::Document;
use funnelflux_model::ledger::Funnel;

use super::{Check, codes};
use crate::account::{Known, pages_of_group};
use crate::graph::text;
use crate::{NodeKind, Reference, Trigger};

/// The kind of what a page group has.
const PAGES: &str = "pages";

impl Check<'_> {
    pub(super) fn references(&mut self, funnel: &Funnel) {
        for reference in self.graph.references(funnel, self.dialect) {
            if reference.id.parse::<AssetId>().is_err() {
                // Of a node or a group, the wrong format was told already.
                if reference.node.is_none() && reference.kind.name == "traffic-sources" {
                    let message = format!("got `{}`; expected an asset id", reference.id);
                    self.add(&codes::BAD_ID, reference.place, message);
                }
                continue;
            }
            let account = self.account;
            match account.get(reference.kind.name, &reference.id) {
                Known::Unknown => self.report.not_looked_up += 1,
                Known::Missing => {
                    let mut message = missing(&reference);
                    if let Some((kind, asset)) = account.other(&reference.id) {
                        let called = label(kind, asset, &reference.id);
                        message = format!("{message}: it is the id of the {called}");
                    }
                    self.refer(&codes::NOT_FOUND, &reference, &message);
                }
                Known::Asset(asset) => self.asset(&reference, asset),
            }
        }
    }

    fn refer(&mut self, rule: &'static super::Rule, reference: &Reference, message: &str) {
        match reference.node {
            Some(at) => {
                let member = reference.place.split_once("].").map_or("", |(_, member)| member);
                self.at_node(rule, at, member, message);
            }
            None => self.add(rule, reference.place.as_str(), message),
        }
    }

    fn asset(&mut self, reference: &Reference, asset: &Document) {
        let name = label(reference.kind, asset, &reference.id);
        let status = text(asset, "status");
        if status.eq_ignore_ascii_case("deleted") {
            let message = format!("{name} is deleted");
            return self.refer(&codes::NOT_FOUND, reference, &message);
        }
        if status.eq_ignore_ascii_case("archived") {
            self.refer(&codes::ARCHIVED, reference, &format!("{name} is archived"));
        }
        let Some(at) = reference.node else { return };
        let graph = self.graph;
        let Some(node) = graph.nodes.get(at) else { return };
        match node.kind {
            NodeKind::Lander | NodeKind::Offer => {
                let is = text(asset, "pageType");
                let right = if node.kind.is_offer() { "offer" } else { "lander" };
                if !is.is_empty() && is != right {
                    let message = format!("{name} is of the type `{is}`");
                    self.refer(&codes::WRONG_KIND, reference, &message);
                }
                self.actions(at, asset);
            }
            NodeKind::LanderGroup | NodeKind::OfferGroup => self.group(reference, asset, node.kind),
            NodeKind::Condition => {
                let own = text(asset, "restrictToFunnelId");
                if !own.is_empty() && own != graph.id {
                    let message = format!("{name} is limited to the funnel `{own}`");
                    self.refer(&codes::FOREIGN_CONDITION, reference, &message);
                }
            }
            _ => {}
        }
    }

    fn actions(&mut self, at: usize, page: &Document) {
        let graph = self.graph;
        let most: Option<u64> = page.read_or_null("numberOfActions").ok().flatten();
        let (Some(node), Some(most)) = (graph.nodes.get(at), most) else { return };
        for way in &node.outgoing {
            let Some(connection) = graph.connections.get(*way) else { continue };
            let Trigger::Action { number: Some(number), .. } = connection.trigger else { continue };
            if number > most && number <= 64 {
                let member = self.member_of(connection);
                let message = format!("the action is {number}; the page has {most}");
                self.at_connection(&codes::MISSING_ACTION, *way, &member, &message);
            }
        }
    }

    fn group(&mut self, reference: &Reference, group: &Document, kind: NodeKind) {
        let name = label(reference.kind, group, &reference.id);
        let Some(pages) = pages_of_group(group) else {
            let message = format!("the pages of {name} cannot be read");
            return self.refer(&codes::UNKNOWN_SHAPE, reference, &message);
        };
        let (mut types, mut missing) = (Vec::new(), Vec::new());
        for id in pages {
            match self.account.get(PAGES, &id) {
                Known::Asset(page) => types.push(text(page, "pageType")),
                Known::Missing => missing.push(id),
                Known::Unknown => {}
            }
        }
        for id in missing {
            let message = format!("{name} has the page `{id}`, which does not exist");
            self.refer(&codes::NOT_FOUND, reference, &message);
        }
        let has = |wanted: &str| types.iter().any(|is| is == wanted);
        let (right, other) = match kind {
            NodeKind::OfferGroup => ("offer", "lander"),
            _ => ("lander", "offer"),
        };
        if has("lander") && has("offer") {
            let message = format!("{name} has landers and offers");
            self.refer(&codes::MIXED_GROUP, reference, &message);
        } else if has(other) && !has(right) {
            let message = format!("the pages of {name} are of the type `{other}`");
            self.refer(&codes::WRONG_KIND, reference, &message);
        }
    }
}

fn missing(reference: &Reference) -> String {
    format!("the account has no {} `{}`", reference.kind.noun, reference.id)
}

/// The noun and the name of an asset: ``page `Quiz` ``.
fn label(kind: &AssetKind, asset: &Document, id: &str) -> String {
    let names = kind.name_members.iter().map(|member| text(asset, member));
    let name = names.into_iter().find(|name| !name.is_empty()).unwrap_or_else(|| id.to_owned());
    format!("{} `{name}`", kind.noun)
}
