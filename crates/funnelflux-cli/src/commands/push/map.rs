//! `ffx costs map`, `ffx conversions map` and `networks`: which column of a file is which field.

use std::collections::BTreeMap;
use std::path::Path;

use funnelflux::imports::{
    Line, Profile, Proposal, Reader, Reason, State, UploadKind, named_lines,
};
use funnelflux::model::reporting::TrackingSlot;
use serde::Serialize;

use super::table::tracking_aliases;
use crate::args::MapArgs;
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::input::Input;
use crate::output::{Column, print, quoted, write_listing};
use crate::settings::Settings;

/// The fields that options of `push` may give.
const OF_OPTIONS: [&str; 2] = ["funnel", "traffic_source"];
/// Only costs have days.
const ZONE: &str = "--tz ZONE";

#[derive(Serialize)]
struct Row<'a> {
    column: &'a str,
    field: Option<&'a str>,
    why: &'static str,
    sample: &'a str,
}

/// What `push` needs to read a file.
struct Command {
    /// Each with its value.
    options: Vec<String>,
    /// The fields that `--map` gives a column.
    mapped: Vec<(String, String)>,
    states: BTreeMap<String, State>,
    /// What is still to be filled in.
    open: Vec<&'static str>,
}

pub(crate) fn map(upload: UploadKind, args: &MapArgs, settings: &Settings) -> Result<(), Failure> {
    let (input, bytes) = Input::read_bytes(&args.file, false)?;
    let path = input.path.display();
    let mut plain = Reader::new(&super::fields(upload));
    for (alias, slot) in tracking_aliases(settings)?.iter() {
        plain = plain.with_alias(alias, slot.as_str());
    }
    let plain = args.sheet.iter().fold(plain, |reader, sheet| reader.with_sheet(sheet));
    let pairs = args.map.iter().map(|mapped| mapped.split_once('=').unwrap_or((mapped, "")));
    let reader = pairs.fold(plain.clone(), |reader, (field, title)| {
        reader.with_column(field.trim(), title.trim())
    });
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
    if !proposal.others.is_empty() {
        let names = proposal.others.iter().map(|profile| &*profile.name).collect::<Vec<_>>();
        note(&format!(
            "--network {} would read it, too, but its titles are those of any file: give --network only if the file is from that network",
            names.join(" or ")
        ));
    }
    let (said, vital): (Vec<&str>, Vec<&str>) =
        proposal.missing.iter().copied().partition(|field| OF_OPTIONS.contains(field));
    for field in said {
        let option = field.replace('_', "-");
        note(&format!("no column {field}: --{option} says it for every line"));
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
    let amount = if upload == UploadKind::Costs { "cost" } else { "payout" };
    let rivals = proposal.rivals.iter().map(|title| quoted(title)).collect::<Vec<_>>().join(", ");
    if let Some(first) = vital.first() {
        let mut why = format!("{path}: no column looks like {}", vital.join(" or "));
        if !rivals.is_empty() && vital.contains(&amount) {
            why = format!("{path}: several columns look like {amount}, and differ: {rivals}");
        }
        let mut hint = format!("--map {first}=COLUMN says which it is, by its title");
        if *first == "payout" {
            hint += "; what the customer paid is not what you get of it";
        }
        return Err(Failure::failed(why).hint(hint));
    }
    if !rivals.is_empty() {
        note(&format!(
            "may be {amount}, too, by their titles: {rivals}; --map {amount}=COLUMN takes another"
        ));
    }
    let save = |name: &String| save(name, upload, &proposal, args, settings);
    let saved = args.save.as_ref().map(save).transpose()?;
    let command = Command::new(&proposal, saved.as_ref(), args, upload);
    let shape = saved.as_ref().or(proposal.network.as_ref());
    for why in command.refusals(plain, &bytes, shape, args) {
        note(&format!("push will ask: {why}"));
    }
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

/// Writes the shape; over another, or in place of one that is built in, only with `--replace`.
fn save(
    name: &str,
    upload: UploadKind,
    proposal: &Proposal,
    args: &MapArgs,
    settings: &Settings,
) -> Result<Profile, Failure> {
    let file = settings.network_file(name)?;
    let place = format!("--save {name}");
    let taken = match file.symlink_metadata() {
        Ok(_) => Some((format!("{} is there already", file.display()), "edit it")),
        Err(_) => Profile::find(name).map(|profile| {
            let of = format!("that is the name of {}", profile.title);
            (of + ", whose files would be read by the new shape", "give another name")
        }),
    };
    if let Some((why, way)) = taken.filter(|_| !args.replace) {
        return Err(Failure::usage(why).about(place).hint(format!("{way}, or say --replace")));
    }
    let profile = proposal.network.clone().unwrap_or_else(|| Profile::new(name, upload));
    let mut profile = profile.with_name(name);
    profile.title = name.to_owned();
    for column in &proposal.columns {
        if let Some((field, _)) = &column.field {
            profile = profile.with_column(field, &column.title);
        }
    }
    let profile = profile.with_day_order(args.dates);
    let profile = args.currency.iter().fold(profile, |it, code| it.with_currency(code));
    let words = args.status.iter();
    let profile = words.fold(profile, |it, (word, state)| it.with_state(word, *state));
    let failed = |cause: std::io::Error| Failure::unwritable(&file, &cause);
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    files::write(&file, profile.to_toml().as_bytes(), Readers::Default).map_err(failed)?;
    settings.terminal.note(&format!("saved as {}", file.display()));
    Ok(profile)
}

impl Command {
    fn new(
        proposal: &Proposal,
        saved: Option<&Profile>,
        args: &MapArgs,
        upload: UploadKind,
    ) -> Self {
        let network = saved.or(proposal.network.as_ref());
        let is_said = |reason: Reason| match (saved, network) {
            (Some(_), _) => false,
            // What the network does not say itself.
            (None, Some(_)) => reason == Reason::Given,
            (None, None) => !proposal.is_plain,
        };
        let mapped = proposal.columns.iter().filter_map(|column| {
            let (field, reason) = column.field.as_ref()?;
            is_said(*reason).then(|| (field.clone(), column.title.clone()))
        });
        let mapped: Vec<(String, String)> = mapped.collect();
        let network = network.map(|profile| format!("--network {}", quoted(&profile.name)));
        let map = |(field, title): &(String, String)| format!("--map {field}={}", quoted(title));
        let mut options: Vec<_> = network.into_iter().chain(mapped.iter().map(map)).collect();
        // A saved shape says what was given; what words make likely is to be looked at each time.
        let said: BTreeMap<_, _> =
            args.status.iter().map(|(word, it)| (word.to_lowercase(), *it)).collect();
        let mut states = proposal.states.clone();
        states.retain(|word, _| !said.contains_key(word));
        if saved.is_none() {
            states.extend(said);
            options.extend(args.dates.map(|order| format!("--dates {order}")));
            options.extend(args.currency.as_ref().map(|it| format!("--currency {}", quoted(it))));
        }
        let words =
            states.iter().map(|(word, state)| format!("{word}={state}")).collect::<Vec<_>>();
        options
            .extend((!words.is_empty()).then(|| format!("--status {}", quoted(&words.join(",")))));
        let mut open = Vec::new();
        match upload {
            UploadKind::Costs => {
                open.push(ZONE);
                let is_missing = |field: &str| proposal.missing.contains(&field);
                open.extend(is_missing("funnel").then_some("--funnel FUNNEL"));
                open.extend(is_missing("traffic_source").then_some("--traffic-source SOURCE"));
            }
            _ => open.push("--postbacks none"),
        }
        Self { options, mapped, states, open }
    }

    /// Why `push` would refuse the file as the command reads it.
    fn refusals(
        &self,
        reader: Reader,
        bytes: &[u8],
        network: Option<&Profile>,
        args: &MapArgs,
    ) -> Vec<String> {
        let reader = reader.with_day_order(args.dates);
        let reader = args.currency.iter().fold(reader, |it, code| it.with_currency(code));
        let reader =
            self.states.iter().fold(reader, |it, (word, state)| it.with_state(word, *state));
        let reader = network.into_iter().fold(reader, |it, one| it.with_profile(one.clone()));
        let mapped = self.mapped.iter();
        let mut reader = mapped.fold(reader, |it, (field, title)| it.with_column(field, title));
        for field in OF_OPTIONS {
            let option = format!("--{}", field.replace('_', "-"));
            if self.open.iter().any(|open| open.starts_with(&option)) {
                reader = reader.with_value(field, "?");
            }
        }
        let sheet = match reader.read(bytes) {
            Ok(sheet) => sheet,
            Err(problems) => return problems.all().iter().map(ToString::to_string).collect(),
        };
        let slots = TrackingSlot::KNOWN.iter().map(|slot| slot.as_str());
        let is_wide = |line: &Line<'_>| slots.clone().all(|slot| line.get(slot).is_empty());
        let wide = sheet.lines().filter(|_| self.open.contains(&ZONE)).filter(is_wide);
        let wide: Vec<_> = wide.map(Line::place).collect();
        let why = "which visits does the cost belong to? --map campaign=COLUMN or --map c1=COLUMN names a column of \
                   ids, and --everything puts it on all";
        (!wide.is_empty()).then(|| format!("{}: {why}", named_lines(&wide))).into_iter().collect()
    }

    fn text(&self, file: &Path, upload: UploadKind) -> String {
        let start = format!("ffx {upload} push {}", quoted(&file.display().to_string()));
        let options = self.options.iter().map(String::as_str).chain(self.open.iter().copied());
        std::iter::once(start.as_str()).chain(options).collect::<Vec<_>>().join(" ")
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
