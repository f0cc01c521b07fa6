use super::forgotten::forgotten;
use super::{described, speaks_of_expiry};
use crate::cause::{Audience, Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::facts::tokens::{Carrier, Role, Seen};
use crate::facts::{Fingerprint, Purpose};
use crate::finding::{Certainty, Finding};
use crate::limits;
use crate::place::Place;
use crate::session::Record;
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

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let said = described(
            case,
            &META,
            &["revoked", "blacklisted"],
            format!("{} says that the token of {} was revoked.", case.host(), case.request()),
        );
        if let Some(finding) = code_redeemed_again(case) {
            return Some(finding);
        }
        let finding = match (said, revocation(case)) {
            (Some(said), Some(position)) => said.shown(position, Place::Target, "Here it was revoked."),
            (Some(said), None) => said,
            (None, Some(position)) => Finding::new(&META, Certainty::Proved, format!("The token of {} had been revoked.", case.request()))
                .shown(case.at(), Place::Sent("authorization", 0), "This token is refused.")
                .shown(position, Place::Target, "Here it was revoked."),
            (None, None) => session_over(case).or_else(|| no_longer_accepted(case)).or_else(|| forgotten(case, &META))?,
        };
        let now = case.now();
        let left = case
            .facts()
            .token()
            .and_then(|token| token.expires())
            .zip(now)
            .filter(|(expires, now)| expires > now)
            .map(|(expires, now)| span(expires.since(now)));
        Some(match left {
            Some(left) => {
                finding.shown(case.at(), Place::Sent("authorization", 0), format!("By its exp the token was good for another {left}."))
            }
            None => finding,
        })
    }
}

/// The token in the Authorization field.
fn borne(case: &Case<'_>) -> Option<Fingerprint> {
    case.facts().tokens.iter().find(|seen| seen.carrier == Carrier::Authorization).map(|seen| seen.token.fingerprint)
}

/// Where this session asked for the revocation of the token that is refused (RFC 7009).
fn revocation(case: &Case<'_>) -> Option<usize> {
    let token = borne(case).filter(|_| case.is_denied())?;
    let names = |seen: &Seen| {
        &*seen.name == "token" && matches!(seen.carrier, Carrier::Form | Carrier::RequestJson) && seen.token.fingerprint == token
    };
    let revokes =
        |record: &Record| record.was_accepted() && record.exchange.url.path().contains("revo") && record.facts.tokens.iter().any(names);
    case.earlier_anywhere().take(limits::LOOK_BACK).find(|(_, record)| revokes(record)).map(|(position, _)| position)
}

/// RFC 6749 4.1.2: whoever redeems a code a second time may well have stolen it, so its tokens are revoked.
fn code_redeemed_again(case: &Case<'_>) -> Option<Finding> {
    let token = borne(case).filter(|_| case.is_denied())?;
    let (issued, _) = case.session.tokens().issued(token)?;
    let code = |record: &Record| {
        let seen = record.facts.tokens.iter().find(|seen| seen.role == Role::AuthorizationCode && seen.carrier.is_sent())?;
        (record.facts.purpose == Purpose::Token).then_some(seen.token.fingerprint)
    };
    let redeemed = code(case.session.record(issued)?)?;
    let is_again = |(at, record): &(usize, &Record)| *at != issued && code(record) == Some(redeemed);
    let (again, _) = case.earlier_anywhere().take(limits::LOOK_BACK).find(is_again)?;
    let summary = format!("The code from which the token of {} came was redeemed twice, so the provider took it back.", case.request());
    let finding =
        Finding::new(&META, Certainty::Likely, summary).shown(case.at(), Place::Sent("authorization", 0), "This token is refused.");
    let finding = finding.shown(issued, Place::Status, "It was issued here for the code.");
    Some(finding.shown(again, Place::Status, "The same code was sent once more here.").advise(
        Audience::Developer,
        "Redeem the code once: an effect that runs twice in development needs a guard.",
        "One token request for each code.",
    ))
}

/// The answer to a token speaks of the session that it belongs to.
fn session_over(case: &Case<'_>) -> Option<Finding> {
    borne(case).filter(|_| case.is_denied())?;
    let said = ["session-ended-by-server", "session-expired"].into_iter().find_map(|cause| case.stated(cause))?;
    let certainty = if said.in_words { Certainty::Likely } else { Certainty::Stated };
    let summary = format!("{} no longer knows the session of the token of {}.", case.host(), case.request());
    Some(Finding::new(&META, certainty, summary).shown(said.at, said.place.clone(), "The answer says so."))
}

/// A token that the same request bore before and was let through with, and that is in its time as far as
/// it can be seen.
fn no_longer_accepted(case: &Case<'_>) -> Option<Finding> {
    let (_, error) = case
        .facts()
        .bearer_error()
        .filter(|(challenge, error)| *error == "invalid_token" && !challenge.param("error_description").is_some_and(speaks_of_expiry))?;
    let now = case.now();
    let is_past = case.facts().token().and_then(|token| token.expires()).zip(now).is_some_and(|(expires, now)| expires <= now);
    let is_same =
        |record: &Record| record.exchange.method == case.exchange().method && record.exchange.url.path() == case.exchange().url.path();
    let accepted = |record: &Record| record.was_accepted() && is_same(record) && record.bears_the_same_credentials_as(case.record);
    if is_past || case.later().any(|(_, record)| accepted(record)) {
        return None;
    }
    let (before, record) = case.earlier().find(|(_, record)| accepted(record))?;
    let ago = span(case.exchange().started.since(record.exchange.started));
    Some(
        Finding::new(
            &META,
            Certainty::Likely,
            format!(
                "{} no longer accepts the token of {}, which it accepted {ago} before: it was revoked, or its time is over.",
                case.host(),
                case.request()
            ),
        )
        .shown(case.at(), Place::Sent("authorization", 0), "This token is refused.")
        .shown(case.at(), Place::Received("www-authenticate", 0), format!("The server says {error}."))
        .shown(before, Place::Status, "The same token was accepted here.")
        .next("The lifetime that came with the token (expires_in), and what the provider's log says of it."),
    )
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_silent, reports};

    const ID: &str = "token-revoked";

    fn refused(token: &str, answer: &str) -> String {
        format!("> GET https://api.test/me\n> Authorization: Bearer {token}\n< 401 Unauthorized\n< Date: {{date}}\n{answer}")
    }

    #[test]
    fn a_code_that_was_redeemed_twice_takes_its_tokens_along() {
        let token = |answer: &str| {
            format!(
                "~ kind fetch\n> POST https://id.test/token\n> Content-Type: application/x-www-form-urlencoded\n>\n> grant_type=authorization_code&code={{secret c 40}}&code_verifier={{secret v 43}}\n< {answer}\n\n"
            )
        };
        let issued = token("200 OK\n< Content-Type: application/json\n<\n< {\"access_token\":\"{secret a 40}\",\"token_type\":\"Bearer\"}");
        let call = "~ kind fetch\n> GET https://id.test/userinfo\n> Authorization: Bearer {secret a 40}\n< 401 Unauthorized\n< WWW-Authenticate: Bearer error=\"invalid_token\"\n";
        let refused = token("400 Bad Request\n< Content-Type: application/json\n<\n< {\"error\":\"invalid_grant\"}");
        let roots = |text: &str| -> Vec<&str> { diagnose(text).failures.iter().map(|failure| failure.causes[0].id).collect() };
        assert_eq!(roots(&(issued.clone() + &refused + call)), ["oauth-code-rejected", ID]);
        assert!(!roots(&(issued + call)).contains(&ID));
    }

    #[test]
    fn quotes_the_time_that_was_left() {
        let diagnosis = diagnose(&refused(
            "{jwt exp=+300}",
            "< WWW-Authenticate: Bearer error=\"invalid_token\", error_description=\"The token has been revoked\"\n",
        ));
        let cause = &diagnosis.failures[0].causes[0];
        assert!(cause.id == ID && cause.evidence.iter().any(|quote| quote.says.contains("another 300 s")), "{cause:?}");
    }

    #[test]
    fn reports_the_words_of_named_products() {
        // GitLab; Microsoft Entra on a refresh.
        reports(
            ID,
            &refused("{secret t 30}", "<\n< {\"error_description\":\"Token was revoked. You have to re-authorize from the user.\"}\n"),
        );
        reports(
            ID,
            "> POST https://id.test/token\n>\n> grant_type=refresh_token&refresh_token={secret r 30}\n< 400 Bad Request\n<\n< {\"error\":\"invalid_grant\",\"error_description\":\"AADSTS50173: The provided grant has expired due to it being revoked\"}\n",
        );
    }

    #[test]
    fn names_the_revocation_that_the_session_saw_and_a_token_that_was_good_before() {
        let call = |answer: &str| format!("> GET https://api.test/me\n> Authorization: Bearer {{secret t 40}}\n{answer}\n\n");
        let revoke = "> POST https://api.test/token/revocation\n> Content-Type: application/x-www-form-urlencoded\n>\n> token={secret t 40}\n< 200 OK\n\n";
        let refused = "< 401 Unauthorized\n< WWW-Authenticate: Bearer error=\"invalid_token\"";
        assert!(reports(ID, &(call("< 200 OK") + revoke + &call(refused))).contains("revoked"));
        reports(ID, &(call("< 200 OK") + &call(refused)));
        is_silent(ID, &call(refused));
        is_silent(ID, &(call("< 200 OK") + &call(refused) + &call("< 200 OK")));
    }

    #[test]
    fn takes_no_hidden_token_for_the_same_as_another() {
        let call = |answer: &str| format!("> GET https://api.test/me\n> Authorization: Bearer [REDACTED]\n{answer}\n\n");
        is_silent(ID, &(call("< 200 OK") + &call("< 401 Unauthorized\n< WWW-Authenticate: Bearer error=\"invalid_token\"")));
    }

    #[test]
    fn passes_over_expiry_and_plain_refusals() {
        is_silent(ID, &refused("{jwt exp=-300}", ""));
        is_silent(ID, &refused("{jwt exp=+300}", "< WWW-Authenticate: Bearer error=\"invalid_token\"\n"));
        is_silent(
            ID,
            "> POST https://id.test/token\n>\n> grant_type=refresh_token&refresh_token={secret r 30}\n< 400 Bad Request\n<\n< {\"error\":\"invalid_grant\"}\n",
        );
    }
}
