//! Faults of the connection: closed, reset, silent, slow.

use std::time::Duration;

use crate::table::{
    AT_THE_DOOR, At, DONE, Expected, Fate, Fault, LOST, LOST_ONCE, NOT_SENT, Step, failed, fault,
    raw, unknown,
};

const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
const SECOND: Duration = Duration::from_secs(1);

fn then(text: impl Into<Vec<u8>>, end: Step) -> Vec<Step> {
    vec![Step::Send(text.into()), end]
}

pub(crate) const FAULTS: &[Fault] = &[
    fault("port closed", |_| vec![], NOT_SENT).at(At::Closed),
    fault("RST at the door", |_| vec![Step::Reset], AT_THE_DOOR).at(At::Door),
    fault("FIN at the door", |_| vec![], AT_THE_DOOR).at(At::Door),
    fault("silent at the door", |_| vec![Step::Stall], SILENT).at(At::Door),
    fault("RST before the answer", |_| vec![Step::Reset], LOST),
    fault("FIN before the answer", |_| vec![], LOST),
    fault("RST in the head", |_| then("HTTP/1.1 200 OK\r\nConte", Step::Reset), LOST),
    fault("FIN in the status line", |_| raw("HTTP/1."), LOST),
    fault("FIN in the head", |_| raw("HTTP/1.1 200 OK\r\nContent-Ty"), LOST),
    fault("FIN before the last line of the head", |_| raw(HEAD), LOST),
    fault("RST after the head", |_| then(announced(100), Step::Reset), LOST),
    fault("FIN after the head", |_| raw(announced(100)), LOST),
    fault("RST in the body", |it| then(announced(100) + &it.good, Step::Reset), LOST),
    fault("FIN in the body", |it| raw(announced(100_000) + &it.good), LOST),
    fault("silent before the answer", |_| vec![Step::Stall], LOST),
    fault("silent in the head", |_| then("HTTP/1.1 200 OK\r\nCo", Step::Stall), LOST),
    fault("silent after the head", |_| then(announced(9), Step::Stall), LOST),
    fault("silent in the body", |it| then(announced(100_000) + &it.good, Step::Stall), LOST),
    fault(
        "head of one byte a second",
        |_| then("HTTP/1.1 200 OK\r\n", Step::Drip(b"A: b\r\n".to_vec(), SECOND)),
        LOST,
    ),
    fault(
        "body of one byte a second",
        |_| vec![Step::Send(announced(100_000).into()), Step::Drip(b" ".to_vec(), SECOND)],
        LOST,
    ),
    fault("103 once a second, for ever", |_| vec![Step::Drip(EARLY.into(), PACE)], LOST),
    fault(
        "a whole answer, and then silence",
        |it| then(closing(it.good.len()) + &it.good, Step::Stall),
        DONE,
    ),
    fault("RST before the answer, once", |_| vec![Step::Reset], LOST_ONCE).once(),
    fault("FIN before the answer, once", |_| vec![], LOST_ONCE).once(),
    fault("silent before the answer, once", |_| vec![Step::Stall], LOST_ONCE).once(),
    fault("FIN in the body, once", |_| raw(announced(100)), LOST_ONCE).once(),
];

const EARLY: &str = "HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n";
const PACE: Duration = Duration::from_millis(30);

/// The server accepts and reads nothing.
const SILENT: Expected = Expected {
    read: failed(0),
    report: failed(0),
    refresh: failed(0),
    ..Expected::every(Fate::Open, unknown(0))
};

/// The head of an answer of this length.
fn announced(length: usize) -> String {
    format!("{HEAD}Content-Length: {length}\r\n\r\n")
}

/// The same, and no further request goes on this connection.
fn closing(length: usize) -> String {
    format!("{HEAD}Connection: close\r\nContent-Length: {length}\r\n\r\n")
}
