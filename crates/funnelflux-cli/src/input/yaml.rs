//! YAML to JSON text, in the order of the YAML. Words are taken as they are spelled: the shape of
//! their place decides whether they are texts.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use funnelflux::model::Document;
use granit_parser::{Event, Options, Parser, ScalarStyle, Span, StrInput, StructureStyle, Tag};
use serde_json::Value as Json;

use super::DEEPEST;
use super::objects::NO_OBJECT;
use super::shape::Shape;

/// The most bytes of JSON that aliases may add to those of the file.
const MOST_ADDED: usize = 8 << 20;

const QUOTE: &str = "quote a text that begins with one of { [ * & ! @ % ` or holds `: ` or ` #`";

/// The objects of a YAML text. Errors name places and members, never values: the file may hold
/// secrets.
pub(super) fn objects(text: &str, shape: Shape) -> Result<Vec<Document>, String> {
    let root = Reader::document(text).map_err(|wrong| wrong.told(None))?;
    let items = match &root.value {
        Value::Map(_) => std::slice::from_ref(&root),
        Value::List(items) => items,
        Value::Text(text) | Value::Word(text) if text.is_empty() => return Ok(Vec::new()),
        Value::Text(_) | Value::Word(_) => return Err(format!("it is YAML; {NO_OBJECT}")),
    };
    let is_list = matches!(root.value, Value::List(_));
    let mut left = MOST_ADDED + 2 * text.len();
    let numbered = (1..).zip(items);
    let objects = numbered.map(|(number, item)| {
        let mut json = String::new();
        let written = match &item.value {
            Value::Map(_) => item.write(shape, &mut json, left),
            _ => Err(item.wrong("expected an object")),
        };
        written.map_err(|wrong| wrong.told(is_list.then_some(number)))?;
        left = left.saturating_sub(json.len());
        Document::parse(&json).map_err(|cause| cause.to_string())
    });
    objects.collect()
}

struct Node {
    value: Value,
    /// Line and column, from 1.
    place: (usize, usize),
}

enum Value {
    /// Without quotes.
    Word(String),
    Text(String),
    List(Vec<Rc<Node>>),
    Map(Vec<(String, Rc<Node>)>),
}

/// What is wrong, where, and in which members, the innermost first.
struct Wrong {
    why: String,
    place: (usize, usize),
    members: Vec<String>,
}

impl Wrong {
    fn told(mut self, item: Option<usize>) -> String {
        let item = item.map_or_else(String::new, |number| format!("item {number}, "));
        self.members.reverse();
        let member = match self.members.is_empty() {
            true => String::new(),
            false => format!("`{}`: ", self.members.join(".")),
        };
        let (line, column) = self.place;
        format!("{item}line {line}, column {column}: {member}{}", self.why)
    }
}

impl Node {
    fn wrong(&self, why: impl Into<String>) -> Wrong {
        Wrong { why: why.into(), place: self.place, members: Vec::new() }
    }

    fn write(&self, shape: Shape, json: &mut String, most: usize) -> Result<(), Wrong> {
        if json.len() > most {
            return Err(
                self.wrong(format!("aliases make more than {} MiB of it", MOST_ADDED >> 20))
            );
        }
        match &self.value {
            Value::List(_) | Value::Map(_) if shape.is_text() => {
                return Err(self.wrong("expected a text; quote it if it begins with a bracket"));
            }
            Value::Text(text) => *json += &Json::from(text.as_str()).to_string(),
            Value::Word(word) => *json += &self.word(word, shape)?,
            Value::List(items) => {
                json.push('[');
                for (at, item) in items.iter().enumerate() {
                    json.push_str(if at > 0 { "," } else { "" });
                    item.write(shape.item(), json, most)?;
                }
                json.push(']');
            }
            Value::Map(_) => {
                json.push('{');
                for (at, (name, value)) in self.members()?.into_iter().enumerate() {
                    json.push_str(if at > 0 { "," } else { "" });
                    *json += &Json::from(name).to_string();
                    json.push(':');
                    value.write(shape.member(name), json, most).map_err(|mut wrong| {
                        wrong.members.push(name.to_owned());
                        wrong
                    })?;
                }
                json.push('}');
            }
        }
        Ok(())
    }

    fn word(&self, word: &str, shape: Shape) -> Result<String, Wrong> {
        let plain = match word {
            "" => "null",
            word if shape.is_text() => word,
            "~" | "Null" | "NULL" => "null",
            "True" | "TRUE" => "true",
            "False" | "FALSE" => "false",
            word => word,
        };
        let unsigned = plain.trim_start_matches(['-', '+']);
        if !shape.is_text() && [".nan", ".inf"].iter().any(|no| unsigned.eq_ignore_ascii_case(no)) {
            return Err(self.wrong("JSON has no such number; quote a text"));
        }
        shape.json_of(plain).map_err(|why| self.wrong(why))
    }

    /// The members, with those that `<<` takes over behind them.
    fn members(&self) -> Result<Vec<(&str, &Self)>, Wrong> {
        let Value::Map(all) = &self.value else {
            return Err(self.wrong("`<<` takes objects: expected *NAME or a list of them"));
        };
        let is_own = |name: &str| name != "<<";
        let mut members: Vec<(&str, &Self)> = all
            .iter()
            .filter(|(name, _)| is_own(name))
            .map(|(name, value)| (name.as_str(), &**value))
            .collect();
        let mut names: HashSet<&str> = members.iter().map(|(name, _)| *name).collect();
        for (_, merged) in all.iter().filter(|(name, _)| !is_own(name)) {
            let sources = match &merged.value {
                Value::List(sources) => sources,
                _ => std::slice::from_ref(merged),
            };
            for source in sources {
                members
                    .extend(source.members()?.into_iter().filter(|(name, _)| names.insert(name)));
            }
        }
        Ok(members)
    }
}

type Events<'a> = Parser<'a, StrInput<'a>>;

/// Reads the nodes of the first document.
struct Reader<'a> {
    events: Events<'a>,
    anchors: HashMap<usize, Rc<Node>>,
}

impl<'a> Reader<'a> {
    fn document(text: &'a str) -> Result<Rc<Node>, Wrong> {
        let mut options = Options::default();
        options.set_emit_comments(false);
        options.flow_nesting_limit = DEEPEST;
        options.block_nesting_limit = DEEPEST;
        let events = Parser::new_from_str_with_options(text, options);
        let mut reader = Self { events, anchors: HashMap::new() };
        let mut root = None;
        loop {
            let (event, span) = reader.next()?;
            match event {
                Event::StreamEnd => break,
                Event::StreamStart | Event::DocumentEnd => {}
                Event::DocumentStart(..) if root.is_none() => {}
                Event::DocumentStart(..) => {
                    let why = "a second document (`---`); expected one list of all objects";
                    return Err(wrong(&span, why));
                }
                event => root = Some(reader.node(event, &span)?),
            }
        }
        // An address such as `&a=1` looks like an anchor; one that nothing refers to is not meant.
        let unused = |node: &&Rc<Node>| {
            matches!(node.value, Value::Word(_) | Value::Text(_)) && Rc::strong_count(node) == 2
        };
        if let Some(node) = reader.anchors.values().filter(unused).min_by_key(|node| node.place) {
            return Err(
                node.wrong("nothing refers to this anchor (`&…`); quote a text that begins with &")
            );
        }
        let empty = Node { value: Value::Word(String::new()), place: (1, 1) };
        Ok(root.unwrap_or_else(|| Rc::new(empty)))
    }

    fn next(&mut self) -> Result<(Event<'a>, Span), Wrong> {
        match self.events.next_event() {
            // The parser's word for no value at all.
            Some(Ok((Event::Scalar(text, ScalarStyle::Plain, anchor, tag), span)))
                if text == "~" && span.len() != 1 =>
            {
                Ok((Event::Scalar("".into(), ScalarStyle::Plain, anchor, tag), span))
            }
            Some(Ok(next)) => Ok(next),
            Some(Err(cause)) => Err(Wrong {
                why: match cause.info() {
                    why if why.contains("recursion limit") => {
                        format!("is nested deeper than {DEEPEST} levels")
                    }
                    why => format!("it cannot be read as YAML or JSON: {why}; {QUOTE}"),
                },
                place: (cause.marker().line(), cause.marker().col() + 1),
                members: Vec::new(),
            }),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn node(&mut self, event: Event<'a>, span: &Span) -> Result<Rc<Node>, Wrong> {
        let (value, anchor) = match event {
            Event::Alias(id) => {
                let known = self.anchors.get(&id).cloned();
                return known.ok_or_else(|| wrong(span, "an alias inside of what it stands for"));
            }
            Event::Scalar(text, style, anchor, tag) => {
                (scalar(text.into_owned(), style, tag.as_deref(), span)?, anchor)
            }
            Event::SequenceStart(_, anchor, tag) => {
                no_tag(tag.as_deref(), "seq", span)?;
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, _) => break,
                        (event, span) => items.push(self.node(event, &span)?),
                    }
                }
                (Value::List(items), anchor)
            }
            Event::MappingStart(style, anchor, tag) => {
                no_tag(tag.as_deref(), "map", span)?;
                (Value::Map(self.members(style)?), anchor)
            }
            _ => return Err(wrong(span, "it cannot be read as YAML or JSON")),
        };
        let node = Rc::new(Node { value, place: (span.start.line(), span.start.col() + 1) });
        if anchor > 0 {
            self.anchors.insert(anchor, Rc::clone(&node));
        }
        Ok(node)
    }

    fn members(&mut self, style: StructureStyle) -> Result<Vec<(String, Rc<Node>)>, Wrong> {
        let (mut members, mut names) = (Vec::new(), HashSet::new());
        loop {
            let name = match self.next()? {
                (Event::MappingEnd, _) => return Ok(members),
                (Event::Scalar(name, ..), span) if name.is_empty() => {
                    return Err(wrong(&span, "a member without a name"));
                }
                (Event::Scalar(name, ..), span) => match names.insert(name.clone()) {
                    true => name.into_owned(),
                    false => {
                        return Err(wrong(&span, format!("the member `{name}` is there twice")));
                    }
                },
                (_, span) => {
                    return Err(wrong(&span, format!("expected the name of a member; {QUOTE}")));
                }
            };
            let (event, span) = self.next()?;
            // `{campaign_id}` is a placeholder rather than an object with a member of that name.
            let is_missing =
                matches!(&event, Event::Scalar(text, ScalarStyle::Plain, ..) if text.is_empty());
            if style == StructureStyle::Flow && is_missing && name.contains(':') {
                return Err(wrong(
                    &span,
                    format!("`{name}` has no value; write a space behind `:`"),
                ));
            }
            if style == StructureStyle::Flow && is_missing {
                let why = format!(
                    "`{name}` has no value; quote it if it is a placeholder, \"{{{name}}}\", or write null"
                );
                return Err(wrong(&span, why));
            }
            members.push((name, self.node(event, &span)?));
        }
    }
}

fn wrong(span: &Span, why: impl Into<String>) -> Wrong {
    let place = (span.start.line(), span.start.col() + 1);
    Wrong { why: why.into(), place, members: Vec::new() }
}

fn no_tag(tag: Option<&Tag>, own: &str, span: &Span) -> Result<(), Wrong> {
    match tag {
        Some(tag) if tag.core_suffix() != Some(own) => {
            Err(wrong(span, "a tag (`!…`) that ffx does not know; quote a text that begins with !"))
        }
        _ => Ok(()),
    }
}

fn scalar(
    text: String,
    style: ScalarStyle,
    tag: Option<&Tag>,
    span: &Span,
) -> Result<Value, Wrong> {
    let mut words = text.split_whitespace();
    let begins = |word: &str| word.contains("://") || word.starts_with("www.");
    let goes_on = |word: &str| word.starts_with(['&', '?']) && word.contains('=');
    let is_address =
        words.next().is_some_and(begins) || (style != ScalarStyle::Literal && words.any(goes_on));
    if is_address && text.contains(char::is_whitespace) && span.start.line() < span.end.line() {
        let why = "an address over several lines gets spaces or line breaks; write it on one line, \
                   in quotes";
        return Err(wrong(span, why));
    }
    let suffix = tag.and_then(Tag::core_suffix);
    let is_word = style == ScalarStyle::Plain && suffix != Some("str");
    if !matches!(suffix, Some("str" | "int" | "float" | "bool" | "null")) {
        no_tag(tag, "str", span)?;
    }
    Ok(if is_word { Value::Word(text) } else { Value::Text(text) })
}
