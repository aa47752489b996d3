//! Running what measures.

use std::path::Path;

use anyhow::Result;

use super::{Found, Group, Options, figure};
use crate::build::{self, Mode};
use crate::process;
use crate::say;
use crate::test;
use crate::tools::debian;
use crate::workspace::Workspace;

/// Tries for each kind of name.
const SIGN_INS: &str = "200";

/// What browsers are to download at most, in KB.
const DOWNLOAD: f64 = 220.0;

/// The packages that have inner loops.
const INNER: [&str; 3] = ["routing", "gateway", "server"];

/// Measures a group whose figures are written down.
pub(super) fn group(
    workspace: &Workspace,
    routes: u32,
    group: Group,
    found: &mut Found,
) -> Result<()> {
    match group {
        Group::Browser => collect(&test::measure_browser(workspace)?, found),
        Group::Size => size(workspace, found),
        Group::Inner => inner(workspace, found),
        Group::Pages => {
            let program = build::program(workspace, Mode::Release)?;
            example(workspace, ["server", "pages"], routes, &[&program], found)
        }
        Group::Lists => store(workspace, routes, "lists", found),
        Group::Changes => store(workspace, routes, "changes", found),
        _ => store(workspace, routes, "files", found),
    }
}

fn store(workspace: &Workspace, routes: u32, group: &str, found: &mut Found) -> Result<()> {
    let group = Path::new(group);
    example(workspace, ["store", "figures"], routes, &[group], found)
}

/// Runs an example that prints a figure on each line.
fn example(
    workspace: &Workspace,
    [package, name]: [&str; 2],
    routes: u32,
    arguments: &[&Path],
    found: &mut Found,
) -> Result<()> {
    let mut cargo = workspace.cargo(Mode::Release);
    cargo.args(["run", "--locked", "--release", "--package", package]);
    cargo
        .args(["--example", name, "--"])
        .arg(routes.to_string());
    collect(&process::output(cargo.args(arguments))?, found)
}

/// Takes over figures, each on a line.
fn collect(printed: &str, found: &mut Found) -> Result<()> {
    for line in printed.lines() {
        let figure = figure::read(line)?;
        say::line(&figure.sentence());
        found.figures.push(figure);
    }
    Ok(())
}

fn size(workspace: &Workspace, found: &mut Found) -> Result<()> {
    build::site::build(workspace, Mode::Release)?;
    let sizes = test::compressed(&build::site::package_folder(
        &workspace.site(Mode::Release),
    )?)?;
    let bytes: u64 = sizes.iter().map(|(_, bytes)| bytes).sum();
    let kilobytes = f64::from(u32::try_from(bytes)?) / 1024.0;
    let figure = figure::Figure {
        name: "module, JavaScript and style sheet, by brotli".to_owned(),
        value: kilobytes,
        unit: "KB".to_owned(),
        reference: None,
        goal: Some(figure::Goal::AtMost(DOWNLOAD)),
    };
    say::line(&figure.sentence());
    found.figures.push(figure);
    Ok(())
}

fn inner(workspace: &Workspace, found: &mut Found) -> Result<()> {
    for package in INNER {
        let mut cargo = workspace.cargo(Mode::Release);
        cargo.args(["bench", "--locked", "--package", package, "--bench", "*"]);
        let printed = process::output(&mut cargo)?;
        say::line(&printed);
        found.inner.push_str(&printed);
    }
    Ok(())
}

/// Runs what prints by itself.
pub(super) fn printed(workspace: &Workspace, options: &Options, group: Group) -> Result<()> {
    if group == Group::Mail {
        return test::measure_mail(workspace, &options.playwright);
    }
    let mut cargo = workspace.cargo(Mode::Release);
    cargo.args(["run", "--locked", "--release", "--package"]);
    if group == Group::SignIn {
        return process::run(cargo.args(["server", "--example", "sign_in", "--", SIGN_INS]));
    }
    debian::install(
        &["postfix-sqlite", "postfix-lmdb", "sqlite3"],
        "the tables to compare with",
    )?;
    let program = build::program(workspace, Mode::Release)?;
    cargo.args(["gateway", "--example", "lookups", "--"]);
    process::run(cargo.arg(options.routes.to_string()).arg(program))
}
