//! Suggestions for a mistyped zone.

/// The number of suggestions.
const SUGGESTIONS: usize = 3;
/// Two typing mistakes; at three, short names like `Asia/Baku` match at random.
const SLIPS: usize = 2;

/// What is expected instead of an unknown name, with the nearest known names.
pub(super) fn expected(unknown: &str) -> String {
    let database = jiff::tz::db();
    let mut near: Vec<(usize, String)> = database
        .available()
        // Three letters such as EST are fixed offsets, and `Etc/GMT+5` has the opposite sign.
        .filter(|name| name.as_str().contains('/') && !name.as_str().starts_with("Etc/"))
        .filter_map(|name| Some((closeness(unknown, name.as_str())?, name.as_str().to_owned())))
        .collect();
    near.sort();
    let names: Vec<String> =
        near.into_iter().take(SUGGESTIONS).map(|(_, name)| format!("`{name}`")).collect();
    if !names.is_empty() {
        return format!("an IANA name (near: {}) or an offset like `+02:00`", names.join(", "));
    }
    if database.is_definitively_empty() {
        return "an offset like `+02:00` (no time zone database was found on this machine, \
                usually /usr/share/zoneinfo, so names cannot be used)"
            .to_owned();
    }
    "an IANA name like `Europe/Berlin`, `UTC`, or an offset like `+02:00`".to_owned()
}

/// 0 when only the continent is missing, else the slips between the names.
fn closeness(unknown: &str, known: &str) -> Option<usize> {
    let (unknown, known) = (fold(unknown), fold(known));
    let place = known.rsplit('/').next().unwrap_or(&known);
    if unknown == place {
        return Some(0);
    }
    let slips = edits(&unknown, &known).min(edits(&unknown, place));
    (slips <= SLIPS && slips < unknown.chars().count()).then_some(slips)
}

fn fold(name: &str) -> String {
    name.replace([' ', '-'], "_").to_ascii_lowercase()
}

/// Levenshtein distance.
pub(crate) fn edits(left: &str, right: &str) -> usize {
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
