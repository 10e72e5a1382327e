//! The journal of a profile: what was sent, written down before it is sent.

use std::path::PathBuf;

use funnelflux::Error;
use funnelflux::transport::BaseUrl;

pub(crate) use funnelflux::journal::{
    Book, Draft, Journal, Run, RunId, State, Step, StepId, Writer,
};

use crate::failure::Failure;
use crate::settings::Settings;

/// Opens the journal. Nothing is kept for the emulator, which ends with the command, nor where there is no
/// directory. A dry run makes no file.
pub(crate) fn open(settings: &Settings, is_dry: bool) -> Result<Option<Journal>, Failure> {
    let Some(path) = path(settings).filter(|path| !is_dry || path.exists()) else {
        return Ok(None);
    };
    Journal::open(path).map(Some).map_err(unusable)
}

/// The book of a kind in a scope, if there is one. To be written to, it is made and locked; `busy`
/// says that another process writes to it.
pub(crate) fn book(
    journal: &Journal,
    (kind, scope): (&str, &str),
    is_sending: bool,
    busy: &str,
) -> Result<(Option<Book>, Option<Writer>), Failure> {
    if !is_sending {
        return Ok((journal.find(kind, scope).map_err(unusable)?, None));
    }
    let book = journal.book(kind, scope).map_err(unusable)?;
    let writer = book.write().map_err(unusable)?.ok_or_else(|| Failure::failed(busy))?;
    Ok((Some(book), Some(writer)))
}

/// The file of the journal, unless nothing is kept.
pub(crate) fn path(settings: &Settings) -> Option<PathBuf> {
    let directory = settings.directory().ok().filter(|_| !settings.emulator)?;
    Some(directory.join("state").join(format!("journal-{}.sqlite", settings.name)))
}

/// The account, as far as it is known: two spellings of one base URL are the same.
pub(crate) fn account(settings: &Settings) -> String {
    let text = settings.base_url();
    text.parse::<BaseUrl>().map_or_else(|_| text.to_owned(), |url| url.to_string())
}

/// Why no journal is kept.
pub(crate) fn why_none(settings: &Settings) -> &'static str {
    match settings.emulator {
        true => "the emulator ends with the command",
        false => "there is no configuration directory (FUNNELFLUX_CONFIG_DIR)",
    }
}

/// The failure of a command that has not sent anything yet.
pub(crate) fn unusable(error: Error) -> Failure {
    Failure::from(error).hint(
        "nothing was sent, because it is written there first; FUNNELFLUX_CONFIG_DIR names another \
         directory",
    )
}
