//! Distinct texts, each kept once and known by a code.

use std::hash::BuildHasher as _;

use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashTable};

/// The texts in one piece of memory: a text of its own for each of a million ids would take three times as much.
#[derive(Clone, Default)]
pub(crate) struct Texts {
    all: String,
    /// Where each text ends.
    ends: Vec<usize>,
    codes: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl Texts {
    pub(crate) fn get(&self, code: u32) -> &str {
        get(&self.all, &self.ends, code)
    }

    /// The texts in the order of their codes.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        (0..self.ends.len()).map(|code| self.get(u32::try_from(code).unwrap_or(u32::MAX)))
    }

    /// The code of a text, which is added if it is new.
    pub(crate) fn add(&mut self, text: &str) -> u32 {
        let Self { all, ends, codes, hasher } = self;
        let is = |code: &u32| get(all, ends, *code) == text;
        let hash = |code: &u32| hasher.hash_one(get(all, ends, *code));
        match codes.entry(hasher.hash_one(text), is, hash) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(place) => {
                // A file has fewer bytes than that.
                let code = u32::try_from(ends.len()).unwrap_or(u32::MAX);
                place.insert(code);
                all.push_str(text);
                ends.push(all.len());
                code
            }
        }
    }
}

fn get<'a>(all: &'a str, ends: &[usize], code: u32) -> &'a str {
    let code = code as usize;
    let start = code.checked_sub(1).map_or(Some(0), |before| ends.get(before).copied());
    start.zip(ends.get(code)).and_then(|(start, end)| all.get(start..*end)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_have_one_code() {
        let mut texts = Texts::default();
        let words = ["", "a", "b", "", "ab", "a", "€"];
        let codes: Vec<u32> = words.iter().map(|word| texts.add(word)).collect();
        assert_eq!(codes, [0, 1, 2, 0, 3, 1, 4]);
        assert_eq!(texts.iter().collect::<Vec<_>>(), ["", "a", "b", "ab", "€"]);
        assert_eq!(texts.get(9), "");
    }
}
