//! Assets by name, for programs that learn at run time what they work on: command lines, syncs,
//! backups. What an asset cannot do is an error here, where the typed [`Assets`](crate::Assets) would
//! not compile.

mod calls;

use std::fmt;

use funnelflux_id::AssetId;
use funnelflux_model::ledger::Member;
use funnelflux_model::{Document, ValidationError};
use funnelflux_transport::{BoxError, CallBuilder, Client, Error, Operation, Response};

use crate::accepted::Accepted;
use crate::assets::ENTRIES;
use crate::bulk::still_there;
use crate::collection::{Edited, IDS_PER_CALL, accepted, one_document, stored};
use crate::ids;
use crate::list::{ListFilter, objects, objects_of};

/// What can be done with an asset: the traits of [`capability`](crate::capability) as values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each is the trait of the same name")]
pub enum Capability {
    List,
    FindById,
    FindByIds,
    FindByStatus,
    FindByCategory,
    FindByType,
    Create,
    Update,
    Duplicate,
    Delete,
    Archive,
    Unarchive,
    Move,
    ArchiveOne,
    UnarchiveOne,
    MoveOne,
}

/// One kind of asset, as data.
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) id_query: &'static str,
    pub(crate) id_members: &'static [&'static str],
    pub(crate) name_members: &'static [&'static str],
    pub(crate) members: &'static [Member],
    pub(crate) info_members: &'static [Member],
    pub(crate) operations: &'static [(Capability, &'static Operation)],
    pub(crate) for_create: fn(Document) -> Result<Document, ValidationError>,
    pub(crate) for_save: fn(Document) -> Result<Document, ValidationError>,
    pub(crate) check_copy: fn(Document) -> Result<(), Error>,
}

/// All assets of a kind that is known by name: `ledger.by_name("offer-sources")`.
#[derive(Clone)]
pub struct AnyAssets {
    client: Client,
    entry: &'static Entry,
}

impl fmt::Debug for AnyAssets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnyAssets").field("name", &self.entry.name).finish_non_exhaustive()
    }
}

impl AnyAssets {
    pub(crate) fn find(client: &Client, name: &str) -> Option<Self> {
        let entry = ENTRIES.iter().find(|entry| entry.name == name)?;
        Some(Self { client: client.clone(), entry })
    }

    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        ENTRIES.iter().map(|entry| entry.name)
    }

    /// What these assets are called: `offer-sources`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.entry.name
    }

    /// The members that may hold the id, in order of belief.
    #[must_use]
    pub fn id_members(&self) -> &'static [&'static str] {
        self.entry.id_members
    }

    /// The members that may hold the name, in order of belief.
    #[must_use]
    pub fn name_members(&self) -> &'static [&'static str] {
        self.entry.name_members
    }

    /// Every member that is known by name, with its grade.
    #[must_use]
    pub fn members(&self) -> &'static [Member] {
        self.entry.members
    }

    /// Every member of the slim objects of lists that is known by name, with its grade.
    #[must_use]
    pub fn info_members(&self) -> &'static [Member] {
        self.entry.info_members
    }

    /// The operation for this, if the vendor's reference lists one.
    #[must_use]
    pub fn operation(&self, capability: Capability) -> Option<&'static Operation> {
        let mut operations = self.entry.operations.iter();
        operations.find(|(c, _)| *c == capability).map(|(_, operation)| *operation)
    }

    /// The id that an object of this kind carries.
    #[must_use]
    pub fn id_of(&self, object: &Document) -> Option<AssetId> {
        let mut members = self.entry.id_members.iter();
        members.find_map(|name| object.read::<String>(name).ok()??.parse().ok())
    }

    /// What stands in each member that may hold the id.
    fn ids_of(&self, object: &Document) -> Vec<Option<String>> {
        let members = self.entry.id_members.iter();
        members.map(|name| object.get(name).map(|json| json.get().to_owned())).collect()
    }

    /// The name that an object of this kind carries.
    #[must_use]
    pub fn name_of(&self, object: &Document) -> Option<String> {
        self.entry.name_members.iter().find_map(|name| object.read::<String>(name).ok()?)
    }

    fn call(&self, capability: Capability) -> Result<CallBuilder<'_>, Error> {
        let operation = self.operation(capability).ok_or_else(|| {
            Error::invalid_request(format!(
                "{}: the vendor's reference lists no such operation for them ({capability:?})",
                self.entry.name
            ))
        })?;
        Ok(self.client.call(operation))
    }

    fn call_with_id(&self, capability: Capability, id: &AssetId) -> Result<CallBuilder<'_>, Error> {
        Ok(self.call(capability)?.query(self.entry.id_query, id))
    }

    /// The slim objects that the server lists.
    ///
    /// # Errors
    /// As any call.
    pub async fn list(&self, filter: &ListFilter) -> Result<Response<Vec<Document>>, Error> {
        let call = self.call(Capability::List)?;
        let call = filter.pairs.iter().fold(call, |call, (name, value)| call.query(name, value));
        objects_of(call.send().await?, filter.in_part)
    }

    /// The whole object of this id.
    ///
    /// # Errors
    /// [`Error::is_not_found`] when there is none; else as any call.
    pub async fn find_by_id(&self, id: &AssetId) -> Result<Response<Document>, Error> {
        let answer = self.call_with_id(Capability::FindById, id)?.send().await?;
        one_document(answer, id.as_str(), self.entry.id_members)
    }

    /// The whole object of this id, or `None`.
    ///
    /// # Errors
    /// As any call.
    pub async fn try_find_by_id(&self, id: &AssetId) -> Result<Option<Document>, Error> {
        match self.find_by_id(id).await {
            Ok(found) => Ok(Some(found.into_inner())),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The whole objects of these ids, as far as there are any, in the server's order.
    ///
    /// # Errors
    /// As any call.
    pub async fn find_by_ids(&self, ids: &[AssetId]) -> Result<Vec<Document>, Error> {
        let mut found = Vec::with_capacity(ids.len());
        for ids in ids.chunks(IDS_PER_CALL) {
            let parameter = ids::list_parameter(self.entry.id_query);
            let call = self.call(Capability::FindByIds)?;
            let answer = call.query(&parameter, ids::comma_separated(ids)).send().await?;
            for document in objects(answer)?.into_inner() {
                found.push(stored(document, ids, self.entry.id_members)?);
            }
        }
        Ok(found)
    }

    /// The slim objects of this status, category or funnel type, as the capability says.
    ///
    /// # Errors
    /// As any call; [`Error::is_invalid_request`] for a capability that is no such look-up.
    pub async fn find_by(
        &self,
        capability: Capability,
        value: &str,
    ) -> Result<Response<Vec<Document>>, Error> {
        let parameter = match capability {
            Capability::FindByStatus => "status",
            Capability::FindByCategory => "idCategory",
            Capability::FindByType => "funnelType",
            other => {
                return Err(Error::invalid_request(format!("{other:?} finds nothing by a value")));
            }
        };
        objects(self.call(capability)?.query(parameter, value).send().await?)
    }

    /// Makes the object under the id it carries, and where the answer is lost looks the id up before
    /// sending it again. Whether an answer was lost comes back.
    ///
    /// # Errors
    /// As any call; ambiguous only if looking the id up did not settle it.
    pub async fn create_surely(&self, object: &Document) -> Result<bool, Error> {
        let lost = match accepted(self.create_call(object)?).await {
            Ok(_) => return Ok(false),
            Err(error) if error.is_ambiguous() => error,
            Err(error) => return Err(error),
        };
        let Some(id) = self.id_of(object) else { return Err(lost) };
        match self.try_find_by_id(&id).await {
            Ok(Some(found)) => still_there(&found).map(|()| true),
            Ok(None) => match accepted(self.create_call(object)?).await {
                Ok(_) => Ok(true),
                // The first one may have come late, and the second is refused for it.
                Err(error) => match self.try_find_by_id(&id).await {
                    Ok(Some(found)) => still_there(&found).map(|()| true),
                    Ok(None) => Err(error),
                    Err(_) => Err(lost),
                },
            },
            // The doubt stays, and the first error says what it is about.
            Err(_) => Err(lost),
        }
    }

    /// Saves the whole object over the present one.
    ///
    /// # Errors
    /// As any call.
    pub async fn update(&self, object: &Document) -> Result<Response<Accepted>, Error> {
        accepted(self.update_call(object)?).await
    }

    /// Reads the object, lets `change` change it, and saves it if it changed.
    ///
    /// # Errors
    /// What `change` says, as [`Error::is_invalid_request`]; the same where it changes the id, since
    /// the object would be saved over another one; else as any call.
    pub async fn edit<F>(&self, id: &AssetId, change: F) -> Result<Edited<Document>, Error>
    where
        F: FnOnce(&mut Document) -> Result<(), BoxError>,
    {
        let mut object = self.find_by_id(id).await?.into_inner();
        let before = self.ids_of(&object);
        change(&mut object).map_err(|cause| {
            Error::invalid_request("the change cannot be made").with_source(cause)
        })?;
        if self.ids_of(&object) != before {
            return Err(Error::invalid_request(format!(
                "{}: the change gives the object {id} another id; under that it would be saved \
                 over another object (nothing was sent)",
                self.entry.id_members.join(" or ")
            )));
        }
        let changed = object.changed_members();
        if !changed.is_empty() {
            self.update(&object).await?;
            object.mark_saved();
        }
        Ok(Edited { asset: object, changed })
    }

    /// Has the server copy the object as `request` says.
    ///
    /// # Errors
    /// As any call; [`Error::is_ambiguous`] when the answer was lost: there may be a copy then.
    pub async fn duplicate(
        &self,
        id: &AssetId,
        request: &Document,
    ) -> Result<Response<Accepted>, Error> {
        accepted(self.duplicate_call(id, request)?).await
    }

    /// Deletes the object. Archiving is something else.
    ///
    /// # Errors
    /// As any call.
    pub async fn delete(&self, id: &AssetId) -> Result<Response<Accepted>, Error> {
        accepted(self.delete_call(id)?).await
    }

    /// Archives these objects: in one call, or one by one where the API has only that.
    ///
    /// # Errors
    /// As any call; an empty list is refused. Where it is one by one, those before the failed one
    /// are archived: [`archive_all`](Self::archive_all) tells of each.
    pub async fn archive(&self, ids: &[AssetId]) -> Result<(), Error> {
        all_accepted(self.archive_calls(ids)?).await
    }

    /// Brings these objects back, as [`archive`](Self::archive) does.
    ///
    /// # Errors
    /// As [`archive`](Self::archive).
    pub async fn unarchive(&self, ids: &[AssetId]) -> Result<(), Error> {
        all_accepted(self.unarchive_calls(ids)?).await
    }

    /// Moves these objects: funnels to a funnel group, anything else to a category (`None` is
    /// *uncategorised*).
    ///
    /// # Errors
    /// As [`archive`](Self::archive); a funnel without a group is refused.
    pub async fn move_to(&self, ids: &[AssetId], to: Option<&AssetId>) -> Result<(), Error> {
        all_accepted(self.move_calls(ids, to)?).await
    }
}

async fn all_accepted(calls: Vec<CallBuilder<'_>>) -> Result<(), Error> {
    for call in calls {
        accepted(call).await?;
    }
    Ok(())
}
