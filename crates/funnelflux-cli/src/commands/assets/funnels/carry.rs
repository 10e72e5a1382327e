//! `ffx funnels export` and `ffx funnels import`: a funnel with everything that it needs, into another account.

use std::collections::{BTreeSet, HashMap};
use std::io::Write as _;
use std::path::Path;

use funnelflux::funnels::{Plan, PlanObject, in_order, plan_of};
use funnelflux::id::{AssetId, new_id};
use funnelflux::ledger::{AssetKind, Verb};
use funnelflux::model::ledger::rules;

use super::apply;
use super::source::FUNNELS;
use super::{bundle, check, plan};
use crate::args::{AllowArgs, FunnelsExportArgs, FunnelsImportArgs};
use crate::commands::secrets;
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::journal::{self, Draft, Journal, State};
use crate::names::Names;
use crate::output::{counted, print};
use crate::session::Session;
use crate::settings::Settings;

/// The book of the ids that objects of other accounts have in this one.
const BOOK: &str = "imported ids";

pub(super) async fn export(args: &FunnelsExportArgs, settings: &Settings) -> Result<(), Failure> {
    let names = Names::new(settings, "funnels export");
    let mut left: Vec<(&'static AssetKind, AssetId)> = Vec::new();
    for asset in &args.funnels {
        left.push((FUNNELS, Box::pin(names.find(FUNNELS, &[], asset)).await?));
    }
    let session = Box::pin(names.session()).await?;
    let dialect = super::known_dialect(settings)?;
    let (mut seen, mut objects, mut hidden) = (BTreeSet::new(), Vec::new(), HashMap::new());
    while let Some((kind, id)) = left.pop() {
        if !seen.insert(id) {
            continue;
        }
        if kind.operation(Verb::FindById).is_none() {
            settings.terminal.warn(&format!("{} {id} cannot be read, and is left out", kind.noun));
            continue;
        }
        let Some(mut document) =
            session.client.ledger().dynamic_of(kind).try_find_by_id(&id).await?
        else {
            let why = format!("{} {id} does not exist", kind.noun);
            if kind.name == FUNNELS.name {
                return Err(Failure::failed(format!("{why}; nothing was written")));
            }
            settings.terminal.warn(&format!("{why}, and is left out"));
            continue;
        };
        for name in rules::left_out(kind, &document) {
            document.remove(name);
        }
        let object = PlanObject::new(kind, document);
        let mut object = object.map_err(|error| Failure::failed(error.to_string()))?;
        let Ok(places) = secrets::hide(&mut object.document) else {
            let why = "has a text that is no Unicode, so that its secrets cannot be found";
            settings.terminal.warn(&format!("{} {id} {why}, and is left out", kind.noun));
            continue;
        };
        if !places.is_empty() {
            let places: Vec<String> = places.iter().map(|place| place.join(".")).collect();
            settings.terminal.warn(&format!(
                "{} has secrets, which no export holds: {}",
                object.called(),
                places.join(", ")
            ));
            hidden.insert(id, places);
        }
        // Funnels that are only referred to stay out, or an export would be the whole account.
        left.extend(
            object.references(&dialect).into_iter().filter(|(kind, _)| kind.name != "funnels"),
        );
        objects.push(object);
    }
    let objects = in_order(objects, &dialect).map_err(|error| plan::refused(&error))?;
    let text = bundle::text(&objects, &hidden, &journal::account(settings));
    session.progress.finish();
    match args.file.as_deref().filter(|file| *file != Path::new("-")) {
        None => print(|out| Ok(out.write_all(text.as_bytes())?)),
        Some(file) => files::write(file, text.as_bytes(), Readers::Owner)
            .map_err(|cause| Failure::unwritable(file, &cause)),
    }
}

pub(super) async fn import(args: &FunnelsImportArgs, settings: &Settings) -> Result<(), Failure> {
    let items = bundle::read(&args.file)?;
    let session = Session::open(settings, "funnels import").await?;
    session.note_origin();
    mapped(&args.map, &items, &session, settings).await?;
    let given = args.map.iter().map(|(from, to)| (from.to_string(), to.to_string()));
    let ids = ids((BOOK, ""), &items, given.collect(), args.yes, &session, settings);
    let ids = Box::pin(ids).await?;
    let mapped: BTreeSet<AssetId> = args.map.iter().map(|(from, _)| *from).collect();
    // What the account has under another id is only referred to.
    let own = items.iter().filter(|item| !mapped.contains(&item.id));
    let mut items = own.map(|item| bundle::with_ids(item, &ids)).collect::<Result<Vec<_>, _>>()?;
    enter_secrets(&mut items, args.yes, &session, settings).await?;
    let plan = Box::pin(make(items, &args.allow, &session, settings)).await?;
    plan::show(&plan, settings)?;
    if !args.yes {
        settings.terminal.note("nothing was sent; --yes sends it");
        return Ok(());
    }
    let about = format!("import of {}", args.file.display());
    Box::pin(apply::run(&plan, &about, &session, settings)).await
}

/// Checks that each id to map is one of the file, and that the account has an object of its kind under the other.
async fn mapped(
    map: &[(AssetId, AssetId)],
    items: &[PlanObject],
    session: &Session,
    settings: &Settings,
) -> Result<(), Failure> {
    let dialect = super::known_dialect(settings)?;
    let mut kinds: HashMap<AssetId, &'static AssetKind> = HashMap::new();
    let named = items.iter().flat_map(|item| item.references(&dialect));
    kinds.extend(named.map(|(kind, id)| (id, kind)));
    kinds.extend(items.iter().map(|item| (item.id, item.kind)));
    let mut seen = BTreeSet::new();
    for (from, to) in map {
        let wrong = |why: String| {
            Err(Failure::usage(format!("--map {from}={to}: {why}; nothing was sent")))
        };
        let Some(kind) = kinds.get(from) else {
            return wrong(format!("{from} is the id of no object of the file"));
        };
        if !seen.insert(from) {
            return wrong(format!("{from} is mapped already"));
        }
        let assets = session.client.ledger().dynamic_of(kind);
        let Some(operation) = kind.operation(Verb::FindById) else { continue };
        if assets.try_find_by_id(to).await?.is_some() {
            continue;
        }
        let noun = kind.noun;
        // What the funnels name is looked up again for the plan, by lists too.
        if operation.path_grade().is_guess() {
            let why = format!("the account shows no {noun} {to}, by a path that is a guess");
            settings.terminal.warn(&format!("--map {from}={to}: {why}"));
            continue;
        }
        return wrong(format!("{from} is a {noun}, and the account has no {noun} {to}"));
    }
    Ok(())
}

/// Fills in the secrets that the account has already, and names the places of the others. With `refuses` these are an
/// error.
async fn enter_secrets(
    items: &mut [PlanObject],
    refuses: bool,
    session: &Session,
    settings: &Settings,
) -> Result<(), Failure> {
    let mut missing = 0;
    for object in items {
        let called = object.called();
        let unknown = |_| {
            let why = "has a text that is no Unicode, so that its secrets cannot be found";
            Failure::usage(format!("{called} {why}; nothing was sent"))
        };
        if !secrets::are_hidden(&object.document).map_err(unknown)? {
            continue;
        }
        let assets = session.client.ledger().dynamic_of(object.kind);
        let there = assets.try_find_by_id(&object.id).await?;
        let left = secrets::fill(&mut object.document, there.as_ref()).map_err(unknown)?;
        if !left.is_empty() {
            missing += left.len();
            let places: Vec<String> = left.iter().map(|place| place.join(".")).collect();
            let what = format!("enter the secrets of {called} again");
            settings.terminal.warn(&format!("{what}: {}", places.join(", ")));
        }
        // A preview shows the plan as it will be with them.
        for place in left.iter().filter(|_| !refuses) {
            let place: Vec<&str> = place.iter().map(String::as_str).collect();
            let _ = object.document.set_at(&place, "to be entered");
        }
    }
    if missing == 0 || !refuses {
        return Ok(());
    }
    let why = format!("{} to be entered; nothing was sent", counted(missing, "secret"));
    Err(Failure::usage(why).hint(
        "write each into the file in place of its mask, or remove the member to go on without it",
    ))
}

/// Compares the objects with the account. A funnel with an error that is not allowed is refused.
async fn make(
    objects: Vec<PlanObject>,
    allow: &AllowArgs,
    session: &Session,
    settings: &Settings,
) -> Result<Plan, Failure> {
    let dialect = super::known_dialect(settings)?;
    let plan = plan_of(&session.client, objects, &dialect).await?;
    Box::pin(check::plan(&plan, &allow.allow_findings, &dialect, session, settings)).await?;
    session.progress.finish();
    Ok(plan)
}

/// The ids that the items, their nodes and connections have in this account: those of an earlier run, unless their
/// object was deleted since; else new ones, written down first. `book`: its kind, and what it is about beside the
/// account.
pub(super) async fn ids(
    (kind, about): (&str, &str),
    items: &[PlanObject],
    mut known: HashMap<String, String>,
    is_sending: bool,
    session: &Session,
    settings: &Settings,
) -> Result<HashMap<String, String>, Failure> {
    let inner = |item: &PlanObject| [vec![item.id.to_string()], bundle::inner_ids(item)].concat();
    let mut all: BTreeSet<String> = items.iter().flat_map(inner).collect();
    all.retain(|id| !known.contains_key(id));
    let all: Vec<String> = all.into_iter().collect();
    let journal = journal::open(settings, !is_sending)?;
    let scope = [&*journal::account(settings), about].join("\n");
    let busy = "another ffx does the same in this account; nothing was sent";
    let opened =
        journal.as_ref().map(|it| journal::book(it, (kind, scope.trim_end()), is_sending, busy));
    let (book, writer) = opened.transpose()?.unwrap_or_default();
    let earlier =
        book.as_ref().map(|book| book.last(&all)).transpose().map_err(journal::unusable)?;
    let earlier = all.iter().zip(earlier.unwrap_or_default());
    let mut earlier: HashMap<String, String> =
        earlier.filter_map(|(id, step)| Some((id.clone(), step?.payload))).collect();
    for item in items {
        let Some(to) = earlier.get(item.id.as_str()).and_then(|to| to.parse().ok()) else {
            continue;
        };
        if was_deleted(item.kind, to, journal.as_ref(), session, settings).await? {
            let (noun, name) = (item.kind.noun, item.name());
            let why = "was deleted in the account, and is created anew under another id";
            settings.terminal.note(&format!("{noun} {to} `{name}` {why}"));
            inner(item).iter().for_each(|id| drop(earlier.remove(id)));
        }
    }
    let mut new = Vec::new();
    for id in all {
        let to = match earlier.remove(&id) {
            Some(to) => to,
            None => {
                let made = new_id();
                let made =
                    made.map_err(|cause| Failure::failed(format!("no id can be made: {cause}")))?;
                new.push(Draft::new(id.clone(), made.to_string()));
                made.to_string()
            }
        };
        known.insert(id, to);
    }
    if let (Some(writer), false) = (&writer, new.is_empty()) {
        let (run, _) = writer.begin(kind, new).map_err(journal::unusable)?;
        writer.end(run)?;
    }
    Ok(known)
}

/// Whether an object that an earlier run made was deleted since.
async fn was_deleted(
    kind: &'static AssetKind,
    id: AssetId,
    journal: Option<&Journal>,
    session: &Session,
    settings: &Settings,
) -> Result<bool, Failure> {
    if kind.operation(Verb::FindById).is_none() {
        return Ok(false);
    }
    if let Some(there) = session.client.ledger().dynamic_of(kind).try_find_by_id(&id).await? {
        return Ok(rules::is_deleted(&there));
    }
    // One that no read has shown yet may be still to be made, or not be found where the path is a wrong guess.
    let book = journal.map(|it| it.find(apply::BOOK, &journal::account(settings))).transpose();
    let key = format!("{} {id}", kind.name);
    let sent = book.map_err(journal::unusable)?.flatten().map(|book| book.last_sent(&[key]));
    let sent = sent.transpose().map_err(journal::unusable)?.and_then(|mut sent| sent.pop()?);
    Ok(sent.is_some_and(|step| matches!(step.state, State::Confirmed | State::Different)))
}

/// The objects of a file, as they are: ids stay.
pub(super) async fn plan(
    file: &Path,
    allow: &AllowArgs,
    settings: &Settings,
) -> Result<(Plan, Session), Failure> {
    let mut items = bundle::read(file)?;
    let session = Session::open(settings, "funnels plan").await?;
    session.note_origin();
    enter_secrets(&mut items, true, &session, settings).await?;
    Ok((Box::pin(make(items, allow, &session, settings)).await?, session))
}
