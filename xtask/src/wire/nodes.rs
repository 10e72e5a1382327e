//! The table of the kinds of funnel nodes.

use minijinja::context;

use super::template::fill;
use crate::Result;
use crate::contract::Contract;

pub(super) fn render(contract: &Contract) -> Result<String> {
    fill(include_str!("nodes.rs.in"), context! { nodes => &contract.nodes })
}
