//! `smart-hosts explain`: where mail for an address goes, and why.

mod show;

use std::process::ExitCode;

use clap::Args;
use gateway::explain::{Explanation, Outcome, Subject};

use super::postfix::SettingsArg;
use super::test::HostLookup;
use super::{DataDirArg, Failure, output};
use crate::own::OwnArgs;
use crate::{clock, explain};

/// Explain where mail for an address goes
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(super) struct Explain {
    /// An address, a domain, or <> for the sender of bounces
    address: String,
    /// Print everything as one JSON object
    #[arg(long)]
    json: bool,
    /// Who knows the addresses of hosts, as Postfix's `smtp_host_lookup` has it
    #[arg(long, value_enum, default_value_t)]
    host_lookup: HostLookup,
    #[command(flatten)]
    postfix: SettingsArg,
    #[command(flatten)]
    own: OwnArgs,
    #[command(flatten)]
    data_dir: DataDirArg,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  a rule sends the mail on
  3  the address cannot be
  5  no rule is for it: Postfix delivers it as it would without Smart Hosts
  6  it waits: its route was removed, or the rule for it cannot be used
  7  Postfix is told something else than what the console says

Run it as root to see what Postfix is told: the look-up service answers nobody else.";

impl Explain {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let subject =
            Subject::parse(&self.address).map_err(|error| Failure::Value(error.to_string()))?;
        let store = self.data_dir.open().open().await?;
        let settings = self.postfix.settings();
        let own = self.own.gather(settings.config_dir.as_deref());
        let explanation = explain::explained(
            &store,
            &subject,
            clock::now(),
            self.host_lookup.names(),
            &own,
            settings,
        )
        .await?;
        if self.json {
            output::json(&explanation)?;
        } else {
            show::explanation(&explanation)?;
        }
        Ok(ExitCode::from(code(&explanation)))
    }
}

fn code(explanation: &Explanation) -> u8 {
    if explanation.is_contradicted() {
        7
    } else if explanation.goes() {
        0
    } else if explanation.outcome == Outcome::NoRule {
        5
    } else {
        6
    }
}
