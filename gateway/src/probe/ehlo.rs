//! What a server says it can do (RFC 5321 section 4.1.1.1).

use crate::probe::reply::Reply;

/// The answer to EHLO, as far as delivery depends on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ehlo {
    /// The name by which the server greets, its first word.
    pub(super) name: String,
    /// STARTTLS (RFC 3207).
    pub(super) starttls: bool,
    /// SMTPUTF8 (RFC 6531).
    pub(super) smtputf8: bool,
    /// Login mechanisms in capitals (RFC 4954); nothing if AUTH is not offered at all.
    pub(super) auth: Option<Vec<String>>,
}

impl Ehlo {
    /// Reads a positive reply. Words that are not known are passed over, as RFC 5321 wants it.
    pub(super) fn read(reply: &Reply) -> Self {
        let mut ehlo = Self::default();
        for (index, text) in reply.texts().enumerate() {
            let text = String::from_utf8_lossy(text);
            let mut words = text.split_ascii_whitespace();
            let Some(first) = words.next() else { continue };
            if index == 0 {
                first.clone_into(&mut ehlo.name);
                continue;
            }
            let keyword = first.to_ascii_uppercase();
            match keyword.as_str() {
                "STARTTLS" => ehlo.starttls = true,
                "SMTPUTF8" => ehlo.smtputf8 = true,
                "AUTH" => ehlo.offer(words),
                // `AUTH=LOGIN`, the form before RFC 2554: old servers have it, Postfix reads it.
                _ => {
                    if let Some(mechanism) = keyword.strip_prefix("AUTH=") {
                        ehlo.offer(std::iter::once(mechanism).chain(words));
                    }
                }
            }
        }
        ehlo
    }

    fn offer<'a>(&mut self, mechanisms: impl Iterator<Item = &'a str>) {
        let offered = self.auth.get_or_insert_default();
        for mechanism in mechanisms {
            let mechanism = mechanism.to_ascii_uppercase();
            if !mechanism.is_empty() && !offered.contains(&mechanism) {
                offered.push(mechanism);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(texts: &[&str]) -> Ehlo {
        let lines = texts.iter().map(|text| format!("250-{text}").into_bytes());
        Ehlo::read(&Reply {
            code: 250,
            lines: lines.collect(),
        })
    }

    #[test]
    fn reads_capabilities() {
        let ehlo = read(&[
            "mail.example.net greets",
            "starttls",
            "AUTH plain LOGIN",
            "AUTH=LOGIN",
            "",
            "X-OWN 1",
            "SMTPUTF8",
        ]);
        assert_eq!(ehlo.name, "mail.example.net");
        assert!(ehlo.starttls && ehlo.smtputf8);
        assert_eq!(ehlo.auth.unwrap(), ["PLAIN", "LOGIN"]);
    }

    #[test]
    fn the_greeting_is_no_capability() {
        let ehlo = read(&["STARTTLS"]);
        assert!(!ehlo.starttls);
        assert_eq!(ehlo.auth, None);
        assert_eq!(read(&["h", "AUTH="]).auth, Some(Vec::new()));
        assert_eq!(read(&["h", "AUTH"]).auth, Some(Vec::new()));
    }
}
