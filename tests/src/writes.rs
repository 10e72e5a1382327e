//! The write of the ledger that an operation names, by the typed method for it.

use funnelflux::Error;
use funnelflux::id::Id;
use funnelflux::ledger::{Accepted, AssetKind, Assets, Kind, Ledger, Supports, Verb, verb};
use funnelflux::model::Document;
use funnelflux::model::ledger::{
    DuplicateRequest, Funnel, FunnelDuplicateRequest, LogicScript, LogicScriptDuplicateRequest,
    Model as _,
};
use funnelflux::transport::Response;

type Answer = Result<Response<Accepted>, Error>;

/// Calls the operation of this id, for an object of this text where it takes a whole one, and for
/// made-up ids elsewhere.
///
/// # Errors
/// As the call; [`Error::is_invalid_request`] for an operation that is no write of the ledger.
pub async fn write(ledger: &Ledger, operation: &str, object: Document) -> Answer {
    let Some((kind, verb)) = meaning(operation) else {
        return Err(Error::invalid_request(format!("{operation} writes nothing in the ledger")));
    };
    match kind.name {
        "traffic-sources" => most(ledger.traffic_sources(), verb, object).await,
        "offer-sources" => most(ledger.offer_sources(), verb, object).await,
        "conditions" => most(ledger.conditions(), verb, object).await,
        "pages" => most(ledger.pages(), verb, object).await,
        "page-groups" => most(ledger.page_groups(), verb, object).await,
        "webhook-configs" => most(ledger.webhook_configs(), verb, object).await,
        "middleware-configs" => most(ledger.middleware_configs(), verb, object).await,
        "funnel-groups" => group(ledger.funnel_groups(), verb, object).await,
        "current-funnel-groups" => {
            let groups = ledger.current_funnel_groups();
            match verb {
                Verb::Unarchive => only(groups.unarchive(&[id()?]).await),
                _ => group(groups, verb, object).await,
            }
        }
        "funnels" => funnel(ledger.funnels(), verb, object).await,
        "logic-scripts" => script(ledger.logic_scripts(), verb, object).await,
        "categories" => saved(ledger.categories(), verb, object).await,
        "visitor-tags" => saved(ledger.visitor_tags(), verb, object).await,
        _ => dynamic(ledger, kind, verb, object).await,
    }
}

/// The kind and the write that the operation belongs to.
fn meaning(operation: &str) -> Option<(&'static AssetKind, Verb)> {
    AssetKind::all().iter().find_map(|kind| {
        let mut verbs = kind.verbs.iter();
        let found =
            verbs.find(|(_, found)| found.id() == operation && !found.idempotency().is_safe());
        found.map(|(verb, _)| (*kind, *verb))
    })
}

/// The id does not matter: only the operation is checked.
fn id<T>() -> Result<Id<T>, Error> {
    "2nIemJxCKbFX".parse().map_err(|cause| Error::local("id").with_source(cause))
}

/// The answer to the one request.
fn only(answers: Result<Vec<Response<Accepted>>, Error>) -> Answer {
    answers?.pop().ok_or_else(|| Error::local("nothing was sent"))
}

async fn saved<K>(assets: &Assets<K>, verb: Verb, object: Document) -> Answer
where
    K: Supports<verb::Create> + Supports<verb::Update>,
{
    match verb {
        Verb::Create => assets.create_call(&K::Model::from_document(object))?.send_write().await,
        Verb::Update => assets.update(&K::Model::from_document(object)).await,
        other => Err(Error::invalid_request(format!("{}: no method for {other}", K::KIND.name))),
    }
}

async fn group<K>(assets: &Assets<K>, verb: Verb, object: Document) -> Answer
where
    K: Kind<CopyRequest = DuplicateRequest>
        + Supports<verb::Create>
        + Supports<verb::Update>
        + Supports<verb::Duplicate>
        + Supports<verb::Archive>
        + Supports<verb::Delete>,
{
    match verb {
        Verb::Duplicate => assets.duplicate(&id()?, &DuplicateRequest::new("Copy")).await,
        Verb::Archive => only(assets.archive(&[id()?]).await),
        Verb::Delete => only(assets.delete(&[id()?]).await),
        _ => saved(assets, verb, object).await,
    }
}

async fn most<K>(assets: &Assets<K>, verb: Verb, object: Document) -> Answer
where
    K: Kind<CopyRequest = DuplicateRequest>
        + Supports<verb::Create>
        + Supports<verb::Update>
        + Supports<verb::Duplicate>
        + Supports<verb::Archive>
        + Supports<verb::Unarchive>
        + Supports<verb::Move>
        + Supports<verb::Delete>,
{
    match verb {
        Verb::Unarchive => only(assets.unarchive(&[id()?]).await),
        Verb::Move => only(assets.move_to(&[id()?], None).await),
        _ => group(assets, verb, object).await,
    }
}

async fn funnel(funnels: &Assets<Funnel>, verb: Verb, object: Document) -> Answer {
    match verb {
        Verb::Duplicate => {
            funnels.duplicate(&id()?, &FunnelDuplicateRequest::new("Copy", id()?)).await
        }
        Verb::Delete => only(funnels.delete(&[id()?]).await),
        Verb::Archive => only(funnels.archive(&[id()?]).await),
        Verb::Unarchive => only(funnels.unarchive(&[id()?]).await),
        Verb::Move => only(funnels.move_to(&[id()?], Some(&id()?)).await),
        _ => saved(funnels, verb, object).await,
    }
}

async fn script(scripts: &Assets<LogicScript>, verb: Verb, object: Document) -> Answer {
    match verb {
        Verb::Duplicate => {
            scripts.duplicate(&id()?, &LogicScriptDuplicateRequest::new("Copy")).await
        }
        _ => saved(scripts, verb, object).await,
    }
}

/// A kind that has no line above.
async fn dynamic(
    ledger: &Ledger,
    kind: &'static AssetKind,
    verb: Verb,
    object: Document,
) -> Answer {
    let (assets, id) = (ledger.dynamic_of(kind), id::<()>()?.untyped());
    match verb {
        Verb::Create => assets.create_call(&object)?.send_write().await,
        Verb::Update => assets.update(&object).await,
        Verb::Duplicate => assets.duplicate(&id, DuplicateRequest::new("Copy").document()).await,
        Verb::Delete => only(assets.delete(&[id]).await),
        Verb::Archive => only(assets.archive(&[id]).await),
        Verb::Unarchive => only(assets.unarchive(&[id]).await),
        Verb::Move => only(assets.move_to(&[id], Some(&id)).await),
        other => Err(Error::invalid_request(format!("{other} writes nothing"))),
    }
}
