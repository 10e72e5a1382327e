//! Filter patterns with `*` wildcards.

/// Whether a pattern matches a text: `*` matches any text, also an empty one.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return text == pattern };
    let Some(mut left) = text.strip_prefix(first) else { return false };
    let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    for piece in middle.split('*') {
        match left.split_once(piece) {
            Some((_, after)) => left = after,
            None => return false,
        }
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_matches_any_text() {
        let cases = [
            ("*", "", true),
            ("*", "anything", true),
            ("US", "US", true),
            ("US", "us", false),
            ("US", "USA", false),
            ("U*", "USA", true),
            ("*A", "USA", true),
            ("U*S*A", "USA", true),
            ("U*S*A", "UA", false),
            ("a*a", "a", false),
            ("a**b", "ab", true),
            ("*mid*", "amidst", true),
            ("*mid*", "mad", false),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(matches(pattern, text), expected, "{pattern} against {text:?}");
        }
    }
}
