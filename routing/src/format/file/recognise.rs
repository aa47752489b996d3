//! Which format a file seems to be in.

use super::FileFormat;

/// The format, from the beginning of the file.
pub(super) fn recognise(beginning: &str) -> Option<FileFormat> {
    let beginning = beginning.trim_start_matches('\u{feff}').trim_start();
    match beginning.chars().next()? {
        '[' => return Some(FileFormat::Mailcow),
        '{' => return Some(FileFormat::Json),
        _ => {}
    }
    match ours(beginning.lines().next()?) {
        Ours::No => {}
        Ours::Unreadable => return None,
        Ours::In(format) => return Some(format),
    }
    let mut lines = beginning.lines().map(str::trim);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with('#'))?;
    if let Some((kind, _)) = first.split_once(';') {
        let known = ["domain", "domainalias", "relaydomain", "account", "alias"];
        return known.contains(&kind.trim()).then_some(FileFormat::Modoboa);
    }
    if !first.contains(',') || is_entry(first) {
        return of_names(beginning, first);
    }
    let cells: Vec<_> = first
        .split(',')
        .map(|cell| cell.trim().trim_matches('"').to_ascii_lowercase())
        .collect();
    if cells.iter().any(|cell| cell == "domain") {
        return Some(FileFormat::Csv);
    }
    let verification = cells.get(2).map(String::as_str);
    if matches!(verification, Some("none" | "dynamic" | "ldap")) {
        return Some(FileFormat::SpamTitan);
    }
    Some(FileFormat::Text)
}

/// Whether a file is one of ours.
enum Ours {
    No,
    In(FileFormat),
    /// It is, in a format that can only be written.
    Unreadable,
}

/// What the first line of a file of ours says.
fn ours(line: &str) -> Ours {
    let remark = line.strip_prefix('#').unwrap_or_default().trim();
    if !(remark.starts_with("smart-hosts ") || remark.starts_with("managed-domains ")) {
        return Ours::No;
    }
    match remark.split_once(", ") {
        None => Ours::In(FileFormat::Text),
        Some((_, what)) if what.starts_with("as a Postfix table") => Ours::In(FileFormat::Postfix),
        Some(_) => Ours::Unreadable,
    }
}

/// Whether a line is a name and, after white space, a destination.
fn is_entry(line: &str) -> bool {
    let value = line.split_once(char::is_whitespace);
    value.is_some_and(|(name, value)| !name.contains(',') && value.contains(':'))
}

/// Tables of names: with destinations, or without.
fn of_names(beginning: &str, first: &str) -> Option<FileFormat> {
    if is_entry(first) {
        // The last line may be cut off.
        let whole = beginning
            .rsplit_once('\n')
            .map_or(beginning, |(whole, _)| whole);
        let mut lines = whole.lines().filter(|line| !line.trim().is_empty());
        let pmg = lines.all(|line| line.starts_with('#') || is_pmg(line));
        return Some(if pmg {
            FileFormat::PmgTransport
        } else {
            FileFormat::Postfix
        });
    }
    let mut words = first.split_whitespace();
    let one = words.next().is_some_and(|word| word.contains('.'));
    (one && words.count() <= 1).then_some(FileFormat::PmgDomains)
}

/// Whether a line is as Proxmox Mail Gateway writes it: `domain smtp:host:port`, one space between.
fn is_pmg(line: &str) -> bool {
    let Some((name, value)) = line.split_once(' ') else {
        return false;
    };
    let hop = value
        .strip_prefix("smtp:")
        .or_else(|| value.strip_prefix("lmtp:inet:"));
    let port = hop.and_then(|hop| hop.rsplit_once(':'));
    !name.is_empty()
        && port.is_some_and(|(host, port)| {
            !host.is_empty() && !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
        })
}
