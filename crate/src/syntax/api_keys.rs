//! Header fields in which products take API keys, beside `Authorization`.
//!
//! Every row was held on 2026-11-21 against what stands behind it: the detector by which TruffleHog (as
//! of 2026-08-21) tries a key, or the product's own documentation as its users quote it.

/// A field that bears an API key.
#[derive(Debug, PartialEq, Eq)]
pub struct ApiKeyField {
    /// The field's name, in lower case.
    pub name: &'static str,
    /// The products that read it.
    pub product: &'static str,
}

const fn field(name: &'static str, product: &'static str) -> ApiKeyField {
    ApiKeyField { name, product }
}

/// In order of name.
static FIELDS: [ApiKeyField; 32] = [
    field("api-key", "Azure OpenAI, Azure AI Search, New Relic"), // TruffleHog azure_openai, azuresearchquerykey; New Relic, "NerdGraph"
    field("apikey", "Supabase, Apigee, Kong"),                    // Supabase and Apigee, "API keys"; Kong, "Key Auth"
    field("circle-token", "CircleCI"),                            // TruffleHog circleci
    field("dd-api-key", "Datadog"),                               // TruffleHog datadogtoken
    field("dd-application-key", "Datadog"),                       // TruffleHog datadogtoken
    field("job-token", "GitLab CI"),                              // GitLab, "CI/CD job token"
    field("ocp-apim-subscription-key", "Azure API Management"),   // TruffleHog azureapimanagementsubscriptionkey
    field("private-token", "GitLab"),                             // GitLab, "REST API authentication"
    field("x-amz-security-token", "AWS"),                         // TruffleHog sessionkey
    field("x-api-key", "AWS API Gateway, Anthropic and many others"), // TruffleHog anthropic; AWS API Gateway, "API key source"
    field("x-apikey", "VirusTotal"),                              // TruffleHog virustotal
    field("x-app-token", "Socrata"),                              // Socrata, "Application Tokens"
    field("x-auth-email", "Cloudflare"),                          // TruffleHog cloudflareglobalapikey
    field("x-auth-key", "Cloudflare"),                            // TruffleHog cloudflareglobalapikey
    field("x-auth-token", "OpenStack, Scaleway"),                 // TruffleHog scalewaykey; OpenStack, "Identity API"
    field("x-cmc_pro_api_key", "CoinMarketCap"),                  // CoinMarketCap, "Authentication"
    field("x-consul-token", "HashiCorp Consul"),                  // Consul, "HTTP API, Authentication"
    field("x-figma-token", "Figma"),                              // TruffleHog figmapersonalaccesstoken
    field("x-functions-key", "Azure Functions"),                  // Azure Functions, "Work with access keys"
    field("x-gitlab-token", "GitLab webhooks"),                   // GitLab, "Webhooks"
    field("x-goog-api-key", "Google Cloud"),                      // TruffleHog googlegemini
    field("x-honeycomb-team", "Honeycomb"),                       // TruffleHog honeycomb
    field("x-jfrog-art-api", "JFrog Artifactory"),                // TruffleHog artifactory
    field("x-master-key", "JSONBin"),                             // JSONBin, "Authentication"
    field("x-n8n-api-key", "n8n"),                                // n8n, "API authentication"
    field("x-nomad-token", "HashiCorp Nomad"),                    // Nomad, "HTTP API, ACLs"
    field("x-octopus-apikey", "Octopus Deploy"),                  // TruffleHog octopusdeploy
    field("x-parse-rest-api-key", "Parse"),                       // Parse, "REST API Guide"
    field("x-rapidapi-key", "RapidAPI"),                          // TruffleHog rapidapi
    field("x-redmine-api-key", "Redmine"),                        // Redmine, "REST API, Authentication"
    field("x-shopify-access-token", "Shopify"),                   // TruffleHog shopify
    field("x-vault-token", "HashiCorp Vault"),                    // TruffleHog hashicorpvaulttoken
];

/// The field of that name, in lower case, where products take API keys in it.
#[must_use]
pub fn known(name: &str) -> Option<&'static ApiKeyField> {
    FIELDS.binary_search_by_key(&name, |field| field.name).ok().and_then(|at| FIELDS.get(at))
}

/// What names of such fields hold that a product makes up for itself, in lower case: X-Meili-API-Key, X-Acme-Auth-Token.
/// Common practice; checked 2026-11-30.
const PARTS: [&str; 5] = ["access-token", "api-key", "api-token", "apikey", "auth-token"];

/// Whether a field's name, in lower case, says that a program puts a key or token there, whoever reads it.
#[must_use]
pub fn is_like_one(name: &str) -> bool {
    PARTS.iter().any(|part| name.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_field_by_its_name() {
        for field in &FIELDS {
            assert_eq!(known(field.name), Some(field), "{} stands in the wrong place", field.name);
            assert_eq!(field.name, field.name.to_ascii_lowercase());
        }
        assert_eq!(known("x-request-id"), None);
        assert!(is_like_one("x-meili-api-key") && !is_like_one("x-request-id"));
    }
}
