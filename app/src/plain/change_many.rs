//! Changing many rows of a list in the same way: which, and what is to become of them.

use leptos::prelude::*;

use super::Frame;
use super::form::{Field, Wrong, problem};
use crate::list_state::ListState;
use crate::listing::{Listing, grouped};
use crate::panel::HiddenFields;
use crate::shell::Section;
use crate::wire::{Row, Selection};

/// How many rows are named before the rest is counted.
pub const NAMED: usize = 8;

/// What the form says, as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// `yes`, `no`, or nothing: it stays.
    pub enabled: String,
    /// A host, or nothing.
    pub host: String,
    /// A port, or nothing.
    pub port: String,
    /// A comment, or nothing.
    pub comment: String,
    /// Whether comments are to be removed.
    pub no_comment: bool,
}

/// What is to be changed.
pub struct Chosen {
    /// The rows.
    pub selection: Selection,
    /// How many they are.
    pub count: u64,
    /// The first of them, or all.
    pub sample: Vec<Row>,
}

/// All that the page is drawn from.
pub struct ChangeMany {
    /// The list.
    pub listing: Listing,
    /// What it shows, to which the page leads back.
    pub state: ListState,
    /// The rows; nothing if there are none to be changed.
    pub chosen: Option<Chosen>,
    /// What was typed.
    pub typed: Typed,
    /// What is wrong with it.
    pub wrong: Vec<Wrong>,
    /// Why it was not done.
    pub alert: Option<String>,
}

impl ChangeMany {
    /// The page of a list, before anything is known.
    #[must_use]
    pub fn new(listing: Listing, state: ListState) -> Self {
        Self {
            listing,
            state,
            chosen: None,
            typed: Typed::default(),
            wrong: Vec::new(),
            alert: None,
        }
    }
}

/// The page.
#[must_use]
pub fn change_many_page(frame: &Frame, page: ChangeMany) -> String {
    let title = match page.listing {
        Listing::SmartHosts => "Change routes",
        Listing::ManagedDomains => "Change managed domains",
    };
    frame.subpage(Section::Domains, title, "", || {
        let ChangeMany {
            listing,
            state,
            chosen,
            typed,
            wrong,
            alert,
        } = page;
        let content = match chosen {
            Some(chosen) => view! { <Form listing state chosen typed wrong /> }.into_any(),
            None => view! { <Nothing listing state /> }.into_any(),
        };
        view! {
            {alert.map(|alert| view! { <div class="alert" role="alert"><p>{alert}</p></div> })}
            {content}
        }
        .into_any()
    })
}

#[component]
fn Nothing(listing: Listing, state: ListState) -> impl IntoView {
    view! {
        <section class="panel">
            <p>{listing.nothing_ticked()}</p>
            <p class="form-buttons">
                <a class="button" href=state.href(listing.path())>"Back to the list"</a>
            </p>
        </section>
    }
}

#[component]
fn Form(
    listing: Listing,
    state: ListState,
    chosen: Chosen,
    typed: Typed,
    wrong: Vec<Wrong>,
) -> impl IntoView {
    let Chosen {
        selection,
        count,
        sample,
    } = chosen;
    let question = match &selection {
        Selection::Matching { search, .. } => listing.all_matching(count, search),
        Selection::Rows(_) => match &*sample {
            [row] => format!("{} {}", listing.noun(), row.full_name()),
            _ => listing.count(count),
        },
    };
    let back = state.href(listing.path());
    let action = state.href(listing.change_path());
    let host = if listing.host_is_optional() {
        "Host"
    } else {
        "First host"
    };
    let is_route = listing == Listing::SmartHosts;
    view! {
        <form class="panel form" method="post" action=action novalidate autocomplete="off">
            <h2>{format!("Change {question}")}</h2>
            <p>"What is left empty stays as it is. All are changed, or none."</p>
            <Sample sample count />
            <input type="hidden" name="do" value="change" />
            <HiddenFields pairs=fields(&selection) />
            <div class="form-fields">
                {is_route.then(|| view! { <Enabled value=typed.enabled.clone() /> })}
                <Field name="relay_host" label=host value=typed.host
                    problem=problem(&wrong, "relay_host") placeholder=STAYS inputmode="url" />
                <Field name="relay_port" label="Port" value=typed.port
                    problem=problem(&wrong, "relay_port") placeholder=STAYS inputmode="numeric" />
            </div>
            <Field name="comment" label="Comment" value=typed.comment
                problem=problem(&wrong, "comment") placeholder=STAYS />
            <label class="choice">
                <input type="checkbox" name="no_comment" value="yes" autocomplete="off"
                    checked=typed.no_comment />
                "Remove comments"
            </label>
            {is_route.then(|| view! { <p class="dialog-note">{CONSEQUENCE}</p> })}
            <div class="form-buttons">
                <a class="button" href=back>"Cancel"</a>
                <button type="submit" class="button button-primary">"OK"</button>
            </div>
        </form>
    }
}

/// Stands in a field that is left empty.
const STAYS: &str = "As it is";

const CONSEQUENCE: &str = "A disabled route stays in the list and decides nothing. Unless another rule \
                           applies, mail for it, new mail included, is held for 5 days, or until you \
                           release it.";

#[component]
fn Enabled(value: String) -> impl IntoView {
    let options = [("", STAYS), ("yes", "Enabled"), ("no", "Disabled")];
    let options = options.map(|(name, label)| {
        let selected = value == name;
        view! { <option value=name selected=selected>{label}</option> }
    });
    view! {
        <div class="field">
            <label for="enabled">"State"</label>
            <select id="enabled" name="enabled" autocomplete="off">
                {options.into_iter().collect_view()}
            </select>
        </div>
    }
}

/// The first rows by name, and how many there are besides.
#[component]
fn Sample(sample: Vec<Row>, count: u64) -> impl IntoView {
    let shown = sample.iter().take(NAMED);
    let rest = count.saturating_sub(sample.len().min(NAMED) as u64);
    let rows = shown.map(|row| {
        let off = (!row.enabled).then(|| view! { " " <span class="badge">"Disabled"</span> });
        view! {
            <li>
                <span class="name">{row.full_name()}</span>
                {off}
                <span class="also">{row.destination()}</span>
            </li>
        }
    });
    view! {
        <ul class="dialog-list">
            {rows.collect_view()}
            {(rest > 0).then(|| view! { <li>{format!("and {} more", grouped(rest))}</li> })}
        </ul>
    }
}

/// The hidden fields that say which rows are meant.
fn fields(selection: &Selection) -> Vec<(&'static str, String)> {
    match selection {
        Selection::Rows(rows) => rows.iter().map(|row| ("row", row.to_string())).collect(),
        Selection::Matching {
            as_of, expected, ..
        } => vec![
            ("matching", expected.to_string()),
            ("as_of", as_of.to_string()),
        ],
    }
}
