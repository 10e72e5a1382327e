#![doc = include_str!("../README.md")]

mod account;
mod check;
mod dialect;
mod draw;
mod ext;
mod graph;
mod kind;
mod layout;
#[cfg(feature = "logic")]
pub mod logic;
mod references;
mod sarif;
mod severity;

pub use account::Account;
pub use check::{Finding, Report, Rule, check, check_graph};
pub use dialect::{FunnelDialect, Lesson, NodeWords, Scale, Unlearned, Word};
pub use draw::{Numbers, Picture};
pub use ext::FunnelExt;
pub use graph::{Connection, Graph, Node, Trigger};
pub use kind::{Exits, NodeKind};
pub use references::Reference;
pub use sarif::{CheckedFunnel, sarif};
pub use severity::Severity;
