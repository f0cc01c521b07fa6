//! Header fields in which products take API keys, beside `Authorization`.
//!
//! As the products have documented them by 2026-11-20; the rows were not held against each product's
//! page again.

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
    field("api-key", "Azure OpenAI, Azure AI Search, New Relic"),
    field("apikey", "Supabase, Apigee, Kong"),
    field("circle-token", "CircleCI"),
    field("dd-api-key", "Datadog"),
    field("dd-application-key", "Datadog"),
    field("job-token", "GitLab CI"),
    field("ocp-apim-subscription-key", "Azure API Management"),
    field("private-token", "GitLab"),
    field("x-amz-security-token", "AWS"),
    field("x-api-key", "AWS API Gateway, Anthropic and many others"),
    field("x-apikey", "Apigee, VirusTotal"),
    field("x-app-token", "Socrata"),
    field("x-auth-email", "Cloudflare"),
    field("x-auth-key", "Cloudflare"),
    field("x-auth-token", "OpenStack, Lightspeed"),
    field("x-cmc_pro_api_key", "CoinMarketCap"),
    field("x-consul-token", "HashiCorp Consul"),
    field("x-figma-token", "Figma"),
    field("x-functions-key", "Azure Functions"),
    field("x-gitlab-token", "GitLab webhooks"),
    field("x-goog-api-key", "Google Cloud"),
    field("x-honeycomb-team", "Honeycomb"),
    field("x-jfrog-art-api", "JFrog Artifactory"),
    field("x-master-key", "JSONBin"),
    field("x-n8n-api-key", "n8n"),
    field("x-nomad-token", "HashiCorp Nomad"),
    field("x-octopus-apikey", "Octopus Deploy"),
    field("x-parse-rest-api-key", "Parse"),
    field("x-rapidapi-key", "RapidAPI"),
    field("x-redmine-api-key", "Redmine"),
    field("x-shopify-access-token", "Shopify"),
    field("x-vault-token", "HashiCorp Vault"),
];

/// The field of that name, in lower case, where products take API keys in it.
#[must_use]
pub fn known(name: &str) -> Option<&'static ApiKeyField> {
    FIELDS.binary_search_by_key(&name, |field| field.name).ok().and_then(|at| FIELDS.get(at))
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
    }
}
