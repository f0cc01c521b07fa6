//! Opaque tokens that tell by their first characters who issued them and what for.
//!
//! Prefixes are published by their issuers so that leaked tokens can be found; here they tell that a
//! token went to the wrong place, or is of the wrong kind. Every row was held against the source that
//! stands above it on 2026-11-21.

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Gives access in a user's name.
    Access,
    /// Belongs to a program or an account rather than to a login.
    ApiKey,
    /// Is exchanged for access tokens and is no access token itself.
    Refresh,
    /// May be seen by everybody and gives next to no access.
    Public,
    /// Works only with test data.
    Test,
    /// Names the key of a signature and is no secret by itself.
    KeyId,
    /// A format rather than an issuer.
    Format,
}

/// One prefix.
#[derive(Debug, PartialEq, Eq)]
pub struct Prefix {
    /// The first characters.
    pub prefix: &'static str,
    /// Who issues such tokens, or which format it is.
    pub issuer: &'static str,
    /// What they are for.
    pub kind: Kind,
    /// How long such a token is at least, so that a short prefix is not met by chance.
    least: u8,
}

impl Prefix {
    const fn of_at_least(self, least: u8) -> Self {
        Self { least, ..self }
    }
}

/// No shorter text is taken for a token.
const SHORTEST: u8 = 16;

const fn entry(prefix: &'static str, issuer: &'static str, kind: Kind) -> Prefix {
    Prefix { prefix, issuer, kind, least: SHORTEST }
}

static PREFIXES: [Prefix; 87] = [
    // Rules of gitleaks, config/gitleaks.toml of 2026-07-22.
    entry("ghp_", "GitHub personal access token", Kind::Access),
    entry("github_pat_", "GitHub fine-grained personal access token", Kind::Access),
    entry("gho_", "GitHub OAuth", Kind::Access),
    entry("ghu_", "GitHub App, for a user", Kind::Access),
    entry("ghs_", "GitHub App, for an installation", Kind::Access),
    entry("ghr_", "GitHub App", Kind::Refresh),
    entry("glpat-", "GitLab personal access token", Kind::Access),
    entry("gldt-", "GitLab deploy token", Kind::ApiKey),
    entry("glrt-", "GitLab runner", Kind::ApiKey),
    entry("glcbt-", "GitLab CI job", Kind::ApiKey),
    entry("glptt-", "GitLab pipeline trigger", Kind::ApiKey),
    entry("gloas-", "GitLab OAuth application secret", Kind::ApiKey),
    entry("xoxb-", "Slack bot", Kind::Access),
    entry("xoxp-", "Slack user", Kind::Access),
    entry("xoxe.", "Slack, with rotation", Kind::Access),
    entry("xoxe-", "Slack", Kind::Refresh),
    entry("xapp-", "Slack app", Kind::ApiKey),
    entry("sk_live_", "Stripe secret key", Kind::ApiKey),
    entry("sk_test_", "Stripe secret key", Kind::Test),
    entry("rk_live_", "Stripe restricted key", Kind::ApiKey),
    entry("rk_test_", "Stripe restricted key", Kind::Test),
    entry("AKIA", "AWS access key", Kind::KeyId),
    entry("ASIA", "AWS temporary access key", Kind::KeyId),
    entry("AIza", "Google API key", Kind::ApiKey).of_at_least(39),
    entry("EAAC", "Meta", Kind::Access).of_at_least(104),
    entry("npm_", "npm", Kind::Access).of_at_least(40),
    entry("pypi-AgEI", "PyPI", Kind::ApiKey),
    entry("rubygems_", "RubyGems", Kind::ApiKey),
    entry("hf_", "Hugging Face", Kind::Access).of_at_least(37),
    entry("sk-ant-", "Anthropic", Kind::ApiKey),
    entry("dop_v1_", "DigitalOcean personal access token", Kind::Access),
    entry("doo_v1_", "DigitalOcean OAuth", Kind::Access),
    entry("dor_v1_", "DigitalOcean", Kind::Refresh),
    entry("shpat_", "Shopify Admin API", Kind::Access),
    entry("shpca_", "Shopify custom app", Kind::Access),
    entry("shppa_", "Shopify private app", Kind::ApiKey),
    entry("shpss_", "Shopify shared secret", Kind::ApiKey),
    entry("EAAA", "Square", Kind::Access).of_at_least(26),
    entry("sq0atp-", "Square", Kind::Access),
    entry("SG.", "SendGrid", Kind::ApiKey).of_at_least(69),
    entry("key-", "Mailgun", Kind::ApiKey).of_at_least(36),
    entry("lin_api_", "Linear", Kind::ApiKey).of_at_least(48),
    entry("ntn_", "Notion", Kind::ApiKey).of_at_least(50),
    entry("ATATT3", "Atlassian API token", Kind::ApiKey),
    entry("dapi", "Databricks", Kind::Access).of_at_least(36),
    entry("dp.pt.", "Doppler", Kind::Access),
    entry("sl.", "Dropbox", Kind::Access).of_at_least(130),
    entry("fo1_", "Fly.io", Kind::Access).of_at_least(47),
    entry("HRKU-", "Heroku", Kind::ApiKey),
    entry("hvs.", "HashiCorp Vault service token", Kind::Access),
    entry("hvb.", "HashiCorp Vault batch token", Kind::Access),
    entry("pul-", "Pulumi", Kind::Access).of_at_least(44),
    entry("PMAK-", "Postman", Kind::ApiKey).of_at_least(64),
    entry("NRAK-", "New Relic user key", Kind::ApiKey),
    entry("glc_", "Grafana Cloud", Kind::ApiKey).of_at_least(36),
    entry("glsa_", "Grafana service account", Kind::ApiKey),
    entry("sntrys_", "Sentry organisation token", Kind::Access),
    entry("sntryu_", "Sentry user token", Kind::Access),
    entry("pscale_tkn_", "PlanetScale", Kind::ApiKey),
    // Detectors of TruffleHog, as of 2026-08-21.
    entry("pk_live_", "Stripe publishable key", Kind::Public),
    entry("pk_test_", "Stripe publishable key", Kind::Public),
    entry("ya29.", "Google OAuth", Kind::Access),
    entry("dckr_pat_", "Docker personal access token", Kind::Access),
    entry("dckr_oat_", "Docker organisation access token", Kind::Access),
    entry("sk-proj-", "OpenAI project key", Kind::ApiKey),
    entry("sk-svcacct-", "OpenAI service account", Kind::ApiKey),
    entry("gsk_", "Groq", Kind::ApiKey).of_at_least(56),
    entry("sq0csp-", "Square application secret", Kind::ApiKey),
    entry("sbp_", "Supabase personal access token", Kind::Access).of_at_least(44),
    entry("nfp_", "Netlify personal access token", Kind::Access).of_at_least(40),
    entry("tskey-", "Tailscale", Kind::ApiKey),
    // In the examples of many who use them and in the issuers' documentation, without a published rule.
    entry("whsec_", "Stripe, Svix and others, webhook secret", Kind::ApiKey),
    entry("1//0", "Google OAuth", Kind::Refresh),
    entry("GOCSPX-", "Google OAuth client secret", Kind::ApiKey),
    entry("lin_oauth_", "Linear OAuth", Kind::Access),
    entry("figd_", "Figma", Kind::Access),
    entry("hvr.", "HashiCorp Vault recovery token", Kind::Access),
    entry("sb_publishable_", "Supabase publishable key", Kind::Public),
    entry("sb_secret_", "Supabase secret key", Kind::ApiKey),
    // PASETO, "Protocol Versions": every version has both purposes.
    entry("v1.local.", "PASETO, encrypted", Kind::Format),
    entry("v1.public.", "PASETO, signed", Kind::Format),
    entry("v2.local.", "PASETO, encrypted", Kind::Format),
    entry("v2.public.", "PASETO, signed", Kind::Format),
    entry("v3.local.", "PASETO, encrypted", Kind::Format),
    entry("v3.public.", "PASETO, signed", Kind::Format),
    entry("v4.local.", "PASETO, encrypted", Kind::Format),
    entry("v4.public.", "PASETO, signed", Kind::Format),
];

/// Who issued a token, by the longest prefix that fits; `None` where its first characters tell nothing.
#[must_use]
pub fn issuer(token: &str) -> Option<&'static Prefix> {
    let plausible = token.bytes().all(|byte| byte.is_ascii_graphic());
    let fits = PREFIXES.iter().filter(|entry| plausible && token.len() >= usize::from(entry.least) && token.starts_with(entry.prefix));
    fits.filter(|entry| entry.kind != Kind::KeyId || is_aws_key_id(token)).max_by_key(|entry| entry.prefix.len())
}

/// An AWS access key has 20 capital letters and digits (IAM User Guide, "IAM identifiers").
fn is_aws_key_id(token: &str) -> bool {
    token.len() == 20 && token.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_issuers_by_the_longest_prefix() {
        let rest = "0123456789abcdefghijklmnop";
        for (prefix, issuer, kind) in [
            ("ghp_", "GitHub personal access token", Kind::Access),
            ("sk_test_", "Stripe secret key", Kind::Test),
            ("pk_live_", "Stripe publishable key", Kind::Public),
            ("xoxe-", "Slack", Kind::Refresh),
            ("sk-proj-", "OpenAI project key", Kind::ApiKey),
            ("v4.public.", "PASETO, signed", Kind::Format),
        ] {
            let found = super::issuer(&format!("{prefix}{rest}")).unwrap();
            assert_eq!((found.issuer, found.kind), (issuer, kind));
        }
        assert_eq!(issuer("AKIAIOSFODNN7EXAMPLE").map(|entry| entry.issuer), Some("AWS access key"));
    }

    #[test]
    fn passes_over_other_text() {
        for text in [
            "",
            "ghp_",
            "AKIAs are not what this sentence is about",
            "AKIAiosfodnn7example",
            "eyJhbGciOiJSUzI1NiJ9.e30.c2ln",
            "monkey-business-as-usual",
            "key-management-service",
            "sl.statistics.example.com",
        ] {
            assert_eq!(issuer(text), None, "{text}");
        }
    }

    #[test]
    fn every_prefix_stands_there_once() {
        for (at, entry) in PREFIXES.iter().enumerate() {
            assert!(PREFIXES.iter().skip(at + 1).all(|other| other.prefix != entry.prefix), "{}", entry.prefix);
        }
    }
}
