use serde::Serialize;

use crate::{ValidationError, validation::quoted};

macro_rules! request {
    ($(#[$doc:meta])* $request:ident) => {
        $(#[$doc])*
        ///
        /// Member of the wire: `domain`, required (*documented*).
        #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
        pub struct $request {
            domain: String,
        }

        impl $request {
            /// The request for a bare domain such as `go.example.com`.
            ///
            /// # Errors
            ///
            /// When it is no bare domain: it has a scheme, a path, a port, white space, or no dot.
            pub fn new(domain: &str) -> Result<Self, ValidationError> {
                Ok(Self { domain: bare(domain)?.to_owned() })
            }

            /// The domain.
            #[must_use]
            pub fn domain(&self) -> &str {
                &self.domain
            }
        }
    };
}

request! {
    /// The body of `POST /billing/domains`.
    ///
    /// ```
    /// use funnelflux_model::domains::CreateDomainRequest;
    ///
    /// assert_eq!(CreateDomainRequest::new("go.example.com")?.domain(), "go.example.com");
    /// assert!(CreateDomainRequest::new("https://go.example.com/").is_err());
    /// # Ok::<(), funnelflux_model::ValidationError>(())
    /// ```
    CreateDomainRequest
}

request! {
    /// The body of `POST /billing/domains/check`.
    CheckDomainRequest
}

/// Refuses only texts that can never be a domain; the server judges long names and names beyond
/// ASCII.
fn bare(domain: &str) -> Result<&str, ValidationError> {
    let wrong =
        |letter: char| letter.is_whitespace() || letter.is_control() || "/:@?#".contains(letter);
    let labels = domain.strip_suffix('.').unwrap_or(domain);
    if domain.contains(wrong) || !labels.contains('.') || labels.split('.').any(str::is_empty) {
        let expected = "a bare domain such as `go.example.com`";
        return Err(ValidationError::one("domain", quoted(domain), expected));
    }
    Ok(domain)
}
