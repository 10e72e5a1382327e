use std::fmt;

use super::{NodeWords, Word};

/// What a word of a dialect is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum NodePart {
    /// The value of `nodeType`.
    Type,
    /// The parameter object of the node.
    Object,
    /// The member of that object that says what the node leads to.
    Reference,
    /// The parameter object of the connections that leave the node.
    Exit,
    /// The member of that object that says when a connection is taken.
    Trigger,
}

impl NodePart {
    /// Every part.
    pub const ALL: [Self; 5] =
        [Self::Type, Self::Object, Self::Reference, Self::Exit, Self::Trigger];

    /// The word of overlays for it, such as `type`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Object => "object",
            Self::Reference => "reference",
            Self::Exit => "exit",
            Self::Trigger => "trigger",
        }
    }

    /// Finds a part by its word.
    pub fn find(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.as_str() == word)
    }

    /// The words of a kind for this part.
    pub fn of(self, words: &NodeWords) -> &Vec<Word> {
        match self {
            Self::Type => &words.types,
            Self::Object => &words.objects,
            Self::Reference => &words.references,
            Self::Exit => &words.exits,
            Self::Trigger => &words.triggers,
        }
    }

    pub(super) fn of_mut(self, words: &mut NodeWords) -> &mut Vec<Word> {
        match self {
            Self::Type => &mut words.types,
            Self::Object => &mut words.objects,
            Self::Reference => &mut words.references,
            Self::Exit => &mut words.exits,
            Self::Trigger => &mut words.triggers,
        }
    }
}

impl fmt::Display for NodePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
