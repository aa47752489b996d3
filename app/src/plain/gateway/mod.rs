//! Whether Postfix obeys: what the doctor found, and what puts it right.

mod verdict;
mod why;

use std::path::PathBuf;
use std::sync::Arc;

use ::gateway::postfix::{Check, Examination, Outcome, Report, quoted};
use access::Permission;
use leptos::prelude::*;
use store::Timestamp;

use self::verdict::{Verdict, verdict};
use self::why::why;
use super::Frame;
use super::command::{Ago, Command};
use super::mark::{Mark, MarkAs};
use crate::panel::{WHY_NOT, WhyNot};
use crate::shell::{Section, why_not};

/// The page's path.
pub const GATEWAY_PATH: &str = "/smtp/gateway";

const PURPOSE: &str = "Whether the Postfix on this machine sends mail where this console says.";

/// An examination that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examined {
    /// When it ended.
    pub at: Timestamp,
    /// What it found; nothing if it was broken off because it took too long.
    pub examination: Option<Examination>,
}

/// All that the page is drawn from.
#[derive(Clone, Debug)]
pub struct Health {
    /// The last examination; none before the first.
    pub last: Option<Arc<Examined>>,
    /// The present moment.
    pub now: Timestamp,
    /// The data folder.
    pub folder: PathBuf,
    /// Why a request for an examination was refused.
    pub alert: Option<String>,
}

/// The page.
#[must_use]
pub fn gateway_page(frame: &Frame, health: &Health) -> String {
    frame.page(Section::Gateway, PURPOSE, || {
        let last = health.last.as_deref();
        let verdict = verdict(last, &own_command(health));
        let report = last
            .and_then(|last| last.examination.as_ref())
            .filter(|_| verdict.findings)
            .map(|examination| examination.report.clone());
        let examined = last.map(|last| {
            view! {
                <p class="also">"Examined " <Ago now=health.now at=last.at /> ", and every minute."</p>
            }
        });
        let locked = why_not(Permission::Test).is_some();
        view! {
            <section class="test" aria-label="Verdict">
                {health.alert.clone().map(|alert| view! {
                    <div class="alert" role="alert"><p>{alert}</p></div>
                })}
                <VerdictBox verdict>{examined.into_any()}</VerdictBox>
                <form class="form-buttons" method="post" action=GATEWAY_PATH>
                    <button type="submit" class="button" disabled=locked aria-describedby=locked.then_some(WHY_NOT)>
                        "Check again"
                    </button>
                </form>
                <WhyNot permission=Permission::Test />
            </section>
            {report.map(|report| view! { <Findings report /> })}
        }
        .into_any()
    })
}

/// The doctor's command for whoever may ask more than this process.
fn own_command(health: &Health) -> String {
    let folder = health.folder.display().to_string();
    format!(
        "sudo smart-hosts postfix check --data-dir {}",
        quoted(&folder)
    )
}

#[component]
fn VerdictBox(verdict: Verdict, children: Children) -> impl IntoView {
    let (mark, word) = mark(verdict.outcome);
    let class = format!("step verdict {}", mark.class());
    let commands = verdict.commands.into_iter();
    view! {
        <div class=class>
            <Mark mark word />
            <div class="step-body">
                <h2>{verdict.title}</h2>
                <p>{verdict.text}</p>
                {commands.map(|line| view! { <Command line /> }).collect_view()}
                {children()}
            </div>
        </div>
    }
}

/// What is wrong first, then what is not known; what is right is folded.
#[component]
fn Findings(report: Report) -> impl IntoView {
    let of = |outcome| {
        let checks = report.checks.iter();
        let such = checks.filter(move |check| check.outcome == outcome);
        such.cloned()
            .map(|check| view! { <Finding check /> })
            .collect_view()
    };
    let fine = report.count(Outcome::Ok);
    let is_fine = if fine == 1 {
        "1 check is fine".to_owned()
    } else {
        format!("{fine} checks are fine")
    };
    view! {
        <section class="test" aria-label="Findings">
            <ol class="steps">
                {of(Outcome::Failure)}
                {of(Outcome::Warning)}
                {of(Outcome::Unknown)}
            </ol>
            {(fine > 0).then(|| view! {
                <details class="fine">
                    <summary>{is_fine}</summary>
                    <ol class="steps">{of(Outcome::Ok)}</ol>
                </details>
            })}
        </section>
    }
}

#[component]
fn Finding(check: Check) -> impl IntoView {
    let Check {
        name,
        outcome,
        found,
        fix,
    } = check;
    let (mark, word) = mark(outcome);
    let class = format!("step {}", mark.class());
    let why = (outcome != Outcome::Ok).then(|| why(&name)).flatten();
    view! {
        <li class=class>
            <Mark mark word />
            <div class="step-body">
                <p class="step-title">{name}</p>
                <p>{found}</p>
                {why.map(|why| view! { <p class="step-advice">{why}</p> })}
                {fix.map(|line| view! { <Command line /> })}
            </div>
        </li>
    }
}

/// How an outcome is marked, and the word for it.
fn mark(outcome: Outcome) -> (MarkAs, &'static str) {
    match outcome {
        Outcome::Ok => (MarkAs::Good, "ok"),
        Outcome::Warning => (MarkAs::Warning, "warning"),
        Outcome::Failure => (MarkAs::Bad, "failure"),
        Outcome::Unknown => (MarkAs::Nothing, "unknown"),
    }
}
