use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::facts::tokens::Role;
use crate::finding::Finding;
use crate::place::Place;

declare_cause! {
    /// The request has a key, and the API does not know it: it was mistyped, revoked, or belongs to
    /// another environment.
    ///
    /// ```http-notation
    /// > GET https://api.example.test/orders
    /// > X-Api-Key: {secret key 32}
    /// < 401 Unauthorized
    /// < Content-Type: application/json
    /// <
    /// < {"error": "Invalid API key"}
    /// ```
    ApiKeyInvalid {
        id: "api-key-invalid",
        family: "credentials",
        side: Client,
        stage: Refused,
        title: "The API key is not valid",
        recognised: "A code or a sentence by which a known product refuses a key.",
        remedies: [
            (User, "Nothing to do; tell the site's operators.", "The page works once its program has a valid key."),
            (Developer, "Compare the key's first and last characters with those in the product's console; test and live keys are not exchangeable.", "The same request with the right key succeeds."),
            (Administrator, "Look the key up: is it revoked, restricted to other addresses or APIs, or of another project?", "The console shows the key as active and used."),
        ],
        references: [("Stripe: API keys", "https://docs.stripe.com/keys"), ("Google Cloud: API keys", "https://cloud.google.com/docs/authentication/api-keys")],
    }
}

impl Cause for ApiKeyInvalid {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let finding = stated(case, &META, format!("{} does not accept the API key of {}.", case.host(), case.request()))?;
        let mut keys = case.facts().tokens.iter().filter(|seen| seen.role == Role::ApiKey && seen.carrier.is_sent());
        Some(match keys.next() {
            Some(key) => finding.about(&*key.name).shown(case.at(), Place::Target, format!("The key stands in {}.", key.name)),
            None => finding,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "api-key-invalid";

    fn answer(status: &str, body: &str) -> String {
        format!("> GET https://api.test/x\n> X-Api-Key: {{secret k 30}}\n< {status}\n<\n< {body}\n")
    }

    #[test]
    fn reports_the_words_of_named_products() {
        // Stripe; Google; Azure API Management; AWS.
        for body in [
            "{\"error\":{\"message\":\"Invalid API Key provided: sk_test_***\",\"type\":\"invalid_request_error\"}}",
            "{\"error\":{\"status\":\"INVALID_ARGUMENT\",\"details\":[{\"reason\":\"API_KEY_INVALID\"}]}}",
            "Access denied due to invalid subscription key.",
            "<Error><Code>InvalidClientTokenId</Code></Error>",
        ] {
            reports(ID, &answer("401 Unauthorized", body));
        }
    }

    #[test]
    fn passes_over_missing_keys_limits_and_success() {
        is_silent(ID, &answer("401 Unauthorized", "{\"message\":\"No API key found in request\"}"));
        is_silent(ID, &answer("429 Too Many Requests", "{\"message\":\"API rate limit exceeded\"}"));
        is_healthy(&answer("200 OK", "{\"help\":\"invalid api key?\"}"));
    }
}
