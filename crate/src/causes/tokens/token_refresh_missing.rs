use super::refuses_token;
use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::facts::tokens::{Carrier, Role};
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::time::span;

declare_cause! {
    /// The access token ran out, a refresh token lay ready, and the application did not use it before
    /// it called again.
    ///
    /// ```http-notation
    /// > POST https://id.example.test/token
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > grant_type=authorization_code&code={secret code 30}&redirect_uri=https%3A%2F%2Fapp.example.test%2Fcb
    /// < 200 OK
    /// < Content-Type: application/json
    /// <
    /// < {"access_token": "{secret at 40}", "token_type": "Bearer", "expires_in": 60, "refresh_token": "{secret rt 40}"}
    ///
    /// @ 10m
    /// > GET https://api.example.test/me
    /// > Authorization: Bearer {secret at 40}
    /// < 401 Unauthorized
    /// < WWW-Authenticate: Bearer error="invalid_token"
    /// ```
    TokenRefreshMissing {
        id: "token-refresh-missing",
        family: "tokens",
        side: Client,
        stage: NotRenewed,
        title: "The token expired and nobody refreshed it",
        recognised: "A refused token whose time was over, a refresh token that came with it, and no refresh in the session.",
        remedies: [
            (User, "Log in again.", "A new token is accepted."),
            (Developer, "Redeem the refresh token before the access token runs out, or once when an answer is 401, and then repeat the call.", "A request with grant_type=refresh_token precedes the call."),
            (Administrator, "Nothing is wrong at the server.", "A new token is accepted."),
        ],
        references: [("RFC 6749 6: refreshing an access token", "https://www.rfc-editor.org/rfc/rfc6749#section-6")],
    }
}

impl Cause for TokenRefreshMissing {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if !refuses_token(case) {
            return None;
        }
        let seen = case.facts().tokens.iter().find(|seen| seen.carrier == Carrier::Authorization)?;
        let tokens = case.session.tokens();
        let end = tokens.end(seen.token.fingerprint, case.at())?;
        let now = case.server_time().filter(|_| end.is_claim).or_else(|| case.now())?;
        let (issued_at, _) = tokens.issued(seen.token.fingerprint).filter(|_| end.time <= now)?;
        let issued = case.session.record(issued_at)?;
        let refresh = issued.facts.tokens.iter().find(|seen| seen.role == Role::Refresh && !seen.carrier.is_sent())?;
        if tokens.redemptions(seen.token.fingerprint).next().is_some() {
            return None;
        }
        let late = span(now.since(end.time));
        Some(
            Finding::new(
                &META,
                Certainty::Proved,
                format!(
                    "The token of {} ran out {late} before, and the {} that came with it was not redeemed.",
                    case.request(),
                    refresh.role.name()
                ),
            )
            .about(end.time.0.to_string())
            .shown(issued_at, Place::Target, format!("Here came the token, and {} beside it.", refresh.name))
            .shown(case.at(), Place::Sent("authorization", 0), "This token was used after its time."),
        )
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "token-refresh-missing";

    const ISSUED: &str = "> POST https://id.test/token\n> Content-Type: application/x-www-form-urlencoded\n>\n> grant_type=authorization_code&code={secret c 30}\n< 200 OK\n< Content-Type: application/json\n<\n< {\"access_token\":\"{secret a 30}\",\"expires_in\":60,\"token_type\":\"Bearer\",\"refresh_token\":\"{secret r 30}\"}\n\n";
    const CALL: &str = "> GET https://api.test/me\n> Authorization: Bearer {secret a 30}\n< 401 Unauthorized\n";

    #[test]
    fn reports_a_refresh_token_that_lay_ready() {
        reports(ID, &format!("{ISSUED}@ 5m\n{CALL}"));
    }

    #[test]
    fn passes_over_a_token_with_time_left_and_one_without_a_refresh_token() {
        is_silent(ID, &format!("{ISSUED}@ 30s\n{CALL}"));
        is_silent(ID, &format!("{}@ 5m\n{CALL}", ISSUED.replace(",\"refresh_token\":\"{secret r 30}\"", "")));
        is_silent(ID, CALL);
    }

    #[test]
    fn passes_over_a_refresh_that_was_tried() {
        let refresh = "> POST https://id.test/token\n>\n> grant_type=refresh_token&refresh_token={secret r 30}\n< 400 Bad Request\n<\n< {\"error\":\"invalid_grant\"}\n\n";
        is_silent(ID, &format!("{ISSUED}@ 5m\n{refresh}{CALL}"));
    }
}
