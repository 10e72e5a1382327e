//! The life of an asset as a program: every operation that it has, in an order that makes sense, with
//! ids that are the same each time. Run against the emulator it is recorded; run against the recording
//! it must ask exactly the same.

use funnelflux::Error;
use funnelflux::id::{AssetId, Generator};
use funnelflux::ledger::{DynamicAssets, ListFilter, Verb};
use funnelflux::model::Document;
use funnelflux::prelude::FunnelFlux;

/// Lives the whole life of the assets of this name, and names the operations that it used.
///
/// # Errors
/// Whatever goes wrong.
pub async fn live(client: &FunnelFlux, name: &str) -> Result<Vec<Verb>, Error> {
    let assets = client
        .ledger()
        .dynamic(name)
        .ok_or_else(|| Error::invalid_request(format!("no assets are called {name}")))?;
    let mut life = Life { client, assets, done: Vec::new(), ids: ids(name) };
    life.all().await?;
    Ok(life.done)
}

/// One id after the other, the same in each run, others for each name.
fn ids(name: &str) -> impl FnMut() -> Result<AssetId, Error> + use<> {
    // 2026-01-01T00:00:00Z and a second per letter: recordings do not share ids.
    let base = 1_767_225_600_000 + 1000 * name.bytes().map(i64::from).sum::<i64>();
    let mut dice = 0_u64;
    let generator = Generator::new(
        move || base,
        move || {
            dice = dice
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            Some(dice)
        },
    );
    move || generator.generate().map_err(|cause| Error::local("id").with_source(cause))
}

struct Life<'a, F> {
    client: &'a FunnelFlux,
    assets: DynamicAssets,
    done: Vec<Verb>,
    ids: F,
}

impl<F: FnMut() -> Result<AssetId, Error>> Life<'_, F> {
    fn can(&mut self, verb: Verb) -> bool {
        let can = self.assets.kind().operation(verb).is_some();
        if can {
            self.done.push(verb);
        }
        can
    }

    async fn all(&mut self) -> Result<(), Error> {
        if self.can(Verb::List) {
            self.assets.list(&ListFilter::new()).await?;
        }
        if !self.can(Verb::Create) {
            return Ok(());
        }
        let id = (self.ids)()?;
        let object = self.object(&id).await?;
        self.assets.create(&object).await?;
        if self.can(Verb::FindById) {
            self.assets.find_by_id(&id).await?;
        }
        if self.can(Verb::FindByIds) {
            self.assets.find_by_ids(&[id]).await?;
        }
        for (verb, value) in [
            (Verb::FindByStatus, "active"),
            (Verb::FindByCategory, ""),
            (Verb::FindByType, "standard"),
        ] {
            if self.can(verb) {
                self.assets.find_by(verb, value, ListFilter::new()).await?;
            }
        }
        if self.can(Verb::Update) {
            let name = self.assets.kind().name_members.first().copied().unwrap_or_default();
            self.assets.edit(&id, |object| Ok(object.set(name, "Renamed")?)).await?;
        }
        self.move_and_copy(&id).await?;
        self.archive_and_delete(&id).await
    }

    /// The least that makes a whole object of this kind.
    async fn object(&mut self, id: &AssetId) -> Result<Document, Error> {
        let mut object = Document::new();
        let wrong = |cause| Error::local("object").with_source(cause);
        for member in self.assets.kind().id_members {
            object.set(member, id.as_str()).map_err(wrong)?;
        }
        for member in self.assets.kind().name_members {
            object.set(member, "Recorded").map_err(wrong)?;
        }
        let extra: &[(&str, &str)] = match self.assets.kind().name {
            "categories" => &[("categoryType", r#""offersources""#)],
            "logic-scripts" => &[("code", r#""return \"default\"""#)],
            "pages" => &[("pageType", r#""lander""#), ("baseURL", r#""https://example.com/""#)],
            "middleware-configs" => &[
                ("destination", r#"{"type":"http","method":"POST","url":"https://example.com/"}"#),
                ("routes", r#"[{"idRoute":"default","priority":0,"isDefault":true}]"#),
            ],
            _ => &[],
        };
        for (member, json) in extra {
            let value: serde_json::Value = serde_json::from_str(json)
                .map_err(|cause| Error::local("object").with_source(cause))?;
            object.set(member, &value).map_err(wrong)?;
        }
        if self.assets.kind().name == "funnels" {
            let group = self.group().await?;
            object.set("idFunnelGroup", group.as_str()).map_err(wrong)?;
        }
        Ok(object)
    }

    /// A funnel group to put funnels into.
    async fn group(&mut self) -> Result<AssetId, Error> {
        let groups = self.client.ledger().dynamic("funnel-groups");
        let groups = groups.ok_or_else(|| Error::local("no funnel groups"))?;
        let id = (self.ids)()?;
        let mut group = Document::new();
        let wrong = |cause| Error::local("group").with_source(cause);
        for member in groups.kind().id_members {
            group.set(member, id.as_str()).map_err(wrong)?;
        }
        for member in groups.kind().name_members {
            group.set(member, "Group").map_err(wrong)?;
        }
        groups.create(&group).await?;
        Ok(id)
    }

    async fn move_and_copy(&mut self, id: &AssetId) -> Result<(), Error> {
        let wrong = |cause| Error::local("copy").with_source(cause);
        let mut copy = Document::new();
        copy.set("name", "Copy").map_err(wrong)?;
        if self.can(Verb::Move) {
            if self.assets.kind().takes_one(Verb::Move) {
                let group = self.group().await?;
                self.assets.move_to(&[*id], Some(&group)).await?;
                copy.set("parentId", group.as_str()).map_err(wrong)?;
            } else {
                self.assets.move_to(&[*id], None).await?;
            }
        }
        if self.can(Verb::Duplicate) {
            self.assets.duplicate(id, &copy).await?;
        }
        Ok(())
    }

    async fn archive_and_delete(&mut self, id: &AssetId) -> Result<(), Error> {
        if self.can(Verb::Archive) {
            self.assets.archive(&[*id]).await?;
        }
        if self.can(Verb::Unarchive) {
            self.assets.unarchive(&[*id]).await?;
        }
        if self.can(Verb::Delete) {
            self.assets.delete(&[*id]).await?;
        }
        Ok(())
    }
}

/// The life of a domain.
///
/// # Errors
/// Whatever goes wrong.
pub async fn live_as_domain(client: &FunnelFlux) -> Result<(), Error> {
    let domains = client.domains();
    domains.list().await?;
    let domain = domains.create("go.example.com").await?;
    let unreadable = |cause| Error::local("domain").with_source(cause);
    let id = domain.id().map_err(unreadable)?.unwrap_or_default().into_owned();
    domains.check("go.example.com").await?;
    domains.refresh(&id).await?;
    domains.get(&id).await?;
    domains.delete(&id).await?;
    Ok(())
}
