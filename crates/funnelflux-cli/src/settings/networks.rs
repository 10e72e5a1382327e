//! The shapes of networks' files: those that are built in, and one's own in the configuration directory.

use std::fs::DirEntry;
use std::io;
use std::path::PathBuf;

use funnelflux::imports::{Profile, UploadKind};

use super::Settings;
use crate::failure::Failure;
use crate::files;
use crate::input::text_of;

impl Settings {
    /// The shapes of one kind of upload, one's own first, each with its file if it has one.
    pub(crate) fn networks(
        &self,
        upload: UploadKind,
    ) -> Result<Vec<(Profile, Option<PathBuf>)>, Failure> {
        let mut all = Vec::new();
        for path in self.network_files()? {
            let profile = read(&path)?;
            all.extend((profile.upload == upload).then_some((profile, Some(path))));
        }
        let built_in = Profile::all().into_iter().filter(|profile| profile.upload == upload);
        all.extend(built_in.map(|profile| (profile, None)));
        Ok(all)
    }

    fn network_files(&self) -> Result<Vec<PathBuf>, Failure> {
        let Some(directory) = &self.directory else { return Ok(Vec::new()) };
        let folder = directory.join("networks");
        let entries = match std::fs::read_dir(&folder) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.and_then(|all| all.collect::<Result<Vec<_>, _>>()),
        };
        let entries = entries.map_err(|cause| Failure::unreadable(&folder, &cause))?;
        let mut paths: Vec<_> = entries.iter().map(DirEntry::path).collect();
        paths.retain(|path| path.extension().is_some_and(|end| end == "toml"));
        paths.sort();
        Ok(paths)
    }

    /// The shape of this name: one's own, else the built-in one.
    pub(crate) fn network(&self, name: &str, upload: UploadKind) -> Result<Profile, Failure> {
        let mut files = self.network_files()?.into_iter();
        let own = files.find(|path| path.file_stem().is_some_and(|stem| *stem == *name));
        let found = match own {
            Some(path) => Some(read(&path)?),
            None => Profile::find(name),
        };
        let (this, other) = match upload {
            UploadKind::Costs => ("costs", "conversions"),
            _ => ("conversions", "costs"),
        };
        let why = match found {
            Some(profile) if profile.upload == upload => return Ok(profile),
            Some(_) => format!("its files are {other}; `ffx {other}` reads them"),
            None => {
                let all = self.networks(upload)?.into_iter().map(|(profile, _)| profile.name);
                format!("expected one of {}", all.collect::<Vec<_>>().join(", "))
            }
        };
        Err(Failure::usage(why)
            .about(format!("--network {name}"))
            .hint(format!("`ffx {this} map FILE --save NAME` makes a shape of one's own")))
    }

    /// The file of a shape of one's own.
    pub(crate) fn network_file(&self, name: &str) -> Result<PathBuf, Failure> {
        super::profile::checked_name(name)?;
        Ok(self.directory()?.join("networks").join(format!("{name}.toml")))
    }
}

fn read(path: &std::path::Path) -> Result<Profile, Failure> {
    let file = files::open(path).map_err(|cause| Failure::unreadable(path, &cause))?;
    let wrong = |why: String| Failure::usage(why).about(path.display());
    let profile = Profile::parse(&text_of(path, file)?)
        .map_err(|cause| wrong(cause.to_string().trim_end().replace('\n', " ")))?;
    match path.file_stem().is_some_and(|stem| *stem == *profile.name) {
        true => Ok(profile),
        false => Err(wrong(format!("name = {:?}; expected the name of the file", profile.name))),
    }
}
