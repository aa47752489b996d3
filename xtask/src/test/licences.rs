//! The stage `deny`: every dependency may be shipped, and comes from where it should.
//!
//! `deny.toml` says what is allowed, in the form that `cargo deny` reads. Its licences and sources
//! are checked here, so that nothing has to be installed; where `cargo deny` is installed, it
//! checks the rest of the file as well.

use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use spdx::{Expression, Licensee, ParseMode};
use toml::Table;

use super::Context;
use crate::build::Mode;
use crate::process;
use crate::say;

/// Checks every package in `Cargo.lock`.
pub(super) fn run(context: &Context<'_>) -> Result<()> {
    let root = context.workspace.root();
    let policy = fs::read_to_string(root.join("deny.toml")).context("cannot read deny.toml")?;
    let policy = Policy::parse(&policy)?;
    let mut cargo = context.workspace.cargo(Mode::Release);
    cargo.args(["metadata", "--format-version", "1", "--locked"]);
    let packages = packages(&process::output(&mut cargo)?)?;

    let mut objections = 0;
    for package in &packages {
        if let Err(objection) = policy.judge(package) {
            say::line(&format!("{}: {objection}", package.name));
            objections += 1;
        }
    }
    if objections > 0 {
        bail!(
            "{objections} of {} packages are against deny.toml: choose another crate, or add the \
             licence there with a reason",
            packages.len()
        );
    }
    say::line(&format!(
        "{} packages have licences and sources that are allowed.",
        packages.len()
    ));

    let installed = process::succeeds(Command::new("cargo-deny").arg("--version"));
    if installed {
        say::line("Asking cargo deny as well…");
        let mut deny = context.workspace.cargo(Mode::Release);
        deny.args(["deny", "check", "licenses", "bans", "sources"]);
        process::run(&mut deny)?;
    }
    Ok(())
}

/// What matters of a package.
struct Package {
    name: String,
    /// The licence expression, if there is one.
    licence: Option<String>,
    /// Where it comes from; nothing for our own crates.
    source: Option<String>,
}

fn packages(metadata: &str) -> Result<Vec<Package>> {
    let metadata: Value = serde_json::from_str(metadata)?;
    let packages = metadata
        .get("packages")
        .and_then(Value::as_array)
        .context("`cargo metadata` lists no packages")?;
    let text = |package: &Value, key: &str| package.get(key)?.as_str().map(str::to_owned);
    Ok(packages
        .iter()
        .map(|package| Package {
            name: text(package, "name").unwrap_or_default(),
            licence: text(package, "license"),
            source: text(package, "source"),
        })
        .collect())
}

/// What `deny.toml` allows.
struct Policy {
    licences: Vec<Licensee>,
    /// For a single crate: its name, and what it may have besides.
    exceptions: Vec<(String, Vec<Licensee>)>,
    registries: Vec<String>,
}

impl Policy {
    fn parse(text: &str) -> Result<Self> {
        let policy: Table = text.parse().context("deny.toml is not TOML")?;
        let section = |name: &str| {
            policy
                .get(name)
                .and_then(toml::Value::as_table)
                .with_context(|| format!("deny.toml has no section [{name}]"))
        };
        let licences = section("licenses")?;
        let exceptions = licences
            .get("exceptions")
            .and_then(toml::Value::as_array)
            .map(Vec::as_slice)
            .unwrap_or_default()
            .iter()
            .filter_map(toml::Value::as_table)
            .map(|exception| {
                let name = exception.get("crate").and_then(toml::Value::as_str);
                let name = name.context("an exception in deny.toml names no crate")?;
                Ok((name.to_owned(), licensees(exception)?))
            })
            .collect::<Result<_>>()?;
        Ok(Self {
            licences: licensees(licences)?,
            exceptions,
            registries: strings(section("sources")?, "allow-registry")?,
        })
    }

    /// Says what is wrong with a package, if anything.
    fn judge(&self, package: &Package) -> Result<()> {
        if let Some(source) = &package.source {
            let known = source
                .strip_prefix("registry+")
                .is_some_and(|registry| self.registries.iter().any(|known| known == registry));
            if !known {
                bail!("it comes from {source}, which is not allowed");
            }
        }
        let Some(licence) = &package.licence else {
            bail!("it names no licence")
        };
        let expression = Expression::parse_mode(licence, ParseMode::LAX)
            .ok()
            .with_context(|| format!("its licence cannot be read: {licence}"))?;
        let special = self
            .exceptions
            .iter()
            .filter(|(name, _)| *name == package.name)
            .flat_map(|(_, licences)| licences);
        let allowed: Vec<_> = self.licences.iter().chain(special).collect();
        if expression.evaluate(|asked| allowed.iter().any(|have| have.satisfies(asked))) {
            Ok(())
        } else {
            bail!("its licence is not allowed: {licence}")
        }
    }
}

fn licensees(table: &Table) -> Result<Vec<Licensee>> {
    strings(table, "allow")?
        .iter()
        .map(|name| {
            Licensee::parse(name)
                .ok()
                .with_context(|| format!("deny.toml allows `{name}`, which is no SPDX licence"))
        })
        .collect()
}

fn strings(table: &Table, key: &str) -> Result<Vec<String>> {
    let list = table
        .get(key)
        .and_then(toml::Value::as_array)
        .with_context(|| format!("deny.toml has no list `{key}` where one belongs"))?;
    list.iter()
        .map(|item| {
            item.as_str()
                .map(str::to_owned)
                .with_context(|| format!("`{key}` in deny.toml holds something that is no text"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const REGISTRY: &str = "https://example.com/index";

    fn policy() -> Policy {
        Policy::parse(&format!(
            r#"
            [licenses]
            allow = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"]
            exceptions = [{{ crate = "odd", allow = ["Zlib"] }}]
            [sources]
            allow-registry = ["{REGISTRY}"]
            "#
        ))
        .unwrap()
    }

    fn objection(name: &str, licence: Option<&str>, source: Option<&str>) -> Option<String> {
        let package = Package {
            name: name.to_owned(),
            licence: licence.map(str::to_owned),
            source: source.map(str::to_owned),
        };
        policy()
            .judge(&package)
            .err()
            .map(|error| error.to_string())
    }

    #[test]
    fn an_expression_is_read_not_compared() {
        for fine in [
            "MIT",
            "MIT OR GPL-3.0-only",
            "MIT/Apache-2.0",
            "(GPL-2.0-only OR MIT) AND Apache-2.0",
            "Apache-2.0 WITH LLVM-exception",
        ] {
            assert_eq!(objection("any", Some(fine), None), None, "{fine}");
        }
        for wrong in ["GPL-3.0-only", "MIT AND Zlib", "Zlib", "who knows", ""] {
            assert!(objection("any", Some(wrong), None).is_some(), "{wrong}");
        }
        assert!(objection("any", None, None).unwrap().contains("no licence"));
    }

    #[test]
    fn an_exception_is_for_its_crate_only() {
        assert_eq!(objection("odd", Some("MIT AND Zlib"), None), None);
        assert!(objection("even", Some("MIT AND Zlib"), None).is_some());
    }

    #[test]
    fn a_crate_comes_from_the_registry_or_from_here() {
        let from = |source: &str| objection("any", Some("MIT"), Some(source));
        assert_eq!(from(&format!("registry+{REGISTRY}")), None);
        assert!(from("git+https://example.com/index").is_some());
        assert!(from("registry+https://example.org/index").is_some());
    }

    #[test]
    fn our_own_policy_can_be_read() {
        let text = include_str!("../../../deny.toml");
        assert!(!Policy::parse(text).unwrap().licences.is_empty());
    }

    #[test]
    fn metadata_is_read() {
        let text = r#"{"packages": [{"name": "a", "license": "MIT", "source": null}]}"#;
        let read = packages(text).unwrap();
        assert_eq!(read[0].name, "a");
        assert_eq!(read[0].licence.as_deref(), Some("MIT"));
        assert_eq!(read[0].source, None);
        assert!(packages("{}").is_err());
    }
}
