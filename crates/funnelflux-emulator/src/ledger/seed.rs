//! The assets that the account begins with: those of the traffic, under the ids of the reports, and a
//! few categories.

use std::collections::BTreeMap;
use std::sync::Arc;

use funnelflux_json::quote;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{Entry, Kind, Status, Store, graph};
use crate::account::names::DATA;
use crate::account::{Account, Asset, Payout};
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
        let value = serde_json::from_str(&text).unwrap_or_default();
        let (id, name, secrets) = (id.to_owned(), name.to_owned(), BTreeMap::new());
        self.store.put(Entry { kind, id, name, status: Status::Active, value, text, secrets });
    }

    fn category(&mut self, name: &str, kind: &str) -> String {
        let asset = Asset::new(self.id(), name);
        self.put(Kind::CATEGORY, "category", &asset, &[("categoryType", kind.into())]);
        asset.id().to_owned()
    }

    fn third_parties(&mut self) {
        let categories = ["Social", "Search"].map(|name| self.category(name, "trafficsources"));
        for source in &self.account.sources {
            let category = source.category.and_then(|at| categories.get(at)).map_or("", |id| id);
            let changes = [("idCategory", category.into())];
            self.put(Kind::TRAFFIC_SOURCE, "traffic source", &source.asset, &changes);
        }
        for source in &self.account.offer_sources {
            self.put(Kind::OFFER_SOURCE, "offer source", &source.asset, &[]);
        }
        for group in &self.account.groups {
            self.put(Kind::FUNNEL_GROUP, "funnel group", &group.asset, &[]);
        }
    }

    fn pages(&mut self) {
        let landers = self.category("Landers", "lander");
        let offers = self.category("Offers", "offer");
        for lander in &self.account.landers {
            let changes = [("idCategory", landers.as_str().into())];
            self.put(Kind::PAGE, "lander", &lander.asset, &changes);
        }
        for offer in &self.account.offers {
            let source = self.account.offer_sources.get(offer.source);
            let source = source.map(|source| source.asset.id());
            let (payout, kind) = match offer.payout {
                Payout::Fixed(mills) => (money::decimal(i128::from(mills)), "perConversion"),
                Payout::Share(..) => (Decimal::ZERO, "revShare"),
            };
            let payout: Value =
                serde_json::from_str(&payout.normalize().to_string()).unwrap_or_default();
            let params = json!({"idOfferSource": source, "payout": payout, "payoutType": kind});
            let changes = [("idCategory", offers.as_str().into()), ("offerParams", params)];
            self.put(Kind::PAGE, "offer", &offer.asset, &changes);
        }
    }

    /// The type of a middleware's destination is an invention.
    fn configs(&mut self) {
        for config in self.account.webhook_configs() {
            self.put(Kind::WEBHOOK_CONFIG, "webhook config", config, &[]);
        }
        for (number, config) in (0..).zip(&self.account.middleware) {
            let route = |(priority, key): (u8, _)| json!({"idRoute": key, "priority": priority, "isDefault": priority == 0});
            let keys = ["default"].iter().chain(&config.routes);
            let routes = (0..).zip(keys).map(route).collect();
            let changes = [("routes", routes), ("timeoutMs", config.timeout_millis.into())];
            self.put(Kind::MIDDLEWARE_CONFIG, "middleware config", &config.asset, &changes);
            let secret = format!("{:016x}", hash(&[self.seed, 0x5EC2, number]));
            if let Some(entry) = self.store.get_mut(Kind::MIDDLEWARE_CONFIG, config.asset.id()) {
                entry.secrets.insert("destination hasHmacSecret".to_owned(), secret);
            }
        }
    }

    fn funnels(&mut self) {
        for funnel in &self.account.funnels {
            let group = self.account.groups.get(funnel.group).map_or("", |group| group.asset.id());
            let (nodes, connections) = graph::of(self, funnel);
            let changes = [
                ("idCampaign", group.into()),
                ("idFunnelGroup", group.into()),
                ("nodes", nodes.into()),
                ("connections", connections.into()),
                ("owner", self.account.user_id().into()),
            ];
            self.put(Kind::FUNNEL, "funnel", &funnel.asset, &changes);
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
