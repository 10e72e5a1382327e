//! Logins, and validation of access tokens.

use funnelflux_contract::schemas;
use serde_json::{Value, json};

use super::Exchange;
use crate::options::ExpiryUnit;
use crate::vault::{Grant, is_login};
use crate::wire::{Refusal, Reply, Result, json_kind};

pub(super) fn validate(exchange: &Exchange<'_>) -> Result<Reply> {
    let refresh_token = match exchange.body.is_empty() {
        true => None,
        false => exchange.fields(&schemas::VALIDATE_REQUEST)?.optional_secret("refresh_token")?,
    };
    let Exchange { core, token, now_millis, .. } = exchange;
    let grant = core.vault.lock().validate(token, refresh_token, *now_millis)?;
    Ok(answer(exchange, grant))
}

/// The names of the two members are unknown, so the values decide.
pub(super) fn login(exchange: &Exchange<'_>) -> Result<Reply> {
    let body = exchange.json()?;
    let Value::Object(members) = body else {
        let (is, right) = (json_kind(body), "an object with the login and the password in it");
        return Err(Refusal::bad_request(format!("the body is {is}; expected {right}")));
    };
    let texts: Vec<&str> = members.values().filter_map(Value::as_str).collect();
    if !is_login(&exchange.core.options.login, &texts) {
        let why = "the login or the password is wrong; expected both, each in a member of its own";
        return Err(Refusal::unauthorized(why));
    }
    let mut vault = exchange.core.vault.lock();
    let refresh_token = Some(vault.issue_refresh(None));
    let access = vault.issue_access(None, exchange.now_millis);
    Ok(answer(exchange, Grant { access, refresh_token }))
}

fn answer(exchange: &Exchange<'_>, Grant { access, refresh_token }: Grant) -> Reply {
    let expires_at = match exchange.core.options.expiry_unit {
        ExpiryUnit::Seconds => access.expires_millis.div_euclid(1000),
        ExpiryUnit::Milliseconds => access.expires_millis,
    };
    let mut tokens = json!({"access_token": access.token, "expires_at": expires_at});
    if let (Some(members), Some(token)) = (tokens.as_object_mut(), refresh_token) {
        members.insert("refresh_token".to_owned(), token.into());
    }
    let user = json!({"user_id": exchange.core.account.user_id(), "name": "Emulator"});
    Reply::json(&json!({"tokens": tokens, "user": user}))
}
