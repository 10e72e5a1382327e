//! The driver of bulk calls: bounded, in order, cancellable, resumable.

mod options;
mod report;

use std::collections::HashSet;
use std::future::pending;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use funnelflux_id::AssetId;
use funnelflux_transport::Error;
use futures_util::future::{Either, select};
use futures_util::stream::{self, StreamExt as _};

pub use options::{BulkOptions, BulkProgress};
pub use report::BulkReport;
use report::Stopped;

impl BulkOptions {
    /// Runs `work` for each item, a few at once, and keeps the order of the items. Every bulk method
    /// uses it; call it for work without a bulk method of its own.
    ///
    /// No item is started twice. Dropping the future drops the requests under way, which may have
    /// taken effect, without a report; [`cancel_when`](Self::cancel_when) stops with one.
    ///
    /// ```
    /// # async fn example(ledger: funnelflux_ledger::Ledger, group: funnelflux_id::Id<funnelflux_id::FunnelGroup>,
    /// #     funnels: Vec<funnelflux_id::Id<funnelflux_id::Funnel>>) {
    /// use funnelflux_ledger::BulkOptions;
    ///
    /// let all = ledger.funnels();
    /// let report = BulkOptions::new()
    ///     .run(funnels.iter(), async |funnel| all.move_to(&[*funnel], Some(&group)).await)
    ///     .await;
    /// for (at, error) in report.failed() {
    ///     eprintln!("{}: {error}", funnels[at]);
    /// }
    /// # }
    /// ```
    pub async fn run<I, T, F>(
        mut self,
        items: impl ExactSizeIterator<Item = I>,
        work: impl Fn(I) -> F,
    ) -> BulkReport<T>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let total = items.len();
        let mut results: Vec<Option<Result<T, Error>>> =
            std::iter::repeat_with(|| None).take(total).collect();
        let mut progress = BulkProgress { done: 0, failed: 0, total, at: 0, went_well: true };
        let has_stopped = AtomicBool::new(false);
        let mut items = items.enumerate();
        let works = std::iter::from_fn(|| {
            let (at, item) = items.next().filter(|_| !has_stopped.load(Relaxed))?;
            let work = work(item);
            Some(async move { (at, work.await) })
        });
        let mut under_way = stream::iter(works).buffer_unordered(self.concurrency);
        let mut cancel = self.cancel.unwrap_or_else(|| Box::pin(pending()));
        let mut stopped = None;
        loop {
            let (at, result) = match select(&mut cancel, under_way.next()).await {
                Either::Right((Some(ended), _)) => ended,
                Either::Right((None, _)) => break,
                Either::Left(((), _)) => {
                    cancel = Box::pin(pending());
                    has_stopped.store(true, Relaxed);
                    stopped.get_or_insert(Stopped::Cancelled);
                    continue;
                }
            };
            progress.done += 1;
            progress.failed += usize::from(result.is_err());
            (progress.at, progress.went_well) = (at, result.is_ok());
            if let Some(tell) = &mut self.progress {
                tell(progress);
            }
            if let (Err(error), Some(stops)) = (&result, &self.stop)
                && stops(error)
            {
                has_stopped.store(true, Relaxed);
                stopped.get_or_insert(Stopped::By(at));
            }
            if let Some(slot) = results.get_mut(at) {
                *slot = Some(result);
            }
        }
        BulkReport::new(results, stopped)
    }

    /// As [`run`](Self::run); a repeated id fails unsent. Two creates of one id at once would both
    /// find that it does not exist yet, and two edits of one object would undo each other.
    pub(crate) async fn run_once_each<'a, I: ?Sized, T, F>(
        self,
        items: &[(Option<AssetId>, &'a I)],
        work: impl Fn(&'a I) -> F,
    ) -> BulkReport<T>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let mut seen = HashSet::new();
        let repeated = items.iter().map(|(id, _)| id.filter(|id| !seen.insert(*id)));
        let repeated: Vec<Option<AssetId>> = repeated.collect();
        self.run(items.iter().zip(repeated), |((_, item), repeated)| {
            let work = work(item);
            async move {
                let Some(id) = repeated else { return work.await };
                Err(Error::invalid_request(format!(
                    "id {id}: it is in the list before; expected each id once (nothing was sent for \
                     this one)"
                )))
            }
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, Mutex};

    use funnelflux_id::AssetId;
    use funnelflux_model::Document;
    use funnelflux_model::ledger::{Model as _, OfferSource};
    use funnelflux_transport::{Body, Client};
    use http::{Request, Response};

    use super::*;
    use crate::Ledger;

    #[tokio::test]
    async fn results_have_the_order_of_the_items_and_few_items_run_at_once() {
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let told = Arc::new(Mutex::new(Vec::new()));
        let tell = Arc::clone(&told);
        let options = BulkOptions::new()
            .with_concurrency(3)
            .on_progress(move |progress| tell.lock().unwrap().push(progress));
        let report = options
            .run([5_u32, 0, 3, 1, 4, 2].into_iter(), async |n| {
                most.fetch_max(now.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
                // The larger the number, the later it ends.
                for _ in 0..n * 10 {
                    tokio::task::yield_now().await;
                }
                now.fetch_sub(1, Ordering::Relaxed);
                if n == 3 { Err(Error::local("three")) } else { Ok(n) }
            })
            .await;
        let results: Vec<Option<u32>> =
            report.results.iter().map(|result| result.as_ref().ok().copied()).collect();
        assert_eq!(results, [Some(5), Some(0), None, Some(1), Some(4), Some(2)]);
        assert_eq!(report.failed().map(|(at, _)| at).collect::<Vec<_>>(), [2]);
        assert!(report.not_tried.is_empty());
        assert_eq!(most.into_inner(), 3);
        let last = *told.lock().unwrap().last().unwrap();
        assert_eq!((last.done, last.failed, last.total, told.lock().unwrap().len()), (6, 1, 6, 6));
    }

    #[tokio::test]
    async fn after_a_failure_that_the_others_would_share_no_new_item_is_started() {
        let begun = AtomicUsize::new(0);
        let options = BulkOptions::new().with_concurrency(2).stop_when(Error::needs_authorisation);
        let report = options
            .run(0..10, async |n: usize| {
                begun.fetch_add(1, Ordering::Relaxed);
                match n {
                    1 => Err(Error::local("this one alone")),
                    4 => Err(Error::unauthorised("the token is dead")),
                    n => Ok(n),
                }
            })
            .await;
        let begun = begun.into_inner();
        assert!((5..=6).contains(&begun), "{begun}");
        let not_tried: Vec<usize> = (begun..10).collect();
        assert_eq!(report.not_tried, not_tried);
        let last = report.results.last().unwrap().as_ref().unwrap_err();
        assert!(last.is_local() && last.to_string().contains("object 5"), "{last}");
    }

    #[tokio::test]
    async fn a_cancelled_call_finishes_the_started_items_and_reports_the_rest() {
        let (cancel, cancelled) = tokio::sync::oneshot::channel::<()>();
        let cancel = Mutex::new(Some(cancel));
        let options =
            BulkOptions::new().with_concurrency(2).cancel_when(async { drop(cancelled.await) });
        let report = options
            .run(0..10, async |n: usize| {
                if n == 3 {
                    drop(cancel.lock().unwrap().take());
                }
                for _ in 0..5 {
                    tokio::task::yield_now().await;
                }
                Ok(n)
            })
            .await;
        assert!(report.was_cancelled);
        let done = report.results.iter().filter(|result| result.is_ok()).count();
        assert_eq!((done, report.not_tried), (4, vec![4, 5, 6, 7, 8, 9]));

        let never_begun = BulkOptions::new().cancel_when(async {});
        let report = never_begun.run(0..3, async |n: usize| Ok(n)).await;
        assert_eq!(report.not_tried, [0, 1, 2]);
    }

    #[tokio::test]
    async fn two_objects_with_one_id_are_created_once() {
        let (client, sent) = agreeable();
        let text = r#"{"idOfferSource":"2nIemJxCKbFX","offerSourceName":"A"}"#;
        let object = Document::parse(text).unwrap();
        let twice = [object.clone(), object];
        let sources = Ledger::new(client.clone()).dynamic("offer-sources").unwrap();
        let report = sources.create_all(&twice, BulkOptions::new()).await;
        assert_eq!(report.failed().map(|(at, _)| at).collect::<Vec<_>>(), [1]);
        let twice = twice.map(OfferSource::from_document);
        let typed = Ledger::new(client).offer_sources().clone();
        assert_eq!(typed.create_all(&twice, BulkOptions::new()).await.failed().count(), 1);
        assert_eq!(typed.create_missing(&twice, BulkOptions::new()).await.failed().count(), 1);
        let sent = sent.lock().unwrap();
        assert_eq!(sent.iter().filter(|line| line.starts_with("POST")).count(), 2);
    }

    /// A server that has every object and accepts every write.
    fn agreeable() -> (Client, Arc<Mutex<Vec<String>>>) {
        let sent = Arc::new(Mutex::new(Vec::new()));
        let list = Arc::clone(&sent);
        let client = Client::from_service(tower::service_fn(move |request: Request<Body>| {
            list.lock().unwrap().push(format!("{} {}", request.method(), request.uri()));
            let body = r#"{"idOfferSource":"2nIemJxCKbFX","offerSourceName":"A"}"#;
            std::future::ready(Ok::<_, Error>(Response::new(Body::from(body))))
        }));
        (client, sent)
    }

    #[tokio::test]
    async fn an_id_that_is_given_twice_is_edited_once() {
        let (client, sent) = agreeable();
        let sources = Ledger::new(client.clone()).dynamic("offer-sources").unwrap();
        let id: AssetId = "2nIemJxCKbFX".parse().unwrap();
        let edits = [(id, "B"), (id, "C")];
        let report = sources
            .edit_each(
                &edits,
                |object, name| Ok(object.set("offerSourceName", *name)?),
                BulkOptions::new(),
            )
            .await;
        assert!(report.results[0].is_ok());
        let error = report.results[1].as_ref().unwrap_err();
        assert!(error.is_invalid_request() && error.to_string().contains(id.as_str()), "{error}");
        assert_eq!(sent.lock().unwrap().len(), 2);

        let typed = Ledger::new(client).offer_sources().clone();
        let same = [funnelflux_id::Id::from_untyped(id); 2];
        let report = typed.edit_all(&same, |_| Ok(()), BulkOptions::new()).await;
        assert_eq!(report.failed().map(|(at, _)| at).collect::<Vec<_>>(), [1]);
    }

    #[tokio::test]
    async fn an_edit_cannot_give_an_object_another_id() {
        let (client, sent) = agreeable();
        let sources = Ledger::new(client).dynamic("offer-sources").unwrap();
        let id = "2nIemJxCKbFX".parse().unwrap();
        for other in ["2n5JuOKWLTzd", ""] {
            let edited = sources.edit(&id, |object| Ok(object.set("idOfferSource", other)?)).await;
            let error = edited.unwrap_err();
            assert!(error.is_invalid_request() && error.to_string().contains("another id"));
        }
        assert!(sent.lock().unwrap().iter().all(|line| line.starts_with("GET")));
    }

    #[tokio::test]
    async fn existing_objects_are_not_created_again_and_each_object_has_its_request() {
        let (client, sent) = agreeable();
        let sources = Ledger::new(client).dynamic("offer-sources").unwrap();
        let id: AssetId = "2nIemJxCKbFX".parse().unwrap();
        let object = sources.find_by_id(&id).await.unwrap().into_inner();
        sent.lock().unwrap().clear();
        let report = sources.create_missing(&[object], BulkOptions::new()).await;
        assert!(matches!(report.results[..], [Ok(None)]));
        assert!(sent.lock().unwrap().iter().all(|line| line.starts_with("GET")));
        sent.lock().unwrap().clear();
        let ids = [id, "2n5JuOKWLTzd".parse().unwrap()];
        assert!(sources.archive(&ids).send_each(BulkOptions::new()).await.is_all_ok());
        assert!(sources.unarchive(&ids).send_each(BulkOptions::new()).await.is_all_ok());
        assert!(sources.move_to(&ids, None).send_each(BulkOptions::new()).await.is_all_ok());
        assert!(sources.delete(&ids).send_each(BulkOptions::new()).await.is_all_ok());
        assert!(sources.find_all(&ids[..1], BulkOptions::new()).await.is_all_ok());
        assert_eq!(sent.lock().unwrap().len(), 9);
    }

    #[test]
    fn bulk_calls_can_be_spawned() {
        fn is_send(_: impl Send) {}
        let sources = Ledger::new(agreeable().0).dynamic("offer-sources").unwrap();
        is_send(sources.delete(&[]).send_each(BulkOptions::new()));
        is_send(sources.archive(&[]).send());
        is_send(sources.create_missing(&[], BulkOptions::new()));
        is_send(sources.edit_all(&[], |_| Ok(()), BulkOptions::new()));
        is_send(sources.move_to(&[], None).into_future());
    }
}
