//! Assets of one kind as a trait, for code that is tested without HTTP.

use async_trait::async_trait;
use funnelflux_id::Id;
use funnelflux_transport::{Error, Response};

use crate::capability::{Create, FindById, Kind, List, Update};
use crate::collection::Assets;
use crate::list::ListFilter;

/// What most programs do with the assets of a kind, as a trait: write your code against
/// `&dyn AssetsApi<OfferSource>` and hand in a mock in tests (feature `mock`). Methods that come later
/// have a default.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait AssetsApi<A: Kind>: Send + Sync + 'static {
    /// The slim objects that the server lists.
    ///
    /// # Errors
    /// As [`Assets::list`].
    async fn list(&self, filter: &ListFilter) -> Result<Vec<A::Info>, Error>;

    /// The whole object of this id, or `None`.
    ///
    /// # Errors
    /// As [`Assets::try_find_by_id`].
    async fn find_by_id(&self, id: &Id<A::Marker>) -> Result<Option<A>, Error>;

    /// Makes the object, once whatever the network does.
    ///
    /// # Errors
    /// As [`Assets::create_surely`].
    async fn create(&self, asset: &A) -> Result<(), Error>;

    /// Saves the whole object over the present one.
    ///
    /// # Errors
    /// As [`Assets::update`].
    async fn update(&self, asset: &A) -> Result<(), Error>;
}

#[async_trait]
impl<A> AssetsApi<A> for Assets<A>
where
    A: Kind + List + FindById + Create + Update,
{
    async fn list(&self, filter: &ListFilter) -> Result<Vec<A::Info>, Error> {
        Self::list(self, filter).await.map(Response::into_inner)
    }

    async fn find_by_id(&self, id: &Id<A::Marker>) -> Result<Option<A>, Error> {
        self.try_find_by_id(id).await
    }

    async fn create(&self, asset: &A) -> Result<(), Error> {
        self.create_surely(asset).await.map(drop)
    }

    async fn update(&self, asset: &A) -> Result<(), Error> {
        Self::update(self, asset).await.map(drop)
    }
}
