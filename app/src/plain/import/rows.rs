//! The rows and lines of a preview.

use leptos::prelude::*;
use routing::Field;
use store::{Detail, ImportVerdict, Preview, RefusedLine};

use super::{IMPORT_PATH, IMPORT_REFUSED_PATH, href};
use crate::icon::{Icon, IconName};
use crate::listing::grouped;
use crate::plain::activity::Details;

/// What a preview shows some of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// Rows with this verdict.
    Rows(ImportVerdict),
    /// Lines that are left out.
    Refused,
}

impl Tab {
    /// All, in the order of the screen.
    pub const ALL: [Self; 5] = [
        Self::Rows(ImportVerdict::Added),
        Self::Rows(ImportVerdict::Changed),
        Self::Rows(ImportVerdict::Removed),
        Self::Rows(ImportVerdict::Same),
        Self::Refused,
    ];

    /// The written form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rows(ImportVerdict::Added) => "added",
            Self::Rows(ImportVerdict::Changed) => "changed",
            Self::Rows(ImportVerdict::Removed) => "removed",
            Self::Rows(ImportVerdict::Same) => "same",
            Self::Refused => "refused",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Rows(ImportVerdict::Added) => "Added",
            Self::Rows(ImportVerdict::Changed) => "Changed",
            Self::Rows(ImportVerdict::Removed) => "Removed",
            Self::Rows(ImportVerdict::Same) => "Same",
            Self::Refused => "Refused",
        }
    }

    /// How many there are.
    #[must_use]
    pub const fn count(self, preview: &Preview) -> u64 {
        match self {
            Self::Rows(ImportVerdict::Added) => preview.added,
            Self::Rows(ImportVerdict::Changed) => preview.changed,
            Self::Rows(ImportVerdict::Removed) => preview.removed,
            Self::Rows(ImportVerdict::Same) => preview.same,
            Self::Refused => preview.refused,
        }
    }

    /// The one of this name; else the first that there is something of.
    #[must_use]
    pub fn of(name: &str, preview: &Preview) -> Self {
        let named = Self::ALL.into_iter().find(|tab| tab.as_str() == name);
        let first = || Self::ALL.into_iter().find(|tab| tab.count(preview) > 0);
        named.or_else(first).unwrap_or(Self::ALL[0])
    }
}

/// Some rows or lines.
#[derive(Clone, Debug)]
pub enum Rows {
    /// Rows, each with its name and what changes.
    Rows(Vec<(String, Vec<Detail>)>),
    /// Lines that are left out.
    Lines(Vec<RefusedLine>),
}

/// The part of a preview that is shown.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Of what.
    pub tab: Tab,
    /// What was searched for.
    pub search: String,
    /// The rows.
    pub rows: Rows,
    /// The key before which the page before ends.
    pub previous: Option<String>,
    /// The key after which the next page begins.
    pub next: Option<String>,
}

/// The tabs with their counts, the search, the rows and the way to others.
#[component]
pub(super) fn ShownRows(
    /// The import.
    id: String,
    /// What it would do.
    preview: Preview,
    /// What is shown of that.
    shown: Shown,
) -> impl IntoView {
    let Shown {
        tab,
        search,
        rows,
        previous,
        next,
    } = shown;
    let tabs = Tab::ALL.map(|each| {
        let href = href(IMPORT_PATH, &[("id", &id), ("show", each.as_str())]);
        let current = (each == tab).then_some("page");
        let count = grouped(each.count(&preview));
        view! {
            <a href=href aria-current=current>
                {each.label()}
                " "
                <span class="badge">{count}</span>
            </a>
        }
    });
    let at = |name: &str, key: Option<String>| {
        key.map(|key| {
            let pairs = [
                ("id", id.as_str()),
                ("show", tab.as_str()),
                ("q", &search),
                (name, &key),
            ];
            href(IMPORT_PATH, &pairs)
        })
    };
    let previous = at("before", previous);
    let next = at("after", next);
    let download = (tab == Tab::Refused && preview.refused > 0).then(|| {
        let href = href(IMPORT_REFUSED_PATH, &[("id", &id)]);
        view! { <a class="button button-quiet" href=href>"Download refused lines"</a> }
    });
    let placeholder = match tab {
        Tab::Rows(_) => "Search domain, host or comment",
        Tab::Refused => "Search line or reason",
    };
    let none = none(tab, &search);
    view! {
        <nav class="tabs import-tabs" aria-label="Preview">{tabs.into_iter().collect_view()}</nav>
        <div class="toolbar">
            <form class="search" role="search" method="get" action=IMPORT_PATH>
                <input type="hidden" name="id" value=id />
                <input type="hidden" name="show" value=tab.as_str() />
                <label class="visually-hidden" for="search-text">{format!("Search {}", tab.label())}</label>
                <Icon name=IconName::Search />
                <input type="search" id="search-text" name="q" value=search.clone() placeholder=placeholder
                    autocomplete="off" autocapitalize="none" spellcheck="false" />
                <button type="submit" class="button">"Search"</button>
            </form>
            {download}
        </div>
        <section class="held" aria-label=tab.label()>
            {list(rows, none)}
            <nav class="held-foot" aria-label="Pages">
                {previous.map(|href| view! { <a class="button" href=href>"Previous page"</a> })}
                {next.map(|href| view! { <a class="button" href=href>"Next page"</a> })}
            </nav>
        </section>
    }
}

/// What stands where there is nothing.
fn none(tab: Tab, search: &str) -> String {
    if !search.is_empty() {
        return format!("Nothing matches \u{201c}{search}\u{201d}");
    }
    match tab {
        Tab::Rows(ImportVerdict::Added) => "Nothing would be added",
        Tab::Rows(ImportVerdict::Changed) => "Nothing would be changed",
        Tab::Rows(ImportVerdict::Removed) => "Nothing would be removed",
        Tab::Rows(ImportVerdict::Same) => "Nothing is there already",
        Tab::Refused => "Every line was understood",
    }
    .to_owned()
}

fn list(rows: Rows, none: String) -> AnyView {
    let items: Vec<_> = match rows {
        Rows::Rows(rows) => rows.into_iter().map(row).collect(),
        Rows::Lines(lines) => lines.into_iter().map(line).collect(),
    };
    if items.is_empty() {
        return view! { <div class="panel held-none"><p class="none-title">{none}</p></div> }
            .into_any();
    }
    view! { <ol class="steps">{items}</ol> }.into_any()
}

fn row((name, details): (String, Vec<Detail>)) -> AnyView {
    view! {
        <li class="step">
            <div class="step-body">
                <p class="step-title">{name}</p>
                <Details details />
            </div>
        </li>
    }
    .into_any()
}

fn line(line: RefusedLine) -> AnyView {
    let number = grouped(line.line as u64);
    let place = match line.column.map(Field::column) {
        Some(column) => format!("Line {number}, {column}"),
        None => format!("Line {number}"),
    };
    view! {
        <li class="step">
            <div class="step-body">
                <p class="step-title">{place}</p>
                <p>{line.reason}</p>
                <pre class="import-line"><code>{line.text}</code></pre>
            </div>
        </li>
    }
    .into_any()
}
