//! The command line.

mod default_routing;
mod explain;
mod export;
mod failure;
mod held;
mod history;
mod hosts;
mod import;
mod key;
mod lookup;
mod managed_domain;
mod output;
mod password;
mod postfix;
mod published;
mod reach;
mod route;
mod serve;
mod smart_host;
mod stop;
mod test;
mod user;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use crate::data_dir::DataDir;
use crate::{clock, log};

pub use failure::Failure;

/// How long a command's output may wait for whoever reads it: a person at a pager takes their time,
/// and a command holds up no connections but its own.
const PATIENCE: Duration = Duration::MAX;

/// Decides where mail goes: domain -> smart host, port.
#[derive(Debug, Parser)]
#[command(name = "smart-hosts", version, propagate_version = true, after_help = EXIT_CODES)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  it failed: the data folder or the database cannot be used
  2  the command line or a variable was not understood
  3  a value breaks a rule (a domain, host or port that cannot be); of import: lines were left out
  4  it clashes with what is stored (a duplicate, a managed domain, a change by someone else, the last
     administrator)
  5  it is not there; of explain: no rule is for the address
  6  the test shows that mail would not be delivered; of explain: it waits
  7  of explain: Postfix is told something else than what the console says
  8  of history verify: an entry was altered or removed

Commands work while the server runs, and open pages show their changes at once.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the web console
    Serve(serve::Serve),
    /// Answer Postfix's look-ups
    Lookup(lookup::Lookup),
    /// List, add or delete smart host routes, and what removed ones still hold
    #[command(subcommand)]
    Route(route::Command),
    /// List, add or delete managed domains
    #[command(subcommand)]
    ManagedDomain(managed_domain::Command),
    /// Show, set or clear default domain routing
    #[command(subcommand)]
    DefaultRouting(default_routing::Command),
    /// List smart hosts, or set TLS and sender authentication
    #[command(subcommand)]
    SmartHost(smart_host::Command),
    /// Look into the history, take changes back, or prove that it is whole
    #[command(subcommand)]
    History(history::Command),
    /// Write a list to standard output or a file
    Export(export::Export),
    /// Read a list from a file: from an export, from Postfix, or from another gateway
    Import(import::Import),
    /// Test the connection to a smart host; no mail is sent
    Test(test::Test),
    /// Explain where mail for an address goes
    Explain(explain::Explain),
    /// List, add or remove people who sign in to the console, and what they may do
    #[command(subcommand)]
    User(user::Command),
    /// Replace the key that seals passwords and second factors
    #[command(subcommand)]
    Key(key::Command),
    /// Configure the Postfix that asks us, or examine it
    #[command(subcommand)]
    Postfix(postfix::Command),
}

/// The data folder, which every command needs.
#[derive(Debug, Args)]
struct DataDirArg {
    /// The folder that holds the database
    #[arg(
        long = "data-dir",
        env = "SMART_HOSTS_DATA_DIR",
        default_value = "./data",
        value_name = "FOLDER"
    )]
    path: PathBuf,
}

impl DataDirArg {
    fn open(&self) -> DataDir {
        DataDir::new(&self.path)
    }
}

/// The author of a change made on the command line.
fn by() -> store::By {
    store::By::new(store::By::LOCAL, clock::now())
}

/// Does what the command line asks and returns the exit code.
#[must_use]
pub fn run(cli: Cli) -> ExitCode {
    let result = match cli.command {
        Command::Serve(serve) => serve.run(),
        Command::Lookup(lookup) => lookup.run(),
        Command::Route(command) => in_runtime(command.run()),
        Command::ManagedDomain(command) => in_runtime(command.run()),
        Command::DefaultRouting(command) => in_runtime(command.run()),
        Command::SmartHost(command) => in_runtime(command.run()),
        Command::User(command) => in_runtime(command.run()),
        Command::Key(command) => in_runtime(command.run()),
        Command::History(command) => in_runtime(command.run()),
        Command::Export(export) => in_runtime(export.run()),
        Command::Import(import) => return ended(in_runtime(import.run())),
        Command::Test(test) => in_runtime(test.run()),
        Command::Explain(explain) => return ended(in_runtime(explain.run())),
        Command::Postfix(command) => return ended(command.run()),
    };
    ended(result.map(|()| ExitCode::SUCCESS))
}

/// The exit code, after saying why something failed.
fn ended(result: Result<ExitCode, Failure>) -> ExitCode {
    match result {
        Ok(code) => code,
        Err(failure) => {
            output::complain(&failure);
            failure.exit_code()
        }
    }
}

/// Runs a command's asynchronous work to its end.
fn in_runtime<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    log::start(log::LogFormat::Text, "warn")?;
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(Failure::Io)?
        .block_on(work)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    /// The variables of a command and of those below it.
    fn variables(command: &clap::Command) -> Vec<String> {
        let own = command.get_arguments().filter_map(clap::Arg::get_env);
        let own = own.map(|name| name.to_string_lossy().into_owned());
        own.chain(command.get_subcommands().flat_map(variables))
            .collect()
    }

    #[test]
    fn every_variable_stands_in_the_tables_of_settings() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let variables = variables(&Cli::command());
        assert!(variables.len() > 10, "{variables:?}");
        for document in ["README.md", "docs/operations.md"] {
            let text = std::fs::read_to_string(root.join(document)).unwrap();
            for name in &variables {
                let named =
                    |line: &str| line.starts_with('|') && line.contains(&format!("`{name}`"));
                assert!(text.lines().any(named), "{document} lacks {name}");
            }
        }
    }
}
