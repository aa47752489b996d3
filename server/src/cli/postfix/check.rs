//! `smart-hosts postfix check`: the doctor.

use std::process::ExitCode;

use clap::Args;
use gateway::postfix::{self, Expected, Host, Outcome, Report};

use super::SettingsArg;
use crate::cli::{DataDirArg, Failure, in_runtime, output};
use crate::expected;

/// Examine the live Postfix.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(in crate::cli) struct Check {
    /// Print all checks as one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: SettingsArg,
    #[command(flatten)]
    data_dir: DataDirArg,
}

const EXIT_CODES: &str = "\
Exit codes, as monitoring plug-ins have them:
  0  all is well
  1  warnings: mail flows, but not as well or as safely as it should
  2  failures: mail does not flow as the console shows
  3  unknown: it could not be found out, for want of root's rights or of a Postfix";

impl Check {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let expected = in_runtime(self.expected())?;
        let report = postfix::examine(&Host, &self.settings.settings(), &expected);
        if self.json {
            output::json(&report)?;
        } else {
            print(&report)?;
        }
        Ok(ExitCode::from(report.outcome().exit_code()))
    }

    /// A database that cannot be read is itself a finding, and no reason not to look at Postfix.
    async fn expected(&self) -> Result<Expected, Failure> {
        let read = async {
            let store = self.data_dir.open().open().await?;
            Ok::<_, Failure>(expected::read(&store).await?)
        };
        Ok(match read.await {
            Ok(expected) => expected,
            Err(failure) => expected::why(&failure),
        })
    }
}

/// The line for monitoring first, then what is wrong with its fix, then what is right.
fn print(report: &Report) -> Result<(), Failure> {
    output::line(report.summary())?;
    let mut checks: Vec<_> = report.checks.iter().collect();
    checks.sort_by_key(|check| match check.outcome {
        Outcome::Failure => 0,
        Outcome::Warning => 1,
        Outcome::Unknown => 2,
        Outcome::Ok => 3,
    });
    for check in checks {
        let outcome = check.outcome.to_string();
        output::line(format_args!(
            "{outcome:<8} {:<22} {}",
            check.name, check.found
        ))?;
        if let Some(fix) = &check.fix {
            output::line(format_args!("{:<31} -> {fix}", ""))?;
        }
    }
    Ok(())
}
