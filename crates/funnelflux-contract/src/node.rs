use crate::Grade;

/// The words that belong to one kind of funnel node. Each word has a grade of its own in its schema.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NodeShape {
    /// The kind, by a word of this SDK, such as `lander-group`.
    pub kind: &'static str,
    /// What such a node does.
    pub meaning: &'static str,
    /// What `nodeType` may say; the first is written. Empty where no word is known.
    pub types: &'static [&'static str],
    /// The parameter objects that it may have; the first is written.
    pub objects: &'static [&'static str],
    /// The members of the parameter object that say what the node leads to.
    pub references: &'static [&'static str],
    /// The name of the kind of asset that they refer to; `None` if they hold something else.
    pub asset: Option<&'static str>,
    /// The parameter objects of a connection that leaves it; the first is written.
    pub exits: &'static [&'static str],
    /// The members of that object that say when the connection is taken; the first is written.
    pub triggers: &'static [&'static str],
    /// Members that a new node gets, such as `object.rotatorType="random"`: the place, where `object` is the parameter
    /// object, the name, and the value as JSON.
    pub defaults: &'static [&'static str],
    /// How surely these words belong together.
    pub grade: Grade,
    /// Where that is known from.
    pub source: &'static str,
}
