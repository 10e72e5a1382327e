//! Assets of one kind as a trait, for code that is tested without HTTP.

use async_trait::async_trait;
use funnelflux_id::{AssetId, Id};
use funnelflux_model::Document;
use funnelflux_transport::{BoxError, Error, Response};

use crate::accepted::Accepted;
use crate::capability::{Create, FindById, Kind, List, Update};
use crate::collection::Assets;
use crate::list::ListFilter;

/// What most programs do with the assets of a kind, as a trait: write your code against
/// `&dyn AssetsApi<OfferSource>` and hand in a mock in tests (feature `mock`). Methods that come later
/// have a default.
///
/// One trait for all kinds, so what a kind cannot do is an error here and not, as with [`Assets`], a
/// program that does not compile.
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

    /// The whole objects of these ids, as far as there are any. Unless an implementation knows a
    /// shorter way, one by one.
    ///
    /// # Errors
    /// As [`Assets::find_by_ids`].
    async fn find_by_ids(&self, ids: &[Id<A::Marker>]) -> Result<Vec<A>, Error> {
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            found.extend(self.find_by_id(id).await?);
        }
        Ok(found)
    }

    /// Deletes the object. Archiving is something else.
    ///
    /// # Errors
    /// As [`Assets::delete`]; [`Error::is_invalid_request`] where the vendor's reference lists no such
    /// operation, as for the following ones.
    async fn delete(&self, _id: &Id<A::Marker>) -> Result<(), Error> {
        Err(no_such_operation("delete"))
    }

    /// Archives these objects.
    ///
    /// # Errors
    /// As [`AnyAssets::archive`](crate::AnyAssets::archive).
    async fn archive(&self, _ids: &[Id<A::Marker>]) -> Result<(), Error> {
        Err(no_such_operation("archive"))
    }

    /// Brings these objects back.
    ///
    /// # Errors
    /// As [`AnyAssets::unarchive`](crate::AnyAssets::unarchive).
    async fn unarchive(&self, _ids: &[Id<A::Marker>]) -> Result<(), Error> {
        Err(no_such_operation("unarchive"))
    }

    /// Moves these objects: funnels to a funnel group, anything else to a category (`None` is
    /// *uncategorised*).
    ///
    /// # Errors
    /// As [`AnyAssets::move_to`](crate::AnyAssets::move_to).
    async fn move_to(&self, _ids: &[Id<A::Marker>], _to: Option<AssetId>) -> Result<(), Error> {
        Err(no_such_operation("move"))
    }

    /// Has the server copy the object.
    ///
    /// # Errors
    /// As [`AnyAssets::duplicate`](crate::AnyAssets::duplicate).
    async fn duplicate(
        &self,
        _id: &Id<A::Marker>,
        _request: &A::CopyRequest,
    ) -> Result<Accepted, Error> {
        Err(no_such_operation("duplicate"))
    }
}

fn no_such_operation(name: &str) -> Error {
    Error::invalid_request(format!("this implementation of the assets cannot {name}"))
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

    async fn find_by_ids(&self, ids: &[Id<A::Marker>]) -> Result<Vec<A>, Error> {
        let found = self.by_name()?.find_by_ids(&untyped(ids)).await?;
        Ok(found.into_iter().map(A::from_document).collect())
    }

    async fn delete(&self, id: &Id<A::Marker>) -> Result<(), Error> {
        self.by_name()?.delete(&id.untyped()).await.map(drop)
    }

    async fn archive(&self, ids: &[Id<A::Marker>]) -> Result<(), Error> {
        self.by_name()?.archive(&untyped(ids)).await
    }

    async fn unarchive(&self, ids: &[Id<A::Marker>]) -> Result<(), Error> {
        self.by_name()?.unarchive(&untyped(ids)).await
    }

    async fn move_to(&self, ids: &[Id<A::Marker>], to: Option<AssetId>) -> Result<(), Error> {
        self.by_name()?.move_to(&untyped(ids), to.as_ref()).await
    }

    async fn duplicate(
        &self,
        id: &Id<A::Marker>,
        request: &A::CopyRequest,
    ) -> Result<Accepted, Error> {
        let request = serde_json::value::to_raw_value(request)
            .map_err(BoxError::from)
            .and_then(|json| Ok(Document::from_raw(json)?))
            .map_err(|cause| Error::invalid_request("the request to copy").with_source(cause))?;
        let copied = self.by_name()?.duplicate(&id.untyped(), &request).await?;
        Ok(copied.into_inner())
    }
}

fn untyped<T>(ids: &[Id<T>]) -> Vec<AssetId> {
    ids.iter().map(|id| id.untyped()).collect()
}
