use super::{key_challenge, misplaced_key};
use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::facts::tokens::{Carrier, Role};
use crate::finding::{Certainty, Finding};
use crate::place::Place;

declare_cause! {
    /// The request has a token, in a field, a parameter or the content where this server does not look
    /// for one; it wants the Authorization field.
    ///
    /// ```http-notation
    /// > GET https://api.example.test/me
    /// > X-Auth-Token: {jwt exp=+300}
    /// < 401 Unauthorized
    /// < WWW-Authenticate: Bearer
    /// ```
    CredentialsInWrongPlace {
        id: "credentials-in-wrong-place",
        family: "credentials",
        side: Client,
        stage: CredentialSpoiled,
        title: "The credential went where the server does not look",
        recognised: "A 401 with a challenge, no Authorization in the request, and a token in a field such as Token or X-Auth-Token, in the query or in the content.",
        remedies: [
            (User, "Nothing to do; tell the site's operators.", "The page works once its program sends the token where the server looks."),
            (Developer, "Send Authorization: Bearer and the token, instead of the place where it stands now.", "The same request with that field succeeds."),
            (Administrator, "Check whether a gateway was expected to move the token into Authorization.", "The application's log shows the field."),
        ],
        references: [("RFC 6750 2.1: the Authorization request header field", "https://www.rfc-editor.org/rfc/rfc6750#section-2.1")],
    }
}

impl Cause for CredentialsInWrongPlace {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let facts = case.facts();
        let is_bare = case.is_denied() && facts.credentials.is_none();
        let said = case.stated("missing-credentials").filter(|said| said.at == case.at());
        let asked_at = if facts.challenges.is_empty() { said?.place.clone() } else { Place::Received("www-authenticate", 0) };
        if !is_bare || case.exchange().unseen.authorization {
            return None;
        }
        let (place, name) = in_field(case).or_else(|| in_parameter(case))?;
        let scheme = facts.challenges.first().map_or("Bearer", |challenge| &challenge.scheme);
        Some(
            Finding::new(
                &META,
                Certainty::Likely,
                format!("{} carries its token in {name}; {} looks for it in Authorization: {scheme}.", case.request(), case.host()),
            )
            .about(name)
            .shown(case.at(), place, "Here stands the token.")
            .shown(case.at(), asked_at, "The server looks for credentials in the Authorization field, and got none."),
        )
    }
}

/// Fields in which programs put tokens by mistake, in lower case. Common practice; checked 2026-11-21.
const FIELDS: [&str; 10] = [
    "access-token",
    "auth",
    "auth-token",
    "authentication",
    "jwt",
    "token",
    "x-access-token",
    "x-auth-token",
    "x-authorization",
    "x-jwt-token",
];

fn in_field(case: &Case<'_>) -> Option<(Place, String)> {
    if let Some(name) = FIELDS.into_iter().find(|name| case.exchange().sent(name).is_some_and(|value| !value.is_empty())) {
        return Some((Place::Sent(name, 0), format!("the field {name}")));
    }
    let name = misplaced_key(case).filter(|_| key_challenge(&case.facts().challenges).is_none())?;
    // A place holds the names of known fields only.
    Some((Place::Target, format!("the field {name}")))
}

fn in_parameter(case: &Case<'_>) -> Option<(Place, String)> {
    let is_misplaced = |carrier| matches!(carrier, Carrier::Query | Carrier::Form | Carrier::RequestJson);
    let seen = case.facts().tokens.iter().find(|seen| is_misplaced(seen.carrier) && matches!(seen.role, Role::Access | Role::ApiKey))?;
    Some((Place::Target, format!("the parameter {}", seen.name)))
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "credentials-in-wrong-place";

    const ASKS: &str = "< 401 Unauthorized\n< WWW-Authenticate: Bearer\n";

    #[test]
    fn reports_fields_queries_and_contents() {
        assert!(reports(ID, &format!("> GET https://api.test/\n> Token: {{jwt exp=+60}}\n{ASKS}")).contains("the field token"));
        reports(ID, &format!("> GET https://api.test/?access_token={{jwt exp=+60}}\n{ASKS}"));
        reports(
            ID,
            &format!(
                "> POST https://api.test/x\n> Content-Type: application/json\n>\n> {{\"access_token\":\"abcdefghijklmnopqrstuvwx\"}}\n{ASKS}"
            ),
        );
    }

    #[test]
    fn passes_over_requests_with_authorization_and_bare_ones() {
        is_silent(ID, &format!("> GET https://api.test/\n> Token: x\n> Authorization: Bearer {{secret t 30}}\n{ASKS}"));
        is_silent(ID, &format!("> GET https://api.test/\n{ASKS}"));
        is_silent(ID, &format!("> GET https://api.test/?next=token\n{ASKS}"));
    }

    #[test]
    fn a_key_in_a_field_of_a_products_own_is_not_looked_for() {
        const MISSING: &str = "< 401 Unauthorized\n<\n< {\"message\":\"The Authorization header is missing.\"}\n\n";
        let call = |fields: &str, answer: &str| format!("~ kind fetch\n> GET https://search.test/indexes\n{fields}{answer}");
        let key = "> X-Acme-API-Key: {secret k 40}\n";
        assert!(reports(ID, &call(key, MISSING)).contains("the field x-acme-api-key"));
        // Where it goes beside Authorization it is for something else.
        let both = call(&format!("{key}> Authorization: Bearer {{secret t 40}}\n"), "< 200 OK\n\n");
        reports("missing-credentials", &(both + "@ 5m\n" + &call(key, MISSING).replace("indexes", "stats")));
        is_silent(ID, &call("> X-Acme-Request: {secret k 40}\n", MISSING));
        is_silent(ID, &call(key, "< 401 Unauthorized\n< WWW-Authenticate: ApiKey\n\n"));
    }

    #[test]
    fn passes_over_a_server_that_does_read_it() {
        is_healthy("> GET https://api.test/?access_token={secret t 30}\n< 200 OK\n");
        is_silent(ID, "> GET https://api.test/\n> X-Auth-Token: {secret t 30}\n< 401 Unauthorized\n");
    }
}
