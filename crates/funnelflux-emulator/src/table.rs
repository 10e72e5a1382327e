//! Where each operation is served: at the path of the contract, unless it was moved.

use std::borrow::Cow;
use std::sync::Arc;

use crate::routes::{self, Route};
use crate::wire::fields::list;

/// An operation, and where it is served.
#[derive(Debug)]
pub(crate) struct Served {
    pub(crate) route: &'static Route,
    /// Below the base.
    pub(crate) path: Cow<'static, str>,
    /// The setting that moved it there.
    moved_by: Option<&'static str>,
}

/// A move that was asked for.
#[derive(Debug, Clone)]
pub(crate) enum Move {
    Operation { id: String, to: String },
    Root { from: String, to: String },
}

/// Why operations cannot be served like that: the setting, and what is wrong with it.
pub(crate) type Wrong = (&'static str, String);

/// Every operation and its place, section by section.
#[derive(Debug)]
pub(crate) struct Table(Vec<Arc<Served>>);

impl Table {
    /// Applies the moves in their order: of two that move one operation the later one counts.
    pub(crate) fn new(moves: &[Move]) -> Result<Self, Wrong> {
        let mut all: Vec<Served> = routes::all()
            .map(|route| Served { route, path: route.path.into(), moved_by: None })
            .collect();
        for wanted in moves {
            match wanted {
                Move::Operation { id, to } => {
                    let served = all.iter_mut().find(|served| served.route.id == id);
                    let served = served.ok_or_else(|| ("path", unknown_id(id)))?;
                    check_path(served.route, to).map_err(|why| ("path", why))?;
                    served.path = to.clone().into();
                    served.moved_by = Some("path");
                }
                Move::Root { from, to } => {
                    move_root(&mut all, from, to).map_err(|why| ("root", why))?;
                }
            }
        }
        match clash(&all) {
            Some(wrong) => Err(wrong),
            None => Ok(Self(all.into_iter().map(Arc::new).collect())),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Arc<Served>> {
        self.0.iter()
    }

    /// True for the path of an operation, by the table or by the contract: with or without the base
    /// and a slash at the end, whatever the method.
    pub(crate) fn leads_to(&self, id: &str, path: &str) -> bool {
        let path = path.strip_prefix(routes::BASE).unwrap_or(path);
        let path = path.strip_suffix('/').unwrap_or(path);
        self.iter()
            .filter(|served| served.route.id == id)
            .any(|served| served.path == path || served.route.path == path)
    }
}

/// Moves what the contract has below `from`, but not what is below a longer root of an asset.
fn move_root(all: &mut [Served], from: &str, to: &str) -> Result<(), String> {
    let (from, to) = (format!("/{}", from.trim_matches('/')), format!("/{}", to.trim_matches('/')));
    if let Some(why) = bad_segment(&to, false) {
        return Err(format!(
            "moves `{from}` to {to:?}, which {why}; expected a root such as funnel"
        ));
    }
    let mut found = false;
    for served in all {
        let Some(rest) = below(&from, served.route.path) else { continue };
        let of_another = routes::roots()
            .any(|root| root.len() > from.len() && below(root, served.route.path).is_some());
        if !of_another {
            served.path = format!("{to}{rest}").into();
            served.moved_by = Some("root");
            found = true;
        }
    }
    if found {
        return Ok(());
    }
    let known: Vec<&str> = routes::roots().map(|root| root.trim_start_matches('/')).collect();
    Err(format!(
        "moves `{}`, below which there is no operation; the assets' roots are {}",
        from.trim_start_matches('/'),
        list(&known)
    ))
}

/// What follows on `root` in `path`.
fn below<'p>(root: &str, path: &'p str) -> Option<&'p str> {
    path.strip_prefix(root).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn check_path(route: &Route, to: &str) -> Result<(), String> {
    const ID: &str = "{id}";
    let wrong = |why: &str| {
        Err(format!(
            "serves `{}` at {to:?}, which {why}; expected a path such as {}",
            route.id, route.path
        ))
    };
    let count = |path: &str| path.split('/').filter(|segment| *segment == ID).count();
    match bad_segment(to, true) {
        Some(why) => wrong(&why),
        None if count(to) < count(route.path) => wrong("has no place for the `{id}`"),
        None if count(to) > count(route.path) => wrong("has an `{id}` too many"),
        None => Ok(()),
    }
}

/// What is wrong with a path below the base.
fn bad_segment(path: &str, with_id: bool) -> Option<String> {
    let Some(segments) = path.strip_prefix('/') else {
        return Some("does not begin with a slash".to_owned());
    };
    let sound = |segment: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        (with_id && segment == "{id}")
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
    let moved = all.iter().filter_map(|served| Some((served, served.moved_by?)));
    for (one, setting) in moved {
        let same = |other: &&Served| {
            other.route.id != one.route.id
                && other.route.method == one.route.method
                && overlap(&other.path, &one.path)
        };
        if let Some(other) = all.iter().find(same) {
            let why = format!(
                "serves `{}` at {} {}, where `{}` is served too; expected a path of its own for \
                 each",
                one.route.id, one.route.method, one.path, other.route.id
            );
            return Some((setting, why));
        }
    }
    None
}

/// True where some address fits both.
fn overlap(one: &str, other: &str) -> bool {
    let (mut ones, mut others) = (one.split('/'), other.split('/'));
    loop {
        match (ones.next(), others.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if a == b || a == "{id}" || b == "{id}" => {}
            _ => return false,
        }
    }
}

/// Names the operations that are like it as far as they go.
fn unknown_id(id: &str) -> String {
    let shared =
        |known: &str| known.split('.').zip(id.split('.')).take_while(|(a, b)| a == b).count();
    let most = routes::all().map(|route| shared(route.id)).max().unwrap_or(0);
    let mut near: Vec<String> = routes::all()
        .filter(|route| shared(route.id) == most)
        .map(|route| {
            let parts: Vec<&str> = route.id.split('.').take(most + 1).collect();
            let start = parts.join(".");
            if start == route.id { start } else { format!("{start}.…") }
        })
        .collect();
    near.dedup();
    let near: Vec<&str> = near.iter().map(String::as_str).collect();
    format!("moves `{id}`, which is no operation; near it are {}", list(&near))
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
        let table = Table::new(moves).unwrap();
        table.iter().find(|served| served.route.id == id).unwrap().path.to_string()
    }

    #[test]
    fn no_two_operations_of_the_contract_are_served_at_one_place() {
        let all: Vec<Served> = routes::all()
            .map(|route| Served { route, path: route.path.into(), moved_by: Some("path") })
            .collect();
        assert_eq!(clash(&all), None);
    }

    #[test]
    fn a_root_moves_what_is_its_own_and_nothing_below_a_longer_root() {
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
    fn what_cannot_be_served_is_told_with_what_would_be_right() {
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
            let (name, why) = Table::new(&moves).unwrap_err();
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
