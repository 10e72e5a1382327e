//! The configuration directory, which holds profiles and tokens.

use std::path::PathBuf;

use crate::failure::Failure;

/// Finds the directory: `FUNNELFLUX_CONFIG_DIR`, else `$XDG_CONFIG_HOME/funnelflux`, else the usual
/// place of the system.
pub(crate) fn find() -> Result<PathBuf, Failure> {
    let path = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    if let Some(directory) = path("FUNNELFLUX_CONFIG_DIR") {
        return Ok(directory);
    }
    // The XDG specification says to ignore relative paths.
    if let Some(xdg) = path("XDG_CONFIG_HOME").filter(|path| path.is_absolute()) {
        return Ok(xdg.join("funnelflux"));
    }
    usual().ok_or_else(|| {
        Failure::failed("no directory for profiles and tokens: the home directory is unknown")
            .hint("set FUNNELFLUX_CONFIG_DIR to a directory")
    })
}

#[cfg(windows)]
fn usual() -> Option<PathBuf> {
    let roaming = std::env::var_os("APPDATA").map(PathBuf::from);
    Some(roaming.or_else(|| Some(home()?.join("AppData").join("Roaming")))?.join("funnelflux"))
}

#[cfg(target_os = "macos")]
fn usual() -> Option<PathBuf> {
    Some(home()?.join("Library").join("Application Support").join("funnelflux"))
}

#[cfg(not(any(windows, target_os = "macos")))]
fn usual() -> Option<PathBuf> {
    Some(home()?.join(".config").join("funnelflux"))
}

fn home() -> Option<PathBuf> {
    std::env::home_dir().filter(|home| home.is_absolute())
}
