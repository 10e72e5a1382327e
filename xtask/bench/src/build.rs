//! Clean builds of each published crate, and of programs that only name a client: the cost of a start.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};

use crate::Result;
use crate::measure::{children_cpu, wall};
use crate::section::{Figure, Goal, Row, Section};

/// The most CPU time of the facade with default features, in builds of reqwest with the same TLS.
const BOUND: f64 = 1.35;
/// How many of the first programs the bound compares, and how often these are built.
const COMPARED: usize = 2;
const ROUNDS: usize = 2;

/// The dependencies of each program beside tokio; `{root}` is this workspace.
const PROGRAMS: [(&str, &str); 5] = [
    (
        "reqwest",
        r#"reqwest = { version = "0.13.5", default-features = false, features = ["rustls", "json"] }"#,
    ),
    ("funnelflux", r#"funnelflux = { path = "{root}/crates/funnelflux" }"#),
    (
        "funnelflux, no features",
        r#"funnelflux = { path = "{root}/crates/funnelflux", default-features = false }"#,
    ),
    ("octocrab", "octocrab = \"0.54\""),
    (
        "kube-client",
        r#"kube-client = { version = "5", features = ["rustls-tls"] }
k8s-openapi = { version = "0.29", features = ["latest"] }"#,
    ),
];

/// Builds the programs, and unless it must be quick each published crate alone.
pub(crate) fn run(quick: bool) -> Result<Section> {
    let mut builds = Vec::new();
    // Quick: what the bound compares.
    for (name, dependencies) in PROGRAMS.iter().take(if quick { COMPARED } else { PROGRAMS.len() })
    {
        let folder = tempfile::tempdir()?;
        write_program(folder.path(), dependencies)?;
        match resolve(folder.path()) {
            Err(why) if !name.starts_with("funnelflux") => {
                eprintln!("note: {name} is left out, the registry was not reached: {why}");
            }
            resolved => {
                resolved?;
                builds.push((build(name, folder.path(), &[])?, folder));
            }
        }
    }
    // Load adds to CPU times, so what the bound compares is built again in turn, and the least counts.
    for _ in 1..ROUNDS {
        for (built, folder) in builds.iter_mut().take(COMPARED) {
            let again = build(&built.name, folder.path(), &[])?;
            if again.cpu < built.cpu {
                *built = again;
            }
        }
    }
    let mut builds: Vec<Built> = builds.into_iter().map(|(built, _)| built).collect();
    // Every crate below `crates` is published.
    for entry in fs::read_dir(root().join("crates"))?.filter(|_| !quick) {
        let name = entry?.file_name().to_string_lossy().into_owned();
        builds.push(build(&format!("{name} alone"), &root(), &["--locked", "-p", &name])?);
    }
    let cpu = |name| builds.iter().find(|it| it.name == name).map_or(f64::NAN, |it| it.cpu);
    let (reqwest, facade) = (cpu("reqwest"), cpu("funnelflux"));
    let what = format!("funnelflux ≤ {BOUND} × reqwest");
    let goals = vec![Goal::at_most(what, BOUND, &[("CPU time", facade / reqwest)])];
    let title = "a clean build in the dev profile, without incremental compilation".to_owned();
    let row = |built: &Built| Row {
        case: built.name.clone(),
        figures: vec![
            Figure::new("wall s", built.wall, 0),
            Figure::new("CPU s", built.cpu, 1),
            Figure::new("× reqwest", built.cpu / reqwest, 2),
            Figure::new("crates", built.crates as f64, 0),
        ],
    };
    Ok(Section { name: "build", title, rows: builds.iter().map(row).collect(), goals })
}

/// A clean build: seconds on the wall and of the CPUs, and the number of crates.
struct Built {
    name: String,
    wall: f64,
    cpu: f64,
    crates: usize,
}

/// Writes a program that waits for nothing, with the versions that this workspace has.
fn write_program(folder: &Path, dependencies: &str) -> Result {
    let dependencies = dependencies.replace("{root}", &root().display().to_string());
    let manifest = format!(
        "[package]\nname = \"hello\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [dependencies]\ntokio = {{ version = \"1.47\", features = [\"rt\", \"macros\"] }}\n{dependencies}\n"
    );
    fs::create_dir(folder.join("src"))?;
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::write(
        folder.join("src/main.rs"),
        "#[tokio::main(flavor = \"current_thread\")]\nasync fn main() {}\n",
    )?;
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock"))?;
    Ok(())
}

/// Fetches what the program needs, so that no build waits for the registry.
fn resolve(folder: &Path) -> Result {
    let offline = said(cargo(folder).args(["fetch", "--offline"]));
    offline.or_else(|_| said(cargo(folder).arg("fetch"))).map(drop)
}

/// Builds in a target directory of its own, which is deleted afterwards.
fn build(name: &str, folder: &Path, arguments: &[&str]) -> Result<Built> {
    let crates = crates(folder, arguments)?;
    let target = tempfile::tempdir()?;
    let (began, cpu) = (wall(), children_cpu()?);
    let mut command = cargo(folder);
    command.args(["build", "--offline"]).args(arguments).env("CARGO_TARGET_DIR", target.path());
    said(&mut command)?;
    let (wall, cpu) = (began.elapsed().as_secs_f64(), (children_cpu()? - cpu).as_secs_f64());
    Ok(Built { name: name.to_owned(), wall, cpu, crates })
}

/// The number of crates that a build compiles for this machine, with their build scripts and macros.
fn crates(folder: &Path, arguments: &[&str]) -> Result<usize> {
    let tree = ["tree", "--offline", "-e", "normal,build", "--prefix", "none", "-f", "{p}"];
    let said = said(cargo(folder).args(tree).args(arguments))?;
    let names = said.lines().map(|line| line.trim_end_matches(" (*)"));
    Ok(names.filter(|line| !line.is_empty()).collect::<BTreeSet<_>>().len())
}

fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// Cargo as it builds crates of the registry: with full debug information, and nothing kept for later.
fn cargo(folder: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(folder).env("CARGO_INCREMENTAL", "0").env("CARGO_PROFILE_DEV_DEBUG", "2");
    command.env_remove("RUSTC_WRAPPER");
    command
}

fn said(command: &mut Command) -> Result<String> {
    let output = command.output().context("cargo could not be started")?;
    let error = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?} failed: {error}");
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each crate costs every user: one more needs a reason, and a new bound here.
    #[test]
    fn the_facade_with_default_features_is_built_of_few_crates() {
        let facade = ["--locked", "-p", "funnelflux"];
        let found = crates(&root(), &facade).unwrap();
        assert!((100..=121).contains(&found), "{found} crates, at most 121");
        let minimal = crates(&root(), &[&facade[..], &["--no-default-features"]].concat()).unwrap();
        assert!(minimal < found - 40, "{minimal} crates without features");
    }

    #[test]
    fn programs_pin_what_the_workspace_pins() {
        let folder = tempfile::tempdir().unwrap();
        write_program(folder.path(), PROGRAMS[1].1).unwrap();
        let manifest = fs::read_to_string(folder.path().join("Cargo.toml")).unwrap();
        assert!(manifest.contains("/crates/funnelflux\" }\n"), "{manifest}");
        let lock = fs::read(folder.path().join("Cargo.lock")).unwrap();
        assert_eq!(lock, fs::read(root().join("Cargo.lock")).unwrap());
    }
}
