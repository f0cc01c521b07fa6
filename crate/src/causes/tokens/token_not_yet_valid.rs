use super::{TOLERANCE, refuses_token};
use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::finding::Finding;
use crate::place::Place;
use crate::time::{Time, span};

declare_cause! {
    /// The token says that it holds only from a later moment on, by the server's own clock. Either it
    /// was issued by a machine whose clock is ahead, or it was kept ready for later.
    ///
    /// ```http-notation
    /// > GET https://api.example.test/me
    /// > Authorization: Bearer {jwt nbf=+600 exp=+4200}
    /// < 401 Unauthorized
    /// < Date: {date}
    /// < WWW-Authenticate: Bearer error="invalid_token"
    /// ```
    TokenNotYetValid {
        id: "token-not-yet-valid",
        family: "tokens",
        side: Client,
        stage: TokenUnfit,
        title: "The token is not valid yet",
        recognised: "nbf, or iat, of the JWT lies after the server's own Date; or a sentence by which a known product says so.",
        remedies: [
            (User, "Wait until the token holds, or log in again.", "The same call succeeds later."),
            (Developer, "Allow for a minute of difference between clocks where tokens are checked.", "A fresh token is accepted at once."),
            (Administrator, "Set the clock of the machine that issues tokens by a time service.", "iat of a new token is not after the API's Date."),
        ],
        references: [("RFC 7519 4.1.5: nbf", "https://www.rfc-editor.org/rfc/rfc7519#section-4.1.5")],
    }
}

impl Cause for TokenNotYetValid {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if !refuses_token(case) {
            return None;
        }
        let says_so = stated(case, &META, format!("{} says that the token of {} is not valid yet.", case.host(), case.request()));
        let (Some(token), Some(now)) = (case.facts().token(), case.now()) else { return says_so };
        let is_ahead = |bound: Option<Time>, by: i64| bound.filter(|bound| bound.since(now) > by);
        let bound = is_ahead(token.not_before(), 0)
            .map(|bound| ("nbf", bound))
            .or_else(|| is_ahead(token.issued(), TOLERANCE).map(|bound| ("iat", bound)));
        let Some((claim, bound)) = bound else { return says_so };
        let early = span(bound.since(now));
        let finding = Finding::new(
            &META,
            case.token_certainty(),
            format!("The token of {} holds only {early} after {} answered.", case.request(), case.host()),
        )
        .about(bound.0.to_string())
        .shown(case.at(), case.token_place(), format!("{claim} of this token is {}.", bound.to_utc()));
        Some(match case.facts().date {
            Some(date) => finding.shown(case.at(), Place::Received("date", 0), format!("The server's own clock says {}.", date.to_utc())),
            None => finding.shown(case.at(), Place::Moment, "So the browser's clock said."),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_healthy, is_silent, reports};
    use crate::finding::Certainty;

    const ID: &str = "token-not-yet-valid";

    fn refused(token: &str, answer: &str) -> String {
        format!("> GET https://api.test/me\n> Authorization: Bearer {token}\n< 401 Unauthorized\n< Date: {{date}}\n{answer}")
    }

    #[test]
    fn says_by_how_much() {
        assert!(reports(ID, &refused("{jwt nbf=+300 exp=+4000}", "")).contains("300 s"));
        reports(ID, &refused("{jwt iat=+300 exp=+4000}", ""));
    }

    #[test]
    fn reads_a_token_that_the_content_brings() {
        let login = |claims: &str| {
            format!(
                "~ kind fetch\n> POST https://api.test/auth/google\n> Content-Type: application/json\n>\n> {{\"credential\":\"{{jwt {claims}}}\"}}\n< 401 Unauthorized\n< Date: {{date}}\n"
            )
        };
        reports(ID, &login("iat=+300 exp=+4000"));
        // It may be for something else, so nothing is proved by it.
        let certainty = diagnose(&login("iat=+300 exp=+4000")).failures[0].causes[0].certainty;
        assert_eq!(certainty, Certainty::Likely);
        is_silent(ID, &login("iat=-5 exp=+4000"));
    }

    #[test]
    fn passes_over_tokens_that_hold() {
        is_silent(ID, &refused("{jwt nbf=-1 iat=-1 exp=+300}", ""));
        is_silent(ID, &refused("{jwt iat=+30 exp=+300}", ""));
        is_silent(ID, &refused("{jwt exp=-300}", ""));
    }

    #[test]
    fn passes_over_a_token_that_is_accepted_all_the_same() {
        is_healthy(&refused("{jwt nbf=+30 exp=+300}", "").replace("401 Unauthorized", "200 OK"));
    }
}
