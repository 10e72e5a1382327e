//! The files of `ffx learn`, each told by what it holds.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use funnelflux::imports::decode;
use funnelflux::learn::har::Extent;
use funnelflux::learn::schemas::SchemaFile;
use funnelflux::learn::session::{Scrubber, Session as Recording};

use crate::failure::Failure;
use crate::files;
use crate::settings::Settings;

/// The largest file that is not read in a stream.
const LARGEST: u64 = 64 << 20;

/// What of a recording names its creator.
const BEGIN: u64 = 256;

const EXPECTED: &str = "ffx learn takes HAR files, schema files (Swagger 2.0, OpenAPI 3), and JSON as \
                        `ffx funnels get ID -o json` prints it";

/// A file that is no recording.
struct Other {
    name: String,
    text: String,
    /// Why it is none.
    no_har: String,
    schema: Result<SchemaFile, String>,
}

pub(super) fn read_all(
    paths: &[PathBuf],
    recording: &mut Recording,
    settings: &Settings,
) -> Result<(), Failure> {
    let (mut schemas, mut others) = (Vec::new(), Vec::new());
    for (path, name) in named(paths) {
        let Some((text, no_har)) = read(path, &name, recording, settings)? else { continue };
        let text = text.trim_start_matches('\u{feff}').to_owned();
        match SchemaFile::parse_any(&*name, &text) {
            Ok(whole) if whole.is_whole() => schemas.push(whole),
            part => {
                let schema = part.map_err(|error| error.to_string());
                others.push(Other { name, text, no_har, schema });
            }
        }
    }
    let last = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
    // Parts of schema files, to which the others or such parts refer.
    let is_part = |other: &Other, schemas: &[SchemaFile]| {
        other.schema.is_ok() && schemas.iter().any(|schema| schema.refers_to(&last(&other.name)))
    };
    while let Some(at) = others.iter().position(|other| is_part(other, &schemas)) {
        schemas.extend(others.remove(at).schema);
    }
    schemas.into_iter().for_each(|file| recording.document(file));
    others.iter().try_for_each(|other| objects(other, recording))
}

/// The files with the names that facts have for them: without their directories, and with as many of them as tell
/// two of one name apart. One that is given twice is read once.
fn named(paths: &[PathBuf]) -> Vec<(&PathBuf, String)> {
    let mut seen = BTreeSet::new();
    let is_new = |path: &&PathBuf| seen.insert(path.canonicalize().unwrap_or((*path).clone()));
    let given: Vec<&PathBuf> = paths.iter().filter(is_new).collect();
    let parts = |path: &PathBuf| -> Vec<String> {
        let whole = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        whole.iter().rev().map(|part| part.to_string_lossy().into_owned()).collect()
    };
    let all: Vec<Vec<String>> = given.iter().map(|path| parts(path)).collect();
    let name = |own: &Vec<String>| {
        let is_alone = |count: &usize| {
            all.iter().filter(|other| other.iter().take(*count).eq(own.iter().take(*count))).count()
                == 1
        };
        let count = (1..own.len()).find(is_alone).unwrap_or(own.len());
        own.iter().take(count).rev().cloned().collect::<Vec<_>>().join("/")
    };
    given.into_iter().zip(all.iter().map(name)).collect()
}

/// Reads a HAR file; the text of another one is returned, with why it is none.
fn read(
    path: &Path,
    name: &str,
    recording: &mut Recording,
    settings: &Settings,
) -> Result<Option<(String, String)>, Failure> {
    let shown = path.display();
    let open = || files::open(path).map_err(|cause| Failure::unreadable(path, &cause));
    let told = |extent: Extent| {
        let terminal = settings.terminal;
        if let Some(left_out) = extent.left_out() {
            terminal.warn(&format!("{shown}: {left_out}; the others were read"));
        }
        if let Some(ended) = extent.ended {
            terminal.warn(&format!("{shown}: {ended}; what is before it was read"));
        }
        let mut begin = Vec::new();
        let is_read = open()?.take(BEGIN).read_to_end(&mut begin).is_ok();
        if !is_read || !String::from_utf8_lossy(&begin).contains(Scrubber::CREATOR) {
            terminal.warn(&format!(
                "{shown} holds live tokens and cookies; nothing of them is kept. Delete it when you are \
                 done"
            ));
        }
        Ok(None)
    };
    let no_har = match recording.har(name, open()?) {
        Ok(extent) => return told(extent),
        Err(error) => error.to_string(),
    };
    let wrong = |why: String| Err(Failure::usage(&*no_har).hint(why));
    let mut bytes = Vec::new();
    match open()?.take(LARGEST + 1).read_to_end(&mut bytes) {
        Ok(length) if length as u64 <= LARGEST => {}
        Ok(_) => return wrong(format!("another file has at most {} MiB", LARGEST >> 20)),
        Err(cause) => return wrong(cause.to_string()),
    }
    if !bytes.contains(&0) && std::str::from_utf8(&bytes).is_ok() {
        return Ok(String::from_utf8(bytes).ok().map(|text| (text, no_har)));
    }
    // PowerShell writes UTF-16.
    match decode(&bytes) {
        Ok((text, _)) => match recording.har(name, text.as_bytes()) {
            Ok(extent) => told(extent),
            Err(_) => Ok(Some((text, no_har))),
        },
        Err(why) => wrong(format!("{shown} {why}")),
    }
}

/// Takes the objects of a file that holds nothing else.
fn objects(other: &Other, recording: &mut Recording) -> Result<(), Failure> {
    let Other { name, text, no_har, schema } = other;
    let is_json = text.trim_start().starts_with(['{', '[']);
    match is_json.then(|| recording.objects(name, text)).and_then(Result::ok) {
        Some(true) => return Ok(()),
        Some(false) if schema.is_ok() || text.trim_start().starts_with('[') => {
            let why = format!("{name}: it is not clear which kind of asset it holds");
            return Err(
                Failure::usage(why).hint("give whole objects: `ffx funnels get ID -o json`")
            );
        }
        _ => {}
    }
    Err(Failure::usage(match schema {
        Ok(_) => format!("{no_har}, and no schema file"),
        Err(error) => format!("{no_har}; nor a schema file: {error}"),
    })
    .hint(EXPECTED))
}
