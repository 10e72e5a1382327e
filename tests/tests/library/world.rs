//! A server in memory that says how many requests reached it, and clients around it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use funnelflux::Builder;
use funnelflux::ledger::Created;
use funnelflux::model::ledger::OfferSource;
use funnelflux::prelude::*;
use funnelflux::transport::{Body, IntoSeam, SeamService};
use http::{Method, Request, Response};
use tower::service_fn;

/// A builder with a layer once per call, outside of the retries, or once per attempt.
macro_rules! at {
    ($builder:expr, $outside:expr, $layer:expr) => {
        if $outside { $builder.layer($layer) } else { $builder.attempt_layer($layer) }
    };
}
pub(crate) use at;

/// What the server does with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    Answers,
    LosesAnswers,
    /// Answers after 5 ms.
    TakesItsTime,
    /// Reads the whole body, and then answers.
    Reads,
}

#[derive(Clone, Debug)]
pub(crate) struct Server {
    mood: Mood,
    /// The requests that got as far as the transport.
    pub(crate) reached: Arc<AtomicUsize>,
    /// The requests under way, and the most at a time.
    pub(crate) under_way: Arc<AtomicUsize>,
}

impl Server {
    pub(crate) fn new(mood: Mood) -> Self {
        Self { mood, reached: Arc::default(), under_way: Arc::default() }
    }

    pub(crate) fn reached(&self) -> usize {
        self.reached.load(SeqCst)
    }

    pub(crate) fn transport(&self) -> SeamService {
        let server = self.clone();
        service_fn(move |request: Request<Body>| {
            let server = server.clone();
            server.reached.fetch_add(1, SeqCst);
            server.under_way.fetch_add(1, SeqCst);
            let leaving = Leaving(server.under_way.clone());
            async move {
                let _leaving = leaving;
                let (parts, body) = request.into_parts();
                match server.mood {
                    Mood::Answers => {}
                    Mood::LosesAnswers => return Err(Error::no_answer("the line went dead").into()),
                    Mood::TakesItsTime => tokio::time::sleep(Duration::from_millis(5)).await,
                    Mood::Reads => {
                        http_body_util::BodyExt::collect(body).await?;
                    }
                }
                let answer = match parts.method {
                    Method::GET => "[]",
                    _ => r#"{"idOfferSource":"1RpNNsE9ThOT","offerSourceName":"Acme"}"#,
                };
                Ok::<_, funnelflux::transport::BoxError>(Response::new(Body::from(answer)))
            }
        })
        .into_seam()
    }

    pub(crate) fn client(&self) -> Builder {
        FunnelFlux::builder()
            .access_token("secret-token")
            .rate_limit(RateLimit::unlimited())
            .retry(RetryPolicy::new().with_fixed_jitter(0.0))
            .transport(self.transport())
    }
}

struct Leaving(Arc<AtomicUsize>);

impl Drop for Leaving {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

/// A call that reads.
pub(crate) async fn read(client: &FunnelFlux) -> Result<(), Error> {
    client.call_raw(Method::GET, "/reporting/attributes").send().await.map(drop)
}

/// A call that writes, and that is never to be repeated blindly.
pub(crate) async fn write(client: &FunnelFlux) -> Result<(), Error> {
    let call = client.call_raw(Method::PUT, "/reporting/update/conversions");
    call.json_text(r#"{"entries":[]}"#).send().await.map(drop)
}

/// A create that looks its id up when its answer was lost.
pub(crate) async fn create(client: &FunnelFlux) -> Result<Created, Error> {
    let sources = client.ledger().offer_sources();
    let draft: OfferSource = sources.draft("Acme")?;
    sources.create(&draft).await
}
