//! The benchmarks.

fn main() -> anyhow::Result<()> {
    funnelflux_bench::main()
}
