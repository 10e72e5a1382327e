//! An answer with status 200 that carries a refusal: every command that writes, typed or raw, tells it
//! as a refusal, with exit code 1, after one request.

use crate::support::{Ffx, Handmade, Reply};

const ID: &str = "2nIemJxCKbFX";

const HIT: &str = "01dkezmsf3bat8xdbz8rt039rh";

const REFUSALS: [&str; 22] = [
    r#"{"error":{"code":400,"message":"nope"}}"#,
    r#"{"errors":["nope"]}"#,
    r#"{"success":"false","message":"nope"}"#,
    r#"{"error":"x","error_description":"nope"}"#,
    r#"{"status":"error","message":"nope"}"#,
    r#"{"success":false,"message":"nope"}"#,
    r#"{"success":0,"message":"nope"}"#,
    r#"{"Success":"No","message":"nope"}"#,
    r#"{"ok":false,"error":"nope"}"#,
    r#"{"status":"ERROR","message":"nope"}"#,
    r#"{"Status":"Failed","Message":"nope"}"#,
    r#"{"result":"failure","reason":"x","detail":"nope"}"#,
    r#"{"status":422,"title":"Unprocessable","detail":"nope"}"#,
    r#"{"statusCode":"500","message":"nope"}"#,
    r#"{"code":"400","message":"nope"}"#,
    r#"{"code":409,"message":"nope","hint":"other"}"#,
    r#"{"error":"nope"}"#,
    r#"{"error":true,"message":"nope"}"#,
    r#"{"errors":{"name":"nope"}}"#,
    r#"{"success":true,"processed":1,"errors":[{"message":"nope"}]}"#,
    r#"{"data":{"success":false,"message":"nope"}}"#,
    r#"[{"success":true},{"success":false,"message":"nope"}]"#,
];

#[test]
fn every_command_tells_it_as_a_refusal() {
    for refusal in REFUSALS {
        let server = Handmade::serve(move |_, _| Reply::Json(200, refusal.into()));
        let ffx = Ffx::against(&server.base_url);
        let hits = ffx.write("conversions.csv", &format!("hit\n{HIT}\n"));
        for command in [
            &["api", "PUT", "/reporting/update/cost", "--body", "-"][..],
            &["api", "POST", "/something/else", "--body", "-"],
            &["api", "DELETE", "/something/else"],
            &["offer-sources", "archive", ID],
            &[
                "conversions",
                "push",
                hits.to_str().unwrap(),
                "--postbacks=none",
                "--yes",
                "--existing=add",
            ],
        ] {
            let before = server.seen().len();
            let outcome = ffx.run_with(command, "{}").failed(1, &["nope"]);
            assert_eq!(server.seen().len(), before + 1, "{refusal}: {command:?}");
            assert!(!outcome.stderr.contains("unknown"), "{refusal}: {}", outcome.stderr);
        }
    }
}
