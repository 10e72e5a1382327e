use std::fmt;

/// What a node of a funnel does.
///
/// How a kind is spelled on the wire is a matter of the [`FunnelDialect`](crate::FunnelDialect).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum NodeKind {
    /// The traffic node, where visitors enter. It splits them by weight.
    Root,
    /// Splits visitors by weight.
    Rotator,
    /// A single lander.
    Lander,
    /// A single offer.
    Offer,
    /// A page group of landers.
    LanderGroup,
    /// A page group of offers.
    OfferGroup,
    /// Routes by the rules of a condition.
    Condition,
    /// Leads out of the funnel to any address.
    ExternalUrl,
    /// Tags the visitor and passes on.
    VisitorTag,
    /// Notifies a receiver and passes on.
    Webhook,
    /// Asks a service where to go.
    Middleware,
    /// Runs a logic script, which returns the key of a route.
    Logic,
    /// The node that the app calls AI.
    Ai,
    /// A node whose words the dialect does not have: kept as it is, and not checked.
    Other,
}

/// How the ways out of a node are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exits {
    /// By weight.
    Weights,
    /// By the number of an action, 1 to 64.
    Actions,
    /// By the key of a route, one per connection.
    Routes,
    /// By keys that a script returns, several per connection.
    Keys,
    /// There is one at most, which is always taken.
    One,
    /// There is none.
    None,
    /// It is unknown.
    Unknown,
}

impl NodeKind {
    /// Every kind that has a name; [`Other`](Self::Other) is left out.
    pub const ALL: [Self; 13] = [
        Self::Root,
        Self::Rotator,
        Self::Lander,
        Self::Offer,
        Self::LanderGroup,
        Self::OfferGroup,
        Self::Condition,
        Self::ExternalUrl,
        Self::VisitorTag,
        Self::Webhook,
        Self::Middleware,
        Self::Logic,
        Self::Ai,
    ];

    /// The word of this SDK for it, as the contract and `ffx` spell it, such as `lander-group`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Rotator => "rotator",
            Self::Lander => "lander",
            Self::Offer => "offer",
            Self::LanderGroup => "lander-group",
            Self::OfferGroup => "offer-group",
            Self::Condition => "condition",
            Self::ExternalUrl => "external-url",
            Self::VisitorTag => "visitor-tag",
            Self::Webhook => "webhook",
            Self::Middleware => "middleware",
            Self::Logic => "logic",
            Self::Ai => "ai",
            Self::Other => "other",
        }
    }

    /// Finds a kind by its word.
    pub fn find(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// How its ways out are told apart.
    pub const fn exits(self) -> Exits {
        match self {
            Self::Root | Self::Rotator => Exits::Weights,
            Self::Lander | Self::Offer | Self::LanderGroup | Self::OfferGroup => Exits::Actions,
            Self::Condition | Self::Middleware => Exits::Routes,
            Self::Logic => Exits::Keys,
            Self::Webhook | Self::VisitorTag => Exits::One,
            Self::ExternalUrl => Exits::None,
            Self::Ai | Self::Other => Exits::Unknown,
        }
    }

    /// Whether it is a lander or an offer, single or a group.
    pub const fn is_page(self) -> bool {
        matches!(self.exits(), Exits::Actions)
    }

    /// Whether it shows offers.
    pub const fn is_offer(self) -> bool {
        matches!(self, Self::Offer | Self::OfferGroup)
    }
}

impl fmt::Display for NodeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
