//! The macros that the generated declarations call.

macro_rules! sets {
    (set_link, $wire:literal) => {
        concat!("Sets `", $wire, "`; `None` is the empty text, not `null`.")
    };
    (set_money, $wire:literal) => {
        concat!("Sets `", $wire, "`: as a text if it is one, else as a number.")
    };
    ($write:ident, $wire:literal) => {
        concat!("Sets `", $wire, "`.")
    };
}

/// Writes the methods of one member: by functions of [`wire`](crate::wire), or as JSON.
macro_rules! accessors {
    (
        $(#[$doc:meta])* $wire:literal, $get:ident: $type:ty = $read:ident
        $(| $text:ident)? $(, $set:ident($value:ty) = $write:ident)?
    ) => {
        $(#[$doc])*
        ///
        /// # Errors
        /// When the member holds something else. Absent and `null` are `None`.
        #[inline]
        pub fn $get(&self) -> Result<Option<$type>, $crate::DecodeError> {
            $crate::wire::$read(&self.0, $wire)
        }

        $(
            #[doc = concat!("The text of `", $wire, "`, a valid id or not; empty if absent.")]
            #[inline]
            pub fn $text(&self) -> std::borrow::Cow<'_, str> {
                $crate::wire::any_text(&self.0, $wire)
            }
        )?

        $(
            #[doc = $crate::macros::sets!($write, $wire)]
            #[inline]
            pub fn $set(&mut self, value: $value) -> &mut Self {
                $crate::wire::$write(&mut self.0, $wire, &value);
                self
            }
        )?
    };
    ($(#[$doc:meta])* $wire:literal, $get:ident $(, $set:ident)?) => {
        $(#[$doc])*
        #[inline]
        pub fn $get(&self) -> Option<&serde_json::value::RawValue> {
            self.0.get($wire)
        }

        $(
            #[doc = concat!("Sets `", $wire, "`.")]
            ///
            /// # Errors
            /// When the value cannot be written as JSON.
            pub fn $set<T: serde::Serialize + ?Sized>(
                &mut self,
                value: &T,
            ) -> Result<&mut Self, $crate::EditError> {
                self.0.set($wire, value)?;
                Ok(self)
            }
        )?
    };
}

/// Adds the error of one getter if it fails, and those of the models that it returns.
macro_rules! misfit {
    ($self:ident, $found:ident, $get:ident: $type:ty = part $($rest:tt)*) => {
        match $self.$get() {
            Ok(part) => $found.extend(part.iter().flat_map($crate::ledger::Model::misfits)),
            Err(error) => $found.push(error),
        }
    };
    ($self:ident, $found:ident, $get:ident: $type:ty = parts $($rest:tt)*) => {
        match $self.$get() {
            Ok(parts) => {
                $found.extend(parts.iter().flatten().flat_map($crate::ledger::Model::misfits));
            }
            Err(error) => $found.push(error),
        }
    };
    ($self:ident, $found:ident, $get:ident: $($rest:tt)*) => {
        $found.extend($self.$get().err());
    };
    ($self:ident, $found:ident, $get:ident $($rest:tt)*) => {};
}

/// Declares a model: a [`Document`](crate::Document) with typed access to the members of a schema.
macro_rules! model {
    (
        $(#[$about:meta])*
        $model:ident = $schema:ident {
            $( $(#[$doc:meta])* $wire:literal($($member:tt)*); )*
        }
    ) => {
        $(#[$about])*
        ///
        /// All other members are kept: see [`document`](crate::ledger::Model::document).
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $model(pub(crate) $crate::Document);

        #[allow(clippy::allow_attributes, dead_code, reason = "a model may have no known member")]
        impl $model {
            $( $crate::macros::accessors!($(#[$doc])* $wire, $($member)*); )*
        }

        $crate::macros::written! { $model(0) }

        impl<'de> serde::Deserialize<'de> for $model {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::Document::deserialize(deserializer).map(Self)
            }
        }

        impl $crate::ledger::Model for $model {
            const SCHEMA: &'static funnelflux_contract::Schema =
                &funnelflux_contract::schemas::$schema;

            #[allow(clippy::allow_attributes, unused_mut, reason = "raw members never fail")]
            #[inline]
            fn misfits(&self) -> Vec<$crate::DecodeError> {
                let mut found = Vec::new();
                $( $crate::macros::misfit!(self, found, $($member)*); )*
                found
            }

            #[inline]
            fn document(&self) -> &$crate::Document {
                &self.0
            }

            #[inline]
            fn document_mut(&mut self) -> &mut $crate::Document {
                &mut self.0
            }

            #[inline]
            fn from_document(document: $crate::Document) -> Self {
                Self(document)
            }

            #[inline]
            fn into_document(self) -> $crate::Document {
                self.0
            }
        }
    };
}

/// Makes two models an asset: its full and its slim type.
macro_rules! asset {
    ($full:ident, $info:ident = $kind:ident) => {
        $crate::macros::asset!($full, $info = $kind, new by hand);

        impl $full {
            /// A new asset with this id and name.
            #[inline]
            pub fn new(id: funnelflux_id::Id<funnelflux_id::$full>, name: &str) -> Self {
                <Self as $crate::ledger::LedgerAsset>::create(id, name)
            }
        }
    };
    ($full:ident, $info:ident = $kind:ident, new by hand) => {
        $crate::macros::identified!($full, $full, $kind);
        $crate::macros::identified!($info, $full, $kind);

        impl $crate::ledger::LedgerAsset for $full {
            type Info = $info;
        }
    };
}

macro_rules! identified {
    ($model:ident, $marker:ident, $kind:ident) => {
        impl $crate::ledger::Identified for $model {
            type Marker = funnelflux_id::$marker;
            const KIND: &'static funnelflux_contract::AssetKind =
                &funnelflux_contract::kinds::$kind;
        }
    };
}

/// Declares an open enumeration: one that keeps the values that this crate does not know.
macro_rules! open_enum {
    (
        $(#[$about:meta])*
        $type:ident = $schema:ident {
            $( $(#[$doc:meta])* $variant:ident = $wire:literal; )*
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $type {
            $( $(#[$doc])* $variant, )*
            /// A value that this crate does not know, in its own spelling.
            Unknown(String),
        }

        impl $type {
            /// Every value that this crate knows.
            pub const KNOWN: &'static [Self] = &[$( Self::$variant, )*];

            /// The value on the wire.
            #[inline]
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $wire, )*
                    Self::Unknown(value) => value,
                }
            }

            /// How surely the value is known.
            #[inline]
            pub fn grade(&self) -> $crate::Grade {
                $crate::macros::grade_of(&funnelflux_contract::schemas::$schema, self.as_str())
            }
        }

        impl From<&str> for $type {
            #[inline]
            fn from(value: &str) -> Self {
                match value {
                    $( $wire => Self::$variant, )*
                    _ => Self::Unknown(value.to_owned()),
                }
            }
        }

        $crate::macros::written! { $type }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <std::borrow::Cow<'_, str>>::deserialize(deserializer).map(|value| Self::from(&*value))
            }
        }
    };
}

/// Declares a closed enumeration: one whose values are all known, and that no other text is.
macro_rules! closed_enum {
    (
        $(#[$about:meta])*
        $type:ident = $schema:ident, $field:literal, $expected:literal {
            $( $(#[$doc:meta])* $variant:ident = $wire:literal; )*
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $type {
            $( $(#[$doc])* $variant, )*
        }

        impl $type {
            /// Every value.
            pub const KNOWN: &'static [Self] = &[$( Self::$variant, )*];

            /// The value on the wire.
            #[inline]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $( Self::$variant => $wire, )*
                }
            }

            /// How surely the value is known.
            #[inline]
            pub fn grade(self) -> $crate::Grade {
                $crate::macros::grade_of(&funnelflux_contract::schemas::$schema, self.as_str())
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::ValidationError;

            #[inline]
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let known = Self::KNOWN.iter().find(|it| it.as_str().eq_ignore_ascii_case(text));
                known.copied().ok_or_else(|| {
                    let value = $crate::validation::quoted(text);
                    $crate::ValidationError::one($field, value, $expected)
                })
            }
        }

        $crate::macros::written! { $type }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'_, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

/// Writes a type with `as_str` as that text, and a type around one value as that value.
macro_rules! written {
    ($type:ident(0)) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.serialize(serializer)
            }
        }
    };
    ($type:ident) => {
        funnelflux_contract::formats! { Display for $type, |it, f| f.pad(it.as_str()) }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

/// Implements a type of names, with the names that this crate knows as constants.
macro_rules! names {
    (
        $type:ident = $schema:ident {
            $( $(#[$doc:meta])* $constant:ident = $name:literal $(, $kind:ident, $additive:literal)?; )*
        }
    ) => {
        impl $type {
            $( $(#[$doc])* pub const $constant: Self = Self(std::borrow::Cow::Borrowed($name)); )*

            /// Every name that this crate knows.
            pub const KNOWN: &'static [Self] = &[$( Self::$constant, )*];

            /// A name in its exact spelling on the wire.
            pub fn new(name: impl Into<std::borrow::Cow<'static, str>>) -> Self {
                Self(name.into())
            }

            /// The name on the wire.
            pub fn name(&self) -> &str {
                &self.0
            }

            /// How surely the name is known; [`Unknown`](crate::Grade::Unknown) for any other.
            #[inline]
            pub fn grade(&self) -> $crate::Grade {
                $crate::macros::grade_of(&funnelflux_contract::schemas::$schema, &self.0)
            }

            /// What it means; empty for a name that this crate does not know, or knows by name only.
            pub fn meaning(&self) -> &'static str {
                let known = funnelflux_contract::schemas::$schema.values;
                known.iter().find(|it| it.value == self.0).map_or("", |it| it.meaning)
            }
        }

        $crate::macros::names! { @metrics $type $( $($name, $kind, $additive;)? )* }

        funnelflux_contract::formats! { Display for $type, |it, f| f.pad(&it.0) }

        $crate::macros::written! { $type(0) }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(Self::new)
            }
        }
    };
    (@metrics $type:ident) => {};
    (@metrics $type:ident $( $name:literal, $kind:ident, $additive:literal; )+) => {
        impl $type {
            /// What a known metric measures, and whether its figures add up.
            pub(super) fn known(&self) -> Option<(super::MetricKind, bool)> {
                match self.name() {
                    $( $name => Some((super::MetricKind::$kind, $additive)), )+
                    _ => None,
                }
            }
        }
    };
}

pub(crate) fn grade_of(schema: &funnelflux_contract::Schema, value: &str) -> crate::Grade {
    let known = schema.values.iter().find(|known| known.value == value);
    known.map_or(crate::Grade::Unknown, |known| known.grade)
}

pub(crate) use {
    accessors, asset, closed_enum, identified, misfit, model, names, open_enum, sets, written,
};
