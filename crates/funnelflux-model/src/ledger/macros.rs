//! How an asset is declared: a page of members, each with its wire name, kind, grade, source and
//! meaning. Getters, setters, their documentation and the table of members follow from it.

/// A grade in one word, for documentation.
macro_rules! grade_word {
    (Documented) => {
        "documented"
    };
    (Proven) => {
        "proven"
    };
    (Help) => {
        "help"
    };
    (Sibling) => {
        "sibling"
    };
    (Inferred) => {
        "inferred"
    };
    (Unknown) => {
        "unknown"
    };
}

/// Where a fact comes from, in words.
macro_rules! source {
    (Reference) => {
        "vendor API reference"
    };
    (Changelog) => {
        "the vendor's changelog"
    };
    (Integration) => {
        "a public third-party integration that ran in production in 2023-24"
    };
    (HelpCentre) => {
        "a help-centre article"
    };
    (SelfHosted) => {
        "the vendor's self-hosted product"
    };
    (Pattern) => {
        "follows the pattern of the other assets"
    };
    (Example) => {
        "the key of an example in the vendor API reference"
    };
    (Guess) => {
        "a guess: the reference describes the member and hides its name"
    };
}

/// The kind of a member in the vocabulary of the contract.
macro_rules! kind {
    (text($($names:ident),*)) => {
        "string"
    };
    (server_text($($names:ident),*)) => {
        "string"
    };
    (texts($($names:ident),*)) => {
        "string[]"
    };
    (id($($args:tt)*)) => {
        "id"
    };
    (link($($args:tt)*)) => {
        "id"
    };
    (flag($($names:ident),*)) => {
        "bool"
    };
    (integer($($names:ident),*)) => {
        "integer"
    };
    (number($($names:ident),*)) => {
        "number"
    };
    (money($($names:ident),*)) => {
        "decimal"
    };
    (raw($($names:ident),*)) => {
        "unknown"
    };
    (server_raw($($names:ident),*)) => {
        "unknown"
    };
    (word($get:ident, $set:ident, $type:ident)) => {
        stringify!($type)
    };
    (part($get:ident, $set:ident, $type:ident)) => {
        stringify!($type)
    };
    (parts($get:ident, $set:ident, $type:ident)) => {
        concat!(stringify!($type), "[]")
    };
    (by_hand($kind:ident)) => {
        stringify!($kind)
    };
}

macro_rules! server_managed {
    (server_text) => {
        true
    };
    (server_raw) => {
        true
    };
    ($kind:ident) => {
        false
    };
}

macro_rules! getter {
    ($doc:expr, $get:ident, $wire:literal, $read:ident -> $type:ty) => {
        #[doc = $doc]
        ///
        /// # Errors
        ///
        /// When the member is there and holds something else. Absent and `null` are `None`.
        pub fn $get(&self) -> Result<Option<$type>, $crate::DecodeError> {
            $crate::ledger::wire::$read(&self.0, $wire)
        }
    };
}

macro_rules! setter {
    ($set:ident, $wire:literal, $write:ident($value:ty)) => {
        #[doc = concat!("Sets `", $wire, "`.")]
        pub fn $set(&mut self, value: $value) -> &mut Self {
            $crate::ledger::wire::$write(&mut self.0, $wire, value);
            self
        }
    };
}

/// The methods of one member.
macro_rules! accessors {
    ($doc:expr, $wire:literal, text($get:ident, $set:ident)) => {
        $crate::ledger::macros::getter!($doc, $get, $wire, text -> std::borrow::Cow<'_, str>);
        $crate::ledger::macros::setter!($set, $wire, set_text(&str));
    };
    ($doc:expr, $wire:literal, server_text($get:ident)) => {
        $crate::ledger::macros::getter!(
            concat!($doc, " Managed by the server: left out of what is saved."),
            $get, $wire, text -> std::borrow::Cow<'_, str>
        );
    };
    ($doc:expr, $wire:literal, texts($get:ident, $set:ident)) => {
        $crate::ledger::macros::getter!($doc, $get, $wire, list -> Vec<String>);
        $crate::ledger::macros::setter!($set, $wire, set_json(&[String]));
    };
    ($doc:expr, $wire:literal, id($get:ident, $text:ident, $set:ident, $marker:ident)) => {
        $crate::ledger::macros::getter!(
            $doc, $get, $wire, id -> funnelflux_id::Id<funnelflux_id::$marker>
        );
        #[doc = concat!("`", $wire, "` as it came, whether or not it is a valid id; empty if absent.")]
        #[must_use]
        pub fn $text(&self) -> std::borrow::Cow<'_, str> {
            $crate::ledger::wire::any_text(&self.0, $wire)
        }
        $crate::ledger::macros::setter!($set, $wire, set_id(funnelflux_id::Id<funnelflux_id::$marker>));
    };
    ($doc:expr, $wire:literal, link($get:ident, $text:ident, $set:ident, $marker:ident)) => {
        $crate::ledger::macros::getter!(
            concat!($doc, " Empty is none."),
            $get, $wire, id -> funnelflux_id::Id<funnelflux_id::$marker>
        );
        #[doc = concat!("`", $wire, "` as it came, whether or not it is a valid id; empty if absent.")]
        #[must_use]
        pub fn $text(&self) -> std::borrow::Cow<'_, str> {
            $crate::ledger::wire::any_text(&self.0, $wire)
        }
        #[doc = concat!("Sets `", $wire, "`; `None` is the empty string, as the API has it, not `null`.")]
        pub fn $set(
            &mut self,
            value: Option<funnelflux_id::Id<funnelflux_id::$marker>>,
        ) -> &mut Self {
            $crate::ledger::wire::set_link(&mut self.0, $wire, value);
            self
        }
    };
    ($doc:expr, $wire:literal, flag($get:ident, $set:ident)) => {
        $crate::ledger::macros::getter!($doc, $get, $wire, flag -> bool);
        $crate::ledger::macros::setter!($set, $wire, set_flag(bool));
    };
    ($doc:expr, $wire:literal, integer($get:ident, $set:ident)) => {
        $crate::ledger::macros::getter!($doc, $get, $wire, integer -> u64);
        $crate::ledger::macros::setter!($set, $wire, set_integer(u64));
    };
    ($doc:expr, $wire:literal, number($get:ident, $set:ident)) => {
        $crate::ledger::macros::getter!($doc, $get, $wire, decimal -> rust_decimal::Decimal);
        $crate::ledger::macros::setter!($set, $wire, set_number(rust_decimal::Decimal));
    };
    ($doc:expr, $wire:literal, money($get:ident, $set:ident)) => {
        $crate::ledger::macros::getter!($doc, $get, $wire, decimal -> rust_decimal::Decimal);
        #[doc = concat!("Sets `", $wire, "`: as a string where a string stands, else as a number, ")]
        /// which is what the reference calls it.
        pub fn $set(&mut self, value: rust_decimal::Decimal) -> &mut Self {
            $crate::ledger::wire::set_money(&mut self.0, $wire, value);
            self
        }
    };
    ($doc:expr, $wire:literal, word($get:ident, $set:ident, $type:ident)) => {
        $crate::ledger::macros::getter!($doc, $get, $wire, value -> $type);
        $crate::ledger::macros::setter!($set, $wire, set_json(&$type));
    };
    ($doc:expr, $wire:literal, part($get:ident, $set:ident, $type:ident)) => {
        $crate::ledger::macros::getter!($doc, $get, $wire, value -> $type);
        $crate::ledger::macros::setter!($set, $wire, set_json(&$type));
    };
    ($doc:expr, $wire:literal, parts($get:ident, $set:ident, $type:ident)) => {
        $crate::ledger::macros::getter!($doc, $get, $wire, list -> Vec<$type>);
        $crate::ledger::macros::setter!($set, $wire, set_json(&[$type]));
    };
    // Methods of its own, beside the declaration.
    ($doc:expr, $wire:literal, by_hand($kind:ident)) => {};
    ($doc:expr, $wire:literal, raw($get:ident, $set:ident)) => {
        #[doc = $doc]
        #[must_use]
        pub fn $get(&self) -> Option<&serde_json::value::RawValue> {
            self.0.get($wire)
        }
        #[doc = concat!("Sets `", $wire, "`.")]
        ///
        /// # Errors
        ///
        /// When the value cannot be written as JSON.
        pub fn $set<T: serde::Serialize + ?Sized>(
            &mut self,
            value: &T,
        ) -> Result<&mut Self, $crate::EditError> {
            self.0.set($wire, value)?;
            Ok(self)
        }
    };
    ($doc:expr, $wire:literal, server_raw($get:ident)) => {
        #[doc = concat!($doc, " Managed by the server.")]
        #[must_use]
        pub fn $get(&self) -> Option<&serde_json::value::RawValue> {
            self.0.get($wire)
        }
    };
}

/// Notes the member of one getter if it does not fit.
macro_rules! misfit {
    ($self:ident, $found:ident, raw($($args:tt)*)) => {};
    ($self:ident, $found:ident, server_raw($($args:tt)*)) => {};
    ($self:ident, $found:ident, by_hand($($args:tt)*)) => {};
    ($self:ident, $found:ident, part($get:ident, $set:ident, $type:ident)) => {
        match $self.$get() {
            Ok(part) => $found.extend(part.iter().flat_map($type::misfits)),
            Err(error) => $found.push(error),
        }
    };
    ($self:ident, $found:ident, parts($get:ident, $set:ident, $type:ident)) => {
        match $self.$get() {
            Ok(parts) => $found.extend(parts.iter().flatten().flat_map($type::misfits)),
            Err(error) => $found.push(error),
        }
    };
    ($self:ident, $found:ident, $kind:ident($get:ident $($args:tt)*)) => {
        $found.extend($self.$get().err());
    };
}

/// Declares a model: a [`Document`](crate::Document) with typed access to the members known by
/// name.
macro_rules! model {
    (
        $(#[$attribute:meta])*
        $model:ident {
            $( $wire:literal: $kind:ident($($args:tt)*), $grade:ident, $source:ident, $meaning:literal; )*
        }
    ) => {
        $(#[$attribute])*
        ///
        /// Whatever else the object holds is kept: see [`document`](crate::ledger::Model::document).
        #[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $model(pub(crate) $crate::Document);

        #[allow(clippy::allow_attributes, dead_code, reason = "a model may have no member known by name")]
        impl $model {
            $(
                $crate::ledger::macros::accessors!(
                    concat!(
                        "`", $wire, "`: ", $meaning, " Grade: *",
                        $crate::ledger::macros::grade_word!($grade), "*, ",
                        $crate::ledger::macros::source!($source), "."
                    ),
                    $wire,
                    $kind($($args)*)
                );
            )*

            /// The members known by name that hold something else than they should, in parts and
            /// lists of parts too: one error for each getter that fails. The rest stays usable.
            #[must_use]
            #[allow(clippy::allow_attributes, unused_mut, reason = "raw members fit whatever they hold")]
            pub fn misfits(&self) -> Vec<$crate::DecodeError> {
                let mut found = Vec::new();
                $( $crate::ledger::macros::misfit!(self, found, $kind($($args)*)); )*
                found
            }
        }

        impl $crate::ledger::Model for $model {
            const MEMBERS: &'static [$crate::ledger::Member] = &[$(
                $crate::ledger::Member {
                    name: $wire,
                    kind: $crate::ledger::macros::kind!($kind($($args)*)),
                    grade: $crate::Grade::$grade,
                    source: $crate::ledger::macros::source!($source),
                    meaning: $meaning,
                    server_managed: $crate::ledger::macros::server_managed!($kind),
                },
            )*];

            fn document(&self) -> &$crate::Document {
                &self.0
            }

            fn document_mut(&mut self) -> &mut $crate::Document {
                &mut self.0
            }

            fn from_document(document: $crate::Document) -> Self {
                Self(document)
            }

            fn into_document(self) -> $crate::Document {
                self.0
            }
        }
    };
}

/// Makes two models an asset: its full and its slim type.
macro_rules! asset {
    ($full:ident, $info:ident, id = $($id:literal)|+, name = $($name:literal)|+ $(, rules = $rules:path)?) => {
        $crate::ledger::macros::identified!($full, $full, $($id)|+, $($name)|+);
        $crate::ledger::macros::identified!($info, $full, $($id)|+, $($name)|+);

        impl $full {
            /// A new asset of this id and name, and nothing else.
            #[must_use]
            pub fn new(id: funnelflux_id::Id<funnelflux_id::$full>, name: &str) -> Self {
                let mut new = Self::default();
                $( $crate::ledger::wire::set_id(&mut new.0, $id, id); )+
                $( $crate::ledger::wire::set_text(&mut new.0, $name, name); )+
                new
            }
        }

        impl $crate::ledger::LedgerAsset for $full {
            type Info = $info;

            fn create(id: funnelflux_id::Id<funnelflux_id::$full>, name: &str) -> Self {
                Self::new(id, name)
            }

            $(
                fn rules(&self, violations: &mut Vec<$crate::Violation>) {
                    $rules(self, violations);
                }
            )?
        }
    };
}

macro_rules! identified {
    ($model:ident, $marker:ident, $($id:literal)|+, $($name:literal)|+) => {
        impl $crate::ledger::Identified for $model {
            type Marker = funnelflux_id::$marker;
            const ID_MEMBERS: &'static [&'static str] = &[$($id),+];
            const NAME_MEMBERS: &'static [&'static str] = &[$($name),+];
        }
    };
}

/// Declares an enumeration of which not every value is known.
macro_rules! words {
    (
        $(#[$attribute:meta])*
        $words:ident {
            $( $variant:ident = $wire:literal, $grade:ident, $source:ident, $meaning:literal; )*
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $words {
            $(
                #[doc = concat!(
                    "`", $wire, "`: ", $meaning, " Grade: *",
                    $crate::ledger::macros::grade_word!($grade), "*, ",
                    $crate::ledger::macros::source!($source), "."
                )]
                $variant,
            )*
            /// A value that this crate does not know, as it is spelled.
            Unknown(String),
        }

        impl $words {
            /// Every value that this crate knows.
            pub const KNOWN: &'static [Self] = &[$( Self::$variant, )*];

            /// The value on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $wire, )*
                    Self::Unknown(value) => value,
                }
            }

            /// How surely the value is known.
            #[must_use]
            pub fn grade(&self) -> $crate::Grade {
                match self {
                    $( Self::$variant => $crate::Grade::$grade, )*
                    Self::Unknown(_) => $crate::Grade::Unknown,
                }
            }
        }

        impl From<&str> for $words {
            fn from(value: &str) -> Self {
                match value {
                    $( $wire => Self::$variant, )*
                    _ => Self::Unknown(value.to_owned()),
                }
            }
        }

        impl std::fmt::Display for $words {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl serde::Serialize for $words {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $words {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <std::borrow::Cow<'_, str>>::deserialize(deserializer).map(|value| Self::from(&*value))
            }
        }
    };
}

pub(crate) use {
    accessors, asset, getter, grade_word, identified, kind, misfit, model, server_managed, setter,
    source, words,
};
