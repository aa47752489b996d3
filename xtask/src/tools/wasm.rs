//! Which toolchain builds the browser's module.
//!
//! The toolchain that runs xtask does, if it has the standard library for WebAssembly or rustup
//! can add it. Where neither is so, Debian's packages make a complete second toolchain, which
//! builds the standard library from source; it is used for the browser's module only.

use std::env;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::say;
use crate::tools::{debian, rustup};
use crate::workspace::Workspace;

/// The target of the browser's module.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Chooses the toolchain by hand: `rustup` or `debian`.
const CHOICE_VARIABLE: &str = "SMART_HOSTS_WASM_TOOLCHAIN";

/// Debian's second toolchain, all of one version. (`rustc` and `libstd-rust-dev-wasm32` of the
/// same release are years older.)
const DEBIAN_PACKAGES: &[&str] = &[
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-llvm",
    "lld-22",
];

/// A toolchain that can build for the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Toolchain {
    /// The one that runs xtask.
    Default,
    /// Debian's packages.
    Debian,
}

impl Toolchain {
    /// Finds a toolchain that can build for the browser, or installs one, saying so.
    pub(crate) fn find_or_install() -> Result<Self> {
        let choice = env::var(CHOICE_VARIABLE).unwrap_or_default();
        match choice.as_str() {
            "" => {
                if rustup::has_target(TARGET) {
                    return Ok(Self::Default);
                }
                // Before rustup is asked: where it cannot download, it would be asked in vain at
                // each start.
                if debian::are_installed(DEBIAN_PACKAGES) {
                    return Ok(Self::Debian);
                }
                if rustup::add_target(TARGET) {
                    return Ok(Self::Default);
                }
                say::line(&format!(
                    "This Rust toolchain cannot get {TARGET}, so Debian's packages will build \
                     the browser's module."
                ));
                Self::debian()
            }
            "rustup" => {
                if rustup::has_target(TARGET) || rustup::add_target(TARGET) {
                    Ok(Self::Default)
                } else {
                    bail!("{CHOICE_VARIABLE} is rustup, but `rustup target add {TARGET}` failed")
                }
            }
            "debian" => Self::debian(),
            other => bail!("{CHOICE_VARIABLE} is `{other}`; it can be `rustup` or `debian`"),
        }
    }

    fn debian() -> Result<Self> {
        debian::install(
            DEBIAN_PACKAGES,
            "a Rust toolchain that builds for the browser",
        )
        .with_context(|| {
            format!(
                "the browser's module needs the Rust target {TARGET}: \
                     `rustup target add {TARGET}` would do, too"
            )
        })?;
        Ok(Self::Debian)
    }

    /// A `cargo` command by this toolchain, with the options for the browser's target, and where
    /// Cargo will build with it.
    pub(crate) fn cargo(self, workspace: &Workspace, verb: &str) -> Command {
        let mut cargo = workspace.cargo(crate::build::Mode::Release);
        // The browser's module knows nothing of the site.
        cargo.env_remove("SMART_HOSTS_SITE");
        match self {
            Self::Default => {
                cargo.args([verb, "--target", TARGET]);
                cargo
            }
            Self::Debian => {
                let mut debian = Command::new("/usr/bin/cargo");
                debian.current_dir(workspace.root());
                process::forget_the_cargo_above(&mut debian, workspace.target());
                // These would lead back to the other toolchain.
                for name in [
                    "CARGO",
                    "RUSTC",
                    "RUSTDOC",
                    "RUSTUP_TOOLCHAIN",
                    "RUSTC_WRAPPER",
                ] {
                    debian.env_remove(name);
                }
                debian
                    .env("PATH", "/usr/bin:/bin")
                    // Building the standard library is an unstable feature; this release
                    // toolchain allows it when told so.
                    .env("RUSTC_BOOTSTRAP", "1")
                    .args([verb, "--target", TARGET, "-Zbuild-std=std,panic_abort"])
                    .arg("--target-dir")
                    .arg(self.target_dir(workspace));
                debian
            }
        }
    }

    /// Where this toolchain builds. Two toolchains in one folder would undo each other's work.
    pub(crate) fn target_dir(self, workspace: &Workspace) -> std::path::PathBuf {
        match self {
            Self::Default => workspace.target().to_owned(),
            Self::Debian => workspace.target().join("debian-toolchain"),
        }
    }
}
