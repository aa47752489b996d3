//! Whether this Postfix can log in at all.

use std::path::{Path, PathBuf};

use super::super::service::{Entry, Service};
use super::super::system::System;
use super::exam::Exam;

/// The mechanisms that smart hosts ask for; each is a file of its own.
const NEEDED: [&str; 2] = ["libplain.so", "liblogin.so"];

pub(super) fn examine(exam: &mut Exam<'_, impl System>) {
    let name = "sasl-modules";
    match exam.ran("postconf", &["-A"]) {
        Ok(ran) if ran.stdout.split_whitespace().any(|kind| kind == "cyrus") => {}
        Ok(_) => {
            return report(
                exam,
                "This Postfix was built without Cyrus SASL.",
                "apt-get install postfix libsasl2-modules",
            );
        }
        Err(error) => {
            return exam.unknown(name, format!("\"postconf -A\" cannot be run: {error}."));
        }
    }
    for service in Service::ALL {
        let entry = service.entry();
        let kind = exam.live.effective(&entry, "smtp_sasl_type");
        if kind != "cyrus" {
            let found = format!(
                "The service {} has smtp_sasl_type = {kind}.",
                service.name()
            );
            let fix = exam.postconf(&["-P", &format!("{entry}/smtp_sasl_type=cyrus")]);
            return report(exam, &found, &fix);
        }
    }
    let folders = folders(exam.system);
    let has = |folder: &PathBuf| {
        NEEDED
            .iter()
            .all(|module| is_there(exam.system, &folder.join(module)))
    };
    match folders.iter().find(|folder| has(folder)) {
        Some(folder) => exam.ok(
            name,
            format!(
                "The modules for PLAIN and LOGIN are in {}.",
                folder.display()
            ),
        ),
        None => report(
            exam,
            "The SASL modules for PLAIN and LOGIN are not installed.",
            "apt-get install libsasl2-modules",
        ),
    }
}

fn report(exam: &mut Exam<'_, impl System>, found: &str, fix: &str) {
    let name = "sasl-modules";
    let found = format!("{found} Logins at smart hosts fail, and their mail waits.");
    if exam.expected.uses_accounts {
        exam.failure(name, found, fix);
    } else {
        exam.warning(name, found, fix);
    }
}

/// Where distributions keep SASL modules: Debian in a folder for each architecture.
fn folders(system: &impl System) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = ["/usr/lib/sasl2", "/usr/lib64/sasl2", "/usr/local/lib/sasl2"]
        .map(PathBuf::from)
        .into();
    let architectures = system.names_in(Path::new("/usr/lib")).unwrap_or_default();
    folders.extend(
        architectures
            .iter()
            .filter(|name| name.contains("-linux-"))
            .map(|name| Path::new("/usr/lib").join(name).join("sasl2")),
    );
    folders
}

fn is_there(system: &impl System, path: &Path) -> bool {
    system.facts(path).is_ok()
}
