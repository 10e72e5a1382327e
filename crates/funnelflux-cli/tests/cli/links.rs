//! `ffx links`: what the user types, sees and gets as exit code.

use serde_json::Value;

use crate::support::Ffx;

const ENTRANCE: &[&str] = &[
    "links",
    "entrance",
    "--domain",
    "go.example.com",
    "--funnel",
    "2nIemJxCKbFX",
    "--source",
    "2n5JuOKWLTzd",
];

#[test]
fn links_are_built_without_an_account_and_their_grade_is_told() {
    let ffx = Ffx::new();
    for (arguments, link, grade) in [
        (
            [ENTRANCE, &["--field", "c1={{ad.id}}", "--field", "campaign=a b"]].concat(),
            "https://go.example.com/fts/2nIemJxCKbFX-2n5JuOKWLTzd?campaign=a%20b&c1={{ad.id}}",
            "help",
        ),
        (
            vec!["links", "action", "--domain", "go.example.com", "2"],
            "https://go.example.com/action/2",
            "help",
        ),
        (
            vec![
                "links",
                "postback",
                "--domain",
                "go.example.com",
                "--hit",
                "3a3tmqba2w8weysjvt00ah",
                "--rev",
                "-1",
            ],
            "https://go.example.com/pb/?hit=3a3tmqba2w8weysjvt00ah&rev=-1",
            "help",
        ),
        (
            vec!["links", "editor", "2nIemJxCKbFX"],
            "https://ui.funnelflux.pro/funnels/editor/2nIemJxCKbFX",
            "proven",
        ),
    ] {
        let outcome = ffx.run(&arguments).done();
        assert_eq!(outcome.stdout, format!("{link}\n"));
        assert!(outcome.stderr.contains(grade), "{}", outcome.stderr);
        let outcome = ffx.run(&[&arguments[..], &["-o", "json"]].concat()).done();
        let built: Value = serde_json::from_str(&outcome.stdout).unwrap();
        assert_eq!((built["url"].as_str(), built["grade"].as_str()), (Some(link), Some(grade)));
        let checked = ffx.run(&["links", "check", link, "-o", "json"]).done();
        assert!(
            serde_json::from_str::<Value>(&checked.stdout).unwrap().as_array().unwrap().len() > 2
        );
    }
}

#[test]
fn what_cannot_be_a_link_is_a_usage_error_that_says_what_would_be_right() {
    let ffx = Ffx::new();
    for (arguments, words) in [
        (&["--field", "c21=x"][..], "c1 to c20"),
        (&["--field", "Ad set=x"], "--account"),
        (&["--field", "c1"], "NAME=VALUE"),
        (&["--by-alias"], "--account"),
    ] {
        let outcome = ffx.run(&[ENTRANCE, arguments].concat());
        assert_eq!(outcome.code, 2, "{arguments:?}");
        assert!(outcome.stderr.contains(words), "{arguments:?}: {}", outcome.stderr);
    }
    let action = ffx.run(&["links", "action", "--domain", "http://go.example.com", "1"]);
    assert!(action.code == 2 && action.stderr.contains("without scheme"), "{}", action.stderr);
}

#[test]
fn a_wrong_part_is_shown_in_the_table_and_ends_with_exit_code_1() {
    let url = "https://go.example.com/fts/2nIemJxCKbFX-2n5JuOKWLTzd?c1=%7Bhit%7D&zone=1";
    let outcome = Ffx::new().run(&["links", "check", url]);
    assert_eq!(outcome.code, 1);
    for words in ["2024-08-02T13:51:12.853Z", "expected {hit}", "session buffer only"] {
        assert!(outcome.stdout.contains(words), "{}", outcome.stdout);
    }
    assert!(outcome.stderr.contains("1 part of the link is wrong"), "{}", outcome.stderr);
}

#[test]
fn with_an_account_the_placeholders_of_the_traffic_source_are_filled_in() {
    let ffx = Ffx::new();
    let listed = ffx.run(&["--emulator", "traffic-sources", "list", "-o", "json"]).done();
    let listed: Value = serde_json::from_str(&listed.stdout).unwrap();
    let id = listed[0]["idTrafficSource"].as_str().unwrap();
    let got = ffx.run(&["--emulator", "traffic-sources", "get", id, "-o", "json"]).done();
    let got: Value = serde_json::from_str(&got.stdout).unwrap();
    let slots = got["trackingFieldSlots"].as_object().unwrap();
    let filled =
        slots.values().filter(|slot| slot["value"].as_str().is_some_and(|v| !v.is_empty()));
    let entrance = [
        "--emulator",
        "links",
        "entrance",
        "--account",
        "--domain",
        "go.example.com",
        "--funnel",
        "2nIemJxCKbFX",
        "--source",
        id,
    ];
    let link = ffx.run(&entrance).done().stdout;
    assert_eq!(link.matches('=').count(), filled.count(), "{link}");
    let checked = ffx.run(&["--emulator", "links", "check", "--account", link.trim()]).done();
    assert!(checked.stdout.contains("called"), "{}", checked.stdout);
}
