use super::{accepted_token, described, refuses_token};
use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::facts::Purpose;
use crate::finding::{Certainty, Finding};
use crate::limits;
use crate::place::Place;
use crate::session::Record;

declare_cause! {
    /// The token is good, but for another API: its aud does not name this one. Often it is a token for
    /// the identity provider's own API, or the application's own ID token.
    ///
    /// ```http-notation
    /// > GET https://api.example.test/me
    /// > Authorization: Bearer {jwt aud=graph exp=+300}
    /// < 401 Unauthorized
    /// < WWW-Authenticate: Bearer error="invalid_token", error_description="The audience is invalid"
    /// ```
    TokenWrongAudience {
        id: "token-wrong-audience",
        family: "tokens",
        side: Client,
        stage: TokenUnfit,
        title: "The token is meant for another API",
        recognised: "A refusal that speaks of the audience; or another token with another aud was accepted by the same origin.",
        remedies: [
            (User, "Log out and in again.", "The page opens."),
            (Developer, "Ask for a token for this API: its scope or the resource or audience parameter of the authorization request names it.", "aud of the new token names this API."),
            (Administrator, "Compare the audience that the API is configured with and the identifier under which it is registered at the identity provider.", "Both are the same, letter for letter."),
        ],
        references: [("RFC 7519 4.1.3: aud", "https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3"), ("RFC 8707: resource indicators", "https://www.rfc-editor.org/rfc/rfc8707")],
    }
}

impl Cause for TokenWrongAudience {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if !refuses_token(case) {
            return None;
        }
        let claims = case.facts().token().and_then(|token| token.claims());
        let meant_for = claims.map(|claims| claims.aud.join(", ")).filter(|audience| !audience.is_empty());
        let for_whom = meant_for.as_ref().map_or_else(String::new, |audience| format!(" It is for {audience}."));
        let summary = format!("{} does not take the token of {} for one of its own.{for_whom}", case.host(), case.request());
        let shown = |finding: Finding| match &meant_for {
            Some(audience) => {
                finding.about(audience.clone()).shown(case.at(), case.token_place(), format!("aud of this token is {audience}."))
            }
            None => finding,
        };
        if let Some(finding) = described(case, &META, &["audience", "aud"], summary.clone()) {
            return Some(shown(finding));
        }
        let aud = &claims.filter(|claims| !claims.aud.is_empty())?.aud;
        if let Some((other, record)) = accepted_by_another(case).filter(|_| !aud.iter().any(|audience| names_host(audience, case.host()))) {
            let host = record.exchange.url.host_str().unwrap_or_default();
            let finding = Finding::new(&META, Certainty::Likely, summary);
            return Some(shown(finding).shown(other, Place::Status, format!("{host} accepted the same token: it is meant for that API.")));
        }
        let (other, accepted) = accepted_token(case, |other| !other.aud.is_empty() && other.aud.iter().all(|one| !aud.contains(one)))?;
        let finding = Finding::new(&META, Certainty::Likely, summary);
        Some(shown(finding).shown(
            other,
            Place::Sent("authorization", 0),
            format!("{} accepted a token whose aud is {}.", case.host(), accepted.aud.join(", ")),
        ))
    }
}

/// Where another site accepted the token that this one refuses.
fn accepted_by_another<'s>(case: &Case<'s>) -> Option<(usize, &'s Record)> {
    let token = case.facts().token()?.fingerprint;
    let site = case.record.site()?;
    let is_other = |record: &Record| record.site().is_some_and(|other| !other.is_schemelessly_same(site));
    let accepted = case.session.tokens().accepted(token).take(limits::TOKENS);
    let mut elsewhere = accepted.filter(|(_, record)| record.facts.purpose == Purpose::Api && is_other(record));
    elsewhere.next()
}

fn names_host(audience: &str, host: &str) -> bool {
    audience.contains(host)
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_silent, reports};

    const ID: &str = "token-wrong-audience";

    fn refused(token: &str, answer: &str) -> String {
        format!("> GET https://api.test/me\n> Authorization: Bearer {token}\n< 401 Unauthorized\n< Date: {{date}}\n{answer}")
    }

    #[test]
    fn names_both_audiences() {
        let accepted = "> GET https://api.test/a\n> Authorization: Bearer {jwt aud=api exp=+300}\n< 200 OK\n\n";
        let diagnosis = diagnose(&format!("{accepted}{}", refused("{jwt aud=graph exp=+300}", "")));
        let cause = &diagnosis.failures[0].causes[0];
        assert_eq!(cause.id, ID);
        assert!(cause.summary.contains("graph") && cause.evidence.iter().any(|quote| quote.says.contains("aud is api")), "{cause:?}");
    }

    #[test]
    fn reports_the_words_of_named_products() {
        // Envoy; jsonwebtoken.
        for body in ["Audiences in Jwt are not allowed", "{\"message\":\"jwt audience invalid. expected: api\"}"] {
            reports(ID, &refused("{jwt aud=graph exp=+300}", &format!("<\n< {body}\n")));
        }
    }

    #[test]
    fn passes_over_other_errors_and_the_same_audience() {
        let accepted = "> GET https://api.test/a\n> Authorization: Bearer {jwt aud=api exp=+300}\n< 200 OK\n\n";
        is_silent(ID, &format!("{accepted}{}", refused("{jwt aud=api exp=+200}", "")));
        is_silent(ID, &refused("{jwt aud=graph exp=+300}", ""));
        is_silent(
            ID,
            &refused(
                "{jwt aud=graph exp=+300}",
                "< WWW-Authenticate: Bearer error=\"invalid_token\", error_description=\"The signature is invalid\"\n",
            ),
        );
    }
}
