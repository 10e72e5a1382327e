//! `ffx conversions`, `ffx costs` and `ffx reset`: checked whole, shown, and sent only when told to.

mod conversions;
mod costs;
mod reset;
mod table;

pub(super) use conversions::run as conversions;
pub(super) use costs::run as costs;
pub(super) use reset::run as reset;

use crate::output::Terminal;

/// How many lines of a preview are shown; the rest is counted.
const SHOWN: usize = 20;

fn not_sent(terminal: Terminal) {
    terminal.note("nothing was sent; --yes sends it");
}
