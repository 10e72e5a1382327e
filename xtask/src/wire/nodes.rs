//! The kinds of funnel nodes: their table, and the type of the funnels crate.

use minijinja::context;

use super::template::fill;
use crate::Result;
use crate::contract::Contract;

pub(super) fn render(contract: &Contract) -> Result<String> {
    fill(include_str!("nodes.rs.in"), context! { nodes => &contract.nodes })
}

pub(super) fn render_kinds(contract: &Contract) -> Result<String> {
    fill(include_str!("node_kinds.rs.in"), context! { nodes => &contract.nodes })
}
