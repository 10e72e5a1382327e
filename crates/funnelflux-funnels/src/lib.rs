#![doc = include_str!("../README.md")]

mod account;
mod check;
mod dialect;
mod ext;
mod graph;
mod kind;
#[cfg(feature = "logic")]
pub mod logic;
mod references;
mod sarif;
mod severity;

pub use account::Account;
pub use check::{Finding, Report, Rule, check, check_graph};
pub use dialect::{FunnelDialect, Lesson, NodeWords, Scale, Unlearned, Word};
pub use ext::FunnelExt;
pub use graph::{Connection, Graph, Node, Trigger};
pub use kind::{Exits, NodeKind};
pub use references::Reference;
pub use sarif::{CheckedFunnel, sarif};
pub use severity::Severity;
