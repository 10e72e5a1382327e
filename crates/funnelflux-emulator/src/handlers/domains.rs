//! The operations on domains.
//!
//! Documented: a refusal arrives as HTTP 200 with `success: false` and an `error_code`.

use funnelflux_contract::schemas;
use jiff::tz::Offset;
use serde_json::{Value, json};

use super::Exchange;
use crate::registry::{Domain, Stage};
use crate::rng::hash;
use crate::wire::refusal::Refusal;
use crate::wire::reply::Reply;
use crate::wire::{text, time};

/// This name and those below it belong to another account.
const OWNED_BY_ANOTHER: &str = "owned.example";
/// Where a domain's address record leads.
const TARGET: &str = "edge.funnelflux.example";

pub(super) fn list(exchange: &Exchange<'_>) -> Result<Reply, Refusal> {
    let domains = exchange.core.domains.all();
    let summaries = text::list(domains.iter().map(|it| text::object(&summary(exchange, it))));
    // Exactly the members of the documented sample.
    let mut answer = text::object(&[
        ("success", true.into()),
        ("domains", json!([])),
        ("error_code", "".into()),
        ("error_message", "".into()),
    ]);
    text::set_raw(&mut answer, &["domains"], &summaries);
    Ok(Reply::text(answer))
}

pub(super) fn create(exchange: &Exchange<'_>) -> Result<Reply, Refusal> {
    let name = requested(exchange)?;
    if is_below(&name, OWNED_BY_ANOTHER) {
        let message = format!("{name} belongs to another account");
        return Ok(refused("DOMAIN_ALREADY_OWNED", &message));
    }
    match exchange.core.domains.add(&name, exchange.now_millis) {
        None => Ok(refused("DOMAIN_EXISTS", &format!("{name} is in this account already"))),
        Some(domain) => {
            let message = "add the DNS records to the domain's zone";
            Ok(done(&[("message", message.into())], Some((exchange, &domain))))
        }
    }
}

pub(super) fn get(exchange: &Exchange<'_>) -> Result<Reply, Refusal> {
    let id = &exchange.request.path_id;
    Ok(match exchange.core.domains.by_id(id) {
        Some(domain) => done(&[], Some((exchange, &domain))),
        None => not_found(id),
    })
}

pub(super) fn delete(exchange: &Exchange<'_>) -> Result<Reply, Refusal> {
    let id = &exchange.request.path_id;
    Ok(if exchange.core.domains.remove(id) {
        done(&[("message", "the domain is deleted".into())], None)
    } else {
        not_found(id)
    })
}

pub(super) fn check(exchange: &Exchange<'_>) -> Result<Reply, Refusal> {
    let name = requested(exchange)?;
    let stage = exchange.core.domains.by_name(&name).map(|domain| stage(exchange, &domain));
    let active = stage == Some(Stage::Active);
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
    if let Some(stage) = stage {
        members.push(("cloudflare_status", stage.status().into()));
        members.push(("cloudflare_ssl_status", stage.ssl_status().into()));
    }
    Ok(Reply::text(text::object(&members)))
}

/// The name in the body, in lower case.
fn requested(exchange: &Exchange<'_>) -> Result<String, Refusal> {
    let fields = exchange.fields(&schemas::CREATE_DOMAIN_REQUEST)?;
    let right = "a domain name such as go.example.com";
    let name = fields.string("domain", right)?.to_ascii_lowercase();
    if is_name(&name) {
        return Ok(name);
    }
    Err(Refusal::bad_request(format!("`domain` is {}; expected {right}", Value::from(name))))
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

fn is_below(name: &str, parent: &str) -> bool {
    name.strip_suffix(parent).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn stage(exchange: &Exchange<'_>, domain: &Domain) -> Stage {
    let delay = exchange.core.options.domain_delay.as_millis();
    domain.stage(exchange.now_millis, i64::try_from(delay).unwrap_or(i64::MAX))
}

/// The members of the documented sample.
fn summary(exchange: &Exchange<'_>, domain: &Domain) -> Vec<(&'static str, Value)> {
    let stage = stage(exchange, domain);
    let errors = match stage {
        Stage::Active => json!([]),
        _ => json!(["the DNS records were not seen yet"]),
    };
    vec![
        ("id", domain.id.as_str().into()),
        ("domain", domain.name.as_str().into()),
        ("cloudflare_id", domain.cloudflare_id.as_str().into()),
        ("status", stage.status().into()),
        ("ssl_status", stage.ssl_status().into()),
        ("verification_errors", errors),
        ("created_at", time::stamp(domain.created_millis, Offset::UTC).into()),
    ]
}

/// The DNS records that the user must add.
fn records(domain: &Domain) -> Value {
    let name = &domain.name;
    let token = &domain.cloudflare_id;
    json!([
        {"type": "CNAME", "name": name, "value": TARGET, "purpose": "traffic"},
        {"type": "TXT", "name": format!("_acme-challenge.{name}"), "value": token,
         "purpose": "certificate"},
        {"type": "TXT", "name": format!("_cf-custom-hostname.{name}"), "value": domain.id,
         "purpose": "ownership"}
    ])
}

fn done(members: &[(&str, Value)], details: Option<(&Exchange<'_>, &Domain)>) -> Reply {
    let mut answer = text::object(&[("success", true.into())]);
    if let Some((exchange, domain)) = details {
        let mut info = summary(exchange, domain);
        info.push(("dns_records", records(domain)));
        let info = text::object(&info);
        text::set_raw(&mut answer, &["domain"], &info);
    }
    for (name, value) in members {
        text::set(&mut answer, &[name], value);
    }
    Reply::text(answer)
}

fn refused(code: &str, message: &str) -> Reply {
    let answer = text::object(&[
        ("success", false.into()),
        ("error_code", code.into()),
        ("error_message", message.into()),
    ]);
    Reply::text(answer)
}

fn not_found(id: &str) -> Reply {
    refused("NOT_FOUND", &format!("there is no domain with the id {id:?}"))
}
