#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at its first surprise"
)]
//! Middleware configs: secrets that are never told again, and routes.

use funnelflux_model::{
    Document,
    ledger::{
        Funnel, LedgerAsset, MiddlewareConfig, MiddlewareDestination, MiddlewareRoute, Model,
        StoredSecret,
    },
};

/// As a read returns it: both secrets stored, neither told.
const FETCHED: &str = r#"{"idMiddlewareConfig":"2nIemJxCKbFX","middlewareConfigName":"Check","description":"old","destination":{"type":"http","method":"POST","url":"https://example.com/","headers":{"X-Key":"h3ader"},"basicAuth":{"username":"u","password":"********"},"hmacSecret":"********","hasBasicAuthPassword":true,"hasHmacSecret":true},"timeoutMs":5000,"new":1.50}"#;

/// As an answer of the server brought it.
fn answered<M: Model>(text: &str) -> M {
    let mut document = Document::parse(text).unwrap();
    document.mark_saved();
    M::from_document(document)
}

fn fetched() -> MiddlewareConfig {
    answered(FETCHED)
}

fn changed(change: impl FnOnce(&mut MiddlewareDestination)) -> String {
    let mut config = fetched();
    let mut destination = config.destination().unwrap().unwrap();
    change(&mut destination);
    config.set_destination(&destination);
    config.for_save().unwrap().text().to_owned()
}

fn fields(config: &MiddlewareConfig) -> Vec<String> {
    let error = config.validate().unwrap_err();
    error.violations().iter().map(|violation| violation.field.clone()).collect()
}

#[test]
fn a_change_elsewhere_keeps_the_stored_secrets() {
    let mut config = fetched();
    config.set_description("new");
    let sent = config.for_save().unwrap();
    assert_eq!(sent.text(), FETCHED.replace("\"old\"", "\"new\""));
}

#[test]
fn stored_secrets_read_as_kept() {
    let destination = fetched().destination().unwrap().unwrap();
    assert_eq!(destination.basic_auth_password(), Some(StoredSecret::Kept));
    assert_eq!(destination.hmac_secret(), Some(StoredSecret::Kept));
    assert_eq!(destination.basic_auth_username().as_deref(), Some("u"));

    let blank: MiddlewareDestination =
        serde_json::from_str(r#"{"hmacSecret":"","hasHmacSecret":true}"#).unwrap();
    assert_eq!(blank.hmac_secret(), Some(StoredSecret::Kept));
    assert_eq!(blank.basic_auth_password(), None);
}

#[test]
fn a_new_secret_replaces_the_stored_one_alone() {
    let sent = changed(|destination| {
        destination.set_hmac_secret(StoredSecret::Set("n3w".into())).unwrap();
    });
    assert_eq!(sent, FETCHED.replace(r#""hmacSecret":"********""#, r#""hmacSecret":"n3w""#));
}

#[test]
fn a_cleared_secret_is_blank_and_its_flag_false() {
    let sent = changed(|destination| {
        destination.set_basic_auth_password(StoredSecret::Clear).unwrap();
    });
    let expected = FETCHED
        .replace(r#""password":"********""#, r#""password":"""#)
        .replace(r#""hasBasicAuthPassword":true"#, r#""hasBasicAuthPassword":false"#);
    assert_eq!(sent, expected);
}

#[test]
fn keeping_after_setting_sends_the_placeholder() {
    let sent = changed(|destination| {
        destination.set_hmac_secret(StoredSecret::Set("n3w".into())).unwrap();
        destination.set_hmac_secret(StoredSecret::Kept).unwrap();
    });
    assert_eq!(sent, FETCHED);
}

#[test]
fn the_placeholder_and_blanks_are_no_secrets() {
    let mut destination = MiddlewareDestination::default();
    for (secret, advice) in [("********", "StoredSecret::Kept"), ("  ", "StoredSecret::Clear")] {
        let error =
            destination.set_basic_auth_password(StoredSecret::Set(secret.into())).unwrap_err();
        assert!(error.to_string().contains(advice), "{error}");
        assert_eq!(error.violations()[0].field, "basicAuth.password");
    }
    assert!(!destination.document().is_changed());
}

#[test]
fn a_placeholder_that_stands_for_nothing_is_refused() {
    let mut config: MiddlewareConfig =
        answered(r#"{"idMiddlewareConfig":"2nIemJxCKbFX","destination":{}}"#);
    config.document_mut().set_at(&["destination", "hmacSecret"], "********").unwrap();
    assert_eq!(fields(&config), ["destination.hmacSecret"]);

    // A copy of a fetched one, sent as a new one, has no stored secrets either.
    let copy = fetched();
    copy.validate().unwrap();
    let error = copy.validate_new().unwrap_err();
    assert_eq!(error.violations().len(), 2, "{error}");

    // Nor does a file that was written by hand tell what the server has.
    let file: MiddlewareConfig = serde_json::from_str(FETCHED).unwrap();
    assert_eq!(fields(&file), ["destination.basicAuth.password", "destination.hmacSecret"]);
}

#[test]
fn a_destination_under_another_name_gets_no_second_one_beside_it() {
    let mut config: MiddlewareConfig = answered(
        r#"{"idMiddlewareConfig":"2nIemJxCKbFX","target":{"url":"https://x/"},"destination":null}"#,
    );
    let error = config
        .edit_destination(|destination| {
            destination.set_url("https://y/");
            Ok::<_, funnelflux_model::DecodeError>(())
        })
        .unwrap_err();
    assert!(error.to_string().contains("member_override"), "{error}");
    assert!(!config.document().is_changed());
}

#[test]
fn a_flag_that_is_missing_beside_a_secret_is_put_right() {
    let config: MiddlewareConfig = answered(
        r#"{"idMiddlewareConfig":"2nIemJxCKbFX","destination":{"hmacSecret":"********","hasHmacSecret":false}}"#,
    );
    assert_eq!(
        config.for_save().unwrap().text(),
        r#"{"idMiddlewareConfig":"2nIemJxCKbFX","destination":{"hmacSecret":"********","hasHmacSecret":true}}"#
    );
}

#[test]
fn secrets_are_kept_though_the_destination_have_another_name() {
    let text = FETCHED.replace("\"destination\"", "\"endpoint\"");
    let mut config: MiddlewareConfig = answered(&text);
    let mut destination = config.destination().unwrap().unwrap();
    destination.set_hmac_secret(StoredSecret::Set("n3w".into())).unwrap();
    config.set_destination(&destination);
    assert_eq!(
        config.for_save().unwrap().text(),
        text.replace(r#""hmacSecret":"********""#, r#""hmacSecret":"n3w""#)
    );
}

#[test]
fn nothing_of_a_destination_is_shown() {
    let mut config = fetched();
    let mut destination = config.destination().unwrap().unwrap();
    destination.set_hmac_secret(StoredSecret::Set("hunter2".into())).unwrap();
    config.set_destination(&destination);
    let shown = format!("{config:?} {destination:?} {:?}", destination.hmac_secret());
    for secret in ["hunter2", "h3ader", "https"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn a_node_that_overrides_a_destination_has_its_flags_put_right() {
    let funnel: Funnel = answered(
        r#"{"idFunnel":"2nIemJxCKbFX","nodes":[{},{"nodeMiddlewareRefParams":{"destinationOverrides":{"basicAuth":{"password":"********"}}}}]}"#,
    );
    assert_eq!(
        funnel.for_save().unwrap().text(),
        r#"{"idFunnel":"2nIemJxCKbFX","nodes":[{},{"nodeMiddlewareRefParams":{"destinationOverrides":{"basicAuth":{"password":"********"},"hasBasicAuthPassword":true}}}]}"#
    );
}

#[test]
fn a_placeholder_in_a_node_is_sent_only_where_a_secret_is_stored() {
    let node = |id: &str, secret: &str| {
        format!(
            r#"{{"idNode":"{id}","nodeMiddlewareRefParams":{{"destinationOverrides":{{"hmacSecret":"{secret}"}}}}}}"#
        )
    };
    let text = |nodes: &str| {
        format!(r#"{{"idFunnel":"2nIemJxCKbFX","idFunnelGroup":"2n5JuOKWLTzd","nodes":[{nodes}]}}"#)
    };
    let stored = text(&node("2nIemJxCKbFa", "********"));
    let refused = |error: funnelflux_model::ValidationError| {
        let found: Vec<String> = error.violations().iter().map(|v| v.field.clone()).collect();
        found
    };
    let field =
        |at: usize| format!("nodes[{at}].nodeMiddlewareRefParams.destinationOverrides.hmacSecret");

    // Kept where it is, also when the node moves to another place in the list.
    let mut funnel: Funnel = answered(&stored);
    funnel.set_name("New");
    funnel.for_save().unwrap();
    let moved = format!("[{},{}]", node("2nIemJxCKbFb", "k3y"), node("2nIemJxCKbFa", "********"));
    funnel.set_nodes(&serde_json::value::RawValue::from_string(moved).unwrap()).unwrap();
    funnel.for_save().unwrap();

    // Not under another node, nor in a funnel of its own.
    let other = format!("[{}]", node("2nIemJxCKbFb", "********"));
    funnel.set_nodes(&serde_json::value::RawValue::from_string(other).unwrap()).unwrap();
    assert_eq!(refused(funnel.for_save().unwrap_err()), [field(0)]);
    assert_eq!(refused(answered::<Funnel>(&stored).for_create().unwrap_err()), [field(0)]);
    let file: Funnel = serde_json::from_str(&stored).unwrap();
    assert_eq!(refused(file.for_save().unwrap_err()), [field(0)]);
    assert_eq!(refused(file.for_create().unwrap_err()), [field(0)]);
}

#[test]
fn the_timeout_is_read_and_set_wherever_it_is() {
    let mut config: MiddlewareConfig =
        serde_json::from_str(r#"{"destination":{"timeoutMs":3000}}"#).unwrap();
    assert_eq!(config.timeout_ms().unwrap(), Some(3000));
    config.set_timeout_ms(4000);
    assert_eq!(config.document().text(), r#"{"destination":{"timeoutMs":4000}}"#);

    let mut config = fetched();
    config.set_timeout_ms(10_001);
    assert_eq!(fields(&config), ["timeoutMs"]);
    config.set_timeout_ms(0);
    assert_eq!(fields(&config), ["timeoutMs"]);
    config.set_timeout_ms(1);
    config.validate().unwrap();
}

#[test]
fn routes_have_one_default_and_distinct_keys() {
    let mut config = fetched();
    config.set_routes(&[
        MiddlewareRoute::new("approved", 1),
        MiddlewareRoute::new("review", 255),
        MiddlewareRoute::fallback(),
    ]);
    config.validate().unwrap();

    let mut second = MiddlewareRoute::fallback();
    second.set_key("other").set_priority(3);
    config.set_routes(&[
        MiddlewareRoute::new("Approved", 0),
        MiddlewareRoute::new("review", 256),
        MiddlewareRoute::new("review", 2),
        MiddlewareRoute::fallback(),
        second,
    ]);
    assert_eq!(
        fields(&config),
        [
            "routes[0].idRoute",
            "routes[0].priority",
            "routes[1].priority",
            "routes[2].idRoute",
            "routes[4].idRoute",
            "routes[4].priority",
            "routes"
        ]
    );
    config.set_routes(&[]);
    assert_eq!(fields(&config), ["routes"]);
}

#[test]
fn a_route_keeps_its_conditions() {
    let text = r#"{"idRoute":"approved","priority":1,"isDefault":false,"rules":[{"field":"body_json.decision","op":"is","value":1.50}]}"#;
    let mut route: MiddlewareRoute = serde_json::from_str(text).unwrap();
    route.set_priority(2);
    let mut config = MiddlewareConfig::new("2nIemJxCKbFX".parse().unwrap(), "Check");
    config.set_routes(&[route, MiddlewareRoute::fallback()]);
    let sent: Document = config.for_create().unwrap();
    let kept = text.replace("\"priority\":1", "\"priority\":2");
    assert_eq!(sent.pointer("/routes/0").unwrap().get(), kept);
}
