//! What is deleted is what was counted, whatever an account calls its members.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod support;

use funnelflux_model::time::{TimeRange, Zone};
use funnelflux_model::updates::ResetRequest;
use funnelflux_reporting::ResetToken;
use funnelflux_transport::http::Method;
use support::{ok, served_by, status};

fn reset() -> ResetRequest {
    let day = TimeRange::days("2026-03-01", "2026-03-01", &Zone::utc()).unwrap();
    ResetRequest::builder(day).funnels(["2nIemJxCKbFX".parse().unwrap()]).build().unwrap()
}

fn counted(n: usize, _: &str) -> support::Answer {
    if n < 3 { ok(r#"{"n":7}"#) } else { status(202) }
}

#[tokio::test]
async fn the_deletion_carries_the_body_that_was_counted_whatever_the_overrides_of_either() {
    let ours = "restrictToFunnelIDs";
    for overrides in [
        &[][..],
        &[("reporting.reset.validate", "funnelIDs")],
        // Alone it would send another body to the deletion than to the count: an unknown member
        // that is ignored, and everything is deleted.
        &[("reporting.reset.perform", "funnels")],
        &[("reporting.reset.validate", "funnelIDs"), ("reporting.reset.perform", "funnels")],
    ] {
        let (reporting, seen) = served_by(counted, |builder| {
            overrides
                .iter()
                .fold(builder, |builder, (id, theirs)| builder.member_override(*id, ours, *theirs))
        });
        let token = reporting.reset_validate(&reset()).await.unwrap();
        let body = String::from_utf8(token.counted().unwrap().to_vec()).unwrap();
        let name = overrides.iter().find(|(id, _)| id.ends_with("validate"));
        let name = name.map_or(ours, |(_, theirs)| theirs);
        assert!(body.contains(&format!(r#""{name}":["2nIemJxCKbFX"]"#)), "{overrides:?}: {body}");
        assert!(String::from_utf8_lossy(token.json()).contains(ours), "{overrides:?}");

        reporting.reset_perform(token).await.unwrap();
        let seen = seen.lock().unwrap();
        let methods: Vec<&Method> = seen.iter().map(|(method, _)| method).collect();
        assert_eq!(methods, [Method::POST, Method::POST, Method::DELETE]);
        assert!(seen.iter().all(|(_, sent)| *sent == body), "{overrides:?}: {seen:?}");
    }
}

#[tokio::test]
async fn a_client_that_would_send_another_body_deletes_nothing() {
    let (counting, _) = served_by(counted, |builder| builder);
    let (deleting, seen) = served_by(counted, |builder| {
        builder.member_override("reporting.reset.*", "restrictToFunnelIDs", "funnels")
    });
    let token = counting.reset_validate(&reset()).await.unwrap();
    let error = deleting.reset_perform(token).await.unwrap_err();
    assert!(error.is_invalid_request() && error.to_string().contains("other names"), "{error}");
    assert!(seen.lock().unwrap().is_empty());

    // A token without a count over the wire is counted and deleted by one client, under its names.
    deleting.reset_perform(ResetToken::from_count(reset(), 7).unwrap()).await.unwrap();
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 2, "counted and deleted");
    assert!(seen.first().unwrap().1.contains(r#""funnels":["#));
    assert_eq!(seen.first().unwrap().1, seen.last().unwrap().1);
}
