//! The methods of the operation family, each written once for all assets.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use funnelflux_id::Id;
use funnelflux_model::ledger::Identified;
use funnelflux_model::{Document, ValidationError};
use funnelflux_transport::bytes::Bytes;
use funnelflux_transport::{CallBuilder, Client, Error, Operation, Response};
use serde_json::value::RawValue;

use crate::accepted::Accepted;
use crate::bulk::still_there;
use crate::capability::{
    Archive, ArchiveOne, CopyRequest as _, Create, Delete, Duplicate, FindByCategory, FindById,
    FindByIds, FindByStatus, FindByType, Kind, List, Move, MoveOne, Unarchive, UnarchiveOne,
    Update,
};
use crate::ids;
use crate::list::{ListFilter, infos, objects, objects_of};
use crate::refusal::refusal;
use crate::untyped::AnyAssets;

/// All assets of one kind: `ledger.offer_sources()`. Only what the vendor's reference lists for
/// that kind compiles.
pub struct Assets<A> {
    client: Client,
    kind: PhantomData<fn() -> A>,
}

impl<A> Clone for Assets<A> {
    fn clone(&self) -> Self {
        Self { client: self.client.clone(), kind: PhantomData }
    }
}

impl<A> fmt::Debug for Assets<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Assets").field("client", &self.client).finish()
    }
}

impl<A: Kind> Assets<A> {
    /// Calls through `client`.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self { client, kind: PhantomData }
    }

    pub(crate) fn by_name(&self) -> Result<AnyAssets, Error> {
        AnyAssets::find(&self.client, A::NAME)
            .ok_or_else(|| Error::local(format!("{}: not in the table of assets", A::NAME)))
    }

    fn call(&self, operation: &'static Operation) -> CallBuilder<'_> {
        self.client.call(operation)
    }

    fn call_with_id(&self, operation: &'static Operation, id: &Id<A::Marker>) -> CallBuilder<'_> {
        self.call(operation).query(A::ID_QUERY, id)
    }
}

impl<A: List> Assets<A> {
    /// The slim objects that the server lists: all of them, as far as its answer tells.
    ///
    /// # Errors
    /// Every way a call can fail; [`Error::is_decode`] for an answer that says that it is cut, unless
    /// the filter asks for a [part](ListFilter::part).
    pub async fn list(&self, filter: &ListFilter) -> Result<Response<Vec<A::Info>>, Error> {
        let call = filter
            .pairs
            .iter()
            .fold(self.call(A::LIST), |call, (name, value)| call.query(name, value));
        Ok(objects_of(call.send().await?, filter.in_part)?.map(infos::<A>))
    }
}

impl<A: FindById> Assets<A> {
    /// The whole object of this id.
    ///
    /// # Errors
    /// [`Error::is_not_found`] when there is none; else as any call.
    pub async fn find_by_id(&self, id: &Id<A::Marker>) -> Result<Response<A>, Error> {
        let answer = self.call_with_id(A::FIND_BY_ID, id).send().await?;
        Ok(one_document(answer, id.as_str(), A::ID_MEMBERS)?.map(A::from_document))
    }

    /// The whole object of this id, or `None`.
    ///
    /// # Errors
    /// As any call.
    pub async fn try_find_by_id(&self, id: &Id<A::Marker>) -> Result<Option<A>, Error> {
        match self.find_by_id(id).await {
            Ok(found) => Ok(Some(found.into_inner())),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The object of this id, or that there is none: a 404, or (inferred) an empty answer, `null`, `{}`.
///
/// Anything else is no object: the name of the parameter that carries the id is a guess, and what a
/// server answers that ignores it must not be saved over.
pub(crate) fn one_document(
    answer: Response<Bytes>,
    id: &str,
    id_members: &[&str],
) -> Result<Response<Document>, Error> {
    let text = answer.trim_ascii();
    if matches!(text, b"" | b"null" | b"{}" | b"[]") {
        return Err(answer.error(Error::not_found(format!("there is nothing of id {id}"))));
    }
    answer.json::<Document>()?.try_map(|document| match refusal(&document) {
        Some(refusal) => Err(refusal),
        None => stored(document, &[id], id_members),
    })
}

/// The document as one that the server has, if it is about one of these ids.
pub(crate) fn stored(
    mut document: Document,
    ids: &[impl AsRef<str>],
    id_members: &[&str],
) -> Result<Document, Error> {
    let mut told = id_members.iter().filter_map(|name| document.get(name)).peekable();
    let is_one = |json: &RawValue| {
        let text = serde_json::from_str::<Cow<'_, str>>(json.get());
        text.is_ok_and(|text| ids.iter().any(|id| id.as_ref() == text))
    };
    let is_about = match told.peek() {
        Some(_) => told.any(is_one),
        // The id's member may be called otherwise than we guess.
        None => document.members().any(|(_, value)| is_one(value)),
    };
    if is_about {
        document.mark_saved();
        return Ok(document);
    }
    let asked = match ids {
        [id] => format!("id {}", id.as_ref()),
        ids => format!("{} ids", ids.len()),
    };
    Err(Error::unexpected_answer(format!(
        "the answer is about something else than the {asked} that was asked for"
    ))
    .with_advice(
        "The names of the parameter and of the member that carry the id are guesses: see \
         `query_override` and `member_override`.",
    ))
}

/// Ids in one address: a hundred are 1,300 characters, far below every proxy's limit of 8,000.
pub(crate) const IDS_PER_CALL: usize = 100;

impl<A: FindByIds> Assets<A> {
    /// The whole objects of these ids, as far as there are any, in the server's order. More than a
    /// hundred are asked for a hundred at a time.
    ///
    /// # Errors
    /// As any call; nothing is returned if one of the calls fails.
    pub async fn find_by_ids(&self, ids: &[Id<A::Marker>]) -> Result<Vec<A>, Error> {
        let mut found = Vec::with_capacity(ids.len());
        for ids in ids.chunks(IDS_PER_CALL) {
            let call = self
                .call(A::FIND_BY_IDS)
                .query(&ids::list_parameter(A::ID_QUERY), ids::comma_separated(ids));
            let documents = objects(call.send().await?)?.into_inner();
            for document in documents {
                found.push(A::from_document(stored(document, ids, A::ID_MEMBERS)?));
            }
        }
        Ok(found)
    }
}

impl<A: FindByStatus> Assets<A> {
    /// The slim objects of this status.
    ///
    /// # Errors
    /// As any call.
    pub async fn find_by_status(&self, status: &str) -> Result<Response<Vec<A::Info>>, Error> {
        let answer = self.call(A::FIND_BY_STATUS).query("status", status).send().await?;
        Ok(objects(answer)?.map(infos::<A>))
    }
}

impl<A: FindByCategory> Assets<A> {
    /// The slim objects of this category.
    ///
    /// # Errors
    /// As any call.
    pub async fn find_by_category(
        &self,
        category: &Id<funnelflux_id::Category>,
    ) -> Result<Response<Vec<A::Info>>, Error> {
        let answer = self.call(A::FIND_BY_CATEGORY).query("idCategory", category).send().await?;
        Ok(objects(answer)?.map(infos::<A>))
    }
}

impl<A: FindByType> Assets<A> {
    /// The slim objects of this type.
    ///
    /// # Errors
    /// As any call.
    pub async fn find_by_type(&self, funnel_type: &str) -> Result<Response<Vec<A::Info>>, Error> {
        let answer = self.call(A::FIND_BY_TYPE).query("funnelType", funnel_type).send().await?;
        Ok(objects(answer)?.map(infos::<A>))
    }
}

#[cfg(feature = "id-generator")]
impl<A: Create> Assets<A> {
    /// A new asset of this name under an id made here and now, to fill in and
    /// [create](Self::create_surely). Nothing is sent.
    ///
    /// That the id is there before the first request is what makes a create repeatable: whatever
    /// becomes of the answer, the id can be looked up.
    ///
    /// ```no_run
    /// # async fn example(ledger: funnelflux_ledger::Ledger) -> Result<(), Box<dyn std::error::Error>> {
    /// let sources = ledger.offer_sources();
    /// let mut source = sources.draft("Acme network")?;
    /// source.set_postback_payout("payout");
    /// sources.create_surely(&source).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// When the system's clock is off by decades, or it has no randomness: no id can be made.
    pub fn draft(&self, name: &str) -> Result<A, Error> {
        let id =
            Id::generate().map_err(|cause| Error::local("no id can be made").with_source(cause))?;
        Ok(A::create(id, name))
    }
}

impl<A: Create> Assets<A> {
    /// Makes the object under the id it carries. Its rules are checked first, and nothing is sent
    /// if one is broken.
    ///
    /// # Errors
    /// [`Error::is_invalid_request`] naming every broken rule; [`Error::is_ambiguous`] when the
    /// answer was lost: see [`create_surely`](Self::create_surely).
    pub async fn create(&self, asset: &A) -> Result<Response<Accepted>, Error> {
        let document = asset.for_create().map_err(nothing_sent)?;
        accepted(self.call(A::CREATE).json(&document)).await
    }
}

impl<A: Create + FindById> Assets<A> {
    /// Makes the object, and where the answer is lost looks its id up before sending it again: the
    /// id is ours, so the object is made once whatever the network does.
    ///
    /// # Errors
    /// As [`create`](Self::create); ambiguous only if looking the id up did not settle it.
    pub async fn create_surely(&self, asset: &A) -> Result<Created, Error> {
        let lost = match self.create(asset).await {
            Ok(answer) => return Ok(Created { answer: Some(answer), was_lost: false }),
            Err(error) if error.is_ambiguous() => error,
            Err(error) => return Err(error),
        };
        let id = id_of(asset)?;
        tracing::debug!(operation = A::CREATE.id(), "answer lost: looking the id up");
        let found = |object: A| {
            still_there(object.document()).map(|()| Created { answer: None, was_lost: true })
        };
        match self.try_find_by_id(&id).await {
            Ok(Some(object)) => found(object),
            Ok(None) => match self.create(asset).await {
                Ok(answer) => Ok(Created { answer: Some(answer), was_lost: true }),
                // The first one may have come late, and the second is refused for it.
                Err(error) => match self.try_find_by_id(&id).await {
                    Ok(Some(object)) => found(object),
                    Ok(None) => Err(error),
                    Err(_) => Err(lost),
                },
            },
            // The doubt stays, and the first error says what it is about.
            Err(_) => Err(lost),
        }
    }
}

/// An object that is there now.
#[derive(Debug)]
#[non_exhaustive]
pub struct Created {
    /// The server's answer; `None` if it was lost and the object was found by its id.
    pub answer: Option<Response<Accepted>>,
    /// Whether an answer was lost on the way.
    pub was_lost: bool,
}

impl<A: Update> Assets<A> {
    /// Saves the whole object over the present one. What this SDK does not know of it is sent as it
    /// came; what the server manages itself is left out.
    ///
    /// # Errors
    /// [`Error::is_invalid_request`] naming every broken rule; else as any call.
    pub async fn update(&self, asset: &A) -> Result<Response<Accepted>, Error> {
        let document = asset.for_save().map_err(nothing_sent)?;
        accepted(self.call(A::UPDATE).json(&document)).await
    }
}

impl<A: Update + FindById> Assets<A> {
    /// Reads the object, lets `change` change it, and saves it if it changed.
    ///
    /// ```no_run
    /// # async fn example(ledger: funnelflux_ledger::Ledger, id: funnelflux_id::Id<funnelflux_id::OfferSource>)
    /// # -> Result<(), Box<dyn std::error::Error>> {
    /// let edited = ledger
    ///     .offer_sources()
    ///     .edit(&id, |source| {
    ///         source.set_name("Offers Inc");
    ///         Ok(())
    ///     })
    ///     .await?;
    /// println!("changed: {:?}", edited.changed);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// What `change` says, as [`Error::is_invalid_request`]; else as
    /// [`find_by_id`](Self::find_by_id) and [`update`](Self::update).
    pub async fn edit<F>(&self, id: &Id<A::Marker>, change: F) -> Result<Edited<A>, Error>
    where
        F: FnOnce(&mut A) -> Result<(), funnelflux_transport::BoxError>,
    {
        let mut asset = self.find_by_id(id).await?.into_inner();
        change(&mut asset).map_err(|cause| {
            Error::invalid_request("the change cannot be made").with_source(cause)
        })?;
        let changed = asset.document().changed_members();
        if !changed.is_empty() {
            self.update(&asset).await?;
            asset.document_mut().mark_saved();
        }
        Ok(Edited { asset, changed })
    }
}

/// An object after an edit.
#[derive(Debug)]
#[non_exhaustive]
pub struct Edited<A> {
    /// The object as it is now.
    pub asset: A,
    /// The members that changed; empty if nothing did and nothing was sent.
    pub changed: Vec<String>,
}

impl<A: Duplicate> Assets<A> {
    /// Has the server copy the object. The server makes the copy's id.
    ///
    /// # Errors
    /// As any call; [`Error::is_ambiguous`] when the answer was lost: there may be a copy then.
    pub async fn duplicate(
        &self,
        id: &Id<A::Marker>,
        request: &A::CopyRequest,
    ) -> Result<Response<Accepted>, Error> {
        check_copy::<A>(request)?;
        accepted(self.call_with_id(A::DUPLICATE, id).json(request)).await
    }
}

/// Checks the rules of a copy; its id is the server's to make (documented).
pub(crate) fn check_copy<A: Kind>(request: &A::CopyRequest) -> Result<(), Error> {
    request.check().map_err(nothing_sent)?;
    match request.overridden().iter().find(|name| A::ID_MEMBERS.contains(&name.as_str())) {
        Some(name) => Err(Error::invalid_request(format!(
            "{name}: the server makes the id of a copy; leave it out (nothing was sent)"
        ))),
        None => Ok(()),
    }
}

impl<A: Delete> Assets<A> {
    /// Deletes the object. Archiving is something else.
    ///
    /// # Errors
    /// As any call.
    pub async fn delete(&self, id: &Id<A::Marker>) -> Result<Response<Accepted>, Error> {
        accepted(self.call_with_id(A::DELETE, id)).await
    }
}

impl<A: Archive> Assets<A> {
    /// Archives these objects.
    ///
    /// # Errors
    /// As any call; an empty list is refused.
    pub async fn archive(&self, ids: &[Id<A::Marker>]) -> Result<Response<Accepted>, Error> {
        accepted(self.call(A::ARCHIVE).json_text(ids::archive(ids)?)).await
    }
}

impl<A: Unarchive> Assets<A> {
    /// Brings these objects back.
    ///
    /// # Errors
    /// As any call; an empty list is refused.
    pub async fn unarchive(&self, ids: &[Id<A::Marker>]) -> Result<Response<Accepted>, Error> {
        accepted(self.call(A::UNARCHIVE).json_text(ids::unarchive(ids)?)).await
    }
}

impl<A: Move> Assets<A> {
    /// Moves these objects to a category; `None` is *uncategorised*.
    ///
    /// # Errors
    /// As any call; an empty list is refused.
    pub async fn move_to(
        &self,
        ids: &[Id<A::Marker>],
        category: Option<&Id<funnelflux_id::Category>>,
    ) -> Result<Response<Accepted>, Error> {
        accepted(self.call(A::MOVE_TO).json_text(ids::to_category(ids, category.map(Id::as_str))?))
            .await
    }
}

impl<A: ArchiveOne> Assets<A> {
    /// Archives this object.
    ///
    /// # Errors
    /// As any call.
    pub async fn archive_one(&self, id: &Id<A::Marker>) -> Result<Response<Accepted>, Error> {
        accepted(self.call_with_id(A::ARCHIVE_ONE, id)).await
    }
}

impl<A: UnarchiveOne> Assets<A> {
    /// Brings this object back.
    ///
    /// # Errors
    /// As any call.
    pub async fn unarchive_one(&self, id: &Id<A::Marker>) -> Result<Response<Accepted>, Error> {
        accepted(self.call_with_id(A::UNARCHIVE_ONE, id)).await
    }
}

impl<A: MoveOne> Assets<A> {
    /// Moves this object to a funnel group.
    ///
    /// # Errors
    /// As any call.
    pub async fn move_to_group(
        &self,
        id: &Id<A::Marker>,
        group: &Id<funnelflux_id::FunnelGroup>,
    ) -> Result<Response<Accepted>, Error> {
        let body = ids::to_group(A::ID_QUERY, id.as_str(), group.as_str())?;
        accepted(self.call(A::MOVE_TO_GROUP).json_text(body)).await
    }
}

pub(crate) fn nothing_sent(cause: ValidationError) -> Error {
    Error::invalid_request("nothing was sent").with_source(cause)
}

/// The id that an asset carries.
pub(crate) fn id_of<A: Identified>(asset: &A) -> Result<Id<A::Marker>, Error> {
    let wrong = || {
        Error::invalid_request(format!(
            "{}: the asset carries no id of 12 characters",
            A::ID_MEMBER
        ))
    };
    asset.asset_id().map_err(|cause| wrong().with_source(cause))?.ok_or_else(wrong)
}

pub(crate) async fn accepted(call: CallBuilder<'_>) -> Result<Response<Accepted>, Error> {
    let answer = call.send().await?.unless_a_page()?;
    match Accepted::read(&answer) {
        Ok(accepted) => Ok(answer.map(|_| accepted)),
        Err(refusal) => Err(answer.error(refusal)),
    }
}
