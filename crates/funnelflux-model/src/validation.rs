pub(crate) use funnelflux_contract::{MOST_NAMED, near};

/// All violations of an input, found before anything is sent.
///
/// A check never stops at the first one: [`violations`](Self::violations) lists them all.
///
/// ```
/// use funnelflux_model::reporting::{Attribute, AttributeSelection, DrilldownRequest};
/// use funnelflux_model::time::{TimeRange, Zone};
///
/// let day = TimeRange::days("2026-03-01", "2026-03-01", &Zone::utc())?;
/// let error = DrilldownRequest::builder(day)
///     .attribute(AttributeSelection::new(Attribute::ELEMENT_OFFER).whitelist([""]))
///     .attribute(Attribute::ELEMENT_OFFER)
///     .build()
///     .unwrap_err();
/// let fields: Vec<&str> = error.violations().iter().map(|v| v.field.as_str()).collect();
/// assert_eq!(fields, ["attributes[0].whitelistFilters[0]", "attributes[1]"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidationError {
    violations: Vec<Violation>,
}

/// One violation of an input: the field, its value, and what is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// The field, by its name on the wire and its position, e.g. `attributes[2]`.
    pub field: String,
    /// The value of the field.
    pub value: String,
    /// What is expected.
    pub expected: String,
}

/// The violations that a check has found so far.
#[derive(Default)]
pub(crate) struct Violations(pub(crate) Vec<Violation>);

impl Violations {
    pub(crate) fn add(
        &mut self,
        field: impl Into<String>,
        value: impl Into<String>,
        expected: impl Into<String>,
    ) {
        let (field, value, expected) = (field.into(), value.into(), expected.into());
        self.0.push(Violation { field, value, expected });
    }

    /// Adds what the check finds in fields that have no violation yet.
    pub(crate) fn add_new(&mut self, check: impl FnOnce(&mut Self)) {
        let mut more = Self::default();
        check(&mut more);
        more.0.retain(|new| self.0.iter().all(|own| own.field != new.field));
        self.0.append(&mut more.0);
    }

    pub(crate) fn into_result(self) -> Result<(), ValidationError> {
        let Self(violations) = self;
        if violations.is_empty() { Ok(()) } else { Err(ValidationError { violations }) }
    }
}

funnelflux_contract::formats! {
    Display for Violation, |it, f|
        write!(f, "{}: got {}; expected {}", it.field, it.value, it.expected)
}

impl ValidationError {
    pub(crate) fn one(
        field: impl Into<String>,
        value: impl Into<String>,
        expected: impl Into<String>,
    ) -> Self {
        let mut found = Violations::default();
        found.add(field, value, expected);
        Self { violations: found.0 }
    }

    /// Every fault, in the order of the fields. Never empty.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }
}

funnelflux_contract::formats! {
    Error for ValidationError, |it, f| {
        for (at, violation) in it.violations.iter().enumerate() {
            if at > 0 {
                f.write_str("; also ")?;
            }
            violation.fmt(f)?;
        }
        Ok(())
    }
}

pub(crate) fn quoted(value: &str) -> String {
    format!("`{value}`")
}
