//! Assets by name, wherever an id is expected.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};
use std::fmt::{self, Display};
use std::rc::Rc;
use std::str::FromStr;

use funnelflux::id::AssetId;
use funnelflux::ledger::{AssetKind, Kind, ListFilter, Verb};
use funnelflux::model::edit_distance;
use funnelflux::model::ledger::{Category, FunnelGroup, StatusFilter};
use tokio::sync::OnceCell;

use crate::failure::Failure;
use crate::output::first_few;
use crate::session::Session;
use crate::settings::Settings;

/// An asset as the user gives it. A text that can be an id is one.
#[derive(Clone, Debug)]
pub(crate) enum AssetRef {
    Id(AssetId),
    Name(String),
}

impl FromStr for AssetRef {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim().parse() {
            Ok(id) => Ok(Self::Id(id)),
            Err(_) if text.trim().is_empty() => Err("got an empty text; expected an id or a name"),
            Err(_) => Ok(Self::Name(text.trim().to_owned())),
        }
    }
}

/// An id, and the name where the asset was given by it.
pub(crate) type Found = (AssetId, Option<String>);

/// An asset that the account has.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) id: AssetId,
    pub(crate) name: String,
    status: String,
    pub(crate) is_archived: bool,
    category_type: String,
}

/// `2nIemJxCKbFX Acme (archived)`.
impl Display for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, name, status, .. } = self;
        let status = if status.is_empty() { String::new() } else { format!(" ({status})") };
        write!(f, "{id} {name}{status}")
    }
}

/// The kind of a list, and whether it is of archived assets only.
type ListKey = (&'static str, bool);

/// The names of an account's assets, by one list call for each kind; the first one opens the session.
pub(crate) struct Names<'a> {
    settings: &'a Settings,
    what: &'static str,
    session: OnceCell<Session>,
    listed: RefCell<BTreeMap<ListKey, Rc<Vec<Known>>>>,
}

impl<'a> Names<'a> {
    pub(crate) fn new(settings: &'a Settings, what: &'static str) -> Self {
        Self { settings, what, session: OnceCell::new(), listed: RefCell::default() }
    }

    pub(crate) fn with(self, session: Session) -> Self {
        Self { session: OnceCell::new_with(Some(session)), ..self }
    }

    pub(crate) async fn session(&self) -> Result<&Session, Failure> {
        let open = || async {
            let session = Session::open(self.settings, self.what).await?;
            session.note_origin();
            Ok(session)
        };
        self.session.get_or_try_init(open).await
    }

    /// The session, if a name was looked up or it was asked for.
    pub(crate) fn opened(&self) -> Option<&Session> {
        self.session.get()
    }

    /// The server's default leaves out the deleted ones (documented for middleware configs).
    async fn listed(
        &self,
        kind: &'static AssetKind,
        only_archived: bool,
    ) -> Result<Rc<Vec<Known>>, Failure> {
        if let Some(listed) = self.listed.borrow().get(&(kind.name, only_archived)) {
            return Ok(Rc::clone(listed));
        }
        let assets = Box::pin(self.session()).await?.client.ledger().dynamic_of(kind);
        let filter = match only_archived {
            true => ListFilter::new().status(StatusFilter::Archived.as_str()),
            false => ListFilter::new(),
        };
        let objects = Box::pin(assets.list(&filter)).await.map_err(|error| {
            Failure::from(error).about("the names cannot be looked up").or_hint("give the id")
        })?;
        let listed = objects.iter().filter_map(|object| {
            let text = |member| object.read::<String>(member).ok().flatten().unwrap_or_default();
            let status = text("status");
            Some(Known {
                id: assets.id_of(object)?,
                name: assets.name_of(object).unwrap_or_default(),
                is_archived: status.eq_ignore_ascii_case("archived"),
                status,
                category_type: text("categoryType"),
            })
        });
        let mut seen = HashSet::new();
        let is_there =
            |asset: &Known| !asset.status.eq_ignore_ascii_case("deleted") && seen.insert(asset.id);
        let listed = Rc::new(listed.filter(is_there).collect::<Vec<_>>());
        self.listed.borrow_mut().insert((kind.name, only_archived), Rc::clone(&listed));
        Ok(listed)
    }

    /// Finds the asset of each of these, or names every one that cannot be found.
    pub(crate) async fn find_all(
        &self,
        kind: &'static AssetKind,
        assets: &[AssetRef],
    ) -> Result<Vec<Found>, Failure> {
        let (mut found, mut wrong) = (Vec::with_capacity(assets.len()), Vec::new());
        for asset in assets {
            match self.try_find(kind, &[], asset).await? {
                Ok(asset) => found.push(asset),
                Err(why) => wrong.push(why),
            }
        }
        if wrong.is_empty() { Ok(found) } else { Err(not_found(kind, wrong.join("; "))) }
    }

    pub(crate) async fn find(
        &self,
        kind: &'static AssetKind,
        types: &[&str],
        asset: &AssetRef,
    ) -> Result<AssetId, Failure> {
        let found = self.try_find(kind, types, asset).await?;
        found.map(|(id, _)| id).map_err(|why| not_found(kind, why))
    }

    /// Finds the category or, of a funnel, the group that objects of the kind are in.
    pub(crate) async fn find_parent(
        &self,
        kind: &AssetKind,
        parent: &AssetRef,
    ) -> Result<AssetId, Failure> {
        let parents = match kind.takes_one(Verb::Move) {
            true => <FunnelGroup as Kind>::KIND,
            false => <Category as Kind>::KIND,
        };
        self.find(parents, kind.category_types, parent).await
    }

    /// Finds an asset, or says why there is none. A category has one of these types, if any.
    pub(crate) async fn try_find(
        &self,
        kind: &'static AssetKind,
        types: &[&str],
        asset: &AssetRef,
    ) -> Result<Result<Found, String>, Failure> {
        let name = match asset {
            AssetRef::Id(id) => return Ok(Ok((*id, None))),
            AssetRef::Name(name) => name,
        };
        let listed = Box::pin(self.listed(kind, false)).await?;
        Ok(by_name(kind, types, &listed, name).map(|asset| {
            let archived = if asset.is_archived { ", which is archived" } else { "" };
            if let Some(session) = self.session.get() {
                session.progress.note(&format!("`{name}` is {}{archived}", asset.id));
            }
            (asset.id, Some(asset.name.clone()))
        }))
    }

    /// The name of the asset of a kind that has exactly this id or name.
    pub(crate) async fn has(
        &self,
        kind: &'static AssetKind,
        asset: &AssetRef,
    ) -> Result<Option<String>, Failure> {
        let listed = Box::pin(self.listed(kind, false)).await?;
        let mut all = listed.iter();
        let found = match asset {
            AssetRef::Id(id) => all.find(|one| one.id == *id),
            AssetRef::Name(name) => all.find(|one| one.name.trim() == name),
        };
        Ok(found.map(|one| one.name.clone()))
    }

    /// Finds an asset of the account, archived ones too, by its id or name, or says why there is none.
    pub(crate) async fn known(
        &self,
        kind: &'static AssetKind,
        asset: &AssetRef,
    ) -> Result<Result<Known, String>, Failure> {
        let listed = Box::pin(self.listed(kind, false)).await?;
        let id = match self.try_find(kind, &[], asset).await? {
            Ok((id, _)) => id,
            Err(why) => return Ok(Err(why)),
        };
        let of = |listed: &[Known]| listed.iter().find(|asset| asset.id == id).cloned();
        if let Some(known) = of(&listed) {
            return Ok(Ok(known));
        }
        // Whether the server's default leaves out archived ones is unknown; a filter that it refuses says nothing.
        let archived = self.listed(kind, true).await.unwrap_or_default();
        Ok(of(&archived).ok_or_else(|| unknown(kind, &listed, &id)))
    }
}

impl Display for AssetRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// Says that no asset has an id, and which have a similar one, or have it as their name.
fn unknown(kind: &AssetKind, listed: &[Known], id: &AssetId) -> String {
    let text = id.to_string();
    let is_near =
        |asset: &&Known| edit_distance(&text, asset.id.as_ref()) <= 2 || asset.name == text;
    let near: Vec<&Known> = listed.iter().filter(is_near).collect();
    let near = told_near(&near);
    format!("`{text}`: no {} of this account has this id{near}", kind.noun)
}

fn told_near(near: &[&Known]) -> String {
    if near.is_empty() { String::new() } else { format!("; near: {}", first_few(near.iter())) }
}

fn not_found(kind: &AssetKind, why: String) -> Failure {
    Failure::usage(why)
        .hint(format!("`ffx {} list` shows ids and names; nothing was sent", kind.name))
}

/// Finds the one asset of a name: spelled so, or else but for the case of its letters.
fn by_name<'a>(
    kind: &AssetKind,
    types: &[&str],
    listed: &'a [Known],
    name: &str,
) -> Result<&'a Known, String> {
    let is_of_type = |asset: &&Known| {
        let own = asset.category_type.as_str();
        let mut types = types.iter();
        types.len() == 0 || own.is_empty() || types.any(|it| it.eq_ignore_ascii_case(own))
    };
    let all = || listed.iter().filter(is_of_type);
    let folded = name.to_lowercase();
    let mut same: Vec<&Known> = all().filter(|asset| asset.name.trim() == name).collect();
    if same.is_empty() {
        same = all().filter(|asset| asset.name.trim().to_lowercase() == folded).collect();
    }
    match same.as_slice() {
        [only] => Ok(only),
        [] => {
            let distance = |asset: &&Known| distance(&folded, &asset.name);
            let mut near: Vec<&Known> = all().filter(|it| distance(it).is_some()).collect();
            near.sort_by_cached_key(distance);
            let near = told_near(&near);
            Err(format!("`{name}`: no {} has this name, and it is not an id{near}", kind.noun))
        }
        several => {
            let (count, kind) = (several.len(), kind.name.replace('-', " "));
            let all = first_few(several.iter());
            Err(format!("`{name}`: {count} {kind} have this name; expected the id of one: {all}"))
        }
    }
}

/// How far a text in small letters is from a name or the nearest words of it; `None` if more than a third
/// of its letters differ: it is another name.
fn distance(wanted: &str, name: &str) -> Option<usize> {
    let name = name.to_lowercase();
    let words: Vec<&str> = name.split_whitespace().collect();
    let count = wanted.split_whitespace().count().max(1);
    let parts = words.windows(count).map(|part| part.join(" ")).chain([name.clone()]);
    let distances = parts.map(|part| edit_distance(wanted, &part));
    let inside = name.contains(wanted).then_some(0);
    distances.chain(inside).min().filter(|least| *least <= wanted.chars().count() / 3)
}
