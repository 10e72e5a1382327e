//! The place of each operation: the path of the contract, unless a setting moved it. The operation that
//! a request asks for follows from it.

use std::borrow::Cow;
use std::collections::BTreeSet;

use funnelflux_contract::{AssetKind, Member, Operation, Verb};
use funnelflux_transport::Overlay;
use http::{Method, StatusCode, header};
use indexmap::IndexSet;
use serde_json::json;

use crate::options::Move;
use crate::wire::fields::list;
use crate::wire::{Refusal, Reply, Result};

pub(crate) const BASE: &str = "/v1";
const ID: &str = "{id}";

#[derive(Debug)]
pub(crate) struct Served {
    pub(crate) operation: &'static Operation,
    /// Below the base.
    pub(crate) path: Cow<'static, str>,
    pub(crate) method: Method,
    /// The parameter of the query that takes the place of one of the path: its name, and that of the place.
    pub(crate) in_query: Option<(String, String)>,
    /// The setting that moved it there.
    moved_by: Option<&'static str>,
}

impl Served {
    fn new(operation: &'static Operation) -> Self {
        let method = operation.method().clone();
        Self { operation, path: operation.path().into(), method, in_query: None, moved_by: None }
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
            (self.method, self.moved_by) = (method, Some("overlay"));
        }
        let Some(path) = overlay.path_of(id) else { return };
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        (self.path, self.moved_by) = (path.to_owned().into(), Some("overlay"));
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

pub(crate) type Wrong = (&'static str, String);

#[derive(Debug)]
pub(crate) struct Table {
    served: Vec<Served>,
    /// What stands in front of every path.
    pub(crate) base: String,
}

impl Table {
    /// Applies the moves in their order: of two that move one operation the later one counts.
    pub(crate) fn new(moves: &[Move], overlay: &Overlay) -> Result<Self, Wrong> {
        let mut all: Vec<Served> = Operation::all().map(Served::new).collect();
        for wanted in moves {
            let (setting, moved) = match wanted {
                Move::Operation { id, to } => ("path", move_operation(&mut all, id, to)),
                Move::Root { from, to } => ("root", move_root(&mut all, from, to)),
            };
            moved.map_err(|why| (setting, why))?;
        }
        all.iter_mut().for_each(|served| served.follow(overlay));
        let base = overlay.base_path_of_all().unwrap_or(BASE).to_owned();
        clash(&all).map_or(Ok(Self { served: all, base }), Err)
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

fn move_operation(all: &mut [Served], id: &str, to: &str) -> Result<(), String> {
    let Some(served) = all.iter_mut().find(|served| served.operation.id() == id) else {
        let near = nearest(id);
        return Err(format!("moves `{id}`, which is not an operation; the nearest are {near}"));
    };
    let right = served.operation.path();
    let count = |path: &str| path.split('/').filter(|segment| *segment == ID).count();
    let why = match bad_segment(to, true) {
        Some(why) => why,
        None if count(to) < count(right) => "has no place for the `{id}`".to_owned(),
        None if count(to) > count(right) => "has an `{id}` too many".to_owned(),
        None => {
            served.path = to.to_owned().into();
            served.moved_by = Some("path");
            return Ok(());
        }
    };
    Err(format!("serves `{id}` at {to:?}, which {why}; expected a path such as {right}"))
}

/// Moves the operations below `from`, except those below a longer root of an asset.
fn move_root(all: &mut [Served], from: &str, to: &str) -> Result<(), String> {
    let (from, to) = (format!("/{}", from.trim_matches('/')), format!("/{}", to.trim_matches('/')));
    if let Some(why) = bad_segment(&to, false) {
        let right = "a root such as funnel";
        return Err(format!("moves `{from}` to {to:?}, which {why}; expected {right}"));
    }
    let lists = AssetKind::all().iter().filter_map(|asset| asset.operation(Verb::List));
    let roots = lists.filter_map(|list| Some(list.path().rsplit_once('/')?.0));
    let roots: BTreeSet<&str> = roots.collect();
    let mut found = false;
    for served in all {
        let path = served.operation.path();
        let Some(rest) = below(&from, path) else { continue };
        if !roots.iter().any(|root| root.len() > from.len() && below(root, path).is_some()) {
            served.path = format!("{to}{rest}").into();
            served.moved_by = Some("root");
            found = true;
        }
    }
    if found {
        return Ok(());
    }
    let from = from.trim_start_matches('/');
    let known = list(roots.iter().map(|root| root.trim_start_matches('/')));
    Err(format!("moves `{from}`, below which there is no operation; the assets' roots are {known}"))
}

fn below<'p>(root: &str, path: &'p str) -> Option<&'p str> {
    path.strip_prefix(root).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn bad_segment(path: &str, with_id: bool) -> Option<String> {
    let Some(segments) = path.strip_prefix('/') else {
        return Some("does not begin with a slash".to_owned());
    };
    let sound = |segment: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        (with_id && segment == ID)
            || (segment.bytes().all(plain) && !matches!(segment, "" | "." | ".."))
    };
    let bad = segments.split('/').find(|segment| !sound(segment))?;
    Some(match bad {
        "" => "has an empty segment".to_owned(),
        bad => format!("has the segment {bad:?}, and only letters, digits, - . _ ~ are plain"),
    })
}

/// The first two operations that one request could be meant for.
fn clash(all: &[Served]) -> Option<Wrong> {
    all.iter().find_map(|one| {
        let setting = one.moved_by?;
        let (id, method, path) = (one.operation.id(), &one.method, &one.path);
        // An account may serve a list beside the places of ids: a name is meant before a place.
        let apart = |other: &Served| setting == "overlay" && other.has_id() != one.has_id();
        let same = |other: &&Served| {
            other.operation.id() != id
                && other.method == *method
                && overlap(&other.path, path)
                && !apart(other)
        };
        let other = all.iter().find(same)?.operation.id();
        let why = format!(
            "serves `{id}` at {method} {path}, where `{other}` is served too; expected a path of its \
             own for each"
        );
        Some((setting, why))
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

    fn path(id: &str, to: &str) -> Move {
        Move::Operation { id: id.to_owned(), to: to.to_owned() }
    }

    fn root(from: &str, to: &str) -> Move {
        Move::Root { from: from.to_owned(), to: to.to_owned() }
    }

    fn at(moves: &[Move], id: &str) -> String {
        let table = Table::new(moves, &Overlay::new()).unwrap();
        table.iter().find(|served| served.operation.id() == id).unwrap().path.to_string()
    }

    #[test]
    fn no_two_operations_of_the_contract_are_served_at_one_place() {
        let all: Vec<Served> = Operation::all()
            .map(|operation| Served { moved_by: Some("path"), ..Served::new(operation) })
            .collect();
        assert_eq!(clash(&all), None);
    }

    #[test]
    fn a_root_moves_its_own_operations_and_none_below_a_longer_root() {
        for (moves, id, expected) in [
            (vec![root("campaign/funnel", "funnel")], "ledger.funnel.list", "/funnel/list"),
            (
                vec![root("/campaign/funnel/", "/x/y/")],
                "ledger.funnel.find-by-id",
                "/x/y/find/byId",
            ),
            (
                vec![root("campaign/funnel", "funnel")],
                "ledger.condition.list",
                "/campaign/funnel/condition/list",
            ),
            (
                vec![
                    root("campaign/funnel", "funnel"),
                    root("campaign/funnel/condition", "condition"),
                ],
                "ledger.condition.list",
                "/condition/list",
            ),
            (vec![root("campaign", "group")], "ledger.funnel.list", "/campaign/funnel/list"),
            (vec![root("campaign", "group")], "ledger.campaign.list", "/group/list"),
            (
                vec![root("trafficsource", "source")],
                "ledger.trafficsource-category.list",
                "/trafficsource/category/list",
            ),
            (vec![root("billing", "pay")], "billing.domains.get", "/pay/domains/{id}"),
            (vec![root("billing/domains", "domain")], "billing.domains.list", "/domain"),
            // Of two moves of one operation the later one counts.
            (
                vec![path("ledger.page.list", "/all"), root("page", "site")],
                "ledger.page.list",
                "/site/list",
            ),
            (
                vec![root("page", "site"), path("ledger.page.list", "/all")],
                "ledger.page.list",
                "/all",
            ),
        ] {
            assert_eq!(at(&moves, id), expected, "{moves:?}");
        }
    }

    #[test]
    fn a_wrong_move_is_refused_with_a_message_that_says_what_would_be_right() {
        for (moves, setting, words) in [
            (vec![path("ledger.funnel.lst", "/x")], "path", "`ledger.funnel.list`"),
            (vec![path("ledger.funel.list", "/x")], "path", "`ledger.funnel.…`"),
            (vec![path("funnel", "/x")], "path", "`billing.…`"),
            (vec![path("ledger.funnel.list", "funnel/list")], "path", "begin with a slash"),
            (vec![path("ledger.funnel.list", "/funnel/")], "path", "an empty segment"),
            (vec![path("ledger.funnel.list", "/")], "path", "an empty segment"),
            (vec![path("ledger.funnel.list", "/a b")], "path", "\"a b\""),
            (vec![path("ledger.funnel.list", "/a?b=c")], "path", "\"a?b=c\""),
            (vec![path("ledger.funnel.list", "/:a")], "path", "\":a\""),
            (vec![path("ledger.funnel.list", "/a/../b")], "path", "\"..\""),
            (vec![path("ledger.funnel.list", "/a/{id}")], "path", "an `{id}` too many"),
            (vec![path("billing.domains.get", "/domain")], "path", "no place for the `{id}`"),
            (vec![path("billing.domains.get", "/domain/{name}")], "path", "\"{name}\""),
            (vec![path("ledger.funnel.list", "/campaign/list")], "path", "`ledger.campaign.list`"),
            (
                vec![path("ledger.page.list", "/billing/domains/all")],
                "path",
                "`billing.domains.get`",
            ),
            (vec![root("campaign/funnel", "campaign")], "root", "`ledger.campaign.list`"),
            (vec![root("campagn", "x")], "root", "`campaign/funnel/condition`"),
            (vec![root("campaign/funnel", "")], "root", "an empty segment"),
            (vec![root("", "x")], "root", "there is no operation"),
        ] {
            let (name, why) = Table::new(&moves, &Overlay::new()).unwrap_err();
            assert_eq!(name, setting, "{moves:?}: {why}");
            assert!(why.contains(words), "{words}: {why}");
        }
        // Two operations may change places, and another method may be at the same path.
        let swapped = [
            path("ledger.page.list", "/page/find/byId"),
            path("ledger.page.find-by-id", "/page/list"),
            path("ledger.page.move", "/page/find/byIds"),
        ];
        assert_eq!(at(&swapped, "ledger.page.list"), "/page/find/byId");
    }
}
