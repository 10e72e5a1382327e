use std::{borrow::Cow, fmt};

use funnelflux_contract::{AssetKind, Member, Schema};
use funnelflux_id::{Asset, Id};
use serde::{Serialize, de::DeserializeOwned};

use super::rules;
use crate::{DecodeError, Document, ValidationError, document::quote, wire};

/// A [`Document`] with typed access to the members that are known by name.
///
/// A member whose name is guessed wrongly can be set under the right one:
///
/// ```
/// use funnelflux_model::ledger::{Model, Page};
///
/// let mut page = Page::from_document(funnelflux_model::Document::parse(r#"{"idPage":"2nIemJxCKbFX"}"#)?);
/// page.document_mut().set("landingUrl", "https://example.com/")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Model:
    Clone + fmt::Debug + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// The schema of the contract that this is the type of.
    const SCHEMA: &'static Schema;

    /// Every member known by name, in the order of the contract.
    const MEMBERS: &'static [Member] = Self::SCHEMA.members;

    /// Lists the known members that hold something else than they should, in parts and lists of
    /// parts too: one error for each getter that fails. All others stay usable.
    fn misfits(&self) -> Vec<DecodeError>;

    /// The object itself: its text, and every member by name.
    fn document(&self) -> &Document;

    /// The object itself, to change members by name.
    fn document_mut(&mut self) -> &mut Document;

    /// Takes any object for this model. Whether its members fit shows when they are read.
    fn from_document(document: Document) -> Self;

    /// The object itself.
    fn into_document(self) -> Document;
}

/// An object of an account: a [`Model`], or a [`Document`] of any kind.
pub trait Object: Send + Sync + 'static {
    /// Takes any object for one of this type.
    fn from_document(document: Document) -> Self;

    /// The object itself.
    fn document(&self) -> &Document;

    /// The object itself, to change it.
    fn document_mut(&mut self) -> &mut Document;
}

impl<M: Model> Object for M {
    fn from_document(document: Document) -> Self {
        M::from_document(document)
    }

    fn document(&self) -> &Document {
        Model::document(self)
    }

    fn document_mut(&mut self) -> &mut Document {
        Model::document_mut(self)
    }
}

impl Object for Document {
    fn from_document(document: Document) -> Self {
        document
    }

    fn document(&self) -> &Document {
        self
    }

    fn document_mut(&mut self) -> &mut Document {
        self
    }
}

/// A model that has an id and a name: an asset's full or slim type.
pub trait Identified: Model {
    /// The marker of its ids.
    type Marker: Asset;

    /// The kind of asset; the first one, where several kinds share the model.
    const KIND: &'static AssetKind;

    /// The members that may hold the id, in order of belief: several only where sources disagree.
    const ID_MEMBERS: &'static [&'static str] = Self::KIND.id_members;

    /// The members that may hold the name, in order of belief.
    const NAME_MEMBERS: &'static [&'static str] = Self::KIND.name_members;

    /// The id; `None` if it is absent or empty.
    ///
    /// # Errors
    /// When the member holds something else than an asset id.
    fn asset_id(&self) -> Result<Option<Id<Self::Marker>>, DecodeError> {
        wire::id(self.document(), present(self.document(), Self::ID_MEMBERS))
    }

    /// The text of the id, valid or not; empty if it is absent.
    fn asset_id_text(&self) -> Cow<'_, str> {
        wire::any_text(self.document(), present(self.document(), Self::ID_MEMBERS))
    }

    /// The name; empty if it is absent.
    fn asset_name(&self) -> Cow<'_, str> {
        wire::any_text(self.document(), present(self.document(), Self::NAME_MEMBERS))
    }

    /// Sets the id in each of its members that is present; in the first if none is.
    fn set_asset_id(&mut self, id: Id<Self::Marker>) {
        set_present(self.document_mut(), Self::ID_MEMBERS, &quote(id.as_str()));
    }

    /// Sets the name in each of its members that is present; in the first if none is.
    fn set_asset_name(&mut self, name: &str) {
        set_present(self.document_mut(), Self::NAME_MEMBERS, &quote(name));
    }
}

/// The first of these members that is present, else the first of all.
pub(super) fn present(document: &Document, members: &'static [&'static str]) -> &'static str {
    let present = members.iter().find(|name| document.contains(name));
    present.or(members.first()).copied().unwrap_or_default()
}

fn set_present(document: &mut Document, members: &'static [&'static str], json: &str) {
    let mut names = members.to_vec();
    names.retain(|name| document.contains(name));
    if names.is_empty() {
        names.extend(members.first());
    }
    names.into_iter().for_each(|name| document.put(name, json));
}

/// An asset in full: what find-by-ID returns and what is saved. Its rules are in [`rules`].
///
/// A change to a fetched asset touches nothing else:
///
/// ```
/// use funnelflux_model::ledger::{LedgerAsset, Model, OfferSource};
///
/// let fetched = r#"{"idOfferSource":"2nIemJxCKbFX","offerSourceName":"Old", "new":{"rate":1.50},"meta":{}}"#;
/// let mut source: OfferSource = serde_json::from_str(fetched)?;
/// source.set_name("New");
/// assert!(source.document().is_changed());
/// assert_eq!(
///     source.for_save()?.text(),
///     r#"{"idOfferSource":"2nIemJxCKbFX","offerSourceName":"New", "new":{"rate":1.50},"meta":{}}"#
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait LedgerAsset: Identified {
    /// The slim type, which lists return.
    type Info: Identified<Marker = Self::Marker>;

    /// A new asset with this id and name, each in every member that may hold it.
    fn create(id: Id<Self::Marker>, name: &str) -> Self {
        let mut document = Document::new();
        for member in Self::ID_MEMBERS {
            document.put(member, &quote(id.as_str()));
        }
        for member in Self::NAME_MEMBERS {
            document.put(member, &quote(name));
        }
        Self::from_document(document)
    }

    /// Checks every documented rule: see [`rules::validate`].
    ///
    /// # Errors
    /// Every violation, in one error.
    fn validate(&self) -> Result<(), ValidationError> {
        rules::validate(Self::KIND, self.document())
    }

    /// Checks every documented rule of a new asset: see [`rules::validate_new`].
    ///
    /// # Errors
    /// Every violation, in one error.
    fn validate_new(&self) -> Result<(), ValidationError> {
        rules::validate_new(Self::KIND, self.document())
    }

    /// Makes the body that saves the asset: see [`rules::for_save`].
    ///
    /// # Errors
    /// When it breaks a rule.
    fn for_save(&self) -> Result<Document, ValidationError> {
        rules::for_save(Self::KIND, self.document())
    }

    /// Makes the body that creates the asset: see [`rules::for_create`].
    ///
    /// # Errors
    /// When it breaks a rule.
    fn for_create(&self) -> Result<Document, ValidationError> {
        rules::for_create(Self::KIND, self.document())
    }
}
