//! The server: from a socket, or a caller in this process, to the router and back.

mod accept;
mod body;
mod router;
mod socket;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use bytes::Bytes;

pub(crate) use accept::Server;
pub use body::Body;
pub use router::Router;

/// A request as it arrived, beside its head.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    pub(crate) number: u64,
    pub(crate) body: Bytes,
}

/// What happens to an answer below HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wire {
    /// The connection is reset instead.
    Reset,
    /// The connection is closed in the middle of the body.
    Cut,
}

/// How many connections there were.
#[derive(Debug, Default)]
pub(crate) struct Connections {
    accepted: AtomicU64,
    closed: AtomicU64,
}

impl Connections {
    pub(crate) fn open(&self) {
        self.accepted.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn close(&self) {
        self.closed.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn accepted(&self) -> u64 {
        self.accepted.load(Ordering::SeqCst)
    }

    pub(crate) fn now_open(&self) -> u64 {
        let closed = self.closed.load(Ordering::SeqCst);
        self.accepted().saturating_sub(closed)
    }
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`. A date has four digits for the year and none before 1970.
pub(crate) fn http_date(at: SystemTime) -> String {
    const LAST: u64 = 253_402_300_799;
    let seconds = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let at = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds.min(LAST));
    httpdate::fmt_http_date(at)
}
