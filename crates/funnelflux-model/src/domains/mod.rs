//! The domains of an account: requests, answers, and the DNS records that they ask for.
//!
//! A refusal can be HTTP 200 with `success: false` (documented): see [`DomainResponse::refusal`].

mod dns;
mod generated;
mod refusal;
mod request;
mod response;

pub use dns::{DnsRecord, DnsRecords};
pub use generated::*;
pub use refusal::DomainRefusal;
pub use request::DomainRequest;
pub use response::DomainResponse;
