#![doc = include_str!("../README.md")]

mod amount;
mod companions;
#[cfg(feature = "costs")]
mod costs;
mod currency;
mod damage;
mod day;
mod decode;
mod files;
mod grid;
mod groups;
mod header;
#[cfg(feature = "xlsx")]
mod hidden;
mod lines;
#[cfg(feature = "costs")]
mod meaning;
mod moment;
mod note;
mod periods;
mod place;
mod plain;
mod problem;
mod profile;
mod propose;
mod reader;
mod rollups;
mod sheet;
#[cfg(feature = "costs")]
mod span;
mod states;
mod status;
mod texts;
mod values;
mod vocabulary;
mod words;
#[cfg(feature = "xlsx")]
mod workbook;

pub use amount::{DecimalMark, money};
#[cfg(feature = "costs")]
pub use costs::{CostOptions, Costs, Subtotal};
pub use currency::may_be_same;
pub use damage::{Damage, damage};
pub use day::DayOrder;
pub use decode::decode;
pub use note::Note;
pub use place::{Place, named_lines};
pub use problem::{Problem, Problems};
pub use profile::{Profile, State, UploadKind};
pub use propose::{Proposal, ProposedColumn, Reason};
pub use reader::{Corrections, Field, FieldKind, LineOrder, Reader};
pub use sheet::{Line, Reversal, Sheet};
