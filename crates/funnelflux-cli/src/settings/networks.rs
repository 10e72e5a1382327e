//! The shapes of networks' files: those that are built in, and one's own in the configuration directory.

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
        let folder = self.directory.as_deref().map(|directory| directory.join("networks"));
        let entries = folder.into_iter().filter_map(|folder| std::fs::read_dir(folder).ok());
        let mut paths: Vec<_> = entries.flatten().flatten().map(|entry| entry.path()).collect();
        paths.retain(|path| path.extension().is_some_and(|end| end == "toml"));
        paths.sort();
        for path in paths {
            let profile = read(&path)?;
            all.extend((profile.upload == upload).then_some((profile, Some(path))));
        }
        let built_in = Profile::all().into_iter().filter(|profile| profile.upload == upload);
        all.extend(built_in.map(|profile| (profile, None)));
        Ok(all)
    }

    /// The shape of this name.
    pub(crate) fn network(&self, name: &str, upload: UploadKind) -> Result<Profile, Failure> {
        let all = self.networks(upload)?;
        let names = all.iter().map(|(profile, _)| profile.name.as_str()).collect::<Vec<_>>();
        let known = format!("expected one of {}", names.join(", "));
        let is_other = Profile::find(name).is_some_and(|profile| profile.upload != upload);
        let place = format!("--network {name}");
        all.into_iter().map(|(profile, _)| profile).find(|profile| profile.name == name).ok_or_else(
            || {
                let (own, other) = match upload {
                    UploadKind::Costs => ("costs", "conversions"),
                    _ => ("conversions", "costs"),
                };
                Failure::usage(match is_other {
                    true => format!("its files are {other}; `ffx {other}` reads them"),
                    false => known,
                })
                .about(place)
                .hint(format!("`ffx {own} map FILE --save NAME` makes a shape of one's own"))
            },
        )
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
