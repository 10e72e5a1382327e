use super::{CloudflareSslStatus, CloudflareStatus, DnsRecords};
use crate::ledger::macros::model;

model! {
    /// A domain as the list returns it.
    DomainSummary {
        "id": text(id, set_id), Documented, Reference, "its id, which is no asset id.";
        "domain": text(domain, set_domain), Documented, Reference, "its name.";
        "cloudflare_id": text(cloudflare_id, set_cloudflare_id), Documented, Reference, "its id at Cloudflare.";
        "status": word(status, set_status, CloudflareStatus), Documented, Reference, "its state; that these are Cloudflare's values is inferred.";
        "ssl_status": word(ssl_status, set_ssl_status, CloudflareSslStatus), Documented, Reference, "its certificate's state; that these are Cloudflare's values is inferred.";
        "verification_errors": texts(verification_errors, set_verification_errors), Documented, Reference, "what is still wrong.";
        "created_at": text(created_at, set_created_at), Documented, Reference, "when it was added, as it is spelled.";
    }
}

model! {
    /// A domain in full. That it holds the DNS records to add is documented; its members could not
    /// be read and are taken to be those of the list.
    DomainInfo {
        "id": text(id, set_id), Inferred, Pattern, "its id, which is no asset id.";
        "domain": text(domain, set_domain), Inferred, Pattern, "its name.";
        "cloudflare_id": text(cloudflare_id, set_cloudflare_id), Inferred, Pattern, "its id at Cloudflare.";
        "status": word(status, set_status, CloudflareStatus), Inferred, Pattern, "its state.";
        "ssl_status": word(ssl_status, set_ssl_status, CloudflareSslStatus), Inferred, Pattern, "its certificate's state.";
        "verification_errors": texts(verification_errors, set_verification_errors), Inferred, Pattern, "what is still wrong.";
        "created_at": text(created_at, set_created_at), Inferred, Pattern, "when it was added, as it is spelled.";
    }
}

macro_rules! is_active {
    ($($model:ident)+) => {$(
        impl $model {
            /// Whether both the domain and its certificate are `active`. Grade: *inferred*.
            #[must_use]
            pub fn is_active(&self) -> bool {
                matches!(self.status(), Ok(Some(CloudflareStatus::Active)))
                    && matches!(self.ssl_status(), Ok(Some(CloudflareSslStatus::Active)))
            }
        }
    )+};
}

is_active!(DomainSummary DomainInfo);

impl DomainInfo {
    /// The DNS records that can be recognised in it, wherever they stand.
    #[must_use]
    pub fn dns_records(&self) -> DnsRecords {
        DnsRecords::find(&self.0)
    }
}
