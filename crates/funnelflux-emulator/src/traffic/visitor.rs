//! Visitors, derived from the hour and the number of their first visit, so that none is stored.

use std::net::Ipv4Addr;

use crate::account::names::{DATA, Device, Place};
use crate::rng::{Rng, hash};

/// TEST-NET-1, -2 and -3 (RFC 5737), which are reserved for documentation.
const TEST_NETS: [[u8; 3]; 3] = [[192, 0, 2], [198, 51, 100], [203, 0, 113]];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Visitor {
    /// Unique per visitor.
    pub(crate) key: u64,
    pub(crate) born_millis: i64,
    pub(crate) place: usize,
    pub(crate) city: usize,
    pub(crate) device: usize,
    pub(crate) ip: Ipv4Addr,
}

impl Visitor {
    /// The visitor who first came in that hour; `mobile` is the share of phones, per mille.
    pub(crate) fn born(seed: u64, hour: i64, number: u64, mobile: u64) -> Self {
        let key = hash(&[seed, 0x0015_1708, hour.cast_unsigned(), number]);
        let mut rng = Rng::new(key);
        let phone = rng.chance(mobile);
        let weights = DATA
            .devices
            .iter()
            .map(move |device| if device.mobile == phone { device.weight } else { 0 });
        let net = TEST_NETS.get(rng.index(TEST_NETS.len())).copied().unwrap_or([192, 0, 2]);
        // 1 to 254: neither the network nor the broadcast address.
        let host = u8::try_from(rng.between(1, 254)).unwrap_or(1);
        Self {
            key,
            born_millis: hour * super::hour::MILLIS + rng.between(0, super::hour::MILLIS - 1),
            place: rng.weighted(DATA.places.iter().map(|place| place.weight)),
            city: rng.index(2),
            device: rng.weighted(weights),
            ip: Ipv4Addr::new(net[0], net[1], net[2], host),
        }
    }

    /// A fact about the visitor's place or device, by its name in raw events.
    pub(crate) fn fact(&self, name: &str) -> &'static str {
        let (place, device) = (&self.place().facts, &self.device().facts);
        place.get(name).or_else(|| device.get(name)).copied().unwrap_or_default()
    }

    fn place(&self) -> &'static Place {
        DATA.places.get(self.place).unwrap_or(&DATA.places[0])
    }

    pub(crate) fn device(&self) -> &'static Device {
        DATA.devices.get(self.device).unwrap_or(&DATA.devices[0])
    }

    pub(crate) fn city(&self) -> (&'static str, &'static str) {
        self.place().cities.get(self.city).copied().unwrap_or_default()
    }

    pub(crate) fn provider(&self) -> &'static str {
        self.place().providers.get(usize::from(self.device().mobile)).copied().unwrap_or_default()
    }

    pub(crate) fn id(&self) -> String {
        crate::account::ids::visitor_id(
            self.born_millis,
            [hash(&[self.key, 1]), hash(&[self.key, 2])],
        )
    }
}
