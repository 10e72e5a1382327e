//! `ffx costs map`, `ffx conversions map` and `networks`: which column of a file is which field.

use std::path::Path;

use funnelflux::imports::{DayOrder, Profile, Proposal, Reader, Reason, UploadKind};
use serde::Serialize;

use super::table::tracking_aliases;
use crate::args::{Dates, MapArgs};
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::input::Input;
use crate::output::{Column, print, write_listing};
use crate::settings::Settings;

#[derive(Serialize)]
struct Row<'a> {
    column: &'a str,
    field: Option<&'a str>,
    why: &'static str,
    sample: &'a str,
}

/// What `push` needs to read a file.
struct Command {
    options: Vec<String>,
    /// What is still to be filled in.
    open: Vec<&'static str>,
}

pub(crate) fn map(upload: UploadKind, args: &MapArgs, settings: &Settings) -> Result<(), Failure> {
    let (input, bytes) = Input::read_bytes(&args.file, false)?;
    let path = input.path.display();
    let aliases = tracking_aliases(settings)?;
    let mut reader = Reader::new(&super::fields(upload));
    for (alias, slot) in aliases.iter() {
        reader = reader.with_alias(alias, slot.as_str());
    }
    for mapped in &args.map {
        let (field, title) = mapped.split_once('=').unwrap_or((mapped, ""));
        reader = reader.with_column(field.trim(), title.trim());
    }
    let networks = settings.networks(upload)?;
    let known: Vec<_> = networks.iter().map(|(profile, _)| profile.clone()).collect();
    let wrong = |problems| Failure::usage(format!("{path}: {problems}"));
    let proposal = reader.propose(&bytes, upload, &known).map_err(wrong)?;
    show(&proposal, settings)?;
    let note = |text: &str| settings.terminal.note(text);
    if proposal.is_plain {
        note("its titles are the names of fields: the file needs no option of its own");
    }
    if let Some(profile) = &proposal.network {
        let is_own = networks.iter().any(|(own, file)| own.name == profile.name && file.is_some());
        let grade = if is_own { "" } else { " (inferred)" };
        note(&format!("its columns are those of {}{grade}", profile.title));
    }
    for field in &proposal.missing {
        note(&match *field {
            "funnel" | "traffic_source" => {
                format!("no column {field}: --{} says it for every line", field.replace('_', "-"))
            }
            field => format!(
                "no column for {field}, without which nothing can be sent: --map {field}=COLUMN says it"
            ),
        });
    }
    let ids = proposal.columns.iter().filter(|column| column.field.is_none() && column.holds_ids);
    let ids: Vec<_> = ids.map(|column| quoted(&column.title)).collect();
    if !ids.is_empty() && upload == UploadKind::Costs {
        note(&format!(
            "columns that hold ids: {}; where a field of your links has one, say which: --map c1={}",
            ids.join(", "),
            ids.first().map_or("COLUMN", String::as_str)
        ));
    }
    let network = match &args.save {
        Some(name) => Some(save(name, upload, &proposal, args, settings)?),
        None => proposal.network.as_ref().map(|profile| profile.name.clone()),
    };
    let command = Command::new(&proposal, network, args.save.is_some(), upload);
    note(&format!("to preview it: {}", command.text(&args.file, upload)));
    Ok(())
}

fn show(proposal: &Proposal, settings: &Settings) -> Result<(), Failure> {
    let rows = proposal.columns.iter().map(|column| Row {
        column: &column.title,
        field: column.field.as_ref().map(|(field, _)| field.as_str()),
        why: match column.field {
            None => "",
            Some((_, Reason::Given)) => "--map",
            Some((_, Reason::Title)) => "title",
            Some((_, Reason::Word)) => "a word of the title",
            Some(_) => "its cells",
        },
        sample: &column.sample,
    });
    let columns = vec![
        Column::text("Column").of(&["column"]),
        Column::word("Field").of(&["field"]),
        Column::text("Because of").of(&["why"]),
        Column::text("First cell").of(&["sample"]),
    ];
    print(|out| write_listing(out, rows, columns, settings.format()))
}

/// Writes the shape, and never over another.
fn save(
    name: &str,
    upload: UploadKind,
    proposal: &Proposal,
    args: &MapArgs,
    settings: &Settings,
) -> Result<String, Failure> {
    let file = settings.network_file(name)?;
    let place = format!("--save {name}");
    if file.symlink_metadata().is_ok() {
        let why = format!("{} is there already", file.display());
        return Err(Failure::usage(why).about(place).hint("edit it, or remove it first"));
    }
    let vital = |field: &&&str| !matches!(**field, "funnel" | "traffic_source");
    if let Some(field) = proposal.missing.iter().find(vital) {
        let why = format!("no column for {field}; --map {field}=COLUMN says it");
        return Err(Failure::usage(why).about(place));
    }
    let mut profile = match &proposal.network {
        Some(network) => network.clone().with_name(name),
        None => Profile::new(name, upload),
    };
    for column in &proposal.columns {
        if let Some((field, _)) = &column.field {
            profile = profile.with_column(field, &column.title);
        }
    }
    profile = match args.dates {
        None => profile,
        Some(Dates::MonthFirst) => profile.with_day_order(DayOrder::MonthFirst),
        Some(Dates::DayFirst) => profile.with_day_order(DayOrder::DayFirst),
    };
    if let Some(currency) = &args.currency {
        profile = profile.with_currency(currency);
    }
    for (status, state) in &args.status {
        profile = profile.with_state(status, *state);
    }
    let failed = |cause: std::io::Error| Failure::unwritable(&file, &cause);
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    files::write(&file, profile.to_toml().as_bytes(), Readers::Default).map_err(failed)?;
    settings.terminal.note(&format!("saved as {}", file.display()));
    Ok(name.to_owned())
}

impl Command {
    fn new(
        proposal: &Proposal,
        network: Option<String>,
        is_saved: bool,
        upload: UploadKind,
    ) -> Self {
        let mut options = Vec::new();
        match network {
            Some(name) => {
                options.push(format!("--network {}", quoted(&name)));
                let given = proposal.columns.iter().filter_map(|column| match &column.field {
                    Some((field, Reason::Given)) if !is_saved => Some((field, &column.title)),
                    _ => None,
                });
                options
                    .extend(given.map(|(field, title)| format!("--map {field}={}", quoted(title))));
            }
            None if proposal.is_plain => {}
            None => {
                let fields = proposal
                    .columns
                    .iter()
                    .filter_map(|column| Some((column.field.as_ref()?.0.as_str(), &column.title)));
                options.extend(
                    fields.map(|(field, title)| format!("--map {field}={}", quoted(title))),
                );
            }
        }
        let mut open = Vec::new();
        match upload {
            UploadKind::Costs => {
                open.push("--tz ZONE");
                let is_missing = |field: &str| proposal.missing.contains(&field);
                open.extend(is_missing("funnel").then_some("--funnel FUNNEL"));
                open.extend(is_missing("traffic_source").then_some("--traffic-source SOURCE"));
            }
            _ => open.push("--postbacks none"),
        }
        Self { options, open }
    }

    fn text(&self, file: &Path, upload: UploadKind) -> String {
        let verb = if upload == UploadKind::Costs { "costs" } else { "conversions" };
        let start = format!("ffx {verb} push {}", quoted(&file.display().to_string()));
        let options = self.options.iter().cloned();
        let all = std::iter::once(start)
            .chain(options)
            .chain(self.open.iter().map(|it| (*it).to_owned()));
        all.collect::<Vec<_>>().join(" ")
    }
}

/// A word of a shell's command line.
fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:,+@%".contains(c);
    match !text.is_empty() && text.chars().all(is_plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

#[derive(Serialize)]
struct Network {
    name: String,
    title: String,
    columns: String,
    /// `None` if it is built in.
    file: Option<String>,
}

pub(crate) fn networks(upload: UploadKind, settings: &Settings) -> Result<(), Failure> {
    let all = settings.networks(upload)?.into_iter().map(|(profile, file)| {
        let columns = profile.columns.iter().map(|(field, titles)| {
            let first = titles.first().map_or("", |title| title.trim_end_matches(" *"));
            format!("{field}: {first}")
        });
        Network {
            columns: columns.collect::<Vec<_>>().join(", "),
            name: profile.name,
            title: profile.title,
            file: file.map(|file| file.display().to_string()),
        }
    });
    let columns = vec![
        Column::word("Name").of(&["name"]),
        Column::text("Network").of(&["title"]),
        Column::text("Columns").of(&["columns"]),
        Column::text("File").of(&["file"]).or_none(),
    ];
    print(|out| write_listing(out, all, columns, settings.format()))
}
