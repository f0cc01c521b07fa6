use super::refuses_token;
use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::facts::tokens::{Carrier, Role};
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::Record;

declare_cause! {
    /// The token is good and belongs to nobody: whoever asked for it brought no credentials, or lost them on the way,
    /// and the token service handed out a guest's token instead of refusing. What guests may not do fails afterwards.
    ///
    /// ```http-notation
    /// > GET https://auth.example.test/token?service=registry&scope=repository%3Ateam%2Fapp%3Apush
    /// < 200 OK
    /// < Content-Type: application/json
    /// <
    /// < {"token": "{secret guest 60}", "expires_in": 300}
    ///
    /// > POST https://registry.example.test/v2/team/app/blobs/uploads/
    /// > Authorization: Bearer {secret guest 60}
    /// < 401 Unauthorized
    /// < WWW-Authenticate: Bearer realm="https://auth.example.test/token",service="registry",scope="repository:team/app:push",error="insufficient_scope"
    /// ```
    AnonymousTokenIssued {
        id: "anonymous-token-issued",
        family: "tokens",
        side: Server,
        stage: CredentialSpoiled,
        title: "The token service handed out a guest's token",
        recognised: "The refused token came in the answer to a request that bore no credentials: no Authorization, no cookie, no secret, no grant.",
        remedies: [
            (User, "Log in once more with the tool's own command, and look whether it keeps the credentials for this host.", "The request for the token bears Authorization."),
            (Developer, "Send the credentials with the request for the token, also after a redirect, and look at whom the token names before it is used.", "The token names the user."),
            (Administrator, "Announce the token service by https and without a redirect, and let it answer 401 where a scope is asked for that no guest has.", "A request without credentials gets 401 instead of a token."),
        ],
        references: [("Docker Registry: token authentication", "https://distribution.github.io/distribution/spec/auth/token/"), ("RFC 6750 3.1: insufficient_scope", "https://www.rfc-editor.org/rfc/rfc6750#section-3.1")],
    }
}

impl Cause for AnonymousTokenIssued {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let borne = case.facts().tokens.iter().find(|seen| seen.carrier == Carrier::Authorization).filter(|_| refuses_token(case))?;
        let issued = case.session.tokens().issued(borne.token.fingerprint).map(|(at, _)| at);
        let (at, certainty) = match issued {
            Some(at) => (at, Certainty::Stated),
            None => (at_the_realm(case)?, Certainty::Likely),
        };
        let issuing = case.session.record(at).filter(|record| is_anonymous(record))?;
        let unseen = issuing.exchange.unseen;
        if unseen.authorization || unseen.cookies {
            return None;
        }
        Some(
            Finding::new(
                &META,
                certainty,
                format!("The token of {} is a guest's: {} asked for it without credentials.", case.request(), issuing.exchange.url.path()),
            )
            .about(case.host())
            .shown(at, Place::Target, "This request bore no credentials, and a token was handed out.")
            .shown(case.at(), Place::Sent("authorization", 0), "The same token."),
        )
    }
}

/// The last answer before from the token service that a challenge of this origin names, where what it handed out is
/// not captured.
fn at_the_realm(case: &Case<'_>) -> Option<usize> {
    let realms: Vec<&str> = case
        .earlier()
        .filter_map(|(_, record)| record.facts.challenge("bearer")?.param("realm"))
        .filter_map(|realm| realm.split_once("://").map(|(_, rest)| rest))
        .take(REALMS)
        .collect();
    let is_named = |record: &Record| {
        let url = record.exchange.url.as_str();
        let url = url.split_once("://").map_or(url, |(_, rest)| rest);
        realms.iter().any(|realm| url.strip_prefix(realm).is_some_and(|rest| rest.is_empty() || rest.starts_with('?')))
    };
    let (at, _) = case.earlier_anywhere().find(|(_, record)| record.was_accepted() && is_named(record))?;
    case.session.record(at)?.exchange.unseen.response_body.then_some(at)
}

/// Challenges that are looked at.
const REALMS: usize = 4;

/// Whether nobody could be known by the request: it bears no credentials, no cookie and no grant.
fn is_anonymous(record: &Record) -> bool {
    let facts = &record.facts;
    let proves = |role: Role| role != Role::Csrf;
    !facts.bears_credentials()
        && !facts.purpose.is_login()
        && record.exchange.request.body.is_none()
        && !facts.tokens.iter().any(|seen| seen.carrier.is_sent() && proves(seen.role))
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_silent, reports};

    const ID: &str = "anonymous-token-issued";

    fn token(with: &str) -> String {
        format!(
            "> GET https://auth.test/token?service=registry\n{with}< 200 OK\n< Content-Type: application/json\n<\n< {{\"access_token\":\"{{secret t 50}}\",\"expires_in\":300}}\n\n"
        )
    }
    fn push(answer: &str) -> String {
        format!("> PUT https://registry.test/v2/app/manifests/1\n> Authorization: Bearer {{secret t 50}}\n< {answer}\n\n")
    }

    #[test]
    fn reports_a_token_that_nobody_asked_for_by_name() {
        for answer in ["401 Unauthorized\n< WWW-Authenticate: Bearer error=\"insufficient_scope\"", "403 Forbidden", "401 Unauthorized"] {
            reports(ID, &(token("") + &push(answer)));
        }
    }

    #[test]
    fn knows_the_token_service_where_its_answer_was_not_captured() {
        let asks = "> GET https://registry.test/v2/\n< 401 Unauthorized\n< WWW-Authenticate: Bearer realm=\"https://auth.test/token\"\n\n";
        let hidden = |with: &str| {
            let target = "> GET https://auth.test/token?service=registry\n";
            format!("{asks}~ unseen response-body\n{target}{with}< 200 OK\n\n{}", push("403 Forbidden"))
        };
        let pushed = diagnose(&hidden("")).failures.pop();
        assert!(pushed.is_some_and(|failure| failure.causes.iter().any(|cause| cause.id == ID)));
        is_silent(ID, &hidden("> Authorization: {basic alice:wonder}\n"));
    }

    #[test]
    fn passes_over_tokens_of_somebody() {
        for with in ["> Authorization: {basic alice:wonder}\n", "> Cookie: sid={secret s 30}\n", "> X-Api-Key: {secret k 30}\n"] {
            is_silent(ID, &(token(with) + &push("403 Forbidden")));
        }
        let granted = "> POST https://auth.test/token\n> Content-Type: application/x-www-form-urlencoded\n>\n> grant_type=authorization_code&code={secret c 30}\n< 200 OK\n<\n< {\"access_token\":\"{secret t 50}\",\"token_type\":\"Bearer\"}\n\n";
        is_silent(ID, &(granted.to_owned() + &push("403 Forbidden")));
    }

    #[test]
    fn passes_over_tokens_from_before_and_captures_that_hide_credentials() {
        is_silent(ID, &push("403 Forbidden"));
        let visitor = "> GET https://shop.test/\n< 200 OK\n< Set-Cookie: s={jwt exp=+1h data=1}; Path=/\n\n~ kind fetch\n> GET https://shop.test/api/me\n> Cookie: s={jwt exp=+1h data=1}\n< 401 Unauthorized\n";
        is_silent(ID, visitor);
        is_silent(ID, &("~ unseen authorization\n".to_owned() + &token("") + &push("403 Forbidden")));
    }
}
