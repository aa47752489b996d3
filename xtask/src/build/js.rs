//! The script that loads the module, without what only its reader needs.

/// Takes the comments that stand on lines of their own and the indentation out of a script.
///
/// It knows no JavaScript, so it leaves a script alone where a text may go over several lines, in
/// which every space counts.
pub(crate) fn compact(script: &str) -> String {
    if script
        .lines()
        .any(|line| line.matches('`').count() % 2 == 1)
    {
        return script.to_owned();
    }
    let mut compacted = String::with_capacity(script.len());
    let mut in_comment = false;
    for line in script.lines().map(str::trim) {
        in_comment |= line.starts_with("/*");
        let is_code = !in_comment && !line.starts_with("//") && !line.is_empty();
        if is_code {
            compacted.push_str(line);
            compacted.push('\n');
        }
        in_comment &= !line.ends_with("*/");
    }
    compacted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_indentation_go() {
        let script = "/**\n * @returns {number}\n */\nf() {\n    // Why.\n    const a = 1; // b\n\n    return a * 2;\n}\n/* c */\ng();\n";
        assert_eq!(
            compact(script),
            "f() {\nconst a = 1; // b\nreturn a * 2;\n}\ng();\n"
        );
    }

    #[test]
    fn a_text_over_several_lines_is_kept() {
        let script = "const text = `\n    // kept\n`;\n";
        assert_eq!(compact(script), script);
        assert_eq!(compact("  f(`a`, `b`);\n"), "f(`a`, `b`);\n");
    }
}
