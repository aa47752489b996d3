//! One style sheet from the files in `style/`.
//!
//! `main.css` is a table of contents: one `@import "file.css";` per line, in the order in which
//! they apply. A browser would fetch them one after the other, so they are joined here. Comments
//! and indentation are left out; nothing else is changed.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// Joins the files that `main.css` in `folder` imports.
///
/// # Errors
/// When `main.css` holds anything else, when a file is missing, imported twice or not at all.
pub(crate) fn bundle(folder: &Path) -> Result<String> {
    let main = read(&folder.join("main.css"))?;
    let mut joined = String::new();
    let mut imported = BTreeSet::new();
    for name in imports(&main)? {
        if !imported.insert(name.clone()) {
            bail!("style/main.css imports {name} twice");
        }
        let sheet = read(&folder.join(&name))?;
        let sheet = compact(&sheet).with_context(|| format!("style/{name} is not whole"))?;
        if sheet.to_ascii_lowercase().contains("@import") {
            bail!("style/{name} has an @import; only style/main.css may import");
        }
        joined.push_str(&sheet);
        joined.push('\n');
    }
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let is_sheet = Path::new(&name).extension().is_some_and(|end| end == "css");
        if is_sheet && name != "main.css" && !imported.contains(&name) {
            bail!("style/{name} is not imported by style/main.css: import it or delete it");
        }
    }
    Ok(joined)
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

/// The files that `main.css` names, in order.
fn imports(main: &str) -> Result<Vec<String>> {
    let main = compact(main).context("style/main.css is not whole")?;
    let mut names = Vec::new();
    for line in main.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let name = line
            .strip_prefix("@import \"")
            .and_then(|rest| rest.strip_suffix("\";"))
            .filter(|name| is_plain(name));
        match name {
            Some(name) => names.push(name.to_owned()),
            None => bail!(
                "style/main.css may hold only lines like `@import \"file.css\";`, and has `{line}`"
            ),
        }
    }
    Ok(names)
}

/// Whether a name is a file inside the folder, and nothing cleverer.
fn is_plain(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|end| end == "css")
        && !name.starts_with('/')
        && name
            .split('/')
            .all(|part| !part.is_empty() && part != "." && part != "..")
        && name
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || "-_./".contains(character))
}

/// Leaves out comments and needless white space.
///
/// White space between tokens can mean something in CSS (`.a .b` is not `.a.b`), so a run of it
/// becomes one character, never none, except at the beginning of a line. Strings and escapes are
/// copied as they are.
fn compact(sheet: &str) -> Result<String> {
    let mut out = String::with_capacity(sheet.len());
    let mut rest = sheet;
    while let Some(next) = rest.chars().next() {
        match next {
            '/' if rest.starts_with("/*") => {
                let end = rest.find("*/").filter(|end| *end >= 2);
                let Some(end) = end else {
                    bail!("a comment has no end")
                };
                // A comment separates tokens as white space does.
                white_space(&mut out, false);
                rest = &rest[end + 2..];
            }
            '"' | '\'' => {
                let length = string_length(rest, next)?;
                out.push_str(&rest[..length]);
                rest = &rest[length..];
            }
            '\\' => {
                let length = escape_length(rest);
                out.push_str(&rest[..length]);
                rest = &rest[length..];
            }
            _ if next.is_ascii_whitespace() => {
                let run = rest
                    .find(|c: char| !c.is_ascii_whitespace())
                    .unwrap_or(rest.len());
                white_space(&mut out, rest[..run].contains('\n'));
                rest = &rest[run..];
            }
            _ => {
                out.push(next);
                rest = &rest[next.len_utf8()..];
            }
        }
    }
    out.truncate(out.trim_end().len());
    Ok(out)
}

/// Ends `out` in one white space character: a line break if there was one in the run.
fn white_space(out: &mut String, line_break: bool) {
    if out.is_empty() || out.ends_with('\n') {
        return;
    }
    if out.ends_with(' ') {
        if line_break {
            out.pop();
            out.push('\n');
        }
        return;
    }
    out.push(if line_break { '\n' } else { ' ' });
}

/// The length of the string that `text` begins with, quotes included.
fn string_length(text: &str, quote: char) -> Result<usize> {
    let mut characters = text.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => {
                characters.next();
            }
            '\n' => break,
            _ if character == quote => return Ok(at + 1),
            _ => {}
        }
    }
    bail!(
        "a string has no end: {}",
        text.lines().next().unwrap_or_default()
    )
}

/// The length of the escape that `text` begins with. Up to six hexadecimal digits swallow one
/// white space character after them, and a second one separates, so all that follow are copied.
fn escape_length(text: &str) -> usize {
    let after = &text[1..];
    let digits = after
        .bytes()
        .take(6)
        .take_while(u8::is_ascii_hexdigit)
        .count();
    if digits == 0 {
        return 1 + after.chars().next().map_or(0, char::len_utf8);
    }
    let white_space = after[digits..]
        .bytes()
        .take_while(u8::is_ascii_whitespace)
        .count();
    1 + digits + white_space
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    fn refusal(files: &[(&str, &str)]) -> String {
        bundle(folder(files).path()).unwrap_err().to_string()
    }

    #[test]
    fn files_are_joined_in_the_order_of_the_imports() {
        let folder = folder(&[
            (
                "main.css",
                "/* order */\n@import \"b.css\";\n\n@import \"a.css\";\n",
            ),
            ("a.css", "a { color: red; }\n"),
            ("b.css", "b { color: blue; }\n"),
        ]);
        assert_eq!(
            bundle(folder.path()).unwrap(),
            "b { color: blue; }\na { color: red; }\n"
        );
    }

    #[test]
    fn main_holds_imports_only() {
        for line in [
            "a { color: red }",
            "@import url(a.css);",
            "@import \"a.css\" screen;",
            "@import \"../a.css\";",
            "@import \"/a.css\";",
            "@import \"https://example.com/a.css\";",
            "@import 'a.css';",
        ] {
            assert!(imports(line).is_err(), "{line}");
        }
    }

    #[test]
    fn a_file_is_imported_once_and_none_is_forgotten() {
        let twice = "@import \"a.css\";\n@import \"a.css\";\n";
        assert!(refusal(&[("main.css", twice), ("a.css", "")]).contains("twice"));
        assert!(refusal(&[("main.css", ""), ("a.css", "")]).contains("not imported"));
        let missing = refusal(&[("main.css", "@import \"gone.css\";")]);
        assert!(missing.contains("gone.css"), "{missing}");
        let nested = [
            ("main.css", "@import \"a.css\";"),
            ("a.css", "@import \"b.css\";"),
        ];
        assert!(refusal(&nested).contains("only style/main.css"));
    }

    #[test]
    fn comments_and_indentation_go() {
        assert_eq!(
            compact("/* tokens */\n:root {\n    --gap: 4px; /* grid */\n\n}\n").unwrap(),
            ":root {\n--gap: 4px;\n}"
        );
        assert_eq!(compact(".a/* and */.b").unwrap(), ".a .b");
        assert_eq!(compact(".a  .b").unwrap(), ".a .b");
    }

    #[test]
    fn strings_and_escapes_stay() {
        for same in [
            "q { content: \"/* no  comment */\"; }",
            "q { content: '\\'  \"'; }",
            ".a\\26  .b {}",
            ".sm\\:flex {}",
            "q { content: \"\\201C\"; }",
        ] {
            assert_eq!(compact(same).unwrap(), same);
        }
    }

    #[test]
    fn what_has_no_end_is_refused() {
        assert!(compact("a { /* }").is_err());
        assert!(compact("/*/").is_err());
        assert!(compact("q { content: \"x; }\n").is_err());
        assert_eq!(compact("\\").unwrap(), "\\");
    }
}
