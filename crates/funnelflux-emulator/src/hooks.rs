//! Servers that the emulator calls for its traffic, as FunnelFlux calls those of its users.

use std::net::IpAddr;

use funnelflux_json::{Part, rewrite};
use funnelflux_transport::{IntoSeam, SeamService};
use http::Uri;

/// What a server is called for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Trigger {
    Node,
    Question,
    /// The number of the conversion of the visit.
    Conversion(usize),
}

/// How the emulator calls servers for its traffic: webhooks that visits pass, middleware that they wait
/// for, and conversions. The traffic stays as it is; what the servers answer shows in the logs.
///
/// The address of a call is the one given here, else the first one in the config. Only loopback addresses
/// are called, unless [`anywhere`](Self::anywhere) says otherwise.
///
/// ```
/// use funnelflux_emulator::{Emulator, Hooks};
/// # fn client() -> impl funnelflux_transport::IntoSeam<funnelflux_transport::Body> {
/// #     tower::service_fn(|_| async { Ok::<_, std::io::Error>(http::Response::new(funnelflux_transport::Body::default())) })
/// # }
///
/// let hooks = Hooks::new(client()).with_middleware_url("http://127.0.0.1:8787/decide".parse()?);
/// let emulator = Emulator::builder().visits_per_hour(3600).hooks(hooks);
/// # drop(emulator);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[must_use = "it has an effect only where it is passed"]
pub struct Hooks {
    pub(crate) client: SeamService,
    webhook: Option<Uri>,
    middleware: Option<Uri>,
    is_anywhere: bool,
}

funnelflux_contract::shows! {
    /// Without the addresses, which may hold secrets.
    Hooks, |it|
        has_webhook_url: it.webhook.is_some(), has_middleware_url: it.middleware.is_some(),
        is_anywhere: it.is_anywhere
}

impl Hooks {
    /// Calls through this client, such as a transport, or a server in this process.
    pub fn new<B>(client: impl IntoSeam<B>) -> Self {
        Self { client: client.into_seam(), webhook: None, middleware: None, is_anywhere: false }
    }

    funnelflux_contract::setters! {
        /// Sends every webhook to this address. Conversions are sent to it alone: how a traffic source is bound
        /// to a webhook is unknown.
        fn with_webhook_url(url: Uri) => webhook = Some(url);
        /// Asks this address for every decision of middleware.
        fn with_middleware_url(url: Uri) => middleware = Some(url);
        /// Calls other machines, too.
        fn anywhere() => is_anywhere = true;
    }

    /// The setting that no call may use.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        let given =
            [("hooks.webhook_url", &self.webhook), ("hooks.middleware_url", &self.middleware)];
        let is_wrong = |url: &Option<Uri>| url.as_ref().is_some_and(|url| !self.may_call(url));
        given.into_iter().find(|(_, url)| is_wrong(url)).map(|(name, _)| name)
    }

    fn may_call(&self, url: &Uri) -> bool {
        let host = url.host().unwrap_or_default();
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        let is_local =
            address.map_or(host.eq_ignore_ascii_case("localhost"), |it| it.is_loopback());
        matches!(url.scheme_str(), Some("http" | "https")) && (is_local || self.is_anywhere)
    }

    /// The address for a config. The names of its members are not certain, so any text may hold it.
    pub(crate) fn address(&self, event: Trigger, config: &str) -> Option<Uri> {
        let given = match event {
            Trigger::Question => &self.middleware,
            Trigger::Node | Trigger::Conversion(_) => &self.webhook,
        };
        let url = given.clone().or_else(|| match event {
            Trigger::Conversion(_) => None,
            Trigger::Node | Trigger::Question => address_in(config),
        });
        url.filter(|url| self.may_call(url))
    }
}

fn address_in(config: &str) -> Option<Uri> {
    let mut found = None;
    rewrite(config, |part, _, text| {
        if part == Part::Text && (text.starts_with("http://") || text.starts_with("https://")) {
            found = found.take().or_else(|| text.parse().ok());
        }
        None
    });
    found
}
