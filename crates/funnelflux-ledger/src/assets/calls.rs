//! The calls of writes, before the sending methods send them: a preview shows exactly what is sent.

use funnelflux_contract::Verb;
use funnelflux_model::ledger::{Object as _, rules};
use funnelflux_model::{Document, ValidationError};
use funnelflux_transport::{CallBuilder, Error};

use super::Assets;
use crate::kind::{AnyId as _, AnyKind, Has, verb};

impl<K: AnyKind> Assets<K> {
    /// Builds the call that creates this object: to preview it, or to send it. Members that only the
    /// server or the app writes are left out, with a warning for each.
    ///
    /// ```
    /// # fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// use funnelflux_ledger::Ledger;
    /// use funnelflux_model::Document;
    /// use funnelflux_transport::Client;
    /// # let service = tower::service_fn(|_: http::Request<funnelflux_transport::Body>| async {
    /// #     Err::<http::Response<funnelflux_transport::Body>, _>(funnelflux_transport::Error::local("no network"))
    /// # });
    /// # let client = Client::from_service(service);
    ///
    /// let sources = Ledger::new(client).dynamic("offer-sources").ok_or("no such kind")?;
    /// let object =
    ///     Document::parse(r#"{"idOfferSource":"2nIemJxCKbFX","offerSourceName":"Acme"}"#)?;
    /// let call = sources.create_call(&object)?;
    /// let (method, path, body) = call.preview()?;
    /// assert_eq!((method.as_str(), path.as_str()), ("POST", "/offersource/save"));
    /// assert_eq!(body, Some(object.text().as_bytes()));
    /// # Ok(()) }
    /// # example().unwrap();
    /// ```
    pub fn create_call(&self, object: &K::Object) -> Result<CallBuilder<'_>, Error>
    where
        K: Has<verb::Create>,
    {
        let (kind, object) = (self.kind(), object.document());
        for member in rules::left_out(kind, object) {
            tracing::warn!(kind = kind.name, member, "a create does not send this member");
        }
        let object = rules::for_create(kind, object).map_err(nothing_sent)?;
        Ok(self.engine.call(Verb::Create)?.json_text(object.text().to_owned()))
    }

    /// Builds the call that saves this object.
    pub fn update_call(&self, object: &K::Object) -> Result<CallBuilder<'_>, Error>
    where
        K: Has<verb::Update>,
    {
        let object = rules::for_save(self.kind(), object.document()).map_err(nothing_sent)?;
        Ok(self.engine.call(Verb::Update)?.json_text(object.text().to_owned()))
    }

    /// Builds the call that has the server copy the object as `request` says.
    pub fn duplicate_call(
        &self,
        id: &K::Id,
        request: &K::CopyRequest,
    ) -> Result<CallBuilder<'_>, Error>
    where
        K: Has<verb::Duplicate>,
    {
        let call = self.engine.call_with(Verb::Duplicate, id.untyped().as_str())?;
        let request: Document = request.clone().into();
        rules::check_copy(self.kind(), &request).map_err(nothing_sent)?;
        Ok(call.json_text(request.text().to_owned()))
    }
}

fn nothing_sent(cause: ValidationError) -> Error {
    Error::invalid_request("nothing was sent").with_source(cause)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use funnelflux_contract::AssetKind;
    use funnelflux_id::AssetId;
    use funnelflux_transport::{Body, Client};
    use http::{Request, Response};

    use super::*;
    use crate::Ledger;

    type Sent = Vec<(String, String, Option<String>)>;

    /// A client whose requests go nowhere but into the list.
    fn recording() -> (Client, Arc<Mutex<Sent>>) {
        let sent = Arc::new(Mutex::new(Sent::new()));
        let list = Arc::clone(&sent);
        let client = Client::from_service(tower::service_fn(move |request: Request<Body>| {
            let (parts, body) = request.into_parts();
            let body = body.try_into_bytes().ok().filter(|bytes| !bytes.is_empty());
            let body = body.map(|bytes| String::from_utf8(bytes.to_vec()).unwrap());
            list.lock().unwrap().push((parts.method.to_string(), parts.uri.to_string(), body));
            std::future::ready(Ok::<_, Error>(Response::new(Body::from("{}"))))
        }));
        (client, sent)
    }

    fn previewed(calls: Vec<CallBuilder<'_>>) -> Sent {
        let each = calls.into_iter().map(|call| {
            let (method, path, body) = call.preview().unwrap();
            let body = body.map(|bytes| String::from_utf8(bytes.to_vec()).unwrap());
            (method.to_string(), path, body)
        });
        each.collect()
    }

    #[tokio::test]
    async fn what_is_previewed_is_what_is_sent() {
        let (client, sent) = recording();
        let ids: [AssetId; 2] = ["2nIemJxCKbFX".parse().unwrap(), "2n5JuOKWLTzd".parse().unwrap()];
        let take = || std::mem::take(&mut *sent.lock().unwrap());
        let mut seen = 0;
        for kind in AssetKind::all() {
            let assets = Ledger::new(client.clone()).dynamic_of(kind);
            let has = |verb| kind.operation(verb).is_some();
            if has(Verb::Create) {
                let member = kind.id_members.first().unwrap();
                let object =
                    Document::parse(&format!(r#"{{"{member}":"{}", "x":1.50}}"#, ids[0])).unwrap();
                if let Ok(call) = assets.create_call(&object) {
                    let preview = previewed(vec![call]);
                    assets.create(&object).await.unwrap();
                    assert_eq!(take(), preview);
                }
                if let Ok(call) = assets.update_call(&object) {
                    let preview = previewed(vec![call]);
                    assets.update(&object).await.unwrap();
                    assert_eq!(take(), preview);
                }
            }
            if has(Verb::Duplicate) {
                let request = r#"{"name":"Copy","parentId":"2n5JuOKWLTzd"}"#;
                let request = Document::parse(request).unwrap();
                let preview = previewed(vec![assets.duplicate_call(&ids[0], &request).unwrap()]);
                assets.duplicate(&ids[0], &request).await.unwrap();
                assert_eq!(take(), preview);
            }
            if has(Verb::Delete) {
                let preview = previewed(assets.delete(&ids).calls().unwrap());
                assert_eq!(preview.len(), 2);
                assets.delete(&ids).await.unwrap();
                assert_eq!(take(), preview);
            }
            if has(Verb::Archive) {
                let preview = previewed(assets.archive(&ids).calls().unwrap());
                assert_eq!(preview.len(), if kind.takes_one(Verb::Archive) { 2 } else { 1 });
                assets.archive(&ids).await.unwrap();
                assert_eq!(take(), preview);
            }
            if has(Verb::Unarchive) {
                let preview = previewed(assets.unarchive(&ids).calls().unwrap());
                assets.unarchive(&ids).await.unwrap();
                assert_eq!(take(), preview);
            }
            if has(Verb::Move) {
                let preview = previewed(assets.move_to(&ids, Some(&ids[1])).calls().unwrap());
                assets.move_to(&ids, Some(&ids[1])).await.unwrap();
                assert_eq!(take(), preview);
                seen += 1;
            }
        }
        assert!(seen > 5, "{seen} kinds can be moved");
    }

    #[tokio::test]
    async fn an_empty_list_and_a_funnel_without_a_group_are_refused_unsent() {
        let (client, sent) = recording();
        let id: AssetId = "2nIemJxCKbFX".parse().unwrap();
        for name in ["offer-sources", "funnels"] {
            let assets = Ledger::new(client.clone()).dynamic(name).unwrap();
            assert!(assets.archive(&[]).await.unwrap_err().is_invalid_request(), "{name}");
            assert!(assets.unarchive(&[]).await.unwrap_err().is_invalid_request(), "{name}");
            assert!(assets.move_to(&[], Some(&id)).await.unwrap_err().is_invalid_request());
        }
        let funnels = Ledger::new(client).dynamic("funnels").unwrap();
        let error = funnels.move_to(&[id], None).await.unwrap_err().to_string();
        assert!(error.contains("group"), "{error}");
        assert!(sent.lock().unwrap().is_empty());
    }
}
