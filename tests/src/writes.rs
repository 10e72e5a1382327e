//! The write of the ledger that an operation names, by the typed method for it.

use funnelflux::Error;
use funnelflux::id::Id;
use funnelflux::ledger::{Accepted, Assets, Capability, Ledger, capability};
use funnelflux::model::Document;
use funnelflux::model::ledger::{
    DuplicateRequest, Funnel, FunnelDuplicateRequest, LedgerAsset, LogicScript,
    LogicScriptDuplicateRequest,
};
use funnelflux::transport::Response;

type Answer = Result<Response<Accepted>, Error>;

/// Calls the operation of this id, for an object of this text where it takes a whole one, and for
/// made-up ids elsewhere.
///
/// # Errors
/// As the call; [`Error::is_invalid_request`] for what is no write of the ledger.
pub async fn write(ledger: &Ledger, operation: &str, object: Document) -> Answer {
    let Some((name, capability)) = meaning(ledger, operation) else {
        return Err(Error::invalid_request(format!("{operation} writes nothing in the ledger")));
    };
    match name {
        "traffic-sources" => most(&ledger.traffic_sources(), capability, object).await,
        "offer-sources" => most(&ledger.offer_sources(), capability, object).await,
        "conditions" => most(&ledger.conditions(), capability, object).await,
        "pages" => most(&ledger.pages(), capability, object).await,
        "page-groups" => most(&ledger.page_groups(), capability, object).await,
        "webhook-configs" => most(&ledger.webhook_configs(), capability, object).await,
        "middleware-configs" => most(&ledger.middleware_configs(), capability, object).await,
        "funnel-groups" => group(&ledger.funnel_groups(), capability, object).await,
        "current-funnel-groups" => {
            let groups = ledger.current_funnel_groups();
            match capability {
                Capability::Unarchive => groups.unarchive(&[id()?]).await,
                _ => group(&groups, capability, object).await,
            }
        }
        "funnels" => funnel(&ledger.funnels(), capability, object).await,
        "logic-scripts" => script(&ledger.logic_scripts(), capability, object).await,
        "categories" => saved(&ledger.categories(), capability, object).await,
        "visitor-tags" => saved(&ledger.visitor_tags(), capability, object).await,
        other => Err(Error::invalid_request(format!("say here how {other} are written"))),
    }
}

const WRITES: [Capability; 10] = [
    Capability::Create,
    Capability::Update,
    Capability::Duplicate,
    Capability::Delete,
    Capability::Archive,
    Capability::Unarchive,
    Capability::Move,
    Capability::ArchiveOne,
    Capability::UnarchiveOne,
    Capability::MoveOne,
];

/// Of which assets it is, and what it does with them.
fn meaning(ledger: &Ledger, operation: &str) -> Option<(&'static str, Capability)> {
    Ledger::names().filter_map(|name| ledger.by_name(name)).find_map(|assets| {
        let is = |capability: &Capability| {
            assets.operation(*capability).is_some_and(|found| found.id() == operation)
        };
        WRITES.into_iter().find(is).map(|capability| (assets.name(), capability))
    })
}

/// What is called, and not for what, is the question.
fn id<T>() -> Result<Id<T>, Error> {
    "2nIemJxCKbFX".parse().map_err(|cause| Error::local("id").with_source(cause))
}

async fn saved<A>(assets: &Assets<A>, capability: Capability, object: Document) -> Answer
where
    A: LedgerAsset + capability::Create + capability::Update,
{
    match capability {
        Capability::Create => assets.create(&A::from_document(object)).await,
        Capability::Update => assets.update(&A::from_document(object)).await,
        other => Err(Error::invalid_request(format!("{}: no method for {other:?}", A::NAME))),
    }
}

async fn group<A>(assets: &Assets<A>, capability: Capability, object: Document) -> Answer
where
    A: LedgerAsset
        + capability::Kind<CopyRequest = DuplicateRequest>
        + capability::Create
        + capability::Update
        + capability::Duplicate
        + capability::Archive
        + capability::Delete,
{
    match capability {
        Capability::Duplicate => assets.duplicate(&id()?, &DuplicateRequest::new("Copy")).await,
        Capability::Archive => assets.archive(&[id()?]).await,
        Capability::Delete => assets.delete(&id()?).await,
        _ => saved(assets, capability, object).await,
    }
}

async fn most<A>(assets: &Assets<A>, capability: Capability, object: Document) -> Answer
where
    A: LedgerAsset
        + capability::Kind<CopyRequest = DuplicateRequest>
        + capability::Create
        + capability::Update
        + capability::Duplicate
        + capability::Archive
        + capability::Unarchive
        + capability::Move
        + capability::Delete,
{
    match capability {
        Capability::Unarchive => assets.unarchive(&[id()?]).await,
        Capability::Move => assets.move_to(&[id()?], None).await,
        _ => group(assets, capability, object).await,
    }
}

async fn funnel(funnels: &Assets<Funnel>, capability: Capability, object: Document) -> Answer {
    match capability {
        Capability::Duplicate => {
            funnels.duplicate(&id()?, &FunnelDuplicateRequest::new("Copy", id()?)).await
        }
        Capability::Delete => funnels.delete(&id()?).await,
        Capability::ArchiveOne => funnels.archive_one(&id()?).await,
        Capability::UnarchiveOne => funnels.unarchive_one(&id()?).await,
        Capability::MoveOne => funnels.move_to_group(&id()?, &id()?).await,
        _ => saved(funnels, capability, object).await,
    }
}

async fn script(scripts: &Assets<LogicScript>, capability: Capability, object: Document) -> Answer {
    match capability {
        Capability::Duplicate => {
            scripts.duplicate(&id()?, &LogicScriptDuplicateRequest::new("Copy")).await
        }
        _ => saved(scripts, capability, object).await,
    }
}
