//! Random logic scripts: what the check finds is what the generator put in.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

use std::fmt::Write as _;

use funnelflux_funnels::logic::{self, Problem};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Statement {
    Return(String),
    /// Text that looks like a return to a search for words.
    Decoy(String),
    If(Vec<Statement>, Option<Vec<Statement>>),
    Switch(Vec<Vec<Statement>>, Option<Vec<Statement>>),
    Loop(Vec<Statement>),
}

fn statements() -> impl Strategy<Value = Vec<Statement>> {
    let leaf = prop_oneof![
        "[a-z0-9_]{1,12}".prop_map(Statement::Return),
        "[a-z0-9_]{1,12}".prop_map(Statement::Decoy),
    ];
    let statement = leaf.prop_recursive(4, 40, 4, |inner| {
        let list = prop::collection::vec(inner, 0..4);
        let other = prop::option::of(list.clone());
        prop_oneof![
            (list.clone(), other.clone()).prop_map(|(a, b)| Statement::If(a, b)),
            (prop::collection::vec(list.clone(), 0..3), other)
                .prop_map(|(a, b)| Statement::Switch(a, b)),
            list.prop_map(Statement::Loop),
        ]
    });
    prop::collection::vec(statement, 0..5)
}

/// Writes a list, and says whether control can pass its end.
fn write(list: &[Statement], out: &mut String, keys: &mut Vec<String>) -> bool {
    let mut passes = true;
    for statement in list {
        let here = match statement {
            Statement::Return(key) => {
                writeln!(out, "return \"{key}\"").unwrap();
                if !keys.contains(key) {
                    keys.push(key.clone());
                }
                false
            }
            Statement::Decoy(key) => {
                writeln!(
                    out,
                    "// return \"{key}\"\ntext = \"return `{key}`\" /* return \"{key}\" */"
                )
                .unwrap();
                true
            }
            Statement::If(then, other) => {
                out.push_str("if oneOf(country, \"return\") {\n");
                let mut passes = write(then, out, keys);
                match other {
                    None => passes = true,
                    Some(other) => {
                        out.push_str("} else {\n");
                        passes |= write(other, out, keys);
                    }
                }
                out.push_str("}\n");
                passes
            }
            Statement::Switch(cases, default) => {
                out.push_str("switch device {\n");
                let mut passes = false;
                for (at, case) in cases.iter().enumerate() {
                    writeln!(out, "case \"{at}\":").unwrap();
                    passes |= write(case, out, keys);
                }
                match default {
                    None => passes = true,
                    Some(default) => {
                        out.push_str("default:\n");
                        passes |= write(default, out, keys);
                    }
                }
                out.push_str("}\n");
                passes
            }
            Statement::Loop(body) => {
                out.push_str("for hour > 3 {\n");
                write(body, out, keys);
                out.push_str("}\n");
                true
            }
        };
        passes = passes && here;
    }
    passes
}

proptest! {
    #[test]
    fn keys_and_missing_returns_are_those_of_the_script(list in statements()) {
        let (mut code, mut keys) = (String::new(), Vec::new());
        let passes = write(&list, &mut code, &mut keys);
        prop_assume!(code.len() <= logic::MOST_CODE_FOR_CERTAIN);
        let checked = logic::check(&code);
        prop_assert!(checked.keys().eq(keys.iter().map(String::as_str)), "{code}");
        prop_assert!(checked.is_complete());
        let misses = checked.findings().iter().any(|it| matches!(it.problem, Problem::NoReturn { .. }));
        prop_assert_eq!(misses, passes, "{}", code);
        let others = checked.findings().iter().filter(|it| {
            !matches!(it.problem, Problem::NoReturn { .. } | Problem::Unreachable | Problem::NoDefault)
        });
        prop_assert_eq!(others.count(), 0, "{}", code);
    }

    #[test]
    fn a_script_cut_anywhere_within_a_bracket_is_found(list in statements(), at in any::<prop::sample::Index>()) {
        let (mut code, mut keys) = (String::new(), Vec::new());
        write(&list, &mut code, &mut keys);
        let opened: Vec<usize> = code.match_indices("{\n").map(|(at, _)| at + 2).collect();
        prop_assume!(!opened.is_empty());
        code.truncate(*at.get(&opened));
        prop_assert!(logic::check(&code).has_errors(), "{code}");
    }

    #[test]
    fn any_text_is_checked_and_its_places_are_in_it(code in "(?s).{0,200}") {
        for finding in logic::check(&code).findings() {
            let line = code.split('\n').nth(finding.place.line - 1);
            let columns = line.map(|line| line.chars().count());
            prop_assert!(columns.is_some_and(|most| finding.place.column <= most + 1), "{finding}");
        }
    }

    #[test]
    fn any_words_of_go_are_checked(words in prop::collection::vec(
        prop::sample::select(vec![
            "return", "\"us\"", "if", "else", "{", "}", "(", ")", "for", "switch", "case", "default", ":", ";", "\n",
            "break", "x", "x:", "func", "package", ",", "`", "\"", "//", "/*", "goto", "[", "]", "<-", "select", "'",
        ]), 0..60,
    )) {
        let checked = logic::check(&words.join(" "));
        // What makes the keys incomplete is told.
        prop_assert!(checked.is_complete() || !checked.findings().is_empty());
    }
}
