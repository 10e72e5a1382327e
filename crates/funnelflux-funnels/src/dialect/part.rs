use super::{NodeWords, Word};

funnelflux_contract::words! {
    /// What a word of a dialect is for.
    #[derive(PartialOrd, Ord)]
    pub enum NodePart, "The word of overlays for it, such as `type`." {
        /// The value of `nodeType`.
        Type = "type",
        /// The parameter object of the node.
        Object = "object",
        /// The member of that object that says what the node leads to.
        Reference = "reference",
        /// The parameter object of the connections that leave the node.
        Exit = "exit",
        /// The member of that object that says when a connection is taken.
        Trigger = "trigger",
    }
}

impl NodePart {
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
