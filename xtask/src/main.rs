//! The workspace's own commands: `cargo xtask <verb>`.
fn main() {}
