//! The crates, and the ways in which each one is compiled.
//!
//! `leptos/ssr` and `leptos/hydrate` exclude each other, so nothing is ever done to "the whole
//! workspace": each crate is looked at by itself, for the place where it runs.

use std::process::Command;

use crate::build::Mode;
use crate::tools::wasm::Toolchain;
use crate::workspace::Workspace;

/// Where compiled code runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// On this machine.
    Here,
    /// In the browser.
    Browser,
}

/// One way to compile one crate.
#[derive(Debug)]
pub(crate) struct Build {
    /// What to call it in messages.
    pub(crate) name: &'static str,
    /// Options for Cargo: the package and its features.
    options: &'static [&'static str],
    place: Place,
    /// Whether the crate's tests are compiled this way, too.
    pub(crate) with_tests: bool,
    /// Whether the crate's documentation is made from this one.
    pub(crate) documents: bool,
}

/// Every way in which the crates are compiled, the small ones first.
pub(crate) const BUILDS: &[Build] = &[
    Build {
        name: "routing",
        options: &["--package", "routing"],
        place: Place::Here,
        with_tests: true,
        documents: true,
    },
    Build {
        name: "routing without features",
        options: &["--package", "routing", "--no-default-features"],
        place: Place::Here,
        with_tests: false,
        documents: false,
    },
    Build {
        name: "routing in the browser",
        options: &["--package", "routing", "--no-default-features"],
        place: Place::Browser,
        with_tests: false,
        documents: false,
    },
    Build {
        name: "access",
        options: &["--package", "access"],
        place: Place::Here,
        with_tests: true,
        documents: true,
    },
    Build {
        name: "access in the browser",
        options: &["--package", "access", "--no-default-features"],
        place: Place::Browser,
        with_tests: false,
        documents: false,
    },
    Build {
        name: "store",
        options: &["--package", "store"],
        place: Place::Here,
        with_tests: true,
        documents: true,
    },
    Build {
        name: "gateway",
        options: &["--package", "gateway"],
        place: Place::Here,
        with_tests: true,
        documents: true,
    },
    Build {
        name: "app on the server",
        options: &["--package", "app", "--features", "ssr"],
        place: Place::Here,
        with_tests: true,
        documents: true,
    },
    Build {
        name: "app in the browser",
        options: &["--package", "app", "--features", "hydrate"],
        place: Place::Browser,
        with_tests: false,
        documents: false,
    },
    Build {
        name: "frontend",
        options: &["--package", "frontend"],
        place: Place::Browser,
        with_tests: false,
        documents: true,
    },
    Build {
        name: "server",
        options: &["--package", "server"],
        place: Place::Here,
        with_tests: true,
        documents: true,
    },
    Build {
        name: "xtask",
        options: &["--package", "xtask"],
        place: Place::Here,
        with_tests: true,
        documents: true,
    },
];

impl Build {
    /// A Cargo command for this build.
    ///
    /// Debian's second toolchain has no clippy. Where it is the one that builds for the browser,
    /// the browser's code is looked at as if it ran here, which finds nearly as much.
    pub(crate) fn cargo(&self, verb: &str, workspace: &Workspace, toolchain: Toolchain) -> Command {
        let mut cargo = match (self.place, toolchain) {
            (Place::Browser, Toolchain::Default) => toolchain.cargo(workspace, verb),
            (Place::Browser, Toolchain::Debian) | (Place::Here, _) => {
                let mut cargo = workspace.cargo(Mode::Release);
                cargo.arg(verb);
                cargo
            }
        };
        cargo.arg("--locked").args(self.options);
        cargo
    }
}
