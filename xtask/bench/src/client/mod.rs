//! CPU time and allocations per HTTP request: our stack beside what it is made of and what it could
//! be replaced by. The cases run in turn, round by round.

mod cases;
mod server;

use anyhow::ensure;
use cases::{ANSWER_BYTES, BASE, Case, Exchange, STACK};
use server::Server;
pub(crate) use server::listen;

use crate::Result;
use crate::footprint::{self, Footprints};
use crate::measure::{OneCore, Samples, thread_cpu};
use crate::section::{Figure, Goal, Row, Section};

/// What the stack may cost, in relation to bare reqwest.
const LIMIT: f64 = 1.10;
/// Requests in a row of one case: long enough for the clock, short enough that what disturbs one
/// case disturbs its neighbours too.
const IN_A_ROW: u32 = 50;
const WARM_UP: u32 = 200;

pub(crate) struct Bench {
    exchange: Exchange,
    server: Server,
    pub(crate) cases: Vec<Case>,
}

pub(crate) fn benches() -> Result<Vec<Bench>> {
    [Exchange::REPORT, Exchange::LIST].into_iter().map(Bench::new).collect()
}

impl Bench {
    fn new(exchange: Exchange) -> Result<Self> {
        let server = Server::start()?;
        let cases = cases::all(exchange, &server.base_url())?;
        Ok(Self { exchange, server, cases })
    }

    /// The name under which a case's footprint is kept.
    pub(crate) fn key(&self, case: &Case) -> String {
        format!("{} {}", self.exchange.name, case.name)
    }

    /// Opens the connections, fills the caches, and sees to it that all send the same.
    pub(crate) fn warm_up(&self) -> Result {
        for case in &self.cases {
            case.run(WARM_UP)?;
        }
        self.check_connections()?;
        let heads = self.server.heads();
        for (case, pair) in self.cases.iter().skip(1).zip(heads.windows(2)) {
            let [before, this] = pair else { continue };
            ensure!(before == this, "{} sends {this:?}, the one before {before:?}", case.name);
        }
        Ok(())
    }

    /// A case with more than one connection would pay for opening it, or wait less for the server.
    fn check_connections(&self) -> Result {
        let (found, expected) = (self.server.heads().len(), self.cases.len());
        ensure!(found == expected, "{found} connections for {expected} clients");
        Ok(())
    }

    fn time(&self, rounds: usize) -> Result<Samples> {
        let mut samples = Samples::default();
        for round in 0..rounds {
            // The first case changes, so that no case always runs after the same one.
            let (end, start) = self.cases.split_at(round % self.cases.len());
            for case in start.iter().chain(end) {
                samples.add(case.name, micros(case, IN_A_ROW)?);
            }
        }
        self.check_connections()?;
        Ok(samples)
    }

    fn section(&self, rounds: usize, footprints: &Footprints) -> Result<Section> {
        self.warm_up()?;
        let samples = self.time(rounds)?;
        let rows = self.cases.iter().map(|case| {
            let footprint = footprints.get(&self.key(case));
            Row {
                case: case.name.to_owned(),
                figures: vec![
                    Figure::new("min µs", samples.min(case.name), 2),
                    Figure::new("median µs", samples.median(case.name), 2),
                    Figure::new("× min", samples.min_ratio(case.name, BASE), 3),
                    Figure::new("× median", samples.median_ratio(case.name, BASE), 3),
                    Figure::new("allocations", footprint.map(|f| f.allocations), 1),
                    Figure::new("bytes", footprint.map(|f| f.bytes), 0),
                ],
            }
        });
        let Exchange { name, title, .. } = self.exchange;
        let requests = rounds * IN_A_ROW as usize;
        let what = format!("full stack ≤ {LIMIT:.2} × bare reqwest, CPU of a {name}");
        Ok(Section {
            name: "client",
            title: format!(
                "client CPU per request, {title}, {ANSWER_BYTES} B down, {requests} requests a case"
            ),
            rows: rows.collect(),
            goals: vec![Goal::at_most(what, LIMIT, &samples.ratios(STACK, BASE))],
        })
    }
}

fn micros(case: &Case, requests: u32) -> Result<f64> {
    let before = thread_cpu();
    case.run(requests)?;
    Ok((thread_cpu() - before).as_secs_f64() * 1e6 / f64::from(requests))
}

pub(crate) fn run(quick: bool) -> Result<Vec<Section>> {
    let rounds = if quick { 40 } else { 400 };
    let footprints = footprint::count("client", 200)?;
    let _core = OneCore::hold();
    benches()?.iter().map(|bench| bench.section(rounds, &footprints)).collect()
}

/// Runs the cases with this text in their names, or the one of this name, for a profiler.
pub(crate) fn alone(name: &str, quick: bool) -> Result {
    let requests = if quick { 5_000 } else { 100_000 };
    let _core = OneCore::hold();
    let benches = benches()?;
    let all = benches.iter().flat_map(|bench| bench.cases.iter().map(|c| (bench.key(c), c)));
    let mut chosen: Vec<(String, &Case)> = all.filter(|(key, _)| key.contains(name)).collect();
    // "POST reqwest" is a case, and the beginning of three others.
    if chosen.iter().any(|(key, _)| key == name) {
        chosen.retain(|(key, _)| key == name);
    }
    ensure!(!chosen.is_empty(), "no case has `{name}` in its name");
    for (key, case) in chosen {
        case.run(WARM_UP)?;
        let spent = micros(case, requests)?;
        println!("{key}: {spent:.2} µs of CPU per request, {requests} requests");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_cases_send_the_same_over_one_connection_each() {
        for bench in benches().unwrap() {
            bench.warm_up().unwrap();
            assert_eq!(bench.server.heads().len(), bench.cases.len());
        }
    }

    #[test]
    fn a_client_that_opens_a_second_connection_is_found_out() {
        let bench = Bench::new(Exchange::LIST).unwrap();
        let more = cases::all(Exchange::LIST, &bench.server.base_url()).unwrap();
        more[1].run(1).unwrap();
        let error = bench.warm_up().unwrap_err().to_string();
        assert_eq!(error, "9 connections for 8 clients");
    }
}
