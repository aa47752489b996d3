//! When a session ends in the middle of something, the person signs in again in a dialog, and what was
//! asked for is asked again: nothing that was typed is lost.

use std::future::poll_fn;
use std::task::{Poll, Waker};

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api;
use crate::dialog::Dialog;
use crate::dom;
use crate::error::AppError;
use crate::shell::Visitor;
use crate::wire::SignInAnswer;

/// Watches over the session of this page.
#[derive(Clone, Copy)]
pub(crate) struct SessionWatch {
    /// The dialog is open.
    open: RwSignal<bool>,
    /// How often the dialog has been closed, and whether the person was signed in the last time.
    closed: StoredValue<(u32, bool)>,
    /// How many questions are under way.
    under_way: RwSignal<u32>,
    /// Whoever waits for that.
    waiting: StoredValue<Vec<Waker>>,
}

impl SessionWatch {
    /// The watch of this page, made by [`provide_session_watch`].
    pub(crate) fn current() -> Self {
        use_context().unwrap_or_else(Self::new)
    }

    fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            closed: StoredValue::new((0, false)),
            under_way: RwSignal::new(0),
            waiting: StoredValue::new(Vec::new()),
        }
    }

    /// Asks the server for something, and again once the person has signed in, if the session has ended.
    pub(crate) async fn asking<T, F>(self, ask: impl Fn() -> F) -> Result<T, AppError>
    where
        F: Future<Output = Result<T, AppError>>,
    {
        self.under_way.try_update(|count| *count += 1);
        let answer = loop {
            let answer = ask().await;
            let ended = matches!(answer, Err(AppError::SignedOut));
            if !ended || !self.signed_in_again().await {
                break answer;
            }
        };
        // Gone by now, if the page is.
        self.under_way.try_update(|count| *count -= 1);
        answer
    }

    /// Whether anything that the person does waits for its answer.
    pub(crate) fn is_asking(self) -> bool {
        self.under_way.get() > 0
    }

    /// Opens the dialog and waits for its end; false if the person does not want to sign in.
    async fn signed_in_again(self) -> bool {
        let Some((before, _)) = self.closed.try_get_value() else {
            return false;
        };
        self.open.set(true);
        poll_fn(move |context| match self.closed.try_get_value() {
            None => Poll::Ready(false),
            Some((times, _)) if times == before => {
                self.waiting
                    .update_value(|waiting| waiting.push(context.waker().clone()));
                Poll::Pending
            }
            Some((_, signed_in)) => Poll::Ready(signed_in),
        })
        .await
    }

    fn close(self, signed_in: bool) {
        self.open.set(false);
        self.closed
            .update_value(|closed| *closed = (closed.0.wrapping_add(1), signed_in));
        let waiting = self.waiting.try_update_value(std::mem::take);
        waiting.into_iter().flatten().for_each(Waker::wake);
    }
}

/// Watches over the session of all that stands in this page.
pub(crate) fn provide_session_watch() {
    provide_context(SessionWatch::new());
}

/// The dialog to sign in again.
#[component]
pub(crate) fn SignInDialog() -> impl IntoView {
    let watch = SessionWatch::current();
    view! {
        <Dialog
            title="Sign in"
            open=watch.open.into()
            on_close=move || watch.close(false)
        >
            {move || watch.open.get().then(|| view! { <Again watch /> })}
        </Dialog>
    }
}

#[component]
fn Again(watch: SessionWatch) -> impl IntoView {
    let name = Visitor::current()
        .map(|visitor| visitor.name)
        .unwrap_or_default();
    let shown = name.clone();
    let password = RwSignal::new(String::new());
    let code = RwSignal::new(String::new());
    let code_needed = RwSignal::new(false);
    let asking = RwSignal::new(false);
    let alert = RwSignal::new(None);
    dom::focus_soon("again-password".to_owned());
    let sign_in = move || {
        if asking.get_untracked() {
            return;
        }
        asking.set(true);
        alert.set(None);
        let name = name.clone();
        spawn_local(async move {
            let (typed, typed_code) = (password.get_untracked(), code.get_untracked());
            let answer = api::sign_in(name, typed, typed_code).await;
            asking.set(false);
            match answer {
                Ok(SignInAnswer::Done) => watch.close(true),
                Ok(SignInAnswer::CodeNeeded) => {
                    code_needed.set(true);
                    dom::focus_soon("again-code".to_owned());
                }
                Err(error) => alert.set(Some(error.message())),
            }
        });
    };
    view! {
        <p class="dialog-question">"The session has ended. Sign in to go on: what you typed is kept."</p>
        <form
            id="again"
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                sign_in();
            }
        >
            <Typed id="again-name" label="Name" kind="text" autocomplete="username" value=RwSignal::new(shown) readonly=true />
            <Typed
                id="again-password"
                label="Password"
                kind="password"
                autocomplete="current-password"
                value=password
            />
            {move || {
                code_needed
                    .get()
                    .then(|| {
                        view! {
                            <Typed
                                id="again-code"
                                label="Code"
                                kind="text"
                                autocomplete="one-time-code"
                                value=code
                            />
                        }
                    })
            }}
            <p class="field-error" role="alert">
                {move || alert.get()}
            </p>
        </form>
        <div class="dialog-buttons">
            <button type="button" class="button" on:click=move |_| dom::once_shown(move || watch.close(false))>
                "Cancel"
            </button>
            <button type="submit" form="again" class="button button-primary">
                "Sign in"
            </button>
        </div>
    }
}

#[component]
fn Typed(
    id: &'static str,
    label: &'static str,
    kind: &'static str,
    autocomplete: &'static str,
    value: RwSignal<String>,
    #[prop(optional)] readonly: bool,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    let is_secret = kind == "password";
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <div class="field-secret">
                <input
                    type=move || if shown.get() { "text" } else { kind }
                    id=id
                    autocomplete=autocomplete
                    readonly=readonly
                    value=value.get_untracked()
                    on:input=move |event| value.set(event_target_value(&event))
                />
                {is_secret
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button show-password"
                                on:click=move |_| shown.update(|shown| *shown = !*shown)
                            >
                                {move || if shown.get() { "Hide" } else { "Show" }}
                                <span class="visually-hidden">" password"</span>
                            </button>
                        }
                    })}
            </div>
        </div>
    }
    .into_any()
}
