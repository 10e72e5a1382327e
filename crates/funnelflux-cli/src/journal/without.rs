//! The types of the journal in a build without one: there is never a value of most of them.

use std::convert::Infallible;
use std::ops::Deref;
use std::path::PathBuf;
use std::time::SystemTime;

use funnelflux::Error;
use funnelflux::funnels::Application;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RunId(pub(crate) i64);
pub(crate) type StepId = Infallible;

impl std::fmt::Display for RunId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Ready,
    Sending,
    Accepted,
    Refused,
    Ambiguous,
    Confirmed,
    Different,
}

impl State {
    pub(crate) const ALL: [Self; 0] = [];

    pub(crate) fn after<T>(_: &Result<T, Error>) -> Self {
        Self::Ready
    }

    pub(crate) fn as_str(self) -> &'static str {
        ""
    }

    pub(crate) fn is_unsettled(self) -> bool {
        false
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Draft;

impl Draft {
    pub(crate) fn new(_: impl Into<String>, _: impl Into<String>) -> Self {
        Self
    }

    pub(crate) fn with_digest(self, _: impl Into<String>) -> Self {
        self
    }

    pub(crate) fn digest(&self) -> &str {
        ""
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) id: StepId,
    pub(crate) run: RunId,
    pub(crate) key: String,
    pub(crate) digest: String,
    pub(crate) payload: String,
    pub(crate) state: State,
    pub(crate) changed: SystemTime,
    pub(crate) note: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) id: RunId,
    pub(crate) about: String,
    pub(crate) begun: SystemTime,
    pub(crate) ended: Option<SystemTime>,
}

impl Run {
    pub(crate) fn count(&self, _: State) -> u64 {
        0
    }
}

/// A type without values, and its methods, which are never called.
macro_rules! never {
    ($name:ident { $(fn $method:ident($($argument:ty),*) -> $result:ty;)* }) => {
        #[derive(Debug)]
        pub(crate) struct $name(Infallible);

        impl $name {
            $(pub(crate) fn $method(&self, $(_: $argument),*) -> Result<$result, Error> {
                match self.0 {}
            })*
        }
    };
}

/// Writes nothing down.
pub(crate) fn kept<'a>(
    application: Application<'a>,
    _: Option<&'a Writer>,
    _: &str,
) -> Result<(Application<'a>, Option<RunId>), Error> {
    Ok((application, None))
}

never! { Journal {
    fn book(&str, &str) -> Book;
    fn find(&str, &str) -> Option<Book>;
} }

impl Journal {
    pub(crate) fn open(_: PathBuf) -> Result<Self, Error> {
        Err(Error::local("this build of ffx keeps no journal"))
    }
}

never! { Book {
    fn write() -> Option<Writer>;
    fn runs() -> Vec<Run>;
    fn run(RunId) -> Option<Run>;
    fn last_run() -> Option<Run>;
    fn steps(RunId) -> Vec<Step>;
    fn last(&[impl AsRef<str>]) -> Vec<Option<Step>>;
    fn last_sent(&[impl AsRef<str>]) -> Vec<Option<Step>>;
    fn last_sent_before(&[impl AsRef<str>], RunId) -> Vec<Option<Step>>;
    fn each_sent(impl FnMut(Step)) -> ();
    fn is_empty() -> bool;
} }

never! { Writer {
    fn begin(&str, impl IntoIterator<Item = Draft>) -> (RunId, Vec<StepId>);
    fn sending(&[StepId]) -> ();
    fn settle(&[StepId], State, Option<&str>) -> ();
    fn end(RunId) -> ();
} }

impl Deref for Writer {
    type Target = Book;

    fn deref(&self) -> &Book {
        match self.0 {}
    }
}
