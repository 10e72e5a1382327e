//! The SDK as a library: the user's own tower layers at both places, what the caller sees of a request
//! that a layer turned away, of a lost answer and of a dropped call, errors, observers and runtimes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(clippy::disallowed_methods, reason = "paused time")]

mod drops;
mod ergonomics;
mod errors;
mod layers;
mod observers;
mod own_requests;
mod passing;
mod runtimes;
mod world;
