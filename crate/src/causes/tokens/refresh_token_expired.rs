use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::facts::Purpose;
use crate::facts::tokens::{Role, Seen};
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::token_timeline::End;
use crate::time::{Time, span};

declare_cause! {
    /// The refresh token is past its end: a login lasts only so long without the user, and this one is over.
    ///
    /// ```http-notation
    /// > POST https://id.example.test/token
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > grant_type=refresh_token&refresh_token={jwt typ=Refresh exp=-3600 iat=-5400}&client_id=app
    /// < 400 Bad Request
    /// < Date: {date}
    /// < Content-Type: application/json
    /// <
    /// < {"error":"invalid_grant","error_description":"Token is not active"}
    /// ```
    RefreshTokenExpired {
        id: "refresh-token-expired",
        family: "tokens",
        side: IdentityProvider,
        stage: NotRenewed,
        title: "The refresh token has run out",
        recognised: "A refused renewal whose refresh token is past its exp, or past the life that the answer which issued it stated; or the answer says so.",
        remedies: [
            (User, "Log in again.", "The application works."),
            (Developer, "Take a refused renewal for the end of the login: forget the tokens, and lead people to the login with the place where they were.", "After the refresh token's life the login page comes, and then the page that was wanted."),
            (Administrator, "Compare the life of refresh tokens and of the provider's session with how long people stay away (SSO session idle, refresh token lifetime).", "A login lasts as long as the setting says."),
        ],
        references: [("RFC 6749 1.5: refresh tokens", "https://www.rfc-editor.org/rfc/rfc6749#section-1.5"), ("RFC 6749 5.2: invalid_grant", "https://www.rfc-editor.org/rfc/rfc6749#section-5.2")],
    }
}

impl Cause for RefreshTokenExpired {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if case.facts().purpose != Purpose::Refresh || !case.is_denied() {
            return None;
        }
        let Some((refresh, end, now)) = run_out(case) else {
            return stated(case, &META, format!("{} says that the refresh token has run out.", case.host()));
        };
        let late = span(now.since(end.time));
        let certainty = if end.is_claim { Certainty::Proved } else { Certainty::Likely };
        let finding =
            Finding::new(&META, certainty, format!("The refresh token had run out {late} before {} was asked to renew.", case.host()))
                .about(&*refresh.name)
                .shown(case.at(), Place::Status, "The renewal is refused.");
        let says = format!("It was good until {}.", end.time.to_utc());
        Some(match case.session.tokens().issued(refresh.token.fingerprint) {
            Some((issued, _)) => finding.shown(issued, Place::Status, format!("It was issued here. {says}")),
            None => finding.shown(case.at(), Place::Moment, says),
        })
    }
}

/// The refresh token of a renewal, when it ended, and when it was used: later than that.
pub(super) fn run_out<'s>(case: &Case<'s>) -> Option<(&'s Seen, End, Time)> {
    let refresh = case.record.facts.tokens.iter().find(|seen| seen.role == Role::Refresh && seen.carrier.is_sent())?;
    let now = case.now()?;
    let end = case.session.tokens().end(refresh.token.fingerprint, case.at()).filter(|end| end.time <= now)?;
    Some((refresh, end, now))
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "refresh-token-expired";

    fn renewal(token: &str, answer: &str) -> String {
        format!(
            "~ kind fetch\n> POST https://id.test/token\n> Content-Type: application/x-www-form-urlencoded\n>\n> grant_type=refresh_token&refresh_token={token}\n< {answer}\n"
        )
    }

    const REFUSED: &str = "400 Bad Request\n< Content-Type: application/json\n<\n< {\"error\":\"invalid_grant\"}";

    #[test]
    fn a_life_that_the_answer_stated_counts_as_well() {
        let login = "~ kind fetch\n> POST https://id.test/token\n> Content-Type: application/x-www-form-urlencoded\n>\n> grant_type=authorization_code&code={secret c 30}\n\
            < 200 OK\n< Content-Type: application/json\n<\n< {\"access_token\":\"{secret a 30}\",\"refresh_token\":\"{secret r 30}\",\"refresh_expires_in\":1800}\n\n";
        reports(ID, &format!("{login}@ 31m\n{}", renewal("{secret r 30}", REFUSED)));
        is_silent(ID, &format!("{login}@ 29m\n{}", renewal("{secret r 30}", REFUSED)));
    }

    #[test]
    fn passes_over_a_token_that_still_runs_and_one_that_tells_nothing() {
        is_silent(ID, &renewal("{jwt typ=Refresh exp=600}", REFUSED));
        is_silent(ID, &renewal("{secret r 30}", REFUSED));
        is_healthy(&renewal(
            "{jwt typ=Refresh exp=-60}",
            "200 OK\n< Content-Type: application/json\n<\n< {\"access_token\":\"{secret a 30}\"}",
        ));
    }
}
