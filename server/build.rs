//! Tells the program where the site lies that it is to carry: the files that browsers load.
//!
//! `cargo xtask build` makes the site before it builds this crate. Without a site (unit tests on a
//! fresh clone) the program is built all the same and serves pages without their module.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    for name in [
        "SMART_HOSTS_SITE",
        "LEPTOS_SITE_ROOT",
        "LEPTOS_SITE_PKG_DIR",
    ] {
        println!("cargo::rerun-if-env-changed={name}");
    }
    let (site, package) = made_by_cargo_leptos().unwrap_or_else(made_by_xtask);
    println!("cargo::rerun-if-changed={}", site.join("pkg").display());
    println!("cargo::rustc-env=SMART_HOSTS_SITE={}", site.display());
    println!("cargo::rustc-env=SMART_HOSTS_PKG={package}");
}

/// The site of `cargo leptos`, which names its places and hashes nothing.
fn made_by_cargo_leptos() -> Option<(PathBuf, String)> {
    let root = env::var_os("LEPTOS_SITE_ROOT")?;
    let package = env::var("LEPTOS_SITE_PKG_DIR").unwrap_or_else(|_| "pkg".to_owned());
    Some((workspace().join(root), package))
}

/// The site of `cargo xtask`, whose package lies in a folder named after its contents.
fn made_by_xtask() -> (PathBuf, String) {
    let site = env::var_os("SMART_HOSTS_SITE")
        .map_or_else(|| workspace().join("target/site"), PathBuf::from);
    let hash = fs::read_dir(site.join("pkg"))
        .ok()
        .and_then(|mut entries| entries.next())
        .and_then(Result::ok)
        .map_or_else(
            || "missing".to_owned(),
            |entry| entry.file_name().to_string_lossy().into_owned(),
        );
    (site, format!("pkg/{hash}"))
}

fn workspace() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}
