//! What deliveries need of the machine: names resolved in the chroot, and authorities for
//! certificates.

use std::path::{Path, PathBuf};

use super::super::service::{Entry, Service};
use super::super::shell::quoted;
use super::super::system::System;
use super::exam::Exam;

pub(super) fn examine(exam: &mut Exam<'_, impl System>) {
    names(exam);
    authorities(exam);
}

/// A service in a chroot resolves names by the chroot's own file.
fn names(exam: &mut Exam<'_, impl System>) {
    let name = "chroot";
    let chrooted = Service::ALL
        .iter()
        .filter_map(|service| exam.live.service(&service.entry()))
        .any(|entry| exam.live.is_chrooted(entry));
    if !chrooted {
        return exam.ok(name, "The services run outside of a chroot.");
    }
    let file = exam.live.queue_directory().join("etc/resolv.conf");
    let fix = format!(
        "cp /etc/resolv.conf {} && {}",
        quoted(&file.display().to_string()),
        exam.reload()
    );
    let Ok(own) = exam.system.read(Path::new("/etc/resolv.conf")) else {
        return exam.unknown(name, "/etc/resolv.conf cannot be read.");
    };
    match exam.system.read(&file) {
        Err(_) => exam.failure(
            name,
            format!(
                "There is no {}: in the chroot no host name can be found.",
                file.display()
            ),
            fix,
        ),
        Ok(copy) if nameservers(&copy) != nameservers(&own) => exam.warning(
            name,
            format!(
                "{} names other servers than /etc/resolv.conf.",
                file.display()
            ),
            fix,
        ),
        Ok(_) => exam.ok(
            name,
            format!("Names are found in the chroot by {}.", file.display()),
        ),
    }
}

fn nameservers(text: &str) -> Vec<&str> {
    text.lines()
        .filter_map(|line| line.trim().strip_prefix("nameserver"))
        .map(str::trim)
        .collect()
}

/// A CA file is read before the service enters its chroot, a folder only afterwards; see
/// `smtp_tls_CAfile` and `smtp_tls_CApath` in `postconf(5)`.
fn authorities(exam: &mut Exam<'_, impl System>) {
    let name = "ca-file";
    let mut files = Vec::new();
    for service in Service::ALL {
        let entry = service.entry();
        let Some(present) = exam.live.service(&entry) else {
            continue;
        };
        let (file, folder) = (
            exam.live.effective(&entry, "smtp_tls_CAfile").to_owned(),
            exam.live.effective(&entry, "smtp_tls_CApath").to_owned(),
        );
        let ca_file = exam.settings.ca_file.display().to_string();
        let fix = exam.postconf(&["-P", &format!("{entry}/smtp_tls_CAfile={ca_file}")]);
        if file.is_empty() {
            let reachable = if exam.live.is_chrooted(present) {
                exam.live
                    .queue_directory()
                    .join(folder.trim_start_matches('/'))
            } else {
                PathBuf::from(&folder)
            };
            if folder.is_empty() || exam.system.facts(&reachable).is_err() {
                return exam.failure(
                    name,
                    format!(
                        "The service {} knows no certificate authority it can reach: every verified \
                         smart host is refused, and its mail waits.",
                        service.name()
                    ),
                    fix,
                );
            }
            files.push(reachable.display().to_string());
            continue;
        }
        let fault = match exam.system.read(Path::new(&file)) {
            Err(error) => format!("cannot be read: {error}"),
            Ok(text) if !text.contains("-----BEGIN") => "holds no certificate".to_owned(),
            Ok(_) => {
                if !files.contains(&file) {
                    files.push(file);
                }
                continue;
            }
        };
        let fix = if file == ca_file {
            "apt-get install --reinstall ca-certificates".to_owned()
        } else {
            fix
        };
        return exam.failure(
            name,
            format!("{file} {fault}. Every verified smart host is refused, and its mail waits."),
            fix,
        );
    }
    if !files.is_empty() {
        exam.ok(
            name,
            format!("Certificates are verified by {}.", files.join(" and ")),
        );
    }
}
