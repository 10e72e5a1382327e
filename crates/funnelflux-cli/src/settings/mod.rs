//! Settings. Flags override the environment, which overrides the profile.

mod networks;
mod profile;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use funnelflux::auth::{EnvStore, FileStore};
use funnelflux::model::time::Zone;
use funnelflux::model::{ValidationError, edit_distance};
use funnelflux::transport::{BaseUrl, DEFAULT_BASE_URL, Error, Overlay};

use profile::Profile;

use crate::args::Global;
use crate::failure::Failure;
use crate::output::{Format, Terminal};

pub(crate) const DEFAULT_PROFILE: &str = "default";

const VARIABLES: [&str; 5] = [
    "FUNNELFLUX_ACCESS_TOKEN",
    "FUNNELFLUX_REFRESH_TOKEN",
    "FUNNELFLUX_BASE_URL",
    "FUNNELFLUX_PROFILE",
    "FUNNELFLUX_CONFIG_DIR",
];

/// Refuses a misspelt variable, which would leave the setting at its default.
fn no_variable_is_misspelt() -> Result<(), Failure> {
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        let upper = name.to_ascii_uppercase();
        let folded = match upper.strip_prefix("FFX_") {
            Some(rest) => format!("FUNNELFLUX_{rest}"),
            None => upper,
        };
        let is_known = VARIABLES.iter().any(|it| *it == name || (cfg!(windows) && *it == folded));
        let near = VARIABLES.iter().find(|known| edit_distance(known, &folded) <= 3);
        if let (false, Some(near)) = (is_known, near) {
            let why = format!("{name}: ffx has no such variable; near: {near}");
            return Err(Failure::usage(why)
                .hint("`ffx --help` lists them; unset this one if it is another program's"));
        }
    }
    Ok(())
}

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

#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) name: String,
    is_named: bool,
    /// The configuration directory, if there is one: a container may have no home.
    directory: Option<PathBuf>,
    pub(crate) profile: Profile,
    /// The base URL, unless it is the vendor's.
    pub(crate) base_url: Option<String>,
    pub(crate) emulator: bool,
    pub(crate) patience: Duration,
    pub(crate) timeout: Duration,
    pub(crate) terminal: Terminal,
}

impl Settings {
    /// Reads flags, environment and profile. Only `ffx auth` and `ffx learn` may name a profile that does not
    /// exist.
    pub(crate) fn read(global: Global, is_auth: bool) -> Result<Self, Failure> {
        let is_named = global.profile.is_some();
        no_variable_is_misspelt()?;
        if global.emulator && global.base_url.is_some() {
            return Err(Failure::usage("--emulator and --base-url exclude each other")
                .hint("leave out one of the two"));
        }
        let or = |flag: Option<_>, name| flag.map_or_else(|| variable(name), |it| Ok(Some(it)));
        let asked = or(global.profile, "FUNNELFLUX_PROFILE")?;
        let directory = find_directory(is_auth)?;
        if asked.is_some() && directory.is_none() {
            return Err(no_directory());
        }
        let name = profile::checked_name(asked.as_deref().unwrap_or(DEFAULT_PROFILE))?;
        if let (Some(directory), Some(_), false) = (&directory, &asked, is_auth) {
            exists(directory, &name)?;
        }
        let profile = match &directory {
            Some(directory) => Profile::read(&profile_file(directory, &name))?,
            None => Profile::default(),
        };
        let base_url = or(global.base_url, "FUNNELFLUX_BASE_URL")?;
        let base_url = base_url.or_else(|| profile.base_url.clone());
        Ok(Self {
            name,
            is_named,
            directory,
            profile,
            base_url,
            emulator: global.emulator,
            patience: global.patience,
            timeout: global.timeout,
            terminal: global.terminal,
        })
    }

    pub(crate) fn format(&self) -> Format {
        self.terminal.output.or(self.profile.output).unwrap_or(Format::Table)
    }

    /// The flag, else the profile's. There is no default, because a wrong zone gives wrong numbers.
    pub(crate) fn zone(&self, flag: Option<&str>) -> Result<Option<Zone>, Failure> {
        match (flag, &self.profile.tz) {
            (Some(zone), _) => Ok(Some(zone_of("--tz", zone)?)),
            (None, Some(zone)) => Ok(Some(zone_of(&format!("profile `{}`: tz", self.name), zone)?)),
            (None, None) => Ok(None),
        }
    }

    pub(crate) fn base_url(&self) -> &str {
        self.base_url.as_deref().unwrap_or(DEFAULT_BASE_URL)
    }

    pub(crate) fn profile_file(&self) -> Option<PathBuf> {
        self.directory.as_deref().map(|directory| profile_file(directory, &self.name))
    }

    /// The file of what `ffx learn` writes.
    pub(crate) fn overlay_file(&self) -> Result<PathBuf, Failure> {
        let name = format!("{}{}", self.name, profile::CONTRACT);
        Ok(profile_file(self.directory()?, &name))
    }

    /// What `ffx learn` found, read where it is needed: other commands work with a file that is broken.
    pub(crate) fn learned(&self) -> Result<Overlay, Failure> {
        let file = self.overlay_file().ok();
        match file.filter(|file| file.symlink_metadata().is_ok()) {
            Some(file) => Ok(Overlay::from_file(file)?),
            None => Ok(Overlay::new()),
        }
    }

    /// The same, and the profile's own overrides behind it.
    pub(crate) fn overlay(&self) -> Result<Overlay, Failure> {
        self.learned().map(|learned| self.profile.over(learned))
    }

    pub(crate) fn directory(&self) -> Result<&Path, Failure> {
        self.directory.as_deref().ok_or_else(no_directory)
    }
}

fn profile_file(directory: &Path, name: &str) -> PathBuf {
    directory.join("profiles").join(format!("{name}.toml"))
}

/// Fails if a profile has neither settings nor tokens: another account would be used.
fn exists(directory: &Path, name: &str) -> Result<(), Failure> {
    let names = |below: &str, ending: &'static str| {
        let files = std::fs::read_dir(directory.join(below)).into_iter().flatten().flatten();
        let names = files.filter_map(|file| file.file_name().into_string().ok());
        names.filter_map(move |name| Some(name.strip_suffix(ending)?.to_owned()))
    };
    let known = names("profiles", ".toml").chain(names("tokens", ".json"));
    // A profile that has learned something and has no settings is one.
    let known: BTreeSet<_> = known
        .map(|name| name.strip_suffix(profile::CONTRACT).unwrap_or(&name).to_owned())
        .collect();
    if name == DEFAULT_PROFILE || known.contains(name) {
        return Ok(());
    }
    let known = match known.is_empty() {
        true => "there is none".to_owned(),
        false => format!("known: {}", known.into_iter().collect::<Vec<_>>().join(", ")),
    };
    let directory = directory.display();
    let why = format!("profile `{name}`: {directory} has no such profile ({known})");
    let makes = format!("`ffx --profile {name} auth login` makes it");
    Err(Failure::usage(why).hint(format!("{makes}, and so does a file profiles/{name}.toml")))
}

/// `FUNNELFLUX_CONFIG_DIR`, which only a login makes, `$XDG_CONFIG_HOME/funnelflux`, or the system's.
fn find_directory(is_auth: bool) -> Result<Option<PathBuf>, Failure> {
    let path = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    if let Some(directory) = path("FUNNELFLUX_CONFIG_DIR") {
        if directory.is_dir() || (is_auth && !directory.exists()) {
            return Ok(Some(directory));
        }
        let why = "expected a directory that exists and may be read";
        let why = format!("FUNNELFLUX_CONFIG_DIR: got `{}`; {why}", directory.display());
        return Err(Failure::usage(why)
            .hint("`mkdir -p` makes it, and so does `ffx auth login`; or unset the variable"));
    }
    let home = || std::env::home_dir().filter(|home| home.is_absolute());
    // The XDG specification says to ignore relative paths.
    let parent = path("XDG_CONFIG_HOME").filter(|path| path.is_absolute()).or_else(|| {
        if cfg!(windows) {
            path("APPDATA").or_else(|| Some(home()?.join("AppData").join("Roaming")))
        } else if cfg!(target_os = "macos") {
            Some(home()?.join("Library").join("Application Support"))
        } else {
            Some(home()?.join(".config"))
        }
    });
    Ok(parent.map(|parent| parent.join("funnelflux")))
}

fn no_directory() -> Failure {
    Failure::failed("no directory for profiles and tokens: the home directory is unknown")
        .hint("set FUNNELFLUX_CONFIG_DIR to a directory")
}

/// Parses a zone, and refuses offsets that look like a place, or whose sign is the opposite.
fn zone_of(place: &str, text: &str) -> Result<Zone, Failure> {
    let refused = |why: &str| Failure::usage(format!("{place}: `{text}` {why}"));
    let folded = text.to_ascii_uppercase();
    let instead = match folded.strip_prefix("ETC/").unwrap_or(&folded) {
        "EST" | "EDT" => "America/New_York",
        "CST" | "CDT" => "America/Chicago",
        "MST" | "MDT" => "America/Denver, or America/Phoenix without summer time",
        "PST" | "PDT" => "America/Los_Angeles",
        "BST" => "Europe/London",
        "CEST" => "Europe/Berlin",
        "HST" => "Pacific/Honolulu",
        name if name.starts_with("GMT+") || name.starts_with("GMT-") => {
            return Err(refused("has the opposite sign of the offset it seems to name")
                .hint("write an offset, +02:00, or use a place: Europe/Berlin"));
        }
        _ => {
            return text.parse().map_err(|error: ValidationError| {
                let why = error.to_string();
                Failure::usage(why.strip_prefix("zone: ").unwrap_or(&why)).about(place)
            });
        }
    };
    Err(refused("stands for an offset, and not for a place with its summer time")
        .hint(format!("use a place instead: {instead}; or write an offset: -05:00")))
}

/// The source of the tokens: the environment, unless the command line names a profile with its own.
#[derive(Debug)]
pub(crate) enum TokenSource {
    Environment(EnvStore),
    File(FileStore),
}

impl TokenSource {
    pub(crate) fn find(settings: &Settings) -> Result<Self, Failure> {
        let environment = EnvStore::from_env()?;
        if environment.is_set() {
            // One that cannot be looked at is there, and says why when it is read.
            let is_there = |file: &FileStore| file.path().try_exists().unwrap_or(true);
            let own = Self::file(settings).ok().filter(|file| settings.is_named && is_there(file));
            let Some(file) = own else { return Ok(Self::Environment(environment)) };
            let why = format!("--profile {} has tokens of its own", settings.name);
            settings.terminal.warn(&format!("FUNNELFLUX_ACCESS_TOKEN is ignored: {why}"));
            return Ok(Self::File(file));
        }
        if variable("FUNNELFLUX_REFRESH_TOKEN")?.is_some() {
            let terminal = settings.terminal;
            terminal.warn("FUNNELFLUX_REFRESH_TOKEN is ignored: set FUNNELFLUX_ACCESS_TOKEN, too");
        }
        Ok(Self::File(Self::file(settings)?))
    }

    pub(crate) fn file(settings: &Settings) -> Result<FileStore, Failure> {
        let file = settings.directory()?.join("tokens").join(format!("{}.json", settings.name));
        let text = settings.base_url();
        // Spellings of one address are the same; an invalid address is refused elsewhere.
        let url = text.parse::<BaseUrl>().map_or_else(|_| text.to_owned(), |url| url.to_string());
        Ok(FileStore::new(file).bound_to(url))
    }
}

pub(crate) fn not_given(settings: &Settings, error: Error) -> Failure {
    // Tokens of another API are an invalid request.
    if !error.is_invalid_request() {
        return error.into();
    }
    let name = &settings.name;
    Failure::from(error).hint(format!(
        "check --base-url, FUNNELFLUX_BASE_URL and `base_url` in the profile; for another API use \
         another --profile than `{name}`, or log in again: `ffx auth login`"
    ))
}

pub(crate) fn not_logged_in(settings: &Settings, file: &FileStore) -> Failure {
    let (name, path) = (&settings.name, file.path().display());
    let flag = match name == DEFAULT_PROFILE {
        true => String::new(),
        false => format!(" --profile {name}"),
    };
    let why = format!("not logged in: profile `{name}` has no tokens ({path})");
    let get = "get tokens in the app (Settings > API Access) and run";
    Failure::authorise(why)
        .hint(format!("{get} `ffx{flag} auth login`, or set FUNNELFLUX_ACCESS_TOKEN"))
}
