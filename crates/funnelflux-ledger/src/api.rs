//! The assets of one kind as a trait, for code that is tested without HTTP.

use async_trait::async_trait;
use funnelflux_id::AssetId;
use funnelflux_transport::{Accepted, Error, Response};

use crate::assets::{Assets, DynamicAssets, objects, untyped};
use crate::kind::{IdOf, InfoOf, Kind, Supports, verb};
use crate::list::ListFilter;

/// The common operations on the assets of a kind, as a trait: write your code against
/// `&dyn AssetsApi<OfferSource>` and pass a mock in tests (feature `mock`). Methods added later have
/// a default. An operation that a kind does not have is an error ([`Error::is_invalid_request`]), since
/// the trait is the same for all kinds; with [`Assets`] it does not compile.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait AssetsApi<K: Kind>: Send + Sync {
    /// The client that answers the methods without an implementation of their own.
    #[doc(hidden)]
    fn client(&self) -> Option<DynamicAssets> {
        None
    }

    /// Lists the slim objects.
    async fn list(&self, filter: &ListFilter) -> Result<Vec<InfoOf<K>>, Error>;

    /// Finds the whole object of this id; `None` when there is none.
    async fn find_by_id(&self, id: &IdOf<K>) -> Result<Option<K::Model>, Error>;

    /// Creates the object, once whatever the network does.
    async fn create(&self, asset: &K::Model) -> Result<(), Error>;

    /// Saves the whole object over the present one.
    async fn update(&self, asset: &K::Model) -> Result<(), Error>;

    /// Finds the whole objects of these ids, leaving out ids without one. By default one at a time.
    async fn find_by_ids(&self, ids: &[IdOf<K>]) -> Result<Vec<K::Model>, Error> {
        if let Some(client) = self.client() {
            return Ok(objects(client.find_by_ids(&untyped(ids)).await?));
        }
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            found.extend(self.find_by_id(id).await?);
        }
        Ok(found)
    }

    /// Deletes the object. Archiving is a different operation.
    async fn delete(&self, id: &IdOf<K>) -> Result<(), Error> {
        client(self, "delete")?.delete(&[id.untyped()]).await.map(drop)
    }

    /// Archives these objects.
    async fn archive(&self, ids: &[IdOf<K>]) -> Result<(), Error> {
        client(self, "archive")?.archive(&untyped(ids)).await.map(drop)
    }

    /// Takes these objects out of the archive.
    async fn unarchive(&self, ids: &[IdOf<K>]) -> Result<(), Error> {
        client(self, "unarchive")?.unarchive(&untyped(ids)).await.map(drop)
    }

    /// Moves these objects: funnels to a funnel group, others to a category (`None`: *uncategorised*).
    async fn move_to(&self, ids: &[IdOf<K>], to: Option<AssetId>) -> Result<(), Error> {
        client(self, "move")?.move_to(&untyped(ids), to.as_ref()).await.map(drop)
    }

    /// Has the server copy the object.
    async fn duplicate(&self, id: &IdOf<K>, request: &K::CopyRequest) -> Result<Accepted, Error> {
        let (client, request) = (client(self, "duplicate")?, request.clone().into());
        client.duplicate(&id.untyped(), &request).await.map(Response::into_inner)
    }
}

// A reference or pointer to an implementation is one.
funnelflux_transport::implement_for_pointers! { AssetsApi<K>, [K: Kind,], {
    list(filter: &ListFilter) -> Result<Vec<InfoOf<K>>, Error>;
    find_by_id(id: &IdOf<K>) -> Result<Option<K::Model>, Error>;
    create(asset: &K::Model) -> Result<(), Error>;
    update(asset: &K::Model) -> Result<(), Error>;
    find_by_ids(ids: &[IdOf<K>]) -> Result<Vec<K::Model>, Error>;
    delete(id: &IdOf<K>) -> Result<(), Error>;
    archive(ids: &[IdOf<K>]) -> Result<(), Error>;
    unarchive(ids: &[IdOf<K>]) -> Result<(), Error>;
    move_to(ids: &[IdOf<K>], to: Option<AssetId>) -> Result<(), Error>;
    duplicate(id: &IdOf<K>, request: &K::CopyRequest) -> Result<Accepted, Error>;
} }

fn client<K: Kind>(api: &(impl AssetsApi<K> + ?Sized), verb: &str) -> Result<DynamicAssets, Error> {
    api.client().ok_or_else(|| {
        Error::invalid_request(format!("this implementation of the assets cannot {verb}"))
    })
}

#[async_trait]
impl<K> AssetsApi<K> for Assets<K>
where
    K: Supports<verb::List>
        + Supports<verb::FindById>
        + Supports<verb::Create>
        + Supports<verb::Update>,
{
    fn client(&self) -> Option<DynamicAssets> {
        Some(self.dynamic())
    }

    async fn list(&self, filter: &ListFilter) -> Result<Vec<InfoOf<K>>, Error> {
        Self::list(self, filter).await.map(Response::into_inner)
    }

    async fn find_by_id(&self, id: &IdOf<K>) -> Result<Option<K::Model>, Error> {
        self.try_find_by_id(id).await
    }

    async fn create(&self, asset: &K::Model) -> Result<(), Error> {
        Self::create(self, asset).await.map(drop)
    }

    async fn update(&self, asset: &K::Model) -> Result<(), Error> {
        Self::update(self, asset).await.map(drop)
    }
}
