//! 13 · The leaf: what really sends.

#[cfg(feature = "reqwest")]
mod over_reqwest;
#[cfg(feature = "reqwest")]
mod tls;
#[cfg(feature = "reqwest")]
mod urls;

#[cfg(feature = "reqwest")]
pub use over_reqwest::{ReqwestTransport, ReqwestTransportBuilder};

use crate::base_url::BaseUrl;
use crate::error::Error;
use crate::stack::Layered;

/// The leaf, by its own type where it is the default one: a box less.
pub(crate) type Leaf = Layered<Default>;

#[cfg(feature = "reqwest")]
type Default = ReqwestTransport;
#[cfg(not(feature = "reqwest"))]
type Default = crate::stack::SeamService;

#[cfg(feature = "reqwest")]
pub(crate) fn default_leaf(base: &BaseUrl) -> Result<Leaf, Error> {
    tls::check(&base.scheme)?;
    ReqwestTransport::new().map(Leaf::Left)
}

#[cfg(not(feature = "reqwest"))]
pub(crate) fn default_leaf(_: &BaseUrl) -> Result<Leaf, Error> {
    Err(Error::invalid_request(
        "no transport: give one with `.transport(…)`, or switch the feature `reqwest` on",
    ))
}
