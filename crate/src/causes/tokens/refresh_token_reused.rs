use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::facts::Purpose;
use crate::facts::tokens::{Role, Seen};
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::Record;

declare_cause! {
    /// A refresh token that had been exchanged already was exchanged once more. Providers that rotate them take
    /// each only once, and many end the whole login when one comes again, since a thief might have it. Mostly two
    /// tabs, or two calls at the same time, renewed with the same token.
    ///
    /// ```http-notation
    /// > POST https://id.example.test/token
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > grant_type=refresh_token&refresh_token={secret r1 40}&client_id=app
    /// < 200 OK
    /// < Content-Type: application/json
    /// <
    /// < {"access_token":"{secret a1 40}","token_type":"Bearer","refresh_token":"{secret r2 40}"}
    ///
    /// > POST https://id.example.test/token
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > grant_type=refresh_token&refresh_token={secret r1 40}&client_id=app
    /// < 400 Bad Request
    /// < Content-Type: application/json
    /// <
    /// < {"error":"invalid_grant"}
    /// ```
    RefreshTokenReused {
        id: "refresh-token-reused",
        family: "tokens",
        side: Client,
        stage: NotRenewed,
        title: "A refresh token was used twice",
        recognised: "Two requests bear the same refresh token, in their content or in a cookie; the first is answered by another one, the second is refused; or the answer says so.",
        remedies: [
            (User, "Log in again, and close other tabs of the application meanwhile.", "The application stays logged in beyond the next renewal."),
            (Developer, "Renew in one place: let all calls that wait for a new token wait for the same renewal, and share it between tabs by a lock (navigator.locks) or a worker.", "Of several calls at once that need a new token, one renewal is seen."),
            (Administrator, "Allow a short overlap where the provider has a setting for it (reuse interval, grace period, leeway), so that a race ends no login.", "A second use within seconds is answered by the same tokens."),
        ],
        references: [("RFC 9700 4.14: refresh token protection", "https://www.rfc-editor.org/rfc/rfc9700#section-4.14"), ("W3C Web Locks", "https://www.w3.org/TR/web-locks/")],
    }
}

impl Cause for RefreshTokenReused {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if case.facts().purpose != Purpose::Refresh || !case.is_denied() {
            return None;
        }
        let Some((first, seen)) = redeemed_before(case) else {
            if let Some(finding) = ended_with_another(case) {
                return Some(finding);
            }
            return stated(case, &META, format!("{} says that the refresh token was used before.", case.host()));
        };
        Some(
            Finding::new(&META, Certainty::Stated, format!("{} had exchanged this refresh token before, and refuses it now.", case.host()))
                .about(&*seen.name)
                .shown(first, Place::Status, "Here the same refresh token was exchanged for another one.")
                .shown(case.at(), Place::Status, "Here it comes once more, and is refused.")
                .next("Do two tabs, or two calls at the same time, renew with the same refresh token?"),
        )
    }
}

/// The refusal of a token that descends from one which was used again meanwhile: RFC 9700 4.14.2 lets the provider end all
/// that came from it.
pub(super) fn ended_with_another(case: &Case<'_>) -> Option<Finding> {
    let tokens = case.session.tokens();
    let refresh = |record: &Record| {
        let seen = record.facts.tokens.iter().find(|seen| seen.role == Role::Refresh && seen.carrier.is_sent())?;
        Some((seen.token.fingerprint, seen.name.clone()))
    };
    let mut own = refresh(case.record)?.0;
    let ancestors = std::iter::from_fn(|| {
        let (issued, _) = tokens.issued(own)?;
        let (before, name) = refresh(case.session.record(issued).filter(|record| record.facts.purpose == Purpose::Refresh)?)?;
        own = before;
        Some((issued, before, name))
    });
    let (issued, again, name) = ancestors.take(ANCESTORS).find_map(|(issued, before, name)| {
        let is_again =
            |(at, record): &(usize, &Record)| *at != issued && record.facts.purpose == Purpose::Refresh && !record.was_accepted();
        let (again, _) = tokens.borne_before(before, case.at()).find(is_again)?;
        Some((issued, again, name))
    })?;
    Some(
        Finding::new(
            &META,
            Certainty::Likely,
            format!("{} ended this refresh token with one before it, which was used again.", case.host()),
        )
        .about(name)
        .shown(issued, Place::Status, "Here another refresh token was given for the one before.")
        .shown(again, Place::Status, "Here that one comes once more, and is refused.")
        .shown(case.at(), Place::Status, "Here the newer one is refused too.")
        .next("Do two tabs, or two calls at the same time, renew with the same refresh token?"),
    )
}

/// Renewals before a refused one that are looked through for a token which was used again.
const ANCESTORS: usize = 32;

/// The earlier exchange that was let through with the refresh token of this one and brought another in its place.
pub(super) fn redeemed_before<'s>(case: &Case<'s>) -> Option<(usize, &'s Seen)> {
    let tokens = case.session.tokens();
    let mut sent = case.record.facts.tokens.iter().filter(|seen| seen.role == Role::Refresh && seen.carrier.is_sent());
    sent.find_map(|seen| {
        let replaces =
            |other: &Seen| !other.carrier.is_sent() && other.role == Role::Refresh && other.token.fingerprint != seen.token.fingerprint;
        let mut before = tokens.borne_before(seen.token.fingerprint, case.at());
        let (at, _) = before.find(|(_, other)| {
            other.facts.purpose == Purpose::Refresh && other.was_accepted() && other.facts.tokens.iter().any(replaces)
        })?;
        Some((at, seen))
    })
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "refresh-token-reused";

    fn by_cookie(token: &str, answer: &str) -> String {
        format!("~ kind fetch\n> POST https://app.test/api/renew\n> Cookie: refresh_token={{secret {token} 43}}\n< {answer}\n\n")
    }

    const NEXT: &str = "200 OK\n< Set-Cookie: refresh_token={secret r2 43}; Path=/; HttpOnly";

    #[test]
    fn a_race_of_two_calls_by_cookie_is_told_without_a_word() {
        let refused = "401 Unauthorized\n< Set-Cookie: refresh_token=; Path=/; Max-Age=0";
        reports(ID, &(by_cookie("r1", NEXT) + &by_cookie("r1", refused)));
    }

    #[test]
    fn passes_over_a_first_use_and_a_provider_that_does_not_rotate() {
        is_silent(ID, &by_cookie("r1", "401 Unauthorized\n< Set-Cookie: refresh_token=; Path=/; Max-Age=0"));
        is_silent(ID, &(by_cookie("r1", "200 OK") + &by_cookie("r1", "401 Unauthorized\n< Set-Cookie: refresh_token=; Path=/; Max-Age=0")));
        is_healthy(&(by_cookie("r1", NEXT) + &by_cookie("r2", "200 OK\n< Set-Cookie: refresh_token={secret r3 43}; Path=/; HttpOnly")));
    }

    #[test]
    fn a_second_client_ends_what_came_of_the_token_and_what_is_asked_meanwhile_is_part_of_it() {
        let renew = |token: &str, answer: &str| {
            format!(
                "~ kind fetch\n> POST https://id.hof.test/auth/token\n> Authorization: Bearer {{jwt iss=hof role=public exp=9000000}}\n> Content-Type: application/json\n>\n> {{\"grant_type\":\"refresh_token\",\"refresh_token\":\"{{secret {token} 30}}\"}}\n< {answer}\n\n"
            )
        };
        let tokens = |next: &str| {
            format!(
                "200 OK\n< Content-Type: application/json\n<\n< {{\"access_token\":\"{{jwt iss=https://id.hof.test sub=7 n={next} exp=600}}\",\"token_type\":\"bearer\",\"refresh_token\":\"{{secret {next} 30}}\"}}"
            )
        };
        let call = |token: &str, answer: &str| {
            format!("~ kind fetch\n> GET https://id.hof.test/data/rows\n> Authorization: Bearer {token}\n< {answer}\n\n")
        };
        let key = "{jwt as KEY iss=hof role=public exp=9000000}";
        let (refused, denied) = ("400 Bad Request\n<\n< {\"code\":\"E77\"}", "401 Unauthorized\n<\n< {\"code\":\"E42\"}");
        let renewed = renew("r1", &tokens("r2")) + &renew("r2", &tokens("r3"));
        let renewed =
            renewed.replacen("{jwt iss=hof role=public exp=9000000}", key, 1).replace("{jwt iss=hof role=public exp=9000000}", "{KEY}");
        let renew = |token: &str, answer: &str| renew(token, answer).replace("{jwt iss=hof role=public exp=9000000}", "{KEY}");
        let works = call("{jwt iss=https://id.hof.test sub=7 n=r3 exp=600}", "200 OK");
        let reused = renewed.clone() + &works + &renew("r1", refused);
        reports(ID, &(reused.clone() + &call("{KEY}", denied)));
        reports(ID, &(reused.clone() + &call("{KEY}", denied) + &renew("r3", refused)));
        // Whoever brings another token is refused for something else, and so is a token of nobody's family.
        let failures = |text: &str| crate::causes::testing::diagnose(text).failures.len();
        assert_eq!(failures(&(reused + &call("{jwt iss=https://elsewhere.test sub=7 exp=600}", denied))), 2);
        is_silent(ID, &(renewed + &works + &renew("r9", refused)));
    }

    #[test]
    fn passes_over_limits_and_failures_of_the_server() {
        for answer in ["429 Too Many Requests", "503 Service Unavailable"] {
            is_silent(ID, &(by_cookie("r1", NEXT) + &by_cookie("r1", answer)));
        }
    }
}
