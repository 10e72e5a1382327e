use serde::{Serialize, Serializer};

use crate::{ValidationError, quoted};

/// The body of `POST /billing/domains` and `POST /billing/domains/check`: `domain` (*documented*).
///
/// ```
/// use funnelflux_model::domains::DomainRequest;
///
/// assert_eq!(DomainRequest::new("go.example.com")?.domain(), "go.example.com");
/// assert!(DomainRequest::new("https://go.example.com/").is_err());
/// # Ok::<(), funnelflux_model::ValidationError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainRequest {
    domain: String,
}

impl Serialize for DomainRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([("domain", &self.domain)])
    }
}

impl DomainRequest {
    /// The request for a bare domain such as `go.example.com`. Refuses only texts that can never be a
    /// domain; the server judges long names and names beyond ASCII.
    ///
    /// # Errors
    /// When it is no bare domain: it has a scheme, a path, a port, white space, or no dot.
    pub fn new(domain: &str) -> Result<Self, ValidationError> {
        let wrong = |letter: char| {
            letter.is_whitespace() || letter.is_control() || "/:@?#".contains(letter)
        };
        let labels = domain.strip_suffix('.').unwrap_or(domain);
        if domain.contains(wrong) || !labels.contains('.') || labels.split('.').any(str::is_empty) {
            let expected = "a bare domain such as `go.example.com`";
            return Err(ValidationError::one("domain", quoted(domain), expected));
        }
        Ok(Self { domain: domain.to_owned() })
    }

    /// The domain.
    pub fn domain(&self) -> &str {
        &self.domain
    }
}
