//! A time range cannot be made without a zone.

use funnelflux::prelude::*;

fn refused() {
    let _ = TimeRange::days("2026-01-01", "2026-01-02"); // refused
    //~ Zone` is missing
    let _ = TimeRange::days("2026-01-01", "2026-01-02", "Europe/Berlin"); // refused
    //~ expected `&Zone`, found `&str`
}

fn way_out() {
    let _ = TimeRange::days("2026-01-01", "2026-01-02", &Zone::utc());
    let _ = TimeRange::days("2026-01-01", "2026-01-02", &"Europe/Berlin".parse().unwrap());
}

fn main() {}
