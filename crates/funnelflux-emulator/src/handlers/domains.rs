//! The operations on domains. Documented: a refusal is a 200 with `success: false` and an `error_code`.

use funnelflux_contract::schemas;
use funnelflux_json::quote;
use jiff::tz::Offset;
use serde_json::{Value, json};

use super::Exchange;
use crate::clock::millis;
use crate::registry::Domain;
use crate::rng::hash;
use crate::wire::{Refusal, Reply, Result, text, time};

/// This name and those below it belong to another account.
const OWNED_BY_ANOTHER: &str = "owned.example";
/// Where a domain's address record leads.
const TARGET: &str = "edge.funnelflux.example";

pub(super) fn list(exchange: &Exchange<'_>) -> Result<Reply> {
    let domains = exchange.core.domains.lock().domains.clone();
    let domains = text::list(domains.iter().map(|domain| info(exchange, domain, false)));
    // Exactly the members of the documented sample.
    Ok(done(&[("domains", domains), ("error_code", quote("")), ("error_message", quote(""))]))
}

pub(super) fn create(exchange: &Exchange<'_>) -> Result<Reply> {
    let name = requested(exchange)?;
    let below = name.strip_suffix(OWNED_BY_ANOTHER);
    if below.is_some_and(|rest| rest.is_empty() || rest.ends_with('.')) {
        let message = format!("{name} belongs to another account");
        return Ok(refused("DOMAIN_ALREADY_OWNED", &message));
    }
    let (core, now) = (exchange.core, exchange.now_millis);
    Ok(match core.domains.lock().add(core.options.seed, &name, now) {
        None => refused("DOMAIN_EXISTS", &format!("{name} is in this account already")),
        Some(domain) => done(&[
            ("domain", info(exchange, &domain, true)),
            ("message", quote("add the DNS records to the domain's zone")),
        ]),
    })
}

pub(super) fn get(exchange: &Exchange<'_>) -> Result<Reply> {
    let id = &exchange.path_id;
    Ok(match exchange.core.domains.lock().find(|domain| domain.id == *id) {
        Some(domain) => done(&[("domain", info(exchange, &domain, true))]),
        None => not_found(id),
    })
}

pub(super) fn delete(exchange: &Exchange<'_>) -> Result<Reply> {
    let id = &exchange.path_id;
    let gone = exchange.core.domains.lock().domains.extract_if(.., |it| it.id == *id).count();
    Ok(match gone {
        0 => not_found(id),
        _ => done(&[("message", quote("the domain is deleted"))]),
    })
}

pub(super) fn check(exchange: &Exchange<'_>) -> Result<Reply> {
    let name = requested(exchange)?;
    let domain = exchange.core.domains.lock().find(|domain| domain.name == name);
    let stage = domain.map(|domain| stage(exchange, &domain));
    let active = stage.is_some_and(|[status, _]| status == "active");
    let mut members: Vec<(&str, Value)> = vec![
        ("success", true.into()),
        ("found", stage.is_some().into()),
        ("ssl_valid", active.into()),
        ("check_timestamp", (exchange.now_millis / 1000).into()),
    ];
    if active {
        // How long an answer took is made up, and the same for the same name.
        let took = 40 + hash(&[name.len().try_into().unwrap_or(0)]) % 60;
        members.extend([("http_status", 200.into()), ("response_time_ms", took.into())]);
    } else {
        let why = if stage.is_some() { "no certificate yet" } else { "no such domain" };
        members.extend([("ssl_error", why.into()), ("error_message", why.into())]);
    }
    if let Some([status, ssl_status]) = stage {
        members.push(("cloudflare_status", status.into()));
        members.push(("cloudflare_ssl_status", ssl_status.into()));
    }
    Ok(Reply::text(text::object(&members)))
}

fn requested(exchange: &Exchange<'_>) -> Result<String> {
    let fields = exchange.fields(&schemas::CREATE_DOMAIN_REQUEST)?;
    let right = "a domain name such as go.example.com";
    let name = fields.string("domain", right)?.to_ascii_lowercase();
    if is_name(&name) { Ok(name) } else { Err(Refusal::wrong("domain", &name.into(), right)) }
}

fn is_name(name: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    name.len() <= 253 && name.contains('.') && name.split('.').all(label)
}

fn stage(exchange: &Exchange<'_>, domain: &Domain) -> [&'static str; 2] {
    domain.stage(exchange.now_millis, millis(exchange.core.options.domain_delay))
}

/// The members of the documented sample; in details also the DNS records to add, an invention.
fn info(exchange: &Exchange<'_>, domain: &Domain, details: bool) -> String {
    let [status, ssl_status] = stage(exchange, domain);
    let errors = match status {
        "active" => json!([]),
        _ => json!(["the DNS records were not seen yet"]),
    };
    let Domain { id, name, cloudflare_id, created_millis } = domain;
    let mut members: Vec<(&str, Value)> = vec![
        ("id", id.as_str().into()),
        ("domain", name.as_str().into()),
        ("cloudflare_id", cloudflare_id.as_str().into()),
        ("status", status.into()),
        ("ssl_status", ssl_status.into()),
        ("verification_errors", errors),
        ("created_at", time::stamp(*created_millis, Offset::UTC).into()),
    ];
    if details {
        let records = json!([
            {"type": "CNAME", "name": name, "value": TARGET, "purpose": "traffic"},
            {"type": "TXT", "name": format!("_acme-challenge.{name}"), "value": cloudflare_id,
             "purpose": "certificate"},
            {"type": "TXT", "name": format!("_cf-custom-hostname.{name}"), "value": id,
             "purpose": "ownership"}
        ]);
        members.push(("dns_records", records));
    }
    text::object(&members)
}

fn done(rest: &[(&str, String)]) -> Reply {
    let mut members = vec![("success", "true".to_owned())];
    members.extend(rest.iter().cloned());
    Reply::text(text::object(&members))
}

fn refused(code: &str, message: &str) -> Reply {
    let members: [(&str, Value); 3] =
        [("success", false.into()), ("error_code", code.into()), ("error_message", message.into())];
    Reply::text(text::object(&members))
}

fn not_found(id: &str) -> Reply {
    refused("NOT_FOUND", &format!("there is no domain with the id {id:?}"))
}
