//! Records the fixtures of assets and domains from the emulator:
//! `cargo run -p funnelflux-tests --bin record_fixtures`.

use funnelflux::transport::BoxError;
use funnelflux_tests::{fixture, recorder};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    for (name, recording) in recorder::record().await? {
        recording.save(fixture(&name))?;
        println!("{name}: {} exchanges", recording.exchanges.len());
    }
    Ok(())
}
