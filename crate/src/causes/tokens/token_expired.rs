use super::speaks_of_expiry;
use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated as by_word;
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::time::span;

declare_cause! {
    /// The token carries its own end, and by the server's clock that end had passed when the
    /// request arrived. Nothing is wrong with the user or the signature: the token has to be renewed.
    ///
    /// ```http-notation
    /// > GET https://api.example.test/me
    /// > Authorization: Bearer {jwt iss=https://id.example.test aud=api iat=-3912 exp=-312}
    /// < 401 Unauthorized
    /// < Date: {date}
    /// < WWW-Authenticate: Bearer error="invalid_token"
    /// ```
    TokenExpired {
        id: "token-expired",
        family: "tokens",
        side: Client,
        stage: TokenUnfit,
        title: "The token has expired",
        recognised: "The exp claim of the JWT in Authorization lies before the server's own Date; or the server says invalid_token and speaks of expiry.",
        remedies: [
            (User, "Log in again.", "The next request bears a token whose exp lies ahead."),
            (Developer, "Renew the token shortly before its exp with the refresh token, and on a 401 once more before giving up; then repeat the request.", "After expiry a token request appears, and the repeated call succeeds."),
            (Administrator, "If tokens end sooner than people work, look at the identity provider's token lifetime, and at both clocks.", "exp minus iat is the lifetime that you set."),
        ],
        references: [("RFC 7519 4.1.4: exp", "https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4"), ("RFC 6750 3.1: invalid_token", "https://www.rfc-editor.org/rfc/rfc6750#section-3.1")],
    }
}

impl Cause for TokenExpired {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let facts = case.facts();
        if !case.is_denied() || facts.credentials.is_none() && !case.hides_what_was_refused() {
            return None;
        }
        let expires = facts.token().and_then(|token| token.expires());
        let stated = facts
            .bearer_error()
            .filter(|(challenge, error)| *error == "invalid_token" && challenge.param("error_description").is_some_and(speaks_of_expiry));
        let left = expires.zip(case.now()).map(|(expires, now)| expires.since(now));
        let finding = match (expires, stated) {
            (Some(expires), _) if left.is_some_and(|left| left <= 0) => {
                let late = span(left.unwrap_or_default());
                let finding = Finding::new(
                    &META,
                    case.token_certainty(),
                    format!("The token of {} had expired {late} before {} answered.", case.request(), case.host()),
                )
                .shown(case.at(), case.token_place(), format!("exp of this token is {}.", expires.to_utc()));
                match facts.date {
                    Some(date) => finding.shown(
                        case.at(),
                        Place::Received("date", 0),
                        format!("The server's own clock says {}, {late} later.", date.to_utc()),
                    ),
                    None => {
                        finding.shown(case.at(), Place::Moment, format!("The request was made {late} after that, by the browser's clock."))
                    }
                }
            }
            (_, Some((challenge, _))) => {
                let finding = Finding::new(
                    &META,
                    Certainty::Stated,
                    format!("{} says that the token of {} has expired.", case.host(), case.request()),
                );
                match left {
                    Some(left) => {
                        finding.but(format!("By its exp the token was good for another {}, by the server's own Date.", span(left)))
                    }
                    None => finding,
                }
                .shown(
                    case.at(),
                    Place::Received("www-authenticate", challenge.field),
                    "The server answers invalid_token and speaks of expiry.",
                )
            }
            (_, None) => {
                let finding = by_word(case, &META, format!("{} says that the token of {} has expired.", case.host(), case.request()))?;
                match left {
                    Some(left) => {
                        finding.but(format!("By its exp the token was good for another {}, by the server's own Date.", span(left)))
                    }
                    None => finding,
                }
            }
        };
        let finding = finding.about(expires.map_or_else(String::new, |expires| expires.0.to_string()));
        Some(match facts.bearer_error() {
            Some((challenge, error)) if stated.is_none() => {
                finding.shown(case.at(), Place::Received("www-authenticate", challenge.field), format!("The server answers {error}."))
            }
            _ => finding,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_healthy, is_silent, reports};

    const ID: &str = "token-expired";

    fn refused(token: &str, answer: &str) -> String {
        format!("> GET https://api.test/me\n> Authorization: Bearer {token}\n< 401 Unauthorized\n< Date: {{date}}\n{answer}")
    }

    #[test]
    fn says_by_how_much() {
        assert!(reports(ID, &refused("{jwt exp=-312}", "")).contains("312 s"));
    }

    #[test]
    fn takes_the_servers_word_for_an_opaque_token() {
        reports(
            ID,
            &refused(
                "{secret t 40}",
                "< WWW-Authenticate: Bearer error=\"invalid_token\", error_description=\"The access token expired\"\n",
            ),
        );
    }

    #[test]
    fn takes_the_word_of_libraries_that_applications_pass_on() {
        // jsonwebtoken for Node.js; PyJWT.
        for body in ["{\"message\":\"jwt expired\"}", "{\"msg\":\"Signature has expired\"}"] {
            reports(ID, &refused("{secret t 40}", &format!("<\n< {body}\n")));
        }
    }

    #[test]
    fn ten_calls_with_one_token_are_one_failure() {
        let calls: String = (0..10).map(|n| format!("@ 2026-01-01T00:00:0{n}Z\n> GET https://api.test/{n}\n> Authorization: Bearer {{jwt exp=-{}}}\n< 401 Unauthorized\n< Date: {{date}}\n\n", 300 + n)).collect();
        let diagnosis = diagnose(&calls);
        assert_eq!(diagnosis.failures.len(), 1);
        assert_eq!(diagnosis.failures[0].exchanges, (0..10).collect::<Vec<_>>());
    }

    #[test]
    fn passes_over_a_token_in_its_time() {
        is_silent(ID, &refused("{jwt exp=600}", "< WWW-Authenticate: Bearer error=\"invalid_token\"\n"));
        is_silent(ID, &refused("{jwt sub=x}", "< WWW-Authenticate: Bearer error=\"invalid_token\", error_description=\"bad signature\"\n"));
    }

    #[test]
    fn passes_over_an_expired_token_that_is_accepted() {
        is_healthy("> GET https://api.test/me\n> Authorization: Bearer {jwt exp=-5}\n< 200 OK\n< Date: {date}\n");
    }

    #[test]
    fn passes_over_an_expiry_that_a_refresh_repaired() {
        is_healthy(
            "> GET https://api.test/me\n> Authorization: Bearer {jwt exp=-5 jti=1}\n< 401 Unauthorized\n< Date: {date}\n< WWW-Authenticate: Bearer error=\"invalid_token\"\n\n> POST https://id.test/token\n>\n> grant_type=refresh_token&refresh_token={secret r 30}\n< 200 OK\n\n> GET https://api.test/me\n> Authorization: Bearer {jwt exp=600 jti=2}\n< 200 OK\n",
        );
    }

    #[test]
    fn reports_the_contradiction_when_the_servers_word_and_its_clock_differ() {
        let diagnosis = diagnose(&refused(
            "{jwt exp=540}",
            "< WWW-Authenticate: Bearer error=\"invalid_token\", error_description=\"The token expired\"\n",
        ));
        let cause = &diagnosis.failures[0].causes[0];
        assert_eq!(cause.id, ID);
        assert!(cause.against[0].contains("540 s"), "{:?}", cause.against);
    }
}
