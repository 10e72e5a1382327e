//! The types of the journal in a build without one: there is never a value of them.

use std::convert::Infallible;
use std::path::PathBuf;

use funnelflux::Error;

pub(crate) type RunId = Infallible;
pub(crate) type StepId = Infallible;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(dead_code, reason = "only the outcome of a call has it")]
pub(crate) enum State {
    Ready,
    Accepted,
    Confirmed,
}

impl State {
    pub(crate) fn after<T>(_: &Result<T, Error>) -> Self {
        Self::Ready
    }
}

#[derive(Debug)]
pub(crate) struct Draft;

impl Draft {
    pub(crate) fn new(_: impl Into<String>, _: impl Into<String>) -> Self {
        Self
    }

    pub(crate) fn with_digest(self, _: impl Into<String>) -> Self {
        self
    }
}

#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) key: String,
    pub(crate) digest: String,
    pub(crate) payload: String,
}

#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) id: RunId,
}

#[derive(Debug)]
pub(crate) struct Journal(Infallible);

impl Journal {
    pub(crate) fn open(_: PathBuf) -> Result<Self, Error> {
        Err(Error::local("this build of ffx keeps no journal"))
    }

    pub(crate) fn book(&self, _: &str, _: &str) -> Result<Book, Error> {
        match self.0 {}
    }

    pub(crate) fn find(&self, _: &str, _: &str) -> Result<Option<Book>, Error> {
        match self.0 {}
    }
}

#[derive(Debug)]
pub(crate) struct Book(Infallible);

impl Book {
    pub(crate) fn write(&self) -> Result<Option<Writer>, Error> {
        match self.0 {}
    }

    pub(crate) fn last_run(&self) -> Result<Option<Run>, Error> {
        match self.0 {}
    }

    pub(crate) fn steps(&self, _: RunId) -> Result<Vec<Step>, Error> {
        match self.0 {}
    }

    pub(crate) fn last_sent<'a>(
        &self,
        _: impl IntoIterator<Item = &'a str>,
    ) -> Result<Vec<Option<Step>>, Error> {
        match self.0 {}
    }
}

#[derive(Debug)]
pub(crate) struct Writer(Infallible);

impl Writer {
    pub(crate) fn begin(
        &self,
        _: &str,
        _: impl IntoIterator<Item = Draft>,
    ) -> Result<(RunId, Vec<StepId>), Error> {
        match self.0 {}
    }

    pub(crate) fn sending(&self, _: &[StepId]) -> Result<(), Error> {
        match self.0 {}
    }

    pub(crate) fn settle(&self, _: &[StepId], _: State, _: Option<&str>) -> Result<(), Error> {
        match self.0 {}
    }

    pub(crate) fn end(&self, _: RunId) -> Result<(), Error> {
        match self.0 {}
    }
}

impl std::ops::Deref for Writer {
    type Target = Book;

    fn deref(&self) -> &Book {
        match self.0 {}
    }
}
