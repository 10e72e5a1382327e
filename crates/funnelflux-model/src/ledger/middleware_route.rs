use std::collections::HashSet;

use super::{MiddlewareRoute, rules::range};
use crate::{Violations, quoted, wire};

/// The key of the route for answers that match no other (documented).
const DEFAULT: &str = "default";

impl MiddlewareRoute {
    /// A route with this key and priority, and no conditions: their names are not documented.
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

pub(super) fn rules(routes: &[MiddlewareRoute], found: &mut Violations) {
    let mut keys = HashSet::new();
    let mut defaults = 0;
    for (at, route) in routes.iter().enumerate() {
        let field = |member: &str| format!("routes[{at}].{member}");
        let key = wire::any_text(&route.0, "idRoute").into_owned();
        if key.is_empty() || key.chars().any(char::is_uppercase) {
            found.add(field("idRoute"), quoted(&key), "a lower-case key");
        }
        let is_default = matches!(route.is_default(), Ok(Some(true)));
        let priority = field("priority");
        if is_default {
            defaults += 1;
            if key != DEFAULT {
                found.add(field("idRoute"), quoted(&key), "`default` on the default route");
            }
            range(&route.0, &priority, "priority", (0, 0), found);
        } else {
            if key == DEFAULT {
                let expected = "true on the route `default`, and on no other";
                found.add(field("isDefault"), "false", expected);
            }
            range(&route.0, &priority, "priority", (1, 255), found);
        }
        if !key.is_empty() && !keys.insert(key.clone()) {
            found.add(field("idRoute"), quoted(&key), "a key that no other route has");
        }
    }
    if defaults != 1 {
        let expected = "exactly one, with idRoute `default`, priority 0 and isDefault true";
        found.add("routes", format!("{defaults} default routes"), expected);
    }
}
