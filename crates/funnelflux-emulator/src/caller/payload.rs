//! What is sent. The members are those of the contract; those inside of its objects are inventions.

use funnelflux_contract::{Schema, schemas};
use funnelflux_json::quote;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use jiff::tz::Offset;
use serde_json::{Map, Value, json};

use crate::account::{Account, Asset};
use crate::hooks::Trigger;
use crate::rng::hash;
use crate::traffic::{TrackingField, Visit};
use crate::wire::time;

/// The documented version of the payload.
const VERSION: &str = "1.0";

pub(super) struct Payload<'a> {
    pub(super) account: &'a Account,
    pub(super) visit: &'a Visit,
    pub(super) event: Trigger,
    pub(super) at: i64,
    pub(super) timeout_millis: i64,
}

impl Payload<'_> {
    fn event_type(&self) -> &'static str {
        match self.event {
            Trigger::Node => "node_execution",
            Trigger::Question => "middleware_request",
            Trigger::Conversion(_) => "conversion_triggered",
        }
    }

    /// In the form of a UUID.
    fn request_id(&self) -> String {
        let salt = match self.event {
            Trigger::Node => 0xD1,
            Trigger::Question => 0xD2,
            Trigger::Conversion(number) => 0xD3 + number as u64,
        };
        let [a, b] = [hash(&[self.visit.key, salt]), hash(&[self.visit.key, salt, 1])];
        let (high, low) = (a >> 32, a & 0xffff);
        let (c, d) = (b >> 52, b & 0xffff_ffff_ffff);
        format!("{high:08x}-{low:04x}-4{c:03x}-8{:03x}-{d:012x}", (a >> 16) & 0xfff)
    }

    pub(super) fn body(&self) -> String {
        let schema: &Schema = match self.event {
            Trigger::Question => &schemas::MIDDLEWARE_REQUEST,
            Trigger::Node | Trigger::Conversion(_) => &schemas::WEBHOOK_PAYLOAD,
        };
        let member = |name: &str| Some(format!("{}:{}", quote(name), self.member(name)?));
        let members = schema.members.iter().filter_map(|it| member(it.name));
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    }

    fn member(&self, name: &str) -> Option<Value> {
        let Self { account, visit, .. } = *self;
        let asset = |asset: Option<&Asset>| {
            asset.map(|asset| json!({"id": asset.id(), "name": asset.name()}))
        };
        let is_in_flow = !matches!(self.event, Trigger::Conversion(_));
        Some(match name {
            "schema_version" => VERSION.into(),
            "event_type" => self.event_type().into(),
            "request_id" => self.request_id().into(),
            "timestamp" => time::stamp(self.at, Offset::UTC).into(),
            "execute_timeout_ms" => self.timeout_millis.into(),
            "visitor" => json!({
                "id": visit.visitor.id(),
                "ip": visit.visitor.ip.to_string(),
                "country": visit.visitor.fact("country"),
            }),
            "funnel" => asset(account.funnels.get(visit.funnel))?,
            "traffic_source" => asset(account.sources.get(visit.source))?,
            "hit" => json!({"id": visit.hit_id(!is_in_flow)}),
            "tracking_fields" => {
                let field =
                    |it: TrackingField| (it.name().to_owned(), it.value(account, visit).into());
                TrackingField::filled().map(field).collect::<Map<String, Value>>().into()
            }
            "session" | "url_buffer" if is_in_flow => json!({}),
            "is_action" if is_in_flow => false.into(),
            "action_data" if is_in_flow => json!({"email": self.email()}),
            _ => return None,
        })
    }

    /// One of ten is of a domain that the example `fraud_check` rejects.
    fn email(&self) -> String {
        let key = self.visit.visitor.key;
        let domain = if key.is_multiple_of(10) { "example.org" } else { "example.com" };
        format!("visitor-{key:016x}@{domain}")
    }

    pub(super) fn headers(&self) -> HeaderMap {
        let json = HeaderValue::from_static("application/json");
        let mut headers = HeaderMap::from_iter([(header::CONTENT_TYPE, json)]);
        if self.event == Trigger::Question {
            return headers;
        }
        let family = schemas::WEBHOOK_PAYLOAD_FAMILY.values.first().map_or("", |it| it.value);
        for name in schemas::WEBHOOK_HEADER.values {
            let value = match name.value.to_ascii_lowercase() {
                name if name.ends_with("-request-id") => self.request_id(),
                name if name.ends_with("-trigger-type") => self.event_type().to_owned(),
                _ => family.to_owned(),
            };
            if let (Ok(name), Ok(value)) = (name.value.parse::<HeaderName>(), value.parse()) {
                headers.insert(name, value);
            }
        }
        headers
    }
}
