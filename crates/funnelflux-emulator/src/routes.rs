//! The operation that a request asks for.

use http::{Method, StatusCode, header};
use serde_json::json;

use crate::table::{BASE, Served, Table};
use crate::wire::{Refusal, Reply};

/// Finds the operation of a request; `None` for the page about the emulator itself. The reference prints
/// some paths with a trailing slash and its samples without, so one slash at the end does not count.
pub(crate) fn find<'t>(
    table: &'t Table,
    method: &Method,
    path: &str,
) -> Result<Option<&'t Served>, Refusal> {
    let path = path.strip_suffix('/').filter(|path| !path.is_empty()).unwrap_or(path);
    // As HTTP wants it, a HEAD is answered wherever a GET is.
    let asked = if method == Method::HEAD { &Method::GET } else { method };
    if path == "/" || path == BASE {
        return match *asked == Method::GET {
            true => Ok(None),
            false => Err(wrong_method(path, method, &[&Method::GET])),
        };
    }
    let mut fits: Vec<&Served> =
        table.iter().filter(|served| served.captured(path).is_some()).collect();
    // A literal path is meant before one with a place for an id.
    if fits.iter().any(|served| !served.has_id()) {
        fits.retain(|served| !served.has_id());
    }
    if let Some(served) = fits.iter().find(|served| served.operation.method() == asked) {
        return Ok(Some(served));
    }
    let right: Vec<&Method> = fits.iter().map(|served| served.operation.method()).collect();
    Err(if right.is_empty() { not_found(table, path) } else { wrong_method(path, method, &right) })
}

pub(crate) fn about(table: &Table) -> Reply {
    let operations: Vec<_> = table
        .iter()
        .map(|served| {
            json!({
                "id": served.operation.id(),
                "method": served.operation.method().as_str(),
                "path": served.path,
                "query": served.parameters(),
            })
        })
        .collect();
    Reply::json(&json!({
        "emulator": "funnelflux",
        "version": env!("CARGO_PKG_VERSION"),
        "note": "an emulator of the FunnelFlux Pro API; all data is made up",
        "base_path": BASE,
        "operations": operations,
    }))
}

/// The first segment of a path below the base.
fn section(path: &str) -> &str {
    path.trim_start_matches('/').split('/').next().unwrap_or_default()
}

fn not_found(table: &Table, path: &str) -> Refusal {
    let asked = path.strip_prefix(BASE).map(section).unwrap_or_default();
    let mut known: Vec<String> = table
        .iter()
        .filter(|served| section(&served.path) == asked)
        .map(|served| format!("{} {BASE}{}", served.operation.method(), served.path))
        .collect();
    if known.is_empty() {
        known = table.iter().map(|served| format!("{BASE}/{}/…", section(&served.path))).collect();
        known.dedup();
    }
    let message = format!(
        "no operation is at {path}; known are {}. GET {BASE} lists every operation",
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
