//! The end of an import: done, failed, not understood, or not there.

use leptos::prelude::*;
use store::{Imported, Preview};

use super::about::{AgainForm, CancelForm};
use super::{About, import_href, page};
use crate::listing::{Listing, grouped};
use crate::plain::Frame;
use crate::plain::activity::lines_href;
use crate::plain::done::Done as JustDone;
use crate::shell::Section;
use crate::wire::Notice;

/// What an import has done.
#[derive(Clone, Debug)]
pub struct Done {
    /// The file.
    pub about: About,
    /// What was done.
    pub imported: Imported,
    /// What was done since, if anything: it was taken back.
    pub since: Option<Notice>,
    /// What is worth knowing besides.
    pub notes: Vec<String>,
}

/// What was done, in words: "Imported customers.csv: 5 added, 1 changed."
fn said(about: &About, done: &Preview) -> String {
    let counts = [
        (done.added, "added"),
        (done.changed, "changed"),
        (done.removed, "removed"),
        (done.refused, "refused"),
    ];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    let counts: Vec<_> = counts
        .map(|(count, what)| format!("{} {what}", grouped(count)))
        .collect();
    let what = match about.name.as_str() {
        "" => "the pasted text",
        name => name,
    };
    if counts.is_empty() {
        return format!("Imported {what}: nothing had to be changed.");
    }
    format!("Imported {what}: {}.", counts.join(", "))
}

/// The page of what was done, with the button that takes it back.
#[must_use]
pub fn done_page(frame: &Frame, done: Done) -> String {
    let path = import_href(&done.about.id);
    page(frame, done.about.listing, &path, false, || {
        let Done {
            about,
            imported,
            since,
            notes,
        } = done;
        let listing = about.listing;
        let done = said(&about, &imported.done);
        // Once something else is said above, what was done stands below.
        let earlier = since.is_some().then(|| view! { <p>{done.clone()}</p> });
        let notice = since.unwrap_or(Notice {
            done,
            notes,
            undo: imported.act,
            ..Notice::default()
        });
        let lines = imported.act.map(|act| {
            view! { <a class="button" href=lines_href(act, None)>"Show its lines in Activity"</a> }
        });
        view! {
            <JustDone notice=Some(notice) return_to=path.clone() />
            <section class="panel">
                <h2>{about.title()}</h2>
                <p>{about.how()}</p>
                {earlier}
                <div class="form-buttons">
                    <a class="button button-primary" href=listing.path()>{format!("Show {}", listing.title())}</a>
                    {lines}
                    <a class="button button-quiet" href=listing.import_path()>"Import another file"</a>
                </div>
            </section>
        }
        .into_any()
    })
}

/// The page of an import that could not go on.
#[must_use]
pub fn failed_page(frame: &Frame, about: About, why: String) -> String {
    let path = import_href(&about.id);
    page(frame, about.listing, &path, false, || {
        view! {
            <section class="panel panel-failed" role="alert">
                <h2>{format!("{} was not imported", about.title())}</h2>
                <p>{why}</p>
            </section>
            <section class="panel" aria-label="Try again">
                <AgainForm about=about.clone() />
                <div class="form-buttons"><CancelForm id=about.id /></div>
            </section>
        }
        .into_any()
    })
}

/// The page of a file whose format nobody knows yet.
#[must_use]
pub fn unrecognised_page(frame: &Frame, about: About) -> String {
    let path = import_href(&about.id);
    page(frame, about.listing, &path, false, || {
        view! {
            <section class="panel">
                <h2>{format!("In which format is {}?", about.title())}</h2>
                <p>"It is not recognised. Choose the format, and check that the file is text in UTF-8."</p>
                <AgainForm about=about.clone() />
                <div class="form-buttons"><CancelForm id=about.id /></div>
            </section>
        }
        .into_any()
    })
}

/// The page of an import that is not there, or not any more.
#[must_use]
pub fn gone_page(frame: &Frame) -> String {
    frame.subpage(Section::Domains, "Import", "", || {
        let begin = Listing::ALL.map(|listing| {
            view! { <a class="button" href=listing.import_path()>{format!("Import {}", listing.plural())}</a> }
        });
        view! {
            <section class="panel panel-failed" role="alert">
                <h2>"There is no such import"</h2>
                <p>
                    "It was cancelled, or not used for half an hour, or the console was started anew. What was not \
                     imported by then is not; Activity tells what was."
                </p>
                <div class="form-buttons">{begin.into_iter().collect_view()}</div>
            </section>
        }
        .into_any()
    })
}
