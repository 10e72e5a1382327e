//! The asset engine: every operation of every kind, on documents.

mod bulk;
mod calls;

use std::time::Duration;

use funnelflux_contract::{AssetKind, Verb};
use funnelflux_id::AssetId;
use funnelflux_model::Document;
use funnelflux_transport::{
    Accepted, BoxError, CallBuilder, CallOptions, Client, Error, Operation, Response,
};

use crate::list::{ListFilter, list};
use crate::object::{not_deleted, object, stored};
use crate::writes::Writes;

/// The number of ids in one address: 100 ids are 1,300 characters, far below the usual limit of
/// 8,000.
const IDS_PER_CALL: usize = 100;

/// All assets of a kind that is chosen at run time: `ledger.dynamic("offer-sources")`. For command
/// lines, synchronisation and backups.
///
/// An operation that the kind does not have is an error here; with the typed
/// [`Assets`](crate::Assets) it does not compile. A call can fail as every call does; a method names
/// the errors that it adds. The rules of the kind are checked before an object is sent, and
/// [`Error::is_invalid_request`] names every broken one.
#[derive(Clone, Debug)]
pub struct DynamicAssets {
    client: Client,
    kind: &'static AssetKind,
    options: CallOptions,
}

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

impl DynamicAssets {
    /// Creates the assets of `kind`, called through `client`.
    pub fn new(client: Client, kind: &'static AssetKind) -> Self {
        Self { client, kind, options: CallOptions::new() }
    }

    /// Returns the same assets with calls that wait so long for a throttled account; see
    /// [`CallOptions::with_patience`]. The bulk methods take it from their options.
    #[must_use]
    pub fn with_patience(&self, patience: impl Into<Option<Duration>>) -> Self {
        Self { options: self.options.clone().with_patience(patience), ..self.clone() }
    }

    /// Returns the kind, with its name, members and operations.
    pub fn kind(&self) -> &'static AssetKind {
        self.kind
    }

    /// Returns the id that an object of this kind carries, if it is a valid one.
    pub fn id_of(&self, object: &Document) -> Option<AssetId> {
        let mut members = self.kind.id_members.iter();
        members.find_map(|name| object.read::<String>(name).ok()??.parse().ok())
    }

    /// Returns the name that an object of this kind carries.
    pub fn name_of(&self, object: &Document) -> Option<String> {
        self.kind.name_members.iter().find_map(|name| object.read::<String>(name).ok()?)
    }

    fn valid_id_of(&self, object: &Document) -> Result<AssetId, Error> {
        self.id_of(object).ok_or_else(|| {
            Error::invalid_request(format!(
                "{}: the object carries no id of 12 characters",
                self.kind.id_members.join(" or ")
            ))
        })
    }

    fn operation(&self, verb: Verb) -> Result<&'static Operation, Error> {
        self.kind.operation(verb).ok_or_else(|| {
            Error::invalid_request(format!(
                "{}: the vendor's reference lists no operation `{verb}` for them",
                self.kind.name
            ))
        })
    }

    pub(crate) fn call(&self, verb: Verb) -> Result<CallBuilder<'_>, Error> {
        Ok(self.client.call(self.operation(verb)?).with_options(self.options.clone()))
    }

    /// The call with its first parameter, which is what it asks for.
    pub(crate) fn call_with(&self, verb: Verb, value: &str) -> Result<CallBuilder<'_>, Error> {
        let operation = self.operation(verb)?;
        let asked = operation.query().first().ok_or_else(|| {
            Error::local(format!("{}: the contract has no parameter for it", operation.id()))
        })?;
        Ok(self.call(verb)?.query(asked.name, value))
    }

    /// Lists the slim objects: all of them, as far as the answer says.
    ///
    /// # Errors
    /// [`Error::is_invalid_request`] for a filter that the kind's list does not have;
    /// [`Error::is_decode`] for objects that the filter leaves out, and for an answer that says that it
    /// is cut, unless the filter asks for a [part](ListFilter::part).
    pub async fn list(&self, filter: &ListFilter) -> Result<Response<Vec<Document>>, Error> {
        list(self.call(Verb::List)?, self.operation(Verb::List)?, filter).await
    }

    /// Finds the whole object of this id.
    ///
    /// # Errors
    /// [`Error::is_not_found`] when there is none; else as any call.
    pub async fn find_by_id(&self, id: &AssetId) -> Result<Response<Document>, Error> {
        object(self.call_with(Verb::FindById, id.as_str())?, id, self.kind).await
    }

    /// Finds the whole object of this id; `None` when there is none.
    pub async fn try_find_by_id(&self, id: &AssetId) -> Result<Option<Document>, Error> {
        match self.find_by_id(id).await {
            Ok(found) => Ok(Some(found.into_inner())),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Finds the whole objects of these ids, in the server's order, a hundred in a call; ids without an
    /// object are left out. Nothing is returned if one of the calls fails.
    pub async fn find_by_ids(&self, ids: &[AssetId]) -> Result<Vec<Document>, Error> {
        let mut found = Vec::with_capacity(ids.len());
        for ids in ids.chunks(IDS_PER_CALL) {
            let joined = ids.iter().map(AssetId::as_str).collect::<Vec<_>>().join(",");
            let call = self.call_with(Verb::FindByIds, &joined)?;
            let answer = list(call, self.operation(Verb::FindByIds)?, &ListFilter::new()).await?;
            for document in answer.into_inner() {
                found.push(stored(document, ids, self.kind)?);
            }
        }
        Ok(found)
    }

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
        let operation = self.operation(verb)?;
        let asked = operation.query().first().map(|member| member.name);
        let filter = asked.into_iter().fold(filter, |filter, name| filter.named(name, value));
        list(self.call(verb)?, operation, &filter).await
    }

    /// Creates the object under the id it carries, once whatever the network does: after a lost answer
    /// it is looked up by its id before it is sent again. [`Error::is_ambiguous`] only if that did not
    /// settle it.
    pub async fn create(&self, object: &Document) -> Result<Created, Error> {
        let lost = match self.create_call(object)?.send_write().await {
            Ok(answer) => return Ok(Created { answer: Some(answer), was_lost: false }),
            Err(error) if error.is_ambiguous() => error,
            Err(error) => return Err(error),
        };
        let Some(id) = self.id_of(object) else { return Err(lost) };
        tracing::debug!(kind = self.kind.name, "create answer lost: looking up the id");
        let found = |object: Document| {
            not_deleted(&object).map(|()| Created { answer: None, was_lost: true })
        };
        match self.try_find_by_id(&id).await {
            Ok(Some(object)) => found(object),
            Ok(None) => match self.create_call(object)?.send_write().await {
                Ok(answer) => Ok(Created { answer: Some(answer), was_lost: true }),
                // The first request may have arrived late, and the second was refused for it.
                Err(error) => match self.try_find_by_id(&id).await {
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
    pub async fn create_if_missing(&self, object: &Document) -> Result<Option<Created>, Error> {
        match self.try_find_by_id(&self.valid_id_of(object)?).await? {
            Some(found) => not_deleted(&found).map(|()| None),
            None => self.create(object).await.map(Some),
        }
    }

    /// Saves the whole object over the present one. Members unknown to this SDK are sent unchanged;
    /// what the server manages itself is left out.
    pub async fn update(&self, object: &Document) -> Result<Response<Accepted>, Error> {
        self.update_call(object)?.send_write().await
    }

    /// Reads the object, lets `change` change it, and saves it if it changed.
    ///
    /// # Errors
    /// [`Error::is_invalid_request`] with the error of `change`, and for a changed id, by which the
    /// object would be saved over another one.
    pub async fn edit(
        &self,
        id: &AssetId,
        change: impl FnOnce(&mut Document) -> Result<(), BoxError>,
    ) -> Result<Edited<Document>, Error> {
        let mut object = self.find_by_id(id).await?.into_inner();
        change(&mut object).map_err(|cause| {
            Error::invalid_request("the change cannot be made").with_source(cause)
        })?;
        let changed = object.changed_members();
        if !changed.is_empty() {
            self.update(&object).await?;
            object.mark_saved();
        }
        Ok(Edited { asset: object, changed })
    }

    /// Has the server copy the object as `request` says. The server makes the copy's id.
    /// A copy may exist after a lost answer ([`Error::is_ambiguous`]).
    pub async fn duplicate(
        &self,
        id: &AssetId,
        request: &Document,
    ) -> Result<Response<Accepted>, Error> {
        self.duplicate_call(id, request)?.send_write().await
    }

    /// Deletes these objects, one request each. Archiving is a different operation.
    pub fn delete(&self, ids: &[AssetId]) -> Writes<'_> {
        Writes::new(self, Verb::Delete, ids, None)
    }

    /// Archives these objects: in one request, or in one each where the API takes only one id.
    pub fn archive(&self, ids: &[AssetId]) -> Writes<'_> {
        Writes::new(self, Verb::Archive, ids, None)
    }

    /// Takes these objects out of the archive, as [`archive`](Self::archive) puts them there.
    pub fn unarchive(&self, ids: &[AssetId]) -> Writes<'_> {
        Writes::new(self, Verb::Unarchive, ids, None)
    }

    /// Moves these objects: funnels to a funnel group, one request each; all others to a category
    /// (`None` is *uncategorised*), in one request.
    pub fn move_to(&self, ids: &[AssetId], to: Option<&AssetId>) -> Writes<'_> {
        Writes::new(self, Verb::Move, ids, to.copied())
    }
}
