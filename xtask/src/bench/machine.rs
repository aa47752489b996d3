//! What was measured on: a figure without it says little.

use std::fs;
use std::process::Command;

use anyhow::Result;

use crate::process;

/// A machine, when a run began.
pub(super) struct Machine {
    /// The model of its processor.
    pub(super) processor: String,
    pub(super) cores: usize,
    pub(super) kernel: String,
    /// As `2026-01-31`.
    pub(super) date: String,
    /// How many processes wanted a core in the minute before.
    pub(super) load: String,
}

impl Machine {
    /// This one, now.
    pub(super) fn of_this() -> Result<Self> {
        let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let asked = |program: &str, argument: &str| -> Result<String> {
            let said = process::output(Command::new(program).arg(argument))?;
            Ok(said.trim().to_owned())
        };
        Ok(Self {
            processor: model(&processors).to_owned(),
            cores: std::thread::available_parallelism()?.get(),
            kernel: asked("uname", "-sr")?,
            date: asked("date", "+%Y-%m-%d")?,
            load: load.split(' ').next().unwrap_or("?").to_owned(),
        })
    }
}

/// The model of the first processor in what proc(5) says.
fn model(processors: &str) -> &str {
    let mut lines = processors.lines();
    lines
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("an unknown processor", |rest| {
            rest.trim_start_matches([' ', '\t', ':'])
        })
}

#[cfg(test)]
mod tests {
    use super::model;

    #[test]
    fn the_processor_is_named() {
        let known = "processor\t: 0\nmodel name\t: Some CPU @ 2.0 GHz\ncache size\t: 1 KB\n";
        assert_eq!(model(known), "Some CPU @ 2.0 GHz");
        assert_eq!(model("processor\t: 0\n"), "an unknown processor");
    }
}
