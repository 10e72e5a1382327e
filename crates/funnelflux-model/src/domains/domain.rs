use super::{DnsRecords, DomainInfo, DomainSummary};

macro_rules! is_active {
    ($($model:ident)+) => {$(
        impl $model {
            /// Whether both the domain and its certificate are `active`. Grade: *inferred*.
            pub fn is_active(&self) -> bool {
                let is_active = |state: &str| state.eq_ignore_ascii_case("active");
                matches!(self.status(), Ok(Some(state)) if is_active(state.as_str()))
                    && matches!(self.ssl_status(), Ok(Some(state)) if is_active(state.as_str()))
            }
        }
    )+};
}

is_active!(DomainSummary DomainInfo);

impl DomainInfo {
    /// Finds the DNS records in it, at any depth.
    pub fn dns_records(&self) -> DnsRecords {
        DnsRecords::find(&self.0)
    }
}
