//! Enumerations. Each keeps the values that this crate does not know.

use super::macros::words;

words! {
    /// The state of an asset.
    ///
    /// ```
    /// use funnelflux_model::{Grade, ledger::Status};
    ///
    /// assert_eq!(Status::from("active"), Status::Active);
    /// assert_eq!(Status::from("paused"), Status::Unknown("paused".into()));
    /// assert_eq!(Status::Archived.grade(), Grade::Sibling);
    /// ```
    Status {
        Active = "active", Proven, Integration, "in use.";
        Archived = "archived", Sibling, SelfHosted, "put away, not deleted.";
        Deleted = "deleted", Inferred, Pattern, "gone.";
    }
}

words! {
    /// Which assets a list is to hold, by their state.
    StatusFilter {
        Active = "active", Proven, Integration, "those in use.";
        Archived = "archived", Sibling, SelfHosted, "those put away.";
        NotDeleted = "not-deleted", Documented, Reference, "all but deleted ones (documented for middleware configs).";
        Deleted = "deleted", Inferred, Pattern, "deleted ones.";
        All = "all", Sibling, SelfHosted, "all of them.";
        Empty = "", Documented, Reference, "the same as `not-deleted` (documented for middleware configs).";
    }
}

words! {
    /// What a category holds.
    CategoryType {
        TrafficSources = "trafficsources", Documented, Reference, "traffic sources.";
        OfferSources = "offersources", Documented, Reference, "offer sources.";
        Lander = "lander", Documented, Reference, "landers.";
        Offer = "offer", Documented, Reference, "offers.";
        LanderGroup = "landerGroup", Documented, Reference, "page groups of landers.";
        OfferGroup = "offerGroup", Documented, Reference, "page groups of offers.";
        Condition = "condition", Documented, Reference, "conditions.";
        VisitorTag = "visitorTag", Documented, Reference, "visitor tags.";
        LogicScript = "logicscript", Documented, Reference, "logic scripts.";
        MiddlewareConfig = "middlewareconfig", Documented, Reference, "middleware configs.";
        WebhookConfig = "webhookconfig", Documented, Reference, "webhook configs.";
    }
}

words! {
    /// How the costs of a traffic source are attributed. That there is such an enumeration is
    /// documented; its values are not.
    CostType {
        Cpe = "cpe", Sibling, SelfHosted, "cost per entrance, the usual one.";
        Cpa = "cpa", Sibling, SelfHosted, "cost per action.";
    }
}

words! {
    /// The type of a funnel. That there is such an enumeration is documented; no value could be
    /// read.
    FunnelType {}
}

words! {
    /// Whether a page is a lander or an offer.
    PageType {
        Lander = "lander", Sibling, SelfHosted, "a lander.";
        Offer = "offer", Sibling, SelfHosted, "an offer.";
    }
}

words! {
    /// How a visitor is sent to a page.
    RedirectType {
        Permanent = "301", Sibling, SelfHosted, "HTTP 301.";
        Temporary = "307", Sibling, SelfHosted, "HTTP 307.";
        Umr = "umr", Sibling, SelfHosted, "bounced by a page of the tracker, so that the referrer is hidden.";
        Fluxify = "fluxify", Sibling, SelfHosted, "shown under the tracker's own address.";
    }
}

words! {
    /// How an offer pays.
    PayoutType {
        PerConversion = "perConversion", Sibling, SelfHosted, "a fixed amount.";
        RevShare = "revShare", Sibling, SelfHosted, "a share of the revenue.";
    }
}

words! {
    /// How a traffic source is told of a conversion.
    PostbackType {
        None = "none", Sibling, SelfHosted, "not at all.";
        Url = "postbackUrl", Sibling, SelfHosted, "a URL that the server calls.";
        Pixel = "pixelUrl", Sibling, SelfHosted, "a URL that the visitor's browser calls.";
        JavaScript = "javascript", Sibling, SelfHosted, "code that the visitor's browser runs.";
    }
}

words! {
    /// The method of a request to a middleware destination.
    MiddlewareMethod {
        Post = "POST", Documented, Reference, "with a JSON body.";
        Get = "GET", Documented, Reference, "without a body.";
    }
}
