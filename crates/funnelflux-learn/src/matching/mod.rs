//! Which operation of the contract a call is.
//!
//! A call is described by a [`Signature`], and so is each operation. The same method and path is certain. Elsewhere two independent [`Element`]s have to
//! agree, one of which names the kind of asset, and no other pair may come near. What is found because
//! nothing else is left over is never more than likely.

mod assign;
mod score;
mod signature;

pub(crate) use assign::assign;
pub(crate) use score::Element;
pub(crate) use signature::{Names, Signature, same_path};

/// How sure a match is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Certainty {
    /// To be shown, and not to be taken over without asking.
    Likely,
    /// To be taken over.
    Certain,
}

/// A call and the operation that it is.
#[derive(Clone, Debug)]
pub(crate) struct Match {
    /// The index of the operation.
    pub(crate) ours: usize,
    /// The index of the call.
    pub(crate) theirs: usize,
    /// Whether to take it over.
    pub(crate) certainty: Certainty,
    /// The elements that agree.
    pub(crate) because: Vec<Element>,
    /// The next best operation for this call, if there is one.
    pub(crate) runner_up: Option<usize>,
}
