//! What a file or a flag spells is what is sent: the contract's kind of a member decides whether a
//! word is a text, never its looks.

use serde_json::Value;

use crate::support::{Ffx, Outcome};

/// The text of the request that would be sent for these objects.
fn sent(kind: &str, file: &str, flags: &[&str]) -> Outcome {
    let ffx = Ffx::new();
    let path = ffx.write("objects.yaml", file);
    let create = [kind, "create", "--dry-run", "-o", "ndjson", "-f", path.to_str().unwrap()];
    ffx.run(&[&create[..], flags].concat())
}

#[test]
fn a_text_member_takes_any_word() {
    let words = [
        "0123456",
        "1e10",
        "007",
        "1.10",
        "123456789012345678901234567890",
        "on",
        "yes",
        "NO",
        "~",
        "True",
        "false",
        "12:30:45",
        "2026-02-30",
        "2026-11-26T10:00:00Z",
        "0x1F",
        "0o17",
        "1_000",
        "+5",
        ".5",
        "5.",
        ".nan",
        "-.inf",
        "1e999",
        "NULL",
        "0.10000000000000000000000000001",
        "https://go.example/?c={campaign_id}&s=[site]#top",
        "50%",
        "١٢٣",
        "=1+1",
        "<b>",
        "-0",
        "1,5",
        "a:b",
        "it's",
        "a 'quoted' one",
        "$1.00",
        "(x)",
        "1 000",
    ];
    for word in words {
        let file = format!("- offerSourceName: {word}\n  postbackSubId:   {word}   # a comment\n");
        let out = sent("offer-sources", &file, &[]).done().stdout;
        let quoted = Value::from(word).to_string();
        let expected = format!("\"offerSourceName\":{quoted},\"postbackSubId\":{quoted}");
        assert!(out.contains(&expected), "{word}: {out}");
        // The flag reads words the same way.
        let out = sent(
            "offer-sources",
            "{offerSourceName: x}",
            &["--set", &format!("offerSourceName={word}")],
        );
        assert!(out.done().stdout.contains(&format!("\"offerSourceName\":{quoted}")), "{word}");
    }
}

#[test]
fn a_text_member_takes_any_word_at_every_depth() {
    let file = "
middlewareConfigName: 007
destination: {type: 1.0, url: 'https://a.example', basicAuth: {username: 0123, password: 1e3}}
routes:
  - {idRoute: default, priority: 0, isDefault: true}
";
    let out = sent(
        "middleware-configs",
        file,
        &[
            "--set",
            "destination.basicAuth.password=00",
            "--set",
            "destination.type=0e0",
            "--set",
            "destination.timeoutMs=30",
            "--set",
            "destination.method=POST",
        ],
    );
    let out = out.done().stdout;
    for expected in [
        r#""middlewareConfigName":"007""#,
        r#""username":"0123""#,
        // A preview does not show it.
        r#""password":"********""#,
        r#""type":"0e0""#,
        r#""timeoutMs":30"#,
        r#""isDefault":true"#,
        r#""method":"POST""#,
    ] {
        assert!(out.contains(expected), "{expected}: {out}");
    }
}

#[test]
fn lists_of_texts_maps_and_enumerations_hold_texts() {
    let file = "{pageName: 1, pageType: offer, baseURL: https://a.example, tags: [007, on, 1.0], redirectType: 301}";
    let out = sent("pages", file, &[]);
    for expected in [r#""tags":["007","on","1.0"]"#, r#""redirectType":"301""#, r#""pageName":"1""#]
    {
        assert!(out.stdout.contains(expected), "{expected}: {} {}", out.stdout, out.stderr);
    }
}

#[test]
fn a_number_keeps_its_digits_and_an_unknown_member_loses_none() {
    for (member, word, expected) in [
        ("incomingCostModifier", "1.10", "1.10"),
        ("incomingCostModifier", "1e2", "1e2"),
        ("incomingCostModifier", "0.000100", "0.000100"),
        ("fresh", "123456789012345678901234567890", "123456789012345678901234567890"),
        ("incomingCostModifier", "5E-1", "5E-1"),
        ("incomingCostModifier", "null", "null"),
        ("fresh", "'{payout}'", "\"{payout}\""),
        ("disableZeroRevenuePostbacks", "True", "true"),
        ("fresh", "1.50", "1.50"),
        (
            "fresh",
            "98765432109876543210.12345678901234567890",
            "98765432109876543210.12345678901234567890",
        ),
        ("fresh", "0123", "\"0123\""),
        ("fresh", "1_000", "\"1_000\""),
        ("fresh", "0x1F", "\"0x1F\""),
        ("fresh", "~", "null"),
        ("fresh", "true", "true"),
        ("fresh", "on", "\"on\""),
        ("fresh", "\"5\"", "\"5\""),
        ("fresh", "!!str 5", "\"5\""),
        ("fresh", "{a: 1.0, b: [~, 007]}", "{\"a\":1.0,\"b\":[null,\"007\"]}"),
    ] {
        let file = format!("trafficSourceName: x\n{member}: {word}\n");
        let out = sent("traffic-sources", &file, &[]).done().stdout;
        assert!(out.contains(&format!("\"{member}\":{expected}")), "{word}: {out}");
    }
}

#[test]
fn what_cannot_be_meant_is_refused_with_its_place_and_what_to_write() {
    for (text, words) in [
        (
            "- offerSourceName: x\n- offerSourceName: {campaign_id}\n",
            &["line 2, column", "`campaign_id`", "quote it"][..],
        ),
        (
            "- offerSourceName: x\n- offerSourceName: {a: 1}\n",
            &["item 2, line 2, column 20", "`offerSourceName`", "expected a text", "quote it"],
        ),
        ("offerSourceName: [x]\n", &["line 1", "`offerSourceName`", "quote it"]),
        ("offerSourceName: {{code}}\n", &["line 1", "quote"]),
        ("offerSourceName: {a} and more\n", &["line 1", "quote"]),
        ("offerSourceName: @you\n", &["line 1", "quote"]),
        ("offerSourceName: *star\n", &["line 1", "quote"]),
        ("offerSourceName: !important\n", &["line 1", "quote"]),
        ("offerSourceName: a: b\n", &["line 1", "quote"]),
        ("offerSourceName: x\nfresh: .nan\n", &["line 2", "`fresh`", "no such number", "quote"]),
        ("offerSourceName: x\nfresh: [1, -.Inf]\n", &["line 2", "`fresh`", "no such number"]),
        (
            "offerSourceName: x\nofferSourceName: y\n",
            &["line 2", "`offerSourceName` is there twice"],
        ),
        ("offerSourceName: x\nfresh: {a: 1, a: 2}\n", &["line 2", "`a` is there twice"]),
        (
            "offerSourceName: x\n---\nofferSourceName: y\n",
            &["line 2", "second document", "one list"],
        ),
        (
            "offerSourceName: https://a.example/?a=1\n  &b=2\n",
            &["line 1", "several lines", "one line"],
        ),
        ("offerSourceName: >\n  https://a.example/?a=1\n  &b=2\n", &["several lines", "one line"]),
        ("offerSourceName: www.a.example/?a=1\n  &b=2\n", &["line 1", "several lines", "one line"]),
        ("offerSourceName: \"{host}/x\n  ?b=2\"\n", &["several lines", "one line"]),
        ("offerSourceName: |\n  https://a.example/\n  ?a=1\n", &["line breaks", "one line"]),
        ("offerSourceName: &a=1\n", &["line 1", "anchor", "begins with &"]),
        ("offerSourceName: &b c\n", &["line 1", "anchor", "begins with &"]),
        (
            "- &base {offerSourceName: &b c}\n- {<<: *base}\n",
            &["line 1, column 30", "anchor", "begins with &"],
        ),
        ("- {<<: 7, offerSourceName: x}\n", &["line 1, column 8", "`<<` takes objects"]),
        ("- {<<: [[]], offerSourceName: x}\n", &["line 1, column 9", "`<<` takes objects"]),
        ("- &a [x]\n- {<<: *a}\n", &["line 2, column 8", "`<<` takes objects"]),
        ("fresh: !!map x\n", &["line 1", "a tag", "begins with !"]),
        ("fresh: !!str [x]\n", &["line 1", "a tag", "begins with !"]),
        ("{offerSourceName:\"x\"}\n", &["line 1", "a space after `:`"]),
        ("fresh: &a [*a]\n", &["line 1", "alias"]),
        ("fresh: *nowhere\n", &["line 1"]),
        ("? [a, b]\n: x\n", &["line 1", "name of a member"]),
        ("'': x\n", &["line 1", "without a name"]),
        ("offerSourceName: x\nfresh:\n\ta: 1\n", &["line 3"]),
        ("just words\n", &["expected an object or a list of objects"]),
        ("- offerSourceName: x\n- 7\n", &["item 2, line 2", "expected an object"]),
        // Almost JSON is no YAML.
        ("{\"offerSourceName\": \"x\",}", &["is not JSON (line 1, column 25)", "no comma"]),
        (
            "[{\"offerSourceName\": \"x\"}\n {\"offerSourceName\": \"y\"}]",
            &["is not JSON (line 2, column 2)"],
        ),
        ("{'offerSourceName': 'x'}", &["is not JSON", "double quotes"]),
        ("// all\n{\"offerSourceName\": \"x\"}", &["is not JSON", "comments"]),
        ("{ // one\n\"offerSourceName\": \"x\"}", &["is not JSON", "comments"]),
        ("{\"offerSourceName\": 007}", &["is not JSON (line 1"]),
        ("{\"offerSourceName\": NaN}", &["is not JSON (line 1"]),
        ("{\"offerSourceName\": \"x\"", &["is not JSON", "EOF", "ends too early"]),
        ("{\"offerSourceName\": \"http://a\",}", &["no comma"]),
        ("{\"offerSourceName\": \"it's\",}", &["no comma"]),
        ("[{\"offerSourceName\": \"x\"},]", &["no comma"]),
        ("{\"offerSourceName\": \"x\" \"fresh\": 1}", &["separated by commas"]),
        ("{\"offerSourceName\": \"a \"b\" c\"}", &["a quote inside of a text"]),
        ("{\"offerSourceName\": \"a\nb\"}", &["a line break in a text"]),
        ("{\"offerSourceName\": x}", &["texts are in double quotes"]),
        ("{\"offerSourceName\": \"x\"},\n{\"offerSourceName\": \"y\"}", &["[{…}, {…}]"]),
        ("\n\n{\"offerSourceName\": \"x\",}", &["line 3, column 25"]),
        ("\n\nofferSourceName: {a: 1}\n", &["line 3, column 18"]),
        ("{\"offerSourceName\": \"x\"}\n{\"fresh\": }", &["line 2", "(column 11)"]),
        (
            "{\n\"offerSourceName\": \"x\"\n}\n{\n\"offerSourceName\": \"y\"\n}",
            &["is not JSON (line 4, column 1)", "trailing characters"],
        ),
        (
            "[{\"offerSourceName\": \"x\"}, {\"offerSourceName\": \"y\", \"offerSourceName\": \"z\"}]",
            &["item 2", "`offerSourceName` is there twice"],
        ),
        (
            "{\"offerSourceName\":\"x\"}\n{\"fresh\":{\"a\":1,\"a\":2}}",
            &["line 2", "`a` is there twice"],
        ),
    ] {
        let failed = sent("offer-sources", text, &[]).failed(2, words);
        assert!(failed.stderr.contains("nothing was sent"), "{text}: {}", failed.stderr);
        assert!(failed.stdout.is_empty(), "{text}: {}", failed.stdout);
    }
    for (member, word) in [
        ("incomingCostModifier", "007"),
        ("incomingCostModifier", "1,5"),
        ("incomingCostModifier", "+5"),
        ("incomingCostModifier", ".5"),
        ("incomingCostModifier", "1_000"),
        ("incomingCostModifier", "many"),
    ] {
        let file = format!("- trafficSourceName: x\n- trafficSourceName: y\n  {member}: {word}\n");
        sent("traffic-sources", &file, &[]).failed(
            2,
            &["item 2, line 3, column", member, "expected a number such as 7 or 12.50", "quote"],
        );
        sent("traffic-sources", "{trafficSourceName: x}", &["--set", &format!("{member}={word}")])
            .failed(2, &["--set", member, "expected a number", "nothing was sent"]);
    }
    sent("traffic-sources", "disableZeroRevenuePostbacks: yes", &[]).failed(2, &["true or false"]);
}

#[test]
fn anchors_are_followed_and_bounded() {
    let file = "
- &base {postbackSubId: 01, fresh: &list [1.0, 2]}
- <<: *base
  offerSourceName: 02
- {<<: [*base], postbackSubId: 03, more: *list}
";
    let out = sent("offer-sources", file, &[]).done().stdout;
    for expected in [
        r#""offerSourceName":"02","postbackSubId":"01","fresh":[1.0,2]"#,
        r#""postbackSubId":"03","more":[1.0,2],"fresh":[1.0,2]"#,
    ] {
        assert!(out.contains(expected), "{expected}: {out}");
    }
    // A billion laughs.
    let mut laughs = "a: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (one, other) in "abcdefghi".chars().zip("bcdefghij".chars()) {
        let ten = vec![format!("*{one}"); 10].join(", ");
        laughs += &format!("{other}: &{other} [{ten}]\n");
    }
    sent("offer-sources", &laughs, &[]).failed(2, &["line", "aliases make more than", "MiB"]);
    // Each object refers to the one before it.
    let chain = |count: usize, of: &dyn Fn(usize) -> String| {
        (1..count).fold("- &a0 {offerSourceName: x}\n".to_owned(), |text, n| {
            format!("{text}- &a{n} {{offerSourceName: x, {}}}\n", of(n))
        })
    };
    let nested = |n: usize| format!("fresh: *a{}", n - 1);
    let nested_list = |n: usize| format!("fresh: [*a{}]", n - 1);
    let merged = |n: usize| format!("<<: *a{}, k{n}: 1", n - 1);
    let merged_list = |n: usize| format!("<<: [*a{}], k{n}: 1", n - 1);
    for (text, words) in [
        (chain(20_000, &nested), &["line 129, column 9", "nested deeper than 128 levels"]),
        (chain(20_000, &nested_list), &["line 65, column", "nested deeper than 128 levels"]),
        (chain(20_000, &merged), &["line 1449", "`<<` takes over more than 1048576 members"]),
        (chain(20_000, &merged_list), &["line 1449", "`<<` takes over more than 1048576 members"]),
    ] {
        sent("offer-sources", &text, &[]).failed(2, words);
    }
    let out = sent("offer-sources", &chain(100, &nested), &[]).done().stdout;
    assert_eq!(out.lines().last().unwrap().matches("\"fresh\":").count(), 99);
    let out = sent("offer-sources", &chain(300, &merged), &[]).done().stdout;
    assert!(out.lines().last().unwrap().contains("\"k299\":1,\"k298\":1"), "{out}");
}

#[test]
fn members_that_are_all_indented_are_one_object() {
    let out = sent("offer-sources", "  offerSourceName: x\n  postbackSubId: 07\n", &[]).done();
    assert!(out.stdout.contains(r#""offerSourceName":"x","postbackSubId":"07""#), "{}", out.stdout);
}

#[test]
fn a_flag_that_undoes_or_repeats_another_is_refused() {
    for (flags, words) in [
        (&["fresh=1", "fresh=2"][..], &["`fresh` would replace `fresh`"][..]),
        (&["fresh.a=1", "fresh={}"], &["`fresh` would replace `fresh.a`"]),
        (&["fresh={\"a\":1,\"a\":2}"], &["fresh", "`a` is there twice"]),
        (&["fresh=[{\"b\":{\"a\":1,\"a\":2}}]"], &["`a` is there twice"]),
        (&[&format!("fresh={}{}", "[".repeat(200), "]".repeat(200))], &["nested deeper than 128"]),
    ] {
        let flags: Vec<_> = flags.iter().flat_map(|set| ["--set", set]).collect();
        let failed = sent("offer-sources", "offerSourceName: x", &flags).failed(2, words);
        assert!(failed.stderr.contains("nothing was sent"), "{}", failed.stderr);
    }
    let flags = ["--set", "fresh={\"a\":1}", "--set", "fresh.b=2"];
    let out = sent("offer-sources", "offerSourceName: x", &flags).done().stdout;
    assert!(out.contains(r#""fresh":{"a":1,"b":2}"#), "{out}");
}

#[test]
fn json_is_sent_as_it_is_written() {
    let json = r#"[{"offerSourceName": "x",  "fresh": 1.50, "more":{"a":1e3,"b":"\u00e9"}}]"#;
    let out = sent("offer-sources", json, &[]).done().stdout;
    assert!(
        out.contains(r#""offerSourceName":"x","fresh":1.50,"more":{"a":1e3,"b":"\u00e9"}"#)
            || out.contains(
                r#""offerSourceName": "x",  "fresh": 1.50, "more":{"a":1e3,"b":"\u00e9"}"#
            ),
        "{out}"
    );
}
