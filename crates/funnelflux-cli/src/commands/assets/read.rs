//! The verbs that only read: `list`, `find`, `get` and `members`.

use std::collections::{HashMap, HashSet};

use funnelflux::id::AssetId;
use funnelflux::ledger::{AssetKind, Kind, ListFilter, Schema, Verb};
use funnelflux::model::Document;
use funnelflux::model::ledger::Funnel;
use funnelflux::transport::Says;
use serde::Serialize;

use super::{Context, outcome};
use crate::args::{AssetCommand, FindArgs, ListArgs, filters, parameter};
use crate::failure::Failure;
use crate::names::AssetRef;
use crate::output::{Column, Format, print};
use crate::output::{write_listing, write_object, write_objects, write_table};
use crate::settings::Settings;

pub(super) async fn list(context: &Context<'_>, args: &ListArgs) -> Result<(), Failure> {
    let text = |is_given: bool| is_given.then(|| "true".to_owned());
    let given = [
        ("status", args.status.clone()),
        ("category", args.category.clone()),
        ("funnel", args.funnel.clone()),
        ("type", args.of_type.clone()),
        ("global-only", text(args.global_only)),
        ("with-children", text(args.with_children)),
    ];
    let mut filter = ListFilter::new();
    for (flag, value) in given.iter().filter_map(|(flag, value)| Some((flag, value.as_ref()?))) {
        filter = filtered(context, filter, Verb::List, flag, value).await?;
    }
    let raw = args.query.iter();
    let filter = raw.fold(filter, |filter, (name, value)| filter.query(name, value));
    let listed = context.assets.list(&filter).await?.into_inner();
    show_list(context, &listed)?;
    if let Some(status) = args.status.as_ref().filter(|_| listed.is_empty()) {
        note_guess(context, Verb::List, status);
    }
    Ok(())
}

/// Says that nothing was found by a word that is a guess: a server may ignore what it does not know.
fn note_guess(context: &Context<'_>, verb: Verb, status: &str) {
    let query = context.kind.operation(verb).map(|operation| operation.query());
    let filter = query.and_then(|query| query.iter().find(|filter| filter.name == "status"));
    let values = filter.and_then(|filter| Schema::find(filter.kind)).map(|schema| schema.values);
    let guess = values.and_then(|values| values.iter().find(|it| it.value == status));
    let is_it =
        |says: &Says| matches!(says, Says::Value { ours: Some(ours), .. } if ours == status);
    let is_settled = context.overlay.facts().any(|fact| is_it(fact.says()));
    if let Some(guess) = guess.filter(|it| it.grade.is_guess() && !is_settled) {
        context.progress.warn(&format!(
            "`{status}` is a guess ({}): if the app shows some, `ffx learn` finds the account's word in a \
             recording of that list",
            guess.grade
        ));
    }
}

/// Adds a filter, if the contract has its parameter: a server that ignores a parameter lists everything.
async fn filtered(
    context: &Context<'_>,
    filter: ListFilter,
    verb: Verb,
    flag: &str,
    value: &str,
) -> Result<ListFilter, Failure> {
    let Context { kind, names, .. } = context;
    if let Some(name) = parameter(kind, verb, flag) {
        let asset = || value.parse().map_err(|why| Failure::usage(format!("--{flag}: {why}")));
        let value = match flag {
            // The empty text is *uncategorised*.
            "category" if !value.is_empty() => {
                names.find_parent(kind, &asset()?).await?.to_string()
            }
            "funnel" => names.find(<Funnel as Kind>::KIND, &[], &asset()?).await?.to_string(),
            _ => value.to_owned(),
        };
        return Ok(filter.named(name, value));
    }
    let known = filters(kind, verb).join(", ");
    let known = if known.is_empty() { "no filter" } else { &known };
    let command = format!("`{} {}`", kind.name, AssetCommand::typed(verb));
    let why = format!("--{flag}: {command} has no such parameter in the contract");
    Err(Failure::usage(format!("{why}; nothing was sent"))
        .hint(format!("it takes {known}; `list --query NAME=VALUE` sends any, unchecked")))
}

pub(super) async fn find(context: &Context<'_>, args: &FindArgs) -> Result<(), Failure> {
    let value = match args {
        FindArgs { status: Some(status), .. } => status.clone(),
        FindArgs { category: Some(category), .. } => {
            context.names.find_parent(context.kind, category).await?.to_string()
        }
        FindArgs { funnel_type: Some(funnel_type), .. } => funnel_type.clone(),
        FindArgs { ids, .. } => {
            let ids = ids_of(context, ids).await?;
            return show_list(context, &context.assets.find_by_ids(&ids).await?);
        }
    };
    let verb = args.verb();
    let mut filter = ListFilter::new();
    if let Some(funnel) = &args.funnel {
        filter = filtered(context, filter, verb, "funnel", funnel).await?;
    }
    let found = context.assets.find_by(verb, &value, filter).await?;
    show_list(context, &found)?;
    if verb == Verb::FindByStatus && found.is_empty() {
        note_guess(context, verb, &value);
    }
    Ok(())
}

fn show_list(context: &Context<'_>, listed: &[Document]) -> Result<(), Failure> {
    context.progress.finish();
    let kind = context.kind;
    let more: [(Column, &[&str]); 4] = [
        (Column::word("Status"), &["status"]),
        (Column::word("Type"), &["pageType", "funnelType", "categoryType", "destinationType"]),
        (Column::text("Category"), &["categoryName", "idCategory"]),
        (Column::text("Funnel group"), &["funnelGroupName", "idFunnelGroup"]),
    ];
    // The object's own id and name are the first two columns.
    let is_own = |members: &[&str]| members.iter().any(|name| kind.id_members.contains(name));
    let more = more.into_iter().filter(|(_, members)| !is_own(members));
    let more = more.map(|(column, members)| column.of(members).or_none().unless_empty());
    let id = Column::word("ID").of(kind.id_members);
    let name = Column::text("Name").of(kind.name_members);
    let columns = [id, name].into_iter().chain(more).collect();
    print(|out| write_table(out, listed, columns, context.settings.format()))?;
    context.progress.note(&context.count(listed.len()));
    Ok(())
}

async fn ids_of(context: &Context<'_>, assets: &[AssetRef]) -> Result<Vec<AssetId>, Failure> {
    let found = context.names.find_all(context.kind, assets).await?;
    Ok(found.into_iter().map(|(id, _)| id).collect())
}

pub(super) async fn get(context: &Context<'_>, given: &[AssetRef]) -> Result<(), Failure> {
    let ids = &ids_of(context, given).await?;
    let assets = &context.assets;
    // One request for all, where the API has it and its path is no wrong guess.
    let (mut found, mut failure) = (Vec::new(), None);
    if ids.len() > 1 && context.kind.operation(Verb::FindByIds).is_some() {
        found = assets.find_by_ids(ids).await.unwrap_or_default();
    }
    let there: HashSet<_> = found.iter().filter_map(|object| assets.id_of(object)).collect();
    let rest: Vec<AssetId> = ids.iter().filter(|id| !there.contains(*id)).copied().collect();
    let read = assets.find_all(&rest, outcome::options(context, rest.len())).await;
    context.progress.finish();
    for (id, answer) in rest.iter().zip(read.results) {
        match answer {
            Ok(object) => found.push(object),
            Err(error) => {
                failure.get_or_insert_with(|| Failure::from(error).about(id));
            }
        }
    }
    let places: HashMap<_, _> = ids.iter().enumerate().rev().map(|(at, id)| (id, at)).collect();
    found.sort_by_cached_key(|object| places.get(&assets.id_of(object)?).copied());
    let format = context.settings.format();
    // One id prints one object, several print a list, even if only one was found.
    let told = print(|out| match found.as_slice() {
        [] if failure.is_some() => Ok(()),
        [only] if ids.len() == 1 => write_object(out, only, format),
        found => write_objects(out, found, format),
    });
    failure.map_or(told, Err)
}

#[derive(Serialize)]
struct Known {
    name: &'static str,
    kind: &'static str,
    grade: &'static str,
    type_grade: &'static str,
    source: &'static str,
    meaning: &'static str,
    required: bool,
    server_managed: bool,
    reserved: bool,
    /// For the table.
    #[serde(skip_serializing_if = "str::is_empty")]
    set_by: &'static str,
}

pub(super) fn members(kind: &AssetKind, settings: &Settings) -> Result<(), Failure> {
    let format = settings.format();
    let overlay = settings.overlay()?;
    let of = kind.verbs.first().map(|(_, operation)| operation.id()).unwrap_or_default();
    let known = kind.schema.members.iter().map(|member| Known {
        name: member.name,
        kind: member.kind,
        grade: overlay.grade_of(of, member.name).unwrap_or(member.grade).as_str(),
        type_grade: member.type_grade.as_str(),
        source: member.source,
        meaning: member.meaning,
        required: member.required,
        server_managed: member.server_managed,
        reserved: member.reserved,
        set_by: match format {
            Format::Table if member.server_managed => "server",
            Format::Table if member.reserved => "the app",
            Format::Table if member.required => "you, required",
            Format::Table => "you",
            _ => "",
        },
    });
    let columns = vec![
        Column::word("Member").of(&["name"]),
        Column::word("Kind").of(&["kind"]),
        Column::word("Known").of(&["grade"]),
        Column::word("Kind known").of(&["type_grade"]).or_none(),
        Column::word("Set by").of(&["set_by"]).or_none(),
        Column::text("Meaning").of(&["meaning"]),
    ];
    print(|out| write_listing(out, known, columns, format))
}
