//! The bulk methods of one kind of assets.

use funnelflux_id::Id;
use funnelflux_model::ledger::Identified;
use funnelflux_transport::{BoxError, Response};

use super::{BulkOptions, BulkReport, once, repeated, still_there};
use crate::Accepted;
use crate::capability::{Archive, Create, FindById, Update};
use crate::collection::{Assets, Created, Edited, id_of};

impl<A: Create + FindById + Sync> Assets<A> {
    /// Makes all of these, each [surely](Assets::create_surely): an id that is there already after
    /// a lost answer is not made twice. An id that stands twice is refused the second time.
    pub async fn create_all(&self, assets: &[A], options: BulkOptions) -> BulkReport<Created> {
        options
            .run(assets.iter().zip(again(assets)), async |(asset, again)| {
                once(again, asset.asset_id_text())?;
                self.create_surely(asset).await
            })
            .await
    }

    /// Makes those of these that are not there yet: for going on after a run that was cut off.
    /// `None` stands for one that was there. An id that stands twice is refused the second time.
    pub async fn create_missing(
        &self,
        assets: &[A],
        options: BulkOptions,
    ) -> BulkReport<Option<Created>> {
        options
            .run(assets.iter().zip(again(assets)), async |(asset, again): (&A, _)| {
                once(again, asset.asset_id_text())?;
                let id = id_of(asset)?;
                match self.try_find_by_id(&id).await? {
                    Some(found) => still_there(found.document()).map(|()| None),
                    None => self.create_surely(asset).await.map(Some),
                }
            })
            .await
    }
}

fn again<A: Identified>(assets: &[A]) -> Vec<bool> {
    repeated(assets.iter().map(|asset| asset.asset_id().ok().flatten().map(|id| id.untyped())))
}

impl<A: FindById + Sync> Assets<A> {
    /// Finds all of these one by one, where each needs a result of its own.
    pub async fn find_all(&self, ids: &[Id<A::Marker>], options: BulkOptions) -> BulkReport<A> {
        options
            .run(ids.iter(), async |id| self.find_by_id(id).await.map(Response::into_inner))
            .await
    }
}

impl<A: Update + FindById + Sync> Assets<A> {
    /// Reads, changes and saves all of these; what does not change is not sent. An id that stands
    /// twice is refused the second time: two edits at once would undo each other.
    pub async fn edit_all<F>(
        &self,
        ids: &[Id<A::Marker>],
        change: F,
        options: BulkOptions,
    ) -> BulkReport<Edited<A>>
    where
        F: Fn(&mut A) -> Result<(), BoxError>,
    {
        let again = repeated(ids.iter().map(|id| Some(id.as_str())));
        options
            .run(ids.iter().zip(again), async |(id, again)| {
                once(again, id)?;
                self.edit(id, &change).await
            })
            .await
    }
}

impl<A: Archive + Sync> Assets<A> {
    /// Archives all of these, one request each, where each needs a result of its own. To archive
    /// several in one request see [`archive`](Assets::archive).
    pub async fn archive_all(
        &self,
        ids: &[Id<A::Marker>],
        options: BulkOptions,
    ) -> BulkReport<Accepted> {
        options
            .run(ids.iter(), async |id| {
                let one = std::slice::from_ref(id);
                self.archive(one).await.map(Response::into_inner)
            })
            .await
    }
}
