//! The HTTP transport of the FunnelFlux Pro SDK: a tower stack with retry, rate limiting, deadlines and record/replay
