//! `ffx learn --show`: what is still a guess.

use std::io::Write as _;

use funnelflux::learn::session::settled;
use serde::Serialize;

use super::file::ContractFile;
use crate::failure::Failure;
use crate::output::{Column, Format, print, write_listing};
use crate::settings::Settings;

#[derive(Serialize)]
struct Line {
    of: String,
    operations: usize,
    seen: usize,
    guesses: usize,
    settled: usize,
    share: String,
    /// What was seen, and is not settled by it.
    open: usize,
}

pub(super) fn run(settings: &Settings) -> Result<(), Failure> {
    let contract = ContractFile::read(settings)?;
    contract.tell_wrong(settings);
    let overlay = settings.profile.over(contract.known);
    let lines: Vec<Line> = settled(&overlay)
        .into_iter()
        .map(|it| Line {
            of: it.name,
            operations: it.operations,
            seen: it.seen,
            guesses: it.guesses,
            settled: it.settled,
            share: match it.guesses {
                0 => "100%".to_owned(),
                all => format!("{}%", it.settled * 100 / all),
            },
            open: it.likely,
        })
        .collect();
    let sum = |of: fn(&Line) -> usize| lines.iter().map(of).sum::<usize>();
    let (guesses, done, open) = (sum(|it| it.guesses), sum(|it| it.settled), sum(|it| it.open));
    let format = settings.format();
    print(|out| {
        let columns = vec![
            Column::text("Of").of(&["of"]),
            Column::figure("Operations").of(&["operations"]),
            Column::figure("Seen").of(&["seen"]),
            Column::figure("Guesses").of(&["guesses"]),
            Column::figure("Settled").of(&["settled"]),
            Column::figure("Share").of(&["share"]),
            Column::figure("Open in what was seen").of(&["open"]),
        ];
        write_listing(out, &lines, columns, format)?;
        if format == Format::Table {
            writeln!(
                out,
                "\n{done} of {guesses} guesses are settled for profile `{}`; left in what was seen: {open}",
                settings.name
            )?;
        }
        Ok(())
    })
}
