//! What the stages `browser` and `mail` share: Playwright and the browser that it drives.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::Context;
use crate::build::{self, Mode};
use crate::process;
use crate::say;
use crate::tools::{browser, debian};

/// Tells the tests which program to test.
const PROGRAM_VARIABLE: &str = "SMART_HOSTS_BIN";

/// Playwright, installed and ready to test the release program.
pub(super) struct Playwright {
    folder: PathBuf,
    /// What the tests are told by their environment.
    variables: Vec<(&'static str, OsString)>,
}

impl Playwright {
    /// Builds the program, and finds or installs the browser and the tests' packages.
    pub(super) fn prepare(context: &Context<'_>) -> Result<Self> {
        let program = build::program(context.workspace, Mode::Release)?;
        let chromium = browser::find_or_install()?;
        browser::ensure_npm()?;
        let folder = context.workspace.root().join("end2end");
        install_packages(&folder)?;
        say::line(&format!("Testing with {}…", chromium.display()));
        let variables = vec![
            (browser::VARIABLE, chromium.into_os_string()),
            (PROGRAM_VARIABLE, program.into_os_string()),
        ];
        Ok(Self { folder, variables })
    }

    /// Tells the tests something more.
    pub(super) fn variable(&mut self, name: &'static str, value: impl Into<OsString>) {
        self.variables.push((name, value.into()));
    }

    /// The command that runs the tests of a configuration.
    pub(super) fn command(&self, context: &Context<'_>, config: &str) -> Command {
        let mut command = Command::new("npx");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        self.complete(command, context, config)
    }

    /// The same with the rights of root, or an error that says how to get them.
    pub(super) fn command_as_root(&self, context: &Context<'_>, config: &str) -> Result<Command> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut variables: Vec<(&str, &OsStr)> = vec![("PATH", &path)];
        variables.extend(
            self.variables
                .iter()
                .map(|(name, value)| (*name, value.as_os_str())),
        );
        let command = debian::as_root("npx", &variables)?;
        Ok(self.complete(command, context, config))
    }

    fn complete(&self, mut command: Command, context: &Context<'_>, config: &str) -> Command {
        process::forget_the_cargo_above(&mut command, context.workspace.target());
        command
            .current_dir(&self.folder)
            // Never download a tool that is not in the lock file.
            .args(["--no", "playwright", "test", "--config", config])
            .args(context.playwright);
        command
    }
}

/// Installs what `package-lock.json` names, unless that was done already.
fn install_packages(folder: &Path) -> Result<()> {
    let lock = fs::read_to_string(folder.join("package-lock.json"))
        .context("cannot read end2end/package-lock.json")?;
    // Inside node_modules, so that it goes when they go.
    let note = folder.join("node_modules").join(".installed-from.json");
    if fs::read_to_string(&note).is_ok_and(|noted| noted == lock) {
        return Ok(());
    }
    say::line("Installing the browser tests' packages with npm…");
    let mut npm = Command::new("npm");
    npm.current_dir(folder)
        .args(["ci", "--no-audit", "--no-fund"])
        // The browser is the system's.
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    process::run(&mut npm).context("npm could not install the browser tests' packages")?;
    fs::write(&note, lock)?;
    Ok(())
}
