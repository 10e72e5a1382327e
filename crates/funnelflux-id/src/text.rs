//! What every id can do as a text, and as a string of serde in every format.

/// The conversions, comparisons and formats of an id that has `as_str` and `FromStr`.
macro_rules! as_text {
    ($id:ty $(, $kind:ident)?: $expected:literal) => {
        impl$(<$kind>)? TryFrom<&str> for $id {
            type Error = <Self as std::str::FromStr>::Err;

            fn try_from(text: &str) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl$(<$kind>)? AsRef<str> for $id {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl$(<$kind>)? PartialEq<str> for $id {
            fn eq(&self, other: &str) -> bool {
                self.as_str() == other
            }
        }

        impl$(<$kind>)? PartialEq<&str> for $id {
            fn eq(&self, other: &&str) -> bool {
                self.as_str() == *other
            }
        }

        impl$(<$kind>)? std::fmt::Display for $id {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        #[cfg(feature = "serde")]
        impl$(<$kind>)? serde_core::Serialize for $id {
            fn serialize<S: serde_core::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }
        }

        #[cfg(feature = "serde")]
        impl<'de, $($kind)?> serde_core::Deserialize<'de> for $id {
            fn deserialize<D: serde_core::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                from.deserialize_str($crate::text::Parse::new($expected))
            }
        }
    };
}
pub(crate) use as_text;

/// Reads a string through `FromStr`, whose error says more than serde's could.
#[cfg(feature = "serde")]
pub(crate) struct Parse<T> {
    expected: &'static str,
    id: std::marker::PhantomData<fn() -> T>,
}

#[cfg(feature = "serde")]
impl<T> Parse<T> {
    pub(crate) const fn new(expected: &'static str) -> Self {
        Self { expected, id: std::marker::PhantomData }
    }
}

#[cfg(feature = "serde")]
impl<T: std::str::FromStr<Err: std::fmt::Display>> serde_core::de::Visitor<'_> for Parse<T> {
    type Value = T;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_str<E: serde_core::de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}
