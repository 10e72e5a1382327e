//! A recording of a whole flow holds no time of the account, and still replays: to a client that asks
//! with the times and names that stand in it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(clippy::indexing_slicing, reason = "test code")]

use std::time::Duration;

use funnelflux::auth::Tokens;
use funnelflux::emulator::{Clock, Emulator};
use funnelflux::model::explorer::VisitorLookup;
use funnelflux::model::ledger::OfferSource;
use funnelflux::model::logs::LogRequest;
use funnelflux::prelude::*;
use funnelflux::transport::replay::{Recorder, Recording, Replay, Scrub};
use funnelflux::transport::{BoxError, IntoSeam as _};
use serde_json::Value;

/// 2026-03-10T12:00:00Z, the emulator's now.
const NOW: u64 = 1_773_144_000;

/// What the flow asks for.
struct Flow {
    start: String,
    end: String,
    tokens: Tokens,
    domain: String,
    source: String,
    source_name: String,
}

impl Flow {
    /// The times that came back on the way, in their order: as text, and in seconds.
    async fn run(&self, client: &FunnelFlux) -> Result<(Vec<String>, Vec<i64>), BoxError> {
        let mut texts = Vec::new();
        let mut seconds = Vec::new();
        let refresh = self.tokens.refresh_token.as_ref();
        let session = client.auth().validate(&self.tokens.access_token, refresh).await?;
        let expires = session.tokens.expires_at.unwrap().duration_since(std::time::UNIX_EPOCH)?;
        seconds.push(i64::try_from(expires.as_secs())?);

        let range = TimeRange::from_rfc3339(&self.start, &self.end)?;
        let reporting = client.reporting();
        let report = DrilldownRequest::builder(range.clone())
            .attribute(Attribute::TIME_1_HOUR_BLOCKS)
            .attribute(Attribute::ELEMENT_OFFER)
            .build()?;
        let report = reporting.drilldown(&report).await?;
        let hours = report.rows().map(|row| row.attribute(0).unwrap().id().unwrap().into_owned());
        texts.extend(hours.collect::<Vec<_>>());

        let events = RawEventsRequest::builder(range.clone()).hits().conversions().page(0, 40);
        let events = reporting.raw_events_page(&events.build()?).await?;
        let times = events.rows.iter().map(|row| row.time().unwrap().into_owned());
        texts.extend(times.collect::<Vec<_>>());
        let visitor = events.rows[0].visitor_id().unwrap().parse()?;
        reporting.explore_visitor(&VisitorLookup::by_visitor(visitor, range.clone())).await?;
        reporting.postback_log(&LogRequest::builder(range).build()?).await?;

        let domain = client.domains().create(&self.domain).await?;
        texts.push(domain.created_at()?.unwrap().into_owned());
        let id = domain.id()?.unwrap().into_owned();
        client.domains().get(&id).await?;
        let check = client.domains().check(&self.domain).await?;
        seconds.push(i64::try_from(check.check_timestamp()?.unwrap())?);

        let id = self.source.parse()?;
        let sources = client.ledger().offer_sources();
        sources.create(&OfferSource::new(id, &self.source_name)).await?;
        sources.find_by_id(&id).await?;
        Ok((texts, seconds))
    }

    /// What a recording of the flow asks for.
    fn of(recording: &Recording) -> Self {
        let asked = |operation: &str, member: &str| {
            let mut exchanges = recording.exchanges.iter();
            let exchange = exchanges.find(|e| e.operation.as_deref() == Some(operation)).unwrap();
            let body = exchange.request.content.to_bytes().unwrap();
            let body: Value = serde_json::from_slice(&body).unwrap();
            body[member].as_str().unwrap().to_owned()
        };
        Self {
            start: asked("reporting.drilldown", "timeStart"),
            end: asked("reporting.drilldown", "timeEnd"),
            tokens: Tokens::new("any").with_refresh_token(asked("auth.validate", "refresh_token")),
            domain: asked("billing.domains.create", "domain"),
            source: asked("ledger.offersource.create", "idOfferSource"),
            source_name: asked("ledger.offersource.create", "offerSourceName"),
        }
    }
}

/// Every string and number of a text, at every depth, and the names of members.
fn scalars(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| {
            found.push(name.clone());
            scalars(value, found);
        }),
        Value::Array(items) => items.iter().for_each(|item| scalars(item, found)),
        Value::String(text) => found.push(text.clone()),
        Value::Number(number) => found.push(number.to_string()),
        Value::Null | Value::Bool(_) => {}
    }
}

fn seconds_between(times: &[i64]) -> Vec<i64> {
    times.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

#[tokio::test]
async fn no_time_of_the_account_is_left_and_the_recording_replays() {
    let now = std::time::UNIX_EPOCH + Duration::from_secs(NOW);
    let emulator = Emulator::builder().clock(Clock::fixed(now)).visits_per_hour(4).build().unwrap();
    let provenance = "recorded from the emulator";
    let (recorder, tape) = Recorder::new(emulator.router().into_seam(), provenance, Scrub::new());
    let flow = Flow {
        start: "2026-03-09T00:00:00+01:00".to_owned(),
        end: "2026-03-09T05:59:59+01:00".to_owned(),
        tokens: Tokens::new(emulator.access_token()).with_refresh_token(emulator.refresh_token()),
        domain: "go.example.com".to_owned(),
        source: "2nIemJxCKbFX".to_owned(),
        source_name: "Offers of March".to_owned(),
    };
    let client = FunnelFlux::builder()
        .transport(recorder)
        .access_token(emulator.access_token())
        .rate_limit(RateLimit::unlimited())
        .build()
        .unwrap();
    let (times, seconds) = flow.run(&client).await.unwrap();
    assert!(times.len() > 20 && times.iter().all(|time| time.starts_with("2026-03-")), "{times:?}");

    let recording = tape.recording();
    assert!(
        recording.provenance.starts_with("recorded") && recording.provenance.contains("shifted")
    );
    let text = recording.to_text().unwrap();
    let mut found = Vec::new();
    scalars(&serde_json::from_str(&text).unwrap(), &mut found);
    let months: Vec<u64> = vec![NOW - 30 * 86_400, NOW + 30 * 86_400];
    for scalar in &found {
        assert!(!scalar.contains("2026-") && !scalar.contains(" 2026 "), "{scalar}");
        if let Ok(number) = scalar.parse::<u64>() {
            for unit in [1, 1000] {
                assert!(!(months[0] * unit..months[1] * unit).contains(&number), "{scalar}");
            }
        }
    }
    for secret in [&flow.domain, &flow.source, &flow.source_name, &emulator.refresh_token()] {
        assert!(!text.contains(secret.as_str()), "{secret}");
    }

    // Asked again with the values in it: the same flow, at other times.
    let asked = Flow::of(&recording);
    let replay = Replay::new(text.parse().unwrap());
    let client =
        FunnelFlux::builder().transport(replay.clone()).access_token("any").build().unwrap();
    let (moved, moved_seconds) = asked.run(&client).await.unwrap();
    replay.verify().unwrap();
    assert_eq!(moved.len(), times.len());
    assert_eq!(seconds_between(&moved_seconds), seconds_between(&seconds));
    assert_eq!((seconds[0] - moved_seconds[0]) % 86_400, 0);

    // Hours, offsets and spelling are those of the account; so are order and differences.
    let unix = |time: &String| {
        let range = TimeRange::from_rfc3339("1999-01-01T00:00:00Z", time).unwrap();
        let end = range.end().duration_since(std::time::UNIX_EPOCH).unwrap();
        i64::try_from(end.as_secs()).unwrap()
    };
    for (time, moved) in times.iter().zip(&moved) {
        assert_eq!(time[10..], moved[10..]);
        assert_eq!(unix(time) - unix(moved), seconds[0] - moved_seconds[0], "{moved}");
    }
}
