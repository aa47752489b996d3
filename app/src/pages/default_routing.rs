//! Default Domain Routing: where mail goes for managed domains without routing of their own.

use access::Permission;
use leptos::prelude::*;
use leptos::task::spawn_local;
use routing::Field;

use crate::api::{read_default_routing, save_default_routing};
use crate::error::AppError;
use crate::list::{FormFields, TextField};
use crate::list_state::SortBy;
use crate::listing::{Listing, grouped};
use crate::notice::{AlertBanner, Toast};
use crate::panel::{WHY_NOT, WhyNot};
use crate::session::SessionWatch;
use crate::shell::DomainsHeader;
use crate::wire::{DefaultOpening, DefaultRouting};

/// The path of the page.
pub(crate) const DEFAULT_ROUTING_PATH: &str = "/smtp/domains/default-domain-routing";

/// The name of the page.
pub(crate) const DEFAULT_ROUTING_TITLE: &str = "Default Domain Routing";

/// One sentence of what the page is for.
pub(crate) const DEFAULT_ROUTING_PURPOSE: &str =
    "Mail for managed domains whose routing has not been configured goes to this host.";

/// The page.
#[component]
pub(crate) fn DefaultRoutingPage(
    /// What it begins with.
    opening: DefaultOpening,
) -> impl IntoView {
    view! {
        <DomainsHeader
            title=DEFAULT_ROUTING_TITLE
            purpose=DEFAULT_ROUTING_PURPOSE
        />
        <DefaultForm opening />
    }
}

#[component]
fn DefaultForm(opening: DefaultOpening) -> impl IntoView {
    let DefaultOpening {
        current,
        refused,
        notice,
    } = opening;
    // A refused form is shown as it was typed, and as it was typed on since.
    let start = refused
        .as_ref()
        .map_or_else(|| current.input(), |refused| refused.input.clone());
    let fields = FormFields::new("default", start);
    let version = RwSignal::new(current.version);
    let shown = RwSignal::new(current);
    let notice = RwSignal::new(notice);
    let alert = RwSignal::new(None);
    let saving = RwSignal::new(false);
    let session = SessionWatch::current();
    let locked = fields.locked;
    if let Some(refused) = refused {
        fields.show(&refused.error);
        alert.set(
            refused
                .error
                .problems()
                .is_empty()
                .then(|| refused.error.message()),
        );
    }
    let save = move || {
        let input = fields.input();
        alert.set(None);
        notice.set(None);
        let refusals = input.next_hop_refusals();
        if !refusals.is_empty() {
            fields.refuse(&refusals.into());
            return;
        }
        saving.set(true);
        spawn_local(async move {
            let ask = || save_default_routing(input.clone(), version.get_untracked());
            let answer = session.asking(ask).await;
            saving.set(false);
            match answer {
                Ok((stored, said)) => {
                    fields.set(stored.input());
                    version.set(stored.version);
                    shown.set(stored);
                    notice.set(Some(said));
                }
                Err(error) => {
                    if let AppError::Outdated(_) = error
                        && let Ok(current) = read_default_routing().await
                    {
                        version.set(current.version);
                        shown.set(current);
                    }
                    alert.set(error.problems().is_empty().then(|| error.message()));
                    fields.refuse(&error);
                }
            }
        });
    };
    let reload = move || {
        spawn_local(async move {
            match session.asking(read_default_routing).await {
                Ok(current) => {
                    fields.set(current.input());
                    version.set(current.version);
                    shown.set(current);
                }
                Err(error) => alert.set(Some(error.message())),
            }
        });
    };
    view! {
        <WhyNot permission=Permission::EditRouting />
        <AlertBanner alert />
        <form
            id="default"
            class="panel form"
            method="post"
            action=DEFAULT_ROUTING_PATH
            novalidate
            aria-busy=move || saving.get().then_some("true")
            on:submit=move |event| {
                event.prevent_default();
                save();
            }
        >
            <input type="hidden" name="version" value=move || version.get() />
            <div class="form-fields">
                <TextField
                    fields
                    field=Field::Host
                    label=SortBy::Host.heading()
                    placeholder="mail.example.net"
                />
                <TextField fields field=Field::Port label=SortBy::Port.heading() placeholder="25" />
            </div>
            <p class="form-hint">"Leave both empty to have no default."</p>
            {move || {
                shown
                    .with(|shown| shown.host_unicode.as_ref().and_then(|_| shown.destination()))
                    .map(|now| view! { <p class="form-hint">{format!("Set now: {now}.")}</p> })
            }}
            <p class="form-use">{move || shown.with(use_sentence)}</p>
            {move || {
                shown
                    .with(|shown| shown.port.is_none() && shown.using > 0)
                    .then(|| {
                        view! {
                            <p class="badge badge-warning">
                                "Mail for these domains has nowhere to go until a default is set."
                            </p>
                        }
                    })
            }}
            <div class="form-buttons">
                <button
                    type="submit"
                    class="button button-primary"
                    disabled=locked
                    aria-describedby=locked.then_some(WHY_NOT)
                >
                    "Save"
                </button>
                <a class="button button-quiet" href=Listing::ManagedDomains.path()>
                    "Show managed domains"
                </a>
            </div>
        </form>
        <Toast
            notice
            alert
            return_to=Signal::stored(DEFAULT_ROUTING_PATH.to_owned())
            reload=Callback::new(move |()| reload())
        />
    }
}

/// Says how much depends on the default now.
fn use_sentence(current: &DefaultRouting) -> String {
    match (current.managed, current.using) {
        (0, _) => "There are no managed domains yet.".to_owned(),
        (1, 0) => {
            "The one managed domain has routing of its own; it does not use the default.".to_owned()
        }
        (1, _) => "The one managed domain uses the default now.".to_owned(),
        (managed, 0) => format!(
            "None of the {} managed domains uses the default now; each has routing of its own.",
            grouped(managed)
        ),
        (managed, using) => format!(
            "{} of {} managed domains {} the default now.",
            grouped(using),
            grouped(managed),
            if using == 1 { "uses" } else { "use" },
        ),
    }
}
