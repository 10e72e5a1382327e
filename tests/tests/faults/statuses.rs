//! Faults that a status tells, the pauses that a server asks for, and secrets that it says back.

use crate::table::{
    DONE, Fault, HELD_BACK, LOST, LOST_ONCE, REFUSED, SAID_NO, Step, THROTTLED, THROTTLED_ONCE,
    UNAUTHORISED, UNREADABLE, WRONG_PROTOCOL, answer, fault, ok,
};
use crate::{ACCESS, REFRESH};

const NO: &str = r#"{"error":{"code":400,"message":"no"}}"#;

/// An error answer in JSON.
fn says(head: &str) -> Vec<Step> {
    answer(&format!("{head}\r\nContent-Type: application/json\r\nConnection: close"), NO)
}

/// An error answer of a proxy.
fn page(head: &str) -> Vec<Step> {
    let body = "<html><body>an error page</body></html>";
    answer(&format!("{head}\r\nContent-Type: text/html\r\nConnection: close"), body)
}

fn moved(status: &str, to: &str) -> Vec<Step> {
    answer(&format!("{status}\r\nLocation: {to}\r\nConnection: close"), "")
}

/// A pause that the server asks for.
fn pause(value: &str) -> Vec<Step> {
    says(&format!("429 Too Many Requests\r\nRetry-After: {value}"))
}

pub(crate) const FAULTS: &[Fault] = &[
    fault("300", |_| moved("300 Choices", "/v1/a"), REFUSED),
    fault("301", |_| moved("301 Moved", "/v1/elsewhere"), REFUSED),
    fault("302", |_| moved("302 Found", "/v1/elsewhere"), REFUSED),
    fault("302 to a login page", |_| moved("302 Found", "/login"), REFUSED),
    fault("303", |_| moved("303 See Other", "/v1/elsewhere"), WRONG_PROTOCOL),
    fault("303 to another host", |_| moved("303 See Other", "http://127.0.0.2/"), WRONG_PROTOCOL),
    fault("304", |_| moved("304 Not Modified", "/v1/a"), REFUSED),
    fault("307", |_| moved("307 Temporary", "/v1/elsewhere"), REFUSED),
    fault("308 to another host", |_| moved("308 Moved", "http://127.0.0.2/"), REFUSED),
    fault("308 to itself", |_| moved("308 Moved", "."), REFUSED),
    fault("400", |_| says("400 Bad Request"), REFUSED),
    fault("401", |_| says("401 Unauthorized"), UNAUTHORISED),
    fault("402", |_| says("402 Payment Required"), REFUSED),
    fault("403", |_| says("403 Forbidden"), REFUSED),
    fault("403 with a page", |_| page("403 Forbidden"), REFUSED),
    fault("404", |_| says("404 Not Found"), REFUSED),
    fault("404 with a page", |_| page("404 Not Found"), REFUSED),
    fault("405", |_| says("405 Method Not Allowed"), REFUSED),
    fault("408", |_| says("408 Request Timeout"), LOST),
    fault("409", |_| says("409 Conflict"), REFUSED),
    fault("410", |_| says("410 Gone"), REFUSED),
    fault("413", |_| says("413 Content Too Large"), REFUSED),
    fault("415", |_| says("415 Unsupported Media Type"), REFUSED),
    fault("418", |_| says("418 Teapot"), REFUSED),
    fault("422", |_| says("422 Unprocessable"), REFUSED),
    fault("425", |_| says("425 Too Early"), THROTTLED),
    fault("431", |_| says("431 Headers Too Large"), REFUSED),
    fault("451", |_| says("451 Legal Reasons"), REFUSED),
    fault("499", |_| says("499 Client Closed"), REFUSED),
    fault("500", |_| says("500 Internal Server Error"), LOST),
    fault("500 without a body", |_| answer("500 Error\r\nConnection: close", ""), LOST),
    fault("500 with half a page", |_| half_a_page(), LOST),
    fault("500 with a page without end", |_| endless_page(), LOST),
    fault("501", |_| says("501 Not Implemented"), REFUSED),
    fault("502 with a page", |_| page("502 Bad Gateway"), LOST),
    fault("503", |_| says("503 Service Unavailable"), LOST),
    fault("504", |_| says("504 Gateway Timeout"), LOST),
    fault("505", |_| says("505 HTTP Version"), LOST),
    fault("507", |_| says("507 Insufficient Storage"), LOST),
    fault("511", |_| page("511 Network Authentication"), LOST),
    fault("520 of a proxy", |_| page("520 Unknown"), LOST),
    fault("524 of a proxy", |_| page("524 Timeout"), LOST),
    fault("599", |_| says("599 Nothing"), LOST),
    fault("600", |_| says("600 Beyond"), LOST),
    fault("999", |_| says("999 Denied"), LOST),
    fault("429", |_| says("429 Too Many Requests"), THROTTLED),
    fault("429 with a page", |_| page("429 Slow Down"), THROTTLED),
    fault("429, once", |_| says("429 Too Many"), THROTTLED_ONCE).once(),
    fault("Retry-After 1", |_| pause("1"), THROTTLED),
    fault("Retry-After 1, once", |_| pause("1"), THROTTLED_ONCE).once(),
    fault("Retry-After 0", |_| pause("0"), THROTTLED),
    fault("Retry-After -5", |_| pause("-5"), THROTTLED),
    fault("Retry-After in words", |_| pause("soon"), THROTTLED),
    fault("Retry-After empty", |_| pause(""), THROTTLED),
    fault("Retry-After of the past", |_| pause(LONG_AGO), THROTTLED),
    fault("Retry-After of a far year", |_| pause(FAR_AWAY), HELD_BACK),
    fault("Retry-After 10^11", |_| pause("100000000000"), HELD_BACK),
    fault("Retry-After 10^30", |_| pause(&format!("1{}", "0".repeat(30))), HELD_BACK),
    fault("Retry-After 1e300", |_| pause("1e300"), HELD_BACK),
    fault("Retry-After twice", |_| pause("1\r\nRetry-After: 2"), THROTTLED),
    fault("503 with Retry-After", |_| busy(), THROTTLED),
    fault("503 with Retry-After, once", |_| busy(), THROTTLED_ONCE).once(),
    fault("500, once", |_| says("500 Error"), LOST_ONCE).once(),
    fault("502, once", |_| page("502 Bad Gateway"), LOST_ONCE).once(),
    // The server says the secrets of the request back.
    fault("the token in the error's message", |_| echo("400 Bad", &message()), REFUSED),
    fault("the token in a member's name", |_| echo("400 Bad", &member()), REFUSED),
    fault("the token in a 500", |_| echo("500 Error", &message()), LOST),
    fault("the token in an error page", |_| token_page("404 Not Found"), REFUSED),
    fault("the token in a page of 200", |_| token_page("200 OK"), UNREADABLE),
    fault("the token in the reason phrase", |_| says(&format!("400 {ACCESS}")), REFUSED),
    fault(
        "the token as the id of the request",
        |_| says(&format!("400 Bad\r\nX-Request-Id: {ACCESS}")),
        REFUSED,
    ),
    fault(
        "the token in a Location",
        |_| moved("302 Found", &format!("/login?token={ACCESS}&r={REFRESH}")),
        REFUSED,
    ),
    fault("the token, percent-encoded", |_| echo("400 Bad", &encoded()), REFUSED),
    fault(
        "the token as a coding",
        |_| ok(&format!("Content-Encoding: {ACCESS}"), "{}"),
        UNREADABLE,
    ),
    fault(
        "the token as a cookie of a good answer",
        |it| ok(&format!("Set-Cookie: t={ACCESS}"), &it.good),
        DONE,
    ),
    fault("the token in a no", |_| ok("", message()), SAID_NO),
];

const LONG_AGO: &str = "Wed, 21 Oct 2015 07:28:00 GMT";
const FAR_AWAY: &str = "Fri, 31 Dec 9999 23:59:59 GMT";

fn busy() -> Vec<Step> {
    says("503 Busy\r\nRetry-After: 1")
}

fn half_a_page() -> Vec<Step> {
    let head = "HTTP/1.1 500 Error\r\nContent-Type: text/html\r\nContent-Length: 900\r\n\r\n<html>";
    vec![Step::Send(head.into())]
}

fn endless_page() -> Vec<Step> {
    let head = "HTTP/1.1 500 Error\r\nContent-Type: text/html\r\n\r\n<html>";
    vec![Step::Send(head.into()), Step::Again(vec![b'.'; 65_536], usize::MAX)]
}

fn message() -> String {
    format!(r#"{{"error":{{"code":400,"message":"no: {ACCESS} and {REFRESH}"}}}}"#)
}

fn member() -> String {
    format!(r#"{{"{ACCESS}":["{REFRESH}"],"error":{{"code":400,"{ACCESS}":1}}}}"#)
}

fn encoded() -> String {
    let all: String = ACCESS.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!(r#"{{"error":{{"code":400,"message":"no: {all} {}"}}}}"#, ACCESS.replace('-', "%2D"))
}

fn echo(status: &str, body: &str) -> Vec<Step> {
    answer(&format!("{status}\r\nContent-Type: application/json\r\nConnection: close"), body)
}

fn token_page(status: &str) -> Vec<Step> {
    let body = format!("<html><title>{ACCESS}</title><body>Bearer {ACCESS}</body></html>");
    answer(&format!("{status}\r\nContent-Type: text/html\r\nConnection: close"), body)
}
