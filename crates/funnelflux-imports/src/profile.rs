//! The shapes of the files that networks export.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::DayOrder;
use crate::values::IGNORED;
use crate::words::words;

words! {
    /// What a file is uploaded as.
    UploadKind {
        /// Ad spend.
        Costs = "costs",
        /// Conversions.
        Conversions = "conversions",
    }
}

words! {
    /// What a status of a network means for the conversion.
    State {
        /// It counts.
        Set = "set",
        /// It does not count any more.
        Delete = "delete",
        /// Not yet decided: the line is left out.
        Skip = "skip",
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
#[derive(Clone, Debug, Serialize, Deserialize)]
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) dates: Option<DayOrder>,
    /// Characters that are taken off around ids.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) strip: String,
    /// The currency of every file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) currency: Option<String>,
    /// The titles of the columns, by field; `*` at the end stands for a currency such as `(USD)`.
    pub columns: BTreeMap<String, Vec<String>>,
    /// What the statuses mean, in lower case.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub status: BTreeMap<String, State>,
}

macro_rules! files {
    ($($name:ident)*) => {
        &[$( include_str!(concat!("../profiles/", stringify!($name), ".toml")) ),*]
    };
}

const FILES: &[&str] = files! {
    meta google microsoft tiktok taboola outbrain propeller
    everflow tune cake clickbank digistore24 impact cj
};

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

    /// A profile of one's own, without columns yet.
    pub fn new(name: impl Into<String>, upload: UploadKind) -> Self {
        let name = name.into();
        Self {
            title: name.clone(),
            name,
            upload,
            dates: None,
            strip: String::new(),
            currency: None,
            columns: BTreeMap::new(),
            status: BTreeMap::new(),
        }
    }

    funnelflux_contract::setters! {
        /// Sets the name on the command line.
        fn with_name(name: impl Into<String>) => name = name.into();
        /// Sets the currency of every file.
        fn with_currency(currency: impl Into<String>) => currency = Some(currency.into());
        /// Takes a field from the column of this title, and from no other. Columns that are `ignored` may be several.
        fn with_column(field: impl Into<String>, title: impl Into<String>), |it| {
            let field = field.into();
            let titles = it.columns.remove(&field).filter(|_| field == IGNORED);
            let titles = titles.into_iter().flatten().chain([title.into()]).collect();
            it.columns.insert(field, titles);
        };
        /// Sets which number of a date comes first.
        fn with_day_order(order: impl Into<Option<DayOrder>>), |it| it.dates = order.into().or(it.dates);
        /// Sets what a status means.
        fn with_state(status: &str, state: State), |it|
            it.status.insert(status.trim().to_lowercase(), state);
    }

    /// The text that [`parse`](Self::parse) reads.
    pub fn to_toml(&self) -> String {
        // Texts and maps of texts always can be written.
        toml::to_string(self).unwrap_or_default()
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
