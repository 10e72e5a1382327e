//! The two exchanges that every case has with the server.

use bytes::Bytes;

/// What the server answers with, to the byte.
pub(crate) const ANSWER_BYTES: usize = 1024;

pub(crate) const TOKEN: &str =
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJiZW5jaG1hcmsifQ.bm90LWEtcmVhbC1zaWduYXR1cmU";
/// The stack's own; the other cases send the same, so that all put the same bytes on the wire.
pub(crate) const USER_AGENT: &str = concat!("funnelflux-rust/", env!("CARGO_PKG_VERSION"));
pub(crate) const JSON: &str = "application/json";

/// A request body of the size that the API sees.
pub(crate) const BODY: &str = r#"{"timeStart":"2026-11-01T00:00:00+01:00","timeEnd":"2026-11-08T00:00:00+01:00","attributes":[{"attribute":"Third Parties: Traffic Source","whitelistFilters":[]},{"attribute":"Element: Offer","whitelistFilters":[]}],"filters":[]}"#;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exchange {
    /// `POST` of a report request: a fixed path and a small body.
    Report,
    /// `GET` of a list: a path with a query.
    List,
}

impl Exchange {
    pub(crate) const ALL: [Self; 2] = [Self::Report, Self::List];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Report => "POST",
            Self::List => "GET",
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Report => "POST /reporting/drilldown, 228 B up",
            Self::List => "GET /trafficsource/list?status=active",
        }
    }

    /// The whole address, as a user of a plain HTTP client would write it.
    pub(crate) fn url(self, base: &str) -> String {
        match self {
            Self::Report => format!("{base}/reporting/drilldown"),
            Self::List => format!("{base}/trafficsource/list?status=active"),
        }
    }

    /// The body of the request, if it has one.
    pub(crate) fn body(self) -> Option<Bytes> {
        match self {
            Self::Report => Some(Bytes::from_static(BODY.as_bytes())),
            Self::List => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_tells_the_size_of_the_body() {
        let size = format!("{} B", BODY.len());
        assert!(Exchange::Report.title().contains(&size), "{size}");
    }
}
