//! Where the ids of a `create` are written down.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use funnelflux::model::Document;
use sha2::{Digest as _, Sha256};

use super::Context;
use super::resume::beside;
use crate::args::CreateArgs;
use crate::failure::Failure;
use crate::input::Input;

/// The file of ids.
#[derive(Debug)]
pub(super) struct Notes {
    path: PathBuf,
    /// Locked while it lives; a file of objects is locked itself.
    _lock: Option<File>,
}

impl Notes {
    /// Beside the file of objects; for stdin among the files of the program. `None` where nothing
    /// is to be gone on with: a single object of flags, an emulator that ends with the command, a
    /// machine without a place for files.
    pub(super) fn find(
        context: &Context<'_>,
        input: Option<&Input>,
        objects: &[Document],
        args: &CreateArgs,
    ) -> Result<Option<Self>, Failure> {
        let Some(input) = input else { return Ok(None) };
        if context.settings.uses_emulator() {
            return Ok(None);
        }
        if let Some(file) = input.regular_file() {
            return Ok(Some(Self { path: beside(file), _lock: None }));
        }
        let Ok(directory) = context.settings.directory() else {
            context.progress.aside(|| {
                context.terminal().warn(
                    "there is no place for files (FUNNELFLUX_CONFIG_DIR), so the ids are written \
                     nowhere: the same command again makes the objects a second time",
                );
            });
            return Ok(None);
        };
        let directory = directory.join("state");
        let name = name(context, objects, &args.members.set);
        let path = directory.join(format!("{name}.json"));
        if args.dry.dry_run {
            return Ok(Some(Self { path, _lock: None }));
        }
        let unwritable = |cause: std::io::Error| {
            Failure::failed(format!("{}: {cause}; nothing was sent", directory.display())).hint(
                "the ids of objects from stdin are written down there first; FUNNELFLUX_CONFIG_DIR \
                 names another directory",
            )
        };
        fs::create_dir_all(&directory).map_err(unwritable)?;
        let lock = File::create(directory.join(format!("{name}.lock"))).map_err(unwritable)?;
        // Where locks are not to be had, one goes without.
        if let Err(TryLockError::WouldBlock) = lock.try_lock() {
            return Err(Failure::failed("another ffx is at work on the same objects"));
        }
        Ok(Some(Self { path, _lock: Some(lock) }))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

/// The same for the same objects in the same account, as far as the account can be told apart
/// without asking it.
fn name(context: &Context<'_>, objects: &[Document], sets: &[String]) -> String {
    let mut hash = Sha256::new();
    let mut add = |piece: &str| {
        // The length keeps two pieces from reading like two others.
        hash.update(piece.len().to_le_bytes());
        hash.update(piece);
    };
    add(&context.settings.name().to_string());
    add(context.settings.base_url().unwrap_or_default());
    add(context.assets.name());
    sets.iter().for_each(|set| add(set));
    add("objects");
    objects.iter().for_each(|object| add(object.text()));
    let digest: String =
        hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("create-{}-{digest}", context.assets.name())
}
