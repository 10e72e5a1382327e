//! The assets that the account begins with: those of the traffic, under the ids of the reports, and a
//! few categories.

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{Entry, Kind, Status, Store, graph, secrets};
use crate::account::{Account, Asset, LANDER_ACTIONS, Payout};
use crate::rng::{Rng, hash};
use crate::wire::{money, text};

/// When the categories, nodes and connections were made: 2022-04-01T08:00:00Z.
const MADE_MILLIS: i64 = 1_648_800_000_000;

/// The kinds of assets whose names the reports show.
pub(crate) const KINDS: [Kind; 5] =
    [Kind::TRAFFIC_SOURCE, Kind::OFFER_SOURCE, Kind::FUNNEL_GROUP, Kind::FUNNEL, Kind::PAGE];

pub(super) struct Seeder<'a> {
    store: Store,
    pub(super) account: &'a Account,
    seed: u64,
    rng: Rng,
    made: i64,
}

type Member = (&'static str, Value);
type Secrets = BTreeMap<String, String>;

pub(crate) fn store(seed: u64, account: &Account) -> Store {
    let rng = Rng::new(hash(&[seed, 0x5EED]));
    let mut seeder = Seeder { store: Store::new(seed), account, seed, rng, made: 0 };
    seeder.third_parties();
    seeder.pages();
    seeder.configs();
    seeder.funnels();
    seeder.store
}

impl Seeder<'_> {
    pub(super) fn id(&mut self) -> String {
        self.made += 1;
        crate::account::ids::asset_id(MADE_MILLIS + self.made * 61_043, self.rng.next())
    }

    fn put(&mut self, kind: Kind, asset: &Asset, rest: Vec<Member>, secrets: Secrets) {
        let mut members: Vec<Member> = Vec::new();
        if let Some(known) = kind.asset() {
            members.extend(known.id_members.iter().map(|name| (*name, asset.id().into())));
            members.extend(known.name_members.iter().map(|name| (*name, asset.name().into())));
        }
        members.extend(rest);
        members.push(("status", "active".into()));
        members.push(("meta", json!({"editVersion": 1})));
        let text = text::object(&members);
        let value = serde_json::from_str(&text).unwrap_or_default();
        let (id, name) = (asset.id().to_owned(), asset.name().to_owned());
        self.store.put(Entry { kind, id, name, status: Status::Active, value, text, secrets });
    }

    fn category(&mut self, name: &str, kind: &'static str) -> String {
        let id = self.id();
        let asset = Asset::new(id.clone(), name);
        self.put(Kind::CATEGORY, &asset, vec![("categoryType", kind.into())], Secrets::new());
        id
    }

    fn third_parties(&mut self) {
        let social = self.category("Social", "trafficsources");
        let search = self.category("Search", "trafficsources");
        for source in &self.account.sources {
            let category = match source.referrer {
                "https://www.google.com/" => search.as_str(),
                "https://www.tiktok.com/" => social.as_str(),
                referrer if referrer.contains("facebook") => social.as_str(),
                _ => "",
            };
            let slot = |alias: &str| json!({"name": alias, "value": format!("{{{alias}}}")});
            let slots = json!({"campaign": slot("campaign_id"), "external": slot("click_id")});
            let rest = vec![
                ("costType", "cpe".into()),
                ("defaultCost", "0".into()),
                ("trackingFieldSlots", slots),
                ("incomingCostModifier", 100.into()),
                ("outgoingRevenueModifier", 100.into()),
                ("outgoingPostbackProbability", 100.into()),
                ("disableZeroRevenuePostbacks", false.into()),
                ("idCategory", category.into()),
            ];
            self.put(Kind::TRAFFIC_SOURCE, &source.asset, rest, Secrets::new());
        }
        for source in &self.account.offer_sources {
            let rest = vec![
                ("umrDomainOverride", "".into()),
                ("postbackSubId", "hit".into()),
                ("postbackTxId", "tx".into()),
                ("postbackPayout", "rev".into()),
                ("idCategory", "".into()),
            ];
            self.put(Kind::OFFER_SOURCE, &source.asset, rest, Secrets::new());
        }
        for group in &self.account.groups {
            let rest = vec![("acculumatedUrlParams", json!([])), ("customTokens", json!([]))];
            self.put(Kind::FUNNEL_GROUP, &group.asset, rest, Secrets::new());
        }
    }

    fn pages(&mut self) {
        let landers = self.category("Landers", "lander");
        let offers = self.category("Offers", "offer");
        let page = |kind: &'static str, asset: &Asset, category: &str, actions: u8| {
            vec![
                ("pageType", kind.into()),
                ("baseURL", format!("https://{kind}.example/{}", asset.id()).into()),
                ("redirectType", "301".into()),
                ("tags", json!([])),
                ("notes", "".into()),
                ("numberOfActions", actions.into()),
                ("idCategory", category.into()),
            ]
        };
        for lander in &self.account.landers {
            let rest = page("lander", &lander.asset, &landers, LANDER_ACTIONS);
            self.put(Kind::PAGE, &lander.asset, rest, Secrets::new());
        }
        for offer in &self.account.offers {
            let mut rest = page("offer", &offer.asset, &offers, 1);
            let source = self.account.offer_sources.get(offer.source);
            let (payout, kind) = match offer.payout {
                Payout::Fixed(mills) => (money::decimal(i128::from(mills)), "perConversion"),
                Payout::Share(..) => (Decimal::ZERO, "revShare"),
            };
            let payout: Value =
                serde_json::from_str(&payout.normalize().to_string()).unwrap_or_default();
            let source = source.map(|source| source.asset.id());
            let params = json!({"idOfferSource": source, "payout": payout, "payoutType": kind});
            rest.push(("offerParams", params));
            self.put(Kind::PAGE, &offer.asset, rest, Secrets::new());
        }
    }

    fn configs(&mut self) {
        for config in self.account.webhook_configs() {
            let rest = vec![
                ("url", format!("https://webhook.example/{}", config.id()).into()),
                ("idCategory", "".into()),
            ];
            self.put(Kind::WEBHOOK_CONFIG, config, rest, Secrets::new());
        }
        for (number, config) in (0..).zip(&self.account.middleware) {
            let keys = ["default"].iter().chain(&config.routes);
            let route = |(priority, key): (u8, _)| {
                let is_default = priority == 0;
                json!({"idRoute": key, "priority": priority, "isDefault": is_default})
            };
            let routes = (0..).zip(keys).map(route).collect();
            let secret = format!("{:016x}", hash(&[self.seed, 0x5EC2, number]));
            let url = format!("https://middleware.example/{}", config.asset.id());
            let (destination, secrets) = secrets::signed(&url, secret);
            let rest = vec![
                ("destination", destination),
                ("routes", routes),
                ("timeoutMs", config.timeout_millis.into()),
                ("description", "".into()),
                ("idCategory", "".into()),
            ];
            self.put(Kind::MIDDLEWARE_CONFIG, &config.asset, rest, secrets);
        }
    }

    fn funnels(&mut self) {
        for funnel in &self.account.funnels {
            let group = self.account.groups.get(funnel.group).map_or("", |group| group.asset.id());
            let (nodes, connections) = graph::of(self, funnel);
            let rest = vec![
                ("idCampaign", group.into()),
                ("idFunnelGroup", group.into()),
                ("canvasWidth", 1000.into()),
                ("canvasHeight", 800.into()),
                ("acculumatedUrlParams", json!([])),
                ("incomingTrafficCostOverrides", json!({})),
                ("postbackOverrides", json!([])),
                ("nodes", Value::Array(nodes)),
                ("connections", Value::Array(connections)),
                ("owner", self.account.user_id().into()),
            ];
            self.put(Kind::FUNNEL, &funnel.asset, rest, Secrets::new());
        }
    }
}

/// Copies the present names of assets into the account.
pub(crate) fn rename(account: &mut Arc<Account>, store: &Store, kind: Kind) {
    let current = |asset: &Asset| {
        let entry = store.get(kind, asset.id())?;
        (entry.name != asset.name()).then(|| entry.name.clone())
    };
    if account.assets().any(|asset| current(asset).is_some()) {
        let mut renamed = (**account).clone();
        for asset in renamed.assets_mut() {
            if let Some(name) = current(asset) {
                asset.rename(name);
            }
        }
        *account = Arc::new(renamed);
    }
}
