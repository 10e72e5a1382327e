//! Which operation each verb calls.

use std::collections::BTreeSet;

use funnelflux::ledger::{AnyAssets, Capability};

use crate::args::AssetCommand;

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    List,
    Get,
    FindByStatus,
    FindByCategory,
    FindByType,
    FindByIds,
    Create,
    Update,
    Duplicate,
    Archive,
    Unarchive,
    Delete,
    Move,
}

impl Verb {
    pub(super) const ALL: [Self; 13] = [
        Self::List,
        Self::Get,
        Self::FindByStatus,
        Self::FindByCategory,
        Self::FindByType,
        Self::FindByIds,
        Self::Create,
        Self::Update,
        Self::Duplicate,
        Self::Archive,
        Self::Unarchive,
        Self::Delete,
        Self::Move,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Get => "get",
            Self::FindByStatus => "find --status",
            Self::FindByCategory => "find --category",
            Self::FindByType => "find --type",
            Self::FindByIds => "find --ids",
            Self::Create => "create",
            Self::Update => "update",
            Self::Duplicate => "duplicate",
            Self::Archive => "archive",
            Self::Unarchive => "unarchive",
            Self::Delete => "delete",
            Self::Move => "move",
        }
    }

    /// The commands that these assets have nothing for.
    pub(super) fn missing(assets: &AnyAssets) -> BTreeSet<&'static str> {
        let command = |verb: Self| verb.name().split(' ').next().unwrap_or_default();
        let (there, missing): (Vec<Self>, Vec<Self>) =
            Self::ALL.iter().partition(|verb| verb.capability(assets).is_some());
        let there: BTreeSet<&str> = there.into_iter().map(command).collect();
        missing.into_iter().map(command).filter(|name| !there.contains(name)).collect()
    }

    /// What these assets have for it, if anything.
    pub(super) fn capability(self, assets: &AnyAssets) -> Option<Capability> {
        let candidates: &[Capability] = match self {
            Self::List => &[Capability::List],
            Self::Get => &[Capability::FindById],
            Self::FindByStatus => &[Capability::FindByStatus],
            Self::FindByCategory => &[Capability::FindByCategory],
            Self::FindByType => &[Capability::FindByType],
            Self::FindByIds => &[Capability::FindByIds],
            Self::Create => &[Capability::Create],
            Self::Update => &[Capability::Update],
            Self::Duplicate => &[Capability::Duplicate],
            Self::Archive => &[Capability::Archive, Capability::ArchiveOne],
            Self::Unarchive => &[Capability::Unarchive, Capability::UnarchiveOne],
            Self::Delete => &[Capability::Delete],
            Self::Move => &[Capability::Move, Capability::MoveOne],
        };
        let mut candidates = candidates.iter().copied();
        candidates.find(|capability| assets.operation(*capability).is_some())
    }
}

/// What the command asks for; none where it asks nobody.
pub(super) fn verb(command: &AssetCommand) -> Option<Verb> {
    Some(match command {
        AssetCommand::Members(_) => return None,
        AssetCommand::List(_) => Verb::List,
        AssetCommand::Get(_) => Verb::Get,
        AssetCommand::Find(args) if args.status.is_some() => Verb::FindByStatus,
        AssetCommand::Find(args) if args.category.is_some() => Verb::FindByCategory,
        AssetCommand::Find(args) if args.funnel_type.is_some() => Verb::FindByType,
        AssetCommand::Find(_) => Verb::FindByIds,
        AssetCommand::Create(_) => Verb::Create,
        AssetCommand::Update(_) => Verb::Update,
        AssetCommand::Duplicate(_) => Verb::Duplicate,
        AssetCommand::Archive(_) => Verb::Archive,
        AssetCommand::Unarchive(_) => Verb::Unarchive,
        AssetCommand::Delete(_) => Verb::Delete,
        AssetCommand::Move(_) => Verb::Move,
    })
}

// For the coverage page: every operation that a verb calls. A test below holds the list to the truth.
// operation: ledger.trafficsource.list
// operation: ledger.trafficsource.find-by-id
// operation: ledger.trafficsource.find-by-status
// operation: ledger.trafficsource.find-by-category
// operation: ledger.trafficsource.find-by-ids
// operation: ledger.trafficsource.create
// operation: ledger.trafficsource.update
// operation: ledger.trafficsource.duplicate
// operation: ledger.trafficsource.archive
// operation: ledger.trafficsource.unarchive
// operation: ledger.trafficsource.delete
// operation: ledger.trafficsource.move
// operation: ledger.offersource.list
// operation: ledger.offersource.find-by-id
// operation: ledger.offersource.find-by-status
// operation: ledger.offersource.find-by-category
// operation: ledger.offersource.find-by-ids
// operation: ledger.offersource.create
// operation: ledger.offersource.update
// operation: ledger.offersource.duplicate
// operation: ledger.offersource.archive
// operation: ledger.offersource.unarchive
// operation: ledger.offersource.delete
// operation: ledger.offersource.move
// operation: ledger.campaign.list
// operation: ledger.campaign.find-by-id
// operation: ledger.campaign.find-by-status
// operation: ledger.campaign.find-by-ids
// operation: ledger.campaign.create
// operation: ledger.campaign.update
// operation: ledger.campaign.duplicate
// operation: ledger.campaign.archive
// operation: ledger.campaign.delete
// operation: ledger.funnelgroup.list
// operation: ledger.funnelgroup.find-by-id
// operation: ledger.funnelgroup.find-by-status
// operation: ledger.funnelgroup.find-by-ids
// operation: ledger.funnelgroup.create
// operation: ledger.funnelgroup.update
// operation: ledger.funnelgroup.duplicate
// operation: ledger.funnelgroup.archive
// operation: ledger.funnelgroup.unarchive
// operation: ledger.funnelgroup.delete
// operation: ledger.funnel.list
// operation: ledger.funnel.find-by-id
// operation: ledger.funnel.find-by-status
// operation: ledger.funnel.find-by-category
// operation: ledger.funnel.find-by-type
// operation: ledger.funnel.find-by-ids
// operation: ledger.funnel.create
// operation: ledger.funnel.update
// operation: ledger.funnel.duplicate
// operation: ledger.funnel.archive
// operation: ledger.funnel.unarchive
// operation: ledger.funnel.delete
// operation: ledger.funnel.move
// operation: ledger.condition.list
// operation: ledger.condition.find-by-id
// operation: ledger.condition.find-by-status
// operation: ledger.condition.find-by-category
// operation: ledger.condition.find-by-ids
// operation: ledger.condition.create
// operation: ledger.condition.update
// operation: ledger.condition.duplicate
// operation: ledger.condition.archive
// operation: ledger.condition.unarchive
// operation: ledger.condition.delete
// operation: ledger.condition.move
// operation: ledger.page.list
// operation: ledger.page.find-by-id
// operation: ledger.page.find-by-status
// operation: ledger.page.find-by-category
// operation: ledger.page.find-by-ids
// operation: ledger.page.create
// operation: ledger.page.update
// operation: ledger.page.duplicate
// operation: ledger.page.archive
// operation: ledger.page.unarchive
// operation: ledger.page.delete
// operation: ledger.page.move
// operation: ledger.pagegroup.list
// operation: ledger.pagegroup.find-by-id
// operation: ledger.pagegroup.find-by-status
// operation: ledger.pagegroup.find-by-category
// operation: ledger.pagegroup.find-by-ids
// operation: ledger.pagegroup.create
// operation: ledger.pagegroup.update
// operation: ledger.pagegroup.duplicate
// operation: ledger.pagegroup.archive
// operation: ledger.pagegroup.unarchive
// operation: ledger.pagegroup.delete
// operation: ledger.pagegroup.move
// operation: ledger.webhookconfig.list
// operation: ledger.webhookconfig.find-by-id
// operation: ledger.webhookconfig.find-by-status
// operation: ledger.webhookconfig.find-by-category
// operation: ledger.webhookconfig.find-by-ids
// operation: ledger.webhookconfig.create
// operation: ledger.webhookconfig.update
// operation: ledger.webhookconfig.duplicate
// operation: ledger.webhookconfig.archive
// operation: ledger.webhookconfig.unarchive
// operation: ledger.webhookconfig.delete
// operation: ledger.webhookconfig.move
// operation: ledger.middlewareconfig.list
// operation: ledger.middlewareconfig.find-by-id
// operation: ledger.middlewareconfig.find-by-status
// operation: ledger.middlewareconfig.find-by-category
// operation: ledger.middlewareconfig.find-by-ids
// operation: ledger.middlewareconfig.create
// operation: ledger.middlewareconfig.update
// operation: ledger.middlewareconfig.duplicate
// operation: ledger.middlewareconfig.archive
// operation: ledger.middlewareconfig.unarchive
// operation: ledger.middlewareconfig.delete
// operation: ledger.middlewareconfig.move
// operation: ledger.logicscript.list
// operation: ledger.logicscript.find-by-id
// operation: ledger.logicscript.find-by-ids
// operation: ledger.logicscript.create
// operation: ledger.logicscript.update
// operation: ledger.logicscript.duplicate
// operation: ledger.category.list
// operation: ledger.category.find-by-id
// operation: ledger.category.find-by-ids
// operation: ledger.category.create
// operation: ledger.category.update
// operation: ledger.visitortag.list
// operation: ledger.visitortag.find-by-id
// operation: ledger.visitortag.find-by-ids
// operation: ledger.visitortag.create
// operation: ledger.visitortag.update
// operation: ledger.trafficsource-category.list

#[cfg(test)]
mod tests {
    use funnelflux::FunnelFlux;
    use funnelflux::ledger::Ledger;

    use super::*;

    /// In the order of the assets, then of the verbs.
    fn reached() -> Vec<String> {
        let client = FunnelFlux::builder().access_token("token").build().unwrap();
        let mut reached = Vec::new();
        for assets in Ledger::names().filter_map(|name| client.ledger().by_name(name)) {
            let capabilities = Verb::ALL.iter().filter_map(|verb| verb.capability(&assets));
            reached.extend(
                capabilities
                    .filter_map(|capability| Some(assets.operation(capability)?.id().to_owned())),
            );
        }
        reached
    }

    #[test]
    fn the_list_above_names_exactly_the_operations_that_the_verbs_reach() {
        let listed: Vec<&str> = include_str!("operations.rs")
            .lines()
            .filter_map(|line| line.strip_prefix("// operation: "))
            .collect();
        let reached = reached();
        let lines: Vec<String> = reached.iter().map(|id| format!("// operation: {id}")).collect();
        assert_eq!(listed, reached, "the list should be:\n{}", lines.join("\n"));
    }

    #[test]
    fn every_kind_can_at_least_be_listed() {
        let client = FunnelFlux::builder().access_token("token").build().unwrap();
        for name in Ledger::names() {
            let assets = client.ledger().by_name(name).unwrap();
            assert_eq!(Verb::List.capability(&assets), Some(Capability::List), "{name}");
        }
    }
}
