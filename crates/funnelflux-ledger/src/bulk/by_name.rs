//! The same for assets by name.

use funnelflux_id::AssetId;
use funnelflux_model::Document;
use funnelflux_transport::{BoxError, CallBuilder, Error, Response};

use super::{BulkOptions, BulkReport, once, repeated, still_there};
use crate::Accepted;
use crate::collection::{Edited, accepted};
use crate::untyped::AnyAssets;

impl AnyAssets {
    /// Makes all of these under the ids they carry, each [surely](AnyAssets::create_surely). A
    /// result says whether an answer was lost on the way. An id that stands twice is refused the
    /// second time.
    pub async fn create_all(&self, objects: &[Document], options: BulkOptions) -> BulkReport<bool> {
        let again = repeated(objects.iter().map(|object| self.id_of(object)));
        options
            .run(objects.iter().zip(again), async |(object, again)| {
                if again && let Some(id) = self.id_of(object) {
                    once(again, id)?;
                }
                self.create_surely(object).await
            })
            .await
    }

    /// Makes the object, unless one of its id is there already: then `false`.
    ///
    /// # Errors
    /// As any call; refused where an object of this id was made and deleted before.
    pub async fn create_if_missing(&self, object: &Document) -> Result<bool, Error> {
        Ok(self.surely_if_missing(object).await?.is_some())
    }

    async fn surely_if_missing(&self, object: &Document) -> Result<Option<bool>, Error> {
        let id = self.id_of(object).ok_or_else(|| {
            Error::invalid_request(format!(
                "{}: the object carries no id of 12 characters",
                self.id_members().join(" or ")
            ))
        })?;
        match self.try_find_by_id(&id).await? {
            Some(found) => still_there(&found).map(|()| None),
            None => self.create_surely(object).await.map(Some),
        }
    }

    /// Makes those of these that are not there yet: for going on after a run that was cut off.
    /// `None` stands for one that was there.
    pub async fn create_missing(
        &self,
        objects: &[Document],
        options: BulkOptions,
    ) -> BulkReport<Option<bool>> {
        let again = repeated(objects.iter().map(|object| self.id_of(object)));
        options
            .run(objects.iter().zip(again), async |(object, again)| {
                if again && let Some(id) = self.id_of(object) {
                    once(again, id)?;
                }
                self.surely_if_missing(object).await
            })
            .await
    }

    /// Finds all of these one by one, where each needs a result of its own.
    pub async fn find_all(&self, ids: &[AssetId], options: BulkOptions) -> BulkReport<Document> {
        options
            .run(ids.iter(), async |id| self.find_by_id(id).await.map(Response::into_inner))
            .await
    }

    /// Reads, changes and saves all of these; what does not change is not sent. An id that stands
    /// twice is refused the second time: two edits at once would undo each other.
    pub async fn edit_all<F>(
        &self,
        ids: &[AssetId],
        change: F,
        options: BulkOptions,
    ) -> BulkReport<Edited<Document>>
    where
        F: Fn(&mut Document) -> Result<(), BoxError>,
    {
        let edits: Vec<(AssetId, ())> = ids.iter().map(|id| (*id, ())).collect();
        self.edit_each(&edits, |object, ()| change(object), options).await
    }

    /// [`edit_all`](Self::edit_all), where each object is to be changed in a way of its own.
    ///
    /// ```no_run
    /// # async fn example(ledger: funnelflux_ledger::Ledger) -> Result<(), Box<dyn std::error::Error>> {
    /// use funnelflux_ledger::BulkOptions;
    ///
    /// let sources = ledger.by_name("offer-sources").ok_or("no such assets")?;
    /// let names = [("2nIemJxCKbFX".parse()?, "Acme"), ("2n5JuOKWLTzd".parse()?, "Offers Inc")];
    /// let rename = |source: &mut funnelflux_model::Document, name: &&str| {
    ///     source.set("offerSourceName", *name)?;
    ///     Ok(())
    /// };
    /// let report = sources.edit_each(&names, rename, BulkOptions::new()).await;
    /// assert!(report.is_all_ok());
    /// # Ok(()) }
    /// ```
    pub async fn edit_each<C, F>(
        &self,
        edits: &[(AssetId, C)],
        change: F,
        options: BulkOptions,
    ) -> BulkReport<Edited<Document>>
    where
        F: Fn(&mut Document, &C) -> Result<(), BoxError>,
    {
        let again = repeated(edits.iter().map(|(id, _)| Some(id.as_str())));
        options
            .run(edits.iter().zip(again), async |((id, what), again)| {
                once(again, id)?;
                self.edit(id, |object| change(object, what)).await
            })
            .await
    }

    /// Deletes all of these, one request each: the API has no other way.
    pub async fn delete_all(&self, ids: &[AssetId], options: BulkOptions) -> BulkReport<Accepted> {
        each_once(ids, options, async |id| single(self.delete_call(&id)).await).await
    }

    /// Archives all of these, one request each, where each needs a result of its own. To archive
    /// several in as few requests as the API allows see [`archive`](Self::archive).
    pub async fn archive_all(&self, ids: &[AssetId], options: BulkOptions) -> BulkReport<Accepted> {
        each_once(ids, options, async |id| only(self.archive_calls(&[id])).await).await
    }

    /// Brings all of these back, as [`archive_all`](Self::archive_all) does.
    pub async fn unarchive_all(
        &self,
        ids: &[AssetId],
        options: BulkOptions,
    ) -> BulkReport<Accepted> {
        each_once(ids, options, async |id| only(self.unarchive_calls(&[id])).await).await
    }

    /// Moves all of these, one request each; see [`move_to`](Self::move_to).
    pub async fn move_all(
        &self,
        ids: &[AssetId],
        to: Option<&AssetId>,
        options: BulkOptions,
    ) -> BulkReport<Accepted> {
        each_once(ids, options, async |id| only(self.move_calls(&[id], to)).await).await
    }
}

/// An id that stands twice is refused the second time.
async fn each_once<F>(
    ids: &[AssetId],
    options: BulkOptions,
    work: impl Fn(AssetId) -> F,
) -> BulkReport<Accepted>
where
    F: Future<Output = Result<Accepted, Error>>,
{
    let again = repeated(ids.iter().map(|id| Some(id.as_str())));
    options
        .run(ids.iter().zip(again), |(id, again)| {
            let work = work(*id);
            async move {
                once(again, id)?;
                work.await
            }
        })
        .await
}

async fn single(call: Result<CallBuilder<'_>, Error>) -> Result<Accepted, Error> {
    accepted(call?).await.map(Response::into_inner)
}

/// One object comes to one call.
async fn only(calls: Result<Vec<CallBuilder<'_>>, Error>) -> Result<Accepted, Error> {
    let call = calls?.pop().ok_or_else(|| Error::local("one object came to no call"));
    single(call).await
}
