//! The source of the tokens.

use funnelflux::auth::{EnvStore, FileStore};
use funnelflux::transport::{BaseUrl, DEFAULT_BASE_URL, Error};

use super::{DEFAULT_PROFILE, Settings, variable};
use crate::failure::Failure;

/// The source of the tokens. The environment overrides the file, unless the command line names the
/// profile.
#[derive(Debug)]
pub(crate) enum TokenSource {
    Environment(EnvStore),
    File(FileStore),
}

impl TokenSource {
    pub(crate) fn find(settings: &Settings) -> Result<Self, Failure> {
        let environment = EnvStore::from_env()?;
        if environment.is_set() {
            let own =
                Self::file(settings).ok().filter(|file| settings.is_named && file.path().exists());
            let Some(file) = own else { return Ok(Self::Environment(environment)) };
            settings.terminal.warn(&format!(
                "FUNNELFLUX_ACCESS_TOKEN is ignored: --profile {} has tokens of its own",
                settings.name
            ));
            return Ok(Self::File(file));
        }
        if variable("FUNNELFLUX_REFRESH_TOKEN")?.is_some() {
            let terminal = settings.terminal;
            terminal.warn("FUNNELFLUX_REFRESH_TOKEN is ignored: set FUNNELFLUX_ACCESS_TOKEN, too");
        }
        Ok(Self::File(Self::file(settings)?))
    }

    /// The file of the profile's tokens, regardless of the environment.
    pub(crate) fn file(settings: &Settings) -> Result<FileStore, Failure> {
        let file = settings.directory()?.join("tokens").join(format!("{}.json", settings.name));
        let base_url = settings.base_url.as_deref().unwrap_or(DEFAULT_BASE_URL);
        // Spellings of one address are the same; an invalid address is refused elsewhere.
        let base_url =
            base_url.parse::<BaseUrl>().map_or_else(|_| base_url.to_owned(), |url| url.to_string());
        Ok(FileStore::new(file).bound_to(base_url))
    }
}

pub(crate) fn not_given(settings: &Settings, error: Error) -> Failure {
    let of_another_api = error.is_invalid_request();
    let failure = Failure::from(error);
    if !of_another_api {
        return failure;
    }
    failure.hint(format!(
        "check --base-url, FUNNELFLUX_BASE_URL and `base_url` in the profile; for another API use \
         another --profile than `{}`, or log in again: `ffx auth login`",
        settings.name
    ))
}

pub(crate) fn not_logged_in(settings: &Settings, file: &FileStore) -> Failure {
    let name = &settings.name;
    let path = file.path().display();
    let login = match name == DEFAULT_PROFILE {
        true => "ffx auth login".to_owned(),
        false => format!("ffx --profile {name} auth login"),
    };
    Failure::authorise(format!("not logged in: profile `{name}` has no tokens ({path})")).hint(
        format!(
            "get tokens in the app (Settings > API Access) and run `{login}`, or set \
         FUNNELFLUX_ACCESS_TOKEN"
        ),
    )
}
