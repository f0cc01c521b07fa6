use std::ops::Range;

use memchr::memmem;

use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::facts::statements::Statement;
use crate::facts::tokens::Carrier;
use crate::finding::{Certainty, Finding};
use crate::limits;
use crate::place::Place;
use crate::session::Record;

declare_cause! {
    /// The browser sent Authorization, and the application answers that it got none. On the way a
    /// proxy, a gateway or the interface between web server and application took the field away.
    ///
    /// ```http-notation
    /// > GET https://app.example.test/wp-json/wp/v2/users/me
    /// > Authorization: {basic alice:app-password}
    /// < 401 Unauthorized
    /// < Server: Apache
    /// < Content-Type: application/json
    /// <
    /// < {"code": "rest_not_logged_in", "message": "You are not currently logged in."}
    /// ```
    AuthorizationStripped {
        id: "authorization-stripped",
        family: "server",
        side: Server,
        stage: CredentialSpoiled,
        title: "Something between browser and application removed the Authorization header",
        recognised: "Well-formed Authorization was sent, and the answer says that it is missing, or challenges for Bearer without any error as only a request without a token should be; or an answer that repeats what arrived has another Authorization.",
        remedies: [
            (User, "Nothing to do; tell the site's operators.", "The page works."),
            (Developer, "Log the fields that the application receives.", "The application sees Authorization."),
            (Administrator, "Let the web server hand the field on: CGIPassAuth On in Apache, fastcgi_param HTTP_AUTHORIZATION and proxy_set_header Authorization in nginx.", "The application sees Authorization."),
        ],
        references: [("Apache: CGIPassAuth", "https://httpd.apache.org/docs/2.4/mod/core.html#cgipassauth"), ("RFC 6750 3.1: no error without a token", "https://www.rfc-editor.org/rfc/rfc6750#section-3.1")],
    }
}

impl Cause for AuthorizationStripped {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let facts = case.facts();
        let credentials = facts.credentials.as_ref().filter(|credentials| credentials.violations.is_empty() && !credentials.in_url)?;
        let field = case.exchange().sent("authorization")?;
        if !case.is_denied() || field.is_empty() {
            return None;
        }
        let said = case.stated("missing-credentials");
        let is_same =
            |(_, record): (usize, &Record)| record.exchange.method == case.exchange().method && record.exchange.url == case.exchange().url;
        // What came through another time is not lost on the way.
        if case.accepted_elsewhere().any(is_same) || case.got_past_before().is_some() {
            return None;
        }
        // RFC 6750 3.1: without an error only where the request had no token.
        let bare = facts.challenge("bearer").filter(|challenge| credentials.is("bearer") && challenge.param("error").is_none());
        let finding = |certainty| {
            Finding::new(
                &META,
                certainty,
                format!("{} bore {} credentials, and {} answers as if it had got none.", case.request(), credentials.scheme, case.host()),
            )
            .about(case.host())
            .shown(case.at(), credentials.place(), "The browser sent this.")
        };
        if let Some((at, span)) = echoed_otherwise(case, field) {
            let summary = format!(
                "{} bore {} credentials, and others arrive: something on the way puts its own in their place.",
                case.request(),
                credentials.scheme
            );
            return Some(
                Finding::new(&META, Certainty::Likely, summary)
                    .about(case.host())
                    .shown(case.at(), credentials.place(), "The browser sent this.")
                    .shown(at, Place::ResponseBody(span), "This answer tells what arrived for the same: another Authorization."),
            );
        }
        if let Some((twin, place)) = accepted_by_another_way(case, field) {
            return Some(
                finding(Certainty::Likely)
                    .shown(twin, place, "The same secret was accepted here, where it stands in another place.")
                    .next("The fields of the request as the application receives them."),
            );
        }
        let is_known = case.accepted_elsewhere().next().is_some();
        let missed = || facts.statements.iter().find(|statement| statement.misses_password() && case.record.misses_the_password_it_bore());
        match (said, bare) {
            (Some(said), _) => {
                // A sentence may say "missing or invalid" of both.
                let is_overlooked = !facts.challenges.is_empty() && facts.challenge(&credentials.scheme).is_none();
                // And who asks for another scheme overlooks this one.
                let certainty = if said.in_words || is_overlooked { Certainty::Possible } else { Certainty::Likely };
                Some(finding(certainty).shown(said.at, said.place.clone(), "The answer says that it is missing."))
            }
            (None, Some(challenge)) => Some(
                finding(if facts.statements.iter().any(Statement::says_nothing_came) { Certainty::Likely } else { Certainty::Possible })
                    .shown(
                        case.at(),
                        Place::Received("www-authenticate", challenge.field),
                        "So is a request without a token answered: no error is named.",
                    )
                    .next("The fields of the request as the application receives them."),
            ),
            (None, None) if !facts.purpose.is_login() && missed().is_some() && case.statements.is_empty() && !is_known => {
                let missed = missed()?;
                Some(finding(Certainty::Likely).shown(case.at(), missed.place.clone(), "The answer says that it is missing."))
            }
            (None, None) => fresh_token(case).map(|(at, challenge)| {
                finding(Certainty::Possible)
                    .shown(at, Place::Status, "It handed out this very token.")
                    .shown(case.at(), challenge, "And it answers as if none had come.")
                    .next("The fields of the request as the application receives them.")
            }),
        }
    }
}

/// Where the same origin handed out the token in Authorization that it never took and that is in its time, and what in the
/// answer asks for one: a challenge of the same scheme without an error, or nothing but a status, and that to all that bear it.
fn fresh_token(case: &Case<'_>) -> Option<(usize, Place)> {
    let (at, _) = case.issued_here()?;
    let facts = case.facts();
    let credentials = facts.credentials.as_ref()?;
    let is_over = || facts.token().and_then(|token| token.expires()).zip(case.server_time()).is_some_and(|(end, now)| end <= now);
    let token = facts.tokens.iter().find(|seen| seen.carrier == Carrier::Authorization)?.token.fingerprint;
    if is_over() {
        return None;
    }
    if facts.challenges.is_empty() {
        let says_more =
            || case.statements.iter().any(|stated| stated.cause != "missing-credentials" && stated.cause != "wrong-credentials");
        let is_refused_each_time = case.session.tokens().refused(token).nth(1).is_some();
        return (case.exchange().status() == 401 && is_refused_each_time && !says_more()).then_some((at, Place::Status));
    }
    let challenge = facts.challenge(&credentials.scheme).filter(|challenge| challenge.param("error").is_none())?;
    Some((at, Place::Received("www-authenticate", challenge.field)))
}

/// An answer of the same origin that repeats what arrived, where the Authorization in it is another than the one that was sent
/// with that request as with this one.
fn echoed_otherwise(case: &Case<'_>, field: &str) -> Option<(usize, Range<usize>)> {
    let own = field.rsplit(' ').next().filter(|secret| secret.len() >= SHORTEST)?;
    if case.stated("token-expired").is_some() {
        return None;
    }
    let is_repeated = |other: &Record, text: &str| {
        let mut sent = ["user-agent", "accept-language", "accept"].iter().filter_map(|name| other.exchange.sent(name));
        sent.any(|value| value.len() >= SHORTEST && memmem::find(text.as_bytes(), value.as_bytes()).is_some())
    };
    let borne =
        |other: &Record| other.was_accepted() && &*other.exchange.method == "GET" && other.exchange.sent("authorization") == Some(field);
    case.others().filter(|(_, other)| borne(other)).find_map(|(at, other)| {
        let text = limits::beginning(other.exchange.response_text(), ECHO);
        if !is_repeated(other, text) {
            return None;
        }
        let lower = text.to_ascii_lowercase();
        let start = memmem::find(lower.as_bytes(), b"authorization\"")? + b"authorization\"".len();
        let value = text.get(start..)?.trim_start_matches([' ', ':', '\n', '\t']).strip_prefix('"')?.split('"').next()?;
        let (scheme, other) = value.split_once(' ')?;
        let is_another = case.facts().credentials.as_ref()?.is(scheme) && other.len() >= SHORTEST && other != own;
        let end = start + text.get(start..)?.find(value)? + value.len();
        is_another.then_some((at, start..end))
    })
}

/// Bytes of an answer in which it is looked for.
const ECHO: usize = 16 * 1024;

/// Where the same request was let through with the secret in its address or in another field.
fn accepted_by_another_way(case: &Case<'_>, field: &str) -> Option<(usize, Place)> {
    let secret = field.rsplit(' ').next().filter(|secret| secret.len() >= SHORTEST)?;
    let is_same = |other: &Record| {
        other.exchange.method == case.exchange().method && other.exchange.url.path() == case.exchange().url.path() && other.was_accepted()
    };
    case.others().filter(|(_, other)| other.facts.credentials.is_none() && is_same(other)).find_map(|(at, other)| {
        if other.exchange.url.query().is_some_and(|query| query.contains(secret)) {
            return Some((at, Place::Target));
        }
        other.exchange.request.fields.iter().any(|(_, value)| value == secret).then_some((at, Place::Target))
    })
}

/// Characters of a secret that are not found by chance.
const SHORTEST: usize = 12;

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_silent, reports};

    #[test]
    fn a_password_that_was_sent_is_missed() {
        let call = |bears: &str, says: &str| {
            format!(
                "~ kind xhr\n> GET https://desk.test/api/session\n{bears}< 400 Bad Request\n< Content-Type: application/json\n<\n< [\"PARAMETERS\",\"{says}\"]\n"
            )
        };
        let basic = "> Authorization: {basic a:b}\n";
        reports(ID, &call(basic, "The login and password are missing."));
        is_silent(ID, &call("", "The login and password are missing."));
        is_silent(ID, &call(basic, "The title is missing."));
        is_silent(ID, &call(basic, "The password is wrong."));
    }

    #[test]
    fn another_authorization_arrives_than_was_sent() {
        let call = |path: &str, answer: &str| {
            format!(
                "~ kind fetch\n> GET https://app.test/api/{path}\n> Accept: application/json\n> Authorization: Bearer {{secret t 60}}\n< {answer}\n\n"
            )
        };
        let echo = |token: &str| {
            call(
                "echo",
                &format!(
                    "200 OK\n< Content-Type: application/json\n<\n< {{\"headers\":{{\"accept\":\"application/json\",\"authorization\":\"Bearer {token}\"}}}}"
                ),
            )
        };
        let refused = call("orders", "401 Unauthorized\n< Content-Type: application/json\n<\n< {\"error\":\"invalid_token\"}");
        let summary = reports(ID, &(refused.clone() + &echo("{secret other 60}")));
        assert!(summary.contains("others arrive"), "{summary}");
        is_silent(ID, &(refused.clone() + &echo("{secret t 60}")));
        is_silent(ID, &(refused.clone() + &echo("***")));
        // A new token, or a sample in a document, is no echo.
        let renewed = call("extend", "200 OK\n< Content-Type: application/json\n<\n< {\"authorization\":\"Bearer {secret new 60}\"}");
        is_silent(ID, &(renewed + &refused));
    }

    const ID: &str = "authorization-stripped";

    fn call(answer: &str) -> String {
        format!("> GET https://api.test/me\n> Authorization: Bearer {{secret t 30}}\n< 401 Unauthorized\n{answer}")
    }

    #[test]
    fn reports_an_answer_that_misses_what_was_sent() {
        reports(ID, &call("<\n< {\"detail\":\"Authentication credentials were not provided.\"}\n"));
        reports(ID, &call("<\n< Jwt is missing\n"));
    }

    #[test]
    fn takes_a_challenge_without_an_error_for_a_hint() {
        let diagnosis = diagnose(&call("< WWW-Authenticate: Bearer\n"));
        assert!(diagnosis.failures[0].causes.iter().any(|cause| cause.id == ID), "{diagnosis:?}");
    }

    #[test]
    fn what_was_handed_out_here_and_never_taken_may_not_arrive() {
        let session = |host: &str, challenge: &str| {
            format!(
                "~ kind fetch\n> POST https://{host}/token/\n> Content-Type: application/json\n>\n> {{\"username\":\"a\",\"password\":\"b\"}}\n< 200 OK\n< Content-Type: application/json\n<\n< {{\"token\":\"{{secret t 40}}\"}}\n\n~ kind fetch\n> GET https://api.test/me\n> Authorization: Token {{secret t 40}}\n< 401 Unauthorized\n< WWW-Authenticate: {challenge}\n<\n< {{\"detail\":\"Ne eblas.\"}}\n"
            )
        };
        reports(ID, &session("api.test", "Token"));
        is_silent(ID, &session("api.test", "Token error=\"invalid_token\""));
        is_silent(ID, &session("id.test", "Token"));
    }

    #[test]
    fn passes_over_named_errors_and_bare_requests() {
        is_silent(ID, &call("< WWW-Authenticate: Bearer error=\"invalid_token\"\n"));
        is_silent(ID, "> GET https://api.test/me\n< 401 Unauthorized\n< WWW-Authenticate: Bearer\n");
        is_silent(
            ID,
            "> GET https://api.test/me\n> Authorization: {basic a:b}\n< 401 Unauthorized\n< WWW-Authenticate: Basic realm=\"r\"\n",
        );
    }

    #[test]
    fn nothing_but_a_status_for_all_that_bear_a_fresh_token() {
        let login = "~ kind fetch\n> POST https://api.test/login\n> Content-Type: application/json\n>\n> {\"username\":\"a\",\"password\":\"b\"}\n< 200 OK\n< Content-Type: application/json\n<\n< {\"token\":\"{secret t 40}\"}\n\n";
        let call = |path: &str, answer: &str| {
            format!("~ kind fetch\n> GET https://api.test/{path}\n> Authorization: Bearer {{secret t 40}}\n< {answer}\n\n")
        };
        reports(ID, &format!("{login}{}{}", call("a", "401 Unauthorized"), call("b", "401 Unauthorized")));
        is_silent(ID, &format!("{login}{}{}", call("a", "200 OK"), call("b", "401 Unauthorized")));
    }
}
