use super::{accepted_by_another, accepted_token, described, refuses_token};
use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::facts::Purpose;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::Record;
use crate::syntax::jwt::Claims;

declare_cause! {
    /// The token was issued by somebody whom this API does not trust: another tenant, another
    /// environment, or the same provider under another name.
    ///
    /// ```http-notation
    /// > GET https://api.example.test/me
    /// > Authorization: Bearer {jwt iss=https://id.staging.test exp=+300}
    /// < 401 Unauthorized
    /// < WWW-Authenticate: Bearer error="invalid_token", error_description="The issuer is invalid"
    /// ```
    TokenWrongIssuer {
        id: "token-wrong-issuer",
        family: "tokens",
        side: Client,
        stage: TokenUnfit,
        title: "The token comes from another issuer or environment",
        recognised: "A refusal that speaks of the issuer; or tokens of another iss are accepted by the same origin; or iss differs from the metadata in the session only in form.",
        remedies: [
            (User, "Log out and in again, in the environment that you mean to use.", "The page opens."),
            (Developer, "Take the token from the provider of the API's own environment, and compare iss with the issuer of its metadata, letter for letter.", "Both are equal, the last slash included."),
            (Administrator, "Compare the issuer that the API is configured with and that of the provider's metadata.", "Both are equal, the last slash included."),
        ],
        references: [("RFC 7519 4.1.1: iss", "https://www.rfc-editor.org/rfc/rfc7519#section-4.1.1"), ("RFC 8414 3.3: the issuer must match", "https://www.rfc-editor.org/rfc/rfc8414#section-3.3")],
    }
}

impl Cause for TokenWrongIssuer {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if !refuses_token(case) {
            return answered_by_another_name(case);
        }
        let issuer = case.facts().token().and_then(|token| token.claims()?.iss.as_deref());
        let summary =
            format!("{} does not trust the issuer {} of the token of {}.", case.host(), issuer.unwrap_or("(not readable)"), case.request());
        let shown = |finding: Finding| match issuer {
            Some(issuer) => finding.about(issuer).shown(case.at(), case.token_place(), format!("iss of this token is {issuer}.")),
            None => finding,
        };
        if let Some(finding) = described(case, &META, &["issuer", "iss"], summary.clone()) {
            return Some(shown(finding));
        }
        let issuer = issuer?;
        // What another service takes is well issued, unless this one takes tokens of others for the same audience.
        let is_for_another = accepted_by_another(case).is_some();
        let aud = case.facts().token().and_then(|token| token.claims()).map_or(&[][..], |claims| &claims.aud);
        let is_like = |other: &Claims| !is_for_another || other.is_for(aud);
        if let Some((other, accepted)) =
            accepted_token(case, |other| other.iss.as_deref().is_some_and(|other| other != issuer) && is_like(other))
        {
            let says = format!("{} accepted a token of {}.", case.host(), accepted.iss.as_deref().unwrap_or_default());
            return Some(shown(Finding::new(&META, Certainty::Likely, summary)).shown(other, Place::Sent("authorization", 0), says));
        }
        if is_for_another {
            return None;
        }
        // Who validates by the metadata of the provider that issued the token compares with that.
        if let Some((document, published)) = issued_by_another_name(case).filter(|(_, published)| published != issuer) {
            let says = format!("The provider that issued the token calls itself {published} here.");
            return Some(shown(Finding::new(&META, Certainty::Likely, summary)).shown(document, Place::Target, says));
        }
        let bare = |issuer: &str| issuer.trim_end_matches('/').to_ascii_lowercase().replacen("http://", "https://", 1);
        let (document, published) = case.session.issuers().find(|(_, other)| other != issuer && bare(other) == bare(issuer))?;
        let says = format!("The provider calls itself {published} here, which is not the same text.");
        Some(shown(Finding::new(&META, Certainty::Likely, summary)).shown(document, Place::Target, says))
    }
}

/// A provider's answer that names its issuer by another text than its metadata does, after which the page redeems no code and asks
/// without a token: clients drop such an answer (RFC 9207 2.4).
pub(in crate::causes) fn answered_by_another_name(case: &Case<'_>) -> Option<Finding> {
    let came = case.answer_that_came_to_nothing()?;
    let answer = case.session.record(came)?;
    let named = answer.facts.messages.iter().filter(|message| message.carrier.is_sent()).find_map(|message| message.param("iss"))?;
    let bare = |text: &str| url::Url::parse(text).ok().map(|url| url.as_str().trim_end_matches('/').to_ascii_lowercase());
    let is_like = |issuer: &str| bare(issuer).is_some() && bare(issuer) == bare(named);
    let published: Vec<(usize, String)> = case.session.issuers().take(ISSUERS).filter(|(_, issuer)| is_like(issuer)).collect();
    let (document, issuer) = published.first().filter(|_| published.iter().all(|(_, issuer)| issuer != named))?;
    let redeems = |(_, other): (usize, &Record)| other.facts.purpose == Purpose::Token;
    let is_dropped = !case.session.in_order().on_from(came).until(case.exchange().started).any(redeems);
    is_dropped.then(|| {
        let summary =
            format!("The answer to {} names the issuer {named}, and the provider calls itself {issuer}.", answer.exchange.url.path());
        Finding::new(&META, Certainty::Likely, summary)
            .about(named.to_owned())
            .shown(came, Place::Target, format!("iss of this answer is {named}; no code is redeemed after it."))
            .shown(*document, Place::Target, format!("The provider calls itself {issuer} here, which is not the same text."))
            .shown(case.at(), Place::Target, "This call bears no token.")
    })
}

/// Documents of providers that are looked at.
const ISSUERS: usize = 16;

/// What the provider that issued the failed request's token calls itself.
fn issued_by_another_name(case: &Case<'_>) -> Option<(usize, String)> {
    let (issued, _) = case.session.tokens().issued(case.facts().token()?.fingerprint)?;
    case.session.issuer_at(&case.session.record(issued)?.exchange.url)
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "token-wrong-issuer";

    fn refused(token: &str, answer: &str) -> String {
        format!("> GET https://api.test/me\n> Authorization: Bearer {token}\n< 401 Unauthorized\n< Date: {{date}}\n{answer}")
    }

    #[test]
    fn names_the_issuer_that_is_trusted() {
        let accepted = "> GET https://api.test/a\n> Authorization: Bearer {jwt iss=https://id.test exp=+300}\n< 200 OK\n\n";
        assert!(reports(ID, &format!("{accepted}{}", refused("{jwt iss=https://id.staging.test exp=+300}", ""))).contains("staging"));
    }

    #[test]
    fn sees_a_slash_that_is_too_much() {
        let metadata = "> GET https://id.test/.well-known/openid-configuration\n< 200 OK\n<\n< {\"issuer\":\"https://id.test/\",\"token_endpoint\":\"https://id.test/token\"}\n\n";
        reports(ID, &format!("{metadata}{}", refused("{jwt iss=https://id.test exp=+300}", "")));
    }

    #[test]
    fn passes_over_the_same_issuer_and_other_errors() {
        let accepted = "> GET https://api.test/a\n> Authorization: Bearer {jwt iss=https://id.test exp=+300}\n< 200 OK\n\n";
        is_silent(ID, &format!("{accepted}{}", refused("{jwt iss=https://id.test exp=+200}", "")));
        is_silent(ID, &refused("{jwt iss=https://id.test exp=+300}", ""));
        is_silent(
            ID,
            &refused(
                "{jwt iss=https://id.test exp=-300}",
                "< WWW-Authenticate: Bearer error=\"invalid_token\", error_description=\"The token is expired\"\n",
            ),
        );
    }
}
