//! Deliberate misconfigurations, each of which the doctor must find in a real Postfix.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use gateway::postfix::{Host, Outcome, apply};

use crate::REASON;
use crate::instance::{Instance, Service};

/// How to break it, and the check that must notice.
type Fault = (&'static str, fn(&Instance, &Service));

const FAULTS: &[Fault] = &[
    ("services", |it, _| {
        it.command("postconf", &["-MX", "smarthosts/unix"]);
    }),
    ("services", |it, _| {
        it.command("postconf", &["-MX", "smarthost-clear/unix"]);
    }),
    ("credentials", |it, _| {
        let setting = "smarthost-clear/unix/smtp_sasl_security_options=noplaintext,noanonymous";
        it.command("postconf", &["-P", setting]);
    }),
    ("transport-maps", |it, _| {
        set(
            it,
            "transport_maps=socketmap:unix:smart-hosts/lookup.sock:transports",
        );
    }),
    ("transport-maps", |it, _| {
        let absolute = format!(
            "transport_maps=socketmap:unix:{}:transport",
            it.socket().display()
        );
        set(it, &absolute);
    }),
    ("relay-domains", |it, _| set(it, "relay_domains=")),
    ("credentials", |it, _| {
        option(
            it,
            "smtp_sasl_password_maps=texthash:/etc/postfix/sasl_passwd",
        );
    }),
    ("tls-policies", |it, _| {
        option(it, "smtp_tls_security_level=may");
    }),
    ("connection-reuse", |it, _| {
        option(it, "smtp_tls_connection_reuse=yes");
    }),
    ("service-options", |it, _| {
        option(it, "smtp_fallback_relay=[192.0.2.1]");
    }),
    ("delivery-status-filter", |it, _| {
        option(it, "smtp_delivery_status_filter=");
    }),
    ("delivery-status-filter", |it, _| {
        fs::remove_file(it.config_dir().join("smart-hosts-delivery-status")).unwrap();
    }),
    ("ca-file", |it, _| {
        option(it, "smtp_tls_CAfile=/no/such/file.pem");
    }),
    ("chroot", |it, _| {
        fs::remove_file(it.queue().join("etc/resolv.conf")).unwrap();
    }),
    ("socket-folder", |it, _| {
        chmod(it.socket().parent().unwrap(), 0o700);
    }),
    ("socket", |it, _| chmod(&it.socket(), 0o600)),
    ("socket", |it, _| fs::remove_file(it.socket()).unwrap()),
    ("lookup-service", |it, _| {
        fs::remove_file(it.socket()).unwrap();
    }),
    ("lookup-service", |_, service| {
        service.set("relay smart-hosts-check.invalid", "");
    }),
    ("lookup-version", |_, service| {
        service.set("about version", "0.0.1");
    }),
    ("answers-transport", |_, service| {
        service.set(
            "transport smart-hosts-check@r.example",
            "smarthost:[192.0.2.1]:25",
        );
    }),
    ("answers-relay", |_, service| {
        service.forget("relay m.example");
    }),
    ("answers-accounts", |_, service| {
        service.set("sasl 127.0.0.1", "bob:canary");
    }),
    ("transport-order", |it, _| {
        set(
            it,
            "transport_maps=static:discard, socketmap:unix:smart-hosts/lookup.sock:transport",
        );
    }),
    ("open-relay", |it, _| {
        set(
            it,
            "relay_domains=r.example, socketmap:unix:smart-hosts/lookup.sock:relay",
        );
    }),
    ("open-relay", |_, service| {
        service.set("relay r.example", "1");
    }),
    ("mynetworks", |it, _| set(it, "mynetworks=0.0.0.0/0")),
    ("managed-domains", |it, _| {
        set(it, "mydestination=m.example");
    }),
    ("postconf-warnings", |it, _| {
        set(it, "transport_map=hash:/etc/postfix/transport");
    }),
];

fn set(it: &Instance, setting: &str) {
    it.command("postconf", &["-e", setting]);
}

fn option(it: &Instance, setting: &str) {
    it.command("postconf", &["-P", &format!("smarthost/unix/{setting}")]);
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// What a fault may change, as it is when all is well.
struct Well {
    files: Vec<(PathBuf, Vec<u8>)>,
}

impl Well {
    fn of(it: &Instance) -> Self {
        let files = [
            it.config_dir().join("main.cf"),
            it.config_dir().join("master.cf"),
            it.config_dir().join("smart-hosts-delivery-status"),
            it.queue().join("etc/resolv.conf"),
        ];
        let read = |path: PathBuf| (path.clone(), fs::read(path).unwrap());
        Self {
            files: files.map(read).into(),
        }
    }

    /// Makes all well again, and starts a look-up service.
    fn again(&self, it: &Instance) -> Service {
        for (path, bytes) in &self.files {
            fs::write(path, bytes).unwrap();
        }
        chmod(it.socket().parent().unwrap(), 0o2750);
        let _ = fs::remove_file(it.socket());
        it.serve()
    }
}

#[test]
#[ignore = "runs a real Postfix, as root"]
fn each_fault_is_found() {
    let instance = Instance::new(REASON);
    apply(&Host, &instance.settings, "1").unwrap();
    instance.postfix("start");
    let well = Well::of(&instance);
    for (number, (name, break_it)) in FAULTS.iter().enumerate() {
        let service = well.again(&instance);
        break_it(&instance, &service);
        let report = instance.examine();
        let check = report
            .checks
            .iter()
            .find(|check| check.name == *name)
            .unwrap();
        let noticed = matches!(check.outcome, Outcome::Failure | Outcome::Warning);
        assert!(noticed, "fault {number}, {name}: {report:#?}");
        assert!(check.fix.is_some(), "fault {number}: {check:?}");
        let shown = format!("{report:?}");
        assert!(!shown.contains("canary"), "fault {number} shows a password");
    }
    let _service = well.again(&instance);
    let report = instance.examine();
    assert_eq!(
        report.outcome(),
        Outcome::Ok,
        "all is well again: {report:#?}"
    );
}
