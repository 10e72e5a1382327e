//! The domains of an account: requests, answers, and the DNS records that they ask for.
//!
//! A refusal can arrive as HTTP 200 with `success: false` (documented): every answer here tells it
//! through [`DomainResponse::refusal`].

mod dns;
mod domain;
mod refusal;
mod request;
mod response;
mod words;

pub use dns::{DnsRecord, DnsRecords};
pub use domain::{DomainInfo, DomainSummary};
pub use refusal::DomainRefusal;
pub use request::{CheckDomainRequest, CreateDomainRequest};
pub use response::{
    CheckDomainResponse, CreateDomainResponse, DeleteDomainResponse, DomainResponse,
    GetDomainResponse, ListDomainsResponse,
};
pub use words::{CloudflareSslStatus, CloudflareStatus, DomainErrorCode};
