//! The browser's module: compile `frontend` to WebAssembly, then let wasm-bindgen write the
//! JavaScript that loads it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::build::{Mode, trim};
use crate::process;
use crate::say;
use crate::tools::wasm::{self, Toolchain};
use crate::workspace::Workspace;

/// The stem of the site's file names: `smart-hosts.js`, `smart-hosts_bg.wasm`.
pub(crate) const NAME: &str = "smart-hosts";

/// Compiles `frontend` and returns the file that the compiler wrote.
pub(crate) fn compile(workspace: &Workspace, mode: Mode) -> Result<PathBuf> {
    let toolchain = Toolchain::find_or_install()?;
    let (profile, folder) = match mode {
        Mode::Release => ("wasm-release", "wasm-release"),
        // Cargo's profile `dev` builds into a folder of another name.
        Mode::Debug => ("dev", "debug"),
    };
    let module = toolchain
        .target_dir(workspace)
        .join(wasm::TARGET)
        .join(folder)
        .join("frontend.wasm");
    let first = if module.exists() {
        ""
    } else {
        " (about 3 min the first time)"
    };
    say::line(&format!("Building the browser's module{first}…"));
    let mut cargo = toolchain.cargo(workspace, "build");
    cargo.args(["--locked", "--package", "frontend", "--profile", profile]);
    process::run(&mut cargo).context("the browser's module was not built")?;
    Ok(module)
}

/// Writes what the browser loads into an empty folder: the module and its JavaScript.
pub(crate) fn bind(module: &Path, mode: Mode, folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let debug = mode == Mode::Debug;
    let mut bytes =
        fs::read(module).with_context(|| format!("cannot read {}", module.display()))?;
    if !debug {
        bytes = trim::drop_never_called(&bytes)?;
    }
    let mut bindgen = Bindgen::new();
    bindgen
        .web(true)
        .and_then(|bindgen| {
            bindgen
                .input_bytes(NAME, bytes)
                .out_name(NAME)
                .typescript(false)
                // Names make a browser's stack traces readable, at a third of the size.
                .remove_name_section(!debug)
                .remove_producers_section(true)
                .generate(folder)
        })
        .context("wasm-bindgen could not turn the module into something a browser loads")?;
    if !debug {
        let (script, module) = (
            folder.join(format!("{NAME}.js")),
            folder.join(format!("{NAME}_bg.wasm")),
        );
        let (bytes, text) =
            trim::shorten_names(&fs::read(&module)?, &fs::read_to_string(&script)?)?;
        fs::write(module, bytes)?;
        fs::write(script, text)?;
    }
    Ok(())
}
