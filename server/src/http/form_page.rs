//! On which page a form stands, where that is not the address to which it is sent.

use app::listing::Listing;
use app::plain::account::{ACCOUNT_PATH, PASSWORD_PATH, RECOVERY_PATH, REMOVE_FACTOR_PATH};
use app::plain::activity::{ACTIVITY_PATH, AS_IT_WAS_PATH, RESTORE_PATH, UNDO_PATH};
use app::plain::held::{HELD_PATH, RELEASE_PATH};
use app::plain::import::{IMPORT_AGAIN_PATH, IMPORT_CANCEL_PATH, IMPORT_COMMIT_PATH, IMPORT_PATH};
use app::plain::people::{
    EDIT_PERSON_PATH, END_SESSIONS_PATH, PEOPLE_PATH, REMOVE_PERSON_PATH, REQUIRE_PATH,
    SET_PASSWORD_PATH,
};
use app::plain::route::ROUTE_PATH;
use app::plain::sign_in::{CODE_PATH, SIGN_IN_PATH, SIGN_OUT_PATH};
use app::plain::smart_hosts::{DELETE_PATH, EDIT_PATH, SETTINGS_PATH};
use app::plain::test::TEST_PATH;
use app::shell::THEME_PATH;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// The page of the form that is sent to this address with these fields.
pub(super) fn form_page(to: &str, fields: &[(String, String)]) -> String {
    match to.split('?').next().unwrap_or_default() {
        PASSWORD_PATH | RECOVERY_PATH | REMOVE_FACTOR_PATH => ACCOUNT_PATH.to_owned(),
        EDIT_PERSON_PATH | REMOVE_PERSON_PATH | REQUIRE_PATH | SET_PASSWORD_PATH
        | END_SESSIONS_PATH => PEOPLE_PATH.to_owned(),
        UNDO_PATH => ACTIVITY_PATH.to_owned(),
        RESTORE_PATH => AS_IT_WAS_PATH.to_owned(),
        RELEASE_PATH => HELD_PATH.to_owned(),
        DELETE_PATH => SETTINGS_PATH.to_owned(),
        EDIT_PATH => with(EDIT_PATH, &["host", "port"], fields).unwrap_or(SETTINGS_PATH.to_owned()),
        TEST_PATH => with(TEST_PATH, &["host", "port"], fields).unwrap_or(TEST_PATH.to_owned()),
        change if change == Listing::SmartHosts.change_path() => {
            to.replace(change, Listing::SmartHosts.path())
        }
        change if change == Listing::ManagedDomains.change_path() => {
            to.replace(change, Listing::ManagedDomains.path())
        }
        ROUTE_PATH => with(ROUTE_PATH, &["id"], fields).unwrap_or("/".to_owned()),
        IMPORT_AGAIN_PATH | IMPORT_CANCEL_PATH | IMPORT_COMMIT_PATH => {
            with(IMPORT_PATH, &["id"], fields).unwrap_or("/".to_owned())
        }
        CODE_PATH => SIGN_IN_PATH.to_owned(),
        THEME_PATH | SIGN_OUT_PATH => "/".to_owned(),
        api if api.starts_with("/api/") => "/".to_owned(),
        _ => to.to_owned(),
    }
}

/// The path with those of the fields that say what its page is about; nothing if none does.
fn with(path: &str, names: &[&str], fields: &[(String, String)]) -> Option<String> {
    let said = fields
        .iter()
        .filter(|(name, value)| names.contains(&name.as_str()) && !value.is_empty());
    let pairs: Vec<_> = said
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)))
        .collect();
    (!pairs.is_empty()).then(|| format!("{path}?{}", pairs.join("&")))
}

#[cfg(test)]
mod tests {
    use super::form_page;

    #[test]
    fn a_form_leads_back_to_the_page_on_which_it_stands() {
        let fields = [
            ("host".to_owned(), "[::1]".to_owned()),
            ("port".to_owned(), "25".to_owned()),
            ("comment".to_owned(), "x".to_owned()),
        ];
        for (to, page) in [
            ("/people/edit", "/people"),
            ("/account/password", "/account"),
            (
                "/smtp/domains/smart-hosts?q=x",
                "/smtp/domains/smart-hosts?q=x",
            ),
            (
                "/smtp/smart-host-settings/edit",
                "/smtp/smart-host-settings/edit?host=%5B%3A%3A1%5D&port=25",
            ),
            ("/sign-out", "/"),
            (
                "/smtp/domains/smart-hosts/change?q=x",
                "/smtp/domains/smart-hosts?q=x",
            ),
        ] {
            assert_eq!(form_page(to, &fields), page);
        }
        let page = form_page("/smtp/smart-host-settings/edit", &[]);
        assert_eq!(page, "/smtp/smart-host-settings");
    }
}
