//! The second factor: codes that an authenticator app makes (TOTP, RFC 6238).

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use qrcode::QrCode;
use qrcode::render::svg;
use secrecy::zeroize::Zeroizing;
use totp_rs::{Algorithm, Builder, Secret, Totp};

use crate::AccountName;

/// How long a code is shown.
pub const SECONDS_A_STEP: u64 = 30;

/// Codes of one step before and after are taken, too: clocks differ, and typing takes time.
const SKEW: u16 = 1;
const DIGITS: u8 = 6;
/// RFC 4226, section 4, recommends 160 bits.
const SEED_BYTES: usize = 20;

/// What stands before the account in an authenticator app.
const ISSUER: &str = "Smart Hosts";

const IN_URI: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What the server and the device share: 160 random bits.
#[derive(Clone)]
pub struct Seed(Zeroizing<[u8; SEED_BYTES]>);

/// The bytes are no seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeedError;

impl Seed {
    /// Makes one.
    ///
    /// # Errors
    /// If the operating system gives no random bytes.
    pub fn new() -> Result<Self, getrandom::Error> {
        let mut bytes = Zeroizing::new([0; SEED_BYTES]);
        getrandom::fill(&mut *bytes)?;
        Ok(Self(bytes))
    }

    /// The seed of these bytes.
    ///
    /// # Errors
    /// [`SeedError`] unless there are just as many as a seed has.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SeedError> {
        let bytes = bytes.try_into().map_err(|_| SeedError)?;
        Ok(Self(Zeroizing::new(bytes)))
    }

    /// The seed as bytes, to be sealed.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &*self.0
    }

    /// The seed in base32, for typing it into a device that cannot scan: in groups of four.
    #[must_use]
    pub fn in_words(&self) -> Zeroizing<String> {
        let text = Zeroizing::new(self.secret().to_base32());
        let mut grouped = Zeroizing::new(String::with_capacity(text.len() * 5 / 4 + 1));
        for (position, letter) in text.chars().enumerate() {
            if position > 0 && position % 4 == 0 {
                grouped.push(' ');
            }
            grouped.push(letter);
        }
        grouped
    }

    /// Reads what [`Seed::in_words`] wrote.
    ///
    /// # Errors
    /// [`SeedError`] if it is none.
    pub fn parse(text: &str) -> Result<Self, SeedError> {
        let bare: String = text
            .chars()
            .filter(|c| !c.is_whitespace())
            .take(64)
            .collect();
        let bare = Zeroizing::new(bare.to_ascii_uppercase());
        let secret = Secret::try_from_base32(bare.as_str()).map_err(|_| SeedError)?;
        Self::from_bytes(secret.as_bytes())
    }

    /// What a device reads from the code that it scans.
    #[must_use]
    pub fn uri(&self, account: &AccountName) -> Zeroizing<String> {
        let issuer = utf8_percent_encode(ISSUER, IN_URI);
        let account = utf8_percent_encode(account.as_str(), IN_URI);
        let secret = Zeroizing::new(self.secret().to_base32());
        Zeroizing::new(format!(
            "otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}&algorithm=SHA1\
             &digits={DIGITS}&period={SECONDS_A_STEP}",
            secret.as_str()
        ))
    }

    /// The code to scan, as an SVG element that can stand in a page: black on white in any colours,
    /// because devices read it so.
    #[must_use]
    pub fn qr_code(&self, account: &AccountName) -> Option<Zeroizing<String>> {
        let code = QrCode::new(self.uri(account).as_bytes()).ok()?;
        let drawn = code
            .render::<svg::Color<'_>>()
            .min_dimensions(200, 200)
            .dark_color(svg::Color("#000"))
            .light_color(svg::Color("#fff"))
            .build();
        let drawn = Zeroizing::new(drawn);
        // Without the declaration that a file of its own would begin with.
        let element = drawn.find("<svg").map(|start| drawn[start..].to_owned())?;
        Some(Zeroizing::new(element))
    }

    /// The step to which a code belongs at this moment (seconds since 1970), if it belongs to any that
    /// is taken now. It must be a later one than that of the last code that was taken, for a code that
    /// somebody has watched is worth nothing after its use.
    #[must_use]
    pub fn check(&self, code: &str, now: u64, last: Option<u64>) -> Option<u64> {
        let digits: String = code
            .chars()
            .filter(|c| !c.is_whitespace())
            .take(7)
            .collect();
        if digits.len() != usize::from(DIGITS) || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let step = self.totp().check(&digits, now)?;
        last.is_none_or(|last| step > last).then_some(step)
    }

    /// The code of a moment, as the device shows it.
    #[must_use]
    pub fn code(&self, now: u64) -> String {
        self.totp().generate(now).to_string()
    }

    fn totp(&self) -> Totp {
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(DIGITS)
            .with_skew(SKEW)
            .with_step_duration(SECONDS_A_STEP)
            .with_secret(self.secret())
            .build_noncompliant()
    }

    fn secret(&self) -> Secret {
        Secret::new_stack(*self.0)
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed([REDACTED])")
    }
}

impl fmt::Display for SeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("This is no seed of a second factor.")
    }
}

impl std::error::Error for SeedError {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn known() -> Seed {
        Seed::from_bytes(b"12345678901234567890").unwrap()
    }

    fn anna() -> AccountName {
        AccountName::parse("anna@example.com").unwrap()
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, the last six digits.
        for (now, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_234_567_890, "005924"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(known().code(now), code);
            assert_eq!(known().check(code, now, None), Some(now / 30));
        }
    }

    #[test]
    fn a_code_is_taken_once_and_near_its_time() {
        let (seed, now) = (known(), 1_234_567_890);
        let code = seed.code(now);
        for (moment, taken) in [
            (-60, false),
            (-30, true),
            (0, true),
            (30, true),
            (60, false),
        ] {
            let at = now.checked_add_signed(moment).unwrap();
            assert_eq!(seed.check(&code, at, None).is_some(), taken, "{moment}");
        }
        let step = seed.check(&code, now, None).unwrap();
        assert_eq!(seed.check(&code, now, Some(step)), None, "not twice");
        let earlier = seed.code(now - 30);
        assert_eq!(
            seed.check(&earlier, now, Some(step)),
            None,
            "nor an earlier one"
        );
        assert!(
            seed.check(&seed.code(now + 30), now + 30, Some(step))
                .is_some()
        );
    }

    #[test]
    fn only_six_digits_are_a_code() {
        let (seed, now) = (known(), 59);
        assert!(seed.check(" 287 082 ", now, None).is_some());
        for code in [
            "",
            "28708",
            "2870820",
            "94287082",
            "28708a",
            "+28708",
            "\u{0662}87082",
        ] {
            assert_eq!(seed.check(code, now, None), None, "{code}");
        }
    }

    #[test]
    fn a_device_reads_what_it_needs() {
        let uri = known().uri(&anna());
        assert_eq!(
            uri.as_str(),
            "otpauth://totp/Smart%20Hosts:anna%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Smart%20Hosts&algorithm=SHA1&digits=6&period=30"
        );
        let drawn = known().qr_code(&anna()).unwrap();
        assert!(drawn.starts_with("<svg"), "{}", &drawn[..80]);
        assert!(drawn.ends_with("</svg>"));
        assert!(!drawn.contains("style="));
        assert_eq!(
            known().in_words().as_str(),
            "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
        );
        assert_eq!(format!("{:?}", known()), "Seed([REDACTED])");
    }

    #[test]
    fn each_seed_is_another() {
        let (one, two) = (Seed::new().unwrap(), Seed::new().unwrap());
        assert_ne!(one.expose(), two.expose());
        assert_eq!(Seed::parse(&one.in_words()).unwrap().expose(), one.expose());
        assert!(Seed::parse("GEZD").is_err());
        assert!(Seed::parse("!").is_err());
    }

    proptest! {
        #[test]
        fn whatever_the_moment_the_code_of_then_is_taken(bytes in any::<[u8; 20]>(), now in 0..u64::from(u32::MAX)) {
            let seed = Seed::from_bytes(&bytes).unwrap();
            prop_assert_eq!(seed.check(&seed.code(now), now, None).is_some(), true);
        }

        #[test]
        fn anything_may_be_typed(text in "\\PC{0,20}", now in any::<u32>()) {
            let _ = known().check(&text, now.into(), None);
            let _ = Seed::parse(&text);
        }
    }
}
