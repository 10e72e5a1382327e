//! Observers: a type, a shared one, a trait object and a closure; every call that started ends.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use funnelflux::transport::{Call, Event, Observer};

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
