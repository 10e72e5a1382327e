//! `ffx funnels new`: a funnel of a short description.

use std::collections::HashMap;

use funnelflux::funnels::{Exits, FunnelEdit, FunnelExt as _, NodeHandle, NodeKind};
use funnelflux::id::Id;
use funnelflux::ledger::{AssetKind, Kind};
use funnelflux::model::Document;
use funnelflux::model::ledger::{Funnel, FunnelGroup, Model as _};
use serde_json::Value;

use crate::args::FunnelsNewArgs;
use crate::failure::Failure;
use crate::input::{Input, Shape};
use crate::names::{AssetRef, Names};
use crate::output::{Format, print, write_object};
use crate::settings::Settings;

/// A node of the description: its handle and kind.
type Nodes = HashMap<String, (NodeHandle, NodeKind)>;

pub(super) async fn run(args: &FunnelsNewArgs, settings: &Settings) -> Result<(), Failure> {
    let names = Names::new(settings, "funnels new");
    let dialect = super::dialect(&args.words, &names, settings).await?;
    let mut input = Input::read(&args.file, false)?;
    let objects = input.objects(Shape::UNKNOWN)?;
    let [description] = objects.as_slice() else {
        return Err(wrong(format!("got {} objects; expected one description", objects.len())));
    };
    let text = |member: &str| {
        let text = description.read_or_null::<String>(member).ok().flatten();
        text.filter(|text| !text.trim().is_empty())
            .ok_or_else(|| wrong(format!("`{member}` is missing; expected a text")))
    };
    let (name, group) = (text("name")?, text("group")?);
    const MEMBERS: [&str; 4] = ["name", "group", "nodes", "ways"];
    if let Some((name, _)) = description.members().find(|(name, _)| !MEMBERS.contains(&&**name)) {
        return Err(wrong(format!("no member `{name}`; expected {}", MEMBERS.join(", "))));
    }
    let group: AssetRef = group.parse().map_err(Failure::usage)?;
    let group = Box::pin(names.find(<FunnelGroup as Kind>::KIND, &[], &group)).await?;
    let mut new = Funnel::builder_in(dialect.clone(), &name, Id::from_untyped(group));
    args.accept_guess.iter().for_each(|kind| _ = new.accept_guess(*kind));
    let nodes = nodes(description, &mut new, &dialect, &names).await?;
    let ways: Option<Vec<String>> =
        description.read_or_null("ways").map_err(|error| wrong(error.to_string()))?;
    connect(&mut new, &nodes, &ways.unwrap_or_default())?;
    let funnel = new.finish().map_err(|error| {
        Failure::failed(error.to_string())
            .hint("`ffx learn` keeps the words of a funnel made in the app; --like takes them once, and --accept-guess the guesses of a kind")
    })?;
    let format = match settings.format() {
        Format::Table => Format::Json,
        format => format,
    };
    let pretty = crate::output::indented(funnel.document().text());
    let document = Document::parse(&pretty).unwrap_or_else(|_| funnel.document().clone());
    print(|out| write_object(out, &document, format))?;
    settings.terminal.note("nothing was sent; `ffx funnels create -f` saves it");
    Ok(())
}

fn wrong(why: String) -> Failure {
    Failure::usage(why).hint("`ffx funnels new --help` shows a description; nothing was sent")
}

async fn nodes(
    description: &Document,
    new: &mut FunnelEdit,
    dialect: &funnelflux::funnels::FunnelDialect,
    names: &Names<'_>,
) -> Result<Nodes, Failure> {
    let all = description.get("nodes").and_then(|raw| Document::parse(raw.get()).ok());
    let all =
        all.ok_or_else(|| wrong("`nodes` is missing; expected an object of names".to_owned()))?;
    let mut found = Nodes::new();
    for (name, value) in all.members() {
        let text: String = serde_json::from_str(value.get()).map_err(|_| {
            wrong(format!("the node `{name}` is no text; expected KIND or KIND WHAT"))
        })?;
        let (word, what) = text.split_once(' ').unwrap_or((&text, ""));
        let kind = NodeKind::find(word).ok_or_else(|| {
            let kinds: Vec<&str> = NodeKind::ALL.iter().map(|kind| kind.as_str()).collect();
            wrong(format!(
                "the node `{name}`: `{word}` is no kind; expected one of {}",
                kinds.join(", ")
            ))
        })?;
        let what = what.trim();
        let json = match dialect.words(kind).asset.and_then(AssetKind::find) {
            _ if kind == NodeKind::VisitorTag => {
                let tags: Vec<&str> =
                    what.split(',').map(str::trim).filter(|tag| !tag.is_empty()).collect();
                Value::from(tags).to_string()
            }
            Some(_) if what.is_empty() => {
                return Err(wrong(format!(
                    "the node `{name}` names nothing; expected {kind} ID|NAME"
                )));
            }
            Some(asset) => {
                let named: AssetRef = what.parse().map_err(Failure::usage)?;
                let id = Box::pin(names.find(asset, &[], &named)).await?;
                format!("\"{id}\"")
            }
            None if what.is_empty() => String::new(),
            None => Value::from(what).to_string(),
        };
        let handle = new.add(kind, &name, &json);
        if found.insert(name.clone().into_owned(), (handle, kind)).is_some() {
            return Err(wrong(format!("the node `{name}` is there twice")));
        }
    }
    Ok(found)
}

fn connect(new: &mut FunnelEdit, nodes: &Nodes, ways: &[String]) -> Result<(), Failure> {
    let mut splits: Vec<(NodeHandle, Vec<(NodeHandle, u32)>)> = Vec::new();
    for way in ways {
        let bad =
            |why: &str| wrong(format!("the way `{way}`: {why}; expected SOURCE > TARGET WHEN"));
        let (source, rest) = way.split_once('>').ok_or_else(|| bad("it has no >"))?;
        let rest = rest.trim();
        // The longest name that the text begins with: names may have spaces.
        let names = nodes.keys().filter(|name| {
            rest.strip_prefix(name.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        });
        let target =
            names.max_by_key(|name| name.len()).ok_or_else(|| bad("its target is no node"))?;
        let when = rest.get(target.len()..).unwrap_or_default().trim();
        let (source, kind) =
            nodes.get(source.trim()).copied().ok_or_else(|| bad("its source is no node"))?;
        let Some((target, _)) = nodes.get(target).copied() else { continue };
        match kind.exits() {
            Exits::Weights => {
                let part = if when.is_empty() { Ok(1) } else { when.trim_end_matches('%').parse() };
                let part = part.map_err(|_| bad("its part is no whole number"))?;
                match splits.iter_mut().find(|(it, _)| *it == source) {
                    Some((_, parts)) => parts.push((target, part)),
                    None => splits.push((source, vec![(target, part)])),
                }
            }
            Exits::Actions => {
                let (number, converts) = match when.split_once(' ') {
                    Some((number, "converts")) => (number, true),
                    Some(_) => {
                        return Err(bad("behind its number stands something else than `converts`"));
                    }
                    None => (when, false),
                };
                let number = number.parse().map_err(|_| bad("its action is no number"))?;
                match converts {
                    true => new.on_conversion(source, number, target),
                    false => new.on_action(source, number, target),
                };
            }
            Exits::Routes if when.is_empty() => return Err(bad("it names no route")),
            Exits::Routes => _ = new.on_route(source, when, target),
            Exits::Keys if when.is_empty() => return Err(bad("it names no key")),
            Exits::Keys => {
                let keys: Vec<&str> = when.split(',').map(str::trim).collect();
                new.on_keys(source, &keys, target);
            }
            _ => _ = new.then(source, target),
        }
    }
    for (source, parts) in splits {
        new.split(source, &parts);
    }
    Ok(())
}
