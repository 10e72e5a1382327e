//! Raw events over pages: constant memory, resumable, and honest about their end.

use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::fmt;
use std::hash::{Hash as _, Hasher as _};
use std::sync::Arc;

use funnelflux_model::reporting::{RawEvent, RawEvents, RawEventsRequest};
use funnelflux_transport::Error;

use crate::api::ReportingApi;

/// Whether the rows that came are all there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Completeness {
    /// Pages are still to come.
    Open,
    /// The last page was shorter than asked for: that was all.
    Complete,
    /// The last page was full and the next one empty. Either the number of rows is a multiple of
    /// the page length, or the server shows no more than that many (the interface shows the newest
    /// 1000: help): the data may have been cut. Ask for shorter ranges.
    MaybeCut,
}

/// All rows of a request, page after page. Nothing is fetched before it is asked for.
///
/// `pagingStart` is taken for the number of rows to skip (proven as a name, 0-based; that it
/// counts rows and not pages is inferred from the sibling product).
///
/// ```no_run
/// # async fn example(reporting: funnelflux_reporting::Reporting, request: funnelflux_model::reporting::RawEventsRequest)
/// # -> Result<(), funnelflux_transport::Error> {
/// use funnelflux_reporting::Completeness;
///
/// let mut events = reporting.raw_events(request);
/// while let Some(event) = events.next().await {
///     println!("{}", event?.json());
/// }
/// if events.completeness() == Completeness::MaybeCut {
///     eprintln!("there may be more: ask for shorter ranges");
/// }
/// # Ok(()) }
/// ```
#[must_use = "nothing is fetched before it is asked for"]
pub struct RawEventStream {
    api: Arc<dyn ReportingApi>,
    request: RawEventsRequest,
    /// Rows to skip for the next page.
    next_start: u64,
    /// Rows of the current page that were not handed out yet.
    page: std::vec::IntoIter<RawEvent>,
    /// First rows of the pages so far, as hashes: a server that ignores `pagingStart` repeats them.
    first_rows: HashSet<u64>,
    last_page_full: bool,
    completeness: Completeness,
    #[cfg(feature = "stream")]
    fetching: Option<Fetching>,
}

#[cfg(feature = "stream")]
type Fetching =
    std::pin::Pin<Box<dyn std::future::Future<Output = Result<RawEvents, Error>> + Send>>;

impl RawEventStream {
    /// The rows of `request`, from its own page on.
    pub fn new(api: Arc<dyn ReportingApi>, request: RawEventsRequest) -> Self {
        Self {
            next_start: request.page_start(),
            api,
            request,
            page: Vec::new().into_iter(),
            first_rows: HashSet::new(),
            last_page_full: false,
            completeness: Completeness::Open,
            #[cfg(feature = "stream")]
            fetching: None,
        }
    }

    /// Goes on where another stream of the same request was: see [`position`](Self::position).
    pub fn resume_at(mut self, position: u64) -> Self {
        self.next_start = position;
        self
    }

    /// How many rows have been handed out, counted from the first of all: where to resume.
    ///
    /// The newest rows come first, so resume only over a range that has ended: rows that arrive
    /// meanwhile shift the others.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.next_start - self.page.len() as u64
    }

    /// Whether the rows that came are all there are.
    #[must_use]
    pub fn completeness(&self) -> Completeness {
        self.completeness
    }

    /// The next row; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<RawEvent, Error>> {
        loop {
            if let Some(event) = self.page.next() {
                return Some(Ok(event));
            }
            if self.completeness != Completeness::Open {
                return None;
            }
            let page = self.api.raw_events_page(&self.next_request()).await;
            if let Err(error) = self.take(page) {
                return Some(Err(error));
            }
        }
    }

    /// The next page; `None` at the end. Rows of a page begun by [`next`](Self::next) come first.
    pub async fn next_page(&mut self) -> Option<Result<Vec<RawEvent>, Error>> {
        if self.page.len() == 0 {
            match self.next().await? {
                Err(error) => return Some(Err(error)),
                Ok(first) => {
                    let mut page = vec![first];
                    page.extend(self.page.by_ref());
                    return Some(Ok(page));
                }
            }
        }
        Some(Ok(self.page.by_ref().collect()))
    }

    fn next_request(&self) -> RawEventsRequest {
        self.request.with_page(self.next_start, self.request.page_length())
    }

    /// Takes a page in. After an error the same page is asked for again by the next call.
    fn take(&mut self, page: Result<RawEvents, Error>) -> Result<(), Error> {
        let rows = page?.into_rows();
        if let Some(first) = rows.first() {
            let mut hasher = DefaultHasher::new();
            first.json().get().hash(&mut hasher);
            if !self.first_rows.insert(hasher.finish()) {
                self.completeness = Completeness::MaybeCut;
                return Err(Error::unexpected_answer(format!(
                    "raw events: the page at row {} begins with the same row as an earlier page; \
                     the server does not page as asked, and rows would be counted twice",
                    self.next_start
                )));
            }
        }
        let (came, asked) = (rows.len() as u64, self.request.page_length());
        self.next_start += came;
        self.completeness = match came {
            0 if self.last_page_full => Completeness::MaybeCut,
            n if n < asked => Completeness::Complete,
            _ => Completeness::Open,
        };
        self.last_page_full = came >= asked;
        self.page = rows.into_iter();
        Ok(())
    }
}

/// Never the rows: they hold visitors' data.
impl fmt::Debug for RawEventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawEventStream")
            .field("position", &self.position())
            .field("completeness", &self.completeness)
            .finish_non_exhaustive()
    }
}

#[cfg(feature = "stream")]
impl futures_core::Stream for RawEventStream {
    type Item = Result<RawEvent, Error>;

    fn poll_next(
        self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        use std::task::{Poll, ready};

        let this = self.get_mut();
        loop {
            if let Some(event) = this.page.next() {
                return Poll::Ready(Some(Ok(event)));
            }
            if this.completeness != Completeness::Open {
                return Poll::Ready(None);
            }
            let (api, request) = (this.api.clone(), this.next_request());
            let fetching = this.fetching.get_or_insert_with(|| {
                Box::pin(async move { api.raw_events_page(&request).await })
            });
            let page = ready!(fetching.as_mut().poll(cx));
            this.fetching = None;
            if let Err(error) = this.take(page) {
                return Poll::Ready(Some(Err(error)));
            }
        }
    }
}
