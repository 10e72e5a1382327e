//! Names taken apart into words, and what looks like an id.

use crate::words::{singular, split};

/// The words of a name, in small letters and without a plural: `idPages` is `id` and `page`. Of two words for one
/// thing it is the contract's.
pub(super) fn words(name: &str) -> Vec<String> {
    let plain = |word: &String| match &*singular(word) {
        "state" => "status".to_owned(),
        other => other.to_owned(),
    };
    split(name).iter().map(plain).collect()
}

/// Whether one name says what the other says, perhaps with a word more: `url` and `baseURL`.
pub(super) fn are_alike(one: &str, other: &str) -> bool {
    let [mut one, mut other] = [words(one), words(other)];
    one.sort_unstable();
    other.sort_unstable();
    let within = |small: &[String], large: &[String]| {
        !small.is_empty() && small.iter().all(|word| large.contains(word))
    };
    one.concat() == other.concat() || within(&one, &other) || within(&other, &one)
}

/// Whether a name may be one of the API: an identifier, and no key of a map such as an id.
pub(super) fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    name.len() <= 40
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(plain)
        && name.bytes().filter(u8::is_ascii_digit).count() <= 2
        && !is_id(name)
}

/// Whether a text looks like the id of an asset, a domain, or another thing.
pub(super) fn is_id(text: &str) -> bool {
    let bytes = text.as_bytes();
    let all = |fits: fn(&u8) -> bool| bytes.iter().all(fits);
    let has_digit = bytes.iter().any(u8::is_ascii_digit);
    match bytes.len() {
        // The first character is of the time: a digit from 2010 to 2090.
        12 => all(u8::is_ascii_alphanumeric) && bytes.first().is_some_and(u8::is_ascii_digit),
        16 | 24 | 32 => all(u8::is_ascii_hexdigit) && has_digit,
        36 => bytes.iter().all(|b| b.is_ascii_hexdigit() || *b == b'-') && has_digit,
        1..=20 => all(u8::is_ascii_digit),
        _ => false,
    }
}

/// Whether a text looks like several ids with commas between them.
pub(super) fn are_ids(text: &str) -> bool {
    text.contains(',') && text.split(',').all(|part| is_id(part.trim()))
}

/// Whether a text may be a word of an enumeration, and not what a person wrote.
pub(super) fn is_word(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_' | b'.');
    (1..=32).contains(&text.len()) && text.bytes().all(plain) && !is_id(text)
}
