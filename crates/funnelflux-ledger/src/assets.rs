//! The typed assets: the engine of [`DynamicAssets`] with models in and out. A method exists where
//! the kind has the operation.

mod bulk;

use std::fmt;
use std::marker::PhantomData;

use funnelflux_contract::Verb;
use funnelflux_id::{AssetId, Category, Funnel, Id};
use funnelflux_model::Document;
#[cfg(feature = "id-generator")]
use funnelflux_model::ledger::LedgerAsset as _;
use funnelflux_model::ledger::{Condition, Model};
use funnelflux_transport::{Accepted, BoxError, CallBuilder, Client, Error, Response};

use crate::dynamic::{Created, DynamicAssets, Edited};
use crate::kind::{IdOf, InfoOf, Kind, Supports, verb};
use crate::list::ListFilter;
use crate::writes::Writes;

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
    all: DynamicAssets,
    kind: PhantomData<fn() -> K>,
}

impl<K> Clone for Assets<K> {
    fn clone(&self) -> Self {
        Self { all: self.all.clone(), kind: PhantomData }
    }
}

impl<K> fmt::Debug for Assets<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Assets").field(&self.all).finish()
    }
}

impl<K: Kind> Assets<K> {
    /// Creates the assets of the kind, called through `client`.
    pub fn new(client: Client) -> Self {
        Self { all: DynamicAssets::new(client, K::KIND), kind: PhantomData }
    }

    /// Returns the same assets without their type.
    pub fn dynamic(&self) -> &DynamicAssets {
        &self.all
    }

    /// Lists the slim objects: all of them, as far as the answer says.
    pub async fn list(&self, filter: &ListFilter) -> Result<Response<Vec<InfoOf<K>>>, Error>
    where
        K: Supports<verb::List>,
    {
        Ok(self.all.list(filter).await?.map(models))
    }

    /// Finds the whole object of this id; else the error says [`Error::is_not_found`].
    pub async fn find_by_id(&self, id: &IdOf<K>) -> Result<Response<K::Model>, Error>
    where
        K: Supports<verb::FindById>,
    {
        Ok(self.all.find_by_id(&id.untyped()).await?.map(K::Model::from_document))
    }

    /// Finds the whole object of this id; `None` when there is none.
    pub async fn try_find_by_id(&self, id: &IdOf<K>) -> Result<Option<K::Model>, Error>
    where
        K: Supports<verb::FindById>,
    {
        Ok(self.all.try_find_by_id(&id.untyped()).await?.map(K::Model::from_document))
    }

    /// Finds the whole objects of these ids, in the server's order, as [`DynamicAssets::find_by_ids`].
    pub async fn find_by_ids(&self, ids: &[IdOf<K>]) -> Result<Vec<K::Model>, Error>
    where
        K: Supports<verb::FindByIds>,
    {
        Ok(models(self.all.find_by_ids(&untyped(ids)).await?))
    }

    /// Finds the slim objects of this status.
    pub async fn find_by_status(&self, status: &str) -> Result<Response<Vec<InfoOf<K>>>, Error>
    where
        K: Supports<verb::FindByStatus>,
    {
        Ok(self.all.find_by(Verb::FindByStatus, status, ListFilter::new()).await?.map(models))
    }

    /// Finds the slim objects of this category.
    pub async fn find_by_category(
        &self,
        category: &Id<Category>,
    ) -> Result<Response<Vec<InfoOf<K>>>, Error>
    where
        K: Supports<verb::FindByCategory>,
    {
        let (category, filter) = (category.as_str(), ListFilter::new());
        Ok(self.all.find_by(Verb::FindByCategory, category, filter).await?.map(models))
    }

    /// Finds the slim objects of this type.
    pub async fn find_by_type(&self, funnel_type: &str) -> Result<Response<Vec<InfoOf<K>>>, Error>
    where
        K: Supports<verb::FindByType>,
    {
        Ok(self.all.find_by(Verb::FindByType, funnel_type, ListFilter::new()).await?.map(models))
    }

    /// Returns a new asset of this name under an id made now, to fill in and
    /// [create](Self::create). Nothing is sent. Whatever happens to the answer of the create, the id
    /// can be looked up.
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
        K: Supports<verb::Create>,
    {
        let id =
            Id::generate().map_err(|cause| Error::local("no id can be made").with_source(cause))?;
        Ok(K::Model::create(id, name))
    }

    /// Creates the object under the id it carries, once whatever the network does: see
    /// [`DynamicAssets::create`].
    pub async fn create(&self, asset: &K::Model) -> Result<Created, Error>
    where
        K: Supports<verb::Create> + Supports<verb::FindById>,
    {
        self.all.create(asset.document()).await
    }

    /// Creates the object, unless an object of its id exists: see
    /// [`DynamicAssets::create_if_missing`].
    pub async fn create_if_missing(&self, asset: &K::Model) -> Result<Option<Created>, Error>
    where
        K: Supports<verb::Create> + Supports<verb::FindById>,
    {
        self.all.create_if_missing(asset.document()).await
    }

    /// Saves the whole object over the present one: see [`DynamicAssets::update`].
    pub async fn update(&self, asset: &K::Model) -> Result<Response<Accepted>, Error>
    where
        K: Supports<verb::Update>,
    {
        self.all.update(asset.document()).await
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
    pub async fn edit(
        &self,
        id: &IdOf<K>,
        change: impl FnOnce(&mut K::Model) -> Result<(), BoxError>,
    ) -> Result<Edited<K::Model>, Error>
    where
        K: Supports<verb::Update> + Supports<verb::FindById>,
    {
        let edited = self.all.edit(&id.untyped(), |object| changed(object, change)).await?;
        Ok(edited.into_model())
    }

    /// Has the server copy the object: see [`DynamicAssets::duplicate`].
    pub async fn duplicate(
        &self,
        id: &IdOf<K>,
        request: &K::CopyRequest,
    ) -> Result<Response<Accepted>, Error>
    where
        K: Supports<verb::Duplicate>,
    {
        self.all.duplicate(&id.untyped(), &request.clone().into()).await
    }

    /// Deletes these objects, one request each. Archiving is a different operation.
    pub fn delete(&self, ids: &[IdOf<K>]) -> Writes<'_>
    where
        K: Supports<verb::Delete>,
    {
        self.all.delete(&untyped(ids))
    }

    /// Archives these objects: in one request, or for funnels in one each.
    pub fn archive(&self, ids: &[IdOf<K>]) -> Writes<'_>
    where
        K: Supports<verb::Archive>,
    {
        self.all.archive(&untyped(ids))
    }

    /// Takes these objects out of the archive, as [`archive`](Self::archive) puts them there.
    pub fn unarchive(&self, ids: &[IdOf<K>]) -> Writes<'_>
    where
        K: Supports<verb::Unarchive>,
    {
        self.all.unarchive(&untyped(ids))
    }

    /// Moves these objects: funnels to a funnel group, others to a category (`None`: *uncategorised*).
    pub fn move_to(&self, ids: &[IdOf<K>], to: Option<&Id<K::Parent>>) -> Writes<'_>
    where
        K: Supports<verb::Move>,
    {
        self.all.move_to(&untyped(ids), to.map(|to| to.untyped()).as_ref())
    }

    /// Builds the call that [creates](Self::create) this object, to preview it or to send it once.
    pub fn create_call(&self, asset: &K::Model) -> Result<CallBuilder<'_>, Error>
    where
        K: Supports<verb::Create>,
    {
        self.all.create_call(asset.document())
    }

    /// Builds the call that [saves](Self::update) this object.
    pub fn update_call(&self, asset: &K::Model) -> Result<CallBuilder<'_>, Error>
    where
        K: Supports<verb::Update>,
    {
        self.all.update_call(asset.document())
    }

    /// Builds the call that has the server [copy](Self::duplicate) the object.
    pub fn duplicate_call(
        &self,
        id: &IdOf<K>,
        request: &K::CopyRequest,
    ) -> Result<CallBuilder<'_>, Error>
    where
        K: Supports<verb::Duplicate>,
    {
        self.all.duplicate_call(&id.untyped(), &request.clone().into())
    }
}

impl Assets<Condition> {
    /// Finds the slim conditions of this status that are limited to this funnel (documented).
    pub async fn find_by_status_in(
        &self,
        status: &str,
        funnel: &Id<Funnel>,
    ) -> Result<Response<Vec<InfoOf<Condition>>>, Error> {
        let filter = ListFilter::new().funnel(funnel.as_str());
        Ok(self.all.find_by(Verb::FindByStatus, status, filter).await?.map(models))
    }
}

impl Edited<Document> {
    fn into_model<M: Model>(self) -> Edited<M> {
        Edited { asset: M::from_document(self.asset), changed: self.changed }
    }
}

pub(crate) fn models<M: Model>(documents: Vec<Document>) -> Vec<M> {
    documents.into_iter().map(M::from_document).collect()
}

fn changed<M: Model>(
    object: &mut Document,
    change: impl FnOnce(&mut M) -> Result<(), BoxError>,
) -> Result<(), BoxError> {
    let mut asset = M::from_document(std::mem::take(object));
    let result = change(&mut asset);
    *object = asset.into_document();
    result
}

pub(crate) fn untyped<T>(ids: &[Id<T>]) -> Vec<AssetId> {
    ids.iter().map(|id| id.untyped()).collect()
}
