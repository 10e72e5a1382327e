//! Asset ids of FunnelFlux Pro: make, parse, check
