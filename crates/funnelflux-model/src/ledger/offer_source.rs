use super::{
    macros::{asset, model},
    words::Status,
};

model! {
    /// An offer source: the affiliate network or advertiser that pays.
    ///
    /// One member more is documented without a readable name: query parameters to add to offer
    /// URLs, tokens allowed. It is kept like everything unknown.
    ///
    /// ```
    /// use funnelflux_model::ledger::{OfferSource, Status};
    ///
    /// let mut source = OfferSource::new("2nIemJxCKbFX".parse()?, "Acme network");
    /// source.set_status(&Status::Active).set_postback_tx_id("tx").set_category_id(None);
    /// assert_eq!(
    ///     serde_json::to_string(&source)?,
    ///     r#"{"idOfferSource":"2nIemJxCKbFX","offerSourceName":"Acme network","status":"active","postbackTxId":"tx","idCategory":""}"#
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    OfferSource {
        "idOfferSource": id(id, id_text, set_id, OfferSource), Documented, Reference, "its id.";
        "offerSourceName": text(name, set_name), Documented, Reference, "its name.";
        "umrDomainOverride": text(umr_domain_override, set_umr_domain_override), Documented, Reference, "a bare domain of the same owner, for offer bounces that hide the referrer.";
        "postbackSubId": text(postback_sub_id, set_postback_sub_id), Documented, Reference, "the *name of the URL parameter* that holds the sub id, not a value.";
        "postbackTxId": text(postback_tx_id, set_postback_tx_id), Documented, Reference, "the *name of the URL parameter* that holds the transaction id, not a value.";
        "postbackPayout": text(postback_payout, set_postback_payout), Documented, Reference, "the *name of the URL parameter* that holds the payout, not a value.";
        "status": word(status, set_status, Status), Documented, Reference, "its state.";
        "idCategory": link(category_id, category_id_text, set_category_id, Category), Documented, Reference, "its category.";
        "meta": raw(meta, set_meta), Documented, Reference, "internal to the app. Never store anything in it: it goes back as it was read.";
        "subId": text(sub_id, set_sub_id), Sibling, SelfHosted, "the parameter that carries the hit id out.";
        "querySeparator": text(query_separator, set_query_separator), Sibling, SelfHosted, "what separates query parameters.";
    }
}

model! {
    /// An offer source as lists return it.
    OfferSourceInfo {
        "idOfferSource": id(id, id_text, set_id, OfferSource), Documented, Reference, "its id.";
        "offerSourceName": text(name, set_name), Documented, Reference, "its name.";
        "status": word(status, set_status, Status), Documented, Reference, "its state.";
        "idCategory": link(category_id, category_id_text, set_category_id, Category), Documented, Reference, "its category.";
        "categoryName": text(category_name, set_category_name), Documented, Reference, "its category's name.";
    }
}

asset!(OfferSource, OfferSourceInfo, id = "idOfferSource", name = "offerSourceName");
