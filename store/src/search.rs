//! What a search finds: any part of a domain, a host or a comment, in any case.
//!
//! Of a few rows the engine asks each one ([`register`]). That takes a third of a second for a million
//! of them, so the texts of a long list are kept in memory ([`Kept`]), where looking through all of them
//! takes some milliseconds.

mod hits;
mod kept;
mod line;
mod text;

use std::borrow::Cow;

use routing::{Domain, Host};
use rusqlite::{
    Connection,
    functions::{Context, FunctionFlags},
    types::ValueRef,
};

pub(crate) use self::{hits::Hits, kept::Kept};

/// The text to look for, or nothing if the search finds all.
pub(crate) fn given(search: &str) -> Option<&str> {
    Some(search.trim()).filter(|search| !search.is_empty())
}

/// Teaches a connection the SQL function `found(search, domain, host, comment)`. Of several hosts,
/// each stands on a line of its own.
pub(crate) fn register(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        // Not for triggers and indexes that a foreign file may hold.
        | FunctionFlags::SQLITE_DIRECTONLY;
    connection.create_scalar_function("found", 4, flags, |context| {
        let needle = context.get_or_create_aux(0, |value| {
            Ok::<_, rusqlite::types::FromSqlError>(Needle::new(value.as_str()?))
        })?;
        let columns = (text(context, 1), text(context, 2), text(context, 3));
        Ok(needle.is_in(columns.0, columns.1, columns.2))
    })
}

/// A column that is null or damaged holds nothing to be found.
fn text<'a>(context: &'a Context<'_>, column: usize) -> &'a str {
    match context.get_raw(column) {
        value @ ValueRef::Text(_) => value.as_str().unwrap_or_default(),
        _ => "",
    }
}

/// What is looked for, made ready once for all rows.
#[derive(Debug)]
struct Needle(String);

impl Needle {
    fn new(search: &str) -> Self {
        let folded = search.to_lowercase();
        // As people write and as the list shows "subdomains only".
        Self(match folded.strip_prefix("*.") {
            Some(domain) => format!(".{domain}"),
            None => folded,
        })
    }

    fn is_in(&self, domain: &str, host: &str, comment: &str) -> bool {
        // Stored names are lower-case ASCII, which settles nearly every row here.
        domain.contains(&self.0)
            || host.contains(&self.0)
            || fold(comment).contains(&self.0)
            || unicode_domain(domain).is_some_and(|name| fold(&name).contains(&self.0))
            || host
                .lines()
                .filter_map(unicode_host)
                .any(|name| fold(&name).contains(&self.0))
    }
}

fn fold(text: &str) -> Cow<'_, str> {
    // Nothing to do for text without capitals is the usual case.
    if text
        .bytes()
        .all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase())
    {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.to_lowercase())
    }
}

/// The Unicode form of a domain that has one, with the dot that may stand before it.
fn unicode_domain(domain: &str) -> Option<String> {
    if !domain.contains("xn--") {
        return None;
    }
    let name = domain.strip_prefix('.');
    let unicode = Domain::parse(name.unwrap_or(domain)).ok()?.to_unicode()?;
    Some(name.map_or(unicode.clone(), |_| format!(".{unicode}")))
}

fn unicode_host(host: &str) -> Option<String> {
    if !host.contains("xn--") {
        return None;
    }
    Host::parse(host).ok()?.to_unicode()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_any_part_in_any_case_and_form() {
        let found = |search: &str, domain, host, comment| {
            given(search).is_none_or(|search| Needle::new(search).is_in(domain, host, comment))
        };
        for (search, domain, host, comment) in [
            ("", "example.com", "", ""),
            ("  ", "example.com", "", ""),
            ("AMPLE", "example.com", "", ""),
            (" le.c ", "example.com", "", ""),
            ("2001:DB8", "example.com", "2001:db8::1", ""),
            ("NET", "example.com", "mail.example.net", ""),
            ("customer", "example.com", "", "Old Customer"),
            ("ÄRZTE", "example.com", "", "Ärzte am Markt"),
            ("bücher", "xn--bcher-kva.example", "", ""),
            ("BÜCH", "xn--bcher-kva.example", "", ""),
            ("bcher", "xn--bcher-kva.example", "", ""),
            ("cher.ex", "xn--bcher-kva.example", "", ""),
            (".bücher", ".xn--bcher-kva.example", "", ""),
            ("bücher", "example.com", "xn--bcher-kva", ""),
            ("*.example.com", ".example.com", "", ""),
            ("bücher", "example.com", "relay\nxn--bcher-kva", ""),
        ] {
            assert!(found(search, domain, host, comment), "{search} in {domain}");
        }
        for (search, domain, host, comment) in [
            ("examples", "example.com", "", ""),
            ("com mail", "example.com", "mail.example.net", ""),
            ("%", "example.com", "", ""),
            ("_", "example.com", "", ""),
            ("*.example.com", "example.com", "", ""),
        ] {
            assert!(
                !found(search, domain, host, comment),
                "{search} in {domain}"
            );
        }
    }
}
