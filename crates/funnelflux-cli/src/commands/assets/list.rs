//! `list` and `find`.

use std::io::Write as _;

use funnelflux::ledger::{AssetKind, ListFilter};
use funnelflux::model::Document;

use super::Context;
use crate::args::{FindArgs, ListArgs, name_and_value};
use crate::failure::Failure;
use crate::output::{self, Column, Format, Grid, member_text, write_objects};

pub(super) async fn list(context: &Context<'_>, args: &ListArgs) -> Result<(), Failure> {
    let mut filter = ListFilter::new();
    if let Some(status) = &args.status {
        filter = filter.status(status);
    }
    if let Some(category) = &args.category {
        filter = filter.category(category);
    }
    for piece in &args.query {
        let (name, value) = name_and_value(piece)?;
        filter = filter.query(name, value);
    }
    let listed = context.assets.list(&filter).await?.into_inner();
    print(context, &listed)
}

pub(super) async fn find(context: &Context<'_>, args: &FindArgs) -> Result<(), Failure> {
    let value = match args {
        FindArgs { status: Some(status), .. } => status.clone(),
        FindArgs { category: Some(category), .. } => category.to_string(),
        FindArgs { funnel_type: Some(funnel_type), .. } => funnel_type.clone(),
        FindArgs { ids, .. } => {
            return print(context, &context.assets.find_by_ids(ids).await?);
        }
    };
    let found = context.assets.find_by(args.verb(), &value).await?;
    print(context, &found)
}

fn print(context: &Context<'_>, listed: &[Document]) -> Result<(), Failure> {
    context.progress.finish();
    output::print(|out| match context.settings.format() {
        Format::Table => Ok(write!(out, "{}", table(context.kind, listed))?),
        format => write_objects(out, &listed.iter().collect::<Vec<_>>(), format),
    })?;
    context.terminal().note(&context.count(listed.len()));
    Ok(())
}

/// Empty columns other than id and name are left out.
fn table(kind: &AssetKind, listed: &[Document]) -> String {
    let more: [(Column, &[&str]); 4] = [
        (Column::word("Status"), &["status"]),
        (Column::word("Type"), &["pageType", "funnelType", "categoryType", "destinationType"]),
        (Column::text("Category"), &["categoryName", "idCategory"]),
        (Column::text("Funnel group"), &["funnelGroupName", "idFunnelGroup"]),
    ];
    let own = |members: &[&str]| members.iter().any(|name| kind.id_members().contains(name));
    let more: Vec<_> = more
        .into_iter()
        // The object's own id and name are the first two columns.
        .filter(|(_, members)| !own(members))
        .filter(|(_, members)| listed.iter().any(|object| !first(object, members).is_empty()))
        .collect();
    let mut columns = vec![Column::word("ID"), Column::text("Name")];
    columns.extend(more.iter().map(|(column, _)| column.clone().or_none()));
    let mut grid = Grid::new(columns);
    for object in listed {
        let mut cells = vec![first(object, kind.id_members()), first(object, kind.name_members())];
        cells.extend(more.iter().map(|(_, members)| first(object, members)));
        grid.row(cells);
    }
    grid.draw().text
}

fn first(object: &Document, members: &[&str]) -> String {
    let texts = members.iter().map(|name| member_text(object, name));
    texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
}
