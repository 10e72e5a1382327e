//! Raw events page by page: never fewer than there are without a word.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use async_trait::async_trait;
use funnelflux_model::reporting::{
    AttributeList, DrilldownRequest, RawEvents, RawEventsRequest, Report,
};
use funnelflux_model::time::TimeRange;
use funnelflux_reporting::{EventsCompleteness, RawEventStream, ReportingApi};
use funnelflux_transport::Error;

static_assertions::assert_impl_all!(RawEventStream: Send, Sync, Unpin);

/// A server with numbered rows, that sends at most `cap` in a page.
struct Rows {
    rows: u64,
    /// How many of them it shows.
    shown: u64,
    cap: u64,
    beside: fn(u64, u64) -> String,
    /// How often a page is not there yet.
    slow: usize,
    asked: Mutex<Vec<u64>>,
}

impl Rows {
    fn new(rows: u64, cap: u64, beside: fn(u64, u64) -> String) -> Self {
        Self { rows, shown: rows, cap, beside, slow: 0, asked: Mutex::default() }
    }
}

/// Ready after being looked at so many times.
async fn after(looks: usize) {
    let mut left = looks;
    std::future::poll_fn(move |cx: &mut Context<'_>| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

#[async_trait]
impl ReportingApi for Rows {
    async fn attributes(&self) -> Result<AttributeList, Error> {
        Err(Error::local("not here"))
    }

    async fn drilldown(&self, _: &DrilldownRequest) -> Result<Report, Error> {
        Err(Error::local("not here"))
    }

    async fn raw_events_page(&self, request: &RawEventsRequest) -> Result<RawEvents, Error> {
        let start = request.page_start();
        self.asked.lock().unwrap().push(start);
        after(self.slow).await;
        let end = self.shown.min(start + request.page_length().min(self.cap));
        let rows: Vec<String> = (start..end).map(|n| format!(r#"{{"n":{n}}}"#)).collect();
        let beside = (self.beside)(end, self.rows);
        Ok(RawEvents::from_json(format!(r#"{{"rows":[{}]{beside}}}"#, rows.join(","))).unwrap())
    }
}

fn request(length: u64) -> RawEventsRequest {
    let hour = TimeRange::from_rfc3339("2026-01-01T00:00:00Z", "2026-01-01T00:59:59Z").unwrap();
    RawEventsRequest::builder(hour).hits().page(0, length).build().unwrap()
}

fn silent(_: u64, _: u64) -> String {
    String::new()
}

fn has_more(end: u64, rows: u64) -> String {
    format!(r#","hasMore":{}"#, end < rows)
}

fn total(_: u64, rows: u64) -> String {
    format!(r#","total":{rows}"#)
}

/// Rows, requests, verdict.
async fn read(server: Rows, length: u64) -> (u64, usize, EventsCompleteness) {
    let server = Arc::new(server);
    let mut events = RawEventStream::new(server.clone(), request(length));
    let mut rows = 0;
    while let Some(event) = events.next().await {
        assert_eq!(event.unwrap().text("n").unwrap(), rows.to_string());
        rows += 1;
    }
    assert_eq!(events.position(), rows);
    let asked = server.asked.lock().unwrap().len();
    (rows, asked, events.completeness())
}

#[tokio::test]
async fn a_short_page_ends_nothing_since_the_server_may_cap_pages() {
    use EventsCompleteness::{Complete, MaybeCut};

    for (rows, cap, length, expected) in [
        // Only an empty page is the end.
        (2500, 1000, 1000, (2500, 4, Complete)),
        (2000, 1000, 1000, (2000, 3, MaybeCut)),
        (0, 1000, 1000, (0, 1, Complete)),
        (3, 1000, 2, (3, 3, Complete)),
        (37, 1000, 1000, (37, 2, Complete)),
        // Pages capped below what was asked for, whatever that was.
        (2500, 500, 1000, (2500, 6, MaybeCut)),
        (2400, 500, 1000, (2400, 6, Complete)),
        (500, 500, 1000, (500, 2, Complete)),
        (2500, 1000, 5000, (2500, 4, Complete)),
        (2500, 5000, 5000, (2500, 2, MaybeCut)),
        (37, 1000, 5000, (37, 2, Complete)),
    ] {
        let came = read(Rows::new(rows, cap, silent), length).await;
        assert_eq!(came, expected, "{rows} rows, {cap} a page, {length} asked for");
    }
}

#[tokio::test]
async fn what_ends_where_the_app_would_stop_showing_rows_may_be_cut() {
    use EventsCompleteness::{Complete, MaybeCut};

    for (shown, cap, length) in [
        (1000, 1000, 5000),
        (1000, 500, 5000),
        (1000, 1000, 300),
        (1000, 1000, 999),
        (1000, 300, 1000),
    ] {
        let server = Rows { shown, ..Rows::new(2500, cap, silent) };
        let (rows, _, completeness) = read(server, length).await;
        assert_eq!((rows, completeness), (1000, MaybeCut), "{cap} a page, {length} asked for");
    }
    // What the server says counts for more than where the rows end.
    for (beside, rows) in [(has_more as fn(u64, u64) -> String, 1000), (total, 1000)] {
        assert_eq!(read(Rows::new(rows, 1000, beside), 300).await.2, Complete);
    }
    // One row more or less, and it was not that cap.
    for rows in [999, 1001] {
        assert_eq!(read(Rows::new(rows, 1000, silent), 300).await.2, Complete, "{rows} rows");
    }

    for (start, expected) in
        [(700, (300, MaybeCut)), (1000, (0, MaybeCut)), (1200, (0, MaybeCut)), (999, (1, MaybeCut))]
    {
        let server = Rows { shown: 1000, ..Rows::new(2500, 1000, silent) };
        assert_eq!(resumed(server, start).await, expected, "resumed at row {start}");
    }
    // Before that row an empty page says nothing of a cap, and rows beyond it refute the cap.
    for (rows, start, expected) in
        [(37, 37, (0, Complete)), (37, 500, (0, Complete)), (1500, 1200, (300, Complete))]
    {
        let server = Rows::new(rows, 1000, silent);
        assert_eq!(resumed(server, start).await, expected, "{rows} rows, resumed at row {start}");
    }
}

/// Rows from `start` on, and the verdict.
async fn resumed(server: Rows, start: u64) -> (u64, EventsCompleteness) {
    let mut events = RawEventStream::new(Arc::new(server), request(700)).resume_at(start);
    let mut rows = 0;
    while let Some(event) = events.next().await {
        event.unwrap();
        rows += 1;
    }
    (rows, events.completeness())
}

#[tokio::test]
async fn what_the_server_says_of_more_rows_is_heard() {
    use EventsCompleteness::{Complete, Cut, MaybeCut};

    type Beside = fn(u64, u64) -> String;
    let always: Beside = |_, _| r#","hasMore":true"#.to_owned();
    let lies: Beside = |_, rows| format!(r#","hasMore":false,"total":{}"#, rows + 1);
    let of_the_page: Beside = |end, _| format!(r#","total":{}"#, end % 1000);
    for (name, beside, rows, cap, length, expected) in [
        (
            "more: goes on after a short page",
            has_more as Beside,
            2500,
            300,
            1000,
            (2500, 9, Complete),
        ),
        ("no more: ends after a full page", has_more, 2000, 1000, 1000, (2000, 2, Complete)),
        ("no more: no empty page is asked for", has_more, 37, 1000, 5000, (37, 1, Complete)),
        ("a total: goes on after a short page", total, 700, 300, 1000, (700, 3, Complete)),
        ("a total that agrees", total, 2000, 1000, 1000, (2000, 3, Complete)),
        ("more, but nothing came", always, 5, 1000, 1000, (5, 2, Cut)),
        ("no more, but a larger total", lies, 5, 1000, 1000, (5, 1, Cut)),
        ("a total of the page is no total", of_the_page, 2000, 1000, 1000, (2000, 3, MaybeCut)),
        ("not even on the first page", of_the_page, 1500, 500, 1000, (1500, 4, MaybeCut)),
    ] {
        assert_eq!(read(Rows::new(rows, cap, beside), length).await, expected, "{name}");
    }
}

#[tokio::test]
async fn a_stream_that_has_begun_can_go_on_elsewhere() {
    let server = Arc::new(Rows::new(10, 1000, silent));
    let mut events = RawEventStream::new(server.clone(), request(4));
    events.next().await.unwrap().unwrap();
    assert_eq!(events.position(), 1);

    // Back to the start, with rows of the page left: none of them is handed out again.
    let mut events = events.resume_at(0);
    assert_eq!((events.position(), events.completeness()), (0, EventsCompleteness::Open));
    for n in 0..10 {
        assert_eq!(events.next().await.unwrap().unwrap().text("n").unwrap(), n.to_string());
    }
    assert!(events.next().await.is_none());
    assert_eq!(events.completeness(), EventsCompleteness::Complete);

    // And after the end, from a row in the middle.
    let mut events = events.resume_at(8);
    assert_eq!(events.next().await.unwrap().unwrap().text("n").unwrap(), "8");
    assert_eq!(*server.asked.lock().unwrap(), [0, 0, 4, 8, 10, 8]);
}

#[tokio::test]
async fn a_call_that_was_given_up_loses_no_page_and_asks_for_none_twice() {
    let server = Arc::new(Rows { slow: 3, ..Rows::new(3, 1000, silent) });
    let mut events = RawEventStream::new(server.clone(), request(2));
    let cx = &mut Context::from_waker(Waker::noop());
    {
        let mut given_up = Box::pin(events.next());
        assert!(given_up.as_mut().poll(cx).is_pending());
    }
    for n in ["0", "1", "2"] {
        assert_eq!(events.next().await.unwrap().unwrap().text("n").unwrap(), n);
    }
    assert!(events.next().await.is_none());
    assert_eq!(*server.asked.lock().unwrap(), [0, 2, 3]);
}

#[cfg(feature = "stream")]
#[tokio::test]
async fn both_ways_of_asking_share_the_page_on_its_way() {
    use std::pin::Pin;

    use futures_util::Stream as _;

    let server = Arc::new(Rows { slow: 2, ..Rows::new(3, 1000, silent) });
    let mut events = RawEventStream::new(server.clone(), request(2));
    let cx = &mut Context::from_waker(Waker::noop());
    assert!(Pin::new(&mut events).poll_next(cx).is_pending());
    assert_eq!(events.next().await.unwrap().unwrap().text("n").unwrap(), "0");
    let Poll::Ready(Some(Ok(second))) = Pin::new(&mut events).poll_next(cx) else {
        panic!("the rest of the page is there");
    };
    assert_eq!(second.text("n").unwrap(), "1");
    assert!(Pin::new(&mut events).poll_next(cx).is_pending());
    let page = events.next_page().await.unwrap().unwrap();
    assert_eq!(page.len(), 1);
    assert_eq!(*server.asked.lock().unwrap(), [0, 2]);
}

/// A server whose rows are others at each request.
struct Moving {
    /// The member that a row has.
    member: &'static str,
    rows: Vec<&'static str>,
    tells_total: bool,
    asked: Mutex<usize>,
}

#[async_trait]
impl ReportingApi for Moving {
    async fn attributes(&self) -> Result<AttributeList, Error> {
        Err(Error::local("not here"))
    }

    async fn drilldown(&self, _: &DrilldownRequest) -> Result<Report, Error> {
        Err(Error::local("not here"))
    }

    async fn raw_events_page(&self, request: &RawEventsRequest) -> Result<RawEvents, Error> {
        let mut asked = self.asked.lock().unwrap();
        let rows = self.rows.get(*asked).unwrap_or(self.rows.last().unwrap());
        *asked += 1;
        let (start, length) = (request.page_start() as usize, request.page_length() as usize);
        let member = self.member;
        let page = rows.chars().skip(start).take(length);
        let page = page.map(|row| format!(r#"{{"{member}":"{row}"}}"#));
        let total = match self.tells_total {
            true => format!(r#","total":{}"#, rows.len()),
            false => String::new(),
        };
        let json = format!(r#"{{"rows":[{}]{total}}}"#, page.collect::<Vec<_>>().join(","));
        Ok(RawEvents::from_json(json).unwrap())
    }
}

#[tokio::test]
async fn rows_that_shift_between_pages() {
    use EventsCompleteness::{Complete, MaybeCut, Shifted};

    const SILENT: bool = false;
    const TOTAL: bool = true;
    // The rows at the first request, the second …; each row is a letter, and a page has three.
    let at_edges = vec![
        ("nothing moves", vec!["abcdefg"], SILENT, "abcdefg", (Complete, None)),
        ("one arrives", vec!["abcdefg", "Xabcdefg"], SILENT, "abcdefg", (Shifted, Some(1))),
        ("two arrive", vec!["abcdefg", "XYabcdefg"], SILENT, "abcdefg", (Shifted, Some(2))),
        (
            "one with each page",
            vec!["abcdefg", "Xabcdefg", "YXabcdefg"],
            SILENT,
            "abcdefg",
            (Shifted, Some(2)),
        ),
        (
            "one before the last page",
            vec!["abcdefg", "abcdefg", "Xabcdefg"],
            SILENT,
            "abcdefg",
            (Shifted, Some(1)),
        ),
        ("one before the empty page", vec!["abc", "Xabc"], SILENT, "abc", (Shifted, Some(1))),
        (
            "one late, among those read",
            vec!["abcdefg", "aXbcdefg"],
            SILENT,
            "abcdefg",
            (Shifted, Some(1)),
        ),
        (
            "one late, among those to come",
            vec!["abcdefg", "abcdXefg"],
            SILENT,
            "abcdXefg",
            (Complete, None),
        ),
        (
            "one at the end, as with the oldest first",
            vec!["abcdefg", "abcdefgX"],
            SILENT,
            "abcdefgX",
            (Complete, None),
        ),
        (
            "a page ends with rows of the last",
            vec!["abcdefg", "xyzdab"],
            SILENT,
            "abcd",
            (Shifted, Some(2)),
        ),
        (
            "one goes, and the total tells",
            vec!["abcdefg", "bcdefg"],
            TOTAL,
            "abcefg",
            (Shifted, Some(0)),
        ),
        (
            "one arrives, and the total tells",
            vec!["abcdefg", "Xabcdefg"],
            TOTAL,
            "abcdefg",
            (Shifted, Some(1)),
        ),
        (
            "one at the end, and the total tells",
            vec!["abcdefg", "abcdefgX"],
            TOTAL,
            "abcdefgX",
            (Shifted, Some(0)),
        ),
        ("nothing moves, and the total tells", vec!["abcdefg"], TOTAL, "abcdefg", (Complete, None)),
        // No answer shows that a row went, if there is no total.
        ("one goes", vec!["abcdefg", "bcdefg"], SILENT, "abcefg", (MaybeCut, None)),
    ];
    // A row with the id of a hit is known in any place.
    let anywhere = vec![
        (
            "two arrive and the last goes",
            vec!["abcdefg", "XYabdefg"],
            SILENT,
            "abcdefg",
            (Shifted, Some(1)),
        ),
        (
            "some arrive before and among those read",
            vec!["abcdefg", "XYabZcdefg"],
            SILENT,
            "abcZdefg",
            (Shifted, Some(2)),
        ),
        (
            "more than a page arrive",
            vec!["abcdefg", "XYZWVabcdefg"],
            SILENT,
            "abcWVdefg",
            (Shifted, Some(3)),
        ),
        (
            "more than two pages arrive",
            vec!["abcdefg", "XYZWVUTSabcdefg"],
            SILENT,
            "abcWVUTSdefg",
            (Shifted, Some(3)),
        ),
        ("equal rows of one page", vec!["abbcdeffg"], SILENT, "abbcdeffg", (MaybeCut, None)),
    ];
    for (member, cases) in [("row", at_edges.clone()), ("hitId", at_edges), ("idHit", anywhere)] {
        for (name, rows, tells_total, came, expected) in cases {
            let server = Moving { member, rows, tells_total, asked: Mutex::default() };
            let mut events = RawEventStream::new(Arc::new(server), request(3));
            let mut read = String::new();
            while let Some(event) = events.next().await {
                read.push_str(&event.unwrap().text(member).unwrap());
            }
            assert_eq!(read, came, "{name}, {member}");
            assert_eq!((events.completeness(), events.shift()), expected, "{name}, {member}");
            assert_eq!(events.completeness().is_cut(), events.shift().is_some(), "{name}");
        }
    }
    // As many as a page has: a server that sends the same page again and again looks the same.
    let server = Moving {
        member: "row",
        rows: vec!["abcdefg", "XYZabcdefg"],
        tells_total: SILENT,
        asked: Mutex::default(),
    };
    let mut events = RawEventStream::new(Arc::new(server), request(3));
    let error = async {
        loop {
            if let Err(error) = events.next().await.unwrap() {
                return error;
            }
        }
    }
    .await;
    assert!(error.to_string().contains("begins with the same row"), "{error}");
    assert!(events.completeness().is_cut(), "none may go on here, which would double rows");
}
