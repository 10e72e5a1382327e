//! The question before a write that cannot be undone or that costs money.

use std::io::{self, IsTerminal as _, Write as _};

use crate::failure::Failure;
use crate::output::{stderr, visible_line};

pub(super) fn deletion(what: &str, count: usize, yes: bool) -> Result<(), Failure> {
    let expected = if count == 1 { "y".to_owned() } else { count.to_string() };
    let would = format!("{what} would be deleted for good");
    ask(&would, &format!("Delete {what} for good?"), &expected, yes)
}

/// Asks before a write. Without a terminal, only `--yes` confirms it.
pub(super) fn ask(would: &str, question: &str, expected: &str, yes: bool) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        let why = format!("{would}, and there is no terminal to ask for confirmation");
        return Err(Failure::usage(why).hint("--yes confirms it without asking; nothing was sent"));
    }
    // If the question cannot be printed, the answer will not match.
    let _ = write!(stderr(), "{} Type {expected} to confirm: ", visible_line(question));
    let mut answer = String::new();
    let wrong = |cause| Failure::failed(format!("cannot read the answer: {cause}"));
    io::stdin().read_line(&mut answer).map_err(wrong)?;
    match answer.trim() == expected {
        true => Ok(()),
        false => Err(Failure::failed("not confirmed; nothing was sent")),
    }
}
