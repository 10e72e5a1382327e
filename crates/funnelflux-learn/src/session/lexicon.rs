//! Which words of a recording may be words of the API, and which are the account's: a tenant in a path, a
//! customer as the key of a map.
//!
//! A name is kept if the contract has it, or if it consists of words that APIs are made of, or if several
//! objects show it and no text of the account has its words.

use std::collections::{BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::sync::OnceLock;

use funnelflux_contract::{NODES, Schema, VOCABULARY};
use funnelflux_transport::{Overlay, Says};
use serde_json::Value;

use super::pair::operations;
use super::seen::Seen;
use super::words::{is_id, is_name, words};

/// The words of names in APIs, beside those of the contract. Any other word may be the account's.
const USUAL: &str = "
    a ab able abort accept access account act action activate active activity ad add address admin affiliate after
    ajax alias all allow alpha amount an and answer any api app append apply approve archive area arg array article
    as ask asset assign at attach attribute audience auth author auto avatar average away back backend balance banner
    base basic batch before begin beta between bid bill billing block board body bool boost both box brand browse
    budget build bulk button by bypass cache calc call callback can cancel cap capping caption card case cat
    catalog category change channel check child children chunk city class clean clear click client clone close
    code collection color column comment commit compare complete component condition conf config confirm connect
    connection contact container content context control conversion convert copy core cost count counter country
    coupon cpa cpc cpm cpv create created creative credit csv currency current cursor custom customer cut daily
    dashboard data date day deactivate deal debug decision deep default define delay delete deny depth desc
    description destination detail dev device dialog direct direction directory disable discount display distinct
    distribution div do doc document domain done down download draft drop duplicate duration dynamic each edge edit
    editor element else email embed empty enable enabled end entity entrance entry enum env err error event ever
    every exact exclude execute exist exit expand expire export expression ext extend external extra fail failure
    fallback false favorite feature feed fetch ff field file fill filter final find first fixed flag flat float flow
    flux folder font footer for force fork form format forward fraud frequency from full function funnel
    funnelflux gateway general generate geo get give global go goal good graph grid group guid handle handler hash
    has head header height hidden hide history hit hook host hour html http https icon id identifier if ignore
    image import in inactive include incoming index info init inner input insert inside install instance int
    integer integration interface internal interval invalid invite invoice is iso item iteration job join js json
    keep key keyword kind label lander landing language last lat later latest layout lead leaf leave left length
    less level library limit line link list listing live load local locale location lock log logic login logo
    logout long loop mail main make manage manager manual map mark match max me media member memo menu merge
    message meta method metric middleware min minute missing mode model modified modifier module money monitor month more
    move multi multiple my name native navigation need nested network new next no node none normal not note
    notification now null num number object of off offer offset ok old on once one only open operation operator
    option optional or order organization origin original other out outcome outer output outside over overlay
    override overview own owner package page pagination paging panel param parameter parent part partial partner
    pass password path pause paused pay payload payment payout pending per percent percentage period permission
    person personal phone pick picture pin ping pixel place placement plan platform play plugin point policy poll
    pool pop port position post postback pre prefix preland prelander presell preset preview previous price
    primary print priority private pro process prod product profile profit program progress project prop property
    provider proxy public publish pull purchase push put quality quantity query queue quick quota random range rank
    rate ratio raw read real reason receive recent record recover redirect redo ref refer reference refresh refund
    region register reject relation release reload remote remove rename render replace reply report reporting
    request required reset resolve resource response rest restore restrict result resume retry return revenue
    revert review revision right robot role rollback root rotate rotation rotator round route router row rpc rule
    run sale sample save schedule schema scope score screen screenshot script search second secret section secure
    segment select self send sequence serial server service session set setting setup share shared short show
    shuffle side sign signature simple single site size skip slot slug sms snapshot sort source space spec split
    stage staging standard start stat state statistic stats status step stop storage store stream string structure
    style sub subject submit subscription subset success suffix suggestion sum summary support suspend swap switch
    sync system tab table tag target task team template tenant term test text theme then thread threshold throttle
    thumb thumbnail time timeout timestamp timezone title to today toggle token tool top topic total touch trace
    track tracker tracking traffic transaction transfer transform translation trash tree trend trigger true trust
    try turn type ui unarchive undo unique unit unknown unlock unset until up update upload upsert upstream uri url
    usage use user utm uuid valid validate validation value variable variant variation vat vendor verify version
    vertical via video view visible visit visitor vote wait warning watch way web webhook website week weight when
    where which white whole widget width window with word work workflow workspace write xml year yes yesterday zip
    zone x y z";

/// The words that the account's texts are made of, and those that facts before have.
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
        let parts = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|it| it.len() > 2);
        for word in parts.take(MOST_WORDS).flat_map(words) {
            self.0.insert(hash(&word));
        }
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

fn squeezed(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn hash(text: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// What decides whether a name may be kept.
pub(super) struct Lexicon<'a> {
    texts: &'a Texts,
    /// The words of what was written by hand, or learned before.
    known: BTreeSet<String>,
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
        Self { texts, known: all }
    }

    /// Whether a name in a path, a query or a wrapper may be kept.
    pub(super) fn keeps(&self, name: &str) -> bool {
        self.keeps_shown(name, false)
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
            None => own.len() < 2 || !self.texts.has(&squeezed(name)),
            Some(_) => is_shown && !foreign.any(|word| self.texts.has(word)),
        }
    }
}

/// The names that the contract has at any place.
fn of_contract() -> &'static BTreeSet<&'static str> {
    static NAMES: OnceLock<BTreeSet<&'static str>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let mut names = BTreeSet::new();
        for operation in operations() {
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
        texts.note(&json!({"name": "Core Media", "of": ["zorblat x"], "type": "landing-pages"}));
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
}
