//! Tokens, a store of tokens and a provider of tokens go to methods of their own.

use std::sync::Arc;

use funnelflux::FunnelFlux;
use funnelflux::auth::{FileStore, MemoryStore, Tokens};

fn refused() {
    let _ = FunnelFlux::builder().token_store("tokens.json"); // refused
    //~ is not a store of tokens
    //~ for tokens in a file take `FileStore::new(path)`
    let _ = FunnelFlux::builder().token_store(Tokens::new("t")); // refused
    //~ is not a store of tokens
    //~ tokens that are kept in memory go to `.tokens(…)`
    let store = MemoryStore::new(Tokens::new("t"));
    let _ = FunnelFlux::builder().token_provider(Arc::new(store)); // refused
    //~ is not a provider of tokens
    //~ a store of tokens goes to `.token_store(…)`
}

fn way_out() {
    let _ = FunnelFlux::builder().token_store(FileStore::new("tokens.json"));
    let _ = FunnelFlux::builder().tokens(Tokens::new("t"));
    let _ = FunnelFlux::builder().token_store(MemoryStore::new(Tokens::new("t")));
}

fn main() {}
