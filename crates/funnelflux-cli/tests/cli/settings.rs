//! What options do to commands of several kinds.

use crate::support::{Ffx, Handmade, Reply};

#[test]
fn quiet_does_not_hide_a_column_that_no_row_has() {
    let server = Handmade::serve(|_, before| {
        Reply::Json(200, if before == 0 { r#"{"hits":[{"time":"x"}]}"# } else { "[]" }.into())
    });
    let ffx = Ffx::against(&server.base_url);
    let raw = ["report", "raw", "--last=1d", "--tz=UTC", "-q", "--columns=tmie", "-o=csv"];
    let outcome = ffx.run(&raw).done();
    assert!(outcome.stderr.contains("warning: --columns: no row has `tmie`"), "{}", outcome.stderr);
}

#[test]
fn several_ids_are_got_in_one_request_and_the_missing_ones_one_by_one() {
    const A: &str = "2nIemJxCKbFX";
    const B: &str = "2n5JuOKWLTzd";
    let object = |id: &str| format!(r#"{{"idOfferSource":"{id}"}}"#);
    for (list, asked) in [
        // Both are there, in another order.
        (Some(format!("[{},{}]", object(B), object(A))), 1),
        // One is missing, and asked for alone.
        (Some(format!("[{}]", object(B))), 2),
        // The path of the list is a wrong guess.
        (None, 3),
    ] {
        let server = Handmade::serve(move |seen, _| match &list {
            _ if seen.line.contains(&format!("idOfferSource={A}")) => Reply::Json(200, object(A)),
            _ if seen.line.contains(&format!("idOfferSource={B}")) => Reply::Json(200, object(B)),
            Some(list) => Reply::Json(200, list.clone()),
            None => Reply::Json(404, "{}".into()),
        });
        let got = Ffx::against(&server.base_url).run(&["offer-sources", "get", A, B, "-o", "json"]);
        let got = got.done().json();
        assert_eq!((&got[0]["idOfferSource"], &got[1]["idOfferSource"]), (&A.into(), &B.into()));
        assert_eq!(server.seen().len(), asked);
    }
}
