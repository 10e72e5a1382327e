//! `list` and `get`.

use std::io::Write as _;

use funnelflux::id::AssetId;
use funnelflux::ledger::{AnyAssets, ListFilter};
use funnelflux::model::Document;

use super::{Context, outcome};
use crate::args::ListArgs;
use crate::failure::Failure;
use crate::output::{Column, Format, Grid, member_text, stdout, write_objects};

pub(super) async fn list(context: &Context<'_>, args: &ListArgs) -> Result<(), Failure> {
    let mut filter = ListFilter::new();
    if let Some(status) = &args.status {
        filter = filter.status(status);
    }
    if let Some(category) = &args.category {
        filter = filter.category(category);
    }
    for piece in &args.query {
        filter = match piece.split_once('=') {
            Some((name, value)) if !name.is_empty() => filter.query(name, value),
            _ => {
                return Err(Failure::usage(format!("--query: got `{piece}`; expected NAME=VALUE")));
            }
        };
    }
    let listed = context.assets.list(&filter).await?.into_inner();
    print(context, &listed)
}

pub(super) fn print(context: &Context<'_>, listed: &[Document]) -> Result<(), Failure> {
    context.progress.finish();
    let mut out = stdout();
    if context.settings.format() == Format::Table {
        write!(out, "{}", table(&context.assets, listed))?;
    } else {
        let objects: Vec<&Document> = listed.iter().collect();
        write_objects(&mut out, &objects, context.settings.format())?;
    }
    out.flush()?;
    context.terminal().note(&context.count(listed.len()));
    Ok(())
}

/// Columns beside id and name in which nothing stands are left out.
fn table(assets: &AnyAssets, listed: &[Document]) -> String {
    let more: [(Column, &[&str]); 4] = [
        (Column::word("Status"), &["status"]),
        (Column::word("Type"), &["pageType", "funnelType", "categoryType", "destinationType"]),
        (Column::text("Category"), &["categoryName", "idCategory"]),
        (Column::text("Funnel group"), &["funnelGroupName", "idFunnelGroup"]),
    ];
    let own = |members: &[&str]| members.iter().any(|name| assets.id_members().contains(name));
    let more: Vec<_> = more
        .into_iter()
        // What an object is itself stands in the first two columns.
        .filter(|(_, members)| !own(members))
        .filter(|(_, members)| listed.iter().any(|object| !first(object, members).is_empty()))
        .collect();
    let mut columns = vec![Column::word("ID"), Column::text("Name")];
    columns.extend(more.iter().map(|(column, _)| column.clone().or_none()));
    let mut grid = Grid::new(columns);
    for object in listed {
        let mut cells =
            vec![first(object, assets.id_members()), first(object, assets.name_members())];
        cells.extend(more.iter().map(|(_, members)| first(object, members)));
        grid.row(cells);
    }
    grid.draw().text
}

fn first(object: &Document, members: &[&str]) -> String {
    let texts = members.iter().map(|name| member_text(object, name));
    texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
}

pub(super) async fn get(context: &Context<'_>, ids: &[AssetId]) -> Result<(), Failure> {
    let assets = &context.assets;
    let read = assets.find_all(ids, outcome::options(context)).await;
    context.progress.finish();
    let (mut found, mut failure) = (Vec::new(), None);
    for (id, answer) in ids.iter().zip(read.into_results()) {
        match answer {
            Ok(object) => found.push(object),
            Err(error) => {
                failure.get_or_insert_with(|| Failure::from(error).about(id));
            }
        }
    }
    let format = context.settings.format();
    let told = match found.as_slice() {
        [] if failure.is_some() => Ok(()),
        found => show(found, ids.len() == 1, format),
    };
    failure.map_or(told, Err)
}

/// One id gives one object, several give a list, whatever became of them.
fn show(found: &[Document], one: bool, format: Format) -> Result<(), Failure> {
    let mut out = stdout();
    match found {
        [only] if format == Format::Json && one => writeln!(out, "{}", only.text())?,
        found => write_objects(&mut out, &found.iter().collect::<Vec<_>>(), format)?,
    }
    out.flush()?;
    Ok(())
}
