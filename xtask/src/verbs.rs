//! The verbs, what each is for, and the order in which `ci` runs them.

use crate::failure::{Failure, Result};
use crate::run::Cargo;
use crate::{ci, conform, features, layers, lines, once, openapi, scratch, wire};
use ci::Ci;

/// A command of `cargo xtask`.
pub(crate) struct Verb {
    pub(crate) name: &'static str,
    arguments: &'static str,
    about: &'static str,
    pub(crate) run: fn(&[String]) -> Result,
    /// Whether and how `ci` runs it.
    pub(crate) ci: Ci,
}

/// Every verb; `ci` runs its steps in this order: cheap ones first, the tests last.
pub(crate) const VERBS: &[Verb] = &[
    Verb {
        name: "fmt",
        arguments: "[--fix]",
        about: "Check that the code is formatted; with --fix, format it",
        run: fmt,
        ci: Ci::Step(&[]),
    },
    Verb {
        name: "clippy",
        arguments: "",
        about: "Lint every target with every feature; a warning is an error",
        run: clippy,
        ci: Ci::Step(&[]),
    },
    Verb {
        name: "wire",
        arguments: "[--check]",
        about: "Check docs/contract and generate from it; with --check, only say what is stale",
        run: wire::verb,
        ci: Ci::Step(&["--check"]),
    },
    Verb {
        name: "contract",
        arguments: "openapi [--check]",
        about: "Write docs/openapi.json from docs/contract; with --check, only say if it is stale",
        run: openapi::verb,
        ci: Ci::Step(&["openapi", "--check"]),
    },
    Verb {
        name: "layers",
        arguments: "",
        about: "Check that crates depend on lower ones only, and that modules form no circle",
        run: layers::verb,
        ci: Ci::Step(&[]),
    },
    Verb {
        name: "once",
        arguments: "",
        about: "Check that what must exist once does: grades, secrets, the API's names",
        run: once::verb,
        ci: Ci::Step(&[]),
    },
    Verb {
        name: "lines",
        arguments: "[--max N]",
        about: "Count the source lines written by hand; fail above N, and on files of over 500",
        run: lines::verb,
        ci: Ci::Step(&["--max", "55000"]),
    },
    Verb {
        name: "features",
        arguments: "",
        about: "Check that each crate builds alone, and that the facade reaches every feature",
        run: features::verb,
        ci: Ci::Step(&[]),
    },
    Verb {
        name: "doc",
        arguments: "",
        about: "Build the documentation; a warning is an error",
        run: doc,
        ci: Ci::Step(&[]),
    },
    Verb {
        name: "conformance",
        arguments: "",
        about: "Compare client and emulator with docs/openapi.json, by Prism and Schemathesis",
        run: conformance,
        ci: Ci::SlowStep,
    },
    Verb {
        name: "scratch",
        arguments: "",
        about: "Plant a kind of asset and a metric in a copy of the contract, build it, and run ffx",
        run: scratch::verb,
        ci: Ci::SlowStep,
    },
    Verb {
        name: "bench",
        arguments: "[ARGS…]",
        about: "Run the benchmarks, in release mode",
        run: bench,
        ci: Ci::SlowStep,
    },
    Verb {
        name: "test",
        arguments: "",
        about: "Run every test of the workspace",
        run: test,
        ci: Ci::Step(&[]),
    },
    Verb {
        name: "ci",
        arguments: "[--all]",
        about: "Run all of the above but the slow ones in this order; with --all, these too",
        run: ci::verb,
        ci: Ci::No,
    },
    Verb {
        name: "conform",
        arguments: "FILE… [--json] [--write]",
        about: "Compare the vendor's schema files with docs/contract; --write takes paths over",
        run: conform::verb,
        ci: Ci::No,
    },
];

pub(crate) fn dispatch(arguments: &[String]) -> Result {
    match arguments.split_first() {
        None => {
            print!("{}", help());
            Ok(())
        }
        Some((verb, _)) if ["help", "-h", "--help"].contains(&verb.as_str()) => {
            print!("{}", help());
            Ok(())
        }
        Some((name, rest)) => {
            let verb = find(name).ok_or_else(|| {
                Failure::new(format!("`{name}` is not a verb of xtask\n\n{}", help()))
            })?;
            (verb.run)(rest)
        }
    }
}

fn find(name: &str) -> Option<&'static Verb> {
    VERBS.iter().find(|verb| verb.name == name)
}

fn help() -> String {
    let mut text = String::from("cargo xtask <verb>\n\n");
    for verb in VERBS {
        let call = format!("{} {}", verb.name, verb.arguments);
        text.push_str(&format!("  {call:<32} {}\n", verb.about));
    }
    text + &format!("\n`lines` counts {}.\n", lines::COUNTED)
}

/// Fails on any argument of a verb that takes none.
pub(crate) fn no_arguments(verb: &str, arguments: &[String]) -> Result {
    match arguments.first() {
        None => Ok(()),
        Some(argument) => {
            Err(Failure::new(format!("`{verb}` takes no arguments, but was given `{argument}`")))
        }
    }
}

/// Whether the one flag that a verb knows was given; fails on anything else.
pub(crate) fn only_flag(verb: &str, flag: &str, arguments: &[String]) -> Result<bool> {
    match arguments {
        [] => Ok(false),
        [one] if one == flag => Ok(true),
        _ => Err(Failure::new(format!(
            "`{verb}` takes `{flag}` or nothing, but was given `{}`",
            arguments.join(" ")
        ))),
    }
}

fn fmt(arguments: &[String]) -> Result {
    let fix = only_flag("fmt", "--fix", arguments)?;
    let cargo = Cargo::new(["fmt", "--all"]);
    if fix { cargo.run() } else { cargo.arg("--check").run() }
}

fn clippy(arguments: &[String]) -> Result {
    no_arguments("clippy", arguments)?;
    Cargo::new(["clippy", "--workspace", "--all-targets", "--all-features"])
        .args(["--", "-D", "warnings"])
        .run()
}

fn doc(arguments: &[String]) -> Result {
    no_arguments("doc", arguments)?;
    Cargo::new(["doc", "--workspace", "--no-deps", "--all-features"])
        .env("RUSTDOCFLAGS", "-D warnings")
        .run()
}

fn test(arguments: &[String]) -> Result {
    no_arguments("test", arguments)?;
    Cargo::new(["test", "--workspace"]).run()
}

fn conformance(arguments: &[String]) -> Result {
    no_arguments("conformance", arguments)?;
    Cargo::new(["run", "-q", "-p", "funnelflux-tests", "--bin", "conformance"]).run()
}

fn bench(arguments: &[String]) -> Result {
    Cargo::new(["run", "--release", "-q", "-p", "funnelflux-bench", "--"]).args(arguments).run()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_verb_is_named_and_answered_with_the_help() {
        let failure = dispatch(&["wrie".to_owned()]).unwrap_err().to_string();
        assert!(failure.contains("`wrie`") && failure.contains("wire"), "{failure}");
    }

    #[test]
    fn a_mistyped_flag_is_refused_rather_than_ignored() {
        let failure = only_flag("wire", "--check", &["--chekc".to_owned()]).unwrap_err();
        assert!(failure.to_string().contains("--chekc"), "{failure}");
    }
}
