//! The comparison of the files with the contract, operation by operation.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::call::{Call, Parameter, calls, servers};
use super::file::{About, Files, Place, SchemaFile, Spot, path_of};
use super::finding::{
    Aspect, Difference, FileRead, Findings, FoundCall, NewCall, OurCall, Settled, Subject,
};
use super::pair::{Match, join, pair, same_path};
use super::shapes::{ALIKE, Shapes};
use super::view::{Basic, View, described};
use super::{objects, references};
use crate::contract::{Contract, Operation, Query, Shape, Type};
use crate::matching::Certainty;
use crate::words::{folded, likeness, words};

/// So many members may stand around what an operation has.
const WITHIN: usize = 3;
/// Where there are more, it is not looked for in each.
const MOST_PLACES: usize = 500;

/// Compares the files with the contract. Files that refer to each other by name belong together.
pub fn compare(contract: &Contract, mut files: Vec<SchemaFile>) -> Findings {
    let firsts: BTreeSet<&str> =
        contract.operations().filter_map(|operation| operation.path.split('/').nth(1)).collect();
    files.iter_mut().for_each(|file| file.take_base(|segment| firsts.contains(segment)));
    let files = &Files(files);
    let mut findings = Findings::default();
    let mut all = Vec::new();
    for top in files.tops() {
        let calls = calls(&top);
        let (about, root) = (top.document.about.clone(), top.document.root());
        findings.files.push(FileRead { about, operations: calls.len(), root });
        all.extend(calls);
    }
    // A path may begin with the name of a section; those of assets have none.
    let firsts: BTreeSet<&str> =
        all.iter().filter_map(|call| call.path.split('/').nth(1)).collect();
    let names = contract.sections.iter().map(|section| section.name.as_str());
    let mut covered: BTreeSet<&str> = names.filter(|name| firsts.contains(name)).collect();
    let pairs = pair(contract, all);
    covered.extend(pairs.matched.iter().map(|found| section(found.ours)));

    let mut shapes = Shapes::new(contract);
    let mut matched = pairs.matched;
    let order: Vec<&str> = contract.operations().map(|operation| operation.id.as_str()).collect();
    // Certain ones first: a schema that they show is then not in doubt.
    let place = |id: &str| order.iter().position(|other| *other == id);
    matched.sort_by_key(|found| (Reverse(found.certainty), place(&found.ours.id)));
    let mut unread = references::unread(files);
    findings.unused = references::discriminators(files);
    for Match { ours, theirs, certainty, because, runner_up } in &matched {
        let before = shapes.differences.len();
        shapes.certainty = *certainty;
        Pair::new(ours, theirs, &mut shapes).compare();
        if !unread.is_empty() {
            for reference in references::behind(theirs) {
                unread.retain(|other| other.place() != reference.place());
                let subject = Subject::Operation(ours.id.clone());
                shapes.note(references::difference(subject, &reference));
            }
        }
        let own =
            |difference: &Difference| difference.subject == Subject::Operation(ours.id.clone());
        let differs = shapes.differences.iter().skip(before).any(own);
        let list = if differs { &mut findings.differing } else { &mut findings.confirmed };
        list.push(our_call(ours));
        if *certainty == Certainty::Certain {
            findings.settled.push(settled(ours, theirs));
        }
        if !because.is_empty() {
            findings.matches.push(FoundCall {
                id: ours.id.clone(),
                method: theirs.method.clone(),
                path: theirs.path.clone(),
                certainty: *certainty,
                because: because.iter().map(ToString::to_string).collect(),
                runner_up: runner_up.map(|operation| operation.id.clone()),
            });
        }
    }
    findings.differing.sort_by_key(|call| place(&call.id));
    findings.confirmed.sort_by_key(|call| place(&call.id));
    shapes.certainty = Certainty::Certain;
    for top in files.tops() {
        let (name, base) = (&top.document.about.name, &top.document.moved_base);
        for server in servers(&top) {
            if let Err(why) = path_of(server.value) {
                let subject = Subject::File(name.clone());
                shapes.note(Difference::new(subject, Aspect::Server, server.place()).theirs(why));
            }
        }
        if let (Some(base), true) =
            (base, top.get("paths").is_some_and(|p| !p.members().is_empty()))
        {
            let subject = Subject::File(name.clone());
            let moved = Difference::new(subject, Aspect::BasePath, top.place());
            shapes.note(Difference { ours: "/v1".to_owned(), ..moved.theirs(base) });
        }
    }
    // A name alone does not show that it is ours.
    let shown = shapes.learned.len();
    definitions(contract, files, &mut shapes);
    shapes.learned.truncate(shown);
    for reference in unread {
        let subject = Subject::File(reference.document.about.name.clone());
        shapes.note(references::difference(subject, &reference));
    }
    (findings.differences, findings.learned) = shapes.finish();

    let is_covered = |ours: &&&Operation| covered.contains(section(ours));
    findings.missing = pairs.ours_left.iter().filter(is_covered).map(|o| our_call(o)).collect();
    findings.new = pairs.theirs_left.iter().map(|call| new_call(contract, call)).collect();
    let sections = contract.sections.iter().map(|section| section.name.clone());
    findings.sections = sections.filter(|name| covered.contains(name.as_str())).collect();
    findings
}

/// Compares definitions with the schema of the same name, including those that no operation uses.
fn definitions(contract: &Contract, files: &Files, shapes: &mut Shapes<'_>) {
    for top in files.tops() {
        let components = top.get("components").and_then(|components| components.get("schemas"));
        for (name, spot) in top.get("definitions").or(components).iter().flat_map(Spot::members) {
            // Generators put the package before the name: `model.DomainInfo`.
            let bare = name.rsplit('.').next().unwrap_or(name);
            let same = contract.schemas.iter().find(|ours| ours.name.eq_ignore_ascii_case(bare));
            if let Some(schema) = same {
                shapes.check(&Type::Schema(schema.name.clone()), &spot);
            }
        }
    }
}

fn section(operation: &Operation) -> &str {
    operation.id.split('.').next().unwrap_or_default()
}

fn our_call(ours: &Operation) -> OurCall {
    OurCall {
        id: ours.id.clone(),
        method: ours.method.as_str(),
        path: ours.path.clone(),
        path_grade: ours.path_grade.as_str(),
    }
}

fn new_call(contract: &Contract, call: &Call<'_>) -> NewCall {
    let said = words(&format!("{} {}", call.title, call.path));
    let unreadable = contract.sections.iter().flat_map(|section| &section.unreadable);
    // `User (account settings)` and `Categories: further operations`: what counts comes first.
    let subject = |title: &str| words(title.split(['(', ':']).next().unwrap_or(title));
    let titles = unreadable.map(|entry| &entry.title);
    let mut titles = titles.filter(|title| {
        let subject = subject(title);
        !subject.is_empty() && subject.is_subset(&said)
    });
    NewCall {
        method: call.method.clone(),
        path: call.path.clone(),
        title: call.title.clone(),
        may_be: titles.next().cloned(),
        place: call.place(),
    }
}

fn settled(ours: &Operation, theirs: &Call<'_>) -> Settled {
    let About { title, version, .. } = &theirs.spot.document.about;
    let source = format!("vendor schema file, {title} {version}");
    Settled {
        id: ours.id.clone(),
        path: with_our_placeholders(&ours.path, &theirs.path),
        same_method: theirs.method == ours.method.as_str(),
        source: source.trim_end().to_owned(),
    }
}

/// Their path, with its placeholders called as ours are, in order: the client fills them by name.
fn with_our_placeholders(ours: &str, theirs: &str) -> String {
    let is_placeholder = |segment: &&str| segment.starts_with('{') && segment.ends_with('}');
    let mut names = ours.split('/').filter(is_placeholder);
    let segments = theirs.split('/').filter(|segment| !segment.is_empty());
    let ours = segments.map(|segment| {
        let name = is_placeholder(&segment).then(|| names.next()).flatten();
        format!("/{}", name.unwrap_or(segment))
    });
    ours.collect()
}

/// One operation on both sides.
struct Pair<'p, 'c, 'f> {
    ours: &'p Operation,
    theirs: &'p Call<'f>,
    shapes: &'p mut Shapes<'c>,
    /// Whether a parameter of ours is a member of their body, which explains that body.
    moved_to_body: bool,
    /// Our parameters that stand in their path, by their names.
    in_path: Vec<(&'f str, &'p str)>,
    /// Their parameters that are none of ours.
    left: Vec<&'f str>,
}

impl<'p, 'c, 'f> Pair<'p, 'c, 'f> {
    fn new(ours: &'p Operation, theirs: &'p Call<'f>, shapes: &'p mut Shapes<'c>) -> Self {
        let (in_path, left) = (Vec::new(), Vec::new());
        Self { ours, theirs, shapes, moved_to_body: false, in_path, left }
    }

    fn compare(&mut self) {
        let (ours, theirs) = (self.ours, self.theirs);
        if !same_path(&ours.path, &theirs.path) {
            let path = self.difference(Aspect::Path, theirs.place());
            self.shapes.note(path.ours(&ours.path, ours.path_grade).theirs(&theirs.path));
        }
        let method = ours.method.as_str();
        if theirs.method != method {
            let other = self.difference(Aspect::Method, theirs.place());
            self.shapes.note(other.ours(method, ours.method_grade).theirs(&theirs.method));
        }
        self.parameters();
        let path = self.difference(Aspect::Path, theirs.place());
        let path = path.ours(&ours.path, ours.path_grade);
        self.shapes.learn(path.theirs(self.path_with_our_names()));
        let other = self.difference(Aspect::Method, theirs.place());
        self.shapes.learn(other.ours(method, ours.method_grade).theirs(&theirs.method));
        self.shape(Aspect::Body, &ours.body, theirs.body.as_ref());
        self.shape(Aspect::Response, &ours.response, theirs.response.as_ref());
    }

    fn difference(&self, aspect: Aspect, place: Place) -> Difference {
        Difference::new(Subject::Operation(self.ours.id.clone()), aspect, place)
    }

    /// Their path, with `{}` where something travels that has no name of ours. A place of our path that is
    /// none of theirs travels in the query.
    fn path_with_our_names(&self) -> String {
        let mut own = self.ours.path_parameters();
        let mut path = String::new();
        for segment in self.theirs.path.split('/').filter(|segment| !segment.is_empty()) {
            path.push('/');
            let place = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
            let moved = self.in_path.iter().find(|(theirs, _)| Some(*theirs) == place);
            match place {
                Some(_) => {
                    let name = moved.map(|(_, ours)| *ours).or_else(|| own.next());
                    path.push_str(&format!("{{{}}}", name.unwrap_or_default()));
                }
                None => path.push_str(segment),
            }
        }
        path.push_str(if self.theirs.path.ends_with('/') { "/" } else { "" });
        if let (Some(name), [theirs]) = (own.next(), &*self.left) {
            path.push_str(&format!("?{theirs}={{{name}}}"));
        }
        path
    }

    fn parameters(&mut self) {
        let mut left: Vec<&Parameter<'f>> = self.theirs.parameters.iter().collect();
        // What a placeholder is called does not travel: they are matched by their order.
        let mut placeholders = self.ours.path_parameters().count();
        left.retain(|parameter| {
            let is_ours = parameter.location == "path" && placeholders > 0;
            placeholders -= usize::from(is_ours);
            !is_ours
        });
        let mut ours_left: Vec<&Query> = self.ours.query.iter().collect();
        let mut joined = join(&mut ours_left, &mut left, |query, theirs| query.name == theirs.name);
        joined.extend(join(&mut ours_left, &mut left, |query, theirs| is_respelled(query, theirs)));
        let sure = joined.len();
        joined.extend(join(&mut ours_left, &mut left, |query, theirs| {
            likeness(&words(&query.name), &words(theirs.name)) >= ALIKE
        }));
        // One of ours and one of theirs, both needed and of one type: it can only be the name.
        if let ([query], [parameter]) = (&*ours_left, &*left)
            && query.required
            && parameter.required
            && matches!(parameter.location, "query" | "path")
            && self.could_be(query, parameter)
        {
            joined.extend(ours_left.drain(..).zip(left.drain(..)));
        }
        for (index, (query, parameter)) in joined.into_iter().enumerate() {
            let certainty = if index < sure { Certainty::Certain } else { Certainty::Likely };
            self.parameter(query, parameter, certainty);
        }
        // One that is missing and one that is new may be one by two names.
        let of_one = |maybe: bool| if maybe { Certainty::Likely } else { Certainty::Certain };
        for query in &ours_left {
            let maybe = left.iter().any(|parameter| self.could_be(query, parameter));
            self.not_a_parameter(query, of_one(maybe));
        }
        let in_query = left.iter().filter(|parameter| parameter.location == "query");
        self.left = in_query.map(|parameter| parameter.name).collect();
        for parameter in left {
            let maybe = ours_left.iter().any(|query| self.could_be(query, parameter));
            let kind = parameter.schema.as_ref().map_or_else(String::new, described);
            let required = if parameter.required { "required " } else { "" };
            let theirs = format!("{required}in {}, {kind}", parameter.location);
            let new = self.difference(Aspect::ParameterNew, parameter.spot.place());
            let new = new.with(of_one(maybe));
            self.shapes.note(new.named(parameter.name).theirs(theirs));
        }
    }

    fn could_be(&self, query: &Query, parameter: &Parameter<'f>) -> bool {
        let kind = Type::parse(&query.kind);
        parameter.schema.as_ref().is_some_and(|spot| self.shapes.could_be(&kind, spot, 0))
    }

    /// Two that are one.
    fn parameter(&mut self, query: &'p Query, theirs: &Parameter<'f>, certainty: Certainty) {
        let (name, kind) = (theirs.name, Type::parse(&query.kind));
        let fits = theirs.schema.as_ref().is_none_or(|schema| self.shapes.check(&kind, schema));
        let difference = |aspect| self.difference(aspect, theirs.spot.place()).with(certainty);
        let mut found = Vec::new();
        let named = difference(Aspect::ParameterName).ours(&query.name, query.grade).theirs(name);
        let learned = Some(named.clone()).filter(|_| theirs.location == "query");
        if name != query.name {
            found.push(named);
        }
        if theirs.location != "query" {
            let other = difference(Aspect::ParameterLocation).named(name);
            found.push(other.ours("query", query.grade).theirs(theirs.location));
        }
        if theirs.required != query.required {
            let word = |required: bool| if required { "required" } else { "optional" };
            let other = difference(Aspect::ParameterRequired).named(name);
            let other = other.ours(word(query.required), query.required_grade);
            found.push(other.theirs(word(theirs.required)));
        }
        if let Some(schema) = &theirs.schema {
            let is_list = View::of(schema).kinds.contains(&Basic::Array);
            let repeats = kind == Type::IdList && is_list && theirs.is_repeated;
            let mut said = described(schema);
            if repeats {
                said.push_str(", one parameter for each");
            }
            let other = difference(Aspect::ParameterType).named(name);
            if !fits || repeats {
                found.push(other.ours(&query.kind, query.type_grade).theirs(said));
            }
        }
        found.into_iter().for_each(|difference| self.shapes.note(difference));
        learned.into_iter().for_each(|learned| self.shapes.learn(learned));
        if theirs.location == "path" {
            self.in_path.push((name, &query.name));
        }
    }

    /// A parameter of ours that is none of theirs: perhaps it is a member of their body.
    fn not_a_parameter(&mut self, query: &Query, certainty: Certainty) {
        let in_body =
            self.theirs.body.as_ref().filter(|_| matches!(self.ours.body, Shape::None { .. }));
        let member = in_body
            .and_then(|body| View::of(body).member(&query.name).map(|member| member.spot.place()));
        self.moved_to_body |= member.is_some();
        let difference = match member {
            Some(place) => self
                .difference(Aspect::ParameterLocation, place)
                .ours("query", query.grade)
                .theirs("body"),
            None => {
                let missing = self.difference(Aspect::ParameterMissing, self.theirs.place());
                missing.with(certainty).ours("", query.grade)
            }
        };
        self.shapes.note(difference.named(&query.name));
    }

    /// What travels as the body or as the response.
    fn shape(&mut self, aspect: Aspect, ours: &Shape, theirs: Option<&Spot<'f>>) {
        match (ours, theirs) {
            (Shape::None { .. }, None) => {}
            (Shape::None { .. }, Some(_)) if aspect == Aspect::Body && self.moved_to_body => {}
            // A free-form schema accepts anything.
            (Shape::Unknown, Some(spot)) if View::of(spot).says_nothing() => {}
            (Shape::Schema { name, grade }, Some(spot)) => {
                if let Some(said) = self.differing(aspect, &Type::parse(name), spot) {
                    let other = self.difference(aspect, spot.place());
                    self.shapes.note(other.ours(name, *grade).theirs(said));
                }
            }
            (Shape::Unknown, Some(spot)) => {
                self.presence(aspect, ours, theirs);
                if let Some(kind) = objects::expected(&self.ours.id, aspect, spot) {
                    self.differing(aspect, &kind, spot);
                }
            }
            _ => self.presence(aspect, ours, theirs),
        }
    }

    /// What the file has instead, if it is not what we have.
    fn differing(&mut self, aspect: Aspect, kind: &Type, spot: &Spot<'f>) -> Option<String> {
        let (within, inner) = self.held(kind, spot);
        if let Some(within) = &within {
            let held = self.difference(aspect, inner.place()).named(within);
            self.shapes.learn(held);
        }
        let fits = self.shapes.check(kind, &inner);
        if aspect == Aspect::Body {
            self.needed(&inner);
        }
        let what = if matches!(kind, Type::List(_)) { "list" } else { "object" };
        match within.filter(|within| !within.is_empty()) {
            Some(within) => Some(format!("{}, the {what} in `{within}`", described(spot))),
            None => (!fits).then(|| described(spot)),
        }
    }

    /// What a body of an object needs by the file, and not by the contract.
    fn needed(&mut self, spot: &Spot<'f>) {
        for member in View::of(spot).members.iter().filter(|member| member.required) {
            let place = member.spot.place();
            let is_it = |it: &&Difference| it.aspect == Aspect::MemberName && it.place == place;
            let Some(named) = self.shapes.learned.iter().find(is_it) else { continue };
            if !member.is_read_only() && objects::may_need(&self.ours.id, &named.ours) {
                let needed = self.difference(Aspect::MemberRequired, place);
                let needed = needed.with(named.certainty).named(member.name);
                self.shapes.learn(Difference { ours: named.ours.clone(), ..needed });
            }
        }
    }

    /// The members around what the operation has, and its place: within the one member that could be it, if
    /// the whole has nothing of it, or within the only list of objects. `None` where nothing says so.
    fn held(&self, kind: &Type, spot: &Spot<'f>) -> (Option<String>, Spot<'f>) {
        let is_it = |spot: &Spot<'f>| {
            self.shapes.could_be(kind, spot, 0) || objects::is_one(&self.ours.id, kind, spot)
        };
        let kinds = View::of(spot).kinds;
        // One of two shapes is not said to be the account's.
        if kinds.contains(&Basic::Array) && kinds.contains(&Basic::Object) {
            return (None, spot.clone());
        }
        if is_it(spot) {
            return (Some(String::new()), spot.clone());
        }
        let mut level = vec![(String::new(), spot.clone())];
        let mut lists = level.clone();
        for _ in 0..WITHIN {
            let below = level.iter().flat_map(|(within, spot)| {
                let members = View::of(spot).members.into_iter();
                members.map(move |member| {
                    let dot = if within.is_empty() { "" } else { "." };
                    (format!("{within}{dot}{}", member.name), member.spot)
                })
            });
            level = below.collect();
            let mut fitting = level.iter().filter(|(_, spot)| is_it(spot));
            match (fitting.next(), fitting.next()) {
                (Some((within, spot)), None) => return (Some(within.clone()), spot.clone()),
                (None, None) if level.len() < MOST_PLACES => lists.extend(level.iter().cloned()),
                _ => return (None, spot.clone()),
            }
        }
        lists.retain(|(_, spot)| objects::is_list(spot));
        match (kind, lists.pop()) {
            (Type::List(_), Some((within, list))) if lists.is_empty() => (Some(within), list),
            _ => (None, spot.clone()),
        }
    }

    /// One side has nothing, or we do not know.
    fn presence(&mut self, aspect: Aspect, ours: &Shape, theirs: Option<&Spot<'f>>) {
        let found = theirs.map_or_else(|| "none".to_owned(), described);
        let place = theirs.map_or_else(|| self.theirs.place(), Spot::place);
        let other = self.difference(aspect, place).theirs(found);
        self.shapes.note(match ours {
            Shape::None { grade } => other.ours("none", *grade),
            Shape::Unknown => Difference { ours: "unknown".to_owned(), ..other },
            Shape::Schema { name, grade } => other.ours(name, *grade),
        });
    }
}

/// Another reading of the name, or another spelling of it.
fn is_respelled(query: &Query, theirs: &Parameter<'_>) -> bool {
    query.alternatives.iter().any(|name| name == theirs.name)
        || folded(&query.name) == folded(theirs.name)
        || words(&query.name) == words(theirs.name)
}
