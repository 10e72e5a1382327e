use super::condition::Found;

/// What FunnelFlux does after an answer, as far as it is known: see [`evaluate`](super::evaluate).
///
/// `Display` says it in one line, without values of the answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evaluation {
    pub(super) steps: Vec<Step>,
    pub(super) possible: Vec<String>,
    doubts: Vec<String>,
    /// Whether no later route, nor the default one, can be taken.
    pub(super) is_settled: bool,
}

impl Evaluation {
    pub(super) fn add(&mut self, key: &str) {
        if !self.possible.iter().any(|known| known == key) {
            self.possible.push(key.to_owned());
        }
    }

    pub(super) fn doubt(&mut self, why: String) {
        self.doubts.push(why);
    }

    /// The key of the route that is taken; `None` if that is unknown.
    pub fn route(&self) -> Option<&str> {
        match self.possible.as_slice() {
            [only] if self.doubts.is_empty() => Some(only),
            _ => None,
        }
    }

    /// The keys of the routes that may be taken: one if it is known, in the order in which they are tried.
    pub fn possible(&self) -> &[String] {
        &self.possible
    }

    /// Why the route is unknown; empty if it is known.
    pub fn doubts(&self) -> &[String] {
        &self.doubts
    }

    /// Every route but the default one, in ascending priority; empty if there was no answer.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }
}

funnelflux_contract::formats! {
    Display for Evaluation, |it, f| {
        if let Some(key) = it.route() {
            return write!(f, "`{key}`");
        }
        let keys: Vec<String> = it.possible.iter().map(|key| format!("`{key}`")).collect();
        write!(f, "unknown, {}: {}", keys.join(" or "), it.doubts.join("; "))
    }
}

/// Whether an answer fits the conditions of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fit {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// What is known of the conditions does not say.
    Unknown,
}

/// A route and what it makes of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// `idRoute`; empty if it cannot be read.
    pub key: String,
    /// The priority; `None` if it cannot be read.
    pub priority: Option<u64>,
    /// Whether the answer fits the conditions.
    pub fit: Fit,
    /// Why that is unknown.
    pub doubts: Vec<String>,
    /// Unknown members of the route and its conditions that name something, and are not taken into account.
    pub ignored: Vec<String>,
}

impl Step {
    pub(super) fn new(key: String, priority: Option<u64>) -> Self {
        Self { key, priority, fit: Fit::Yes, doubts: Vec::new(), ignored: Vec::new() }
    }

    pub(super) fn take(&mut self, found: Found) {
        self.fit = found.fit;
        self.doubts.extend(found.doubts);
        self.ignored.extend(found.ignored);
    }

    pub(super) fn doubt(&mut self, why: String) {
        self.fit = Fit::Unknown;
        self.doubts.push(why);
    }
}
