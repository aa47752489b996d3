//! `cargo xtask bench`: how fast it is and what it takes up, beside what others do in the same run.

mod figure;
mod machine;
mod measure;
mod page;

use std::ffi::OsString;
use std::fs;
use std::process::ExitCode;

use anyhow::Result;

use self::figure::Figure;
use self::machine::Machine;
use crate::process;
use crate::say;
use crate::tools::debian;
use crate::workspace::Workspace;

/// What `cargo xtask bench` can be told.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Measure with so many routes: fewer are quicker
    #[arg(long, default_value_t = ROUTES, value_name = "N", value_parser = clap::value_parser!(u32).range(1000..))]
    routes: u32,
    /// Measure one group only; may be given several times
    #[arg(long, value_enum, value_name = "NAME")]
    only: Vec<Group>,
    /// Write docs/performance.md even if not everything was measured, or with fewer routes
    #[arg(long)]
    write: bool,
    /// Passed on to Playwright, which starts the processes that are measured
    #[arg(last = true)]
    playwright: Vec<OsString>,
}

/// As many as there may be.
const ROUTES: u32 = 1_000_000;

/// What is measured together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Group {
    /// Pages of lists, searches, the history
    Lists,
    /// Single changes, one by one and by many at once
    Changes,
    /// Import, undo and export of files
    Files,
    /// The program as a browser sees it: start, pages, memory
    Pages,
    /// How long a person with a slow machine waits in a browser
    Browser,
    /// What a browser downloads
    Size,
    /// Inner loops
    Inner,
    /// Look-ups of Postfix, beside its own tables
    Lookups,
    /// Wrong passwords, for names that there are and names that there are not
    SignIn,
    /// Messages through a real Postfix
    Mail,
}

/// The groups whose figures have goals, and are written down.
const WRITTEN: [Group; 7] = [
    Group::Files,
    Group::Lists,
    Group::Changes,
    Group::Pages,
    Group::Browser,
    Group::Size,
    Group::Inner,
];
/// The others, which print what they found.
const PRINTED: [Group; 3] = [Group::Lookups, Group::SignIn, Group::Mail];

/// Measures, and prints what it found. Numbers never pass or fail anything.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let wanted = |group: &Group| options.only.is_empty() || options.only.contains(group);
    if !process::on_path("sqlite3") {
        debian::install(&["sqlite3"], "the program to compare with")?;
    }
    let machine = Machine::of_this()?;
    let written: Vec<_> = WRITTEN.into_iter().filter(wanted).collect();
    let mut found = Found::default();
    for group in &written {
        say::header(title(*group));
        measure::group(workspace, options.routes, *group, &mut found)?;
    }
    if !found.figures.is_empty() {
        say::header("Together");
        say::line(&page::table(&found.figures));
    }
    if options.write || (written.len() == WRITTEN.len() && options.routes == ROUTES) {
        let path = workspace.root().join("docs/performance.md");
        let left_out = WRITTEN.iter().filter(|group| !wanted(group));
        let left_out: Vec<_> = left_out.map(|group| title(*group)).collect();
        let page = page::page(&machine, options.routes, &found, &left_out);
        fs::write(&path, page)?;
        say::line(&format!("Written to {}.", path.display()));
    }
    for group in PRINTED.into_iter().filter(wanted) {
        say::header(title(group));
        measure::printed(workspace, options, group)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What was found.
#[derive(Default)]
struct Found {
    figures: Vec<Figure>,
    /// What the inner loops have printed.
    inner: String,
}

fn title(group: Group) -> &'static str {
    match group {
        Group::Lists => "Lists",
        Group::Changes => "Changes",
        Group::Files => "Files",
        Group::Pages => "The program, as a browser sees it",
        Group::Browser => "In a browser",
        Group::Size => "What a browser downloads",
        Group::Inner => "Inner loops",
        Group::Lookups => "Look-ups per second",
        Group::SignIn => "Wrong passwords, for names that there are and names that there are not",
        Group::Mail => "Messages per second through Postfix",
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn every_group_is_measured_once() {
        for group in Group::value_variants() {
            let all = WRITTEN.iter().chain(&PRINTED);
            assert_eq!(all.filter(|one| *one == group).count(), 1, "{group:?}");
        }
    }
}
