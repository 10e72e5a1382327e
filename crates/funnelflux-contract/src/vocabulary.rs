/// The words of the API that say nothing about a person or an account: what may stay readable in a
/// log, an error or a recording. Each list is sorted and without duplicates.
#[derive(Debug)]
pub struct Vocabulary {
    pub(crate) members: &'static [&'static str],
    pub(crate) figures: &'static [&'static str],
    pub(crate) word_members: &'static [&'static str],
    pub(crate) values: &'static [&'static str],
    pub(crate) path_words: &'static [&'static str],
    pub(crate) harmless: &'static [&'static str],
    pub(crate) stopped_query: &'static [&'static str],
}

impl Vocabulary {
    /// Whether a JSON member or a query parameter of the API has this name.
    #[must_use]
    pub fn is_member(&self, name: &str) -> bool {
        self.members.binary_search(&name).is_ok()
    }

    /// Whether a member of this name holds figures: amounts, counts and settings.
    #[must_use]
    pub fn is_figure(&self, name: &str) -> bool {
        self.figures.binary_search(&name).is_ok()
    }

    /// Whether a member of this name holds a value of an enumeration.
    #[must_use]
    pub fn is_word_member(&self, name: &str) -> bool {
        self.word_members.binary_search(&name).is_ok()
    }

    /// Whether this text is a value of an enumeration.
    #[must_use]
    pub fn is_value(&self, text: &str) -> bool {
        self.values.binary_search(&text).is_ok()
    }

    /// Whether the path of an operation has this segment.
    #[must_use]
    pub fn is_path_word(&self, segment: &str) -> bool {
        self.path_words.binary_search(&segment).is_ok()
    }

    /// Whether the value of a member of this name may be shown as it is, even in an error: it
    /// identifies no person and opens no door.
    #[must_use]
    pub fn is_harmless(&self, name: &str) -> bool {
        self.harmless.binary_search(&name).is_ok()
    }

    /// Phrases, in small letters, of a server that stopped a query at its time limit.
    #[must_use]
    pub fn stopped_query(&self) -> &'static [&'static str] {
        self.stopped_query
    }
}
