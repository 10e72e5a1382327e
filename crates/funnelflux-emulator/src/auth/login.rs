//! "Password-based login (legacy)". Only title and method are documented, so what goes in and what
//! comes out is a choice: any JSON object that has the login and the password among its members,
//! under whatever names, gives the answer of a validation, with fresh tokens.

use std::fmt;

use serde_json::Value;

use super::validate;
use crate::exchange::Exchange;
use crate::wire::fields::kind;
use crate::wire::refusal::Refusal;
use crate::wire::reply::Reply;

/// The account's login and password. Its `Debug` shows neither.
pub(crate) struct Login {
    name: String,
    password: String,
}

impl Login {
    /// `None` where one of them is empty.
    pub(crate) fn new(name: String, password: String) -> Option<Self> {
        (!name.is_empty() && !password.is_empty()).then_some(Self { name, password })
    }

    /// True when one of the texts is the login and another one the password.
    fn is_among(&self, texts: &[&str]) -> bool {
        let at = |wanted: &str, not: Option<usize>| {
            texts.iter().enumerate().position(|(at, text)| *text == wanted && Some(at) != not)
        };
        let name = at(&self.name, None);
        name.is_some() && at(&self.password, name).is_some()
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").finish_non_exhaustive()
    }
}

pub(crate) fn login(exchange: &Exchange<'_>) -> Result<Reply, Refusal> {
    let body = exchange.json()?;
    let Value::Object(members) = &body else {
        return Err(Refusal::bad_request(format!(
            "the body is {}; expected an object with the login and the password in it",
            kind(&body)
        )));
    };
    let texts: Vec<&str> = members.values().filter_map(Value::as_str).collect();
    if exchange.login().is_among(&texts) {
        return Ok(validate::answer(exchange, exchange.vault().grant(exchange.now_millis())));
    }
    Err(Refusal::unauthorized(
        "the login or the password is wrong; expected both, each in a member of its own",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_login_and_the_password_stand_in_two_members() {
        let login = Login::new("me".to_owned(), "hush".to_owned()).unwrap();
        assert!(login.is_among(&["hush", "x", "me"]));
        for texts in [&["me"][..], &["hush"], &["me", "me"], &["me", "Hush"], &["me hush"], &[]] {
            assert!(!login.is_among(texts), "{texts:?}");
        }
        let same = Login::new("me".to_owned(), "me".to_owned()).unwrap();
        assert!(same.is_among(&["me", "me"]) && !same.is_among(&["me"]));
        assert!(Login::new(String::new(), "hush".to_owned()).is_none());
        assert!(!format!("{login:?}").contains("hush"));
    }
}
