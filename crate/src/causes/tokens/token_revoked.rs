use crate::cause::{Cause, CauseMeta};
use crate::declare_cause;
use super::described;
use crate::finding::{Finding, Place};
use crate::session::At;
use crate::time::span;

declare_cause! {
    /// The token has time left by its own word, but its issuer no longer stands by it: the password was
    /// changed, the session ended, or somebody withdrew the consent.
    ///
    /// ```http-notation
    /// > GET https://api.example.test/me
    /// > Authorization: Bearer {jwt exp=+300}
    /// < 401 Unauthorized
    /// < WWW-Authenticate: Bearer error="invalid_token", error_description="The token was revoked"
    /// ```
    TokenRevoked {
        id: "token-revoked",
        family: "tokens",
        side: IdentityProvider,
        stage: TokenUnfit,
        title: "The token or consent was revoked",
        recognised: "A code or a sentence by which the server or the identity provider says that the token, its session or its consent was revoked.",
        remedies: [
            (User, "Log in again; where the reason is a changed password, use the new one.", "A new token is accepted."),
            (Developer, "Treat this answer as the end of the session: drop the tokens and lead people to the login.", "The next request is a new login."),
            (Administrator, "Look up in the provider's log who or what revoked the session.", "The log shows the reason at that moment."),
        ],
        references: [("RFC 7009: token revocation", "https://www.rfc-editor.org/rfc/rfc7009"), ("Microsoft Entra error codes", "https://learn.microsoft.com/entra/identity-platform/reference-error-codes")],
    }
}

impl Cause for TokenRevoked {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, at: &At<'_>) -> Option<Finding> {
        let finding = described(at, &META, &["revoked", "blacklisted"], format!("{} says that the token of {} was revoked.", at.host(), at.request()))?;
        let now = at.server_time().unwrap_or_else(|| at.exchange().started);
        let left = at.facts().token().and_then(|token| token.expires()).filter(|expires| *expires > now).map(|expires| span(expires.since(now)));
        Some(match left {
            Some(left) => finding.shown(at.at(), Place::Sent("authorization", 0), format!("By its exp the token was good for another {left}.")),
            None => finding,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_silent, reports};

    const ID: &str = "token-revoked";

    fn refused(token: &str, answer: &str) -> String {
        format!("> GET https://api.test/me\n> Authorization: Bearer {token}\n< 401 Unauthorized\n< Date: {{date}}\n{answer}")
    }

    #[test]
    fn quotes_the_time_that_was_left() {
        let diagnosis = diagnose(&refused("{jwt exp=+300}", "< WWW-Authenticate: Bearer error=\"invalid_token\", error_description=\"The token has been revoked\"\n"));
        let cause = &diagnosis.failures[0].causes[0];
        assert!(cause.id == ID && cause.evidence.iter().any(|quote| quote.says.contains("another 300 s")), "{cause:?}");
    }

    #[test]
    fn reports_the_words_of_named_products() {
        // GitLab; Microsoft Entra on a refresh.
        reports(ID, &refused("{secret t 30}", "<\n< {\"error_description\":\"Token was revoked. You have to re-authorize from the user.\"}\n"));
        reports(ID, "> POST https://id.test/token\n>\n> grant_type=refresh_token&refresh_token={secret r 30}\n< 400 Bad Request\n<\n< {\"error\":\"invalid_grant\",\"error_description\":\"AADSTS50173: The provided grant has expired due to it being revoked\"}\n");
    }

    #[test]
    fn passes_over_expiry_and_plain_refusals() {
        is_silent(ID, &refused("{jwt exp=-300}", ""));
        is_silent(ID, &refused("{jwt exp=+300}", "< WWW-Authenticate: Bearer error=\"invalid_token\"\n"));
        is_silent(ID, "> POST https://id.test/token\n>\n> grant_type=refresh_token&refresh_token={secret r 30}\n< 400 Bad Request\n<\n< {\"error\":\"invalid_grant\"}\n");
    }
}
