use super::offered;
use crate::cause::{Audience, Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::facts::statements::{Fault, Statement, Subject};
use crate::facts::{Credentials, Purpose};
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::Record;

declare_cause! {
    /// Credentials were sent by one scheme, and the server asks for another. Most servers do not
    /// even look at credentials of a scheme they did not ask for.
    ///
    /// ```http-notation
    /// > GET https://api.example.test/me
    /// > Authorization: {basic alice:wonder}
    /// < 401 Unauthorized
    /// < WWW-Authenticate: Bearer realm="api"
    /// ```
    WrongScheme {
        id: "wrong-scheme",
        family: "credentials",
        side: Client,
        stage: CredentialSpoiled,
        title: "The request used another scheme than the server asks for",
        recognised: "The scheme of Authorization is not among the challenges of the 401 that answers it. Where it has none: a JWT that is in its time goes by another scheme than Bearer, by which this server lets nobody in, and was just handed out or is taken elsewhere by Bearer.",
        remedies: [
            (User, "Nothing you typed is wrong: tell the application's developer.", "The request uses the scheme that the server names."),
            (Developer, "Send credentials of a scheme that the server's WWW-Authenticate names.", "The same request with that scheme is no longer answered by 401."),
            (Administrator, "If the sent scheme should be accepted, enable it where this path is protected.", "WWW-Authenticate names the scheme."),
        ],
        references: [("RFC 9110 11.6: authenticating to origin servers", "https://www.rfc-editor.org/rfc/rfc9110#section-11.6"), ("IANA: HTTP authentication schemes", "https://www.iana.org/assignments/http-authschemes")],
    }
}

impl Cause for WrongScheme {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let facts = case.facts();
        let credentials = facts.credentials.as_ref().filter(|credentials| !credentials.scheme.is_empty())?;
        let (sent, status) = (&credentials.scheme, case.exchange().status());
        if let Some(finding) = stated(case, &META, format!("{} does not take {sent} credentials for {}.", case.host(), case.request())) {
            return Some(finding.about(&**sent));
        }
        // At a token endpoint the client itself logs in by Basic (RFC 6749 2.3.1), whatever the challenge says of its tokens.
        let is_client = matches!(facts.purpose, Purpose::Token | Purpose::Refresh) && credentials.is("basic");
        // Servers called Bearer so while it was a draft (OAuth 2.0, drafts 5 to 11), and some have kept the name.
        let is_asked = |scheme: &str| credentials.is(scheme) || credentials.is("bearer") && scheme.eq_ignore_ascii_case("oauth");
        if status != 401 || is_client || facts.challenges.iter().any(|challenge| is_asked(&challenge.scheme)) {
            return None;
        }
        // A challenge need not name all that a server takes (RFC 9110 11.6.1).
        let is_taken = |other: &Record| {
            other.was_accepted()
                && other.facts.credentials.as_ref().is_some_and(|theirs| theirs.is(sent))
                && other.origin == case.record.origin
        };
        let is_here = |other: &Record| other.exchange.url.path() == case.exchange().url.path();
        if case.others().any(|(_, other)| is_taken(other) && is_here(other)) {
            return None;
        }
        let is_taken_elsewhere = case.others().any(|(_, other)| is_taken(other));
        if facts.challenges.is_empty() {
            return unasked(case, credentials).filter(|_| !is_taken_elsewhere);
        }
        let certainty = if is_taken_elsewhere { Certainty::Possible } else { Certainty::Proved };
        let offered = offered(&facts.challenges);
        Some(
            Finding::new(&META, certainty, format!("{} sent {sent} credentials; {} asks for {offered}.", case.request(), case.host()))
                .about(format!("{sent}/{offered}"))
                .shown(case.at(), Place::Sent("authorization", 0), format!("The request uses {sent}."))
                .shown(case.at(), Place::Received("www-authenticate", 0), format!("The server offers {offered} and nothing else."))
                .advise(
                    Audience::Developer,
                    format!("Send {offered} instead of {sent} to {}.", case.host()),
                    "The same request is no longer answered by 401.",
                ),
        )
    }
}

/// Schemes that are made for such tokens: RFC 6750 2.1, RFC 9449 7.1.
const TOKEN_SCHEMES: [&str; 2] = ["bearer", "dpop"];

/// The finding where no challenge tells what the server takes: a token that nothing is wrong with goes by a scheme of its own,
/// by which nobody is let in here.
fn unasked(case: &Case<'_>, credentials: &Credentials) -> Option<Finding> {
    let seen = case.facts().judged_by().filter(|_| !case.exchange().unseen.response_fields)?;
    let token = seen.token.fingerprint;
    let is_over = seen.token.expires().zip(case.now()).is_some_and(|(end, now)| end <= now);
    let is_for_tokens = |scheme: &str| TOKEN_SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known));
    let names_token = |statement: &Statement| {
        statement.pair.fault != Fault::Missing && matches!(statement.pair.subject, Subject::Token | Subject::Signature)
    };
    // Who speaks of the token has read it.
    let says_more =
        case.statements.iter().any(|stated| stated.cause != "missing-credentials") || case.facts().statements.iter().any(names_token);
    if is_over || says_more || is_for_tokens(&credentials.scheme) || !credentials.violations.is_empty() {
        return None;
    }
    let of = |other: &Record, is_wanted: &dyn Fn(&Credentials) -> bool| other.facts.credentials.as_ref().is_some_and(is_wanted);
    let by_bearer = |other: &Record| of(other, &|theirs| is_for_tokens(&theirs.scheme));
    let is_understood = |other: &Record| other.was_accepted() && of(other, &|theirs| theirs.is(&credentials.scheme));
    let is_refused_anyway = |other: &Record| {
        other.exchange.status() == 401 && by_bearer(other) && other.facts.judged_by().is_some_and(|seen| seen.token.fingerprint == token)
    };
    if case.others().any(|(_, other)| is_understood(other) || is_refused_anyway(other)) {
        return None;
    }
    let taken = case.others().find(|(_, other)| other.was_accepted() && by_bearer(other)).map(|(at, _)| at);
    let issued = case.session.tokens().issued(token).map(|(at, _)| at);
    let sent = &credentials.scheme;
    let summary = format!(
        "{} sent its token by the scheme {sent}; tokens of this kind go by Bearer, and {} refuses it.",
        case.request(),
        case.host()
    );
    // A token from elsewhere may have more against it.
    let certainty = if taken.or(issued).is_some() { Certainty::Likely } else { Certainty::Possible };
    let finding = Finding::new(&META, certainty, summary).about(format!("{sent}/Bearer")).shown(
        case.at(),
        Place::Sent("authorization", 0),
        format!("The request uses {sent}, by which nobody is let in here."),
    );
    let finding = match (taken, issued) {
        (Some(at), _) => finding.shown(at, Place::Sent("authorization", 0), "What goes by Bearer is taken here."),
        (None, Some(at)) => finding.shown(at, Place::Status, "The token was handed out here."),
        (None, None) => finding.next("The same request with Bearer: is it let in?"),
    };
    Some(finding.advise(
        Audience::Developer,
        format!("Send Bearer instead of {sent} to {}.", case.host()),
        "The same request is no longer answered by 401.",
    ))
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_silent, reports};
    use crate::finding::Certainty;

    const ID: &str = "wrong-scheme";

    #[test]
    fn passes_over_clients_that_log_in_at_a_token_endpoint() {
        let renewal = "~ kind fetch\n> POST https://api.test/oauth/token\n> Authorization: Basic YTpi\n> Content-Type: application/x-www-form-urlencoded\n>\n> grant_type=refresh_token&refresh_token={secret r 30}\n< 401 Unauthorized\n< WWW-Authenticate: Bearer error=\"invalid_token\"\n";
        is_silent(ID, renewal);
    }

    #[test]
    fn passes_over_schemes_that_a_server_takes_without_naming_them() {
        let call = |answer: &str| format!("> GET https://app.test/me\n> Authorization: Bearer {{secret t 30}}\n< {answer}\n\n");
        is_silent(ID, &call("401 Unauthorized\n< WWW-Authenticate: OAuth realm=\"app\""));
        let refused = call("401 Unauthorized\n< WWW-Authenticate: Basic realm=\"app\"");
        reports(ID, &refused);
        is_silent(ID, &(call("200 OK") + &refused));
    }

    #[test]
    fn names_both_schemes() {
        let summary = reports(
            ID,
            "> GET https://app.test/\n> Authorization: Token abc123def\n< 401 Unauthorized\n< WWW-Authenticate: Basic realm=\"x\"\n< WWW-Authenticate: Digest realm=\"x\", nonce=\"n\"\n",
        );
        assert!(summary.contains("Token") && summary.contains("Basic") && summary.contains("Digest"), "{summary}");
    }

    #[test]
    fn a_fresh_token_by_a_scheme_of_its_own_is_not_understood() {
        let login = "~ kind fetch\n> POST https://app.test/in\n> Content-Type: application/json\n>\n> {\"user\":\"a\",\"password\":\"b\"}\n< 200 OK\n<\n< {\"t\":\"{jwt sub=a exp=600}\"}\n\n";
        let call = |scheme: &str, claims: &str, answer: &str| {
            format!("~ kind fetch\n> GET https://app.test/me\n> Authorization: {scheme} {{jwt sub=a {claims}}}\n< {answer}\n\n")
        };
        const REFUSED: &str = "401 Unauthorized\n<\n< {\"message\":\"Unauthorized\"}";
        // The token of the login, a second later.
        let token = call("Token", "exp=599", REFUSED);
        reports(ID, &(login.to_owned() + &token));
        reports(ID, &(call("Bearer", "exp=600", "200 OK") + &token));
        // The server takes that scheme, the token is wrong by Bearer as well, or something else is said.
        is_silent(ID, &(login.to_owned() + &call("Token", "exp=500", "200 OK") + &token));
        is_silent(ID, &(login.to_owned() + &token + &call("Bearer", "exp=598", REFUSED)));
        is_silent(ID, &(login.to_owned() + &token.replace("\"Unauthorized", "\"signature is invalid")));
        is_silent(ID, &(login.replace("exp=600", "exp=0") + &call("Token", "exp=-1", REFUSED)));
        assert_eq!(diagnose(&token).failures[0].causes[0].certainty, Certainty::Possible);
    }

    #[test]
    fn schemes_are_compared_in_any_case() {
        is_silent(
            ID,
            "> GET https://app.test/\n> Authorization: bearer {secret t 30}\n< 401 Unauthorized\n< WWW-Authenticate: Bearer error=\"invalid_token\"\n",
        );
    }

    #[test]
    fn passes_over_one_of_several_offers_and_answers_without_any() {
        is_silent(
            ID,
            "> GET https://app.test/\n> Authorization: {basic a:b}\n< 401 Unauthorized\n< WWW-Authenticate: Negotiate, Basic realm=\"x\"\n",
        );
        is_silent(ID, "> GET https://app.test/\n> Authorization: {basic a:b}\n< 401 Unauthorized\n");
        is_silent(ID, "> GET https://app.test/\n> Authorization: {basic a:b}\n< 403 Forbidden\n< WWW-Authenticate: Bearer\n");
    }
}
