//! Programs of this workspace, as cargo built them a moment ago.
//!
//! Where cargo puts them depends on the environment and on its configuration, so cargo is asked: a
//! path that is assumed may lead to a program of yesterday.

use std::path::PathBuf;

use serde_json::Value;

use crate::failure::{Failure, Result};
use crate::run::Cargo;

/// Builds an example; where it is.
pub(super) fn example(package: &str, name: &str) -> Result<PathBuf> {
    let messages = Cargo::new(["build", "-q", "-p", package, "--example", name])
        .arg("--message-format=json-render-diagnostics")
        .read()?;
    let missing = || Failure::new(format!("cargo did not say where it put the example `{name}`"));
    executable(&messages, name).ok_or_else(missing)
}

/// The program in cargo's messages, one JSON object a line.
fn executable(messages: &str, example: &str) -> Option<PathBuf> {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut programs = messages.filter_map(|message| {
        let target = message.get("target")?;
        let kinds = target.get("kind")?.as_array()?;
        let is_it = kinds.iter().any(|kind| kind == "example") && target.get("name")? == example;
        message.get("executable")?.as_str().filter(|_| is_it).map(PathBuf::from)
    });
    programs.next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_the_one_that_cargo_names_wherever_that_is() {
        let message = |kind: &str, name: &str, executable: &str| {
            format!(
                r#"{{"reason":"compiler-artifact","target":{{"kind":["{kind}"],"name":"{name}"}},"executable":{executable}}}"#
            )
        };
        let messages = [
            message("lib", "serve", "null"),
            message("bin", "serve", r#""/elsewhere/debug/serve""#),
            message("example", "other", r#""/elsewhere/debug/examples/other""#),
            "a line of a build script".to_owned(),
            message("example", "serve", r#""/elsewhere/debug/examples/serve""#),
            r#"{"reason":"build-finished","success":true}"#.to_owned(),
        ];
        let found = executable(&messages.join("\n"), "serve");
        assert_eq!(found, Some(PathBuf::from("/elsewhere/debug/examples/serve")));
        assert_eq!(executable(&messages[..4].join("\n"), "serve"), None);
    }
}
