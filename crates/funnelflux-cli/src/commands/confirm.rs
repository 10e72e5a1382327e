//! The question before something is deleted.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use crate::failure::Failure;

/// Goes on only after a clear yes; where nobody can be asked, `--yes` has to say it.
pub(super) fn deletion(what: &str, count: usize, yes: bool) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(Failure::usage(format!(
            "{what} would be deleted for good, and nobody is there to ask"
        ))
        .hint("--yes deletes without asking; nothing was sent"));
    }
    let expected = if count == 1 { "y".to_owned() } else { count.to_string() };
    // A question that cannot be shown cannot be answered either.
    let _ = write!(io::stderr(), "Delete {what} for good? Type {expected} to go on: ");
    let _ = io::stderr().flush();
    let mut answer = String::new();
    io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(|cause| Failure::failed(format!("the answer cannot be read: {cause}")))?;
    if answer.trim() == expected { Ok(()) } else { Err(Failure::failed("nothing was deleted")) }
}
