//! The tools, installed by name and version below target/conformance, never globally.

use std::path::PathBuf;
use std::process::Command;

use crate::process::run_within;
use crate::{Failure, Result, directory};

const PRISM: &str = "@stoplight/prism-cli@5.14.2";
const SCHEMATHESIS: &str = "schemathesis==4.32.5";

/// A slow line and a cold cache.
const INSTALL_SECONDS: u64 = 600;

/// The program `prism`.
pub(crate) fn prism() -> Result<PathBuf> {
    let home = directory().join("npm");
    installed(&home, PRISM, || {
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--save-exact", "--prefix"]);
        npm.arg(&home).arg(PRISM);
        run_within(&mut npm, INSTALL_SECONDS)
    })?;
    Ok(home.join("node_modules/.bin/prism"))
}

/// The program `schemathesis`.
pub(crate) fn schemathesis() -> Result<PathBuf> {
    let home = directory().join("venv");
    installed(&home, SCHEMATHESIS, || {
        run_within(Command::new("python3").args(["-m", "venv"]).arg(&home), INSTALL_SECONDS)?;
        let mut pip = Command::new(home.join("bin/python"));
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", SCHEMATHESIS]);
        run_within(&mut pip, INSTALL_SECONDS)
    })?;
    Ok(home.join("bin/schemathesis"))
}

/// Installs unless exactly this version was installed before.
fn installed(
    home: &std::path::Path,
    package: &str,
    install: impl FnOnce() -> Result<bool>,
) -> Result {
    let mark = home.join("installed");
    if std::fs::read_to_string(&mark).is_ok_and(|there| there == package) {
        println!("    {package} is there");
        return Ok(());
    }
    println!("    installing {package} into {}", home.display());
    std::fs::create_dir_all(home)
        .map_err(|error| Failure::from(format!("{}: {error}", home.display())))?;
    if !install()? {
        return Err(Failure::from(format!("{package} could not be installed")));
    }
    std::fs::write(&mark, package)
        .map_err(|error| Failure::from(format!("{}: {error}", mark.display())))
}
