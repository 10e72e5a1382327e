//! The list of facts with page and date, and the facts of the contract that it must hold.

use super::reader::{Entry, Reader, Violations, entry, twice};
use super::words::{Grade, Method};
use super::{Contract, Shape};

entry! {
    /// A page, and the facts that it states.
    pub struct Evidence("evidence", "id", "evidence {}") {
        pub id: String;
        pub page: String;
        pub date: String;
        pub grade: Grade;
        /// The facts, as [`Fact::key`] names them; a `*` at the end stands for any rest.
        pub states: Vec<String>;
    }
}

impl Entry for Evidence {
    fn check(&self, entry: &Reader<'_>) {
        if self.states.is_empty() {
            entry.complain("`states` must name at least one fact");
        }
    }
}

impl Evidence {
    /// Whether the page states this fact.
    pub fn states(&self, key: &str) -> bool {
        self.states.iter().any(|state| matches(state, key))
    }
}

fn matches(state: &str, key: &str) -> bool {
    state.strip_suffix('*').map_or(state == key, |start| key.starts_with(start))
}

/// One graded fact of the contract, such as `path:ledger.funnel.list`.
pub struct Fact {
    pub key: String,
    pub grade: Grade,
}

impl Contract {
    /// Every graded fact.
    pub fn facts(&self) -> Vec<Fact> {
        let mut facts = Vec::new();
        let mut add = |key: String, grade: Grade| facts.push(Fact { key, grade });
        for operation in self.operations() {
            let id = &operation.id;
            add(format!("operation:{id}"), operation.grade);
            add(format!("method:{id}"), operation.method_grade);
            add(format!("path:{id}"), operation.path_grade);
            for query in &operation.query {
                add(format!("query:{id}.{}", query.name), query.grade);
                add(format!("query-type:{id}.{}", query.name), query.type_grade);
                add(format!("required:{id}.{}", query.name), query.required_grade);
            }
            for (aspect, shape) in [("body", &operation.body), ("response", &operation.response)] {
                let follows = aspect == "body" && operation.method == Method::Get;
                match shape {
                    Shape::None { .. } if follows => {}
                    Shape::Unknown => add(format!("{aspect}:{id}"), Grade::Unknown),
                    Shape::None { grade } | Shape::Schema { grade, .. } => {
                        add(format!("{aspect}:{id}"), *grade);
                    }
                }
            }
        }
        for section in &self.sections {
            for asset in &section.assets {
                add(format!("asset:{}", asset.name), asset.grade);
            }
            for marker in &section.markers {
                add(format!("marker:{}", marker.name), marker.grade);
            }
            for entry in &section.unreadable {
                add(format!("unreadable:{}", entry.title), entry.grade);
            }
        }
        for schema in &self.schemas {
            let of = &schema.name;
            add(format!("schema:{of}"), schema.grade);
            for field in &schema.fields {
                let name = field.name.as_deref().unwrap_or("?");
                add(format!("member:{of}.{name}"), field.grade);
                if let Some(grade) = field.name_grade {
                    add(format!("name:{of}.{name}"), grade);
                }
                add(format!("type:{of}.{name}"), field.type_grade());
            }
            for value in &schema.values {
                add(format!("value:{of}.{}", value.value), value.grade);
            }
        }
        facts
    }

    /// The facts above `help` that no page of at least their grade states.
    pub fn without_evidence(&self) -> Vec<String> {
        let mut facts = self.facts();
        facts.retain(|Fact { key, grade }| {
            *grade > Grade::Help
                && !self.evidence.iter().any(|page| page.grade >= *grade && page.states(key))
        });
        facts.into_iter().map(|Fact { key, grade }| format!("{key} ({grade})")).collect()
    }

    /// Complains about pages that are listed twice, or that state what the contract does not hold.
    pub(super) fn check_evidence(&self, log: &Violations) {
        let facts = self.facts();
        let place = |id: &str| format!("docs/contract/evidence.toml: evidence {id}");
        for id in twice(self.evidence.iter().map(|page| &page.id)) {
            log.add(&place(id), "this id stands twice");
        }
        for page in &self.evidence {
            let place = place(&page.id);
            for state in &page.states {
                if !facts.iter().any(|fact| matches(state, &fact.key)) {
                    log.add(&place, format!("\"{state}\" is no fact of the contract"));
                }
            }
        }
    }
}
