//! The cases under a counting allocator.

use funnelflux_bench::Counting;

#[global_allocator]
static GLOBAL: Counting = Counting::new(&stats_alloc::INSTRUMENTED_SYSTEM);

fn main() -> anyhow::Result<()> {
    funnelflux_bench::count(&GLOBAL)
}
