use super::{
    CloudflareSslStatus, CloudflareStatus, DomainErrorCode, DomainInfo, DomainRefusal,
    DomainSummary,
};
use crate::{
    Document,
    ledger::{Model, macros::model, wire},
};

/// An answer about domains, which may be a refusal.
///
/// ```
/// use funnelflux_model::domains::{DomainErrorCode, DomainResponse, GetDomainResponse};
///
/// let answer: GetDomainResponse =
///     serde_json::from_str(r#"{"success":false,"error_code":"NOT_FOUND"}"#)?;
/// let refusal = answer.accepted().unwrap_err();
/// assert_eq!(refusal.code(), Some(&DomainErrorCode::NotFound));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub trait DomainResponse: Model {
    /// Why the call was refused, if it was: `success` is not true, or, where there is no
    /// `success`, there is an `error_code`.
    fn refusal(&self) -> Option<DomainRefusal> {
        let answer = self.document();
        let text = |name: &str| {
            let text = wire::any_text(answer, name).into_owned();
            (!text.is_empty()).then_some(text)
        };
        let code = text("error_code").map(|code| DomainErrorCode::from(code.as_str()));
        let refused = match wire::flag(answer, "success") {
            Ok(Some(success)) => !success,
            Ok(None) => code.is_some(),
            Err(_) => true,
        };
        refused.then(|| DomainRefusal {
            code,
            message: text("error_message").or_else(|| text("message")),
            answer: answer.clone(),
        })
    }

    /// The answer, unless it is a refusal.
    ///
    /// # Errors
    ///
    /// The refusal.
    fn accepted(self) -> Result<Self, Box<DomainRefusal>> {
        match self.refusal() {
            Some(refusal) => Err(Box::new(refusal)),
            None => Ok(self),
        }
    }
}

model! {
    /// The answer of `GET /billing/domains`.
    ListDomainsResponse {
        "success": flag(success, set_success), Documented, Reference, "whether the call was accepted.";
        "domains": parts(domains, set_domains, DomainSummary), Documented, Reference, "the domains.";
        "error_code": word(error_code, set_error_code, DomainErrorCode), Documented, Reference, "why it was refused.";
        "error_message": text(error_message, set_error_message), Documented, Reference, "why it was refused, in words.";
    }
}

model! {
    /// The answer of `POST /billing/domains`.
    CreateDomainResponse {
        "success": flag(success, set_success), Documented, Reference, "whether the call was accepted.";
        "domain": part(domain, set_domain, DomainInfo), Inferred, Guess, "the new domain.";
        "error_code": word(error_code, set_error_code, DomainErrorCode), Documented, Reference, "why it was refused.";
        "error_message": text(error_message, set_error_message), Documented, Reference, "why it was refused, in words.";
        "message": text(message, set_message), Documented, Reference, "what happened, in words.";
    }
}

model! {
    /// The answer of `GET /billing/domains/{id}`.
    GetDomainResponse {
        "success": flag(success, set_success), Documented, Reference, "whether the call was accepted.";
        "domain": part(domain, set_domain, DomainInfo), Inferred, Guess, "the domain.";
        "error_code": word(error_code, set_error_code, DomainErrorCode), Documented, Reference, "why it was refused.";
        "error_message": text(error_message, set_error_message), Documented, Reference, "why it was refused, in words.";
    }
}

model! {
    /// The answer of `DELETE /billing/domains/{id}`.
    DeleteDomainResponse {
        "success": flag(success, set_success), Documented, Reference, "whether the call was accepted.";
        "message": text(message, set_message), Documented, Reference, "what happened, in words.";
        "error_code": word(error_code, set_error_code, DomainErrorCode), Documented, Reference, "why it was refused.";
        "error_message": text(error_message, set_error_message), Documented, Reference, "why it was refused, in words.";
    }
}

model! {
    /// The answer of `POST /billing/domains/check`.
    CheckDomainResponse {
        "success": flag(success, set_success), Documented, Reference, "whether the call was accepted.";
        "found": flag(found, set_found), Documented, Reference, "whether the domain answers.";
        "ssl_valid": flag(ssl_valid, set_ssl_valid), Documented, Reference, "whether its certificate is good.";
        "http_status": integer(http_status, set_http_status), Documented, Reference, "the status that it answered with.";
        "ssl_error": text(ssl_error, set_ssl_error), Documented, Reference, "what is wrong with the certificate.";
        "response_time_ms": integer(response_time_ms, set_response_time_ms), Documented, Reference, "how long the answer took, in milliseconds.";
        "error_message": text(error_message, set_error_message), Documented, Reference, "what went wrong, in words.";
        "check_timestamp": integer(check_timestamp, set_check_timestamp), Documented, Reference, "when it was checked, in Unix time.";
        "cloudflare_status": word(cloudflare_status, set_cloudflare_status, CloudflareStatus), Documented, Reference, "the domain's state at Cloudflare.";
        "cloudflare_ssl_status": word(cloudflare_ssl_status, set_cloudflare_ssl_status, CloudflareSslStatus), Documented, Reference, "the certificate's state at Cloudflare.";
    }
}

macro_rules! find_domain {
    ($($answer:ident)+) => {$(
        impl $answer {
            /// The domain of the answer: the member `domain` if it is an object, else the only
            /// member that is one. That the answer holds a domain is *documented*, under which name
            /// is *inferred*. `None` if there is no object, or several.
            #[must_use]
            pub fn find_domain(&self) -> Option<DomainInfo> {
                if let Ok(Some(domain)) = self.domain() {
                    return Some(domain);
                }
                let objects = self.document().members();
                let mut objects = objects.filter(|(_, value)| value.get().starts_with('{'));
                match (objects.next(), objects.next()) {
                    (Some((_, only)), None) => {
                        Document::from_raw(only.to_owned()).ok().map(DomainInfo::from_document)
                    }
                    _ => None,
                }
            }
        }
    )+};
}

find_domain!(CreateDomainResponse GetDomainResponse);

impl DomainResponse for ListDomainsResponse {}
impl DomainResponse for CreateDomainResponse {}
impl DomainResponse for GetDomainResponse {}
impl DomainResponse for DeleteDomainResponse {}
impl DomainResponse for CheckDomainResponse {}
