//! Logic scripts: the keys of their returns, and what is wrong with them.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

use funnelflux_funnels::Severity;
use funnelflux_funnels::logic::{self, Checked, Problem, is_route_key};

static_assertions::assert_impl_all!(Checked: Send, Sync, Clone, std::fmt::Debug);

fn found(code: &str) -> Vec<String> {
    let checked = logic::check(code);
    let found = checked.findings().iter();
    found.map(|it| format!("{} {}", it.place, it.problem.code())).collect()
}

fn keys(code: &str) -> Vec<String> {
    logic::check(code).keys().map(str::to_owned).collect()
}

#[test]
fn keys_are_the_literals_of_returns_and_of_nothing_else() {
    for (code, expected) in [
        (r#"return "default""#, vec!["default"]),
        // The example of the vendor's guide.
        (
            "if country == \"US\" {\n\treturn \"us\"\n}\nif oneOf(country, \"CA\", \"AU\", \"NZ\") {\n\treturn \"tier_one\"\n}\nreturn \"default\"\n",
            vec!["us", "tier_one", "default"],
        ),
        ("// return \"a\"\n/* return \"b\" */ return \"c\" // return \"d\"", vec!["c"]),
        ("x := \"return \\\"a\\\"\"\ny := `return \"b\"`\nreturn \"c\"", vec!["c"]),
        ("return `raw`", vec!["raw"]),
        ("return (\"us\")", vec!["us"]),
        ("return /* why */ \"us\" /* so */", vec!["us"]),
        // The same key, spelled with escapes.
        (r#"return "\x75\163\u005f1""#, vec!["us_1"]),
        ("if a { return \"us\" }; return \"us\"", vec!["us"]),
        // A return of an inner function is none of the script.
        ("f := func() string { return \"inner\" }\n_ = f\nreturn \"outer\"", vec!["outer"]),
        (
            "switch c {\ncase \"US\": return \"us\"\ndefault: return \"default\"\n}",
            vec!["us", "default"],
        ),
        ("return key", vec![]),
        ("return \"tier\" + \"_one\"", vec![]),
    ] {
        assert_eq!(keys(code), expected, "{code}");
    }
}

#[test]
fn each_defect_is_found_at_its_place_and_nothing_else() {
    for (code, expected) in [
        // Paths.
        ("", &["1:1 FL003"][..]),
        ("// nothing\n", &["1:11 FL003"]),
        ("x := 1", &["1:7 FL003"]),
        ("if a {\n  return \"us\"\n}", &["1:1 FL003", "3:2 FL007"]),
        ("if a {\n  return \"default\"\n} else {\n  x()\n}", &["4:6 FL003"]),
        ("if a { return \"default\" } else if b { return \"us\" }", &["1:32 FL003"]),
        ("if a { return \"default\" } else if b { return \"us\" } else { return \"eu\" }", &[]),
        ("switch c {\ncase \"US\":\n  return \"default\"\n}", &["1:1 FL003"]),
        ("switch c {\ncase \"US\":\n  fallthrough\ndefault:\n  return \"default\"\n}", &[]),
        ("switch c {\ncase \"US\":\n  break\ndefault:\n  return \"default\"\n}", &["3:3 FL003"]),
        ("switch c {\ncase \"US\":\ndefault:\n  return \"default\"\n}", &["2:11 FL003"]),
        ("for { return \"default\" }", &[]),
        ("for ;; { return \"default\" }", &[]),
        ("for {\n  break\n}\n", &["2:3 FL003"]),
        ("for { for { break } }", &[]),
        ("outer:\nfor {\n  for {\n    break outer\n  }\n}", &["4:5 FL003"]),
        ("for i := 0; i < 3; i++ { return \"default\" }", &["1:1 FL003"]),
        ("for range 3 { return \"default\" }", &["1:1 FL003"]),
        ("{ return \"default\" }", &[]),
        ("panic(\"no\")", &[]),
        ("return \"default\"\nx := 1", &["2:1 FL011"]),
        ("return \"default\"\nreturn \"us\"", &["2:1 FL011"]),
        ("goto end\nend:\nreturn \"default\"", &[]),
        // Returns.
        ("return", &["1:1 FL004"]),
        ("return \"default\", \"us\"", &["1:1 FL004"]),
        ("if a { return 1 }\nreturn \"default\"", &["1:15 FL005"]),
        ("if a { return true }\nreturn \"default\"", &["1:15 FL005"]),
        ("if a { return 'x' }\nreturn \"default\"", &["1:15 FL005"]),
        ("return country", &["1:8 FL008"]),
        ("if a { return pick(b) }\nreturn \"default\"", &["1:15 FL008"]),
        ("return \"tier\" + \"_one\"", &["1:8 FL008"]),
        // Keys.
        ("if a { return \"US\" }\nreturn \"default\"", &["1:15 FL006"]),
        ("if a { return \"\" }\nreturn \"default\"", &["1:15 FL006"]),
        ("if a { return \"a b\" }\nreturn \"default\"", &["1:15 FL006"]),
        ("if a { return \"über\" }\nreturn \"default\"", &["1:15 FL006"]),
        ("return \"us\"", &["1:12 FL007"]),
        // Syntax.
        ("if a {\n  return \"us\"\n", &["1:6 FL001"]),
        ("return \"default\"\n}", &["2:1 FL001"]),
        ("if (a { return \"us\" }", &["1:4 FL001"]),
        ("return \"us", &["1:1 FL001"]),
        ("x = = 1\nreturn \"default\"", &["1:5 FL001"]),
        ("package main\nreturn \"default\"", &["1:1 FL002"]),
        ("import \"fmt\"\nreturn \"default\"", &["1:1 FL002"]),
        // A column counts characters.
        ("x := \"äöü\"; return \"Ä\"", &["1:20 FL006", "1:23 FL007"]),
    ] {
        assert_eq!(found(code), expected, "{code}");
    }
}

#[test]
fn a_wrapper_of_the_statements_is_named() {
    let wrapped = "func route() string {\n  return \"default\"\n}";
    assert!(found(wrapped).contains(&"1:1 FL002".to_owned()), "{:?}", found(wrapped));
}

#[test]
fn the_limit_is_told_where_ten_kilobytes_are_one_thing_or_the_other() {
    let of = |bytes: usize| {
        let code = format!("return \"default\"{}", " ".repeat(bytes - 16));
        assert_eq!(code.len(), bytes);
        found(&code)
    };
    assert_eq!(of(10_000), [""; 0]);
    assert_eq!(of(10_001), ["1:1 FL010"]);
    assert_eq!(of(10_240), ["1:1 FL010"]);
    assert_eq!(of(10_241), ["1:1 FL009"]);
    // Far more is not even read.
    assert_eq!(of(1 << 20), ["1:1 FL009", "1:1 FL012"]);
}

#[test]
fn a_key_has_1_to_64_of_its_characters() {
    assert!(is_route_key("a") && is_route_key("tier_1") && is_route_key(&"a".repeat(64)));
    for wrong in ["", "A", "a-b", "a b", "ä", &"a".repeat(65)] {
        assert!(!is_route_key(wrong), "{wrong}");
    }
}

#[test]
fn hostile_nesting_is_told_and_not_followed() {
    for (open, close) in [("(", ")"), ("{", "}"), ("if a {", "}"), ("f(", ")"), ("!", "")] {
        let code = format!("x := {}1{}\nreturn \"default\"", open.repeat(1500), close.repeat(1500));
        let checked = logic::check(&code);
        assert!(checked.has_errors() && !checked.is_complete(), "{open}");
    }
    let open = "if a { ".repeat(3000);
    assert!(logic::check(&open).has_errors());
}

#[test]
fn what_is_computed_is_told_and_makes_the_keys_incomplete() {
    let checked = logic::check("if a { return \"us\" }\nreturn key");
    assert_eq!(checked.keys().collect::<Vec<_>>(), ["us"]);
    assert!(!checked.is_complete() && !checked.has_errors());
    let [finding] = checked.findings() else { panic!("{:?}", checked.findings()) };
    assert_eq!(finding.problem.severity(), Severity::Note);
    assert!(matches!(&finding.problem, Problem::Computed { expression } if expression == "key"));
}

#[test]
fn texts_of_a_script_cannot_write_to_a_terminal() {
    let checked = logic::check("if a { return f(\u{1b}[2J) }\nreturn \"\u{1b}[31m\"\n");
    let told: Vec<String> = checked.findings().iter().map(ToString::to_string).collect();
    assert!(!told.is_empty() && !told.concat().contains('\u{1b}'), "{told:?}");
}
