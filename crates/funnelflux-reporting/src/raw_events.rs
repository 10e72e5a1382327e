//! Raw events over pages: bounded memory, resumable, and honest about their end.

use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::future::{Future, poll_fn};
use std::hash::{Hash as _, Hasher as _};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use funnelflux_model::reporting::{RawEvent, RawEvents, RawEventsRequest};
use funnelflux_transport::Error;

use crate::api::ReportingApi;

/// Whether all rows were received.
///
/// An integration's code has pages of 1000 rows (*written*), and the app shows the newest 1000 of
/// any query (*help*). How the server says that there is no more is not known:
/// [`RawEvents::has_more`] and [`RawEvents::total`] are *inferred*. Without them, one more page is
/// asked for after a short one, since the server may cap pages below what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventsCompleteness {
    /// Pages are still to come.
    Open,
    /// That was all: the last answer said so, or an empty page came after one that was not full.
    Complete,
    /// The data may have been cut. An empty page came where a cap may be: after a full page, after
    /// one as long as the longest before it, at row
    /// [1000](RawEventsRequest::USUAL_PAGE_LENGTH), or as the first page of a stream that was
    /// resumed at or beyond that row. Ask for shorter ranges.
    MaybeCut,
    /// The data was cut: the server spoke of more rows than it sent. Ask for shorter ranges.
    Cut,
    /// Rows moved from page to page while they were read: a page began or ended with rows of the
    /// page before it, had a hit of an earlier page again, or the server's total changed. Rows that
    /// came again were left out; others may be missing. Ask for a range that has ended.
    Shifted,
}

impl EventsCompleteness {
    /// Whether it is known that rows are missing, or that rows moved so that some may be.
    pub fn is_cut(self) -> bool {
        matches!(self, Self::Cut | Self::Shifted)
    }
}

/// All rows of a request, page after page. Nothing is fetched before it is asked for.
///
/// `pagingStart` (*written*) is taken for the number of rows to skip, not of pages (*inferred*).
///
/// With the feature `stream` it is a `futures_core::Stream` too; both ways of asking can be mixed.
/// A call that is dropped early loses nothing: the next one goes on waiting for the same page.
///
/// ```no_run
/// # async fn example(reporting: funnelflux_reporting::Reporting, request: funnelflux_model::reporting::RawEventsRequest)
/// # -> Result<(), funnelflux_transport::Error> {
/// use funnelflux_reporting::EventsCompleteness;
///
/// let mut events = reporting.raw_events(request);
/// while let Some(event) = events.next().await {
///     println!("{}", event?.json());
/// }
/// if events.completeness() == EventsCompleteness::MaybeCut {
///     eprintln!("there may be more: ask for shorter ranges");
/// }
/// # Ok(()) }
/// ```
#[must_use = "nothing is fetched before it is asked for"]
pub struct RawEventStream {
    api: Arc<dyn ReportingApi>,
    request: RawEventsRequest,
    next_start: u64,
    /// Rows of the current page that were not handed out yet.
    page: std::vec::IntoIter<RawEvent>,
    pages: Pages,
    completeness: EventsCompleteness,
    fetching: Option<Fetching>,
}

/// The app shows no more rows of any query (*help*); the API may do the same, however one pages.
const SHOWN: u64 = RawEventsRequest::USUAL_PAGE_LENGTH;

/// The most hits that are remembered, in 5 MB. Rows that shift come again soon.
const MOST_REMEMBERED: usize = 1 << 18;

/// Never locked: the mutex only makes the stream `Sync`, whichever futures an implementation has.
type Fetching = Mutex<Pin<Box<dyn Future<Output = Result<RawEvents, Error>> + Send>>>;

#[derive(Default)]
struct Pages {
    /// Their first rows, as hashes: a server that ignores `pagingStart` repeats them.
    first_rows: HashSet<u64>,
    /// The rows of the last page, as hashes.
    last: Vec<u64>,
    /// The rows of earlier pages that have the id of a hit, as hashes.
    hits: HashSet<u64>,
    /// The number of all rows, as the server told it first.
    total: Option<u64>,
    repeated: u64,
    shifted: bool,
    longest: u64,
    with_rows: u64,
    last_full: bool,
}

impl RawEventStream {
    /// The rows of `request`, from its own page on.
    pub fn new(api: Arc<dyn ReportingApi>, request: RawEventsRequest) -> Self {
        Self {
            next_start: request.page_start(),
            api,
            request,
            page: Vec::new().into_iter(),
            pages: Pages::default(),
            completeness: EventsCompleteness::Open,
            fetching: None,
        }
    }

    /// Goes on where another stream of the same request was: see [`position`](Self::position). What
    /// this one has fetched already, or is fetching, is forgotten.
    pub fn resume_at(self, position: u64) -> Self {
        Self { next_start: position, ..Self::new(self.api, self.request) }
    }

    /// The server's number of the next row, counted from 0: where to resume.
    /// Resume only over the same range, and only if that has ended: the app shows the newest rows
    /// first (*help*), and if the API sends them so too (*inferred*), rows that arrive meanwhile shift
    /// the others. After rows were [seen to shift](EventsCompleteness::Shifted), begin again.
    pub fn position(&self) -> u64 {
        self.next_start.saturating_sub(self.page.len() as u64)
    }

    /// Whether all rows were received.
    pub fn completeness(&self) -> EventsCompleteness {
        match self.completeness {
            EventsCompleteness::Complete | EventsCompleteness::MaybeCut if self.pages.shifted => {
                EventsCompleteness::Shifted
            }
            completeness => completeness,
        }
    }

    /// How many rows came again and were left out, if rows were seen to move from page to page.
    pub fn shift(&self) -> Option<u64> {
        self.pages.shifted.then_some(self.pages.repeated)
    }

    /// The next row; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<RawEvent, Error>> {
        poll_fn(|cx| self.poll_event(cx)).await
    }

    /// The next page; `None` at the end. Rows of a page begun by [`next`](Self::next) come first.
    pub async fn next_page(&mut self) -> Option<Result<Vec<RawEvent>, Error>> {
        let first = self.next().await?;
        Some(first.map(|first| std::iter::once(first).chain(self.page.by_ref()).collect()))
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<RawEvent, Error>>> {
        loop {
            if let Some(event) = self.page.next() {
                return Poll::Ready(Some(Ok(event)));
            }
            if self.completeness != EventsCompleteness::Open {
                return Poll::Ready(None);
            }
            let (api, request) = (&self.api, &self.request);
            let fetching = self.fetching.get_or_insert_with(|| {
                let request = request.with_page(self.next_start, request.page_length());
                let api = api.clone();
                Mutex::new(Box::pin(async move { api.raw_events_page(&request).await }))
            });
            let future = fetching.get_mut().unwrap_or_else(PoisonError::into_inner);
            let page = ready!(future.as_mut().poll(cx));
            self.fetching = None;
            if let Err(error) = self.take(page) {
                return Poll::Ready(Some(Err(error)));
            }
        }
    }

    /// Takes a page in. After an error the same page is asked for again by the next call.
    fn take(&mut self, page: Result<RawEvents, Error>) -> Result<(), Error> {
        let page = page?;
        let rows: Vec<u64> = page.rows.iter().map(hash).collect();
        if rows.first().is_some_and(|first| !self.pages.first_rows.insert(*first)) {
            self.completeness = EventsCompleteness::MaybeCut;
            self.pages.shifted = true;
            return Err(Error::unexpected_answer(format!(
                "raw events: the page at row {} begins with the same row as an earlier page; \
                 the server does not page as asked, and rows would be counted twice",
                self.next_start
            )));
        }
        let came = rows.len() as u64;
        self.next_start = self.next_start.saturating_add(came);
        self.completeness =
            self.pages.judge(came, self.request.page_length(), &page, self.next_start);
        let total = page.total().filter(|total| *total >= self.next_start);
        self.page = self.pages.without_repeated(page.rows, rows, total).into_iter();
        Ok(())
    }
}

fn hash(row: &RawEvent) -> u64 {
    let mut hasher = DefaultHasher::new();
    row.json().get().hash(&mut hasher);
    hasher.finish()
}

impl Pages {
    /// Whether to go on after this page, of `came` of `asked` rows, that ends before row `end`.
    fn judge(&mut self, came: u64, asked: u64, page: &RawEvents, end: u64) -> EventsCompleteness {
        let more_by_total = page.total().is_some_and(|total| total > end);
        // A total is believed only where it agrees: it may as well count the rows of the page.
        let all_by_total = page.total() == Some(end) && page.total() != Some(came);
        if came == 0 {
            let contradicted = page.has_more() == Some(true) || more_by_total;
            let confirmed = page.has_more() == Some(false) || page.total() == Some(end);
            // Or the server shows no more, rather than that there is no more.
            let is_cap = self.last_full || end == SHOWN || (self.with_rows == 0 && end > SHOWN);
            return match is_cap && !confirmed {
                _ if contradicted => EventsCompleteness::Cut,
                true => EventsCompleteness::MaybeCut,
                false => EventsCompleteness::Complete,
            };
        }
        // Full is also what a server sends that caps its pages below what was asked for.
        self.last_full = came >= asked.min(SHOWN) || (self.with_rows > 0 && came == self.longest);
        self.longest = self.longest.max(came);
        self.with_rows += 1;
        match page.has_more() {
            Some(true) => EventsCompleteness::Open,
            Some(false) if more_by_total => EventsCompleteness::Cut,
            Some(false) => EventsCompleteness::Complete,
            None if all_by_total && came < asked => EventsCompleteness::Complete,
            None => EventsCompleteness::Open,
        }
    }

    /// The rows of a page that earlier ones did not have: rows that arrive or go while pages are read
    /// move the others to another page. With the newest row first the page begins with the rows that
    /// ended the last one; in the other order, or where rows go, it ends with those that began it. A
    /// row that has the id of a hit is known in any place.
    fn without_repeated(
        &mut self,
        rows: Vec<RawEvent>,
        hashes: Vec<u64>,
        total: Option<u64>,
    ) -> Vec<RawEvent> {
        let came = rows.len();
        let first = |count: &usize| self.last.ends_with(hashes.get(..*count).unwrap_or_default());
        let first = (0..=came).rev().find(first).unwrap_or_default();
        let last =
            |count: &usize| self.last.starts_with(hashes.get(came - count..).unwrap_or_default());
        let last = (0..=came - first).rev().find(last).unwrap_or_default();
        let once = first..came - last;
        // Two equal rows of one page are two.
        let ids = rows.iter().zip(&hashes).filter(|(row, _)| row.hit_id().is_some());
        let ids: Vec<u64> = ids.map(|(_, hash)| *hash).collect();
        let rows = rows
            .into_iter()
            .zip((0..).zip(&hashes))
            .filter(|(_, (place, hash))| once.contains(place) && !self.hits.contains(*hash));
        let rows: Vec<RawEvent> = rows.map(|(row, _)| row).collect();
        if self.hits.len() > MOST_REMEMBERED {
            self.hits.clear();
        }
        self.hits.extend(ids);
        // Neither a total of fewer rows than came nor that of the page is one of all rows.
        let total = total.filter(|total| *total != came as u64);
        self.total = self.total.or(total);
        self.shifted |= rows.len() < came || (total.is_some() && total != self.total);
        self.repeated += (came - rows.len()) as u64;
        if !hashes.is_empty() {
            self.last = hashes;
        }
        rows
    }
}

funnelflux_contract::shows! {
    /// Without the rows: they hold visitors' data.
    RawEventStream, |it|
        position: it.position(), completeness: it.completeness
}

#[cfg(feature = "stream")]
impl futures_core::Stream for RawEventStream {
    type Item = Result<RawEvent, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_event(cx)
    }
}
