//! Installing Debian packages without asking anything.

use std::ffi::{OsStr, OsString};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::say;

/// Installs those of the packages that are missing.
///
/// `purpose` completes the sentence "Installing … for …". As anyone but root, and without a
/// `sudo` that asks for no password, it fails with the command to type.
pub(crate) fn install(packages: &[&str], purpose: &str) -> Result<()> {
    install_missing(packages, purpose, &[], None)
}

/// The same for packages that bring a service, which is not wanted here: only its programs are.
///
/// `answers` are lines for debconf-set-selections(1), given before packages are installed that ask
/// questions. The runlevel of rescue systems keeps invoke-rc.d(8) from starting anything, and is
/// over with this command.
pub(crate) fn install_without_starting(
    packages: &[&str],
    purpose: &str,
    answers: &str,
) -> Result<()> {
    install_missing(packages, purpose, &["RUNLEVEL=1"], Some(answers))
}

fn install_missing(
    packages: &[&str],
    purpose: &str,
    variables: &[&str],
    answers: Option<&str>,
) -> Result<()> {
    let missing: Vec<&str> = packages
        .iter()
        .copied()
        .filter(|package| !is_installed(package))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let by_hand = format!("apt-get install {}", missing.join(" "));
    if !process::on_path("apt-get") {
        bail!(
            "{} missing for {purpose}, and this system has no apt-get; install what \
             `{by_hand}` would on Debian",
            are(&missing)
        );
    }
    let Some(prefix) = privilege() else {
        bail!(
            "{} missing for {purpose}; run `sudo {by_hand}` and try again",
            are(&missing)
        );
    };

    say::line(&format!("Installing {} for {purpose}…", missing.join(", ")));
    if let Some(answers) = answers {
        process::run_with_input(
            &mut with_privilege(prefix, "debconf-set-selections"),
            answers,
        )
        .context("debconf did not take the answers to what the packages ask")?;
    }
    if process::run(apt_get(prefix, &[]).args(["-q", "update"])).is_err() {
        say::line("Not every list of packages could be brought up to date; trying all the same.");
    }
    process::run(
        apt_get(prefix, variables)
            .args(["-q", "install", "--yes", "--no-install-recommends"])
            .args(&missing),
    )
    .with_context(|| format!("`{by_hand}` did not work; run it by hand and try again"))
}

/// Whether nothing is missing of these packages.
pub(crate) fn are_installed(packages: &[&str]) -> bool {
    packages.iter().all(|package| is_installed(package))
}

/// Whether dpkg knows the package as completely installed.
pub(crate) fn is_installed(package: &str) -> bool {
    Command::new("dpkg-query")
        .args(["--show", "--showformat=${db:Status-Status}", package])
        .output()
        .is_ok_and(|output| output.status.success() && output.stdout == b"installed")
}

/// What to put before a command that only root may run: nothing for root, `sudo -n` where it
/// works, else it cannot be had.
pub(crate) fn privilege() -> Option<&'static [&'static str]> {
    let user = process::output(Command::new("id").arg("-u")).ok()?;
    if user.trim() == "0" {
        Some(&[])
    } else if process::succeeds(Command::new("sudo").args(["-n", "true"])) {
        Some(&["sudo", "-n"])
    } else {
        None
    }
}

/// A command with the rights of root, or an error that says how to get them.
///
/// sudo drops the environment, so what the command needs of it is given in `variables`.
pub(crate) fn as_root(program: &str, variables: &[(&str, &OsStr)]) -> Result<Command> {
    let Some(prefix) = privilege() else {
        bail!("this must be run as root, or with a sudo that asks for no password");
    };
    let mut command = with_privilege(prefix, "env");
    for (name, value) in variables {
        let mut setting = OsString::from(format!("{name}="));
        setting.push(value);
        command.arg(setting);
    }
    command.arg(program);
    Ok(command)
}

fn with_privilege(prefix: &[&str], program: &str) -> Command {
    let mut words = prefix.iter().copied().chain([program]);
    let mut command = Command::new(words.next().unwrap_or(program));
    command.args(words);
    command
}

// `env` instead of the command's own environment, which sudo would drop.
fn apt_get(prefix: &[&str], variables: &[&str]) -> Command {
    let mut command = with_privilege(prefix, "env");
    command
        .arg("DEBIAN_FRONTEND=noninteractive")
        .args(variables)
        .arg("apt-get");
    command
}

fn are(packages: &[&str]) -> String {
    match packages {
        [one] => format!("the package {one} is"),
        more => format!("the packages {} are", more.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_missing_package_is_one_too_many() {
        assert!(are_installed(&[]));
        assert!(!are_installed(&["no-such-package"]));
    }

    #[test]
    fn nothing_to_install_is_no_work() {
        install(&[], "nothing").unwrap();
    }

    #[test]
    fn apt_never_asks() {
        let command = apt_get(&["sudo", "-n"], &["RUNLEVEL=1"]);
        let words: Vec<_> = command.get_args().collect();
        assert_eq!(command.get_program(), "sudo");
        assert_eq!(
            words,
            [
                "-n",
                "env",
                "DEBIAN_FRONTEND=noninteractive",
                "RUNLEVEL=1",
                "apt-get"
            ]
        );
    }
}
