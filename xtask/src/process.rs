//! Running other programs, with errors that say what to do.

use std::env;
use std::ffi::OsString;
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, anyhow, bail};

/// The Cargo that runs xtask. Named directly it starts faster than through rustup.
pub(crate) fn cargo_program() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Runs a command whose output goes to the terminal; an unsuccessful end is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command
        .stdin(Stdio::null())
        .status()
        .map_err(|error| not_started(command, &error))?;
    if status.success() {
        Ok(())
    } else {
        bail!(
            "`{}` failed ({status}); what it printed above says why",
            shown(command)
        )
    }
}

/// Runs a command that reads this text from its standard input.
pub(crate) fn run_with_input(command: &mut Command, input: &str) -> Result<()> {
    let mut child = command
        .stdin(Stdio::piped())
        .spawn()
        .map_err(|error| not_started(command, &error))?;
    // Whoever ends before reading everything says how it ended, which is the better error.
    let written = child
        .stdin
        .take()
        .map_or(Ok(()), |mut stdin| stdin.write_all(input.as_bytes()));
    let status = child.wait()?;
    if !status.success() {
        bail!("`{}` failed ({status})", shown(command));
    }
    written.with_context(|| format!("`{}` did not read its input", shown(command)))
}

/// Runs a command and returns what it wrote to standard output; its errors go to the terminal.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| not_started(command, &error))?;
    if !output.status.success() {
        bail!("`{}` failed ({})", shown(command), output.status);
    }
    String::from_utf8(output.stdout)
        .with_context(|| format!("`{}` answered something that is not UTF-8", shown(command)))
}

/// Whether a command runs and ends well. Nothing is printed.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Whether a program of this name is on the search path.
pub(crate) fn on_path(program: &str) -> bool {
    env::var_os("PATH")
        .is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

/// Takes out of a command's environment what `cargo run` put there for xtask.
///
/// Another package's variables would reach build scripts and the program itself, and Cargo's
/// library path would make a different toolchain load the wrong libraries.
pub(crate) fn forget_the_cargo_above(command: &mut Command, target: &Path) {
    for (name, _) in env::vars_os() {
        let name_text = name.to_string_lossy();
        if name_text.starts_with("CARGO_PKG_") || name_text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    let rustup = env::var_os("RUSTUP_HOME");
    if let Some(path) = env::var_os("LD_LIBRARY_PATH") {
        let kept: Vec<_> = env::split_paths(&path)
            .filter(|folder| {
                let of_rustup = rustup.as_ref().is_some_and(|home| folder.starts_with(home));
                !folder.starts_with(target) && !of_rustup && !folder.as_os_str().is_empty()
            })
            .collect();
        match env::join_paths(&kept) {
            Ok(kept) if !kept.is_empty() => command.env("LD_LIBRARY_PATH", kept),
            _ => command.env_remove("LD_LIBRARY_PATH"),
        };
    }
}

/// The command as a person would type it.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut text = program
        .file_name()
        .unwrap_or(program.as_os_str())
        .to_string_lossy()
        .into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}

fn not_started(command: &Command, error: &std::io::Error) -> anyhow::Error {
    let program = command.get_program().to_string_lossy();
    if error.kind() == ErrorKind::NotFound {
        anyhow!("there is no program `{program}` here; install it, or put its folder on PATH")
    } else {
        anyhow!("`{}` did not start: {error}", shown(command))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_is_named() {
        let error = run(&mut Command::new("smart-hosts-no-such-program")).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("no program `smart-hosts-no-such-program`")
        );
    }

    #[test]
    fn a_failed_command_is_shown_as_typed() {
        let error = output(Command::new("sh").args(["-c", "exit 3"])).unwrap_err();
        assert!(
            error.to_string().starts_with("`sh -c exit 3` failed"),
            "{error}"
        );
    }

    #[test]
    fn input_is_read_to_its_end() {
        let compare = "test \"$(cat)\" = hello";
        run_with_input(Command::new("sh").args(["-c", compare]), "hello\n").unwrap();
        let error = run_with_input(Command::new("sh").args(["-c", compare]), "bye").unwrap_err();
        assert!(error.to_string().contains("failed"), "{error}");
    }

    #[test]
    fn output_is_what_was_written() {
        let text = output(Command::new("sh").args(["-c", "echo hello"])).unwrap();
        assert_eq!(text, "hello\n");
    }
}
