//! Accounts of other shapes, made at random: what is claimed must be true, whatever the account is like.

use funnelflux::ledger::{AssetKind, Verb};
use funnelflux::transport::Overlay;
use funnelflux::transport::http::Method;

/// A small generator, so that a run can be repeated by its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn one_in(&mut self, of: u64) -> bool {
        self.roll(of) == 0
    }
}

/// Nouns of an app that share nothing with the contract's.
const ROOTS: &[&str] = &[
    "acme", "blue", "cedar", "delta", "ember", "frost", "grove", "harbor", "iris", "jade", "kite",
    "lotus", "maple", "north",
];

/// The truth of the account of this seed.
pub(crate) fn truth(seed: u64) -> Overlay {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9) + 7);
    let mut truth = Overlay::new();
    if dice.one_in(2) {
        truth = truth.base_path(["/api/v2", "/rest", "/v3"][dice.roll(3) as usize]);
    }
    for (at, kind) in AssetKind::all().iter().enumerate() {
        let root = ROOTS[at];
        truth = match dice.roll(4) {
            0 => truth,
            1 => rooted(truth, kind, &format!("/{root}")),
            2 => rooted(truth, kind, &format!("/assets/{}", kind.name.replace('-', "_"))),
            _ => restful(truth, kind, root, &mut dice),
        };
        truth = enveloped(truth, kind, &mut dice);
    }
    truth
}

fn ids(kind: &AssetKind) -> impl Iterator<Item = (Verb, &'static str)> {
    kind.verbs.iter().map(|(verb, operation)| (*verb, operation.id()))
}

/// All operations below another root, with their own last names.
fn rooted(mut truth: Overlay, kind: &AssetKind, root: &str) -> Overlay {
    for (verb, operation) in kind.verbs {
        let path = operation.path();
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let kept = if path.contains("/find/") { 2 } else { 1 };
        let tail = parts[parts.len() - kept..].join("/");
        let _ = verb;
        truth = truth.path(operation.id(), format!("{root}/{tail}"));
    }
    truth
}

/// As many APIs have it: the id in the path, the deed in the method.
fn restful(mut truth: Overlay, kind: &AssetKind, root: &str, dice: &mut Dice) -> Overlay {
    let plural = format!("/{root}s");
    let id = kind.operation(Verb::FindById).and_then(|it| Some(it.query().first()?.name));
    let one = format!("{plural}/{{{}}}", id.unwrap_or(kind.id_members[0]));
    let saves_at_one = dice.one_in(2);
    for (verb, operation) in ids(kind) {
        let own = format!("{plural}/{{{}}}", kind.id_members[0]);
        let path = match verb {
            Verb::List => plural.clone(),
            Verb::FindById | Verb::Delete => one.clone(),
            Verb::Create => plural.clone(),
            Verb::Update if saves_at_one => own,
            Verb::Update => plural.clone(),
            Verb::Duplicate => format!("{one}/copy"),
            other => format!("{plural}/{other}"),
        };
        truth = truth.path(operation, path);
        if verb == Verb::Update && dice.one_in(2) {
            truth = truth.method(operation, &Method::PATCH);
        }
    }
    truth
}

fn enveloped(mut truth: Overlay, kind: &AssetKind, dice: &mut Dice) -> Overlay {
    let outer = ["data", "result", "payload"][dice.roll(3) as usize];
    let (lists, ones) = (dice.one_in(2), dice.one_in(3));
    for (verb, operation) in ids(kind) {
        match verb {
            Verb::List if lists => truth = truth.answer_in(operation, format!("{outer}.items")),
            Verb::FindById if ones => truth = truth.answer_in(operation, outer),
            _ => {}
        }
    }
    if dice.one_in(3) && kind.verbs.len() > 3 && kind.name_members.len() == 1 {
        let family = ids(kind).next().map(|(_, id)| id.rsplit_once('.').unwrap().0.to_owned());
        truth = truth.member(format!("{}.*", family.unwrap()), kind.name_members[0], "label");
    }
    truth
}
