//! Settings. Flags override the environment, which overrides the profile.

mod directory;
mod profile;
mod tokens;

use std::path::{Path, PathBuf};

use funnelflux::model::reporting::TrackingAliases;
use funnelflux::model::time::Zone;

pub(crate) use profile::{Profile, ProfileName};
pub(crate) use tokens::{TokenSource, not_given, not_logged_in};

use crate::args::Global;
use crate::failure::Failure;
use crate::output::{Format, Terminal};

/// Reads an environment variable. An empty one counts as unset.
pub(crate) fn variable(name: &str) -> Result<Option<String>, Failure> {
    match std::env::var(name) {
        Ok(value) => Ok(Some(value.trim().to_owned()).filter(|value| !value.is_empty())),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(Failure::usage(format!("{name}: the variable is not UTF-8")))
        }
    }
}

/// The settings of a command.
#[derive(Debug)]
pub(crate) struct Settings {
    name: ProfileName,
    /// `None` if there is no home, as in a container.
    directory: Option<PathBuf>,
    profile: Profile,
    base_url: Option<String>,
    emulator: bool,
    terminal: Terminal,
}

impl Settings {
    /// Reads flags, environment and profile.
    pub(crate) fn read(global: &Global, terminal: Terminal) -> Result<Self, Failure> {
        if global.emulator && global.base_url.is_some() {
            return Err(Failure::usage("--emulator and --base-url exclude each other")
                .hint("leave out one of the two"));
        }
        let asked = match &global.profile {
            Some(name) => Some(name.clone()),
            None => variable("FUNNELFLUX_PROFILE")?,
        };
        let name = asked.as_deref().map(str::parse).transpose()?.unwrap_or_default();
        let directory = match directory::find() {
            Ok(directory) => Some(directory),
            Err(_) if asked.is_none() => None,
            Err(failure) => return Err(failure),
        };
        let profile = match &directory {
            Some(directory) => Profile::read(&profile_file(directory, &name))?,
            None => Profile::default(),
        };
        let base_url = match &global.base_url {
            Some(url) => Some(url.clone()),
            None => variable("FUNNELFLUX_BASE_URL")?.or_else(|| profile.base_url.clone()),
        };
        Ok(Self { name, directory, profile, base_url, emulator: global.emulator, terminal })
    }

    /// The name of the profile.
    pub(crate) fn name(&self) -> &ProfileName {
        &self.name
    }

    /// The content of the profile's file.
    pub(crate) fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The base URL, unless it is the vendor's.
    pub(crate) fn base_url(&self) -> Option<&str> {
        self.base_url.as_deref()
    }

    /// Whether to use the emulator in this process.
    pub(crate) fn uses_emulator(&self) -> bool {
        self.emulator
    }

    /// What the command line says about output.
    pub(crate) fn terminal(&self) -> Terminal {
        self.terminal
    }

    /// The format of results: the flag, else the profile's, else a table.
    pub(crate) fn format(&self) -> Format {
        self.terminal.format().or(self.profile.output).unwrap_or(Format::Table)
    }

    /// The source of the tokens.
    pub(crate) fn token_source(&self) -> Result<TokenSource, Failure> {
        TokenSource::find(self)
    }

    /// The profile's names of tracking fields.
    pub(crate) fn fields(&self) -> Result<TrackingAliases, Failure> {
        self.profile.fields(&self.name)
    }

    /// The time zone: the flag, else the profile's. There is no default, because a wrong zone gives
    /// wrong numbers.
    pub(crate) fn zone(&self, flag: Option<&str>) -> Result<Option<Zone>, Failure> {
        match (flag, &self.profile.tz) {
            (Some(zone), _) => Ok(Some(zone_of("--tz", zone)?)),
            (None, Some(zone)) => Ok(Some(zone_of(&format!("profile `{}`: tz", self.name), zone)?)),
            (None, None) => Ok(None),
        }
    }

    /// The path of the profile's file, for messages.
    pub(crate) fn profile_file(&self) -> Option<PathBuf> {
        self.directory.as_deref().map(|directory| profile_file(directory, &self.name))
    }

    /// The configuration directory.
    pub(crate) fn directory(&self) -> Result<PathBuf, Failure> {
        match &self.directory {
            Some(directory) => Ok(directory.clone()),
            None => directory::find(),
        }
    }
}

fn profile_file(directory: &Path, name: &ProfileName) -> PathBuf {
    directory.join("profiles").join(format!("{name}.toml"))
}

/// Parses a zone, and refuses names that mislead: those that look like a place with summer time but
/// are a fixed offset, and those whose sign means the opposite.
fn zone_of(place: &str, text: &str) -> Result<Zone, Failure> {
    let refused = |why: &str, hint: &str| {
        Err(Failure::usage(format!("{place}: `{text}` {why}")).hint(hint.to_owned()))
    };
    let place_instead = |name: &str| {
        let why = "is a fixed offset without summer time";
        refused(why, &format!("use a place instead: {name}; or write an offset: -05:00"))
    };
    let folded = text.to_ascii_uppercase();
    match folded.strip_prefix("ETC/").unwrap_or(&folded) {
        "EST" => place_instead("America/New_York"),
        "MST" => place_instead("America/Denver, or America/Phoenix without summer time"),
        "HST" => place_instead("Pacific/Honolulu"),
        name if name.starts_with("GMT+") || name.starts_with("GMT-") => refused(
            "has the opposite sign of the offset it seems to name",
            "write an offset, +02:00, or use a place: Europe/Berlin",
        ),
        _ => text.parse().map_err(|error| zone_failure(place, &error)),
    }
}

fn zone_failure(place: &str, error: &funnelflux::model::ValidationError) -> Failure {
    let text = error.to_string();
    Failure::usage(format!("{place}: {}", text.strip_prefix("zone: ").unwrap_or(&text)))
}
