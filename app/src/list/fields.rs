//! The fields of one record, as the entry row and the editor show them.

use access::Permission;
use leptos::prelude::*;
use routing::{Field, Input, Scope};

use crate::dom;
use crate::error::{AppError, Link, Problem};
use crate::list_state::SortBy;
use crate::listing::Listing;
use crate::panel::WHY_NOT;
use crate::shell::why_not;

/// What is typed into one form, and what is wrong with it.
///
/// Strings as typed; they become `routing` types when the form is sent.
#[derive(Clone, Copy)]
pub(crate) struct FormFields {
    /// Prefix of the fields' element ids and the id of their form: `entry` or `edit`.
    pub(super) form: &'static str,
    domain: RwSignal<String>,
    scope: RwSignal<String>,
    host: RwSignal<String>,
    port: RwSignal<String>,
    comment: RwSignal<String>,
    problems: RwSignal<Vec<Problem>>,
    /// Whoever is signed in may not change what the form says.
    pub(crate) locked: bool,
}

impl FormFields {
    /// Fields that start from `input`, or from what was typed before the page came to life.
    pub(crate) fn new(form: &'static str, input: Input) -> Self {
        let start = |field: Field, value: String| {
            RwSignal::new(dom::typed_before_hydration(&field_id(form, field)).unwrap_or(value))
        };
        Self {
            form,
            domain: start(Field::Domain, input.domain),
            scope: start(Field::Scope, input.scope),
            host: start(Field::Host, input.relay_host),
            port: start(Field::Port, input.relay_port),
            comment: start(Field::Comment, input.comment),
            problems: RwSignal::new(Vec::new()),
            locked: why_not(Permission::EditRouting).is_some(),
        }
    }

    fn signal(self, field: Field) -> RwSignal<String> {
        match field {
            Field::Domain => self.domain,
            Field::Scope => self.scope,
            Field::Host | Field::FurtherHosts | Field::Enabled => self.host,
            Field::Port => self.port,
            Field::Comment => self.comment,
        }
    }

    /// What is typed now.
    pub(crate) fn input(self) -> Input {
        Input {
            domain: self.domain.get_untracked(),
            scope: self.scope.get_untracked(),
            relay_host: self.host.get_untracked(),
            relay_port: self.port.get_untracked(),
            comment: self.comment.get_untracked(),
            ..Input::default()
        }
    }

    /// Replaces what is typed, and forgets what was wrong with it.
    pub(crate) fn set(self, input: Input) {
        self.domain.set(input.domain);
        self.scope.set(input.scope);
        self.host.set(input.relay_host);
        self.port.set(input.relay_port);
        self.comment.set(input.comment);
        self.problems.set(Vec::new());
    }

    /// Shows what is wrong, each beside its field, and moves the focus to the first.
    pub(crate) fn refuse(self, error: &AppError) {
        let problems = error.problems().to_vec();
        if let Some(first) = problems.first() {
            dom::focus_soon(field_id(self.form, first.field));
        }
        self.problems.set(problems);
    }

    /// The same for an answer that comes when the person may be busy elsewhere.
    pub(crate) fn refuse_late(self, error: &AppError) {
        self.show(error);
        let first = error.problems().first();
        let ids = first.map(|first| field_id(self.form, first.field));
        dom::focus_unless_busy(ids.into_iter().collect(), &format!("[form={}]", self.form));
    }

    /// Shows what is wrong without moving the focus, on a page that comes with its problems.
    pub(crate) fn show(self, error: &AppError) {
        self.problems.set(error.problems().to_vec());
    }

    /// Takes the port out of a pasted `host:port`.
    fn split_port(self) {
        let typed = self.host.get_untracked();
        if let (host, Some(port)) = routing::split_host_port(&typed) {
            self.port.set(port.to_owned());
            self.host.set(host.to_owned());
            self.forget(Field::Port);
        }
    }

    fn forget(self, field: Field) {
        self.problems
            .update(|problems| problems.retain(|problem| problem.field != field));
    }

    fn problem(self, field: Field) -> Option<Problem> {
        self.problems
            .with(|problems| problems.iter().find(|p| p.field == field).cloned())
    }
}

/// The element id of a field.
pub(super) fn field_id(form: &str, field: Field) -> String {
    format!("{form}-{}", field.id())
}

/// The three cells with a record's fields; the form they belong to stands elsewhere.
#[component]
pub(super) fn FieldCells(fields: FormFields, listing: Listing) -> impl IntoView {
    let host_hint = if listing.host_is_optional() {
        "Empty: the default"
    } else {
        "mail.example.net"
    };
    view! {
        <td role="cell" class="cell-domain">
            <TextField
                fields
                field=Field::Domain
                label=SortBy::Domain.heading()
                placeholder="example.com"
            />
            {(listing == Listing::SmartHosts).then(|| view! { <ScopeField fields /> })}
        </td>
        <td role="cell" class="cell-host">
            <TextField
                fields
                field=Field::Host
                label=SortBy::Host.heading()
                placeholder=host_hint
            />
            <TextField fields field=Field::Comment label="Comment" placeholder="Comment (optional)" />
        </td>
        <td role="cell" class="cell-port">
            <TextField fields field=Field::Port label=SortBy::Port.heading() placeholder="25" />
        </td>
    }
    .into_any()
}

/// A text field with its label and the place for what is wrong with it.
#[component]
pub(crate) fn TextField(
    fields: FormFields,
    field: Field,
    label: &'static str,
    placeholder: &'static str,
) -> impl IntoView {
    let id = field_id(fields.form, field);
    let error_id = format!("{id}-error");
    let value = fields.signal(field);
    let wrong = move || fields.problem(field);
    let described_by = if fields.locked {
        WHY_NOT.to_owned()
    } else {
        error_id.clone()
    };
    view! {
        <div class=format!("field field-{}", field.id())>
            <label for=id.clone()>{label}</label>
            <input
                type="text"
                id=id
                name=field.id()
                form=fields.form
                value=value.get_untracked()
                prop:value=value
                placeholder=placeholder
                // Without JavaScript this is what brings the editor into view.
                autofocus=fields.form == "edit" && field == Field::Domain
                inputmode=if field == Field::Port { "numeric" } else { "text" }
                autocomplete="off"
                autocapitalize="none"
                spellcheck=if field == Field::Comment { "true" } else { "false" }
                disabled=fields.locked
                aria-invalid=move || wrong().is_some().then_some("true")
                aria-describedby=described_by
                on:input=move |event| {
                    value.set(event_target_value(&event));
                    fields.forget(field);
                }
                on:change=move |_| {
                    if field == Field::Host {
                        fields.split_port();
                    }
                }
            />
            <p class="field-error" id=error_id>
                {move || {
                    wrong()
                        .map(|problem| {
                            view! {
                                {problem.message}
                                {problem.link.map(|link| view! { " " <ProblemLink link /> })}
                            }
                        })
                }}
            </p>
        </div>
    }
    .into_any()
}

/// A link to the row that stands in the way. Out of this list it opens beside it, so that what was
/// typed stays.
#[component]
fn ProblemLink(link: Link) -> impl IntoView {
    view! {
        <a href=link.href target=link.other_list.then_some("_blank")>
            {link.text}
            {link.other_list.then_some(" (opens another page)")}
        </a>
    }
}

/// What a route applies to: the domain, its subdomains, or both.
#[component]
fn ScopeField(fields: FormFields) -> impl IntoView {
    let id = field_id(fields.form, Field::Scope);
    let error_id = format!("{id}-error");
    let value = fields.scope;
    let chosen = move |scope: Scope| {
        value.with(|value| {
            *value == scope.to_string() || (value.is_empty() && scope == Scope::Domain)
        })
    };
    view! {
        <div class="field field-scope">
            <label for=id.clone()>"Applies to"</label>
            <select
                id=id
                name=Field::Scope.id()
                form=fields.form
                disabled=fields.locked
                autocomplete="off"
                on:change=move |event| {
                    value.set(event_target_value(&event));
                    fields.forget(Field::Scope);
                }
            >
                {Scope::ALL
                    .map(|scope| {
                        view! {
                            <option
                                value=scope.to_string()
                                selected=untrack(move || chosen(scope))
                                prop:selected=move || chosen(scope)
                            >
                                {scope.label()}
                            </option>
                        }
                    })
                    .into_iter()
                    .collect_view()}
            </select>
            <p class="field-error" id=error_id>
                {move || fields.problem(Field::Scope).map(|problem| problem.message)}
            </p>
        </div>
    }
    .into_any()
}
