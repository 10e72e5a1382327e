use crate::{Member, Operation, Schema};

crate::words! {
    /// What can be asked of the assets of a kind.
    #[derive(PartialOrd, Ord)]
    #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
    #[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
    pub enum Verb, "The verb as the id of an operation ends with it, such as `find-by-id`." {
        /// Lists all, slim.
        List = "list",
        /// Finds one by its id.
        FindById = "find-by-id",
        /// Finds several by their ids.
        FindByIds = "find-by-ids",
        /// Lists those of a status.
        FindByStatus = "find-by-status",
        /// Lists those of a category.
        FindByCategory = "find-by-category",
        /// Lists those of a type.
        FindByType = "find-by-type",
        /// Saves one that exists.
        Update = "update",
        /// Creates one under an id made by the caller.
        Create = "create",
        /// Copies one.
        Duplicate = "duplicate",
        /// Deletes one.
        Delete = "delete",
        /// Archives some, or one: see [`AssetKind::takes_one`].
        Archive = "archive",
        /// Takes some, or one, out of the archive.
        Unarchive = "unarchive",
        /// Moves some, or one, to another category or group.
        Move = "move",
    }
}

/// A kind of asset: its names, its schemas, and the operations that the vendor's reference lists.
///
/// Two kinds may have one schema: funnel groups and categories each have an older root as well.
#[derive(Debug)]
#[non_exhaustive]
pub struct AssetKind {
    /// Its name, such as `offer-sources`.
    pub name: &'static str,
    /// What messages call one asset, such as `offer source`.
    pub noun: &'static str,
    /// What such an asset is, in one sentence.
    pub meaning: &'static str,
    /// The query parameter that carries one id.
    pub id_query: &'static str,
    /// The members that may hold the id, in order of belief.
    pub id_members: &'static [&'static str],
    /// The members that may hold the name, in order of belief.
    pub name_members: &'static [&'static str],
    /// The types that a category of such an asset may have; empty where it has no category.
    pub category_types: &'static [&'static str],
    /// The schema of one asset.
    pub schema: &'static Schema,
    /// The schema of the slim objects in lists.
    pub info_schema: &'static Schema,
    /// The schema of the body of [`Verb::Duplicate`], where the kind has that verb.
    pub copy_schema: Option<&'static Schema>,
    /// The verbs that the vendor's reference lists, with their operations.
    pub verbs: &'static [(Verb, &'static Operation)],
    pub(crate) one_at_a_time: &'static [Verb],
}

impl AssetKind {
    /// The operation of a verb, where the vendor's reference lists it.
    pub fn operation(&self, verb: Verb) -> Option<&'static Operation> {
        self.verbs.iter().find(|(own, _)| *own == verb).map(|(_, operation)| *operation)
    }

    /// The members of its objects, whole and as lists have them.
    #[doc(hidden)]
    pub fn members(&self) -> impl Iterator<Item = &'static Member> {
        self.schema.members.iter().chain(self.info_schema.members)
    }

    /// Whether [`Verb::Archive`], [`Verb::Unarchive`] or [`Verb::Move`] takes one id, not a list.
    pub fn takes_one(&self, verb: Verb) -> bool {
        self.one_at_a_time.contains(&verb)
    }
}

#[cfg(feature = "tables")]
impl AssetKind {
    /// Lists every kind, in the order of the contract.
    pub const fn all() -> &'static [&'static Self] {
        crate::kinds::ALL
    }

    /// Finds a kind by its name.
    pub fn find(name: &str) -> Option<&'static Self> {
        Self::all().iter().copied().find(|kind| kind.name == name)
    }

    /// Finds the kind that an operation is of, and what the operation does with it.
    pub fn of_operation(id: &str) -> Option<(&'static Self, Verb)> {
        Self::all().iter().find_map(|kind| {
            let (verb, _) = kind.verbs.iter().find(|(_, own)| own.id() == id)?;
            Some((*kind, *verb))
        })
    }
}
