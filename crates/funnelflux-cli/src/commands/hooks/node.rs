//! `--config` and `--node`: the middleware config of an answer, and where its routes lead.

use funnelflux::funnels::{self, Graph, NodeKind, Trigger};
use funnelflux::model::ledger::MiddlewareConfig;

use super::config;
use crate::args::RouteArgs;
use crate::commands::assets::funnels::{known_dialect, source};
use crate::failure::Failure;
use crate::names::Names;
use crate::settings::Settings;

/// `timeoutMs` where a config does not say (documented).
const DEFAULT_TIMEOUT_MS: u64 = 5000;

/// What is around an answer of a middleware service.
pub(super) struct Around {
    pub(super) config: Option<MiddlewareConfig>,
    pub(super) node: Option<Node>,
}

impl Around {
    pub(super) async fn find(args: &RouteArgs, settings: &Settings) -> Result<Self, Failure> {
        let node = match &args.node {
            Some(given) => Some(Box::pin(Node::find(given, settings)).await?),
            None => None,
        };
        let config = args.config.clone().or_else(|| node.as_ref().map(|node| node.config.clone()));
        let config = match config {
            Some(given) => Some(Box::pin(config::find(&given, settings)).await?),
            None => None,
        };
        Ok(Self { config, node })
    }

    /// The milliseconds that a request gives its answer if it does not say so itself.
    pub(super) fn timeout_ms(&self) -> Result<u64, Failure> {
        let said = self.config.as_ref().map(MiddlewareConfig::timeout_ms).transpose();
        let said =
            said.map_err(|error| Failure::usage(format!("the middleware config: {error}")))?;
        Ok(said.flatten().unwrap_or(DEFAULT_TIMEOUT_MS))
    }
}

/// A middleware node in its funnel.
pub(super) struct Node {
    graph: Graph,
    /// Its place in the graph.
    at: usize,
    /// The id of its config.
    config: String,
}

impl Node {
    async fn find(given: &str, settings: &Settings) -> Result<Self, Failure> {
        let wrong = |why: String| Failure::unsent(format!("--node {given}: {why}"));
        let Some((funnel, name)) = given.rsplit_once('/') else {
            return Err(wrong("expected FUNNEL/NODE".to_owned()));
        };
        let names = Names::new(settings, "middleware node");
        let funnel = Box::pin(source::one(funnel, &names)).await?;
        let graph = Graph::of(&funnel, &known_dialect(settings)?);
        let known = graph.of_kind(NodeKind::Middleware).map(|node| node.label());
        let known = known.collect::<Vec<_>>().join(", ");
        let is_it = |node: &funnels::Node| {
            let is_called = node.id == name || node.name.eq_ignore_ascii_case(name);
            node.kind == NodeKind::Middleware && is_called
        };
        let found: Vec<_> = graph.nodes.iter().enumerate().filter(|(_, it)| is_it(it)).collect();
        let (at, node) = match found.as_slice() {
            [only] => *only,
            [] if known.is_empty() => {
                return Err(wrong("the funnel has no middleware node".to_owned()));
            }
            [] => return Err(wrong(format!("no such middleware node; the funnel has {known}"))),
            _ => return Err(wrong("several nodes have this name; use the id".to_owned())),
        };
        let id = node.document().pointer("/nodeMiddlewareRefParams/idMiddlewareConfig");
        let config = id
            .and_then(|id| serde_json::from_str::<String>(id.get()).ok())
            .ok_or_else(|| wrong("the node names no middleware config".to_owned()))?;
        Ok(Self { graph, at, config })
    }

    /// The nodes behind the connections of a route; several where the funnel has a mistake.
    pub(super) fn leads_to(&self, route: &str) -> Vec<String> {
        let Some(node) = self.graph.nodes.get(self.at) else { return Vec::new() };
        let of_it = |trigger: &Trigger| matches!(trigger, Trigger::Route(key) if key == route);
        let ways = self.graph.ways_out(node).filter(|way| of_it(&way.trigger));
        let target = ways.map(|way| way.target.and_then(|at| self.graph.nodes.get(at)));
        let label = |node: Option<&funnels::Node>| match node {
            Some(node) => format!("{} ({})", node.label(), node.kind.as_str()),
            None => "a node that does not exist".to_owned(),
        };
        target.map(label).collect()
    }
}
