use super::{CloudflareSslStatus, CloudflareStatus, DnsRecords, DomainInfo, DomainSummary};

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
    /// Finds the DNS records in it, at any depth.
    #[must_use]
    pub fn dns_records(&self) -> DnsRecords {
        DnsRecords::find(&self.0)
    }
}
