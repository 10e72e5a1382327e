//! YAML to JSON text, in the order of the YAML. Words are taken as they are spelled: the shape of
//! their place decides whether they are texts.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use funnelflux::model::Document;
use granit_parser::{
    Event, Marker, Options, Parser, ScalarStyle, Span, StrInput, StructureStyle, Tag,
};
use serde_json::Value as Json;

use super::DEEPEST;
use super::objects::{NO_OBJECT, collect};
use super::shape::Shape;

/// The most bytes of JSON that aliases may add to those of the file.
const MOST_ADDED: usize = 8 << 20;

/// The most members that `<<` may take over: a chain of objects takes each over again and again.
const MOST_TAKEN: usize = 1 << 20;

const QUOTE: &str = "quote a text that begins with one of { [ * & ! @ % ` or holds `: ` or ` #`";

/// The objects of a YAML text. Errors name places and members, never values, which may be secrets.
pub(super) fn objects(text: &str, shape: Shape) -> Result<Vec<Document>, String> {
    let Some(root) = Reader::document(text)? else { return Ok(Vec::new()) };
    let (items, is_list) = match &root.value {
        Value::Map(_) => (std::slice::from_ref(&root), false),
        Value::List(items) => (items.as_slice(), true),
        Value::Text(text) | Value::Word(text) if text.is_empty() => return Ok(Vec::new()),
        Value::Text(_) | Value::Word(_) => return Err(format!("it is YAML; {NO_OBJECT}")),
    };
    let most = MOST_ADDED + 2 * text.len();
    let mut writer = Writer { json: String::new(), most, path: Vec::new() };
    collect((1..).zip(items).map(|(number, item)| {
        let written = match &item.value {
            Value::Map(_) => writer.write(item, shape),
            _ => Err(wrong(item.place, "expected an object")),
        };
        written.map_err(|why| if is_list { format!("item {number}, {why}") } else { why })?;
        let json = std::mem::take(&mut writer.json);
        writer.most = writer.most.saturating_sub(json.len());
        Document::parse(&json).map_err(|cause| cause.to_string())
    }))
}

fn wrong(place: Marker, why: impl std::fmt::Display) -> String {
    format!("line {}, column {}: {why}", place.line(), place.col() + 1)
}

struct Node {
    value: Value,
    place: Marker,
    depth: usize,
}

enum Value {
    /// Without quotes.
    Word(String),
    Text(String),
    List(Vec<Rc<Node>>),
    Map(Members),
}

type Members = Vec<(String, Rc<Node>)>;

struct Writer<'a> {
    json: String,
    most: usize,
    /// The names of the members around the place.
    path: Vec<&'a str>,
}

impl<'a> Writer<'a> {
    fn wrong(&self, node: &Node, why: &str) -> String {
        match self.path.as_slice() {
            [] => wrong(node.place, why),
            path => wrong(node.place, format!("`{}`: {why}", path.join("."))),
        }
    }

    fn write(&mut self, node: &'a Node, shape: Shape) -> Result<(), String> {
        if self.json.len() > self.most {
            let why = format!("aliases make more than {} MiB of it", MOST_ADDED >> 20);
            return Err(self.wrong(node, &why));
        }
        match &node.value {
            Value::List(_) | Value::Map(_) if shape.is_text() => {
                let why = "expected a text; quote it if it begins with a bracket";
                return Err(self.wrong(node, why));
            }
            Value::Text(text) => self.json += &Json::from(text.as_str()).to_string(),
            Value::Word(word) => {
                self.json += &json_of(word, shape).map_err(|why| self.wrong(node, why))?;
            }
            Value::List(items) => {
                self.json.push('[');
                for (at, item) in items.iter().enumerate() {
                    self.json.push_str(if at > 0 { "," } else { "" });
                    self.write(item, shape.item())?;
                }
                self.json.push(']');
            }
            Value::Map(members) => {
                self.json.push('{');
                for (at, (name, value)) in members.iter().enumerate() {
                    self.json.push_str(if at > 0 { "," } else { "" });
                    self.json += &Json::from(name.as_str()).to_string();
                    self.json.push(':');
                    self.path.push(name);
                    self.write(value, shape.member(name))?;
                    self.path.pop();
                }
                self.json.push('}');
            }
        }
        Ok(())
    }
}

fn json_of(word: &str, shape: Shape) -> Result<String, &'static str> {
    let number = word.trim_start_matches(['-', '+']).to_ascii_lowercase();
    shape.json_of(match word {
        "" => "null",
        word if shape.is_text() => word,
        "~" | "Null" | "NULL" => "null",
        "True" | "TRUE" => "true",
        "False" | "FALSE" => "false",
        _ if matches!(&*number, ".nan" | ".inf") => {
            return Err("JSON has no such number; quote it");
        }
        word => word,
    })
}

struct Reader<'a> {
    events: Parser<'a, StrInput<'a>>,
    /// The nodes with an anchor, and whether an alias refers to each.
    anchors: HashMap<usize, (Rc<Node>, bool)>,
    taken: usize,
}

impl<'a> Reader<'a> {
    fn document(text: &'a str) -> Result<Option<Rc<Node>>, String> {
        let mut options = Options::default();
        options.set_emit_comments(false);
        options.flow_nesting_limit = DEEPEST;
        options.block_nesting_limit = DEEPEST;
        let events = Parser::new_from_str_with_options(text, options);
        let mut reader = Self { events, anchors: HashMap::new(), taken: 0 };
        let mut root = None;
        loop {
            let (event, span) = reader.next()?;
            match event {
                Event::StreamEnd => break,
                Event::StreamStart | Event::DocumentEnd => {}
                Event::DocumentStart(..) if root.is_none() => {}
                Event::DocumentStart(..) => {
                    let why = "a second document (`---`); expected one list of all objects";
                    return Err(wrong(span.start, why));
                }
                event => root = Some(reader.node(event, &span)?),
            }
        }
        // An address such as `&a=1` looks like an anchor; one that nothing refers to is not meant.
        let unused = |(node, is_used): &&(Rc<Node>, bool)| {
            matches!(node.value, Value::Word(_) | Value::Text(_)) && !is_used
        };
        let unused = reader.anchors.values().filter(unused).map(|(node, _)| node.place);
        if let Some(place) = unused.min_by_key(Marker::index) {
            let why = "nothing refers to this anchor (`&…`); quote a text that begins with &";
            return Err(wrong(place, why));
        }
        Ok(root)
    }

    fn next(&mut self) -> Result<(Event<'a>, Span), String> {
        let end = Ok((Event::StreamEnd, Span::default()));
        let (mut event, span) = self.events.next_event().unwrap_or(end).map_err(|cause| {
            let why = match cause.info() {
                why if why.contains("recursion limit") => too_deep(),
                why => format!("it cannot be read as YAML or JSON: {why}; {QUOTE}"),
            };
            wrong(*cause.marker(), why)
        })?;
        // The parser's word for no value at all.
        if let Event::Scalar(text, ScalarStyle::Plain, ..) = &mut event
            && text == "~"
            && span.len() != 1
        {
            *text = "".into();
        }
        Ok((event, span))
    }

    fn node(&mut self, event: Event<'a>, span: &Span) -> Result<Rc<Node>, String> {
        let (place, anchor) = (span.start, event.anchor_id());
        let is_known = match (&event, event.tag().map(Tag::core_suffix)) {
            (_, None) => true,
            (Event::SequenceStart(..), tag) => tag == Some(Some("seq")),
            (Event::MappingStart(..), tag) => tag == Some(Some("map")),
            (_, tag) => matches!(tag, Some(Some("str" | "int" | "float" | "bool" | "null"))),
        };
        if !is_known {
            let why = "a tag (`!…`) that ffx does not know; quote a text that begins with !";
            return Err(wrong(place, why));
        }
        let value = match event {
            Event::Alias(id) => {
                let wrong = || wrong(place, "an alias inside of what it stands for");
                let (node, is_used) = self.anchors.get_mut(&id).ok_or_else(wrong)?;
                *is_used = true;
                return Ok(Rc::clone(node));
            }
            Event::Scalar(text, style, _, tag) => {
                scalar(text.into_owned(), style, tag.as_deref(), span)?
            }
            Event::SequenceStart(..) => {
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, _) => break Value::List(items),
                        (event, span) => items.push(self.node(event, &span)?),
                    }
                }
            }
            Event::MappingStart(style, ..) => Value::Map(self.members(style)?),
            _ => return Err(wrong(place, "it cannot be read as YAML or JSON")),
        };
        let depth = match &value {
            Value::Word(_) | Value::Text(_) => 0,
            Value::List(items) => 1 + items.iter().map(|item| item.depth).max().unwrap_or(0),
            Value::Map(all) => 1 + all.iter().map(|(_, value)| value.depth).max().unwrap_or(0),
        };
        // With aliases the value is deeper than the text.
        if depth > DEEPEST {
            return Err(wrong(place, too_deep()));
        }
        let node = Rc::new(Node { value, place, depth });
        if let Some(id) = anchor {
            self.anchors.insert(id, (Rc::clone(&node), false));
        }
        Ok(node)
    }

    /// The members, followed by those that `<<` takes over.
    fn members(&mut self, style: StructureStyle) -> Result<Members, String> {
        let (mut members, mut names, mut merged) = (Vec::new(), HashSet::new(), None);
        loop {
            let (event, span) = self.next()?;
            let name = match event {
                Event::MappingEnd => break,
                Event::Scalar(name, ..) if name.is_empty() => Err("a member without a name".into()),
                Event::Scalar(name, ..) => match names.insert(name.to_string()) {
                    true => Ok(name.into_owned()),
                    false => Err(format!("the member `{name}` is there twice")),
                },
                _ => Err(format!("expected the name of a member; {QUOTE}")),
            };
            let name = name.map_err(|why| wrong(span.start, why))?;
            let (event, span) = self.next()?;
            let is_missing =
                matches!(&event, Event::Scalar(text, ScalarStyle::Plain, ..) if text.is_empty());
            // `{campaign_id}` is a placeholder rather than an object with a member of that name.
            if style == StructureStyle::Flow && is_missing {
                let advice = match name.contains(':') {
                    true => "write a space after `:`".to_owned(),
                    false => format!("quote it as \"{{{name}}}\" if it is a text, or write null"),
                };
                return Err(wrong(span.start, format!("`{name}` has no value; {advice}")));
            }
            let value = self.node(event, &span)?;
            match name.as_str() {
                "<<" => merged = Some((value, span.start)),
                _ => members.push((name, value)),
            }
        }
        let Some((merged, place)) = merged else { return Ok(members) };
        let sources = match &merged.value {
            Value::List(sources) => sources.as_slice(),
            _ => std::slice::from_ref(&merged),
        };
        for source in sources {
            let Value::Map(taken) = &source.value else {
                let why = "`<<` takes objects: expected *NAME or a list of them";
                // An alias is wrong where it is used, which is after its anchor.
                let is_alias = source.place.index() < place.index();
                return Err(wrong(if is_alias { place } else { source.place }, why));
            };
            self.taken += taken.len();
            if self.taken > MOST_TAKEN {
                let why = format!("`<<` takes over more than {MOST_TAKEN} members in all");
                return Err(wrong(place, why));
            }
            let new = taken.iter().filter(|(name, _)| names.insert(name.clone()));
            members.extend(new.cloned());
        }
        Ok(members)
    }
}

fn too_deep() -> String {
    format!("is nested deeper than {DEEPEST} levels")
}

fn scalar(
    text: String,
    style: ScalarStyle,
    tag: Option<&Tag>,
    span: &Span,
) -> Result<Value, String> {
    let mut words = text.split_whitespace();
    let begins = |word: &str| word.contains("://") || word.starts_with("www.");
    let goes_on = |word: &str| word.starts_with(['&', '?']) && word.contains('=');
    let is_address =
        words.next().is_some_and(begins) || (style != ScalarStyle::Literal && words.any(goes_on));
    if is_address && text.contains(char::is_whitespace) && span.start.line() < span.end.line() {
        let why = "an address over several lines gets spaces or line breaks; write it on one line, \
                   in quotes";
        return Err(wrong(span.start, why));
    }
    let is_text = style != ScalarStyle::Plain || tag.and_then(Tag::core_suffix) == Some("str");
    Ok(if is_text { Value::Text(text) } else { Value::Word(text) })
}
