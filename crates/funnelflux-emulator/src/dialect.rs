//! Words of the nodes of funnels: those of the account's overlay on the wire, the contract's inside. What an
//! account has no other word for is as in the contract, and words of the contract that it replaces are
//! refused.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use funnelflux_contract::{NODES, NodeShape, Operation};
use funnelflux_json::{
    Direction, MemberSpan, describe, find, items, members, place, quote, slice, unquote,
};
use funnelflux_transport::Overlay;

use crate::wire::{Refusal, Result, Violations};

/// A node's parameter object, and the member in it that is known by name.
const OBJECT: [&str; 2] = ["object", "reference"];
/// A connection's.
const EXIT: [&str; 2] = ["exit", "trigger"];

pub(crate) struct Dialect<'o> {
    /// Kind, part, the account's word.
    words: Vec<(&'o str, &'o str, &'o str)>,
}

impl<'o> Dialect<'o> {
    /// The dialect for the bodies of an operation, if they hold nodes and the account has other words.
    pub(crate) fn of(overlay: &'o Overlay, operation: &Operation) -> Option<Self> {
        let is_of_funnels = operation.id().starts_with("ledger.funnel.");
        let words: Vec<_> = overlay
            .nodes()
            .filter(|_| is_of_funnels)
            .map(|(kind, part, is, _)| (kind, part, is))
            .collect();
        (!words.is_empty()).then_some(Self { words })
    }

    /// An answer with the words of the account.
    pub(crate) fn to_theirs(&self, text: &str) -> String {
        self.translated(text, Direction::ToTheirs).0
    }

    /// A body with the words of the contract. Words that the account does not have are refused.
    pub(crate) fn to_ours(&self, text: &str) -> Result<String> {
        let (text, wrong) = self.translated(text, Direction::ToOurs);
        wrong.finish().map(|()| text)
    }

    fn translated(&self, text: &str, direction: Direction) -> (String, Violations) {
        let (edits, wrong) = (Vec::new(), Violations::default());
        let mut of_it = Translation { dialect: self, text, direction, edits, wrong };
        funnels(text).iter().for_each(|funnel| of_it.funnel(funnel));
        let Translation { mut edits, wrong, .. } = of_it;
        edits.sort_by_key(|(range, _)| Reverse(range.start));
        let mut text = text.to_owned();
        for (range, word) in edits {
            text.replace_range(range, &quote(word));
        }
        (text, wrong)
    }

    /// What the account calls a part, in place of the words of the contract.
    fn theirs<'a>(&'a self, shape: &NodeShape, part: &str) -> Vec<&'a str> {
        let own = self.words.iter().filter(|(kind, own, _)| *kind == shape.kind && *own == part);
        let own: Vec<&str> = own.map(|(_, _, word)| *word).collect();
        if own.is_empty() { ours(shape, part).to_vec() } else { own }
    }
}

struct Translation<'t> {
    dialect: &'t Dialect<'t>,
    text: &'t str,
    direction: Direction,
    /// The word that is written in place of a range.
    edits: Vec<(Range<usize>, &'t str)>,
    wrong: Violations,
}

impl<'t> Translation<'t> {
    /// The words of a part in the text, and those that take their place.
    fn words(&self, shape: &NodeShape, part: &str) -> [Vec<&'t str>; 2] {
        let words = [ours(shape, part).to_vec(), self.dialect.theirs(shape, part)];
        let [ours, theirs] = words;
        if self.direction == Direction::ToTheirs { [ours, theirs] } else { [theirs, ours] }
    }

    fn funnel(&mut self, funnel: &Range<usize>) {
        let text = self.text;
        let list = |name| find(text, funnel.clone(), &[name]).and_then(|it| items(text, &it));
        let connections = list("connections").unwrap_or_default();
        let targets: BTreeSet<String> =
            connections.iter().filter_map(|way| text_at(text, way, "idTargetNode")).collect();
        let mut kinds = BTreeMap::new();
        for (index, node) in list("nodes").unwrap_or_default().into_iter().enumerate() {
            let Some(of) = find(text, node.clone(), &["nodeType"]) else { continue };
            let is = unquote(slice(text, &of));
            let id = text_at(text, &node, "idNode").unwrap_or_default();
            let has = |shape: &NodeShape, part| {
                let [words, _] = self.words(shape, part);
                if part == "type" {
                    words.contains(&&*is)
                } else {
                    named(text, &node, &words).is_some()
                }
            };
            let fitting: Vec<&NodeShape> = NODES.iter().filter(|it| has(it, "type")).collect();
            let at = format!("nodes[{index}]");
            // Kinds that share a type differ in their objects; the traffic node is the rotator that no way leads to.
            let of_object = fitting.iter().filter(|it| has(it, "object")).copied();
            let of_object: Vec<&NodeShape> = of_object.collect();
            let fitting = if of_object.is_empty() { fitting } else { of_object };
            let is_entered = targets.contains(&id);
            let is_right = |shape: &&&NodeShape| shape.kind != "root" || !is_entered;
            let shape = fitting.iter().find(is_right).or(fitting.first());
            let Some(shape) = shape.copied() else {
                let types = NODES.iter().flat_map(|shape| self.dialect.theirs(shape, "type"));
                let right = format!("one of {}", types.collect::<Vec<_>>().join(", "));
                let fault = format!("is \"{is}\"");
                self.wrong.add(Refusal::at(&format!("{at}.nodeType"), fault, right));
                continue;
            };
            self.replace(of, &is, self.words(shape, "type"));
            self.part(&node, shape, OBJECT, at);
            kinds.insert(id, shape);
        }
        for (index, way) in connections.iter().enumerate() {
            let source = text_at(text, way, "idSourceNode").unwrap_or_default();
            if let Some(shape) = kinds.get(&source).filter(|shape| !shape.exits.is_empty()) {
                self.part(way, shape, EXIT, format!("connections[{index}]"));
            }
        }
    }

    /// The names of a parameter object and of the member in it.
    fn part(&mut self, around: &Range<usize>, shape: &NodeShape, parts: [&str; 2], mut at: String) {
        let mut spans = around.clone();
        for part in parts {
            let [words, others] = self.words(shape, part);
            if ours(shape, part).is_empty() {
                return;
            }
            let Some((word, found)) = named(self.text, &spans, &words) else {
                if self.direction == Direction::ToOurs {
                    let fault = format!("has no `{}`", words.join("` or `"));
                    let right = format!("the parameters of a {}", shape.kind);
                    self.wrong.add(Refusal::at(&at, fault, right));
                }
                return;
            };
            self.replace(found.name, word, [words, others]);
            at = format!("{at}.{word}");
            spans = found.value;
        }
    }

    /// Writes the word of the other side, unless both have the same.
    fn replace(&mut self, place: Range<usize>, is: &str, [words, others]: [Vec<&'t str>; 2]) {
        if words.contains(&is) && !others.contains(&is) {
            self.edits.extend(others.first().map(|word| (place, *word)));
        }
    }
}

/// The words of the contract for a part; the first is written.
fn ours(shape: &NodeShape, part: &str) -> &'static [&'static str] {
    match part {
        "type" => shape.types,
        "object" => shape.objects,
        "reference" => shape.references,
        "exit" => shape.exits,
        _ => shape.triggers,
    }
}

fn named<'w>(
    text: &str,
    object: &Range<usize>,
    words: &[&'w str],
) -> Option<(&'w str, MemberSpan)> {
    let all = members(text, object)?;
    words.iter().find_map(|word| Some((*word, all.get(place(text, &all, word)?)?.clone())))
}

fn text_at(text: &str, object: &Range<usize>, name: &str) -> Option<String> {
    let value = find(text, object.clone(), &[name])?;
    let json = slice(text, &value);
    (describe(json) == "a string").then(|| unquote(json).into_owned())
}

/// The objects that have nodes: the whole, or what its lists and members hold.
fn funnels(text: &str) -> Vec<Range<usize>> {
    let (mut found, mut open) = (Vec::new(), vec![(0..text.len(), 0)]);
    while let Some((span, depth)) = open.pop() {
        let inner = match members(text, &span) {
            Some(all) if place(text, &all, "nodes").is_some() => {
                found.push(span);
                continue;
            }
            Some(all) => all.into_iter().map(|member| member.value).collect(),
            None => items(text, &span).unwrap_or_default(),
        };
        if depth < 3 {
            open.extend(inner.into_iter().map(|span| (span, depth + 1)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use funnelflux_contract::operations::ledger::FUNNEL_UPDATE;

    use super::*;

    #[test]
    fn kinds_that_share_a_type_are_told_by_their_objects_and_their_place() {
        let kinds = ["root", "rotator", "lander", "lander-group", "condition"];
        let overlay =
            kinds.iter().fold(Overlay::new(), |all, kind| all.node(*kind, "type", "step"));
        let dialect = Dialect::of(&overlay, &FUNNEL_UPDATE).unwrap();
        let node = |id: &str, object: &str| {
            format!(
                r#"{{"idNode":"{id}","nodeType":"step","{object}":{{"idPage":"p","idPageGroup":"g","idCondition":"c"}}}}"#
            )
        };
        let nodes = [
            node("a", "nodeRotatorParams"),
            node("b", "nodeRotatorParams"),
            node("c", "nodePageParams"),
            node("d", "nodePageGroupParams"),
            node("e", "nodeConditionParams"),
        ];
        let theirs = format!(
            r#"{{"nodes":[{}],"connections":[{{"idSourceNode":"a","idTargetNode":"b",
            "connectionRotatorParams":{{"weight":1}}}}]}}"#,
            nodes.join(",")
        );
        let ours = dialect.to_ours(&theirs).unwrap_or_default();
        for word in ["root", "rotator", "lander", "landerGroup", "condition"] {
            assert_eq!(ours.matches(&format!("\"nodeType\":\"{word}\"")).count(), 1, "{ours}");
        }
        assert_eq!(dialect.to_theirs(&ours), theirs);
    }
}
