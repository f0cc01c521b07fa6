use super::{accepted_by_another, accepted_token, described, refuses_token};
use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;

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
        recognised: "A refusal that speaks of the audience; or another token with another aud was accepted by the same origin; or another site accepted the token, or one with the same aud, and aud does not name this one.",
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
        if let Some((other, record)) = accepted_by_another(case).filter(|_| accepted_token(case, |other| other.is_for(aud)).is_none()) {
            let host = record.exchange.url.host_str().unwrap_or_default();
            let is_same = record.facts.token().map(|token| token.fingerprint) == case.facts().token().map(|token| token.fingerprint);
            let which = if is_same { "the same token" } else { "a token for the same audience" };
            let finding = Finding::new(&META, Certainty::Likely, summary);
            return Some(shown(finding).shown(other, Place::Status, format!("{host} accepted {which}: it is meant for that API.")));
        }
        let (other, accepted) = accepted_token(case, |other| !other.aud.is_empty() && !other.is_for(aud))?;
        let finding = Finding::new(&META, Certainty::Likely, summary);
        Some(shown(finding).shown(
            other,
            Place::Sent("authorization", 0),
            format!("{} accepted a token whose aud is {}.", case.host(), accepted.aud.join(", ")),
        ))
    }
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
    fn a_token_that_whoever_it_was_made_for_accepts_misses_this_one_as_its_audience() {
        let metadata = "> GET https://id.lab.test/t/.well-known/openid-configuration\n< 200 OK\n<\n< {\"issuer\":\"https://id.lab.test/t/v2\",\"token_endpoint\":\"https://id.lab.test/t/token\"}\n\n";
        let issued = "> POST https://id.lab.test/t/token\n> Content-Type: application/x-www-form-urlencoded\n>\n> grant_type=authorization_code&code={secret c 30}\n< 200 OK\n< Content-Type: application/json\n<\n< {\"access_token\":\"{jwt as T iss=https://old.lab.test aud=urn:mail exp=300}\",\"token_type\":\"Bearer\"}\n\n";
        let call = |host: &str, token: &str, answer: &str| {
            format!("~ kind fetch\n> GET https://{host}/things\n> Authorization: Bearer {token}\n< {answer}\n\n")
        };
        let session = |first: &str| format!("{metadata}{issued}{first}{}", call("stock.shop.test", "{T}", "401 Unauthorized"));
        reports(ID, &session(&call("mail.office.test", "{T}", "200 OK")));
        reports(ID, &session(&call("mail.office.test", "{jwt iss=https://old.lab.test aud=urn:mail exp=200}", "200 OK")));
        // Nobody took it, the site takes others for the same audience, or is it.
        is_silent(ID, &session(&call("mail.office.test", "{T}", "401 Unauthorized")));
        is_silent(ID, &session(&call("mail.office.test", "{jwt iss=https://old.lab.test aud=urn:other exp=200}", "200 OK")));
        let ours = call("stock.shop.test", "{jwt iss=https://id.lab.test/t/v2 aud=urn:mail exp=300}", "200 OK");
        is_silent(ID, &session(&(call("mail.office.test", "{T}", "200 OK") + &ours)));
        reports("token-wrong-issuer", &session(&(call("mail.office.test", "{T}", "200 OK") + &ours)));
        is_silent(ID, &session(&call("mail.office.test", "{T}", "200 OK")).replace("aud=urn:mail", "aud=https://stock.shop.test"));
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
