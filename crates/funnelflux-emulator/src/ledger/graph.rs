//! The nodes and connections of the seeded funnels.
//!
//! The root leads to the landers by equal weights. Each action of a lander leads through the funnel's
//! webhook and middleware, if it has them, to the offers: by the routes of the middleware, or by equal
//! weights. Without landers the root leads to the offers. The names of the parameters of a webhook, and
//! the node types `webhook` and `middleware`, are inventions.

use serde_json::{Value, json};

use super::seed::Seeder;
use crate::account::{Account, Asset, Funnel, LANDER_ACTIONS};

struct Graph<'s, 'a> {
    seeder: &'s mut Seeder<'a>,
    own: &'a str,
    nodes: Vec<Value>,
    connections: Vec<Value>,
}

pub(super) fn of<'a>(seeder: &mut Seeder<'a>, funnel: &'a Funnel) -> (Vec<Value>, Vec<Value>) {
    let account: &'a Account = seeder.account;
    let own = funnel.asset.id();
    let mut graph = Graph { seeder, own, nodes: Vec::new(), connections: Vec::new() };
    let rotator = json!({"rotatorType": "random"});
    let root = graph.node("Traffic", "root", ("nodeRotatorParams", rotator.clone()), (0.5, 0.05));
    let landers = funnel.landers.iter().filter_map(|at| account.landers.get(*at));
    let landers = graph.pages("lander", landers.map(|lander| &lander.asset), 0.25);
    let offers = funnel.offers.iter().filter_map(|at| account.offers.get(*at));
    let offers = graph.pages("offer", offers.map(|offer| &offer.asset), 0.9);
    if landers.is_empty() {
        graph.rotate(&root, &offers);
        return (graph.nodes, graph.connections);
    }
    graph.rotate(&root, &landers);

    let middleware = funnel.middleware.and_then(|at| account.middleware.get(at));
    let fork = match middleware {
        Some(middleware) => {
            let asset = &middleware.asset;
            let params = ("nodeMiddlewareRefParams", json!({"idMiddlewareConfig": asset.id()}));
            let fork = graph.node(asset.name(), "middleware", params, (0.5, 0.65));
            // The default route leads to the last offer.
            for (route, offer) in middleware.routes.iter().chain(&["default"]).zip(&offers) {
                let params = json!({"onRouteId": route});
                graph.connect(&fork, offer, Some(("connectionMiddlewareParams", params)));
            }
            fork
        }
        None => {
            let params = ("nodeRotatorParams", rotator);
            let fork = graph.node("Offers", "rotator", params, (0.5, 0.65));
            graph.rotate(&fork, &offers);
            fork
        }
    };
    let gate = match funnel.webhook.and_then(|at| account.webhook_configs().nth(at)) {
        Some(config) => {
            let params = ("nodeWebhookRefParams", json!({"idWebhookConfig": config.id()}));
            let gate = graph.node(config.name(), "webhook", params, (0.5, 0.45));
            // A webhook has one way out, which needs no name.
            graph.connect(&gate, &fork, None);
            gate
        }
        None => fork,
    };
    for lander in &landers {
        for action in 1..=LANDER_ACTIONS {
            let params = json!({"onActionNumber": action, "isConversion": false});
            graph.connect(lander, &gate, Some(("connectionPageParams", params)));
        }
    }
    (graph.nodes, graph.connections)
}

impl Graph<'_, '_> {
    fn node(
        &mut self,
        name: &str,
        kind: &str,
        (params_name, params): (&str, Value),
        (x, y): (f64, f64),
    ) -> String {
        let id = self.seeder.id();
        self.nodes.push(json!({
            "idNode": id, "idFunnel": self.own, "nodeName": name, "nodeType": kind,
            params_name: params, "posX": x, "posY": y
        }));
        id
    }

    fn pages<'p>(
        &mut self,
        kind: &str,
        pages: impl Iterator<Item = &'p Asset>,
        y: f64,
    ) -> Vec<String> {
        (1_u8..)
            .zip(pages)
            .map(|(number, page)| {
                let params = json!({
                    "idPage": page.id(), "accumulateUrlParams": false, "additionalTokens": []
                });
                let x = f64::from(number) * 0.2;
                self.node(page.name(), kind, ("nodePageParams", params), (x, y))
            })
            .collect()
    }

    fn connect(&mut self, source: &str, target: &str, params: Option<(&str, Value)>) {
        let mut connection = json!({
            "idConnection": self.seeder.id(), "idFunnel": self.own, "idSourceNode": source,
            "idTargetNode": target
        });
        if let (Some(members), Some((name, params))) = (connection.as_object_mut(), params) {
            members.insert(name.to_owned(), params);
        }
        self.connections.push(connection);
    }

    fn rotate(&mut self, source: &str, targets: &[String]) {
        let count = u32::try_from(targets.len().max(1)).unwrap_or(1);
        let weight = 1.0 / f64::from(count);
        for target in targets {
            let params = json!({"weight": weight});
            self.connect(source, target, Some(("connectionRotatorParams", params)));
        }
    }
}
