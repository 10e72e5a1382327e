//! Tokens of the FunnelFlux Pro API: single-flight refresh, in a process and across processes
