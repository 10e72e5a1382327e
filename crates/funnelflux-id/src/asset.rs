//! The kinds of assets: one marker type each.

/// A kind of asset, as the marker in [`Id<T>`](crate::Id).
///
/// Open on purpose: an asset that this version does not know, or one whose wire name turns out to
/// be another, can have a marker of your own.
///
/// ```
/// use funnelflux_id::{Asset, Funnel, Id};
///
/// assert_eq!(Funnel::NAME, "funnel");
/// assert_eq!(Funnel::ID_MEMBER, "idFunnel");
///
/// enum AiNode {}
///
/// impl Asset for AiNode {
///     const NAME: &'static str = "AI node";
///     const ID_MEMBER: &'static str = "idAiNode";
/// }
///
/// let node: Id<AiNode> = "2nIemJxCKbFX".parse()?;
/// # Ok::<(), funnelflux_id::ParseAssetIdError>(())
/// ```
pub trait Asset {
    /// What the user interface calls it, in the singular: `funnel group`.
    const NAME: &'static str;

    /// The JSON member, and query parameter, that holds its id: `idFunnelGroup`.
    const ID_MEMBER: &'static str;
}

macro_rules! assets {
    ($($(#[$doc:meta])* $marker:ident: $name:literal, $member:literal, $grade:literal;)+) => {$(
        $(#[$doc])*
        ///
        #[doc = concat!("On the wire its id is `", $member, "` (", $grade, ").")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $marker {}

        impl Asset for $marker {
            const NAME: &'static str = $name;
            const ID_MEMBER: &'static str = $member;
        }
    )+};
}

assets! {
    /// A traffic source: where visitors are bought.
    TrafficSource: "traffic source", "idTrafficSource", "documented";
    /// An offer source: the affiliate network or advertiser that pays.
    OfferSource: "offer source", "idOfferSource", "documented";
    /// A funnel group: a folder of funnels. Older names of the vendor call it *campaign*; a funnel
    /// still carries `idCampaign` as an alias of it.
    FunnelGroup: "funnel group", "idFunnelGroup", "documented on the funnel; `idCampaign` on the \
        group itself by the self-hosted sibling";
    /// A funnel: the graph that a visitor is led through.
    Funnel: "funnel", "idFunnel", "documented";
    /// A node of a funnel's graph. Not an asset of its own, but its id has the same form and is
    /// made by the caller, too.
    FunnelNode: "funnel node", "idNode", "by the self-hosted sibling";
    /// A connection between two nodes of a funnel. Not an asset of its own, but its id has the
    /// same form and is made by the caller, too.
    FunnelConnection: "funnel connection", "idConnection", "by the self-hosted sibling";
    /// A condition: rules that route visitors.
    Condition: "condition", "idCondition", "documented";
    /// A page: a lander or an offer; the two are one asset.
    Page: "page", "idPage", "by the self-hosted sibling";
    /// A page group: landers or offers that share traffic by weight, as one node of a funnel.
    PageGroup: "page group", "idPageGroup", "inferred";
    /// A webhook config: whom FunnelFlux Pro tells when something happens.
    WebhookConfig: "webhook config", "idWebhookConfig", "inferred";
    /// A middleware config: whom FunnelFlux Pro asks where a visitor goes next.
    MiddlewareConfig: "middleware config", "idMiddlewareConfig", "documented";
    /// A logic script: code that routes visitors.
    LogicScript: "logic script", "idLogicScript", "documented";
    /// A category: a folder for the assets of one kind.
    Category: "category", "idCategory", "documented";
    /// A visitor tag.
    VisitorTag: "visitor tag", "idVisitorTag", "inferred";
}
