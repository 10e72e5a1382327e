//! Profiles: names, files and settings.

use crate::support::{DRILLDOWN, Ffx, Handmade, PRODUCTION_SHAPED, Reply};

#[test]
fn a_profile_sets_address_zone_format_fields_and_paths() {
    let server = Handmade::serve(|_, _| Reply::Json(200, r#"{"rows":[]}"#.into()));
    let ffx = Ffx::new().with("FUNNELFLUX_ACCESS_TOKEN", "t").with("FUNNELFLUX_PROFILE", "work");
    let file = format!(
        "base_url = \"{}\"\ntz = \"Europe/Berlin\"\noutput = \"csv\"\nrate = 5.0\n\
         [fields]\nadset = \"c3\"\n[paths]\n\"reporting.drilldown\" = \"/reports/new\"\n",
        server.base_url
    );
    ffx.write("profiles/work.toml", &file);
    let range = ["--from=2026-03-02", "--to=2026-03-02"];
    let report = [&["report", "drilldown", "--by", "field:adset"], &range[..]].concat();
    let csv = ffx.run(&report).done().stdout;
    assert_eq!(csv, "URL Tracking Field: c3,URL Tracking Field: c3 ID\n");
    let asked = server.seen();
    assert_eq!(asked[0].line, "POST /v1/reports/new HTTP/1.1");
    assert_eq!(asked[0].json()["timeStart"], "2026-03-02T00:00:00+01:00");
    // A flag overrides the profile.
    let json = ffx.run(&[&report[..], &["--tz=UTC", "-o", "json"]].concat()).done().stdout;
    assert_eq!(json, "[]\n");
    assert_eq!(server.seen()[1].json()["timeStart"], "2026-03-02T00:00:00+00:00");
}

#[test]
fn a_profile_overrides_the_names_of_parameters_and_members() {
    let page = r#"{ "id":"3a0OzFA4qdJM", "pageTitle":"Old", "x":{"pageName":1.50} }"#;
    let server = Handmade::serve(move |_, _| Reply::Json(200, page.into()));
    let ffx = Ffx::against(&server.base_url);
    let file = "[queries.\"ledger.page.*\"]\nidPage = \"id\"\n\
                [members.\"ledger.page.*\"]\nidPage = \"id\"\npageName = \"pageTitle\"\n";
    ffx.write("profiles/default.toml", file);
    ffx.run(&["pages", "update", "3a0OzFA4qdJM", "--set", "pageName=New"]).done();
    let asked = server.seen();
    assert_eq!(asked[0].line, "GET /v1/page/find/byId?id=3a0OzFA4qdJM HTTP/1.1");
    assert_eq!(
        asked[1].body,
        r#"{ "id":"3a0OzFA4qdJM", "pageTitle":"New", "x":{"pageName":1.50} }"#
    );
}

/// What an account showed: other paths and names, an id in the path, envelopes.
const LEARNED: &str = r#"format = 1

[[fact]]
base_path = "/api/v2"

[[fact]]
of = "ledger.page.find-by-id"
path = "/pages/{idPage}"
grade = "observed"
file = "session.har"
entry = "12"
seen = 3

[[fact]]
of = "ledger.page.find-by-id"
answer_in = "data"

[[fact]]
of = "ledger.page.update"
path = "/pages"

[[fact]]
of = "ledger.page.update"
method = "PATCH"

[[fact]]
of = "ledger.page.update"
body_in = "page"

[[fact]]
of = "ledger.page.*"
member = "pageName"
name = "title"
"#;

#[test]
fn the_overlay_of_a_profile_is_used_by_every_command() {
    let page = r#"{"data":{ "idPage":"3a0OzFA4qdJM", "title":"Old", "x":{"pageName":1.50} }}"#;
    let server = Handmade::serve(move |_, _| Reply::Json(200, page.into()));
    let ffx = Ffx::against(&server.base_url);
    ffx.write("profiles/default.contract.toml", LEARNED);
    ffx.run(&["pages", "update", "3a0OzFA4qdJM", "--set", "pageName=New"]).done();
    let body = ffx.write("body.json", "{}");
    ffx.run(&["api", "PATCH", "/pages", "--body", body.to_str().unwrap()]).done();
    ffx.run(&["api", "GET", "/api/v2/pages"]).failed(2, &["the base URL already ends"]);
    let asked = server.seen();
    assert_eq!(asked[0].line, "GET /api/v2/pages/3a0OzFA4qdJM HTTP/1.1");
    assert_eq!(asked[1].line, "PATCH /api/v2/pages HTTP/1.1");
    assert_eq!(
        asked[1].body,
        r#"{"page":{ "idPage":"3a0OzFA4qdJM", "title":"New", "x":{"pageName":1.50} }}"#
    );
    assert_eq!((&*asked[2].line, &*asked[2].body), ("PATCH /api/v2/pages HTTP/1.1", "{}"));
}

#[test]
fn a_call_that_contradicts_the_overlay_names_its_line() {
    let server = Handmade::serve(|_, _| Reply::Json(404, "{}".into()));
    let ffx = Ffx::against(&server.base_url);
    ffx.write("profiles/default.contract.toml", LEARNED);
    let line = "default.contract.toml, line 6 says the path /pages/{idPage}";
    ffx.run(&["pages", "get", "3a0OzFA4qdJM"]).failed(1, &[line]);
    ffx.write("profiles/default.contract.toml", "format = 1\n\n[[fact]]\nof = \"x\"\n");
    let words = ["default.contract.toml, line 3", "says nothing"];
    ffx.run(&["pages", "get", "3a0OzFA4qdJM"]).failed(2, &words);
    ffx.run(&["--profile", "a.contract", "auth", "status"]).failed(2, &["does not end in"]);
}

#[test]
fn a_mistake_in_a_profile_is_named_with_its_line() {
    let ffx = Ffx::against("http://127.0.0.1:1/v1");
    for (text, words) in [
        ("tz = \"UTC\"\ntimezone = \"UTC\"", ["line 2", "timezone"]),
        ("rate = 0", ["rate = 0", "requests per second"]),
        ("output = \"xml\"", ["line 1", "xml"]),
        ("tz = \"Mars/Olympus\"", ["profile `default`", "Mars/Olympus"]),
        ("[fields]\nadset = \"c99\"", ["adset", "c99"]),
        ("[paths]\n\"no.such.operation\" = \"/x\"", ["no.such.operation", "contract"]),
        ("[queries.\"no.such.*\"]\na = \"b\"", ["no.such.*", "contract"]),
        (
            "[members.\"ledger.page.*\"]\nbaseURL = \"b\"\npageName = \"b\"",
            ["ledger.page.*", "is the name of \"baseURL\", too"],
        ),
    ] {
        ffx.write("profiles/default.toml", text);
        let report = ["report", "drilldown", "--by", "offer", "--last", "1h"];
        let zone = if text.contains("tz") { &[][..] } else { &["--tz", "UTC"][..] };
        ffx.run(&[&report[..], zone].concat()).failed(2, &words);
    }
}

#[test]
fn a_profiles_name_cannot_leave_its_directory() {
    let ffx = Ffx::new();
    for name in ["../x", ".hidden", "a/b", "a b"] {
        ffx.run(&["--profile", name, "auth", "status"]).failed(2, &[&format!("profile `{name}`")]);
    }
}

#[test]
fn without_a_home_the_environment_is_enough() {
    let server = Handmade::serve(|_, _| Reply::Json(200, PRODUCTION_SHAPED.into()));
    let ffx = Ffx::against(&server.base_url);
    let mut command = ffx.command(&DRILLDOWN);
    command.env_remove("FUNNELFLUX_CONFIG_DIR").env("HOME", "");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
