//! Tells the program where the site lies that it is to carry: the files that browsers load.
//!
//! `cargo xtask build` makes the site before it builds this crate. Without a site (unit tests on a
//! fresh clone) the program is built all the same and serves pages without styles and scripts.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-env-changed=SMART_HOSTS_SITE");
    let site = env::var_os("SMART_HOSTS_SITE").map_or_else(default_site, PathBuf::from);
    let package = site.join("pkg");
    println!("cargo::rerun-if-changed={}", package.display());
    println!("cargo::rustc-env=SMART_HOSTS_SITE={}", site.display());
    println!("cargo::rustc-env=SMART_HOSTS_PKG=pkg/{}", version(&package));
}

fn default_site() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/site")
}

/// The name of the only folder in `package`: a hash of what it holds, so that a browser may keep
/// its files for ever.
fn version(package: &Path) -> String {
    fs::read_dir(package)
        .ok()
        .and_then(|mut entries| entries.next())
        .and_then(Result::ok)
        .map_or_else(
            || "missing".to_owned(),
            |entry| entry.file_name().to_string_lossy().into_owned(),
        )
}
