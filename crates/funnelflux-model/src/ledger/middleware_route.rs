use std::collections::HashSet;

use super::{MiddlewareOperator, MiddlewareRoute, MiddlewareRouteCondition, rules::range};
use crate::{Violations, quoted, wire};

/// The key of the route for answers that match no other (documented).
const DEFAULT: &str = "default";

impl MiddlewareRoute {
    /// A route with this key and priority, and no conditions yet.
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

/// ```
/// use funnelflux_model::ledger::{MiddlewareRoute, MiddlewareRouteCondition};
///
/// let mut route = MiddlewareRoute::new("approved", 1);
/// route.set_conditions(&[MiddlewareRouteCondition::body_member_is("decision", "approved")]);
/// assert_eq!(
///     serde_json::to_string(&route.conditions()?)?,
///     r#"[{"path":"body_json.decision","operator":"is","value":"approved"}]"#
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl MiddlewareRouteCondition {
    /// What the path of a member of the JSON answer begins with (documented).
    pub const BODY: &'static str = "body_json.";

    /// The condition that a member of the JSON answer is this text, such as `body_json.decision` is
    /// `approved`: the one form that is documented. The names of its parts are *inferred*.
    pub fn body_member_is(member: &str, value: &str) -> Self {
        let mut new = Self::default();
        new.set_path(&format!("{}{member}", Self::BODY)).set_operator(&MiddlewareOperator::Is);
        let set = new.set_value(value);
        debug_assert!(set.is_ok(), "a text is JSON");
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
