//! The place of each operation: the path of the contract, unless the overlay moved it. The operation that
//! a request asks for follows from it.

use std::borrow::Cow;

use funnelflux_contract::{Member, Operation};
use funnelflux_transport::Overlay;
use http::{Method, StatusCode, header};
use indexmap::IndexSet;
use serde_json::json;

use crate::wire::fields::list;
use crate::wire::{Refusal, Reply, Result};

pub(crate) const BASE: &str = "/v1";

#[derive(Debug)]
pub(crate) struct Served {
    pub(crate) operation: &'static Operation,
    /// Below the base.
    pub(crate) path: Cow<'static, str>,
    pub(crate) method: Method,
    /// The parameter of the query that takes the place of one of the path: its name, and that of the place.
    pub(crate) in_query: Option<(String, String)>,
    /// The overlay moved it there.
    is_moved: bool,
}

impl Served {
    fn new(operation: &'static Operation) -> Self {
        let method = operation.method().clone();
        Self { operation, path: operation.path().into(), method, in_query: None, is_moved: false }
    }

    /// The names of the query parameters, other spellings included.
    pub(crate) fn parameters(&self) -> Vec<&'static str> {
        self.operation.query().iter().flat_map(spellings).collect()
    }

    pub(crate) fn has_id(&self) -> bool {
        self.path.split('/').any(|segment| place(segment).is_some())
    }

    /// The places of the path with their segments of `path`; `None` where `path` is another one.
    pub(crate) fn captured<'p>(&self, base: &str, path: &'p str) -> Option<Vec<(&str, &'p str)>> {
        let path = path.strip_prefix(base)?;
        // An account that says a slash at the end wants it.
        let path = path.strip_suffix('/').filter(|_| !self.path.ends_with('/')).unwrap_or(path);
        let mut found = Vec::new();
        let mut segments = path.split('/');
        for expected in self.path.split('/') {
            match (segments.next()?, place(expected)) {
                (segment, Some(name)) if !segment.is_empty() => found.push((name, segment)),
                (segment, None) if expected == segment => {}
                _ => return None,
            }
        }
        segments.next().is_none().then_some(found)
    }

    fn follow(&mut self, overlay: &Overlay) {
        let id = self.operation.id();
        if let Some(method) = overlay.method_of(id) {
            (self.method, self.is_moved) = (method, true);
        }
        let Some(path) = overlay.path_of(id) else { return };
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        (self.path, self.is_moved) = (path.to_owned().into(), true);
        self.in_query = query
            .split_once('=')
            .and_then(|(theirs, ours)| Some((theirs.to_owned(), place(ours)?.to_owned())));
    }
}

/// The name in `{name}`.
fn place(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

/// The name of a query parameter, and its other spellings.
pub(crate) fn spellings(parameter: &Member) -> impl Iterator<Item = &'static str> {
    std::iter::once(parameter.name).chain(parameter.alternatives.iter().copied())
}

#[derive(Debug)]
pub(crate) struct Table {
    served: Vec<Served>,
    /// What stands in front of every path.
    pub(crate) base: String,
}

impl Table {
    /// Serves each operation where the overlay says; else the error tells which fact is wrong.
    pub(crate) fn new(overlay: &Overlay) -> Result<Self, String> {
        let mut all: Vec<Served> = Operation::all().map(Served::new).collect();
        all.iter_mut().for_each(|served| served.follow(overlay));
        let base = overlay.base_path_of_all().unwrap_or(BASE).to_owned();
        let fault = overlay.fault().map(|error| format!("makes no sense: {error}"));
        let fault = fault.or_else(|| all.iter().find_map(lacking)).or_else(|| clash(&all));
        fault.map_or(Ok(Self { served: all, base }), Err)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Served> {
        self.served.iter()
    }

    /// Whether `path` is that of an operation, by the table or by the contract, with or without the
    /// base, whatever the method.
    pub(crate) fn leads_to(&self, id: &str, path: &str) -> bool {
        let path = path.strip_prefix(&*self.base).unwrap_or(path);
        let path = path.strip_suffix('/').unwrap_or(path);
        let mut own = self.iter().filter(|served| served.operation.id() == id);
        own.any(|served| {
            served.path.trim_end_matches('/') == path || served.operation.matches_path(path)
        })
    }

    /// Finds the operation of a request; `None` for the page about the emulator itself. The reference
    /// prints some paths with a trailing slash and its samples without, so one at the end does not count,
    /// unless the account says it.
    pub(crate) fn find(&self, method: &Method, path: &str) -> Result<Option<&Served>> {
        // As HTTP wants it, a HEAD is answered wherever a GET is.
        let asked = if method == Method::HEAD { &Method::GET } else { method };
        if path == "/" || path.strip_suffix('/').unwrap_or(path) == self.base {
            return match *asked == Method::GET {
                true => Ok(None),
                false => Err(wrong_method(path, method, &[&Method::GET])),
            };
        }
        let mut fits: Vec<_> =
            self.iter().filter(|it| it.captured(&self.base, path).is_some()).collect();
        // A literal path is meant before one with a place for an id.
        if fits.iter().any(|served| !served.has_id()) {
            fits.retain(|served| !served.has_id());
        }
        if let Some(served) = fits.iter().find(|served| served.method == asked) {
            return Ok(Some(served));
        }
        let right: Vec<_> = fits.iter().map(|served| &served.method).collect();
        match right.is_empty() {
            true => Err(not_found(self, path)),
            false => Err(wrong_method(path, method, &right)),
        }
    }
}

/// The place of the contract's path that the operation has lost.
fn lacking(served: &Served) -> Option<String> {
    let has = |name: &str| {
        let asked = served.in_query.as_ref().map(|(_, ours)| &**ours);
        served.path.split('/').filter_map(place).chain(asked).any(|own| own == name)
    };
    let name = served.operation.path().split('/').filter_map(place).find(|name| !has(name))?;
    let (id, path) = (served.operation.id(), &served.path);
    Some(format!("serves `{id}` at {path}, which has no place for the {{{name}}}"))
}

/// The first two operations that one request could be meant for.
fn clash(all: &[Served]) -> Option<String> {
    all.iter().filter(|one| one.is_moved).find_map(|one| {
        let (id, method, path) = (one.operation.id(), &one.method, &one.path);
        // An account may serve a list beside the places of ids: a name is meant before a place.
        let same = |other: &&Served| {
            other.operation.id() != id
                && other.method == *method
                && overlap(&other.path, path)
                && other.has_id() == one.has_id()
        };
        let other = all.iter().find(same)?.operation.id();
        Some(format!(
            "serves `{id}` at {method} {path}, where `{other}` is served too; expected a path of its \
             own for each"
        ))
    })
}

fn overlap(one: &str, other: &str) -> bool {
    let [one, other] = [one, other].map(|path| path.trim_end_matches('/'));
    let fits = |(a, b): (&str, &str)| a == b || place(a).is_some() || place(b).is_some();
    one.split('/').count() == other.split('/').count()
        && one.split('/').zip(other.split('/')).all(fits)
}

/// The operations that share the beginning of an unknown id.
pub(crate) fn nearest(id: &str) -> String {
    let shared =
        |known: &str| known.split('.').zip(id.split('.')).take_while(|(a, b)| a == b).count();
    let most = Operation::all().map(|known| shared(known.id())).max().unwrap_or(0);
    let near = Operation::all().map(Operation::id).filter(|known| shared(known) == most);
    let near: IndexSet<String> = near
        .map(|known| {
            let parts: Vec<&str> = known.split('.').take(most + 1).collect();
            let start = parts.join(".");
            if start == known { start } else { format!("{start}.…") }
        })
        .collect();
    list(near)
}

pub(crate) fn about(table: &Table) -> Reply {
    let operations: Vec<_> = table
        .iter()
        .map(|served| {
            json!({
                "id": served.operation.id(),
                "method": served.method.as_str(),
                "path": served.path,
                "query": served.parameters(),
            })
        })
        .collect();
    Reply::json(&json!({
        "emulator": "funnelflux",
        "version": env!("CARGO_PKG_VERSION"),
        "note": "an emulator of the FunnelFlux Pro API; all data is made up",
        "base_path": table.base,
        "operations": operations,
    }))
}

/// The first segment of a path below the base.
fn section(path: &str) -> &str {
    path.trim_start_matches('/').split('/').next().unwrap_or_default()
}

fn not_found(table: &Table, path: &str) -> Refusal {
    let base = &table.base;
    let asked = path.strip_prefix(&**base).map(section).unwrap_or_default();
    let mut known: Vec<String> = table
        .iter()
        .filter(|served| section(&served.path) == asked)
        .map(|served| format!("{} {base}{}", served.method, served.path))
        .collect();
    if known.is_empty() {
        known = table.iter().map(|served| format!("{base}/{}/…", section(&served.path))).collect();
        known.dedup();
    }
    let message = format!(
        "no operation is at {path}; known are {}. GET {base} lists every operation",
        known.join(", ")
    );
    Refusal::new(StatusCode::NOT_FOUND, message)
}

fn wrong_method(path: &str, method: &Method, right: &[&Method]) -> Refusal {
    let right: Vec<&str> = right.iter().map(|method| method.as_str()).collect();
    let message = format!("{path} takes {}, not {method}", right.join(" or "));
    let allow = right.join(",").replace("GET", "GET,HEAD");
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, message).with_header(header::ALLOW, allow)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An overlay that moves these operations.
    fn moved(moves: &[(&str, &str)]) -> Overlay {
        moves.iter().fold(Overlay::new(), |overlay, (id, to)| overlay.path(*id, *to))
    }

    fn at(moves: &[(&str, &str)], id: &str) -> String {
        let table = Table::new(&moved(moves)).unwrap();
        table.iter().find(|served| served.operation.id() == id).unwrap().path.to_string()
    }

    #[test]
    fn no_two_operations_of_the_contract_are_served_at_one_place() {
        let all: Vec<Served> = Operation::all()
            .map(|operation| Served { is_moved: true, ..Served::new(operation) })
            .collect();
        assert_eq!(clash(&all), None);
    }

    #[test]
    fn an_operation_is_where_the_overlay_says_last() {
        for (moves, id, expected) in [
            (vec![("ledger.page.list", "/all")], "ledger.page.list", "/all"),
            (vec![("ledger.page.list", "/all")], "ledger.page.create", "/page/save"),
            (
                vec![("ledger.page.list", "/all"), ("ledger.page.list", "/site/list")],
                "ledger.page.list",
                "/site/list",
            ),
            (vec![("billing.domains.get", "/pay/{id}")], "billing.domains.get", "/pay/{id}"),
            // Two operations may change places, and another method may be at the same path.
            (
                vec![
                    ("ledger.page.list", "/page/find/byId"),
                    ("ledger.page.find-by-id", "/page/list"),
                    ("ledger.page.move", "/page/find/byIds"),
                ],
                "ledger.page.list",
                "/page/find/byId",
            ),
            // A list may be beside the places of ids.
            (
                vec![("ledger.page.list", "/billing/domains/all")],
                "ledger.page.list",
                "/billing/domains/all",
            ),
        ] {
            assert_eq!(at(&moves, id), expected, "{moves:?}");
        }
    }

    #[test]
    fn a_wrong_move_is_refused_with_a_message_that_says_what_would_be_right() {
        for (id, to, words) in [
            ("ledger.funnel.lst", "/x", "ledger.funnel.list"),
            ("ledger.funel.list", "/x", "ledger.funnel.list"),
            ("ledger.funnel.list", "funnel/list", "slash"),
            ("ledger.funnel.list", "/", "path"),
            ("ledger.funnel.list", "/a b", "/a b"),
            ("ledger.funnel.list", "/a?b=c", "/a?b=c"),
            ("ledger.funnel.list", "/a/../b", "/a/../b"),
            ("ledger.funnel.list", "/a/{id}", "{id}"),
            ("billing.domains.get", "/domain", "{id}"),
            ("billing.domains.get", "/domain/{name}", "{name}"),
            ("ledger.funnel.list", "/campaign/list", "`ledger.campaign.list`"),
            ("billing.domains.get", "/x/{id}/y/{id}", "{id}"),
        ] {
            let why = Table::new(&moved(&[(id, to)])).unwrap_err();
            assert!(why.contains(words), "{words}: {why}");
        }
    }
}
