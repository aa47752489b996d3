//! Files of cells: our CSV, and those of Modoboa and `SpamTitan`.

use super::super::record::{Record, Take};
use super::super::{LineError, List, csv};
use crate::input::Field;
use crate::typed::Typed;

/// Our CSV. The first row names the columns; a row goes on while a quote is open.
#[derive(Debug)]
pub(super) struct Csv {
    list: List,
    layout: Layout,
    /// A row with an open quote, and where it began.
    open: Option<(usize, String)>,
}

#[derive(Debug)]
enum Layout {
    Unknown,
    Known(Vec<Field>),
    /// The columns cannot be understood, so nothing can.
    Refused,
}

impl Csv {
    pub(super) fn new(list: List) -> Self {
        Self {
            list,
            layout: Layout::Unknown,
            open: None,
        }
    }

    pub(super) fn line(&mut self, line: usize, text: &str, take: &mut Take<'_>) {
        let (first, row) = match self.open.take() {
            Some((first, mut row)) => {
                row.push('\n');
                row.push_str(text);
                (first, row)
            }
            None if text.is_empty() => return,
            None if !text.contains('"') => return self.row(line, text, take),
            None => (line, text.to_owned()),
        };
        let is_open = row.matches('"').count() % 2 == 1;
        if is_open && row.len() <= super::LONGEST {
            self.open = Some((first, row));
        } else {
            self.row(first, &row, take);
        }
    }

    pub(super) fn end(&mut self, take: &mut Take<'_>) {
        if let Some((first, row)) = self.open.take() {
            self.row(first, &row, take);
        }
    }

    fn row(&mut self, line: usize, text: &str, take: &mut Take<'_>) {
        let cells = csv::cells(line, text);
        match &self.layout {
            Layout::Refused => {}
            Layout::Known(layout) => {
                let record = cells.and_then(|cells| csv::record(line, layout, cells));
                take(line, text, record);
            }
            Layout::Unknown => {
                let layout = cells.and_then(|cells| {
                    csv::layout(self.list, &cells).map_err(|error| LineError::whole(line, error))
                });
                self.layout = match layout {
                    Ok(layout) => Layout::Known(layout),
                    Err(error) => {
                        take(line, text, Err(error));
                        Layout::Refused
                    }
                };
            }
        }
    }
}

/// `relaydomain; name; target host; target port; service; enabled; verify recipients`.
pub(super) fn modoboa(line: usize, text: &str, take: &mut Take<'_>) {
    if text.trim().is_empty() {
        return;
    }
    let cells: Vec<_> = text
        .split(';')
        .map(|cell| cell.trim().trim_matches('"').trim())
        .collect();
    let refused = |message: String| Err(LineError::whole(line, message));
    let record = match cells[..] {
        ["relaydomain", domain, host, port, _, enabled, ..] => {
            Ok(Record {
                line,
                domain: domain.into(),
                host: host.into(),
                port: port.into(),
                enabled: enabled.into(),
                ..Record::default()
            })
        }
        ["relaydomain", ..] => refused(
            "Too few cells. Write relaydomain; name; host; port; service; enabled; verify recipients."
                .to_owned(),
        ),
        [kind, ..] => refused(format!(
            "This is {}, and only lines that begin with relaydomain say where mail goes.",
            Typed::new(kind)
        )),
        [] => return,
    };
    take(line, text, record);
}

/// `domain,host:port,recipient verification,…`.
pub(super) fn spamtitan(line: usize, text: &str, take: &mut Take<'_>) {
    let content = text.trim();
    if content.is_empty() || content.starts_with('#') {
        return;
    }
    let record = csv::cells(line, content).and_then(|cells| {
        let mut cells = cells.into_iter();
        let (Some(domain), Some(server)) = (cells.next(), cells.next()) else {
            let message = "There is no server after the domain. Write domain,host:port,none.";
            return Err(LineError::whole(line, message));
        };
        Ok(Record {
            line,
            domain: domain.trim().to_owned().into(),
            host: server.trim().to_owned().into(),
            ..Record::default()
        })
    });
    take(line, text, record);
}
