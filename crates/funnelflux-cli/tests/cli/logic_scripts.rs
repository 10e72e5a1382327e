//! `ffx logic-scripts check`: what the user types, sees and gets as exit code.

use crate::support::{Ffx, Handmade, Reply};

const CODE: &str =
    "// return \"gone\"\nif country == \"US\" {\n\treturn \"us\"\n}\nreturn \"default\"\n";

#[test]
fn a_sound_file_prints_its_keys_and_needs_no_account() {
    let ffx = Ffx::new();
    let file = ffx.write("route.go", CODE);
    let file = file.to_str().unwrap();
    let outcome = ffx.run(&["logic-scripts", "check", file]).done();
    assert_eq!(outcome.stdout, "");
    assert!(outcome.stderr.contains("2 route keys: us, default\n"), "{}", outcome.stderr);
    let json = ffx.run(&["logic-scripts", "check", file, "-o", "json"]).done().json();
    assert_eq!(json["keys"], serde_json::json!(["us", "default"]));
    assert_eq!((&json["is_complete"], &json["findings"]), (&true.into(), &serde_json::json!([])));
    let stdin = ffx.run_with(&["logic-scripts", "check", "-", "-o", "json"], CODE).done().json();
    assert_eq!(stdin["keys"], json["keys"]);
}

#[test]
fn each_finding_has_its_place_and_an_error_exit_code_1() {
    let ffx = Ffx::new();
    let wrong = ffx.write("wrong.go", "if a {\n  return \"US\"\n}\n");
    let note = ffx.write("note.go", "return key");
    let (wrong, note) = (wrong.to_str().unwrap(), note.to_str().unwrap());
    let outcome = ffx.run(&["logic-scripts", "check", wrong]).failed(1, &["2 errors found"]);
    for word in ["FL003", "FL006", "error", "return \"default\""] {
        assert!(outcome.stdout.contains(word), "{}", outcome.stdout);
    }
    let outcome = ffx.run(&["logic-scripts", "check", wrong, note, "-o", "json"]);
    let json = outcome.failed(1, &[]).json();
    let place = |at: usize| {
        (json[0]["findings"][at]["line"].as_u64(), json[0]["findings"][at]["column"].as_u64())
    };
    assert_eq!((place(0), place(1)), ((Some(1), Some(1)), (Some(2), Some(10))));
    assert_eq!(json[1]["findings"][0]["code"], "FL008");
    let csv = ffx.run(&["logic-scripts", "check", note, "-o", "csv"]).done().stdout;
    assert!(csv.starts_with("script,line,column,severity,code,problem,mend\n"), "{csv}");
}

#[test]
fn a_script_of_the_account_is_found_by_name_and_only_read() {
    let server = Handmade::serve(|seen, _| {
        let script = |code: &str| serde_json::json!({"idLogicScript": "2nIemJxCKbFX", "logicScriptName": "By country", "code": code});
        match seen.line.contains("list") {
            true => Reply::Json(200, serde_json::json!([script("")]).to_string()),
            false => Reply::Json(200, script(CODE).to_string()),
        }
    });
    let ffx = Ffx::against(&server.base_url);
    let json = ffx.run(&["logic-scripts", "check", "By country", "-o", "json"]).done().json();
    assert_eq!(json["keys"], serde_json::json!(["us", "default"]));
    assert!(server.seen().iter().all(|seen| seen.line.starts_with("GET ")), "{:?}", server.seen());
}

#[test]
fn what_cannot_be_read_is_refused_with_its_name() {
    let ffx = Ffx::new();
    ffx.run(&["logic-scripts", "check", "no-such.go"]).failed(2, &["no-such.go", "cannot be read"]);
    ffx.run(&["logic-scripts", "check"]).failed(2, &["FILE|ID|NAME"]);
    ffx.run(&["pages", "check", "x"]).failed(2, &["check"]);
}

#[test]
fn a_file_cannot_write_to_the_terminal() {
    let ffx = Ffx::new();
    let file = ffx.write("evil.go", "return f(\"\u{1b}[2J\")\n");
    let file = file.to_str().unwrap();
    let outcome = ffx.run(&["logic-scripts", "check", file]);
    assert!(!outcome.stdout.contains('\u{1b}') && !outcome.stderr.contains('\u{1b}'));
    assert!(outcome.stdout.contains("FL008"), "{}", outcome.stdout);
}
