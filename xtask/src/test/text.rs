//! The stage `text`: house rules that no compiler knows, for every file that is or would be
//! committed.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::Context;
use crate::process;
use crate::say;

/// A rule about lines of text.
struct Rule {
    /// What is wrong where the rule finds something.
    says: &'static str,
    /// Why it is a rule.
    because: &'static str,
    /// Whether it is also meant for data: files in folders of test data, and recorded answers.
    for_data: bool,
    broken_by: fn(&str) -> bool,
}

const RULES: &[Rule] = &[
    Rule {
        says: "names the host of a package registry",
        because: "whoever builds may have another mirror; clients know where their registry is",
        for_data: true,
        broken_by: |line| REGISTRY_HOSTS.iter().any(|host| line.contains(host)),
    },
    Rule {
        says: "holds a path that exists on one machine only",
        because: "it means nothing to anyone else",
        for_data: true,
        broken_by: names_a_private_path,
    },
    Rule {
        says: "ends in CR LF",
        because: "one way to end a line keeps differences small",
        for_data: false,
        broken_by: |line| line.ends_with('\r'),
    },
    Rule {
        says: "has white space at its end",
        because: "it shows up in differences and nowhere else",
        for_data: false,
        broken_by: |line| {
            let line = line.strip_suffix('\r').unwrap_or(line);
            line.ends_with([' ', '\t'])
        },
    },
    Rule {
        says: "is marked as unfinished",
        because: "what is left to do belongs into an issue, where it is seen",
        for_data: false,
        broken_by: |line| words(line).any(|word| UNFINISHED.contains(&word)),
    },
];

// In pieces, so that this file keeps its own rules.
const REGISTRY_HOSTS: &[&str] = &[
    concat!("registry.npm", "js.org"),
    concat!("registry.yarn", "pkg.com"),
    concat!("index.crates", ".io"),
    concat!("static.crates", ".io"),
    concat!("deb.debian", ".org"),
    concat!("security.debian", ".org"),
    concat!("files.python", "hosted.org"),
    concat!("pypi", ".org"),
    concat!("proxy.golang", ".org"),
];
const UNFINISHED: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
];
const PRIVATE_FOLDERS: &[&str] = &[concat!("/ro", "ot/"), concat!("/wo", "rk/")];
const FOLDERS_OF_HOMES: &[&str] = &[concat!("/ho", "me/"), concat!("/Us", "ers/")];

/// The size from which a file that is not text makes every clone slow, in bytes.
const LARGEST_BINARY: usize = 200 * 1024;

/// Folders whose files are test data, and may look as strange as the tests need.
const DATA_FOLDERS: &[&str] = &["data", "fixtures", "snapshots", "testdata", "vectors"];

/// Checks every file that git tracks or would add.
pub(super) fn run(context: &Context<'_>) -> Result<()> {
    let root = context.workspace.root();
    let mut git = Command::new("git");
    git.current_dir(root).args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]);
    let names = process::output(&mut git).context("git must list the files")?;

    let mut objections = Vec::new();
    let mut checked = 0;
    for name in names.split('\0').filter(|name| !name.is_empty()) {
        let path = root.join(name);
        // Deleted but not yet committed, or a link to a file that is looked at by itself.
        if !fs::symlink_metadata(&path).is_ok_and(|data| data.is_file()) {
            continue;
        }
        let bytes = fs::read(&path).with_context(|| format!("cannot read {name}"))?;
        objections.extend(judge(name, &bytes));
        checked += 1;
    }
    for objection in &objections {
        say::line(objection);
    }
    match objections.len() {
        0 => {
            say::line(&format!("{checked} files keep the house rules."));
            Ok(())
        }
        count => bail!("the house rules are broken in {count} places"),
    }
}

/// Everything that is wrong with a file.
fn judge(name: &str, content: &[u8]) -> Vec<String> {
    let text = match str::from_utf8(content) {
        Ok(text) if !text.contains('\0') => text,
        _ if content.len() > LARGEST_BINARY => {
            return vec![format!(
                "{name}: is not text and has {}; every clone carries it for ever (at most {})",
                say::kilobytes(content.len() as u64),
                say::kilobytes(LARGEST_BINARY as u64)
            )];
        }
        _ => return Vec::new(),
    };
    let data = is_data(name);
    let mut objections = Vec::new();
    for (index, line) in text.split('\n').enumerate() {
        for rule in RULES.iter().filter(|rule| rule.for_data || !data) {
            if (rule.broken_by)(line) {
                let (says, because) = (rule.says, rule.because);
                objections.push(format!("{name}:{}: {says}; {because}", index + 1));
            }
        }
    }
    objections
}

fn is_data(name: &str) -> bool {
    let path = Path::new(name);
    path.extension().is_some_and(|end| end == "snap")
        || path
            .parent()
            .into_iter()
            .flat_map(Path::iter)
            .any(|part| DATA_FOLDERS.iter().any(|folder| part == *folder))
}

/// Whether a line holds the path of someone's own folder. The same letters inside a longer path or
/// an address (`https://example.com/…`) are none.
fn names_a_private_path(line: &str) -> bool {
    let begins_here = |at: usize| {
        line[..at]
            .chars()
            .next_back()
            .is_none_or(|before| !before.is_alphanumeric() && !"._-~/}>)$*".contains(before))
    };
    let private = PRIVATE_FOLDERS
        .iter()
        .any(|folder| line.match_indices(folder).any(|(at, _)| begins_here(at)));
    let home = FOLDERS_OF_HOMES.iter().any(|folder| {
        line.match_indices(folder).any(|(at, _)| {
            let name = line[at + folder.len()..].chars().next();
            begins_here(at) && name.is_some_and(char::is_alphanumeric)
        })
    });
    private || home
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|character: char| !character.is_alphanumeric() && character != '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objections(name: &str, text: &str) -> usize {
        judge(name, text.as_bytes()).len()
    }

    #[test]
    fn every_rule_finds_what_it_is_for() {
        for broken in [
            format!("see https://{}/leptos", REGISTRY_HOSTS[0]),
            format!("cd {}smart-hosts", PRIVATE_FOLDERS[1]),
            format!("(\"{}alice/x\")", FOLDERS_OF_HOMES[0]),
            "a\r".to_owned(),
            "a ".to_owned(),
            "a\t".to_owned(),
            format!("// {}: more", UNFINISHED[0]),
        ] {
            assert_eq!(
                objections("a.md", &format!("one\n{broken}\n")),
                1,
                "{broken:?}"
            );
        }
    }

    #[test]
    fn an_objection_names_file_and_line() {
        let found = judge("docs/a.md", b"one\ntwo \n");
        assert!(
            found[0].starts_with("docs/a.md:2: has white space at its end; "),
            "{found:?}"
        );
    }

    #[test]
    fn ordinary_text_is_fine() {
        for fine in [
            "https://example.com/work/list",
            "${HOME}/work/x and ~/work/x",
            "in the home/ folder, /homes, /root",
            "A method of two words: todo, fixme.",
            "crates.io has it",
            "",
        ] {
            assert_eq!(objections("a.md", fine), 0, "{fine}");
        }
    }

    #[test]
    fn data_may_end_its_lines_as_it_likes_but_names_no_machine() {
        assert_eq!(objections("routing/tests/data/a.csv", "a,b\r\nc \n"), 0);
        assert_eq!(objections("server/tests/a.snap", "a \n"), 0);
        assert_eq!(objections("store/src/data.rs", "a \n"), 1);
        let path = format!("{}x", PRIVATE_FOLDERS[0]);
        assert_eq!(objections("server/tests/snapshots/a.snap", &path), 1);
    }

    #[test]
    fn a_large_binary_is_refused_and_a_small_one_is_not_read() {
        let mut binary = vec![0; LARGEST_BINARY];
        assert!(judge("a.png", &binary).is_empty());
        binary.push(0);
        assert_eq!(judge("a.png", &binary).len(), 1);
        assert!(judge("large.txt", "a\n".repeat(LARGEST_BINARY).as_bytes()).is_empty());
    }
}
