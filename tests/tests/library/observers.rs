//! Observers: a type, a shared one, a trait object and a closure; every call that started ends.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use funnelflux::Builder;
use funnelflux::prelude::*;
use funnelflux::transport::{Body, BoxError, Call, Event, IntoSeam as _, Observer, SeamService};
use futures_util::FutureExt as _;
use http::{Request, Response};
use tower::filter::FilterLayer;
use tower::layer::layer_fn;
use tower::{ServiceExt as _, service_fn};

use crate::world::{Mood, Server, read, write};

#[derive(Default)]
struct Words(Mutex<Vec<String>>);

impl Observer for Words {
    fn on_event(&self, call: &Call, event: &Event<'_>) {
        let word = match event {
            Event::Started { .. } => "started".to_owned(),
            Event::AttemptFinished { outcome: Ok(status), .. } => status.as_u16().to_string(),
            Event::AttemptFinished { outcome: Err(error), .. } => error.kind().to_string(),
            Event::RetryScheduled { .. } => "again".to_owned(),
            Event::Finished { outcome, .. } => match outcome {
                Ok(_) => "well".to_owned(),
                Err(error) => error.label().to_owned(),
            },
            Event::Dropped { maybe_sent, .. } => format!("dropped, maybe sent: {maybe_sent}"),
            _ => return,
        };
        self.0.lock().unwrap().push(format!("{} {word}", call.operation().id()));
    }
}

#[tokio::test(start_paused = true)]
async fn every_form_of_an_observer_sees_the_same() {
    let (own, shared) = (Arc::new(Words::default()), Arc::new(Words::default()));
    let object: Arc<dyn Observer> = shared.clone();
    let (told, copy) = (Arc::new(Words::default()), own.clone());
    let closure = told.clone();
    let client = Server::new(Mood::LosesAnswers)
        .client()
        .observer(copy)
        .observer(object)
        .observer(move |call: &Call, event: &Event<'_>| closure.on_event(call, event))
        .build()
        .unwrap();
    read(&client).await.unwrap_err();
    write(&client).await.unwrap_err();
    let seen = own.0.lock().unwrap().clone();
    assert_eq!(*shared.0.lock().unwrap(), seen);
    assert_eq!(*told.0.lock().unwrap(), seen);
    let of = |id: &str| -> Vec<String> {
        seen.iter().filter_map(|it| it.strip_prefix(&format!("{id} "))).map(Into::into).collect()
    };
    assert_eq!(
        of("reporting.attributes"),
        ["started", "no_answer", "again", "no_answer", "again", "no_answer", "no_answer"]
    );
    assert_eq!(of("reporting.conversions.update"), ["started", "no_answer", "no_answer"]);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_call_ends_with_an_event_and_a_call_that_never_began_with_none() {
    let words = Arc::new(Words::default());
    let server = Server::new(Mood::TakesItsTime);
    let client = server.client().observer(words.clone()).build().unwrap();
    drop(write(&client));
    assert!(words.0.lock().unwrap().is_empty());
    tokio::time::timeout(Duration::from_millis(1), write(&client)).await.unwrap_err();
    let id = "reporting.conversions.update";
    assert_eq!(
        *words.0.lock().unwrap(),
        [format!("{id} started"), format!("{id} dropped, maybe sent: true")]
    );
}

/// What the observer saw of one call, without its operation.
fn words_of(words: &Words) -> Vec<String> {
    let seen = words.0.lock().unwrap();
    seen.iter().map(|it| it.split_once(' ').unwrap().1.to_owned()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_request_that_a_layer_turned_away_is_rejected_in_every_event() {
    let filter = || FilterLayer::new(|_: Request<Body>| Err::<Request<Body>, _>("reads only"));
    for (outside, expected) in
        [(true, &["started", "rejected"][..]), (false, &["started", "rejected", "rejected"])]
    {
        for is_write in [true, false] {
            let words = Arc::new(Words::default());
            let builder = Server::new(Mood::Answers).client().observer(words.clone());
            let client = match outside {
                true => builder.layer(filter()),
                false => builder.attempt_layer(filter()),
            };
            let client = client.build().unwrap();
            let result = if is_write { write(&client).await } else { read(&client).await };
            assert!(result.unwrap_err().is_rejected());
            assert_eq!(words_of(&words), expected, "{outside}, {is_write}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_foreign_failure_of_the_transport_is_not_taken_for_a_rejection() {
    let words = Arc::new(Words::default());
    let broken = service_fn(async |_: Request<Body>| {
        Err::<Response<Body>, _>(std::io::Error::other("the cable is out"))
    });
    let client = Server::new(Mood::Answers).client().transport(broken).observer(words.clone());
    let error = write(&client.build().unwrap()).await.unwrap_err();
    assert!(error.is_ambiguous() && !error.is_rejected(), "{error:?}");
    assert_eq!(words_of(&words), ["started", "foreign", "foreign"]);
}

#[tokio::test(start_paused = true)]
async fn a_layer_that_panics_leaves_no_call_without_an_end() {
    fn at_once(_: SeamService) -> SeamService {
        service_fn(|_: Request<Body>| -> std::future::Ready<Result<Response<Body>, BoxError>> {
            panic!("at once")
        })
        .into_seam()
    }
    fn afterwards(inner: SeamService) -> SeamService {
        service_fn(move |request: Request<Body>| {
            let inner = inner.clone();
            async move {
                let answer = inner.oneshot(request).await;
                assert!(answer.is_err(), "after the answer");
                answer
            }
        })
        .into_seam()
    }
    type Around = fn(Builder) -> Builder;
    let rows: [(&str, Around, bool); 4] = [
        ("at once, per call", |builder| builder.layer(layer_fn(at_once)), false),
        ("at once, per attempt", |builder| builder.attempt_layer(layer_fn(at_once)), false),
        ("after the answer, per call", |builder| builder.layer(layer_fn(afterwards)), true),
        (
            "after the answer, per attempt",
            |builder| builder.attempt_layer(layer_fn(afterwards)),
            true,
        ),
    ];
    for (name, around, maybe_sent) in rows {
        let words = Arc::new(Words::default());
        let server = Server::new(Mood::Answers);
        let client = around(server.client().observer(words.clone())).build().unwrap();
        let caught = std::panic::AssertUnwindSafe(write(&client)).catch_unwind().await;
        assert!(caught.is_err(), "{name}");
        let seen = words_of(&words);
        assert_eq!(seen.first().unwrap(), "started", "{name}");
        assert_eq!(seen.last().unwrap(), &format!("dropped, maybe sent: {maybe_sent}"), "{name}");
        assert_eq!(server.reached(), usize::from(maybe_sent), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn no_event_shows_a_secret_that_a_layer_or_a_transport_says_back() {
    const SAID: &str = "no good: secret-token";
    fn says_back(inner: SeamService) -> SeamService {
        let says = |_| std::future::ready(Err::<Response<Body>, BoxError>(SAID.into()));
        inner.and_then(says).into_seam()
    }
    let foreign =
        service_fn(async |_: Request<Body>| Err::<Response<Body>, _>(std::io::Error::other(SAID)));
    let own = service_fn(async |_: Request<Body>| Err::<Response<Body>, _>(Error::no_answer(SAID)));
    let server = Server::new(Mood::Answers);
    for (name, builder) in [
        ("call", server.client().layer(layer_fn(says_back))),
        ("attempt", server.client().attempt_layer(layer_fn(says_back))),
        ("a foreign transport", server.client().transport(foreign)),
        ("a transport", server.client().transport(own)),
    ] {
        let told = Arc::new(Mutex::new(String::new()));
        let all = told.clone();
        let builder = builder.observer(move |_: &Call, event: &Event<'_>| {
            let error = match event {
                Event::AttemptFinished { outcome, .. } => outcome.err(),
                Event::RetryScheduled { error, .. } => Some(*error),
                Event::Finished { outcome, .. } => outcome.err(),
                _ => None,
            };
            let cause = error.and_then(Error::cause).map(ToString::to_string);
            let shown = error.map(ToString::to_string);
            all.lock().unwrap().push_str(&format!("{event:?} {shown:?} {cause:?}\n"));
        });
        read(&builder.build().unwrap()).await.unwrap_err();
        let told = told.lock().unwrap().clone();
        assert!(told.contains("no good") && !told.contains("secret-token"), "{name}: {told}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_observer_that_panics_ends_its_call_and_nothing_else() {
    // The number of the first event that it panics at, and whether it panics at all after it: twice at a
    // time would abort the program.
    for first in 0..5 {
        for always in [true, false] {
            for mood in [Mood::Answers, Mood::LosesAnswers] {
                let cell = format!("{first}, {always}, {mood:?}");
                let (before, after) = (Arc::new(Words::default()), Arc::new(Words::default()));
                let seen = std::sync::atomic::AtomicUsize::new(0);
                let panics = move |_: &Call, _: &Event<'_>| {
                    let number = seen.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                    assert!(number != first && !(always && number > first), "the gauge is gone");
                };
                let builder = Server::new(mood).client().observer(before.clone());
                let client = builder.observer(panics).observer(after.clone()).build().unwrap();
                let call = std::panic::AssertUnwindSafe(read(&client)).catch_unwind().await;
                let told = words_of(&before);
                assert_eq!(told, words_of(&after), "{cell}");
                assert_eq!(call.is_err(), told.len() > first, "{cell}: {told:?}");
                let is_end =
                    |word: &&String| word.starts_with("dropped") || *word == told.last().unwrap();
                assert_eq!(told.first().unwrap(), "started", "{cell}");
                assert_eq!(told.iter().filter(is_end).count(), 1, "{cell}: {told:?}");
                assert!(told.len() > 1, "{cell}: {told:?}");
            }
        }
    }
}
