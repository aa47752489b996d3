//! Who may sign in, and as what: for administrators.

mod secrets;

use access::{AccountName, Role};
use app::error::AppError;
use app::plain::Frame;
use app::plain::account::ACCOUNT_PATH;
use app::plain::form::Wrong;
use app::plain::people::{
    AddForm, PEOPLE_PATH, People, own_account_page, people_page, remove_page,
};
use app::plain::sign_in::SIGN_IN_PATH;
use app::wire::Notice;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use secrecy::SecretString;
use serde::Deserialize;
use store::{NewPerson, Person};

pub(super) use self::secrets::{ask_end_sessions, ask_password, end_sessions, set_password};
use super::Shared;
use super::account::plainly;
use super::extract::{Form, Query};
use super::just_done::{JustDone, undo_pair};
use super::typed::{TYPE_AGAIN, keep, wrong};

/// What was just done, or who is asked about.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    name: String,
    #[serde(flatten)]
    just: JustDone,
}

/// What the forms send. No `Debug`: it may hold a password.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    name: String,
    role: String,
    password: String,
    password_new: String,
    password_again: String,
    required: String,
    /// `yes` once it was asked whether it is meant.
    sure: String,
    /// What was not kept through a sign-in.
    left_out: String,
    #[serde(rename = "do")]
    act: String,
}

/// What the page says beside what it shows.
#[derive(Default)]
struct Said {
    form: AddForm,
    notice: Option<Notice>,
    alert: Option<String>,
}

/// The page.
pub(super) async fn show(
    shared: Shared,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let said = Said {
        notice: asked.just.notice(words(&asked.just.done, &asked.name)),
        ..Said::default()
    };
    page(&shared, &headers, StatusCode::OK, said).await
}

/// What was just done to somebody; nothing for what no form of this page does, or to no name.
fn words(done: &str, name: &str) -> Option<String> {
    if done == "settings" {
        return Some("Saved.".to_owned());
    }
    let name = AccountName::parse(name).ok()?;
    let words = match done {
        "added" => format!("Added {name}."),
        "role" => format!("The role of {name} was set."),
        "disable" => format!("Disabled {name}. Their sessions have ended."),
        "enable" => format!("Enabled {name}."),
        "reset-second-factor" => format!("{name} has no second factor now."),
        "removed" => format!("Removed {name}."),
        "password" => format!("The password of {name} was set. Their sessions have ended."),
        "sessions" => format!("The sessions of {name} have ended."),
        _ => return None,
    };
    Some(words)
}

async fn page(shared: &Shared, headers: &HeaderMap, status: StatusCode, said: Said) -> Response {
    let store = &shared.backend.store;
    let read = async {
        let required = store.second_factor_required().await?;
        Ok::<_, store::Error>((store.people().await?, required))
    };
    match read.await {
        Ok((people, required)) => {
            let shown = People {
                people,
                required,
                form: said.form,
                notice: said.notice,
                alert: said.alert,
                now: (shared.backend.now)(),
            };
            (status, Html(people_page(&shared.frame(headers), shown))).into_response()
        }
        Err(error) => plainly(&error.into()),
    }
}

async fn refuse(shared: &Shared, headers: &HeaderMap, error: &AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or_default();
    let said = Said {
        alert: Some(error.message()),
        ..Said::default()
    };
    page(shared, headers, status, said).await
}

/// Back to the list, which says what was done to whom.
fn done(what: &str, to: &str, act: Option<i64>) -> Response {
    let to = AccountName::parse(to).map_or_else(|_| String::new(), |name| format!("&name={name}"));
    let undo = undo_pair(act);
    Redirect::to(&format!("{PEOPLE_PATH}?done={what}{to}{undo}")).into_response()
}

/// Adds somebody.
pub(super) async fn add(
    shared: Shared,
    headers: HeaderMap,
    Form(mut typed): Form<Typed>,
) -> Response {
    let password = SecretString::from(std::mem::take(&mut typed.password));
    let wrong = match try_add(&shared, &typed, password).await {
        Ok(Ok(act)) => return done("added", &typed.name, act),
        Ok(Err(wrong)) => wrong,
        Err(AppError::Outdated(taken)) => vec![wrong("name", &taken)],
        Err(error) => return refuse(&shared, &headers, &error).await,
    };
    let said = Said {
        form: AddForm {
            name: typed.name,
            role: typed.role,
            wrong,
        },
        ..Said::default()
    };
    page(&shared, &headers, StatusCode::UNPROCESSABLE_ENTITY, said).await
}

async fn try_add(
    shared: &Shared,
    typed: &Typed,
    password: SecretString,
) -> Result<Result<Option<i64>, Vec<Wrong>>, AppError> {
    if !typed.left_out.is_empty() {
        return Ok(Err(vec![wrong("password", &TYPE_AGAIN)]));
    }
    let mut wrongs = Vec::new();
    let name = keep(AccountName::parse(&typed.name), "name", &mut wrongs);
    let role = keep(typed.role.parse::<Role>(), "role", &mut wrongs);
    let password = name.as_ref().and_then(|name| {
        let password = access::NewPassword::parse(password, name);
        keep(password, "password", &mut wrongs)
    });
    let (Some(name), Some(role), Some(password)) = (name, role, password) else {
        return Ok(Err(wrongs));
    };
    let password_hash = shared.entry.hash(password).await?;
    let new = NewPerson {
        name,
        role,
        password_hash,
    };
    let by = shared.backend.by();
    let added = shared.backend.store.add_person(&by, new).await?;
    Ok(Ok(added.act))
}

/// Changes somebody: role, state, second factor.
pub(super) async fn edit(shared: Shared, headers: HeaderMap, Form(typed): Form<Typed>) -> Response {
    let who = &shared.backend.who;
    let own = named(&typed.name).is_ok_and(|name| name.as_str() == who.name);
    if own && typed.sure != "yes" && takes_a_right(&typed) {
        let frame = shared.frame(&headers);
        return Html(own_account_page(
            &frame,
            &typed.name,
            &typed.act,
            &typed.role,
        ))
        .into_response();
    }
    match try_edit(&shared, &typed).await {
        // They may not see the page of people any more, or no page at all.
        Ok(_) if own && typed.act == "disable" => signed_out(),
        Ok(_) if own && typed.act == "role" => {
            Redirect::to(&format!("{ACCOUNT_PATH}?done=role")).into_response()
        }
        Ok(act) => done(&typed.act, &typed.name, act),
        Err(error) => refuse(&shared, &headers, &error).await,
    }
}

/// Whether the form would take a right or a protection from the person that it names, who is an
/// administrator.
fn takes_a_right(typed: &Typed) -> bool {
    match typed.act.as_str() {
        "role" => typed.role != Role::Administrator.as_str(),
        act => matches!(act, "disable" | "reset-second-factor"),
    }
}

fn signed_out() -> Response {
    Redirect::to(&format!("{SIGN_IN_PATH}?done=signed-out")).into_response()
}

/// Returns the act, if it can be taken back.
async fn try_edit(shared: &Shared, typed: &Typed) -> Result<Option<i64>, AppError> {
    let name = named(&typed.name)?;
    let (by, store) = (shared.backend.by(), &shared.backend.store);
    let person = match typed.act.as_str() {
        "role" => {
            let role = typed.role.parse::<Role>();
            let role = role.map_err(|error| AppError::BadRequest(error.to_string()))?;
            store.set_role(&by, &name, role).await?
        }
        "disable" => store.set_disabled(&by, &name, true).await?,
        "enable" => store.set_disabled(&by, &name, false).await?,
        "reset-second-factor" => {
            store.remove_second_factor(&by, &name).await?;
            // No seed is kept that could be put back.
            return Ok(None);
        }
        _ => return Err(not_understood()),
    };
    Ok(person.act)
}

fn named(name: &str) -> Result<AccountName, AppError> {
    AccountName::parse(name).map_err(|_| not_understood())
}

/// The person of this name.
async fn person(shared: &Shared, name: &str) -> Result<Person, AppError> {
    let name = named(name)?;
    let person = shared.backend.store.person(&name).await?;
    person.ok_or_else(|| AppError::from(store::Error::NoSuchPerson(name)))
}

fn not_understood() -> AppError {
    AppError::BadRequest("The form was not understood. Load the page again.".to_owned())
}

/// The question before somebody is removed.
pub(super) async fn ask_remove(
    shared: Shared,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let page = |frame: &Frame, person: &Person| remove_page(frame, person, None);
    ask(&shared, &asked.name, &headers, page).await
}

/// A question about somebody.
async fn ask(
    shared: &Shared,
    name: &str,
    headers: &HeaderMap,
    page: impl FnOnce(&Frame, &Person) -> String,
) -> Response {
    match person(shared, name).await {
        Ok(person) => Html(page(&shared.frame(headers), &person)).into_response(),
        Err(error) => refuse(shared, headers, &error).await,
    }
}

/// Removes somebody.
pub(super) async fn remove(
    shared: Shared,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Response {
    let removed = async {
        let name = named(&typed.name)?;
        let store = &shared.backend.store;
        Ok::<_, AppError>(store.remove_person(&shared.backend.by(), &name).await?)
    };
    match removed.await {
        Ok(person) if person.name.as_str() == shared.backend.who.name => signed_out(),
        // No password is kept that could be put back.
        Ok(person) => done("removed", person.name.as_str(), None),
        Err(error) => refuse(&shared, &headers, &error).await,
    }
}

/// Says whether everybody must have a second factor.
pub(super) async fn require(
    shared: Shared,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Response {
    let required = match typed.required.as_str() {
        "yes" => true,
        "no" => false,
        _ => return refuse(&shared, &headers, &not_understood()).await,
    };
    let by = shared.backend.by();
    let set = shared.backend.store.require_second_factor(&by, required);
    match set.await {
        Ok(act) => done("settings", "", act),
        Err(error) => refuse(&shared, &headers, &AppError::from(error)).await,
    }
}
