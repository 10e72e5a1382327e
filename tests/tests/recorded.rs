//! The fixtures of assets and domains are what the emulator answers today. After a change that is
//! meant: `cargo run -p funnelflux-tests --bin record_fixtures`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use std::collections::BTreeMap;

use funnelflux_tests::{fixture, recorder, recordings};

#[tokio::test]
async fn the_recorded_fixtures_are_what_the_emulator_answers() {
    let mut recorded = BTreeMap::new();
    for (name, recording) in recorder::record().await.unwrap() {
        // The test of replays tells which kinds need a file.
        if !fixture(&name).exists() {
            continue;
        }
        // Line by line, so that the line that differs is shown and not a whole recording.
        let now = recording.to_text().unwrap();
        let kept = std::fs::read_to_string(fixture(&name)).unwrap();
        for (number, (now, kept)) in now.lines().zip(kept.lines()).enumerate() {
            assert_eq!(kept, now, "{name}, line {}: left the file, right the emulator", number + 1);
        }
        assert_eq!(kept.lines().count(), now.lines().count(), "{name}: lines");
        recorded.insert(name, now);
    }
    // A file that says it was recorded and is not recorded any more would be compared with nothing.
    for (name, recording) in recordings() {
        let says_so = recording.provenance == recorder::PROVENANCE;
        assert_eq!(says_so, recorded.contains_key(&name), "{name}: {}", recording.provenance);
    }
}

#[test]
fn every_fixture_is_laid_out_as_a_recording_is_saved() {
    for (name, recording) in recordings() {
        let kept = std::fs::read_to_string(fixture(&name)).unwrap();
        assert_eq!(
            recording.to_text().unwrap(),
            kept,
            "{name}: save it again with `Recording::save`"
        );
    }
}
