use super::{Account, Password, PasswordError, UserName, UserNameError};
use proptest::prelude::*;

#[test]
fn user_names_are_trimmed_and_checked() {
    let longest = "u".repeat(255);
    for (typed, text) in [
        (" anna@example.com ", "anna@example.com"),
        ("anna b", "anna b"),
        ("änna", "änna"),
        (&longest, &longest),
    ] {
        assert_eq!(UserName::parse(typed).unwrap().as_str(), text);
    }
    for (typed, error) in [
        (" ", UserNameError::Empty),
        ("a\nb", UserNameError::ControlCharacter),
        ("a\0b", UserNameError::ControlCharacter),
        (&"ü".repeat(128), UserNameError::TooLong { bytes: 256 }),
    ] {
        assert_eq!(UserName::parse(typed), Err(error), "{typed:?}");
    }
    assert_eq!(
        UserName::parse("an:na").unwrap_err().to_string(),
        r#""an:na" has a colon in it, and Postfix takes what follows a colon for the password. Ask the smart host's operator for a user name without one."#
    );
    assert!(serde_json::from_str::<UserName>(r#""a:b""#).is_err());
}

#[test]
fn passwords_are_taken_as_they_are() {
    for text in [" ", "a:b c", " passwört ", &"p".repeat(1024)] {
        assert_eq!(Password::parse(text).unwrap().expose(), text);
    }
    for (text, error) in [
        ("", PasswordError::Empty),
        ("a\n", PasswordError::ControlCharacter),
        ("a\0", PasswordError::ControlCharacter),
        ("\u{85}", PasswordError::ControlCharacter),
        (&"p".repeat(1025), PasswordError::TooLong),
    ] {
        assert_eq!(Password::parse(text).unwrap_err(), error, "{text:?}");
    }
}

proptest! {
    #[test]
    fn nothing_shows_a_password(typed in "\\PC{8,30}") {
        let account = Account {
            user: UserName::parse("anna").unwrap(),
            password: Password::parse(typed.clone()).unwrap(),
        };
        let shown = format!("{account:?} {account:#?}");
        prop_assert!(!shown.contains(&typed));
        prop_assert!(shown.contains("[REDACTED]"));
    }

    #[test]
    fn a_refused_password_is_not_quoted(typed in "canary\\PC{0,1200}\t?") {
        if let Err(error) = Password::parse(typed) {
            let shown = format!("{error} {error:?}");
            prop_assert!(!shown.contains("canary"));
        }
    }

    #[test]
    fn never_panics(typed in any::<String>()) {
        if let Ok(user) = UserName::parse(&typed) {
            prop_assert_eq!(user.to_string().parse(), Ok(user));
        }
        let _ = Password::parse(typed);
    }
}
