//! The assets of one kind: every operation, on models or on documents.

mod bulk;
mod calls;

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use funnelflux_contract::{AssetKind, Verb};
use funnelflux_id::{AssetId, Category, Funnel, Id};
use funnelflux_model::Document;
#[cfg(feature = "id-generator")]
use funnelflux_model::ledger::LedgerAsset as _;
use funnelflux_model::ledger::{Condition, Object};
use funnelflux_transport::{Accepted, BoxError, Client, Error, Response};

use crate::engine::Engine;
use crate::kind::{AnyId, AnyKind, Dynamic, Has, InfoOf, Kind, verb};
use crate::list::{ListFilter, list};
use crate::object::{not_deleted, object, stored};
use crate::writes::Writes;

/// The ids in one address: 100 are 1,300 characters, far below the usual limit of 8,000.
const IDS_PER_CALL: usize = 100;

/// All assets of one kind: `ledger.offer_sources()`.
///
/// A call can fail as every call does; a method names the errors that it adds. The rules of the kind
/// are checked before an object is sent, and [`Error::is_invalid_request`] names every broken one.
/// Exactly the operations that the vendor's reference lists for the kind compile:
///
/// ```no_run
/// # async fn example(ledger: funnelflux_ledger::Ledger, ids: Vec<funnelflux_id::Id<funnelflux_id::FunnelGroup>>)
/// # -> Result<(), funnelflux_transport::Error> {
/// ledger.current_funnel_groups().unarchive(&ids).await?;
/// # Ok(()) }
/// ```
///
/// ```compile_fail,E0277
/// # async fn example(ledger: funnelflux_ledger::Ledger, ids: Vec<funnelflux_id::Id<funnelflux_id::FunnelGroup>>)
/// # -> Result<(), funnelflux_transport::Error> {
/// ledger.funnel_groups().unarchive(&ids).await?;
/// # Ok(()) }
/// ```
pub struct Assets<K> {
    engine: Engine,
    kind: PhantomData<fn() -> K>,
}

/// All assets of a kind chosen at run time, for command lines and backups: `ledger.dynamic(name)`.
///
/// Objects are documents. A missing operation is an error ([`Error::is_invalid_request`]).
pub type DynamicAssets = Assets<Dynamic>;

/// The result of a create: the object exists.
#[derive(Debug)]
#[non_exhaustive]
pub struct Created {
    /// The server's answer; `None` if it was lost and the object was found by its id.
    pub answer: Option<Response<Accepted>>,
    /// Whether an answer was lost on the way.
    pub was_lost: bool,
}

/// An object after an edit.
#[derive(Debug)]
#[non_exhaustive]
pub struct Edited<A> {
    /// The object as it is now.
    pub asset: A,
    /// The members that changed; empty if nothing changed and nothing was sent.
    pub changed: Vec<String>,
}

impl<K> Clone for Assets<K> {
    fn clone(&self) -> Self {
        Self { engine: self.engine.clone(), kind: PhantomData }
    }
}

impl<K> fmt::Debug for Assets<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Assets").field(&self.engine).finish()
    }
}

impl<K: Kind> Assets<K> {
    /// Creates the assets of the kind, called through `client`.
    pub fn new(client: Client) -> Self {
        Self::from_engine(Engine::new(client, K::KIND))
    }

    /// Returns a new asset of this name under an id made now, to fill in and
    /// [create](Self::create). Nothing is sent. However the create ends, the id can be looked up.
    ///
    /// ```no_run
    /// # async fn example(ledger: funnelflux_ledger::Ledger) -> Result<(), Box<dyn std::error::Error>> {
    /// let sources = ledger.offer_sources();
    /// let mut source = sources.draft("Acme network")?;
    /// source.set_postback_payout("payout");
    /// sources.create(&source).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// When no id can be made: the system's clock is off by decades, or it has no randomness.
    #[cfg(feature = "id-generator")]
    pub fn draft(&self, name: &str) -> Result<K::Model, Error>
    where
        K: crate::kind::Supports<verb::Create>,
    {
        let id =
            Id::generate().map_err(|cause| Error::local("no id can be made").with_source(cause))?;
        Ok(K::Model::create(id, name))
    }
}

impl<K: AnyKind> Assets<K> {
    pub(crate) fn from_engine(engine: Engine) -> Self {
        Self { engine, kind: PhantomData }
    }

    /// Returns the same assets without their type.
    pub fn dynamic(&self) -> DynamicAssets {
        Assets::from_engine(self.engine.clone())
    }

    /// Returns the same assets, which wait so long for a throttled account; bulk methods have an
    /// option: [`CallOptions::with_patience`](funnelflux_transport::CallOptions::with_patience).
    #[must_use]
    pub fn with_patience(&self, patience: impl Into<Option<Duration>>) -> Self {
        Self::from_engine(self.engine.with_patience(patience))
    }

    /// Returns the kind, with its name, members and operations.
    pub fn kind(&self) -> &'static AssetKind {
        self.engine.kind
    }

    /// Returns the id that an object of this kind carries, if it is a valid one.
    pub fn id_of(&self, object: &K::Object) -> Option<AssetId> {
        let mut members = self.kind().id_members.iter();
        members.find_map(|name| object.document().read::<String>(name).ok()??.parse().ok())
    }

    /// Returns the name that an object of this kind carries.
    pub fn name_of(&self, object: &K::Object) -> Option<String> {
        let mut members = self.kind().name_members.iter();
        members.find_map(|name| object.document().read::<String>(name).ok()?)
    }

    /// Lists the slim objects: all of them, as far as the answer says.
    ///
    /// # Errors
    /// [`Error::is_invalid_request`] for a filter that the kind's list does not have;
    /// [`Error::is_decode`] for objects that the filter leaves out, and for an answer that says that it
    /// is cut, unless the filter asks for a [part](ListFilter::part).
    pub async fn list(&self, filter: &ListFilter) -> Result<Response<Vec<K::Info>>, Error>
    where
        K: Has<verb::List>,
    {
        self.listed(Verb::List, filter).await
    }

    async fn listed<T: Object>(
        &self,
        verb: Verb,
        filter: &ListFilter,
    ) -> Result<Response<Vec<T>>, Error> {
        Ok(list(self.engine.call(verb)?, filter).await?.map(objects))
    }

    /// Finds the whole object of this id.
    ///
    /// # Errors
    /// [`Error::is_not_found`] when there is none; else as any call.
    pub async fn find_by_id(&self, id: &K::Id) -> Result<Response<K::Object>, Error>
    where
        K: Has<verb::FindById>,
    {
        self.found(id.untyped()).await
    }

    async fn found(&self, id: AssetId) -> Result<Response<K::Object>, Error> {
        let call = self.engine.call_with(Verb::FindById, id.as_str())?;
        Ok(object(call, &id, self.kind()).await?.map(K::Object::from_document))
    }

    /// Finds the whole object of this id; `None` when there is none.
    pub async fn try_find_by_id(&self, id: &K::Id) -> Result<Option<K::Object>, Error>
    where
        K: Has<verb::FindById>,
    {
        self.try_find(id.untyped()).await
    }

    async fn try_find(&self, id: AssetId) -> Result<Option<K::Object>, Error> {
        match self.found(id).await {
            Ok(found) => Ok(Some(found.into_inner())),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Finds the whole objects of these ids, in the server's order, a hundred in a call; ids without an
    /// object are left out. Nothing is returned if one of the calls fails.
    pub async fn find_by_ids(&self, ids: &[K::Id]) -> Result<Vec<K::Object>, Error>
    where
        K: Has<verb::FindByIds>,
    {
        let mut found = Vec::with_capacity(ids.len());
        for ids in untyped(ids).chunks(IDS_PER_CALL) {
            let joined = ids.iter().map(AssetId::as_str).collect::<Vec<_>>().join(",");
            let call = self.engine.call_with(Verb::FindByIds, &joined)?;
            for document in list(call, &ListFilter::new()).await?.into_inner() {
                found.push(K::Object::from_document(stored(document, ids, self.kind())?));
            }
        }
        Ok(found)
    }

    /// Finds the slim objects of this status.
    pub async fn find_by_status(&self, status: &str) -> Result<Response<Vec<K::Info>>, Error>
    where
        K: Has<verb::FindByStatus>,
    {
        self.found_by(Verb::FindByStatus, status, ListFilter::new()).await
    }

    /// Finds the slim objects of this category.
    pub async fn find_by_category(
        &self,
        category: &Id<Category>,
    ) -> Result<Response<Vec<K::Info>>, Error>
    where
        K: Has<verb::FindByCategory>,
    {
        self.found_by(Verb::FindByCategory, category.as_str(), ListFilter::new()).await
    }

    /// Finds the slim objects of this type.
    pub async fn find_by_type(&self, funnel_type: &str) -> Result<Response<Vec<K::Info>>, Error>
    where
        K: Has<verb::FindByType>,
    {
        self.found_by(Verb::FindByType, funnel_type, ListFilter::new()).await
    }

    async fn found_by(
        &self,
        verb: Verb,
        value: &str,
        filter: ListFilter,
    ) -> Result<Response<Vec<K::Info>>, Error> {
        let asked = self.engine.operation(verb)?.query().first().map(|member| member.name);
        let filter = asked.into_iter().fold(filter, |filter, name| filter.named(name, value));
        self.listed(verb, &filter).await
    }

    /// Creates the object under its id once, whatever the network does: after a lost answer the id
    /// is looked up before a second try. [`Error::is_ambiguous`] only if that did not settle it.
    pub async fn create(&self, object: &K::Object) -> Result<Created, Error>
    where
        K: Has<verb::Create> + Has<verb::FindById>,
    {
        let lost = match self.create_call(object)?.send_write().await {
            Ok(answer) => return Ok(Created { answer: Some(answer), was_lost: false }),
            Err(error) if error.is_ambiguous() => error,
            Err(error) => return Err(error),
        };
        let Some(id) = self.id_of(object) else { return Err(lost) };
        tracing::debug!(kind = self.kind().name, "create answer lost: looking up the id");
        let found = |object: K::Object| {
            not_deleted(object.document()).map(|()| Created { answer: None, was_lost: true })
        };
        match self.try_find(id).await {
            Ok(Some(object)) => found(object),
            Ok(None) => match self.create_call(object)?.send_write().await {
                Ok(answer) => Ok(Created { answer: Some(answer), was_lost: true }),
                // The first request may have arrived late, and the second was refused for it.
                Err(error) => match self.try_find(id).await {
                    Ok(Some(object)) => found(object),
                    Ok(None) => Err(error),
                    Err(_) => Err(lost),
                },
            },
            // Still ambiguous: report the first error, which names the cause.
            Err(_) => Err(lost),
        }
    }

    /// Creates the object, unless an object of its id exists: then `None`.
    ///
    /// # Errors
    /// As [`create`](Self::create); refused where the object of this id was deleted.
    pub async fn create_if_missing(&self, object: &K::Object) -> Result<Option<Created>, Error>
    where
        K: Has<verb::Create> + Has<verb::FindById>,
    {
        let id = self.id_of(object).ok_or_else(|| {
            let members = self.kind().id_members.join(" or ");
            Error::invalid_request(format!("{members}: the object carries no id of 12 characters"))
        })?;
        match self.try_find(id).await? {
            Some(found) => not_deleted(found.document()).map(|()| None),
            None => self.create(object).await.map(Some),
        }
    }

    /// Saves the whole object, without what the server manages; unknown members are sent unchanged.
    pub async fn update(&self, object: &K::Object) -> Result<Response<Accepted>, Error>
    where
        K: Has<verb::Update>,
    {
        self.update_call(object)?.send_write().await
    }

    /// Reads the object, lets `change` change it, and saves it if it changed.
    ///
    /// ```no_run
    /// # async fn example(ledger: funnelflux_ledger::Ledger, id: funnelflux_id::Id<funnelflux_id::OfferSource>)
    /// # -> Result<(), Box<dyn std::error::Error>> {
    /// let edited = ledger
    ///     .offer_sources()
    ///     .edit(&id, |source| {
    ///         source.set_name("Offers Inc");
    ///         Ok(())
    ///     })
    ///     .await?;
    /// println!("changed: {:?}", edited.changed);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`Error::is_invalid_request`] with the error of `change`, and for a changed id.
    pub async fn edit(
        &self,
        id: &K::Id,
        change: impl FnOnce(&mut K::Object) -> Result<(), BoxError>,
    ) -> Result<Edited<K::Object>, Error>
    where
        K: Has<verb::Update> + Has<verb::FindById>,
    {
        let mut asset = self.found(id.untyped()).await?.into_inner();
        change(&mut asset).map_err(|cause| {
            Error::invalid_request("the change cannot be made").with_source(cause)
        })?;
        let changed = asset.document().changed_members();
        if !changed.is_empty() {
            self.update(&asset).await?;
            asset.document_mut().mark_saved();
        }
        Ok(Edited { asset, changed })
    }

    /// Has the server copy the object as `request` says. The server makes the copy's id.
    /// A copy may exist after a lost answer ([`Error::is_ambiguous`]).
    pub async fn duplicate(
        &self,
        id: &K::Id,
        request: &K::CopyRequest,
    ) -> Result<Response<Accepted>, Error>
    where
        K: Has<verb::Duplicate>,
    {
        self.duplicate_call(id, request)?.send_write().await
    }

    fn writes(&self, verb: Verb, ids: &[K::Id], to: Option<AssetId>) -> Writes<'_> {
        Writes { engine: &self.engine, verb, ids: untyped(ids), to }
    }

    /// Deletes these objects, one request each. Archiving is a different operation.
    pub fn delete(&self, ids: &[K::Id]) -> Writes<'_>
    where
        K: Has<verb::Delete>,
    {
        self.writes(Verb::Delete, ids, None)
    }

    /// Archives these objects: in one request, or in one each where the API takes only one id.
    pub fn archive(&self, ids: &[K::Id]) -> Writes<'_>
    where
        K: Has<verb::Archive>,
    {
        self.writes(Verb::Archive, ids, None)
    }

    /// Takes these objects out of the archive, as [`archive`](Self::archive) puts them there.
    pub fn unarchive(&self, ids: &[K::Id]) -> Writes<'_>
    where
        K: Has<verb::Unarchive>,
    {
        self.writes(Verb::Unarchive, ids, None)
    }

    /// Moves these objects: funnels to a funnel group, one request each; all others to a category
    /// (`None` is *uncategorised*), in one request.
    pub fn move_to(&self, ids: &[K::Id], to: Option<&K::Parent>) -> Writes<'_>
    where
        K: Has<verb::Move>,
    {
        self.writes(Verb::Move, ids, to.map(|to| to.untyped()))
    }
}

impl DynamicAssets {
    /// Finds the slim objects of this status, category or funnel type, as the verb says. Conditions by
    /// status also take [a funnel](ListFilter::funnel) (documented).
    ///
    /// # Errors
    /// [`Error::is_invalid_request`] for any other verb; else as [`list`](Self::list).
    pub async fn find_by(
        &self,
        verb: Verb,
        value: &str,
        filter: ListFilter,
    ) -> Result<Response<Vec<Document>>, Error> {
        if !matches!(verb, Verb::FindByStatus | Verb::FindByCategory | Verb::FindByType) {
            return Err(Error::invalid_request(format!("`{verb}` finds nothing by a value")));
        }
        self.found_by(verb, value, filter).await
    }
}

impl Assets<Condition> {
    /// Finds the slim conditions of this status that are limited to this funnel (documented).
    pub async fn find_by_status_in(
        &self,
        status: &str,
        funnel: &Id<Funnel>,
    ) -> Result<Response<Vec<InfoOf<Condition>>>, Error> {
        self.found_by(Verb::FindByStatus, status, ListFilter::new().funnel(funnel.as_str())).await
    }
}

pub(crate) fn objects<T: Object>(documents: Vec<Document>) -> Vec<T> {
    documents.into_iter().map(T::from_document).collect()
}

pub(crate) fn untyped(ids: &[impl AnyId]) -> Vec<AssetId> {
    ids.iter().map(|id| id.untyped()).collect()
}
