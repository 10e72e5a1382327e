//! The results of a bulk call.

use funnelflux_transport::Error;

#[derive(Clone, Copy, Debug)]
pub(super) enum Stopped {
    /// The object at this index failed.
    By(usize),
    Cancelled,
}

/// A result for each object, in the order they were given.
#[derive(Debug)]
#[must_use = "each object has a result of its own"]
#[non_exhaustive]
pub struct BulkReport<T> {
    /// A result per object.
    pub results: Vec<Result<T, Error>>,
    /// The indices of the objects that were never started, with [local](Error::is_local) errors as
    /// results: see [`stop_when`](crate::BulkOptions::stop_when).
    pub not_tried: Vec<usize>,
    /// Whether the call was [cancelled](crate::BulkOptions::cancel_when).
    pub was_cancelled: bool,
}

impl<T> BulkReport<T> {
    /// `None` stands for an object that was not started.
    pub(super) fn new(results: Vec<Option<Result<T, Error>>>, stopped: Option<Stopped>) -> Self {
        let why = match stopped {
            Some(Stopped::By(at)) => {
                format!(": the bulk call stopped at the failure of object {}", at + 1)
            }
            Some(Stopped::Cancelled) => ": the bulk call was cancelled".to_owned(),
            None => String::new(),
        };
        let mut not_tried = Vec::new();
        let results = results.into_iter().enumerate().map(|(at, result)| {
            result.unwrap_or_else(|| {
                not_tried.push(at);
                Err(Error::local(format!("not tried{why}; nothing was sent for it")))
            })
        });
        let results = results.collect();
        Self { results, not_tried, was_cancelled: matches!(stopped, Some(Stopped::Cancelled)) }
    }

    /// Returns all values, or the first error.
    ///
    /// # Errors
    /// That of the first object that failed; the results of the others are lost.
    pub fn into_result(self) -> Result<Vec<T>, Error> {
        self.results.into_iter().collect()
    }

    /// Returns whether every object succeeded.
    pub fn is_all_ok(&self) -> bool {
        self.results.iter().all(Result::is_ok)
    }

    /// Lists the indices of the objects that failed, with their errors. Ambiguous ones
    /// ([`Error::is_ambiguous`]) are among them: pass these to `create_missing`, which looks their
    /// ids up first. Objects that were [not tried](Self::not_tried) are among them, too.
    pub fn failed(&self) -> impl Iterator<Item = (usize, &Error)> {
        self.results.iter().enumerate().filter_map(|(at, r)| r.as_ref().err().map(|e| (at, e)))
    }
}
