//! The names that a mistyped one may stand for.

/// The most names that [`near`] lists where there may be hundreds.
pub const MOST_NAMED: usize = 5;

/// Counts the characters to insert, drop or replace to turn one text into the other (Levenshtein).
///
/// ```
/// use funnelflux_contract::edit_distance;
///
/// assert_eq!(edit_distance("kitten", "sitting"), 3);
/// assert_eq!(edit_distance("abc", "acb"), 2, "a swap is two changes");
/// ```
pub fn edit_distance(left: &str, right: &str) -> usize {
    strsim::levenshtein(left, right)
}

/// Lists the names that a mistyped one may stand for, the nearest first: those with at most two slips, and one
/// in three letters, of which two would leave nothing; if there are none, those that hold it.
pub fn near<'a>(wanted: &str, names: &[&'a str]) -> Vec<&'a str> {
    let wanted = wanted.to_ascii_lowercase();
    let slips = 2.min(wanted.chars().count() / 3);
    let distance = |name: &str| {
        let name = name.to_ascii_lowercase();
        let distance = edit_distance(&wanted, &name);
        let holds_it = wanted.len() > 3 && name.contains(&wanted);
        (distance <= slips || holds_it).then_some(distance)
    };
    let mut near: Vec<(usize, &str)> =
        names.iter().filter_map(|name| Some((distance(name)?, *name))).collect();
    near.sort_by_key(|(distance, _)| *distance);
    if near.first().is_some_and(|(nearest, _)| *nearest <= slips) {
        near.retain(|(distance, _)| *distance <= slips);
    }
    near.into_iter().map(|(_, name)| name).take(MOST_NAMED).collect()
}
