use std::fmt;

use crate::{Operation, Schema};

/// What can be asked of the assets of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Verb {
    /// Lists all, slim.
    List,
    /// Finds one by its id.
    FindById,
    /// Finds several by their ids.
    FindByIds,
    /// Lists those of a status.
    FindByStatus,
    /// Lists those of a category.
    FindByCategory,
    /// Lists those of a type.
    FindByType,
    /// Saves one that exists.
    Update,
    /// Creates one under an id made by the caller.
    Create,
    /// Copies one.
    Duplicate,
    /// Deletes one.
    Delete,
    /// Archives some, or one: see [`AssetKind::takes_one`].
    Archive,
    /// Takes some, or one, out of the archive.
    Unarchive,
    /// Moves some, or one, to another category or group.
    Move,
}

impl Verb {
    /// Every verb, in the order of the vendor's reference.
    pub const ALL: &'static [Self] = &[
        Self::List,
        Self::FindById,
        Self::FindByIds,
        Self::FindByStatus,
        Self::FindByCategory,
        Self::FindByType,
        Self::Update,
        Self::Create,
        Self::Duplicate,
        Self::Delete,
        Self::Archive,
        Self::Unarchive,
        Self::Move,
    ];

    /// The verb as the id of an operation ends with it, such as `find-by-id`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::FindById => "find-by-id",
            Self::FindByIds => "find-by-ids",
            Self::FindByStatus => "find-by-status",
            Self::FindByCategory => "find-by-category",
            Self::FindByType => "find-by-type",
            Self::Update => "update",
            Self::Create => "create",
            Self::Duplicate => "duplicate",
            Self::Delete => "delete",
            Self::Archive => "archive",
            Self::Unarchive => "unarchive",
            Self::Move => "move",
        }
    }

    /// Finds the verb of this spelling.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|verb| verb.as_str() == name)
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A kind of asset: its names, its schemas, and the operations that the vendor's reference lists.
///
/// Two kinds may have one schema: funnel groups and categories each have an older root with
/// operations of its own.
#[derive(Debug)]
pub struct AssetKind {
    pub(crate) name: &'static str,
    pub(crate) noun: &'static str,
    pub(crate) meaning: &'static str,
    pub(crate) id_query: &'static str,
    pub(crate) id_members: &'static [&'static str],
    pub(crate) name_members: &'static [&'static str],
    pub(crate) category_types: &'static [&'static str],
    pub(crate) schema: &'static Schema,
    pub(crate) info_schema: &'static Schema,
    pub(crate) copy_schema: Option<&'static Schema>,
    pub(crate) verbs: &'static [(Verb, &'static Operation)],
    pub(crate) one_at_a_time: &'static [Verb],
}

impl AssetKind {
    /// Its name, such as `offer-sources`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What messages call one asset, such as `offer source`.
    #[must_use]
    pub const fn noun(&self) -> &'static str {
        self.noun
    }

    /// What such an asset is, in one sentence.
    #[must_use]
    pub const fn meaning(&self) -> &'static str {
        self.meaning
    }

    /// The query parameter that carries one id.
    #[must_use]
    pub const fn id_query(&self) -> &'static str {
        self.id_query
    }

    /// The members that may hold the id, in order of belief.
    #[must_use]
    pub const fn id_members(&self) -> &'static [&'static str] {
        self.id_members
    }

    /// The members that may hold the name, in order of belief.
    #[must_use]
    pub const fn name_members(&self) -> &'static [&'static str] {
        self.name_members
    }

    /// The types that a category of such an asset may have; empty where it has no category.
    #[must_use]
    pub const fn category_types(&self) -> &'static [&'static str] {
        self.category_types
    }

    /// The schema of one asset.
    #[must_use]
    pub const fn schema(&self) -> &'static Schema {
        self.schema
    }

    /// The schema of the slim objects in lists.
    #[must_use]
    pub const fn info_schema(&self) -> &'static Schema {
        self.info_schema
    }

    /// The schema of the body of [`Verb::Duplicate`], where the kind has that verb.
    #[must_use]
    pub const fn copy_schema(&self) -> Option<&'static Schema> {
        self.copy_schema
    }

    /// The verbs that the vendor's reference lists, with their operations.
    #[must_use]
    pub const fn verbs(&self) -> &'static [(Verb, &'static Operation)] {
        self.verbs
    }

    /// The operation of a verb, where the vendor's reference lists it.
    #[must_use]
    pub fn operation(&self, verb: Verb) -> Option<&'static Operation> {
        self.verbs.iter().find(|(own, _)| *own == verb).map(|(_, operation)| *operation)
    }

    /// Whether [`Verb::Archive`], [`Verb::Unarchive`] or [`Verb::Move`] takes one id instead of a
    /// list of ids.
    #[must_use]
    pub fn takes_one(&self, verb: Verb) -> bool {
        self.one_at_a_time.contains(&verb)
    }
}

#[cfg(feature = "tables")]
impl AssetKind {
    /// Lists every kind, in the order of the contract.
    #[must_use]
    pub const fn all() -> &'static [&'static Self] {
        crate::kinds::ALL
    }

    /// Finds a kind by its name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        Self::all().iter().copied().find(|kind| kind.name == name)
    }
}
