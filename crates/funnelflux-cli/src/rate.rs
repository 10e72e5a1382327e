//! The rate that an account takes, as the last command learned it: a start for the next one, no fact.

use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use funnelflux::transport::{Call, Event, Observer, Timer as _, TokioTimer};
use serde::{Deserialize, Serialize};

use crate::files::{self, Readers};
use crate::settings::Settings;

/// Accounts are throttled for a while, and other programs on them come and go.
const LONGEST_AGE: Duration = Duration::from_secs(24 * 3600);
/// More than any such file holds.
const LONGEST_FILE: u64 = 4096;

pub(crate) struct LearnedRate {
    file: PathBuf,
    base_url: String,
    last: Mutex<f64>,
}

#[derive(Deserialize, Serialize)]
struct Entry {
    per_second: f64,
    base_url: String,
}

impl LearnedRate {
    /// The keeper, and the rate or zero. The emulator has none, since it is another one each time.
    pub(crate) fn of(settings: &Settings) -> Option<(Self, f64)> {
        if settings.emulator {
            return None;
        }
        let file = settings.directory().ok()?.join(format!("state/rate-{}.json", settings.name));
        let base_url = settings.base_url().to_owned();
        let learned = Self { file, base_url, last: Mutex::new(f64::INFINITY) };
        let start = learned.read(TokioTimer.wall()).unwrap_or_default();
        Some((learned, start))
    }

    /// The rate, if it was learned lately and of the same API. A file that cannot be read is none.
    fn read(&self, now: SystemTime) -> Option<f64> {
        let about = fs::symlink_metadata(&self.file).ok()?;
        let age = now.duration_since(about.modified().ok()?).ok()?;
        if !about.is_file() || about.len() > LONGEST_FILE || age > LONGEST_AGE {
            return None;
        }
        let entry: Entry = serde_json::from_slice(&fs::read(&self.file).ok()?).ok()?;
        (entry.base_url == self.base_url).then_some(entry.per_second)
    }

    fn write(&self, per_second: f64) -> std::io::Result<()> {
        let Some(directory) = self.file.parent() else { return Ok(()) };
        fs::create_dir_all(directory)?;
        let entry = Entry { per_second, base_url: self.base_url.clone() };
        files::write(&self.file, &serde_json::to_vec(&entry)?, Readers::Default)
    }
}

/// Writes each cut down: the rate after it passed, while one on the way up is only a try.
impl Observer for LearnedRate {
    fn on_event(&self, _: &Call, event: &Event<'_>) {
        let Event::RateChanged { per_second, .. } = event else { return };
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *last, *per_second);
        if *per_second < before
            && let Err(cause) = self.write(*per_second)
        {
            tracing::debug!(%cause, "the learned rate is not kept");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_kept_for_a_day_and_for_one_api_and_any_other_file_is_none() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("state").join("rate-default.json");
        let keeper = |base_url: &str| LearnedRate {
            file: file.clone(),
            base_url: base_url.to_owned(),
            last: Mutex::new(f64::INFINITY),
        };
        let (here, now) = (keeper("https://a.example/v1"), TokioTimer.wall());
        assert_eq!(here.read(now), None, "nothing was learned");
        here.write(2.97).unwrap();
        let now = now + Duration::from_secs(60);
        assert_eq!(here.read(now), Some(2.97));
        assert_eq!(keeper("https://b.example/v1").read(now), None, "another API");
        assert_eq!(here.read(now + LONGEST_AGE), None, "old");
        assert_eq!(here.read(now - LONGEST_AGE), None, "from the future");
        let long = "x".repeat(5000);
        for text in
            ["", "{", "3", r#"{"per_second":"3"}"#, r#"{"base_url":"https://a.example/v1"}"#, &long]
        {
            fs::write(&file, text).unwrap();
            assert_eq!(here.read(now), None, "{text:.20}");
        }
        fs::remove_file(&file).unwrap();
        fs::create_dir(&file).unwrap();
        assert_eq!(here.read(now), None, "a directory");
        assert!(here.write(1.0).is_err());
    }
}
