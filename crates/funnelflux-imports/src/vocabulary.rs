//! What words of titles and cells mean where no network's shape says it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::State;

/// The file `words.toml`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Vocabulary {
    spans: Vec<[String; 2]>,
    months: Vec<Vec<String>>,
    pub(crate) signs: Vec<[String; 2]>,
    titles: BTreeMap<String, Vec<String>>,
    words: BTreeMap<String, Vec<String>>,
    pub(crate) zones: BTreeMap<String, String>,
    states: BTreeMap<String, State>,
    weak: BTreeMap<String, State>,
}

// A test reads it.
pub(crate) static ALL: LazyLock<Vocabulary> =
    LazyLock::new(|| toml::from_str(include_str!("../words.toml")).unwrap_or_default());

/// The titles of a field, the surest first.
pub(crate) fn titles(field: &str) -> &'static [String] {
    ALL.titles.get(field).map_or(&[], Vec::as_slice)
}

pub(crate) fn words(list: &str) -> &'static [String] {
    ALL.words.get(list).map_or(&[], Vec::as_slice)
}

/// The number of the month of this name.
pub(crate) fn month(name: &str) -> Option<i8> {
    let name = name.to_lowercase();
    Some((1..).zip(&ALL.months).find(|(_, names)| names.contains(&name))?.0)
}

/// A title in lower case, with a space between its words, those of `saleDate`, too.
pub(crate) fn normal(title: &str) -> String {
    let mut spaced = String::new();
    for c in title.replace('_', " ").chars() {
        if c.is_uppercase() && spaced.ends_with(char::is_lowercase) {
            spaced.push(' ');
        }
        spaced.push(c);
    }
    spaced.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Whether two titles are the same, by their words or by their letters: `SubID` is `Sub ID`, and `SUBID`, too.
pub(crate) fn are_same(one: &str, other: &str) -> bool {
    let letters = |title: &str| normal(&title.to_lowercase());
    normal(one) == normal(other) || letters(one) == letters(other)
}

/// The words of a title, in lower case.
pub(crate) fn split(title: &str) -> impl Iterator<Item = String> {
    let words = normal(title);
    let words = words.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect::<Vec<_>>();
    words.into_iter().filter(|word| !word.is_empty())
}

/// Whether a title has a word of a list; signs are looked for everywhere.
pub(crate) fn has_word(list: &str, title: &str) -> bool {
    let is = |known: &&String| match known.contains(char::is_alphanumeric) {
        true => split(title).any(|word| word == **known),
        false => title.contains(known.as_str()),
    };
    words(list).iter().any(|known| is(&known))
}

/// Whether a title has a word of a list, maybe as a part of a longer one.
pub(crate) fn has_part(list: &str, title: &str) -> bool {
    let title = normal(title);
    words(list).iter().any(|known| title.contains(known.as_str()))
}

/// Whether a text is one of a list.
pub(crate) fn is_one(list: &str, text: &str) -> bool {
    words(list).iter().any(|known| are_same(known, text))
}

/// Whether a title is that of the last day beside this one of the first.
pub(crate) fn is_end_of(first: &str, last: &str) -> bool {
    let (first, last) = (normal(first), normal(last));
    ALL.spans.iter().any(|[start, end]| {
        first.contains(start.as_str()) && first.replacen(start.as_str(), end, 1) == last
    })
}

/// What a cell says of a sale, and whether it can mean nothing else.
pub(crate) fn state(cell: &str) -> Option<(State, bool)> {
    let text = normal(cell).replace('-', " ");
    let text = text.split(['(', ':', ',', ';']).next().unwrap_or_default().trim();
    let found = |all: &BTreeMap<String, State>| all.get(text).copied();
    found(&ALL.states).map(|it| (it, true)).or_else(|| Some((found(&ALL.weak)?, false)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_read_and_spelled_as_titles_are_compared() {
        let all: Vocabulary = toml::from_str(include_str!("../words.toml")).unwrap();
        let lists = all.titles.values().chain(all.words.values()).flatten();
        let words = lists.chain(all.spans.iter().flatten()).chain(all.months.iter().flatten());
        for word in words.chain(all.states.keys()).chain(all.weak.keys()) {
            assert_eq!(*word, normal(word));
        }
        assert!(all.weak.keys().all(|word| !all.states.contains_key(word)));
    }
}
