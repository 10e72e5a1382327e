//! The two exchanges that every case has with the server.

use bytes::Bytes;

/// What the server answers with, to the byte.
pub(super) const ANSWER_BYTES: usize = 1024;

pub(super) const TOKEN: &str =
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJiZW5jaG1hcmsifQ.bm90LWEtcmVhbC1zaWduYXR1cmU";
/// The stack's own; the other cases send the same, so that all put the same bytes on the wire.
pub(super) const USER_AGENT: &str = concat!("funnelflux-rust/", env!("CARGO_PKG_VERSION"));
pub(super) const JSON: &str = "application/json";

/// A request body of the size that the API sees.
const BODY: &str = r#"{"timeStart":"2026-11-01T00:00:00+01:00","timeEnd":"2026-11-08T00:00:00+01:00","attributes":[{"attribute":"Third Parties: Traffic Source","whitelistFilters":[]},{"attribute":"Element: Offer","whitelistFilters":[]}],"filters":[]}"#;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exchange {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    /// The path with its query, as a user of a plain HTTP client would write it.
    path: &'static str,
    body: Option<&'static str>,
}

impl Exchange {
    pub(super) const REPORT: Self = Self {
        name: "POST",
        title: "POST /reporting/drilldown, 228 B up",
        path: "/reporting/drilldown",
        body: Some(BODY),
    };
    pub(super) const LIST: Self = Self {
        name: "GET",
        title: "GET /trafficsource/list?status=active",
        path: "/trafficsource/list?status=active",
        body: None,
    };

    pub(super) fn url(self, base: &str) -> String {
        format!("{base}{}", self.path)
    }

    /// The body of a report request; a list has none.
    pub(super) fn body(self) -> Option<Bytes> {
        self.body.map(|body| Bytes::from_static(body.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_tells_the_size_of_the_body() {
        let size = format!("{} B", BODY.len());
        assert!(Exchange::REPORT.title.contains(&size), "{size}");
    }
}
