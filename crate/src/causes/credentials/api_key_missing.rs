use super::{bears_key, key_challenge};
use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::facts::tokens::Role;
use crate::finding::{Certainty, Finding};
use crate::place::Place;

declare_cause! {
    /// The API wants a key that says which program asks, and this request has none.
    ///
    /// ```http-notation
    /// > GET https://api.example.test/orders
    /// < 401 Unauthorized
    /// < Content-Type: application/json
    /// <
    /// < {"message": "No API key found in request"}
    /// ```
    ApiKeyMissing {
        id: "api-key-missing",
        family: "credentials",
        side: Client,
        stage: NoCredentials,
        title: "The API key is missing",
        recognised: "A code or a sentence by which a known product says that no key came, and no field or parameter of the request that could hold one. Or a challenge of a scheme for keys alone.",
        remedies: [
            (User, "Nothing to do; tell the site's operators.", "The page works once its program sends the key."),
            (Developer, "Send the key in the field that the API's documentation names; look whether the variable that holds it is empty in this environment.", "The request has that field."),
            (Administrator, "Check that no proxy removes the field, and that the client got a key for this environment.", "The gateway's log names the key's owner."),
        ],
        references: [("Kong: key authentication", "https://developer.konghq.com/plugins/key-auth/"), ("Azure API Management: subscription keys", "https://learn.microsoft.com/azure/api-management/api-management-subscriptions")],
    }
}

impl Cause for ApiKeyMissing {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let summary = format!("{} asks for an API key, and {} has none.", case.host(), case.request());
        let finding = stated(case, &META, summary.clone()).or_else(|| asked_for(case, summary)).or_else(|| borne_by_others(case))?;
        let mut keys = case.facts().tokens.iter().filter(|seen| seen.role == Role::ApiKey && seen.carrier.is_sent());
        Some(match keys.next() {
            Some(key) => {
                finding.but(format!("The request has a key in {}; the server looks elsewhere for it, or something removed it.", key.name))
            }
            None => finding.shown(case.at(), Place::Target, "No field and no parameter of this request holds a key."),
        })
    }
}

/// A key that the challenge asks for, where the request bears nothing at all.
fn asked_for(case: &Case<'_>, summary: String) -> Option<Finding> {
    let facts = case.facts();
    let challenge = key_challenge(&facts.challenges).filter(|_| case.is_denied() && !facts.bears_credentials())?;
    let hidden = case.exchange().unseen.authorization;
    let says_more = case.statements.iter().any(|stated| stated.cause != "missing-credentials");
    let finding = Finding::new(&META, if hidden { Certainty::Possible } else { Certainty::Stated }, summary).about(case.host()).shown(
        case.at(),
        Place::Received("www-authenticate", challenge.field),
        "The challenge asks for a key.",
    );
    (!says_more && !bears_key(case.exchange())).then_some(finding)
}

/// A key that every other call of the same API bears which is let through.
fn borne_by_others(case: &Case<'_>) -> Option<Finding> {
    let lacking = case.session.lacks_key(case.at()).filter(|_| case.is_denied())?;
    let summary =
        format!("{} lacks the field {}, which every call bears that {} lets through there.", case.request(), lacking.name, case.host());
    let finding = Finding::new(&META, Certainty::Likely, summary).about(&*lacking.name);
    Some(finding.shown(lacking.borne_at, Place::Target, format!("This call bears {}, and is let through.", lacking.name)))
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_silent, reports};

    const ID: &str = "api-key-missing";

    fn answer(request: &str, body: &str) -> String {
        format!("> GET https://api.test/x\n{request}< 401 Unauthorized\n<\n< {body}\n")
    }

    #[test]
    fn reports_the_words_of_named_products() {
        // Kong; Azure API Management; Google Cloud.
        for body in [
            "{\"message\":\"No API key found in request\"}",
            "{\"statusCode\":401,\"message\":\"Access denied due to missing subscription key. Make sure to include subscription key\"}",
            "Method doesn't allow unregistered callers (callers without established identity).",
        ] {
            reports(ID, &answer("", body));
        }
    }

    #[test]
    fn says_that_a_key_was_sent_elsewhere() {
        let diagnosis = diagnose(&answer("> X-Api-Key: {secret k 30}\n", "No API key found in request"));
        assert!(diagnosis.failures[0].causes[0].against[0].contains("x-api-key"));
    }

    #[test]
    fn passes_over_refused_keys_and_other_credentials() {
        is_silent(ID, &answer("> X-Api-Key: {secret k 30}\n", "{\"message\":\"Invalid API key\"}"));
        is_silent(ID, &answer("", "{\"message\":\"Unauthorized\"}"));
        is_silent(ID, "> GET https://api.test/x\n< 401 Unauthorized\n< WWW-Authenticate: Bearer\n");
        let asks = "< 401 Unauthorized\n< WWW-Authenticate: Key realm=\"x\"\n";
        is_silent(ID, &format!("> GET https://api.test/x\n> X-Api-Key: {{secret k 30}}\n{asks}"));
        is_silent(ID, "> GET https://api.test/x\n< 401 Unauthorized\n< WWW-Authenticate: Bearer\n< WWW-Authenticate: ApiKey\n");
        is_silent(ID, &format!("> GET https://api.test/x\n> Authorization: Key {{secret k 30}}\n{asks}"));
    }

    #[test]
    fn reports_a_challenge_that_asks_for_a_key() {
        for scheme in ["Key", "ApiKey", "AzureApiManagementKey"] {
            reports(
                ID,
                &format!(
                    "> GET https://api.test/x\n< 401 Unauthorized\n< WWW-Authenticate: {scheme} realm=\"x\"\n<\n< {{\"m\":\"Nope\"}}\n"
                ),
            );
        }
    }

    #[test]
    fn a_field_that_only_the_refused_calls_lack_is_a_key() {
        let call = |path: &str, fields: &str, answer: &str| {
            format!("~ kind fetch\n> GET https://dock.test/api/{path}\n> Cookie: sid={{secret s 20}}\n{fields}< {answer}\n\n")
        };
        const MISSING: &str = "400 Bad Request\n<\n< {\"message\":\"missing key in request header\"}";
        let key = "> X-Api-Kljuc: {secret kljuc 40}\n";
        let let_in = call("wind", key, "200 OK") + &call("tide", key, "200 OK");
        let refused = call("gate", "", MISSING) + &call("gate/open", "", MISSING);
        assert!(reports(ID, &(let_in.clone() + &refused)).contains("x-api-kljuc"));
        // A field that devices are told apart by is no key where something else is missing.
        let device = "> X-Device-Id: {secret device 40}\n";
        let called = call("wind", device, "200 OK") + &call("tide", device, "200 OK");
        is_silent(ID, &(called + &call("gate", "", "400 Bad Request\n<\n< {\"message\":\"The text is missing\"}")));
        // Others do without it, it is refused as well, it differs from call to call, or something else is wrong.
        is_silent(ID, &(let_in.clone() + &call("news", "", "200 OK") + &refused));
        is_silent(ID, &(let_in.clone() + &call("gate", key, MISSING) + &refused));
        is_silent(ID, &(call("wind", key, "200 OK") + &call("tide", "> X-Api-Kljuc: {secret drugi 40}\n", "200 OK") + &refused));
        is_silent(ID, &(let_in + &call("gate", "", "400 Bad Request\n<\n< {\"message\":\"the gate is open\"}")));
    }
}
