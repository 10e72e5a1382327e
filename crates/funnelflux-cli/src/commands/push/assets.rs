//! The funnels and traffic sources that the lines of a file name, held against the account: a cost of another funnel
//! matches no visit, and its money would be nowhere.

use std::collections::{BTreeMap, HashMap};

use funnelflux::id::{AssetId, Id};
use funnelflux::imports::{Costs, named_lines};
use funnelflux::ledger::{AssetKind, Kind};
use funnelflux::model::ledger::{Funnel, TrafficSource};

use super::table::Table;
use crate::args::SendArgs;
use crate::failure::Failure;
use crate::names::{AssetRef, Known, Names};
use crate::output::Terminal;
use crate::settings::Settings;

/// A column of assets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Funnel,
    TrafficSource,
}

impl Column {
    const ALL: [Self; 2] = [Self::Funnel, Self::TrafficSource];

    const fn name(self) -> &'static str {
        match self {
            Self::Funnel => "funnel",
            Self::TrafficSource => "traffic_source",
        }
    }

    const fn kind(self) -> &'static AssetKind {
        match self {
            Self::Funnel => <Funnel as Kind>::KIND,
            Self::TrafficSource => <TrafficSource as Kind>::KIND,
        }
    }

    const fn other(self) -> Self {
        match self {
            Self::Funnel => Self::TrafficSource,
            Self::TrafficSource => Self::Funnel,
        }
    }
}

/// The assets of both columns, by their cells; each is looked up once.
#[derive(Debug, Default)]
pub(super) struct Assets {
    found: [BTreeMap<String, Result<AssetId, String>>; 2],
    known: [HashMap<AssetId, Known>; 2],
}

impl Assets {
    /// Looks the cells up by one list call for each column. A preview goes on without an account, and says so; what is
    /// sent has to be known, unless `unchecked` says otherwise.
    pub(super) async fn find(
        table: &Table,
        unchecked: bool,
        send: SendArgs,
        settings: &Settings,
    ) -> Result<Self, Failure> {
        let mut cells = Vec::new();
        for column in Column::ALL {
            let values = table.sheet.values(column.name()).into_iter();
            cells.extend(values.map(|cell| (column, cell, cell.parse::<AssetRef>())));
        }
        let has_name = cells.iter().any(|(_, _, asset)| matches!(asset, Ok(AssetRef::Name(_))));
        let names = Names::new(settings, "names");
        let mut assets = Self::default();
        let mut is_checked = !unchecked;
        for (column, cell, asset) in cells {
            let found = match asset {
                Err(why) => Err(why.to_owned()),
                Ok(asset) if is_checked => match Box::pin(check(column, &asset, &names)).await {
                    Ok(Ok(known)) => {
                        let id = known.id;
                        if let Some(all) = assets.known.get_mut(column as usize) {
                            all.insert(id, known);
                        }
                        Ok(id)
                    }
                    Ok(Err(why)) => Err(why),
                    Err(failure) if send.is_sending() || has_name => {
                        let hint = "--unchecked-ids takes ids as they are; nothing was sent";
                        return Err(failure.or_hint("log in, or give ids").and_hint(hint));
                    }
                    Err(failure) => {
                        is_checked = false;
                        let why = failure.message();
                        settings.terminal.warn(&format!(
                            "the ids of funnels and traffic sources were NOT checked: {why}"
                        ));
                        let AssetRef::Id(id) = asset else { return Err(failure) };
                        Ok(id)
                    }
                },
                Ok(asset) => {
                    let found = Box::pin(names.try_find(column.kind(), &[], &asset)).await?;
                    found.map(|(id, _)| id)
                }
            };
            // The cell is shown with its column.
            let start = format!("`{cell}`: ");
            let found = found.map_err(|why| why.strip_prefix(&start).unwrap_or(&why).to_owned());
            if let Some(all) = assets.found.get_mut(column as usize) {
                all.insert(cell.to_owned(), found);
            }
        }
        if unchecked {
            settings.terminal.warn("the ids of funnels and traffic sources were NOT checked");
        }
        Ok(assets)
    }

    /// The asset of a cell of a column.
    pub(super) fn id(&self, column: &str, cell: &str) -> Result<AssetId, String> {
        let mut columns = Column::ALL.into_iter().zip(&self.found);
        let found = columns.find(|(known, _)| known.name() == column);
        let found = found.and_then(|(_, all)| all.get(cell)).cloned();
        found.unwrap_or_else(|| Err("expected an id or a name".to_owned()))
    }

    /// The name of an asset, if it was looked up.
    pub(super) fn name(&self, column: Column, id: &AssetId) -> Option<&str> {
        Some(&self.known.get(column as usize)?.get(id)?.name)
    }

    /// `Blue shoes (2nIemJxCKbFX)`, or the id alone.
    pub(super) fn shown<M>(&self, column: Column, id: Id<M>) -> String {
        let id = id.untyped();
        self.name(column, &id).map_or_else(|| id.to_string(), |name| format!("{name} ({id})"))
    }

    /// Warns about lines of archived assets: they may have no new visits, but they can have old ones.
    pub(super) fn tell_archived(&self, costs: &Costs, terminal: Terminal) {
        for column in Column::ALL {
            let known = self.known.get(column as usize).into_iter().flat_map(HashMap::values);
            let mut archived: Vec<&Known> = known.filter(|known| known.is_archived).collect();
            archived.sort_unstable_by_key(|known| known.id);
            for known in archived {
                let id = |at| match column {
                    Column::Funnel => costs.funnel(at).map(Id::untyped),
                    Column::TrafficSource => costs.traffic_source(at).map(Id::untyped),
                };
                let places = (0..costs.len()).filter(|at| id(*at) == Some(known.id));
                let lines: Vec<_> = places.filter_map(|at| Some(costs.line(at)?.place())).collect();
                let (noun, name, id) = (column.kind().noun, &known.name, known.id);
                let lines = named_lines(&lines);
                terminal.warn(&format!("{lines}: the {noun} `{name}` ({id}) is archived"));
            }
        }
    }
}

/// Finds an asset, or says why there is none: unknown, or one of the other column.
async fn check(
    column: Column,
    asset: &AssetRef,
    names: &Names<'_>,
) -> Result<Result<Known, String>, Failure> {
    let why = match names.known(column.kind(), asset).await? {
        Ok(known) => return Ok(Ok(known)),
        Err(why) => why,
    };
    let other = column.other();
    // If several assets have the name, the user has to choose one.
    let swapped = match names.has(column.kind(), asset).await? {
        Some(_) => None,
        None => names.has(other.kind(), asset).await?,
    };
    Ok(Err(match swapped {
        Some(name) => {
            let (own, noun, other) = (column.name(), other.kind().noun, other.name());
            format!("is the {noun} `{name}`; are {own} and {other} swapped?")
        }
        None => why,
    }))
}
