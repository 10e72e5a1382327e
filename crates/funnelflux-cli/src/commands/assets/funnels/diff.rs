//! `ffx funnels diff`: what differs between two funnels, in words.

use funnelflux::funnels::updated;
use funnelflux::model::ledger::rules::left_out;
use funnelflux::model::ledger::{Identified as _, Model as _};

use super::plan::refused;
use super::source::{self, FUNNELS, Given};
use crate::args::WordsArgs;
use crate::failure::Failure;
use crate::names::Names;
use crate::output::{Column, Format, Row, counted, print, write_listing};
use crate::settings::Settings;

pub(super) async fn run(
    old: &str,
    new: &str,
    words: &WordsArgs,
    settings: &Settings,
) -> Result<(), Failure> {
    let names = Names::new(settings, "funnels diff");
    let dialect = super::dialect(words, &names, settings).await?;
    let old = Box::pin(source::one(old, &names)).await?;
    let Given { funnel: mut new, is_file, .. } = Box::pin(source::given_one(new, &names)).await?;
    if is_file && new.asset_id_text() == old.asset_id_text() {
        // A file changes what it names, as in a plan.
        let lacks = |name: &str| !new.document().contains(name);
        let managed = left_out(FUNNELS, old.document());
        let kept = old.document().members().map(|(name, _)| name.into_owned());
        let kept: Vec<String> =
            kept.filter(|name| lacks(name) && !managed.contains(&name.as_str())).collect();
        new = updated(&old, &new).map_err(|error| refused(&error))?;
        if !kept.is_empty() {
            let names = kept.join(", ");
            let why = "an update keeps what a file lacks";
            settings.terminal.note(&format!("not in the file, and kept: {names} ({why})"));
        }
    }
    let found = funnelflux::funnels::diff(&old, &new, &dialect);
    let count = found.len();
    let rows = found.into_iter().map(|it| Row([("subject", it.subject), ("change", it.change)]));
    let columns =
        vec![Column::text("What").of(&["subject"]), Column::text("Change").of(&["change"])];
    if count > 0 || settings.format() != Format::Table {
        print(|out| write_listing(out, rows, columns, settings.format()))?;
    }
    settings.terminal.note(&match count {
        0 => "no difference".to_owned(),
        count => counted(count, "difference"),
    });
    Ok(())
}
