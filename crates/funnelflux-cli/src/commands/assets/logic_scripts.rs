//! `ffx logic-scripts check`: the code of scripts, from files or from the account.

use std::path::Path;

use funnelflux::funnels::logic::{self, Checked};
use funnelflux::id::Id;
use funnelflux::ledger::Kind as _;
use funnelflux::model::ledger::LogicScript;
use serde::Serialize;

use crate::args::LogicScriptsCommand;
use crate::failure::Failure;
use crate::input::Input;
use crate::names::{AssetRef, Names};
use crate::output::{
    Column, Format, counted, print, rows, write_listing, write_objects, write_row,
};
use crate::settings::Settings;

#[derive(Serialize)]
struct Script<'a> {
    script: &'a str,
    keys: Vec<&'a str>,
    /// Whether these are all keys that the script can return.
    is_complete: bool,
    findings: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Finding<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    script: Option<&'a str>,
    line: usize,
    column: usize,
    severity: &'static str,
    code: &'static str,
    problem: String,
    mend: String,
}

pub(super) async fn run(command: &LogicScriptsCommand, settings: &Settings) -> Result<(), Failure> {
    let LogicScriptsCommand::Check { scripts } = command;
    let names = Names::new(settings, "logic-scripts check");
    let mut checked = Vec::with_capacity(scripts.len());
    for script in scripts {
        let code = Box::pin(code_of(script, &names)).await?;
        checked.push((script.as_str(), logic::check(&code)));
    }
    if let Some(session) = names.opened() {
        session.progress.finish();
    }
    show(&checked, settings)?;
    for (script, checked) in &checked {
        let keys: Vec<_> = checked.keys().collect();
        let others = if checked.is_complete() { "" } else { "; there may be others" };
        settings.terminal.note(&format!(
            "{script}: {}: {}{others}",
            counted(keys.len(), "route key"),
            keys.join(", ")
        ));
    }
    let findings = checked.iter().flat_map(|(_, checked)| checked.findings());
    match findings.filter(|finding| finding.problem.is_error()).count() {
        0 => Ok(()),
        count => Err(Failure::failed(format!("{} found", counted(count, "error")))),
    }
}

async fn code_of(script: &str, names: &Names<'_>) -> Result<String, Failure> {
    let path = Path::new(script);
    let is_path = script == "-" || path.components().nth(1).is_some() || path.extension().is_some();
    if is_path || path.exists() {
        return Ok(Input::read(path, false)?.text);
    }
    let script: AssetRef = script.parse().map_err(|why: &str| Failure::usage(why))?;
    let id = Id::from_untyped(names.find(LogicScript::KIND, &[], &script).await?);
    let found = names.session().await?.client.ledger().logic_scripts().find_by_id(&id).await?;
    let code = found.code().map_err(|why| Failure::failed(format!("{id}: code: {why}")))?;
    let nothing = || Failure::failed(format!("{id}: the script has no code"));
    code.map(|code| code.to_string()).ok_or_else(nothing)
}

fn show(checked: &[(&str, Checked)], settings: &Settings) -> Result<(), Failure> {
    let format = settings.format();
    let is_one = checked.len() == 1;
    let findings = |script, checked: &Checked| -> Vec<Finding<'_>> {
        let findings = checked.findings().iter().map(|finding| Finding {
            script,
            line: finding.place.line,
            column: finding.place.column,
            severity: finding.problem.severity().as_str(),
            code: finding.problem.code(),
            problem: finding.problem.to_string(),
            mend: finding.problem.mend(),
        });
        findings.collect()
    };
    if matches!(format, Format::Json | Format::Ndjson) {
        let scripts = checked.iter().map(|(script, checked)| Script {
            script,
            keys: checked.keys().collect(),
            is_complete: checked.is_complete(),
            findings: findings(None, checked),
        });
        let scripts: Vec<Script<'_>> = scripts.collect();
        return print(|out| match scripts.as_slice() {
            [only] => write_row(out, only, format),
            all => write_objects(out, &rows(all)?, format),
        });
    }
    let all = checked.iter().flat_map(|(script, checked)| {
        findings((!is_one || format == Format::Csv).then_some(*script), checked)
    });
    let columns = vec![
        Column::text("Script").of(&["script"]).unless_empty(),
        Column::word("Line").of(&["line"]),
        Column::word("Column").of(&["column"]),
        Column::word("Severity").of(&["severity"]),
        Column::word("Code").of(&["code"]),
        Column::text("Problem").of(&["problem"]),
        Column::text("What to do").of(&["mend"]),
    ];
    let all: Vec<Finding<'_>> = all.collect();
    match all.is_empty() && format == Format::Table {
        true => Ok(()),
        false => print(|out| write_listing(out, &all, columns, format)),
    }
}
