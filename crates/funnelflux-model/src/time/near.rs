//! Suggestions for a mistyped zone.

use crate::edit_distance;

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
    let slips = edit_distance(&unknown, &known).min(edit_distance(&unknown, place));
    (slips <= SLIPS && slips < unknown.chars().count()).then_some(slips)
}

fn fold(name: &str) -> String {
    name.replace([' ', '-'], "_").to_ascii_lowercase()
}
