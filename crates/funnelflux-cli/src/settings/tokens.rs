//! Where the tokens come from.

use funnelflux::auth::{EnvStore, FileStore};

use super::{Settings, variable};
use crate::failure::Failure;

/// Where the tokens come from. The environment wins over the file.
#[derive(Debug)]
pub(crate) enum TokenSource {
    Environment(EnvStore),
    File(FileStore),
}

impl TokenSource {
    pub(super) fn find(settings: &Settings) -> Result<Self, Failure> {
        let environment = EnvStore::from_env()?;
        if environment.is_set() {
            return Ok(Self::Environment(environment));
        }
        if variable("FUNNELFLUX_REFRESH_TOKEN")?.is_some() {
            settings.terminal().warn(
                "FUNNELFLUX_REFRESH_TOKEN alone is not used: set FUNNELFLUX_ACCESS_TOKEN too",
            );
        }
        Ok(Self::File(Self::file(settings)?))
    }

    /// The file of the profile's tokens, whatever the environment holds.
    pub(crate) fn file(settings: &Settings) -> Result<FileStore, Failure> {
        let file = settings.directory()?.join("tokens").join(format!("{}.json", settings.name()));
        Ok(FileStore::new(file))
    }
}

/// What to say where there are no tokens.
pub(crate) fn not_logged_in(settings: &Settings, file: &FileStore) -> Failure {
    let name = settings.name();
    let path = file.path().display();
    let login = match name.is_default() {
        true => "ffx auth login".to_owned(),
        false => format!("ffx --profile {name} auth login"),
    };
    Failure::authorise(format!("not logged in: profile `{name}` has no tokens ({path})")).hint(
        format!(
            "take tokens from the app (Settings > API Access) and run `{login}`, or set \
         FUNNELFLUX_ACCESS_TOKEN"
        ),
    )
}
