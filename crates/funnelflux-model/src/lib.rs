//! Domain models of the FunnelFlux Pro API: lossless JSON, exact money, columnar reports
