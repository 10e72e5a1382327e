use std::collections::HashSet;

use crate::{
    Violation,
    ledger::{MiddlewareRoute, rules::range},
    validation::quoted,
    wire,
};

/// The key of the route for answers that match no other (documented).
const DEFAULT: &str = "default";

impl MiddlewareRoute {
    /// A route with this key and priority. Its conditions, documented without names, are set on the
    /// [`document`](crate::ledger::Model::document).
    pub fn new(key: &str, priority: u64) -> Self {
        let mut new = Self::default();
        new.set_key(key).set_priority(priority).set_is_default(false);
        new
    }

    /// The default route: key `default`, priority 0.
    pub fn fallback() -> Self {
        let mut new = Self::new(DEFAULT, 0);
        new.set_is_default(true);
        new
    }
}

pub(super) fn rules(routes: &[MiddlewareRoute], violations: &mut Vec<Violation>) {
    let mut keys = HashSet::new();
    let mut defaults = 0;
    for (at, route) in routes.iter().enumerate() {
        let field = |member: &str| format!("routes[{at}].{member}");
        let key = wire::any_text(&route.0, "idRoute").into_owned();
        if key.is_empty() || key.chars().any(char::is_uppercase) {
            violations.push(Violation::new(field("idRoute"), quoted(&key), "a lower-case key"));
        }
        let is_default = matches!(route.is_default(), Ok(Some(true)));
        let priority = field("priority");
        if is_default {
            defaults += 1;
            if key != DEFAULT {
                let expected = "`default` on the default route";
                violations.push(Violation::new(field("idRoute"), quoted(&key), expected));
            }
            range(&route.0, &priority, "priority", (0, 0), violations);
        } else {
            if key == DEFAULT {
                let expected = "true on the route `default`, and on no other";
                violations.push(Violation::new(field("isDefault"), "false", expected));
            }
            range(&route.0, &priority, "priority", (1, 255), violations);
        }
        if !key.is_empty() && !keys.insert(key.clone()) {
            let expected = "a key that no other route has";
            violations.push(Violation::new(field("idRoute"), quoted(&key), expected));
        }
    }
    if defaults != 1 {
        let expected = "exactly one, with idRoute `default`, priority 0 and isDefault true";
        violations.push(Violation::new("routes", format!("{defaults} default routes"), expected));
    }
}
