//! The objects of a plan: what they refer to, and in which order they are written.

use std::collections::{BTreeMap, BTreeSet};

use funnelflux_contract::AssetKind;
use funnelflux_id::AssetId;
use funnelflux_json::{Part, rewrite};
use funnelflux_model::Document;
use funnelflux_model::ledger::{Funnel, Identified as _, Model as _, Page};

use super::PlanError;
use crate::{FunnelDialect, Graph};

/// A member that refers to a funnel under another name than its id has.
pub(super) const FUNNEL_OF_CONDITION: &str = "restrictToFunnelId";

/// An asset as the account should have it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PlanObject {
    /// The kind of asset.
    pub kind: &'static AssetKind,
    /// The id.
    pub id: AssetId,
    /// The members. What the account has beside them stays.
    pub document: Document,
}

impl PlanObject {
    /// An object of a kind.
    ///
    /// # Errors
    /// If it carries no id.
    pub fn new(kind: &'static AssetKind, document: Document) -> Result<Self, PlanError> {
        let ids = kind.id_members.iter().filter_map(|name| document.read::<String>(name).ok()?);
        let id = ids.filter_map(|id| id.parse::<AssetId>().ok()).next();
        let members = kind.id_members.join(" or ");
        let none = || PlanError::new(format!("a {} carries no id ({members})", kind.noun));
        Ok(Self { kind, id: id.ok_or_else(none)?, document })
    }

    /// A funnel.
    ///
    /// # Errors
    /// If it carries no id.
    pub fn funnel(funnel: &Funnel) -> Result<Self, PlanError> {
        Self::new(Funnel::KIND, funnel.document().clone())
    }

    /// Its name; empty if it has none.
    pub fn name(&self) -> String {
        let names = self.kind.name_members.iter();
        let mut names = names.filter_map(|name| self.document.read::<String>(name).ok().flatten());
        names.next().unwrap_or_default()
    }

    /// Kind, id and name, for messages.
    pub fn called(&self) -> String {
        format!("{} {} `{}`", self.kind.noun, self.id, self.name())
    }

    /// The only funnel that may use this condition.
    pub(super) fn restricted_to(&self) -> Option<AssetId> {
        self.document.read::<String>(FUNNEL_OF_CONDITION).ok().flatten()?.parse().ok()
    }

    /// The same without the funnel that may use it, and what is missing then.
    pub(super) fn unrestricted(&self) -> (Self, Self) {
        let (mut open, mut rest) = (self.clone(), self.clone());
        open.document.remove(FUNNEL_OF_CONDITION);
        let names: Vec<String> =
            self.document.members().map(|(name, _)| name.into_owned()).collect();
        let stays =
            |name: &str| name == FUNNEL_OF_CONDITION || self.kind.id_members.contains(&name);
        for name in names.iter().filter(|name| !stays(name)) {
            rest.document.remove(name);
        }
        (open, rest)
    }

    /// Lists what it refers to, in the order of its text.
    pub fn references(&self, dialect: &FunnelDialect) -> Vec<(&'static AssetKind, AssetId)> {
        let mut found: Vec<(&'static AssetKind, AssetId)> = Vec::new();
        let mut add = |kind: Option<&'static AssetKind>, id: &str| {
            if let (Some(kind), Ok(id)) = (kind, id.parse::<AssetId>())
                && id != self.id
                && !found.iter().any(|(other, it)| other.name == kind.name && *it == id)
            {
                found.push((kind, id));
            }
        };
        rewrite(self.document.text(), |part, member, value| {
            if part == Part::Text {
                add(kind_of_member(member), value);
            }
            None
        });
        for (kind, id) in self.of_graph(dialect) {
            add(Some(kind), id.as_str());
        }
        found
    }

    /// What the graph of a funnel refers to; nothing for other kinds.
    pub fn of_graph(&self, dialect: &FunnelDialect) -> Vec<(&'static AssetKind, AssetId)> {
        if self.kind.name != Funnel::KIND.name {
            return Vec::new();
        }
        let funnel = Funnel::from_document(self.document.clone());
        let references = Graph::of(&funnel, dialect).references(&funnel, dialect);
        references.into_iter().filter_map(|it| Some((it.kind, it.id.parse().ok()?))).collect()
    }
}

/// The kind that a member of this name refers to, the kind itself before its older roots.
fn kind_of_member(member: &str) -> Option<&'static AssetKind> {
    match member {
        FUNNEL_OF_CONDITION => return Some(Funnel::KIND),
        // The offer whose conversions a condition counts (sibling).
        "idOffer" => return Some(Page::KIND),
        _ => {}
    }
    AssetKind::all().iter().copied().find(|kind| kind.id_members.contains(&member))
}

/// Puts what is referred to before what refers to it. A condition comes before the only funnel that may use it.
///
/// # Errors
/// If an object is given twice, or objects refer to each other in a circle.
pub fn in_order(
    objects: Vec<PlanObject>,
    dialect: &FunnelDialect,
) -> Result<Vec<PlanObject>, PlanError> {
    let mut places = BTreeMap::new();
    for (at, object) in (1..).zip(&objects) {
        if let Some(first) = places.insert((object.kind.name, object.id), at) {
            let called = object.called();
            let why = format!("one object is given twice: {called}: objects {first} and {at}");
            return Err(PlanError::new(why).with_advice("keep one of the two"));
        }
    }
    let mut left: BTreeMap<usize, (PlanObject, Vec<AssetId>)> = BTreeMap::new();
    for (at, object) in objects.into_iter().enumerate() {
        let needs = object.references(dialect).into_iter().map(|(_, id)| id).collect();
        left.insert(at, (object, needs));
    }
    let mut ordered = Vec::new();
    while !left.is_empty() {
        let waiting: BTreeSet<AssetId> = left.values().map(|(object, _)| object.id).collect();
        let is_free = |needs: &[AssetId]| needs.iter().all(|id| !waiting.contains(id));
        let mut free: Vec<usize> =
            left.iter().filter(|(_, (_, needs))| is_free(needs)).map(|(at, _)| *at).collect();
        if free.is_empty() {
            let needs_its_funnel_alone = |object: &PlanObject, needs: &[AssetId]| {
                let own = object.restricted_to();
                needs.iter().all(|id| Some(*id) == own || !waiting.contains(id))
            };
            let conditions =
                left.iter().filter(|(_, (object, needs))| needs_its_funnel_alone(object, needs));
            free = conditions.map(|(at, _)| *at).collect();
        }
        if free.is_empty() {
            let names: Vec<String> = left
                .values()
                .map(|(object, _)| format!("{} {}", object.kind.noun, object.id))
                .collect();
            let why = format!("these refer to each other in a circle: {}", names.join(", "));
            return Err(PlanError::new(why).with_advice("create one of them in the app"));
        }
        ordered.extend(free.into_iter().filter_map(|at| left.remove(&at)).map(|(it, _)| it));
    }
    Ok(ordered)
}
