//! The assets: one family of operations over the objects of the account.
//!
//! An object is kept as the text it was saved as; what the server manages is written into that text,
//! member by member, so everything else comes back byte for byte.

mod duplicate;
mod family;
mod find;
mod graph;
mod ids;
mod lifecycle;
mod references;
mod routes;
mod rules;
mod save;
mod secrets;
mod seed;
mod slim;
mod status;
mod store;
mod violations;

pub(crate) use family::{Family, Verb};
pub(crate) use ids::{RIGHT as RIGHT_ID, is_id};
pub(crate) use routes::BRANCHES;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::account::Account;
use crate::exchange::Exchange;
use crate::options::{DeletedAssets, UnknownMembers};
use crate::wire::query::Query;
use crate::wire::refusal::Refusal;
use crate::wire::reply::Reply;
use family::Kind;
use status::Status;
use store::{Entry, Store};

/// All assets of the account.
pub(crate) struct Ledger(Mutex<Inner>);

/// The assets as a snapshot has them.
#[derive(Serialize, Deserialize)]
pub(crate) struct Saved {
    assets: Vec<Entry>,
    made: u64,
}

struct Inner {
    store: Store,
    /// The account that makes the traffic, under the names of now.
    account: Arc<Account>,
}

impl Ledger {
    pub(crate) fn new(seed: u64, account: &Account) -> Self {
        let store = seed::store(seed, account);
        Self(Mutex::new(Inner { store, account: Arc::new(account.clone()) }))
    }

    pub(crate) fn load(seed: u64, account: &Account, saved: Saved) -> Self {
        let store = Store::load(seed, saved.assets, saved.made);
        let mut account = Arc::new(account.clone());
        for kind in seed::KINDS {
            seed::rename(&mut account, &store, kind);
        }
        Self(Mutex::new(Inner { store, account }))
    }

    pub(crate) fn save(&self) -> Saved {
        let inner = self.lock();
        Saved { assets: inner.store.all().to_vec(), made: inner.store.made() }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ids and names of the webhook configs that are not deleted.
    pub(crate) fn webhook_configs(&self) -> Vec<(String, String)> {
        self.named(Kind::WebhookConfig)
    }

    /// Ids and names of the middleware configs that are not deleted.
    pub(crate) fn middleware_configs(&self) -> Vec<(String, String)> {
        self.named(Kind::MiddlewareConfig)
    }

    fn named(&self, kind: Kind) -> Vec<(String, String)> {
        let inner = self.lock();
        let alive = inner.store.of(kind).filter(|entry| entry.status != Status::Deleted);
        alive.map(|entry| (entry.id.clone(), entry.name.clone())).collect()
    }

    /// The account that makes the traffic, under the names of now: a renamed asset has its new name
    /// in every report.
    pub(crate) fn account(&self) -> Arc<Account> {
        Arc::clone(&self.lock().account)
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ledger").field("assets", &self.lock().store.all().len()).finish()
    }
}

/// One call of an operation of the ledger.
struct Call<'c> {
    family: &'static Family,
    query: &'c Query,
    body: &'c str,
    owner: &'c str,
    now_millis: i64,
    unknown_members: UnknownMembers,
    deleted: DeletedAssets,
}

impl Call<'_> {
    /// The one id in the query.
    fn query_id(&self) -> Result<&str, Refusal> {
        let name = self.family.id_name();
        ids::check(name, self.query.require(self.family.id, ids::RIGHT)?)
    }

    fn json(&self, right: &str) -> Result<Value, Refusal> {
        if self.body.is_empty() {
            return Err(Refusal::bad_request(format!("the body is empty; expected {right}")));
        }
        serde_json::from_str(self.body).map_err(|error| {
            Refusal::bad_request(format!("the body is not JSON: {error}; expected {right}"))
        })
    }
}

/// Answers an operation.
pub(crate) fn answer(
    exchange: &Exchange<'_>,
    family: &'static Family,
    verb: Verb,
) -> Result<Reply, Refusal> {
    let options = exchange.options();
    let call = Call {
        family,
        query: exchange.query(),
        body: exchange.text()?,
        owner: exchange.account().user_id(),
        now_millis: exchange.now_millis(),
        unknown_members: options.unknown_members,
        deleted: options.deleted_assets,
    };
    let mut inner = exchange.ledger().lock();
    let Inner { store, account } = &mut *inner;
    let text = run(store, &call, verb)?;
    if matches!(verb, Verb::Update) {
        seed::rename(account, store, family.kind);
    }
    Ok(Reply::new(StatusCode::OK, "application/json", text))
}

fn run(store: &mut Store, call: &Call<'_>, verb: Verb) -> Result<String, Refusal> {
    let family = call.family;
    match verb {
        Verb::List => find::list(store, call),
        Verb::ListCategories => find::list_categories(store, call),
        Verb::FindById => find::by_id(store, call),
        Verb::FindByIds => find::by_ids(store, call),
        Verb::FindByStatus => find::by_status(store, call),
        Verb::FindByCategory => find::by_category(store, call),
        Verb::FindByType => find::by_type(store, call),
        Verb::Create => Ok(save::create(store, family, call.owner, call.body)?.text),
        Verb::Update => Ok(save::update(store, family, call.owner, call.body)?.text),
        Verb::Duplicate => {
            let copy = duplicate::duplicate(store, call, call.query_id()?)?;
            let name = family.name.first().copied().unwrap_or("name");
            Ok(crate::wire::text::object(&[
                (family.id_name(), copy.id.into()),
                (name, copy.name.into()),
            ]))
        }
        Verb::Delete => lifecycle::delete(store, call),
        Verb::Archive => lifecycle::set_all(store, call, Status::Archived),
        Verb::Unarchive => lifecycle::set_all(store, call, Status::Active),
        Verb::Move => lifecycle::move_all(store, call),
        Verb::ArchiveOne => lifecycle::set_one(store, call, Status::Archived),
        Verb::UnarchiveOne => lifecycle::set_one(store, call, Status::Active),
        Verb::MoveOne => lifecycle::move_one(store, call),
    }
}

/// There is no such object.
fn missing(kind: Kind, at: &str, id: &str, hint: &str) -> Refusal {
    Refusal::new(
        StatusCode::NOT_FOUND,
        format!(
            "`{at}` is \"{id}\", and there is no such {noun}; expected the id of a {noun} that \
             exists{hint}",
            noun = kind.noun()
        ),
    )
}

fn conflict(message: String) -> Refusal {
    Refusal::new(StatusCode::CONFLICT, message)
}
