use crate::Grade;

/// The shape of a body or of a part of one: an object with members, or an enumeration with values.
///
/// An object may hold more members than are known, an enumeration more values.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Schema {
    /// Its name in the contract, such as `OfferSource`.
    pub name: &'static str,
    /// How surely it is known as a whole.
    pub grade: Grade,
    /// Where it is known from.
    pub source: &'static str,
    /// What it means; empty where the contract does not say.
    pub meaning: &'static str,
    /// The members known by name, in the order of the contract; none for an enumeration.
    pub members: &'static [Member],
    /// The values of an enumeration; none for an object.
    pub values: &'static [Value],
}

impl Schema {
    /// The member of this name.
    pub fn member(&self, name: &str) -> Option<&'static Member> {
        self.members.iter().find(|member| member.name == name)
    }
}

#[cfg(feature = "tables")]
impl Schema {
    /// Lists every schema of the contract, sorted by name.
    pub const fn all() -> &'static [&'static Self] {
        crate::schemas::ALL
    }

    /// Finds a schema of the contract by its name.
    pub fn find(name: &str) -> Option<&'static Self> {
        let all = Self::all();
        let index = all.binary_search_by(|schema| schema.name.cmp(name)).ok()?;
        all.get(index).copied()
    }
}

/// A member of an object, or a query parameter of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Member {
    /// Its name on the wire.
    pub name: &'static str,
    /// Its kind, in the contract's words: `string`, `id`, `id-list`, `bool`, `integer`, `number`,
    /// `decimal`, `unknown` or a schema's name; also with `[]` after it, or within `map<…>`.
    pub kind: &'static str,
    /// How surely its name is known.
    pub grade: Grade,
    /// How surely its kind is known.
    pub type_grade: Grade,
    /// Where its name is known from.
    pub source: &'static str,
    /// What it means; empty where the contract does not say.
    pub meaning: &'static str,
    /// Other names it may have, in order of belief.
    pub alternatives: &'static [&'static str],
    /// Whether a call without it is refused.
    pub required: bool,
    /// How surely it is known whether a call without it is refused.
    pub required_grade: Grade,
    /// Whether the server fills it, so that it is left out of what is saved.
    pub server_managed: bool,
    /// Whether it belongs to the vendor's app, so that it is sent as it was read and never written.
    pub reserved: bool,
}

impl Member {
    /// `X` of the kinds `X`, `X[]` and `map<X>`.
    #[doc(hidden)]
    pub fn bare_kind(&self) -> &'static str {
        self.kind.trim_start_matches("map<").trim_end_matches(['[', ']', '>'])
    }
}

/// A value of an enumeration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Value {
    /// The value on the wire; may be the empty string.
    pub value: &'static str,
    /// How surely it is known.
    pub grade: Grade,
    /// Where that is known from.
    pub source: &'static str,
    /// What it means; empty where the contract does not say.
    pub meaning: &'static str,
}
