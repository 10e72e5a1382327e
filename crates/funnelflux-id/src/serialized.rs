//! serde: every id is a string, in every format.

use core::fmt;
use core::marker::PhantomData;
use core::str::FromStr;

use serde_core::de::{Deserialize, Deserializer, Error, Visitor};
use serde_core::ser::{Serialize, Serializer};

use crate::{AssetId, HitId, Id, VisitorId};

/// Reads a string through `FromStr`, whose error says more than serde's could.
struct Parse<T> {
    expected: &'static str,
    id: PhantomData<fn() -> T>,
}

impl<T> Visitor<'_> for Parse<T>
where
    T: FromStr<Err: fmt::Display>,
{
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

macro_rules! as_string {
    ($($id:ty $(, $kind:ident)?: $expected:literal;)+) => {$(
        impl$(<$kind>)? Serialize for $id {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de, $($kind)?> Deserialize<'de> for $id {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(Parse { expected: $expected, id: PhantomData })
            }
        }
    )+};
}

as_string! {
    AssetId: "an asset id of 12 characters";
    Id<T>, T: "an asset id of 12 characters";
    HitId: "a hit id";
    VisitorId: "a visitor id";
}
