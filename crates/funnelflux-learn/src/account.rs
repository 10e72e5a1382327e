//! An account, compared with the contract by reading its lists.
//!
//! Most paths of assets are guesses. [`examine`] requests each list once, with GET only and one after
//! the other; what it reads can teach more, too ([`examine_with`]). Where the path is not found it tries the alternatives of the contract, in order of
//! belief. The findings hold operations, counts and names of members; they hold no tokens, ids or
//! names of objects.
//!
//! ```no_run
//! # async fn example(client: funnelflux_transport::Client) -> Result<(), funnelflux_transport::Error> {
//! let diagnosis = funnelflux_learn::account::examine(&client).await?;
//! for check in &diagnosis.checks {
//!     println!("{}: {}", check.operation.id(), check.finding);
//! }
//! println!("{}", diagnosis.overrides_toml());
//! # Ok(()) }
//! ```

use std::collections::{BTreeMap, BTreeSet};

use funnelflux_contract::{AssetKind, Grade, Verb, operations};
use funnelflux_model::Document;
use funnelflux_model::json::list_in;
use funnelflux_transport::bytes::Bytes;
use funnelflux_transport::{Client, Error, Operation, Response};
use serde_json::value::RawValue;

/// The findings of one examination, list by list.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Diagnosis {
    /// The requested lists, in the order of the requests.
    pub checks: Vec<Check>,
    /// The seconds by which the server's clock is ahead of this machine's, if an answer had a date.
    pub clock_skew: Option<i64>,
    /// The calls since the last answer.
    unanswered: usize,
}

/// One list that was requested.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Check {
    /// The requested list.
    pub operation: &'static Operation,
    /// The path where it was looked for first: that of the client's overlay, or of the contract.
    pub path: String,
    /// How surely that path is known.
    pub path_grade: Grade,
    /// The result.
    pub finding: Finding,
    /// The members of the listed objects that the contract does not name. The SDK keeps them
    /// unchanged.
    pub unknown_members: BTreeSet<String>,
}

/// The result of requesting one list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// The list is at the path of the overlay or of the contract, with this many objects.
    Found(usize),
    /// The list is at this other path of the contract, with this many objects.
    FoundAt(&'static str, usize),
    /// The server has nothing at the path and at its alternatives.
    NotFound,
    /// The answer is not a list.
    NoList,
    /// The call failed for another reason, with this status if the server answered.
    Failed(Option<u16>),
    /// Not requested, as the lists before it had no answer.
    NotTried,
}

funnelflux_contract::formats! {
    Display for Finding, |it, f| match it {
        Self::Found(count) => write!(f, "found, objects: {count}"),
        Self::FoundAt(path, count) => write!(f, "found at {path}, objects: {count}"),
        Self::NotFound => f.write_str("not found at the path or its alternatives"),
        Self::NoList => f.write_str("the answer is not a list"),
        Self::Failed(Some(status)) => write!(f, "failed with status {status}"),
        Self::Failed(None) => f.write_str("failed without an answer"),
        Self::NotTried => f.write_str("not tried: the lists before it had no answer"),
    }
}

impl Check {
    /// Whether the list was found, at whichever path.
    pub fn is_found(&self) -> bool {
        matches!(self.finding, Finding::Found(_) | Finding::FoundAt(..))
    }

    /// Whether the path is observed, documented or proven, so that the list must be there.
    pub fn is_certain(&self) -> bool {
        self.path_grade.is_confirmed()
    }
}

impl Diagnosis {
    /// Path overrides that correct the findings: operation id → path. A list found at another root
    /// moves the other operations of its kind there too, where the contract lists such alternatives.
    pub fn overrides(&self) -> BTreeMap<&'static str, &'static str> {
        let mut overrides = BTreeMap::new();
        for check in &self.checks {
            let Finding::FoundAt(found, _) = check.finding else { continue };
            let asset = family(check.operation.id());
            let Some(root) = found.strip_suffix("/list") else { continue };
            for operation in Operation::all().filter(|o| family(o.id()) == asset) {
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

    /// The overrides as the `[paths]` of a profile; empty if there are none.
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

/// The calls in a row without an answer after which no further list is requested.
const MOST_UNANSWERED: usize = 2;

/// Requests each list once, one after the other, at the path of the client's overlay or of the contract, and at
/// the alternatives where nothing is found. After two lists in a row without an answer the others are not
/// tried, as each would take the client's whole timeout.
///
/// # Errors
/// When the account cannot be reached at all: no connection, no accepted token, or no answer to the
/// first two lists. Any other failure is a finding.
pub async fn examine(client: &Client) -> Result<Diagnosis, Error> {
    examine_with(client, &mut |_, _| {}).await
}

/// Examines as [`examine`] does, and hands the path and the answer of each list to `note`, by the names of the
/// server: those of the client's overlay are not exchanged.
///
/// # Errors
/// As [`examine`].
pub async fn examine_with(
    client: &Client,
    note: &mut (dyn FnMut(&str, &[u8]) + Send),
) -> Result<Diagnosis, Error> {
    let mut diagnosis = Diagnosis::default();
    let lists = AssetKind::all()
        .iter()
        .filter_map(|kind| kind.operation(Verb::List).map(|operation| (operation, known(kind))));
    let others = [&operations::reporting::ATTRIBUTES, &operations::billing::DOMAINS_LIST];
    for (operation, known) in others.into_iter().map(|list| (list, Vec::new())).chain(lists) {
        diagnosis.look(client, operation, &known, note).await?;
    }
    Ok(diagnosis)
}

/// The members of the kind's list entries and of its whole objects: an entry may hold more than is
/// documented.
fn known(kind: &AssetKind) -> Vec<&'static str> {
    kind.members().map(|member| member.name).collect()
}

impl Diagnosis {
    async fn look(
        &mut self,
        client: &Client,
        operation: &'static Operation,
        known: &[&str],
        note: &mut (dyn FnMut(&str, &[u8]) + Send),
    ) -> Result<(), Error> {
        let own = client.overlay().applied(operation).unwrap_or_else(|| operation.clone());
        let (path, path_grade) = (own.path().to_owned(), own.path_grade());
        let (mut finding, mut unknown_members) = (Finding::NotTried, BTreeSet::new());
        if self.unanswered < MOST_UNANSWERED {
            // A call of an operation that was made at run time leaves names as the server has them.
            let answer = client.call(own).send().await;
            finding =
                self.read(client, operation, answer, known, &mut unknown_members, &mut |it| {
                    note(&path, it);
                })?;
        }
        let alternatives =
            std::iter::once(operation.path()).chain(operation.alternatives().iter().copied());
        for other in alternatives.filter(|other| *other != path) {
            if finding != Finding::NotFound {
                break;
            }
            let answer = client.call(operation.clone().with_path(other)).send().await;
            let found =
                self.read(client, operation, answer, known, &mut unknown_members, &mut |it| {
                    note(other, it);
                })?;
            if let Finding::Found(count) = found {
                finding = Finding::FoundAt(other, count);
            }
        }
        self.checks.push(Check { operation, path, path_grade, finding, unknown_members });
        Ok(())
    }

    fn read(
        &mut self,
        client: &Client,
        operation: &Operation,
        answer: Result<Response<Bytes>, Error>,
        known: &[&str],
        unknown: &mut BTreeSet<String>,
        note: &mut dyn FnMut(&[u8]),
    ) -> Result<Finding, Error> {
        let is_unanswered =
            answer.as_ref().is_err_and(|error| error.is_timeout() || error.status().is_none());
        self.unanswered = if is_unanswered { self.unanswered + 1 } else { 0 };
        let has_no_answer =
            self.unanswered >= MOST_UNANSWERED && self.unanswered > self.checks.len();
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) if has_no_answer => return Err(error),
            Err(error) if error.is_connect() || error.needs_authorisation() => return Err(error),
            Err(error) if error.is_not_found() => return Ok(Finding::NotFound),
            Err(error) => return Ok(Finding::Failed(error.status().map(|s| s.as_u16()))),
        };
        self.clock_skew = self.clock_skew.or_else(|| answer.clock_skew());
        note(&answer);
        let ours = client.overlay().to_ours(operation, Bytes::clone(&answer), true);
        let Some(objects) = ours.as_deref().and_then(objects) else { return Ok(Finding::NoList) };
        for (name, _) in objects.iter().flatten().flat_map(Document::members) {
            if !known.is_empty() && !known.contains(&name.as_ref()) {
                unknown.insert(name.into_owned());
            }
        }
        Ok(Finding::Found(objects.len()))
    }
}

/// The items of the list; `None` for an item that is not an object.
fn objects(answer: &[u8]) -> Option<Vec<Option<Document>>> {
    let answer: &RawValue = serde_json::from_slice(answer).ok()?;
    let items = list_in(answer, &[]).ok()?.items;
    Some(items.into_iter().map(|item| Document::from_raw(item.to_owned()).ok()).collect())
}
