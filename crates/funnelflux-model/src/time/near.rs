//! Suggestions for a mistyped zone.

use crate::validation::{near, quoted};

/// What is expected instead of an unknown name, with the nearest known names.
pub(super) fn expected(unknown: &str) -> String {
    let database = jiff::tz::db();
    let mut known: Vec<String> = database.available().map(|name| name.to_string()).collect();
    // Three letters such as EST are fixed offsets, and `Etc/GMT+5` has the opposite sign.
    known.retain(|name| name.contains('/') && !name.starts_with("Etc/"));
    let mut texts: Vec<&str> = known.iter().map(String::as_str).collect();
    // The continent may be missing.
    texts.extend(known.iter().filter_map(|name| name.rsplit('/').next()));
    let mut names: Vec<String> = Vec::new();
    for text in near(&unknown.replace(' ', "_"), &texts) {
        // A place may have several names, such as `Canada/Eastern` and `US/Eastern`.
        let own =
            known.iter().filter(|name| *name == text || name.rsplit('/').next() == Some(text));
        for name in own.map(|name| quoted(name)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
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
