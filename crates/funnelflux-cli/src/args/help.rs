//! The long texts of the help.

pub(super) const TOPICS: &str = include_str!("help/topics.txt");
pub(super) const API: &str = include_str!("help/api.txt");
pub(super) const ID_NEW: &str = include_str!("help/id-new.txt");
pub(super) const LOGS: &str = include_str!("help/logs.txt");
pub(super) const EXPLORE_VISITOR: &str = include_str!("help/explore-visitor.txt");
pub(super) const EXPLORE_HIT: &str = include_str!("help/explore-hit.txt");
pub(super) const ADD_DOMAIN: &str = include_str!("help/add-domain.txt");
pub(super) const DRILLDOWN: &str = include_str!("help/drilldown.txt");
pub(super) const RAW: &str = include_str!("help/raw.txt");
pub(super) const CONVERSIONS: &str = include_str!("help/conversions.txt");
pub(super) const COSTS: &str = include_str!("help/costs.txt");
pub(super) const CUSTOM_EVENTS: &str = include_str!("help/custom-events.txt");
pub(super) const RESET: &str = include_str!("help/reset.txt");
