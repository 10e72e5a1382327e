use crate::ledger::macros::words;

words! {
    /// Why a call about domains was refused. The reference gives these as examples: there are more.
    DomainErrorCode {
        DomainExists = "DOMAIN_EXISTS", Documented, Reference, "the account has this domain already.";
        DomainAlreadyOwned = "DOMAIN_ALREADY_OWNED", Documented, Reference, "another account has this domain.";
        NotFound = "NOT_FOUND", Documented, Reference, "there is no such domain.";
    }
}

words! {
    /// The state of a domain at Cloudflare.
    CloudflareStatus {
        Pending = "pending", Documented, Reference, "waiting for its DNS records.";
        Active = "active", Documented, Reference, "in use.";
        Moved = "moved", Documented, Reference, "it no longer points here.";
        Deleted = "deleted", Documented, Reference, "gone.";
    }
}

words! {
    /// The state of a domain's certificate at Cloudflare.
    CloudflareSslStatus {
        Initializing = "initializing", Documented, Reference, "about to be asked for.";
        PendingValidation = "pending_validation", Documented, Reference, "waiting for its DNS records.";
        Active = "active", Documented, Reference, "in use.";
    }
}
