#![doc = include_str!("../README.md")]

mod account;
mod check;
mod copy;
mod dialect;
mod diff;
mod draw;
mod edit;
mod ext;
mod generated;
mod graph;
mod kind;
mod layout;
#[cfg(feature = "logic")]
pub mod logic;
mod plan;
mod positions;
mod references;
mod rewrite;
mod sarif;
mod severity;

pub use account::Account;
pub use check::{Finding, Report, Rule, check, check_graph};
pub use copy::FunnelCopy;
pub use dialect::{
    DialectFact, FunnelDialect, Lesson, NodeDefault, NodePart, NodeWords, Scale, Unlearned, Word,
};
pub use diff::{Difference, diff};
pub use draw::{Numbers, Picture};
pub use edit::{BuildError, FunnelEdit, NodeHandle};
pub use ext::FunnelExt;
pub use generated::NodeKind;
pub use graph::{Connection, Graph, Node, Trigger};
pub use kind::Exits;
pub use plan::{
    Plan, PlanAction, PlanError, PlanFit, PlanObject, PlanStep, PlanUndo, fingerprint,
    has_but_for_secrets, in_order, merged, state_of, updated, without_secrets,
};
pub use references::Reference;
pub use sarif::{CheckedFunnel, sarif};
pub use severity::Severity;
