/// The words of the API that say nothing about a person or an account, and so may stay readable.
#[derive(Debug)]
#[non_exhaustive]
pub struct Vocabulary {
    /// The names of JSON members and query parameters.
    pub members: Words,
    /// The members that hold figures: amounts, counts and settings.
    pub figures: Words,
    /// The members that hold a value of an enumeration.
    pub word_members: Words,
    /// The values of enumerations.
    pub values: Words,
    /// The segments of the paths of operations.
    pub path_words: Words,
    /// The members whose values even an error may show: they identify no person and open no door.
    pub harmless: Words,
    /// Phrases, in small letters, of a server that stopped a query at its time limit.
    pub stopped_query: &'static [&'static str],
}

/// A list of words, sorted and without duplicates.
#[derive(Debug)]
pub struct Words(pub(crate) &'static [&'static str]);

impl Words {
    /// Whether the list has this word.
    pub fn contains(&self, word: &str) -> bool {
        self.0.binary_search(&word).is_ok()
    }
}
