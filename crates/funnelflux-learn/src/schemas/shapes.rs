//! The comparison of types and schemas of a file with those of the contract.

use std::collections::{BTreeMap, BTreeSet};

use super::file::{Place, Spot};
use super::finding::{Aspect, Difference, Subject};
use super::pair::join;
use super::view::{Basic, Member, View, described};
use crate::contract::{Contract, Field, Grade, Kind, Schema, Type};
use crate::matching::Certainty;
use crate::words::{folded, likeness, words};

/// Names this alike may be one: `trafficSourceIDs` and `idTrafficSources` are.
pub(super) const ALIKE: f64 = 0.75;

pub(super) struct Shapes<'c> {
    contract: &'c Contract,
    pub(super) differences: Vec<Difference>,
    /// What belongs together by the same name or by two, differences included.
    pub(super) learned: Vec<Difference>,
    /// How sure it is that what is being compared is one.
    pub(super) certainty: Certainty,
    /// Schemas of the contract with the places that they were compared with.
    seen: BTreeSet<(String, Place)>,
    /// Members not found, with the first place that lacks them. A slim object lacks what the full
    /// one has: only what no place has is missing.
    missing: BTreeMap<(String, String), (Place, Grade, Certainty)>,
    found: BTreeSet<(String, String)>,
    /// For each enum of ours the values of all its listings, with the first place of each.
    listings: BTreeMap<String, (Place, BTreeMap<String, Place>)>,
}

impl<'c> Shapes<'c> {
    pub(super) fn new(contract: &'c Contract) -> Self {
        Self {
            contract,
            differences: Vec::new(),
            learned: Vec::new(),
            certainty: Certainty::Certain,
            seen: BTreeSet::new(),
            missing: BTreeMap::new(),
            found: BTreeSet::new(),
            listings: BTreeMap::new(),
        }
    }

    /// Notes a difference, once.
    pub(super) fn note(&mut self, mut difference: Difference) {
        difference.certainty = difference.certainty.min(self.certainty);
        let same = |other: &Difference| {
            other.subject == difference.subject
                && other.aspect == difference.aspect
                && other.name == difference.name
                && other.ours == difference.ours
                && other.theirs == difference.theirs
        };
        if !self.differences.iter().any(same) {
            self.differences.push(difference);
        }
    }

    /// Keeps what our name, or the place, is called there.
    pub(super) fn learn(&mut self, mut learned: Difference) {
        learned.certainty = learned.certainty.min(self.certainty);
        self.learned.push(learned);
    }

    /// Whether a place allows what our type says; notes what differs inside of it.
    pub(super) fn check(&mut self, ours: &Type, spot: &Spot<'_>) -> bool {
        let view = View::of(spot);
        if view.kinds.is_empty() {
            return true;
        }
        let allows = |kind: Basic| view.kinds.contains(&kind);
        match ours {
            Type::Unknown => false,
            Type::String | Type::Id | Type::Timestamp | Type::DecimalString => {
                allows(Basic::String) && view.values.is_none()
            }
            Type::Bool => allows(Basic::Boolean),
            Type::Integer | Type::UnixTime => allows(Basic::Integer),
            Type::Number | Type::Decimal => allows(Basic::Number),
            Type::Object => allows(Basic::Object),
            Type::IdList => match &view.item {
                Some(item) if allows(Basic::Array) => self.check(&Type::Id, item),
                _ => allows(Basic::Array) || allows(Basic::String),
            },
            Type::List(inner) => match &view.item {
                Some(item) if allows(Basic::Array) => self.check(inner, item),
                _ => allows(Basic::Array),
            },
            Type::Map(inner) => {
                let mut fits = allows(Basic::Object);
                let members = view.members.iter().map(|member| &member.spot);
                for value in members.chain(&view.extra) {
                    fits &= self.check(inner, value);
                }
                fits
            }
            Type::Schema(name) => self.check_schema(name, spot, &view),
        }
    }

    fn check_schema(&mut self, name: &str, spot: &Spot<'_>, view: &View<'_>) -> bool {
        let Some(schema) = self.contract.schema(name) else { return true };
        match schema.kind {
            Kind::Object if !view.kinds.contains(&Basic::Object) => false,
            Kind::Object => {
                self.compare(schema, spot, view);
                true
            }
            Kind::Enum => {
                if !view.kinds.contains(&Basic::String) {
                    return false;
                }
                if let Some((values, at)) = &view.values {
                    let place = at.place();
                    let fresh = || (place.clone(), BTreeMap::new());
                    let (_, listed) = self.listings.entry(name.to_owned()).or_insert_with(fresh);
                    for value in values {
                        listed.entry(value.clone()).or_insert_with(|| place.clone());
                    }
                }
                true
            }
        }
    }

    /// Member by member.
    fn compare(&mut self, schema: &Schema, spot: &Spot<'_>, view: &View<'_>) {
        let place = spot.resolved().unwrap_or_else(|| spot.clone()).place();
        if view.members.is_empty() || !self.seen.insert((schema.name.clone(), place.clone())) {
            return;
        }
        let mut ours_left: Vec<&Field> = schema.fields.iter().collect();
        let mut theirs_left: Vec<&Member<'_>> = view.members.iter().collect();
        let same = |field: &Field, member: &&Member<'_>| field.name.as_deref() == Some(member.name);
        for (field, member) in join(&mut ours_left, &mut theirs_left, same) {
            self.found.insert((schema.name.clone(), member.name.to_owned()));
            self.member(schema, field, member);
            self.learn(named(schema, field, member));
        }
        let difference = |aspect, place| Difference::new(subject(&schema.name), aspect, place);
        for (field, member, certainty) in
            self.renamed(&schema.name, &mut ours_left, &mut theirs_left)
        {
            let renamed = named(schema, field, member).with(certainty);
            self.note(renamed.clone());
            self.member(schema, field, member);
            if field.name.is_some() {
                self.learn(renamed);
            }
        }
        // One that is missing and one that is new may be one by two names.
        let of_one = |maybe: bool| if maybe { Certainty::Likely } else { self.certainty };
        for field in &ours_left {
            if let Some(name) = &field.name {
                let maybe = theirs_left.iter().any(|member| self.fits(field, member));
                let (key, grade) = ((schema.name.clone(), name.clone()), name_grade(field));
                let seen = (place.clone(), grade, of_one(maybe));
                self.missing.entry(key).or_insert(seen);
            }
        }
        for member in theirs_left {
            let maybe = ours_left.iter().any(|field| self.fits(field, member));
            let new = difference(Aspect::MemberNew, member.spot.place());
            let new = new.with(if maybe { Certainty::Likely } else { self.certainty });
            self.note(new.named(member.name).theirs(described(&member.spot)));
        }
    }

    fn member(&mut self, schema: &Schema, field: &Field, member: &Member<'_>) {
        let difference = |aspect, ours: &str, grade: Grade, theirs: String| {
            Difference::new(subject(&schema.name), aspect, member.spot.place())
                .named(member.name)
                .ours(ours, grade)
                .theirs(theirs)
        };
        if !self.check(&Type::parse(&field.kind), &member.spot) {
            let theirs = described(&member.spot);
            self.note(difference(Aspect::MemberType, &field.kind, field.type_grade(), theirs));
        }
        let word = |required: bool| if required { "required" } else { "optional" };
        if let Some(ours) = field.required.filter(|ours| *ours != member.required) {
            let theirs = word(member.required).to_owned();
            self.note(difference(Aspect::MemberRequired, word(ours), field.grade, theirs));
        }
    }

    /// Joins fields and members that only the name tells apart, and takes them off the lists.
    fn renamed<'f, 'm, 's>(
        &self,
        schema: &str,
        ours: &mut Vec<&'f Field>,
        theirs: &mut Vec<&'m Member<'s>>,
    ) -> Vec<(&'f Field, &'m Member<'s>, Certainty)> {
        let with = |pairs: Vec<(&'f Field, &'m Member<'s>)>, certainty| {
            pairs.into_iter().map(move |(field, member)| (field, member, certainty))
        };
        let found = join(ours, theirs, |field, member| {
            field.name.as_deref().is_some_and(|name| {
                folded(name) == folded(member.name) || words(name) == words(member.name)
            }) && self.fits(field, member)
        });
        let mut all: Vec<_> = with(found, Certainty::Certain).collect();
        // `id` and `name` of an object need not say of what.
        let (own, all_ours) = (words(schema), ours.clone());
        let bare = |field: &Field| -> BTreeSet<String> {
            words(field.name.as_deref().unwrap_or_default()).difference(&own).cloned().collect()
        };
        let found = join(ours, theirs, |field, member| {
            let said = words(member.name);
            let is_it = |field: &Field| !said.is_empty() && bare(field) == said;
            is_it(field)
                && all_ours.iter().filter(|other| is_it(other)).count() == 1
                && self.fits(field, member)
        });
        all.extend(with(found, Certainty::Certain));
        let mut pairs = join(ours, theirs, |field, member| {
            field.name.as_deref().is_some_and(|name| folded(name) == folded(member.name))
        });
        pairs.extend(join(ours, theirs, |field, member| {
            is_likely(field, member) && self.fits(field, member)
        }));

        // A hidden name is settled where only one member fits.
        let (all_ours, all_theirs) = (ours.clone(), theirs.clone());
        pairs.extend(join(ours, theirs, |field, member| {
            let fits = |field: &Field, member: &Member<'_>| {
                let open = field.name.is_none() || field.name_grade.is_some();
                open && Type::parse(&field.kind) != Type::Unknown && self.fits(field, member)
            };
            fits(field, member)
                && all_ours.iter().filter(|other| fits(other, member)).count() == 1
                && all_theirs.iter().filter(|other| fits(field, other)).count() == 1
        }));
        all.extend(with(pairs, Certainty::Likely));
        all
    }

    /// Whether a member could be the field as far as its type goes; notes nothing.
    fn fits(&self, field: &Field, member: &Member<'_>) -> bool {
        self.could_be(&Type::parse(&field.kind), &member.spot, 0)
    }

    pub(super) fn could_be(&self, ours: &Type, spot: &Spot<'_>, depth: usize) -> bool {
        let view = View::of(spot);
        let Type::Schema(name) = ours else {
            return match (ours, &view.item) {
                (Type::Unknown, _) => true,
                // Lists of lists may stand in a circle.
                (Type::List(inner), Some(item)) if depth < 4 => {
                    self.could_be(inner, item, depth + 1)
                }
                (Type::List(_), _) => view.kinds.contains(&Basic::Array),
                _ => Shapes::new(self.contract).check(ours, spot),
            };
        };
        let Some(schema) = self.contract.schema(name) else { return false };
        match schema.kind {
            Kind::Enum => view.kinds.contains(&Basic::String),
            Kind::Object => {
                let names: Vec<&str> =
                    schema.fields.iter().filter_map(|f| f.name.as_deref()).collect();
                let common = names.iter().filter(|name| view.member(name).is_some()).count();
                // Half of the members must be the same; an object of unknown shape fits any.
                view.kinds.contains(&Basic::Object) && common * 2 >= names.len()
            }
        }
    }

    /// Notes the differences that are known only after every place was seen.
    pub(super) fn finish(mut self) -> (Vec<Difference>, Vec<Difference>) {
        for ((schema, member), (place, grade, certainty)) in std::mem::take(&mut self.missing) {
            if !self.found.contains(&(schema.clone(), member.clone())) {
                let missing = Difference::new(subject(&schema), Aspect::MemberMissing, place);
                let missing = missing.with(certainty);
                self.note(missing.named(&member).ours("", grade));
            }
        }
        for (name, (place, listed)) in std::mem::take(&mut self.listings) {
            self.values(&name, &place, &listed);
        }
        (self.differences, self.learned)
    }

    fn values(&mut self, name: &str, listing: &Place, listed: &BTreeMap<String, Place>) {
        let ours = self.contract.schema(name).map_or(&[][..], |schema| &schema.values);
        let difference = |aspect, value: &str, place: &Place| {
            Difference::new(subject(name), aspect, place.clone()).named(value)
        };
        for value in ours.iter().filter(|value| !listed.contains_key(&value.value)) {
            let missing = difference(Aspect::EnumValueMissing, &value.value, listing);
            self.note(missing.ours("", value.grade));
        }
        for (value, place) in listed {
            let new = difference(Aspect::EnumValueNew, value, place).theirs(value);
            match ours.iter().find(|ours| ours.value == *value) {
                Some(known) => self.learn(new.ours(value, known.grade)),
                None => {
                    self.learn(new.clone());
                    self.note(Difference { theirs: String::new(), ..new });
                }
            }
        }
    }
}

/// What a member of ours is called.
fn named(schema: &Schema, field: &Field, member: &Member<'_>) -> Difference {
    let named = Difference::new(subject(&schema.name), Aspect::MemberName, member.spot.place());
    named.ours(&label(field), name_grade(field)).theirs(member.name)
}

fn subject(schema: &str) -> Subject {
    Subject::Schema(schema.to_owned())
}

/// Whether the names, or the meaning of a field without one, speak of the same thing.
fn is_likely(field: &Field, member: &Member<'_>) -> bool {
    let theirs = words(member.name);
    match (&field.name, &field.meaning) {
        (Some(name), _) => likeness(&words(name), &theirs) >= ALIKE,
        (None, Some(meaning)) => !theirs.is_empty() && theirs.is_subset(&words(meaning)),
        (None, None) => false,
    }
}

fn name_grade(field: &Field) -> Grade {
    match &field.name {
        Some(_) => field.known(),
        None => Grade::Unknown,
    }
}

fn label(field: &Field) -> String {
    match (&field.name, &field.meaning) {
        (Some(name), _) => name.clone(),
        (None, Some(meaning)) => format!("(no name: {meaning})"),
        (None, None) => "(no name)".to_owned(),
    }
}
