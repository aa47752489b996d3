//! The web site as the server embeds it.
//!
//! ```text
//! site/favicon.svg            what style/static holds
//! site/show-password.js
//! site/pkg/HASH/smart-hosts.css
//! site/pkg/HASH/smart-hosts.js
//! site/pkg/HASH/smart-hosts_bg.wasm
//! ```
//!
//! and, beside each file that compresses well, the same with `.br` and `.gz` at its end. HASH
//! comes from the names and contents, so a browser may keep these files for ever. There is never
//! more than one such folder: the site is made whole beside the old one, and then takes its place.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::build::{Mode, compress, css, js, module};
use crate::say;
use crate::workspace::Workspace;

/// Raise this when the same sources shall make another site.
const RECIPE: &str = "3";

/// Files by their path in a folder, with `/` between its parts.
type Files = BTreeMap<String, Vec<u8>>;

/// Builds the site, unless the one that is there was made from the same sources.
pub(crate) fn build(workspace: &Workspace, mode: Mode) -> Result<()> {
    let compiled = module::compile(workspace, mode)?;
    let style = workspace.root().join("style");
    let sheet = css::bundle(&style)?;
    let statics = read_tree(&style.join("static"))?;

    let site = workspace.site(mode);
    let note = workspace.notes().join(format!("site-{}.txt", mode.name()));
    let sources = fingerprint(&[
        ("recipe", RECIPE.as_bytes()),
        ("mode", mode.name().as_bytes()),
        ("module", &fs::read(&compiled)?),
        ("sheet", sheet.as_bytes()),
        ("statics", content_hash(&statics).as_bytes()),
    ]);
    if fs::read_to_string(&note).is_ok_and(|noted| noted == describe(&sources, &sizes_in(&site))) {
        return Ok(());
    }

    say::line("Making the web site: wasm-bindgen, style sheet, compression…");
    let bound = workspace.notes().join(format!("bound-{}", mode.name()));
    module::bind(&compiled, mode, &bound)?;
    let mut package = read_tree(&bound)?;
    for (name, content) in &mut package {
        if Path::new(name)
            .extension()
            .is_some_and(|ending| ending == "js")
            && let Ok(script) = str::from_utf8(content)
        {
            *content = js::compact(script).into_bytes();
        }
    }
    package.insert(format!("{}.css", module::NAME), sheet.into_bytes());

    let sizes = write(&site, layout(package, statics), mode)?;
    fs::create_dir_all(workspace.notes())?;
    fs::write(&note, describe(&sources, &sizes))?;
    Ok(())
}

/// The one folder of the site whose name is a hash.
pub(crate) fn package_folder(site: &Path) -> Result<PathBuf> {
    let pkg = site.join("pkg");
    let mut folders = fs::read_dir(&pkg)
        .with_context(|| format!("there is no site in {}", site.display()))?
        .collect::<Result<Vec<_>, _>>()?;
    match (folders.pop(), folders.is_empty()) {
        (Some(only), true) => Ok(only.path()),
        _ => bail!("{} must hold exactly one folder", pkg.display()),
    }
}

/// Puts the package under its hash, beside the static files.
fn layout(package: Files, statics: Files) -> Files {
    let hash = content_hash(&package);
    let mut site = statics;
    for (name, content) in package {
        site.insert(format!("pkg/{}/{name}", &hash[..16]), content);
    }
    site
}

/// Writes the site and its compressed forms, in place of the one that is there, and returns every
/// file's size.
fn write(site: &Path, files: Files, mode: Mode) -> Result<BTreeMap<String, u64>> {
    let mut all = Files::new();
    for (name, content) in files {
        if compress::pays(&name) {
            all.insert(format!("{name}.br"), compress::brotli(&content, mode)?);
            all.insert(format!("{name}.gz"), compress::gzip(&content, mode)?);
        }
        all.insert(name, content);
    }

    let fresh = site.with_extension("new");
    remove(&fresh)?;
    for (name, content) in &all {
        let file = fresh.join(name);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&file, content).with_context(|| format!("cannot write {}", file.display()))?;
    }
    remove(site)?;
    fs::rename(&fresh, site).with_context(|| format!("cannot write {}", site.display()))?;
    Ok(all
        .into_iter()
        .map(|(name, content)| (name, content.len() as u64))
        .collect())
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Ok(())
}

/// The note that says what a site was made from, and what it consists of.
fn describe(sources: &str, sizes: &BTreeMap<String, u64>) -> String {
    let mut note = format!("{sources}\n");
    for (name, size) in sizes {
        // Writing to a string cannot fail.
        let _ = writeln!(note, "{size} {name}");
    }
    note
}

/// SHA-256 over names and contents, in hexadecimal.
fn content_hash(files: &Files) -> String {
    let parts: Vec<_> = files
        .iter()
        .map(|(name, content)| (name.as_str(), content.as_slice()))
        .collect();
    fingerprint(&parts)
}

/// SHA-256 over named parts. Lengths go in, too, so that nothing can move from one part to the
/// next unnoticed.
fn fingerprint(parts: &[(&str, &[u8])]) -> String {
    let mut hash = Sha256::new();
    for (name, content) in parts {
        for bytes in [name.as_bytes(), content] {
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        }
    }
    format!("{:x}", hash.finalize())
}

/// Every file below a folder, which may be missing. Hidden files are left out: they are notes of
/// editors and file managers, and would become public.
fn read_tree(folder: &Path) -> Result<Files> {
    let mut files = Files::new();
    for (name, path) in tree(folder)? {
        let content = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        files.insert(name, content);
    }
    Ok(files)
}

/// The size of every file below a folder; empty if the folder cannot be read.
fn sizes_in(folder: &Path) -> BTreeMap<String, u64> {
    let Ok(files) = tree(folder) else {
        return BTreeMap::new();
    };
    files
        .into_iter()
        .map(|(name, path)| (name, fs::metadata(path).map_or(0, |data| data.len())))
        .collect()
}

fn tree(folder: &Path) -> Result<BTreeMap<String, PathBuf>> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![(String::new(), folder.to_owned())];
    while let Some((prefix, folder)) = waiting.pop() {
        if !folder.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            let path = entry.path();
            if path.is_dir() {
                waiting.push((format!("{prefix}{name}/"), path));
            } else {
                found.insert(format!("{prefix}{name}"), path);
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(all: &[(&str, &str)]) -> Files {
        all.iter()
            .map(|(name, content)| ((*name).to_owned(), content.as_bytes().to_vec()))
            .collect()
    }

    #[test]
    fn a_hash_depends_on_names_and_contents() {
        let base = content_hash(&files(&[("a", "1"), ("b", "2")]));
        assert_eq!(base, content_hash(&files(&[("b", "2"), ("a", "1")])));
        assert_eq!(base.len(), 64);
        for other in [
            &[("a", "1"), ("b", "3")],
            &[("a", "1"), ("c", "2")],
            &[("a", ""), ("1b", "2")],
        ] {
            assert_ne!(base, content_hash(&files(other)));
        }
    }

    #[test]
    fn the_package_goes_under_its_hash_and_static_files_to_the_top() {
        let package = files(&[("smart-hosts.js", "x"), ("snippets/a.js", "y")]);
        let hash = content_hash(&package)[..16].to_owned();
        let site = layout(package, files(&[("favicon.svg", "<svg/>")]));
        let names: Vec<_> = site.into_keys().collect();
        assert_eq!(
            names,
            [
                "favicon.svg".to_owned(),
                format!("pkg/{hash}/smart-hosts.js"),
                format!("pkg/{hash}/snippets/a.js"),
            ]
        );
    }

    #[test]
    fn a_new_site_takes_the_place_of_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path().join("site");
        for content in ["one", "two"] {
            let package = files(&[("smart-hosts.css", content), ("icon.png", "-")]);
            let sizes = write(&site, layout(package, Files::new()), Mode::Debug).unwrap();
            assert_eq!(sizes, sizes_in(&site));
            assert_eq!(sizes.len(), 4, "{sizes:?}");
            let package = package_folder(&site).unwrap();
            assert_eq!(
                fs::read_to_string(package.join("smart-hosts.css")).unwrap(),
                content
            );
            assert!(package.join("smart-hosts.css.br").exists());
            assert!(package.join("smart-hosts.css.gz").exists());
            assert!(!package.join("icon.png.br").exists());
        }
    }

    #[test]
    fn a_note_shows_that_a_file_was_lost() {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path().join("site");
        let sizes = write(&site, files(&[("a.png", "1"), ("b.png", "2")]), Mode::Debug).unwrap();
        assert_eq!(describe("s", &sizes), describe("s", &sizes_in(&site)));
        fs::remove_file(site.join("a.png")).unwrap();
        assert_ne!(describe("s", &sizes), describe("s", &sizes_in(&site)));
    }

    #[test]
    fn hidden_files_stay_out_and_a_missing_folder_is_empty() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("icons")).unwrap();
        fs::write(folder.path().join("icons").join("a.svg"), "").unwrap();
        fs::write(folder.path().join(".notes"), "").unwrap();
        let names: Vec<_> = read_tree(folder.path()).unwrap().into_keys().collect();
        assert_eq!(names, ["icons/a.svg"]);
        assert!(read_tree(&folder.path().join("none")).unwrap().is_empty());
    }
}
