use crate::logs::open_row;

open_row! {
    /// A part of an answer of the explorer, a hit or a summary, as its original JSON text. Its
    /// members are *unknown*.
    ExplorerRow
}
