//! Recorded once, replayed strictly.
#![cfg(feature = "replay")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(clippy::indexing_slicing, reason = "test code")]
#![allow(clippy::disallowed_methods, reason = "paused time")]
#![allow(dead_code, reason = "each test file uses a part of the support code")]

mod support;

use funnelflux_transport::replay::{Recorder, Recording, Replay, Scrub};
use funnelflux_transport::{Client, Error, RetryPolicy};
use support::*;

#[tokio::test(start_paused = true)]
async fn what_was_recorded_replays_and_secrets_are_not_in_it() {
    let server = Server::new(|n, _| match n {
        1 => Err(Error::no_answer("reset")),
        2 => with_header(429, "retry-after", "1"),
        _ => ok(r#"{"rows":[{"visits":3,"ip":"203.0.113.7","name":"My Funnel"}]}"#),
    });
    let (recorder, tape) = Recorder::new(server, "made for this test", Scrub::new());
    let client = Client::builder().transport(recorder).build().unwrap();
    let call =
        || client.call(&REPORT).json_text(r#"{"timeStart":"2026-01-01T00:00:00Z","secret":"x"}"#);
    call().send().await.unwrap();
    let recording = tape.recording();
    let text = recording.to_text().unwrap();
    for gone in ["203.0.113.7", "My Funnel", "2026-01-01"] {
        assert!(!text.contains(gone), "{gone} in {text}");
    }

    // Who asks as the recording does, with its times, is answered.
    let body = recording.exchanges[0].request.content.to_bytes().unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    let replay = Replay::new(text.parse::<Recording>().unwrap());
    let client = Client::builder()
        .transport(replay.clone())
        .retry(RetryPolicy::new().with_fixed_jitter(0.0))
        .build()
        .unwrap();
    let answer = client.call(&REPORT).json_text(body).send().await.unwrap();
    assert_eq!(answer.attempts(), 3);
    replay.verify().unwrap();
}

/// A call with a time in every place that has one, as it stands in the recording.
async fn recorded_times(scrub: Scrub) -> (Recording, [String; 2]) {
    let server = Server::new(|n, _| match n {
        1 => Ok(http::Response::builder()
            .status(429)
            .header("date", "Tue, 10 Mar 2026 12:00:00 GMT")
            .header("retry-after", "Tue, 10 Mar 2026 12:00:07 GMT")
            .body(funnelflux_transport::Body::empty())
            .unwrap()),
        _ => ok(
            r#"{"rows": [{"hitTime":"2026-03-09T23:00:00.123-05:00","day":"2026-03-10","cost":1.50,"idFunnel":"2nIemJxCKbFX"}], "expires_at":1773144000, "created_at" : 1773144000250, "updated_at":"0001-01-01T00:00:00Z", "2026-03-10":{"status":"since 2026-03-11"}}"#,
        ),
    });
    let (recorder, tape) = Recorder::new(server, "made for this test", scrub);
    let client = client_of(recorder);
    client
        .call(&REPORT)
        .query("from", "2026-03-09T00:00:00+01:00")
        .query("check_timestamp", 1_773_144_000)
        .query("idFunnels", "2nIemJxCKbFX,2n5JuOKWLTzd")
        .json_text(
            r#"{"timeStart":"2026-03-09T00:00:00+01:00","timeEnd":"2026-03-10T23:59:59+01:00"}"#,
        )
        .send()
        .await
        .unwrap();
    let recording = tape.recording();
    let body = |exchange: &funnelflux_transport::replay::Exchange| {
        exchange.response.as_ref().unwrap().content.to_bytes().unwrap().to_vec()
    };
    let asked = recording.exchanges[1].request.content.to_bytes().unwrap().to_vec();
    let texts = [asked, body(&recording.exchanges[1])].map(|b| String::from_utf8(b).unwrap());
    (recording, texts)
}

fn client_of(transport: impl funnelflux_transport::IntoSeam<funnelflux_transport::Body>) -> Client {
    Client::builder()
        .transport(transport)
        .retry(RetryPolicy::new().with_fixed_jitter(0.0))
        .build()
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn all_times_of_a_recording_move_by_the_same_whole_days() {
    let (recording, [asked, answered]) = recorded_times(Scrub::new()).await;
    let text = recording.to_text().unwrap();
    for original in ["2026-03", "Mar 2026", "1773144000"] {
        assert!(!text.contains(original), "{original} in {text}");
    }
    assert!(recording.provenance.ends_with("all times are shifted by the same number of days"));

    // The days by which one of them moved are those of all: it all comes back with them undone.
    let json: serde_json::Value = serde_json::from_str(&answered).unwrap();
    let moved = 1_773_144_000 - json["expires_at"].as_i64().unwrap();
    assert!(moved % 86_400 == 0 && moved / 86_400 >= 400, "{moved}");
    assert_eq!(json["created_at"].as_i64().unwrap(), 1_773_144_000_250 - moved * 1000);
    let day = |plus: i64| {
        // 2026-03-09 is day 20521 of Unix time.
        let seconds = u64::try_from((20_521 + plus) * 86_400 - moved).unwrap();
        let date = httpdate(std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds));
        (date.1, date.0)
    };
    let (first, second, third) = (day(0), day(1), day(2));
    assert_eq!(
        asked,
        format!(
            r#"{{"timeStart":"{}T00:00:00+01:00","timeEnd":"{}T23:59:59+01:00"}}"#,
            first.0, second.0
        )
    );
    for kept in [
        format!(r#""hitTime":"{}T23:00:00.123-05:00","day":"{}","cost":1.50"#, first.0, second.0),
        format!(r#""{}":{{"status":"since {}"}}"#, second.0, third.0),
        r#""updated_at":"0001-01-01T00:00:00Z""#.to_owned(),
    ] {
        assert!(answered.contains(&kept), "{kept} not in {answered}");
    }
    let path = &recording.exchanges[1].request.path;
    assert!(path.contains(&format!("from={}T00%3A00%3A00%2B01%3A00", first.0)), "{path}");
    assert!(path.contains(&format!("check_timestamp={}", 1_773_144_000 - moved)), "{path}");
    let headers = &recording.exchanges[0].response.as_ref().unwrap().headers;
    assert_eq!(headers["date"], format!("{} 12:00:00 GMT", second.1));
    assert_eq!(headers["retry-after"], format!("{} 12:00:07 GMT", second.1));
    // An id is the same wherever it stands.
    let id = json["rows"][0]["idFunnel"].as_str().unwrap();
    assert!(path.contains(&format!("idFunnels={id},")), "{path}: {id}");
}

/// `Mon, 09 Mar 2026` and `2026-03-09`.
fn httpdate(at: std::time::SystemTime) -> (String, String) {
    let long = ::httpdate::fmt_http_date(at).split_once(" 00:").unwrap().0.to_owned();
    let months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let month = months.find(&long[8..11]).unwrap() / 3 + 1;
    (long.clone(), format!("{}-{month:02}-{}", &long[12..16], &long[5..7]))
}

#[tokio::test(start_paused = true)]
async fn times_can_be_kept() {
    for scrub in [Scrub::new().keep_times(), Scrub::of_made_up_data()] {
        let (recording, [asked, answered]) = recorded_times(scrub).await;
        assert_eq!(recording.provenance, "made for this test");
        assert!(asked.contains("2026-03-09T00:00:00+01:00"), "{asked}");
        assert!(answered.contains(r#""created_at" : 1773144000250"#), "{answered}");
    }
}

fn one_exchange() -> Recording {
    r#"{"format":"funnelflux-recording/1","provenance":"made by hand","exchanges":[
        {"request":{"method":"PUT","path":"/v1/page/save","body":{"json":{"a":1}}},"response":{"status":200}}]}"#
        .parse()
        .unwrap()
}

#[tokio::test]
async fn an_unmatched_request_fails_and_names_the_nearest_exchange() {
    let replay = Replay::new(one_exchange());
    let client = Client::builder().transport(replay.clone()).build().unwrap();
    let error = client.call(&SAVE).json_text(r#"{"a":2}"#).send().await.unwrap_err();
    assert!(error.to_string().contains("exchange 1, which differs in body.a"), "{error}");
    let problems = replay.verify().unwrap_err();
    assert_eq!(problems.to_string().matches("replay: ").count(), 2, "{problems}");
}

#[test]
#[should_panic(expected = "never asked for: PUT /v1/page/save")]
fn an_unused_exchange_fails_the_test_though_nobody_asks() {
    drop(Replay::new(one_exchange()));
}

#[test]
fn recordings_of_another_version_or_without_provenance_are_refused() {
    for (text, why) in [
        (
            r#"{"format":"funnelflux-recording/9","provenance":"x","exchanges":[]}"#,
            "this version reads",
        ),
        (r#"{"format":"funnelflux-recording/1","provenance":" ","exchanges":[]}"#, "provenance"),
        (
            r#"{"format":"funnelflux-recording/1","provenance":"x","exchanges":[{"request":{"method":"GET","path":"/"}}]}"#,
            "exchange 1",
        ),
    ] {
        let error = text.parse::<Recording>().unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
    }
}
