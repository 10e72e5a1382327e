//! Many objects, each with a result of its own.

use funnelflux_id::AssetId;
use funnelflux_model::Document;
use funnelflux_model::ledger::Model as _;
use funnelflux_transport::BoxError;

use super::{Assets, changed, untyped};
use crate::bulk::{BulkOptions, BulkReport};
use crate::dynamic::{Created, Edited};
use crate::kind::{IdOf, Kind, Supports, verb};

impl<K: Kind> Assets<K> {
    /// Creates all of these, each as [`create`](Self::create) does. An id that is in the list twice
    /// is refused the second time.
    pub async fn create_all(&self, assets: &[K::Model], options: BulkOptions) -> BulkReport<Created>
    where
        K: Supports<verb::Create> + Supports<verb::FindById>,
    {
        self.all.create_all(assets.iter().map(K::Model::document), options).await
    }

    /// Creates those of these that do not exist yet: to continue a run that was cut off. `None`
    /// stands for an object that existed. An id that is in the list twice is refused the second
    /// time.
    pub async fn create_missing(
        &self,
        assets: &[K::Model],
        options: BulkOptions,
    ) -> BulkReport<Option<Created>>
    where
        K: Supports<verb::Create> + Supports<verb::FindById>,
    {
        self.all.create_missing(assets.iter().map(K::Model::document), options).await
    }

    /// Finds all of these one by one, where each needs a result of its own.
    pub async fn find_all(&self, ids: &[IdOf<K>], options: BulkOptions) -> BulkReport<K::Model>
    where
        K: Supports<verb::FindById>,
    {
        self.all.find_all(&untyped(ids), options).await.map(K::Model::from_document)
    }

    /// Reads, changes and saves all of these; unchanged objects are not sent. An id that is in the
    /// list twice is refused the second time: two edits at once would undo each other.
    pub async fn edit_all<F>(
        &self,
        ids: &[IdOf<K>],
        change: F,
        options: BulkOptions,
    ) -> BulkReport<Edited<K::Model>>
    where
        K: Supports<verb::Update> + Supports<verb::FindById>,
        F: Fn(&mut K::Model) -> Result<(), BoxError>,
    {
        let change = |object: &mut Document| changed(object, &change);
        self.all.edit_all(&untyped(ids), change, options).await.map(Edited::into_model)
    }

    /// [`edit_all`](Self::edit_all) with a change of its own for each object.
    pub async fn edit_each<C, F>(
        &self,
        edits: &[(IdOf<K>, C)],
        change: F,
        options: BulkOptions,
    ) -> BulkReport<Edited<K::Model>>
    where
        K: Supports<verb::Update> + Supports<verb::FindById>,
        F: Fn(&mut K::Model, &C) -> Result<(), BoxError>,
    {
        let edits: Vec<(AssetId, &C)> =
            edits.iter().map(|(id, what)| (id.untyped(), what)).collect();
        let change =
            |object: &mut Document, what: &&C| changed(object, |asset| change(asset, what));
        self.all.edit_each(&edits, change, options).await.map(Edited::into_model)
    }
}
