//! A FunnelFlux Pro API on loopback, for tests, demos and offline work
