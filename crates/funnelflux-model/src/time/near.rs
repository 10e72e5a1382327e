//! Suggestions for a mistyped zone.

use crate::validation::{near, quoted};

/// What is expected instead of an unknown name, with the nearest known names.
pub(super) fn expected(unknown: &str) -> String {
    let database = jiff::tz::db();
    let known = database.available().map(|name| name.as_str().to_owned());
    // Three letters such as EST are fixed offsets, and `Etc/GMT+5` has the opposite sign.
    let known = known.filter(|name| name.contains('/') && !name.starts_with("Etc/"));
    let known: Vec<String> = known.collect();
    // The continent may be missing.
    let places = known.iter().filter_map(|name| name.rsplit('/').next());
    let texts = known.iter().map(String::as_str).chain(places);
    let mut names: Vec<String> = Vec::new();
    for text in near(&unknown.replace(' ', "_"), texts) {
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
