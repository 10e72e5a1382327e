//! `ffx funnels diff`: what differs between two funnels, in words.

use serde::Serialize;

use super::source;
use crate::args::WordsArgs;
use crate::failure::Failure;
use crate::names::Names;
use crate::output::{Column, print, write_listing};
use crate::settings::Settings;

#[derive(Serialize)]
struct Row {
    subject: String,
    change: String,
}

pub(super) async fn run(
    old: &str,
    new: &str,
    words: &WordsArgs,
    settings: &Settings,
) -> Result<(), Failure> {
    let names = Names::new(settings, "funnels diff");
    let dialect = super::dialect(words, &names, settings).await?;
    let old = Box::pin(source::one(old, &names)).await?;
    let new = Box::pin(source::one(new, &names)).await?;
    let found = funnelflux::funnels::diff(&old, &new, &dialect);
    let count = found.len();
    let rows = found.into_iter().map(|it| Row { subject: it.subject, change: it.change });
    let columns =
        vec![Column::text("What").of(&["subject"]), Column::text("Change").of(&["change"])];
    if count > 0 {
        print(|out| write_listing(out, rows, columns, settings.format()))?;
    }
    settings.terminal.note(&match count {
        0 => "no difference".to_owned(),
        1 => "1 difference".to_owned(),
        count => format!("{count} differences"),
    });
    Ok(())
}
