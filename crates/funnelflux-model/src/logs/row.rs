use std::borrow::Cow;

/// Defines a view of a JSON object of which little is known.
macro_rules! open_row {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub struct $name<'a> {
            json: &'a serde_json::value::RawValue,
        }

        impl<'a> $name<'a> {
            pub(crate) fn new(json: &'a serde_json::value::RawValue) -> Self {
                Self { json }
            }

            /// The whole of it, as it came.
            #[must_use]
            pub fn json(&self) -> &'a serde_json::value::RawValue {
                self.json
            }

            /// The members in the order of the text; none if it is no object.
            #[must_use]
            pub fn members(
                &self,
            ) -> Vec<(std::borrow::Cow<'a, str>, &'a serde_json::value::RawValue)> {
                $crate::json::members(self.json.get())
            }

            /// A member, as it came.
            #[must_use]
            pub fn get(&self, name: &str) -> Option<&'a serde_json::value::RawValue> {
                $crate::json::member(self.json.get(), name)
            }

            /// A member as plain text: a string without its quotes, another value as its JSON text.
            /// `None` if it is null or absent.
            #[must_use]
            pub fn text(&self, name: &str) -> Option<std::borrow::Cow<'a, str>> {
                $crate::reporting::plain(self.get(name)?.get())
            }

            /// A member as an exact decimal: a number, or a string that is one.
            #[must_use]
            pub fn decimal(&self, name: &str) -> Option<rust_decimal::Decimal> {
                $crate::reporting::exact($crate::reporting::unquoted(self.get(name)?.get())?)
            }
        }

        /// No values: they may be a visitor's data.
        impl std::fmt::Debug for $name<'_> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({} members)"), self.members().len())
            }
        }
    };
}

pub(crate) use open_row;

open_row! {
    /// One row of a log or of a summary, as its original JSON text. Its members are *unknown* but
    /// for those that have a method here.
    LogRow
}

impl<'a> LogRow<'a> {
    /// `averageLatencyMs` of a row of the middleware summary: milliseconds. Grade: *documented*.
    #[must_use]
    pub fn average_latency_ms(&self) -> Option<rust_decimal::Decimal> {
        self.decimal("averageLatencyMs")
    }

    /// `matchedRouteID` of a row of the middleware log: the key of the route that matched. Grade:
    /// *documented*, of an operation that could not be read.
    #[must_use]
    pub fn matched_route_id(&self) -> Option<Cow<'a, str>> {
        self.text("matchedRouteID")
    }
}
