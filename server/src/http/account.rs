//! The account of whoever is signed in: password, second factor, sessions.

use access::{AccountName, RecoveryCode};
use app::error::AppError;
use app::plain::account::{
    ACCOUNT_PATH, Account, SESSIONS_PATH, Sessions, SetUpFactor, account_page, recovery_page,
    second_factor_page, sessions_page,
};
use app::plain::form::Wrong;
use app::plain::sign_in::SIGN_IN_PATH;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;
use serde::Deserialize;
use store::{Keep, Person, SessionKey};

use super::Shared;
use super::entry::{Device, EnterError};
use super::extract::{Form, Query};
use super::set_up::new_password;
use super::sign_in::{fault, in_words};
use super::typed::wrong;

const WRONG_PASSWORD: &str = "This is not your present password. Nothing was changed.";

/// What was just done.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    done: String,
}

/// What the forms send. No `Debug`: it holds passwords.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    password: String,
    password_new: String,
    password_again: String,
    code: String,
    end: String,
}

/// What a page says beside what it shows.
#[derive(Default)]
struct Said {
    wrong: Vec<Wrong>,
    notice: Option<&'static str>,
    alert: Option<String>,
}

/// The page of the account.
pub(super) async fn show(
    shared: Shared,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let notice = match asked.done.as_str() {
        "password" => Some("The password was changed. Your other sessions have ended."),
        "removed" => Some("The second factor was removed."),
        "role" => Some("Your role was set."),
        _ => None,
    };
    let said = Said {
        notice,
        ..Said::default()
    };
    page(&shared, &headers, StatusCode::OK, said).await
}

async fn page(shared: &Shared, headers: &HeaderMap, status: StatusCode, said: Said) -> Response {
    let read = async {
        let required = shared.backend.store.second_factor_required().await?;
        Ok::<_, AppError>((person(shared).await?, required))
    };
    match read.await {
        Ok((person, required)) => {
            let account = Account {
                person,
                required,
                wrong: said.wrong,
                notice: said.notice,
                alert: said.alert,
            };
            let page = account_page(&shared.frame(headers), account);
            (status, Html(page)).into_response()
        }
        Err(error) => plainly(&error),
    }
}

/// Where not even the page can be shown.
pub(super) fn plainly(error: &AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or_default();
    (status, error.message()).into_response()
}

/// Whoever is signed in.
async fn person(shared: &Shared) -> Result<Person, AppError> {
    let name = name(shared)?;
    let person = shared.backend.store.person(&name).await?;
    person.ok_or(AppError::SignedOut)
}

fn name(shared: &Shared) -> Result<AccountName, AppError> {
    AccountName::parse(&shared.backend.who.name).map_err(|_| AppError::SignedOut)
}

/// Refuses whoever cannot say the present password: somebody else may sit at the browser.
pub(super) async fn prove(
    shared: &Shared,
    from: &Device,
    password: String,
) -> Result<(), AppError> {
    let name = &shared.backend.who.name;
    let known = shared
        .entry
        .password(name, SecretString::from(password), from)
        .await
        .map_err(|why| in_words(why, WRONG_PASSWORD))?;
    shared.entry.forgive(&known);
    Ok(())
}

/// The refusal, beside the field of the password where it belongs there.
fn beside_password(error: &AppError) -> (StatusCode, Said) {
    let status = match error {
        // Nobody was signed out by mistyping.
        AppError::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
        error => StatusCode::from_u16(error.status()).unwrap_or_default(),
    };
    let message = error.message();
    let said = match error {
        AppError::Refused(_) | AppError::TooOften(_) => Said {
            wrong: vec![wrong("password", &message)],
            ..Said::default()
        },
        _ => Said {
            alert: Some(message),
            ..Said::default()
        },
    };
    (status, said)
}

/// Changes the password.
pub(super) async fn set_password(
    shared: Shared,
    from: Device,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Response {
    let changed = async {
        let name = name(&shared)?;
        let mut wrongs = Vec::new();
        let fields = ("password_new", "password_again");
        let new = new_password(
            typed.password_new,
            &typed.password_again,
            &name,
            fields,
            &mut wrongs,
        );
        let Some(new) = new else {
            return Ok(wrongs);
        };
        prove(&shared, &from, typed.password).await?;
        let hash = shared.entry.hash(new).await?;
        let keep = shared.backend.who.session.map(|session| Keep {
            session,
            device: from.key(),
        });
        let (by, store) = (shared.backend.by(), &shared.backend.store);
        store.set_person_password(&by, &name, hash, keep).await?;
        Ok::<_, AppError>(wrongs)
    };
    match changed.await {
        Ok(wrong) if wrong.is_empty() => {
            Redirect::to(&format!("{ACCOUNT_PATH}?done=password")).into_response()
        }
        Ok(wrong) => {
            let said = Said {
                wrong,
                ..Said::default()
            };
            page(&shared, &headers, StatusCode::UNPROCESSABLE_ENTITY, said).await
        }
        Err(error) => {
            let (status, said) = beside_password(&error);
            page(&shared, &headers, status, said).await
        }
    }
}

/// The page to set up a second factor.
pub(super) async fn show_second_factor(shared: Shared, headers: HeaderMap) -> Response {
    factor_page(&shared, &headers, StatusCode::OK, Vec::new()).await
}

async fn factor_page(
    shared: &Shared,
    headers: &HeaderMap,
    status: StatusCode,
    wrong: Vec<Wrong>,
) -> Response {
    let read = async {
        let person = person(shared).await?;
        let required = shared.backend.store.second_factor_required().await?;
        let seed = shared.entry.seed_of(session(shared)?).map_err(fault)?;
        let drawn = seed.qr_code(&person.name).ok_or(AppError::Internal)?;
        Ok::<_, AppError>(SetUpFactor {
            drawn,
            seed: seed.in_words(),
            wrong,
            required: required && !person.second_factor,
            replaces: person.second_factor,
        })
    };
    match read.await {
        Ok(set_up) => {
            let page = second_factor_page(&shared.frame(headers), set_up);
            (status, Html(page)).into_response()
        }
        Err(error) => plainly(&error),
    }
}

fn session(shared: &Shared) -> Result<SessionKey, AppError> {
    shared.backend.who.session.ok_or(AppError::SignedOut)
}

/// Sets up a second factor, once a code shows that the device has it.
pub(super) async fn set_second_factor(
    shared: Shared,
    from: Device,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Response {
    let set = async {
        let (name, session) = (name(&shared)?, session(&shared)?);
        let seed = shared.entry.seed_of(session).map_err(fault)?;
        let now = (shared.backend.now)().since_epoch().as_secs();
        let Some(step) = seed.check(&typed.code, now, None) else {
            let words =
                "This code does not belong to the key above. Type the one that is shown now.";
            return Ok(Err(wrong("code", &words)));
        };
        prove(&shared, &from, typed.password).await?;
        let codes = RecoveryCode::set().map_err(random)?;
        let kept = codes.iter().map(RecoveryCode::digest).collect();
        let seed = Zeroizing::new(seed.expose().to_vec());
        let by = shared.backend.by();
        let store = &shared.backend.store;
        store
            .set_second_factor(&by, &name, seed, step, kept, Some(session))
            .await?;
        shared.entry.forget_seed(session);
        Ok::<_, AppError>(Ok(codes))
    };
    match set.await {
        Ok(Ok(codes)) => shown_once(&shared, &headers, &codes),
        Ok(Err(wrong)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            factor_page(&shared, &headers, status, vec![wrong]).await
        }
        Err(error) => {
            let (status, said) = beside_password(&error);
            if said.wrong.is_empty() {
                return plainly(&error);
            }
            factor_page(&shared, &headers, status, said.wrong).await
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "map_err hands it over")]
fn random(error: impl ToString) -> AppError {
    fault(EnterError::Random(error.to_string()))
}

fn shown_once(shared: &Shared, headers: &HeaderMap, codes: &[RecoveryCode]) -> Response {
    let codes = codes.iter().map(|code| code.expose().to_owned()).collect();
    Html(recovery_page(&shared.frame(headers), codes)).into_response()
}

/// Makes new recovery codes.
pub(super) async fn new_recovery_codes(
    shared: Shared,
    from: Device,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Response {
    let made = async {
        let name = name(&shared)?;
        if !person(&shared).await?.second_factor {
            let why = "There is no second factor, so no code would be asked for.";
            return Err(AppError::Outdated(why.to_owned()));
        }
        prove(&shared, &from, typed.password).await?;
        let codes = RecoveryCode::set().map_err(random)?;
        let kept = codes.iter().map(RecoveryCode::digest).collect();
        let store = &shared.backend.store;
        store
            .set_recovery_codes(&shared.backend.by(), &name, kept)
            .await?;
        Ok(codes)
    };
    match made.await {
        Ok(codes) => shown_once(&shared, &headers, &codes),
        Err(error) => refused(&shared, &headers, &error).await,
    }
}

async fn refused(shared: &Shared, headers: &HeaderMap, error: &AppError) -> Response {
    let (status, said) = beside_password(error);
    // The page has two fields for the present password: the alert says it for both.
    let alert = Some(error.message());
    let said = Said {
        wrong: Vec::new(),
        alert,
        ..said
    };
    page(shared, headers, status, said).await
}

/// Removes the second factor.
pub(super) async fn remove_second_factor(
    shared: Shared,
    from: Device,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Response {
    let removed = async {
        let name = name(&shared)?;
        if shared.backend.store.second_factor_required().await? {
            let why = "Everybody must have a second factor here. It was not removed.";
            return Err(AppError::Outdated(why.to_owned()));
        }
        prove(&shared, &from, typed.password).await?;
        let store = &shared.backend.store;
        store
            .remove_second_factor(&shared.backend.by(), &name)
            .await?;
        Ok(())
    };
    match removed.await {
        Ok(()) => Redirect::to(&format!("{ACCOUNT_PATH}?done=removed")).into_response(),
        Err(error) => refused(&shared, &headers, &error).await,
    }
}

/// The page of the sessions.
pub(super) async fn sessions(
    shared: Shared,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let read = async {
        let person = person(&shared).await?;
        let lapse = shared.entry.lapse();
        Ok::<_, AppError>(shared.backend.store.sessions_of(person.id, lapse).await?)
    };
    match read.await {
        Ok(all) => {
            let sessions = Sessions {
                all,
                this: shared.backend.who.session,
                notice: (asked.done == "ended").then_some("It has ended."),
                now: (shared.backend.now)(),
            };
            Html(sessions_page(&shared.frame(&headers), sessions)).into_response()
        }
        Err(error) => plainly(&error),
    }
}

/// Ends sessions of whoever is signed in.
pub(super) async fn end_sessions(shared: Shared, Form(typed): Form<Typed>) -> Response {
    let store = &shared.backend.store;
    let ended = async {
        let (person, this) = (person(&shared).await?, session(&shared)?);
        if typed.end == "others" {
            store.end_sessions(person.id, Some(this)).await?;
            return Ok(false);
        }
        let Ok(key) = typed.end.parse::<SessionKey>() else {
            let why = "The form was not understood. Load the page again.";
            return Err(AppError::BadRequest(why.to_owned()));
        };
        // One that has ended already is what was wanted.
        store.end_session_of(person.id, key).await?;
        Ok(key == this)
    };
    match ended.await {
        Ok(true) => Redirect::to(&format!("{SIGN_IN_PATH}?done=signed-out")).into_response(),
        Ok(false) => Redirect::to(&format!("{SESSIONS_PATH}?done=ended")).into_response(),
        Err(error) => plainly(&error),
    }
}
