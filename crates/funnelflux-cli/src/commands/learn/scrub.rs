//! `ffx learn --scrub`: a copy of a recording that can be shared.

use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use funnelflux::learn::session::Session as Recording;

use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::settings::Settings;

pub(super) fn run(
    given: &[PathBuf],
    out: &Path,
    mut recording: Recording,
    settings: &Settings,
) -> Result<(), Failure> {
    let [path] = given else {
        return Err(Failure::usage("--scrub copies one HAR file".to_owned())
            .hint("ffx learn session.har --scrub shared.har"));
    };
    let (from, to) = (path.display(), out.display());
    if out.is_file() {
        return Err(Failure::usage(format!("{to} exists")).hint("name a new file for the copy"));
    }
    let open = || files::open(path).map_err(|cause| Failure::unreadable(path, &cause));
    let name = from.to_string();
    let wrong = |cause: &dyn std::fmt::Display| {
        Failure::usage(cause.to_string()).hint("expected a HAR file, in UTF-8")
    };
    // What a first reading learns is what the copy has to keep.
    let extent = recording.har(&name, open()?).map_err(|cause| wrong(&cause))?;
    let scrubber = recording.scrubber();
    let input = open()?;
    files::write_by(out, Readers::Default, |file| {
        scrubber.har(&name, input, BufWriter::new(file)).map_err(io::Error::other)
    })
    .map_err(|cause| Failure::unwritable(out, &cause))?;
    let terminal = settings.terminal;
    if let Some(left_out) = extent.left_out() {
        terminal.warn(&format!("{from}: {left_out}; in the copy they are empty"));
    }
    if let Some(ended) = extent.ended {
        terminal.warn(&format!("{from}: {ended}; the copy ends before it"));
    }
    terminal.warn(&format!(
        "{to} holds names of the API, and pseudonyms; look at it before you share it. {from} holds live \
         tokens and cookies: delete it when you are done"
    ));
    Ok(())
}
