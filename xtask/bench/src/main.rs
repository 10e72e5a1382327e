//! The benchmarks.

fn main() -> std::process::ExitCode {
    funnelflux_bench::main()
}
