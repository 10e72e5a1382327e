//! A kind has only the operations that the vendor's reference lists for it.

use funnelflux::id::{Category, FunnelGroup, Id, LogicScript, VisitorTag};
use funnelflux::prelude::*;

fn refused(
    client: &FunnelFlux,
    tag: Id<VisitorTag>,
    category: Id<Category>,
    group: Id<FunnelGroup>,
    script: Id<LogicScript>,
) {
    let ledger = client.ledger();
    let _ = ledger.visitor_tags().archive(&[tag]); // refused
    //~ assets of the kind
    //~ VisitorTag` have no operation
    //~ Archive`
    //~ the vendor's reference lists no such operation for
    //~ only operations that the vendor's reference lists for a kind compile; `AssetKind::verbs` has them
    //~ if your account has it nevertheless, send it as a raw call: `call_raw(method, path)`
    let _ = ledger.visitor_tags().move_to(&[tag], Some(&category)); // refused
    //~ VisitorTag` have no operation
    //~ Move`
    let _ = ledger.categories().delete(&[category]); // refused
    //~ Category` have no operation
    //~ Delete`
    let _ = ledger.funnel_groups().unarchive(&[group]); // refused
    //~ FunnelGroup` have no operation
    //~ Unarchive`
    let _ = ledger.logic_scripts().archive(&[script]); // refused
    //~ LogicScript` have no operation
    //~ Archive`
    let _ = ledger.visitor_tags().find_by_status("active"); // refused
    //~ FindByStatus`
    let _ = ledger.visitor_tags().find_by_category(&category); // refused
    //~ FindByCategory`
    let _ = ledger.pages().find_by_type("lander"); // refused
    //~ FindByType`
}

async fn way_out(client: &FunnelFlux, tag: Id<VisitorTag>) -> Result<(), Error> {
    let path = format!("/visitortag/archive/{tag}");
    client.call_raw(http::Method::PUT, path).send().await.map(drop)
}

fn main() {}
