//! `ci`: the steps that must pass before a change lands. `.ci/run` runs this verb and lists none itself.

use std::time::Instant;

use crate::failure::{Failure, Result};
use crate::verbs::{VERBS, Verb, only_flag};

/// The part that a verb has in `ci`.
pub(crate) enum Ci {
    /// Not a step.
    No,
    /// A step, with these arguments.
    Step(&'static [&'static str]),
    /// A step that only `ci --all` runs, since it takes minutes or needs more than Rust.
    SlowStep,
}

pub(crate) fn verb(arguments: &[String]) -> Result {
    let all = only_flag("ci", "--all", arguments)?;
    let begin = now();
    let steps: Vec<_> = steps(all).collect();
    let count = steps.len();
    for (number, (verb, arguments)) in steps.into_iter().enumerate() {
        // The output ends with the results of the tests, so the summary comes before them.
        if number + 1 == count {
            println!(
                "{number} steps passed in {:.1} s; the last one:",
                begin.elapsed().as_secs_f64()
            );
        }
        run(verb, &arguments)?;
    }
    Ok(())
}

fn run(verb: &Verb, arguments: &[String]) -> Result {
    println!("==> {}", verb.name);
    let begin = now();
    let outcome = (verb.run)(arguments);
    let seconds = begin.elapsed().as_secs_f64();
    match outcome {
        Ok(()) => println!("<== {}: passed in {seconds:.1} s", verb.name),
        Err(failure) => {
            let name = verb.name;
            return Err(Failure::new(format!(
                "{failure}\n<== {name}: failed after {seconds:.1} s"
            )));
        }
    }
    Ok(())
}

/// The steps with their arguments, in order.
fn steps(all: bool) -> impl Iterator<Item = (&'static Verb, Vec<String>)> {
    VERBS.iter().filter_map(move |verb| match verb.ci {
        Ci::Step(arguments) => Some((verb, arguments.iter().map(ToString::to_string).collect())),
        Ci::SlowStep if all => Some((verb, Vec::new())),
        Ci::SlowStep | Ci::No => None,
    })
}

#[allow(clippy::disallowed_methods, reason = "wall time of a build step, for a person to read")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(all: bool) -> Vec<&'static str> {
        steps(all).map(|(verb, _)| verb.name).collect()
    }

    #[test]
    fn the_tests_come_last_so_that_the_output_ends_with_their_result() {
        assert_eq!(names(false).last(), Some(&"test"));
        assert_eq!(names(true).last(), Some(&"test"));
    }

    #[test]
    fn the_script_of_ci_names_every_step_that_it_leaves_out() {
        let script = std::fs::read_to_string(crate::run::root().join(".ci/run")).unwrap();
        let usual = names(false);
        let slow: Vec<_> = names(true).into_iter().filter(|name| !usual.contains(name)).collect();
        assert!(!slow.is_empty());
        for name in slow {
            assert!(script.contains(&format!("`{name}`")), "{name} is missing in:\n{script}");
        }
        assert!(script.ends_with("cargo xtask ci\n"), "{script}");
    }
}
