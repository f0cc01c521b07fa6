use super::{refresh_token_expired, refresh_token_reused};
use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::facts::Purpose;
use crate::facts::tokens::Role;
use crate::finding::{Certainty, Finding};
use crate::place::Place;

declare_cause! {
    /// The application tried to renew its token, and the identity provider refused: the refresh token
    /// ran out, was used before, or was withdrawn. From now on only a new login helps.
    ///
    /// ```http-notation
    /// > POST https://id.example.test/token
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > grant_type=refresh_token&refresh_token={secret rt 40}&client_id=app
    /// < 400 Bad Request
    /// < Content-Type: application/json
    /// <
    /// < {"error": "invalid_grant"}
    /// ```
    TokenRefreshFailed {
        id: "token-refresh-failed",
        family: "tokens",
        side: Client,
        stage: NotRenewed,
        title: "Refreshing the token failed",
        recognised: "A request with grant_type=refresh_token is answered by 400 or 401; a refresh token that was redeemed before is named.",
        remedies: [
            (User, "Log in again.", "A new token is accepted."),
            (Developer, "Redeem a refresh token only once, from one tab at a time, keep the new one that comes back, and lead people to the login when this fails.", "Each refresh in a capture bears the token that the one before returned."),
            (Administrator, "Check the life of refresh tokens and the rotation settings at the identity provider.", "The provider's log shows why it refused."),
        ],
        references: [("RFC 6749 6: refreshing an access token", "https://www.rfc-editor.org/rfc/rfc6749#section-6"), ("RFC 9700 4.14: refresh token protection", "https://www.rfc-editor.org/rfc/rfc9700#section-4.14")],
    }
}

impl Cause for TokenRefreshFailed {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let is_refused = case.is_denied();
        // Where the provider says that it withdrew the token, that is the reason.
        if case.facts().purpose != Purpose::Refresh || !is_refused || case.stated("token-revoked").is_some() {
            return None;
        }
        // A second use, and an end that is past, are causes of their own.
        let is_told_there =
            refresh_token_reused::redeemed_before(case).is_some() || refresh_token_reused::ended_with_another(case).is_some();
        if is_told_there || refresh_token_expired::run_out(case).is_some() {
            return None;
        }
        let error = case.facts().messages.iter().find_map(|message| message.param("error"));
        let said = error.map_or_else(String::new, |error| format!(" with {error}"));
        let finding = Finding::new(&META, Certainty::Stated, format!("{} refused to renew the token{said}.", case.host()))
            .about(error.unwrap_or_default())
            .shown(case.at(), Place::Status, "The refresh is refused.");
        let refresh = case.facts().tokens.iter().find(|seen| seen.role == Role::Refresh && seen.carrier.is_sent());
        let before = refresh.and_then(|seen| case.session.tokens().borne_before(seen.token.fingerprint, case.at()).first());
        Some(match before {
            Some(before) => finding
                .shown(
                    before,
                    Place::Target,
                    "The same refresh token was sent here before; providers that rotate them take each only once.",
                )
                .next("Do two tabs, or two calls at the same time, renew with the same refresh token?"),
            None => finding,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_healthy, is_silent};

    const ID: &str = "token-refresh-failed";

    fn refresh(token: &str, answer: &str) -> String {
        format!(
            "> POST https://id.test/token\n> Content-Type: application/x-www-form-urlencoded\n>\n> grant_type=refresh_token&refresh_token={{secret {token} 30}}\n{answer}\n\n"
        )
    }

    const REFUSED: &str = "< 400 Bad Request\n< Content-Type: application/json\n<\n< {\"error\":\"invalid_grant\"}";
    const RENEWED: &str = "< 200 OK\n< Content-Type: application/json\n<\n< {\"access_token\":\"{secret a 30}\",\"token_type\":\"Bearer\",\"refresh_token\":\"{secret next 30}\"}";

    #[test]
    fn names_the_error_and_the_earlier_use() {
        let kept = RENEWED.replace(",\"refresh_token\":\"{secret next 30}\"", "");
        let diagnosis = diagnose(&(refresh("r", &kept) + &refresh("r", REFUSED)));
        let cause = &diagnosis.failures[0].causes[0];
        assert!(cause.id == ID && cause.summary.contains("invalid_grant") && cause.evidence.len() == 2, "{cause:?}");
    }

    #[test]
    fn passes_over_a_rotation_that_works() {
        is_healthy(&(refresh("r", RENEWED) + &refresh("next", RENEWED)));
    }

    #[test]
    fn passes_over_other_grants_and_limits() {
        is_silent(ID, &refresh("r", REFUSED).replace("grant_type=refresh_token&refresh_token", "grant_type=authorization_code&code"));
        is_silent(ID, &refresh("r", "< 429 Too Many Requests"));
        is_silent(ID, &refresh("r", "< 503 Service Unavailable"));
    }
}
