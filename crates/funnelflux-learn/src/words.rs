//! Titles and names as sets of words, and how alike two of them are.

use std::collections::BTreeSet;

const EMPTY: &[&str] = &[
    "a", "all", "an", "and", "current", "existing", "for", "from", "given", "in", "into", "its",
    "new", "of", "on", "one", "or", "return", "set", "single", "specific", "the", "to", "with",
    "your",
];

/// Words that titles use for the same thing.
const SAME: &[(&str, &str)] = &[
    ("add", "create"),
    ("clone", "duplicate"),
    ("copy", "duplicate"),
    ("edit", "update"),
    ("fetch", "find"),
    ("get", "find"),
    ("insert", "create"),
    ("look", "find"),
    ("modify", "update"),
    ("remove", "delete"),
    ("retrieve", "find"),
    ("save", "update"),
];

/// What titles say or leave out as they like: how a thing is looked up, not which.
const LOOSE: &[&str] = &["another", "by", "detail", "find", "info", "list"];

/// A number and what it counts, such as `1 call`.
pub(crate) fn counted(number: impl TryInto<u64> + Copy + std::fmt::Display, noun: &str) -> String {
    let is_one = number.try_into().is_ok_and(|number: u64| number == 1);
    format!("{number} {noun}{}", if is_one { "" } else { "s" })
}

/// What says how a thing is looked up, and not what is done.
pub(crate) fn is_loose(word: &str) -> bool {
    LOOSE.contains(&word)
}

/// The words of a text or of a name in camel case: lower case, singular, synonyms joined.
pub(crate) fn words(text: &str) -> BTreeSet<String> {
    split(text).iter().map(|word| plain(word)).filter(|word| !EMPTY.contains(&&**word)).collect()
}

/// Whether both speak of the same thing and do the same to it: `Find webhook configs by status` and
/// `Find integration configs by status` have four words of five in common, and do not.
pub(crate) fn same_subject(a: &BTreeSet<String>, b: &BTreeSet<String>) -> bool {
    a.symmetric_difference(b).all(|word| LOOSE.contains(&&**word))
}

/// From 0 (nothing in common) to 1 (the same words): twice the common ones over all.
pub(crate) fn likeness(a: &BTreeSet<String>, b: &BTreeSet<String>) -> f64 {
    let common = a.intersection(b).count();
    let all = a.len() + b.len();
    // A title has a handful of words.
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if all == 0 { 0.0 } else { 2.0 * number(common) / number(all) }
}

/// A name without case and separators: `funnelIDs`, `funnel_ids` and `FunnelIds` are one.
pub(crate) fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

pub(crate) fn split(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next_is_lower = chars.peek().is_some_and(|next| next.is_lowercase());
        // `funnelName` breaks before `N`, `IDList` before `L`, and `IDs` stays whole.
        let plural_s = chars.peek() == Some(&'s') && before.is_uppercase();
        let hump = c.is_uppercase()
            && (before.is_lowercase()
                || before.is_numeric()
                || (before.is_uppercase() && next_is_lower && !plural_s));
        if (hump || !c.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn plain(word: &str) -> String {
    let singular = singular(word);
    let same = SAME.iter().find(|(other, _)| *other == singular);
    same.map_or(singular, |(_, word)| (*word).to_owned())
}

/// The word for one of them.
pub(crate) fn singular(word: &str) -> String {
    match word.strip_suffix("ies") {
        Some(stem) if stem.len() > 1 => format!("{stem}y"),
        _ => match word.strip_suffix('s') {
            Some(stem) if (word.len() > 3 || word == "ids") && !stem.ends_with(['s', 'u']) => {
                stem.to_owned()
            }
            _ => word.to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(text: &str) -> String {
        words(text).into_iter().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn case_number_and_synonyms_are_levelled() {
        assert_eq!(joined("Get all Traffic Sources"), "find source traffic");
        assert_eq!(joined("findTrafficSourceByID"), "by find id source traffic");
        assert_eq!(joined("funnelIDs"), "funnel id");
        assert_eq!(joined("Returns a funnel with its status"), "funnel status");
        assert_eq!(joined("List categories by status"), "by category list status");
        assert_eq!(joined("umrDomainOverride"), "domain override umr");
    }

    #[test]
    fn the_same_words_are_alike_and_others_are_not() {
        let alike = |a: &str, b: &str| likeness(&words(a), &words(b));
        assert!(alike("Save a funnel", "Update an existing funnel") > 0.99);
        assert!(alike("Find a funnel by ID", "Find funnels by ID list") < 0.95);
        assert!(alike("List webhook configs", "List webhook events") < 0.75);
        assert!(alike("", "") < 0.01);
    }

    #[test]
    fn a_word_that_tells_two_things_apart_is_enough() {
        let same = |a: &str, b: &str| same_subject(&words(a), &words(b));
        assert!(same("List funnels", "Get the list of funnels"));
        assert!(same("Get domain details", "Find a domain"));
        assert!(same("Find pages by ID list", "Get pages by ID"));
        assert!(!same("Find webhook configs by status", "Find integration configs by status"));
        assert!(!same("Find funnels by status", "Find funnels by type"));
        assert!(!same(
            "Archive funnel groups (legacy set)",
            "Unarchive funnel groups (legacy set)"
        ));
        assert!(!same("List funnels", "List funnel groups"));
    }
}
