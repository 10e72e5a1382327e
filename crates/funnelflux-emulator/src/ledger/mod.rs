//! The assets: the verbs of the contract over the objects of the account. An object is kept as the text
//! that was saved. Members that the server manages are written into it one by one, so that all others
//! stay byte for byte.

mod duplicate;
mod find;
mod kind;
mod lifecycle;
mod references;
mod rules;
mod save;
mod secrets;
mod seed;
mod store;

use funnelflux_contract::{AssetKind, Operation, Schema, Verb};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::account::{Account, Asset};
use crate::options::{EmulatorBuilder, UnknownMembers};
use crate::table;
use crate::wire::fields::{self, ID, check_id};
use crate::wire::{Fields, Query, Refusal, Result};
pub(crate) use kind::Kind;
pub(crate) use store::{Entry, Store};
use store::{RIGHT_STATUS, Status};

#[derive(Serialize, Deserialize)]
pub(crate) struct Saved {
    assets: Vec<Entry>,
    made: u64,
}

impl Store {
    pub(crate) fn save(&self) -> Saved {
        Saved { assets: self.all().cloned().collect(), made: self.made }
    }

    /// Ids and names of the objects of a kind that are not deleted.
    pub(crate) fn named(&self, kind: Kind) -> Vec<(String, String)> {
        let alive = self.of(kind).filter(|entry| !entry.is_deleted());
        alive.map(|entry| (entry.id.clone(), entry.name.clone())).collect()
    }

    pub(crate) fn answer(&mut self, call: &Call<'_>, verb: Verb) -> Result<String> {
        let one = call.asset.takes_one(verb);
        match verb {
            Verb::List => find::list(self, call, None),
            Verb::FindById => find::by_id(self, call),
            Verb::FindByIds => find::by_ids(self, call),
            Verb::FindByStatus => find::list(self, call, Some(("status", RIGHT_STATUS))),
            Verb::FindByCategory => {
                let right = "the id of a category, or nothing for the uncategorised";
                find::list(self, call, Some(("idCategory", right)))
            }
            Verb::FindByType => find::list(self, call, Some(("funnelType", "a type of funnel"))),
            Verb::Create | Verb::Update => Ok(save::save(self, call, verb == Verb::Create)?.text),
            Verb::Duplicate => duplicate::duplicate(self, call),
            Verb::Delete => lifecycle::delete(self, call),
            Verb::Archive => lifecycle::set(self, call, one, Status::Archived),
            Verb::Unarchive => lifecycle::set(self, call, one, Status::Active),
            Verb::Move if one => lifecycle::move_one(self, call),
            Verb::Move => lifecycle::move_all(self, call),
            other => {
                let message = format!("the emulator does not answer the verb {other}");
                Err(Refusal::new(StatusCode::NOT_IMPLEMENTED, message))
            }
        }
    }

    /// The account under its present names: a renamed asset has its new name in every report.
    pub(crate) fn present(&self, account: &Account) -> Account {
        let mut account = account.clone();
        for (kind, assets) in [
            (Kind::TRAFFIC_SOURCE, &mut account.sources),
            (Kind::OFFER_SOURCE, &mut account.offer_sources),
            (Kind::FUNNEL_GROUP, &mut account.groups),
            (Kind::FUNNEL, &mut account.funnels),
            (Kind::PAGE, &mut account.landers),
            (Kind::PAGE, &mut account.offers),
        ] {
            for asset in assets {
                if let Some(entry) = self.get(kind, asset.id()) {
                    asset.rename(&entry.name);
                }
            }
        }
        for funnel in self.all().filter(|entry| entry.kind == Kind::FUNNEL) {
            for node in funnel.value.get("nodes").and_then(Value::as_array).into_iter().flatten() {
                let text = |pointer| node.pointer(pointer).and_then(Value::as_str);
                if let (Some(id), Some(page)) = (text("/idNode"), text("/nodePageParams/idPage")) {
                    let name = text("/nodeName").unwrap_or_default();
                    let node = Asset::new(id.to_owned(), name);
                    account.nodes.insert((funnel.id.clone(), page.to_owned()), node);
                }
            }
        }
        account
    }
}

pub(crate) struct Call<'c> {
    pub(crate) asset: &'static AssetKind,
    pub(crate) operation: &'c Operation,
    pub(crate) query: &'c Query,
    pub(crate) body: &'c str,
    pub(crate) owner: &'c str,
    pub(crate) now_millis: i64,
    pub(crate) options: &'c EmulatorBuilder,
}

impl<'c> Call<'c> {
    fn kind(&self) -> Kind {
        Kind::of(self.asset)
    }

    /// The value of the operation's first query parameter, and its name.
    fn first_parameter(&self, right: &str) -> Result<(&'static str, &'c str)> {
        let Some(parameter) = self.operation.query().first() else {
            return Err(Refusal::bad_request("the contract has no query parameter for this call"));
        };
        let names: Vec<&str> = table::spellings(parameter).collect();
        Ok((parameter.name, self.query.require(&names, right)?))
    }

    fn query_id(&self) -> Result<&'c str> {
        let (name, id) = self.first_parameter(ID)?;
        check_id(name, id)
    }

    fn json(&self, right: &str) -> Result<Value> {
        fields::parse(self.body.as_bytes(), right)
    }

    fn fields<'v>(&self, body: &'v Value) -> Result<Fields<'v>> {
        match self.operation.body().schema().and_then(Schema::find) {
            Some(schema) => Fields::of(body, "", schema, self.options.unknown_members),
            None => Fields::new(body, "", &[], UnknownMembers::Ignore),
        }
    }

    fn missing(&self, id: &str) -> Refusal {
        missing(self.kind(), self.asset.id_query, id, "")
    }

    fn living<'s>(&self, store: &'s mut Store, id: &str) -> Result<&'s mut Entry> {
        match store.get_mut(self.kind(), id) {
            None => Err(self.missing(id)),
            Some(entry) if entry.is_deleted() => Err(self.deleted(id)),
            Some(entry) => Ok(entry),
        }
    }

    fn deleted(&self, id: &str) -> Refusal {
        conflict(format!(
            "`{}` is \"{id}\", a {} that was deleted; expected one that was not",
            self.asset.id_query, self.asset.noun
        ))
    }
}

fn missing(kind: Kind, at: &str, id: &str, hint: &str) -> Refusal {
    Refusal::not_found(no_such(kind, at, id, hint))
}

fn no_such(kind: Kind, at: &str, id: &str, hint: &str) -> String {
    let noun = kind.noun();
    format!(
        "`{at}` is \"{id}\", and there is no such {noun}; expected the id of an existing {noun}{hint}"
    )
}

fn conflict(message: String) -> Refusal {
    Refusal::new(StatusCode::CONFLICT, message)
}
