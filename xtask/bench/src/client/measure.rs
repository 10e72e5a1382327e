//! The cases in turn, round by round.

use super::case::Case;
use super::exchange::{ANSWER_BYTES, Exchange};
use super::server::Server;
use super::{over_hyper, over_middleware, over_reqwest, over_stack};
use crate::Result;
use crate::clock::thread_cpu;
use crate::core::OneCore;
use crate::footprint::{self, Footprints};
use crate::sample::Sample;
use crate::section::{Figure, Goal, Row, Section};

/// The case that the others are compared with.
pub(super) const BASE: &str = "reqwest";
pub(super) const STACK: &str = "full stack";

/// What the stack may cost, in relation to bare reqwest.
const LIMIT: f64 = 1.10;
/// Requests in a row of one case: long enough for the clock, short enough that what disturbs one
/// case disturbs its neighbours too.
const IN_A_ROW: u32 = 50;
const WARM_UP: u32 = 200;

/// All cases of one exchange, against one server.
pub struct Bench {
    exchange: Exchange,
    server: Server,
    cases: Vec<Case>,
}

/// One for each exchange.
///
/// # Errors
/// When a client or the server cannot be set up.
pub fn benches() -> Result<Vec<Bench>> {
    Exchange::ALL.into_iter().map(Bench::new).collect()
}

impl Bench {
    fn new(exchange: Exchange) -> Result<Self> {
        let server = Server::start()?;
        let base = server.base_url();
        let cases = vec![
            over_hyper::case(exchange, &base)?,
            over_reqwest::bare(exchange, &base)?,
            over_reqwest::with_timeout(exchange, &base)?,
            over_middleware::retry(exchange, &base)?,
            over_middleware::retry_and_idle(exchange, &base)?,
            over_stack::full(exchange, &base)?,
            over_stack::extended(exchange, &base)?,
            over_stack::over_hyper(exchange, &base)?,
        ];
        Ok(Self { exchange, server, cases })
    }

    /// The clients.
    #[must_use]
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// The name under which a case's footprint is kept.
    #[must_use]
    pub fn key(&self, case: &Case) -> String {
        format!("{} {}", self.exchange.name(), case.name)
    }

    /// Opens the connections, fills the caches, and sees to it that all send the same.
    ///
    /// # Errors
    /// When a request fails, or the cases do not do the same thing.
    pub fn warm_up(&self) -> Result<()> {
        for case in &self.cases {
            case.run(WARM_UP)?;
        }
        self.check_connections()?;
        let heads = self.server.heads();
        for (case, pair) in self.cases.iter().skip(1).zip(heads.windows(2)) {
            if let [before, this] = pair
                && before != this
            {
                let name = case.name;
                return Err(format!("{name} sends {this:?}, the one before {before:?}").into());
            }
        }
        Ok(())
    }

    /// A case with more than one connection would pay for opening it, or wait less for the server.
    fn check_connections(&self) -> Result<()> {
        let (found, expected) = (self.server.heads().len(), self.cases.len());
        if found == expected {
            return Ok(());
        }
        Err(format!("{found} connections for {expected} clients").into())
    }

    fn time(&self, rounds: usize) -> Result<Vec<Sample>> {
        let mut samples = vec![Sample::default(); self.cases.len()];
        for round in 0..rounds {
            // The first case changes, so that no case always runs after the same one.
            let order = (0..self.cases.len()).map(|at| (at + round) % self.cases.len());
            for at in order {
                let (Some(case), Some(sample)) = (self.cases.get(at), samples.get_mut(at)) else {
                    continue;
                };
                let before = thread_cpu();
                case.run(IN_A_ROW)?;
                let spent = thread_cpu() - before;
                sample.push(spent.as_secs_f64() * 1e6 / f64::from(IN_A_ROW));
            }
        }
        self.check_connections()?;
        Ok(samples)
    }

    fn section(&self, rounds: usize, footprints: &Footprints) -> Result<Section> {
        self.warm_up()?;
        let samples = self.time(rounds)?;
        let find = |name: &str| {
            let at = self.cases.iter().position(|case| case.name == name);
            at.and_then(|at| samples.get(at)).cloned().unwrap_or_default()
        };
        let base = find(BASE);
        let rows = self.cases.iter().zip(&samples).map(|(case, sample)| {
            let footprint = footprints.get(&self.key(case));
            Row {
                case: case.name.to_owned(),
                figures: vec![
                    Figure::new("min µs", sample.min(), 2),
                    Figure::new("median µs", sample.median(), 2),
                    Figure::new("× min", sample.min_ratio(&base), 3),
                    Figure::new("× median", sample.median_ratio(&base), 3),
                    Figure::new("allocations", footprint.map(|f| f.allocations), 1),
                    Figure::new("bytes", footprint.map(|f| f.bytes), 0),
                ],
            }
        });
        let stack = find(STACK);
        let found = [("median", stack.median_ratio(&base)), ("min", stack.min_ratio(&base))];
        let what =
            format!("full stack ≤ {LIMIT:.2} × bare reqwest, CPU of a {}", self.exchange.name());
        Ok(Section {
            name: "client",
            title: format!(
                "client CPU per request, {}, {ANSWER_BYTES} B down, {} requests a case",
                self.exchange.title(),
                rounds * IN_A_ROW as usize
            ),
            rows: rows.collect(),
            goals: vec![Goal::at_most(what, LIMIT, &found)],
        })
    }
}

/// Measures all cases in turn.
///
/// # Errors
/// When a request fails or the cases are not comparable.
pub fn run(quick: bool) -> Result<Vec<Section>> {
    let rounds = if quick { 40 } else { 400 };
    let footprints = footprint::count(&["client", "200"])?;
    let _core = OneCore::hold();
    benches()?.iter().map(|bench| bench.section(rounds, &footprints)).collect()
}

/// Runs some cases for a profiler.
///
/// # Errors
/// When a request fails or no case has that name.
pub fn alone(name: &str, quick: bool) -> Result<()> {
    let requests = if quick { 5_000 } else { 100_000 };
    let _core = OneCore::hold();
    let benches = benches()?;
    let keys = || benches.iter().flat_map(|b| b.cases().iter().map(|case| b.key(case)));
    // "POST reqwest" is a case, and the beginning of three others.
    let exact = keys().any(|key| key == name);
    let mut found = false;
    for bench in &benches {
        let chosen = |key: &str| if exact { key == name } else { key.contains(name) };
        for case in bench.cases().iter().filter(|case| chosen(&bench.key(case))) {
            found = true;
            case.run(WARM_UP)?;
            let before = thread_cpu();
            case.run(requests)?;
            let spent = (thread_cpu() - before).as_secs_f64() * 1e6 / f64::from(requests);
            println!("{}: {spent:.2} µs of CPU per request, {requests} requests", bench.key(case));
        }
    }
    if found { Ok(()) } else { Err(format!("no case has `{name}` in its name").into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_cases_send_the_same_over_one_connection_each() {
        for bench in benches().unwrap() {
            bench.warm_up().unwrap();
            assert_eq!(bench.server.heads().len(), bench.cases().len());
        }
    }

    #[test]
    fn a_client_that_opens_a_second_connection_is_found_out() {
        let bench = Bench::new(Exchange::List).unwrap();
        let more = over_reqwest::bare(Exchange::List, &bench.server.base_url()).unwrap();
        more.run(1).unwrap();
        let error = bench.warm_up().unwrap_err().to_string();
        assert_eq!(error, "9 connections for 8 clients");
    }
}
