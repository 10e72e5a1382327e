//! A person who clicks through the app, and the browser that records it.

use std::sync::{Arc, Mutex};

use funnelflux::emulator::Emulator;
use funnelflux::ledger::{AssetKind, Schema, Verb};
use funnelflux::operations::find_by_id;
use funnelflux::transport::http::{Request, Response};
use funnelflux::transport::{Body, EACH_ID, Error, Overlay};
use funnelflux::{FunnelFlux, operations};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// The requests and answers, as a HAR file holds them.
#[derive(Clone, Default)]
pub(crate) struct Browser(Arc<Mutex<Vec<Value>>>);

impl Browser {
    pub(crate) fn har(&self) -> String {
        let entries = self.0.lock().unwrap().clone();
        let creator = json!({"name": "test driver", "version": "1"});
        json!({"log": {"version": "1.2", "creator": creator, "entries": entries}}).to_string()
    }

    fn note(&self, request: &Request<Body>, sent: &str, status: u16, answer: &str) {
        let headers: Vec<Value> = request
            .headers()
            .iter()
            .map(|(name, value)| json!({"name": name.as_str(), "value": value.to_str().unwrap()}))
            .collect();
        let body =
            (!sent.is_empty()).then(|| json!({"mimeType": "application/json", "text": sent}));
        self.0.lock().unwrap().push(json!({
            "startedDateTime": "2026-11-27T12:00:00.000Z",
            "request": {
                "method": request.method().as_str(), "url": request.uri().to_string(),
                "httpVersion": "HTTP/2", "headers": headers, "queryString": [], "postData": body,
            },
            "response": {
                "status": status,
                "content": {"size": answer.len(), "mimeType": "application/json", "text": answer},
            },
        }));
    }
}

/// A client of the account that knows what the overlay says, and a browser that records it.
pub(crate) fn client(account: &Emulator, overlay: Overlay, browser: &Browser) -> FunnelFlux {
    let (router, browser) = (account.router(), browser.clone());
    let transport = tower::service_fn(move |request: Request<Body>| {
        let (router, browser) = (router.clone(), browser.clone());
        async move {
            let sent = request.body().as_bytes().map(<[u8]>::to_vec).unwrap_or_default();
            let sent = String::from_utf8(sent).unwrap();
            let (parts, _) = request.into_parts();
            let copy = Request::from_parts(parts.clone(), http_body_util::Full::from(sent.clone()));
            let answer = router.oneshot(copy).await?;
            let (head, body) = answer.into_parts();
            let body = body.collect().await.unwrap().to_bytes();
            let text = String::from_utf8(body.to_vec()).unwrap();
            let request = Request::from_parts(parts, Body::empty());
            browser.note(&request, &sent, head.status.as_u16(), &text);
            Ok::<_, std::io::Error>(Response::from_parts(head, Body::from(body)))
        }
    });
    FunnelFlux::builder()
        .transport(transport)
        .base_url("http://127.0.0.1:9/v1")
        .access_token(account.access_token())
        .overlay(overlay)
        .build()
        .unwrap()
}

/// A call by our names.
pub(crate) async fn call(
    client: &FunnelFlux,
    id: &str,
    query: &[(&str, &str)],
    body: Option<Value>,
) -> Result<Value, Error> {
    let operation = find_by_id(id).unwrap();
    let mut call = client.client().call(operation);
    for (name, value) in query {
        call = call.query(name, value);
    }
    if let Some(body) = body {
        call = call.json(&body);
    }
    let answer = call.send().await?;
    Ok(serde_json::from_slice(&answer).unwrap_or(Value::Null))
}

/// The objects of a list, wherever the answer holds it.
pub(crate) fn items(answer: &Value) -> Vec<Value> {
    let inner = || answer.as_object()?.values().find_map(Value::as_array);
    answer.as_array().or_else(inner).cloned().unwrap_or_default()
}

/// Does everything that the reference lists for a kind, and returns the operations that failed.
pub(crate) async fn click_through(client: &FunnelFlux, kind: &AssetKind) -> Vec<String> {
    let mut failed = Vec::new();
    let mut tell = |verb: Verb, outcome: Result<Value, Error>| match outcome {
        Ok(answer) => answer,
        Err(error) => {
            failed.push(format!("{} {verb}: {error}", kind.name));
            Value::Null
        }
    };
    let id_of = |verb| kind.operation(verb).map(|operation| operation.id());
    let Some(list) = id_of(Verb::List) else { return failed };
    let mut all = items(&tell(Verb::List, call(client, list, &[], None).await));
    if let Some(create) = id_of(Verb::Create).filter(|_| all.is_empty()) {
        tell(Verb::Create, call(client, create, &[], Some(first_of(kind))).await);
        all = items(&tell(Verb::List, call(client, list, &[], None).await));
    }
    let filters = find_by_id(list).unwrap().query().iter().any(|it| it.name == "status");
    if filters {
        tell(Verb::List, call(client, list, &[("status", "active")], None).await);
    }
    let own_id = |object: &Value| {
        kind.id_members.iter().find_map(|name| Some(object.get(*name)?.as_str()?.to_owned()))
    };
    let ids: Vec<String> = all.iter().filter_map(own_id).collect();
    let Some(id) = ids.first() else { return failed };
    let parameter =
        |verb: Verb| kind.operation(verb).and_then(|it| it.query().first()).map(|it| it.name);
    let mut whole = Value::Null;
    if let (Some(find), Some(name)) = (id_of(Verb::FindById), parameter(Verb::FindById)) {
        let last = ids.last().unwrap_or(id);
        tell(Verb::FindById, call(client, find, &[(name, last)], None).await);
        whole = tell(Verb::FindById, call(client, find, &[(name, id)], None).await);
    }
    if let (Some(find), Some(name)) = (id_of(Verb::FindByIds), parameter(Verb::FindByIds)) {
        let some = ids.iter().take(2).cloned().collect::<Vec<_>>().join(",");
        tell(Verb::FindByIds, call(client, find, &[(name, &some)], None).await);
    }
    if let Some(find) = id_of(Verb::FindByStatus) {
        tell(Verb::FindByStatus, call(client, find, &[("status", "active")], None).await);
    }
    if let Some(find) = id_of(Verb::FindByCategory) {
        tell(Verb::FindByCategory, call(client, find, &[("idCategory", "")], None).await);
    }
    if let (Some(find), Some(of_type)) = (id_of(Verb::FindByType), all[0]["funnelType"].as_str()) {
        tell(Verb::FindByType, call(client, find, &[("funnelType", of_type)], None).await);
    }
    if let Some(update) = id_of(Verb::Update).filter(|_| whole.is_object()) {
        tell(Verb::Update, call(client, update, &[], Some(whole.clone())).await);
    }
    let mut made = None;
    if let (Some(copy), Some(name)) = (id_of(Verb::Duplicate), parameter(Verb::Duplicate)) {
        let mut body = json!({"name": "A copy"});
        if kind.name == "funnels" {
            body["parentId"] = whole["idFunnelGroup"].clone();
        }
        made = own_id(&tell(Verb::Duplicate, call(client, copy, &[(name, id)], Some(body)).await));
    }
    let (create, find) = (id_of(Verb::Create), id_of(Verb::FindById));
    if let (Some(create), Some(find)) = (create, find)
        && let (Some(copy), Some(name)) = (&made, parameter(Verb::FindById))
    {
        let mut fresh = tell(Verb::FindById, call(client, find, &[(name, copy)], None).await);
        // The app makes the ids of new objects.
        let text = fresh.to_string().replace(&**copy, &new_id(copy));
        fresh = serde_json::from_str(&text).unwrap();
        fresh.as_object_mut().unwrap().remove("meta");
        // A copy of a config has no secrets.
        if let Some(destination) = fresh.get_mut("destination").and_then(Value::as_object_mut) {
            for name in ["basicAuth", "hmacSecret", "hasBasicAuthPassword", "hasHmacSecret"] {
                destination.remove(name);
            }
        }
        tell(Verb::Create, call(client, create, &[], Some(fresh)).await);
    }
    let Some(made) = made else { return failed };
    for verb in [Verb::Archive, Verb::Unarchive] {
        let Some(operation) = id_of(verb) else { continue };
        let each = client.client().overlay().takes_each_id(operation);
        let outcome = match (kind.takes_one(verb), parameter(verb)) {
            _ if each => {
                let call = client.client().call(find_by_id(operation).unwrap());
                call.path_param(EACH_ID, &made).send().await.map(|_| Value::Null)
            }
            (true, Some(name)) => call(client, operation, &[(name, &made)], None).await,
            _ => call(client, operation, &[], Some(json!({"ids": [made]}))).await,
        };
        tell(verb, outcome);
        if verb == Verb::Archive && filters {
            tell(Verb::List, call(client, list, &[("status", "archived")], None).await);
        }
    }
    if let Some(moved) = id_of(Verb::Move) {
        let body = match kind.takes_one(Verb::Move) {
            true => json!({"idCampaign": whole["idFunnelGroup"], kind.id_query: made}),
            false => json!({"ids": [made], "idCategory": ""}),
        };
        tell(Verb::Move, call(client, moved, &[], Some(body)).await);
    }
    if let (Some(delete), Some(name)) = (id_of(Verb::Delete), parameter(Verb::Delete)) {
        tell(Verb::Delete, call(client, delete, &[(name, &made)], None).await);
    }
    failed
}

/// What a form of the app sends that was left as it is, but for the name.
fn first_of(kind: &AssetKind) -> Value {
    let mut object = serde_json::Map::new();
    let place = AssetKind::all().iter().position(|it| it.name == kind.name).unwrap();
    for member in kind.schema.members.iter().filter(|it| !it.server_managed && !it.reserved) {
        let is = |names: &[&str]| names.contains(&member.name);
        let values = Schema::find(member.kind).map(|it| it.values).unwrap_or_default();
        let value = match member.kind {
            "id" if is(kind.id_members) => json!(format!("2nIemJxCKb{place:02}")),
            "string" if is(kind.name_members) => json!(format!("The first of {}", kind.name)),
            "id" | "string" => json!(""),
            "bool" => json!(false),
            of if of.ends_with("[]") => json!([]),
            _ => match values.first() {
                Some(first) => json!(first.value),
                None => continue,
            },
        };
        object.insert(member.name.to_owned(), value);
    }
    object.into()
}

fn new_id(old: &str) -> String {
    let (start, end) = old.split_at(old.len() - 1);
    format!("{start}{}", if end == "Q" { "R" } else { "Q" })
}

/// Looks at domains and reports.
pub(crate) async fn look_around(client: &FunnelFlux) -> Vec<String> {
    let mut failed = Vec::new();
    let domain =
        call(client, "billing.domains.create", &[], Some(json!({"domain": "go.example.com"})))
            .await;
    let list = call(client, "billing.domains.list", &[], None).await;
    let id = list
        .as_ref()
        .ok()
        .and_then(|list| Some(items(list).first()?.get("id")?.as_str()?.to_owned()));
    failed.extend(domain.err().map(|error| error.to_string()));
    failed.extend(list.err().map(|error| error.to_string()));
    let get = client.client().call(operations::find_by_id("billing.domains.get").unwrap());
    let get = get.path_param("id", id.unwrap_or_default()).send().await;
    failed.extend(get.err().map(|error| error.to_string()));
    let report = json!({
        "timeStart": "2026-11-20T00:00:00+00:00", "timeEnd": "2026-11-20T23:59:59+00:00",
        "attributes": [{"attribute": "Element: Funnel"}], "filters": [],
    });
    let report = call(client, "reporting.drilldown", &[], Some(report)).await;
    failed.extend(report.err().map(|error| error.to_string()));
    failed
}
