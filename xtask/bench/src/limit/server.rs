//! A server with a limit: a bucket of one second's requests, filled at an even rate. Beyond it the
//! answer is 429 with `Retry-After: 1`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::LIMIT;
use crate::Result;
use crate::client::listen;
use crate::measure::wall;

const MADE: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
const REFUSED: &[u8] =
    b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n";

/// The requests of one client, as the server counted them.
#[derive(Default)]
pub(super) struct Account {
    /// Each request: the seconds since the first one, and whether it passed.
    pub(super) asked: Vec<(f64, bool)>,
    /// How often each object was made, by the request's body.
    pub(super) made: HashMap<Vec<u8>, u32>,
    /// The tokens left after the newest request.
    level: f64,
    first: Option<std::time::Instant>,
}

impl Account {
    fn ask(&mut self, now: f64, body: &[u8]) -> bool {
        let level = match self.asked.last() {
            None => LIMIT,
            Some((before, _)) => LIMIT.min(self.level + (now - before) * LIMIT),
        };
        let passes = level >= 1.0;
        self.level = level - f64::from(u8::from(passes));
        self.asked.push((now, passes));
        if passes {
            *self.made.entry(body.to_vec()).or_default() += 1;
        }
        passes
    }

    /// The requests `from` seconds after the first one and later, and those of them that passed.
    pub(super) fn since(&self, from: f64) -> (f64, f64) {
        let late = self.asked.iter().filter(|(at, _)| *at >= from);
        (late.clone().count() as f64, late.filter(|(_, passed)| *passed).count() as f64)
    }
}

/// Starts a server, which ends with the process, and returns its base URL and what it counts.
pub(super) fn start() -> Result<(String, Arc<Mutex<Account>>)> {
    let account = Arc::<Mutex<Account>>::default();
    let shared = account.clone();
    let base = listen(move || {
        let account = shared.clone();
        move |_: &str, body: &[u8]| {
            let mut account = account.lock().unwrap_or_else(PoisonError::into_inner);
            let now = account.first.get_or_insert_with(wall).elapsed().as_secs_f64();
            if account.ask(now, body) { MADE } else { REFUSED }
        }
    })?;
    Ok((base, account))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_of_one_second_passes_and_then_the_limit() {
        let mut account = Account::default();
        let mut passed = |now| (0..40).filter(|body| account.ask(now, &[*body])).count();
        assert_eq!([0.0, 0.0, 1.0, 1.5, 60.0].map(&mut passed), [15, 0, 15, 7, 15]);
        assert_eq!(account.since(1.5), (80.0, 22.0));
        assert_eq!((account.made.len(), account.made[&vec![0]]), (15, 4));
    }
}
