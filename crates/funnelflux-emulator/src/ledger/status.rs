//! The status of an asset, and the filter by it.

use serde::{Deserialize, Serialize};

use crate::wire::Refusal;

/// The status of an asset. Deleted ones are kept, since lists can ask for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    Active,
    Archived,
    Deleted,
}

impl Status {
    const ALL: [Self; 3] = [Self::Active, Self::Archived, Self::Deleted];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Archived => "archived",
            Self::Deleted => "deleted",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// The statuses that a filter admits. Documented for middleware configs, taken for all: empty and
/// `not-deleted` are the same.
pub(crate) fn admitted(filter: &str) -> Result<Vec<Status>, Refusal> {
    match filter {
        "" | "not-deleted" => Ok(vec![Status::Active, Status::Archived]),
        "all" => Ok(Status::ALL.to_vec()),
        other => Status::parse(other).map(|only| vec![only]).ok_or_else(|| {
            Refusal::bad_request(format!(
                "the query parameter `status` is {other:?}; expected active, archived, deleted, \
                 not-deleted, all or nothing"
            ))
        }),
    }
}
