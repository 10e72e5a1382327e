//! The assets that the account begins with: those of the traffic, under the ids of the reports, and a
//! few categories.

use funnelflux_json::quote;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::Kind;
use super::store::{Entry, Store};
use crate::account::{Account, Asset, DATA, FunnelSpec, LANDER_ACTIONS, Payout};
use crate::rng::{Rng, hash};
use crate::wire::{TEN_THOUSANDTH, money, text};

/// When the categories, nodes and connections were made: 2022-04-01T08:00:00Z.
const MADE_MILLIS: i64 = 1_648_800_000_000;

struct Seeder<'a> {
    store: Store,
    account: &'a Account,
    seed: u64,
    rng: Rng,
    made: i64,
}

impl Store {
    pub(crate) fn seeded(seed: u64, account: &Account) -> Self {
        let rng = Rng::new(hash(&[seed, 0x5EED]));
        let mut seeder = Seeder { store: Self::new(seed), account, seed, rng, made: 0 };
        seeder.third_parties();
        seeder.pages();
        seeder.configs();
        seeder.funnels();
        seeder.store
    }
}

impl Seeder<'_> {
    fn id(&mut self) -> String {
        self.made += 1;
        crate::account::ids::asset_id(MADE_MILLIS + self.made * 61_043, self.rng.next())
    }

    /// Adds an object with the members that `data.json` has under a name, changed as given.
    fn put(&mut self, kind: Kind, like: &str, asset: &Asset, changes: &[(&str, Value)]) {
        let (id, name) = (asset.id(), asset.name());
        let like = DATA.objects.get(like).map_or("{}", |known| known.get()).replace("{id}", id);
        let (ids, names) =
            kind.asset().map_or((&[][..], &[][..]), |it| (it.id_members, it.name_members));
        let rest = text::members(&like);
        let members: Vec<(&str, String)> = ids
            .iter()
            .map(|member| (*member, quote(id)))
            .chain(names.iter().map(|member| (*member, quote(name))))
            .chain(rest.iter().map(|(member, text)| (&**member, (*text).to_owned())))
            .chain([("status", quote("active")), ("meta", "{\"editVersion\":1}".to_owned())])
            .collect();
        let mut text = text::object(&members);
        for (member, value) in changes {
            text::set(&mut text, &[member], value);
        }
        self.store.put(Entry { name: name.to_owned(), ..Entry::new(kind, id, text) });
    }

    fn category(&mut self, name: &str, kind: &str) -> String {
        let asset = Asset::new(self.id(), name);
        self.put(Kind::CATEGORY, "category", &asset, &[("categoryType", kind.into())]);
        asset.id().to_owned()
    }

    fn third_parties(&mut self) {
        let categories = ["Social", "Search"].map(|name| self.category(name, "trafficsources"));
        for (source, spec) in self.account.sources.iter().zip(&DATA.sources) {
            let category = spec.category.and_then(|at| categories.get(at)).map_or("", |id| id);
            let changes = [("idCategory", category.into())];
            self.put(Kind::TRAFFIC_SOURCE, "traffic source", source, &changes);
        }
        for source in &self.account.offer_sources {
            self.put(Kind::OFFER_SOURCE, "offer source", source, &[]);
        }
        for group in &self.account.groups {
            self.put(Kind::FUNNEL_GROUP, "funnel group", group, &[]);
        }
    }

    fn pages(&mut self) {
        let landers = self.category("Landers", "lander");
        let offers = self.category("Offers", "offer");
        for lander in &self.account.landers {
            self.put(Kind::PAGE, "lander", lander, &[("idCategory", landers.as_str().into())]);
        }
        for (offer, spec) in self.account.offers.iter().zip(&DATA.offers) {
            let source = self.account.offer_sources.get(spec.source).map(Asset::id);
            let (payout, kind) = match spec.payout {
                Payout::Fixed(units) => {
                    (money::decimal(i128::from(units * TEN_THOUSANDTH)), "perConversion")
                }
                Payout::Share(..) => (Decimal::ZERO, "revShare"),
            };
            let payout: Value =
                serde_json::from_str(&payout.normalize().to_string()).unwrap_or_default();
            let params = json!({"idOfferSource": source, "payout": payout, "payoutType": kind});
            let changes = [("idCategory", offers.as_str().into()), ("offerParams", params)];
            self.put(Kind::PAGE, "offer", offer, &changes);
        }
    }

    /// The type of a middleware's destination is an invention.
    fn configs(&mut self) {
        for config in &self.account.webhooks {
            self.put(Kind::WEBHOOK_CONFIG, "webhook config", config, &[]);
        }
        let configs = self.account.middleware.iter().zip(&DATA.middleware);
        for (number, (config, spec)) in (0..).zip(configs) {
            let route = |(priority, key): (u8, _)| json!({"idRoute": key, "priority": priority, "isDefault": priority == 0});
            let keys = ["default"].iter().chain(&spec.routes);
            let routes = (0..).zip(keys).map(route).collect();
            let changes = [("routes", routes), ("timeoutMs", spec.timeout_millis.into())];
            self.put(Kind::MIDDLEWARE_CONFIG, "middleware config", config, &changes);
            let secret = format!("{:016x}", hash(&[self.seed, 0x5EC2, number]));
            if let Some(entry) = self.store.get_mut(Kind::MIDDLEWARE_CONFIG, config.id()) {
                entry.secrets.insert("destination hasHmacSecret".to_owned(), secret);
            }
        }
    }

    fn funnels(&mut self) {
        for (funnel, spec) in self.account.funnels.iter().zip(&DATA.funnels) {
            let group = self.account.groups.get(spec.group).map_or("", Asset::id);
            let (nodes, connections) = graph(self, funnel.id(), spec);
            let changes = [
                ("idCampaign", group.into()),
                ("idFunnelGroup", group.into()),
                ("nodes", nodes.into()),
                ("connections", connections.into()),
                ("owner", self.account.user_id().into()),
            ];
            self.put(Kind::FUNNEL, "funnel", funnel, &changes);
        }
    }
}

struct Graph<'s, 'a> {
    seeder: &'s mut Seeder<'a>,
    own: &'a str,
    nodes: Vec<Value>,
    connections: Vec<Value>,
}

/// The root leads to the landers by equal weights. Each action of a lander leads through the webhook and
/// the middleware, if any, to the offers: by the routes of the middleware, or by equal weights. Without
/// landers the root leads to the offers.
fn graph<'a>(seeder: &mut Seeder<'a>, own: &'a str, spec: &FunnelSpec) -> (Vec<Value>, Vec<Value>) {
    let account = seeder.account;
    let mut graph = Graph { seeder, own, nodes: Vec::new(), connections: Vec::new() };
    let rotator = json!({"rotatorType": "random"});
    let root = graph.node("Traffic", "root", ("nodeRotatorParams", rotator.clone()), (0.5, 0.05));
    let landers = graph.pages("lander", &account.landers, &spec.landers, 0.25);
    let offers = graph.pages("offer", &account.offers, &spec.offers, 0.9);
    if landers.is_empty() {
        graph.rotate(&root, &offers);
        return (graph.nodes, graph.connections);
    }
    graph.rotate(&root, &landers);

    let middleware = |at: usize| account.middleware.get(at).zip(DATA.middleware.get(at));
    let fork = match spec.middleware.and_then(middleware) {
        Some((config, called)) => {
            let params = ("nodeMiddlewareRefParams", json!({"idMiddlewareConfig": config.id()}));
            let fork = graph.node(config.name(), "middleware", params, (0.5, 0.65));
            // The default route leads to the last offer.
            for (route, offer) in called.routes.iter().chain(&["default"]).zip(&offers) {
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
    let gate = match spec.webhook.and_then(|at| account.webhooks.get(at)) {
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
    fn node(&mut self, name: &str, kind: &str, params: (&str, Value), at: (f64, f64)) -> String {
        let (id, (member, params)) = (self.seeder.id(), params);
        self.nodes.push(json!({
            "idNode": id, "idFunnel": self.own, "nodeName": name, "nodeType": kind,
            member: params, "posX": at.0, "posY": at.1
        }));
        id
    }

    fn pages(&mut self, kind: &str, all: &[Asset], own: &[usize], y: f64) -> Vec<String> {
        (1_u8..)
            .zip(own.iter().filter_map(|at| all.get(*at)))
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
