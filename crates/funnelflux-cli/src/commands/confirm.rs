//! The question before a deletion.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use crate::failure::Failure;

/// Asks before a deletion. Without a terminal, only `--yes` confirms it.
pub(super) fn deletion(what: &str, count: usize, yes: bool) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(Failure::usage(format!(
            "{what} would be deleted for good, and there is no terminal to ask for confirmation"
        ))
        .hint("--yes deletes without asking; nothing was sent"));
    }
    let expected = if count == 1 { "y".to_owned() } else { count.to_string() };
    // If the question cannot be printed, the answer will not match.
    let _ = write!(io::stderr(), "Delete {what} for good? Type {expected} to confirm: ");
    let _ = io::stderr().flush();
    let mut answer = String::new();
    io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(|cause| Failure::failed(format!("cannot read the answer: {cause}")))?;
    if answer.trim() == expected { Ok(()) } else { Err(Failure::failed("nothing was deleted")) }
}
