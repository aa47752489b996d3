//! The page of the documentation that holds the figures.

use std::fmt::Write as _;

use super::figure::{Figure, number};
use super::{Found, Machine};

/// What is said before the table.
const HEAD: &str = "# Performance

`cargo xtask bench` measures this, with many routes, 10,000 managed domains and a history that tells
how each of them came, and writes this page. What a figure is compared with is measured in the same run,
on the same machine. Numbers pass or fail nothing; where a goal is not met, the table says so.
";

/// The whole page; `left_out` was not measured.
pub(super) fn page(machine: &Machine, routes: u32, found: &Found, left_out: &[&str]) -> String {
    let Machine {
        processor,
        cores,
        kernel,
        date,
        load,
    } = machine;
    let mut page = format!(
        "{HEAD}\n{date}: {processor}, {cores} cores, {kernel}; {routes} routes. Load when it began: \
         {load}\n(processes that wanted a core in the minute before; 0 on an idle machine).\n"
    );
    if !left_out.is_empty() {
        let sentence = format!("\nNot measured in this run: {}.\n", left_out.join("; "));
        page.push_str(&sentence);
    }
    let figures = [table(&found.figures), unmet(&found.figures)].join("\n");
    page.extend(["\n", &figures, "\n"]);
    if !found.inner.is_empty() {
        let inner = plain(&found.inner);
        let printed = format!("\n## Inner loops\n\nAs divan prints them.\n\n```text\n{inner}```\n");
        page.push_str(&printed);
    }
    page
}

/// The figures as a table.
pub(super) fn table(figures: &[Figure]) -> String {
    let mut table = String::from(
        "| figure | value | compared with | ratio | goal | met |\n\
         | --- | ---: | --- | ---: | --- | --- |\n",
    );
    for figure in figures {
        let reference = figure
            .reference
            .as_ref()
            .map_or_else(String::new, |(name, value)| {
                format!("{name}: {} {}", number(*value), figure.unit)
            });
        let ratio = figure.ratio().map_or_else(String::new, number);
        let met = match figure.met() {
            None => "",
            Some(true) => "yes",
            Some(false) => "**no**",
        };
        // Writing to a string never fails.
        let _ = writeln!(
            table,
            "| {} | {} {} | {reference} | {ratio} | {} | {met} |",
            figure.name,
            number(figure.value),
            figure.unit,
            figure.goal_in_words(),
        );
    }
    table
}

fn unmet(figures: &[Figure]) -> String {
    let goals = figures.iter().filter_map(Figure::met);
    let (met, unmet): (Vec<_>, Vec<_>) = goals.partition(|met| *met);
    match (met.len(), unmet.len()) {
        (met, 0) => format!("All {met} goals are met."),
        (met, unmet) => format!("{unmet} of {} goals are not met.", met + unmet),
    }
}

/// Without spaces at the ends of lines.
fn plain(text: &str) -> String {
    let lines = text.lines().flat_map(|line| [line.trim_end(), "\n"]);
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::super::figure::Goal;
    use super::*;

    fn figure(value: f64, goal: Option<Goal>) -> Figure {
        Figure {
            name: "export".to_owned(),
            value,
            unit: "s".to_owned(),
            reference: Some(("sqlite3".to_owned(), 2.0)),
            goal,
        }
    }

    #[test]
    fn a_goal_that_is_not_met_is_said_so() {
        let good = figure(3.0, Some(Goal::RatioAtMost(2.0)));
        let bad = figure(5.0, Some(Goal::RatioAtMost(2.0)));
        let found = Found {
            figures: vec![good.clone(), bad, figure(1.0, None)],
            inner: "loop  \n".to_owned(),
        };
        let machine = Machine {
            processor: "CPU".to_owned(),
            cores: 2,
            kernel: "Linux 6".to_owned(),
            date: "2026-01-31".to_owned(),
            load: "0.5".to_owned(),
        };
        let page = page(&machine, 1000, &found, &["Files", "Lists"]);
        for line in [
            "2026-01-31: CPU, 2 cores, Linux 6; 1000 routes. Load when it began: 0.5\n",
            "\nNot measured in this run: Files; Lists.\n\n|",
            "| export | 3 s | sqlite3: 2 s | 1.5 | at most 2 times that | yes |\n",
            "| export | 5 s | sqlite3: 2 s | 2.5 | at most 2 times that | **no** |\n",
            "| export | 1 s | sqlite3: 2 s | 0.5 |  |  |\n",
            "\n1 of 2 goals are not met.\n",
            "```text\nloop\n```\n",
        ] {
            assert!(page.contains(line), "{line}: {page}");
        }
        assert_eq!(unmet(&[good]), "All 1 goals are met.");
    }
}
