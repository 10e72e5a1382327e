//! "Access token validation (and refresh)".

use serde_json::json;

use super::tokens::{Denied, Grant};
use crate::exchange::Exchange;
use crate::options::ExpiryUnit;
use crate::wire::fields::Fields;
use crate::wire::refusal::Refusal;
use crate::wire::reply::Reply;

pub(crate) fn validate(exchange: &Exchange<'_>) -> Result<Reply, Refusal> {
    let options = exchange.options();
    let body = exchange.optional_json()?;
    let refresh_token = match &body {
        None => None,
        Some(body) => Fields::new(body, "", &["refresh_token"], options.unknown_members)?
            .optional_secret("refresh_token")?,
    };
    exchange
        .vault()
        .validate(exchange.bearer(), refresh_token, exchange.now_millis())
        .map(|grant| answer(exchange, grant))
        .map_err(|denied| Refusal::unauthorized(reason(denied)))
}

/// The tokens and whose they are.
pub(super) fn answer(exchange: &Exchange<'_>, grant: Grant) -> Reply {
    let expires_at = match exchange.options().expiry_unit {
        ExpiryUnit::Seconds => grant.expires_millis.div_euclid(1000),
        ExpiryUnit::Milliseconds => grant.expires_millis,
    };
    let mut tokens = json!({"access_token": grant.access_token, "expires_at": expires_at});
    if let (Some(members), Some(token)) = (tokens.as_object_mut(), grant.refresh_token) {
        members.insert("refresh_token".to_owned(), token.into());
    }
    let user = json!({"user_id": exchange.account().user_id(), "name": "Emulator"});
    Reply::json(&json!({"tokens": tokens, "user": user}))
}

fn reason(denied: Denied) -> &'static str {
    match denied {
        Denied::UnknownBearer => "the access token is not one of this account",
        Denied::NoRefreshToken => {
            "the access token is no longer good and there is no `refresh_token` to renew it with"
        }
        Denied::RefreshRefused => "the refresh token was refused; authorise again",
    }
}
