use crate::NodeKind;

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
