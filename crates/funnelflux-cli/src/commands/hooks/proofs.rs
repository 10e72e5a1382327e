//! The proofs of a request: those of a middleware config, and those whose secrets are in the environment.

use std::collections::BTreeMap;

use funnelflux::hooks::{Authentication, Hmac};
use funnelflux::model::ledger::{
    MiddlewareConfig, MiddlewareDestination, Model as _, StoredSecret,
};
use funnelflux::transport::Secret;
use funnelflux::transport::http::{HeaderMap, HeaderName, Uri};
use serde::Deserialize;

use crate::args::{ProofArgs, is_private};
use crate::failure::Failure;
use crate::output::{SECRETS, Terminal};

pub(super) struct Proofs {
    all: Authentication,
    has_secrets: bool,
}

impl Proofs {
    /// Those of a config, unless the arguments say otherwise.
    pub(super) fn find(
        args: &ProofArgs,
        config: Option<&MiddlewareConfig>,
        terminal: Terminal,
    ) -> Result<Self, Failure> {
        let destination = match config.map(MiddlewareConfig::destination) {
            Some(Ok(found)) => found.unwrap_or_default(),
            Some(Err(error)) => return Err(Failure::usage(format!("--config: {error}"))),
            None => MiddlewareDestination::default(),
        };
        // The variable, else what the config holds: a secret, or the mask of one that the account keeps.
        let of =
            |variable: &Option<String>, stored, flag: &str, what: &str| match (variable, stored) {
                (Some(variable), _) => secret(flag, variable).map(Some),
                (None, Some(StoredSecret::Set(secret))) => Ok(Some(kept(secret))),
                (None, Some(_)) => {
                    let why = "is a secret that the API does not return; it is left out";
                    terminal.warn(&format!("--config: {what} {why}, unless {flag} gives it"));
                    Ok(None)
                }
                (None, None) => Ok(None),
            };
        let mut fixed = headers_of(&destination, terminal);
        for (name, variable) in &args.header_env {
            fixed.push((name.clone(), secret("--header-env", variable)?));
        }
        let stored = destination.basic_auth_password();
        let password = of(&args.password_env, stored, "--password-env", "basicAuth.password")?;
        let key = of(&args.secret_env, destination.hmac_secret(), "--secret-env", "hmacSecret")?;
        let has_secrets = !fixed.is_empty() || password.is_some() || key.is_some();
        let with = |all: Authentication, (name, value)| all.with_header(name, value);
        let mut all = fixed.into_iter().fold(Authentication::new(), with);
        let user = args.user.clone().or_else(|| destination.basic_auth_username());
        match (user, password) {
            (Some(user), Some(password)) => all = all.with_basic(&user, password),
            (None, Some(_)) => {
                return Err(Failure::usage("--password-env: the user is missing")
                    .hint("--user NAME names it, and so does `basicAuth` of a config"));
            }
            (_, None) if args.user.is_some() => {
                return Err(Failure::usage("--user: the password is missing")
                    .hint("--password-env NAME takes it from a variable of the environment"));
            }
            (_, None) => {}
        }
        match (key, &args.signature_header) {
            (Some(key), Some(header)) => all = all.with_hmac(signature(args, header, key)),
            (Some(_), None) => terminal.warn(
                "not signed: in which header FunnelFlux sends a signature is unknown; \
                 --signature-header names one",
            ),
            (None, Some(_)) => {
                return Err(Failure::usage("--signature-header: the secret is missing")
                    .hint("--secret-env NAME takes it from a variable of the environment"));
            }
            (None, None) => {}
        }
        Ok(Self { all, has_secrets })
    }

    /// Adds them to a request to this address.
    pub(super) fn add_to(
        &self,
        to: &Uri,
        headers: &mut HeaderMap,
        body: &[u8],
    ) -> Result<(), Failure> {
        if self.has_secrets && !is_private(to) {
            let why = "--to: secrets are sent over https, or to this machine, only";
            return Err(Failure::unsent(why));
        }
        match self.all.prove(headers, body) {
            true => Ok(()),
            false => Err(Failure::unsent(
                "the proofs cannot be added: a signed header is missing, or a value is none of a header",
            )),
        }
    }
}

fn signature(args: &ProofArgs, header: &HeaderName, key: String) -> Hmac {
    let hmac = Hmac::new(header.clone(), key)
        .with_algorithm(args.signature_algorithm)
        .with_encoding(args.signature_encoding)
        .with_prefix(&args.signature_prefix);
    if args.signed.is_empty() { hmac } else { hmac.with_signed(args.signed.clone()) }
}

/// A secret of the environment, which no argument of a process list shows.
pub(super) fn secret(flag: &str, variable: &str) -> Result<String, Failure> {
    // A secret may have been given in place of the name.
    let is_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let shown = if variable.chars().all(is_name) { variable } else { "that it names" };
    let wrong = |why: &str| Failure::usage(format!("{flag}: the variable {shown} {why}"));
    match std::env::var(variable) {
        Ok(value) if !value.is_empty() => Ok(kept(value)),
        Ok(_) => Err(wrong("is empty")),
        Err(std::env::VarError::NotPresent) => Err(wrong("is not set")),
        Err(std::env::VarError::NotUnicode(_)) => Err(wrong("is not UTF-8")),
    }
}

/// Keeps a secret out of messages and terminals.
fn kept(secret: String) -> String {
    SECRETS.add(&Secret::new(secret.as_str()));
    secret
}

/// The custom headers of a destination. Their shape is unknown: an object of texts, or a list of names and
/// values.
fn headers_of(
    destination: &MiddlewareDestination,
    terminal: Terminal,
) -> Vec<(HeaderName, String)> {
    let Some(given) = destination.document().get("headers") else { return Vec::new() };
    let json = given.get();
    let pairs = match serde_json::from_str::<BTreeMap<String, String>>(json) {
        Ok(pairs) => Some(pairs.into_iter().collect()),
        Err(_) => serde_json::from_str::<Vec<Pair>>(json)
            .ok()
            .map(|pairs| pairs.into_iter().map(|pair| (pair.name, pair.value)).collect::<Vec<_>>()),
    };
    let named = pairs.and_then(|pairs| {
        let named = |(name, value): (String, String)| Some((name.parse().ok()?, kept(value)));
        let pairs = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        pairs.map(named).collect::<Option<Vec<_>>>()
    });
    named.unwrap_or_else(|| {
        if json != "null" {
            terminal.warn("--config: `headers` are not sent: expected {\"name\":\"value\"}");
        }
        Vec::new()
    })
}

#[derive(Deserialize)]
struct Pair {
    #[serde(alias = "key")]
    name: String,
    value: String,
}
