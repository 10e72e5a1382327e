//! The status of an asset, and the filter by it.

use serde::{Deserialize, Serialize};

use crate::wire::refusal::Refusal;

/// The status of an asset. Deleted ones are kept, since lists can ask for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    Active,
    Archived,
    Deleted,
}

impl Status {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Archived => "archived",
            Self::Deleted => "deleted",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        [Self::Active, Self::Archived, Self::Deleted].into_iter().find(|it| it.name() == name)
    }
}

/// The statuses in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Filter {
    Only(Status),
    /// Documented for middleware configs, taken for all: empty and `not-deleted` are the same.
    NotDeleted,
    All,
}

impl Filter {
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        match text {
            "" | "not-deleted" => Ok(Self::NotDeleted),
            "all" => Ok(Self::All),
            other => Status::parse(other).map(Self::Only).ok_or_else(|| {
                Refusal::bad_request(format!(
                    "the query parameter `status` is {other:?}; expected active, archived, \
                     deleted, not-deleted, all or nothing"
                ))
            }),
        }
    }

    pub(crate) fn admits(self, status: Status) -> bool {
        match self {
            Self::Only(only) => only == status,
            Self::NotDeleted => status != Status::Deleted,
            Self::All => true,
        }
    }
}
