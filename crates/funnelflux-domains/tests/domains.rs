//! Answers of other shapes than the inferred ones, and waiting through bad weather.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use std::future::ready;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use async_trait::async_trait;
use funnelflux_domains::{Domains, DomainsApi, WaitOptions};
use funnelflux_model::domains::{CheckDomainResponse, DomainInfo, DomainSummary};
use funnelflux_transport::bytes::Bytes;
use funnelflux_transport::http::{Method, Request, Response};
use funnelflux_transport::{
    Body, Client, Error, RateLimit, RetryPolicy, Timer as _, TokioTimer, http_body,
};

static_assertions::assert_impl_all!(Domains: Send, Sync, Clone);

type Answer = Result<Response<Body>, Error>;
/// Everything that was asked: method and path.
type Seen = Arc<Mutex<Vec<String>>>;

fn served(
    answer: impl Fn(usize, &str) -> Answer + Clone + Send + Sync + 'static,
) -> (Domains, Seen) {
    let seen = Seen::default();
    let notes = seen.clone();
    let service = tower::service_fn(move |request: Request<Body>| {
        let mut notes = notes.lock().unwrap();
        let path = request.uri().path().rsplit("/billing").next().unwrap();
        notes.push(format!("{} {path}", request.method()));
        let answer = answer(notes.len(), notes.last().unwrap());
        ready(answer)
    });
    let client = Client::builder()
        .transport(service)
        .rate_limit(RateLimit::unlimited())
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    (Domains::new(client), seen)
}

fn ok(body: &'static str) -> Answer {
    Ok(Response::new(Body::from(body)))
}

/// A head, and a body that breaks off.
fn broken() -> Answer {
    Ok(Response::new(Body::wrap(Broken)))
}

struct Broken;

impl http_body::Body for Broken {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, std::io::Error>>> {
        Poll::Ready(Some(Err(std::io::Error::other("connection reset"))))
    }
}

fn status(code: u16) -> Answer {
    Ok(Response::builder().status(code).body(Body::empty()).unwrap())
}

const LIST: &str = "GET /domains";
const GET: &str = "GET /domains/d1";

#[tokio::test]
async fn a_created_domain_is_found_under_another_name_than_guessed() {
    let (domains, _) = served(|_, _| {
        ok(r#"{"success":true,"data":{"id":"d1","records":[{"type":"TXT"}]},"message":"ok"}"#)
    });
    let created = domains.create("go.example.com").await.unwrap();
    assert_eq!(created.id().unwrap().as_deref(), Some("d1"));
    assert_eq!(domains.get("d1").await.unwrap().id().unwrap().as_deref(), Some("d1"));
}

#[tokio::test]
async fn an_answer_that_does_not_show_the_domain_says_that_it_was_created() {
    for answer in [r#"{"success":true,"message":"ok"}"#, r#"{"a":{"id":"1"},"b":{"id":"2"}}"#] {
        let (domains, seen) = served(move |_, _| ok(answer));
        let error = domains.create("go.example.com").await.unwrap_err();
        assert!(error.is_decode() && !error.is_refused(), "{error}");
        assert!(error.to_string().contains("the domain was created"), "{error}");
        assert!(error.advice().unwrap().contains("Do not create it again"), "{error}");
        assert_eq!(error.body_excerpt(), answer.as_bytes());
        assert_eq!(seen.lock().unwrap().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn where_a_domain_does_not_tell_its_state_the_list_does() {
    for (domain, silent) in [
        (r#"{"domain":{"id":"d1"}}"#, true),
        (r#"{"domain":{"id":"d1","status":"active"}}"#, true),
        (r#"{"domain":{"id":"d1","status":"active","ssl_status":"initializing"}}"#, false),
    ] {
        let looks = Arc::new(Mutex::new(0));
        let count = looks.clone();
        let (domains, seen) = served(move |_, asked| match asked {
            LIST => {
                *count.lock().unwrap() += 1;
                // The other one is live from the start.
                let other = r#"{"id":"d0","status":"active","ssl_status":"active"}"#;
                let own = if *count.lock().unwrap() < 3 { "pending" } else { "active" };
                let body = format!(
                    r#"{{"success":true,"domains":[{other},{{"id":"d1","status":"active","ssl_status":"{own}"}}]}}"#
                );
                Ok(Response::new(Body::from(body)))
            }
            _ => ok(domain),
        });
        let options = WaitOptions::new().with_patience(Duration::from_secs(60));
        let waited = domains.wait_until_active("d1", options).await;
        if silent {
            assert_eq!(waited.unwrap().id().unwrap().as_deref(), Some("d1"));
            assert_eq!(*looks.lock().unwrap(), 3);
        } else {
            assert!(waited.unwrap_err().is_timeout(), "its own word counts");
            assert!(!seen.lock().unwrap().iter().any(|asked| asked == LIST));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn waiting_goes_on_after_what_passes() {
    let weather: [fn() -> Answer; 6] = [
        || status(429),
        || status(502),
        || status(504),
        || Err(Error::no_answer("connection reset")),
        || Err(Error::not_sent("no route")),
        broken,
    ];
    for bad in weather {
        let (domains, seen) = served(move |n, asked| match (n, asked) {
            // The refresh of the first look, the details of the second.
            (1 | 3, _) => bad(),
            _ => ok(r#"{"domain":{"id":"d1","status":"active","ssl_status":"active"}}"#),
        });
        let domain = domains.wait_until_active("d1", WaitOptions::new()).await.unwrap();
        assert!(domain.is_active());
        assert_eq!(seen.lock().unwrap().iter().filter(|asked| *asked == GET).count(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn patience_ends_and_what_does_not_pass_ends_it_at_once() {
    let (domains, seen) = served(|_, _| status(503));
    let options = || WaitOptions::new().with_patience(Duration::from_secs(60));
    let error = domains.wait_until_active("d1", options()).await.unwrap_err();
    assert!(error.is_timeout() && !error.is_ambiguous(), "{error}");
    assert!(error.to_string().contains("503"), "says what was in the way: {error}");
    // At 0, 10 and 30 s; the next would be at 70 s.
    assert_eq!(seen.lock().unwrap().len(), 3);

    for answer in [
        || status(404),
        || status(403),
        || status(501),
        || ok("<html>"),
        || ok(r#"{"success":false,"error_code":"NOT_FOUND"}"#),
    ] as [fn() -> Answer; 5]
    {
        let (domains, seen) = served(move |_, _| answer());
        let error = domains.wait_until_active("d1", options()).await.unwrap_err();
        assert!(!error.is_timeout(), "{error}");
        assert_eq!(seen.lock().unwrap().len(), 1, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn pauses_never_get_shorter_than_the_vendor_likes() {
    let seconds = Duration::from_secs;
    for (first, longest, first_of, last_of) in [
        (0, 0, 10, 120),
        (1, 1, 10, 120),
        (1, 60, 10, 120),
        (9, 119, 10, 120),
        (10, 120, 10, 120),
        (11, 121, 11, 121),
        (60, 60, 60, 120),
        (60, 600, 60, 600),
        (120, 1, 120, 120),
        (300, 0, 300, 300),
        (7200, 60, 7200, 7200),
    ] {
        let (domains, _) = served(|_, _| {
            ok(r#"{"domain":{"id":"d1","status":"pending","ssl_status":"initializing"}}"#)
        });
        let pauses = Arc::new(Mutex::new(Vec::new()));
        let tell = pauses.clone();
        let options = WaitOptions::new()
            .with_pauses(seconds(first), seconds(longest))
            .with_patience(seconds(86_400))
            .on_step(move |step| tell.lock().unwrap().push(step.pause));
        domains.wait_until_active("d1", options).await.unwrap_err();
        let pauses = pauses.lock().unwrap();
        let (begin, end) = (pauses.first().copied(), pauses.last().copied());
        assert_eq!((begin, end), (Some(seconds(first_of)), Some(seconds(last_of))), "{first}");
    }
}

/// Written when the trait had six methods.
struct Old(Mutex<usize>);

#[async_trait]
impl DomainsApi for Old {
    async fn list(&self) -> Result<Vec<DomainSummary>, Error> {
        Err(Error::local("old"))
    }

    async fn create(&self, _: &str) -> Result<DomainInfo, Error> {
        Err(Error::local("old"))
    }

    async fn check(&self, _: &str) -> Result<CheckDomainResponse, Error> {
        Err(Error::local("old"))
    }

    async fn get(&self, _: &str) -> Result<DomainInfo, Error> {
        let mut looks = self.0.lock().unwrap();
        *looks += 1;
        let mut domain = DomainInfo::default();
        domain.set_status(&if *looks < 3 { "pending" } else { "active" }.into());
        domain.set_ssl_status(&"active".into());
        Ok(domain)
    }

    async fn delete(&self, _: &str) -> Result<(), Error> {
        Err(Error::local("old"))
    }

    async fn refresh(&self, _: &str) -> Result<(), Error> {
        TokioTimer.sleep(Duration::from_secs(1)).await;
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_pause_without_end_is_too_late() {
    let options = WaitOptions::new().with_pauses(Duration::MAX, Duration::MAX);
    let error = Old(Mutex::new(0)).wait_until_active("d1", options).await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_implementation_that_gets_a_domain_can_wait_for_it() {
    let old = Old(Mutex::new(0));
    let api: &dyn DomainsApi = &old;
    assert!(api.wait_until_active("d1", WaitOptions::new()).await.unwrap().is_active());
    assert_eq!(*old.0.lock().unwrap(), 3);

    // Of the client's own look, through the trait.
    let (domains, seen) =
        served(|_, _| ok(r#"{"domain":{"id":"d1","status":"active","ssl_status":"active"}}"#));
    let api: &dyn DomainsApi = &domains;
    assert!(api.wait_until_active("d1", WaitOptions::new()).await.unwrap().is_active());
    let asked = seen.lock().unwrap().clone();
    assert_eq!(asked, [format!("{} /domains/d1/refresh", Method::POST), GET.to_owned()]);
}
