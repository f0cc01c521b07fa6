use super::refuses_token;
use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::syntax::{SyntaxViolation, jwt};

declare_cause! {
    /// The token begins like a JWT and does not end like one: a part is missing, or holds what no token
    /// can hold. It was cut at a limit, or changed while it was copied or stored.
    ///
    /// ```http-notation
    /// > GET https://api.example.test/me
    /// > Authorization: Bearer eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbGljZS
    /// < 401 Unauthorized
    /// < WWW-Authenticate: Bearer error="invalid_token"
    /// ```
    TokenMalformed {
        id: "token-malformed",
        family: "tokens",
        side: Client,
        stage: CredentialSpoiled,
        title: "The token is cut off or corrupt",
        recognised: "A token that begins as a JWT and breaks RFC 7519: too few parts, no base64url, no JSON; or a sentence by which a known product says so.",
        remedies: [
            (User, "Log out and in again for a new token.", "The page opens."),
            (Developer, "Look where the token is stored and copied: a cookie or column that is too short, a decoding too many.", "The token that is sent has the length of the one that was issued."),
            (Administrator, "Check the limits of proxies for the length of fields.", "The application's log shows the whole token."),
        ],
        references: [("RFC 7519 7.2: validating a JWT", "https://www.rfc-editor.org/rfc/rfc7519#section-7.2")],
    }
}

impl Cause for TokenMalformed {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if !refuses_token(case) {
            return None;
        }
        let sent = case.record.sent_credentials();
        let token = sent.as_ref().and_then(|sent| sent.token()).filter(|token| jwt::looks_like_jwt(token));
        // A signature on an unsecured token is a question of trust, not of form.
        // What is longer than is read here is no fault of the token.
        let is_fault = |violation: &SyntaxViolation| ![jwt::UNSECURED_WITH_SIGNATURE.id, jwt::TOO_LONG.id].contains(&violation.rule.id);
        let broken = token.and_then(|token| jwt::parse(token).violations.into_iter().find(is_fault));
        let summary = format!("The token of {} is no whole JWT.", case.request());
        match broken {
            Some(violation) => {
                let rule = violation.rule;
                let says = format!("At byte {} the token {} ({}).", violation.at, rule.says(), rule.source());
                Some(Finding::new(&META, Certainty::Proved, summary).about(rule.id).shown(case.at(), Place::Sent("authorization", 0), says))
            }
            None => stated(case, &META, format!("{} cannot read the token of {}.", case.host(), case.request())),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "token-malformed";

    fn refused(token: &str, answer: &str) -> String {
        format!("> GET https://api.test/me\n> Authorization: Bearer {token}\n< 401 Unauthorized\n< Date: {{date}}\n{answer}")
    }

    #[test]
    fn points_at_the_fault() {
        reports(ID, &refused("eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWI", ""));
        reports(ID, &refused("eyJhbGciOiJSUzI1NiJ9.e!!!.c2ln", ""));
        reports(ID, &refused("{secret t 30}", "<\n< {\"message\":\"jwt malformed\"}\n"));
    }

    #[test]
    fn passes_over_whole_and_opaque_tokens() {
        is_silent(ID, &refused("{jwt exp=+300}", ""));
        is_silent(ID, &refused("{secret t 30}", "< WWW-Authenticate: Bearer error=\"invalid_token\"\n"));
        is_silent(ID, &refused("a.b.c", ""));
        is_silent(ID, &refused("{jwt exp=+300 groups={repeat x 70000}}", ""));
    }
}
