//! Serves the emulator and prints how to call it.
//!
//! `cargo run -p funnelflux-emulator --example serve -- 8080`

use funnelflux_emulator::Emulator;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port = std::env::args().nth(1).map_or(Ok(0), |port| port.parse())?;
    let emulator = Emulator::builder().port(port).start().await?;
    println!("base URL       {}", emulator.base_url());
    println!("access token   {}", emulator.access_token());
    println!("refresh token  {}", emulator.refresh_token());
    std::future::pending().await
}
