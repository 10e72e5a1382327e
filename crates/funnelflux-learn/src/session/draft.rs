//! The lessons while they are drawn.

use std::collections::{BTreeMap, BTreeSet};

use funnelflux_contract::Grade;
use funnelflux_transport::{Evidence, Fact, Overlay, Says};

use super::lexicon::Lexicon;
use super::sight::{At, Sight};

/// The facts that are certain, likely, or not proven, so far.
pub(super) struct Draft<'a> {
    pub(super) files: &'a [String],
    /// What was learned before.
    pub(super) known: &'a Overlay,
    pub(super) facts: Vec<Fact>,
    pub(super) maybe: Vec<Fact>,
    /// Values that may be texts of the account.
    pub(super) unproven: Vec<Fact>,
    /// Whether the objects at hand were printed by `ffx`, which has put our names and values in place of the account's.
    pub(super) is_printed: bool,
    /// Which names may be kept.
    pub(super) lexicon: Lexicon<'a>,
    /// What has a name that may not, said without it.
    pub(super) unnamed: BTreeSet<String>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(files: &'a [String], known: &'a Overlay, lexicon: Lexicon<'a>) -> Self {
        let (facts, maybe, unproven) = (Vec::new(), Vec::new(), Vec::new());
        let (is_printed, unnamed) = (false, BTreeSet::new());
        Self { files, known, facts, maybe, unproven, is_printed, lexicon, unnamed }
    }

    /// Notes that a name is not kept, because it may be one of the account.
    pub(super) fn keep_out(&mut self, what: &str, of: &str, at: At) {
        let entry = at.entry;
        let name = "whose name may be a word of the account";
        self.unnamed.insert(format!("{what} of {of}, {name} (entry {entry})"));
    }

    fn evidence(&self, sight: Sight) -> Evidence {
        let file = self.files.get(sight.first.file).map(String::as_str).unwrap_or_default();
        let entry = format!("entry {}", sight.first.entry);
        Evidence::new(file, entry).seen(sight.count, sight.day.text())
    }

    /// Adds a fact, or to the evidence for it.
    pub(super) fn certain(&mut self, of: &str, says: Says, sight: Sight) {
        let is_ours = match &says {
            Says::Member { ours, theirs } => ours.rsplit('.').next() == Some(theirs),
            Says::Value { ours, theirs, .. } => ours.as_ref() == Some(theirs),
            _ => false,
        };
        if !(is_ours && self.is_printed) {
            let evidence = self.evidence(sight);
            self.add(of, says, evidence);
        }
    }

    /// What was seen in the account, now or before, or written by hand: it wins over documents.
    fn seen_or_written(&self) -> impl Iterator<Item = &Fact> {
        let is_other = |fact: &&Fact| !fact.evidence().is_some_and(is_document);
        self.facts.iter().chain(self.known.facts().filter(is_other))
    }

    /// The fact that was seen before or written by hand, and says another path.
    pub(super) fn known_path(&self, id: &str, path: &str) -> Option<&'a Fact> {
        let is_other = |fact: &&Fact| {
            fact.operations() == id
                && matches!(fact.says(), Says::Path(own) if own != path)
                && !fact.evidence().is_some_and(is_document)
        };
        self.known.facts().find(is_other)
    }

    /// Adds what a document says.
    pub(super) fn document(
        &mut self,
        of: &str,
        says: Says,
        evidence: Evidence,
        is_certain: bool,
        or: &str,
    ) {
        let fact = Fact::new(of, says).with_evidence(evidence);
        let about = subject(&fact);
        let known = self.seen_or_written().find(|known| subject(known) == about);
        match known.filter(|known| known.says() != fact.says()).map(ToString::to_string) {
            Some(other) => self.maybe(fact, &other),
            None if is_certain => self.add(of, fact.says().clone(), evidence_of(&fact)),
            None => self.maybe(fact, or),
        }
    }

    /// Whether paths below this base path lead to where they should.
    pub(super) fn is_below(&self, root: Option<&str>) -> bool {
        let base = self.seen_or_written().find_map(|fact| match fact.says() {
            Says::BasePath(base) => Some(&**base),
            _ => None,
        });
        root.is_none() || base.is_none() || base == root
    }

    fn add(&mut self, of: &str, says: Says, evidence: Evidence) {
        let same = |fact: &&mut Fact| fact.operations() == of && *fact.says() == says;
        if let Some(fact) = self.facts.iter_mut().find(same) {
            let more = fact.evidence().map(|known| {
                let day = if *known.when < *evidence.when { &evidence.when } else { &known.when };
                known.clone().seen(known.seen + evidence.seen, day.clone())
            });
            *fact = fact.clone().with_evidence(more.unwrap_or(evidence));
            return;
        }
        self.facts.push(Fact::new(of, says).with_evidence(evidence));
    }

    /// Whether a fact of the operation says this.
    pub(super) fn says_of(&self, id: &str, is_it: impl Fn(&Says) -> bool) -> bool {
        self.facts.iter().any(|fact| fact.operations() == id && is_it(fact.says()))
    }

    /// Whether a fact of this kind is known.
    pub(super) fn knows(&self, is_it: impl Fn(&Says) -> bool) -> Option<&Fact> {
        self.facts.iter().find(|fact| is_it(fact.says()))
    }

    /// Notes a value that may be a text of the account, until something proves it.
    pub(super) fn unproven(&mut self, says: Says, sight: Sight) {
        if !self.unproven.iter().any(|fact| *fact.says() == says) {
            let evidence = self.evidence(sight);
            self.unproven.push(Fact::new("*", says).with_evidence(evidence));
        }
    }

    /// Gives a fact that said less, or was not proven, the whole of what it says, which `at` shows.
    pub(super) fn replace(&mut self, old: &Says, new: Says, at: At) {
        if let Some(place) = self.unproven.iter().position(|fact| fact.says() == old) {
            self.facts.push(self.unproven.remove(place));
        }
        let evidence = self.evidence(Sight::at(at));
        if let Some(fact) = self.facts.iter_mut().find(|fact| fact.says() == old) {
            let known = evidence_of(fact);
            let evidence = evidence.seen(known.seen, known.when);
            *fact = Fact::new(fact.operations(), new).with_evidence(evidence);
        }
    }

    /// What is said of the values that nothing proved, without them.
    pub(super) fn kept_out(&self) -> impl Iterator<Item = String> {
        let mut counts = BTreeMap::<&str, usize>::new();
        for fact in &self.unproven {
            let Says::Value { of, theirs, .. } = fact.says() else { continue };
            let is_proven = |fact: &Fact| matches!(fact.says(), Says::Value { of: own, theirs: it, .. } if own == of && it == theirs);
            if !self.facts.iter().any(is_proven) {
                *counts.entry(of).or_default() += 1;
            }
        }
        let values = counts
            .into_iter()
            .map(|(of, count)| format!("values of {of} that the contract does not have: {count}"));
        values.chain(self.unnamed.iter().cloned())
    }

    pub(super) fn likely(&mut self, of: &str, says: Says, sight: Sight, or: &str) {
        let evidence = self.evidence(sight);
        self.maybe(Fact::new(of, says).with_evidence(evidence), or);
    }

    pub(super) fn maybe(&mut self, what: Fact, or: &str) {
        let is_told = |it: &Fact| it.operations() == what.operations() && it.says() == what.says();
        if !self.maybe.iter().any(is_told) {
            self.maybe.push(what.with_doubt(or));
        }
    }
}

fn evidence_of(fact: &Fact) -> Evidence {
    fact.evidence().cloned().unwrap_or_default()
}

/// What a fact is about, so that two of one subject cannot both hold.
pub(super) fn subject(fact: &Fact) -> (String, Says) {
    let mut about = fact.says().clone();
    match &mut about {
        Says::BasePath(theirs) | Says::Path(theirs) | Says::Method(theirs) => theirs.clear(),
        Says::AnswerIn(theirs) | Says::BodyIn(theirs) => theirs.clear(),
        Says::Query { theirs, .. } | Says::Member { theirs, .. } => theirs.clear(),
        Says::Value { ours: Some(_), theirs, .. } | Says::Node { is: theirs, .. } => theirs.clear(),
        // A list may have several parameters of paging.
        Says::Note { topic, text } if topic != "paging" => text.clear(),
        _ => {}
    }
    (fact.operations().to_owned(), about)
}

/// Whether the evidence is a place in a document, and no entry of a recording.
pub(super) fn is_document(evidence: &Evidence) -> bool {
    evidence.grade() == Grade::Documented
}
