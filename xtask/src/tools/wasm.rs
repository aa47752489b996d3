//! Which toolchain builds the browser's module.
//!
//! The toolchain that runs xtask does, if it has the standard library for WebAssembly or rustup
//! can add it. Debian's packages make a complete second toolchain, which builds the standard library
//! from source; it is used for the browser's module only, where it is there already or rustup fails.

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

/// Where the packages put what they are needed for.
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";

/// A toolchain that can build for the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Toolchain {
    /// The one that runs xtask.
    Default,
    /// Debian's packages.
    Debian,
}

/// What this machine has and can get: asked, so that the order of asking can be tested.
trait Machine {
    /// Whether the toolchain that runs xtask can build for the browser.
    fn has_target(&self) -> bool;
    /// Whether Debian's toolchain is installed and whole.
    fn has_debian(&self) -> bool;
    /// Asks rustup for what [`Machine::has_target`] misses, over the network.
    fn add_target(&self) -> bool;
    /// Installs Debian's toolchain, over the network.
    fn install_debian(&self) -> Result<()>;
}

/// The machine that xtask runs on.
struct ThisMachine;

impl Machine for ThisMachine {
    fn has_target(&self) -> bool {
        rustup::has_target(TARGET)
    }

    fn has_debian(&self) -> bool {
        debian::are_installed(DEBIAN_PACKAGES) && [DEBIAN_CARGO, DEBIAN_RUSTC].iter().all(answers)
    }

    fn add_target(&self) -> bool {
        rustup::add_target(TARGET)
    }

    fn install_debian(&self) -> Result<()> {
        debian::install(
            DEBIAN_PACKAGES,
            "a Rust toolchain that builds for the browser",
        )
        .with_context(|| {
            format!(
                "the browser's module needs the Rust target {TARGET}: \
                 `rustup target add {TARGET}` would do, too"
            )
        })
    }
}

/// Whether a program of Debian's toolchain starts, by itself: dpkg knows what was installed, not
/// whether it still works.
fn answers(program: &&str) -> bool {
    process::succeeds(alone(&mut Command::new(program)).arg("--version"))
}

/// Keeps what leads back to the other toolchain away from a program of Debian's.
fn alone(command: &mut Command) -> &mut Command {
    for name in [
        "CARGO",
        "RUSTC",
        "RUSTDOC",
        "RUSTUP_TOOLCHAIN",
        "RUSTC_WRAPPER",
    ] {
        command.env_remove(name);
    }
    command.env("PATH", "/usr/bin:/bin")
}

impl Toolchain {
    /// Finds a toolchain that can build for the browser, or installs one, saying so.
    pub(crate) fn find_or_install() -> Result<Self> {
        let choice = env::var(CHOICE_VARIABLE).unwrap_or_default();
        Self::choose(&choice, &ThisMachine)
    }

    /// What is there comes before what must be downloaded: without a network, rustup would be asked
    /// in vain at each start.
    fn choose(choice: &str, machine: &impl Machine) -> Result<Self> {
        match choice {
            "" => {
                if machine.has_target() {
                    return Ok(Self::Default);
                }
                if machine.has_debian() {
                    return Ok(Self::Debian);
                }
                if machine.add_target() {
                    return Ok(Self::Default);
                }
                say::line(&format!(
                    "This Rust toolchain cannot get {TARGET}, so Debian's packages will build \
                     the browser's module."
                ));
                machine.install_debian()?;
                Ok(Self::Debian)
            }
            "rustup" => {
                if machine.has_target() || machine.add_target() {
                    Ok(Self::Default)
                } else {
                    bail!("{CHOICE_VARIABLE} is rustup, but `rustup target add {TARGET}` failed")
                }
            }
            "debian" => {
                machine.install_debian()?;
                Ok(Self::Debian)
            }
            other => bail!("{CHOICE_VARIABLE} is `{other}`; it can be `rustup` or `debian`"),
        }
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
                let mut debian = Command::new(DEBIAN_CARGO);
                debian.current_dir(workspace.root());
                process::forget_the_cargo_above(&mut debian, workspace.target());
                alone(&mut debian)
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

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    /// A machine that has and can get what its list names, and keeps what it was asked.
    struct Told {
        yes: &'static [&'static str],
        asked: RefCell<Vec<&'static str>>,
    }

    impl Told {
        fn ask(&self, what: &'static str) -> bool {
            self.asked.borrow_mut().push(what);
            self.yes.contains(&what)
        }
    }

    impl Machine for Told {
        fn has_target(&self) -> bool {
            self.ask("has target")
        }

        fn has_debian(&self) -> bool {
            self.ask("has debian")
        }

        fn add_target(&self) -> bool {
            self.ask("add target")
        }

        fn install_debian(&self) -> Result<()> {
            if self.ask("install debian") {
                Ok(())
            } else {
                bail!("no packages")
            }
        }
    }

    fn choose(
        choice: &str,
        yes: &'static [&'static str],
    ) -> (Option<Toolchain>, Vec<&'static str>) {
        let machine = Told {
            yes,
            asked: RefCell::default(),
        };
        let chosen = Toolchain::choose(choice, &machine).ok();
        (chosen, machine.asked.into_inner())
    }

    #[test]
    fn what_is_there_comes_before_what_must_be_downloaded() {
        use Toolchain::{Debian, Default};
        let order = ["has target", "has debian", "add target", "install debian"];
        let everything = &["has target", "has debian", "add target", "install debian"];
        for (from, chosen) in [Default, Debian, Default, Debian].into_iter().enumerate() {
            let found = choose("", &everything[from..]);
            assert_eq!(found, (Some(chosen), order[..=from].to_vec()));
        }
        assert_eq!(choose("", &[]), (None, order.to_vec()));
    }

    #[test]
    fn a_choice_by_hand_is_kept_to() {
        let rustup = choose("rustup", &["has debian", "install debian"]);
        assert_eq!(rustup, (None, vec!["has target", "add target"]));
        let debian = choose("debian", &["has target", "install debian"]);
        assert_eq!(debian, (Some(Toolchain::Debian), vec!["install debian"]));
        assert_eq!(choose("cargo", &["has target"]), (None, vec![]));
    }

    #[test]
    fn a_program_that_does_not_start_is_no_toolchain() {
        assert!(answers(&"/bin/true"));
        assert!(!answers(&"/bin/false"));
        assert!(!answers(&"/usr/bin/no-such-rustc"));
    }
}
