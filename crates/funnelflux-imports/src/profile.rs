//! The shapes of the files that networks export.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use crate::DayOrder;

/// What a file is uploaded as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum UploadKind {
    /// Ad spend.
    Costs,
    /// Conversions.
    Conversions,
}

/// What a status of a network means for the conversion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum State {
    /// It counts.
    Set,
    /// It does not count any more.
    Delete,
    /// Not yet decided: the line is left out.
    Skip,
}

impl std::str::FromStr for State {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "set" => Ok(Self::Set),
            "delete" => Ok(Self::Delete),
            "skip" => Ok(Self::Skip),
            other => Err(format!("{other:?}: expected set, delete or skip")),
        }
    }
}

/// The shape of a network's export: which column is what, and what its statuses mean.
///
/// The shapes are *inferred* from public importers and from files that users described; networks change them. A column
/// under another name is given by a mapping, which wins.
///
/// ```
/// use funnelflux_imports::Profile;
///
/// let meta = Profile::find("meta").unwrap();
/// assert_eq!(meta.title, "Meta Ads");
/// assert!(Profile::all().iter().any(|profile| profile.name == "everflow"));
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Profile {
    /// The name on the command line.
    pub name: String,
    /// The network's own name.
    pub title: String,
    /// What its files are uploaded as.
    pub upload: UploadKind,
    /// Which number of a date comes first, where the network fixes it.
    #[serde(default)]
    pub(crate) dates: Option<Order>,
    /// The titles of the columns, by field; `*` at the end stands for a currency such as `(USD)`.
    pub columns: BTreeMap<String, Vec<String>>,
    /// What the statuses mean, in lower case.
    #[serde(default)]
    pub status: BTreeMap<String, State>,
    /// Characters that are taken off around ids.
    #[serde(default)]
    pub(crate) strip: String,
    /// The currency of every file.
    #[serde(default)]
    pub(crate) currency: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Order {
    MonthFirst,
    DayFirst,
}

impl From<Order> for DayOrder {
    fn from(order: Order) -> Self {
        match order {
            Order::MonthFirst => Self::MonthFirst,
            Order::DayFirst => Self::DayFirst,
        }
    }
}

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$( include_str!(concat!("../profiles/", $name, ".toml")) ),*]
    };
}

const FILES: &[&str] = files![
    "meta",
    "google",
    "microsoft",
    "tiktok",
    "taboola",
    "outbrain",
    "propeller",
    "everflow",
    "tune",
    "cake",
    "clickbank",
    "digistore24",
    "impact",
    "cj",
];

impl Profile {
    /// Every profile that is built in, ad networks first.
    pub fn all() -> Vec<Self> {
        // A test reads each.
        FILES.iter().filter_map(|text| Self::parse(text).ok()).collect()
    }

    /// The built-in profile of this name.
    pub fn find(name: &str) -> Option<Self> {
        Self::all().into_iter().find(|profile| profile.name == name)
    }

    /// Reads a profile of one's own, in the format of the built-in ones.
    ///
    /// # Errors
    /// When it is no TOML, or has an unknown key.
    pub fn parse(text: &str) -> Result<Self, impl fmt::Display + use<>> {
        toml::from_str::<Self>(text).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_built_in_profile_is_read_and_names_what_it_needs() {
        let all = Profile::all();
        assert_eq!(all.len(), FILES.len());
        for profile in all {
            let needs: &[&str] = match profile.upload {
                UploadKind::Costs => &["date", "cost"],
                UploadKind::Conversions => &["hit", "payout"],
            };
            assert!(
                needs.iter().all(|field| profile.columns.contains_key(*field)),
                "{}",
                profile.name
            );
            assert_eq!(
                profile.columns.contains_key("status"),
                !profile.status.is_empty(),
                "{}",
                profile.name
            );
            let is_lower = |word: &String| *word == word.to_lowercase();
            assert!(profile.status.keys().all(is_lower), "{}", profile.name);
        }
    }
}
