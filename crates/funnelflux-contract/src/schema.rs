use crate::Grade;

/// The shape of a body or of a part of one: an object with members, or an enumeration with values.
///
/// An object may hold more members than are known, an enumeration more values.
#[derive(Debug, PartialEq, Eq)]
pub struct Schema {
    pub(crate) name: &'static str,
    pub(crate) grade: Grade,
    pub(crate) source: &'static str,
    pub(crate) meaning: &'static str,
    pub(crate) members: &'static [Member],
    pub(crate) values: &'static [Value],
}

impl Schema {
    /// Its name in the contract, such as `OfferSource`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// How surely it is known as a whole.
    #[must_use]
    pub const fn grade(&self) -> Grade {
        self.grade
    }

    /// Where it is known from.
    #[must_use]
    pub const fn source(&self) -> &'static str {
        self.source
    }

    /// What it means; empty where the contract does not say.
    #[must_use]
    pub const fn meaning(&self) -> &'static str {
        self.meaning
    }

    /// The members known by name, in the order of the contract; none for an enumeration.
    #[must_use]
    pub const fn members(&self) -> &'static [Member] {
        self.members
    }

    /// The member of this name.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&'static Member> {
        self.members.iter().find(|member| member.name == name)
    }

    /// The values of an enumeration; none for an object.
    #[must_use]
    pub const fn values(&self) -> &'static [Value] {
        self.values
    }
}

#[cfg(feature = "tables")]
impl Schema {
    /// Lists every schema of the contract, sorted by name.
    #[must_use]
    pub const fn all() -> &'static [&'static Self] {
        crate::schemas::ALL
    }

    /// Finds a schema of the contract by its name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        let all = Self::all();
        let index = all.binary_search_by(|schema| schema.name.cmp(name)).ok()?;
        all.get(index).copied()
    }
}

/// A member of an object, or a query parameter of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    pub(crate) name: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) grade: Grade,
    pub(crate) type_grade: Grade,
    pub(crate) source: &'static str,
    pub(crate) meaning: &'static str,
    pub(crate) alternatives: &'static [&'static str],
    pub(crate) required: bool,
    pub(crate) required_grade: Grade,
    pub(crate) server_managed: bool,
    pub(crate) reserved: bool,
}

impl Member {
    /// Its name on the wire.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Its kind, in the contract's words: `string`, `id`, `id-list`, `bool`, `integer`, `number`,
    /// `decimal`, `unknown`, the name of a schema, or any of these with `[]` behind it or within
    /// `map<…>`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        self.kind
    }

    /// How surely its name is known.
    #[must_use]
    pub const fn grade(&self) -> Grade {
        self.grade
    }

    /// How surely its kind is known.
    #[must_use]
    pub const fn type_grade(&self) -> Grade {
        self.type_grade
    }

    /// Where its name is known from.
    #[must_use]
    pub const fn source(&self) -> &'static str {
        self.source
    }

    /// What it means; empty where the contract does not say.
    #[must_use]
    pub const fn meaning(&self) -> &'static str {
        self.meaning
    }

    /// Other names it may have, in order of belief.
    #[must_use]
    pub const fn alternatives(&self) -> &'static [&'static str] {
        self.alternatives
    }

    /// Whether a call without it is refused.
    #[must_use]
    pub const fn is_required(&self) -> bool {
        self.required
    }

    /// How surely it is known whether a call without it is refused.
    #[must_use]
    pub const fn required_grade(&self) -> Grade {
        self.required_grade
    }

    /// Whether the server fills it, so that it is left out of what is saved.
    #[must_use]
    pub const fn is_server_managed(&self) -> bool {
        self.server_managed
    }

    /// Whether it belongs to the vendor's app, so that it is sent as it was read and never written.
    #[must_use]
    pub const fn is_reserved(&self) -> bool {
        self.reserved
    }
}

/// A value of an enumeration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value {
    pub(crate) value: &'static str,
    pub(crate) grade: Grade,
    pub(crate) source: &'static str,
    pub(crate) meaning: &'static str,
}

impl Value {
    /// The value on the wire; may be the empty string.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        self.value
    }

    /// How surely it is known.
    #[must_use]
    pub const fn grade(&self) -> Grade {
        self.grade
    }

    /// Where that is known from.
    #[must_use]
    pub const fn source(&self) -> &'static str {
        self.source
    }

    /// What it means; empty where the contract does not say.
    #[must_use]
    pub const fn meaning(&self) -> &'static str {
        self.meaning
    }
}
