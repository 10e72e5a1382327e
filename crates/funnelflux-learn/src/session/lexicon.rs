//! Which words of a recording may be words of the API, and which are the account's: a tenant in a path, a
//! customer as the key of a map.
//!
//! A name is kept if the contract has it, or if it consists of words that APIs are made of. Any other is kept if several
//! objects, or the paths of one kind of asset alone, show it and no text of the account has its words.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::OnceLock;

use funnelflux_contract::{NODES, Operation, Schema, VOCABULARY};
use funnelflux_transport::{Overlay, Says};
use serde_json::Value;

use super::places::is_told;
use super::seen::{Seen, hash};
use super::words::{is_id, is_name, words};

/// The words of names in APIs, beside those of the contract. Any other word may be the account's.
const USUAL: &str = "
    a ab able abort accept account act activate active activity ad add address admin affiliate after ajax alias all
    allow alpha amount an answer any api app approve area arg array article as ask assign attach audience author auto
    avatar away back balance banner batch before begin beta between bid bill block board bool boost both box brand
    browse budget build bulk button bypass cache calc can cancel cap caption card case cat catalog change channel
    children chunk city class clean clear client close collection color comment commit compare complete component
    conf confirm connect contact container context control convert copy core counter coupon cpa cpc cpm cpv create
    creative credit csv currency current cursor customer cut daily dashboard deactivate deal debug deep define delay
    deny depth desc detail dev dialog direct direction directory discount display distinct distribution div do doc
    document down draft drop duration dynamic each edge editor element else email embed empty enable enabled entity
    entry enum env err ever every exact exclude exist exit expand export expression ext extra fail fallback false
    favorite feature feed fetch ff file fill final first fixed flag flat float flow flux folder font footer for fork
    form format forward fraud frequency from full function gateway general generate geo get give go goal good graph grid
    guid handle handler head hidden hide history hook html icon identifier if ignore image import in inactive index info
    init inner input insert inside install instance int integer integration interface internal interval invalid invite
    invoice iso item iteration job join js json keep landing language lat later latest layout lead leaf leave left less
    library limit line link listing live load local locale lock logo long loop mail main make manage manager manual map
    mark match max me media member memo menu merge min missing mode model modified module money monitor multi multiple
    my native navigation need nested network new next no none normal not notification now null num object off ok old
    once one open operation optional organization origin original other out outcome outer over overlay own package
    pagination panel parameter part partial partner pass pause paused pay payment pending per percent percentage period
    permission person personal phone pick picture pin ping pixel place placement plan platform play plugin policy poll
    pool pop port position post pre prefix preland presell price primary print private pro process prod product profit
    program progress project prop property provider proxy public publish pull purchase push put quality quantity queue
    quick quota random range rank rate ratio raw read real reason receive recent recover redo refer reference refund
    region register reject relation release reload remote remove rename render replace reply report required resolve
    resource rest restore result resume retry return revert review revision right robot role rollback root rotate
    rotation round router rpc rule run sale sample schedule scope score screen screenshot search second section secure
    select self send sequence serial server service set setting setup share shared short shuffle side sign signature
    simple single site size skip slug sms snapshot sort space spec split stage staging standard stat statistic step stop
    storage store stream string structure style subject submit subscription suffix suggestion sum support suspend swap
    switch sync system tab table task team template tenant term text theme then thread threshold throttle thumb
    thumbnail title today toggle tool topic touch trace track tracker transfer transform translation trash tree trend
    trigger true trust try turn ui undo unique unit unknown unlock unset until up upload upsert upstream uri usage use
    utm uuid validation variable variant variation vat vendor verify vertical via video visible visit vote wait warning
    watch way web when where which white whole widget window with word work write xml yes yesterday zip zone z";

/// Hashes of the account's texts and of their words.
#[derive(Debug, Default)]
pub(super) struct Texts(HashSet<u64>);

/// More tell nothing new, and cost memory.
const MOST_TEXTS: usize = 400_000;
const MOST_WORDS: usize = 64;
const DEEPEST: usize = 12;

impl Texts {
    pub(super) fn note(&mut self, value: &Value) {
        self.note_below(value, false, 0);
    }

    fn note_below(&mut self, value: &Value, is_name: bool, depth: usize) {
        match value {
            Value::Array(items) if depth < DEEPEST => {
                items.iter().for_each(|it| self.note_below(it, is_name, depth + 1));
            }
            Value::Object(members) if depth < DEEPEST => {
                for (name, value) in members {
                    self.note_below(value, names_something(name), depth + 1);
                }
            }
            Value::String(text) => self.note_text(text, is_name),
            _ => {}
        }
    }

    /// `is_name` where the text is the name of something: then it is one of the account's as a whole, too.
    pub(super) fn note_text(&mut self, text: &str, is_name: bool) {
        // Most texts come again and again.
        let is_new =
            self.0.len() < MOST_TEXTS && !is_id(text) && self.0.insert(hash(&(text, is_name)));
        if !is_new {
            return;
        }
        if is_name || text.contains(|c: char| c.is_whitespace() || c == '@') {
            self.0.insert(hash(&squeezed(text)));
        }
        if is_name {
            self.0.insert(hash(&(squeezed(text), is_name)));
        }
        let parts = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|it| it.len() > 2);
        for word in parts.take(MOST_WORDS).flat_map(words) {
            self.0.insert(hash(&word));
        }
    }

    fn is_name(&self, squeezed: &str) -> bool {
        self.0.contains(&hash(&(squeezed, true)))
    }

    fn has(&self, word: &str) -> bool {
        self.0.contains(&hash(&word))
    }
}

fn names_something(member: &str) -> bool {
    let words = words(member);
    let is_it = |word: &String| {
        matches!(&**word, "name" | "title" | "label" | "company" | "account" | "owner" | "host")
    };
    words.last().is_some_and(is_it)
}

/// A text without what tells one style of words from another.
pub(super) fn squeezed(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// What decides whether a name may be kept.
pub(super) struct Lexicon<'a> {
    texts: &'a Texts,
    /// The words of what was written by hand, or learned before.
    known: BTreeSet<String>,
    /// The words in paths by which the app calls one kind of asset.
    of_kinds: BTreeSet<String>,
}

impl<'a> Lexicon<'a> {
    pub(super) fn new(texts: &'a Texts, known: &Overlay) -> Self {
        let mut all = BTreeSet::new();
        for fact in known.facts() {
            let text = match fact.says() {
                Says::BasePath(text) | Says::Path(text) | Says::AnswerIn(text) => text,
                Says::BodyIn(text) | Says::Required(text) => text,
                Says::Query { theirs, .. } | Says::Member { theirs, .. } => theirs,
                Says::Node { part, is, .. } if part.contains('.') => {
                    all.extend(part.split('.').map(str::to_owned));
                    is
                }
                Says::Node { is, .. } => is,
                _ => continue,
            };
            all.extend(text.split(['/', '.', '?', '=', '&']).map(str::to_owned));
        }
        Self { texts, known: all, of_kinds: BTreeSet::new() }
    }

    /// Takes over the words in the paths of each kind of asset. One by which the app calls a kind is in several calls of
    /// that kind and of no other; a name of the account may be in those of any.
    pub(super) fn learn_kinds<'w>(
        &mut self,
        calls: impl Iterator<Item = (&'static str, &'static str, &'w str)>,
    ) {
        const LEAST_KINDS: usize = 3;
        const LEAST_CALLS: usize = 3;
        let mut words: BTreeMap<&str, (BTreeSet<&str>, BTreeSet<&str>)> = BTreeMap::new();
        let mut all = BTreeSet::new();
        for (kind, operation, word) in calls {
            all.insert(kind);
            let (kinds, operations) = words.entry(word).or_default();
            kinds.insert(kind);
            operations.insert(operation);
        }
        words.retain(|_, (kinds, operations)| kinds.len() == 1 && operations.len() >= LEAST_CALLS);
        if all.len() >= LEAST_KINDS {
            self.of_kinds = words.into_keys().map(str::to_owned).collect();
        }
    }

    /// Whether a name in a path, a query or a wrapper may be kept.
    pub(super) fn keeps(&self, name: &str) -> bool {
        self.keeps_shown(name, self.of_kinds.contains(name))
    }

    /// Whether the name of a member may be kept, of an object that was seen as `around`.
    pub(super) fn keeps_member(&self, name: &str, around: &[&Seen]) -> bool {
        let is_of_all =
            |seen: &&&Seen| seen.members.get(name).is_none_or(|own| own.holders >= seen.objects);
        let owners: BTreeSet<u64> = around
            .iter()
            .filter_map(|seen| seen.members.get(name))
            .flat_map(|own| own.owners.iter().copied())
            .collect();
        // The keys of a map differ from object to object, and have signs that names of members have not.
        let is_shown = owners.len() > 1 && around.iter().all(|seen| is_of_all(&seen));
        self.keeps_shown(name, is_shown) && (!name.contains('-') || self.is_known(name))
    }

    /// The same of a word that `holders` objects have.
    pub(super) fn keeps_word(&self, word: &str, holders: usize) -> bool {
        self.keeps_shown(word, holders > 1)
    }

    fn is_known(&self, name: &str) -> bool {
        let is_it = self.known.contains(name)
            || VOCABULARY.members.contains(name)
            || VOCABULARY.path_words.contains(name)
            || of_contract().contains(name);
        is_it && !name.is_empty()
    }

    fn keeps_shown(&self, name: &str, is_shown: bool) -> bool {
        if self.is_known(name) {
            return true;
        }
        if !is_name(name) {
            return false;
        }
        let own = words(name);
        let mut foreign = own.iter().filter(|word| !is_usual(word)).peekable();
        match foreign.peek() {
            // What something is called as a whole may be that, though APIs have the word.
            None if own.len() < 2 => {
                is_shown || is_told(name) || !self.texts.is_name(&squeezed(name))
            }
            None => !self.texts.has(&squeezed(name)),
            // Full, it no longer knows all words of the account.
            Some(_) => {
                let is_full = self.texts.0.len() >= MOST_TEXTS;
                is_shown && !is_full && !foreign.any(|word| self.texts.has(word))
            }
        }
    }
}

/// The names that the contract has at any place.
pub(super) fn of_contract() -> &'static BTreeSet<&'static str> {
    static NAMES: OnceLock<BTreeSet<&'static str>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let mut names = BTreeSet::new();
        for operation in Operation::all() {
            let paths = operation.alternatives().iter().copied().chain([operation.path()]);
            let parts = paths.flat_map(|path| path.split(['/', '?', '=', '&']));
            names.extend(parts.filter(|part| !part.starts_with('{')));
            for member in operation.query() {
                names.extend(member.alternatives.iter().copied().chain([member.name]));
            }
        }
        names.extend(Schema::all().iter().flat_map(|it| it.members).map(|member| member.name));
        for node in NODES {
            let lists = [node.objects, node.references, node.exits, node.triggers];
            names.extend(lists.into_iter().flatten().copied());
        }
        names
    })
}

/// Whether a word is one that APIs have, or several of them in one.
fn is_usual(word: &str) -> bool {
    static WORDS: OnceLock<HashSet<String>> = OnceLock::new();
    let known = WORDS.get_or_init(|| {
        let own = of_contract().iter().flat_map(|name| words(name));
        USUAL.split_ascii_whitespace().flat_map(words).chain(own).collect()
    });
    let is_number = |part: &str| {
        let digits = part.strip_prefix('v').unwrap_or(part);
        (1..=2).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_digit())
    };
    let is_one = |part: &str| is_number(part) || words(part).iter().all(|it| known.contains(it));
    if is_one(word) {
        return true;
    }
    // `pagegroup`: the ends of words, from which the next may begin.
    let mut ends = BTreeSet::from([0]);
    for end in 1..=word.len() {
        let is_part = |start: &usize| {
            let part = word.get(*start..end).unwrap_or_default();
            (part.len() > 2 || is_number(part)) && is_one(part)
        };
        if ends.iter().any(is_part) {
            ends.insert(end);
        }
    }
    ends.contains(&word.len())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_of_apis_are_kept_and_those_of_accounts_are_not() {
        let mut texts = Texts::default();
        texts.note(&json!({"name": "Core Media", "of": ["zorblat x"], "type": "landing-pages",
            "owner": {"name": "Area", "company": "Data"}}));
        let lexicon = Lexicon::new(&texts, &Overlay::new().path("ledger.page.list", "/krux/all"));
        for name in [
            "sites",
            "landing-pages",
            "offer_source_id",
            "nameOfTrafficSource",
            "pagegroups",
            "v2",
            "byIds",
            "customevents",
            "abSplit",
            "data",
            "items",
            "nodePageParams",
            "krux",
            "scriptCode",
            "x",
            "baseurl",
            "entranceSetup",
            "preLander",
        ] {
            assert!(lexicon.keeps(name), "{name}");
        }
        for name in [
            "acme-gmbh",
            "Acme-Partner",
            "john_doe",
            "janedoe",
            "JaneDoe",
            "jane",
            "acmeSites",
            "core-media",
            "coreMedia",
            "area",
            "siteszorblat",
            "john.doe",
            "a b",
            "a@b",
            "",
            "555123",
            "BearerAbcdef",
            "mueller",
        ] {
            assert!(!lexicon.keeps(name), "{name}");
        }
        assert!(lexicon.keeps_word("quuxSetup", 2) && !lexicon.keeps_word("quuxSetup", 1));
        assert!(!lexicon.keeps_word("zorblatSetup", 2));
    }

    #[test]
    fn a_word_in_the_paths_of_one_kind_of_several_is_how_the_app_calls_it() {
        let mut texts = Texts::default();
        texts.note(&json!({"name": "Acme Media"}));
        let keeps = |calls: &[(&'static str, &'static str, &str)], word: &str| {
            let mut lexicon = Lexicon::new(&texts, &Overlay::new());
            lexicon.learn_kinds(calls.iter().copied());
            lexicon.keeps(word)
        };
        let of = |kind, word| ["a", "b", "c"].map(|operation| (kind, operation, word));
        let others = [of("y", "cedar"), of("z", "delta")].concat();
        for (own, is_kept) in [
            (of("x", "krux").to_vec(), true),
            // Too few calls, the word of two kinds, and a word of the account.
            (of("x", "krux")[..2].to_vec(), false),
            ([of("x", "krux"), of("y", "krux")].concat(), false),
            (of("x", "acme").to_vec(), false),
        ] {
            let word = own[0].2;
            assert_eq!(keeps(&[own.clone(), others.clone()].concat(), word), is_kept, "{own:?}");
            assert!(!keeps(&own, word), "too few kinds: {own:?}");
        }
    }

    #[test]
    fn no_usual_word_is_one_of_the_contract() {
        let own: BTreeSet<String> = of_contract().iter().flat_map(|name| words(name)).collect();
        let is_twice = |word: &&str| words(word).iter().all(|it| own.contains(it));
        let twice: Vec<&str> = USUAL.split_ascii_whitespace().filter(is_twice).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }

    #[test]
    fn nothing_unusual_is_kept_when_not_all_texts_are_known() {
        let texts = Texts((0..MOST_TEXTS as u64).collect());
        let lexicon = Lexicon::new(&texts, &Overlay::new());
        assert!(lexicon.keeps("sites") && !lexicon.keeps_word("quuxSetup", 2));
    }
}
