//! The few things that are asked of the browser directly. On the server they do nothing.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
#[cfg(feature = "hydrate")]
use wasm_bindgen::closure::Closure;

/// What a person typed into a field before the page came to life, so that waking up loses nothing.
///
/// None on the server, and in the browser once the first page is alive.
pub(crate) fn typed_before_hydration(id: &str) -> Option<String> {
    if !hydrating() {
        return None;
    }
    let element = document().get_element_by_id(id)?;
    match element.dyn_into::<web_sys::HtmlInputElement>() {
        Ok(input) => Some(input.value()),
        Err(other) => other
            .dyn_into::<web_sys::HtmlSelectElement>()
            .ok()
            .map(|select| select.value()),
    }
}

/// The values of the boxes of this name that a person ticked before the page came to life.
///
/// None on the server, and in the browser once the first page is alive.
pub(crate) fn ticked_before_hydration(name: &str) -> Vec<String> {
    if !hydrating() {
        return Vec::new();
    }
    // Fails only for a selector that cannot be read.
    let Ok(boxes) = document().query_selector_all(&format!("input[name='{name}']:checked")) else {
        return Vec::new();
    };
    (0..boxes.length())
        .filter_map(|at| boxes.get(at)?.dyn_into::<web_sys::HtmlInputElement>().ok())
        .map(|ticked| ticked.value())
        .collect()
}

/// Whether the page has come to life.
static AWAKE: AtomicBool = AtomicBool::new(false);

/// Notes that the page has come to life.
#[cfg(feature = "hydrate")]
pub(crate) fn note_awake() {
    AWAKE.store(true, Ordering::Relaxed);
}

/// Whether what the server has drawn is just coming to life.
pub(crate) fn hydrating() -> bool {
    cfg!(feature = "hydrate") && !AWAKE.load(Ordering::Relaxed)
}

thread_local! {
    /// What waits for the browser to show a frame.
    static WAITING: RefCell<VecDeque<Box<dyn FnOnce()>>> = const { RefCell::new(VecDeque::new()) };
}

/// Does what a person has asked for by a click or key once the browser has shown that: a button that is
/// pressed down, a box that is ticked. What takes long would hold up even that.
///
/// Before the person does anything else it is done in any case, see [`keep_order`].
pub(crate) fn once_shown(act: impl FnOnce() + 'static) {
    if cfg!(feature = "hydrate") {
        let waiting = WAITING.with_borrow_mut(|waiting| {
            waiting.push_back(Box::new(act));
            waiting.len()
        });
        if document().hidden() {
            // It shows no frames.
            do_what_waits();
        } else if waiting == 1 {
            request_animation_frame(|| set_timeout(do_what_waits, Duration::ZERO));
        }
    }
}

fn do_what_waits() {
    while let Some(act) = WAITING.with_borrow_mut(VecDeque::pop_front) {
        act();
    }
}

/// From now on what waits for a frame is done before the person does anything else: a click or key finds the
/// page as the one before has left it. So it is before the page goes out of sight.
#[cfg(feature = "hydrate")]
pub(crate) fn keep_order() {
    let hurry = Closure::<dyn Fn()>::new(do_what_waits);
    for event in [
        "pointerdown",
        "keydown",
        "click",
        "visibilitychange",
        "pagehide",
    ] {
        let hurry = hurry.as_ref().unchecked_ref();
        // Fails only for an event without a name.
        let _ = window().add_event_listener_with_callback_and_bool(event, hurry, true);
    }
    // For as long as there is a page.
    hurry.forget();
}

/// Moves the focus to an element once the page has been redrawn.
pub(crate) fn focus_soon(id: String) {
    if cfg!(feature = "hydrate") {
        request_animation_frame(move || focus(&id));
    }
}

/// Moves the focus to an element that what was just set draws, before the person can do anything else.
pub(crate) fn focus_once_drawn(id: String) {
    if cfg!(feature = "hydrate") {
        // Signals draw in tasks like this one, which were spawned before it.
        spawn_local(async move { focus(&id) });
    }
}

fn focus(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) =
        element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok())
    {
        // An element that cannot take the focus leaves it where it is.
        let _ = element.focus();
    }
}

/// Puts the focus back on what has it within an element, if that is about to be drawn anew.
pub(crate) fn keep_focus(id: &str) {
    if cfg!(feature = "hydrate")
        && has_focus(&format!("#{id} *")) == Some(true)
        && let Some(focused) = focused()
    {
        focus_soon(focused);
    }
}

/// Moves the focus to the first of these elements that is there once the page has been redrawn, if
/// the person has it nowhere or at what the selector `at` names.
///
/// For what an answer brings: it may come late, and what is typed by then must not end up on a
/// button.
pub(crate) fn focus_unless_busy(ids: Vec<String>, at: &str) {
    if cfg!(feature = "hydrate") && !ids.is_empty() {
        // A click beside everything has the focus on the content as a whole.
        let free = format!("body, main, {}", if at.is_empty() { "body" } else { at });
        request_animation_frame(move || {
            let busy = has_focus(&free) == Some(false);
            let there = |id: &String| document().get_element_by_id(id).is_some();
            if !busy && let Some(id) = ids.into_iter().find(there) {
                focus_soon(id);
            }
        });
    }
}

/// Moves the focus from what is about to go to the content as a whole.
pub(crate) fn focus_content_soon() {
    focus_soon("content".to_owned());
}

/// Whether the person has the focus in a field to type into or choose from.
pub(crate) fn is_typing() -> bool {
    cfg!(feature = "hydrate") && has_focus("input:not([type=checkbox]), select") == Some(true)
}

/// Whether what has the focus is one of what the selector names; nothing if nothing has it.
fn has_focus(selector: &str) -> Option<bool> {
    // Fails only for a selector that cannot be read.
    document()
        .active_element()
        .and_then(|active| active.matches(selector).ok())
}

/// The id of the element that has the focus, if it has one.
pub(crate) fn focused() -> Option<String> {
    let id = document().active_element()?.id();
    (!id.is_empty()).then_some(id)
}

/// Leaves for a page that is not part of this one.
pub(crate) fn leave_for(href: &str) {
    // Fails only for an address that is none.
    let _ = window().location().assign(href);
}

/// What an event is about.
pub(crate) fn target(event: &web_sys::Event) -> Option<web_sys::Element> {
    event.target()?.dyn_into().ok()
}

/// What the selector names, if an event is about that or about something in it.
pub(crate) fn target_in(event: &web_sys::Event, selector: &str) -> Option<web_sys::Element> {
    // Fails only for a selector that cannot be read.
    target(event)?.closest(selector).ok()?
}

/// Ticks or unticks a box, if it is there.
pub(crate) fn set_checked(id: &str, on: bool) {
    let element = document().get_element_by_id(id);
    if let Some(input) =
        element.and_then(|element| element.dyn_into::<web_sys::HtmlInputElement>().ok())
    {
        input.set_checked(on);
    }
}

/// Tells the page's script of something.
pub(crate) fn announce(name: &str) {
    // Fails only for a name that is no text.
    if let Ok(event) = web_sys::Event::new(name) {
        let _ = window().dispatch_event(&event);
    }
}

/// Brings an element into view once the page has been redrawn, moving as little as possible.
pub(crate) fn reveal_soon(id: String) {
    if cfg!(feature = "hydrate") {
        request_animation_frame(move || {
            if let Some(element) = document().get_element_by_id(&id) {
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                element.scroll_into_view_with_scroll_into_view_options(&options);
            }
        });
    }
}
