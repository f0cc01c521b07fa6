use super::offered;
use crate::cause::{Audience, Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::facts::Purpose;
use crate::finding::{Certainty, Finding};
use crate::place::Place;

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
        recognised: "The scheme of Authorization is not among the challenges of the 401 that answers it.",
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
        if status != 401
            || is_client
            || facts.challenges.is_empty()
            || facts.challenges.iter().any(|challenge| credentials.is(&challenge.scheme))
        {
            return None;
        }
        let offered = offered(&facts.challenges);
        Some(
            Finding::new(
                &META,
                Certainty::Proved,
                format!("{} sent {sent} credentials; {} asks for {offered}.", case.request(), case.host()),
            )
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

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "wrong-scheme";

    #[test]
    fn passes_over_clients_that_log_in_at_a_token_endpoint() {
        let renewal = "~ kind fetch\n> POST https://api.test/oauth/token\n> Authorization: Basic YTpi\n> Content-Type: application/x-www-form-urlencoded\n>\n> grant_type=refresh_token&refresh_token={secret r 30}\n< 401 Unauthorized\n< WWW-Authenticate: Bearer error=\"invalid_token\"\n";
        is_silent(ID, renewal);
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
