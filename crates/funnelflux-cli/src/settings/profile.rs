//! A profile: its name and its file.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use funnelflux::model::reporting::{TrackingAliases, TrackingSlot};
use funnelflux::transport::Overlay;
use serde::Deserialize;

use crate::failure::Failure;
use crate::files;
use crate::input::text_of;
use crate::output::Format;

/// Comes after the name of a profile in the name of its overlay's file.
pub(super) const CONTRACT: &str = ".contract";

/// Checks the name of a profile, which is also the name of its files.
pub(super) fn checked_name(name: &str) -> Result<String, Failure> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if name.is_empty() || name.starts_with('.') || !name.chars().all(allowed) {
        let rule = "a name has letters, digits, `.`, `_` and `-`, and does not start with `.`";
        return Err(Failure::usage(format!("profile `{name}`: {rule}")));
    }
    if name.ends_with(CONTRACT) {
        let rule = "a name does not end in `.contract`, as the files of overlays do";
        return Err(Failure::usage(format!("profile `{name}`: {rule}")));
    }
    Ok(name.to_owned())
}

/// The content of a profile's file. A missing file is an empty one.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profile {
    pub(crate) base_url: Option<String>,
    pub(crate) tz: Option<String>,
    pub(crate) output: Option<Format>,
    pub(crate) rate: Option<f64>,
    /// Overrides of the contract: operation id → path.
    #[serde(default)]
    pub(crate) paths: BTreeMap<String, String>,
    /// Overrides of the contract: operation ids → our name of a query parameter → the server's.
    #[serde(default)]
    queries: BTreeMap<String, BTreeMap<String, String>>,
    /// Overrides of the contract: operation ids → our name of a JSON member → the server's.
    #[serde(default)]
    members: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    fields: BTreeMap<String, String>,
}

impl Profile {
    pub(crate) fn read(file: &Path) -> Result<Self, Failure> {
        // A link to nowhere is no missing profile.
        let is_missing =
            || file.symlink_metadata().is_err_and(|it| it.kind() == io::ErrorKind::NotFound);
        let text = match files::open(file) {
            Ok(opened) => text_of(file, opened)?,
            Err(_) if is_missing() => return Ok(Self::default()),
            // No argument is wrong.
            Err(cause) => {
                return Err(Failure::failed(format!("{} cannot be read: {cause}", file.display())));
            }
        };
        let profile: Self = toml::from_str(&text).map_err(|cause| {
            let before = cause.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            let what = cause.message().trim_end().replace('\n', " ");
            Failure::usage(format!("{}, line {line}: {what}", file.display()))
                .hint("`ffx --help` lists the settings of a profile")
        })?;
        if let Some(rate) = profile.rate.filter(|rate| !(rate.is_finite() && *rate > 0.0)) {
            let why = format!("rate = {rate}; expected requests per second, such as 5.0");
            return Err(Failure::usage(why).about(file.display()));
        }
        Ok(profile)
    }

    /// An overlay, and the profile's own overrides behind it.
    pub(crate) fn over(&self, learned: Overlay) -> Overlay {
        let mut overlay = self.paths.iter().fold(learned, |all, (id, path)| all.path(id, path));
        for (of, names) in &self.queries {
            overlay = names.iter().fold(overlay, |all, (our, their)| all.query(of, our, their));
        }
        for (of, names) in &self.members {
            overlay = names.iter().fold(overlay, |all, (our, their)| all.member(of, our, their));
        }
        overlay
    }

    pub(crate) fn fields(&self, profile: &str) -> Result<TrackingAliases, Failure> {
        let mut aliases = TrackingAliases::default();
        for (alias, slot) in &self.fields {
            let slot: TrackingSlot = slot.parse().map_err(|error| {
                Failure::usage(format!("profile `{profile}`: [fields] {alias}: {error}"))
            })?;
            aliases.insert(alias, slot);
        }
        Ok(aliases)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_inside_their_directory() {
        for good in ["default", "client-a", "a.b_c", "A1"] {
            assert!(checked_name(good).is_ok(), "{good}");
        }
        for bad in ["", ".", "..", "../x", "a/b", ".hidden", "a b", "ä"] {
            assert!(checked_name(bad).is_err(), "{bad}");
        }
    }
}
