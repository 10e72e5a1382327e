//! Many objects, each with a result of its own.

use funnelflux_id::AssetId;
use funnelflux_transport::{BoxError, Response};

use super::{Assets, Created, Edited};
use crate::bulk::{BulkOptions, BulkReport};
use crate::kind::{AnyId as _, AnyKind, Has, verb};

impl<K: AnyKind> Assets<K> {
    /// Creates each of these as [`create`](Self::create) does; a repeated id is refused.
    pub async fn create_all<'a>(
        &self,
        objects: impl IntoIterator<Item = &'a K::Object>,
        options: BulkOptions,
    ) -> BulkReport<Created>
    where
        K: Has<verb::Create> + Has<verb::FindById>,
    {
        let (all, objects) = (self.with_patience(options.patience), self.with_ids(objects));
        options.run_once_each(&objects, async |object: &K::Object| all.create(object).await).await
    }

    /// Creates each of these as [`create_if_missing`](Self::create_if_missing) does: to continue a
    /// run that was cut off. `None` stands for an object that existed. A repeated id is refused.
    pub async fn create_missing<'a>(
        &self,
        objects: impl IntoIterator<Item = &'a K::Object>,
        options: BulkOptions,
    ) -> BulkReport<Option<Created>>
    where
        K: Has<verb::Create> + Has<verb::FindById>,
    {
        let (all, objects) = (self.with_patience(options.patience), self.with_ids(objects));
        let work = async |object: &K::Object| all.create_if_missing(object).await;
        options.run_once_each(&objects, work).await
    }

    fn with_ids<'a>(
        &self,
        objects: impl IntoIterator<Item = &'a K::Object>,
    ) -> Vec<(Option<AssetId>, &'a K::Object)> {
        objects.into_iter().map(|object| (self.id_of(object), object)).collect()
    }

    /// Finds all of these one by one, where each needs a result of its own.
    pub async fn find_all(&self, ids: &[K::Id], options: BulkOptions) -> BulkReport<K::Object>
    where
        K: Has<verb::FindById>,
    {
        let all = self.with_patience(options.patience);
        options.run(ids.iter(), async |id| all.find_by_id(id).await.map(Response::into_inner)).await
    }

    /// Reads, changes and saves all of these; unchanged objects are not sent. An id that is in the
    /// list twice is refused the second time: two edits at once would undo each other.
    pub async fn edit_all<F>(
        &self,
        ids: &[K::Id],
        change: F,
        options: BulkOptions,
    ) -> BulkReport<Edited<K::Object>>
    where
        K: Has<verb::Update> + Has<verb::FindById>,
        F: Fn(&mut K::Object) -> Result<(), BoxError>,
    {
        let edits: Vec<(K::Id, ())> = ids.iter().map(|id| (*id, ())).collect();
        self.edit_each(&edits, |object, ()| change(object), options).await
    }

    /// [`edit_all`](Self::edit_all) with a change of its own for each object.
    pub async fn edit_each<C, F>(
        &self,
        edits: &[(K::Id, C)],
        change: F,
        options: BulkOptions,
    ) -> BulkReport<Edited<K::Object>>
    where
        K: Has<verb::Update> + Has<verb::FindById>,
        F: Fn(&mut K::Object, &C) -> Result<(), BoxError>,
    {
        let edits: Vec<_> = edits.iter().map(|edit| (Some(edit.0.untyped()), edit)).collect();
        let all = self.with_patience(options.patience);
        let work =
            async |(id, what): &(K::Id, C)| all.edit(id, |object| change(object, what)).await;
        options.run_once_each(&edits, work).await
    }
}
