//! Running cargo from the root of the workspace.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::Result;

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_path_buf()
}

/// One call of the cargo that runs this program.
pub(crate) struct Cargo {
    command: Command,
    shown: String,
}

impl Cargo {
    pub(crate) fn new<const N: usize>(arguments: [&str; N]) -> Self {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
        let mut command = Command::new(cargo);
        command.current_dir(root());
        Self { command, shown: "cargo".to_owned() }.args(arguments)
    }

    pub(crate) fn args(mut self, arguments: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        for argument in arguments {
            self.command.arg(argument.as_ref());
            self.shown.push(' ');
            self.shown.push_str(argument.as_ref());
        }
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it with its output on the terminal.
    pub(crate) fn run(mut self) -> Result {
        let shown = &self.shown;
        println!("    {shown}");
        let status = self.command.status().with_context(|| format!("`{shown}`: not started"))?;
        if !status.success() {
            bail!("`{shown}` failed: {status}");
        }
        Ok(())
    }

    /// Runs it and returns its standard output.
    pub(crate) fn read(mut self) -> Result<String> {
        let shown = &self.shown;
        let output = self.command.output().with_context(|| format!("`{shown}`: not started"))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            bail!("`{shown}` failed: {}\n{said}", output.status);
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}
