//! Many objects at once: bounded, in order, cancellable, resumable.

use std::fmt;

use funnelflux_id::Id;
use funnelflux_transport::{BoxError, Error};
use futures_util::StreamExt as _;

use crate::capability::{Archive, Create, FindById, Update};
use crate::collection::{Assets, Created, Edited, id_of};

/// Requests under way at once. The client's rate limit is the real brake; this bounds memory and
/// what is left undecided when the program is stopped.
const CONCURRENCY: usize = 8;

/// How a bulk call runs.
#[must_use]
pub struct BulkOptions {
    concurrency: usize,
    progress: Option<Progress>,
}

type Progress = Box<dyn FnMut(BulkProgress) + Send>;

/// How far a bulk call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BulkProgress {
    /// Objects done, well or not.
    pub done: usize,
    /// Of these, how many failed.
    pub failed: usize,
    /// All objects.
    pub total: usize,
}

impl BulkOptions {
    /// Eight requests under way at once, no progress told.
    pub fn new() -> Self {
        Self { concurrency: CONCURRENCY, progress: None }
    }

    /// How many requests may be under way at once.
    pub fn with_concurrency(mut self, requests: usize) -> Self {
        self.concurrency = requests.max(1);
        self
    }

    /// Tells after each object.
    pub fn on_progress(mut self, tell: impl FnMut(BulkProgress) + Send + 'static) -> Self {
        self.progress = Some(Box::new(tell));
        self
    }
}

impl Default for BulkOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for BulkOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BulkOptions")
            .field("concurrency", &self.concurrency)
            .finish_non_exhaustive()
    }
}

/// What came of each object, in the order they were given.
#[derive(Debug)]
#[must_use = "each object has a result of its own"]
pub struct BulkReport<T> {
    results: Vec<Result<T, Error>>,
}

impl<T> BulkReport<T> {
    /// A result per object, in the order they were given.
    pub fn results(&self) -> &[Result<T, Error>] {
        &self.results
    }

    /// The results themselves.
    pub fn into_results(self) -> Vec<Result<T, Error>> {
        self.results
    }

    /// Whether every object went well.
    #[must_use]
    pub fn is_all_ok(&self) -> bool {
        self.results.iter().all(Result::is_ok)
    }

    /// The places of the objects that failed: what to give in again. Objects whose fate is unknown
    /// ([`Error::is_ambiguous`]) are among them; created ones may be given in again safely, since
    /// their ids are looked up first.
    pub fn failed(&self) -> impl Iterator<Item = (usize, &Error)> {
        self.results.iter().enumerate().filter_map(|(at, r)| r.as_ref().err().map(|e| (at, e)))
    }
}

/// Runs `work` for each item, a few at once, and keeps the order of the items.
async fn each<I, T, F>(
    items: impl ExactSizeIterator<Item = I>,
    mut options: BulkOptions,
    work: impl Fn(I) -> F,
) -> BulkReport<T>
where
    F: Future<Output = Result<T, Error>>,
{
    let total = items.len();
    let mut results: Vec<Option<Result<T, Error>>> =
        std::iter::repeat_with(|| None).take(total).collect();
    let mut progress = BulkProgress { done: 0, failed: 0, total };
    let numbered = items.enumerate().map(|(at, item)| {
        let work = work(item);
        async move { (at, work.await) }
    });
    let mut under_way = futures_util::stream::iter(numbered).buffer_unordered(options.concurrency);
    while let Some((at, result)) = under_way.next().await {
        progress.done += 1;
        progress.failed += usize::from(result.is_err());
        if let Some(tell) = &mut options.progress {
            tell(progress);
        }
        if let Some(slot) = results.get_mut(at) {
            *slot = Some(result);
        }
    }
    let lost = || Err(Error::local("an object was left out"));
    BulkReport { results: results.into_iter().map(|r| r.unwrap_or_else(lost)).collect() }
}

impl<A: Create + FindById + Sync> Assets<A> {
    /// Makes all of these, each [surely](Assets::create_surely): an id that is there already after
    /// a lost answer is not made twice.
    pub async fn create_all(&self, assets: &[A], options: BulkOptions) -> BulkReport<Created> {
        each(assets.iter(), options, |asset| self.create_surely(asset)).await
    }

    /// Makes those of these that are not there yet: for going on after a run that was cut off.
    /// `None` stands for one that was there.
    pub async fn create_missing(
        &self,
        assets: &[A],
        options: BulkOptions,
    ) -> BulkReport<Option<Created>> {
        each(assets.iter(), options, async |asset: &A| {
            let id = id_of(asset)?;
            match self.try_find_by_id(&id).await? {
                Some(_) => Ok(None),
                None => self.create_surely(asset).await.map(Some),
            }
        })
        .await
    }
}

impl<A: FindById + Sync> Assets<A> {
    /// Finds all of these one by one, where each needs a result of its own.
    pub async fn find_all(&self, ids: &[Id<A::Marker>], options: BulkOptions) -> BulkReport<A> {
        each(ids.iter(), options, async |id| {
            self.find_by_id(id).await.map(funnelflux_transport::Response::into_inner)
        })
        .await
    }
}

impl<A: Update + FindById + Sync> Assets<A> {
    /// Reads, changes and saves all of these; what does not change is not sent.
    pub async fn edit_all<F>(
        &self,
        ids: &[Id<A::Marker>],
        change: F,
        options: BulkOptions,
    ) -> BulkReport<Edited<A>>
    where
        F: Fn(&mut A) -> Result<(), BoxError>,
    {
        each(ids.iter(), options, |id| self.edit(id, &change)).await
    }
}

impl<A: Archive + Sync> Assets<A> {
    /// Archives all of these, one request each, where each needs a result of its own. To archive
    /// several in one request see [`archive`](Assets::archive).
    pub async fn archive_all(
        &self,
        ids: &[Id<A::Marker>],
        options: BulkOptions,
    ) -> BulkReport<crate::Accepted> {
        each(ids.iter(), options, async |id| {
            let one = std::slice::from_ref(id);
            self.archive(one).await.map(funnelflux_transport::Response::into_inner)
        })
        .await
    }
}
