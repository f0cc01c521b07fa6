use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::syntax::credentials::Kind;

declare_cause! {
    /// The name or the password has letters beyond ASCII. Browser and server write them in different
    /// bytes, so that the server compares something that nobody typed.
    ///
    /// ```http-notation
    /// > GET https://app.example.test/
    /// > Authorization: Basic bfxsbGVyOmdlaGVpbQ==
    /// < 401 Unauthorized
    /// < WWW-Authenticate: Basic realm="staff", charset="UTF-8"
    /// ```
    CredentialsCharsetMismatch {
        id: "credentials-charset-mismatch",
        family: "credentials",
        side: Client,
        stage: CredentialSpoiled,
        title: "Non-ASCII user name or password in the wrong encoding",
        recognised: "Basic credentials with bytes beyond ASCII and 401: not UTF-8 where the challenge asks for it, or UTF-8 where the challenge does not.",
        remedies: [
            (User, "Try a password of plain letters, digits and signs.", "The login succeeds."),
            (Developer, "Encode the name and password as the challenge asks: UTF-8 where it has charset=\"UTF-8\".", "The bytes before base64 are UTF-8."),
            (Administrator, "Send charset=\"UTF-8\" with the Basic challenge, and read the credentials as UTF-8.", "A user with such letters logs in from each browser."),
        ],
        references: [("RFC 7617 2.1: the charset parameter", "https://www.rfc-editor.org/rfc/rfc7617#section-2.1")],
    }
}

impl Cause for CredentialsCharsetMismatch {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let challenge = case.facts().challenge("basic").filter(|_| case.is_denied())?;
        let sent = case.record.sent_credentials()?;
        let Kind::Basic(basic) = &sent.kind else { return None };
        let parts = [("user name", &basic.user), ("password", &basic.password)];
        let (what, bytes) = parts.into_iter().find(|(_, bytes)| !bytes.is_ascii())?;
        let is_utf8 = std::str::from_utf8(bytes).is_ok();
        let asks_for_utf8 = challenge.param("charset").is_some_and(|charset| charset.eq_ignore_ascii_case("utf-8"));
        let (certainty, says) = match (is_utf8, asks_for_utf8) {
            (false, true) => (Certainty::Proved, "is not UTF-8, which the challenge asks for"),
            (true, false) => {
                (Certainty::Likely, "is UTF-8, which the challenge does not ask for, so that the server may read it as another encoding")
            }
            (false, false) => (Certainty::Likely, "is not UTF-8, so that the server may read it as another text"),
            (true, true) => return None,
        };
        Some(
            Finding::new(&META, certainty, format!("The {what} of the Basic credentials has letters beyond ASCII and {says}."))
                .about(what)
                .shown(case.at(), Place::Sent("authorization", 0), format!("The {what} in these credentials has bytes beyond ASCII."))
                .shown(
                    case.at(),
                    Place::Received("www-authenticate", challenge.field),
                    if asks_for_utf8 { "The challenge asks for UTF-8." } else { "The challenge names no charset." },
                ),
        )
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "credentials-charset-mismatch";

    fn refused(credentials: &str, challenge: &str) -> String {
        let bytes = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, credentials);
        format!(
            "> GET https://app.test/\n> Authorization: Basic {bytes}\n< 401 Unauthorized\n< WWW-Authenticate: Basic realm=\"r\"{challenge}\n"
        )
    }

    #[test]
    fn names_the_part_and_what_the_challenge_asks_for() {
        assert!(reports(ID, &refused("müller:x", "")).contains("user name"));
        assert!(reports(ID, &refused("a:ö", "")).contains("password"));
    }

    #[test]
    fn passes_over_ascii_and_what_was_asked_for() {
        is_silent(ID, &refused("mueller:x", ""));
        is_silent(ID, &refused("müller:x", ", charset=\"UTF-8\""));
        is_silent(ID, &refused("a:b", ", charset=\"utf-8\""));
    }

    #[test]
    fn passes_over_a_login_that_succeeds() {
        is_healthy(&refused("müller:x", "").replace("401 Unauthorized", "200 OK"));
    }
}
