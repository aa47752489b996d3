//! The stage `size`.

use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

use super::Context;
use crate::build::{self, Mode};
use crate::say;

/// What a browser may download at most to start the console: module, JavaScript and style sheet
/// together, compressed with brotli, in bytes. It stands for a start within two seconds on a slow
/// line (1 Mbit/s); what it is made of is in docs/decisions/0018.
const BUDGET: u64 = 220 * 1024;

/// Prints the size of each file that a browser downloads, and fails if their sum is over the
/// budget.
pub(super) fn run(context: &Context<'_>) -> Result<()> {
    build::program(context.workspace, Mode::Release)?;
    let package = build::site::package_folder(&context.workspace.site(Mode::Release))?;
    judge(&compressed(&package)?)
}

/// The files that a browser downloads, from the folder where they lie, and how many bytes each has by
/// brotli.
pub(crate) fn compressed(package: &Path) -> Result<Vec<(String, u64)>> {
    let mut sizes = Vec::new();
    for entry in fs::read_dir(package)? {
        let entry = entry?;
        let file = entry.file_name().to_string_lossy().into_owned();
        if let Some(name) = file.strip_suffix(".br") {
            sizes.push((name.to_owned(), entry.metadata()?.len()));
        }
    }
    sizes.sort();
    Ok(sizes)
}

fn judge(sizes: &[(String, u64)]) -> Result<()> {
    for ending in [".js", ".wasm", ".css"] {
        if !sizes.iter().any(|(name, _)| name.ends_with(ending)) {
            bail!("the site has no compressed {ending} file, so its size says nothing");
        }
    }
    for (name, size) in sizes {
        say::line(&format!("{:>9}  {name}", say::kilobytes(*size)));
    }
    let sum: u64 = sizes.iter().map(|(_, size)| size).sum();
    say::line(&format!(
        "{:>9}  together, compressed with brotli; {} is the limit",
        say::kilobytes(sum),
        say::kilobytes(BUDGET)
    ));
    if sum > BUDGET {
        bail!(
            "the browser would download {}, which is {} too much",
            say::kilobytes(sum),
            say::kilobytes(sum - BUDGET)
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(wasm: u64) -> Vec<(String, u64)> {
        [("a.css", 1000), ("a.js", 24), ("a_bg.wasm", wasm)]
            .map(|(name, size)| (name.to_owned(), size))
            .to_vec()
    }

    #[test]
    fn the_budget_is_for_the_sum() {
        judge(&site(BUDGET - 1024)).unwrap();
        let error = judge(&site(BUDGET - 1023)).unwrap_err();
        assert!(error.to_string().contains("too much"), "{error}");
    }

    #[test]
    fn a_missing_file_is_no_good_size() {
        assert!(judge(&site(1)[..2]).is_err());
        assert!(judge(&[]).is_err());
    }
}
