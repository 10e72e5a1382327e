//! The assets of one kind as a trait, for code that is tested without HTTP.

use async_trait::async_trait;
use funnelflux_id::AssetId;
use funnelflux_model::ledger::Model as _;
use funnelflux_transport::{Accepted, Error, Response};

use crate::assets::{Assets, untyped};
use crate::kind::{IdOf, InfoOf, Kind, Supports, verb};
use crate::list::ListFilter;

/// The common operations on the assets of a kind, as a trait: write your code against
/// `&dyn AssetsApi<OfferSource>` and pass a mock in tests (feature `mock`). Methods added later have
/// a default.
///
/// The trait is the same for all kinds, so an operation that a kind does not have is an error here
/// ([`Error::is_invalid_request`]); with [`Assets`] it does not compile.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait AssetsApi<K: Kind>: Send + Sync + 'static {
    /// Lists the slim objects.
    async fn list(&self, filter: &ListFilter) -> Result<Vec<InfoOf<K>>, Error>;

    /// Finds the whole object of this id; `None` when there is none.
    async fn find_by_id(&self, id: &IdOf<K>) -> Result<Option<K::Model>, Error>;

    /// Creates the object, once whatever the network does.
    async fn create(&self, asset: &K::Model) -> Result<(), Error>;

    /// Saves the whole object over the present one.
    async fn update(&self, asset: &K::Model) -> Result<(), Error>;

    /// Finds the whole objects of these ids; ids without an object are left out. The default asks
    /// for one at a time.
    async fn find_by_ids(&self, ids: &[IdOf<K>]) -> Result<Vec<K::Model>, Error> {
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            found.extend(self.find_by_id(id).await?);
        }
        Ok(found)
    }

    /// Deletes the object. Archiving is a different operation.
    async fn delete(&self, _id: &IdOf<K>) -> Result<(), Error> {
        Err(no_such_operation("delete"))
    }

    /// Archives these objects.
    async fn archive(&self, _ids: &[IdOf<K>]) -> Result<(), Error> {
        Err(no_such_operation("archive"))
    }

    /// Takes these objects out of the archive.
    async fn unarchive(&self, _ids: &[IdOf<K>]) -> Result<(), Error> {
        Err(no_such_operation("unarchive"))
    }

    /// Moves these objects: funnels to a funnel group, all others to a category (`None` is
    /// *uncategorised*).
    async fn move_to(&self, _ids: &[IdOf<K>], _to: Option<AssetId>) -> Result<(), Error> {
        Err(no_such_operation("move"))
    }

    /// Has the server copy the object.
    async fn duplicate(&self, _id: &IdOf<K>, _request: &K::CopyRequest) -> Result<Accepted, Error> {
        Err(no_such_operation("duplicate"))
    }
}

fn no_such_operation(name: &str) -> Error {
    Error::invalid_request(format!("this implementation of the assets cannot {name}"))
}

#[async_trait]
impl<K> AssetsApi<K> for Assets<K>
where
    K: Supports<verb::List>
        + Supports<verb::FindById>
        + Supports<verb::Create>
        + Supports<verb::Update>,
{
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

    async fn find_by_ids(&self, ids: &[IdOf<K>]) -> Result<Vec<K::Model>, Error> {
        let found = self.dynamic().find_by_ids(&untyped(ids)).await?;
        Ok(found.into_iter().map(K::Model::from_document).collect())
    }

    async fn delete(&self, id: &IdOf<K>) -> Result<(), Error> {
        self.dynamic().delete(&[id.untyped()]).await.map(drop)
    }

    async fn archive(&self, ids: &[IdOf<K>]) -> Result<(), Error> {
        self.dynamic().archive(&untyped(ids)).await.map(drop)
    }

    async fn unarchive(&self, ids: &[IdOf<K>]) -> Result<(), Error> {
        self.dynamic().unarchive(&untyped(ids)).await.map(drop)
    }

    async fn move_to(&self, ids: &[IdOf<K>], to: Option<AssetId>) -> Result<(), Error> {
        self.dynamic().move_to(&untyped(ids), to.as_ref()).await.map(drop)
    }

    async fn duplicate(&self, id: &IdOf<K>, request: &K::CopyRequest) -> Result<Accepted, Error> {
        let request = request.clone().into();
        self.dynamic().duplicate(&id.untyped(), &request).await.map(Response::into_inner)
    }
}
