//! `smart-hosts postfix`: the configuration of the Postfix that asks us, and its doctor.

mod check;
mod config;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use gateway::postfix::{Place, Settings, SocketPath, UserName};

use super::Failure;

/// Configure Postfix, or examine it.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Print what Postfix's configuration must say, as commands; with --apply, run them
    Config(config::Config),
    /// Examine the live Postfix; the exit code is for monitoring
    Check(check::Check),
}

/// What varies between installations of Postfix.
#[derive(Debug, Args)]
pub(super) struct SettingsArg {
    /// The folder of main.cf and master.cf, if it is not Postfix's usual one
    #[arg(long, short = 'c', value_name = "FOLDER")]
    config_dir: Option<PathBuf>,
    /// The look-up service's socket, relative to Postfix's queue directory
    #[arg(long, value_name = "PATH", default_value_t = Settings::default().socket)]
    socket: SocketPath,
    /// The system user that runs the look-up service
    #[arg(long, value_name = "NAME", default_value_t = Settings::default().owner)]
    user: UserName,
    /// The certificate authorities by which smart hosts are verified: one PEM file
    #[arg(long, value_name = "FILE", default_value_os_t = Settings::default().ca_file)]
    ca_file: PathBuf,
    /// Ask the look-up service after the tables that are in `transport_maps` already, not before
    #[arg(long)]
    behind: bool,
}

impl SettingsArg {
    pub(super) fn settings(&self) -> Settings {
        Settings {
            config_dir: self.config_dir.clone(),
            socket: self.socket.clone(),
            owner: self.user.clone(),
            place: if self.behind {
                Place::Last
            } else {
                Place::First
            },
            ca_file: self.ca_file.clone(),
        }
    }
}

/// The same for the console, whose options are many.
#[derive(Debug, Args)]
#[command(next_help_heading = "The Postfix that the console examines")]
pub(super) struct ExaminedArgs {
    /// The folder of its main.cf and master.cf, if it is not Postfix's usual one
    #[arg(
        long = "postfix-config-dir",
        env = "SMART_HOSTS_POSTFIX_CONFIG_DIR",
        value_name = "FOLDER"
    )]
    config_dir: Option<PathBuf>,
    /// The look-up service's socket, relative to Postfix's queue directory
    #[arg(long = "postfix-socket", env = "SMART_HOSTS_POSTFIX_SOCKET", value_name = "PATH",
        default_value_t = Settings::default().socket)]
    socket: SocketPath,
    /// The system user that runs the look-up service
    #[arg(long = "postfix-user", env = "SMART_HOSTS_POSTFIX_USER", value_name = "NAME",
        default_value_t = Settings::default().owner)]
    user: UserName,
    /// The certificate authorities by which Postfix verifies smart hosts: one PEM file
    #[arg(long = "postfix-ca-file", env = "SMART_HOSTS_POSTFIX_CA_FILE", value_name = "FILE",
        default_value_os_t = Settings::default().ca_file)]
    ca_file: PathBuf,
    /// The look-up service is asked after the other tables in `transport_maps`, not before
    #[arg(long = "postfix-behind", env = "SMART_HOSTS_POSTFIX_BEHIND")]
    behind: bool,
}

impl ExaminedArgs {
    pub(super) fn settings(&self) -> Settings {
        let ExaminedArgs {
            config_dir,
            socket,
            user,
            ca_file,
            behind,
        } = self;
        SettingsArg {
            config_dir: config_dir.clone(),
            socket: socket.clone(),
            user: user.clone(),
            ca_file: ca_file.clone(),
            behind: *behind,
        }
        .settings()
    }
}

impl Command {
    /// Does it. A check that found something has an exit code of its own, and no message.
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        match self {
            Self::Config(config) => config.run().map(|()| ExitCode::SUCCESS),
            Self::Check(check) => check.run(),
        }
    }
}
