use super::{
    CheckDomainResponse, CreateDomainResponse, DeleteDomainResponse, DomainErrorCode, DomainInfo,
    DomainRefusal, DomainSummary, GetDomainResponse, ListDomainsResponse,
};
use crate::{Document, ledger::Model, wire};

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
    /// The refusal, if it is one: `success` is not true, or is absent beside an `error_code`.
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

    /// Returns the answer, unless it is a refusal.
    ///
    /// # Errors
    /// The refusal.
    fn accepted(self) -> Result<Self, Box<DomainRefusal>> {
        match self.refusal() {
            Some(refusal) => Err(Box::new(refusal)),
            None => Ok(self),
        }
    }
}

macro_rules! find_domain {
    ($($answer:ident)+) => {$(
        impl $answer {
            /// The domain of the answer: the member `domain` if it is an object, else the only
            /// member that is one. That the answer holds a domain is *documented*, under which name
            /// is *inferred*. `None` if there is no object, or several.
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

impl DomainResponse for ListDomainsResponse {}
impl DomainResponse for CreateDomainResponse {}
impl DomainResponse for GetDomainResponse {}
impl DomainResponse for DeleteDomainResponse {}
impl DomainResponse for CheckDomainResponse {}
