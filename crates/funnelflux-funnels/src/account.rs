//! What is known of an account's assets when a funnel is checked.

use std::collections::HashMap;

use funnelflux_contract::AssetKind;
use funnelflux_model::Document;
use serde_json::value::RawValue;

use crate::graph::text;

/// The assets of an account, as far as they were read. What was not read is not judged.
///
/// ```
/// use funnelflux_funnels::Account;
/// use funnelflux_model::{Document, ledger::{Page, Identified}};
///
/// let mut account = Account::offline();
/// let page = r#"{"idPage":"11J2nnR5gqw2","pageName":"Quiz","pageType":"lander"}"#;
/// account.add(Page::KIND, "11J2nnR5gqw2", Document::parse(page)?);
/// account.add_missing(Page::KIND, "1S1iAMoJhuOh");
/// # Ok::<(), funnelflux_model::DecodeError>(())
/// ```
#[derive(Clone, Default)]
pub struct Account {
    assets: HashMap<(&'static str, String), Option<Document>>,
    link_check: Option<LinkCheck>,
}

/// Says what is wrong with an address, if it is a link of FunnelFlux; nothing for any other.
type LinkCheck = fn(&str) -> Vec<String>;

/// What is known of one asset.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Known<'a> {
    Asset(&'a Document),
    Missing,
    Unknown,
}

impl Account {
    /// No account: references are not looked up.
    pub fn offline() -> Self {
        Self::default()
    }

    /// Adds an asset, best the whole object: a slim one lacks routes and code.
    pub fn add(&mut self, kind: &'static AssetKind, id: &str, asset: Document) {
        self.assets.insert((kind.name, id.to_owned()), Some(asset));
    }

    /// Notes that the account has no such asset.
    pub fn add_missing(&mut self, kind: &'static AssetKind, id: &str) {
        self.assets.insert((kind.name, id.to_owned()), None);
    }

    /// Whether it says anything of an asset.
    pub fn knows(&self, kind: &'static AssetKind, id: &str) -> bool {
        self.assets.contains_key(&(kind.name, id.to_owned()))
    }

    pub(crate) fn get(&self, kind: &str, id: &str) -> Known<'_> {
        let Some(kind) = AssetKind::find(kind) else { return Known::Unknown };
        match self.assets.get(&(kind.name, id.to_owned())) {
            Some(Some(asset)) => Known::Asset(asset),
            Some(None) => Known::Missing,
            None => Known::Unknown,
        }
    }

    /// An asset of any kind with this id.
    pub(crate) fn other(&self, id: &str) -> Option<(&'static AssetKind, &Document)> {
        AssetKind::all().iter().find_map(|kind| match self.get(kind.name, id) {
            Known::Asset(asset) => Some((*kind, asset)),
            _ => None,
        })
    }

    funnelflux_contract::setters! {
        /// Has addresses of external URLs checked by a function as well: it says what is wrong with a link of
        /// FunnelFlux, and nothing of any other address.
        fn with_link_check(check: fn(&str) -> Vec<String>) => link_check = Some(check);
    }

    pub(crate) fn link_check(&self) -> Option<LinkCheck> {
        self.link_check
    }

    /// The literal keys that a script returns, and whether these are all; `None` if it was not parsed.
    #[cfg(feature = "logic")]
    pub(crate) fn keys_of_script(code: &str) -> Option<(Vec<String>, bool)> {
        let script = crate::logic::check(code);
        Some((script.keys().map(str::to_owned).collect(), script.is_complete()))
    }

    /// Nothing, without the grammar.
    #[cfg(not(feature = "logic"))]
    pub(crate) fn keys_of_script(_code: &str) -> Option<(Vec<String>, bool)> {
        None
    }

    /// Lists the assets that the known ones consist of and that are not known yet: pages of page groups.
    pub fn parts(&self) -> Vec<(&'static AssetKind, String)> {
        let Some(pages) = AssetKind::find("pages") else { return Vec::new() };
        let groups = self.assets.iter().filter(|((kind, _), _)| *kind == "page-groups");
        let ids = groups.filter_map(|(_, group)| pages_of_group(group.as_ref()?)).flatten();
        let is_new = |id: &String| !self.assets.contains_key(&(pages.name, id.clone()));
        let mut ids: Vec<String> = ids.filter(is_new).collect();
        ids.sort();
        ids.dedup();
        ids.into_iter().map(|id| (pages, id)).collect()
    }

    /// Whether it knows nothing.
    pub fn is_offline(&self) -> bool {
        self.assets.is_empty()
    }
}

funnelflux_contract::formats! {
    /// The number of assets, never their values.
    Debug for Account, |it, f| f.debug_struct("Account").field("assets", &it.assets.len()).finish()
}

/// The ways out of an asset that routes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Routes {
    /// These keys.
    Known(Vec<String>),
    /// The object has another shape than any that is known.
    Unknown,
}

/// The routes of a middleware config: the keys of its list of routes.
pub(crate) fn middleware_routes(config: &Document) -> Routes {
    let list = config.get("routes").map(RawValue::get).filter(|raw| raw.starts_with('['));
    let Some(list) = list else { return Routes::Unknown };
    keys(list, &["idRoute"])
}

/// The routes of a condition: a list as of a middleware config (inferred), or the two outcomes of the
/// self-hosted product.
pub(crate) fn condition_routes(condition: &Document) -> Routes {
    let list =
        |name: &str| condition.get(name).map(RawValue::get).filter(|raw| raw.starts_with('['));
    if let Some(routes) = list("routes") {
        return keys(routes, &["idRoute"]);
    }
    match list("orTests") {
        Some(_) => Routes::Known(vec!["ifYes".to_owned(), "ifNo".to_owned()]),
        None => Routes::Unknown,
    }
}

fn keys(list: &str, members: &[&str]) -> Routes {
    let items: Vec<&RawValue> = serde_json::from_str(list).unwrap_or_default();
    let key = |item: &&RawValue| {
        let item = Document::parse(item.get()).ok()?;
        members.iter().map(|member| text(&item, member)).find(|key| !key.is_empty())
    };
    let keys: Option<Vec<String>> = items.iter().map(key).collect();
    keys.filter(|keys| !keys.is_empty()).map_or(Routes::Unknown, Routes::Known)
}

/// The pages of a page group: the ids in the list of it whose items hold `idPage`. Its shape is unknown.
pub(crate) fn pages_of_group(group: &Document) -> Option<Vec<String>> {
    group.members().find_map(|(_, value)| {
        let items: Vec<&RawValue> = serde_json::from_str(value.get()).ok()?;
        let ids = items.iter().map(|item| {
            let item = Document::parse(item.get()).ok()?;
            Some(text(&item, "idPage")).filter(|id| !id.is_empty())
        });
        ids.collect::<Option<Vec<_>>>().filter(|ids| !ids.is_empty())
    })
}
