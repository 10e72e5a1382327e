//! The table of faults: what the server does, and what must come of it in each class of operation.

use std::time::Duration;

use crate::{answers, bodies, connections, statuses};

/// One way to break.
pub(crate) struct Fault {
    pub(crate) name: &'static str,
    pub(crate) at: At,
    pub(crate) times: Times,
    pub(crate) steps: fn(&Given) -> Vec<Step>,
    pub(crate) expected: Expected,
}

/// The moment of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// Nothing listens.
    Closed,
    /// The connection is made; no request is read.
    Door,
    /// A request was read whole.
    Answer,
}

/// How many requests a fault hits; the others get a good answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Times {
    Always,
    Once,
}

/// What the request did at the server, as far as a client can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// The server acted and says so.
    Acted,
    /// The server did not act, and says so: it may be asked again.
    TurnedAway,
    /// The server did not act, and says so: no repeat helps.
    SaidNo,
    /// No answer settles it.
    Open,
}

/// What a fault can use.
#[derive(Default)]
pub(crate) struct Given {
    /// The body of the good answer.
    pub(crate) good: String,
}

/// One thing that the server does.
pub(crate) enum Step {
    Send(Vec<u8>),
    /// Sends the same bytes so many times.
    Again(Vec<u8>, usize),
    /// Sends byte for byte, over and over, with a pause after each.
    Drip(Vec<u8>, Duration),
    /// Sends nothing more and keeps the connection.
    Stall,
    /// Ends the connection by RST.
    Reset,
}

/// What comes of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Done,
    /// Nothing was done, or a read brought nothing.
    Failed,
    /// The server said no.
    Refused,
    /// The outcome is unknown.
    Unknown,
    /// Failed if the client saw the end of the connection before it wrote the request, else unknown.
    FailedOrUnknown,
}

impl End {
    pub(crate) fn admits(self, end: Self) -> bool {
        self == end || self == Self::FailedOrUnknown && matches!(end, Self::Failed | Self::Unknown)
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::FailedOrUnknown => "failed or unknown",
        }
    }
}

/// The end of a call, and how many of its requests the server read whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) end: End,
    pub(crate) sent: usize,
}

pub(crate) const fn done(sent: usize) -> Cell {
    Cell { end: End::Done, sent }
}

pub(crate) const fn failed(sent: usize) -> Cell {
    Cell { end: End::Failed, sent }
}

pub(crate) const fn refused(sent: usize) -> Cell {
    Cell { end: End::Refused, sent }
}

pub(crate) const fn unknown(sent: usize) -> Cell {
    Cell { end: End::Unknown, sent }
}

/// The classes of operations that a fault can treat differently. A struct, so that a fault without an
/// expectation for one of them does not compile.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Expected {
    /// Whether the server can have acted on the request.
    pub(crate) fate: Fate,
    pub(crate) read: Cell,
    pub(crate) report: Cell,
    pub(crate) repeatable: Cell,
    pub(crate) create: Cell,
    pub(crate) queued: Cell,
    pub(crate) once: Cell,
    pub(crate) token: Cell,
    pub(crate) refresh: Cell,
}

impl Expected {
    /// The same for every class.
    pub(crate) const fn every(fate: Fate, cell: Cell) -> Self {
        Self {
            fate,
            read: cell,
            report: cell,
            repeatable: cell,
            create: cell,
            queued: cell,
            once: cell,
            token: cell,
            refresh: cell,
        }
    }

    /// One for what reads, one for what writes, and one for a refresh that a call waits for.
    pub(crate) const fn by_effect(fate: Fate, read: Cell, write: Cell, refresh: Cell) -> Self {
        Self { read, report: read, refresh, ..Self::every(fate, write) }
    }
}

/// A good answer in an unusual spelling.
pub(crate) const DONE: Expected = Expected::every(Fate::Acted, done(1));
/// Nothing left this machine.
pub(crate) const NOT_SENT: Expected = Expected::every(Fate::TurnedAway, failed(0));
/// No answer, or one that breaks off: a repeat where it does no harm.
pub(crate) const LOST: Expected = Expected {
    read: failed(3),
    report: failed(3),
    repeatable: unknown(3),
    refresh: failed(1),
    ..Expected::every(Fate::Open, unknown(1))
};
/// The connection ends before a request is read.
pub(crate) const AT_THE_DOOR: Expected = {
    let open = Cell { end: End::FailedOrUnknown, sent: 0 };
    Expected::by_effect(Fate::Open, failed(0), open, failed(0))
};
/// A whole answer of 2xx that cannot be read, or one that sends the client elsewhere.
pub(crate) const UNREADABLE: Expected =
    Expected::by_effect(Fate::Open, failed(1), unknown(1), failed(1));
/// Another protocol or another address in place of the answer.
pub(crate) const WRONG_PROTOCOL: Expected = UNREADABLE;
/// A body that a read has no use for, and by which a write is done.
pub(crate) const EMPTY: Expected = Expected::by_effect(Fate::Acted, failed(1), done(1), failed(1));
/// JSON of another shape: only the reader of tokens needs a certain one.
pub(crate) const ODD: Expected = Expected { refresh: failed(1), ..DONE };
/// A status that says no.
pub(crate) const REFUSED: Expected =
    Expected { refresh: failed(1), ..Expected::every(Fate::SaidNo, refused(1)) };
/// The token is no good, and there is no other.
pub(crate) const UNAUTHORISED: Expected =
    Expected { token: refused(1), ..Expected::every(Fate::TurnedAway, failed(1)) };
/// A no inside of an answer of 2xx; a read that asked for just that object has it.
pub(crate) const SAID_NO: Expected =
    Expected::by_effect(Fate::SaidNo, done(1), refused(1), failed(1));
/// The server asks for a pause each time.
pub(crate) const THROTTLED: Expected = Expected::every(Fate::TurnedAway, failed(3));
/// The server asks for a pause that is longer than the time of the call.
pub(crate) const HELD_BACK: Expected = Expected::every(Fate::TurnedAway, failed(1));
/// A broken answer, then a good one.
pub(crate) const LOST_ONCE: Expected = Expected {
    read: done(2),
    report: done(2),
    repeatable: done(2),
    refresh: failed(1),
    ..Expected::every(Fate::Open, unknown(1))
};
/// A pause is asked for once.
pub(crate) const THROTTLED_ONCE: Expected = Expected::every(Fate::TurnedAway, done(2));

/// Lists every fault.
pub(crate) fn faults() -> impl Iterator<Item = &'static Fault> {
    [connections::FAULTS, answers::FAULTS, bodies::FAULTS, statuses::FAULTS].into_iter().flatten()
}

/// A fault of every answer.
pub(crate) const fn fault(
    name: &'static str,
    steps: fn(&Given) -> Vec<Step>,
    expected: Expected,
) -> Fault {
    Fault { name, at: At::Answer, times: Times::Always, steps, expected }
}

impl Fault {
    /// The same for the first answer alone.
    pub(crate) const fn once(self) -> Self {
        Self { times: Times::Once, ..self }
    }

    /// The same before a request is read.
    pub(crate) const fn at(self, at: At) -> Self {
        Self { at, ..self }
    }
}

/// A whole answer with a body.
pub(crate) fn answer(head: &str, body: impl AsRef<[u8]>) -> Vec<Step> {
    let body = body.as_ref();
    let mut bytes =
        format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    vec![Step::Send(bytes)]
}

/// A whole answer of 200 with these lines in its head.
pub(crate) fn ok(lines: &str, body: impl AsRef<[u8]>) -> Vec<Step> {
    let type_of = match lines.to_ascii_lowercase().contains("content-type") {
        true => "",
        false => "\r\nContent-Type: application/json",
    };
    let separator = if lines.is_empty() { "" } else { "\r\n" };
    answer(&format!("200 OK{type_of}{separator}{lines}\r\nConnection: close"), body)
}

/// Text as it is, and the end of the connection.
pub(crate) fn raw(text: impl Into<Vec<u8>>) -> Vec<Step> {
    vec![Step::Send(text.into())]
}
