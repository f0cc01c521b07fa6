//! The numbers by which Synology DiskStation Manager refuses a login: they stand in a success, without a word, and other parts
//! of its API use the same ones for other things.
//!
//! Source: Synology, "DSM Login Web API Guide", error codes of SYNO.API.Auth; checked 2026-11-30.

use std::ops::Range;

/// What the API of the login is called, in the request's query or form.
const LOGIN: &str = "api=SYNO.API.Auth";

/// Codes and the causes that they state.
const CODES: [(u16, &str); 11] = [
    (400, "wrong-credentials"),
    (401, "account-disabled"),
    (402, "insufficient-permissions"),
    (403, "mfa-required"),
    (404, "mfa-required"),
    (406, "mfa-required"),
    (407, "ip-denied"),
    (408, "password-expired"),
    (409, "password-expired"),
    (410, "password-expired"),
    (411, "account-locked"),
];

/// The cause that an answer of the login states by its code, and where the code stands. `asked` is the request's query and its
/// content, one after the other.
#[must_use]
pub fn login_error(asked: [&str; 2], answer: &str) -> Option<(&'static str, Range<usize>)> {
    let asks_login = |text: &str| {
        text.find(LOGIN).is_some_and(|at| text.get(at + LOGIN.len()..).is_some_and(|rest| rest.is_empty() || rest.starts_with('&')))
    };
    let object: serde_json::Value = asked.into_iter().any(asks_login).then(|| serde_json::from_str(answer).ok())??;
    let code = object.get("error")?.get("code")?.as_u64()?;
    let (_, cause) = CODES.iter().find(|(known, _)| u64::from(*known) == code)?;
    let at = answer.find(&code.to_string())?;
    Some((cause, at..at + 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_codes_of_the_login_and_of_nothing_else() {
        let answer = r#"{"error":{"code":401},"success":false}"#;
        assert_eq!(login_error(["api=SYNO.API.Auth", "version=7&account=a"], answer), Some(("account-disabled", 17..20)));
        assert_eq!(login_error(["", "account=a&api=SYNO.API.Auth&method=login"], answer).map(|(cause, _)| cause), Some("account-disabled"));
        assert_eq!(login_error(["api=SYNO.API.Auth.Type", ""], answer), None);
        assert_eq!(login_error(["api=SYNO.FileStation.List", ""], answer), None);
        assert_eq!(login_error(["api=SYNO.API.Auth", ""], r#"{"data":{"sid":"a"},"success":true}"#), None);
    }
}
