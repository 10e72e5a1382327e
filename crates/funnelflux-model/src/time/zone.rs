use std::str::FromStr;

use jiff::{Timestamp, fmt::temporal::DateTimeParser, tz::Offset, tz::TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{ValidationError, quoted, validation::near};

/// A time zone: an IANA name such as `Europe/Berlin`, or a fixed offset such as `+02:00`.
///
/// The rules of named zones come from the operating system's time zone database.
///
/// ```
/// use funnelflux_model::time::Zone;
///
/// let zone: Zone = "america/new_york".parse()?;
/// assert_eq!(zone.name(), "America/New_York");
/// assert_eq!("-0330".parse::<Zone>()?.name(), "-03:30");
///
/// let error = "Europe/Berlni".parse::<Zone>().unwrap_err();
/// assert!(error.to_string().contains("Europe/Berlin"));
/// # Ok::<(), funnelflux_model::ValidationError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Zone {
    zone: TimeZone,
    name: String,
}

/// 18 hours either way is beyond every offset in use (-12:00 to +14:00).
const LARGEST_OFFSET_MINUTES: i32 = 18 * 60;

impl Zone {
    /// Coordinated Universal Time.
    pub fn utc() -> Self {
        Self { zone: TimeZone::UTC, name: "UTC".to_owned() }
    }

    /// A fixed offset east of UTC, in minutes: 120 is `+02:00`.
    ///
    /// # Errors
    /// When the offset is more than 18 hours.
    pub fn fixed(minutes_east: i32) -> Result<Self, ValidationError> {
        let range = -LARGEST_OFFSET_MINUTES..=LARGEST_OFFSET_MINUTES;
        let minutes = range.contains(&minutes_east).then_some(minutes_east);
        let offset = minutes.and_then(|minutes| Offset::from_seconds(minutes * 60).ok());
        offset.map(Self::from_offset).ok_or_else(|| {
            let value = format!("an offset of {minutes_east} minutes");
            ValidationError::one("zone", value, "an offset between -18:00 and +18:00")
        })
    }

    /// The zone's name: the IANA name in its usual spelling, or the offset as `+02:00`.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn from_offset(offset: Offset) -> Self {
        let minutes = offset.seconds() / 60;
        let sign = if minutes < 0 { '-' } else { '+' };
        let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
        Self { zone: TimeZone::fixed(offset), name: format!("{sign}{hours:02}:{minutes:02}") }
    }

    pub(super) fn time_zone(&self) -> &TimeZone {
        &self.zone
    }

    /// RFC 3339 with the offset that holds in this zone at that instant.
    pub(super) fn spell(&self, instant: Timestamp) -> String {
        instant.display_with_offset(self.zone.to_offset(instant)).to_string()
    }
}

impl FromStr for Zone {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.eq_ignore_ascii_case("utc") || text.eq_ignore_ascii_case("z") {
            return Ok(Self::utc());
        }
        if text.starts_with(['+', '-']) {
            let expected = "an offset like `+02:00`, between -18:00 and +18:00, or an IANA name like \
                            `Europe/Berlin`";
            let zone = offset_minutes(text).and_then(|minutes| Self::fixed(minutes).ok());
            return zone.ok_or_else(|| ValidationError::one("zone", quoted(text), expected));
        }
        match TimeZone::get(text) {
            // `Etc/Unknown` would silently count as UTC.
            Ok(zone) if !zone.is_unknown() => {
                let name = zone.iana_name().unwrap_or(text).to_owned();
                Ok(Self { zone, name })
            }
            _ => Err(ValidationError::one("zone", quoted(text), expected(text))),
        }
    }
}

/// What is expected instead of an unknown name, with the nearest known names.
fn expected(unknown: &str) -> String {
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

/// `+02:00`, `+0200` or `+02`, as minutes east.
fn offset_minutes(text: &str) -> Option<i32> {
    // Longer texts have seconds.
    let zone = DateTimeParser::new().parse_time_zone(text).ok();
    let zone = zone.filter(|_| text.len() <= "+02:00".len())?;
    Some(zone.to_fixed_offset().ok()?.seconds() / 60)
}

funnelflux_contract::formats! { Display for Zone, |it, f| f.pad(&it.name) }

funnelflux_contract::formats! {
    Debug for Zone, |it, f| f.debug_tuple("Zone").field(&it.name).finish()
}

/// Serialises as its name, for configuration files.
impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name)
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
