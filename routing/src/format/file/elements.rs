//! JSON of any size: the objects of one list, each read by itself.

use serde::Deserialize;
use serde_json::Value;

use super::super::record::{Record, Take};
use super::super::{LineError, List, json};
use super::LONGEST;
use super::foreign::destination;
use crate::enabled;
use crate::typed;

/// Finds the objects of a list and gives them one by one. What is around the list is kept, as long as it
/// is short, to be checked.
#[derive(Debug)]
pub(super) struct Elements {
    /// Ours, or mailcow's if there is none.
    list: Option<List>,
    /// What is around the list.
    around: Vec<u8>,
    /// The object that is being read, and where it began.
    element: Vec<u8>,
    begun: usize,
    line: usize,
    /// The brackets that are open; within the list there is one more than around it.
    depth: usize,
    within: Option<usize>,
    text: Text,
    too_long: bool,
    /// Nothing more can be understood.
    ended: bool,
    lists: usize,
    /// How many rows the document says that it has.
    announced: Option<u64>,
}

/// Where in a text the last byte stood.
#[derive(Clone, Copy, Debug)]
enum Text {
    Outside,
    Inside,
    Escaped,
}

impl Elements {
    /// Our own document.
    pub(super) fn ours(list: List) -> Self {
        Self::new(Some(list))
    }

    /// A list of mailcow's transport maps.
    pub(super) fn mailcow() -> Self {
        Self::new(None)
    }

    fn new(list: Option<List>) -> Self {
        Self {
            list,
            around: Vec::new(),
            element: Vec::new(),
            begun: 1,
            line: 1,
            depth: 0,
            within: None,
            text: Text::Outside,
            too_long: false,
            ended: false,
            lists: 0,
            announced: None,
        }
    }

    pub(super) fn push(&mut self, bytes: &[u8], take: &mut Take<'_>) {
        for &byte in bytes {
            if self.ended {
                return;
            }
            self.byte(byte, take);
            self.line += usize::from(byte == b'\n');
        }
    }

    /// The file has ended: what is around the list must be whole.
    pub(super) fn finish(&mut self, take: &mut Take<'_>) {
        if self.ended {
            return;
        }
        self.ended = true;
        if self.within.is_some() || self.depth > 0 {
            return self.refuse("The file ends in the middle. Is it complete?", take);
        }
        let around = std::mem::take(&mut self.around);
        let around = around
            .strip_prefix("\u{feff}".as_bytes())
            .unwrap_or(&around);
        self.announced = self.list.and_then(|_| json::announced(around));
        if let Err(error) = serde_json::from_slice::<Value>(around) {
            self.refuse(&unreadable(&error), take);
        } else if self.lists == 0 {
            self.refuse("There is no list of rows in the file.", take);
        }
    }

    /// How many rows the document says that it has, once it has ended.
    pub(super) const fn announced(&self) -> Option<u64> {
        self.announced
    }

    fn byte(&mut self, byte: u8, take: &mut Take<'_>) {
        let Some(within) = self.within else {
            return self.around(byte, take);
        };
        let in_element = self.depth > within;
        if in_element {
            if self.element.len() == LONGEST {
                self.too_long = true;
            } else {
                self.element.push(byte);
            }
        }
        if !self.structural(byte) {
            return;
        }
        match byte {
            b'{' | b'[' => {
                if self.depth == within {
                    self.begun = self.line;
                    self.element.push(byte);
                }
                self.depth += 1;
            }
            b'}' | b']' if in_element => {
                self.depth -= 1;
                if self.depth == within {
                    self.give(take);
                }
            }
            b']' => {
                self.within = None;
                self.depth -= 1;
                self.around.push(byte);
            }
            b',' | b' ' | b'\t' | b'\r' | b'\n' => {}
            _ if in_element => {}
            _ => self.refuse("The list holds something that is no row.", take),
        }
    }

    /// Whether a byte stands outside of every text.
    fn structural(&mut self, byte: u8) -> bool {
        let (next, structural) = match (self.text, byte) {
            // Where no text may stand, one is refused with the rest.
            (Text::Outside, b'"') => (Text::Inside, self.within == Some(self.depth)),
            (Text::Outside, _) => (Text::Outside, true),
            (Text::Inside, b'\\') => (Text::Escaped, false),
            (Text::Inside, b'"') => (Text::Outside, false),
            (Text::Inside | Text::Escaped, _) => (Text::Inside, false),
        };
        self.text = next;
        structural
    }

    fn around(&mut self, byte: u8, take: &mut Take<'_>) {
        if self.around.len() == LONGEST {
            return self.refuse("There is no list of rows in the file.", take);
        }
        self.around.push(byte);
        if !self.structural(byte) {
            return;
        }
        match byte {
            b'{' => self.depth += 1,
            b'[' => {
                self.depth += 1;
                if self.is_the_list() {
                    self.lists += 1;
                    self.check_kind(take);
                    self.within = Some(self.depth);
                }
            }
            b'}' | b']' => match self.depth.checked_sub(1) {
                Some(depth) => self.depth = depth,
                None => self.refuse("A bracket is closed that was never opened.", take),
            },
            _ => {}
        }
    }

    /// Whether the list that has just begun is the one with the rows.
    fn is_the_list(&self) -> bool {
        let Some(list) = self.list else {
            return self.depth == 1;
        };
        if self.depth != 2 {
            return false;
        }
        let before = &self.around[..self.around.len() - 1];
        let name = format!("\"{}\"", json::rows_name(list));
        let before = before.trim_ascii_end().strip_suffix(b":");
        before.is_some_and(|before| before.trim_ascii_end().ends_with(name.as_bytes()))
    }

    /// Refuses a document that says it is another one, before any of its rows is read.
    fn check_kind(&mut self, take: &mut Take<'_>) {
        let Some(list) = self.list else { return };
        let mut so_far = self.around.clone();
        so_far.extend_from_slice(b"]}");
        let so_far = so_far
            .strip_prefix("\u{feff}".as_bytes())
            .unwrap_or(&so_far);
        if let Err(message) = json::check_document(list, so_far) {
            self.refuse(&message, take);
        }
    }

    fn give(&mut self, take: &mut Take<'_>) {
        let element = std::mem::take(&mut self.element);
        let text = String::from_utf8_lossy(&element);
        let line = self.begun;
        if std::mem::take(&mut self.too_long) {
            let shown: String = text.chars().take(1_000).collect();
            let message = "The row is longer than 64 KiB. Is this the right file?";
            return take(line, &shown, Err(LineError::whole(line, message)));
        }
        let record = match self.list {
            Some(_) => json::row(line, &text),
            None => mailcow(line, &text),
        };
        take(line, &text, record);
    }

    fn refuse(&mut self, message: &str, take: &mut Take<'_>) {
        self.ended = true;
        take(self.line, "", Err(LineError::whole(self.line, message)));
    }
}

fn unreadable(error: &serde_json::Error) -> String {
    let message = error.to_string();
    format!(
        "The JSON is not as expected: {}.",
        typed::shown(&message, 200)
    )
}

/// A transport map of mailcow's, as far as it says where mail goes. Numbers and texts may stand for
/// whether something is so.
#[derive(Deserialize)]
struct Transport {
    destination: String,
    nexthop: String,
    #[serde(default)]
    is_mx_based: Value,
    #[serde(default = "yes")]
    active: Value,
}

fn yes() -> Value {
    Value::Bool(true)
}

fn is_so(value: &Value) -> bool {
    match value {
        Value::Bool(so) => *so,
        Value::Number(number) => number.as_i64() != Some(0),
        Value::String(text) => !["", "0", "false", "no"].contains(&text.as_str()),
        _ => false,
    }
}

fn mailcow(line: usize, text: &str) -> Result<Record<'static>, LineError> {
    let refused = |message: String| Err(LineError::whole(line, message));
    let transport: Transport = match serde_json::from_str(text) {
        Ok(transport) => transport,
        Err(error) => return refused(unreadable(&error)),
    };
    if is_so(&transport.is_mx_based) {
        return refused("It is chosen by the name of an MX, and not by the domain.".to_owned());
    }
    // Hosts stand there without a service.
    let nexthop = format!("smtp:{}", transport.nexthop);
    match destination(&transport.destination, &nexthop) {
        Ok(record) => Ok(Record {
            line,
            domain: record.domain.into_owned().into(),
            host: record.host.into_owned().into(),
            port: record.port.into_owned().into(),
            further_hosts: record.further_hosts.into_owned().into(),
            enabled: enabled::as_str(is_so(&transport.active)).into(),
            ..Record::default()
        }),
        Err(message) => refused(message),
    }
}
