//! Logins, and validation of access tokens.

use funnelflux_contract::schemas;
use serde_json::{Value, json};

use super::Exchange;
use crate::options::ExpiryUnit;
use crate::vault::{Grant, is_login};
use crate::wire::{Refusal, Reply, json_kind};

pub(super) fn validate(exchange: &Exchange<'_>) -> Result<Reply, Refusal> {
    let refresh_token = match exchange.has_body() {
        false => None,
        true => exchange.fields(&schemas::VALIDATE_REQUEST)?.optional_secret("refresh_token")?,
    };
    let Exchange { core, token, now_millis, .. } = exchange;
    let grant = core.vault.lock().validate(token, refresh_token, *now_millis)?;
    Ok(answer(exchange, grant))
}

/// The names of the two members are unknown, so the values decide.
pub(super) fn login(exchange: &Exchange<'_>) -> Result<Reply, Refusal> {
    let body = exchange.json()?;
    let Value::Object(members) = body else {
        return Err(Refusal::bad_request(format!(
            "the body is {}; expected an object with the login and the password in it",
            json_kind(body)
        )));
    };
    let texts: Vec<&str> = members.values().filter_map(Value::as_str).collect();
    if is_login(&exchange.core.options.login, &texts) {
        let mut vault = exchange.core.vault.lock();
        let refresh_token = vault.issue_refresh(None);
        return Ok(answer(
            exchange,
            vault.issue_access(None, Some(refresh_token), exchange.now_millis),
        ));
    }
    Err(Refusal::unauthorized(
        "the login or the password is wrong; expected both, each in a member of its own",
    ))
}

fn answer(exchange: &Exchange<'_>, grant: Grant) -> Reply {
    let expires_at = match exchange.core.options.expiry_unit {
        ExpiryUnit::Seconds => grant.expires_millis.div_euclid(1000),
        ExpiryUnit::Milliseconds => grant.expires_millis,
    };
    let mut tokens = json!({"access_token": grant.access_token, "expires_at": expires_at});
    if let (Some(members), Some(token)) = (tokens.as_object_mut(), grant.refresh_token) {
        members.insert("refresh_token".to_owned(), token.into());
    }
    let user = json!({"user_id": exchange.core.account.user_id(), "name": "Emulator"});
    Reply::json(&json!({"tokens": tokens, "user": user}))
}
