use super::{
    destination::MiddlewareDestination,
    route::{self, MiddlewareRoute},
    secret::{align, unfounded},
};
use crate::{
    DecodeError, Document, EditError, Violation,
    document::describe,
    ledger::{
        LedgerAsset,
        macros::{identified, model},
        rules::range,
        wire,
        words::{MiddlewareMethod, Status},
    },
};

model! {
    /// A middleware config: whom FunnelFlux Pro asks where a visitor goes next.
    ///
    /// # Examples
    ///
    /// ```
    /// use funnelflux_model::ledger::{LedgerAsset, MiddlewareConfig, MiddlewareRoute, Secret};
    ///
    /// let mut config = MiddlewareConfig::new("2nIemJxCKbFX".parse()?, "Fraud check");
    /// config.set_timeout_ms(3000);
    /// config.set_routes(&[MiddlewareRoute::new("approved", 1), MiddlewareRoute::fallback()]);
    /// let mut destination = config.destination()?.unwrap_or_default();
    /// destination.set_url("https://example.com/check");
    /// destination.set_hmac_secret(Secret::Set("k3y".into()))?;
    /// config.set_destination(&destination);
    /// config.validate_new()?;
    ///
    /// // A list that forgets the default route is refused before it is sent.
    /// config.set_routes(&[MiddlewareRoute::new("approved", 300)]);
    /// assert_eq!(config.validate().unwrap_err().violations().len(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    MiddlewareConfig {
        "idMiddlewareConfig": id(id, id_text, set_id, MiddlewareConfig), Documented, Reference, "its id.";
        "middlewareConfigName": text(name, set_name), Documented, Reference, "its name.";
        "timeoutMs": by_hand(integer), Documented, Reference, "milliseconds to wait for an answer, 1 to 10000, 5000 unless set. The changelog places it on the destination.";
        "schemaVersion": raw(schema_version, set_schema_version), Documented, Reference, "the version of the payload that is sent.";
        "description": text(description, set_description), Documented, Reference, "what it is for.";
        "status": word(status, set_status, Status), Documented, Reference, "its state.";
        "idCategory": link(category_id, category_id_text, set_category_id, Category), Documented, Reference, "its category.";
        "destination": part(named_destination, set_named_destination, MiddlewareDestination), Inferred, Guess, "where requests go.";
        "routes": parts(routes, set_routes, MiddlewareRoute), Inferred, Guess, "the answers that are told apart.";
    }
}

model! {
    /// A middleware config as lists return it: without secrets (documented).
    MiddlewareConfigInfo {
        "idMiddlewareConfig": id(id, id_text, set_id, MiddlewareConfig), Documented, Reference, "its id.";
        "middlewareConfigName": text(name, set_name), Documented, Reference, "its name.";
        "status": word(status, set_status, Status), Documented, Reference, "its state.";
        "destinationType": text(destination_type, set_destination_type), Documented, Reference, "the destination's type.";
        "destinationMethod": word(destination_method, set_destination_method, MiddlewareMethod), Documented, Reference, "the destination's method.";
        "idCategory": link(category_id, category_id_text, set_category_id, Category), Documented, Reference, "its category.";
        "categoryName": text(category_name, set_category_name), Documented, Reference, "its category's name.";
    }
}

identified!(MiddlewareConfig, MiddlewareConfig, "idMiddlewareConfig", "middlewareConfigName");
identified!(MiddlewareConfigInfo, MiddlewareConfig, "idMiddlewareConfig", "middlewareConfigName");

const DESTINATION: &str = "destination";
const TIMEOUT: &str = "timeoutMs";

/// What only a destination holds, all of it documented. The name of the member that holds the
/// destination is a guess, and secrets must be kept though it be wrong.
const SIGNS: [&str; 4] = ["basicAuth", "hmacSecret", "hasBasicAuthPassword", "hasHmacSecret"];

/// The member that holds the destination: `destination`, else the object that looks like one.
fn destination_member(config: &Document) -> String {
    if config.get(DESTINATION).is_some_and(|value| value.get() != "null") {
        return DESTINATION.to_owned();
    }
    let holds_signs = |json: &str| {
        Document::parse(json).is_ok_and(|object| SIGNS.iter().any(|sign| object.contains(sign)))
    };
    config
        .members()
        .find(|(_, value)| holds_signs(value.get()))
        .map_or_else(|| DESTINATION.to_owned(), |(name, _)| name.into_owned())
}

fn destination(config: &Document) -> Option<Document> {
    Document::parse(config.get(&destination_member(config))?.get()).ok()
}

impl MiddlewareConfig {
    /// A new middleware config of this id and name, and nothing else.
    #[must_use]
    pub fn new(id: funnelflux_id::Id<funnelflux_id::MiddlewareConfig>, name: &str) -> Self {
        let mut new = Self::default();
        new.set_id(id).set_name(name);
        new
    }

    /// Where requests go: the member `destination` (its name is *inferred*), else the member that
    /// holds `basicAuth`, `hmacSecret` or their flags (documented).
    ///
    /// # Errors
    ///
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
    ///
    /// What the change returns; that the destination is of another shape; that a config from the
    /// server has none: then it stands under another name than `destination`, which is *inferred*,
    /// and a second one beside it would be lost or, worse, obeyed.
    pub fn edit_destination<E: From<DecodeError>>(
        &mut self,
        change: impl FnOnce(&mut MiddlewareDestination) -> Result<(), E>,
    ) -> Result<&mut Self, E> {
        let mut destination = match self.destination()? {
            None if self.0.is_saved() => {
                return Err(DecodeError::shape(
                    "the config has no member `destination`, whose name is a guess; a \
                     `member_override` of the client tells it the right one"
                        .to_owned(),
                )
                .into());
            }
            destination => destination.unwrap_or_default(),
        };
        change(&mut destination)?;
        Ok(self.set_destination(&destination))
    }

    /// `timeoutMs`: milliseconds to wait for an answer, 1 to 10000, 5000 unless set. The reference
    /// has it on the config, the changelog on the destination; it is read wherever it is. Grade:
    /// *documented*.
    ///
    /// # Errors
    ///
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
            let done: Result<(), EditError> = self.0.set_at(&[&member, TIMEOUT], &milliseconds);
            debug_assert!(done.is_ok(), "the destination is an object");
        }
        if !on_destination || self.0.contains(TIMEOUT) {
            wire::set_integer(&mut self.0, TIMEOUT, milliseconds);
        }
        self
    }
}

impl LedgerAsset for MiddlewareConfig {
    type Info = MiddlewareConfigInfo;

    fn create(id: funnelflux_id::Id<Self::Marker>, name: &str) -> Self {
        Self::new(id, name)
    }

    fn rules(&self, violations: &mut Vec<Violation>) {
        let timeout = (1, 10_000);
        range(&self.0, TIMEOUT, TIMEOUT, timeout, violations);
        let member = destination_member(&self.0);
        if let Some(now) = destination(&self.0) {
            range(&now, &format!("{member}.{TIMEOUT}"), TIMEOUT, timeout, violations);
            let stored = self.0.saved().as_ref().and_then(destination);
            unfounded(&member, &now, stored.as_ref(), violations);
        }
        match self.routes() {
            Ok(None) => {}
            Ok(Some(routes)) => route::rules(&routes, violations),
            Err(_) => {
                let found = self.0.json("routes").map_or("nothing", describe);
                violations.push(Violation::new("routes", found, "a list of objects"));
            }
        }
    }

    fn rules_for_new(&self, violations: &mut Vec<Violation>) {
        if let Some(now) = destination(&self.0) {
            let mut more = Vec::new();
            unfounded(&destination_member(&self.0), &now, None, &mut more);
            more.retain(|more| !violations.contains(more));
            violations.extend(more);
        }
    }

    fn align(document: &mut Document) {
        let member = destination_member(document);
        align(document, &[&member]);
    }
}
