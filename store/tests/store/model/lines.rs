//! Lines of batches, read without the store.

use rusqlite::Connection;
use serde_json::{Value, json};

/// Kind and object, number, before, after.
pub(super) type Line = ((String, i64), i64, Option<Value>, Option<Value>);

/// The lines from one number on and before another.
pub(super) fn read(raw: &Connection, first: i64, end: i64) -> Vec<Line> {
    let sql =
        "SELECT first, count, lines FROM batch_lines WHERE first >= ? AND first < ? ORDER BY first";
    let mut statement = raw.prepare(sql).unwrap();
    let chunks = statement.query_map([first, end], |row| {
        let columns: (i64, i64, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(columns)
    });
    let mut lines = Vec::new();
    for chunk in chunks.unwrap() {
        let (first, count, bytes) = chunk.unwrap();
        let mut bytes = &*bytes;
        for number in first..first + count {
            let length = length(&mut bytes);
            let (mut line, rest) = bytes.split_at(length);
            bytes = rest;
            lines.push(read_line(number, &mut line));
        }
        assert!(bytes.is_empty());
    }
    assert_eq!(lines.len(), usize::try_from(end - first).unwrap());
    lines
}

fn read_line(number: i64, line: &mut &[u8]) -> Line {
    let kind = ["", "route", "managed_domain", "tombstone"][usize::from(byte(line))];
    let object = number - i64::try_from(length(line)).unwrap();
    let (before, after) = (state(line), state(line));
    assert!(line.is_empty());
    ((kind.to_owned(), object), number, before, after)
}

fn state(line: &mut &[u8]) -> Option<Value> {
    let form = byte(line);
    if form < 2 {
        return (form == 1).then(|| serde_json::from_str(&text(line)).unwrap());
    }
    let mut row = json!({ "domain": text(line) });
    if form != 3 {
        row["scope"] = text(line).into();
    }
    row["comment"] = text(line).into();
    let count = length(line);
    let mut hops = Vec::new();
    for _ in 0..count {
        let host = text(line);
        hops.push(json!({ "host": host, "port": length(line) }));
    }
    let first = hops.first().cloned().unwrap_or(json!({}));
    row["host"] = first["host"].clone();
    row["port"] = first["port"].clone();
    if hops.len() > 1 {
        row["further_hosts"] = hops.split_off(1).into();
    }
    if form == 4 {
        row["enabled"] = false.into();
    }
    Some(row)
}

fn byte(line: &mut &[u8]) -> u8 {
    let (byte, rest) = line.split_first().unwrap();
    *line = rest;
    *byte
}

fn length(line: &mut &[u8]) -> usize {
    let mut number = 0;
    for shift in (0..).step_by(7) {
        let byte = byte(line);
        number |= usize::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            break;
        }
    }
    number
}

fn text(line: &mut &[u8]) -> String {
    let length = length(line);
    let (text, rest) = line.split_at(length);
    *line = rest;
    std::str::from_utf8(text).unwrap().to_owned()
}
