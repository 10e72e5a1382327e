//! What the API says in words: kinds, statuses, messages. Its own words stay, others do not.

use super::names::is_word;

/// Replaces in a text what is none of the API's words. A word stays as a whole, or if all of its
/// parts are words (`pending_validation`, `Key-Value`); `other` says what stands for any other.
pub(super) fn with_others_replaced(text: &str, mut other: impl FnMut(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    for run in text.split_inclusive(is_boundary) {
        let word = run.trim_end_matches(is_boundary);
        let core = word.trim_matches(['.', ':', '!', '-', '/']);
        let (before, behind) = run.split_at(run.find(core).unwrap_or_default());
        out += before;
        if core.is_empty() || is_known(core) {
            out += behind;
        } else {
            out += &other(core);
            out += behind.get(core.len()..).unwrap_or_default();
        }
    }
    out
}

fn is_boundary(c: char) -> bool {
    c.is_whitespace() || "\"'`,;=()[]{}<>&?\\|*".contains(c)
}

fn is_known(word: &str) -> bool {
    is_word(word) || word.split(['-', '_', '/', '.', ':']).all(is_word)
}

/// A code of an error in capitals, such as `DOMAIN_EXISTS`.
pub(super) fn is_error_code(text: &str) -> bool {
    matches!(text.len(), 2..=40) && text.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_api_stay_and_others_do_not() {
        for (text, expected) in [
            ("not-deleted", "not-deleted"),
            ("pending_validation", "pending_validation"),
            ("Insight: MVT Key-Value Pairs", "Insight: MVT Key-Value Pairs"),
            ("Visitor Tag(s)", "Visitor Tag(s)"),
            ("Time: 15min. Block", "Time: 15min. Block"),
            ("<=", "<="),
            ("**unknown**", "**unknown**"),
            ("Funnel \"Summer\" not found.", "Funnel \"…\" not found."),
            ("street: Lindenstraße 7, no token", "…: … …, no token"),
            ("+49 170 123", "… … …"),
            ("a_swordfish", "…"),
            ("", ""),
        ] {
            assert_eq!(with_others_replaced(text, |_| "…".to_owned()), expected);
        }
    }
}
