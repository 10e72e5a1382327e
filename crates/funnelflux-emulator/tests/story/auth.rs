//! Tokens: what they are good for, how they end, how they are renewed.

use funnelflux_emulator::{ExpiredStatus, ExpiryUnit, Rotation, UnknownMembers};

use super::*;

const VALIDATE: &str = "/auth/validate";
const ATTRIBUTES: &str = "/reporting/attributes";
const THREE_DAYS: Duration = Duration::from_secs(72 * 3600);

async fn validate(emulator: &Emulator, token: &str, refresh: Option<&str>) -> Answer {
    let body = refresh.map(|refresh| json!({"refresh_token": refresh}));
    call_as(emulator, token, Method::POST, VALIDATE, body).await
}

#[tokio::test]
async fn a_good_token_is_answered_with_its_expiry_in_seconds() {
    let emulator = builder().build().unwrap();
    let answer = validate(&emulator, &emulator.access_token(), None).await;
    assert_eq!(answer.status, StatusCode::OK);
    let tokens = &answer.json["tokens"];
    assert_eq!(tokens["access_token"], emulator.access_token().as_str());
    assert_eq!(tokens["expires_at"], NOW + 72 * 3600);
    assert_eq!(answer.json["user"]["user_id"], emulator.account().user_id());
    assert_eq!(emulator.refreshes(), 0);
}

#[tokio::test]
async fn the_expiry_can_be_given_in_milliseconds() {
    let emulator = builder().expiry_unit(ExpiryUnit::Milliseconds).build().unwrap();
    let answer = validate(&emulator, &emulator.access_token(), None).await;
    assert_eq!(answer.json["tokens"]["expires_at"], (NOW + 72 * 3600) * 1000);
}

#[tokio::test]
async fn after_72_hours_every_call_is_refused_until_the_token_is_refreshed() {
    for (choice, status) in [
        (ExpiredStatus::Unauthorized, StatusCode::UNAUTHORIZED),
        (ExpiredStatus::BadRequest, StatusCode::BAD_REQUEST),
    ] {
        let emulator = builder().expired_status(choice).build().unwrap();
        let old = emulator.access_token();
        emulator.advance(THREE_DAYS - Duration::from_millis(1));
        assert_eq!(call(&emulator, Method::GET, ATTRIBUTES, None).await.status, 200);
        emulator.advance(Duration::from_millis(1));
        let refused = call(&emulator, Method::GET, ATTRIBUTES, None).await;
        assert_eq!(refused.status, status);
        assert!(refused.message().contains("expired"), "{}", refused.message());

        let refreshed = validate(&emulator, &old, Some(&emulator.refresh_token())).await;
        let new = refreshed.json["tokens"]["access_token"].as_str().unwrap();
        assert_ne!(new, old);
        assert_eq!(call_as(&emulator, new, Method::GET, ATTRIBUTES, None).await.status, 200);
        assert_eq!(emulator.refreshes(), 1);
        assert_eq!(emulator.calls().of("auth.validate"), 1);
    }
}

#[tokio::test]
async fn an_expired_token_without_a_refresh_token_is_refused() {
    let emulator = builder().build().unwrap();
    emulator.expire_access_tokens();
    let answer = validate(&emulator, &emulator.access_token(), None).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.message().contains("refresh_token"));
}

#[tokio::test]
async fn a_kept_refresh_token_comes_back_and_a_rotated_one_is_dead() {
    for (rotation, stays) in [(Rotation::Keep, true), (Rotation::Rotate, false)] {
        let emulator = builder().rotation(rotation).build().unwrap();
        let (access, refresh) = (emulator.access_token(), emulator.refresh_token());
        emulator.advance(THREE_DAYS);
        let answer = validate(&emulator, &access, Some(&refresh)).await;
        let given = answer.json["tokens"]["refresh_token"].as_str().unwrap();
        assert_eq!(given == refresh, stays);
        assert_eq!(given, emulator.refresh_token());
        let again = validate(&emulator, &access, Some(&refresh)).await;
        assert_eq!(again.status == StatusCode::OK, stays);
    }
}

#[tokio::test]
async fn a_refused_refresh_says_that_one_must_authorise_again() {
    let emulator = builder().build().unwrap();
    let (access, refresh) = (emulator.access_token(), emulator.refresh_token());
    emulator.advance(THREE_DAYS);
    emulator.refuse_refreshes(true);
    let refused = validate(&emulator, &access, Some(&refresh)).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert!(refused.message().contains("authorise again"));
    emulator.refuse_refreshes(false);
    assert_eq!(validate(&emulator, &access, Some(&refresh)).await.status, 200);
    emulator.revoke_refresh_tokens();
    emulator.expire_access_tokens();
    let newest = emulator.access_token();
    assert_eq!(validate(&emulator, &newest, Some(&refresh)).await.status, 401);
    assert_eq!(emulator.refreshes(), 1);
}

#[tokio::test]
async fn a_revoked_token_is_refused_before_its_expiry_and_can_be_renewed() {
    let emulator = builder().build().unwrap();
    let old = emulator.access_token();
    emulator.revoke_access_tokens();
    let refused = call(&emulator, Method::GET, ATTRIBUTES, None).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert_eq!(validate(&emulator, &old, Some(&emulator.refresh_token())).await.status, 200);
    assert_eq!(call(&emulator, Method::GET, ATTRIBUTES, None).await.status, 200);
}

#[tokio::test]
async fn a_call_without_a_good_bearer_is_refused_with_401() {
    let emulator = builder().build().unwrap();
    let token = emulator.access_token();
    for header in [
        None,
        Some("Bearer".to_owned()),
        Some("Bearer ".to_owned()),
        Some("Bearer stranger".to_owned()),
        Some(format!("Basic {token}")),
        Some(token.clone()),
    ] {
        let mut request = Request::builder().uri("http://127.0.0.1/v1/reporting/attributes");
        if let Some(header) = &header {
            request = request.header("authorization", header);
        }
        let answer = send(&emulator, request.body(Full::default()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{header:?}");
        assert!(!answer.message().contains(&token), "a message never repeats a token");
    }
}

#[tokio::test]
async fn a_token_in_the_address_is_refused_even_beside_a_good_bearer() {
    let emulator = builder().unknown_members(UnknownMembers::Ignore).build().unwrap();
    let token = emulator.access_token();
    for (query, name) in [
        (format!("access_token={token}"), "`access_token`"),
        (format!("Access_Token={token}"), "`Access_Token`"),
        (format!("refresh_token={token}"), "`refresh_token`"),
        (format!("a=b&token={token}"), "`token`"),
        (format!("apikey={token}&a"), "`apikey`"),
        (format!("api_key={token}"), "`api_key`"),
        ("token".to_owned(), "`token`"),
        // Names that are spelled with escapes.
        (format!("access%5Ftoken={token}"), "`access_token`"),
        (format!("%74oken={token}"), "`token`"),
        (format!("ACCESS%5fTOKEN={token}"), "`ACCESS_TOKEN`"),
    ] {
        let path = format!("{ATTRIBUTES}?{query}");
        let answer = call(&emulator, Method::GET, &path, None).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert!(answer.message().contains(name), "{query}: {}", answer.message());
        assert!(!answer.message().contains(&token), "{query}");
    }
    for query in ["a=access_token", "tokens=1", "x_token=1"] {
        let answer = call(&emulator, Method::GET, &format!("{ATTRIBUTES}?{query}"), None).await;
        assert_eq!(answer.status, StatusCode::OK, "{query}");
    }
}

#[tokio::test]
async fn no_debug_output_shows_a_token() {
    let canary = "canary-7f3a";
    let setup = builder()
        .access_token(format!("{canary}-access"))
        .refresh_token(format!("{canary}-refresh"));
    let mut shown = format!("{setup:?}");
    let emulator = setup.build().unwrap();
    emulator.advance(THREE_DAYS);
    validate(&emulator, &format!("{canary}-access"), Some(&format!("{canary}-refresh"))).await;
    let path = format!("{ATTRIBUTES}?access_token={canary}");
    call(&emulator, Method::GET, &path, None).await;
    shown += &format!("{emulator:?} {:?} {:?}", emulator.requests(), emulator.router());
    for request in emulator.requests() {
        shown += &format!("{:?}", request.headers);
    }
    assert!(!shown.contains(canary), "{shown}");
    assert!(emulator.requests()[0].has_bearer(&format!("{canary}-access")), "yet it can be asked");
}

const LOGIN: &str = "/auth/login";

/// A login, which needs no token.
async fn login(emulator: &Emulator, body: &str) -> Answer {
    let request = Request::post(format!("{}{LOGIN}", emulator.base_url()))
        .header("content-type", "application/json");
    send(emulator, request.body(Full::from(body.to_owned())).unwrap()).await
}

#[tokio::test]
async fn login_and_password_under_any_names_bring_fresh_tokens_in_the_shape_of_a_validation() {
    let emulator = builder().build().unwrap();
    let (name, password) = (EmulatorBuilder::DEFAULT_LOGIN, EmulatorBuilder::DEFAULT_PASSWORD);
    for names in [("email", "password"), ("username", "pass"), ("a", "b")] {
        let old = (emulator.access_token(), emulator.refresh_token());
        let body = json!({names.0: name, names.1: password, "remember": true});
        let answer = login(&emulator, &body.to_string()).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let tokens = &answer.json["tokens"];
        assert_eq!(tokens["access_token"], emulator.access_token().as_str());
        assert_eq!(tokens["refresh_token"], emulator.refresh_token().as_str());
        assert_ne!((emulator.access_token(), emulator.refresh_token()), old);
        assert_eq!(tokens["expires_at"], NOW + 72 * 3600);
        let refresh = emulator.refresh_token();
        let validated = validate(&emulator, &emulator.access_token(), Some(&refresh)).await;
        assert_eq!(answer.json, validated.json);
    }
    assert_eq!(emulator.calls().of("auth.login"), 3);
    assert_eq!(emulator.refreshes(), 0);
    assert_eq!(call(&emulator, Method::GET, ATTRIBUTES, None).await.status, 200);
    emulator.expire_access_tokens();
    let refresh = emulator.refresh_token();
    assert_eq!(validate(&emulator, &emulator.access_token(), Some(&refresh)).await.status, 200);
}

#[tokio::test]
async fn a_wrong_login_is_refused_without_showing_it() {
    let emulator = builder().login("me@example.com", "right-one").build().unwrap();
    let access = emulator.access_token();
    for (body, status) in [
        (json!({"email": "me@example.com", "password": "wrong-one"}), 401),
        (json!({"email": "you@example.com", "password": "right-one"}), 401),
        (json!({"email": "me@example.com"}), 401),
        (json!({"password": "right-one"}), 401),
        (json!({"login": {"email": "me@example.com", "password": "right-one"}}), 401),
        (json!({}), 401),
        (json!(["me@example.com", "right-one"]), 400),
        (json!("right-one"), 400),
        (Value::Null, 400),
    ] {
        let answer = login(&emulator, &body.to_string()).await;
        assert_eq!(answer.status.as_u16(), status, "{body}: {}", answer.text);
        assert_eq!(answer.json["error"]["code"], status);
        assert!(answer.message().contains("expected"), "{}", answer.message());
        assert!(!answer.text.contains("-one") && !answer.text.contains("example.com"));
    }
    assert_eq!(login(&emulator, "").await.status, 400);
    assert_eq!(login(&emulator, "{\"password\": \"right-one").await.status, 400);
    assert_eq!(emulator.access_token(), access, "no token was handed out");
    for (name, password) in [("", "x"), ("x", "")] {
        let error = builder().login(name, password).build().unwrap_err();
        assert!(error.is_setting() && error.to_string().contains("`login`"), "{error}");
    }
}

#[tokio::test]
async fn a_password_is_neither_kept_nor_shown() {
    let canary = "canary-7f3a";
    let overlay = funnelflux_transport::Overlay::new().path("auth.login", "/login");
    let setup = builder().login("me@example.com", canary).overlay(overlay);
    let mut shown = format!("{setup:?}");
    let emulator = setup.build().unwrap();
    let body = json!({"email": "me@example.com", "password": canary, "pins": [canary]});
    for path in ["/login", "/login/", LOGIN, "/login?password=canary-7f3a"] {
        for method in [Method::POST, Method::PUT] {
            call(&emulator, method.clone(), path, Some(body.clone())).await;
        }
        send_text(&emulator, Method::POST, path, &format!("[\"{canary}\"]")).await;
        send_text(&emulator, Method::POST, path, canary).await;
    }
    assert_eq!(emulator.calls().of("auth.login"), 9);
    shown += &format!("{emulator:?} {:?} {}", emulator.requests(), emulator.snapshot());
    for request in emulator.requests() {
        shown += &String::from_utf8_lossy(&request.body);
        shown += request.query.as_deref().unwrap_or_default();
    }
    assert!(!shown.contains(canary), "{shown}");
    let names = json!({"email": "********", "password": "********", "pins": "********"});
    assert_eq!(emulator.requests()[0].json(), Some(names), "what was asked for can be seen");
}
