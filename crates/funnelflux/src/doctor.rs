//! Holds an account against the contract, read-only: which lists are where the contract says, which
//! are elsewhere, and which members nobody knows yet.
//!
//! Most paths of assets are guesses (see [`operations`]). An account can settle
//! them by looking: [`examine`] asks each list once, with GET only, one after the other, and where a
//! guessed path is not found it tries the alternatives of the contract in order of belief. What it
//! finds is free of tokens, ids and names: operations, counts, and names of members.
//!
//! ```no_run
//! # async fn example(funnelflux: funnelflux::FunnelFlux) -> Result<(), funnelflux::Error> {
//! let diagnosis = funnelflux::doctor::examine(&funnelflux).await?;
//! for check in diagnosis.checks() {
//!     println!("{}: {}", check.operation().id(), check.finding());
//! }
//! println!("{}", diagnosis.overrides_toml());
//! # Ok(()) }
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use funnelflux_ledger::{AnyAssets, Capability, Ledger};
use funnelflux_model::Document;
use funnelflux_model::json::list_in;
use funnelflux_transport::bytes::Bytes;
use funnelflux_transport::{Error, Operation, Response};
use serde_json::value::RawValue;

use crate::{FunnelFlux, operations};

/// What was found, list by list.
#[derive(Clone, Debug, Default)]
pub struct Diagnosis {
    checks: Vec<Check>,
    clock_skew: Option<i64>,
}

/// One list that was asked for.
#[derive(Clone, Debug)]
pub struct Check {
    operation: &'static Operation,
    finding: Finding,
    unknown_members: BTreeSet<String>,
}

/// How asking for a list went.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// The list is where the contract says, with so many objects.
    Found(usize),
    /// The list is at an alternative of the contract, with so many objects.
    FoundAt(&'static str, usize),
    /// There is nothing at the path, nor at any alternative.
    NotFound,
    /// Something answered that is no list.
    NoList,
    /// The call failed otherwise, with this status if there was one.
    Failed(Option<u16>),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Found(count) => write!(f, "found, {count} objects"),
            Self::FoundAt(path, count) => write!(f, "found at {path}, {count} objects"),
            Self::NotFound => f.write_str("not found, nor at any alternative"),
            Self::NoList => f.write_str("answers, but with no list"),
            Self::Failed(Some(status)) => write!(f, "failed with status {status}"),
            Self::Failed(None) => f.write_str("failed without an answer"),
        }
    }
}

impl Check {
    /// What was asked.
    #[must_use]
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// How it went.
    #[must_use]
    pub fn finding(&self) -> &Finding {
        &self.finding
    }

    /// Members of the listed objects that this SDK does not know by name. They are kept as they come
    /// all the same.
    pub fn unknown_members(&self) -> impl Iterator<Item = &str> {
        self.unknown_members.iter().map(String::as_str)
    }
}

impl Diagnosis {
    /// Each list that was asked for, in the order of asking.
    #[must_use]
    pub fn checks(&self) -> &[Check] {
        &self.checks
    }

    /// How many seconds the server's clock is ahead of this machine's, as far as it told.
    #[must_use]
    pub fn clock_skew(&self) -> Option<i64> {
        self.clock_skew
    }

    /// The corrections that follow: operation id → path. A list that was found at another root moves
    /// the asset's other operations there too, where the contract has them as alternatives.
    #[must_use]
    pub fn overrides(&self) -> BTreeMap<&'static str, &'static str> {
        let mut overrides = BTreeMap::new();
        for check in &self.checks {
            let Finding::FoundAt(found, _) = check.finding else { continue };
            let asset = family(check.operation.id());
            let Some(root) = found.strip_suffix("/list") else { continue };
            for operation in operations::all().filter(|o| family(o.id()) == asset) {
                let moved =
                    operation.alternatives().iter().copied().find(|path| {
                        path.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'))
                    });
                if let Some(path) = moved {
                    overrides.insert(operation.id(), path);
                }
            }
        }
        overrides
    }

    /// The corrections as the `[paths]` of a profile; empty if there is nothing to correct.
    #[must_use]
    pub fn overrides_toml(&self) -> String {
        let overrides = self.overrides();
        if overrides.is_empty() {
            return String::new();
        }
        let lines: Vec<String> =
            overrides.iter().map(|(id, path)| format!("\"{id}\" = \"{path}\"\n")).collect();
        format!("[paths]\n{}", lines.concat())
    }
}

/// `ledger.funnel` of `ledger.funnel.list`.
fn family(id: &str) -> &str {
    id.rsplit_once('.').map_or(id, |(family, _)| family)
}

/// Asks for each list once.
///
/// # Errors
/// When the account cannot be reached at all: no connection, or no accepted token. Anything else is a
/// finding.
pub async fn examine(client: &FunnelFlux) -> Result<Diagnosis, Error> {
    let mut diagnosis = Diagnosis::default();
    diagnosis.look(client, &funnelflux_reporting::operations::ATTRIBUTES, &[]).await?;
    diagnosis.look(client, &funnelflux_domains::operations::DOMAINS_LIST, &[]).await?;
    let ledger = client.ledger();
    for assets in Ledger::names().filter_map(|name| ledger.by_name(name)) {
        if let Some(list) = assets.operation(Capability::List) {
            diagnosis.look(client, list, &known(&assets)).await?;
        }
    }
    Ok(diagnosis)
}

/// The members that are known by name, of slim objects and of full ones: which of them a list shows
/// is documented, whether it always does is not.
fn known(assets: &AnyAssets) -> Vec<&'static str> {
    assets.info_members().iter().chain(assets.members()).map(|member| member.name()).collect()
}

impl Diagnosis {
    async fn look(
        &mut self,
        client: &FunnelFlux,
        operation: &'static Operation,
        known: &[&str],
    ) -> Result<(), Error> {
        let mut unknown_members = BTreeSet::new();
        let mut finding =
            self.read(client.client().call(operation).send().await, known, &mut unknown_members)?;
        if finding == Finding::NotFound {
            for path in operation.alternatives() {
                let other = operation.clone().with_path(*path);
                let answer = client.client().call_made(other).send().await;
                if let Finding::Found(count) = self.read(answer, known, &mut unknown_members)? {
                    finding = Finding::FoundAt(path, count);
                    break;
                }
            }
        }
        self.checks.push(Check { operation, finding, unknown_members });
        Ok(())
    }

    fn read(
        &mut self,
        answer: Result<Response<Bytes>, Error>,
        known: &[&str],
        unknown: &mut BTreeSet<String>,
    ) -> Result<Finding, Error> {
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) if error.is_connect() || error.needs_authorisation() => return Err(error),
            Err(error) if error.is_not_found() => return Ok(Finding::NotFound),
            Err(error) => return Ok(Finding::Failed(error.status().map(|s| s.as_u16()))),
        };
        self.clock_skew = self.clock_skew.or_else(|| answer.clock_skew());
        let Some(objects) = objects(&answer) else { return Ok(Finding::NoList) };
        for (name, _) in objects.iter().flatten().flat_map(Document::members) {
            if !known.is_empty() && !known.contains(&name.as_ref()) {
                unknown.insert(name.into_owned());
            }
        }
        Ok(Finding::Found(objects.len()))
    }
}

/// The items of the list; those that are objects can be read.
fn objects(answer: &[u8]) -> Option<Vec<Option<Document>>> {
    let answer: &RawValue = serde_json::from_slice(answer).ok()?;
    let items = list_in(answer).ok()?.into_items();
    Some(items.into_iter().map(|item| Document::from_raw(item.to_owned()).ok()).collect())
}
