use super::DomainErrorCode;
use crate::Document;

/// A refusal of a call about domains, inside a successful HTTP answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainRefusal {
    pub(super) code: Option<DomainErrorCode>,
    pub(super) message: Option<String>,
    pub(super) answer: Document,
}

impl DomainRefusal {
    /// `error_code`: the reason, for programs.
    pub fn code(&self) -> Option<&DomainErrorCode> {
        self.code.as_ref()
    }

    /// `error_message`, or `message`: the reason, in words.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The whole answer, unchanged.
    pub fn answer(&self) -> &Document {
        &self.answer
    }

    /// Whether the domain does not exist.
    pub fn is_not_found(&self) -> bool {
        self.code == Some(DomainErrorCode::NotFound)
    }

    /// Whether the domain is taken, by this account or another.
    pub fn is_taken(&self) -> bool {
        use DomainErrorCode::{DomainAlreadyOwned, DomainExists};
        matches!(self.code, Some(DomainExists | DomainAlreadyOwned))
    }
}

funnelflux_contract::formats! {
    Error for DomainRefusal, |it, f| {
        f.write_str("refused")?;
        if let Some(code) = &it.code {
            write!(f, " with {code}")?;
        }
        if let Some(message) = &it.message {
            write!(f, ": {message}")?;
        }
        Ok(())
    }
}
