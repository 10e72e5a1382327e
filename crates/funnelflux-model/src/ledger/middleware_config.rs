use super::{
    MiddlewareConfig, MiddlewareDestination, middleware_route,
    rules::range,
    stored_secret::{align as align_flags, unfounded},
};
use crate::{DecodeError, Document, Violations, document::describe, wire};

const DESTINATION: &str = "destination";
const TIMEOUT: &str = "timeoutMs";

/// Members that only a destination holds, all documented. The name of the member that holds the
/// destination is a guess; its secrets must be kept even if that guess is wrong.
const SIGNS: [&str; 4] = ["basicAuth", "hmacSecret", "hasBasicAuthPassword", "hasHmacSecret"];

/// The member that holds the destination: `destination`, else the object that looks like one.
fn destination_member(config: &Document) -> String {
    if config.get(DESTINATION).is_some_and(|value| value.get() != "null") {
        return DESTINATION.to_owned();
    }
    let holds_signs = |json: &str| {
        Document::parse(json).is_ok_and(|object| SIGNS.iter().any(|sign| object.contains(sign)))
    };
    let found = config.members().find(|(_, value)| holds_signs(value.get()));
    found.map_or_else(|| DESTINATION.to_owned(), |(name, _)| name.into_owned())
}

fn destination(config: &Document) -> Option<Document> {
    Document::parse(config.get(&destination_member(config))?.get()).ok()
}

/// ```
/// use funnelflux_model::ledger::{LedgerAsset, MiddlewareConfig, MiddlewareRoute, StoredSecret};
///
/// let mut config = MiddlewareConfig::new("2nIemJxCKbFX".parse()?, "Fraud check");
/// config.set_timeout_ms(3000);
/// config.set_routes(&[MiddlewareRoute::new("approved", 1), MiddlewareRoute::fallback()]);
/// let mut destination = config.destination()?.unwrap_or_default();
/// destination.set_url("https://example.com/check");
/// destination.set_hmac_secret(StoredSecret::Set("k3y".into()))?;
/// config.set_destination(&destination);
/// config.validate_new()?;
///
/// // A list without the default route is refused before it is sent.
/// config.set_routes(&[MiddlewareRoute::new("approved", 300)]);
/// assert_eq!(config.validate().unwrap_err().violations().len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl MiddlewareConfig {
    /// Where requests go: the member `destination` (its name is *inferred*), else the member that
    /// holds `basicAuth`, `hmacSecret` or their flags (documented).
    ///
    /// # Errors
    /// When the member is there and is no object.
    pub fn destination(&self) -> Result<Option<MiddlewareDestination>, DecodeError> {
        self.0.read_or_null(&destination_member(&self.0))
    }

    /// Sets where requests go, under the name that the destination has or would have.
    pub fn set_destination(&mut self, destination: &MiddlewareDestination) -> &mut Self {
        let member = destination_member(&self.0);
        wire::set_json(&mut self.0, &member, destination);
        self
    }

    /// Changes the destination in place.
    ///
    /// # Errors
    /// That of the change; a destination of another shape; a config from the server without one:
    /// its name is then not `destination` (*inferred*), and a second one would be lost or obeyed.
    pub fn edit_destination<E: From<DecodeError>>(
        &mut self,
        change: impl FnOnce(&mut MiddlewareDestination) -> Result<(), E>,
    ) -> Result<&mut Self, E> {
        let mut destination = match self.destination()? {
            None if self.0.is_saved() => {
                let why = "the config has no member `destination`, whose name is a guess; a \
                           `member_override` of the client corrects it";
                return Err(DecodeError::shape(why).into());
            }
            destination => destination.unwrap_or_default(),
        };
        change(&mut destination)?;
        Ok(self.set_destination(&destination))
    }

    /// `timeoutMs`: milliseconds to wait for an answer, 1 to 10000, 5000 unless set; on the config
    /// (reference) or on the destination (changelog). Grade: *documented*.
    ///
    /// # Errors
    /// When it is there and is no whole number.
    pub fn timeout_ms(&self) -> Result<Option<u64>, DecodeError> {
        match wire::integer(&self.0, TIMEOUT)? {
            Some(timeout) => Ok(Some(timeout)),
            None => self.destination()?.map_or(Ok(None), |destination| destination.timeout_ms()),
        }
    }

    /// Sets `timeoutMs` where it is; on the config, as in the reference, if it is nowhere.
    pub fn set_timeout_ms(&mut self, milliseconds: u64) -> &mut Self {
        let on_destination = destination(&self.0).is_some_and(|object| object.contains(TIMEOUT));
        if on_destination {
            let member = destination_member(&self.0);
            let done = self.0.set_at(&[&member, TIMEOUT], &milliseconds);
            debug_assert!(done.is_ok(), "the destination is an object");
        }
        if !on_destination || self.0.contains(TIMEOUT) {
            wire::set_json(&mut self.0, TIMEOUT, &milliseconds);
        }
        self
    }
}

pub(super) fn rules(config: &Document, found: &mut Violations) {
    let timeout = (1, 10_000);
    range(config, TIMEOUT, TIMEOUT, timeout, found);
    let member = destination_member(config);
    if let Some(now) = destination(config) {
        range(&now, &format!("{member}.{TIMEOUT}"), TIMEOUT, timeout, found);
        let stored = config.saved().as_ref().and_then(destination);
        unfounded(&member, &now, stored.as_ref(), found);
    }
    match wire::value::<Vec<_>>(config, "routes") {
        Ok(None) => {}
        Ok(Some(routes)) => middleware_route::rules(&routes, found),
        Err(_) => {
            let value = config.json("routes").map_or("nothing", describe);
            found.add("routes", value, "a list of objects");
        }
    }
}

pub(super) fn rules_for_new(config: &Document, found: &mut Violations) {
    if let Some(now) = destination(config) {
        let member = destination_member(config);
        found.add_new(|new| unfounded(&member, &now, None, new));
    }
}

pub(super) fn align(config: &mut Document) {
    let member = destination_member(config);
    align_flags(config, &[&member]);
}
