use super::*;
use crate::postfix::System;
use crate::postfix::testing::Recorded;

fn plan_for(machine: &Recorded, settings: &Settings) -> Plan {
    Plan::new(&Live::read(machine, settings).unwrap(), settings).unwrap()
}

fn value(plan: &Plan, name: &str) -> String {
    plan.main_cf()
        .find(|(found, _)| *found == name)
        .unwrap()
        .1
        .to_owned()
}

#[test]
fn debian_gets_these_commands() {
    let plan = plan_for(&Recorded::debian(), &Settings::default());
    let script = plan.script();
    for line in [
        "install -d -o smart-hosts -g postfix -m 2750 /var/spool/postfix/smart-hosts\n",
        "cat > /etc/postfix/smart-hosts-delivery-status <<'END'\n",
        "postconf -M 'smarthost/unix=smarthost unix - - y - - smtp'\n",
        "postconf -M 'smarthost-clear/unix=smarthost-clear unix - - y - - smtp'\n",
        " smarthost/unix/smtp_sasl_security_options=noanonymous,noplaintext ",
        " smarthosts/unix/smtp_sasl_security_options=noanonymous,noplaintext ",
        " smarthost-clear/unix/smtp_sasl_security_options=noanonymous ",
        " smarthost-clear/unix/smtp_tls_security_level=encrypt ",
        "postconf -M 'smarthosts/unix=smarthosts unix - - y - - smtp'\n",
        " smarthost/unix/smtp_tls_wrappermode=no ",
        " smarthosts/unix/smtp_tls_wrappermode=yes ",
        " smarthost/unix/smtp_sasl_password_maps=socketmap:unix:smart-hosts/lookup.sock:sasl ",
        " smarthost/unix/smtp_fallback_relay= ",
        " 'smarthost/unix/smtp_delivery_status_filter=regexp:$config_directory/smart-hosts-delivery-status'\n",
        "postconf -e relay_domains=socketmap:unix:smart-hosts/lookup.sock:relay\n",
        "postconf -e transport_maps=socketmap:unix:smart-hosts/lookup.sock:transport\n",
    ] {
        assert!(script.contains(line), "{line}\nis not in\n{script}");
    }
    assert!(!plan.is_in_place() && plan.notes().is_empty());
    let master = script.find("postconf -M").unwrap();
    assert!(
        master < script.find("postconf -e").unwrap(),
        "services come first"
    );
}

#[test]
fn what_varies_varies() {
    let settings = Settings {
        config_dir: Some("/etc/postfix out".into()),
        socket: "sh/l.sock".parse().unwrap(),
        owner: "routes".parse().unwrap(),
        ..Settings::default()
    };
    let mut machine = Recorded::debian();
    for option in ["-x", "-n", "-M", "-Px"] {
        let plain = machine
            .run(&["postconf", option], None, std::time::Duration::ZERO)
            .unwrap();
        machine.answer(
            &format!("postconf -c /etc/postfix out {option}"),
            0,
            &plain.stdout,
            "",
        );
    }
    let script = plan_for(&machine, &settings).script();
    assert!(
        script.contains("-o routes -g postfix -m 2750 /var/spool/postfix/sh\n"),
        "{script}"
    );
    assert!(script.contains(
        "postconf -c '/etc/postfix out' -e relay_domains=socketmap:unix:sh/l.sock:relay\n"
    ));
}

#[test]
fn tables_of_the_administrator_are_kept() {
    let mut machine = Recorded::debian();
    machine.set("transport_maps", "hash:/etc/postfix/transport");
    machine.set("relay_domains", "example.net $mydestination");
    let first = plan_for(&machine, &Settings::default());
    let ours = "socketmap:unix:smart-hosts/lookup.sock:transport";
    assert_eq!(
        value(&first, "transport_maps"),
        format!("{ours}, hash:/etc/postfix/transport")
    );
    assert_eq!(
        value(&first, "relay_domains"),
        "example.net, $mydestination, socketmap:unix:smart-hosts/lookup.sock:relay"
    );
    assert_eq!(first.notes().len(), 1);
    let behind = Settings {
        place: Place::Last,
        ..Settings::default()
    };
    let last = plan_for(&machine, &behind);
    assert_eq!(
        value(&last, "transport_maps"),
        format!("hash:/etc/postfix/transport, {ours}")
    );
}

#[test]
fn an_older_path_of_ours_is_replaced() {
    let mut machine = Recorded::debian();
    machine.set(
        "transport_maps",
        "hash:/a, proxy:socketmap:unix:/old/place:transport",
    );
    let plan = plan_for(&machine, &Settings::default());
    assert_eq!(
        value(&plan, "transport_maps"),
        "hash:/a, socketmap:unix:smart-hosts/lookup.sock:transport"
    );
}

#[test]
fn the_second_time_nothing_is_left_to_do() {
    let plan = plan_for(&Recorded::set_up(), &Settings::default());
    assert!(plan.is_in_place(), "{plan:?}");
    assert!(
        !plan.script().contains("postconf -M"),
        "an entry keeps its columns"
    );
    let mut other = Recorded::set_up();
    other.option("smarthost/unix", "smtp_tls_security_level", "may");
    let plan = plan_for(&other, &Settings::default());
    assert!(!plan.is_in_place());
    assert!(
        plan.notes()[0].contains("smtp_tls_security_level = may"),
        "{:?}",
        plan.notes()
    );
}

#[test]
fn outside_of_a_chroot_services_stay_outside() {
    let mut machine = Recorded::debian();
    machine.drop_lines("postconf -M", "smtp       unix");
    machine.append("postconf -M", "smtp unix - - n - - smtp");
    let script = plan_for(&machine, &Settings::default()).script();
    assert!(script.contains("smarthost unix - - n - - smtp"), "{script}");
}

#[test]
fn a_service_of_that_name_is_not_overwritten() {
    let mut machine = Recorded::debian();
    machine.append(
        "postconf -M",
        "smarthost unix - n n - - pipe flags=R user=x argv=/bin/x",
    );
    let live = Live::read(&machine, &Settings::default()).unwrap();
    let error = Plan::new(&live, &Settings::default())
        .unwrap_err()
        .to_string();
    assert!(error.contains("\"pipe\""), "{error}");
}
