use crate::Severity;

/// A rule of the check, by its stable code.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// The code, such as `FF001`. It never changes its meaning.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in a few words.
    pub title: &'static str,
    /// How to mend it.
    pub mend: &'static str,
}

impl Rule {
    /// Every rule, in the order of the codes.
    pub const fn all() -> &'static [&'static Self] {
        ALL
    }

    /// Finds a rule by its code.
    pub fn find(code: &str) -> Option<&'static Self> {
        ALL.iter().find(|rule| rule.code == code).copied()
    }
}

macro_rules! rules {
    ($($name:ident = $code:literal $severity:ident $title:literal $mend:literal;)+) => {
        $(pub(crate) static $name: Rule = Rule {
            code: $code, severity: Severity::$severity, title: $title, mend: $mend,
        };)+
        const ALL: &[&Rule] = &[$(&$name),+];
    };
}

rules! {
    NO_ROOT = "FF001" Error "there is no traffic node"
        "add a node of the kind root, and connect it to the first step";
    SEVERAL_ROOTS = "FF002" Error "there are several traffic nodes"
        "keep one, and make the others rotators";
    INTO_ROOT = "FF003" Error "a connection leads into the traffic node"
        "lead it to the node behind the traffic node";
    NO_SOURCE = "FF004" Error "a connection leaves a node that does not exist"
        "name an existing node in `idSourceNode`, or remove the connection";
    NO_TARGET = "FF005" Error "a connection leads to a node that does not exist"
        "name an existing node in `idTargetNode`, or remove the connection";
    TO_ITSELF = "FF006" Error "a connection leads from a node to itself"
        "lead it to another node, or remove it";
    DUPLICATE = "FF007" Error "a connection is there twice"
        "remove one; to weigh a target more, change the weight";
    SAME_TRIGGER = "FF008" Error "one trigger leads to two nodes"
        "give each trigger of a node one target; put a rotator behind it to split visitors";
    UNREACHABLE = "FF009" Warning "a node cannot be reached from the traffic node"
        "connect it, or remove it; it is right only if links lead to the node itself";
    DEAD_END = "FF010" Error "a node that passes visitors on has no way out"
        "connect it to a next step";
    LANDER_WITHOUT_ACTION = "FF011" Warning "a lander has no action"
        "connect action 1, unless the page leads nowhere on purpose";
    CYCLE = "FF012" Note "visitors can come back to where they were"
        "nothing, if it is meant";
    OUT_OF_URL = "FF013" Error "a connection leaves an external URL"
        "remove it: visitors have left the funnel there";
    SEVERAL_WAYS = "FF014" Error "a node with one way out has several"
        "keep one; put a rotator behind the node to split visitors";
    SAME_ID = "FF015" Error "an id is there twice"
        "give the second a new id (`ffx id new`)";
    BAD_ID = "FF016" Error "an id has the wrong format"
        "use 12 characters of 0-9, A-Z, a-z (`ffx id new`)";
    UNREADABLE = "FF017" Error "a part of the funnel cannot be read"
        "make it what it should be, as the finding says";
    OTHER_FUNNEL = "FF018" Error "a part names another funnel as its own"
        "set `idFunnel` to the id of this funnel, or leave it out";
    ENDLESS = "FF019" Error "visitors go round without end, and come to no page"
        "lead one of the ways to a page, or out of the funnel";
    NO_WEIGHT = "FF020" Error "a way out of a rotator has no weight"
        "give it a weight";
    NEGATIVE_WEIGHT = "FF021" Error "a weight is negative"
        "use zero or more";
    ZERO_WEIGHT = "FF022" Warning "a weight is zero"
        "remove the connection, or give it a weight; zero gets no visitors";
    WEIGHT_SUM = "FF023" Error "the weights of a node do not sum to the whole"
        "change them so that they do; `ffx learn --account` takes over the account's own scale";
    NO_VISITORS = "FF024" Error "no way out of a rotator gets visitors"
        "give at least one way a weight above zero";
    BAD_ACTION = "FF030" Error "a way out of a page has no action number from 1 to 64"
        "use the number of the action on the page";
    MISSING_ACTION = "FF031" Warning "the page does not have this action"
        "use an action that the page has, or raise its number of actions";
    CONVERSION_OF_LANDER = "FF032" Error "a way out of a lander counts as a conversion"
        "only ways out of offers can; set `isConversion` to false";
    NO_ROUTE = "FF040" Error "a way out names no route"
        "name the key of a route of what the node refers to";
    OPEN_ROUTE = "FF041" Error "a route is not connected"
        "connect it: the tracker must always be able to decide";
    UNKNOWN_ROUTE = "FF042" Error "a way out names a route that does not exist"
        "use a key that the condition or middleware config has";
    NO_DEFAULT = "FF043" Error "the default is not connected"
        "connect the key `default` to a safe place: it is taken where nothing else fits";
    UNKNOWN_SHAPE = "FF044" Note "what a node refers to has an unknown shape, so it is not checked"
        "compare the routes with the app by eye";
    BAD_KEY = "FF050" Error "a route key is not 1 to 64 characters of a-z, 0-9 and _"
        "rename the key in the script and in the connection";
    KEY_NOT_CONNECTED = "FF051" Warning "the script returns a key that is not connected"
        "connect it, or remove it from the script";
    KEY_NOT_RETURNED = "FF052" Warning "the script never returns a connected key"
        "return it in the script, or remove it from the connection";
    UNCHECKED_SCRIPT = "FF053" Note "the keys that the script returns cannot be told from its text"
        "return literal keys, so that they can be checked";
    NOT_FOUND = "FF060" Error "an asset does not exist"
        "create it first, or name one that exists";
    ARCHIVED = "FF061" Warning "an asset is archived"
        "take it out of the archive, or use another";
    WRONG_KIND = "FF062" Error "a node shows a page of the other kind"
        "use a lander where a lander is meant, an offer where an offer is";
    NO_REFERENCE = "FF063" Error "a node names nothing to show or to ask"
        "name the asset that it is about";
    FOREIGN_CONDITION = "FF064" Error "a condition belongs to another funnel"
        "use a global condition, or copy it into this funnel";
    MIXED_GROUP = "FF065" Error "a page group mixes landers and offers"
        "split it into a group of landers and one of offers";
    UNKNOWN_NODE = "FF070" Warning "the type of a node is unknown"
        "`ffx learn` with a funnel of the app that has such a node";
    NO_OBJECT = "FF071" Error "a node lacks the parameters of its kind"
        "add the parameter object of its kind";
    OBJECT_OF_OTHER_KIND = "FF072" Error "a node or connection has the parameters of another kind"
        "keep the parameter object of its kind only";
    OTHER_WORD = "FF073" Warning "a node or connection is spelled as the account's funnels are not"
        "spell it as they do; `ffx learn` with a funnel of the app that has the word";
    NO_POSITION = "FF080" Warning "a node has no position on the canvas"
        "set `posX` and `posY`; a changed layout places it";
    OFF_CANVAS = "FF081" Warning "a node lies outside of the canvas"
        "move it inside";
    SAME_PLACE = "FF082" Warning "two nodes lie on the same place"
        "move one";
    BAD_URL = "FF090" Error "an external URL is none"
        "use an absolute address, best with https://";
    UNENCRYPTED_URL = "FF091" Warning "an external URL is not encrypted"
        "use https://";
    NO_GROUP = "FF100" Error "the funnel is in no funnel group"
        "name its group in `idFunnelGroup`";
    TWO_GROUPS = "FF101" Error "the funnel names two groups"
        "give `idFunnelGroup` and its old name `idCampaign` the same value";
    NO_NAME = "FF102" Warning "the funnel has no name"
        "name it";
}
