funnelflux_contract::words! {
    /// What a node of a funnel does.
    ///
    /// How a kind is spelled on the wire is a matter of the [`FunnelDialect`](crate::FunnelDialect).
    #[derive(PartialOrd, Ord)]
    NodeKind, "The word of this SDK for it, as the contract and `ffx` spell it, such as `lander-group`." {
        /// The traffic node, where visitors enter. It splits them by weight.
        Root = "root",
        /// Splits visitors by weight.
        Rotator = "rotator",
        /// A single lander.
        Lander = "lander",
        /// A single offer.
        Offer = "offer",
        /// A page group of landers.
        LanderGroup = "lander-group",
        /// A page group of offers.
        OfferGroup = "offer-group",
        /// Routes by the rules of a condition.
        Condition = "condition",
        /// Leads out of the funnel to any address.
        ExternalUrl = "external-url",
        /// Tags the visitor and passes on.
        VisitorTag = "visitor-tag",
        /// Notifies a receiver and passes on.
        Webhook = "webhook",
        /// Asks a service where to go.
        Middleware = "middleware",
        /// Runs a logic script, which returns the key of a route.
        Logic = "logic",
        /// The node that the app calls AI.
        Ai = "ai",
        /// A node whose words the dialect does not have: kept as it is, and not checked.
        Other = "other",
    }
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
