//! Filter patterns with `*` wildcards.

/// A pattern in which `*` matches any text, also an empty one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Glob {
    first: String,
    /// The literal pieces after each `*`; empty when the pattern has no wildcard.
    rest: Vec<String>,
}

impl Glob {
    pub(crate) fn new(pattern: &str) -> Self {
        let mut pieces = pattern.split('*').map(str::to_owned);
        Self { first: pieces.next().unwrap_or_default(), rest: pieces.collect() }
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        let Some((last, middle)) = self.rest.split_last() else { return text == self.first };
        let Some(mut left) = text.strip_prefix(self.first.as_str()) else { return false };
        for piece in middle {
            match left.split_once(piece.as_str()) {
                Some((_, after)) => left = after,
                None => return false,
            }
        }
        left.ends_with(last.as_str())
    }
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
            assert_eq!(Glob::new(pattern).matches(text), expected, "{pattern} against {text:?}");
        }
    }
}
