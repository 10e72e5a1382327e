//! What came of each object.

use funnelflux_transport::Error;

/// What came of each object, in the order they were given.
#[derive(Debug)]
#[must_use = "each object has a result of its own"]
pub struct BulkReport<T> {
    results: Vec<Result<T, Error>>,
    not_tried: Vec<usize>,
}

impl<T> BulkReport<T> {
    /// `None` stands for an object that was not begun, because the one at `stopped_by` failed.
    pub(super) fn new(results: Vec<Option<Result<T, Error>>>, stopped_by: Option<usize>) -> Self {
        let mut not_tried = Vec::new();
        let numbered = results.into_iter().enumerate();
        let results = numbered
            .map(|(at, result)| {
                result.unwrap_or_else(|| {
                    not_tried.push(at);
                    let why = stopped_by.map_or_else(String::new, |first| {
                        format!(": the bulk call stopped at the failure of object {}", first + 1)
                    });
                    Err(Error::local(format!("not tried{why}; nothing was sent for it")))
                })
            })
            .collect();
        Self { results, not_tried }
    }

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
    /// their ids are looked up first. Those that were [not tried](Self::not_tried) are among them
    /// as well.
    pub fn failed(&self) -> impl Iterator<Item = (usize, &Error)> {
        self.results.iter().enumerate().filter_map(|(at, r)| r.as_ref().err().map(|e| (at, e)))
    }

    /// The places of the objects that were never begun, in their order: see
    /// [`BulkOptions::stop_when`](crate::BulkOptions::stop_when). Their results are
    /// [local](Error::is_local) errors.
    #[must_use]
    pub fn not_tried(&self) -> &[usize] {
        &self.not_tried
    }
}
