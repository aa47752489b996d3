//! Where things are: the checkout and the folder that Cargo builds into.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::build::Mode;
use crate::process;

/// The checkout and its target folder.
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

impl Workspace {
    /// Finds the checkout that this program belongs to, and asks Cargo where it builds.
    ///
    /// The target folder may be anywhere (`CARGO_TARGET_DIR`, or a setting in a Cargo
    /// configuration file), so it is never assumed.
    pub(crate) fn find() -> Result<Self> {
        // Set by `cargo run`; the value at compile time would be wrong where one target folder
        // serves several checkouts.
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest
            .parent()
            .context("xtask's own folder has no parent folder")?
            .to_owned();

        let mut cargo = Command::new(process::cargo_program());
        cargo
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .current_dir(&root);
        let metadata: Value = serde_json::from_str(&process::output(&mut cargo)?)
            .context("`cargo metadata` answered something that is not JSON")?;
        match metadata.get("target_directory").and_then(Value::as_str) {
            Some(target) => Ok(Self {
                root,
                target: PathBuf::from(target),
            }),
            None => bail!("`cargo metadata` does not say where the target folder is"),
        }
    }

    /// The checkout's top folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where Cargo builds.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// xtask's own notes between two runs: what was built from what, how long stages took.
    pub(crate) fn notes(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// The web site that the server embeds. Each mode has its own, so that going back and forth
    /// between them does not build the site anew, and no size is measured on the wrong one.
    pub(crate) fn site(&self, mode: Mode) -> PathBuf {
        self.target.join(match mode {
            Mode::Release => "site",
            Mode::Debug => "site-debug",
        })
    }

    /// The finished program.
    pub(crate) fn program(&self, mode: Mode) -> PathBuf {
        let folder = match mode {
            Mode::Release => "release",
            Mode::Debug => "debug",
        };
        self.target
            .join(folder)
            .join(format!("smart-hosts{}", env::consts::EXE_SUFFIX))
    }

    /// A Cargo command in the checkout, by the toolchain that runs xtask.
    ///
    /// The server's build script looks for the site in `target/site` of the checkout; where the
    /// site is elsewhere it is told so. It is not told what it knows already, because then a plain
    /// `cargo build -p server` beside `cargo xtask build` would build the server anew each time.
    pub(crate) fn cargo(&self, mode: Mode) -> Command {
        let mut cargo = Command::new(process::cargo_program());
        cargo.current_dir(&self.root);
        process::forget_the_cargo_above(&mut cargo, &self.target);
        cargo.env_remove(SITE_VARIABLE);
        let site = self.site(mode);
        if site != self.root.join("target").join("site") {
            cargo.env(SITE_VARIABLE, site);
        }
        cargo
    }
}

/// Tells the server's build script where the site is.
const SITE_VARIABLE: &str = "SMART_HOSTS_SITE";
