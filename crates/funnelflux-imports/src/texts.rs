//! Distinct texts, each kept once and known by a code.

use std::hash::BuildHasher as _;
use std::ops::Range;

use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashTable};

/// The texts in one piece of memory: a text of its own for each of a million ids would take three times as much. They
/// are fewer than 4 GiB, as files are, and all that is looked at for each cell is small, to stay near the processor.
#[derive(Clone, Default)]
pub(crate) struct Texts {
    all: String,
    /// Where each text ends.
    ends: Vec<u32>,
    /// Each with a half of the hash of its text: others are passed over, and the table grows, without a look at a text.
    codes: HashTable<(u32, u32)>,
    hasher: DefaultHashBuilder,
}

impl Texts {
    pub(crate) fn get(&self, code: u32) -> &str {
        range(&self.ends, code).and_then(|range| self.all.get(range)).unwrap_or_default()
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether a code is that of a text.
    pub(crate) fn is(&self, code: u32, text: &str) -> bool {
        is(&self.all, &self.ends, code, text)
    }

    /// The texts in the order of their codes.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        (0..short(self.ends.len())).map(|code| self.get(code))
    }

    /// The code of a text, which is added if it is new.
    pub(crate) fn add(&mut self, text: &str) -> u32 {
        let Self { all, ends, codes, hasher } = self;
        // The table takes the place from the low bits and a mark from the highest seven.
        let spread = |hash: u32| u64::from(hash) << 32 | u64::from(hash);
        let hash = (hasher.hash_one(text) >> 32) as u32;
        let is_known = |known: &(u32, u32)| known.0 == hash && is(all, ends, known.1, text);
        match codes.entry(spread(hash), is_known, |known| spread(known.0)) {
            Entry::Occupied(known) => known.get().1,
            Entry::Vacant(place) => {
                let code = short(ends.len());
                place.insert((hash, code));
                all.push_str(text);
                ends.push(short(all.len()));
                code
            }
        }
    }
}

fn short(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn range(ends: &[u32], code: u32) -> Option<Range<usize>> {
    let code = code as usize;
    let start = code.checked_sub(1).map_or(Some(0), |before| ends.get(before).copied());
    Some(start? as usize..*ends.get(code)? as usize)
}

/// As bytes, which may be cut anywhere.
fn is(all: &str, ends: &[u32], code: u32, text: &str) -> bool {
    let known = range(ends, code).and_then(|range| all.as_bytes().get(range));
    known == Some(text.as_bytes())
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
