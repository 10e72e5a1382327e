use std::{borrow::Cow, fmt};

use funnelflux_id::{Asset, Id};
use serde::{Serialize, de::DeserializeOwned};

use super::wire;
use crate::{
    DecodeError, Document, Grade, ValidationError, Violation, document::quote, validation::quoted,
};

/// What is known of one member of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    pub(crate) name: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) grade: Grade,
    pub(crate) source: &'static str,
    pub(crate) meaning: &'static str,
    pub(crate) server_managed: bool,
}

impl Member {
    /// Its name on the wire.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Its kind, in the contract's words: `string`, `id`, `bool`, `integer`, `number`, `decimal`,
    /// `unknown`, the name of a model or of an enumeration, or any of these with `[]` behind it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        self.kind
    }

    /// How surely its name is known.
    #[must_use]
    pub const fn grade(&self) -> Grade {
        self.grade
    }

    /// Where that is known from.
    #[must_use]
    pub const fn source(&self) -> &'static str {
        self.source
    }

    /// What it means.
    #[must_use]
    pub const fn meaning(&self) -> &'static str {
        self.meaning
    }

    /// Whether the server fills it, and it is left out of what is saved.
    #[must_use]
    pub const fn is_server_managed(&self) -> bool {
        self.server_managed
    }
}

/// A [`Document`] with typed access to the members that are known by name.
///
/// Where a member's name is a guess and the guess is wrong, the right name works today:
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
    /// Every member known by name, in the order of the declaration.
    const MEMBERS: &'static [Member];

    /// The object itself: its text, and every member by name.
    fn document(&self) -> &Document;

    /// The object itself, to change members by name.
    fn document_mut(&mut self) -> &mut Document;

    /// Takes any object for this model. Whether its members fit shows when they are read.
    fn from_document(document: Document) -> Self;

    /// The object itself.
    fn into_document(self) -> Document;
}

/// A model that has an id and a name: an asset's full or slim type.
pub trait Identified: Model {
    /// Whose ids these are.
    type Marker: Asset;

    /// The members that may hold the id, in order of belief. More than one only where sources
    /// disagree.
    const ID_MEMBERS: &'static [&'static str];

    /// The members that may hold the name, in order of belief.
    const NAME_MEMBERS: &'static [&'static str];

    /// The member that most likely holds the id.
    const ID_MEMBER: &'static str = first(Self::ID_MEMBERS);

    /// The member that most likely holds the name.
    const NAME_MEMBER: &'static str = first(Self::NAME_MEMBERS);

    /// The id; `None` if it is absent or empty.
    ///
    /// # Errors
    ///
    /// When what stands there is not an asset id.
    fn asset_id(&self) -> Result<Option<Id<Self::Marker>>, DecodeError> {
        wire::id(self.document(), present(self.document(), Self::ID_MEMBERS))
    }

    /// The id as it came, valid or not; empty if it is absent.
    fn asset_id_text(&self) -> Cow<'_, str> {
        wire::any_text(self.document(), present(self.document(), Self::ID_MEMBERS))
    }

    /// The name as it came; empty if it is absent.
    fn asset_name(&self) -> Cow<'_, str> {
        wire::any_text(self.document(), present(self.document(), Self::NAME_MEMBERS))
    }

    /// Sets the id, in each of the members that may hold it and are there.
    fn set_asset_id(&mut self, id: Id<Self::Marker>) {
        set_present(self.document_mut(), Self::ID_MEMBERS, &quote(id.as_str()));
    }

    /// Sets the name, in each of the members that may hold it and are there.
    fn set_asset_name(&mut self, name: &str) {
        set_present(self.document_mut(), Self::NAME_MEMBERS, &quote(name));
    }
}

const fn first(members: &'static [&'static str]) -> &'static str {
    match members {
        [first, ..] => first,
        [] => "",
    }
}

fn present(document: &Document, members: &'static [&'static str]) -> &'static str {
    members.iter().find(|name| document.contains(name)).copied().unwrap_or(first(members))
}

fn set_present(document: &mut Document, members: &'static [&'static str], json: &str) {
    let present: Vec<&str> =
        members.iter().copied().filter(|name| document.contains(name)).collect();
    for name in if present.is_empty() { vec![first(members)] } else { present } {
        document.put(name, json);
    }
}

/// An asset in full: what find-by-ID returns and what is saved.
///
/// # Examples
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
    /// What lists and find-by-status return in its place.
    type Info: Identified<Marker = Self::Marker>;

    /// A new asset of this id and name, and nothing else.
    fn create(id: Id<Self::Marker>, name: &str) -> Self;

    /// Adds what breaks the rules of this kind of asset, beyond its id and category.
    fn rules(&self, violations: &mut Vec<Violation>) {
        let _ = violations;
    }

    /// Adds what breaks the rules in an asset that is not on the server yet.
    fn rules_for_new(&self, violations: &mut Vec<Violation>) {
        let _ = violations;
    }

    /// Puts right what must agree in a saved asset, such as flags beside secrets.
    fn align(document: &mut Document) {
        let _ = document;
    }

    /// Checks every rule that is documented, before anything is sent. In an asset that came from
    /// the server only what was changed since is checked: what it holds, it may keep.
    ///
    /// # Errors
    ///
    /// Every violation, in one error.
    fn validate(&self) -> Result<(), ValidationError> {
        let mut violations = violations(self);
        if self.document().is_saved() {
            only_changes(self, &mut violations);
        }
        ValidationError::check(violations)
    }

    /// As [`validate`](Self::validate), for an asset that is not on the server yet, or is to be
    /// made anew under another id: everything is checked.
    ///
    /// # Errors
    ///
    /// Every violation, in one error.
    fn validate_new(&self) -> Result<(), ValidationError> {
        let mut violations = violations(self);
        self.rules_for_new(&mut violations);
        ValidationError::check(violations)
    }

    /// What is sent to save the asset: as it came and was changed, without the members that the
    /// server manages where they are documented as to be omitted.
    ///
    /// # Errors
    ///
    /// When it breaks a rule: see [`validate`](Self::validate).
    fn for_save(&self) -> Result<Document, ValidationError> {
        self.validate()?;
        Ok(saved(self))
    }

    /// What is sent to create the asset.
    ///
    /// # Errors
    ///
    /// When it breaks a rule: see [`validate_new`](Self::validate_new).
    fn for_create(&self) -> Result<Document, ValidationError> {
        self.validate_new()?;
        Ok(saved(self))
    }
}

fn saved<A: LedgerAsset>(asset: &A) -> Document {
    let mut document = asset.document().clone();
    for member in A::MEMBERS.iter().filter(|member| member.server_managed) {
        document.remove(member.name);
    }
    A::align(&mut document);
    document
}

const ID: &str = "12 characters of 0-9, A-Z, a-z";

fn violations<A: LedgerAsset>(asset: &A) -> Vec<Violation> {
    let mut violations = Vec::new();
    let id_member = present(asset.document(), A::ID_MEMBERS);
    if !matches!(asset.asset_id(), Ok(Some(_))) {
        violations.push(Violation::new(id_member, quoted(&asset.asset_id_text()), ID));
    }
    for member in A::MEMBERS.iter().filter(|m| m.kind == "id" && m.name != id_member) {
        // Documented for every id that a caller makes; an empty one is none.
        if wire::id::<A::Marker>(asset.document(), member.name).is_err() {
            let value = quoted(&wire::any_text(asset.document(), member.name));
            violations.push(Violation::new(member.name, value, format!("{ID}, or nothing")));
        }
    }
    asset.rules(&mut violations);
    violations
}

/// What the server has, it may keep: only what was changed is held against the rules.
fn only_changes<A: LedgerAsset>(asset: &A, violations: &mut Vec<Violation>) {
    let document = asset.document();
    let changed = document.changed_members();
    violations.retain(|violation| changed.iter().any(|member| member == root(violation)));
    let Some(before) = document.saved().map(A::from_document) else { return };
    let (was, is) = (before.asset_id_text(), asset.asset_id_text());
    if was != is {
        let member = present(document, A::ID_MEMBERS);
        let expected = format!("{}, as it was read: an asset keeps its id", quoted(&was));
        violations.push(Violation::new(member, quoted(&is), expected));
    }
}

/// The member of the asset that the fault is in: `routes` of `routes[1].priority`.
fn root(violation: &Violation) -> &str {
    violation.field().split(['.', '[']).next().unwrap_or_default()
}
