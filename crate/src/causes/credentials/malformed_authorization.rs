use super::joins_credentials;
use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::exchange::Exchange;
use crate::facts::Fingerprint;
use crate::facts::tokens::{Carrier, Seen};
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::Record;
use crate::syntax::schemes;

declare_cause! {
    /// The Authorization field does not hold what its scheme asks for: the scheme is missing or
    /// doubled, a variable was never filled in, the token stands in quotes, Basic does not decode.
    /// A server reads such a field as no credentials, or as wrong ones.
    ///
    /// ```http-notation
    /// > GET https://api.example.test/me
    /// > Authorization: Bearer undefined
    /// < 401 Unauthorized
    /// < WWW-Authenticate: Bearer error="invalid_token"
    /// ```
    MalformedAuthorization {
        id: "malformed-authorization",
        family: "credentials",
        side: Client,
        stage: CredentialSpoiled,
        title: "The Authorization header is malformed",
        recognised: "Authorization breaks its grammar or holds what no program means to send: no scheme, a doubled scheme, quotes, undefined, null, an unfilled template, Basic that does not decode.",
        remedies: [
            (User, "Log out and in again, so that the application stores its credentials anew; if that does not help, tell its developer.", "The request's Authorization field holds a scheme and one value."),
            (Developer, "Look at where the field is put together: wait until the token is there, and write the scheme once, a blank, and the bare value.", "The request's Authorization field holds a scheme and one value."),
            (Administrator, "Nothing to change on the server; its log will show the same field.", "The refused requests stop when the client is repaired."),
        ],
        references: [("RFC 9110 11.4: credentials", "https://www.rfc-editor.org/rfc/rfc9110#section-11.4"), ("RFC 6750 2.1: the Bearer field", "https://www.rfc-editor.org/rfc/rfc6750#section-2.1"), ("RFC 7617 2: the Basic scheme", "https://www.rfc-editor.org/rfc/rfc7617#section-2")],
    }
}

impl Cause for MalformedAuthorization {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let Some(credentials) = &case.facts().credentials else { return without_scheme(case) };
        let violations = &credentials.violations;
        let first = violations.first()?;
        if !case.is_denied() || joins_credentials(case.exchange()) {
            return None;
        }
        // What is let in written like this is understood by the server.
        let is_understood = |(_, other): (usize, &Record)| {
            let theirs = other.facts.credentials.as_ref().and_then(|credentials| credentials.violations.first());
            other.was_accepted() && theirs.is_some_and(|theirs| theirs.rule.id == first.rule.id)
        };
        if case.others().any(is_understood) {
            return None;
        }
        let finding =
            Finding::new(&META, Certainty::Proved, format!("The Authorization field of {} {}.", case.request(), first.rule.says()))
                .about(first.rule.id);
        Some(violations.iter().fold(finding, |finding, violation| {
            finding.shown(
                case.at(),
                Place::Sent("authorization", 0),
                format!("At byte {} the field {} ({}).", violation.at, violation.rule.says(), violation.rule.source()),
            )
        }))
    }
}

/// Letters of the longest name that is taken for a scheme's: "HMAC-SHA256" and its like stand before no token alone.
const LONGEST_SCHEME: usize = 12;

/// A token that stands bare in a field of the program's own, where the server lets it in behind the name of a scheme.
fn without_scheme(case: &Case<'_>) -> Option<Finding> {
    let field = |record: &Record, token: Fingerprint| {
        let is_it = |seen: &&Seen| seen.carrier == Carrier::Field && seen.token.fingerprint.is_surely(token);
        record.facts.tokens.iter().find(is_it).map(|seen| seen.name.to_string())
    };
    let is_bare = |record: &Record, name: &str| record.exchange.sent(name).is_some_and(|value| !value.trim().contains(' '));
    case.facts().tokens.iter().filter(|seen| case.is_denied() && is_bare(case.record, &seen.name)).find_map(|seen| {
        let (token, name) = (seen.token.fingerprint, &*seen.name);
        let is_word = |word: &&str| word.len() <= LONGEST_SCHEME && word.bytes().all(|letter| letter.is_ascii_alphabetic());
        let scheme = |other: &Record| {
            let word = other.exchange.sent(name)?.split(' ').next().filter(is_word)?;
            let known = schemes::known(word).map(|scheme| scheme.name);
            // What else stands before a token may be anything: that it belongs there, what stands beside the request shows.
            (known.is_some() || folder(&other.exchange) == folder(case.exchange())).then_some(known)
        };
        let is_let_in = |(_, other): &(usize, &Record)| {
            let is_it = other.was_accepted() && field(other, token).as_deref() == Some(name) && !is_bare(other, name);
            is_it && scheme(other).is_some()
        };
        let (let_in, other) = case.others().find(is_let_in)?;
        let scheme = scheme(other)?;
        let scheme = scheme.map_or_else(|| "word that precedes it elsewhere".to_owned(), |scheme| format!("scheme {scheme}"));
        let summary = format!("The token in {name} of {} comes without the {scheme}.", case.request());
        Some(
            Finding::new(&META, Certainty::Likely, summary)
                .about(name.to_owned())
                .shown(case.at(), Place::Target, format!("{name} bears the token alone."))
                .shown(let_in, Place::Target, format!("With the {scheme} the same token is accepted.")),
        )
    })
}

/// The path of a request without its last part.
fn folder(exchange: &Exchange) -> &str {
    exchange.url.path().rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_silent, reports};

    const ID: &str = "malformed-authorization";

    fn refused(field: &str, scheme: &str) -> String {
        format!("> GET https://app.test/\n> Authorization: {field}\n< 401 Unauthorized\n< WWW-Authenticate: {scheme} realm=\"x\"\n")
    }

    #[test]
    fn reports_what_no_program_means_to_send() {
        for field in [
            "Bearer undefined",
            "Bearer null",
            "Bearer [object Object]",
            "Bearer Bearer {secret t 30}",
            "Bearer",
            "Bearer \"{secret t 30}\"",
            "Bearer ${TOKEN}",
            "{jwt exp=900}",
        ] {
            reports(ID, &refused(field, "Bearer"));
        }
        for field in ["Basic !!!!", "Basic {base64 no-colon}"] {
            reports(ID, &refused(field, "Basic"));
        }
    }

    #[test]
    fn a_token_without_its_scheme_in_a_field_of_its_own() {
        let call = |value: &str, answer: &str| {
            format!("~ kind fetch\n> GET https://iot.test/api/devices\n> X-Authorization: {value}\n< {answer}\n\n")
        };
        let (token, no) = ("{T}", "401 Unauthorized\n<\n< {\"message\":\"Invalid username or password\"}");
        let named = "{jwt as T sub=a exp=9000}";
        let taken = call(&format!("Bearer {named}"), "200 OK");
        reports(ID, &(taken.clone() + &call(token, no)));
        is_silent(ID, &call(named, no));
        is_silent(ID, &(call(named, "200 OK") + &call(token, no)));
        is_silent(ID, &(taken + &call("{jwt sub=b exp=9000}", no)));
    }

    #[test]
    fn names_only_what_is_known_to_be_a_scheme() {
        let call = |path: &str, value: &str, answer: &str| {
            format!("~ kind fetch\n> GET https://iot.test{path}\n> X-Authorization: {value}\n< {answer}\n\n")
        };
        let (named, no) = ("{jwt as T sub=a exp=9000}", "401 Unauthorized");
        assert!(reports(ID, &(call("/v1/a", &format!("JWT {named}"), "200 OK") + &call("/v2/b", "{T}", no))).contains("the scheme JWT"));
        let taken = call("/v1/a", &format!("kurt {named}"), "200 OK");
        let text = taken.clone() + &call("/v1/b", "{T}", no);
        assert!(reports(ID, &text).contains("the word that precedes it elsewhere"));
        let told = diagnose(&text);
        assert!(!serde_json::to_string(&told.failures[0].causes).unwrap().contains("kurt"));
        is_silent(ID, &(taken + &call("/v2/b", "{T}", no)));
    }

    #[test]
    fn passes_over_well_formed_credentials() {
        for (field, scheme) in [
            ("Bearer {jwt exp=900}", "Bearer"),
            ("Bearer {secret t 30}", "Bearer"),
            ("{basic a:b:c}", "Basic"),
            ("Basic {base64 a:}", "Basic"),
        ] {
            is_silent(ID, &refused(field, scheme));
        }
    }

    #[test]
    fn passes_over_what_the_server_let_in_before() {
        let call = |answer: &str| format!("> GET https://app.test/a\n> Authorization: {{secret t 30}}\n< {answer}\n\n");
        is_silent(ID, &(call("200 OK\n<\n< {}") + &call("403 Forbidden")));
    }

    #[test]
    fn passes_over_what_somebody_hid() {
        for field in
            ["[REDACTED]", "Bearer [REDACTED]", "Bearer ***", "[Authorization redacted]", "Bearer {hash:1f3870be}", "Bearer <token>"]
        {
            is_silent(ID, &refused(field, "Bearer"));
        }
        is_silent(ID, &refused("Basic xxxx", "Basic"));
        is_silent(ID, &refused("Basic alice:[REDACTED]", "Basic"));
    }

    #[test]
    fn passes_over_what_the_server_accepts_all_the_same() {
        is_silent(ID, "> GET https://app.test/\n> Authorization: {secret t 30}\n< 200 OK\n");
    }
}
