//! Words of the nodes of funnels: those of the account's overlay on the wire, the contract's inside. What an
//! account has no other word for is as in the contract, and words of the contract that it replaces are
//! refused.

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

/// What is written in place of a range.
type Edit = (Range<usize>, String);

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
        let mut edits = Vec::new();
        for funnel in funnels(text) {
            let mut wrong = Violations::default();
            self.translate(text, &funnel, Direction::ToTheirs, &mut edits, &mut wrong);
        }
        edited(text, edits)
    }

    /// A body with the words of the contract. Words that the account does not have are refused.
    pub(crate) fn to_ours(&self, text: &str) -> Result<String> {
        let (mut edits, mut wrong) = (Vec::new(), Violations::default());
        for funnel in funnels(text) {
            self.translate(text, &funnel, Direction::ToOurs, &mut edits, &mut wrong);
        }
        wrong.finish()?;
        Ok(edited(text, edits))
    }

    /// What the account calls a part, in place of the words of the contract.
    fn theirs<'a>(&'a self, shape: &NodeShape, part: &str) -> Vec<&'a str> {
        let own = self.words.iter().filter(|(kind, own, _)| *kind == shape.kind && *own == part);
        let own: Vec<&str> = own.map(|(_, _, word)| *word).collect();
        if own.is_empty() { ours(shape, part).to_vec() } else { own }
    }

    fn translate(
        &self,
        text: &str,
        funnel: &Range<usize>,
        direction: Direction,
        edits: &mut Vec<Edit>,
        wrong: &mut Violations,
    ) {
        let list = |name| find(text, funnel.clone(), &[name]).and_then(|it| items(text, &it));
        let connections = list("connections").unwrap_or_default();
        let targets: BTreeSet<String> =
            connections.iter().filter_map(|way| text_at(text, way, "idTargetNode")).collect();
        let mut kinds = BTreeMap::new();
        for (index, node) in list("nodes").unwrap_or_default().into_iter().enumerate() {
            let Some(of) = find(text, node.clone(), &["nodeType"]) else { continue };
            let is = unquote(slice(text, &of));
            let id = text_at(text, &node, "idNode").unwrap_or_default();
            let has_type = |shape: &&NodeShape| match direction {
                Direction::ToTheirs => shape.types.contains(&&*is),
                Direction::ToOurs => self.theirs(shape, "type").contains(&&*is),
            };
            let fitting: Vec<&NodeShape> = NODES.iter().filter(has_type).collect();
            let at = format!("nodes[{index}]");
            let has_object = |shape: &&&NodeShape| {
                let expected = match direction {
                    Direction::ToTheirs => ours(shape, "object").to_vec(),
                    Direction::ToOurs => self.theirs(shape, "object"),
                };
                named(text, &node, &expected).is_some()
            };
            // Kinds that share a type differ in their objects; the traffic node is the rotator that no way leads to.
            let of_object: Vec<&NodeShape> = fitting.iter().filter(has_object).copied().collect();
            let fitting = if of_object.is_empty() { fitting } else { of_object };
            let is_entered = targets.contains(&id);
            let is_right = |shape: &&&NodeShape| shape.kind != "root" || !is_entered;
            let shape = fitting.iter().find(is_right).or(fitting.first());
            let Some(shape) = shape.copied() else {
                let types = NODES.iter().flat_map(|shape| self.theirs(shape, "type"));
                let types: Vec<&str> = types.collect();
                wrong.add(Refusal::at(
                    &format!("{at}.nodeType"),
                    format!("is \"{is}\""),
                    format!("one of {}", types.join(", ")),
                ));
                continue;
            };
            let (from, to) = (ours(shape, "type"), self.theirs(shape, "type"));
            edits.extend(other(&is, from, &to, direction).map(|word| (of, quote(word))));
            self.part(text, &node, shape, OBJECT, direction, &at, edits, wrong);
            kinds.insert(id, shape);
        }
        for (index, way) in connections.iter().enumerate() {
            let source = text_at(text, way, "idSourceNode").unwrap_or_default();
            if let Some(shape) = kinds.get(&source).filter(|shape| !ours(shape, "exit").is_empty())
            {
                let at = format!("connections[{index}]");
                self.part(text, way, shape, EXIT, direction, &at, edits, wrong);
            }
        }
    }

    /// The names of a parameter object and of the member in it.
    #[expect(clippy::too_many_arguments, reason = "the place, the words, and two lists of results")]
    fn part(
        &self,
        text: &str,
        around: &Range<usize>,
        shape: &NodeShape,
        [object, member]: [&str; 2],
        direction: Direction,
        at: &str,
        edits: &mut Vec<Edit>,
        wrong: &mut Violations,
    ) {
        let mut spans = around.clone();
        let mut at = at.to_owned();
        for part in [object, member] {
            let (own, theirs) = (ours(shape, part), self.theirs(shape, part));
            if own.is_empty() {
                return;
            }
            let expected = if direction == Direction::ToOurs { theirs.as_slice() } else { own };
            let Some((word, found)) = named(text, &spans, expected) else {
                if direction == Direction::ToOurs {
                    let fault = format!("has no `{}`", expected.join("` or `"));
                    wrong.add(Refusal::at(
                        &at,
                        fault,
                        format!("the parameters of a {}", shape.kind),
                    ));
                }
                return;
            };
            edits.extend(
                other(word, own, &theirs, direction).map(|word| (found.name.clone(), quote(word))),
            );
            at = format!("{at}.{word}");
            spans = found.value;
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

/// The word of the other side; `None` where both have the same.
fn other<'a>(
    is: &str,
    ours: &[&'a str],
    theirs: &[&'a str],
    direction: Direction,
) -> Option<&'a str> {
    let (own, others) = match direction {
        Direction::ToTheirs => (ours, theirs),
        Direction::ToOurs => (theirs, ours),
    };
    let is_same = others.contains(&is) || !own.contains(&is);
    (!is_same).then(|| others.first().copied()).flatten()
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

fn edited(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    let mut text = text.to_owned();
    for (range, new) in edits {
        text.replace_range(range, &new);
    }
    text
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
