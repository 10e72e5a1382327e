//! The distance between two words.

/// Counts the characters to insert, drop or replace to turn one text into the other (Levenshtein):
/// to name what a mistyped word may have meant.
///
/// ```
/// use funnelflux_model::edit_distance;
///
/// for (one, other, expected) in
///     [("", "abc", 3), ("name", "Name", 1), ("kitten", "sitting", 3), ("abc", "acb", 2)]
/// {
///     assert_eq!(edit_distance(one, other), expected, "{one} {other}");
///     assert_eq!(edit_distance(other, one), expected, "{other} {one}");
/// }
/// ```
#[must_use]
pub fn edit_distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (line, a) in left.chars().enumerate() {
        let mut diagonal = line;
        let mut before = line + 1;
        if let Some(first) = row.first_mut() {
            *first = before;
        }
        for (cell, b) in row.iter_mut().skip(1).zip(&right) {
            let above = *cell;
            *cell = (above + 1).min(before + 1).min(diagonal + usize::from(a != *b));
            diagonal = above;
            before = *cell;
        }
    }
    row.last().copied().unwrap_or_default()
}
